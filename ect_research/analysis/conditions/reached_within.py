"""Facts of each case, and the outcome without a lie: reached in time, not reached, or nobody can tell yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import ENDS, stages_playing
from ect_research.corpus.stages.episodes import Episodes
from ect_research.corpus.stages.sampled_stories import NEVER, DrawnStories
from ect_research.errors import EctError
from ect_research.words import mark

_DAYS_A_MONTH = 365.25 / 12
IN_TIME = mark("atteinte à temps")
TOO_LATE = mark("atteinte trop tard, ou pas encore au terme du délai")
ENDED = mark("arrêté sans l’avoir atteinte")
TOO_EARLY = mark("pas suivi assez longtemps : on ne sait pas")
TOO_YOUNG = mark("commencé moins du délai avant le dernier jour du registre : pas compté, quoi qu’il devienne")
UNDATED = mark("étape connue sans date : on ne sait pas quand")
NO_START = mark("aucun début daté")
FIRST_FACT = mark("c’est le premier fait connu : le délai depuis l’idée n’est pas dit")


@dataclass(frozen=True)
class ReachedWithin(Readable):
    """Outcome of each project, or why it has none.

    Attributes:
        table: one row per project: ``projet_id, resultat`` (1 reached in time, 0 not, NaN not known), ``part_oui,
            part_non`` (share of the draws of the dates), ``raison``, ``regle`` (True when an imprecise date, or the day at
            which the register starts or stops following the project, decides, and not a fact).
        stage: the stage to reach.
        months: the delay.
        draws: draws of the imprecise dates.
        seed: of the draws.
        n: projects whose outcome is known.
    """

    exhibits = ("show_conditions",)

    table: pd.DataFrame
    stage: str
    months: int
    draws: int
    seed: int
    n: int

    @property
    def outcome(self) -> pd.Series:
        """``{projet_id: 1, 0 or NaN}``."""
        return self.table.set_index("projet_id")["resultat"]

    @property
    def ruled(self) -> tuple[str, ...]:
        """Projects whose outcome a rule of the register decides, and not a dated fact."""
        decided = self.table["regle"] & self.table["resultat"].notna()
        return tuple(self.table.loc[decided, "projet_id"])


def reach_within(
    stories: DrawnStories, *, months: int, stage: str | None = None, projects: pd.DataFrame | None = None
) -> ReachedWithin:
    """Who reached a stage within so many months of the first stage told, in most draws of the imprecise dates.

    A project that has not reached it yet is no failure: it counts as one only when it was followed that long, or when it
    ended (abandoned, absorbed) before. A project followed for less is left out, and named; so is one that started less than
    the delay before the last day of the register, even when it has reached the stage: of those that started with it, only
    the fast ones would count.

    Args:
        stories: from ``sample_stories``.
        months: the delay.
        stage: code of the stage to reach; the creation when None.
        projects: table ``projets``: those without any dated fact are counted too; a project followed (``suivi_debut``) only
            from after its first fact was known because it had lasted till then, which ``regle`` says.

    Raises:
        EctError: an unknown stage, or a delay under one month.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> told = reach_within(ect.sample_stories(study.episodes(), draws=20), months=36)
    >>> bool(told.table["resultat"].isin([0, 1]).sum() == told.n)
    True
    """
    if months < 1:
        raise EctError("Un délai de {months} mois : en donner au moins un.", months=months)
    wanted = _wanted(stories, stage)
    rank = {name: place for place, name in enumerate(stories.alphabet)}
    goals = [rank[name] for name in wanted]
    stops = [rank[name] for name in stages_playing(stories.stages, *ENDS) if name not in wanted]
    opened = stories.opened.astype(float)
    opened[stories.opened == NEVER] = np.inf
    start = np.where(stories.origin == NEVER, np.nan, stories.origin.astype(float))
    limit = start + months * _DAYS_A_MONTH
    goal = opened[:, :, goals].min(axis=2)
    end = opened[:, :, stops].min(axis=2) if stops else np.full_like(goal, np.inf)
    followed = stories.horizons[None, :] >= limit
    old = limit <= stories.horizons.max(initial=0)
    timely = goal <= limit
    yes = timely & old & ~stories.unbounded
    no = ~timely & old & (followed | (end <= limit) | (np.isfinite(goal)))
    rows = [
        _row(
            stories,
            place,
            (yes[:, place], no[:, place], end[:, place] <= limit[:, place], old[:, place]),
            goals,
            wanted,
        )
        for place in range(len(stories.names))
    ]
    told = {*stories.names, *stories.undated}
    silent = () if projects is None else tuple(name for name in projects["projet_id"] if name not in told)
    rows += [_unknown(name, NO_START) for name in (*stories.undated, *silent)]
    table = pd.DataFrame(rows, columns=list(_unknown("", ""))).sort_values("projet_id").reset_index(drop=True)
    table = table.astype({"projet_id": "str", "resultat": "float64", "raison": "str", "regle": "bool"})
    table["regle"] |= table["projet_id"].isin(_followed_late(stories, projects)) & table["resultat"].notna()
    known = int(table["resultat"].notna().sum())
    return ReachedWithin(table, "+".join(wanted), months, stories.draws, stories.seed, known)


def _followed_late(stories: DrawnStories, projects: pd.DataFrame | None) -> list[str]:
    """Projects whose follow-up began after their first fact in most draws: those that had ended by then were never seen."""
    if projects is None or "suivi_debut_min" not in projects:
        return []
    epoch = pd.Timestamp(1970, 1, 1)
    began = projects.dropna(subset=["suivi_debut_min"]).set_index("projet_id")["suivi_debut_min"]
    first = dict(zip(stories.names, np.median(stories.origin, axis=0), strict=True))
    return [
        str(name) for name, day in began.items() if name in first and (day - epoch).days > first[name] + _DAYS_A_MONTH
    ]


def _wanted(stories: DrawnStories, stage: str | None) -> tuple[str, ...]:
    if stage is None:
        return tuple(stages_playing(stories.stages, "creation"))
    if stage not in stories.alphabet:
        raise EctError(
            "Étape « {stage} » inconnue : choisir parmi {stages}.", stage=stage, stages=", ".join(stories.alphabet)
        )
    return (stage,)


def _row(
    stories: DrawnStories,
    place: int,
    drawn: tuple[NDArray[np.bool_], ...],
    goals: list[int],
    wanted: tuple[str, ...],
) -> dict[str, object]:
    yes, no, ended, old = drawn
    name = stories.names[place]
    if set(wanted) & set(stories.undated_stages.get(name, ())) and not yes.any():
        return _unknown(name, UNDATED)
    if np.all(stories.origin[:, place] == NEVER):
        return _unknown(name, NO_START)
    said_yes, said_no = float(yes.mean()), float(no.mean())
    most = max(said_yes, said_no, 1 - said_yes - said_no)
    if np.isin(stories.first[:, place], goals).any():
        return _unknown(name, FIRST_FACT)
    known = most in (said_yes, said_no)
    reached = said_yes >= said_no
    unknown = NO_START if stories.unbounded[:, place].any() else TOO_EARLY if old.mean() > 0.5 else TOO_YOUNG
    reason = (IN_TIME if reached else ENDED if ended.mean() > 0.5 else TOO_LATE) if known else unknown
    return {
        "projet_id": name,
        "resultat": float(reached) if known else float("nan"),
        "part_oui": said_yes,
        "part_non": said_no,
        "raison": reason,
        "regle": most < 1 or (reason == TOO_LATE and bool(stories.horizons[place] < stories.horizons.max())),
    }


def _unknown(name: str, reason: str) -> dict[str, object]:
    return {
        "projet_id": name,
        "resultat": float("nan"),
        "part_oui": 0.0,
        "part_non": 0.0,
        "raison": reason,
        "regle": False,
    }


def case_facts(
    projects: pd.DataFrame,
    *,
    episodes: Episodes | None = None,
    participations: pd.DataFrame | None = None,
    actors: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Table ``projets`` with what is derived from the other tables; what nothing tells stays missing.

    Args:
        projects: table ``projets``.
        episodes: gives ``etape_atteinte`` (order of the furthest stage opened) and ``annee_debut`` (year of the first).
        participations: give ``n_acteurs`` (different actors).
        actors: with ``participations``, give ``n_categories`` (different kinds of actors).

    Returns:
        ``projets`` and the columns ``etape_atteinte, annee_debut, n_acteurs, n_categories, n_dispositifs`` that can be derived.

    >>> case_facts(pd.DataFrame({"projet_id": ["P"], "dispositif": [("a", "b")]}))["n_dispositifs"].tolist()
    [2.0]
    """
    told = projects.copy()
    if "dispositif" in told:
        told["n_dispositifs"] = [float(len(codes)) if isinstance(codes, tuple) and codes else float("nan")
                                 for codes in told["dispositif"]]  # fmt: skip
    if episodes is not None:
        order = episodes.stages.loc[episodes.stages["kind"] == "etape"].set_index("name")["order"].astype(float)
        furthest = (
            episodes.frame.assign(rang_etape=episodes.frame["etape"].map(order))
            .groupby("projet_id")["rang_etape"]
            .max()
        )
        told["etape_atteinte"] = told["projet_id"].map(furthest)
        told["annee_debut"] = told["projet_id"].map(episodes.frame.groupby("projet_id")["ouverture"].min().dt.year)
    if participations is not None and "projet_id" in participations:
        rows = participations[participations["projet_id"].notna()]
        told["n_acteurs"] = told["projet_id"].map(rows.groupby("projet_id")["acteur_id"].nunique()).astype(float)
        if actors is not None and "categorie" in actors:
            kinds = rows.assign(categorie=rows["acteur_id"].map(actors.set_index("acteur_id")["categorie"]))
            told["n_categories"] = (
                told["projet_id"].map(kinds.groupby("projet_id")["categorie"].nunique()).astype(float)
            )
    return told
