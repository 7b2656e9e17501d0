"""Where the map lies: France, then the region, the study area in dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ect_research.corpus.basemap.basemap_extent import REGION_NAMES
from ect_research.figures.maps.ground.ground_layers import ABROAD, NEIGHBOUR, WATER, paper_of
from ect_research.figures.maps.ground.map_frame import add_shapes, frame_around, map_axes
from ect_research.figures.page.theme import PAPER

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.corpus.basemap.perimeters import Perimeter
    from ect_research.figures.maps.ground.map_frame import MapFrame
    from ect_research.figures.page.theme import Theme

_FINEST_MM = 0.07
_DARK, _LIGHT, _EDGE = "#4f4023", "#cfc0a0", "#8c8c8c"
_GREY_DARK, _GREY_LIGHT = "#262626", "#cfcfcf"


def inset_names(basemap: Basemap, perimeter: Perimeter, theme: Theme) -> list[str]:
    """Names of the insets drawn: France, and the region unless the map shows it whole."""
    names = [theme.say("France")]
    return names + [REGION_NAMES[region] for region in _regions_shown(basemap, perimeter)]


def _regions_shown(basemap: Basemap, perimeter: Perimeter) -> list[str]:
    """The region of the map, when there is one only and the map shows a part of it."""
    departements = basemap.departements
    shown = departements["dep"].isin(list(perimeter.frame))
    regions = sorted(set(departements.loc[shown, "reg"]))
    whole = len(regions) == 1 and bool(shown[departements["reg"] == regions[0]].all())
    return [] if whole or len(regions) > 1 else regions


def draw_insets(
    figure: Figure, basemap: Basemap, perimeter: Perimeter, theme: Theme, places: list[tuple[float, float, float]]
) -> None:
    """One small map per place ``(left, top, side)``, in millimetres from the top left corner of the page."""
    metropole = basemap.departements.set_index("dep").geometry
    in_region = basemap.departements["reg"].isin(_regions_shown(basemap, perimeter)).to_numpy()
    for rank, (left, top, side) in enumerate(places):
        bounds = (metropole if rank == 0 else metropole[in_region]).total_bounds
        frame = frame_around((bounds[0], bounds[1], bounds[2], bounds[3]), side, side, 1.0)
        axes = map_axes(figure, frame, left, top, paper_of(WATER, theme))
        _draw(axes, frame, basemap, perimeter, theme, whole_country=rank == 0)


def _draw(
    axes: Axes, frame: MapFrame, basemap: Basemap, perimeter: Perimeter, theme: Theme, *, whole_country: bool
) -> None:
    """Countries, then regions or départements, then the region, then the study area unless it is the region."""
    dark, light = (_GREY_DARK, _GREY_LIGHT) if theme.greyscale else (_DARK, _LIGHT)
    departements = basemap.departements
    region = departements["reg"].to_numpy(dtype=str)
    thin: dict[str, Any] = {"merged": True, "finest_mm": _FINEST_MM, "linewidth": 0.25}
    abroad = frame.project(basemap.countries.geometry.to_numpy())
    add_shapes(axes, abroad, facecolor=paper_of(ABROAD, theme), edgecolor=paper_of(NEIGHBOUR, theme), zorder=1, **thin)
    areas = _regions(departements) if whole_country else departements.geometry.to_numpy()
    of_study = region[departements["dep"].isin(list(perimeter.frame)).to_numpy()]
    inside = np.isin(np.unique(region) if whole_country else region, of_study)
    parts = frame.project(areas)
    add_shapes(axes, parts, facecolor=PAPER, edgecolor=_EDGE, zorder=2, **thin)
    add_shapes(axes, parts[inside], facecolor=light, edgecolor=_EDGE, zorder=3, **thin)
    if _regions_shown(basemap, perimeter) or len(set(of_study.tolist())) > 1:
        shown = departements["dep"].isin(list(perimeter.frame)).to_numpy()
        study = frame.project(departements.geometry.to_numpy()[shown])
        add_shapes(axes, study, facecolor=dark, edgecolor=dark, zorder=4, **thin)


def _regions(departements: gpd.GeoDataFrame) -> list[Any]:
    """Outlines of the regions, in the order of their codes."""
    codes, shapes = departements["reg"].to_numpy(dtype=str), departements.geometry.to_numpy()
    return [shapely.coverage_union_all(shapes[codes == code]) for code in np.unique(codes)]
