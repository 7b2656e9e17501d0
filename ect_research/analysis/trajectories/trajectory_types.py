"""Types of trajectories, with what chance would give: refused or flagged rather than named too soon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal, demand_draws
from ect_research.analysis.partition import (
    Partition,
    bootstrap_jaccard,
    partition_around_medoids,
    silhouette_widths,
)
from ect_research.analysis.partition.partition_stability import matched
from ect_research.analysis.readable import Readable
from ect_research.analysis.trajectories.coded_sequences import VOID, CodedSequences, Codes
from ect_research.analysis.trajectories.flows import transition_rates
from ect_research.analysis.trajectories.sequence_distances import Distances, build_distances
from ect_research.errors import EctError
from ect_research.words import Sentence, tell, tell_n

Floats = NDArray[np.float64]
Measure = Callable[[CodedSequences], Distances | Refusal]


Found = Literal["passages", "vitesses", "fragiles", "types"]
FEWEST_PROJECTS = 30
SMALLEST_TYPE = 5
STABLE = 0.75
_NEAR = 0.05
_LEVEL = 0.05
_CLOSE = 1e-12
_SAID: dict[Found, Sentence] = {
    "passages": tell("Une suite de passages sans types fait aussi bien"),
    "vitesses": tell("Des projets qui ne diffèrent que par leur vitesse feraient aussi bien"),
    "fragiles": tell("Des groupes trop fragiles pour être des types"),
    "types": tell("Des types de trajectoires, au-delà du hasard et de la vitesse"),
}


@dataclass(frozen=True)
class TrajectoryTypes(Readable):
    """Groups of trajectories and the evidence for them.

    Attributes:
        members: one row per project: ``projet_id, type`` (1 … k), ``representant`` (medoid of its type), ``silhouette``
            (−1 to 1; negative: nearer to another type), ``hesitation`` (another medoid is as near, to within 5 %),
            ``deplaces`` (projects that change type when this one is left out: a pivot when there are any).
        types: one row per type: ``type, n, representant`` (a real project), ``silhouette`` (mean), ``stabilite`` (mean
            bootstrap Jaccard, 0–1; stable from 0.75).
        range: one row per k tried: ``k, silhouette, nul_median, nul_95`` (the same on sequences of the same
            passages and stays, without types), ``vitesse_median, vitesse_95`` (the same when each project also has its own
            speed), ``p`` (of that k alone, against the first), ``plus_petit`` (cases of the smallest group).
        k: number of types kept: the one whose silhouette exceeds its null most.
        p_value: share of the first nulls whose own best k exceeds the median as much, the observed one included: what
            choosing the k costs is paid.
        p_speed: same, against projects that go the same ways, each at its own speed.
        finding: ``passages`` (a chain of transitions without types does as well), ``vitesses`` (so do projects that differ by
            their speed only), ``fragiles`` (beyond both, but a group is small or does not hold) or ``types``.
        strength: ``hasard``, ``compte`` (fragile groups: registers without types have some too) or ``au_dela``.
        said: the finding in one sentence.
        partition: the groups.
        sequences: what was grouped.
        distances: between them.
        supported: whether every type has five projects, is stable, and both p-values are 5 % at most.
        draws: sequences drawn per null, and resamples.
        seed: of both.
        n: projects.
    """

    exhibits = ("show_types",)

    members: pd.DataFrame
    types: pd.DataFrame
    range: pd.DataFrame
    k: int
    p_value: float
    p_speed: float
    finding: Found
    strength: Literal["hasard", "compte", "au_dela"]
    said: Sentence
    partition: Partition
    sequences: CodedSequences
    distances: Distances
    supported: bool
    draws: int
    seed: int
    n: int

    @property
    def sources(self) -> tuple[object, ...]:
        """Documents of the facts behind it."""
        return self.sequences.sources


def build_trajectory_types(
    sequences: CodedSequences,
    *,
    measure: Measure = build_distances,
    ks: Sequence[int] = (2, 3, 4, 5),
    draws: int = 99,
    seed: int = 20160,
) -> TrajectoryTypes | Refusal:
    """Group the trajectories, and say whether sequences without types would group as well.

    Args:
        sequences: the trajectories, sorted by project.
        measure: sequences → distances; optimal matching by default.
        ks: numbers of types tried.
        draws: sequences drawn for each null, and resamples for the stability.
        seed: of the draws.

    Returns:
        the types, or a refusal under 30 projects (domain rule), or when the distances refuse.

    Source:
        null of typologies: Studer (2021), *Sociological Methodology* 51, 290–318; stability: Hennig (2007).
    """
    _demand(ks, sequences.n)
    demand_draws(draws)
    if sequences.n < FEWEST_PROJECTS:
        return Refusal(
            tell("les types de trajectoires"),
            tell_n(
                "{n} projet a une trajectoire datée ; il en faut {fewest} pour que des groupes se distinguent de ceux "
                "que donne le hasard.",
                "{n} projets ont une trajectoire datée ; il en faut {fewest} pour que des groupes se distinguent de "
                "ceux que donne le hasard.",
                sequences.n,
                fewest=FEWEST_PROJECTS,
            ),
            tell_n(
                "dater au moins deux faits de {n} projet de plus ; d’ici là, lire les lignes une à une.",
                "dater au moins deux faits de {n} projets de plus ; d’ici là, lire les lignes une à une.",
                FEWEST_PROJECTS - sequences.n,
            ),
        )
    distances = measure(sequences)
    if isinstance(distances, Refusal):
        return distances
    groups = {k: partition_around_medoids(distances.matrix, k, weights=sequences.weights) for k in ks}
    tried, (p_value, p_speed) = _range(sequences, (distances, groups), measure, (draws, seed))
    k = int(tried["k"].iloc[int(np.argmax(tried["silhouette"] - tried["nul_median"]))])
    kept = groups[k]
    stability = bootstrap_jaccard(distances.matrix, kept, weights=sequences.weights, repeats=draws, seed=seed)
    members = _members(distances, kept, sequences.weights)
    members["deplaces"] = _displaced(distances.matrix, kept, sequences.weights)
    types = _types(members, stability, distances.names, kept)
    holds = min(kept.sizes) >= SMALLEST_TYPE and bool(stability.min() >= STABLE)
    beyond: Found = "types" if holds else "fragiles"
    finding = "passages" if p_value > _LEVEL else "vitesses" if p_speed > _LEVEL else beyond
    return TrajectoryTypes(
        members=members,
        types=types,
        range=tried,
        k=k,
        p_value=p_value,
        p_speed=p_speed,
        finding=finding,
        strength="au_dela" if finding == "types" else "compte" if finding == "fragiles" else "hasard",
        said=_SAID[finding],
        partition=kept,
        sequences=sequences,
        distances=distances,
        supported=finding == "types",
        draws=draws,
        seed=seed,
        n=sequences.n,
    )


def _demand(ks: Sequence[int], n: int) -> None:
    wrong = [k for k in ks if not 2 <= k < max(n, FEWEST_PROJECTS)]
    if wrong or not ks:
        raise EctError(
            "Nombres de types impossibles pour {n} projets : {wrong} ; il en faut deux au moins, et moins que de "
            "projets.",
            n=n,
            wrong=wrong or tell("aucun donné"),
        )


def simulate_without_types(
    sequences: CodedSequences, generator: np.random.Generator, *, own_speed: bool = False
) -> CodedSequences:
    """As many sequences, as long, drawn from what all projects do together: first states, ways on, and times of stay.

    ``own_speed``: give each drawn sequence the speed of a project: how many times it changed, over what the pooled
    rates make one expect of it. Sequences then differ by their speed, without types.
    """
    rates, codes = transition_rates(sequences), sequences.compact()
    size = len(rates)
    first = np.bincount(codes[:, 0], weights=sequences.weights, minlength=size)
    onward = np.where(np.eye(size, dtype=bool), 0.0, rates)
    moving = onward.sum(axis=1)
    leaving, speeds = _leaving(codes, sequences.weights, moving)
    speed = generator.permutation(speeds) if own_speed else np.ones(sequences.n)
    steps = np.cumsum(onward, axis=1) / np.where(moving > 0, moving, 1.0)[:, None]
    drawn = np.full(codes.shape, VOID, dtype=np.int16)
    starts = np.searchsorted(np.cumsum(first / first.sum()), generator.random(sequences.n), side="right")
    drawn[:, 0] = np.minimum(starts, size - 1)
    spent = np.zeros(sequences.n, dtype=np.intp)
    for unit in range(1, codes.shape[1]):
        here = drawn[:, unit - 1]
        goes = generator.random(sequences.n) < np.minimum(leaving[here, spent] * speed, 1.0)
        spent = np.where(goes, 0, spent + 1)
        there = np.minimum((steps[here] < generator.random(sequences.n)[:, None]).sum(axis=1), size - 1)
        drawn[:, unit] = np.where(goes, there, here)
    drawn[codes == VOID] = VOID
    return replace(sequences, codes=drawn, units=tuple(map(str, range(codes.shape[1]))))


def _leaving(codes: Codes, weights: Floats, moving: Floats) -> tuple[Floats, Floats]:
    """Share of the projects that leave each state after so many units in it, shape (states, units), and each one's speed.

    One project more is counted everywhere, which leaves as often as they do in that state (``moving``), so that few stays do
    not make a rule. The speed: changes of a project over those expected of it where and when it stood, shape (n,).
    """
    here, there = codes[:, :-1], codes[:, 1:]
    spent, told = np.zeros(here.shape, dtype=np.intp), there != VOID
    for unit in range(1, here.shape[1]):
        spent[:, unit] = np.where(here[:, unit] == here[:, unit - 1], spent[:, unit - 1] + 1, 0)
    left, stood = np.tile(moving[:, None], codes.shape[1]), np.ones((len(moving), codes.shape[1]))
    mass, changed = np.broadcast_to(weights[:, None], told.shape), told & (here != there)
    np.add.at(stood, (here[told], spent[told]), mass[told])
    np.add.at(left, (here[changed], spent[changed]), mass[changed])
    leaving = left / stood
    return leaving, (changed.sum(axis=1) + 0.5) / (np.where(told, leaving[here, spent], 0.0).sum(axis=1) + 0.5)


def _range(
    sequences: CodedSequences, found: tuple[Distances, dict[int, Partition]], measure: Measure, chance: tuple[int, int]
) -> tuple[pd.DataFrame, tuple[float, float]]:
    """The silhouettes of each k beside those of both kinds of sequences without types, and the shares of the best excess."""
    distances, groups = found
    (draws, seed), mass = chance, sequences.weights
    parted = partial(partition_around_medoids, weights=mass)
    seen = np.array([_silhouette(distances.matrix, one, mass) for one in groups.values()])
    table = pd.DataFrame({"k": list(groups), "silhouette": seen})
    shares = []
    for name, own_speed in (("nul", False), ("vitesse", True)):
        generator = np.random.default_rng([seed, own_speed])
        drawn = (simulate_without_types(sequences, generator, own_speed=own_speed) for _ in range(draws))
        apart = [one.matrix for one in map(measure, drawn) if not isinstance(one, Refusal)]
        null = np.array([[_silhouette(one, parted(one, k), mass) for k in groups] for one in apart])
        middle, high = np.quantile(null, [0.5, 0.95], axis=0)
        table[f"{name}_median"], table[f"{name}_95"] = middle, high
        if not own_speed:
            table["p"] = (1 + np.sum(null >= seen - _CLOSE, axis=0)) / (1 + len(null))
        best = (null - middle).max(axis=1)
        shares.append(float((1 + np.sum(best >= (seen - middle).max() - _CLOSE)) / (1 + len(null))))
    table["plus_petit"] = [min(partition.sizes) for partition in groups.values()]
    return table, (shares[0], shares[1])


def _silhouette(matrix: Floats, partition: Partition, weights: Floats) -> float:
    return float(weights @ silhouette_widths(matrix, partition.labels, weights=weights) / weights.sum())


def _members(distances: Distances, partition: Partition, weights: Floats) -> pd.DataFrame:
    to_medoids = np.sort(distances.matrix[:, list(partition.medoids)], axis=1)
    near = to_medoids[:, 1] - to_medoids[:, 0] <= _NEAR * np.maximum(to_medoids[:, 1], 1e-12)
    return pd.DataFrame(
        {
            "projet_id": list(distances.names),
            "type": partition.labels + 1,
            "representant": [distances.names[partition.medoids[label]] for label in partition.labels],
            "silhouette": silhouette_widths(distances.matrix, partition.labels, weights=weights),
            "hesitation": near,
        }
    )


def _displaced(matrix: Floats, partition: Partition, weights: Floats) -> list[int]:
    """Cases that change group when each case in turn is left out and the groups are made again."""
    moved = []
    for left in range(len(matrix)):
        rest = np.delete(np.arange(len(matrix)), left)
        again = partition_around_medoids(matrix[np.ix_(rest, rest)], partition.k, weights=weights[rest]).labels
        moved.append(int((matched(partition.labels[rest], again) != partition.labels[rest]).sum()))
    return moved


def _types(members: pd.DataFrame, stability: Floats, names: tuple[str, ...], partition: Partition) -> pd.DataFrame:
    widths = members.groupby("type")["silhouette"].mean()
    return pd.DataFrame(
        {
            "type": np.arange(1, partition.k + 1),
            "n": partition.sizes,
            "representant": [names[medoid] for medoid in partition.medoids],
            "silhouette": widths.to_numpy(),
            "stabilite": stability,
        }
    )
