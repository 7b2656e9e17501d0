"""Room 1: what every table, column and answer means."""

# Each imports from those before it only.
ROOMS = ("forms",)
