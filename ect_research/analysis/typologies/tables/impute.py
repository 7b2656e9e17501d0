"""Regularised iterative imputation: an unknown code becomes the shares that two axes of the others predict."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


_ENOUGH = 1e-5
"""Sum of the squared moves of the hidden cells in one round: where R's ``imputeMCA`` stops."""
_SAME_FIT = 1e-6
"""Relative change, in one round, of the misfit of the known cells: where R's ``imputeFAMD`` stops."""
_NO_SHARE = 1e-12
_MOST_ROUNDS = 1000


def impute_codes(cells: Floats, hidden: NDArray[np.bool_], weights: Floats, q: int, axes: int = 2) -> Floats:
    """Fill the hidden cells of a disjunctive table by regularised iterative correspondence analysis.

    Each round decomposes the filled table, shrinks the axes by the mean inertia of the others, and replaces the
    hidden cells by what the axes predict, until they stop moving.

    Args:
        cells: table with the hidden cells at the mean, shape (n, J).
        hidden: cells to predict, same shape.
        weights: of the rows, shape (n,).
        q: variables (the cells of a row sum to q).
        axes: axes used for the prediction; fewer when the table has fewer.

    Returns:
        the filled table; each variable still sums to 1 over a row.

    Source:
        Josse, Chavent, Liquet & Husson (2012), *Journal of Classification* 29, 91–116.

    >>> cells = np.array([[1, 0, 1, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 1, 0, 1], [1, 0, 0.5, 0.5]])
    >>> hidden = np.zeros((5, 4), dtype=bool); hidden[4, 2:] = True
    >>> impute_codes(cells, hidden, np.ones(5), 2, axes=1)[4, 2] > 0.8
    np.True_
    """
    rows = weights / weights.sum()
    filled = cells.copy()
    inner = min(axes, cells.shape[1] - q - 1, len(cells) - 2)
    if not hidden.any() or inner < 1:
        return filled
    before = cells
    for _ in range(_MOST_ROUNDS):
        predicted = _predict(filled, rows, q, inner)
        change = float((np.where(hidden, predicted - before, 0.0) ** 2).sum())
        filled = np.where(hidden, predicted, filled)
        before = predicted
        if change <= _ENOUGH:
            break
    return filled


def _predict(filled: Floats, rows: Floats, q: int, axes: int) -> Floats:
    share = rows @ filled
    root = np.sqrt(share / q)
    scaled = np.sqrt(rows)[:, None] * (filled / share - 1.0) * root
    left, values, right = np.linalg.svd(scaled, full_matrices=False)
    count = filled.shape[1]
    others = values[axes : count - q] if len(filled) > count - q else values[axes:]
    noise = min(float(np.mean(others**2)), float(values[axes] ** 2))
    shrunk = (values[:axes] ** 2 - noise) / values[:axes]
    rebuilt = (left[:, :axes] * shrunk) @ right[:axes] / np.sqrt(rows)[:, None]
    return np.asarray((rebuilt / root + 1.0) * share)


@dataclass(frozen=True)
class Holed:
    """Columns with holes.

    Attributes:
        values: at the mean where hidden, shape (n, columns).
        hidden: cells to predict, same shape.
    """

    values: Floats
    hidden: NDArray[np.bool_]


def impute_mixed(
    numbers: Holed, cells: Holed, weights: Floats, variable: NDArray[np.intp], axes: int = 2
) -> tuple[Floats, Floats]:
    """Fill hidden numbers and hidden codes together by regularised iterative factor analysis of mixed data.

    Each round standardises the filled numbers, divides the filled codes by the root of their share and each variable
    by its own first singular value (a half-known variable spreads less than a known one), shrinks the axes by the
    noise left in the others, and replaces the hidden cells by what the axes predict, until the known cells are no
    better rebuilt. Equal to R's ``missMDA::imputeFAMD``.

    Args:
        numbers: the numeric variables, p of them.
        cells: the disjunctive table, J columns.
        weights: of the rows, shape (n,).
        variable: variable of each column of the disjunctive table, from 0, shape (J,).
        axes: axes used for the prediction; fewer when the table has fewer.

    Returns:
        numbers and disjunctive table, filled; each coded variable still sums to 1 over a row.

    Source:
        Audigier, Husson & Josse (2016), *Advances in Data Analysis and Classification* 10, 5–26; Josse & Husson
        (2012), *Journal de la SFdS* 153(2), 79–99 for the noise.

    >>> numbers = np.array([[1.0], [2.0], [8.0], [9.0], [5.0]])
    >>> cells = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0, 1.0]])
    >>> lost, known = np.array([[False]] * 4 + [[True]]), np.zeros((5, 2), dtype=bool)
    >>> filled = impute_mixed(Holed(numbers, lost), Holed(cells, known), np.ones(5), np.zeros(2, dtype=int), axes=1)
    >>> float(filled[0][4, 0]) > 7
    True
    """
    rows = weights / weights.sum()
    count = numbers.values.shape[1]
    blocks = [np.flatnonzero(variable == each) + count for each in np.unique(variable)]
    freedom = count + len(variable) - len(blocks)
    filled = np.hstack([numbers.values, cells.values])
    hidden = np.hstack([numbers.hidden, cells.hidden])
    inner = min(axes, freedom - 1, len(rows) - 2)
    before = np.inf
    for _ in range(_MOST_ROUNDS if inner > 0 and hidden.any() else 0):
        mean = rows @ filled
        scale = _scales(filled, rows, count, blocks)
        scaled = (filled - mean) / scale
        predicted = _rebuild(scaled, rows, freedom, inner)
        missed = float((rows @ np.where(hidden, 0.0, (scaled - predicted) ** 2)).sum())
        filled = np.where(hidden, predicted * scale + mean, filled)
        if abs(before - missed) <= _SAME_FIT * before < np.inf:
            break
        before = missed
    return filled[:, :count], filled[:, count:]


def _scales(filled: Floats, rows: Floats, count: int, blocks: list[NDArray[np.intp]]) -> Floats:
    """What each column is divided by: its spread, or the root of its share times its variable's first singular value."""
    mean = rows @ filled
    scale = np.sqrt(np.maximum(mean, _NO_SHARE))
    scale[:count] = np.sqrt(rows @ (filled[:, :count] - mean[:count]) ** 2)
    for block in blocks:
        spread = (filled[:, block] - mean[block]) / scale[block]
        first = float(np.linalg.eigvalsh((spread * rows[:, None]).T @ spread)[-1])
        scale[block] *= np.sqrt(first) if first > _NO_SHARE else 1.0
    return scale


def _rebuild(scaled: Floats, rows: Floats, freedom: int, axes: int) -> Floats:
    left, values, right = np.linalg.svd(np.sqrt(rows)[:, None] * scaled, full_matrices=False)
    n = len(scaled)
    left_over = float((values[axes:freedom] ** 2).sum())
    noise = n * freedom / min(freedom, n - 1) * left_over / ((n - 1 - axes) * (freedom - axes))
    shrunk = values[:axes] - min(noise, float(values[axes] ** 2)) / values[:axes]
    return np.asarray((left[:, :axes] * shrunk) @ right[:axes] / np.sqrt(rows)[:, None])
