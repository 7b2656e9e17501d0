"""How long nothing has been told of each project: whom to ask first."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.readable import Readable
from ect_research.corpus.stages.project_story import ANNOUNCED
from ect_research.words import tell

DAYS_A_MONTH = 365 / 12  # of a year to its day there are twelve months, in every year


@dataclass(frozen=True)
class Silences(Readable):
    """Months since the last fact told of each project.

    Attributes:
        table: one row per project with a dated fact, the longest silence first: ``projet_id, type_evenement`` (its last
            fact), ``mois_min, mois_max`` (months since it: at least, and at most as all its dates allow; ``mois_max`` NaN
            when none has a lower bound).
        undated: projects of which no fact is dated.
        observed_on: the day from which months are counted back.
        sources: documents of the last facts.
        n: projects of the corpus.
    """

    exhibits = ("show_silences",)

    table: pd.DataFrame
    undated: tuple[str, ...]
    observed_on: pd.Timestamp
    sources: tuple[object, ...]
    n: int


def build_silences(events: pd.DataFrame, projects: pd.DataFrame, *, observed_on: pd.Timestamp) -> Silences | Refusal:
    """Find the last fact told of each project; what is announced is no fact.

    Args:
        events: table ``evenements``.
        projects: table ``projets``.
        observed_on: last day observed; a date that goes beyond it, or beyond the follow-up of its project
            (``suivi_fin_max``), is cut there, one without an upper bound (« après 2017 ») too.

    Returns:
        the silences, or a refusal when no fact is dated.

    >>> facts = pd.DataFrame({"projet_id": ["P", "P"], "type_evenement": ["idee_captee", "statuts_deposes"],
    ...     "date_debut_min": pd.to_datetime(["2023-01-01", "2024-01-01"]),
    ...     "date_debut_max": pd.to_datetime(["2023-12-31", "2024-01-31"]), "source_id": [("S",), ("S",)]})
    >>> told = build_silences(facts, pd.DataFrame({"projet_id": ["P", "Q"]}), observed_on=pd.Timestamp("2025-01-31"))
    >>> told.table.round(1).to_dict("records"), told.undated
    ([{'projet_id': 'P', 'type_evenement': 'statuts_deposes', 'mois_min': 12.0, 'mois_max': 13.0}], ('Q',))
    """
    latest = last_facts(events, projects, observed_on=observed_on)
    if latest.empty:
        return Refusal(
            tell("les silences du registre"),
            tell("Aucun fait n’est daté."),
            tell("dater des faits, même à l’année près."),
        )
    table = pd.DataFrame(
        {
            "projet_id": latest["projet_id"],
            "type_evenement": latest["type_evenement"],
            "mois_min": (observed_on - latest["jour"]).dt.days / DAYS_A_MONTH,
            "mois_max": (observed_on - latest["au_moins"]).dt.days / DAYS_A_MONTH,
        }
    ).sort_values(["mois_min", "projet_id"], ascending=[False, True])
    missing = tuple(sorted(set(projects["projet_id"]) - set(table["projet_id"])))
    sources = tuple(dict.fromkeys(latest["source_id"]))
    return Silences(table.reset_index(drop=True), missing, observed_on, sources, len(projects))


def last_facts(events: pd.DataFrame, projects: pd.DataFrame, *, observed_on: pd.Timestamp) -> pd.DataFrame:
    """The fact told last of each project that has a dated one, arguments as in `build_silences`.

    Returns columns of ``evenements``, ``jour`` (the last day it may be of) and ``au_moins`` (a day at which, or after which,
    some fact surely was; NaT when no date has a lower bound).
    """
    known = events[events["projet_id"].notna() & ~events["type_evenement"].isin(ANNOUNCED)]
    until = pd.Series(observed_on, index=projects["projet_id"])
    if "suivi_fin_max" in projects:
        until = projects.set_index("projet_id")["suivi_fin_max"]
        until = until.where(until <= observed_on, observed_on)
    first, latest_day = known["date_debut_min"], known["date_debut_max"]
    last = until.reindex(known["projet_id"]).set_axis(known.index).fillna(observed_on)
    last_day = latest_day.where(latest_day <= last, last).where(~(first > last), first)
    told = known.assign(jour=last_day)[(first.notna() | latest_day.notna()) & ~(first > observed_on)]
    told = told.assign(au_moins=told.groupby("projet_id")["date_debut_min"].transform("max"))
    ranked = told.sort_values(["jour", "date_debut_min", "type_evenement"], kind="stable", na_position="first")
    return ranked.groupby("projet_id").tail(1)
