"""Geometry as compact SVG path data."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

UNITS_PER_MM = 20


def path_data(geometry: Any, height_mm: float) -> str:  # noqa: ANN401 - shapely has no types
    """Path data of a geometry in millimetres (y upwards), in whole units of 1/20 mm (y downwards), relative steps.

    >>> path_data(shapely.box(0, 0, 1, 1), 10)
    'M20 200v-20h-20v20z'
    """
    parts = shapely.get_parts(shapely.get_parts(geometry))
    surfaces = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    lines = parts[np.isin(shapely.get_type_id(parts), (1, 2))]
    rings = [_one(ring, height_mm, closed=True) for ring in shapely.get_rings(surfaces)]
    return "".join([*rings, *(_one(line, height_mm, closed=False) for line in lines)])


def to_units(x: float, y: float, height_mm: float) -> tuple[int, int]:
    """A point in millimetres (y upwards) as the picture counts it.

    >>> to_units(1, 1, 10)
    (20, 180)
    """
    return round(x * UNITS_PER_MM), round((height_mm - y) * UNITS_PER_MM)


def _one(ring: Any, height_mm: float, *, closed: bool) -> str:  # noqa: ANN401 - shapely has no types
    points = shapely.get_coordinates(ring)
    whole = np.rint(np.column_stack([points[:, 0], height_mm - points[:, 1]]) * UNITS_PER_MM).astype("int64")
    moves = np.diff(whole, axis=0)
    moves = moves[(moves != 0).any(axis=1)]
    if closed:
        moves = moves[:-1]
    if len(moves) < (2 if closed else 1):
        return ""
    written = [f"M{whole[0, 0]} {whole[0, 1]}"]
    for x, y in moves.tolist():
        if y == 0:
            written.append(f"h{x}")
        elif x == 0:
            written.append(f"v{y}")
        else:
            written.append(f"l{x}{'' if y < 0 else ' '}{y}")
    return "".join([*written, "z" if closed else ""])
