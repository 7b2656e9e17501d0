"""Whether an end comes sooner in one group than in another, by the test that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal, demand_draws
from ect_research.analysis.durations.aalen_johansen import refuse_few_ends
from ect_research.analysis.durations.duration_words import count_ends, refuse_small_groups
from ect_research.analysis.durations.durations import FEWEST_ENDS, Durations
from ect_research.words import tell, tell_n

Floats = NDArray[np.float64]
_FEWEST_PER_GROUP = 5
_FEWEST_FOR_CHI2 = 10
"""Cases of the smallest group under which the groups are shuffled: the chi-square then rejects too often."""
_AT_ONCE = 200


@dataclass(frozen=True)
class LogRank:
    """Survival compared between groups.

    Attributes:
        sizes: cases of each group.
        observed: ends of each group, weighted when ``rho`` is not 0.
        expected: ends of each group if all had the same hazard, weighted alike.
        statistic: chi-square.
        freedom: degrees of freedom, groups minus one.
        p_value: from the chi-square distribution; from shuffles of the groups when one has fewer than ten cases.
        rho: weight, power of the survival just before each end.
        permutations: shuffles behind the p-value; 0 when it is that of the chi-square.
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
    permutations: int
    seed: int


def compare_survival(  # noqa: PLR0913 - floors and shuffles have defaults
    durations: Durations,
    by: Sequence[object],
    *,
    strata: Sequence[object] | None = None,
    rho: float = 0.0,
    fewest_ends: int = FEWEST_ENDS,
    fewest_per_group: int = _FEWEST_PER_GROUP,
    permutations: int = 1999,
    seed: int = 20160,
) -> LogRank | Refusal:
    """Log-rank test, where a single kind of end occurs; late entries are allowed.

    Where a group has fewer than ten cases, the p-value is the share of shuffles of the groups (within the strata) whose
    statistic is at least as high, which supposes groups followed alike: with five groups of six, the chi-square rejects
    8.7 % of the time instead of 5.

    Args:
        durations: the durations; one kind of end at most may occur (else `compare_incidence`).
        by: group of each case.
        strata: groups are compared within these, when given.
        rho: 0 for the log-rank, 1 for Peto & Peto's weights (early ends weigh more).
        fewest_ends: refuse below that number of ends.
        fewest_per_group: refuse when a group is smaller.
        permutations: shuffles of the groups, when one is small; 0 for the chi-square whatever the sizes.
        seed: of the shuffles.

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
    refusal = _refuse_curves(durations, labels, fewest_ends, fewest_per_group)
    if refusal is not None:
        return refusal
    within = durations.labels_of([""] * durations.n if strata is None else strata)
    parts = [durations.only(within == stratum) for stratum in sorted(set(within))]
    codes = [np.searchsorted(np.array(names, dtype=object), labels[within == s])[None] for s in sorted(set(within))]
    observed, expected, statistics = _compare(parts, codes, len(names), rho)
    statistic, freedom = float(statistics[0]), len(names) - 1
    sizes = tuple(int(np.sum(labels == name)) for name in names)
    few = permutations != 0 and min(sizes) < _FEWEST_FOR_CHI2
    p_value = float(chi2.sf(statistic, freedom))
    if few:
        demand_draws(permutations)
        chance = np.random.default_rng(seed)
        hits = 0
        for start in range(0, permutations, _AT_ONCE):
            size = min(_AT_ONCE, permutations - start)
            shuffled = [chance.permuted(np.repeat(own, size, axis=0), axis=1) for own in codes]
            hits += int(np.sum(_compare(parts, shuffled, len(names), rho)[2] >= statistic - 1e-9))
        p_value = (hits + 1) / (permutations + 1)
    return LogRank(
        tuple(map(str, names)), sizes, tuple(observed[0].tolist()), tuple(expected[0].tolist()), statistic, freedom, p_value,
        rho, durations.n, permutations if few else 0, seed,
    )  # fmt: skip


def _compare(
    parts: Sequence[Durations], codes: Sequence[NDArray[np.intp]], k: int, rho: float
) -> tuple[Floats, Floats, Floats]:
    """Ends observed and expected, sets of groups × k, and the chi-square of each set, added up over the strata."""
    scores = [_score(part, own, k, rho) for part, own in zip(parts, codes, strict=True)]
    observed, expected, variance = (np.sum([score[place] for score in scores], axis=0) for place in range(3))
    gap = (observed - expected)[:, :-1]
    inverse = np.linalg.pinv(variance[:, :-1, :-1], hermitian=True)
    return observed, expected, np.einsum("si,sij,sj->s", gap, inverse, gap)


def _score(durations: Durations, codes: NDArray[np.intp], k: int, rho: float) -> tuple[Floats, Floats, Floats]:
    """For each set of groups (sets × cases): weighted ends observed and expected in each, variance of their difference."""
    member = np.eye(k)[codes]
    ended = durations.cause > 0
    ages = np.unique(durations.time[ended])
    at_risk = durations.at_risk(ages).astype(np.float64)
    ending = ((durations.time[None, :] == ages[:, None]) & ended[None, :]).astype(np.float64)
    total, met = at_risk.sum(axis=1), ending.sum(axis=1)
    alive = np.concatenate([[1.0], np.cumprod(1 - met / total)[:-1]]) if len(ages) else np.ones(0)
    weight = alive**rho
    share = at_risk @ member / total[:, None]
    observed = weight @ (ending @ member)
    expected = (weight * met) @ share
    spread = weight**2 * met * (total - met) / np.maximum(total - 1, 1)
    variance = np.einsum("sk,kl->skl", spread @ share, np.eye(k)) - np.einsum("a,sak,sal->skl", spread, share, share)
    return observed, expected, variance


def _refuse_curves(
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
    return refuse_small_groups(asked, sizes, fewest_per_group)


@dataclass(frozen=True)
class GroupTest:
    """One end compared between groups.

    Attributes:
        scores: observed minus expected ends of each group, under one common incidence; they add up to zero.
        statistic: squared distance of the scores from zero, in the permutations' own spread.
        p_value: share of the permutations at least as far from zero, the observed one included.
    """

    cause: str
    groups: tuple[str, ...]
    scores: tuple[float, ...]
    statistic: float
    p_value: float
    permutations: int
    seed: int
    n: int


def compare_incidence(
    durations: Durations, by: Sequence[str], cause: str, *, permutations: int = 1999, seed: int = 20160
) -> GroupTest | Refusal:
    """Compare the cumulative incidence of one end between groups.

    The score weighs each group by the projects that have not met *this* end, others included while they would still
    count as not having met it (Gray's subdistribution risk set); its spread comes from shuffling the groups, which asks
    that groups be followed alike: late entries are refused when they differ.

    Args:
        durations: the durations.
        by: group of each project.
        cause: the end.
        permutations: shuffles of the groups.
        seed: of the shuffles.

    Returns:
        the test, or a refusal under ten ends of that kind, under five projects in a group, or with late entries.

    Raises:
        EctError: an unknown end, groups in another number than the projects or missing, no shuffle.

    Source:
        Gray (1988), *Annals of Statistics* 16, 1141–1154, score with ρ = 0.

    >>> from ect_research.analysis.durations.durations import durations_from_arrays
    >>> told = durations_from_arrays(range(1, 21), [1] * 20)
    >>> compare_incidence(told, ["tôt"] * 10 + ["tard"] * 10, "creation", permutations=99).p_value
    0.01
    """
    demand_draws(permutations)
    labels = durations.labels_of(by)
    names = sorted(set(labels))
    rank = durations.rank_of(cause)
    refusal = _unbearable(durations, labels, names, cause)
    if refusal is not None:
        return refusal
    codes = np.searchsorted(np.array(names, dtype=object), labels)
    generator = np.random.default_rng(seed)
    orders = np.stack([codes, *(generator.permutation(codes) for _ in range(permutations))])
    observed, shuffled = np.split(_scores(durations, orders, len(names), rank), [1])
    observed = observed[0]
    spread = np.linalg.pinv(np.cov(shuffled[:, :-1], rowvar=False, bias=True).reshape(len(names) - 1, -1))
    centre = shuffled[:, :-1].mean(axis=0)
    far = observed[:-1] - centre
    statistic = float(far @ spread @ far)
    others = np.einsum("pi,ij,pj->p", shuffled[:, :-1] - centre, spread, shuffled[:, :-1] - centre)
    return GroupTest(
        cause=cause,
        groups=tuple(str(name) for name in names),
        scores=tuple(float(score) for score in observed),
        statistic=statistic,
        p_value=float((1 + np.sum(others >= statistic - 1e-12)) / (1 + permutations)),
        permutations=permutations,
        seed=seed,
        n=durations.n,
    )


def _unbearable(durations: Durations, labels: NDArray[np.object_], names: list[str], cause: str) -> Refusal | None:
    ends = durations.ends[cause]
    sizes = {str(name): int(np.sum(labels == name)) for name in names}
    asked = tell("la comparaison des incidences entre groupes")
    if ends < FEWEST_ENDS:
        return Refusal(
            asked, tell("{ends} en tout ; il en faut {fewest}.", ends=count_ends({cause: ends}), fewest=FEWEST_ENDS)
        )
    if small := refuse_small_groups(asked, sizes, _FEWEST_PER_GROUP):
        return small
    if np.any(durations.entry > 0):
        late = int(np.sum(durations.entry > 0))
        return Refusal(
            asked,
            tell_n(
                "{n} projet suivi seulement après son début : l’échange des groupes n’est plus permis.",
                "{n} projets suivis seulement après leur début : l’échange des groupes n’est plus permis.",
                late,
            ),
            tell("restreindre la comparaison aux projets suivis dès leur début."),
        )
    return None


def _scores(durations: Durations, orders: NDArray[np.int64], k: int, rank: int) -> Floats:
    """Scores of every attribution of the projects to groups: attributions × groups."""
    ages = np.unique(durations.time[durations.cause > 0])
    member = (orders[:, :, None] == np.arange(k)).astype(np.float64)
    here = durations.time[None, :] == ages[:, None]
    risk = _counted(durations.time[None, :] >= ages[:, None], member)
    met = _counted(here & (durations.cause == rank), member)
    ended = _counted(here & (durations.cause > 0), member)
    alive, reached, score = np.ones(member.shape[::2]), np.zeros(member.shape[::2]), np.zeros(member.shape[::2])
    for step in range(len(ages)):
        # Those at risk of this end, and those whom another end would otherwise leave out.
        weight = np.divide(risk[step] * (1 - reached), alive, out=np.zeros_like(alive), where=alive > 1e-12)
        total = weight.sum(axis=1, keepdims=True)
        share = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
        score += np.where(total > 0, met[step] - met[step].sum(axis=1, keepdims=True) * share, 0.0)
        reached += alive * np.divide(met[step], risk[step], out=np.zeros_like(alive), where=risk[step] > 0)
        alive *= 1 - np.divide(ended[step], risk[step], out=np.zeros_like(alive), where=risk[step] > 0)
    return score


def _counted(concerned: NDArray[np.bool_], member: Floats) -> Floats:
    """Projects concerned at each age in each group: ages × attributions × groups."""
    return np.tensordot(concerned.astype(np.float64), member, axes=([1], [1]))


def compare_groups(
    durations: Durations,
    by: Sequence[str],
    cause: str = "",
    **options: Any,  # noqa: ANN401 - of either test
) -> GroupTest | LogRank | Refusal:
    """Compare one end among others between groups (Gray's score, shuffled), or the only end there is (log-rank).

    Args:
        durations: the durations.
        by: group of each project.
        cause: the end, where others compete with it; blank where one kind of end occurs.
        options: of `compare_incidence` (``permutations, seed``), or of `compare_survival` (also ``strata, rho``, and floors).

    Returns:
        the test, or a refusal under ten ends, under five projects in a group.

    Raises:
        EctError: an unknown end, groups in another number than the projects or missing.

    >>> from ect_research.analysis.durations.durations import durations_from_arrays
    >>> told = durations_from_arrays([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 0], causes=["fin"])
    >>> compare_groups(told, list("aaabbb"), fewest_ends=5, fewest_per_group=3).observed
    (3.0, 2.0)
    """
    return compare_incidence(durations, by, cause, **options) if cause else compare_survival(durations, by, **options)
