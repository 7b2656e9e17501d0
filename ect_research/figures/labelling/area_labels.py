"""Names inside areas, in what the point labels left free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ect_research.figures.labelling.point_labels import Box

    Floats = NDArray[np.float64]

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
    names: Sequence[AreaLabel], taken: Sequence[Box], *, gap: float = 1.0, whole: bool = False
) -> dict[str, AreaPlace | None]:
    """Find for each name the roomiest place of its area that touches nothing already written.

    The preferred variant that fits wholly inside is taken; failing that, the first that lies inside for most of
    its surface (88 %, then 72 % beginning with the last variant); failing that, ``None``.

    Args:
        names: in order of priority: each takes its place before the next is tried.
        taken: boxes of labels and symbols.
        gap: free space kept around the text.
        whole: refuse what does not lie wholly inside.

    >>> room = AreaLabel("pays", shapely.box(0, 0, 100, 40), [(60, 10)])
    >>> place = place_area_names([room], [])["pays"]
    >>> round(place.x), round(place.y)
    (50, 20)
    """
    blocks = [tuple(box) for box in taken]
    places: dict[str, AreaPlace | None] = {}
    for name in names:
        written = np.array(blocks, dtype=float).reshape(-1, 4)
        place = _place(name, written, gap, _ENOUGH_INSIDE[:1] if whole else _ENOUGH_INSIDE)
        places[name.key] = place
        if place is not None:
            width, height = name.variants[place.variant]
            blocks.append((place.x - width / 2, place.y - height / 2, place.x + width / 2, place.y + height / 2))
    return places


def _place(name: AreaLabel, taken: Floats, gap: float, shares: tuple[float, ...]) -> AreaPlace | None:
    raster = _Raster.of(name)
    for least_inside in shares:
        order = list(range(len(name.variants)))
        for variant in order if least_inside > _ENOUGH_INSIDE[-1] else reversed(order):
            width, height = (side + 2 * gap for side in name.variants[variant])
            boxes = _boxes_around(raster.centres, width, height)
            inside = raster.share_inside(boxes)
            boxes, inside = boxes[inside >= least_inside], inside[inside >= least_inside]
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
    """An area as cells, counted so that any box is weighed in four look-ups.

    Attributes:
        corner: west, south.
        cell: side of a cell.
        sums: cells of the area below and left of each node.
        centres: where a text may be centred, shape (places, 2).
        middle: of the area.
        surface: of the area.
    """

    corner: tuple[float, float]
    cell: float
    sums: Floats
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
        sums = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1))
        sums[1:, 1:] = mask.cumsum(axis=0).cumsum(axis=1)
        rows, columns = (slice(None, None, 1 + length // _PLACES) for length in mask.shape)
        thinned = np.zeros_like(mask)
        thinned[rows, columns] = mask[rows, columns]
        up, right = np.nonzero(thinned)
        middle = name.area.centroid.coords[0]
        places = np.column_stack([west + (right + 0.5) * cell, south + (up + 0.5) * cell])
        return cls((west, south), cell, sums, np.vstack([middle, places]), middle, float(name.area.area))

    def share_inside(self, boxes: Floats) -> Floats:
        """Share of each box that lies in the area."""
        edges = (boxes - np.tile(self.corner, 2)) / self.cell
        low = np.floor(edges[:, :2] + _EDGE).astype(int)
        high = np.ceil(edges[:, 2:] - _EDGE).astype(int)
        top, right = self.sums.shape[0] - 1, self.sums.shape[1] - 1
        x0, x1 = np.clip(low[:, 0], 0, right), np.clip(high[:, 0], 0, right)
        y0, y1 = np.clip(low[:, 1], 0, top), np.clip(high[:, 1], 0, top)
        held = self.sums[y1, x1] - self.sums[y0, x1] - self.sums[y1, x0] + self.sums[y0, x0]
        return np.asarray(held / np.prod(high - low, axis=1))

    def room_inside(self, boxes: Floats) -> Floats:
        """How far each box can grow on every side within the area, to the nearest cell."""
        reach = np.zeros(len(boxes))
        step = self.cell * 2 ** np.ceil(np.log2(max(self.sums.shape)))
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
    flips = np.bincount(row * (columns + 1) + column, minlength=rows * (columns + 1))
    return np.asarray(flips.reshape(rows, columns + 1).cumsum(axis=1)[:, :columns] % 2 == 1)


def _room_beside(taken: Floats, boxes: Floats) -> Floats:
    """Distance of each box to the nearest box taken; nothing or less where they overlap."""
    room = np.full(len(boxes), np.inf)
    for x0, y0, x1, y1 in taken:
        across = np.maximum(boxes[:, 0] - x1, x0 - boxes[:, 2])
        up = np.maximum(boxes[:, 1] - y1, y0 - boxes[:, 3])
        apart = np.hypot(np.maximum(across, 0), np.maximum(up, 0))
        room = np.minimum(room, np.where((across > 0) | (up > 0), apart, np.maximum(across, up)))
    return room


def _boxes_around(centres: Floats, width: float, height: float) -> Floats:
    half = np.array([width / 2, height / 2])
    return np.column_stack([centres - half, centres + half])
