"""Types of trajectories, and what supports them."""
