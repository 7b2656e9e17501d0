"""The three solutions of a truth table, every model of each, and the expectations that guide the intermediate one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ect_research.analysis.conditions.solving.minimal_covers import Covers, find_covers, find_primes
from ect_research.analysis.conditions.solving.terms import Model, Rows, Space, Term, covered_by, covers
from ect_research.analysis.conditions.solving.truth_table import CONTRADICTION, NEGATIVE, POSITIVE, TruthTable

_MOST_PAIRS = 1_000
__all__ = ["Expectations", "Minimised", "Pair", "contradictory_assumptions", "minimise"]


@dataclass(frozen=True)
class Expectations:
    """Levels of conditions expected to go with the outcome, alone or together.

    Attributes:
        simple: for each condition, the levels expected whatever the others are; empty when nothing is.
        together: conjunctions expected as a whole.
    """

    simple: tuple[frozenset[int], ...]
    together: tuple[Term, ...]


def read_expectations(space: Space, expected: Iterable[str]) -> Expectations:
    """Read ``["A", "~B", "C*D"]``; several levels of a condition may be expected: ``["C[1]", "C[2]"]``.

    Raises:
        EctError: a condition that is not in the analysis.

    >>> space = Space(("A", "B", "C"), (2, 2, 2))
    >>> read_expectations(space, ["A", "~B*C"])
    Expectations(simple=(frozenset({1}), frozenset(), frozenset()), together=(((1, 0), (2, 1)),))
    """
    simple: list[set[int]] = [set() for _ in space.names]
    together: list[Term] = []
    for word in expected:
        for term in space.read(word):
            if len(term) == 1:
                simple[term[0][0]].add(term[0][1])
            else:
                together.append(term)
    return Expectations(tuple(map(frozenset, simple)), tuple(together))


def easy_counterfactuals(
    conservative: Model, parsimonious: Model, assumed: Rows, expectations: Expectations
) -> np.ndarray:
    """Which simplifying assumptions of a parsimonious model the expectations support, given a conservative one.

    An assumed row is easy when it lies in a parsimonious term inside which a conservative term lies, and when each
    condition on which it departs from that conservative term departs as expected: the term's level was not the expected
    one, or the row's level takes part in a conjunction that is expected and that the row holds whole.

    ``assumed``: remainders that the parsimonious model covers.

    Returns a mask over ``assumed``.
    """
    whole = [(term, covers(term, assumed)) for term in expectations.together]
    easy = np.zeros(len(assumed), dtype=bool)
    for own in conservative:
        wider = tuple(term for term in parsimonious if set(term) <= set(own))
        if not wider:
            continue
        supported = covered_by(wider, assumed)
        for place, level in own:
            allowed = assumed[:, place] == level
            if expectations.simple[place] and level not in expectations.simple[place]:
                continue
            for term, held in whole:
                for other, wanted in term:
                    if other == place:
                        allowed = allowed | (held & (assumed[:, place] == wanted))
            supported &= allowed
        easy |= supported
    return easy


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


def minimise(table: TruthTable, *, expected: Iterable[str] = (), most: int = 10_000) -> Minimised:
    """Find every model of the three solutions.

    ``expected``: directional expectations, ``["A", "~B", "C*D"]``.

    Source:
        Ragin & Sonnett (2005), easy and difficult counterfactuals; Schneider & Wagemann (2012), ch. 8.

    >>> import pandas as pd
    >>> from ect_research.analysis.conditions.memberships import take_memberships
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
