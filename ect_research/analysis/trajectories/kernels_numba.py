"""The two kernels of `kernels`, compiled when numba is installed: same recurrences, same results."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ect_research.analysis.trajectories.kernels import gain_table, match_masks

Codes = NDArray[np.int16]
Floats = NDArray[np.float64]
_LANES = 32


def numba_installed() -> bool:
    """Whether the compiled kernels can be used."""
    return find_spec("numba") is not None


def common_lengths(codes: Codes) -> NDArray[np.int64]:
    """As `kernels.common_lengths`."""
    padded = _padded(codes)
    masks, full = match_masks(padded)
    lengths = (codes >= 0).sum(axis=1)
    result = np.zeros((len(codes), len(padded)), dtype=np.int64)
    _compiled("bits")(codes, lengths, masks, np.array(full, dtype=np.uint64), result)
    upper = np.triu(result[:, : len(codes)])
    return upper + np.triu(upper, 1).T


def aligned_distances(codes: Codes, substitution: Floats, indel: float) -> Floats:
    """As `kernels.aligned_distances`."""
    padded = _padded(codes)
    lengths = (codes >= 0).sum(axis=1)
    saved = np.zeros((len(codes), len(padded)))
    _compiled("floats")(codes, lengths, gain_table(padded, substitution, indel), saved)
    result = np.triu(saved[:, : len(codes)] + (lengths[:, None] + lengths[None, :]) * indel, 1)
    return np.asarray(np.maximum(result + result.T, 0.0))


def _padded(codes: Codes) -> Codes:
    """Void sequences are added so that their number is a multiple of the lanes."""
    extra = -len(codes) % _LANES
    return np.concatenate([codes, np.full((extra, codes.shape[1]), -1, dtype=codes.dtype)])


@lru_cache(maxsize=2)
def _compiled(kind: str) -> Any:  # noqa: ANN401 - a compiled function
    return import_module("numba").njit(nogil=True)(_fill_common if kind == "bits" else _fill_saved)


def _fill_common(codes, lengths, masks, full, result):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - compiled
    n, width = codes.shape
    words = len(full)
    value = np.empty((words, _LANES), dtype=np.uint64)
    carry = np.empty(_LANES, dtype=np.uint64)
    zero, one, top = np.uint64(0), np.uint64(1), np.uint64(63)
    for row in range(n):
        for first in range(row - row % _LANES, masks.shape[2], _LANES):
            for word in range(words):
                value[word, :] = full[word]
            for step in range(lengths[row]):
                state = codes[row, step]
                carry[:] = zero
                for word in range(words):
                    for lane in range(_LANES):
                        left = value[word, lane]
                        shared = left & masks[state, word, first + lane]
                        total = left + shared + carry[lane]
                        carry[lane] = total >> top
                        value[word, lane] = (total | (left ^ shared)) & full[word]
            for lane in range(_LANES):
                free = 0
                for word in range(words):
                    bits = value[word, lane]
                    while bits != zero:
                        bits &= bits - one
                        free += 1
                result[row, first + lane] = width - free


def _fill_saved(codes, lengths, gains, result):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - compiled
    """Two units of the row sequence at once: half the reads and writes of the table."""
    n, width = codes.shape
    best = np.empty((width + 1, _LANES))
    corner, between = np.empty(_LANES), np.empty(_LANES)
    for row in range(n - 1):
        for first in range(row - row % _LANES, gains.shape[2], _LANES):
            best[:, :] = 0.0
            for step in range(0, lengths[row], 2):
                state, after = codes[row, step], -1
                if step + 1 < lengths[row]:
                    after = codes[row, step + 1]
                corner[:] = 0.0
                between[:] = 0.0
                for unit in range(width):
                    gain, next_gain = (
                        gains[state, unit, first : first + _LANES],
                        gains[after, unit, first : first + _LANES],
                    )
                    here, left = best[unit + 1], best[unit]
                    # Conditional expressions become vector minima; min() does not.
                    for lane in range(_LANES):
                        above, beside = here[lane], between[lane]
                        found = corner[lane] + gain[lane]
                        found = found if found < above else above
                        found = found if found < beside else beside
                        then = beside + next_gain[lane]
                        then = then if then < found else found
                        corner[lane], between[lane] = above, found
                        here[lane] = then if then < left[lane] else left[lane]
            for lane in range(_LANES):
                result[row, first + lane] = best[width, lane]
