"""Imprecise facts placed in time: as near to the middles of their intervals as an order that makes sense allows."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ect_research.corpus.stages.project_story import Story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ect_research.corpus.stages.project_story import Fact, Rules

_MOST_TRIES = 2000


def place_facts(facts: Sequence[Fact], rules: Rules) -> tuple[Fact, ...]:
    """Put dated facts in order, each at a day of its interval.

    Two facts whose intervals do not overlap follow their dates. Where they overlap, the one that a source ranks first comes
    first, else the one of the earlier stage: so that a loop is told only when no placement avoids it. The days are then
    the nearest to the middles (least squares) that respect that order.

    Args:
        facts: of one project, dated; a side without a bound is open.
        rules: which stage each fact opens or closes.

    Returns:
        the facts in the order of the story, ``date`` the day where each is placed.

    Source:
        isotonic regression by pooling adjacent violators, then bounded (Hu 1997, *Psychometrika* 62, 371–380, for
        bounds that are themselves in order).
    """
    ordered = _ordered(list(facts), rules)
    if loops(ordered, rules):
        ordered = _without_loop(ordered, rules) or ordered
    days = _nearest([_day(fact.date) for fact in ordered], [_bounds(fact) for fact in ordered])
    return tuple(
        fact if day == _day(fact.date) else replace(fact, date=_timestamp(day))
        for fact, day in zip(ordered, days, strict=True)
    )


def _ordered(facts: list[Fact], rules: Rules) -> list[Fact]:
    """Facts one after the other: the first that no other must precede; the nearest to its middle among several."""
    facts = sorted(facts, key=lambda fact: (fact.date, rules.rank(fact), fact.id))
    bounds = {fact.id: _bounds(fact) for fact in facts}
    left, done = list(facts), []
    while left:
        free = [
            fact
            for fact in left
            if not any(_precedes(other, fact, bounds, rules) for other in left if other is not fact)
        ]
        # Where orders contradict one another, what the dates alone forbid stays forbidden.
        ends = {fact.id: bounds[fact.id] for fact in left}
        possible = [fact for fact in left if not any(ends[o.id][1] < ends[fact.id][0] for o in left if o is not fact)]
        chosen = (free or possible)[0]
        done.append(chosen)
        left.remove(chosen)
    return done


def loops(facts: Sequence[Fact], rules: Rules) -> bool:
    """Whether a stage opens twice when the facts are told in this order, and no fact says by its name that it does."""
    story = Story(rules)
    for fact in facts:
        story.tell(fact)
    return any(e["rang"] > 1 and e["type_ouvrant"] not in rules.reopens[e["etape"]] for e in story.episodes)


def _without_loop(ordered: list[Fact], rules: Rules) -> list[Fact] | None:
    """The first order, from the one of the stages on, that their intervals allow and that opens no stage twice."""
    bounds = {fact.id: _bounds(fact) for fact in ordered}
    tries = 0

    def follow(done: list[Fact], left: list[Fact]) -> list[Fact] | None:
        nonlocal tries
        if not left:
            return done
        earliest = min(bounds[fact.id][1] for fact in left)
        for fact in left:
            tries += 1
            ranked = fact.rank is not None and any(o.rank is not None and o.rank < fact.rank for o in left)
            if tries > _MOST_TRIES or ranked or bounds[fact.id][0] > earliest or loops([*done, fact], rules):
                continue
            if (found := follow([*done, fact], [other for other in left if other is not fact])) is not None:
                return found
        return None

    return follow([], ordered)


def _precedes(one: Fact, other: Fact, bounds: dict[str, tuple[float, float]], rules: Rules) -> bool:
    (low, high), (other_low, other_high) = bounds[one.id], bounds[other.id]
    if high < other_low or other_high < low:
        return high < other_low
    if one.rank is not None and other.rank is not None and one.rank != other.rank:
        return bool(one.rank < other.rank)
    return rules.precedes(one, other)


def _nearest(wanted: list[int], bounds: list[tuple[float, float]]) -> list[int]:
    """Days in order, within their bounds, nearest to those wanted; where no days can be in order, those wanted."""
    low = -math.inf
    lows: list[float] = []
    highs: list[float] = []
    for bound in bounds:
        low = max(low, bound[0])
        lows.append(low)
    high = math.inf
    for bound in reversed(bounds):
        high = min(high, bound[1])
        highs.insert(0, high)
    if any(last < first for first, last in zip(lows, highs, strict=True)):
        return wanted
    pools: list[list[float]] = []
    for day in wanted:
        pools.append([float(day), 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, size = pools.pop()
            pools[-1] = [(pools[-1][0] * pools[-1][1] + mean * size) / (pools[-1][1] + size), pools[-1][1] + size]
    level = [mean for mean, size in pools for _ in range(int(size))]
    return [int(min(max(math.floor(day), first), last)) for day, first, last in zip(level, lows, highs, strict=True)]


def _bounds(fact: Fact) -> tuple[float, float]:
    import pandas as pd

    return (
        _day(fact.low) if pd.notna(fact.low) else -math.inf,
        _day(fact.high) if pd.notna(fact.high) else math.inf,
    )


def _day(date: Any) -> int:  # noqa: ANN401 - Timestamp
    import pandas as pd

    return (pd.Timestamp(date) - pd.Timestamp(1970, 1, 1)).days


def _timestamp(day: int) -> Any:  # noqa: ANN401 - Timestamp
    import pandas as pd

    return pd.Timestamp(1970, 1, 1) + pd.Timedelta(days=day)
