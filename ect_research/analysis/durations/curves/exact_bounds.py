"""Bounds of curves where no standard error speaks: before the first end, and once everybody has ended."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
SURE = 1e-12
"""Shares nearer than that to 0 or 1 are 0 or 1."""


def beta_product_bounds(risk: Counts, ends: Counts, after: Counts, confidence: float) -> tuple[Floats, Floats]:
    """Bounds of a survival that hold for few cases and at every share, 0 and 1 included.

    Without censoring they are those of Clopper and Pearson.

    ``risk``: cases at risk at each age; ``ends``: ends at each age; ``after``: cases at risk just after each age; the
    lower bound is 0 once nobody is.

    Source:
        Fay, Brittain & Proschan (2013), *Biostatistics* 14, 723–736, by the method of moments.

    >>> low, high = beta_product_bounds(np.array([10, 7]), np.array([3, 7]), np.array([7, 0]), 0.95)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.348, 0.0], [0.933, 0.308])
    """
    from scipy.stats import beta

    first, second = (risk - ends + 1).astype(np.float64), ends.astype(np.float64)
    size = first + second
    mean = np.asarray(np.cumprod(first / size), dtype=np.float64)
    square = np.asarray(np.cumprod(first * (first + 1) / (size * (size + 1))), dtype=np.float64)
    tail = (1 - confidence) / 2
    low, high = np.zeros(len(risk)), np.ones(len(risk))
    met = np.cumsum(ends) > 0
    high[met] = beta.ppf(1 - tail, *_same_moments(mean[met], square[met]))
    on = after > 0
    left = after[on].astype(np.float64)
    low[on] = beta.ppf(tail, *_same_moments(mean[on] * left / (left + 1), square[on] * left / (left + 2)))
    return low, high


def incidence_bounds(
    parts: Floats, risk: Counts, ends: Counts, censored: Counts, confidence: float
) -> tuple[Floats, Floats]:
    """Bounds of the shares that are 0 or 1; NaN elsewhere. Clopper and Pearson's when nobody is censored.

    An end that nobody has met is bounded by those who are known not to have met it: the projects at risk, and those whom
    another end took before, each for the probability of being still followed (Gray's risk set).

    ``parts``: ages × (ends, then no end); ``risk``: projects at risk at each age; ``ends``: ages × ends, number;
    ``censored``: number at each age.

    >>> low, high = incidence_bounds(np.array([[1, 0, 0.0]]), np.array([8]), np.array([[8, 0]]), np.array([0]), 0.95)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([[0.631, 0.0, 0.0]], [[1.0, 0.369, 0.369]])
    """
    low, high = np.full(parts.shape, np.nan), np.full(parts.shape, np.nan)
    all_ends = ends.sum(axis=1)
    tail = (1 - confidence) / 2
    _, most_without = beta_product_bounds(risk, all_ends, risk - all_ends, confidence)
    left = risk - all_ends
    stay = 1 - np.divide(censored, left, out=np.zeros(len(risk)), where=left > 0)
    known, gone = np.zeros(len(risk)), 0.0
    for step in range(len(risk)):
        known[step] = risk[step] + gone
        gone = (gone + all_ends[step]) * stay[step]
    none, whole = parts < SURE, parts > 1 - SURE
    fewest = np.repeat((tail ** (1 / known))[:, None], parts.shape[1], axis=1)
    low[none], high[none] = 0.0, (1 - fewest)[none]
    low[whole], high[whole] = np.repeat((1 - most_without)[:, None], parts.shape[1], axis=1)[whole], 1.0
    # No end at all: nobody has ended, or everybody has.
    high[none[:, -1], -1] = most_without[none[:, -1]]
    low[whole[:, -1], -1] = (tail ** (1 / risk))[whole[:, -1]]
    return low, high


def _same_moments(mean: Floats, square: Floats) -> tuple[Floats, Floats]:
    """The beta distribution of a given mean and mean square."""
    scale = (mean - square) / (square - mean**2)
    return mean * scale, (1 - mean) * scale
