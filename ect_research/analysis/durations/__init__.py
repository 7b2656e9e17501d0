"""Time to creation and to the ends that compete with it: curves, means, tests, hazards, and imprecise dates."""

# Each imports from those before it only.
ROOMS = ("curves", "models", "comparisons")
