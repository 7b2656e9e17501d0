"""How each story stands: its end or its censoring, its duration with left truncation, its loops and skips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.codebook.roles import ENDS, stages_playing
from ect_research.corpus.stages.undated_facts import hides_first_end, undated_stages, unplaced_ends
from ect_research.corpus.text.time_positions import month_number

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import pandas as pd

    from ect_research.corpus.stages.episodes import Episodes

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
    import pandas as pd

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
    import pandas as pd

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
