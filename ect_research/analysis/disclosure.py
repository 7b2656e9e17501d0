"""Statistical secrecy: which cells of a table must be hidden, and the proof that hidden cells cannot be recovered.

Rules of the French statistical office for firms (Insee, *Guide du secret statistique*): a cell of fewer than 3 units is
hidden, and a sum of which one unit makes more than 85 %. Hiding those alone protects nothing when totals are printed:
others are hidden with them, until linear programming shows that no hidden cell, and no hidden total, has a single
possible value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

ORGANISATIONS, PERSONS, DOMINANCE = 3, 5, 0.85
TOTAL = "Total"
_CLOSE = 1e-6


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
        >>> import pandas as pd
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
    low, high = values.copy(), values.copy()
    at = np.argwhere(hidden)
    if len(at) == 0:
        return low, high
    matrix, right = _sums(values, hidden, at)
    least = 0.0 if (values[hidden] == 0).any() else 1.0
    for number, (row, column) in enumerate(at):
        low[row, column] = _extreme(matrix, right, (number, 1.0), least)
        high[row, column] = -_extreme(matrix, right, (number, -1.0), least)
    return low, high


def _sums(
    values: NDArray[np.float64], hidden: NDArray[np.bool_], at: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One equation per row and per column: the sum of its cells less its total is zero."""
    rows, columns = values.shape
    matrix, right = np.zeros((rows + columns, len(at))), np.zeros(rows + columns)
    known = np.where(hidden, 0.0, values)
    signs_row = np.where(np.arange(columns) == columns - 1, -1.0, 1.0)
    signs_column = np.where(np.arange(rows) == rows - 1, -1.0, 1.0)
    right[:rows] = -(known @ signs_row)
    right[rows:] = -(signs_column @ known)
    for number, (row, column) in enumerate(at):
        matrix[row, number] = signs_row[column]
        matrix[rows + column, number] = signs_column[row]
    return matrix, right


def _extreme(matrix: NDArray[np.float64], right: NDArray[np.float64], what: tuple[int, float], least: float) -> float:
    from scipy.optimize import linprog

    number, sign = what
    cost = np.zeros(matrix.shape[1])
    cost[number] = sign
    solved: Any = linprog(cost, A_eq=matrix, b_eq=right, bounds=(least, None), method="highs")
    return float(solved.fun) if solved.status == 0 else -np.inf


def _complete(values: NDArray[np.float64], primary: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Hide more cells until none of the hidden ones has a single possible value."""
    hidden = primary.copy()
    while hidden.any():
        low, high = possible_values(values, hidden)
        exposed = np.argwhere(hidden & (high - low < _CLOSE))
        if len(exposed) == 0:
            break
        chosen = _companion(values, hidden, exposed)
        if chosen is None:
            hidden[:] = True
            break
        hidden[chosen] = True
    return hidden


def _companion(
    values: NDArray[np.float64], hidden: NDArray[np.bool_], exposed: NDArray[np.intp]
) -> tuple[int, int] | None:
    """The printed cell whose hiding costs least: beside an exposed cell that is alone in its row or column, if any.

    Cells that meet another hidden one in their other line come first (they close a rectangle), then non-zero ones, then
    small ones, and totals last.
    """
    last_row, last_column = values.shape[0] - 1, values.shape[1] - 1

    def cost(cell: tuple[int, int], other_line: NDArray[np.bool_]) -> tuple[bool, bool, bool, float, int, int]:
        is_total = cell[0] == last_row or cell[1] == last_column
        return is_total, bool(values[cell] == 0), not other_line.any(), float(values[cell]), *cell

    best: tuple[tuple[Any, ...], tuple[int, int]] | None = None
    for i, j in exposed.tolist():
        along_row = [(i, k, hidden[i].sum(), hidden[:, k]) for k in range(last_column + 1)]
        along_column = [(k, j, hidden[:, j].sum(), hidden[k]) for k in range(last_row + 1)]
        for row, column, hidden_in_line, other_line in along_row + along_column:
            if not hidden[row, column]:
                price = (hidden_in_line > 1, *cost((row, column), other_line))
                if best is None or price < best[0]:
                    best = (price, (row, column))
    return None if best is None else best[1]


def is_dominated(values: pd.Series[float], *, share: float = DOMINANCE, threshold: int = ORGANISATIONS) -> bool:
    """Whether a sum must be hidden: too few units, or one unit that makes more than ``share`` of it.

    Args:
        values: the amount of each unit; missing and zero amounts are no unit.
        share: largest share of one unit.
        threshold: fewest units.

    >>> import pandas as pd
    >>> is_dominated(pd.Series([90, 5, 5])), is_dominated(pd.Series([50, 30, 20]))
    (True, False)
    """
    known = values.dropna().abs()
    known = known[known > 0]
    if known.empty:
        return False
    return bool(len(known) < threshold or known.max() / known.sum() > share)


def find_unanimous(counts: pd.DataFrame) -> list[str]:
    """Rows of which every unit gave the same answer: the answer of each is known (attribute disclosure).

    >>> import pandas as pd
    >>> find_unanimous(pd.DataFrame({"oui": [4, 3], "non": [0, 2]}, index=["A", "B"]))
    ['A']
    """
    inside = counts.to_numpy(dtype="float64")
    same = (inside.sum(axis=1) > 0) & ((inside > 0).sum(axis=1) == 1)
    return [str(name) for name, known in zip(counts.index, same, strict=True) if known]
