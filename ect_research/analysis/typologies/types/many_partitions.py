"""Ward's types of many sets of projects at once: what resampling and shuffling ask thousands of times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.cluster.hierarchy import linkage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Labels = NDArray[np.intp]
    Bits = NDArray[np.bool_]

ABSENT = -1
_MOST_ROUNDS = 100
_NOTHING = 1e-12
_CELLS_AT_ONCE = 1_500_000


def many_types(
    squared: Floats, numbers: Sequence[int], present: Bits | None = None, places: Labels | None = None
) -> list[Labels]:
    """For each set of projects, Ward's tree cut into k and consolidated: as `type_labels`, for many sets at once.

    Args:
        squared: squared distances, shape (matrices, n, n).
        numbers: numbers of types.
        present: projects that take part in each set, shape (sets, n), more than k of them; all when omitted.
        places: which matrix each set is placed by, shape (sets,); one set per matrix when omitted.

    Returns:
        for each k, the types from 0, shape (sets, n), −1 for a project that takes no part.

    Source:
        Hartigan & Wong (1979), *Applied Statistics* 28, 100–108.

    >>> places = np.array([[0.0, 1, 5, 6], [0, 1, 2, 9]])
    >>> many_types((places[:, :, None] - places[:, None, :]) ** 2, [2])[0]
    array([[0, 0, 1, 1],
           [0, 0, 0, 1]])
    """
    everyone = np.ones(squared.shape[:2], dtype=bool) if present is None else present
    found = [np.empty(everyone.shape, dtype=np.intp) for _ in numbers]
    for part in parts_of(len(everyone), squared.shape[1]):
        own = squared[part] if places is None else squared[places[part]]
        merges = _trees(own, everyone[part])
        for labels, k in zip(found, numbers, strict=True):
            labels[part] = _consolidate(own, _cut(merges, everyone[part], k), k)
    return found


def many_silhouettes(distances: Floats, labels: Labels) -> Floats:
    """Mean silhouette width of each set, 0 for a type of one project, shape (sets,): every project takes part.

    >>> many_silhouettes(np.array([[[0.0, 1, 9], [1, 0, 9], [9, 9, 0]]]), np.array([[0, 0, 1]])).round(3)
    array([0.593])
    """
    cases = np.arange(labels.shape[1])
    members = _members(labels, int(labels.max()) + 1)
    totals, sizes = distances @ members, members.sum(axis=1)
    rows = np.arange(len(labels))[:, None]
    size = sizes[rows, labels]
    own = totals[rows, cases, labels] / np.maximum(size - 1, 1)
    means = np.divide(totals, sizes[:, None], out=np.full(totals.shape, np.inf), where=sizes[:, None] > 0)
    means[rows, cases, labels] = np.inf
    other = means.min(axis=2)
    widths = (other - own) / np.maximum(np.maximum(own, other), 1e-300)
    return np.asarray(np.where(size > 1, widths, 0.0).mean(axis=1))


def parts_of(sets: int, n: int) -> Iterator[slice]:
    """Slices of the sets, small enough for the processor's memory."""
    step = max(_CELLS_AT_ONCE // (n * n), 1)
    return (slice(start, min(start + step, sets)) for start in range(0, sets, step))


def _members(labels: Labels, k: int) -> Floats:
    return np.asarray(labels[:, :, None] == np.arange(k), dtype=float)


def _trees(squared: Floats, present: Bits) -> Labels:
    """Ward's merges of every set, lowest first, shape (sets, n − 1, 2).

    A number below n is a project, ``n + i`` what merger i made; a set of fewer projects ends on mergers of the nobody
    ``2 n − 1``.
    """
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
    """Types before consolidation, numbered from 0 in the order of their first project, as `ward.cut_tree`."""
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


def _consolidate(squared: Floats, labels: Labels, k: int) -> Labels:
    """As `ward.consolidate`, projects of equal weight: Lloyd's rounds, then single exchanges."""
    labels, totals, sizes = _lloyd(squared, labels.copy(), k)
    going, cases = np.arange(len(labels)), np.arange(labels.shape[1])
    for _ in range(_MOST_ROUNDS * labels.shape[1]):
        here, rows = labels[going], np.arange(len(going))[:, None]
        total, size = totals[going], sizes[going]
        gap = _gaps(total, size, here)
        mine = np.maximum(here, 0)
        own = size[rows, mine]
        leaving = np.where(own > 1, gap[rows, cases, mine] * own / np.maximum(own - 1, _NOTHING), 0.0)
        joining = gap * (size / (size + 1))[:, None]
        joining[rows, cases, mine] = np.inf
        gain = np.where(here >= 0, leaving - joining.min(axis=2), -np.inf)
        mover = gain.argmax(axis=1)
        moving = gain[rows[:, 0], mover] > _NOTHING
        going, mover = going[moving], mover[moving]
        if not len(going):
            break
        left, reached = labels[going, mover], joining[moving, mover].argmin(axis=1)
        totals[going, :, left] -= squared[going, mover]
        totals[going, :, reached] += squared[going, mover]
        sizes[going, left] -= 1
        sizes[going, reached] += 1
        labels[going, mover] = reached
    return labels


def _lloyd(squared: Floats, labels: Labels, k: int) -> tuple[Labels, Floats, Floats]:
    sets, n = labels.shape
    totals, sizes = np.empty((sets, n, k)), np.empty((sets, k))
    going, cases = np.arange(sets), np.arange(n)
    for _ in range(_MOST_ROUNDS):
        here, rows = labels[going], np.arange(len(going))[:, None]
        members = _members(here, k)
        size, total = members.sum(axis=1), (squared if len(going) == sets else squared[going]) @ members
        totals[going], sizes[going] = total, size
        gap = _gaps(total, size, here)
        gap[rows, cases, np.maximum(here, 0)] -= _NOTHING
        moved = np.where(here >= 0, gap.argmin(axis=2), ABSENT)
        emptied = (_members(moved, k).sum(axis=1) == 0).any(axis=1)
        again = ~(emptied | (moved == here).all(axis=1))
        going = going[again]
        if not len(going):
            break
        labels[going] = moved[again]
    return labels, totals, sizes


def _gaps(totals: Floats, sizes: Floats, labels: Labels) -> Floats:
    """Squared distance of every project to every centre of its set, as in `ward.consolidate`."""
    sets, n, k = totals.shape
    rows, mine = np.arange(sets)[:, None], np.maximum(labels, 0)
    own = np.where(labels >= 0, totals[rows, np.arange(n), mine], 0.0)
    within = np.bincount((rows * k + mine).ravel(), weights=own.ravel(), minlength=sets * k).reshape(sets, k)
    return np.asarray(totals / sizes[:, None] - (within / (2 * sizes**2))[:, None])
