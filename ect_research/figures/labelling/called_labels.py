"""Names that a crowd leaves no room for: written apart, joined to their symbol by a thin line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ect_research.figures.labelling.point_labels import Box, LabelLayout, overlaps, place_labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ect_research.figures.labelling.point_labels import Line, Obstacles, PointLabel

    Circle = tuple[float, float, float]

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
