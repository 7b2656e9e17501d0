"""Room 3: pure functions, frames in, results out. No drawing, no path. Modules share `chance` and `partition` only."""

# Each imports from those before it only.
ROOMS = (
    "conditions",
    "corpus",
    "disclosure",
    "durations",
    "ecosystem",
    "partition",
    "time",
    "territory",
    "trajectories",
    "typologies",
)
