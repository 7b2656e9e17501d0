"""How each story stands: its end or censoring, its duration, its loops and skips; what no date places but is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Any

import pandas as pd

from ect_research.codebook.codebook import ENDS, code_for, stages_playing
from ect_research.corpus.stages.episodes import Episodes
from ect_research.corpus.stages.project_story import read_rules
from ect_research.corpus.text.dates import month_number

_LIST = "trajectoire"


def undated_stages(episodes: Episodes) -> dict[str, tuple[str, ...]]:
    """Stages that a fact opens and that no fact dates, by project, in the order of the stages.

    A stage that asks for companions (autonomy) is never told by a lone undated fact.

    >>> import pandas as pd
    >>> from ect_research import derive_episodes
    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> facts = pd.DataFrame({"evenement_id": ["a", "b"], "projet_id": "P",
    ...     "type_evenement": ["debut_experimentation", "statuts_deposes"],
    ...     "date_debut_min": pd.to_datetime(["2024-01-01", None]), "date_debut_max": pd.to_datetime(["2024-01-01", None])})
    >>> undated_stages(derive_episodes(facts, load_codebook().stages, observed_on=pd.Timestamp("2025-12-31")))
    {'P': ('e5_creation',)}
    """
    rules = read_rules(episodes.stages)
    frame, known = episodes.frame, episodes.frame[episodes.frame["ouverture"].notna()]
    dated = set(zip(known["projet_id"], known["etape"], strict=True))
    told = set(zip(frame["projet_id"], frame["etape"], strict=True))
    for project, event in zip(episodes.undated["projet_id"], episodes.undated["type_evenement"], strict=True):
        told |= {
            (project, stage) for stage in rules.order if event in rules.opens[stage] and not rules.opens_with[stage]
        }
    stages: dict[str, tuple[str, ...]] = {}
    for project, stage in sorted(told - dated, key=lambda pair: (pair[0], rules.order[pair[1]])):
        stages[str(project)] = (*stages.get(str(project), ()), stage)
    return stages


def told_without_date(undated: Mapping[str, tuple[str, ...]], stages: Collection[str]) -> set[str]:
    """Projects of which one of these stages is known without a date.

    >>> told_without_date({"P": ("e5_creation",), "Q": ("e3_etude",)}, ["e5_creation", "e6_autonomie"])
    {'P'}
    """
    return {project for project, told in undated.items() if not set(told).isdisjoint(stages)}


def hides_first_end(undated: Collection[str], first_end: str | None, stages: pd.DataFrame) -> bool:
    """Whether the first end of a project is, or may be, one that nobody dates: its duration is then unknown.

    A dated creation comes before an undated abandonment (what has ended is not created); a dated abandonment comes
    after an undated creation.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> stages = load_codebook().stages
    >>> [hides_first_end(["e5_creation"], end, stages) for end in (None, "t_abandon", "e5_creation")]
    [True, True, False]
    """
    if first_end is None:
        return bool(undated)
    kind = dict(zip(stages["name"], stages["kind"], strict=True))
    return kind[first_end] == "fin" and any(kind[stage] == "etape" for stage in undated)


def unplaced_ends(episodes: Episodes, undated: Mapping[str, Collection[str]]) -> dict[str, str]:
    """The last stage of kind ``fin`` that an undated fact tells and the story could not place, by project that has one.

    A project that was taken up again, nobody knows when, is not said to have ended.
    """
    rules = read_rules(episodes.stages)
    frame, lost = episodes.frame, episodes.undated
    placed = set(zip(frame["projet_id"], frame["etape"], strict=True))
    types = {project: {fact.type for fact in episodes.told[project]} for project in undated}
    for project, event in zip(lost["projet_id"], lost["type_evenement"], strict=True):
        types.setdefault(project, set()).add(event)
    return {
        project: stage
        for project, stages in undated.items()
        for stage in stages
        if rules.kind[stage] == "fin"
        and (project, stage) not in placed
        and types[project].isdisjoint(rules.closes[stage])
    }


def derive_paths(episodes: Episodes) -> pd.Series[str]:
    """The course of each project that has a stage, dated or not: the fourth block of a typology.

    Types of trajectories (`build_trajectory_types`) want thirty of them; this wants none, and says less: stopped, created with
    or without a pilot, in a pilot, upstream. A young project is upstream because it is young: read it with its age.

    Args:
        episodes: as `derive_episodes` returns them.

    Returns:
        by ``projet_id``, a code of the list ``trajectoire``.

    >>> from ect_research import load_corpus
    >>> told = derive_paths(load_corpus("pays-ledonien").episodes())
    >>> told.name, "creee_sans_essai" in set(told)
    ('trajectoire', True)
    """
    tried, created, stopped = (
        set(stages_playing(episodes.stages, *roles))
        for roles in (("experimentation",), ("creation",), ("abandon", "absorption", "cessation"))
    )
    undated = undated_stages(episodes)
    known = {str(name): set(story["etape"]) for name, story in episodes.frame.groupby("projet_id", sort=True)}
    for name, stages in undated.items():
        known.setdefault(name, set()).update(stages)
    paths = {
        name: _role(bool(stages & stopped), bool(stages & created), bool(stages & tried))
        for name, stages in known.items()
    }
    return pd.Series(
        {name: code_for(_LIST, role) for name, role in sorted(paths.items())}, name=_LIST, dtype="str"
    ).rename_axis("projet_id")


def _role(stopped: bool, created: bool, tried: bool) -> str:  # noqa: FBT001 - three facts
    if stopped:
        return "arretee"
    if created:
        return "creee_essai" if tried else "creee"
    return "essai" if tried else "amont"


OUTCOMES = ("cree_actif", "cree_cesse", "absorbe", "abandonne", "sommeil", "en_cours", "")
"""What becomes of a project, what is known of it first; blank without a stage."""
_STATES = {"abandon": "abandonne", "absorption": "absorbe", "sommeil": "sommeil", "cessation": "abandonne"}


def derive_outcomes(episodes: Episodes, projects: pd.DataFrame, *, ends: dict[str, str] | None = None) -> pd.DataFrame:
    """One row per project that has at least one stage.

    Args:
        episodes: as `derive_episodes` returns them.
        projects: table ``projets``; ``suivi_debut_min`` gives the left truncation where it is filled.
        ends: ``{stage: name of the competing end}`` that stops the clock at its first opening; creation, abandonment and
            absorption by default.

    Returns:
        ``projet_id, issue`` (list ``issue``), ``origine`` (with ``_min``, ``_max``), ``entree_mois`` (months from the
        origin to the start of observation: 0 when observed from the start, or when nothing says since when:
        ``suivi_connu``), ``entree_tardive_mois`` (the same, to the last dated fact before the end where nothing says since
        when), ``duree_mois`` (whole months from the
        origin to the first end, or to censoring; NaN when the origin has no date or no lower bound, « avant 2026 », or when
        the first end is known without a date: such an end is no censoring), ``evenement`` (name of the first dated end,
        NaN when there is none, or no duration), ``a_risque`` (the end, or the censoring, comes after the entry),
        ``n_boucles`` (stages reopened), ``etapes_sautees`` (tuple of stages that no fact opens, dated or not, before the
        furthest reached), ``etape_courante`` (of the facts that a date or an order places).

    >>> from ect_research import derive_episodes, load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> facts, projects = corpus.tables["evenements"], corpus.tables["projets"]
    >>> told = derive_episodes(facts, corpus.codebook.stages, observed_on=corpus.observed_on)
    >>> outcomes = derive_outcomes(told, projects)
    >>> bool((outcomes["duree_mois"].dropna() >= 0).all()), set(outcomes["evenement"].dropna())
    (True, {'creation'})
    """
    stages = episodes.stages
    stops = stages_playing(stages, *ENDS) if ends is None else ends
    tracked = _tracked(projects)
    numbered = stages.loc[stages["kind"] == "etape"]
    ranks = dict(zip(numbered["name"], numbered["order"].astype(int), strict=True))
    last_state: dict[str, str] = dict(zip(episodes.states["projet_id"], episodes.states["etape"], strict=True))
    undated = undated_stages(episodes)
    unplaced = unplaced_ends(episodes, undated)
    issue = _issues(stages)
    stories: dict[str, list[dict[Hashable, Any]]] = {}
    for row in episodes.frame.to_dict("records"):
        stories.setdefault(row["projet_id"], []).append(row)
    lines = []
    for project, story in sorted(stories.items()):
        origin = story[0]
        also = undated.get(project, ())
        known = {row["etape"] for row in story}.union(also)
        clock, first_end = _clock(story, stops, episodes.horizons[project], tracked.get(project))
        if hides_first_end([stage for stage in also if stage in stops], first_end, stages):
            clock |= {"duree_mois": float("nan"), "a_risque": False}
        lines.append(
            {
                "projet_id": project,
                "issue": issue(known, unplaced.get(project, last_state[project])),
                "origine": origin["ouverture"],
                "origine_min": origin["ouverture_min"],
                "origine_max": origin["ouverture_max"],
                **clock,
                "n_boucles": sum(row["rang"] > 1 for row in story),
                "etapes_sautees": _skipped(known, ranks),
                "etape_courante": last_state[project],
            }
        )
    columns = ["projet_id", "issue", "origine", "origine_min", "origine_max", "entree_mois", "entree_tardive_mois",
               "suivi_connu", "duree_mois", "evenement", "a_risque", "n_boucles", "etapes_sautees", "etape_courante"]  # fmt: skip
    frame = pd.DataFrame(lines, columns=columns)
    kinds: Any = {"projet_id": "str", "issue": "str", "evenement": "str", "etape_courante": "str",
                  "entree_mois": "float64", "entree_tardive_mois": "float64", "suivi_connu": "bool",
                  "duree_mois": "float64", "n_boucles": "int64", "a_risque": "bool"}  # fmt: skip
    return frame.astype(kinds)


def _tracked(projects: pd.DataFrame) -> dict[str, Any]:
    if "suivi_debut_min" not in projects:
        return {}
    known = projects[projects["suivi_debut_min"].notna()]
    return dict(zip(known["projet_id"], known["suivi_debut_min"], strict=True))


def _clock(
    story: list[dict[Hashable, Any]], stops: dict[str, str], horizon: pd.Timestamp, tracked: pd.Timestamp | None
) -> tuple[dict[str, Any], str | None]:
    """Entry, duration, event and whether the project was at risk; and the stage of its first dated end."""
    if pd.isna(story[0]["ouverture_min"]):
        nothing = dict.fromkeys(("entree_mois", "entree_tardive_mois", "duree_mois"), float("nan"))
        return {**nothing, "suivi_connu": tracked is not None, "evenement": None, "a_risque": False}, None
    dated = [row for row in story if pd.notna(row["ouverture"])]
    start = month_number(story[0]["ouverture"])
    reached = (row for row in dated if row["etape"] in stops)
    stop = min(reached, key=lambda row: (row["ouverture"], row["ordre"]), default=None)
    first = stop["etape"] if stop else None
    end = month_number(stop["ouverture"] if stop else horizon)
    entry = max(0, month_number(tracked) - start) if tracked is not None else 0
    facts = [month_number(row["ouverture"]) - start for row in dated]
    clock = {
        "entree_mois": float(entry),
        "entree_tardive_mois": float(
            entry if tracked is not None else max([0, *(m for m in facts if m < end - start)])
        ),
        "suivi_connu": tracked is not None,
        "duree_mois": float(end - start),
        "evenement": stops[first] if first else None,
        "a_risque": end - start >= entry,
    }
    return clock, first


def _issues(stages: pd.DataFrame) -> Callable[[set[str], str], str]:
    """What becomes of a project, from the stages known of it and its state."""
    roles = dict(zip(stages["name"], stages["role"], strict=True))
    creations = stages_playing(stages, "creation").keys()
    family = set(stages.loc[stages["family"] == "creee", "name"])

    def issue(known: set[str], state: str) -> str:
        role = str(roles[state])
        if role == "cessation" and known & creations:
            return "cree_cesse"
        return _STATES.get(role, "cree_actif" if known & family else "en_cours")

    return issue


def _skipped(stages: set[str], ranks: dict[str, int]) -> tuple[str, ...]:
    reached = [rank for stage, rank in ranks.items() if stage in stages]
    furthest = max(reached, default=-1)
    return tuple(stage for stage, rank in ranks.items() if rank < furthest and stage not in stages)
