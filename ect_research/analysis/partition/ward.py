"""Ward's tree, its cuts, and the consolidation that moves projects to a nearer centre."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import pdist, squareform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Labels = NDArray[np.intp]

_MOST_ROUNDS = 100
_NOTHING = 1e-12


def ward_tree(coordinates: Floats, weights: Floats | None = None) -> Floats:
    """Merges of Ward's method, in scipy's form: two parts, height (√ of twice the inertia lost), size.

    Args:
        coordinates: shape (n, axes), n at least 2.
        weights: of the projects; equal when omitted. Heights are then those of weights whose mean is 1.

    >>> ward_tree(np.array([[0.0], [1.0], [5.0]]))[:, 2].round(3)
    array([1.   , 5.196])
    """
    if weights is None or np.ptp(weights) == 0:
        return np.asarray(linkage(coordinates, "ward"), dtype=np.float64)
    return _weighted_tree(coordinates, weights / weights.mean())


def inertia_gains(merges: Floats) -> Floats:
    """Inertia between types gained by each further cut, the first cut first, shape (n − 1,)."""
    heights: Floats = merges[::-1, 2]
    return np.asarray(heights**2 / (2 * (len(merges) + 1)))


def cut_tree(merges: Floats, k: int) -> Labels:
    """Parts of the tree once its last k − 1 merges are undone, numbered from 0 in the order of their first project.

    >>> cut_tree(ward_tree(np.array([[0.0], [5.0], [1.0]])), 2)
    array([0, 1, 0])
    """
    n = len(merges) + 1
    pairs = merges[:, :2].astype(int).tolist()
    part = list(range(2 * n - 1))
    for step in range(n - k - 1, -1, -1):
        first, second = pairs[step]
        part[first] = part[second] = part[n + step]
    numbers: dict[int, int] = {}
    return np.array([numbers.setdefault(part[case], len(numbers)) for case in range(n)], dtype=np.intp)


def squared_distances(coordinates: Floats) -> Floats:
    """Squared Euclidean distances, exactly symmetric and zero on the diagonal."""
    distances: Floats = squareform(pdist(coordinates, "sqeuclidean"))
    return distances


def ward_of_squared(squared: Floats) -> Floats:
    """Ward's tree of projects of equal weight known by their squared distances."""
    return np.asarray(linkage(np.sqrt(squared[np.triu_indices(len(squared), 1)]), "ward"), dtype=np.float64)


def consolidate(squared: Floats, labels: Labels, weights: Floats | None = None) -> Labels:
    """Move projects between types while that lowers the inertia within: Lloyd's rounds, then single exchanges.

    The exchanges (Hartigan) reach the partition that R's ``kmeans`` finds from the same centres; Lloyd's rounds
    alone stop short of it. A type is never emptied. Centres are never computed: the mean squared distance to the
    members of a type tells how far its centre is.

    Args:
        squared: squared distances, shape (n, n).
        labels: types from 0.
        weights: of the projects; equal when omitted.

    Source:
        Hartigan & Wong (1979), *Applied Statistics* 28, 100–108.

    >>> points = np.array([[0.0], [1.0], [4.0], [5.0]])
    >>> consolidate(squared_distances(points), np.array([0, 0, 0, 1]))
    array([0, 0, 1, 1])
    """
    masses = np.ones(len(squared)) if weights is None else weights
    k, cases = int(labels.max()) + 1, np.arange(len(labels))
    labels, totals, sizes = _lloyd(squared, labels.copy(), masses, k)
    for _ in range(_MOST_ROUNDS * len(labels)):
        gap = _gaps(totals, sizes, labels, masses)
        size = sizes[labels]
        rest = size - masses
        leaving = np.where(rest > _NOTHING, gap[cases, labels] * size / np.maximum(rest, _NOTHING), 0.0)
        joining = gap * (sizes / (sizes + masses[:, None]))
        joining[cases, labels] = np.inf
        gain = leaving - joining.min(axis=1)
        mover = int(gain.argmax())
        if gain[mover] <= _NOTHING:
            break
        here, there = labels[mover], int(joining[mover].argmin())
        totals[:, here] -= masses[mover] * squared[:, mover]
        totals[:, there] += masses[mover] * squared[:, mover]
        sizes[here] -= masses[mover]
        sizes[there] += masses[mover]
        labels[mover] = there
    return labels


def type_labels(squared: Floats, k: int) -> Labels:
    """Ward's tree cut into k and consolidated: types from 0, projects of equal weight."""
    return consolidate(squared, cut_tree(ward_of_squared(squared), k))


def sort_types(coordinates: Floats, labels: Labels) -> Labels:
    """Number the types by the place of their centre on the first axis, so that numbers stay put between runs."""
    k = int(labels.max()) + 1
    centres, _ = _centres(coordinates[:, :1], labels, np.ones(len(labels)), k)
    place = np.empty(k, dtype=np.intp)
    place[np.argsort(centres[:, 0], kind="stable")] = np.arange(k)
    return np.asarray(place[labels])


def explained_inertia(coordinates: Floats, labels: Labels, weights: Floats | None = None) -> float:
    """Share of the inertia that lies between the types, 0–1."""
    masses = np.ones(len(coordinates)) if weights is None else weights
    centres, _ = _centres(coordinates, labels, masses, int(labels.max()) + 1)
    whole = masses @ ((coordinates - masses @ coordinates / masses.sum()) ** 2).sum(axis=1)
    within = masses @ ((coordinates - centres[labels]) ** 2).sum(axis=1)
    return float(1 - within / whole) if whole > 0 else 0.0


def _lloyd(squared: Floats, labels: Labels, masses: Floats, k: int) -> tuple[Labels, Floats, Floats]:
    cases = np.arange(len(labels))
    for _ in range(_MOST_ROUNDS):
        members = (labels[:, None] == np.arange(k)) * masses[:, None]
        sizes = members.sum(axis=0)
        totals = squared @ members
        gap = _gaps(totals, sizes, labels, masses)
        gap[cases, labels] -= _NOTHING
        moved = gap.argmin(axis=1)
        if (moved == labels).all() or not np.bincount(moved, minlength=k).all():
            break
        labels = moved
    return labels, totals, sizes


def _gaps(totals: Floats, sizes: Floats, labels: Labels, masses: Floats) -> Floats:
    """Squared distance of every project to every centre: mean to its members, less their own mean spread."""
    own = masses * totals[np.arange(len(labels)), labels]
    within = np.bincount(labels, weights=own, minlength=len(sizes))
    return np.asarray(totals / sizes - within / (2 * sizes**2))


def _centres(coordinates: Floats, labels: Labels, masses: Floats, k: int) -> tuple[Floats, Floats]:
    members = (labels == np.arange(k)[:, None]) * masses
    sizes = members.sum(axis=1)
    return members @ coordinates / sizes[:, None], sizes


def _weighted_tree(coordinates: Floats, weights: Floats) -> Floats:
    """Lance and Williams's recurrence on twice the inertia lost by each merge."""
    n = len(coordinates)
    squared = ((coordinates[:, None] - coordinates) ** 2).sum(axis=2)
    cost = 2 * squared * weights[:, None] * weights / (weights[:, None] + weights)
    np.fill_diagonal(cost, np.inf)
    mass, name, count = weights.copy(), np.arange(n), np.ones(n)
    merges = np.empty((n - 1, 4))
    for step in range(n - 1):
        first, second = sorted(divmod(int(cost.argmin()), n))
        height = cost[first, second]
        merges[step] = (*sorted((name[first], name[second])), np.sqrt(height), count[first] + count[second])
        pair = mass[first] + mass[second]
        with np.errstate(invalid="ignore"):
            joined = (mass[first] + mass) * cost[first] + (mass[second] + mass) * cost[second] - mass * height
            joined = joined / (pair + mass)
        joined[[first, second]] = np.inf
        joined[~np.isfinite(joined)] = np.inf
        cost[first], cost[:, first] = joined, joined
        cost[second], cost[:, second] = np.inf, np.inf
        mass[first], count[first], name[first] = pair, merges[step, 3], n + step
    return merges
