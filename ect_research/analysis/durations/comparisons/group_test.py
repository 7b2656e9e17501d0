"""Whether an end comes sooner in one group than in another: Gray's score, judged by permutation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal, demand_draws
from ect_research.analysis.durations.duration_words import count_ends, refuse_small_groups
from ect_research.analysis.durations.durations import FEWEST_ENDS, Durations
from ect_research.words import tell, tell_n

Floats = NDArray[np.float64]
_FEWEST_PER_GROUP = 5


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
