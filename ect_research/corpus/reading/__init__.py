"""From a file to a table of texts; nothing is interpreted yet."""

# Each imports from those before it only.
ROOMS = ("hidden",)
