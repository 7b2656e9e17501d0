"""The partial likelihood of a Cox model, on the risk sets of every other curve: its three ways with ties, and its top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ect_research.analysis.durations.durations import Durations

Floats = NDArray[np.float64]
Ties = Literal["efron", "breslow", "exact"]
_STEPS = 60
_CLOSE = 1e-12


@dataclass(frozen=True)
class PartialLikelihood:
    """Projects at risk at each age with an end, and what they say of the coefficients.

    Attributes:
        design: projects × covariates, centred.
        sets: at each age (of each stratum) with such an end: who is at risk, and who ends; booleans of shape (projects,).
        ties: how equal ages are handled.
    """

    design: Floats
    sets: tuple[tuple[NDArray[np.bool_], NDArray[np.bool_]], ...]
    ties: Ties

    def at(self, beta: Floats) -> tuple[float, Floats, Floats]:
        """Log-likelihood, its slope and its curve (information) at given coefficients."""
        values, slopes, curves = self._parts(beta)
        return float(values.sum()), slopes.sum(axis=0), curves.sum(axis=0)

    def by_age(self, beta: Floats) -> tuple[Floats, Floats]:
        """What each age adds to the slope (ends minus what is expected) and to the curve."""
        return self._parts(beta)[1:]

    def _parts(self, beta: Floats) -> tuple[Floats, Floats, Floats]:
        parts = [_one_age(self.design, risk, ends, beta, self.ties) for risk, ends in self.sets]
        values, slopes, curves = zip(*parts, strict=True)
        return np.array(values), np.array(slopes), np.array(curves)

    def climb(self, start: Floats, free: NDArray[np.bool_] | None = None) -> tuple[Floats, float]:
        """Coefficients of the top, and its height; those that are not free stay at ``start``."""
        beta, moves = start.copy(), np.ones(len(start), dtype=bool) if free is None else free
        value, slope, curve = self.at(beta)
        for _ in range(_STEPS if moves.any() else 0):
            step = np.zeros(len(beta))
            step[moves] = np.linalg.solve(curve[np.ix_(moves, moves)], slope[moves])
            tried = self.at(beta + step)
            while not tried[0] >= value - 1e-9 and np.abs(step).max() >= _CLOSE:
                step = step / 2
                tried = self.at(beta + step)
            beta, (value, slope, curve) = beta + step, tried
            if np.abs(step).max() < _CLOSE * (1 + np.abs(beta).max()):
                break
        return beta, value


def partial_likelihood(
    durations: Durations, design: Floats, rank: int, ties: Ties, strata: NDArray[np.intp] | None = None
) -> PartialLikelihood:
    """The likelihood of the ends of one kind; the other ends are censored there.

    ``design``: projects × covariates; ``rank``: of the end among the causes, from 1; ``ties``: ``exact`` weighs the
    projects that end against all sets of as many projects at risk; ``strata``: stratum of each project, when there
    are several.

    Source:
        Cox (1972), *JRSS B* 34, 187–220; Breslow (1974), *Biometrics* 30, 89–99; Efron (1977), *JASA* 72, 557–565; sums
        over sets by recursion, Gail, Lubin & Rubinstein (1981), *Biometrika* 68, 703–707.
    """
    sets = tuple((risk, ends) for _, risk, ends in sets_by_age(durations, rank, strata))
    return PartialLikelihood(design - design.mean(axis=0), sets, ties)


def sets_by_age(
    durations: Durations, rank: int, strata: NDArray[np.intp] | None = None
) -> list[tuple[float, NDArray[np.bool_], NDArray[np.bool_]]]:
    """Each age of each stratum with such an end, who is at risk then, and who ends."""
    found = []
    where = np.zeros(durations.n, dtype=np.intp) if strata is None else strata
    for stratum in np.unique(where):
        here = where == stratum
        ended = (durations.cause == rank) & here
        ages = np.unique(durations.time[ended])
        at_risk = durations.at_risk(ages) & here
        found += [(float(age), risk, (durations.time == age) & ended) for age, risk in zip(ages, at_risk, strict=True)]
    return found


def _one_age(
    design: Floats, risk: NDArray[np.bool_], ends: NDArray[np.bool_], beta: Floats, ties: Ties
) -> tuple[float, Floats, Floats]:
    count, met = int(ends.sum()), design[ends].sum(axis=0)
    if ties == "exact" and count > 1:
        total, first, second = _sets(design[risk], count, beta)
        return float(met @ beta) - total, met - first, second - np.outer(first, first)
    rows, score = design[risk], design[risk] @ beta
    top = float(score.max())
    weights = np.exp(score - top)
    value, slope, curve = float(met @ beta), met, np.zeros((len(beta),) * 2)
    for place in range(count):
        # Efron: the projects that end together leave the risk set little by little.
        left = weights * np.where(ends[risk], 1 - place / count, 1.0) if ties == "efron" else weights
        mean = left @ rows / left.sum()
        value -= float(np.log(left.sum())) + top
        slope = slope - mean
        curve += (rows * left[:, None]).T @ rows / left.sum() - np.outer(mean, mean)
    return value, slope, curve


def _sets(design: Floats, ends: int, beta: Floats) -> tuple[float, Floats, Floats]:
    """Log of the sum over sets of ``ends`` projects, with the mean of their totals and of the squares of their totals."""
    size = design.shape[1]
    score = design @ beta
    top = float(score.max())
    weights = np.exp(score - top)
    sums, firsts = np.zeros(ends + 1), np.zeros((ends + 1, size))
    seconds = np.zeros((ends + 1, size, size))
    sums[0] = 1.0
    for weight, row in zip(weights, design, strict=True):
        outer = np.einsum("ki,j->kij", firsts[:-1], row)
        seconds[1:] += weight * (
            seconds[:-1] + outer + outer.transpose(0, 2, 1) + sums[:-1, None, None] * np.outer(row, row)
        )
        firsts[1:] += weight * (firsts[:-1] + sums[:-1, None] * row)
        sums[1:] += weight * sums[:-1]
    return float(np.log(sums[ends])) + ends * top, firsts[ends] / sums[ends], seconds[ends] / sums[ends]
