"""The three solutions of a truth table: conservative, parsimonious, intermediate; every model of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ect_research.analysis.conditions.solving.expectations import (
    Expectations,
    easy_counterfactuals,
    read_expectations,
)
from ect_research.analysis.conditions.solving.minimal_covers import Covers, find_covers
from ect_research.analysis.conditions.solving.primes import find_primes
from ect_research.analysis.conditions.solving.terms import Model, Rows, covered_by
from ect_research.analysis.conditions.solving.truth_table import CONTRADICTION, NEGATIVE, POSITIVE, TruthTable

_MOST_PAIRS = 1_000


@dataclass(frozen=True)
class Pair:
    """Intermediate models between one conservative and one parsimonious model.

    Attributes:
        conservative: position of the conservative model.
        parsimonious: position of the parsimonious model.
        covers: the intermediate models of the pair.
        easy: numbers of the remainders that they may use.
        difficult: numbers of the remainders that the parsimonious model uses and that they may not.
    """

    conservative: int
    parsimonious: int
    covers: Covers
    easy: tuple[int, ...]
    difficult: tuple[int, ...]


@dataclass(frozen=True)
class Minimised:
    """Solutions of a truth table.

    Attributes:
        conservative: without any remainder.
        parsimonious: with any remainder that shortens it.
        pairs: intermediate models, pair by pair; empty when nothing is to be explained.
        all_pairs: are they all there? Very ambiguous tables have too many.
        assumed: for each listed parsimonious model, numbers of its simplifying assumptions.
        empty: ``aucune_positive`` or ``aucune_negative`` when there is nothing to minimise; else blank.
    """

    conservative: Covers
    parsimonious: Covers
    pairs: tuple[Pair, ...]
    all_pairs: bool
    assumed: tuple[tuple[int, ...], ...]
    empty: str

    @property
    def intermediate(self) -> tuple[Model, ...]:
        """The different intermediate models, whatever their pair."""
        return tuple(dict.fromkeys(model for pair in self.pairs for model in pair.covers.models))


def minimise(
    table: TruthTable,
    *,
    expected: Iterable[str] = (),
    most: int = 10_000,
) -> Minimised:
    """Find every model of the three solutions.

    Args:
        table: from ``build_truth_table``.
        expected: directional expectations, ``["A", "~B", "C*D"]``.
        most: most models listed in each solution.

    Source:
        Ragin & Sonnett (2005), easy and difficult counterfactuals; Schneider & Wagemann (2012), ch. 8.

    >>> import pandas as pd
    >>> from ect_research.analysis.conditions.calibration.memberships import take_memberships
    >>> from ect_research.analysis.conditions.solving.truth_table import Cutoffs, build_truth_table
    >>> table = pd.DataFrame({"A": [1, 1, 0], "B": [1, 1, 0], "Y": [1, 1, 0]}, index=list("pqr"))
    >>> found = build_truth_table(take_memberships(table, "Y", ["A", "B"]), Cutoffs())
    >>> solved = minimise(found, expected=["A", "B"])
    >>> [list(map(found.space.write_model, covers.models)) for covers in (solved.conservative, solved.parsimonious)]
    [['A*B'], ['A', 'B']]
    >>> list(map(found.space.write_model, solved.intermediate))
    ['A*B']
    """
    expectations = read_expectations(table.space, expected)
    allowed = (POSITIVE, CONTRADICTION) if table.cutoffs.include_contradictions else (POSITIVE,)
    positive = table.coded(POSITIVE)
    negative = table.coded(*({NEGATIVE, CONTRADICTION} - set(allowed)))
    empty = "" if len(positive) and len(negative) else ("aucune_negative" if len(positive) else "aucune_positive")
    grid = table.space.all_rows()
    usable = table.coded(*allowed)

    def covers(primes_forbid: Rows) -> Covers:
        return find_covers(
            find_primes(positive, primes_forbid), positive, irredundant=table.cutoffs.irredundant, most=most
        )

    conservative = covers(_without(grid, table.space.numbers(usable)))
    parsimonious = covers(np.concatenate([negative, table.excluded()]))
    remainders = table.remainders()
    known: dict[tuple[int, ...], Covers] = {(): conservative}
    pairs: list[Pair] = []
    assumed: list[tuple[int, ...]] = []
    for place, model in enumerate(parsimonious.models):
        rows = remainders[covered_by(model, remainders)]
        numbers = table.space.numbers(rows)
        assumed.append(tuple(numbers.tolist()))
        for other, base in enumerate(conservative.models):
            if len(pairs) == _MOST_PAIRS:
                break
            easy = easy_counterfactuals(base, model, rows, expectations)
            key = tuple(numbers[easy].tolist())
            if key not in known:
                known[key] = covers(_without(grid, np.concatenate([table.space.numbers(usable), numbers[easy]])))
            pairs.append(Pair(other, place, known[key], key, tuple(numbers[~easy].tolist())))
    every = len(pairs) == len(conservative.models) * len(parsimonious.models)
    return Minimised(conservative, parsimonious, tuple(pairs), every, tuple(assumed), empty)


def _without(grid: Rows, numbers: np.ndarray) -> Rows:
    kept = np.ones(len(grid), dtype=bool)
    kept[numbers - 1] = False
    return grid[kept]


def contradictory_assumptions(one: Minimised, other: Minimised) -> tuple[int, ...]:
    """Remainders that the parsimonious solutions of the outcome and of its absence both assume: numbers of rows."""
    mine = {number for assumed in one.assumed for number in assumed}
    return tuple(sorted(mine & {number for assumed in other.assumed for number in assumed}))


__all__ = ["Expectations", "Minimised", "Pair", "contradictory_assumptions", "minimise"]
