"""Weighted singular value decomposition with FactoMineR's sign rule, so that axes do not flip between runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
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

    Args:
        centred: table, shape (n, J).
        row_weights: shape (n,), sum 1.
        column_weights: shape (J,), 0 for a column that does not weigh.
        kept: number of axes returned; fewer when the cloud has fewer.

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
