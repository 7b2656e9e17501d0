"""What is left of the groups when the cases are drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ect_research.analysis.partition.medoids import partition_around_medoids
from ect_research.analysis.partition.partition import as_matrix, as_weights
from ect_research.analysis.partition.ward_on_distances import build_ward_tree, cut_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ect_research.analysis.partition.partition import Partition

    Floats = NDArray[np.float64]
    Labels = NDArray[np.int64]


def bootstrap_jaccard(
    distances: Any,  # noqa: ANN401 - any square array
    partition: Partition,
    *,
    weights: Sequence[float] | Floats | None = None,
    repeats: int = 200,
    seed: int = 20160,
    variant: Any = "D2",  # noqa: ANN401 - as in build_ward_tree
) -> Floats:
    """Mean Jaccard likeness of each group to its nearest group among resampled cases, 0–1.

    Cases are drawn with replacement and partitioned again by the same method; a case drawn twice weighs twice. Below
    0.5 a group is dissolved, from 0.75 it is stable.

    Args:
        distances: cases × cases.
        partition: the groups to test.
        weights: of the cases, those that made the groups; a case drawn twice weighs twice its own.
        repeats: number of resamples.
        seed: of the draws.
        variant: of Ward's tree, when the groups come from it.

    Source:
        Hennig (2007), *Computational Statistics & Data Analysis* 52, 258–271.
    """
    matrix = as_matrix(distances)
    n = len(matrix)
    own = as_weights(weights, n)
    generator = np.random.default_rng(seed)
    total, met = np.zeros(partition.k), np.zeros(partition.k)
    for _ in range(repeats):
        drawn, times = np.unique(generator.integers(0, n, n), return_counts=True)
        if len(drawn) < partition.k:
            continue
        part, weighing = matrix[np.ix_(drawn, drawn)], own[drawn] * times
        if partition.method == "ward":
            labels = cut_tree(build_ward_tree(part, weights=weighing, variant=variant), partition.k).labels
        else:
            labels = partition_around_medoids(part, partition.k, weights=weighing, most_tried=0).labels
        likeness, present = _best_likeness(partition.labels[drawn], labels, partition.k)
        total += likeness
        met += present
    return np.asarray(np.divide(total, met, out=np.full(partition.k, np.nan), where=met > 0))


def _best_likeness(first: Labels, second: Labels, k: int) -> tuple[Floats, Floats]:
    """For each first group, its largest Jaccard likeness to a second one; whether any of its cases was drawn."""
    one = first[None, :] == np.arange(k)[:, None]
    other = second[None, :] == np.arange(k)[:, None]
    common = (one[:, None, :] & other[None, :, :]).sum(axis=2)
    union = (one[:, None, :] | other[None, :, :]).sum(axis=2)
    likeness = np.divide(common, union, out=np.zeros(common.shape), where=union > 0).max(axis=1)
    present = one.any(axis=1).astype(np.float64)
    return likeness * present, present
