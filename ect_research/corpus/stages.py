"""Dated facts → stage episodes: a pure function. Overlap, loops and skips are kept; nothing censored is dropped.

The rules (documented in ``notebooks/`` and the README, tested one by one):

- a stage opens at its first opening event and closes at the first closing event; while it is open, another opening
  event changes nothing; once closed it may open again (a loop);
- ``opens_with``: the stage opens only when one of these facts is also known (autonomy is never the end of support alone);
- an end (kind ``fin``) closes every open stage; ``reprise`` reopens the stage that was interrupted;
- the state at *t* is the most recently opened stage still open, ``s_entre_deux`` when observed with nothing open;
- facts of the same day follow the order of the stages, never the order of the file; when every stage fact of a
  project has an ``ordre``, that order holds;
- the same fact dated twice (``conflit_avec``) is one fact, known only within the interval that covers both dates.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    import pandas as pd

BETWEEN = "s_entre_deux"
_EPISODE_COLUMNS = ("projet_id", "etape", "rang", "ouverture", "ouverture_min", "ouverture_max", "fermeture",
                    "fermeture_min", "fermeture_max", "ouvrant", "fermant", "type_ouvrant", "type_fermant", "ordre")  # fmt: skip
_DATE_COLUMNS = ("ouverture", "ouverture_min", "ouverture_max", "fermeture", "fermeture_min", "fermeture_max",
                 "debut", "fin", "date", "date_min", "date_max")  # fmt: skip


@dataclass(frozen=True)
class Episodes:
    """What the dated facts say of each project's stages.

    Attributes:
        frame: one row per stage episode: ``projet_id, etape, rang`` (1st, 2nd opening), ``ouverture`` (middle of the
            interval) with ``_min`` and ``_max`` (NaT when open-ended), ``fermeture`` likewise (NaT while open),
            ``ouvrant, fermant`` (event ids), ``type_ouvrant, type_fermant``, ``ordre`` (rank within the project).
        states: the state line, without overlap: ``projet_id, etape, debut, fin, censure``; ``fin`` is the horizon
            where ``censure`` is true; NaT where only the order is known.
        markers: facts that open or close nothing: ``projet_id, evenement_id, type_evenement, date, date_min, date_max,
            certitude``.
        undated: stage facts with neither date nor usable order: ``projet_id, evenement_id, type_evenement``.
        later: facts after the horizon, not yet observed then: ``projet_id, evenement_id, type_evenement, date``.
        horizons: last day observed, by project.
        stages: the stage table used.
    """

    frame: pd.DataFrame
    states: pd.DataFrame
    markers: pd.DataFrame
    undated: pd.DataFrame
    later: pd.DataFrame
    horizons: pd.Series
    stages: pd.DataFrame


@dataclass(frozen=True)
class _Fact:
    id: str
    type: str
    date: Any
    low: Any
    high: Any
    rank: Any
    forced: str | None
    certainty: Any


@dataclass
class _Story:
    """The stages of one project while its facts are told in order."""

    rules: _Rules
    open: list[dict[str, Any]] = field(default_factory=list)
    episodes: list[dict[str, Any]] = field(default_factory=list)
    changes: list[tuple[Any, str]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    interrupted: dict[str, str] = field(default_factory=dict)

    def tell(self, fact: _Fact) -> None:
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
        return self.open[-1]["etape"] if self.open else None

    def close(self, fact: _Fact) -> str | None:
        """Close what this fact closes; return the stage to resume when an interruption ends."""
        resumed = None
        for episode in [e for e in self.open if fact.type in self.rules.closes[e["etape"]]]:
            self.finish(episode, fact)
            resumed = self.interrupted.pop(episode["etape"], resumed)
        return resumed

    def openings(self, fact: _Fact) -> list[str]:
        if fact.forced:
            return [] if self.is_open(fact.forced) else [fact.forced]
        return [stage for stage in self.rules.order if self.opens(stage, fact) and not self.is_open(stage)]

    def opens(self, stage: str, fact: _Fact) -> bool:
        openers, companions = self.rules.opens[stage], self.rules.opens_with[stage]
        if not companions:
            return fact.type in openers
        return fact.type in openers | companions and bool(self.seen & openers) and bool(self.seen & companions)

    def is_open(self, stage: str) -> bool:
        return any(episode["etape"] == stage for episode in self.open)

    def end_all(self, fact: _Fact) -> None:
        for episode in list(self.open):
            self.finish(episode, fact)

    def start(self, stage: str, fact: _Fact) -> None:
        times = sum(episode["etape"] == stage for episode in self.episodes)
        episode = {"etape": stage, "rang": times + 1, "ordre": len(self.episodes) + 1, "ouverture": fact.date,
                   "ouverture_min": fact.low, "ouverture_max": fact.high, "ouvrant": fact.id,
                   "type_ouvrant": fact.type}  # fmt: skip
        self.episodes.append(episode)
        self.open.append(episode)

    def finish(self, episode: dict[str, Any], fact: _Fact) -> None:
        episode |= {"fermeture": fact.date, "fermeture_min": fact.low, "fermeture_max": fact.high, "fermant": fact.id,
                    "type_fermant": fact.type}  # fmt: skip
        self.open.remove(episode)


@dataclass(frozen=True)
class _Rules:
    order: dict[str, int]
    kind: dict[str, str]
    opens: dict[str, set[str]]
    opens_with: dict[str, set[str]]
    closes: dict[str, set[str]]

    def rank(self, fact: _Fact) -> float:
        """Where a fact stands among facts of the same day: with the stage it opens, else after the one it closes."""
        if fact.forced:
            return float(self.order[fact.forced])
        opened = [
            order for stage, order in self.order.items() if fact.type in self.opens[stage] | self.opens_with[stage]
        ]
        closed = [order for stage, order in self.order.items() if fact.type in self.closes[stage]]
        return float(min(opened)) if opened else max(closed, default=-1) + 0.5

    def concerns(self, fact: _Fact) -> bool:
        known = (self.opens, self.opens_with, self.closes)
        return bool(fact.forced) or any(fact.type in types for part in known for types in part.values())


def derive_episodes(
    events: pd.DataFrame,
    stages: pd.DataFrame,
    *,
    observed_on: pd.Timestamp,
    followed_until: pd.Series | None = None,
) -> Episodes:
    """Derive the stage episodes of every project from its dated facts.

    Args:
        events: the table ``evenements`` of a corpus; rows without ``projet_id`` are left aside.
        stages: the stage table of the codebook (``name, order, kind, opens, opens_with, closes``).
        observed_on: last day observed; what is still open then is censored, never closed.
        followed_until: last day observed of some projects, by ``projet_id``, when it is earlier.

    Returns:
        the episodes; neither argument is changed.

    Source:
        domain rules reconciled from the cluster's practice and the narrative coding of Grossetti, Barthe & Chauvac
        (2011); states on a clock as in Gabadinho, Ritschard, Müller & Studer (2011), *J. Stat. Soft.* 40(4).

    >>> import pandas as pd
    >>> from ect_research import load_codebook
    >>> facts = pd.DataFrame({"evenement_id": ["a", "b"], "projet_id": "P", "type_evenement":
    ...     ["debut_experimentation", "bilan_experimentation"],
    ...     "date_debut_min": pd.to_datetime(["2024-01-01", "2025-01-01"]),
    ...     "date_debut_max": pd.to_datetime(["2024-01-01", "2025-01-01"])})
    >>> told = derive_episodes(facts, load_codebook().stages, observed_on=pd.Timestamp("2025-12-31"))
    >>> told.states["etape"].tolist()
    ['e4_experimentation', 's_entre_deux']
    """
    import pandas as pd

    rules = _rules(stages)
    horizons: dict[str, pd.Timestamp] = {}
    parts: dict[str, list[dict[str, Any]]] = {
        "frame": [],
        "states": [],
        "markers": [],
        "undated": [],
        "later": [],
    }
    named = events[events["projet_id"].notna()]
    for project, rows in named.groupby("projet_id", sort=True):
        horizon = observed_on
        if followed_until is not None and pd.notna(followed_until.get(project)):
            horizon = min(observed_on, pd.Timestamp(followed_until[project]))
        horizons[str(project)] = horizon
        for part, line in _tell_project(_facts(rows), rules, horizon):
            parts[part].append({"projet_id": project, **line})
    return Episodes(
        frame=_frame(parts["frame"], _EPISODE_COLUMNS),
        states=_frame(parts["states"], ("projet_id", "etape", "debut", "fin", "censure")),
        markers=_frame(
            parts["markers"],
            ("projet_id", "evenement_id", "type_evenement", "date", "date_min", "date_max", "certitude"),
        ),
        undated=_frame(parts["undated"], ("projet_id", "evenement_id", "type_evenement")),
        later=_frame(parts["later"], ("projet_id", "evenement_id", "type_evenement", "date")),
        horizons=pd.Series(horizons, dtype="datetime64[s]", name="horizon"),
        stages=stages,
    )


def _rules(stages: pd.DataFrame) -> _Rules:
    def sets(part: str) -> dict[str, set[str]]:
        return {name: set(str(types).split()) for name, types in zip(stages["name"], stages[part], strict=True)}

    return _Rules(
        order=dict(zip(stages["name"], stages["order"].astype(int), strict=True)),
        kind=dict(zip(stages["name"], stages["kind"], strict=True)),
        opens=sets("opens"),
        opens_with=sets("opens_with"),
        closes=sets("closes"),
    )


def _facts(rows: pd.DataFrame) -> list[_Fact]:
    """The facts of one project; the same fact dated twice is one, within the interval that covers both dates."""
    facts: dict[str, _Fact] = {}
    told_by: dict[str, str] = {}
    records = rows.sort_values("evenement_id").to_dict("records")
    rivals = _rivals(records)
    for fact in map(_fact, records):
        twins = [
            told_by[other] for other in told_by if other in rivals[fact.id] and facts[told_by[other]].type == fact.type
        ]
        keeper = twins[0] if twins else fact.id
        told_by[fact.id] = keeper
        facts[keeper] = _covering(facts[keeper], fact) if twins else fact
    return list(facts.values())


def _rivals(records: list[dict[Hashable, Any]]) -> dict[str, set[str]]:
    """Which facts contradict which, whichever of the two rows says so."""
    rivals: dict[str, set[str]] = {str(row["evenement_id"]): set() for row in records}
    for row in records:
        for other in row["conflit_avec"] if isinstance(row.get("conflit_avec"), tuple) else ():
            rivals[str(row["evenement_id"])].add(other)
            rivals.setdefault(other, set()).add(str(row["evenement_id"]))
    return rivals


def _covering(one: _Fact, other: _Fact) -> _Fact:
    import pandas as pd

    low = min(one.low, other.low) if pd.notna(one.low) and pd.notna(other.low) else pd.NaT
    high = max(one.high, other.high) if pd.notna(one.high) and pd.notna(other.high) else pd.NaT
    known = [fact.certainty for fact in (one, other) if isinstance(fact.certainty, str)]
    return replace(one, low=low, high=high, date=_middle(low, high), certainty=min(known, default=None))


def _fact(row: dict[Hashable, Any]) -> _Fact:
    import pandas as pd

    low, high = row["date_debut_min"], row["date_debut_max"]
    rank, forced = row.get("ordre"), row.get("etape_forcee")
    return _Fact(
        id=str(row["evenement_id"]),
        type=str(row["type_evenement"]),
        date=_middle(low, high),
        low=low,
        high=high,
        rank=rank if pd.notna(rank) else None,
        forced=str(forced) if pd.notna(forced) else None,
        certainty=row.get("certitude"),
    )


def _middle(low: Any, high: Any) -> Any:  # noqa: ANN401 - Timestamp or NaT
    import pandas as pd

    if pd.isna(low):
        return high
    return low if pd.isna(high) else (low + (high - low) / 2).normalize()


def _tell_project(facts: list[_Fact], rules: _Rules, horizon: pd.Timestamp) -> Iterator[tuple[str, dict[str, Any]]]:
    import pandas as pd

    staged = [fact for fact in facts if rules.concerns(fact)]
    ranked = bool(staged) and all(fact.rank is not None for fact in staged)
    told = []
    for fact in facts:
        if pd.notna(fact.date) and fact.date > horizon:
            yield "later", {"evenement_id": fact.id, "type_evenement": fact.type, "date": fact.date}
        elif not rules.concerns(fact):
            yield "markers", {"evenement_id": fact.id, "type_evenement": fact.type, "date": fact.date,
                              "date_min": fact.low, "date_max": fact.high, "certitude": fact.certainty}  # fmt: skip
        elif pd.isna(fact.date) and not ranked:
            yield "undated", {"evenement_id": fact.id, "type_evenement": fact.type}
        else:
            told.append(fact)
    story = _Story(rules)
    for fact in sorted(told, key=lambda f: (f.rank if ranked else f.date, rules.rank(f), f.id)):
        story.tell(fact)
    for episode in story.episodes:
        yield "frame", episode
    yield from (("states", spell) for spell in _spells(story.changes, horizon))


def _spells(changes: list[tuple[Any, str]], horizon: pd.Timestamp) -> Iterator[dict[str, Any]]:
    """The state line: one spell per change, without those that last no time."""
    import pandas as pd

    for number, (start, stage) in enumerate(changes):
        last = number == len(changes) - 1
        end = changes[number + 1][0] if not last else horizon if pd.notna(start) else pd.NaT
        if last or pd.isna(start) or start != end:
            yield {"etape": stage, "debut": start, "fin": end, "censure": last}


def _frame(lines: list[dict[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(lines, columns=list(columns))
    kinds = {
        name: "datetime64[s]" if name in _DATE_COLUMNS else "int64" if name in ("rang", "ordre") else
        "bool" if name == "censure" else "str"
        for name in columns
    }  # fmt: skip
    return frame.astype(kinds)
