"""How well one set is inside another: consistency, PRI, coverage, relevance of necessity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ect_research.analysis.conditions.calibration.memberships import Memberships, Vector
from ect_research.analysis.conditions.solving.terms import Term


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
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole != 0)


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
