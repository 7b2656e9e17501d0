"""The frame of a map: which metres of Lambert-93 fall on which millimetres of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure
    from matplotlib.path import Path

Vertices = NDArray[np.float64]
Codes = NDArray[np.uint8]
Geometries = Any
"""A shapely geometry, or a sequence or array of them; shapely has no types."""


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

    def meets(self, geometries: Geometries, margin_m: float = 0.0) -> NDArray[np.bool_]:
        """Which geometries have bounds that meet the land shown, or come near."""
        west, south, east, north = shapely.bounds(geometries).T
        width, height = (side / self.mm_per_m + margin_m for side in (self.width_mm, self.height_mm))
        across = (west <= self.west + width) & (east >= self.west - margin_m)
        return np.asarray(across & (south <= self.south + height) & (north >= self.south - margin_m))

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of Lambert-93 in millimetres from the bottom left corner."""
        return (x - self.west) * self.mm_per_m, (y - self.south) * self.mm_per_m

    def holds(self, x: float, y: float) -> bool:
        """Whether a point of Lambert-93 lies in the frame."""
        across, up = self.point(x, y)
        return 0 <= across <= self.width_mm and 0 <= up <= self.height_mm


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


def paths_of(geometries: Geometries) -> list[Path]:
    """One compound path per geometry, of all its rings or lines; holes turn against their outline.

    >>> [path.vertices.shape for path in paths_of([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)])]
    [(5, 2), (5, 2)]
    """
    from matplotlib.path import Path

    vertices, codes, owner = _coordinates(geometries)
    if not len(vertices):
        return []
    cuts = np.flatnonzero(np.diff(owner)) + 1
    parts = zip(np.split(vertices, cuts), np.split(codes, cuts), strict=True)
    return [Path(points, kinds) for points, kinds in parts]


def compound_path(geometries: Geometries, finest_mm: float = 0.0) -> Path:
    """Every geometry in one path: drawn at once, neighbours show no pale hairline between them.

    Args:
        geometries: in millimetres.
        finest_mm: vertices are put on a grid of this step, and those that fall together written once; neighbours
            stay neighbours.

    >>> compound_path([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]).vertices.shape
    (10, 2)
    """
    from matplotlib.path import Path

    vertices, codes, _ = _coordinates(geometries)
    if finest_mm:
        vertices, told = _on_grid(vertices, codes != Path.LINETO, finest_mm)
        codes = codes[told]
    return Path(vertices, codes)


def add_shapes(
    axes: Axes,
    geometries: Geometries,
    *,
    merged: bool = False,
    finest_mm: float = 0.0,
    **style: Any,  # noqa: ANN401 - matplotlib
) -> PathCollection:
    """Draw geometries (millimetres) as one collection; those cut away are left out.

    Args:
        axes: in millimetres.
        geometries: polygons or lines.
        merged: draw them as one path, when they share a fill.
        finest_mm: step of `compound_path`, for small maps drawn merged.
        style: of the collection.
    """
    from matplotlib.collections import PathCollection

    settings: dict[str, Any] = {"facecolor": "none", "edgecolor": "none", "linewidth": 0.0, **style}
    shown = _shown(geometries)
    paths = [compound_path(shown, finest_mm)] if merged and len(shown) else paths_of(shown)
    collection = PathCollection(paths, joinstyle="round", **settings)
    axes.add_collection(collection, autolim=False)
    return collection


def add_borders(
    axes: Axes,
    geometries: Geometries,
    *,
    groups: Any = (),  # noqa: ANN401 - a sequence or an array
    finest_mm: float = 0.0,
    **style: Any,  # noqa: ANN401 - matplotlib
) -> None:
    """Draw the borders of zones (millimetres), each once though two zones share it.

    Args:
        axes: in millimetres.
        geometries: polygons or lines.
        groups: of each geometry; the borders inside a group are left out.
        finest_mm: step of `compound_path`.
        style: of the collection.
    """
    from matplotlib.collections import PathCollection

    settings: dict[str, Any] = {"facecolor": "none", "joinstyle": "round", "capstyle": "round", **style}
    paths = [border_path(geometries, groups, finest_mm)]
    axes.add_collection(PathCollection(paths, **settings), autolim=False)


def border_path(geometries: Geometries, groups: Any = (), finest_mm: float = 0.0) -> Path:  # noqa: ANN401 - a sequence or an array
    """The borders of zones in one path; arguments as `add_borders`.

    >>> pair = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    >>> border_path(pair).vertices.shape, border_path(pair, ["a", "a"]).vertices.shape  # 7 or 6 sides
    ((10, 2), (9, 2))
    """
    from matplotlib.path import Path

    vertices, codes, owner = _coordinates(_shown(geometries), oriented=False)
    if finest_mm:
        vertices, told = _on_grid(vertices, codes == Path.MOVETO, finest_mm)
        codes, owner = codes[told], owner[told]
    drawn = codes != Path.MOVETO
    sides = np.flatnonzero(drawn)
    order, starts = _alike(vertices, sides)
    kept = np.minimum.reduceat(order, starts) if len(sides) else order
    if len(groups):
        of_side = np.unique(np.asarray(groups), return_inverse=True)[1][owner[sides]][order]
        counts = np.diff(starts, append=len(order))
        kept = kept[(counts == 1) | (np.minimum.reduceat(of_side, starts) != np.maximum.reduceat(of_side, starts))]
    drawn[:] = False
    drawn[sides[kept]] = True
    told = drawn | np.append(drawn[1:], False)
    return Path(vertices[told], np.where(drawn, Path.LINETO, Path.MOVETO)[told])


def _on_grid(vertices: Vertices, kept: NDArray[np.bool_], step: float) -> tuple[Vertices, NDArray[np.bool_]]:
    """Vertices on a grid, those that fall on the one before left out unless ``kept``; and which are there."""
    moved = np.round(vertices / step) * step
    told = kept | np.r_[True, (moved[1:] != moved[:-1]).any(axis=1)]
    return moved[told], told


def _alike(vertices: Vertices, ends: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Sides (the ranks of their ends) so ordered that those of the same two points follow, and where each new one begins."""
    x, y = (vertices + 0.0).view(np.uint64).T
    mixed = x * _MIXERS[0] ^ y * _MIXERS[1]
    mixed = (mixed ^ mixed >> _HALF) * _MIXERS[2]
    mixed ^= mixed >> _HALF
    sides = mixed[ends] + mixed[ends - 1]
    order = np.argsort(sides)
    return order, np.flatnonzero(np.diff(sides[order], prepend=~sides[order[:1]]))


# Odd numbers of 64 bits that spread the bits of two coordinates (splitmix64, xxHash).
_MIXERS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xBF58476D1CE4E5B9], dtype=np.uint64)
_HALF = np.uint64(32)


def _shown(geometries: Geometries) -> NDArray[Any]:
    """Those that are not cut away."""
    given = np.array(geometries, dtype=object)
    shown: NDArray[Any] = given[~(shapely.is_missing(given) | shapely.is_empty(given))]
    return shown


def _coordinates(geometries: Geometries, *, oriented: bool = True) -> tuple[Vertices, Codes, NDArray[np.intp]]:
    """Vertices and path codes of all geometries in one pass, and the rank of the geometry of each."""
    from matplotlib.path import Path

    rings, owner = _lines_of(geometries, oriented=oriented)
    closed = shapely.get_type_id(rings) == shapely.GeometryType.LINEARRING
    lengths = shapely.get_num_coordinates(rings)
    ends = np.cumsum(lengths)
    vertices = shapely.get_coordinates(rings)
    codes = np.full(len(vertices), Path.LINETO, dtype=np.uint8)
    codes[ends - lengths] = Path.MOVETO
    codes[ends[closed] - 1] = Path.CLOSEPOLY
    return vertices, codes, np.repeat(owner, lengths)


def _lines_of(geometries: Geometries, *, oriented: bool) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Rings and lines of geometries in order, and the rank of the geometry each belongs to."""
    parts, of_geometry = _parts(np.asarray(geometries, dtype=object))
    kind = shapely.get_type_id(parts)
    surface = kind == shapely.GeometryType.POLYGON
    polygons = shapely.orient_polygons(parts[surface]) if oriented else parts[surface]
    rings, of_part = shapely.get_rings(polygons, return_index=True)
    thin = np.isin(kind, (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING))
    lines = np.concatenate([rings, parts[thin]])
    owner = np.concatenate([of_geometry[surface][of_part], of_geometry[thin]])
    order = np.argsort(owner, kind="stable")
    return lines[order], owner[order]


def _parts(geometries: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Simple parts of geometries, collections in collections opened, and the rank of the geometry of each."""
    once, first = shapely.get_parts(geometries, return_index=True)
    if not (shapely.get_type_id(once) > shapely.GeometryType.POLYGON).any():
        return once, first
    twice, second = shapely.get_parts(once, return_index=True)
    return twice, first[second]
