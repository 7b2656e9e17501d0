"""Weighted singular value decomposition with FactoMineR's sign rule, so that axes do not flip, and its rates of inertia."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_NOTHING = 1e-11


@dataclass(frozen=True)
class Axes:
    """Axes of a weighted cloud.

    Attributes:
        eigenvalues: inertia of every axis that has some, in decreasing order.
        rows: principal coordinates of the rows, shape (n, axes kept).
        directions: right vectors, orthonormal for the column weights, shape (J, axes kept).
        columns: principal coordinates of the columns, shape (J, axes kept).
    """

    eigenvalues: Floats
    rows: Floats
    directions: Floats
    columns: Floats


@dataclass(frozen=True)
class Directions:
    """Axes as seen by the columns alone.

    Attributes:
        eigenvalues: inertia of every axis that has some, in decreasing order.
        right: unit right vectors of the axes kept, signed, shape (J, axes kept).
    """

    eigenvalues: Floats
    right: Floats


def principal_directions(squares: Floats, kept: int) -> Directions:
    """Axes from the cross-products of the scaled columns (a J × J matrix), with FactoMineR's sign rule.

    >>> principal_directions(np.array([[0.5, -0.5], [-0.5, 0.5]]), 2).eigenvalues.round(12)
    array([1.])
    """
    values, right = np.linalg.eigh(squares)
    return _signed(np.maximum(values[::-1], 0.0), right[:, ::-1], kept)


def _signed(values: Floats, right: Floats, kept: int) -> Directions:
    some = values > _NOTHING * max(float(values[:1].sum()), 1e-300)
    values, right = values[some], right[:, some][:, :kept]
    return Directions(values, right * np.where(right.sum(axis=0) < 0, -1.0, 1.0))


def decompose(centred: Floats, row_weights: Floats, column_weights: Floats, kept: int) -> Axes:
    """Axes of a table whose rows and columns carry weights.

    Signs: each unit right vector has a non-negative sum, the rule FactoMineR follows.

    ``centred``: table, shape (n, J); ``row_weights``: shape (n,), sum 1; ``column_weights``: shape (J,), 0 for a
    column that does not weigh; ``kept``: number of axes returned; fewer when the cloud has fewer.

    >>> axes = decompose(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([0.5, 0.5]), np.array([0.5, 0.5]), 2)
    >>> axes.eigenvalues.round(12), axes.rows.shape
    (array([1.]), (2, 1))
    """
    scale = np.sqrt(column_weights)
    scaled = np.sqrt(row_weights)[:, None] * centred * scale
    found = decompose_scaled(scaled, kept)
    values, right = found.eigenvalues, found.right
    directions = np.divide(right, scale[:, None], out=np.zeros_like(right), where=scale[:, None] > 0)
    roots = np.sqrt(values[: right.shape[1]])
    rows = (centred * column_weights) @ directions
    columns = centred.T @ (row_weights[:, None] * rows) / roots
    return Axes(values, rows, directions, columns)


def decompose_scaled(scaled: Floats, kept: int) -> Directions:
    """Axes of a table already centred and scaled, shape (n, J): by its cross-products unless the rows are few.

    >>> decompose_scaled(np.array([[0.5, -0.5], [-0.5, 0.5]]), 2).eigenvalues.round(12)
    array([1.])
    """
    if len(scaled) <= 2 * scaled.shape[1]:
        _, roots, right = np.linalg.svd(scaled, full_matrices=False)
        return _signed(roots**2, right.T, kept)
    return principal_directions(scaled.T @ scaled, kept)


def inertia_rates(eigenvalues: Floats, q: int = 0, codes: int = 0) -> pd.DataFrame:
    """Raw, Benzécri and Greenacre rates of the axes.

    ``eigenvalues``: in decreasing order; ``q``: active variables; 0 when the corrections have no meaning (mixed
    data). ``codes``: active codes; 0 when a passive code leaves Greenacre's total undefined.

    Returns ``axe, valeur_propre, taux, cumul, taux_benzecri, taux_greenacre``, rates in %.

    Source:
        Benzécri (1979), *Cahiers de l'analyse des données* 4, 377–378; Greenacre (2006), ch. 2 of *Multiple
        Correspondence Analysis and Related Methods*.

    >>> inertia_rates(np.array([0.6, 0.5, 0.4]), q=2, codes=5)["taux_benzecri"].round(6).tolist()
    [100.0, 0.0, nan]
    """
    share = 100 * eigenvalues / eigenvalues.sum()
    benzecri = np.full(len(eigenvalues), np.nan)
    greenacre = benzecri.copy()
    if q > 1:
        above = eigenvalues >= 1 / q - 1e-12
        adjusted = (q / (q - 1)) ** 2 * (eigenvalues[above] - 1 / q) ** 2
        if adjusted.sum() > 0:
            benzecri[above] = 100 * adjusted / adjusted.sum()
        if codes:
            total = q / (q - 1) * (float((eigenvalues**2).sum()) - (codes - q) / q**2)
            greenacre[above] = 100 * adjusted / total if total > 0 else np.nan
    return pd.DataFrame(
        {
            "axe": np.arange(1, len(eigenvalues) + 1),
            "valeur_propre": eigenvalues,
            "taux": share,
            "cumul": share.cumsum(),
            "taux_benzecri": benzecri,
            "taux_greenacre": greenacre,
        }
    )
