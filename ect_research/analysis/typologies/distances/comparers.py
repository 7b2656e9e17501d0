"""A variable compared block by block: what a large table of Gower distances is added up from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ect_research.analysis.typologies.distances.answer_distances import code_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ect_research.analysis.typologies.distances.answer_distances import Ranking
    from ect_research.analysis.typologies.tables.answers import Answer

    Floats = NDArray[np.float64]
    Bits = NDArray[np.bool_]

_CELLS_AT_ONCE = 100_000


@dataclass(frozen=True)
class Comparer:
    """A variable ready to be compared.

    Attributes:
        answer: the variable.
        weight: what it weighs.
        places: per project: code number (−1 when unknown), or number over its range (NaN when unknown), or membership
            of each code (0 when unknown).
        table: distances between codes, for ordinal variables.
        known: whether each project answers; None when all do.
    """

    answer: Answer
    weight: float
    places: NDArray[Any]
    table: Floats | None
    known: Bits | None

    def compare(self, rows: slice, columns: slice) -> tuple[NDArray[Any], Bits | None]:
        """Distances between projects, 0 where not comparable, and where they are comparable (None: everywhere)."""
        first, second = self.places[rows][:, None], self.places[columns][None]
        known = None if self.known is None else self.known[rows][:, None] & self.known[columns]
        if self.answer.kind == "multiple":
            return self._jaccard(rows, columns, known), known
        if self.answer.kind == "numeric":
            gap = np.subtract(first, second, dtype=np.float64)
            np.abs(gap, out=gap)
            return gap if known is None else np.fmax(gap, 0.0, out=gap), known
        if self.table is not None:
            return self.table[self.places[rows]].take(self.places[columns], axis=1), known
        unlike = first != second
        if self.answer.kind == "asymmetric":
            present = (first != 0) | (second != 0)
            known = present if known is None else known & present
        return unlike if known is None else unlike & known, known

    def _jaccard(self, rows: slice, columns: slice, known: Bits | None) -> Floats:
        bits = np.asarray(self.places, dtype=np.float64)
        shared = bits[rows] @ bits[columns].T
        sizes = bits.sum(axis=1)
        gap = 1.0 - shared / np.maximum(sizes[rows][:, None] + sizes[columns] - shared, 1.0)
        return np.asarray(gap if known is None else gap * known)


def comparer_of(answer: Answer, weight: float, ranking: Ranking) -> Comparer:
    """A variable ready to be compared, ranks and ranges taken over all projects."""
    known = None if answer.known.all() else answer.known
    if answer.kind == "multiple":
        return Comparer(answer, weight, np.nan_to_num(answer.values), None, known)
    if answer.kind == "numeric":
        spread = np.nanmax(answer.values) - np.nanmin(answer.values)
        return Comparer(answer, weight, answer.values / (spread if spread > 0 else 1.0), None, known)
    codes = np.where(answer.known, answer.values, -1.0)
    if answer.kind == "ordinal":
        table = np.pad(code_table(answer.values, len(answer.levels), ranking), [(0, 1), (0, 1)])
        return Comparer(answer, weight, codes.astype(np.intp), table, known)
    small = np.int8 if len(answer.levels) < np.iinfo(np.int8).max else np.int32
    return Comparer(answer, weight, codes.astype(small), None, known)


def row_blocks(n: int) -> Iterator[slice]:
    """Slices of the projects such that a block against all of them stays in the processor's memory."""
    step = max(_CELLS_AT_ONCE // max(n, 1), 1)
    return (slice(start, min(start + step, n)) for start in range(0, n, step))
