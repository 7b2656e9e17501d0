"""Regularised iterative imputation: an unknown code becomes the shares that two axes of the others predict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_ENOUGH = 1e-5
"""Sum of the squared moves of the hidden cells in one round: where R's ``imputeMCA`` stops."""
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


def impute_mixed(
    numbers: tuple[Floats, NDArray[np.bool_]], cells: tuple[Floats, NDArray[np.bool_]], weights: Floats, q: int
) -> tuple[Floats, Floats]:
    """Fill hidden numbers and hidden codes together, from two axes of the factor analysis of mixed data.

    The published algorithm; R's ``imputeFAMD`` gives slightly other values (first eigenvalues within 1e-3).

    Args:
        numbers: ``(values at the mean where hidden, hidden)``, shape (n, p).
        cells: ``(disjunctive table at the mean where hidden, hidden)``, shape (n, J).
        weights: of the rows.
        q: coded variables.

    Source:
        Audigier, Husson & Josse (2016), *Advances in Data Analysis and Classification* 10, 5–26.

    >>> numbers = np.array([[1.0], [2.0], [8.0], [9.0], [5.0]])
    >>> cells = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0, 1.0]])
    >>> hidden = np.array([[False]] * 4 + [[True]])
    >>> float(impute_mixed((numbers, hidden), (cells, np.zeros((5, 2), bool)), np.ones(5), 1)[0][4, 0]) > 7
    True
    """
    rows = weights / weights.sum()
    values, lost = numbers[0].copy(), numbers[1]
    shares, gone = cells[0].copy(), cells[1]
    freedom = values.shape[1] + shares.shape[1] - q
    inner = min(2, freedom - 1, len(rows) - 2)
    before: Floats | None = None
    for _ in range(_MOST_ROUNDS if inner > 0 and (lost.any() or gone.any()) else 0):
        mean = rows @ values
        spread = np.sqrt(rows @ (values - mean) ** 2)
        share = rows @ shares
        scaled = np.hstack([(values - mean) / spread, (shares - share) / np.sqrt(share)])
        predicted = _rebuild(scaled, rows, freedom, inner)
        values = np.where(lost, predicted[:, : len(mean)] * spread + mean, values)
        shares = np.where(gone, predicted[:, len(mean) :] * np.sqrt(share) + share, shares)
        if before is not None and float(((predicted - before) ** 2).sum()) <= _ENOUGH:
            break
        before = predicted
    return values, shares


def _rebuild(scaled: Floats, rows: Floats, freedom: int, axes: int) -> Floats:
    left, values, right = np.linalg.svd(np.sqrt(rows)[:, None] * scaled, full_matrices=False)
    others = values[axes:freedom] if len(scaled) > freedom else values[axes:]
    noise = min(float(np.mean(others**2)), float(values[axes] ** 2))
    shrunk = (values[:axes] ** 2 - noise) / values[:axes]
    return np.asarray((left[:, :axes] * shrunk) @ right[:axes] / np.sqrt(rows)[:, None])
