"""Imprecise dates: durations and curves over many draws of the dates inside their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.duration_words import NEVER, count_ends, grid_incidence, months_between
from ect_research.analysis.durations.durations import (
    CAUSES,
    ENDED_BEFORE,
    FEWEST_ENDS,
    KNOWN_AT_ITS_END,
    UNBOUNDED_START,
    UNDATED_END,
    UNDATED_START,
)
from ect_research.codebook.codebook import ENDS, stages_playing
from ect_research.corpus.stages.episodes import Episodes
from ect_research.corpus.stages.outcomes import hides_first_end
from ect_research.corpus.stages.sampled_stories import DrawnStories, sample_stories
from ect_research.words import tell, tell_n

Floats = NDArray[np.float64]
Ends = NDArray[np.int64]
_HALF_MONTH = 0.5


@dataclass(frozen=True)
class DrawnDurations:
    """Durations of each project in each draw.

    Attributes:
        months: draws × projects, months from the origin to the first end or to censoring, counted as in
            `build_durations`: whole months and a half; NaN in the draws where the duration is not known (the first
            stage is then an end, has no lower bound, or comes after the horizon, or the project ended before its
            follow-up began, or its first end is known without a date).
        entry: draws × projects, months from the origin to the start of follow-up.
        cause: draws × projects, 0 when censored, else 1 + the rank of the end in ``causes``; it may change from draw to
            draw when two ends are dated imprecisely, or when an end may fall after the horizon.
        names: projects whose duration is known in half of the draws at least.
        causes: ends, in order.
        open_ended: projects with a date that has no lower or no upper bound: that date stays at its known bound.
        spread: one row per project: ``projet_id, cas`` (draws that know its duration), ``mediane, bas, haut`` (2.5 and
            97.5 % of these), ``imprecis`` (whether they differ).
        order: ``recit`` or ``libre``, as drawn.
        excluded: ``projet_id, raison``.
    """

    months: Floats
    entry: Floats
    cause: Ends
    names: tuple[str, ...]
    causes: tuple[str, ...]
    open_ended: tuple[str, ...]
    spread: pd.DataFrame
    order: str
    seed: int
    draws: int
    excluded: pd.DataFrame


@dataclass(frozen=True)
class IncidenceRange:
    """Cumulative incidence over the draws: what the imprecision of dates alone lets vary.

    Attributes:
        curves: one row per age and end: ``temps, fin, mediane, bas, haut`` (2.5 and 97.5 % of the draws), ``min, max``.
    """

    curves: pd.DataFrame
    draws: int
    seed: int
    n: int


def sample_durations(
    episodes: Episodes | DrawnStories,
    projects: pd.DataFrame | None = None,
    *,
    ends: Mapping[str, str] | None = None,
    draws: int = 1000,
    seed: int = 20160,
) -> DrawnDurations | Refusal:
    """Time from the first stage to the first end in every draw of the dates.

    Args:
        episodes: the stories already drawn (`sample_stories`), or the episodes, whose dates are then drawn in the told order.
        projects: table ``projets``: ``suivi_debut_min`` gives the late entries; everyone is followed from the start when
            None.
        ends: ``{stage: name of the competing end}``; creation, abandonment and absorption by default.
        draws: number of draws, when episodes are given.
        seed: of these draws.

    >>> from ect_research import derive_episodes, load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> facts, stages = corpus.tables["evenements"], corpus.codebook.stages
    >>> episodes = derive_episodes(facts, stages, observed_on=corpus.observed_on)
    >>> drawn = sample_durations(episodes, draws=10)
    >>> drawn.months.shape == (10, len(drawn.names))
    True
    """
    stories = episodes if isinstance(episodes, DrawnStories) else sample_stories(episodes, draws=draws, seed=seed)
    stops = stages_playing(stories.stages, *ENDS) if ends is None else dict(ends)
    causes = tuple(dict.fromkeys(stops.values())) if ends is not None else CAUSES
    ranks = [stories.alphabet.index(stage) for stage in stops]
    dated = stories.origin != NEVER
    time, cause, first_end = _first_ends(stories, ranks, [causes.index(name) + 1 for name in stops.values()])
    endless = _hidden_ends(stories, stops, first_end)
    known = dated & ~stories.unbounded & ~np.isin(stories.first, ranks) & ~endless
    entry = entries_of(stories, projects)
    early = known & (time < entry)
    kept = (known & ~early).mean(axis=0) >= 0.5 if stories.draws else np.zeros(len(stories.names), dtype=bool)
    if not kept.any():
        return Refusal(tell("les durées tirées au sort"), tell("Aucun projet n’a de début daté."))
    months = np.where(known & ~early, time + _HALF_MONTH, np.nan)[:, kept]
    names = tuple(name for name, is_kept in zip(stories.names, kept, strict=True) if is_kept)
    reasons = [(name, UNDATED_START) for name in stories.undated]
    for place in np.flatnonzero(~kept):
        late = dated[:, place].mean() >= 0.5
        why = KNOWN_AT_ITS_END
        if early[:, place].mean() >= 0.5:
            why = ENDED_BEFORE
        elif stories.unbounded[:, place].mean() >= 0.5:
            why = UNBOUNDED_START
        elif endless[:, place].mean() >= 0.5:
            why = UNDATED_END
        reasons.append((stories.names[place], why if late else UNDATED_START))
    return DrawnDurations(
        months=months,
        entry=entry[:, kept],
        cause=np.where(np.isnan(months), 0, cause[:, kept]),
        names=names,
        causes=causes,
        open_ended=tuple(name for name in stories.open_ended if name in names),
        spread=_spread(months, names),
        order=stories.order,
        seed=stories.seed,
        draws=stories.draws,
        excluded=pd.DataFrame(sorted(reasons), columns=["projet_id", "raison"], dtype="str"),
    )


def build_incidence_range(
    drawn: DrawnDurations | Refusal, *, step: float = 1.0, fewest_ends: int = FEWEST_ENDS
) -> IncidenceRange | Refusal:
    """Aalen–Johansen curves of all draws at once, late entries included, with the range they span.

    Args:
        drawn: from `sample_durations`; a refusal is handed back.
        step: of the grid, in months; ends within a step are tied.
        fewest_ends: refuse when some draw has fewer ends.

    >>> from ect_research import derive_episodes, load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> facts, projects = corpus.tables["evenements"], corpus.tables["projets"]
    >>> told = derive_episodes(facts, corpus.codebook.stages, observed_on=corpus.observed_on)
    >>> build_incidence_range(sample_durations(told, projects, draws=5), fewest_ends=1).draws
    5
    """
    if isinstance(drawn, Refusal):
        return drawn
    fewest = int((drawn.cause > 0).sum(axis=1).min())
    if fewest < fewest_ends:
        known = {name: int(np.median((drawn.cause == rank).sum(axis=1))) for rank, name in enumerate(drawn.causes, 1)}
        return Refusal(
            tell("les courbes recalculées sur les dates tirées au sort"),
            tell(
                "{ends} ({kinds}) pour {projects} ; il en faut {fewest}.",
                ends=tell_n("{n} fin datée", "{n} fins datées", fewest),
                kinds=count_ends(known),
                projects=tell_n("{n} projet", "{n} projets", len(drawn.names)),
                fewest=fewest_ends,
            ),
            tell_n("dater {n} fin de plus.", "dater {n} fins de plus.", fewest_ends - fewest),
        )
    cells = np.floor(np.nan_to_num(drawn.months, nan=-1.0) / step + 1e-9).astype(np.int64)
    entry = np.floor(drawn.entry / step + 1e-9).astype(np.int64)
    curves, _ = grid_incidence(cells, drawn.cause, len(drawn.causes), entry)
    ages = (np.arange(curves.shape[1]) + 0.5) * step
    parts = [pd.DataFrame({"temps": ages, "fin": name, **_range(curves[:, :, rank])})
             for rank, name in enumerate(drawn.causes)]  # fmt: skip
    return IncidenceRange(pd.concat(parts, ignore_index=True), drawn.draws, drawn.seed, len(drawn.names))


def _range(values: Floats) -> dict[str, Floats]:
    low, middle, high = np.quantile(values, [0.025, 0.5, 0.975], axis=0)
    return {"mediane": middle, "bas": low, "haut": high, "min": values.min(axis=0), "max": values.max(axis=0)}


def _hidden_ends(stories: DrawnStories, stops: Mapping[str, str], first_end: Ends) -> NDArray[np.bool_]:
    """Draws × projects where the first end is, or may be, one that nobody dates."""
    hidden = np.zeros(first_end.shape, dtype=bool)
    names = [*stories.alphabet, None]
    for place, name in enumerate(stories.names):
        undated = [stage for stage in stories.undated_stages.get(name, ()) if stage in stops]
        for end in np.unique(first_end[:, place]) if undated else ():
            hidden[first_end[:, place] == end, place] = hides_first_end(undated, names[end], stories.stages)
    return hidden


def _first_ends(stories: DrawnStories, ranks: list[int], kinds: list[int]) -> tuple[Floats, Ends, Ends]:
    """Months to the first end, or to the horizon; which end it is (0: none) and its stage (rank in the alphabet, or −1)."""
    days = stories.opened[:, :, ranks]
    soonest = np.argmin(days, axis=2)
    first = np.take_along_axis(days, soonest[:, :, None], axis=2)[:, :, 0]
    ended = first != NEVER
    limit = np.broadcast_to(stories.horizons, first.shape)
    time = months_between(stories.origin, np.where(ended, first, limit))
    stage = np.where(ended, np.asarray(ranks)[soonest], -1)
    return time, np.where(ended, np.asarray(kinds)[soonest], 0), stage


def entries_of(stories: DrawnStories, projects: pd.DataFrame | None) -> Floats:
    """Months from the origin to the start of follow-up; 0 when it is not known to be late."""
    if projects is None or "suivi_debut_min" not in projects:
        return np.zeros(stories.origin.shape)
    tracked = projects.set_index("projet_id")["suivi_debut_min"].reindex(list(stories.names))
    days = np.array([NEVER if pd.isna(day) else (day - pd.Timestamp(1970, 1, 1)).days for day in tracked])
    late = months_between(stories.origin, np.broadcast_to(days, stories.origin.shape))
    return np.where(np.isinf(late), 0.0, late)


def _spread(months: Floats, names: tuple[str, ...]) -> pd.DataFrame:
    low, middle, high = np.nanquantile(months, [0.025, 0.5, 0.975], axis=0)
    moved = np.nanmax(months, axis=0) > np.nanmin(months, axis=0)
    told = {"projet_id": list(names), "cas": (~np.isnan(months)).sum(axis=0), "mediane": middle, "bas": low}
    return pd.DataFrame({**told, "haut": high, "imprecis": moved}).astype({"projet_id": "str"})
