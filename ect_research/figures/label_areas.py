"""Names inside areas, in what the point labels left free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ect_research.figures.labels import Box

_GRID = 40
_SIMPLIFY = 0.6
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
    blocks = [shapely.box(*box) for box in taken]
    places: dict[str, AreaPlace | None] = {}
    for name in names:
        place = _place(name, shapely.union_all(blocks), gap, _ENOUGH_INSIDE[:1] if whole else _ENOUGH_INSIDE)
        places[name.key] = place
        if place is not None:
            width, height = name.variants[place.variant]
            blocks.append(_box(np.array([place.x]), np.array([place.y]), width, height)[0])
    return places


def _place(name: AreaLabel, taken: Any, gap: float, shares: tuple[float, ...]) -> AreaPlace | None:  # noqa: ANN401
    area = shapely.simplify(name.area, _SIMPLIFY)
    x, y = _grid(area)
    shapely.prepare([area, taken])
    for least_inside in shares:
        order = list(range(len(name.variants)))
        for variant in order if least_inside > _ENOUGH_INSIDE[-1] else reversed(order):
            width, height = name.variants[variant]
            boxes = _box(x, y, width + 2 * gap, height + 2 * gap)
            allowed = ~shapely.intersects(taken, boxes)
            allowed[allowed] = _inside(area, boxes[allowed], least_inside)
            if allowed.any():
                best = _roomiest(area, taken, boxes, x, y, allowed)
                return AreaPlace(float(x[best]), float(y[best]), variant)
    return None


def _inside(area: Any, boxes: Any, least: float) -> Any:  # noqa: ANN401 - shapely has no types
    """Which boxes lie in the area for at least a share of their surface."""
    if least >= 1:
        return shapely.contains(area, boxes)
    return shapely.area(shapely.intersection(area, boxes)) >= least * shapely.area(boxes)


def _roomiest(
    area: Any,  # noqa: ANN401 - shapely has no types
    taken: Any,  # noqa: ANN401
    boxes: Any,  # noqa: ANN401
    x: Any,  # noqa: ANN401
    y: Any,  # noqa: ANN401
    allowed: Any,  # noqa: ANN401
) -> int:
    """Index of the allowed box farthest from the edge and from what is written; centrality breaks ties."""
    room = shapely.distance(shapely.boundary(area), boxes)
    if not shapely.is_empty(taken):
        room = np.minimum(room, shapely.distance(taken, boxes))
    centre = shapely.centroid(area)
    off_centre = np.hypot(x - centre.x, y - centre.y) / (1 + np.sqrt(area.area))
    score = np.where(allowed, room - 0.5 * off_centre, -np.inf)
    return int(np.argmax(np.round(score, 6)))


def _grid(area: Any) -> tuple[Any, Any]:  # noqa: ANN401 - shapely has no types
    west, south, east, north = area.bounds
    columns, rows = (np.linspace(low, high, _GRID + 1) for low, high in ((west, east), (south, north)))
    x, y = (side.ravel() for side in np.meshgrid(columns, rows))
    inside = shapely.contains_xy(area, x, y)
    return x[inside], y[inside]


def _box(x: Any, y: Any, width: float, height: float) -> Any:  # noqa: ANN401 - shapely has no types
    return shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
