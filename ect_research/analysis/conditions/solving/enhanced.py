"""Which remainders no solution should assume; observed rows are reported, never recoded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ect_research.analysis.conditions.solving.terms import Rows, covered_by
from ect_research.analysis.conditions.solving.truth_table import POSITIVE, REMAINDER, TruthTable


def simultaneous_rows(one: TruthTable, other: TruthTable) -> tuple[int, ...]:
    """Observed rows that lead to the outcome and to its absence at once: numbers of rows."""
    both = (np.array(one.codes) == POSITIVE) & (np.array(other.codes) == POSITIVE)
    return tuple(one.numbers[both].tolist())


def rows_without(table: TruthTable, necessary: Iterable[str], rows: Rows) -> tuple[int, ...]:
    """Rows that lack something said to be necessary: numbers of rows.

    Args:
        table: gives the conditions.
        necessary: each a condition, a conjunction or a disjunction: ``["A", "B + ~C"]``.
        rows: the rows to look at.

    Raises:
        EctError: a condition that is not in the analysis.
    """
    lacks = np.zeros(len(rows), dtype=bool)
    for said in necessary:
        lacks |= ~covered_by(table.space.read(said), rows)
    return tuple(table.space.numbers(rows[lacks]).tolist())


def excluding(table: TruthTable, numbers: Iterable[int]) -> TruthTable:
    """The same table, where no solution may use some of its remainders; numbers of observed rows are ignored."""
    seen = set(table.numbers[np.array(table.codes) != REMAINDER].tolist())
    kept = {*table.cutoffs.exclude, *numbers} - seen
    return table.recoded(replace(table.cutoffs, exclude=tuple(sorted(kept))))
