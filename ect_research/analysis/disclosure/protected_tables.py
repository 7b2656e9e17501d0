"""A two-way table of counts that is safe to print, with the proof.

Hiding small cells alone protects nothing when totals are printed: others are hidden with them
(`ect_research.analysis.disclosure.suppression`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.disclosure.secrecy_rules import ORGANISATIONS
from ect_research.analysis.disclosure.suppression import Sums, complete, possible_range

TOTAL = "Total"


@dataclass(frozen=True)
class ProtectedTable:
    """A table of counts with its totals, safe to print.

    Attributes:
        table: the counts as floats, NaN where hidden; a last row and a last column hold the totals.
        primary: same shape, True where a count is below the threshold.
        hidden: same shape, True where the cell is hidden, to protect itself or another.
        threshold: fewest units shown.
        proof: one row per hidden cell: ``ligne, colonne, minimum, maximum``, the least and the greatest value that the
            printed cells leave possible; always different.
    """

    table: pd.DataFrame
    primary: pd.DataFrame
    hidden: pd.DataFrame
    threshold: int
    proof: pd.DataFrame

    @property
    def n_hidden(self) -> int:
        """Number of cells hidden, totals included."""
        return int(self.hidden.to_numpy().sum())


def protect_counts(counts: pd.DataFrame, *, threshold: int = ORGANISATIONS) -> ProtectedTable:
    """Hide the small cells of a two-way table of counts, and as few others as protect them.

    The cells of one table are protected together; another table made of the same units (another grouping) is not
    covered: publish one grouping.

    Args:
        counts: non-negative whole numbers, one row and one column per category, without totals.
        threshold: a count of 1 to ``threshold - 1`` units is hidden (3 for organisations, 5 for persons).

    Raises:
        ValueError: negative, fractional or missing counts, or a table without rows or columns.

    Example:
        >>> counts = pd.DataFrame({"oui": [1, 12], "non": [8, 9]}, index=["public", "privé"])
        >>> safe = protect_counts(counts)
        >>> safe.n_hidden, bool(safe.primary.loc["public", "oui"])
        (4, True)
    """
    import pandas as pd

    values = _with_totals(counts)
    primary = (values > 0) & (values < threshold)
    hidden = _complete(values, primary)
    low, high = possible_values(values, hidden)
    rows = pd.Index([*counts.index, TOTAL], name=counts.index.name)
    columns = pd.Index([*counts.columns, TOTAL], name=counts.columns.name)
    at = np.argwhere(hidden)
    proof = pd.DataFrame(
        {
            "ligne": [rows[i] for i, _ in at],
            "colonne": [columns[j] for _, j in at],
            "minimum": [low[i, j] for i, j in at],
            "maximum": [high[i, j] for i, j in at],
        }
    )
    shown = np.where(hidden, np.nan, values)
    frames = [pd.DataFrame(part, index=rows, columns=columns) for part in (shown, primary, hidden)]
    return ProtectedTable(frames[0], frames[1], frames[2], threshold, proof)


def _with_totals(counts: pd.DataFrame) -> NDArray[np.float64]:
    inside = counts.to_numpy(dtype="float64")
    if inside.size == 0:
        raise ValueError("a table without rows or columns has nothing to protect")
    if not np.isfinite(inside).all() or (inside < 0).any() or (inside != np.round(inside)).any():
        raise ValueError("counts are non-negative whole numbers, none missing")
    with_rows = np.vstack([inside, inside.sum(axis=0)])
    return np.hstack([with_rows, with_rows.sum(axis=1, keepdims=True)])


def possible_values(
    values: NDArray[np.float64], hidden: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The least and the greatest value of each hidden cell, given the printed ones (an attacker's arithmetic).

    The attacker knows that the last row and column are totals and, when no zero is hidden, that hidden cells are at
    least 1. The matrix of such sums is a network, so the bounds of the linear program are whole numbers.

    Args:
        values: counts, shape (rows + 1, columns + 1), totals last.
        hidden: same shape, True where the cell is not printed.

    Returns:
        two arrays of the same shape; both equal ``values`` where the cell is printed.
    """
    low, high = possible_range(values.ravel(), _sums(values.shape), hidden.ravel())
    return low.reshape(values.shape), high.reshape(values.shape)


def _sums(shape: tuple[int, ...]) -> Sums:
    """One equation per row and per column: the sum of its cells less its total is zero."""
    number = np.arange(shape[0] * shape[1]).reshape(shape)
    lines = [*number, *number.T]
    return Sums.of(({**{int(cell): 1.0 for cell in line[:-1]}, int(line[-1]): -1.0} for line in lines), number.size)


def _complete(values: NDArray[np.float64], primary: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Hide more cells until none of the hidden ones has a single possible value; all of them if nothing less will do."""
    totals = np.zeros(values.shape, dtype="bool")
    totals[-1], totals[:, -1] = True, True
    hidden = complete(values.ravel(), _sums(values.shape), primary.ravel(), dear=totals.ravel())
    return np.ones(values.shape, dtype="bool") if hidden is None else hidden.reshape(values.shape)
