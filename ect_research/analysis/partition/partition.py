"""A partition of cases, numbered by first appearance so that equal groups have equal numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ect_research.errors import EctError

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Partition:
    """Groups of cases.

    Attributes:
        labels: group of each case, 0 … k − 1 in the order in which the cases meet them.
        medoids: case that is closest to all others of its group, one per group in the same order.
        objective: mean (weighted) distance of the cases to the medoid of their group.
        exact: whether no other choice of medoids does better: every one was tried.
    """

    labels: Labels
    medoids: tuple[int, ...]
    objective: float
    exact: bool

    @property
    def k(self) -> int:
        """Number of groups."""
        return len(self.medoids)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Cases of each group."""
        return tuple(int(size) for size in np.bincount(self.labels, minlength=self.k))


def as_matrix(distances: Any) -> Floats:  # noqa: ANN401 - any square array
    """The distances as floats, from an array or from what `build_distances` returns.

    Raises:
        EctError: not square, asymmetric, negative, or a diagonal that is not zero.
    """
    matrix = np.asarray(getattr(distances, "matrix", distances), dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise EctError("Les distances forment un tableau carré, une ligne et une colonne par cas.")
    scale = float(np.max(np.abs(matrix), initial=0.0))
    flawed = np.any(np.diag(matrix) != 0) or np.any(matrix < 0) or not np.allclose(matrix, matrix.T, 0, 1e-9 * scale)
    if flawed or not np.all(np.isfinite(matrix)):
        raise EctError("Les distances sont connues, symétriques, positives ou nulles, et nulles d’un cas à lui-même.")
    return matrix


def as_weights(weights: Sequence[float] | Floats | None, n: int) -> Floats:
    """Weights as floats, ones when None.

    Raises:
        EctError: another length, or a weight that is negative.
    """
    if weights is None:
        return np.ones(n)
    found = np.asarray(weights, dtype=np.float64)
    if found.shape != (n,) or np.any(found < 0) or found.sum() <= 0:
        raise EctError("Il faut {n} poids, positifs ou nuls, et pas tous nuls.", n=n)
    return found


def in_order_of_appearance(labels: NDArray[np.integer]) -> Labels:
    """The same groups numbered 0, 1, … as the cases meet them.

    >>> in_order_of_appearance(np.array([7, 3, 7, 1])).tolist()
    [0, 1, 0, 2]
    """
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return np.asarray(rank[inverse.ravel()])


def settled(matrix: Floats, weights: Floats, medoids: Sequence[int], *, exact: bool) -> Partition:
    """The partition that a set of medoids makes: each case goes to the nearest, the first among equals."""
    chosen = np.array(sorted(medoids))
    nearest = np.argmin(matrix[:, chosen], axis=1)
    nearest[chosen] = np.arange(len(chosen))
    labels = in_order_of_appearance(nearest)
    order = np.argsort([labels[medoid] for medoid in chosen], kind="stable")
    cost = float(np.sum(weights * matrix[:, chosen].min(axis=1)) / weights.sum())
    return Partition(labels, tuple(int(chosen[place]) for place in order), cost, exact)
