"""How well groups hold: silhouette, share of discrepancy explained, and rank measures."""

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


def silhouette_widths(
    distances: Any,  # noqa: ANN401 - any array, square at its end
    labels: Labels,
    *,
    weights: Sequence[float] | Floats | None = None,
) -> Floats:
    """For each case, from −1 (nearer to another group) to 1; 0 in a group of one.

    ``distances``: cases × cases, or many such sets at once: shape (…, n, n); ``labels``: group of each case, from 0,
    shape (…, n); ``weights``: of the cases, 1 by default.

    Source:
        Rousseeuw (1987), *J. Comput. Appl. Math.* 20, 53–65; with weights, the case itself is left out of its group as
        one unit of weight (Studer, 2013), hence the same value as repeating each case ``weight`` times.

    >>> silhouette_widths([[0, 1, 9], [1, 0, 9], [9, 9, 0]], np.array([0, 0, 1])).round(3).tolist()
    [0.889, 0.889, 0.0]
    """
    matrix = np.asarray(distances, dtype=np.float64)
    weighing = as_weights(weights, matrix.shape[-1])
    members = (labels[..., None] == np.arange(int(labels.max()) + 1)) * weighing[:, None]
    mass, totals, place = members.sum(axis=-2), matrix @ members, labels[..., None]
    left = np.take_along_axis(mass, labels, -1) - 1.0
    own = np.take_along_axis(totals, place, -1)[..., 0] / np.where(left > 1e-12, left, np.inf)
    means = np.divide(totals, mass[..., None, :], out=np.full(totals.shape, np.inf), where=mass[..., None, :] > 0)
    np.put_along_axis(means, place, np.inf, -1)
    other = means.min(axis=-1)
    largest = np.maximum(own, other)
    known = (left > 1e-12) & (largest > 0) & np.isfinite(other)
    return np.asarray(np.divide(other - own, largest, out=np.zeros(own.shape), where=known))


def measure_quality(
    distances: Any,  # noqa: ANN401 - any square array
    labels: Labels,
    *,
    weights: Sequence[float] | Floats | None = None,
) -> dict[str, float]:
    """Measures of a partition.

    Returns ``ASW`` (mean silhouette of the groups, −1 to 1), ``PBC`` (correlation of the distances with being apart),
    ``HC`` (0: the partition leaves the smallest distances inside the groups), ``R2`` and ``CH`` (share of discrepancy
    explained and pseudo-F).

    A case paired with itself counts for half a pair in ``PBC`` and ``HC``, as in WeightedCluster, so that values can be
    compared with published ones.

    Source:
        Studer (2013), *WeightedCluster Library Manual*, LIVES Working Papers 24.
    """
    matrix = as_matrix(distances)
    n = len(matrix)
    weighing = as_weights(weights, n)
    widths = silhouette_widths(matrix, labels, weights=weighing)
    inside, outside, pairs = _pairs(matrix, labels, weighing)
    explained, pseudo_f = explained_share(matrix, labels, weighing)
    return {
        "ASW": float(weighing @ widths / weighing.sum()),
        "PBC": _correlation(matrix, labels, pairs),
        "HC": _hubert_c(matrix, pairs, inside, outside),
        "R2": explained,
        "CH": pseudo_f,
    }


def measure_rank_agreement(
    distances: Any,  # noqa: ANN401 - any square array
    labels: Sequence[int] | Labels,
    *,
    weights: Sequence[float] | Floats | None = None,
) -> dict[str, float]:
    """How often two cases of different groups are further apart than two cases of one group, −1 to 1.

    Returns ``HG`` (Hubert's gamma: ties left out) and ``HGSD`` (Somers' D: a tie between a pair of one group and a
    pair of two counts in the total, for neither side). Distances that differ by less than 1e-9 are tied; a case
    paired with itself counts for half a pair, as in WeightedCluster. Where distances tie, ``HGSD`` differs from that
    of WeightedCluster, which counts them otherwise.

    Source:
        Hubert & Arabie (1985), *Journal of Classification* 2, 193–218; Studer (2013), as `measure_quality`.

    Five comparisons here, one of them tied (1 and 1):

    >>> measure_rank_agreement([[0, 1, 1], [1, 0, 8], [1, 8, 0]], [0, 0, 1])
    {'HG': 1.0, 'HGSD': 0.8}
    """
    matrix, labels = as_matrix(distances), np.asarray(labels)
    low = np.tril_indices(len(matrix))
    _, _, pairs = _pairs(matrix, labels, as_weights(weights, len(matrix)))
    same = (labels[:, None] == labels[None, :])[low]
    gaps, mass = np.round(matrix[low], 9), pairs[low]
    order = np.argsort(gaps[~same], kind="stable")
    apart = gaps[~same][order]
    below = np.concatenate(([0.0], np.cumsum(mass[~same][order])))
    wrong = float(mass[same] @ below[np.searchsorted(apart, gaps[same], side="left")])
    right = float(mass[same] @ (below[-1] - below[np.searchsorted(apart, gaps[same], side="right")]))
    every = float(mass[same].sum() * below[-1])
    return {
        "HG": (right - wrong) / (right + wrong) if right + wrong > 0 else float("nan"),
        "HGSD": (right - wrong) / every if every > 0 else float("nan"),
    }


def _pairs(matrix: Floats, labels: Labels, weights: Floats) -> tuple[float, float, Floats]:
    """Weight and total distance of the pairs inside groups, and the weight of every pair."""
    pairs = np.outer(weights, weights)
    np.fill_diagonal(pairs, np.diag(pairs) / 2)
    low = np.tril_indices(len(matrix))
    same = (labels[:, None] == labels[None, :])[low]
    return float(pairs[low][same].sum()), float((pairs * matrix)[low][same].sum()), pairs


def _correlation(matrix: Floats, labels: Labels, pairs: Floats) -> float:
    low = np.tril_indices(len(matrix))
    apart = (labels[:, None] != labels[None, :])[low].astype(np.float64)
    gaps, mass = matrix[low], pairs[low] / pairs[low].sum()
    centred, spread = gaps - mass @ gaps, apart - mass @ apart
    scale = np.sqrt((mass @ centred**2) * (mass @ spread**2))
    return float(mass @ (centred * spread) / scale) if scale > 0 else float("nan")


def _hubert_c(matrix: Floats, pairs: Floats, mass_inside: float, total_inside: float) -> float:
    low = np.tril_indices(len(matrix))
    order = np.argsort(matrix[low], kind="stable")
    gaps, mass = matrix[low][order], pairs[low][order]
    least = _first(gaps, mass, mass_inside)
    most = _first(gaps[::-1], mass[::-1], mass_inside)
    return (total_inside - least) / (most - least) if most > least else float("nan")


def _first(gaps: Floats, mass: Floats, wanted: float) -> float:
    """Total of the first distances, up to a given weight of pairs."""
    before = np.concatenate(([0.0], np.cumsum(mass)[:-1]))
    return float(np.sum(gaps * np.clip(wanted - before, 0.0, mass)))


def explained_share(matrix: Floats, labels: Labels, weights: Floats) -> tuple[float, float]:
    """Share of the discrepancy that lies between the groups, 0–1, and pseudo-F: of the inertia, from squared distances."""
    total = discrepancy(matrix, weights)
    within = sum(
        discrepancy(matrix[np.ix_(rows, rows)], weights[rows])
        for rows in (np.flatnonzero(labels == group) for group in range(int(labels.max()) + 1))
    )
    k, n = int(labels.max()) + 1, float(weights.sum())
    share = 1 - within / total if total > 0 else float("nan")
    if k < 2 or within <= 0 or n <= k:
        return share, float("nan")
    return share, (total - within) / (k - 1) / (within / (n - k))


def discrepancy(matrix: Floats, weights: Floats) -> float:
    """Sum of the distances to the (virtual) centre: the sum of squares, when distances are squared Euclidean ones."""
    return float(weights @ matrix @ weights / (2 * weights.sum()))
