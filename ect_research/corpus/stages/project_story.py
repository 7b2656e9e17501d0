"""One project's story: the stages that its facts open and close, told in order (the rules are those of `episodes`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ect_research.codebook.roles import code_for

if TYPE_CHECKING:
    import pandas as pd

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
    """The stages of one project while its facts are told in order.

    Attributes:
        supported: a project never supported waits for no companion (``opens_with``): it has no end of support.
    """

    rules: Rules
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
