"""What the outcome cannot do without: single conditions, conjunctions, and disjunctions of them."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pandas as pd

from ect_research.analysis.conditions.calibration.memberships import TOLERANCE, Memberships
from ect_research.analysis.conditions.solving.set_relations import Necessity, measure_necessity
from ect_research.analysis.conditions.solving.terms import Literal, Space, Term

RELEVANT, LONGEST = 0.5, 3
"""Relevance from which a necessary set says something, and most conditions in it, where they are looked for."""
_COLUMNS = ["expression", "coherence", "pertinence", "couverture"]


def single_necessity(data: Memberships) -> pd.DataFrame:
    """Each level of each condition as necessary: ``expression, coherence, pertinence`` (RoN) ``, couverture``."""
    space = Space(data.conditions, data.levels)
    rows = [
        _row(space.write((literal,)), measure_necessity(data.literal(*literal), data.outcome))
        for literal in _literals(space)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def combined_necessity(
    data: Memberships,
    *,
    consistency: float = 0.9,
    relevance: float = 0.0,
    coverage: float = 0.0,
    longest: int | None = None,
) -> pd.DataFrame:
    """Conjunctions that are necessary, and the shortest disjunctions that are.

    Every conjunction that passes is kept. A disjunction is kept when it passes and holds no kept disjunction or single
    condition: what is added to a necessary condition is necessary too, and says less.

    ``consistency``: least consistency; ``relevance``: least relevance of necessity (RoN), against what is necessary
    because it is nearly always there; ``coverage``: least coverage; ``longest``: most conditions in an expression;
    all of them when None.

    Returns columns ``expression, coherence, pertinence, couverture, forme`` (``conjonction`` or ``disjonction``).

    Source:
        Schneider & Wagemann (2012), ch. 9; Thiem & Duşa (2013), SUIN conditions.

    >>> from ect_research.analysis.conditions.calibration.memberships import take_memberships
    >>> table = pd.DataFrame({"A": [1, 0, 0], "B": [0, 1, 0], "Y": [1, 1, 0]}, index=list("pqr"))
    >>> combined_necessity(take_memberships(table, "Y", ["A", "B"]))["expression"].tolist()
    ['A + B', '~A + ~B']
    """
    space = Space(data.conditions, data.levels)

    def passes(fit: Necessity) -> bool:
        cuts = ((fit.consistency, consistency), (fit.relevance, relevance), (fit.coverage, coverage))
        return all(value + TOLERANCE > cut for value, cut in cuts)

    members = {literal: data.literal(*literal) for literal in _literals(space)}
    rows: list[dict[str, object]] = []
    shorter: list[set[Literal]] = []
    for size in range(1, (longest or len(data.conditions)) + 1):
        for term in _terms(space, size):
            fit = measure_necessity(np.minimum.reduce([members[literal] for literal in term]), data.outcome)
            if passes(fit):
                rows.append(_row(space.write(term), fit) | {"forme": "conjonction"})
                if size == 1:
                    shorter.append(set(term))
    for size in range(2, (longest or len(data.conditions)) + 1):
        for term in _terms(space, size):
            if any(held <= set(term) for held in shorter):
                continue
            fit = measure_necessity(np.maximum.reduce([members[literal] for literal in term]), data.outcome)
            if passes(fit):
                expression = " + ".join(space.write((literal,)) for literal in term)
                rows.append(_row(expression, fit) | {"forme": "disjonction"})
                shorter.append(set(term))
    return pd.DataFrame(rows, columns=[*_COLUMNS, "forme"])


def _literals(space: Space) -> list[Literal]:
    down = [range(count) if space.multi else range(count - 1, -1, -1) for count in space.levels]
    return [(place, level) for place, levels in enumerate(down) for level in levels]


def _terms(space: Space, size: int) -> list[Term]:
    by_place = [[literal for literal in _literals(space) if literal[0] == place] for place in range(len(space.names))]
    return [term for chosen in combinations(by_place, size) for term in product(*chosen)]


def _row(expression: str, fit: Necessity) -> dict[str, object]:
    return dict(zip(_COLUMNS, (expression, fit.consistency, fit.relevance, fit.coverage), strict=True))
