"""Room 3: pure functions, frames in, results out. No drawing, no path. Modules share `chance`, `partition`, `durations` only."""

# Each imports from those before it only.
ROOMS = (
    "conditions",
    "disclosure",
    "durations",
    "corpus",
    "ecosystem",
    "partition",
    "time",
    "territory",
    "trajectories",
    "typologies",
)
