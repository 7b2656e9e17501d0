"""The funnel « atteint l’étape s à l’âge t », corrected for the projects still too young to have reached it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.aalen_johansen import build_incidence, incidence_at
from ect_research.analysis.durations.duration_words import NEVER, grid_incidence, months_between
from ect_research.analysis.durations.durations import FEWEST_AT_RISK, durations_from_arrays
from ect_research.analysis.durations.sampled_durations import entries_of
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import stages_playing
from ect_research.corpus.stages.episodes import Episodes
from ect_research.corpus.stages.outcomes import told_without_date, undated_stages
from ect_research.corpus.stages.sampled_stories import DrawnStories
from ect_research.words import mark, tell, tell_n

Floats = NDArray[np.float64]
_LATE = mark("connu seulement à partir d’une étape ultérieure")
_UNDATED = mark("sans captation datée")
AGES = (12, 24, 36, 60)
FEWEST_PROJECTS = 10
FATAL = ("abandon", "absorption")


@dataclass(frozen=True)
class StageReach(Readable):
    """Share of the projects that have reached each stage, or a later one, by given ages.

    Attributes:
        table: one row per stage and age: ``etape, age`` (months since the origin), ``sans_date`` (projects left out of
            the row: they have reached the stage, or ended, nobody knows when), ``n`` (the others), ``avant_suivi`` (of which
            left out of ``part``: they had reached it, or ended, before they were followed, and those like them that ended
            are not in the register), ``part`` (0–1, adjusted), ``bas, haut``, ``a_risque`` (projects still followed that have
            neither reached it nor ended), ``atteints`` (projects that have), ``part_brute`` (``atteints`` over ``n``: too low
            when some are young), ``lisible`` (enough projects followed). ``part`` is NaN at ages nobody is followed to, and
            where nobody is followed from the origin on. With drawn dates, also ``dates_bas, dates_haut``: the range of
            ``part`` over 95 % of the draws.
        origin: stage that starts the clock.
        confidence: level of the bounds.
        n: projects whose origin is dated.
        excluded: ``projet_id, raison``.
        draws: number of draws of the dates; 0 without.
        seed: of the draws.
        sources: documents of the facts behind it.
    """

    exhibits = ("show_funnel", "age")

    table: pd.DataFrame
    origin: str
    confidence: float
    n: int
    excluded: pd.DataFrame
    draws: int = 0
    seed: int = 0
    sources: tuple[object, ...] = ()


def build_stage_reach(  # noqa: PLR0913 - each has a default
    episodes: Episodes,
    projects: pd.DataFrame | None = None,
    *,
    origin: str = "",
    ages: Sequence[int] = AGES,
    confidence: float = 0.95,
    fewest: int = FEWEST_PROJECTS,
    stories: DrawnStories | None = None,
) -> StageReach | Refusal:
    """How far projects have gone by a given age, among those whose very start is dated.

    A stage that was skipped counts as passed once a later one is open. Abandonment and absorption before a stage compete
    with reaching it; dormancy and the end of observation are censoring.

    Args:
        episodes: as `derive_episodes` returns them.
        projects: table ``projets``: a project is at risk from its ``suivi_debut`` on; from its origin where that is not told.
        origin: stage whose first opening is age 0 (the first one when blank); projects first met at a later stage are
            left out, and counted: their age is not known.
        ages: in months.
        confidence: level of the bounds.
        fewest: refuse below that number of projects.
        stories: the same episodes over draws of their dates (`sample_stories`): the range then comes along.

    >>> from ect_research import derive_episodes, load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> facts = corpus.tables["evenements"]
    >>> told = derive_episodes(facts, corpus.codebook.stages, observed_on=corpus.observed_on)
    >>> reach = build_stage_reach(told, fewest=1)
    >>> bool((reach.table["part"].dropna() <= 1).all())
    True
    """
    origin = origin or str(episodes.stages["name"].iloc[0])
    starts, excluded = _starts(episodes, origin)
    if len(starts) < fewest:
        late = int((excluded["raison"] == _LATE).sum())
        return Refusal(
            tell("l’entonnoir corrigé des projets trop jeunes"),
            tell_n(
                "{n} projet a une captation datée (connus seulement à partir d’une étape ultérieure : {late} ; "
                "sans date : {undated}) ; il en faut {fewest}.",
                "{n} projets ont une captation datée (connus seulement à partir d’une étape ultérieure : {late} ; "
                "sans date : {undated}) ; il en faut {fewest}.",
                len(starts),
                late=late,
                undated=len(excluded) - late,
                fewest=fewest,
            ),
            tell("dater la captation de l’idée des autres projets."),
        )
    order = episodes.stages.loc[episodes.stages["kind"] == "etape"].set_index("name")["order"].astype(int)
    stages = [str(stage) for stage in order.index if order[stage] > order[origin]]
    tracked = pd.Series(dtype="datetime64[s]") if projects is None else _tracked(projects)
    parts = [_one_stage(episodes, (starts, tracked), stage, order, (ages, confidence)) for stage in stages]
    table = pd.concat(parts, ignore_index=True)
    ranged = None if stories is None else build_stage_reach_range(stories, projects, origin=origin, ages=ages, fewest=1)
    reach = StageReach(table, origin, confidence, len(starts), excluded, sources=episodes.sources)
    if ranged is None or isinstance(ranged, Refusal):
        return reach
    told = ranged.table[["etape", "age", "bas", "haut"]].set_axis(["etape", "age", "dates_bas", "dates_haut"], axis=1)
    table = table.merge(told, on=["etape", "age"], how="left")
    return replace(reach, table=table, draws=ranged.draws, seed=ranged.seed)


def _starts(episodes: Episodes, origin: str) -> tuple[pd.Series, pd.DataFrame]:
    """Month of the origin by project; why the others are left out."""
    frame = episodes.frame[episodes.frame["rang"] == 1]
    first = frame.sort_values("ordre").groupby("projet_id").first()
    bounded = frame[(frame["etape"] == origin) & frame["ouverture_min"].notna()]
    dated = bounded.set_index("projet_id")["ouverture"]
    kept = dated[dated.index.isin(first.index[first["etape"] == origin])].sort_index()
    left = [str(project) for project in episodes.horizons.index if project not in kept.index]
    reasons = []
    for project in left:
        known = project in first.index and bool((frame.loc[frame["projet_id"] == project, "ouverture"].notna()).any())
        later = known and first.loc[project, "etape"] != origin
        reasons.append(_LATE if later else _UNDATED)
    return kept, pd.DataFrame({"projet_id": left, "raison": reasons}, dtype="str")


def _tracked(projects: pd.DataFrame) -> pd.Series:
    known = projects.set_index("projet_id")
    return known["suivi_debut_min"] if "suivi_debut_min" in known else pd.Series(dtype="datetime64[s]")


def _one_stage(
    episodes: Episodes,
    begun: tuple[pd.Series, pd.Series],
    stage: str,
    order: pd.Series,
    settings: tuple[Sequence[int], float],
) -> pd.DataFrame:
    (starts, tracked), (ages, confidence) = begun, settings
    frame = episodes.frame[episodes.frame["ouverture"].notna() & episodes.frame["projet_id"].isin(starts.index)]
    reached = frame[frame["etape"].map(order).fillna(-1) >= order[stage]].groupby("projet_id")["ouverture"].min()
    ends = tuple(stages_playing(episodes.stages, *FATAL))
    fatal = frame[frame["etape"].isin(ends)].groupby("projet_id")["ouverture"].min()
    unknown = _reached_unknown_when(undated_stages(episodes), order, stage, ends, (reached, fatal))
    left_out, starts = int(starts.index.isin(unknown).sum()), starts[~starts.index.isin(unknown)]
    goal, end = _ages(reached, starts), _ages(fatal, starts)
    limit = _ages(episodes.horizons.reindex(starts.index), starts)
    time = np.fmin(np.fmin(goal, end), limit)
    cause = np.where(goal <= time, 1, np.where(end <= time, 2, 0))
    entry = np.nan_to_num(_ages(tracked, starts))
    seen = time >= entry
    durations = durations_from_arrays(time[seen] + 0.5, cause[seen], entry=entry[seen], causes=["atteinte", "fin"])
    table = pd.DataFrame({"etape": stage, "age": list(ages), "sans_date": left_out, "n": len(starts)})
    table["avant_suivi"] = int(np.sum(~seen))
    table["atteints"] = [int(np.sum((cause == 1) & (time <= age))) for age in ages]
    table["part_brute"] = table["atteints"] / max(len(starts), 1)
    incidence = build_incidence(durations, confidence=confidence, fewest_ends=0)
    if isinstance(incidence, Refusal) or incidence.start > 0:
        return table.assign(part=np.nan, bas=np.nan, haut=np.nan, a_risque=0, lisible=False)
    read = incidence_at(incidence, [age + 0.5 for age in ages])
    read = read[read["fin"] == "atteinte"].assign(age=lambda rows: (rows["temps"] - 0.5).round().astype("int64"))
    table = table.merge(read[["age", "part", "bas", "haut", "a_risque"]], on="age", how="left")
    table["a_risque"] = table["a_risque"].fillna(0).astype("int64")
    followed = np.array([int(np.sum(seen & ((time >= age) | (cause > 0)))) for age in ages])
    return table.assign(lisible=(followed >= FEWEST_AT_RISK) & table["part"].notna())


def _reached_unknown_when(
    undated: Mapping[str, tuple[str, ...]],
    order: pd.Series,
    stage: str,
    ends: Sequence[str],
    dated: tuple[pd.Series, pd.Series],
) -> set[str]:
    """Projects that have reached the stage, or ended before it, nobody knows when."""
    reached, fatal = dated
    later = told_without_date(undated, [str(name) for name in order.index if order[name] >= order[stage]])
    over = told_without_date(undated, ends) - set(fatal.index)
    return (later | over) - set(reached.index)


def _ages(dates: pd.Series, starts: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Whole months from each origin to each date; NaN when there is none, never negative."""
    found = pd.to_datetime(dates.reindex(starts.index))
    months = (found.dt.year - starts.dt.year) * 12 + found.dt.month - starts.dt.month
    return np.asarray(months.clip(lower=0).to_numpy(dtype=np.float64, na_value=np.nan))


@dataclass(frozen=True)
class ReachRange:
    """Shares of the funnel over the draws.

    Attributes:
        table: one row per stage and age: ``etape, age, mediane, bas, haut`` (2.5 and 97.5 % of the draws where someone
            is followed to that age; NaN when there is none), ``cas`` (these draws).
        n: projects whose origin is dated.
    """

    table: pd.DataFrame
    n: int
    draws: int
    seed: int


def build_stage_reach_range(
    stories: DrawnStories,
    projects: pd.DataFrame | None = None,
    *,
    origin: str = "",
    ages: Sequence[int] = AGES,
    fewest: int = FEWEST_PROJECTS,
) -> ReachRange | Refusal:
    """How far projects have gone by given ages, in every draw: `build_stage_reach` over imprecise dates.

    ``projects``: as there. ``origin``: stage whose first opening is age 0 (the first one when blank); a project counts in
    the draws where it
    is first met at that stage. ``ages``: in months; ``fewest``: refuse when some draw has fewer projects.

    Returns the ranges, or a refusal.

    >>> from ect_research import derive_episodes, sample_stories, load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> facts, stages = corpus.tables["evenements"], corpus.codebook.stages
    >>> episodes = derive_episodes(facts, stages, observed_on=corpus.observed_on)
    >>> type(build_stage_reach_range(sample_stories(episodes, draws=5))).__name__
    'Refusal'
    """
    kinds = stories.stages.set_index("name")
    origin, ends = origin or str(kinds.index[0]), stages_playing(stories.stages, *FATAL)
    ranks = {name: place for place, name in enumerate(stories.alphabet)}
    met = (stories.first == ranks[origin]) & (stories.origin != NEVER) & ~stories.unbounded
    fewest_met = int(met.sum(axis=1).min()) if stories.draws else 0
    if fewest_met < fewest:
        return Refusal(
            tell("l’entonnoir recalculé sur les dates tirées au sort"),
            tell_n(
                "{n} projet a une captation datée ; il en faut {fewest}.",
                "{n} projets ont une captation datée ; il en faut {fewest}.",
                fewest_met,
                fewest=fewest,
            ),
        )
    order = kinds.loc[kinds["kind"] == "etape", "order"].astype(int)
    fatal = stories.opened[:, :, [ranks[stage] for stage in ends]].min(axis=2)
    limit = np.broadcast_to(stories.horizons, stories.origin.shape)
    entry = entries_of(stories, projects)
    parts = []
    for stage in [str(name) for name in order.index if order[name] > order[origin]]:
        later = [ranks[str(name)] for name in order.index if order[name] >= order[stage]]
        goal = stories.opened[:, :, later].min(axis=2)
        hidden = _told(stories, [stories.alphabet[rank] for rank in later]) | (
            _told(stories, tuple(ends)) & (fatal == NEVER)
        )
        known = met & ~(hidden & (goal == NEVER))
        shares = _drawn_shares(stories.origin, (goal, fatal, limit), (known, entry), ages)
        parts.append(pd.DataFrame({"etape": stage, "age": list(ages), **_quantiles(shares)}))
    return ReachRange(pd.concat(parts, ignore_index=True), int(met.any(axis=0).sum()), stories.draws, stories.seed)


def _told(stories: DrawnStories, stages: Sequence[str]) -> NDArray[np.bool_]:
    """Projects of which one of these stages is known without a date."""
    return np.isin(stories.names, sorted(told_without_date(stories.undated_stages, stages)))


def _drawn_shares(
    origin: NDArray[np.int64],
    days: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    seen: tuple[NDArray[np.bool_], Floats],
    ages: Sequence[int],
) -> Floats:
    """Share that has reached the stage: draws × ages; NaN at ages nobody is followed to, or not from the origin on."""
    goal, end, limit = (months_between(origin, day) for day in days)
    time = np.minimum(np.minimum(goal, end), limit)
    cause = np.where(goal <= time, 1, np.where(end <= time, 2, 0))
    met = seen[0] & (time >= seen[1])
    place, entry = np.where(met, time, -1).astype(np.int64), seen[1].astype(np.int64)
    curves, _ = grid_incidence(place, np.where(met, cause, 0), 2, entry)
    last = place.max(axis=1)
    always = np.ones(len(place), dtype=bool)
    for month in range(int(last.max(initial=0))):
        later = place > month
        always &= (later & (entry <= month)).any(axis=1) | ~later.any(axis=1)
    over = curves[:, -1].sum(axis=1) > 1 - 1e-12
    cells = np.minimum(np.asarray(ages), curves.shape[1] - 1)
    followed = (np.asarray(ages)[None, :] <= last[:, None]) | over[:, None]
    return np.where(followed & always[:, None], curves[:, cells, 0], np.nan)


def _quantiles(shares: Floats) -> dict[str, Floats]:
    known = (~np.isnan(shares)).sum(axis=0)
    told = {name: np.full(shares.shape[1], np.nan) for name in ("mediane", "bas", "haut")}
    for place in np.flatnonzero(known):
        told["bas"][place], told["mediane"][place], told["haut"][place] = np.nanquantile(
            shares[:, place], [0.025, 0.5, 0.975]
        )
    return {**told, "cas": known}
