"""Prime implicants: the shortest terms through a positive row that meet no forbidden row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ect_research.analysis.conditions.solving.terms import Rows, Term, in_order

_CHUNK = 1 << 24


def find_primes(positive: Rows, forbidden: Rows) -> tuple[Term, ...]:
    """All prime implicants that cover a positive row and no forbidden row; every other row may be covered.

    A term through a row is a set S of conditions at the row's levels. It meets a forbidden row exactly when the two
    rows agree on all of S. So the sets that meet one are the subsets of what agrees, closed downwards on the lattice of
    the 2^k sets; the prime implicants are the least sets outside. Exact, and independent of the number of remainders.

    Args:
        positive: rows to cover, shape (rows, k).
        forbidden: rows not to cover, shape (rows, k).

    >>> find_primes(np.array([[1, 1], [1, 0]]), np.array([[0, 0]]))
    (((0, 1),), ((1, 1),))
    """
    if not len(positive):
        return ()
    k = positive.shape[1]
    step = max(1, _CHUNK // max(1 << k, len(forbidden), 1))
    found: set[Term] = set()
    for start in range(0, len(positive), step):
        rows = positive[start : start + step]
        for row, held in zip(*_least_sets(rows, forbidden, k), strict=True):
            levels = rows[row]
            found.add(tuple((place, int(levels[place])) for place in range(k) if held >> place & 1))
    return in_order(tuple(found))


def _least_sets(rows: Rows, forbidden: Rows, k: int) -> tuple[list[int], list[int]]:
    agree = np.zeros((len(rows), len(forbidden)), dtype=np.int64)
    for place in range(k):
        agree |= (rows[:, place, None] == forbidden[None, :, place]).astype(np.int64) << place
    meets = np.zeros((len(rows), 1 << k), dtype=bool)
    meets[np.arange(len(rows))[:, None], agree] = True
    least = ~_closed_downwards(meets, k)
    outside = least.copy()
    for place in range(k):
        without, _ = _halves(outside, k, place)
        _, least_with = _halves(least, k, place)
        least_with &= ~without
    row, held = np.nonzero(least)
    return row.tolist(), held.tolist()


def _closed_downwards(meets: NDArray[np.bool_], k: int) -> NDArray[np.bool_]:
    for place in range(k):
        without, with_it = _halves(meets, k, place)
        without |= with_it
    return meets


def _halves(sets: NDArray[np.bool_], k: int, place: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Views of the sets without and with one condition."""
    split = sets.reshape(len(sets), 1 << (k - place - 1), 2, 1 << place)
    return split[:, :, 0], split[:, :, 1]
