"""Prime implicants of a truth table, and the sets of them that cover every positive row: the least, all of them, exact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from math import prod

import numpy as np
from numpy.typing import NDArray

from ect_research.analysis.conditions.solving.terms import Model, Rows, Term, covers, in_order

_CHUNK = 1 << 24
_STEPS = 200_000


def find_primes(positive: Rows, forbidden: Rows) -> tuple[Term, ...]:
    """All prime implicants that cover a positive row and no forbidden row; every other row may be covered.

    A term through a row is a set S of conditions at the row's levels. It meets a forbidden row exactly when the two
    rows agree on all of S. So the sets that meet one are the subsets of what agrees, closed downwards on the lattice of
    the 2^k sets; the prime implicants are the least sets outside. Exact, and independent of the number of remainders.

    ``positive``: rows to cover, shape (rows, k); ``forbidden``: rows not to cover, shape (rows, k).

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


@dataclass(frozen=True)
class Covers:
    """Models that explain every positive row.

    Attributes:
        models: the models listed, each a sum of terms, shortest and first conditions first.
        count: how many there are.
        exact: is ``count`` all of them, or what was found before the search was stopped?
    """

    models: tuple[Model, ...]
    count: int
    exact: bool


def find_covers(
    primes: tuple[Term, ...], positive: Rows, *, irredundant: bool = False, most: int = 10_000, steps: int = _STEPS
) -> Covers:
    """All the covers with the fewest terms, or all the irredundant ones.

    Terms that cover the same rows stand for one another: covers are searched among groups of them, and counted by the
    product of the sizes of the groups.

    ``irredundant``: every cover of which no term can be dropped, whatever its number of terms; ``most``: most models
    listed; all are counted. ``steps``: most branches searched; a count, not a time, so that the same data always give
    the same answer.
    """
    groups: dict[int, list[Term]] = defaultdict(list)
    for term in primes:
        held = int("".join("1" if held else "0" for held in covers(term, positive)) or "0", 2)
        groups[held].append(term)
    masks = list(groups)
    search = _Search(masks, len(positive), steps)
    found = list(search.irredundant() if irredundant else search.smallest())
    sizes = [[groups[masks[place]] for place in cover] for cover in found]
    every = (tuple(terms) for choice in sizes for terms in product(*choice))
    listed = sorted((in_order(model) for model in islice(every, most)), key=_sort_key)
    count = sum(prod(map(len, choice)) for choice in sizes)
    return Covers(tuple(listed), count, search.exact)


def _sort_key(model: Model) -> tuple[int, int, list[list[tuple[int, int]]]]:
    literals = [[(place, -level) for place, level in term] for term in model]
    return len(model), sum(map(len, model)), literals


class _Search:
    """Exact covers of rows by masks."""

    def __init__(self, masks: Sequence[int], rows: int, steps: int) -> None:
        self.masks, self.rows, self.left, self.exact = masks, rows, steps, True
        holders = [frozenset(place for place, mask in enumerate(masks) if mask >> row & 1) for row in range(rows)]
        # A row whose holders include those of another is covered whenever the other is.
        distinct = sorted(set(holders), key=lambda held: (len(held), sorted(held)))
        self.edges = [held for place, held in enumerate(distinct) if not any(own < held for own in distinct[:place])]

    def smallest(self) -> Iterator[tuple[int, ...]]:
        """Covers with the fewest masks."""
        if not self.edges:
            return
        size = self._disjoint(self.edges)
        while True:
            found = list(self._of_size(self.edges, size, frozenset()))
            if found or not self.exact:
                break
            size += 1
        yield from (found or [self._by_milp()])

    def _of_size(self, edges: list[frozenset[int]], size: int, banned: frozenset[int]) -> Iterator[tuple[int, ...]]:
        """Each cover of one size once: a branch takes one holder of the row that has fewest and bans those tried before."""
        if not edges:
            if size == 0:
                yield ()
            return
        self.left -= 1
        if self.left < 0:
            self.exact = False
            return
        if self._disjoint(edges) > size:
            return
        tried = set(banned)
        for place in sorted(min(edges, key=lambda held: (len(held - banned), sorted(held))) - banned):
            rest = [held for held in edges if place not in held]
            now = frozenset(tried)
            if all(held - now for held in rest):
                for cover in self._of_size(rest, size - 1, now):
                    yield (place, *cover)
            tried.add(place)

    @staticmethod
    def _disjoint(edges: list[frozenset[int]]) -> int:
        """A number of masks that no cover can do without: rows of which no two share a holder."""
        used: set[int] = set()
        count = 0
        for held in edges:
            if used.isdisjoint(held):
                used |= held
                count += 1
        return count

    def _by_milp(self) -> tuple[int, ...]:
        """One smallest cover, when listing them all is too long."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        matrix = np.array([[place in held for place in range(len(self.masks))] for held in self.edges], dtype=float)
        solved = milp(
            np.ones(len(self.masks)), constraints=LinearConstraint(matrix, lb=1), integrality=1, bounds=Bounds(0, 1)
        )
        return tuple(np.flatnonzero(solved.x > 0.5).tolist())

    def irredundant(self) -> Iterator[tuple[int, ...]]:
        """Every cover of which no mask can be dropped: the minimal hitting sets of the rows' holders (Berge)."""
        sets: list[frozenset[int]] = [frozenset()]
        for held in self.edges:
            kept = [own for own in sets if own & held]
            single: dict[int, list[frozenset[int]]] = defaultdict(list)
            for own in kept:
                if len(own & held) == 1:
                    single[next(iter(own & held))].append(own)
            grown = [
                own | {place}
                for own in sets
                if not own & held
                for place in held
                if not any(other <= own | {place} for other in single[place])
            ]
            self.left -= len(grown)
            sets = kept + grown
            if self.left < 0:
                self.exact = False
                return
        yield from (tuple(sorted(own)) for own in sets)
