"""How alike two partitions are, and what is left of the groups when the cases are drawn anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from ect_research.analysis.partition.partition_quality import Partition, as_matrix, as_weights, settled
from ect_research.analysis.partition.ward import ABSENT, many_types
from ect_research.errors import EctError

Floats = NDArray[np.float64]
MOST_TRIED = 40_000
"""Sets of medoids tried one by one; beyond, steepest descent (60 cases in 3 groups are 34 220 sets)."""


def partition_around_medoids(
    distances: Any,  # noqa: ANN401 - any square array
    k: int,
    *,
    weights: Sequence[float] | Floats | None = None,
    most_tried: int = MOST_TRIED,
) -> Partition:
    """The k cases that represent all others best, and the groups around them.

    Every set of medoids is tried when there are at most ``most_tried`` of them: the answer is then the best there is.
    Otherwise BUILD then SWAP, steepest descent, which may stop at a local optimum. No chance is involved; among equal
    sets the first in the order of the cases wins, so sort the cases by identifier.

    ``distances``: cases × cases; ``k``: number of groups, ``1 <= k <= n``; ``weights``: of the cases, 1 by default; a
    case of weight 0 is assigned but weighs nothing. ``most_tried``: see above; 0 for steepest descent always.

    Raises:
        EctError: k out of range, or a matrix that holds no distances.

    Source:
        Kaufman & Rousseeuw (1990), *Finding Groups in Data*, ch. 2; swaps evaluated together as in Schubert &
        Rousseeuw (2021), *Information Systems* 101.

    >>> found = partition_around_medoids([[0, 1, 9], [1, 0, 8], [9, 8, 0]], 2)
    >>> found.labels.tolist(), found.medoids, found.exact
    ([0, 0, 1], (0, 2), True)
    """
    matrix = as_matrix(distances)
    n = len(matrix)
    if not 1 <= k <= n:
        raise EctError("{k} groupes pour {n} cas : en demander de 1 à {n}.", k=k, n=n)
    weighing = as_weights(weights, n)
    if comb(n, k) <= most_tried:
        return settled(matrix, weighing, _best_of_all(matrix, weighing, k), exact=True)
    return settled(matrix, weighing, _swap(matrix, weighing, _build(matrix, weighing, k)), exact=False)


def every_set(matrix: Floats, k: int) -> Iterator[tuple[NDArray[np.intp], Floats]]:
    """Every set of k medoids, by the last of them: the sets, shape (few, k), and how far each case is from its nearest, (few, n).

    Those that end at one case are the first sets of k − 1, and that case.
    """
    if k == 1:
        yield np.arange(len(matrix))[:, None], matrix
        return
    sets, nearest = (np.concatenate(parts) for parts in zip(*every_set(matrix, k - 1), strict=True))
    for last in range(k - 1, len(matrix)):
        few = comb(last, k - 1)
        yield np.column_stack([sets[:few], np.full(few, last)]), np.minimum(nearest[:few], matrix[last])


def _best_of_all(matrix: Floats, weights: Floats, k: int) -> list[int]:
    slack = 1e-12 * float(weights @ matrix.max(axis=1))
    tried = [(sets, nearest @ weights) for sets, nearest in every_set(matrix, k)]
    sets, costs = (np.concatenate(parts) for parts in zip(*tried, strict=True))
    return [int(case) for case in min(sets[costs <= costs.min() + slack].tolist())]


def _build(matrix: Floats, weights: Floats, k: int) -> list[int]:
    """Medoids added one by one, each time the one that lowers the total most."""
    nearest = np.full(len(matrix), np.inf)
    chosen: list[int] = []
    for _ in range(k):
        totals = np.minimum(matrix, nearest[None, :]) @ weights
        totals[chosen] = np.inf
        chosen.append(int(np.argmin(totals)))
        nearest = np.minimum(nearest, matrix[chosen[-1]])
    return chosen


def _swap(matrix: Floats, weights: Floats, chosen: list[int]) -> list[int]:
    """Exchange a medoid for another case as long as the best exchange lowers the total."""
    if len(chosen) == 1 or len(chosen) == len(matrix):
        return chosen
    slack = 1e-12 * float(weights @ matrix.max(axis=1))
    while True:
        to_medoids = matrix[:, chosen]
        ranked = np.argsort(to_medoids, axis=1, kind="stable")
        rows = np.arange(len(matrix))
        mine, nearest = ranked[:, 0], to_medoids[rows, ranked[:, 0]]
        second = to_medoids[rows, ranked[:, 1]]
        gain = np.minimum(matrix - nearest[None, :], 0.0)
        loss = np.minimum(matrix, second[None, :]) - nearest[None, :]
        change = np.empty((len(matrix), len(chosen)))
        for place in range(len(chosen)):
            own = mine == place
            change[:, place] = gain[:, ~own] @ weights[~own] + loss[:, own] @ weights[own]
        change[chosen] = np.inf
        candidate, place = divmod(int(np.argmin(change)), len(chosen))
        if change[candidate, place] >= -slack:
            return chosen
        chosen = [*chosen[:place], candidate, *chosen[place + 1 :]]


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
    cells = places[:, None] * values.shape[1] + np.arange(values.shape[1])
    summed = np.bincount(cells.ravel(), weights=values.ravel(), minlength=sets * values.shape[1])
    return np.asarray(summed.reshape(sets, -1), dtype=float)
