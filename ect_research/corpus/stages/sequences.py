"""Stage episodes → state sequences on a clock, the calendar or the project's age; the same for every draw of the dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.corpus.stages.episodes import Episodes
from ect_research.corpus.stages.sampled_stories import NEVER, DrawnStories
from ect_research.corpus.text.dates import month_number
from ect_research.errors import EctError

Clock = Literal["calendrier", "age"]
Unit = Literal["mois", "trimestre", "annee"]
MONTHS = {"mois": 1, "trimestre": 3, "annee": 12}


@dataclass(frozen=True)
class Sequences:
    """One state per project and unit of time.

    Attributes:
        frame: rows ``projet_id``, columns the units (``2025-03``, ``2025-T1``, ``2025``, or the age 0, 1, 2 … in units
            since the first opening), values a stage code; NaN is void: not observed, before the first fact or after
            the horizon. Void is neither a missing state nor an end.
        clock: ``calendrier`` or ``age``.
        unit: ``mois, trimestre`` or ``annee``.
        alphabet: every stage code, in the order of the stages.
        monotone: whether the state is the furthest stage reached, instead of the most recently opened still open.
        sources: documents of the facts behind it.
    """

    frame: pd.DataFrame
    clock: Clock
    unit: Unit
    alphabet: tuple[str, ...]
    monotone: bool
    sources: tuple[object, ...] = ()


def derive_sequences(
    episodes: Episodes, *, clock: Clock = "calendrier", unit: Unit = "trimestre", monotone: bool = False
) -> Sequences:
    """State of each project at the END of each unit, after all facts dated in it or before.

    A unit that is only partly observed is kept: its state is that of its last observed month. On the age clock, unit k
    is the months ``first + k·u … first + (k + 1)·u − 1`` after the first opening of a stage.

    Args:
        episodes: as `derive_episodes` returns them; projects known only by order are left out.
        clock: ``calendrier`` (shocks, calls for projects) or ``age`` (project time).
        unit: length of a unit.
        monotone: keep the furthest stage reached (an end wins) instead of following loops back.

    Raises:
        EctError: unknown clock or unit.

    >>> from ect_research import derive_episodes, load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> facts = corpus.tables["evenements"]
    >>> told = derive_episodes(facts, corpus.codebook.stages, observed_on=corpus.observed_on)
    >>> sequences = derive_sequences(told, clock="age", unit="annee")
    >>> sequences.frame.columns[:3].tolist(), sequences.alphabet[0]
    ([0, 1, 2], 'e0_captation')
    """
    check_clock(clock, unit)
    changes = _changes(episodes, monotone=monotone)
    span = MONTHS[unit]
    first = {project: lines[0][0] for project, lines in changes.items()}
    until = {project: month_number(episodes.horizons[project]) for project in changes}
    if clock == "age":
        units = range(max(((until[p] - first[p]) // span for p in changes), default=-1) + 1)
        starts: dict[str, list[int]] = {p: [first[p] + k * span for k in units] for p in changes}
        labels: list[Any] = list(units)
    else:
        low = min(first.values(), default=0) // span
        high = max(until.values(), default=-1) // span
        starts = {p: [k * span for k in range(low, high + 1)] for p in changes}
        labels = [unit_label(k * span, unit) for k in range(low, high + 1)]
    rows = {
        project: [_state(changes[project], start, start + span - 1, until[project]) for start in starts[project]]
        for project in sorted(changes)
    }
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=labels, dtype="str")
    frame.index.name = "projet_id"
    return Sequences(frame, clock, unit, tuple(episodes.stages["name"]), monotone, episodes.sources)


def check_clock(clock: str, unit: str) -> None:
    """Raise an EctError for a clock or a unit that does not exist."""
    if clock not in ("calendrier", "age") or unit not in MONTHS:
        raise EctError(
            "Horloge « {clock} » ou unité « {unit} » inconnue : calendrier ou age ; mois, trimestre ou annee.",
            clock=clock,
            unit=unit,
        )


def _changes(episodes: Episodes, *, monotone: bool) -> dict[str, list[tuple[int, str]]]:
    """``{project: [(month, state from then on)]}`` in order, for the projects whose first state is dated."""
    if not monotone:
        dated = episodes.states[episodes.states["debut"].notna()]
        lines = list(zip(dated["projet_id"], dated["debut"], dated["etape"], strict=True))
    else:
        lines = _furthest(episodes)
    changes: dict[str, list[tuple[int, str]]] = {}
    for project, start, stage in lines:
        changes.setdefault(project, []).append((month_number(start), stage))
    return changes


def _furthest(episodes: Episodes) -> list[tuple[str, Any, str]]:
    order = dict(zip(episodes.stages["name"], episodes.stages["order"].astype(int), strict=True))
    waiting = set(episodes.stages.loc[episodes.stages["kind"] == "attente", "name"])
    frame = episodes.frame[episodes.frame["ouverture"].notna() & ~episodes.frame["etape"].isin(waiting)]
    frame = frame.assign(rank=frame["etape"].map(order).astype("int64")).sort_values(["projet_id", "ouverture", "rank"])
    reached = frame.groupby("projet_id")["rank"].cummax()
    steps = frame[frame["rank"] == reached]
    return list(zip(steps["projet_id"], steps["ouverture"], steps["etape"], strict=True))


def _state(changes: list[tuple[int, str]], start: int, end: int, until: int) -> str | None:
    if start > until:
        return None
    known = [stage for month, stage in changes if month <= min(end, until)]
    return known[-1] if known else None


def unit_label(month: int, unit: Unit) -> str:
    """The name of the unit that starts in a month counted from the year 0.

    >>> unit_label(2025 * 12 + 3, "trimestre")
    '2025-T2'
    """
    year = month // 12
    if unit == "mois":
        return f"{year}-{month % 12 + 1:02d}"
    return f"{year}-T{month % 12 // 3 + 1}" if unit == "trimestre" else str(year)


Months = NDArray[np.int64]
VOID = -1


@dataclass(frozen=True)
class DrawnSequences:
    """One state per draw, project and unit of time."""

    # draws × projects × units: rank of the state in ``alphabet``, ``VOID`` where nothing is observed; a project whose
    # first fact falls after the horizon in a draw has an empty row there
    codes: NDArray[np.int8]
    names: tuple[str, ...]  # projects
    # labels of the units, those of `derive_sequences` (a longer clock when some draw asks for it)
    units: tuple[str, ...]
    alphabet: tuple[str, ...]  # stage codes, in order
    clock: Clock  # ``calendrier`` or ``age``
    unit: Unit  # ``mois, trimestre`` or ``annee``
    order: str  # ``recit`` or ``libre``, as drawn
    draws: int  # number of draws
    seed: int  # of the draws


def sample_sequences(stories: DrawnStories, *, clock: Clock = "calendrier", unit: Unit = "trimestre") -> DrawnSequences:
    """The sequences that `derive_sequences` would give for each draw, all at once.

    Args:
        stories: from `sample_stories`.
        clock: ``calendrier`` or ``age``.
        unit: ``mois, trimestre`` or ``annee``.

    Raises:
        EctError: unknown clock or unit.

    >>> from ect_research import derive_episodes, sample_stories, load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> facts, stages = corpus.tables["evenements"], corpus.codebook.stages
    >>> told = derive_episodes(facts, stages, observed_on=corpus.observed_on)
    >>> sample_sequences(sample_stories(told, draws=3), clock="age", unit="annee").codes.shape[0]
    3
    """
    check_clock(clock, unit)
    span = MONTHS[unit]
    lines = [stories.lines[name] for name in stories.names]
    months = [[(line.rows, _months(line.days), line.states) for line in told] for told in lines]
    until = _months(stories.horizons)
    first = np.full((stories.draws, len(stories.names)), NEVER)
    for place, told in enumerate(months):
        for rows, when, _ in told:
            if when.shape[1]:
                first[rows, place] = when[:, 0]
    begun = first[first != NEVER]
    if clock == "age":
        latest = np.where(first == NEVER, -1, (until[None, :] - np.minimum(first, until[None, :])) // span)
        low, count = 0, int(latest.max(initial=-1)) + 1
    else:
        low = int(begun.min()) // span if len(begun) else 0
        count = int(until.max(initial=-1)) // span - low + 1 if len(begun) else 0
    starts = (low + np.arange(count)) * span
    codes = np.full((stories.draws, len(stories.names), count), VOID, dtype=np.int8)
    for place, told in enumerate(months):
        for rows, when, states in told:
            shift = when[:, :1] if clock == "age" and when.shape[1] else 0
            codes[rows, place] = _states(when, states, starts[None, :] + shift, (span, int(until[place])))
    labels = tuple(str(k) if clock == "age" else str(unit_label(int(starts[k]), unit)) for k in range(count))
    return DrawnSequences(
        codes, stories.names, labels, stories.alphabet, clock, unit, stories.order, stories.draws, stories.seed
    )


def _states(when: Months, states: NDArray[np.int8], starts: Months, limits: tuple[int, int]) -> NDArray[np.int8]:
    """State at the end of each unit, or at the horizon within it: draws × units."""
    span, until = limits
    ends = np.minimum(starts + span - 1, until)
    shape = (len(when), starts.shape[1])
    last = np.zeros(shape, dtype=np.int64)
    for number in range(when.shape[1]):
        last = np.where(when[:, number, None] <= ends, number + 1, last)
    known = np.concatenate([[VOID], states]).astype(np.int8)
    return np.asarray(np.where(starts <= until, known[last], VOID), dtype=np.int8)


def _months(days: Months) -> Months:
    """Months since the year 0, as the clocks count them."""
    known = np.where(days == NEVER, 0, days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.where(days == NEVER, NEVER, known + 1970 * 12)
