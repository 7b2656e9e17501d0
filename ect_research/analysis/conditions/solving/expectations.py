"""Directional expectations, and which remainders are easy counterfactuals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ect_research.analysis.conditions.solving.terms import Model, Rows, Space, Term, covered_by, covers


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

    Args:
        conservative: a conservative model.
        parsimonious: a parsimonious model.
        assumed: remainders that the parsimonious model covers.
        expectations: from ``read_expectations``.

    Returns:
        a mask over ``assumed``.
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
