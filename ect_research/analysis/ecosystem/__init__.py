"""Who is in which project with whom, with and without the intermediary, and what chance does as well."""

# Each imports from those before it only.
ROOMS = ("synergies",)
