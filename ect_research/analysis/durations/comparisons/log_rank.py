"""Whether one end, alone of its kind, comes sooner in one group than in another (log-rank)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.curves.aalen_johansen import refuse_few_ends
from ect_research.analysis.durations.duration_words import count_ends, count_sizes
from ect_research.analysis.durations.durations import FEWEST_ENDS
from ect_research.words import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ect_research.analysis.durations.durations import Durations

    Floats = NDArray[np.float64]

_FEWEST_PER_GROUP = 5


@dataclass(frozen=True)
class LogRank:
    """Survival compared between groups.

    Attributes:
        groups: names.
        sizes: cases of each group.
        observed: ends of each group, weighted when ``rho`` is not 0.
        expected: ends of each group if all had the same hazard, weighted alike.
        statistic: chi-square.
        freedom: degrees of freedom, groups minus one.
        p_value: from the chi-square distribution: approximate when ends are few.
        rho: weight, power of the survival just before each end.
        n: cases.
    """

    groups: tuple[str, ...]
    sizes: tuple[int, ...]
    observed: tuple[float, ...]
    expected: tuple[float, ...]
    statistic: float
    freedom: int
    p_value: float
    rho: float
    n: int


def compare_survival(
    durations: Durations,
    by: Sequence[object],
    *,
    strata: Sequence[object] | None = None,
    rho: float = 0.0,
    fewest_ends: int = FEWEST_ENDS,
    fewest_per_group: int = _FEWEST_PER_GROUP,
) -> LogRank | Refusal:
    """Log-rank test, where a single kind of end occurs; late entries are allowed.

    Args:
        durations: the durations; one kind of end at most may occur (else `compare_incidence`).
        by: group of each case.
        strata: groups are compared within these, when given.
        rho: 0 for the log-rank, 1 for Peto & Peto's weights (early ends weigh more).
        fewest_ends: refuse below that number of ends.
        fewest_per_group: refuse when a group is smaller.

    Source:
        Harrington & Fleming (1982), *Biometrika* 69, 553–566.

    >>> from ect_research.analysis.durations.durations import durations_from_arrays
    >>> told = durations_from_arrays([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 0], causes=["fin"])
    >>> found = compare_survival(told, list("aaabbb"), fewest_ends=5, fewest_per_group=3)
    >>> found.observed, round(found.statistic, 4)
    ((3.0, 2.0), 5.0517)
    """
    from scipy.stats import chi2

    labels = durations.labels_of(by)
    names = sorted(set(labels))
    refusal = _unbearable(durations, labels, fewest_ends, fewest_per_group)
    if refusal is not None:
        return refusal
    within = durations.labels_of([""] * durations.n if strata is None else strata)
    observed, expected = np.zeros(len(names)), np.zeros(len(names))
    variance = np.zeros((len(names), len(names)))
    for stratum in sorted(set(within)):
        rows = within == stratum
        parts = _score(
            durations.only(rows), np.searchsorted(np.array(names, dtype=object), labels[rows]), len(names), rho
        )
        observed, expected, variance = observed + parts[0], expected + parts[1], variance + parts[2]
    gap = (observed - expected)[:-1]
    statistic = float(gap @ np.linalg.pinv(variance[:-1, :-1], hermitian=True) @ gap)
    freedom = len(names) - 1
    sizes = tuple(int(np.sum(labels == name)) for name in names)
    p_value = float(chi2.sf(statistic, freedom))
    return LogRank(
        tuple(map(str, names)), sizes, tuple(observed.tolist()), tuple(expected.tolist()), statistic, freedom, p_value, rho,
        durations.n,
    )  # fmt: skip


def _score(durations: Durations, codes: NDArray[np.intp], k: int, rho: float) -> tuple[Floats, Floats, Floats]:
    """Weighted ends observed and expected in each group, and the variance of their difference."""
    member = np.eye(k)[codes]
    ended = durations.cause > 0
    alive, observed, expected, variance = 1.0, np.zeros(k), np.zeros(k), np.zeros((k, k))
    ages = np.unique(durations.time[ended])
    for age, at_risk in zip(ages, durations.at_risk(ages), strict=True):
        risk = at_risk.astype(np.float64) @ member
        ends = ((durations.time == age) & ended).astype(np.float64) @ member
        total, met, weight = risk.sum(), ends.sum(), alive**rho
        share = risk / total
        observed += weight * ends
        expected += weight * met * share
        if total > 1:
            spread = met * (total - met) / (total - 1)
            variance += weight**2 * spread * (np.diag(share) - np.outer(share, share))
        alive *= 1 - met / total
    return observed, expected, variance


def _unbearable(
    durations: Durations, labels: NDArray[np.object_], fewest_ends: int, fewest_per_group: int
) -> Refusal | None:
    met = {name: count for name, count in durations.ends.items() if count}
    asked = tell("la comparaison des courbes de survie")
    if len(met) > 1:
        return Refusal(
            asked,
            tell(
                "Plusieurs fins se font concurrence ({ends}) : le test du log-rank les confondrait.",
                ends=count_ends(met),
            ),
            tell("comparer les incidences cumulées (test de Gray par permutation)."),
        )
    if sum(met.values()) < fewest_ends:
        return refuse_few_ends(durations, fewest_ends, asked)
    sizes = {str(name): int(np.sum(labels == name)) for name in sorted(set(labels))}
    if len(sizes) < 2 or min(sizes.values()) < fewest_per_group:
        return Refusal(
            asked,
            tell(
                "Il faut deux groupes d’au moins {fewest} projets (ici {sizes}).",
                fewest=fewest_per_group,
                sizes=count_sizes(sizes),
            ),
        )
    return None
