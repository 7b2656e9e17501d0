"""Territory: typed variables, classes, places, rates, tests that hold at small n, protection of small counts."""

from ect_research.analysis.territory.project_places import (
    FRAME,
    INSIDE,
    OUTSIDE,
    SITUATIONS,
    UNKNOWN,
    UNPLACED,
    ProjectPlaces,
    place_projects,
    shown_names,
)

__all__ = [
    "FRAME",
    "INSIDE",
    "OUTSIDE",
    "SITUATIONS",
    "UNKNOWN",
    "UNPLACED",
    "ProjectPlaces",
    "place_projects",
    "shown_names",
]
