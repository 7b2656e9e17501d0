"""What is left of the groups when the cases are drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ect_research.analysis.partition.agreement import many_jaccard
from ect_research.analysis.partition.medoids import partition_around_medoids
from ect_research.analysis.partition.partition import as_matrix, as_weights
from ect_research.analysis.partition.ward import ABSENT, many_types

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ect_research.analysis.partition.partition import Partition

    Floats = NDArray[np.float64]
    Labels = NDArray[np.intp]
    Bits = NDArray[np.bool_]


def bootstrap_jaccard(
    distances: Any,  # noqa: ANN401 - any square array
    partition: Partition,
    *,
    weights: Sequence[float] | Floats | None = None,
    repeats: int = 200,
    seed: int = 20160,
) -> Floats:
    """Mean Jaccard likeness of each group around a medoid to its nearest group among resampled cases, 0–1.

    Cases are drawn with replacement and partitioned again by the same method; a case drawn twice weighs twice. Below
    0.5 a group is dissolved, from 0.75 it is stable.

    Args:
        distances: cases × cases.
        partition: the groups to test, from `partition_around_medoids`.
        weights: of the cases, those that made the groups; a case drawn twice weighs twice its own.
        repeats: number of resamples.
        seed: of the draws.

    Source:
        Hennig (2007), *Computational Statistics & Data Analysis* 52, 258–271.
    """
    matrix = as_matrix(distances)
    n = len(matrix)
    own = as_weights(weights, n)
    generator = np.random.default_rng(seed)
    again = []
    for _ in range(repeats):
        drawn, times = np.unique(generator.integers(0, n, n), return_counts=True)
        if len(drawn) < partition.k:
            continue
        part, weighing = matrix[np.ix_(drawn, drawn)], own[drawn] * times
        labels = np.full(n, ABSENT, dtype=np.intp)
        labels[drawn] = partition_around_medoids(part, partition.k, weights=weighing, most_tried=0).labels
        again.append(labels)
    base = np.tile(partition.labels, (len(again), 1))
    return np.asarray(mean_likeness(base, np.array(again), partition.k, np.zeros(len(again), dtype=np.intp), 1)[0][0])


def resample_types(squared: Floats, labels: Labels, k: int, drawn: Bits) -> tuple[Floats, Floats]:
    """Ward's types of many sets made again among the cases drawn: mean likeness of each type, and who stays.

    Args:
        squared: squared distances, one matrix per set, shape (sets, n, n).
        labels: types to test, shape (sets, n).
        k: number of types.
        drawn: cases of each draw, shape (sets, draws, n); those with k cases or fewer are passed over.

    Returns:
        as `mean_likeness`.
    """
    sets, draws, n = drawn.shape
    there = drawn.reshape(-1, n)
    usable = np.flatnonzero(there.sum(axis=1) > k)
    places = usable // draws
    return mean_likeness(labels[places], many_types(squared, [k], there[usable], places)[0], k, places, sets)


def mean_likeness(base: Labels, again: Labels, k: int, places: Labels, sets: int) -> tuple[Floats, Floats]:
    """Mean likeness of each type to its nearest one in the draws, and share of the draws where each case stays with it.

    Args:
        base: types to test, shape (draws, n).
        again: types of each draw, shape (draws, n), −1 for a case that was not drawn.
        k: number of types.
        places: which set each draw belongs to, shape (draws,).
        sets: number of sets.

    Returns:
        likeness, shape (sets, k), NaN for a type whose cases were never drawn, and stays, shape (sets, n).
    """
    found, best = many_jaccard(base, again, k)
    kept = (again == np.take_along_axis(best, base, axis=1)) & (again >= 0)
    likeness, met = _by_set(np.nan_to_num(found), places, sets), _by_set(np.isfinite(found), places, sets)
    stayed, times = _by_set(kept, places, sets), _by_set(again >= 0, places, sets)
    mean = np.divide(likeness, met, out=np.full(likeness.shape, np.nan), where=met > 0)
    return mean, stayed / np.maximum(times, 1)


def _by_set(values: NDArray[np.generic], places: Labels, sets: int) -> Floats:
    summed = np.zeros((sets, values.shape[1]))
    np.add.at(summed, places, values)
    return summed
