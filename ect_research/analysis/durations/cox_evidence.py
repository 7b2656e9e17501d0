"""What stands behind a Cox model: a finite maximum, tests of the whole, bounds by profile, concordance."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.durations.durations import Durations

Floats = NDArray[np.float64]
Ties = Literal["efron", "breslow", "exact"]
_STEPS = 60
_CONVERGED = 1e-12


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
            while not tried[0] >= value - 1e-9 and np.abs(step).max() >= _CONVERGED:
                step = step / 2
                tried = self.at(beta + step)
            beta, (value, slope, curve) = beta + step, tried
            if np.abs(step).max() < _CONVERGED * (1 + np.abs(beta).max()):
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


Flaw = Literal["", "redondance", "separation"]
_CLOSE = 1e-9


@dataclass(frozen=True)
class Concordance:
    """Of two projects of which one is known to end first, how often the model gives that one the higher risk.

    Attributes:
        estimate: between 0 and 1; 0.5 is chance; equal risks count for half, ends at one age do not count.
        error: standard error, by the infinitesimal jackknife.
    """

    estimate: float
    error: float
    low: float
    high: float


def judge_whole(likelihood: PartialLikelihood, beta: Floats) -> pd.DataFrame:
    """Whether the coefficients at the top differ from 0: ``test`` (``vraisemblance``, ``score``, ``wald``), ``khi2, ddl, p``."""
    from scipy.stats import chi2

    height, _, curve = likelihood.at(beta)
    null, slope, flat = likelihood.at(np.zeros(len(beta)))
    values = [2 * (height - null), slope @ np.linalg.solve(flat, slope), beta @ curve @ beta]
    told = pd.DataFrame({"test": ["vraisemblance", "score", "wald"], "khi2": values, "ddl": len(beta)})
    return told.assign(p=chi2.sf(told["khi2"], len(beta)))


def profile_bounds(likelihood: PartialLikelihood, beta: Floats, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Bounds of each coefficient where the likelihood, climbed along the others, has fallen as far as chance goes, and its p.

    Wald's bounds suppose a likelihood as round as a bell, which that of few ends is not.

    ``beta``: coefficients at its top, finite (`find_flaw`).

    Source:
        Venzon & Moolgavkar (1988), *Applied Statistics* 37, 87–94.
    """
    from scipy.optimize import brentq
    from scipy.stats import chi2

    height, _, curve = likelihood.at(beta)
    far = float(chi2.ppf(confidence, 1))
    steps = np.sqrt(far * np.diag(np.linalg.inv(curve)))

    def fall(value: float, place: int) -> float:
        start = beta.copy()
        start[place] = value
        return 2 * (height - likelihood.climb(start, np.arange(len(beta)) != place)[1])

    def bound(place: int, step: float) -> float:
        edge = beta[place] + step
        while fall(edge, place) < far:
            step *= 2
            edge = beta[place] + step
        return float(brentq(lambda value: fall(value, place) - far, beta[place], edge, xtol=1e-10))

    places = range(len(beta))
    low, high = (np.array([bound(place, sign * steps[place]) for place in places]) for sign in (-1, 1))
    return low, high, np.array([float(chi2.sf(max(fall(0.0, place), 0.0), 1)) for place in places])


def measure_concordance(likelihood: PartialLikelihood, beta: Floats, confidence: float) -> Concordance:
    """Concordance of the risks with the order of the ends, within strata.

    ``beta``: coefficients of the risks; ``confidence``: level of the bounds, on the logit scale; from the number of
    ends alone where all pairs agree.

    Source:
        Harrell et al. (1996), *Statistics in Medicine* 15, 361–387.
    """
    score = likelihood.design @ beta
    agreed, pairs = np.zeros(len(score)), np.zeros(len(score))
    count = 0
    for risk, ends in likelihood.sets:
        later = np.flatnonzero(risk & ~ends)
        for case in np.flatnonzero(ends):
            gap = score[case] - score[later]
            right = np.where(np.abs(gap) < 1e-9, 0.5, gap > 0)
            agreed[later] += right
            pairs[later] += 1
            agreed[case] += right.sum()
            pairs[case] += len(later)
            count += 1
    total = pairs.sum() / 2
    share = float(agreed.sum() / 2 / total)
    error = float(np.sqrt(np.sum((agreed - share * pairs) ** 2)) / total)
    if min(share, 1 - share) < 1e-12:
        edge = ((1 - confidence) / 2) ** (1 / count)
        return Concordance(share, error, edge if share > 0.5 else 0.0, 1.0 if share > 0.5 else 1 - edge)
    odds = np.log(share / (1 - share)) + np.array([-1, 1]) * NormalDist().inv_cdf((1 + confidence) / 2) * error / (
        share * (1 - share)
    )
    low, high = 1 / (1 + np.exp(-odds))
    return Concordance(share, error, float(low), float(high))


def find_flaw(gaps: Floats) -> Flaw:
    """What keeps the coefficients from one finite best value: ``""`` when nothing does.

    ``gaps``: rows × coefficients: the likelihood rises or stays along a direction when no gap falls along it
    (`binary_gaps`, `cox_gaps`).

    Returns ``redondance`` (a direction changes nothing: constant or collinear columns) or ``separation`` (a direction
    never lowers the likelihood and never stops raising it, complete or quasi-complete).

    Source:
        Albert & Anderson (1984), *Biometrika* 71, 1–10, as a linear program.

    >>> find_flaw(binary_gaps(np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]]), np.array([0, 1, 1, 1])))
    'separation'
    >>> find_flaw(binary_gaps(np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]]), np.array([0, 1, 0, 1])))
    ''
    """
    from scipy.optimize import linprog

    scale = np.abs(gaps).max(axis=0, initial=0.0)
    if (scale == 0).any():
        return "redondance"
    rows = np.unique(gaps / scale, axis=0)
    if np.linalg.matrix_rank(rows, tol=_CLOSE * len(rows)) < rows.shape[1]:
        return "redondance"
    ahead = linprog(
        -rows.sum(axis=0),
        A_ub=np.vstack([-rows, rows]),
        b_ub=np.concatenate([np.zeros(len(rows)), np.ones(len(rows))]),
        bounds=(None, None),
        method="highs",
    )
    return "separation" if ahead.status != 0 or -ahead.fun > _CLOSE * len(rows) else ""


def binary_gaps(design: Floats, outcome: NDArray[np.int64] | Floats) -> Floats:
    """Gaps of a binary model: the row itself where the event occurs, its opposite elsewhere.

    ``design``: rows × coefficients, constant included; ``outcome``: 0 or 1 per row.
    """
    return np.where(np.asarray(outcome)[:, None] > 0, design, -design)


def cox_gaps(likelihood: PartialLikelihood) -> Floats:
    """Gaps of a partial likelihood: who ends less each project that is still at risk then.

    With exact ties, those who end together are not weighed against each other.
    """
    design = likelihood.design
    parts = [np.zeros((0, design.shape[1]))]
    for risk, ends in likelihood.sets:
        others = risk & ~ends if likelihood.ties == "exact" else risk
        parts += [design[case] - design[others] for case in np.flatnonzero(ends)]
    gaps = np.concatenate(parts)
    return gaps[np.abs(gaps).max(axis=1, initial=0.0) > 0] if len(gaps) else gaps
