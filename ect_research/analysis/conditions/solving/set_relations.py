"""How well one set is inside another: consistency, PRI, coverage, relevance of necessity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.conditions.memberships import TOLERANCE, Memberships, Vector
from ect_research.analysis.conditions.solving.terms import Literal, Space, Term


@dataclass(frozen=True)
class Sufficiency:
    """Fit of a term or of a solution to the outcome.

    Attributes:
        consistency: share of it that lies inside the outcome.
        pri: the same, once what lies in the outcome and in its absence at once is taken out.
        coverage: share of the outcome that it covers.
        unique: share of the outcome that it alone covers; NaN for a solution and for its only term.
    """

    consistency: float
    pri: float
    coverage: float
    unique: float = float("nan")


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


def measure_sufficiency(x: Vector, y: Vector) -> Sufficiency:
    """Consistency, PRI and coverage of ``x`` as a subset of ``y``; NaN where nothing is in the set.

    Source:
        Ragin (2006), *Political Analysis* 14, 291–310; Schneider & Wagemann (2012), ch. 5 and 9.

    >>> fit = measure_sufficiency(np.array([0.2, 0.8]), np.array([0.4, 0.6]))
    >>> round(fit.consistency, 3), round(fit.pri, 3), round(fit.coverage, 3)
    (0.8, 0.5, 0.8)
    """
    both = np.minimum(x, y)
    blurred = np.minimum(both, 1 - y).sum()
    shared, held = both.sum(), x.sum()
    return Sufficiency(_share(shared, held), _share(shared - blurred, held - blurred), _share(shared, y.sum()))


def necessities(x: NDArray[np.float64], y: Vector) -> NDArray[np.float64]:
    """Consistency, relevance and coverage of sets (… × cases) as supersets of ``y``: … × 3; NaN where nothing is in one.

    >>> necessities(np.array([1.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0])).tolist()
    [1.0, 0.5, 0.5]
    """
    both = np.minimum(x, y)
    parts = (both.sum(axis=-1), (1 - x).sum(axis=-1), both.sum(axis=-1))
    wholes = (y.sum(), (1 - both).sum(axis=-1), x.sum(axis=-1))
    part, whole = np.stack(parts, axis=-1), np.stack(np.broadcast_arrays(*wholes), axis=-1)
    return np.asarray(np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole != 0))


def measure_model(data: Memberships, model: Sequence[Term]) -> tuple[tuple[Sufficiency, ...], Sufficiency]:
    """Fit of each term of a solution, unique coverage included, and of the whole."""
    members = [data.term(term) for term in model]
    y = data.outcome
    fits = []
    for place, own in enumerate(members):
        fit = measure_sufficiency(own, y)
        others = [member for other, member in enumerate(members) if other != place]
        if others:
            shared = np.minimum(np.minimum(own, y), np.minimum(np.maximum.reduce(others), y)).sum()
            unique = fit.coverage - _share(shared, y.sum())
            fit = Sufficiency(fit.consistency, fit.pri, fit.coverage, unique)
        fits.append(fit)
    return tuple(fits), measure_sufficiency(data.model(model), y)


def row_fits(members: NDArray[np.float64], y: Vector) -> tuple[Vector, Vector]:
    """Consistency and PRI of many sets at once; ``members`` has one set a row."""
    both = np.minimum(members, y)
    blurred = np.minimum(both, 1 - y).sum(axis=1)
    shared, held = both.sum(axis=1), members.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return shared / held, (shared - blurred) / (held - blurred)


NECESSARY, RELEVANT, LONGEST = 0.9, 0.5, 3
"""Consistency and relevance from which a necessary set says something, and most conditions in it, where they are looked for."""
_COLUMNS = ["expression", "coherence", "pertinence", "couverture"]


def single_necessity(data: Memberships) -> pd.DataFrame:
    """Each level of each condition as necessary: ``expression, coherence, pertinence`` (RoN) ``, couverture``."""
    space = Space(data.conditions, data.levels)
    rows = [
        _row(space.write((literal,)), necessities(data.literal(*literal), data.outcome).tolist())
        for literal in _literals(space)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def combined_necessity(
    data: Memberships,
    *,
    consistency: float = NECESSARY,
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

    >>> from ect_research.analysis.conditions.memberships import take_memberships
    >>> table = pd.DataFrame({"A": [1, 0, 0], "B": [0, 1, 0], "Y": [1, 1, 0]}, index=list("pqr"))
    >>> combined_necessity(take_memberships(table, "Y", ["A", "B"]))["expression"].tolist()
    ['A + B', '~A + ~B']
    """
    rows = necessary_rows(data, (consistency, relevance, coverage), longest or len(data.conditions))
    return pd.DataFrame(list(rows), columns=[*_COLUMNS, "forme"])


def necessary_rows(data: Memberships, cuts: Sequence[float], longest: int) -> Iterator[dict[str, object]]:
    """The rows of `combined_necessity` one by one; ``cuts``: least consistency, relevance and coverage."""
    space = Space(data.conditions, data.levels)
    members = np.array([data.literal(*literal) for literal in _literals(space)])

    def passing(size: int, joined: np.ufunc) -> list[tuple[Term, list[float]]]:
        terms, places = _terms(space, size)
        fits = necessities(joined.reduce(members[places], axis=1), data.outcome)
        kept = np.flatnonzero((fits + TOLERANCE > np.asarray(cuts)).all(axis=1))
        return [(terms[place], fits[place].tolist()) for place in kept]

    shorter: list[set[Literal]] = []
    sizes = range(1, longest + 1)
    for size in sizes:
        for term, fit in passing(size, np.minimum):
            yield _row(space.write(term), fit) | {"forme": "conjonction"}
            if size == 1:
                shorter.append(set(term))
    for size in sizes[1:]:
        for term, fit in passing(size, np.maximum):
            if not any(held <= set(term) for held in shorter):
                expression = " + ".join(space.write((literal,)) for literal in term)
                yield _row(expression, fit) | {"forme": "disjonction"}
                shorter.append(set(term))


def _literals(space: Space) -> list[Literal]:
    down = [range(count) if space.multi else range(count - 1, -1, -1) for count in space.levels]
    return [(place, level) for place, levels in enumerate(down) for level in levels]


@lru_cache(maxsize=64)
def _terms(space: Space, size: int) -> tuple[list[Term], NDArray[np.intp]]:
    """Every term of some conditions, and where the literals of each stand among all."""
    literals = _literals(space)
    by_place = [[literal for literal in literals if literal[0] == place] for place in range(len(space.names))]
    terms = [term for chosen in combinations(by_place, size) for term in product(*chosen)]
    places = [literals.index(literal) for term in terms for literal in term]
    return terms, np.array(places, dtype=np.intp).reshape(len(terms), size)


def _row(expression: str, fit: Sequence[float]) -> dict[str, object]:
    return dict(zip(_COLUMNS, (expression, *fit), strict=True))
