"""Types of trajectories, with what chance would give: refused or flagged rather than named too soon."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ect_research.analysis.chance import Refusal, demand_draws
from ect_research.analysis.partition import (
    Partition,
    bootstrap_jaccard,
    measure_quality,
    partition_around_medoids,
    silhouette_widths,
)
from ect_research.analysis.partition.agreement import matched
from ect_research.analysis.readable import Readable
from ect_research.analysis.trajectories.distances.sequence_distances import Distances, build_distances
from ect_research.analysis.trajectories.sequences.coded_sequences import VOID, CodedSequences
from ect_research.analysis.trajectories.sequences.transitions import transition_rates
from ect_research.errors import EctError
from ect_research.words import tell, tell_n

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Measure = Callable[[CodedSequences], Distances | Refusal]

FEWEST_PROJECTS = 30
SMALLEST_TYPE = 5
STABLE = 0.75
_NEAR = 0.05
_LEVEL = 0.05
_CLOSE = 1e-12


@dataclass(frozen=True)
class TrajectoryTypes(Readable):
    """Groups of trajectories and the evidence for them.

    Attributes:
        members: one row per project: ``projet_id, type`` (1 … k), ``representant`` (medoid of its type), ``silhouette``
            (−1 to 1; negative: nearer to another type), ``hesitation`` (another medoid is as near, to within 5 %),
            ``deplaces`` (projects that change type when this one is left out: a pivot when there are any).
        types: one row per type: ``type, n, representant`` (a real project), ``silhouette`` (mean), ``stabilite`` (mean
            bootstrap Jaccard, 0–1; stable from 0.75).
        range: one row per k tried: ``k, silhouette, nul_median, nul_95`` (the same on sequences drawn from the pooled
            transition rates, without types), ``p`` (of that k alone), ``plus_petit`` (cases of the smallest group).
        k: number of types kept: the one whose silhouette exceeds its null most.
        p_value: share of the nulls whose own best k exceeds the median as much, the observed one included: what choosing
            the k costs is paid.
        partition: the groups.
        sequences: what was grouped.
        distances: between them.
        supported: whether every type has five projects, is stable, and ``p_value`` is 5 % at most.
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
                "que "
                "donne le hasard.",
                "{n} projets ont une trajectoire datée ; il en faut {fewest} pour que des groupes se distinguent de "
                "ceux "
                "que donne le hasard.",
                sequences.n,
                fewest=FEWEST_PROJECTS,
            ),
            tell(
                "dater au moins deux faits de {lacking} projets de plus ; d’ici là, lire les lignes une à une.",
                lacking=FEWEST_PROJECTS - sequences.n,
            ),
        )
    distances = measure(sequences)
    if isinstance(distances, Refusal):
        return distances
    groups = {k: partition_around_medoids(distances.matrix, k, weights=sequences.weights) for k in ks}
    tried, p_value = _range(sequences, (distances, groups), measure, (draws, seed))
    k = int(tried["k"].iloc[int(np.argmax(tried["silhouette"] - tried["nul_median"]))])
    kept = groups[k]
    stability = bootstrap_jaccard(distances.matrix, kept, weights=sequences.weights, repeats=draws, seed=seed)
    members = _members(distances, kept, sequences.weights)
    members["deplaces"] = _displaced(distances.matrix, kept, sequences.weights)
    types = _types(members, stability, distances.names, kept)
    supported = p_value <= _LEVEL and min(kept.sizes) >= SMALLEST_TYPE and stability.min() >= STABLE
    return TrajectoryTypes(
        members, types, tried, k, p_value, kept, sequences, distances, bool(supported), draws, seed, sequences.n
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


def simulate_without_types(sequences: CodedSequences, generator: np.random.Generator) -> CodedSequences:
    """As many sequences, as long, drawn from the first states and the transition rates of all projects together."""
    rates = transition_rates(sequences)
    codes = sequences.compact()
    lengths = sequences.lengths
    first = np.bincount(codes[:, 0], weights=sequences.weights, minlength=len(rates))
    stuck = rates.sum(axis=1) == 0
    rates[stuck] = np.eye(len(rates))[stuck]
    steps = np.cumsum(rates, axis=1)
    drawn = np.full(codes.shape, VOID, dtype=np.int16)
    starts = np.searchsorted(np.cumsum(first / first.sum()), generator.random(sequences.n), side="right")
    drawn[:, 0] = np.minimum(starts, len(rates) - 1)
    for unit in range(1, codes.shape[1]):
        chance = generator.random(sequences.n)[:, None]
        drawn[:, unit] = np.minimum((steps[drawn[:, unit - 1]] < chance).sum(axis=1), len(rates) - 1)
    drawn[np.arange(codes.shape[1])[None, :] >= lengths[:, None]] = VOID
    units = tuple(str(unit) for unit in range(codes.shape[1]))
    return replace(sequences, codes=drawn, units=units)


def _range(
    sequences: CodedSequences,
    found: tuple[Distances, dict[int, Partition]],
    measure: Measure,
    chance: tuple[int, int],
) -> tuple[pd.DataFrame, float]:
    """The silhouettes of each k beside those of sequences without types, and the probability of the best excess."""
    distances, groups = found
    draws, seed = chance
    generator = np.random.default_rng(seed)
    null = np.full((draws, len(groups)), np.nan)
    for draw in range(draws):
        simulated = simulate_without_types(sequences, generator)
        apart = measure(simulated)
        if isinstance(apart, Refusal):
            continue
        for place, k in enumerate(groups):
            drawn = partition_around_medoids(apart.matrix, k, weights=sequences.weights)
            null[draw, place] = _silhouette(apart.matrix, drawn, sequences.weights)
    null = null[~np.isnan(null).any(axis=1)]
    seen = np.array([_silhouette(distances.matrix, one, sequences.weights) for one in groups.values()])
    middle, high = np.quantile(null, [0.5, 0.95], axis=0)
    table = pd.DataFrame(
        {
            "k": list(groups),
            "silhouette": seen,
            "nul_median": middle,
            "nul_95": high,
            "p": (1 + np.sum(null >= seen - _CLOSE, axis=0)) / (1 + len(null)),
            "plus_petit": [min(partition.sizes) for partition in groups.values()],
        }
    )
    best = (null - middle).max(axis=1)
    return table, float((1 + np.sum(best >= (seen - middle).max() - _CLOSE)) / (1 + len(null)))


def _silhouette(matrix: Floats, partition: Partition, weights: Floats) -> float:
    return measure_quality(matrix, partition.labels, weights=weights)["ASW"]


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
