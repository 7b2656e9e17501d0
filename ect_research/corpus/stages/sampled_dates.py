"""Imprecise dates drawn inside their intervals, alone or in the order of a story."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    Days = NDArray[np.int64]


def sample_apart(low: Sequence[int], high: Sequence[int], draws: int, generator: Generator) -> Days:
    """Each date uniform in its own interval, whatever the others: draws × dates, in days."""
    first, last = np.asarray(low, dtype=np.int64), np.asarray(high, dtype=np.int64)
    return np.asarray(generator.integers(first, last + 1, size=(draws, len(first))), dtype=np.int64)


def sample_in_order(
    low: Sequence[int], high: Sequence[int], gaps: Sequence[int], draws: int, generator: Generator
) -> Days | None:
    """Dates uniform among all those that lie in their intervals and follow one another.

    Args:
        low: first possible day of each date, in the order of the story.
        high: last possible day.
        gaps: least number of days between each date and the next (one fewer than the dates).
        draws: number of draws.
        generator: source of chance.

    Returns:
        draws × dates, or None when no choice of days respects both the intervals and the order.

    Source:
        exact sampling by counting, from the last date backwards, the ways to place those that follow.

    >>> drawn = sample_in_order([0, 0], [9, 9], [1], 500, np.random.default_rng(1))
    >>> bool((drawn[:, 0] < drawn[:, 1]).all()), sample_in_order([5], [4], [], 1, np.random.default_rng(1)) is None
    (True, True)
    """
    start = min(low)
    size = max(high) - start + 1
    steps = [*gaps, 0]
    after: list[NDArray[np.float64]] = []
    for first, last, gap in zip(reversed(low), reversed(high), reversed(steps), strict=True):
        ways = np.zeros(size + 1)
        days = np.arange(first - start, last - start + 1)
        ways[days] = after[-1][np.minimum(days + gap, size)] if after else 1.0
        tail = ways[::-1].cumsum()[::-1]
        if tail[0] == 0:
            return None
        after.append(tail / tail[0])
    drawn = np.empty((draws, len(low)), dtype=np.int64)
    earliest = np.zeros(draws, dtype=np.int64)
    for place, (tail, gap) in enumerate(zip(reversed(after), steps, strict=True)):
        wanted = (1.0 - generator.random(draws)) * tail[np.minimum(earliest, size)]
        # The tails decrease: the day is the last one whose tail still holds what is wanted.
        drawn[:, place] = np.searchsorted(-tail, -wanted, side="right") - 1
        earliest = drawn[:, place] + gap
    return drawn + start
