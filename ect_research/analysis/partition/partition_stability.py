"""How alike two partitions are, and what is left of the groups when the cases are drawn anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from ect_research.analysis.partition.medoids import partition_around_medoids
from ect_research.analysis.partition.partition import Partition, as_matrix, as_weights
from ect_research.analysis.partition.ward import ABSENT, many_types

Floats = NDArray[np.float64]
Labels = NDArray[np.integer]
Bits = NDArray[np.bool_]


def crossed(first: Labels, second: Labels) -> Floats:
    """Projects in each pair of types, shape (types of the first, types of the second)."""
    wide = int(second.max()) + 1
    counts = np.bincount(first * wide + second, minlength=(int(first.max()) + 1) * wide)
    return counts.reshape(-1, wide).astype(float)


def adjusted_rand(first: Labels, second: Labels) -> float:
    """Agreement beyond chance: 1 for the same partition, about 0 for unrelated ones.

    Source:
        Hubert & Arabie (1985), *Journal of Classification* 2, 193–218.

    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    """
    counts = crossed(first, second)
    together = float((counts * (counts - 1)).sum()) / 2
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    one, other = float((rows * (rows - 1)).sum()) / 2, float((columns * (columns - 1)).sum()) / 2
    pairs = len(first) * (len(first) - 1) / 2
    expected = one * other / pairs
    most = (one + other) / 2
    return float((together - expected) / (most - expected)) if most != expected else 1.0


def matched(base: Labels, other: Labels) -> Labels:
    """The second partition with the numbers of the first that make them agree most.

    >>> matched(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    array([0, 0, 1, 1])
    """
    counts = crossed(base, other)
    rows, columns = linear_sum_assignment(-counts)
    number = np.full(counts.shape[1], -1)
    number[columns] = rows
    return np.asarray(number[other], dtype=np.intp)


def many_jaccard(base: Labels, other: Labels, k: int) -> tuple[Floats, Labels]:
    """For each base type of many pairs of partitions, the largest Jaccard likeness to a type of the other, and which.

    ``base``: types from 0, shape (pairs, n); ``other``: types from 0, shape (pairs, n); −1 for a project that takes
    no part, in the base either.

    Returns:
        likeness (NaN for a base type without any project) and best type, shapes (pairs, k).

    >>> many_jaccard(np.array([[0, 0, 1, 1]]), np.array([[0, 0, 0, 1]]), 2)
    (array([[0.66666667, 0.5       ]]), array([[0, 1]]))
    """
    wide = int(other.max()) + 1
    ours = ((base[:, :, None] == np.arange(k)) & (other >= 0)[:, :, None]).astype(float)
    counts = ours.transpose(0, 2, 1) @ (other[:, :, None] == np.arange(wide)).astype(float)
    sizes = counts.sum(axis=2)
    union = sizes[:, :, None] + counts.sum(axis=1)[:, None] - counts
    likeness = counts / np.maximum(union, 1)
    best = likeness.argmax(axis=2)
    return np.where(sizes > 0, likeness.max(axis=2), np.nan), best


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

    ``distances``: cases × cases; ``partition``: the groups to test, from `partition_around_medoids`; ``weights``: of
    the cases, those that made the groups; a case drawn twice weighs twice its own.

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


def resample_types(
    squared: Floats, bases: Sequence[Labels], numbers: Sequence[int], drawn: Bits
) -> list[tuple[Floats, Floats]]:
    """Ward's types of many sets made again among the cases drawn: mean likeness of each type, and who stays.

    Args:
        squared: squared distances, one matrix per set, shape (sets, n, n).
        bases: types to test for each number of types, shape (sets, n).
        numbers: numbers of types.
        drawn: cases of each draw, shape (sets, draws, n); those with k cases or fewer are passed over.

    Returns:
        for each k, as `mean_likeness`.
    """
    sets, draws, n = drawn.shape
    there = drawn.reshape(-1, n)
    sizes = there.sum(axis=1)
    usable = np.flatnonzero(sizes > min(numbers))
    again = many_types(squared, numbers, there[usable], usable // draws)
    found = []
    for base, labels, k in zip(bases, again, numbers, strict=True):
        asked = sizes[usable] > k
        places = usable[asked] // draws
        found.append(mean_likeness(base[places], labels[asked], k, places, sets))
    return found


def mean_likeness(base: Labels, again: Labels, k: int, places: Labels, sets: int) -> tuple[Floats, Floats]:
    """Mean likeness of each type to its nearest one in the draws, and share of the draws where each case stays with it.

    ``base``: types to test, shape (draws, n); ``again``: types of each draw, shape (draws, n), −1 for a case that was
    not drawn; ``places``: which set each draw belongs to, shape (draws,).

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
