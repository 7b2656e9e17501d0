"""How far the registered projects went, as far as documents say. Not the published counts: another base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ect_research.analysis.chance import Refusal, wilson_interval
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import code_for, roles, stages_playing
from ect_research.errors import EctError
from ect_research.words import tell

_ENDED = tuple(roles("devenir_idee"))


@dataclass(frozen=True)
class RegisterFunnel(Readable):
    """How many projects of the register reached a step, as far as documents say: a lower bound.

    Attributes:
        steps: one row per step: ``etape, constate`` (projects), ``date, sans_date`` (with a dated fact,
            without), ``deduit`` (known only by inference), ``n, taux, bas, haut`` (0–1).
        projects: one row per project and step established: ``projet_id, etape, datee, deduite``.
        ideas: ``devenir, effectif, n, taux, bas, haut``; empty when every registered idea became a project:
            such a list is no denominator.
        n_ideas: ideas registered.
        n: projects.
        confidence: level of the intervals.
    """

    exhibits = ("show_funnel", "registre")

    steps: pd.DataFrame
    projects: pd.DataFrame
    ideas: pd.DataFrame
    n_ideas: int
    n: int
    confidence: float


def build_register_funnel(
    tables: Mapping[str, pd.DataFrame],
    stages: pd.DataFrame,
    *,
    steps: tuple[str, ...] | None = None,
    confidence: float = 0.95,
) -> RegisterFunnel | Refusal:
    """Count the projects for which a fact opens each step, out of all registered projects.

    Args:
        tables: frames of the corpus; reads ``projets, evenements`` and, when it is there, ``idees``.
        stages: the codebook's stages: which events open which.
        steps: stages looked for, each out of all projects (a step may be skipped): pilot and creation by default.
        confidence: level of the Wilson intervals.

    Raises:
        EctError: no step, or one that is not a stage.

    >>> from ect_research import load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> funnel = build_register_funnel(corpus.tables, corpus.codebook.stages)
    >>> funnel.n == len(corpus.tables["projets"]), funnel.steps["etape"].tolist()
    (True, ['e4_experimentation', 'e5_creation'])
    """
    projects = list(tables["projets"]["projet_id"])
    if not projects:
        return Refusal(tell("l’entonnoir du registre"), tell("Aucun projet à compter."))
    opens = {name: set(types.split()) for name, types in zip(stages["name"], stages["opens"], strict=True)}
    steps = tuple(stages_playing(stages, "experimentation", "creation")) if steps is None else steps
    strange = [step for step in steps if step not in opens]
    if strange or not steps:
        raise EctError(
            "Étapes inconnues : {strange}. Choisir parmi {opens}.",
            strange=strange or tell("aucune donnée"),
            opens=list(opens),
        )
    events = tables["evenements"]
    events = events[events["projet_id"].isin(projects)]
    found = pd.concat([_projects_at(events, step, opens[step]) for step in steps], ignore_index=True)
    lines = []
    for step in steps:
        here = found[found["etape"] == step]
        rate = wilson_interval(len(here), len(projects), confidence=confidence)
        dated, deduced = int(here["datee"].sum()), int(here["deduite"].sum())
        lines.append((step, len(here), dated, len(here) - dated, deduced, rate.n, rate.estimate, rate.low, rate.high))
    names = ["etape", "constate", "date", "sans_date", "deduit", "n", "taux", "bas", "haut"]
    ideas = tables.get("idees")
    return RegisterFunnel(
        steps=pd.DataFrame(lines, columns=names),
        projects=found,
        ideas=_ideas(ideas, confidence),
        n_ideas=0 if ideas is None else len(ideas),
        n=len(projects),
        confidence=confidence,
    )


def _projects_at(events: pd.DataFrame, step: str, opening: set[str]) -> pd.DataFrame:
    facts = events[events["type_evenement"].astype("str").isin(opening)]
    dated = facts["date_debut_min"].notna() | facts["date_debut_max"].notna()
    deduced = facts["certitude"].astype("str") == code_for("certitude", "deduit")
    frame = pd.DataFrame({"projet_id": facts["projet_id"], "datee": dated, "deduite": deduced})
    found = frame.groupby("projet_id", sort=True).agg(datee=("datee", "any"), deduite=("deduite", "all"))
    return found.reset_index().assign(etape=step)[["projet_id", "etape", "datee", "deduite"]]


def _ideas(ideas: pd.DataFrame | None, confidence: float) -> pd.DataFrame:
    names = ["devenir", "effectif", "n", "taux", "bas", "haut"]
    known = None if ideas is None else ideas["devenir"].dropna()
    if known is None or known.empty or not known.isin(_ENDED).any():
        return pd.DataFrame(columns=names)
    lines = []
    counts = known.value_counts(sort=False)
    for code, count in counts[counts > 0].items():
        rate = wilson_interval(int(count), len(known), confidence=confidence)
        lines.append((str(code), int(count), len(known), rate.estimate, rate.low, rate.high))
    return pd.DataFrame(lines, columns=names)
