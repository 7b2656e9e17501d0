"""Imprecise dates drawn inside their intervals, alone or in the order of a story, and the stages told again each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from ect_research.corpus.stages.episodes import Episodes
from ect_research.corpus.stages.outcomes import undated_stages
from ect_research.corpus.stages.project_story import Fact, Rules, Story, read_rules
from ect_research.errors import EctError

Days = NDArray[np.int64]
Order = Literal["recit", "libre"]
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class StateLine:
    """The changes of state of one project in the draws that tell the same story."""

    rows: NDArray[np.intp]  # the draws
    days: Days  # draws × changes, the day of each change (days since 1970)
    states: NDArray[np.int8]  # the state from each change on (rank in the alphabet)


@dataclass(frozen=True)
class DrawnStories:
    """What the stages become when imprecise dates are drawn again; days are counted since 1970.

    Attributes:
        names: projects with a dated fact.
        undated: projects whose stages are told without any date.
        undated_stages: by project, the stages that a fact opens and that no fact dates (`undated_stages`).
        alphabet: stage codes, in the order of the stages.
        dates: by project, the drawn days (draws × facts) and the facts, in the order of the story.
        origin: draws × projects, day of the first opening; ``NEVER`` when it has no date or comes after the horizon.
        first: draws × projects, stage of the first opening (rank in the alphabet; −1 when there is none).
        unbounded: draws × projects, whether the first opening has an upper bound only (« avant 2026 »).
        opened: draws × projects × stages, earliest opening of each stage; ``NEVER`` when it is not opened, or opened
            without a date.
        lines: by project, its lines of states.
        horizons: last day observed of each project.
        order: ``recit`` or ``libre``.
        open_ended: projects with a date that has no lower or no upper bound: that date stays at its known bound.
        contradictory: projects whose told ranks cannot hold with their dates: their dates stay at their middle.
        draws: number of draws.
        seed: of the draws.
        stages: the stage table.
    """

    names: tuple[str, ...]
    undated: tuple[str, ...]
    undated_stages: Mapping[str, tuple[str, ...]]
    alphabet: tuple[str, ...]
    dates: dict[str, tuple[Days, tuple[Fact, ...]]]
    origin: Days
    first: NDArray[np.int8]
    unbounded: NDArray[np.bool_]
    opened: Days
    lines: dict[str, tuple[StateLine, ...]]
    horizons: Days
    order: Order
    open_ended: tuple[str, ...]
    contradictory: tuple[str, ...]
    draws: int
    seed: int
    stages: pd.DataFrame


def sample_stories(episodes: Episodes, *, draws: int = 200, seed: int = 20160, order: Order = "recit") -> DrawnStories:
    """Draw every imprecise date inside its interval and tell the stages again, all draws at once.

    The story of a project depends on its dates only through their order and the horizon: it is told once for each order
    that the draws meet, with the very rules of `derive_episodes`.

    Args:
        episodes: as `derive_episodes` returns them.
        draws: number of draws.
        seed: of the draws.
        order: ``recit`` keeps the order in which the facts are placed (`place_facts`), the days drawn among all those that
            respect it; ``libre`` lets facts whose intervals overlap swap, except where a source ranks
            them. The truth may lie beyond the first and short of the second.

    Raises:
        EctError: unknown order.

    >>> from ect_research import derive_episodes, load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> facts, stages = corpus.tables["evenements"], corpus.codebook.stages
    >>> told = derive_episodes(facts, stages, observed_on=corpus.observed_on)
    >>> drawn = sample_stories(told, draws=5)
    >>> drawn.opened.shape == (5, len(drawn.names), len(drawn.alphabet))
    True
    """
    if order not in ("recit", "libre"):
        raise EctError("Ordre « {order} » inconnu : recit ou libre.", order=order)
    rules, generator = read_rules(episodes.stages), np.random.default_rng(seed)
    alphabet = tuple(str(name) for name in episodes.stages["name"])
    known = {name: facts for name, facts in sorted(episodes.told.items()) if any(_dated(fact) for fact in facts)}
    shape = (draws, len(known))
    origin, first = np.full(shape, NEVER, dtype=np.int64), np.full(shape, -1, dtype=np.int8)
    unbounded = np.zeros(shape, dtype=bool)
    opened = np.full((*shape, len(alphabet)), NEVER, dtype=np.int64)
    dates, lines, contradictory = {}, {}, []
    horizons = np.array([_day(episodes.horizons[name]) for name in known], dtype=np.int64)
    for place, (name, facts) in enumerate(known.items()):
        days, holds = _sample_dates(facts, rules, draws, generator, order)
        dates[name] = (days, facts)
        if not holds:
            contradictory.append(name)
        lines[name] = tuple(
            _tell_again(
                facts,
                Story(rules, name not in episodes.never_supported),
                (days, rows, sequence),
                (origin[:, place], first[:, place], unbounded[:, place], opened[:, place]),
                alphabet,
            )
            for rows, sequence in _sequences_met(facts, rules, days, int(horizons[place]), order)
        )
    return DrawnStories(
        names=tuple(known),
        undated=tuple(name for name, facts in sorted(episodes.told.items()) if facts and name not in known),
        undated_stages=undated_stages(episodes),
        alphabet=alphabet,
        dates=dates,
        origin=origin,
        first=first,
        unbounded=unbounded,
        opened=opened,
        lines=lines,
        horizons=horizons,
        order=order,
        open_ended=tuple(name for name, facts in known.items() if any(map(_open_ended, facts))),
        contradictory=tuple(contradictory),
        draws=draws,
        seed=seed,
        stages=episodes.stages,
    )


def _sample_dates(
    facts: tuple[Fact, ...], rules: Rules, draws: int, generator: Generator, order: Order
) -> tuple[Days, bool]:
    """Days of each fact (``NEVER`` without a date), and whether intervals and ranks could both be respected."""
    place = [number for number, fact in enumerate(facts) if _dated(fact)]
    bounds = [_bounds(facts[number]) for number in place]
    low, high = [bound[0] for bound in bounds], [bound[1] for bound in bounds]
    ranked = facts[0].rank is not None
    keys = [(0.0, "") if ranked else (rules.rank(facts[number]), facts[number].id) for number in place]
    # On the same day facts follow the order of the stages: where the story tells otherwise, a day must part them.
    gaps = [int(following < key) for key, following in pairwise(keys)]
    drawn = sample_apart(low, high, draws, generator) if order == "libre" and not ranked else None
    drawn = sample_in_order(low, high, gaps, draws, generator) if drawn is None else drawn
    days = np.full((draws, len(facts)), NEVER, dtype=np.int64)
    days[:, place] = [_day(facts[number].date) for number in place] if drawn is None else drawn
    return days, drawn is not None


def _sequences_met(
    facts: tuple[Fact, ...], rules: Rules, days: Days, horizon: int, order: Order
) -> list[tuple[NDArray[np.intp], list[int]]]:
    """The orders in which the draws tell the facts known at the horizon, and the draws that tell each."""
    told = np.broadcast_to(np.arange(len(facts)), days.shape)
    if order == "libre" and facts[0].rank is None:
        same_day = np.array(sorted(told[0], key=lambda number: (rules.rank(facts[number]), facts[number].id)))
        told = same_day[np.argsort(days[:, same_day], axis=1, kind="stable")]
    sorted_days = np.take_along_axis(days, told, axis=1)
    late = (sorted_days > horizon) & (sorted_days != NEVER)
    if facts[0].rank is not None:
        late = np.logical_or.accumulate(late, axis=1)
    told = np.where(late, -1, told)
    met, which = np.unique(told, axis=0, return_inverse=True)
    return [
        (np.flatnonzero(which == number), [int(place) for place in one if place >= 0]) for number, one in enumerate(met)
    ]


def _tell_again(
    facts: tuple[Fact, ...],
    story: Story,
    drawn: tuple[Days, NDArray[np.intp], list[int]],
    kept: tuple[Days, NDArray[np.int8], NDArray[np.bool_], Days],
    alphabet: tuple[str, ...],
) -> StateLine:
    """Tell the facts in one order, note when each stage opens in the draws of that order, and return the state line."""
    days, rows, sequence = drawn
    origin, first, unbounded, opened = kept
    rank = {stage: number for number, stage in enumerate(alphabet)}
    for place in sequence:
        story.tell(replace(facts[place], date=place))
    for number, episode in enumerate(story.episodes):
        when, stage = days[rows, episode["ouverture"]], rank[episode["etape"]]
        if number == 0:
            origin[rows], first[rows] = when, stage
            unbounded[rows] = _dated(facts[episode["ouverture"]]) and pd.isna(episode["ouverture_min"])
        opened[rows, stage] = np.minimum(opened[rows, stage], when)
    changes = [(place, rank[state]) for place, state in story.changes if _dated(facts[place])]
    days_of_changes = days[np.ix_(rows, [place for place, _ in changes])]
    return StateLine(rows, days_of_changes, np.array([state for _, state in changes], dtype=np.int8))


def _dated(fact: Fact) -> bool:
    return bool(pd.notna(fact.date))


def _open_ended(fact: Fact) -> bool:
    return _dated(fact) and bool(pd.isna(fact.low) or pd.isna(fact.high))


def _bounds(fact: Fact) -> tuple[int, int]:
    return (_day(fact.date),) * 2 if _open_ended(fact) else (_day(fact.low), _day(fact.high))


def _day(date: Any) -> int:  # noqa: ANN401 - Timestamp
    return (pd.Timestamp(date) - pd.Timestamp(1970, 1, 1)).days


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
        weights = _gap_weights(shapes[place - 1], latest[place] - earliest[place - 1] - gap + 1)
        order, lots = np.argsort(drawn[:, place - 1], kind="stable"), generator.random(draws)
        befores, starts = np.unique(drawn[order, place - 1], return_index=True)
        for before, mine, lot in zip(befores, np.split(order, starts[1:]), np.split(lots, starts[1:]), strict=True):
            first = max(int(before) + gap, earliest[place])
            ways = follow[place][first - earliest[place] :]
            total = (weights[first - before - gap :][: len(ways)] * ways).cumsum()
            drawn[mine, place] = first + total.searchsorted(lot * total[-1], side="right")
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
