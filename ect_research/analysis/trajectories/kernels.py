"""Distances between coded sequences, computed for many pairs at once with numpy.

Optimal matching rests on two rewritings. With ``g[x, y] = D[x, y] − (x + y)·indel``, one step of the alignment of two
prefixes becomes ``g[x, y] = min(g[x−1, y−1] + s − 2·indel, g[x−1, y], g[x, y−1])``: one addition and two minima. And
when no substitution beats a deletion and an insertion, ``D = indel·(m + n − 2·LCS)``, where the longest common
subsequence comes from additions on words of bits (Hyyrö, 2004). Both run across pairs, not along one sequence.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int16]
Floats = NDArray[np.float64]
_WORD = 63
_LANES_BITS = 16384
_LANES_FLOATS = 4096


def common_lengths(codes: Codes) -> NDArray[np.int64]:
    """Length of the longest common subsequence of every pair.

    ``codes``: sequences × units, pushed to the left, negative where void.

    Returns sequences × sequences, symmetric.
    """
    n, width = codes.shape
    lengths = (codes >= 0).sum(axis=1)
    masks, full = match_masks(codes)
    result = np.zeros((n, n), dtype=np.int64)
    start = 0
    while start < n:
        rows = np.arange(start, min(n, start + max(1, _LANES_BITS // (n - start))))
        free = _run_bits(codes[rows], masks[:, :, start:], full, int(lengths[rows].max(initial=0)))
        common = width - free
        result[rows, start:] = common
        result[start:, rows] = common.T
        start = int(rows[-1]) + 1
    return result


def match_masks(codes: Codes) -> tuple[NDArray[np.uint64], list[int]]:
    """Where each state stands in each sequence, as bits: (states + 1) × words × sequences; void matches nothing."""
    n, width = codes.shape
    words = -(-width // _WORD)
    states = int(codes.max(initial=0)) + 1
    masks = np.zeros((states + 1, words, n), dtype=np.uint64)
    for unit in range(width):
        word, bit = divmod(unit, _WORD)
        column = codes[:, unit]
        here = np.flatnonzero(column >= 0)
        masks[column[here], word, here] |= np.uint64(1 << bit)
    full = [(1 << min(_WORD, width - word * _WORD)) - 1 for word in range(words)]
    return masks, full


def _run_bits(rows: Codes, masks: NDArray[np.uint64], full: list[int], steps: int) -> NDArray[np.int64]:
    """Number of units of each column sequence left out of the common subsequence with each row sequence."""
    words, lanes = masks.shape[1], masks.shape[2]
    rest = [np.full((len(rows), lanes), full[word], dtype=np.uint64) for word in range(words)]
    for step in range(steps):
        state = rows[:, step]
        carry: NDArray[np.uint64] | None = None
        for word in range(words):
            value, match = rest[word], masks[state, word]
            shared = value & match
            total = value + shared
            if carry is not None:
                total += carry
            if word + 1 < words:
                carry = total >> np.uint64(_WORD)
            value ^= shared
            total |= value
            total &= np.uint64(full[word])
            rest[word] = total
    return np.asarray(np.sum([np.bitwise_count(part).astype(np.int64) for part in rest], axis=0, dtype=np.int64))


def aligned_distances(codes: Codes, substitution: Floats, indel: float) -> Floats:
    """Optimal matching distance of every pair, for any substitution costs.

    ``codes``: sequences × units, pushed to the left, negative where void; ``substitution``: states × states;
    ``indel``: cost of an insertion or a deletion.

    Returns sequences × sequences, symmetric, zero diagonal.
    """
    n = len(codes)
    lengths = (codes >= 0).sum(axis=1)
    gains = gain_table(codes, substitution, indel)
    result = np.zeros((n, n))
    start = 0
    while start < n - 1:
        rows = np.arange(start, min(n - 1, start + max(1, _LANES_FLOATS // (n - start))))
        saved = _run_floats(codes[rows], gains[:, :, start:], int(lengths[rows].max(initial=0)))
        block = saved + (lengths[rows][:, None] + lengths[None, start:]) * indel
        result[rows, start:] = block
        start = int(rows[-1]) + 1
    upper = np.triu(result, 1)
    return np.maximum(upper + upper.T, 0.0)


def gain_table(codes: Codes, substitution: Floats, indel: float) -> Floats:
    """What matching a state with each unit saves over deleting and inserting: (states + 1) × units × sequences."""
    size = len(substitution)
    table = np.full((size + 1, size + 1), np.inf)
    table[:size, :size] = np.minimum(substitution - 2 * indel, 0.0)
    return np.ascontiguousarray(table[:, codes].transpose(0, 2, 1))


def _run_floats(rows: Codes, gains: Floats, steps: int) -> Floats:
    _, width, lanes = gains.shape
    before = np.zeros((width + 1, len(rows), lanes))
    after = np.zeros_like(before)
    for step in range(steps):
        state = rows[:, step]
        for place, number in enumerate(state):
            np.add(before[:-1, place], gains[number], out=after[1:, place])
        np.minimum(after[1:], before[1:], out=after[1:])
        for unit in range(1, width + 1):
            np.minimum(after[unit], after[unit - 1], out=after[unit])
        before, after = after, before
        after[0] = 0.0
    return np.asarray(before[-1])


def position_distances(codes: Codes, costs: Floats) -> Floats:
    """Sum over the units of the cost between the two states of that unit (Hamming and its dynamic variant).

    ``codes``: sequences × units, without void; ``costs``: units × states × states.
    """
    n, width = codes.shape
    result = np.zeros((n, n))
    for unit in range(width):
        column = codes[:, unit]
        result += costs[unit][column[:, None], column[None, :]]
    return result
