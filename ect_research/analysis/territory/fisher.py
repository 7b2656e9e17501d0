"""Natural breaks, exact: the partition of numbers into k classes that has the least spread inside classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Cost = Callable[[Ints, Ints], Floats]


class _Task(NamedTuple):
    """Ends of prefixes still to solve, and where their last cut may lie; arrays of one length."""

    first: Ints
    last: Ints
    lowest_cut: Ints
    highest_cut: Ints


def natural_breaks(values: Floats, count: int) -> list[int]:
    """Where to cut sorted distinct values so that the sum of squared deviations inside classes is least.

    Dynamic programming over the number of classes; since the best cut moves right with the end of the prefix, each
    layer is solved by divide and conquer, all prefixes of one depth at once: O(k n log n).

    ``values``: any order, repeats allowed; no NaN. ``count``: number of classes, at most the number of distinct
    values.

    Returns rank, among the distinct values, of the first value of classes 2 to ``count``.

    Source:
        Fisher (1958), *JASA* 53, 789–798; monotone cuts: Grønlund et al. (2017), arXiv:1701.07204.

    >>> natural_breaks(np.array([1.0, 2.0, 2.0, 10.0, 11.0, 30.0]), 3)
    [2, 4]
    """
    distinct, weights = np.unique(values, return_counts=True)
    cost = _spread(distinct, weights.astype("float64"))
    n = len(distinct)
    ends = np.arange(n + 1, dtype=np.int64)
    best = cost(np.zeros_like(ends), ends)
    cuts: list[Ints] = []
    for classes in range(2, count + 1):
        best, cut = _add_class(best, cost, classes)
        cuts.append(cut)
    found = [n]
    for cut in reversed(cuts):
        found.append(int(cut[found[-1]]))
    return found[:0:-1]


def spread_inside(values: Floats, firsts: list[int]) -> float:
    """Sum of squared deviations inside the classes that begin at the given ranks of distinct values.

    >>> round(spread_inside(np.array([1.0, 3.0, 10.0]), [2]), 9)
    2.0
    """
    distinct, weights = np.unique(values, return_counts=True)
    cost = _spread(distinct, weights.astype("float64"))
    starts = np.array([0, *firsts], dtype=np.int64)
    ends = np.array([*firsts, len(distinct)], dtype=np.int64)
    return float(cost(starts, ends).sum())


def _spread(distinct: Floats, weights: Floats) -> Cost:
    """Cost of the class that holds distinct values ``start <= rank < end``, from running sums."""
    centred = distinct - np.average(distinct, weights=weights)
    sums = [np.concatenate([[0.0], np.cumsum(weights * centred**power)]) for power in (0, 1, 2)]

    def cost(start: Ints, end: Ints) -> Floats:
        size, total, squares = (part[end] - part[start] for part in sums)
        return np.asarray(np.maximum(squares - total**2 / np.maximum(size, 1.0), 0.0))

    return cost


def _add_class(previous: Floats, cost: Cost, classes: int) -> tuple[Floats, Ints]:
    """Best cost of every prefix with one more class, and where its last class begins."""
    n = len(previous) - 1
    best = np.full(n + 1, np.inf)
    cut = np.zeros(n + 1, dtype=np.int64)
    task = _Task(*(np.array([bound], dtype=np.int64) for bound in (classes, n, classes - 1, n - 1)))
    while len(task.first):
        middle = (task.first + task.last) // 2
        lengths = np.minimum(task.highest_cut, middle - 1) - task.lowest_cut + 1
        starts = np.cumsum(lengths) - lengths
        owner = np.repeat(np.arange(len(middle)), lengths)
        tried = np.arange(len(owner)) - starts[owner] + task.lowest_cut[owner]
        total = previous[tried] + cost(tried, middle[owner])
        least = np.minimum.reduceat(total, starts)
        hits = np.flatnonzero(total == least[owner])
        where = tried[hits[np.unique(owner[hits], return_index=True)[1]]]
        best[middle], cut[middle] = least, where
        task = _halves(task, middle, where)
    return best, cut


def _halves(task: _Task, middle: Ints, where: Ints) -> _Task:
    """The prefixes before and after those just solved, between the cuts just found."""
    first = np.concatenate([task.first, middle + 1])
    last = np.concatenate([middle - 1, task.last])
    lowest = np.concatenate([task.lowest_cut, where])
    highest = np.concatenate([where, task.highest_cut])
    left = first <= last
    return _Task(first[left], last[left], lowest[left], highest[left])
