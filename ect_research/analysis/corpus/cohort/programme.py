"""One programme: a line a project with its planned course, and how far documents name what is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ect_research.analysis.chance import Refusal, wilson_interval
from ect_research.analysis.corpus.year.spans import members
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import code_for, roles
from ect_research.corpus.stages.episodes import Episodes
from ect_research.corpus.stages.outcomes import undated_stages
from ect_research.corpus.stages.project_story import ANNOUNCED
from ect_research.words import tell

STEPS = ("experimentation", "creation", "embauche")
"""What a programme hopes for, in order: a pilot, a body created, a first hire."""
_ENTRY = code_for("type_evenement", "entree")
_LENGTH = code_for("indicateur", "duree")
_COUNTS = roles("indicateur")
_KINDS = roles("type_evenement")
_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Programme(Readable):
    """The projects of one programme.

    Attributes:
        board: one row per project: ``projet_id, entree_min, entree_max`` (when it entered; blank when no document says),
            ``dernier_fait`` (latest day of its last dated fact), ``mois_silence`` (from that day to the last observed),
            ``experimentation, creation, embauche`` (whether a document tells it, dated or not).
        facts: dated facts of these projects, from their entry on: ``projet_id, type_evenement, low, high``.
        steps: one row per step: ``pas`` (of `STEPS`), ``nommes, n, taux, bas, haut`` (Wilson, 95 %), ``publie``
            (published for the programme; blank when it is not), ``qui`` (projects named).
        months: planned length of the course, in months; NaN when it is not published.
        code: code of the programme.
        observed_on: last day observed.
        sources: documents.
        n: projects.
    """

    exhibits = ("show_cohort", "parcours", "pas")

    board: pd.DataFrame
    facts: pd.DataFrame
    steps: pd.DataFrame
    months: float
    code: str
    observed_on: pd.Timestamp
    sources: tuple[object, ...]
    n: int


def build_programme(
    tables: Mapping[str, pd.DataFrame], episodes: Episodes, programme: str, *, observed_on: pd.Timestamp
) -> Programme | Refusal:
    """Put the projects of a programme side by side.

    Args:
        tables: ``projets, evenements, indicateurs``.
        episodes: stages of the projects.
        programme: its code; blank for the programme that most projects have entered.
        observed_on: last day observed.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> tables = {name: study.table(name) for name in ("projets", "evenements", "indicateurs")}
    >>> told = build_programme(tables, study.episodes(), "crepite_2024", observed_on=study.context.observed_on)
    >>> told.n, told.months
    (7, 10.0)
    """
    projects, events = tables["projets"], tables["evenements"]
    code = programme or _largest(projects)
    named = members(projects, code) if code else []
    if not named:
        return Refusal(
            tell("la cohorte du dispositif « {code} »", code=code or "…"),
            tell("Aucune ligne de projets ne porte ce dispositif."),
            tell("choisir parmi {codes}.", codes=sorted(set(_codes(projects))))
            if _codes(projects)
            else tell("remplir la colonne dispositif de la feuille projets."),
        )
    told = events[events["projet_id"].isin(named) & ~events["type_evenement"].astype("str").isin(ANNOUNCED)]
    told = told.rename(columns={"date_debut_min": "low", "date_debut_max": "high"})
    reached = _reached(episodes, told, named)
    published = _published(tables["indicateurs"], code)
    board = pd.DataFrame(
        [_line(name, told, observed_on) | {step: name in reached[step] for step in STEPS} for name in named]
    )
    steps = pd.DataFrame([_step(step, reached[step], len(named), published.get(step)) for step in STEPS])
    sources = tuple(dict.fromkeys(told["source_id"]))
    dated = told.loc[told["high"].notna(), ["projet_id", "type_evenement", "low", "high"]].reset_index(drop=True)
    return Programme(board, dated, steps, published.get("duree", float("nan")), code, observed_on, sources, len(named))


def _codes(projects: pd.DataFrame) -> list[str]:
    return [code for cell in projects["dispositif"].dropna() for code in cell]


def _largest(projects: pd.DataFrame) -> str:
    codes = _codes(projects)
    return max(sorted(set(codes)), key=codes.count, default="")


def _line(name: str, told: pd.DataFrame, observed_on: pd.Timestamp) -> dict[str, Any]:
    facts = told[told["projet_id"] == name]
    entry = facts[facts["type_evenement"].astype("str") == _ENTRY].head(1)
    last = facts["high"].mask(facts["high"] > observed_on, observed_on).max()
    silence = (observed_on - last).days / _MONTH if pd.notna(last) else float("nan")
    low, high = (entry[end].iloc[0] if len(entry) else pd.NaT for end in ("low", "high"))
    return {"projet_id": name, "entree_min": low, "entree_max": high, "dernier_fait": last, "mois_silence": silence}


def _reached(episodes: Episodes, told: pd.DataFrame, named: list[str]) -> dict[str, set[str]]:
    """Projects of which a document tells each step, whatever its date."""
    roles_of = dict(zip(episodes.stages["name"], episodes.stages["role"], strict=True))
    pairs = list(zip(episodes.frame["projet_id"], episodes.frame["etape"], strict=True))
    pairs += [(name, stage) for name, stages in undated_stages(episodes).items() for stage in stages]
    found = {step: {name for name, stage in pairs if roles_of[stage] == step and name in named} for step in STEPS}
    kinds = told["type_evenement"].astype("str").map(_KINDS)
    return found | {"embauche": set(told.loc[kinds == "embauche", "projet_id"])}


def _published(indicators: pd.DataFrame, code: str) -> dict[str, float]:
    """What is published of the programme, by step; the length of its course, be it planned."""
    rows = indicators[(indicators["dispositif"].astype("str") == code) & indicators["valeur"].notna()]
    rows = rows[~rows["lecture"].astype("str").isin(roles("lecture"))]
    kinds = rows["indicateur"].astype("str").map(_COUNTS)
    return {kind: float(value) for kind, value in zip(kinds, rows["valeur"], strict=True) if isinstance(kind, str)}


def _step(step: str, named: set[str], n: int, published: float | None) -> dict[str, Any]:
    rate = wilson_interval(len(named), n)
    told = {"pas": step, "nommes": len(named), "n": n, "taux": rate.estimate, "bas": rate.low, "haut": rate.high}
    return told | {"publie": float("nan") if published is None else published, "qui": tuple(sorted(named))}
