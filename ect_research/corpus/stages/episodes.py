"""Dated facts → stage episodes: a pure function. Overlap, loops and skips are kept; nothing censored is dropped.

The rules (documented in ``notebooks/`` and the README, tested one by one):

- a stage opens at its first opening event and closes at the first closing event; while it is open, another opening
  event changes nothing; once closed it may open again (a loop);
- ``opens_with``: the stage opens only when one of these facts is also known, ``after``: only once these stages were opened
  (autonomy: own governance or revenue, after creation, and support ended or never was); it opens at the latest of them;
- an end (kind ``fin``) closes every open stage; ``reprise`` reopens the stage that was interrupted;
- the state at *t* is the most recently opened stage still open, ``s_entre_deux`` when observed with nothing open;
- facts of the same day follow the order of the stages, never the order of the file; facts whose intervals overlap are
  placed in the order of the ``ordre`` that a source gives, else of the stages; when every stage fact of a project has an
  ``ordre``, that order holds;
- a fact known up to a day after the observation is known up to the observation;
- the same fact dated twice (``conflit_avec``) is one fact, known only within the interval that covers both dates.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ect_research.corpus.stages.project_story import ANNOUNCED, Fact, Rules, Story, place_facts, read_rules

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
        later: facts after the horizon, not yet observed then: ``projet_id, evenement_id, type_evenement, date`` (NaT where
            only the rank tells that they are later).
        horizons: last day observed, by project.
        stages: the stage table used.
        told: the facts that may open or close a stage, by project, in the order of the story, with or without a date,
            those after the horizon included: what `sample_stories` draws again.
        sources: documents of the facts, as the table gives them, each once.
        never_supported: projects that nobody ever supported.
    """

    frame: pd.DataFrame
    states: pd.DataFrame
    markers: pd.DataFrame
    undated: pd.DataFrame
    later: pd.DataFrame
    horizons: pd.Series
    stages: pd.DataFrame
    told: Mapping[str, tuple[Fact, ...]]
    sources: tuple[object, ...] = ()
    never_supported: frozenset[str] = frozenset()


def derive_episodes(
    events: pd.DataFrame,
    stages: pd.DataFrame,
    *,
    observed_on: pd.Timestamp,
    followed_until: pd.Series | None = None,
    never_supported: Collection[str] = (),
) -> Episodes:
    """Derive the stage episodes of every project from its dated facts.

    Args:
        events: the table ``evenements`` of a corpus; rows without ``projet_id`` are left aside.
        stages: the stage table of the codebook (``name, order, kind, opens, opens_with, closes``).
        observed_on: last day observed; what is still open then is censored, never closed.
        followed_until: last day observed of some projects, by ``projet_id``, when it is earlier.
        never_supported: projects that nobody ever supported: autonomy waits for no end of support.

    Returns:
        the episodes; neither argument is changed.

    Source:
        domain rules reconciled from the cluster's practice and the narrative coding of Grossetti, Barthe & Chauvac
        (2011); states on a clock as in Gabadinho, Ritschard, Müller & Studer (2011), *J. Stat. Soft.* 40(4).

    >>> import pandas as pd
    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> facts = pd.DataFrame({"evenement_id": ["a", "b"], "projet_id": "P", "type_evenement":
    ...     ["debut_experimentation", "bilan_experimentation"],
    ...     "date_debut_min": pd.to_datetime(["2024-01-01", "2025-01-01"]),
    ...     "date_debut_max": pd.to_datetime(["2024-01-01", "2025-01-01"])})
    >>> told = derive_episodes(facts, load_codebook().stages, observed_on=pd.Timestamp("2025-12-31"))
    >>> told.states["etape"].tolist()
    ['e4_experimentation', 's_entre_deux']
    """
    rules = read_rules(stages)
    horizons: dict[str, pd.Timestamp] = {}
    parts: dict[str, list[dict[str, Any]]] = {"frame": [], "states": [], "markers": [], "undated": [], "later": []}
    told: dict[str, tuple[Fact, ...]] = {}
    named = events[events["projet_id"].notna()].sort_values("evenement_id")
    rows_of: dict[str, list[dict[Hashable, Any]]] = {}
    for row in named.to_dict("records"):
        rows_of.setdefault(row["projet_id"], []).append(row)
    for project, rows in sorted(rows_of.items()):
        horizon = observed_on
        if followed_until is not None and pd.notna(followed_until.get(project)):
            horizon = min(observed_on, pd.Timestamp(followed_until[project]))
        horizons[project] = horizon
        facts = [_cut(fact, horizon) for fact in _facts(rows)]
        told[project] = _in_order(facts, rules)
        for part, line in _tell_project(facts, told[project], Story(rules, project not in never_supported), horizon):
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
        told=told,
        sources=tuple(dict.fromkeys(events["source_id"])) if "source_id" in events else (),
        never_supported=frozenset(never_supported),
    )


def _facts(records: list[dict[Hashable, Any]]) -> list[Fact]:
    """The facts of one project; the same fact dated twice is one, within the interval that covers both dates."""
    facts: dict[str, Fact] = {}
    told_by: dict[str, str] = {}
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


def _covering(one: Fact, other: Fact) -> Fact:
    low = min(one.low, other.low) if pd.notna(one.low) and pd.notna(other.low) else pd.NaT
    high = max(one.high, other.high) if pd.notna(one.high) and pd.notna(other.high) else pd.NaT
    known = [fact.certainty for fact in (one, other) if isinstance(fact.certainty, str)]
    return replace(one, low=low, high=high, date=_middle(low, high), certainty=min(known, default=None))


def _fact(row: dict[Hashable, Any]) -> Fact:
    low, high = row["date_debut_min"], row["date_debut_max"]
    rank, forced = row.get("ordre"), row.get("etape_forcee")
    return Fact(
        id=str(row["evenement_id"]),
        type=str(row["type_evenement"]),
        date=_middle(low, high),
        low=low,
        high=high,
        rank=rank if pd.notna(rank) else None,
        forced=str(forced) if pd.notna(forced) else None,
        certainty=row.get("certitude"),
    )


def _cut(fact: Fact, last: pd.Timestamp) -> Fact:
    """A fact told by a source had happened by the last day the project is followed, even when its date says the whole year."""
    if fact.type in ANNOUNCED or pd.isna(fact.low) or pd.isna(fact.high) or not fact.low <= last < fact.high:
        return fact
    return replace(fact, high=last, date=_middle(fact.low, last))


def _middle(low: Any, high: Any) -> Any:  # noqa: ANN401 - Timestamp or NaT
    if pd.isna(low):
        return high
    return low if pd.isna(high) else (low + (high - low) / 2).normalize()


def _in_order(facts: list[Fact], rules: Rules) -> tuple[Fact, ...]:
    """The facts of a project that the story tells: by rank when all have one, else by date, undated ones left out."""
    staged = [fact for fact in facts if rules.concerns(fact)]
    if all(fact.rank is not None for fact in staged):
        return tuple(sorted(staged, key=lambda f: (f.rank, rules.rank(f), f.id)))
    placed = place_facts([fact for fact in staged if pd.notna(fact.date)], rules)
    return tuple(replace(fact, rank=None) for fact in placed)


def _tell_project(
    facts: list[Fact], told: tuple[Fact, ...], story: Story, horizon: pd.Timestamp
) -> Iterator[tuple[str, dict[str, Any]]]:
    observed = _observed(told, horizon)
    placed, seen = {fact.id for fact in told}, {fact.id for fact in observed}
    for fact in facts:
        if (pd.notna(fact.date) and fact.date > horizon) or fact.id in placed - seen:
            yield "later", {"evenement_id": fact.id, "type_evenement": fact.type, "date": fact.date}
        elif not story.rules.concerns(fact):
            yield "markers", {"evenement_id": fact.id, "type_evenement": fact.type, "date": fact.date,
                              "date_min": fact.low, "date_max": fact.high, "certitude": fact.certainty}  # fmt: skip
        elif fact.id not in placed:
            yield "undated", {"evenement_id": fact.id, "type_evenement": fact.type}
    for fact in observed:
        story.tell(fact)
    for episode in story.episodes:
        yield "frame", episode
    yield from (("states", spell) for spell in _spells(story.changes, horizon))


def _observed(told: tuple[Fact, ...], horizon: pd.Timestamp) -> tuple[Fact, ...]:
    """The facts told up to the horizon; in a ranked story, what follows a later fact is later too, dated or not."""
    late = [bool(pd.notna(fact.date) and fact.date > horizon) for fact in told]
    if told and told[0].rank is not None:
        return told[: late.index(True)] if any(late) else told
    return tuple(fact for fact, after in zip(told, late, strict=True) if not after)


def _spells(changes: list[tuple[Any, str]], horizon: pd.Timestamp) -> Iterator[dict[str, Any]]:
    """The state line: one spell per change, without those that last no time."""
    for number, (start, stage) in enumerate(changes):
        last = number == len(changes) - 1
        end = changes[number + 1][0] if not last else horizon if pd.notna(start) else pd.NaT
        if last or pd.isna(start) or start != end:
            yield {"etape": stage, "debut": start, "fin": end, "censure": last}


def _frame(lines: list[dict[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(lines, columns=list(columns))
    kinds = {
        name: "datetime64[s]" if name in _DATE_COLUMNS else "int64" if name in ("rang", "ordre") else
        "bool" if name == "censure" else "str"
        for name in columns
    }  # fmt: skip
    return frame.astype(kinds)
