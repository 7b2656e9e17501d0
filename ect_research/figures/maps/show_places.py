"""The views of the places of projects, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.figures.exhibit.views import view_of
from ect_research.figures.maps.density import show_density_page
from ect_research.figures.maps.location import show_location_map
from ect_research.figures.maps.map_tables import show_communes, show_groups, show_unplaced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory import ProjectPlaces
    from ect_research.analysis.territory.protected_map_counts import ProtectedPlaces
    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.figures.exhibit.exhibit import Exhibit

_VIEWS: dict[str, Callable[[Any, Any], Exhibit[Any]]] = {
    "carte": show_location_map,
    "page": show_density_page,
    "communes": lambda places, _: show_communes(places),
    "groupes": show_groups,
    "non_places": lambda places, _: show_unplaced(places),
}


def show_places(
    places: ProjectPlaces | ProtectedPlaces | Refusal,
    basemap: Basemap,
    view: str = "carte",
    *,
    moved: Mapping[str, Sequence[float]] | None = None,
) -> Exhibit[Any]:
    """One view of where the projects are.

    Args:
        places: from ``place_projects``, or from ``protect_places`` where the corpus protects its projects: no project is then
            named, and no number under the threshold shown.
        basemap: from ``load_basemap``.
        view: ``carte`` (circles on the communes), ``page`` (the same over the density of people, to explore on a screen),
            ``communes``, ``groupes`` (by intercommunalité) or ``non_places`` (those no document places): tables.
        moved: for ``carte``, name → (right, up) in millimetres, for a name that the hand must move.

    Raises:
        EctError: no such view, or a name to move that the base map does not know.
    """
    if view == "carte":
        return show_location_map(places, basemap, moved=moved)
    return view_of(view, _VIEWS)(places, basemap)
