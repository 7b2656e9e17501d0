"""The frame of a map: which metres of Lambert-93 fall on which millimetres of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure
    from matplotlib.path import Path
    from numpy.typing import NDArray

Geometries = Any
"""A shapely geometry or an array of them; shapely has no types."""


@dataclass(frozen=True)
class MapFrame:
    """A rectangle of land and the rectangle of paper that shows it.

    Attributes:
        west: left edge, metres, Lambert-93.
        south: bottom edge, metres, Lambert-93.
        mm_per_m: scale.
        width_mm: width on paper.
        height_mm: height on paper.
    """

    west: float
    south: float
    mm_per_m: float
    width_mm: float
    height_mm: float

    def project(self, geometries: Geometries) -> Geometries:
        """Cut geometries to the frame and express them in millimetres from its bottom left corner."""
        east = self.west + self.width_mm / self.mm_per_m
        north = self.south + self.height_mm / self.mm_per_m
        cut = shapely.clip_by_rect(np.asarray(geometries, dtype=object), self.west, self.south, east, north)
        return shapely.transform(cut, lambda xy: (xy - (self.west, self.south)) * self.mm_per_m)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of Lambert-93 in millimetres from the bottom left corner."""
        return (x - self.west) * self.mm_per_m, (y - self.south) * self.mm_per_m

    def holds(self, x: float, y: float, margin_mm: float = 0.0) -> bool:
        """Whether a point of Lambert-93 lies in the frame, away from its edges."""
        across, up = self.point(x, y)
        inside_x = margin_mm <= across <= self.width_mm - margin_mm
        return inside_x and margin_mm <= up <= self.height_mm - margin_mm


def frame_around(
    bounds: tuple[float, float, float, float], width_mm: float, height_mm: float, margin_mm: float
) -> MapFrame:
    """The frame of a given size on paper that centres bounds (metres) and leaves a margin around them.

    >>> frame = frame_around((0, 0, 100_000, 50_000), 110, 110, 5)
    >>> frame.mm_per_m, frame.point(0, 25_000)
    (0.001, (5.0, 55.0))
    """
    west, south, east, north = bounds
    scale = min((width_mm - 2 * margin_mm) / (east - west), (height_mm - 2 * margin_mm) / (north - south))
    return MapFrame(
        west=(west + east) / 2 - width_mm / scale / 2,
        south=(south + north) / 2 - height_mm / scale / 2,
        mm_per_m=scale,
        width_mm=width_mm,
        height_mm=height_mm,
    )


def map_axes(figure: Figure, frame: MapFrame, left_mm: float, top_mm: float, paper: str) -> Axes:
    """Axes in millimetres from the bottom left corner of the frame, y upwards, with nothing but an edge."""
    page_width, page_height = (float(side) * 25.4 for side in figure.get_size_inches())
    axes = figure.add_axes(
        (
            left_mm / page_width,
            1 - (top_mm + frame.height_mm) / page_height,
            frame.width_mm / page_width,
            frame.height_mm / page_height,
        ),
        facecolor=paper,
    )
    axes.set_xlim(0, frame.width_mm)
    axes.set_ylim(0, frame.height_mm)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_zorder(20)
    return axes


def path_of(geometry: Geometries) -> Path:
    """One compound path of all rings or lines of a geometry; holes turn against their outline.

    >>> path_of(shapely.box(0, 0, 1, 1)).vertices.shape
    (5, 2)
    """
    from matplotlib.path import Path

    parts = shapely.get_parts(shapely.get_parts(geometry))
    surfaces = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    rings = shapely.get_rings(shapely.orient_polygons(surfaces))
    lines = parts[np.isin(shapely.get_type_id(parts), (1, 2))]
    closed = _codes(rings, Path.CLOSEPOLY)
    opened = _codes(lines, Path.LINETO)
    vertices = np.vstack([shapely.get_coordinates(rings), shapely.get_coordinates(lines)])
    return Path(vertices, np.concatenate([closed, opened]))


def add_shapes(axes: Axes, geometries: Sequence[Any], **style: Any) -> PathCollection:  # noqa: ANN401 - matplotlib
    """Draw geometries (millimetres) as one collection; those cut away are left out."""
    from matplotlib.collections import PathCollection

    settings: dict[str, Any] = {"facecolor": "none", "edgecolor": "none", "linewidth": 0.0, **style}
    shown = [shape for shape in geometries if shape is not None and not shape.is_empty]
    collection = PathCollection([path_of(shape) for shape in shown], joinstyle="round", **settings)
    axes.add_collection(collection, autolim=False)
    return collection


def _codes(parts: NDArray[Any], last: Any) -> NDArray[np.uint8]:  # noqa: ANN401 - a matplotlib path code
    from matplotlib.path import Path

    lengths = shapely.get_num_coordinates(parts)
    codes = np.full(int(lengths.sum()), Path.LINETO, dtype=np.uint8)
    ends = np.cumsum(lengths)
    codes[ends - lengths] = Path.MOVETO
    codes[ends - 1] = last
    return codes
