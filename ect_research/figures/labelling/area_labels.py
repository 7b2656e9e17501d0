"""Names that are not beside a point: inside or beside an area, and called from afar by a line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from ect_research.figures.labelling.point_labels import (
    Box,
    LabelLayout,
    Line,
    Obstacles,
    PointLabel,
    overlaps,
    place_labels,
)

Floats = NDArray[np.float64]
Circle = tuple[float, float, float]
_CELLS_PER_LINE = 8
_MOST_CELLS = 400
_PLACES = 40
_EDGE = 1e-6
_ENOUGH_INSIDE = (1.0, 0.88, 0.72)


@dataclass(frozen=True)
class AreaLabel:
    """A text to write inside an area.

    Attributes:
        key: what identifies the label in the result.
        area: polygon, in the unit of the boxes.
        variants: (width, height) of the text in each acceptable setting (one line, two lines, smaller…), the
            preferred first.
    """

    key: str
    area: Any
    variants: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class AreaPlace:
    """Where an area name goes: centre of the text, and which variant was used."""

    x: float
    y: float
    variant: int


def place_area_names(
    names: Sequence[AreaLabel],
    taken: Sequence[Box],
    *,
    gap: float = 1.0,
    whole: bool = False,
    spared: Sequence[Box] = (),
) -> dict[str, AreaPlace | None]:
    """Find for each name the roomiest place of its area that touches nothing already written.

    The preferred variant that fits wholly inside is taken; failing that, the first that lies inside for most of
    its surface (88 %, then 72 % beginning with the last variant); failing that, ``None``.

    Args:
        names: in order of priority: each takes its place before the next is tried.
        taken: boxes of labels and symbols.
        gap: free space kept around the text.
        whole: refuse what does not lie wholly inside.
        spared: boxes that a name touches only where its area has no other place.

    >>> room = AreaLabel("pays", shapely.box(0, 0, 100, 40), [(60, 10)])
    >>> place = place_area_names([room], [])["pays"]
    >>> round(place.x), round(place.y)
    (50, 20)
    """
    blocks = [tuple(box) for box in taken]
    places: dict[str, AreaPlace | None] = {}
    for name in names:
        written = np.array(blocks, dtype=float).reshape(-1, 4)
        shares = _ENOUGH_INSIDE[:1] if whole else _ENOUGH_INSIDE
        grounds = [np.vstack([written, spared]), written] if spared else [written]
        place = _place(name, [(least, ground) for ground in grounds for least in shares], gap)
        places[name.key] = place
        if place is not None:
            width, height = name.variants[place.variant]
            blocks.append((place.x - width / 2, place.y - height / 2, place.x + width / 2, place.y + height / 2))
    return places


def _place(name: AreaLabel, tries: Sequence[tuple[float, Floats]], gap: float) -> AreaPlace | None:
    raster = _Raster.of(name)
    tried: dict[int, tuple[Floats, Floats]] = {}
    for least_inside, taken in tries:
        order = list(range(len(name.variants)))
        for variant in order if least_inside > _ENOUGH_INSIDE[-1] else reversed(order):
            if variant not in tried:
                width, height = (side + 2 * gap for side in name.variants[variant])
                boxes = _boxes_around(raster.centres, width, height)
                tried[variant] = boxes, raster.share_inside(boxes)
            boxes, inside = (held[tried[variant][1] >= least_inside] for held in tried[variant])
            beside = _room_beside(taken, boxes)
            if (beside > 0).any():
                x, y = _roomiest(raster, boxes[beside > 0], inside[beside > 0], beside[beside > 0])
                return AreaPlace(x, y, variant)
    return None


def _roomiest(raster: _Raster, boxes: Floats, inside: Floats, beside: Floats) -> tuple[float, float]:
    """Centre of the box farthest from the edge and from what is written; centrality breaks ties."""
    height = float(boxes[0, 3] - boxes[0, 1])
    room = np.minimum(raster.room_inside(boxes), beside) - height * (1 - inside)
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    off_centre = np.hypot(x - raster.middle[0], y - raster.middle[1]) / (1 + np.sqrt(raster.surface))
    best = int(np.argmax(np.round(room - 0.5 * off_centre, 6)))
    return float(x[best]), float(y[best])


@dataclass(frozen=True)
class _Raster:
    """An area as cells of that side, summed below and left of each node so that any box is weighed in four look-ups."""

    corner: tuple[float, float]
    cell: float
    sums: NDArray[np.int32]
    centres: Floats
    middle: tuple[float, float]
    surface: float

    @classmethod
    def of(cls, name: AreaLabel) -> _Raster:
        """Cells a fraction of the smallest text high."""
        west, south, east, north = name.area.bounds
        side = max(east - west, north - south)
        finest = min(height for _, height in name.variants) / _CELLS_PER_LINE
        cell = max(finest, side / _MOST_CELLS)
        mask = _fill(name.area, (west, south), cell)
        sums = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1), dtype=np.int32)
        mask.cumsum(axis=0, dtype=np.int32, out=sums[1:, 1:])
        sums.cumsum(axis=1, dtype=np.int32, out=sums)
        down, across = (1 + length // _PLACES for length in mask.shape)
        up, right = (
            found * step for found, step in zip(np.nonzero(mask[::down, ::across]), (down, across), strict=True)
        )
        middle = name.area.centroid.coords[0]
        places = np.column_stack([west + (right + 0.5) * cell, south + (up + 0.5) * cell])
        return cls((west, south), cell, sums, np.vstack([middle, places]), middle, float(name.area.area))

    def share_inside(self, boxes: Floats) -> Floats:
        """Share of each box that lies in the area."""
        edges = ((boxes - (*self.corner, *self.corner)) / self.cell).T
        low, high = np.floor(edges[:2] + _EDGE).astype(np.intp), np.ceil(edges[2:] - _EDGE).astype(np.intp)
        most = np.array(self.sums.shape[::-1])[:, None] - 1
        (x0, y0), (x1, y1) = np.minimum(np.maximum(low, 0), most), np.minimum(np.maximum(high, 0), most)
        held = self.sums[y1, x1] - self.sums[y0, x1] - self.sums[y1, x0] + self.sums[y0, x0]
        wide, tall = high - low
        return np.asarray(held / (wide * tall))

    def room_inside(self, boxes: Floats) -> Floats:
        """How far each box can grow on every side within the area, to the nearest cell."""
        reach = np.zeros(len(boxes))
        step = self.cell * 2 ** np.floor(np.log2(min(self.sums.shape) / 2))
        while step >= self.cell / 2:
            grown = (reach + step)[:, None] * (-1, -1, 1, 1)
            reach[self.share_inside(boxes + grown) >= 1] += step
            step /= 2
        return reach


def _fill(area: Any, corner: tuple[float, float], cell: float) -> NDArray[np.bool_]:  # noqa: ANN401 - shapely has no types
    """Cells whose centre lies in the area: each edge flips what is to the right of it."""
    rings = shapely.get_rings(shapely.get_parts(area))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    nodes = (points - corner) / cell - 0.5
    columns, rows = np.ceil(nodes.max(axis=0) + 0.5).astype(int)
    same_ring = ring[1:] == ring[:-1]
    start, end = nodes[:-1][same_ring], nodes[1:][same_ring]
    first = np.ceil(np.minimum(start[:, 1], end[:, 1])).astype(int)
    crossed = np.ceil(np.maximum(start[:, 1], end[:, 1])).astype(int) - first
    edge = np.repeat(np.arange(len(start)), crossed)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(crossed) - crossed, crossed) + first[edge]
    slope = (end[edge, 0] - start[edge, 0]) / (end[edge, 1] - start[edge, 1])
    column = np.ceil(start[edge, 0] + (row - start[edge, 1]) * slope).astype(int)
    flips = np.bincount(row * (columns + 1) + column, minlength=rows * (columns + 1)).astype(np.uint8)
    inside = np.bitwise_xor.accumulate(flips.reshape(rows, columns + 1), axis=1)[:, :columns] & 1
    return np.asarray(inside.view(np.bool_))


def _room_beside(taken: Floats, boxes: Floats) -> Floats:
    """Distance of each box to the nearest box taken; nothing or less where they overlap."""
    across = np.maximum(boxes[:, None, 0] - taken[:, 2], taken[:, 0] - boxes[:, None, 2])
    up = np.maximum(boxes[:, None, 1] - taken[:, 3], taken[:, 1] - boxes[:, None, 3])
    apart = np.hypot(np.maximum(across, 0), np.maximum(up, 0))
    return np.asarray(np.where((across > 0) | (up > 0), apart, np.maximum(across, up)).min(axis=1, initial=np.inf))


def _boxes_around(centres: Floats, width: float, height: float) -> Floats:
    half = np.array([width / 2, height / 2])
    return np.column_stack([centres - half, centres + half])


_DIRECTIONS = 24
_STEPS = 10
_CROSSED = 4.0
_CLOSE = 1e-6


def place_or_call(
    labels: Sequence[PointLabel], obstacles: Obstacles, *, gap: float, reach: float, speck: float = 0.0
) -> LabelLayout:
    """`place_labels` where no name may be taken for another's; those left are called out by a line, or dropped.

    Args:
        labels: keys must differ.
        obstacles: frame, forbidden boxes and bare symbols.
        gap: free space between a symbol and its text.
        reach: longest line.
        speck: radius of the symbols that a called name may cover where it finds no other place.

    >>> from ect_research.figures.labelling.point_labels import Obstacles, PointLabel
    >>> crowd = [PointLabel(str(at), 30 + 3 * (at % 3), 30 + 3 * (at // 3), 2, 12, 4, -at) for at in range(9)]
    >>> layout = place_or_call(crowd, Obstacles(Box(0, 0, 70, 70)), gap=1, reach=25)
    >>> len(layout.boxes), len(layout.leaders) > 0
    (9, True)
    """
    layout = place_labels(labels, obstacles, gap=gap, strict=True)
    if not layout.dropped:
        return layout
    named = {label.key: label for label in labels}
    symbols = [(label.x, label.y, label.radius) for label in labels] + list(obstacles.symbols)
    boxes, lost = dict(layout.boxes), []
    leaders: dict[str, Line] = {}
    for key in layout.dropped:
        taken = [*obstacles.forbidden, *boxes.values()]
        found = None
        for least in sorted({0.0, speck}):
            shown = [circle for circle in symbols if circle[2] >= least]
            found = found or _call(named[key], obstacles.frame, (taken, shown, list(leaders.values())), (gap, reach))
        if found is None:
            lost.append(key)
        else:
            boxes[key], leaders[key] = found
    positions = layout.positions | dict.fromkeys(leaders, "L")
    return LabelLayout(
        {label.key: boxes[label.key] for label in labels if label.key in boxes}, positions, tuple(lost), leaders
    )


def leader_to(label: PointLabel, box: Box) -> Line:
    """The line from the edge of a symbol to the nearest point of its text."""
    end = (min(max(label.x, box.x0), box.x1), min(max(label.y, box.y0), box.y1))
    far = math.dist((label.x, label.y), end) or 1.0
    share = min(1.0, label.radius / far)
    return (label.x + (end[0] - label.x) * share, label.y + (end[1] - label.y) * share), end


def is_misleading(label: PointLabel, box: Box, symbols: Sequence[Circle]) -> bool:
    """Whether a text is nearer to the symbol of another than to its own."""
    own = _gap(box, (label.x, label.y, label.radius))
    others = [circle for circle in symbols if circle[:2] != (label.x, label.y)]
    return any(_gap(box, circle) < own - _CLOSE for circle in others)


def _apart(label: PointLabel, circle: Circle) -> bool:
    """Whether a symbol does not touch that of a label: its line has no reason to cross it."""
    x, y, radius = circle
    return math.hypot(label.x - x, label.y - y) > label.radius + radius


def _gap(box: Box, circle: Circle) -> float:
    x, y, radius = circle
    return math.hypot(max(box.x0 - x, 0, x - box.x1), max(box.y0 - y, 0, y - box.y1)) - radius


def _call(
    label: PointLabel,
    frame: Box,
    around: tuple[Sequence[Box], Sequence[Circle], Sequence[Line]],
    lengths: tuple[float, float],
) -> tuple[Box, Line] | None:
    """The nearest free place for a text and its line, that crosses no symbol but those that touch its own."""
    taken, symbols, lines = around
    best: tuple[float, Box, Line] | None = None
    others = [circle for circle in symbols if circle[:2] != (label.x, label.y)]
    for box in _places(label, frame, *lengths):
        if any(overlaps(box, other) for other in taken) or any(_gap(box, circle) < 0 for circle in symbols):
            continue
        line = leader_to(label, box)
        if any(_meets_box(line, other) for other in taken) or any(_cross(line, other) for other in lines):
            continue
        if any(_meets_box(other, box) for other in lines):
            continue
        crossed = [circle for circle in others if _meets_circle(line, circle)]
        if any(_apart(label, circle) for circle in crossed):
            continue
        cost = math.dist(*line) + _CROSSED * len(crossed)
        if best is None or cost < best[0] - _CLOSE:
            best = (cost, box, line)
    return None if best is None else best[1:]


def _places(label: PointLabel, frame: Box, gap: float, reach: float) -> Iterator[Box]:
    for step in range(1, _STEPS + 1):
        distance = label.radius + gap + (reach - gap) * step / _STEPS
        for turn in range(_DIRECTIONS):
            angle = 2 * math.pi * turn / _DIRECTIONS
            x, y = label.x + distance * math.cos(angle), label.y + distance * math.sin(angle)
            left = x - label.width * (1 - math.cos(angle)) / 2
            low = y - label.height * (1 - math.sin(angle)) / 2
            box = Box(left, low, left + label.width, low + label.height)
            if box.x0 >= frame.x0 and box.y0 >= frame.y0 and box.x1 <= frame.x1 and box.y1 <= frame.y1:
                yield box


def _meets_circle(line: Line, circle: Circle) -> bool:
    (x0, y0), (x1, y1) = line
    x, y, radius = circle
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2
    share = min(1.0, max(0.0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length)) if length else 0.0
    return math.hypot(x0 + share * (x1 - x0) - x, y0 + share * (y1 - y0) - y) < radius


def _meets_box(line: Line, box: Box) -> bool:
    """Whether a line crosses a text, by clipping (Liang–Barsky)."""
    (x0, y0), (x1, y1) = line
    low, high = 0.0, 1.0
    for start, way, least, most in ((x0, x1 - x0, box.x0, box.x1), (y0, y1 - y0, box.y0, box.y1)):
        if abs(way) < _CLOSE:
            if not least < start < most:
                return False
            continue
        first, last = sorted(((least - start) / way, (most - start) / way))
        low, high = max(low, first), min(high, last)
    return low < high - _CLOSE


def _cross(one: Line, other: Line) -> bool:
    def side(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    (a, b), (c, d) = one, other
    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
