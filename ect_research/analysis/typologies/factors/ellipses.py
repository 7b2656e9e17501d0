"""Confidence ellipses around the centre of each type on a plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST = 3


FEWEST_OUTLINED = 5


def outline_types(points: pd.DataFrame, types: pd.Series) -> pd.DataFrame:
    """Ellipse that would hold half of the projects of a type, were they normal, on the first two axes.

    Args:
        points: projects × axes.
        types: type of each project.

    Returns:
        ``type, x, y``; types of fewer than 5 projects, or without extent on one axis, have none.
    """
    large = types.groupby(types).transform("size") >= FEWEST_OUTLINED
    if points.shape[1] < 2 or not large.any():
        return pd.DataFrame({"type": [], "x": [], "y": []})
    return confidence_ellipses(points, types[large], level=0.5, of_centre=False)


def confidence_ellipses(
    coordinates: pd.DataFrame,
    types: pd.Series,
    *,
    axes: Sequence[int] = (1, 2),
    level: float = 0.95,
    of_centre: bool = True,
    points: int = 100,
) -> pd.DataFrame:
    """Outline of the normal ellipse of each type: of its centre, or of its projects.

    Args:
        coordinates: projects × axes.
        types: type of each project.
        axes: the plane.
        level: share covered if the projects of a type were normal.
        of_centre: around the mean (variance divided by the number of projects) or around the projects.
        points: of each outline.

    Returns:
        ``type, x, y``; types of fewer than 3 projects, or without extent on one axis, have no ellipse.

    >>> cloud = pd.DataFrame({1: [0.0, 2, 1, 1], 2: [1.0, 1, 0, 2]}, index=list("ABCD"))
    >>> len(confidence_ellipses(cloud, pd.Series(1, index=list("ABCD"))))
    100
    """
    angles = np.linspace(0, 2 * np.pi, points)
    radius = np.sqrt(stats.chi2.ppf(level, 2))
    frames = []
    for label, members in types.groupby(types):
        cloud = coordinates.loc[members.index, list(axes)].to_numpy(dtype=float)
        if len(cloud) < FEWEST:
            continue
        spread = cloud.std(axis=0, ddof=1)
        if (spread == 0).any():
            continue
        link = float(np.corrcoef(cloud.T)[0, 1])
        scale = spread / (np.sqrt(len(cloud)) if of_centre else 1.0)
        lean = np.arccos(np.clip(link, -1.0, 1.0)) / 2
        outline = cloud.mean(axis=0) + radius * scale * np.column_stack((np.cos(angles + lean), np.cos(angles - lean)))
        frames.append(pd.DataFrame({"type": label, "x": outline[:, 0], "y": outline[:, 1]}))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["type", "x", "y"])
