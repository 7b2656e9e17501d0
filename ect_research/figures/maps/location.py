"""The location map: projects on their commune, within a perimeter, within the département, within France."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.analysis.territory.protected_map_counts import ProtectedPlaces
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.maps.ground import naming, panel
from ect_research.figures.maps.ground.detail import draw_detail, plan_detail
from ect_research.figures.maps.ground.ground_layers import draw_ground
from ect_research.figures.maps.ground.map_page import (
    close_panel,
    draw_scale,
    insets_top,
    open_figure,
    open_frame,
    open_panel,
    plan_page,
)
from ect_research.figures.maps.ground.symbols import draw_circles, radius_mm, unit_radius_mm
from ect_research.figures.maps.map_tables import caption_location_map, commune_rows, find_places
from ect_research.figures.maps.protected_map import show_protected_places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory import ProjectPlaces
    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme


def show_location_map(
    places: ProjectPlaces | ProtectedPlaces | Refusal,
    basemap: Basemap,
    *,
    moved: Mapping[str, Sequence[float]] | None = None,
) -> Exhibit[Any]:
    """Projects as circles on their commune, the perimeter's intercommunalities, and all a reader needs around.

    The perimeter is the one in which the projects were placed. The credits of the base map are part of the figure and cannot
    be left out. Names never overlap; those of reference towns give way to those of communes with projects.

    Args:
        places: from ``place_projects``, or from ``protect_places`` where the corpus protects its projects: the map then
            names no project and shows no number under the threshold.
        basemap: from `load_basemap`.
        moved: name → (right, up) in millimetres, for a name that the hand must move.

    Raises:
        EctError: a name to move that the base map does not know.
    """
    naming.check_moves(basemap, moved or {})
    if isinstance(places, ProtectedPlaces):
        return show_protected_places(places, basemap, moved or {})

    def draw(shown: Exhibit[ProjectPlaces]) -> Figure:
        told, theme = shown.told, shown.theme
        return _draw(told, basemap, theme, moved or {})

    def words(shown: Exhibit[ProjectPlaces]) -> Caption:
        told, corpus, theme = shown.told, shown.context, shown.theme
        return caption_location_map(told, corpus, basemap.perimeter(told.perimeter), theme)

    return Exhibit(places, commune_rows, words, draw, finding_of=find_places, reads=("projets",))


def _draw(places: ProjectPlaces, basemap: Basemap, theme: Theme, moved: Mapping[str, Sequence[float]]) -> Figure:
    with theme.applied():
        page = plan_page(basemap, basemap.perimeter(places.perimeter), theme)
        figure, canvas = open_figure(page)
        axes = open_frame(figure, page)
        draw_ground(axes, page.ground, page.territory, theme)
        unit_mm = unit_radius_mm(int(places.communes["n"].max()))
        spots = _spots(page, places, unit_mm)
        draw_circles(axes, [(s.x, s.y, s.radius) for s in spots], theme)
        corner = draw_scale(axes, page)
        taken = [] if corner is None else [corner]
        column = open_panel(canvas, page)
        _write_legend(column, page, places, unit_mm)
        detail = plan_detail(column, page, spots, taken)
        inner, bottom = [], insets_top(column, page)
        if detail is not None:
            inner = draw_detail(figure, axes, column, detail, page.frame, spots)
            spots = detail.bare_outside(spots)
            if detail.corner is None:
                bottom = detail.title_top
            else:
                taken.append(detail.corner)
        lost = naming.write_names(axes, page, spots, taken, moved)
        named = {spot.name for spot in spots} - set(lost)
        panel.write_unnamed(column, [*lost, *(name for name in inner if name not in named)])
        close_panel(figure, column, page, with_scale=corner is None)
        panel.write_listing(column, places, bottom - 3.0)
    return figure


def _spots(page: MapPage, places: ProjectPlaces, unit_mm: float) -> list[naming.Spot]:
    """Communes with projects, the fullest first."""
    points, names = page.points("commune"), page.zone_names("commune")
    counted = places.communes.set_index("commune")["n"]
    return [
        naming.Spot(str(code), names[str(code)], *points[str(code)], radius_mm(int(count), unit_mm), int(count), rank)
        for rank, (code, count) in enumerate(counted.items())
        if str(code) in points
    ]


def _write_legend(column: panel.Column, page: MapPage, places: ProjectPlaces, unit_mm: float) -> None:
    panel.write_groups_legend(column, page.territory, places)
    column.skip()
    panel.write_circles_legend(column, places, unit_mm)
    column.skip()
    panel.write_lines_legend(column, page.territory)
    column.skip()
