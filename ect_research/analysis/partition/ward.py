"""Ward's tree, its cuts, and the consolidation that moves cases to a nearer centre: one set of cases, or many at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]
Bits = NDArray[np.bool_]
ABSENT = -1
_MOST_ROUNDS = 100
_NOTHING = 1e-12
_CELLS_AT_ONCE = 1_500_000


def squared_distances(points: Floats) -> Floats:
    """Squared Euclidean distances, exactly symmetric and zero on the diagonal.

    ``points``: shape (…, n, axes).

    Returns:
        shape (…, n, n).

    >>> squared_distances(np.array([[0.0], [3.0]]))
    array([[0., 9.],
           [9., 0.]])
    """
    total = np.zeros((*points.shape[:-1], points.shape[-2]))
    for axis in range(points.shape[-1]):
        place = points[..., axis]
        total += (place[..., :, None] - place[..., None, :]) ** 2
    return total


def ward_tree(squared: Floats, weights: Floats | None = None) -> Floats:
    """Merges of Ward's method, in scipy's form: two parts, height (√ of twice the inertia lost), size.

    ``squared``: squared distances, shape (n, n), n at least 2. A dissimilarity that is not squared gives the variant
    that R calls ``ward.D``, with the square roots of its heights. ``weights``: of the cases; equal when omitted.
    Heights are then those of weights whose mean is 1.

    Source:
        Ward (1963); Murtagh & Legendre (2014), *Journal of Classification* 31, 274–295.

    >>> ward_tree(squared_distances(np.array([[0.0], [1.0], [5.0]])))[:, 2].round(3)
    array([1.   , 5.196])
    """
    if weights is not None and np.ptp(weights) > 0:
        return _weighted_tree(squared, weights / weights.mean())
    return np.asarray(linkage(np.sqrt(squared[np.triu_indices(len(squared), 1)]), "ward"), dtype=np.float64)


def cut_tree(merges: Floats, k: int) -> Labels:
    """Parts of the tree once its last k − 1 merges are undone, numbered from 0 in the order of their first case.

    >>> cut_tree(ward_tree(squared_distances(np.array([[0.0], [5.0], [1.0]]))), 2)
    array([0, 1, 0])
    """
    pairs = merges[None, :, :2].astype(np.intp)
    return np.asarray(_cut(pairs, np.ones((1, len(merges) + 1), dtype=bool), k)[0])


def consolidate(squared: Floats, labels: Labels, weights: Floats | None = None) -> Labels:
    """Move cases between types while that lowers the inertia within: Lloyd's rounds, then single exchanges.

    The exchanges (Hartigan) end where no single move lowers the inertia within; Lloyd's rounds alone stop short of that.
    The partition need not be the one that R's ``kmeans`` finds from the same centres: its moves come in another order,
    and either may end lower. A type is never emptied. Centres are never computed: the mean squared distance to the
    members of a type tells how far its centre is.

    ``squared``: squared distances, shape (n, n); ``labels``: types from 0; ``weights``: of the cases; equal when
    omitted.

    Source:
        Hartigan & Wong (1979), *Applied Statistics* 28, 100–108.

    >>> points = np.array([[0.0], [1.0], [4.0], [5.0]])
    >>> consolidate(squared_distances(points), np.array([0, 0, 0, 1]))
    array([0, 0, 1, 1])
    """
    masses = np.ones(len(labels)) if weights is None else weights
    return np.asarray(_consolidate(squared[None], labels[None], int(labels.max()) + 1, masses)[0])


def ward_types(squared: Floats, k: int) -> Labels:
    """Ward's tree cut into k and consolidated: types from 0, cases of equal weight."""
    return np.asarray(many_types(squared[None], [k])[0][0])


def many_types(
    squared: Floats, numbers: Sequence[int], present: Bits | None = None, places: Labels | None = None
) -> list[Labels]:
    """For each set of cases, Ward's tree cut into k and consolidated: what resampling asks thousands of times.

    Args:
        squared: squared distances, shape (matrices, n, n).
        numbers: numbers of types.
        present: cases that take part in each set, shape (sets, n); all when omitted.
        places: which matrix each set is placed by, shape (sets,); one set per matrix when omitted.

    Returns:
        for each k, the types from 0, shape (sets, n), −1 for a case that takes no part, or that is of fewer than k.

    >>> places = np.array([[[0.0], [1], [5], [6]], [[0], [1], [2], [9]]])
    >>> many_types(squared_distances(places), [2])[0]
    array([[0, 0, 1, 1],
           [0, 0, 0, 1]])
    """
    everyone = np.ones(squared.shape[:2], dtype=bool) if present is None else present
    masses = np.ones(squared.shape[1])
    found = [np.full(everyone.shape, ABSENT, dtype=np.intp) for _ in numbers]
    for part in parts_of(len(everyone), squared.shape[1]):
        own = squared[part] if places is None else squared[places[part]]
        here = everyone[part]
        merges, sizes = _trees(own, here), here.sum(axis=1)
        for labels, k in zip(found, numbers, strict=True):
            sets = slice(None) if sizes.min() >= k else sizes >= k
            labels[part][sets] = _consolidate(own[sets], _cut(merges[sets], here[sets], k), k, masses)
    return found


def parts_of(sets: int, n: int) -> Iterator[slice]:
    """Slices of the sets, small enough for the processor's memory."""
    step = max(_CELLS_AT_ONCE // (n * n), 1)
    return (slice(start, min(start + step, sets)) for start in range(0, sets, step))


def _members(labels: Labels, k: int) -> Floats:
    return np.asarray(labels[:, :, None] == np.arange(k), dtype=float)


def _trees(squared: Floats, present: Bits) -> Labels:
    """Ward's merges of every set, lowest first, shape (sets, n − 1, 2)."""
    sets, n = present.shape
    low, high = np.triu_indices(n, 1)
    gaps = np.sqrt(squared[:, low, high])
    merges = np.full((sets, n - 1, 2), 2 * n - 1, dtype=np.intp)
    for place, here in enumerate(present):
        rows = np.flatnonzero(here)
        own = gaps[place] if len(rows) == n else gaps[place][here[low] & here[high]]
        pairs = linkage(own, "ward")[:, :2].astype(np.intp)
        merges[place, : len(pairs)] = np.concatenate((rows, np.arange(n, n + len(pairs))))[pairs]
    return merges


def _cut(merges: Labels, present: Bits, k: int) -> Labels:
    """Types before consolidation, numbered from 0 in the order of their first case."""
    sets, n = present.shape
    rows, part = np.arange(sets)[:, None], np.tile(np.arange(2 * n), (sets, 1))
    kept = present.sum(axis=1) - k
    for step in range(int(kept.max()) - 1, -1, -1):
        pair = merges[:, step]
        part[rows, pair] = np.where((step < kept)[:, None], part[:, [n + step]], part[rows, pair])
    whole = part[:, :n]
    first = np.empty((sets, 2 * n), dtype=np.intp)
    first[rows, whole[:, ::-1]] = np.arange(n - 1, -1, -1)
    opener = first[rows, whole]
    number = (present & (opener == np.arange(n))).cumsum(axis=1) - 1
    return np.where(present, number[rows, opener], ABSENT)


def _consolidate(squared: Floats, labels: Labels, k: int, masses: Floats) -> Labels:
    labels, totals, sizes = _lloyd(squared, labels.copy(), k, masses)
    going, cases = np.arange(len(labels)), np.arange(labels.shape[1])
    for _ in range(_MOST_ROUNDS * labels.shape[1]):
        here, rows = labels[going], np.arange(len(going))[:, None]
        total, size = totals[going], sizes[going]
        gap = _gaps(total, size, here, masses)
        mine = np.maximum(here, 0)
        own = size[rows, mine]
        rest = own - masses
        leaving = np.where(rest > _NOTHING, gap[rows, cases, mine] * own / np.maximum(rest, _NOTHING), 0.0)
        joining = gap * (size[:, None] / (size[:, None] + masses[:, None]))
        joining[rows, cases, mine] = np.inf
        gain = np.where(here >= 0, leaving - joining.min(axis=2), -np.inf)
        mover = gain.argmax(axis=1)
        moving = gain[rows[:, 0], mover] > _NOTHING
        going, mover = going[moving], mover[moving]
        if not len(going):
            break
        left, reached = labels[going, mover], joining[moving, mover].argmin(axis=1)
        shift = masses[mover][:, None] * squared[going, mover]
        totals[going, :, left] -= shift
        totals[going, :, reached] += shift
        sizes[going, left] -= masses[mover]
        sizes[going, reached] += masses[mover]
        labels[going, mover] = reached
    return labels


def _lloyd(squared: Floats, labels: Labels, k: int, masses: Floats) -> tuple[Labels, Floats, Floats]:
    sets, n = labels.shape
    totals, sizes = np.empty((sets, n, k)), np.empty((sets, k))
    going, cases = np.arange(sets), np.arange(n)
    for _ in range(_MOST_ROUNDS):
        here, rows = labels[going], np.arange(len(going))[:, None]
        members = _members(here, k) * masses[:, None]
        size, total = members.sum(axis=1), (squared if len(going) == sets else squared[going]) @ members
        totals[going], sizes[going] = total, size
        gap = _gaps(total, size, here, masses)
        gap[rows, cases, np.maximum(here, 0)] -= _NOTHING
        moved = np.where(here >= 0, gap.argmin(axis=2), ABSENT)
        emptied = (_members(moved, k).sum(axis=1) == 0).any(axis=1)
        again = ~(emptied | (moved == here).all(axis=1))
        going = going[again]
        if not len(going):
            break
        labels[going] = moved[again]
    return labels, totals, sizes


def _gaps(totals: Floats, sizes: Floats, labels: Labels, masses: Floats) -> Floats:
    """Squared distance of every case to every centre of its set: mean to its members, less their own mean spread."""
    sets, n, k = totals.shape
    rows, mine = np.arange(sets)[:, None], np.maximum(labels, 0)
    own = np.where(labels >= 0, masses * totals[rows, np.arange(n), mine], 0.0)
    within = np.bincount((rows * k + mine).ravel(), weights=own.ravel(), minlength=sets * k).reshape(sets, k)
    return np.asarray(totals / sizes[:, None] - (within / (2 * sizes**2))[:, None])


def _weighted_tree(squared: Floats, weights: Floats) -> Floats:
    """Lance and Williams's recurrence on twice the inertia lost by each merge."""
    n = len(squared)
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
