"""How unlike two answers to one variable are: 0 to 1, NaN when they cannot be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.stats import rankdata

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ect_research.analysis.typologies.answers import Answer

    Floats = NDArray[np.float64]

Ranking = Literal["classic", "metric", "podani"]


def answer_distances(answer: Answer, ranking: Ranking = "podani") -> Floats:
    """Distances between projects on one variable, shape (n, n), NaN where not comparable.

    >>> from ect_research.analysis.typologies.answers import Answer
    >>> answer_distances(Answer("age", "numeric", np.array([0.0, 5.0, np.nan]), ()))[0]
    array([ 0.,  1., nan])
    """
    values = answer.values
    if answer.kind == "multiple":
        return _jaccard(values)
    if answer.kind == "numeric" or (answer.kind == "ordinal" and ranking == "classic"):
        return _gaps(values)
    if answer.kind == "ordinal":
        return _ranked(values, ranking)
    unlike = np.not_equal(values[:, None], values).astype(float)
    lost = np.isnan(values)
    unlike[lost] = np.nan
    unlike[:, lost] = np.nan
    if answer.kind == "asymmetric":
        absent = values == 0
        unlike[absent[:, None] & absent] = np.nan
    return unlike


def _gaps(values: Floats) -> Floats:
    spread = np.nanmax(values) - np.nanmin(values)
    scaled = values / (spread if spread > 0 else 1.0)
    gap = scaled[:, None] - scaled
    return np.asarray(np.abs(gap, out=gap))


def _jaccard(bits: Floats) -> Floats:
    known = np.isfinite(bits[:, 0])
    present = np.nan_to_num(bits)
    shared = present @ present.T
    sizes = present.sum(axis=1)
    union = sizes[:, None] + sizes - shared
    return np.where(known[:, None] & known, 1.0 - shared / np.maximum(union, 1.0), np.nan)


def _ranked(values: Floats, ranking: Ranking) -> Floats:
    """Mean ranks; Podani's version takes half of the ties off both ends of a gap and off the range."""
    known = np.isfinite(values)
    ranks = np.full(len(values), np.nan)
    ranks[known] = rankdata(values[known])
    if ranking == "metric":
        return _gaps(ranks)
    half = (np.sum(ranks[:, None] == ranks, axis=1) - 1) / 2
    highest, lowest = np.nanmax(ranks), np.nanmin(ranks)
    scale = highest - lowest - half[ranks == highest][0] - half[ranks == lowest][0]
    gap = np.abs(ranks[:, None] - ranks)
    corrected = (gap - half[:, None] - half) / scale if scale > 0 else np.ones_like(gap)
    return np.where(np.isnan(gap), np.nan, np.where(gap == 0, 0.0, corrected))
