"""The results page, the report, the comparison of two studies."""

# Each imports from those before it only.
ROOMS = ("sheets",)
