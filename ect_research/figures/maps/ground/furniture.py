"""Scale bar and north arrow, put where they touch nothing; insets that say where the map lies, the study area in dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ect_research.corpus.basemap.perimeters import REGION_NAMES
from ect_research.figures.labelling.point_labels import Box
from ect_research.figures.maps.ground.ground_layers import ABROAD, NEIGHBOUR, WATER, paper_of
from ect_research.figures.maps.ground.map_frame import add_borders, add_shapes, frame_around
from ect_research.figures.maps.ground.symbols import key_number
from ect_research.figures.page.canvas import add_box, add_text, text_width_mm
from ect_research.figures.page.formats import NO_BREAK, format_number
from ect_research.figures.page.theme import INK, MUTED, PAPER

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.corpus.basemap.perimeters import Perimeter
    from ect_research.figures.maps.ground.map_frame import MapFrame
    from ect_research.figures.page.theme import Theme

_ROUND_KM = (1, 2, 5, 10, 20, 40, 50, 100, 200)
_SHARE = 0.26
_EDGE_MM = 3.0
CLEARANCE_MM = 1.5
_ARROW_MM = 6.0
_BAR_MM = 0.9
_FINEST_MM = 0.07
_DARK, _LIGHT, _EDGE = "#4f4023", "#cfc0a0", "#8c8c8c"
_GREY_DARK, _GREY_LIGHT = "#262626", "#cfcfcf"


def scale_length_km(frame: MapFrame) -> int:
    """The longest round length that takes no more than a quarter of the width.

    >>> from ect_research.figures.maps.ground.map_frame import MapFrame
    >>> scale_length_km(MapFrame(0, 0, 0.00135, 110, 160))
    20
    """
    most = frame.width_mm * _SHARE / frame.mm_per_m / 1000
    return max((length for length in _ROUND_KM if length <= most), default=_ROUND_KM[0])


def furniture_size(frame: MapFrame, theme: Theme) -> tuple[float, float]:
    """Width and height in millimetres of the north arrow and scale bar together."""
    size = theme.base_pt - 2
    bar = scale_length_km(frame) * 1000 * frame.mm_per_m
    words = text_width_mm(_unit(frame, theme), size)
    return _ARROW_MM + bar + words / 2 + 1, max(size * 0.42 + _BAR_MM + 1.2, 6.5)


def furniture_corner(frame: MapFrame, land: Any, size: tuple[float, float]) -> Box | None:  # noqa: ANN401 - shapely
    """The first corner where the furniture touches no land of the study; ``None`` when there is none.

    Tried: bottom left, bottom right, top right, top left.
    """
    width, height = size
    right, top = frame.width_mm - _EDGE_MM - width, frame.height_mm - _EDGE_MM - height
    for x, y in ((_EDGE_MM, _EDGE_MM), (right, _EDGE_MM), (right, top), (_EDGE_MM, top)):
        box = Box(x, y, x + width, y + height)
        if shapely.distance(land, shapely.box(*box)) >= CLEARANCE_MM:
            return box
    return None


def draw_furniture(axes: Axes, frame: MapFrame, box: Box, theme: Theme, *, downwards: bool = False) -> None:
    """North arrow, then a bar in two halves with its values.

    Args:
        axes: in millimetres.
        frame: gives the scale.
        box: where; from `furniture_corner`, or in the legend panel.
        theme: the reader's preset.
        downwards: whether y grows downwards in ``axes``.
    """
    from matplotlib.patches import Polygon, Rectangle

    sign = -1.0 if downwards else 1.0
    low = box.y1 if downwards else box.y0
    size = theme.base_pt - 2
    tip = low + sign * 6.3
    middle = box.x0 + 1.8
    arrow = (
        (middle, tip),
        (middle - 1.1, tip - sign * 3.0),
        (middle, tip - sign * 2.3),
        (middle + 1.1, tip - sign * 3),
    )
    axes.add_patch(Polygon(arrow, closed=True, facecolor=INK, edgecolor="none", zorder=12))
    _write(axes, middle, low + sign * 0.2, "N", size + 0.5)
    length = scale_length_km(frame)
    half = length * 500 * frame.mm_per_m
    start = box.x0 + _ARROW_MM
    base = min(low, low + sign * _BAR_MM)
    for rank, face in enumerate((PAPER, INK)):
        bar = Rectangle(
            (start + rank * half, base), half, _BAR_MM, facecolor=face, edgecolor=INK, linewidth=0.5, zorder=12
        )
        axes.add_patch(bar)
    middle_value = key_number(length / 2, theme)
    roomy = length > 1 and half > text_width_mm(middle_value, size) + 1.6
    numbers = ("0", middle_value if roomy else "")
    for rank, words in enumerate((*numbers, _unit(frame, theme))):
        _write(axes, start + rank * half, low + sign * (_BAR_MM + 0.8), words, size)


def _unit(frame: MapFrame, theme: Theme) -> str:
    return f"{format_number(scale_length_km(frame), 0, theme.language)}{NO_BREAK}km"


def _write(axes: Axes, x: float, y: float, words: str, size: float) -> None:
    add_text(axes, x, y, words, size, ha="center", va="baseline", zorder=12)


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
    canvas: Axes, basemap: Basemap, perimeter: Perimeter, theme: Theme, places: list[tuple[float, float, float]]
) -> None:
    """One small map per place ``(left, top, side)`` of the canvas, in millimetres from the top left corner of the page."""
    metropole = basemap.departements["geometry"].to_numpy()
    in_region = basemap.departements["reg"].isin(_regions_shown(basemap, perimeter)).to_numpy()
    for rank, (left, top, side) in enumerate(places):
        bounds = shapely.total_bounds(metropole if rank == 0 else metropole[in_region])
        frame = frame_around((bounds[0], bounds[1], bounds[2], bounds[3]), side, side, 1.0)
        add_box(canvas, (left, top, side, side), facecolor=paper_of(WATER, theme), zorder=0)
        _draw_inset(canvas, (left, top + side), frame, (basemap, perimeter, theme), whole_country=rank == 0)
        add_box(canvas, (left, top, side, side), facecolor="none", edgecolor=MUTED, linewidth=0.6, zorder=5)


def _draw_inset(
    canvas: Axes,
    corner: tuple[float, float],
    frame: MapFrame,
    told: tuple[Basemap, Perimeter, Theme],
    *,
    whole_country: bool,
) -> None:
    """Countries, then départements, then the region, then the study area unless it is the region; then borders."""
    basemap, perimeter, theme = told

    def place(shapes: Any) -> Any:  # noqa: ANN401 - shapely has no types
        return shapely.transform(frame.project(shapes), lambda xy: xy * (1, -1) + corner)

    def fill(shapes: Any, face: str, order: float) -> None:  # noqa: ANN401 - shapely has no types
        add_shapes(canvas, shapes, merged=True, finest_mm=_FINEST_MM, facecolor=face, zorder=order)

    departements = basemap.departements
    areas, region = place(departements["geometry"].to_numpy()), departements["reg"].to_numpy(dtype=str)
    shown = departements["dep"].isin(list(perimeter.frame)).to_numpy()
    inside = np.isin(region, region[shown])
    dark, light = (_GREY_DARK, _GREY_LIGHT) if theme.greyscale else (_DARK, _LIGHT)
    abroad = place(basemap.countries["geometry"].to_numpy())
    fill(abroad, paper_of(ABROAD, theme), 1)
    fill(place([basemap.mainland]), PAPER, 2)
    fill(areas[inside], light, 3)
    if _regions_shown(basemap, perimeter) or len(set(region[shown].tolist())) > 1:
        fill(areas[shown], dark, 4)
    thin: dict[str, Any] = {"finest_mm": _FINEST_MM, "linewidth": 0.25}
    add_borders(canvas, abroad, edgecolor=paper_of(NEIGHBOUR, theme), zorder=1, **thin)
    add_borders(canvas, areas, groups=region if whole_country else (), edgecolor=_EDGE, zorder=3, **thin)
