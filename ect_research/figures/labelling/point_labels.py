"""Names beside points without overlap: Imhof's eight positions, best response, then drop the least important.

Pure geometry: any unit will do (points, millimetres, pixels) as long as everything is in the same one, y upwards.
Serves maps, factor planes and networks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Imhof (1975): right before left, above before below. (direction x, direction y, cost).
POSITIONS = (
    ("E", 1, 0, 0.0),
    ("NE", 1, 1, 0.10),
    ("SE", 1, -1, 0.15),
    ("W", -1, 0, 0.30),
    ("NW", -1, 1, 0.35),
    ("SW", -1, -1, 0.40),
    ("N", 0, 1, 0.45),
    ("S", 0, -1, 0.50),
)
_DIAGONAL = 0.7071
_FORBIDDEN = 1e6
_CONFLICT = 1e3
_COVERED = 6.0
_MISLEADING = 0.8
_STRUCK = 1.0
_MOST_COVERED = 0.34
_GRAZED = 0.05
_ROUNDS = 30
_KICKS = 40
_KICKED_SHARE = 0.15


Line = tuple[tuple[float, float], tuple[float, float]]


class Box(NamedTuple):
    """A rectangle: left, bottom, right, top."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class PointLabel:
    """A text to write beside a symbol.

    Attributes:
        key: what identifies the label in the result.
        x: centre of the symbol.
        y: centre of the symbol.
        radius: radius of the symbol.
        width: width of the text.
        height: height of the text.
        importance: the larger, the later it is dropped.
    """

    key: str
    x: float
    y: float
    radius: float
    width: float
    height: float
    importance: float = 0.0


@dataclass(frozen=True)
class LabelLayout:
    """Where the labels go.

    Attributes:
        boxes: key → box of the text, for the labels kept, in the order given.
        positions: key → ``E``, ``NE``… for the labels kept.
        dropped: keys of the labels that found no room, the most important first.
        leaders: key → ends of the line that joins a symbol to its text, where the text stands apart.
    """

    boxes: dict[str, Box]
    positions: dict[str, str]
    dropped: tuple[str, ...]
    leaders: dict[str, Line] = field(default_factory=dict)


@dataclass(frozen=True)
class Obstacles:
    """What labels must avoid besides each other.

    Attributes:
        frame: labels stay inside.
        forbidden: boxes that no label may touch.
        symbols: other symbols ``(x, y, radius)``, which a label may graze but not hide.
        spared: boxes along lines, that a label strikes less rather than more.
    """

    frame: Box
    forbidden: Sequence[Box] = ()
    symbols: Sequence[tuple[float, float, float]] = ()
    spared: Sequence[Box] = ()


def place_labels(
    labels: Sequence[PointLabel], obstacles: Obstacles, *, gap: float = 1.5, strict: bool = False
) -> LabelLayout:
    """Choose one of eight positions for each label so that none overlaps, dropping as few as possible.

    Each label in turn takes the position that costs least given the others (overlap, symbols covered, another
    symbol nearer than its own, Imhof's preference); random kicks, kept only when they help, leave local optima.
    What still conflicts is dropped from the least important up, then offered again.

    Args:
        labels: keys must differ.
        obstacles: frame, forbidden boxes and bare symbols.
        gap: free space between a symbol and its text.
        strict: drop a label rather than write it nearer to another symbol than to its own, or over one.

    >>> pair = [PointLabel("a", 20, 20, 2, 10, 4), PointLabel("b", 34, 20, 2, 10, 4, importance=1)]
    >>> place_labels(pair, Obstacles(Box(0, 0, 60, 40))).positions
    {'a': 'W', 'b': 'E'}
    """
    if not labels:
        return LabelLayout({}, {}, ())
    candidates = _candidates(labels, gap)
    own = _own_costs(candidates, labels, obstacles, (gap, strict))
    clash = _clashes(candidates)
    chosen = _improve(own, clash, np.argmin(own, axis=1), np.random.default_rng(0))
    kept = _drop(own, clash, chosen, np.array([label.importance for label in labels]))
    written = {label.key: i for i, label in enumerate(labels) if kept[i]}
    out = [label for i, label in enumerate(labels) if not kept[i]]
    return LabelLayout(
        {key: Box(*map(float, candidates[i, chosen[i]])) for key, i in written.items()},
        {key: POSITIONS[chosen[i]][0] for key, i in written.items()},
        tuple(label.key for label in sorted(out, key=lambda label: (-label.importance, label.key))),
    )


def overlaps(first: Box, second: Box) -> bool:
    """Whether two boxes share more than an edge.

    >>> overlaps(Box(0, 0, 2, 2), Box(1, 1, 3, 3)), overlaps(Box(0, 0, 2, 2), Box(2, 0, 3, 2))
    (True, False)
    """
    return first.x0 < second.x1 and second.x0 < first.x1 and first.y0 < second.y1 and second.y0 < first.y1


def _candidates(labels: Sequence[PointLabel], gap: float) -> Floats:
    """Boxes of every label in every position, shape (labels, 8, 4)."""
    boxes = np.empty((len(labels), len(POSITIONS), 4))
    for i, label in enumerate(labels):
        for k, (_, dx, dy, _cost) in enumerate(POSITIONS):
            reach = (label.radius + gap) * (_DIAGONAL if dx and dy else 1.0)
            left = label.x + dx * reach - (label.width if dx < 0 else label.width / 2 if dx == 0 else 0.0)
            low = label.y + dy * reach - (label.height if dy < 0 else label.height / 2 if dy == 0 else 0.0)
            boxes[i, k] = (left, low, left + label.width, low + label.height)
    return boxes


def _own_costs(
    candidates: Floats, labels: Sequence[PointLabel], obstacles: Obstacles, rules: tuple[float, bool]
) -> Floats:
    """Cost of each position before other labels are considered, shape (labels, 8)."""
    cost = np.tile([position[3] for position in POSITIONS], (len(labels), 1))
    frame = obstacles.frame
    outside = (candidates[..., 0] < frame.x0) | (candidates[..., 1] < frame.y0)
    outside |= (candidates[..., 2] > frame.x1) | (candidates[..., 3] > frame.y1)
    cost[outside] += _FORBIDDEN
    if obstacles.forbidden:
        touched = _overlap(candidates[:, :, None], np.array(obstacles.forbidden, dtype=float)) > 0
        cost[touched.any(axis=2)] += _FORBIDDEN
    if obstacles.spared:
        struck = _overlap(candidates[:, :, None], np.array(obstacles.spared, dtype=float)).sum(axis=2)
        cost += _STRUCK * np.minimum(struck / _overlap(candidates, candidates), 1)
    symbols = np.array([(s.x, s.y, s.radius) for s in labels] + list(obstacles.symbols), dtype=float)
    return cost + _symbol_costs(candidates, symbols, rules)


def _symbol_costs(candidates: Floats, symbols: Floats, rules: tuple[float, bool]) -> Floats:
    """Covering the symbol of another is dear, being nearer to it than to one's own is misleading."""
    gap, strict = rules
    misleading, most = (_CONFLICT, _GRAZED) if strict else (_MISLEADING, _MOST_COVERED)
    x, y, radius = symbols.T
    squares = np.stack([x - radius, y - radius, x + radius, y + radius], axis=1)
    area = np.maximum((2 * radius) ** 2, 1e-9)
    covered = _overlap(candidates[:, :, None], squares) / area
    beside_x = np.maximum(np.maximum(candidates[..., None, 0] - x, x - candidates[..., None, 2]), 0)
    beside_y = np.maximum(np.maximum(candidates[..., None, 1] - y, y - candidates[..., None, 3]), 0)
    nearer = np.hypot(beside_x, beside_y) - radius < gap
    own = np.arange(len(candidates))
    covered[own, :, own] = 0
    nearer[own, :, own] = False
    cost = _COVERED * covered + misleading * nearer + _CONFLICT * (covered > most)
    return np.asarray(cost.sum(axis=2))


def _overlap(first: Floats, second: Floats) -> Floats:
    """Area shared by boxes, broadcast over every axis but the last."""
    width = np.minimum(first[..., 2], second[..., 2]) - np.maximum(first[..., 0], second[..., 0])
    height = np.minimum(first[..., 3], second[..., 3]) - np.maximum(first[..., 1], second[..., 1])
    return np.asarray(np.maximum(width, 0) * np.maximum(height, 0))


def _clashes(candidates: Floats) -> NDArray[np.bool_]:
    """Whether label i in position k overlaps label j in position l, shape (labels, 8, labels, 8)."""
    clash = _overlap(candidates[:, :, None, None], candidates[None, None]) > 0
    own = np.arange(len(candidates))
    clash[own, :, own, :] = False
    return clash


def _costs_of(
    i: int, own: Floats, clash: NDArray[np.bool_], chosen: NDArray[np.intp], present: NDArray[np.bool_]
) -> Floats:
    """Cost of each position of one label, the others staying where they are."""
    others = np.flatnonzero(present)
    return np.asarray(own[i] + _CONFLICT * clash[i][:, others, chosen[others]].sum(axis=1))


def _improve(
    own: Floats, clash: NDArray[np.bool_], chosen: NDArray[np.intp], random: np.random.Generator
) -> NDArray[np.intp]:
    everyone = np.ones(len(own), dtype=bool)
    best = _settle(own, clash, chosen, everyone)
    lowest, least = _total(own, clash, best), float(own.min(axis=1).sum())
    for _ in range(_KICKS if lowest > least else 0):
        kicked = best.copy()
        moved = random.random(len(own)) < _KICKED_SHARE
        kicked[moved] = random.integers(len(POSITIONS), size=int(moved.sum()))
        kicked = _settle(own, clash, kicked, everyone)
        total = _total(own, clash, kicked)
        if total < lowest:
            best, lowest = kicked, total
    return best


def _settle(
    own: Floats, clash: NDArray[np.bool_], chosen: NDArray[np.intp], present: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Best response, label after label, until nobody moves."""
    chosen = chosen.copy()
    for _ in range(_ROUNDS):
        before = chosen.copy()
        for i in np.flatnonzero(present):
            chosen[i] = int(np.argmin(_costs_of(int(i), own, clash, chosen, present)))
        if (chosen == before).all():
            break
    return chosen


def _total(own: Floats, clash: NDArray[np.bool_], chosen: NDArray[np.intp]) -> float:
    i = np.arange(len(own))
    pairs = clash[i[:, None], chosen[:, None], i[None, :], chosen[None, :]].sum() / 2
    return float(own[i, chosen].sum() + _CONFLICT * pairs)


def _drop(own: Floats, clash: NDArray[np.bool_], chosen: NDArray[np.intp], importance: Floats) -> NDArray[np.bool_]:
    """Drop until nothing conflicts, then offer a free position to those dropped; moves ``chosen`` in place."""
    i = np.arange(len(own))
    kept = np.ones(len(own), dtype=bool)
    while True:
        pairs = clash[i[:, None], chosen[:, None], i[None, :], chosen[None, :]] & kept[:, None] & kept[None, :]
        guilty = np.flatnonzero(kept & (pairs.any(axis=1) | (own[i, chosen] >= _CONFLICT)))
        if not len(guilty):
            break
        worst: Any = max(guilty, key=lambda g: (own[g, chosen[g]] >= _CONFLICT, -importance[g], pairs[g].sum(), g))
        kept[worst] = False
        chosen[:] = _settle(own, clash, chosen, kept)
    for back in sorted(np.flatnonzero(~kept), key=lambda g: (-importance[g], g)):
        costs = _costs_of(int(back), own, clash, chosen, kept)
        if costs.min() < _CONFLICT:
            chosen[back], kept[back] = int(np.argmin(costs)), True
    return kept
