"""The base map: communes of today and what they were, perimeters, names."""

# Each imports from those before it only.
ROOMS = ("build",)
