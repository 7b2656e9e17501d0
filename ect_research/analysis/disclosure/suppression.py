"""The thresholds, and which numbers must be hidden so that small ones cannot be worked out: one engine for tables and maps.

What anybody knows is a list of sums between numbers. A hidden number is safe when the sums and the printed numbers leave
it several possible values; linear programming gives the least and the greatest. Others are hidden until all are safe.

Rules of the French statistical office for firms (Insee, *Guide du secret statistique*): a cell of fewer than 3 units is
hidden, and a sum of which one unit makes more than 85 %. For persons, 5: the habit of open higher-education data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

ORGANISATIONS, PERSONS, DOMINANCE = 3, 5, 0.85
Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]
_CLOSE = 1e-6


def find_unanimous(counts: pd.DataFrame) -> list[str]:
    """Rows of which every unit gave the same answer: the answer of each is known (attribute disclosure).

    >>> find_unanimous(pd.DataFrame({"oui": [4, 3], "non": [0, 2]}, index=["A", "B"]))
    ['A']
    """
    inside = counts.to_numpy(dtype="float64")
    same = (inside.sum(axis=1) > 0) & ((inside > 0).sum(axis=1) == 1)
    return [str(name) for name, known in zip(counts.index, same, strict=True) if known]


def sum_by(values: pd.Series[float], groups: pd.Series[str]) -> pd.DataFrame:
    """Sums that can be checked before they leave: one row per group, with how many units and the share of the largest.

    ``values``: the amount of each unit (euros, hours…), which may be negative; missing and zero amounts are no unit.
    ``groups``: the group of each unit, same index; units without a group make a row of their own.

    Returns:
        columns ``<groups.name>, unites, somme, part_du_premier`` (largest amount over the sum of the amounts, signs
        apart); the gate of publication hides a sum by the last one (`ect_research.analysis.disclosure.protected_frames`).

    >>> sum_by(pd.Series([90.0, 5, 5, 3]), pd.Series(["A", "A", "A", "B"], name="groupe")).values.tolist()
    [['A', 3, 100.0, 0.9], ['B', 1, 3.0, 1.0]]
    """
    known = values[values.fillna(0) != 0].astype("float64")
    amounts = pd.DataFrame({"amount": known, "size": known.abs()})
    by = amounts.groupby(groups.reindex(known.index), observed=True, dropna=False)
    table = by.agg(unites=("amount", "count"), somme=("amount", "sum"), size=("size", "sum"), first=("size", "max"))
    table = table.assign(part_du_premier=table["first"] / table["size"]).drop(columns=["size", "first"])
    return table.rename_axis(str(groups.name or "groupe")).reset_index()


@dataclass(frozen=True)
class Sums:
    """Sums known to all, between ``m`` numbers.

    Attributes:
        matrix: shape (s, m), 1, -1 or 0: each row times the numbers gives the constant of that row.
        constants: shape (s,).
    """

    matrix: Numbers
    constants: Numbers

    @classmethod
    def of(cls, rows: Iterable[dict[int, float]], size: int) -> Sums:
        """Sums that all give zero, each as ``{number: coefficient}``.

        >>> Sums.of([{0: 1, 1: 1, 2: -1}], 3).matrix.tolist()
        [[1.0, 1.0, -1.0]]
        """
        listed = list(rows)
        matrix = np.zeros((len(listed), size))
        for at, row in enumerate(listed):
            for number, coefficient in row.items():
                matrix[at, number] = coefficient
        return cls(matrix, np.zeros(len(listed)))


def possible_range(values: Numbers, sums: Sums, hidden: Mask, *, least: float | None = None) -> tuple[Numbers, Numbers]:
    """The least and the greatest value of each hidden number, given the printed ones (an attacker's arithmetic).

    ``values``: the true numbers, shape (m,); those hidden are not used but to know whether one is zero. ``sums``:
    what is known of them; ``hidden``: shape (m,), True where the number is not printed; ``least``: smallest value a
    hidden number may have; 1 unless a zero is hidden when None.

    Returns:
        two arrays of shape (m,); both equal ``values`` where the number is printed, infinite where nothing bounds it.
    """
    low, high = values.copy(), values.copy()
    at = np.flatnonzero(hidden)
    if len(at) == 0:
        return low, high
    least = (0.0 if (values[hidden] == 0).any() else 1.0) if least is None else least
    matrix, right = _unknown_part(values, sums, hidden)
    for rank, number in enumerate(at):
        low[number] = _extreme(matrix, right, (rank, 1.0), least)[0]
        high[number] = -_extreme(matrix, right, (rank, -1.0), least)[0]
    return low, high


def _unknown_part(values: Numbers, sums: Sums, hidden: Mask) -> tuple[Numbers, Numbers]:
    right = sums.constants - sums.matrix[:, ~hidden] @ values[~hidden]
    matrix = sums.matrix[:, hidden]
    used = matrix.any(axis=1)
    return matrix[used], right[used]


def _extreme(matrix: Numbers, right: Numbers, what: tuple[int, float], least: float) -> tuple[float, Numbers | None]:
    """The least value of a hidden number, ±1 times, and one set of numbers that gives it (None where unbounded)."""
    from scipy.optimize import linprog

    rank, sign = what
    cost = np.zeros(matrix.shape[1])
    cost[rank] = sign
    solved: Any = linprog(cost, A_eq=matrix, b_eq=right, bounds=(least, None), method="highs")
    return (float(solved.fun), solved.x) if solved.status == 0 else (-np.inf, None)


def complete(
    values: Numbers, sums: Sums, primary: Mask, *, dear: Mask | None = None, locked: Mask | None = None
) -> Mask | None:
    """Hide more numbers until none of the hidden ones has a single possible value.

    ``values``: the true numbers, shape (m,), none negative; ``sums``: what is known of them; ``primary``: what must
    be hidden; ``dear``: what is hidden only when nothing else will do (totals); ``locked``: what cannot be hidden,
    because it is known already.

    Returns what to hide, `primary` included; None when a number that must be hidden stays recoverable.
    """
    dear = np.zeros_like(primary) if dear is None else dear
    locked = np.zeros_like(primary) if locked is None else locked
    hidden, safe = primary.copy(), np.zeros_like(primary)
    if (hidden & locked).any():
        return None
    while hidden.any():
        exposed = _exposed(values, sums, hidden, safe)
        if len(exposed) == 0:
            break
        chosen = _companion(values, sums.matrix, hidden, exposed, (dear, locked))
        if chosen is None:
            return None
        hidden[chosen] = True
    return hidden


def _exposed(values: Numbers, sums: Sums, hidden: Mask, safe: Mask) -> NDArray[np.intp]:
    """Hidden numbers with a single possible value: by solving the sums, which is quick; else by linear programming."""
    at = np.flatnonzero(hidden)
    matrix, right = _unknown_part(values, sums, hidden)
    if len(matrix):
        _, sizes, directions = np.linalg.svd(matrix)
        free = directions[int((sizes > _CLOSE).sum()) :]
        solved: NDArray[np.intp] = at[(np.abs(free) < _CLOSE).all(axis=0)]
        if len(solved):
            return solved
    wide = _wide(matrix, right, safe[at], 0.0 if (values[hidden] == 0).any() else 1.0)
    safe[at[wide]] = True
    narrow: NDArray[np.intp] = at[~wide]
    return narrow


def _wide(matrix: Numbers, right: Numbers, known: Mask, least: float) -> Mask:
    """Which unknowns can take several values; each solution of a program may tell it of several of them."""
    wide = known.copy()
    low, high = np.full(len(wide), np.inf), np.full(len(wide), -np.inf)
    for rank in range(len(wide)):
        for sign in (1.0, -1.0):
            if wide[rank]:
                break
            _, solution = _extreme(matrix, right, (rank, sign), least)
            if solution is None:
                wide[rank] = True
            else:
                low, high = np.minimum(low, solution), np.maximum(high, solution)
                wide |= high - low >= _CLOSE
    return wide


def _companion(
    values: Numbers, matrix: Numbers, hidden: Mask, exposed: NDArray[np.intp], kept: tuple[Mask, Mask]
) -> int | None:
    """The printed number whose hiding costs least, in a sum with an exposed one; alone in that sum, if any is."""
    dear, locked = kept
    inside = matrix != 0
    hidden_in = (inside & hidden).sum(axis=1)
    free = ~hidden & ~locked
    best: tuple[tuple[Any, ...], int] | None = None
    for line in np.flatnonzero(inside[:, exposed].any(axis=1)):
        for number in np.flatnonzero(inside[line] & free):
            others = inside[:, number].copy()
            others[line] = False
            meets = bool((hidden_in[others] > 0).any())
            price = (
                bool(hidden_in[line] > 1),
                bool(dear[number]),
                bool(values[number] == 0),
                not meets,
                float(values[number]),
                int(number),
            )
            if best is None or price < best[0]:
                best = (price, int(number))
    return None if best is None else best[1]


Key = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class PrintedTable:
    """What a reader knows of a table that hides something.

    Attributes:
        numbers: ``{categories: number}``; None where it is hidden, or not printed at all.
        hidden: those hidden.
        sums: sums known between them, as ``{categories: coefficient}``, that give zero.
    """

    numbers: dict[Key, float | None]
    hidden: frozenset[Key]
    sums: tuple[dict[Key, float], ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data, in a fixed order.

        >>> a = frozenset({("avis", "oui")})
        >>> table = PrintedTable({a: None}, frozenset({a}), ({a: 1.0},))
        >>> PrintedTable.of_json(table.to_json()) == table
        True
        """
        keys = sorted(self.numbers, key=sorted)
        at = {key: number for number, key in enumerate(keys)}
        return {
            "cases": [[sorted(map(list, key)), self.numbers[key], key in self.hidden] for key in keys],
            "sommes": [sorted([at[key], sign] for key, sign in one.items()) for one in self.sums],
        }

    @classmethod
    def of_json(cls, said: Mapping[str, Any]) -> PrintedTable:
        """The inverse of `to_json`."""
        keys = [frozenset((str(name), str(value)) for name, value in cell[0]) for cell in said["cases"]]
        numbers = {key: cell[1] for key, cell in zip(keys, said["cases"], strict=True)}
        hidden = frozenset(key for key, cell in zip(keys, said["cases"], strict=True) if cell[2])
        return cls(numbers, hidden, tuple({keys[at]: sign for at, sign in one} for one in said["sommes"]))


def find_recoverable(tables: Mapping[str, PrintedTable]) -> list[tuple[str, str]]:
    """The hidden numbers that the tables, read together, leave a single possible value.

    Returns ``(table, categories)`` of each, in order; none when the tables protect each other.

    >>> total, a, b = frozenset(), frozenset({("avis", "oui")}), frozenset({("avis", "non")})
    >>> sums = ({a: 1.0, b: 1.0, total: -1.0},)
    >>> one = PrintedTable({a: None, b: None, total: 9.0}, frozenset({a, b}), sums)
    >>> find_recoverable({"une": one})
    []
    >>> find_recoverable({"une": one, "deux": PrintedTable({a: 2.0}, frozenset(), ())})
    [('une', 'non'), ('une', 'oui')]
    """
    found = []
    for group in _same_population(tables):
        known: dict[Key, float] = {}
        for name in group:
            known |= {key: value for key, value in tables[name].numbers.items() if value is not None}
        keys = sorted({key for name in group for key in tables[name].numbers}, key=sorted)
        recovered = _recovered(keys, known, [one for name in group for one in tables[name].sums])
        for name in group:
            given_back = tables[name].hidden & recovered
            found += [(name, " | ".join(value for _, value in sorted(key))) for key in given_back]
    return sorted(found)


def _same_population(tables: Mapping[str, PrintedTable]) -> list[list[str]]:
    groups: list[tuple[list[str], dict[Key, float]]] = []
    for name, table in tables.items():
        printed = {key: value for key, value in table.numbers.items() if value is not None}
        for members, known in groups:
            if all(known.get(key, value) == value for key, value in printed.items()):
                members.append(name)
                known.update(printed)
                break
        else:
            groups.append(([name], printed))
    return [members for members, _ in groups]


def _recovered(keys: list[Key], known: Mapping[Key, float], sums: list[dict[Key, float]]) -> set[Key]:
    """Numbers printed elsewhere, or with a single possible value; none when the sums contradict each other."""
    at = {key: number for number, key in enumerate(keys)}
    unknown = np.array([key not in known for key in keys])
    values = np.array([known.get(key, 0.0) for key in keys])
    matrix = Sums.of([{at[key]: sign for key, sign in one.items()} for one in sums], len(keys))
    for least in (1.0, 0.0):
        low, high = possible_range(values, matrix, unknown, least=least)
        if np.isfinite(low).all():
            return {key for key, number in at.items() if high[number] - low[number] < _CLOSE}
    return set(known)
