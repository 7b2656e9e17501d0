"""Room 4: results in, matplotlib figures out. No statistic, no file."""

# Each imports from those before it only.
ROOMS = (
    "page",
    "exhibit",
    "labelling",
    "signs",
    "conditions",
    "corpus",
    "durations",
    "maps",
    "ecosystem",
    "resources",
    "trajectories",
    "typologies",
)
