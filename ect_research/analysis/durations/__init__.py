"""Time to creation and to the ends that compete with it: curves, means, tests, hazards, and imprecise dates."""
