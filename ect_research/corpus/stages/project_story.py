"""One project's story: imprecise facts placed in an order that makes sense, and the stages they open and close."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from ect_research.codebook.codebook import code_for

BETWEEN = code_for("etape", "entre_deux")
ANNOUNCED = (code_for("type_evenement", "annonce"),)
"""What is announced is not a fact: it neither marks a line nor lengthens what is known."""


@dataclass(frozen=True)
class Fact:
    """A dated fact that may open or close a stage; ``date`` is the point where it is placed, NaT when it has none."""

    id: str
    type: str
    date: Any
    low: Any
    high: Any
    rank: Any
    forced: str | None
    certainty: Any


@dataclass
class Story:
    """The stages of one project while its facts are told in order."""

    rules: Rules
    # a project never supported waits for no companion (``opens_with``): it has no end of support
    supported: bool = True
    open: list[dict[str, Any]] = field(default_factory=list)
    episodes: list[dict[str, Any]] = field(default_factory=list)
    changes: list[tuple[Any, str]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    interrupted: dict[str, str] = field(default_factory=dict)

    def tell(self, fact: Fact) -> None:
        """Open and close what the next fact opens and closes; note the change of state, if any."""
        current = self.state()
        self.seen.add(fact.type)
        resumed = self.close(fact)
        opened = self.openings(fact)
        for stage in opened:
            if self.rules.kind[stage] == "fin":
                self.end_all(fact)
            if self.rules.kind[stage] != "etape" and current and self.rules.kind[current] == "etape":
                self.interrupted[stage] = current
            self.start(stage, fact)
        if resumed and not opened and not self.open:
            self.start(resumed, fact)
        state = self.state()
        if state != current:
            self.changes.append((fact.date, state or BETWEEN))

    def state(self) -> str | None:
        """The most recently opened stage still open."""
        return self.open[-1]["etape"] if self.open else None

    def close(self, fact: Fact) -> str | None:
        """Close what this fact closes; return the stage to resume when an interruption ends."""
        resumed = None
        for episode in [e for e in self.open if fact.type in self.rules.closes[e["etape"]]]:
            self.finish(episode, fact)
            resumed = self.interrupted.pop(episode["etape"], resumed)
        return resumed

    def openings(self, fact: Fact) -> list[str]:
        """The stages that a fact opens now."""
        if fact.forced:
            return [] if self.is_open(fact.forced) else [fact.forced]
        return [stage for stage in self.rules.order if self.opens(stage, fact) and not self.is_open(stage)]

    def opens(self, stage: str, fact: Fact) -> bool:
        """Whether a fact opens a stage: its companions known and the stages before it opened, when it asks for some."""
        openers, companions = self.rules.opens[stage], self.rules.opens_with[stage]
        before = self.rules.after[stage]
        if not companions and not before:
            return fact.type in openers
        told = openers | companions | {opener for earlier in before for opener in self.rules.opens[earlier]}
        opened = {episode["etape"] for episode in self.episodes}
        opened |= {earlier for earlier in before if fact.type in self.rules.opens[earlier] or fact.forced == earlier}
        return (
            fact.type in told
            and bool(self.seen & openers)
            and (not companions or not self.supported or bool(self.seen & companions))
            and before <= opened
        )

    def is_open(self, stage: str) -> bool:
        """Whether an episode of that stage is open."""
        return any(episode["etape"] == stage for episode in self.open)

    def end_all(self, fact: Fact) -> None:
        """Close every open episode."""
        for episode in list(self.open):
            self.finish(episode, fact)

    def start(self, stage: str, fact: Fact) -> None:
        """Open an episode."""
        times = sum(episode["etape"] == stage for episode in self.episodes)
        episode = {"etape": stage, "rang": times + 1, "ordre": len(self.episodes) + 1, "ouverture": fact.date,
                   "ouverture_min": fact.low, "ouverture_max": fact.high, "ouvrant": fact.id,
                   "type_ouvrant": fact.type}  # fmt: skip
        self.episodes.append(episode)
        self.open.append(episode)

    def finish(self, episode: dict[str, Any], fact: Fact) -> None:
        """Close an episode."""
        episode |= {"fermeture": fact.date, "fermeture_min": fact.low, "fermeture_max": fact.high, "fermant": fact.id,
                    "type_fermant": fact.type}  # fmt: skip
        self.open.remove(episode)


@dataclass(frozen=True)
class Rules:
    """Which facts open and close each stage."""

    order: dict[str, int]
    kind: dict[str, str]
    opens: dict[str, set[str]]
    opens_with: dict[str, set[str]]
    after: dict[str, set[str]]
    closes: dict[str, set[str]]
    reopens: dict[str, set[str]]

    def rank(self, fact: Fact) -> float:
        """Where a fact stands among facts of the same day: with the stage it opens, else after the one it closes.

        What says by its name that a stage opens again comes after what closes it.
        """
        if fact.forced:
            return float(self.order[fact.forced])
        again = [order for stage, order in self.order.items() if fact.type in self.reopens[stage]]
        if again:
            return min(again) + 0.75
        opened = [
            order for stage, order in self.order.items() if fact.type in self.opens[stage] | self.opens_with[stage]
        ]
        closed = [order for stage, order in self.order.items() if fact.type in self.closes[stage]]
        return float(min(opened)) if opened else max(closed, default=-1) + 0.5

    def precedes(self, one: Fact, other: Fact) -> bool:
        """Whether the order of the stages wants one fact before another that may be of the same day.

        A pause and its end have no place among the stages: only their dates say.
        """
        if self._pauses(one) != self._pauses(other):
            return False
        return self.rank(one) < self.rank(other)

    def _pauses(self, fact: Fact) -> bool:
        """Whether a fact opens a pause, or takes a project up again."""
        if fact.forced:
            return self.kind[fact.forced] == "attente"
        opened = [stage for stage in self.order if fact.type in self.opens[stage]]
        known = opened or [stage for stage in self.order if fact.type in self.closes[stage]]
        return any(self.kind[stage] == "attente" for stage in known)

    def concerns(self, fact: Fact) -> bool:
        """Whether a fact may open or close some stage."""
        known = (self.opens, self.opens_with, self.closes)
        return bool(fact.forced) or any(fact.type in types for part in known for types in part.values())


def read_rules(stages: pd.DataFrame) -> Rules:
    """The rules written in the stage table of the codebook."""

    def sets(part: str) -> dict[str, set[str]]:
        said = stages[part] if part in stages else [""] * len(stages)
        return {name: set(str(types).split()) for name, types in zip(stages["name"], said, strict=True)}

    return Rules(
        order=dict(zip(stages["name"], stages["order"].astype(int), strict=True)),
        kind=dict(zip(stages["name"], stages["kind"], strict=True)),
        opens=sets("opens"),
        opens_with=sets("opens_with"),
        after=sets("after"),
        closes=sets("closes"),
        reopens=sets("reopens"),
    )


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
        fact if day == _day(fact.date) else replace(fact, date=pd.Timestamp(1970, 1, 1) + pd.Timedelta(days=day))
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
    return (_day(fact.low) if pd.notna(fact.low) else -math.inf, _day(fact.high) if pd.notna(fact.high) else math.inf)


def _day(date: Any) -> int:  # noqa: ANN401 - Timestamp
    return (pd.Timestamp(date) - pd.Timestamp(1970, 1, 1)).days
