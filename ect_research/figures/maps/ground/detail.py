"""Where signs crowd: an enlarged detail in the panel or in a free corner of the map, its place framed on the map."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import shapely

from ect_research.figures.labelling.point_labels import Box
from ect_research.figures.maps.ground import naming
from ect_research.figures.maps.ground.furniture import furniture_corner
from ect_research.figures.maps.ground.ground_layers import WATER, draw_ground, paper_of
from ect_research.figures.maps.ground.map_frame import frame_around, map_axes
from ect_research.figures.maps.ground.map_page import EDGE_MM, TOP_MM, insets_top
from ect_research.figures.maps.ground.panel import line_mm
from ect_research.figures.maps.ground.symbols import draw_circles
from ect_research.figures.page.canvas import add_text, text_width_mm
from ect_research.figures.page.formats import format_number
from ect_research.figures.page.theme import INK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.figures.maps.ground.map_frame import MapFrame
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.maps.ground.panel import Column

_FEWEST, _MANY = 3, 4
_TOUCHING_MM = 0.4
_LEAST_MM, _MARGIN_MM = 26.0, 3.5
_LISTING_LINES, _FEWEST_LINES = 13, 5
_CORNER_SIDES_MM = (58.0, 50.0, 42.0, 36.0, 31.0, _LEAST_MM)
_MOST_TIMES, _LEAST_TIMES = 6.0, 1.8
_SMALLER_PT = 2.5


@dataclass(frozen=True)
class Detail:
    """An enlarged part of a map.

    Attributes:
        keys: spots that crowd on the map and are named in the detail.
        page: the page of the detail, its own frame and ground.
        left: of the detail, mm from the left of the page.
        top: of the detail, mm from the top of the page.
        times: how much larger than the map.
        corner: what it takes of the map, with its title; None when it stands in the panel.
    """

    keys: frozenset[str]
    page: MapPage
    left: float
    top: float
    times: float
    corner: Box | None = None

    @property
    def title_top(self) -> float:
        """Where its title begins, mm from the top of the page."""
        return self.top - _title_mm(self.page)

    def bare_outside(self, spots: Sequence[naming.Spot]) -> list[naming.Spot]:
        """The spots as the map names them: of those that crowd, the first alone."""
        first = next(spot.key for spot in spots if spot.key in self.keys)
        return [replace(spot, name="") if spot.key in self.keys - {first} else spot for spot in spots]


def plan_detail(
    column: Column, page: MapPage, spots: Sequence[naming.Spot], taken: Sequence[Box] = ()
) -> Detail | None:
    """The detail of the largest crowd of signs; None when signs stand apart or there is no room.

    Three signs that touch have one only where a name of theirs has no room beside its sign. In the panel if a whole
    list fits under it, else in a corner of the map free of the study and of the boxes ``taken``, else in the panel above
    a shorter list.
    """
    crowd = _largest_crowd(spots)
    if len(crowd) < _FEWEST or (len(crowd) < _MANY and _all_beside(crowd, page, spots, taken)):
        return None
    bottom = insets_top(column, page) - 3.0
    line = line_mm(page.theme.base_pt - 2.5)
    heights = [min(column.width, bottom - column.y - lines * line) for lines in (_LISTING_LINES, _FEWEST_LINES)]
    panels = [
        ((column.width, height), Detail(frozenset(), page, column.left, bottom - height, 1))
        for height in heights
        if height >= _LEAST_MM
    ]
    rooms = panels if heights[0] >= _LEAST_MM else [*_free_corner(page, taken), *panels]
    found = (_enlarged(crowd, page, size, bare) for size, bare in rooms)
    return next((detail for detail in found if detail is not None), None)


def _all_beside(
    crowd: Sequence[naming.Spot], page: MapPage, spots: Sequence[naming.Spot], taken: Sequence[Box]
) -> bool:
    """Whether the map has room for each name of a crowd beside its sign."""
    layout = naming.place_spots(spots, [], page.frame, taken, page.theme)
    return all(spot.key in layout.boxes and spot.key not in layout.leaders for spot in crowd)


def _free_corner(page: MapPage, taken: Sequence[Box]) -> list[tuple[tuple[float, float], Detail]]:
    """The largest square, with a title above, that a corner of the map has room for."""
    kept = shapely.union_all([page.ground.land, *(shapely.box(*box) for box in taken)])
    for side in _CORNER_SIDES_MM:
        if (box := furniture_corner(page.frame, kept, (side, side + _title_mm(page)))) is not None:
            top = TOP_MM + page.frame.height_mm - box.y1 + _title_mm(page)
            return [((side, side), Detail(frozenset(), page, EDGE_MM + box.x0, top, 1, box))]
    return []


def _title_mm(page: MapPage) -> float:
    return line_mm(page.theme.base_pt - 2) + 1.0


def _enlarged(crowd: Sequence[naming.Spot], page: MapPage, size: tuple[float, float], bare: Detail) -> Detail | None:
    """A crowd at the scale that fills a size; None when it would hardly be larger."""
    width, height = size
    west, east = min(spot.x for spot in crowd), max(spot.x for spot in crowd)
    south, north = min(spot.y for spot in crowd), max(spot.y for spot in crowd)
    grow_x = max(0.0, width / _MOST_TIMES - (east - west)) / 2
    grow_y = max(0.0, height / _MOST_TIMES - (north - south)) / 2
    scale = page.frame.mm_per_m
    metres = [
        page.frame.west + (west - grow_x) / scale,
        page.frame.south + (south - grow_y) / scale,
        page.frame.west + (east + grow_x) / scale,
        page.frame.south + (north + grow_y) / scale,
    ]
    outermost = max(spot.radius for spot in crowd if spot.x in (west, east) or spot.y in (south, north))
    frame = frame_around((metres[0], metres[1], metres[2], metres[3]), width, height, _MARGIN_MM + outermost)
    times = frame.mm_per_m / scale
    if times < _LEAST_TIMES:
        return None
    return replace(bare, keys=frozenset(spot.key for spot in crowd), page=replace(page, frame=frame), times=times)


def draw_detail(
    figure: Figure, axes: Axes, column: Column, detail: Detail, outer: MapFrame, spots: Sequence[naming.Spot]
) -> list[str]:
    """Draw the detail and frame its place on the map; returns the names that found no room in it."""
    from matplotlib.patches import Rectangle

    page, theme = detail.page, detail.page.theme
    frame, whole = page.frame, place_on_map(outer, detail)
    said = theme.say("Détail, {times} fois plus grand", times=format_number(round(detail.times, 1), 1, theme.language))
    size = theme.base_pt - 2
    if detail.corner is None:
        below = detail.title_top + 0.72 * line_mm(size)
        add_text(column.axes, detail.left, below, said, size, va="baseline", fontweight="bold")
    else:
        low = detail.corner.y1 - 0.8 * line_mm(size)
        size *= min(1.0, frame.width_mm / text_width_mm(said, size, "bold"))
        add_text(axes, detail.corner.x0, low, said, size, va="baseline", fontweight="bold", zorder=12)
    inset = map_axes(figure, frame, detail.left, detail.top, paper_of(WATER, theme))
    draw_ground(inset, page.ground, page.territory, theme)
    points = page.points("commune")
    shown = [replace(spot, x=points[spot.key][0], y=points[spot.key][1]) for spot in spots if spot.key in points]
    draw_circles(inset, [(spot.x, spot.y, spot.radius) for spot in shown], theme)
    smaller = replace(theme, base_pt=theme.base_pt - _SMALLER_PT)
    layout = naming.place_spots(shown, [], frame, [], smaller)
    naming.write_spots(inset, shown, layout, smaller)
    axes.add_patch(
        Rectangle((whole.x0, whole.y0), whole.x1 - whole.x0, whole.y1 - whole.y0, fill=False, edgecolor=INK, linewidth=0.8,
                  linestyle=(0, (3, 1.5)), zorder=13)
    )  # fmt: skip
    names = {spot.key: spot.name for spot in shown if spot.key in detail.keys}
    return [names[key] for key in layout.dropped if key in names]


def place_on_map(frame: MapFrame, detail: Detail) -> Box:
    """Where the detail lies on the map, in its millimetres."""
    inner = detail.page.frame
    west, south = frame.point(inner.west, inner.south)
    return Box(west, south, west + inner.width_mm / detail.times, south + inner.height_mm / detail.times)


def _largest_crowd(spots: Sequence[naming.Spot]) -> list[naming.Spot]:
    """The largest group of signs that touch one another, the most important first."""
    left, crowds = list(spots), []
    while left:
        crowd, front = [], [left.pop(0)]
        while front:
            spot = front.pop()
            crowd.append(spot)
            near = [o for o in left if math.hypot(o.x - spot.x, o.y - spot.y) < o.radius + spot.radius + _TOUCHING_MM]
            left = [other for other in left if other not in near]
            front += near
        crowds.append(crowd)
    return max(crowds, key=len, default=[])
