"""The funnel by age, recomputed in every draw of the imprecise dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.age_grid import NEVER, grid_incidence, months_between
from ect_research.codebook.roles import stages_playing
from ect_research.corpus.stages.undated_facts import told_without_date
from ect_research.words import tell, tell_n

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ect_research.corpus.stages.sampled_stories import DrawnStories

    Floats = NDArray[np.float64]

AGES = (12, 24, 36, 60)
FEWEST_PROJECTS = 10
FATAL = ("abandon", "absorption")


@dataclass(frozen=True)
class ReachRange:
    """Shares of the funnel over the draws.

    Attributes:
        table: one row per stage and age: ``etape, age, mediane, bas, haut`` (2.5 and 97.5 % of the draws where someone
            is followed to that age; NaN when there is none), ``cas`` (these draws).
        n: projects whose origin is dated.
        draws: number of draws.
        seed: of the draws.
    """

    table: pd.DataFrame
    n: int
    draws: int
    seed: int


def build_stage_reach_range(
    stories: DrawnStories, *, origin: str = "", ages: Sequence[int] = AGES, fewest: int = FEWEST_PROJECTS
) -> ReachRange | Refusal:
    """How far projects have gone by given ages, in every draw: `build_stage_reach` over imprecise dates.

    Args:
        stories: from `sample_stories`.
        origin: stage whose first opening is age 0 (the first one when blank); a project counts in the draws where it is
            first met at that stage.
        ages: in months.
        fewest: refuse when some draw has fewer projects.

    Returns:
        the ranges, or a refusal.

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
    parts = []
    for stage in [str(name) for name in order.index if order[name] > order[origin]]:
        later = [ranks[str(name)] for name in order.index if order[name] >= order[stage]]
        goal = stories.opened[:, :, later].min(axis=2)
        hidden = _told(stories, [stories.alphabet[rank] for rank in later]) | (
            _told(stories, tuple(ends)) & (fatal == NEVER)
        )
        shares = _one_stage(stories.origin, (goal, fatal, limit), met & ~(hidden & (goal == NEVER)), ages)
        parts.append(pd.DataFrame({"etape": stage, "age": list(ages), **_quantiles(shares)}))
    return ReachRange(pd.concat(parts, ignore_index=True), int(met.any(axis=0).sum()), stories.draws, stories.seed)


def _told(stories: DrawnStories, stages: Sequence[str]) -> NDArray[np.bool_]:
    """Projects of which one of these stages is known without a date."""
    return np.isin(stories.names, sorted(told_without_date(stories.undated_stages, stages)))


def _one_stage(
    origin: NDArray[np.int64],
    days: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    met: NDArray[np.bool_],
    ages: Sequence[int],
) -> Floats:
    """Share that has reached the stage: draws × ages; NaN at ages nobody is followed to."""
    goal, end, limit = (months_between(origin, day) for day in days)
    time = np.minimum(np.minimum(goal, end), limit)
    cause = np.where(goal <= time, 1, np.where(end <= time, 2, 0))
    place = np.where(met, time, -1).astype(np.int64)
    curves, _ = grid_incidence(place, np.where(met, cause, 0), 2)
    last = place.max(axis=1)
    over = curves[:, -1].sum(axis=1) > 1 - 1e-12
    cells = np.minimum(np.asarray(ages), curves.shape[1] - 1)
    followed = (np.asarray(ages)[None, :] <= last[:, None]) | over[:, None]
    return np.where(followed, curves[:, cells, 0], np.nan)


def _quantiles(shares: Floats) -> dict[str, Floats]:
    known = (~np.isnan(shares)).sum(axis=0)
    told = {name: np.full(shares.shape[1], np.nan) for name in ("mediane", "bas", "haut")}
    for place in np.flatnonzero(known):
        told["bas"][place], told["mediane"][place], told["haut"][place] = np.nanquantile(
            shares[:, place], [0.025, 0.5, 0.975]
        )
    return {**told, "cas": known}
