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
    """Dates that lie in their intervals and follow one another, no length of a run of vague dates more likely than another.

    Days uniform among all those in order would make a course longer the more of its facts are told: five facts of one year
    last eight months on average, two last four. Where dates overlap, the gaps of their run are drawn instead so that the
    days from its first date to its last are as likely as for two dates, however many are told between.

    Args:
        low: first possible day of each date, in the order of the story.
        high: last possible day.
        gaps: least number of days between each date and the next (one fewer than the dates).
        draws: number of draws.
        generator: source of chance.

    Returns:
        draws × dates, or None when no choice of days respects both the intervals and the order.

    Source:
        exact sampling by summing, from the last date backwards, the weights of all that may follow; a gap among m of one run
        weighs as a negative binomial of shape 1/m, m of which add up to a flat weight (Dirichlet with parameters 1/m).

    >>> drawn = sample_in_order([0, 0], [9, 9], [1], 500, np.random.default_rng(1))
    >>> bool((drawn[:, 0] < drawn[:, 1]).all()), sample_in_order([5], [4], [], 1, np.random.default_rng(1)) is None
    (True, True)
    """
    latest = list(high)
    for place in reversed(range(len(gaps))):
        latest[place] = min(latest[place], latest[place + 1] - gaps[place])
    earliest = list(low)
    for place, gap in enumerate(gaps):
        earliest[place + 1] = max(earliest[place + 1], earliest[place] + gap)
    if any(first > last for first, last in zip(earliest, latest, strict=True)):
        return None
    shapes = _shapes(earliest, latest)
    follow = [np.ones(latest[-1] - earliest[-1] + 1)]
    for place in reversed(range(len(gaps))):
        count, apart = latest[place] - earliest[place] + 1, earliest[place + 1] - earliest[place] - gaps[place]
        weights = _gap_weights(shapes[place], apart + len(follow[0]))
        ways = _following(follow[0], weights, count, apart)
        follow.insert(0, ways / ways.max())
    drawn = np.empty((draws, len(low)), dtype=np.int64)
    drawn[:, 0] = earliest[0] + generator.choice(len(follow[0]), size=draws, p=follow[0] / follow[0].sum())
    for place, gap in enumerate(gaps, 1):
        days = np.arange(earliest[place], latest[place] + 1)
        weights = _gap_weights(shapes[place - 1], latest[place] - earliest[place - 1] - gap + 1)
        befores, where = np.unique(drawn[:, place - 1], return_inverse=True)
        for number, before in enumerate(befores):
            apart = days - before - gap
            chances = np.where(apart >= 0, weights[np.maximum(apart, 0)], 0.0) * follow[place]
            mine = np.flatnonzero(where == number)
            drawn[mine, place] = generator.choice(days, size=len(mine), p=chances / chances.sum())
    return drawn


def _shapes(low: Sequence[int], high: Sequence[int]) -> list[float]:
    """Shape of each gap: one over the number of gaps of its run; a run is of dates that overlap, between sure days."""
    runs: list[list[int]] = []
    reach = high[0]
    for place in range(len(low) - 1):
        sure = low[place] == high[place]
        if runs and low[place + 1] <= reach and not sure:
            runs[-1].append(place)
        else:
            runs.append([place])
        reach = max(reach, high[place + 1]) if low[place + 1] <= reach else high[place + 1]
    return [1 / len(run) for run in runs for _ in run]


def _gap_weights(shape: float, size: int) -> NDArray[np.float64]:
    """Weights of 0, 1, … days between two dates: the coefficients of ``(1 - x) ** -shape``."""
    days = np.arange(1, size)
    return np.concatenate([[1.0], np.cumprod((days - 1 + shape) / days)])


def _following(after: NDArray[np.float64], weights: NDArray[np.float64], count: int, apart: int) -> NDArray[np.float64]:
    """What may follow each of ``count`` days: the next date, ``apart`` days after the first of them, weighed by its gap."""
    size = 1 << (len(after) + len(weights) + count).bit_length()
    reversed_after = np.fft.rfft(after[::-1], size)
    ways = np.fft.irfft(reversed_after * np.fft.rfft(weights, size), size)
    # Day i is followed by day j at a gap of apart + j - i: the place len(after) - 1 + apart - i of the product.
    found = ways[len(after) - 1 + apart - np.arange(count)]
    return np.maximum(found, 0.0)
