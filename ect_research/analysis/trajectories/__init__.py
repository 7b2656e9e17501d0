"""State sequences: indicators, distances and types. What is void, missing and absorbing stays apart."""

# Each imports from those before it only.
ROOMS = ("sequences", "distances", "types")
