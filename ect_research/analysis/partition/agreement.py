"""How alike two partitions of the same projects are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Labels = NDArray[np.integer]


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

    Args:
        base: types from 0, shape (pairs, n).
        other: types from 0, shape (pairs, n); −1 for a project that takes no part, in the base either.
        k: number of base types.

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
