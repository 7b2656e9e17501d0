"""Ward's tree on a matrix of distances, with weights; ties are broken by the order of the cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ect_research.analysis.partition.partition import (
    Partition,
    as_matrix,
    as_weights,
    in_order_of_appearance,
    medoids_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WardTree:
    """Mergers from single cases to one group.

    Attributes:
        merges: (n − 1) × 2: the two groups merged; a number below n is a case, ``n + i`` the group made by merger i.
        heights: of each merger, in the units of the distances (``D``) or of their squares' root (``D2``).
        ties: mergers whose height was also that of another possible merger: the tree is not the only one.
        distances: the matrix.
        weights: of the cases.
    """

    merges: NDArray[np.int64]
    heights: Floats
    ties: int
    distances: Floats
    weights: Floats


def build_ward_tree(
    distances: Any,  # noqa: ANN401 - any square array
    *,
    weights: Sequence[float] | Floats | None = None,
    variant: Literal["D", "D2"] = "D2",
) -> WardTree:
    """Merge, at each step, the two groups whose union adds least inertia.

    Args:
        distances: cases × cases.
        weights: of the cases.
        variant: ``D2`` for Euclidean distances (inertia is the square of the distance); ``D`` takes the dissimilarity
            itself as inertia, usual for sequences.

    Source:
        Ward (1963); Lance & Williams (1967); the variants as named by Murtagh & Legendre (2014), *J. Classif.* 31.

    >>> tree = build_ward_tree([[0, 1, 4], [1, 0, 5], [4, 5, 0]], variant="D")
    >>> tree.merges.tolist(), tree.heights.tolist()
    ([[0, 1], [2, 3]], [1.0, 5.666666666666667])
    """
    matrix = as_matrix(distances)
    n = len(matrix)
    mass = as_weights(weights, n).copy()
    between = matrix**2 if variant == "D2" else matrix.copy()
    np.fill_diagonal(between, np.inf)
    names = np.arange(n)
    merges, heights, ties = np.zeros((n - 1, 2), dtype=np.int64), np.zeros(n - 1), 0
    for step in range(n - 1):
        height = float(between.min())
        first, second = np.unravel_index(int(np.argmin(between)), between.shape)
        ties += int(np.sum(between <= height * (1 + 1e-12) + 1e-300) > 2)
        merges[step] = sorted((int(names[first]), int(names[second])))
        heights[step] = height
        _merge(between, mass, int(first), int(second))
        names[first] = n + step
    return WardTree(merges, np.sqrt(heights) if variant == "D2" else heights, ties, matrix, as_weights(weights, n))


def _merge(between: Floats, mass: Floats, first: int, second: int) -> None:
    """Put the union in the place of ``first`` and strike ``second`` out (Lance & Williams)."""
    height = between[first, second]
    kept = np.isfinite(between[first]) & np.isfinite(between[second])
    total = mass[first] + mass[second] + mass
    union = np.full(len(mass), np.inf)
    union[kept] = (
        (mass[first] + mass[kept]) * between[first, kept]
        + (mass[second] + mass[kept]) * between[second, kept]
        - mass[kept] * height
    ) / total[kept]
    between[first, :] = between[:, first] = union
    between[second, :] = between[:, second] = np.inf
    mass[first] += mass[second]


def cut_tree(tree: WardTree, k: int) -> Partition:
    """The k groups left when the last ``k − 1`` mergers are undone.

    Raises:
        ValueError: k out of range.
    """
    n = len(tree.distances)
    if not 1 <= k <= n:
        message = f"k={k} groups of {n} cases: 1 <= k <= n is needed"
        raise ValueError(message)
    group = np.arange(2 * n - 1)
    for step in range(n - k - 1, -1, -1):
        group[tree.merges[step]] = group[n + step]
    labels = in_order_of_appearance(group[:n])
    medoids = medoids_of(tree.distances, labels, tree.weights)
    own = tree.distances[np.arange(n), np.array(medoids)[labels]]
    objective = float(tree.weights @ own / tree.weights.sum())
    return Partition(labels, medoids, objective, exact=False, method="ward")
