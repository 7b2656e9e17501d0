"""Partition around medoids: groups whose centre is a real case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ect_research.analysis.partition.partition import Partition, as_matrix, as_weights, settled
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
