"""What stands behind a Cox model: a finite maximum, tests of the whole, bounds by profile, concordance."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.durations.models.partial_likelihood import PartialLikelihood

Floats = NDArray[np.float64]
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
