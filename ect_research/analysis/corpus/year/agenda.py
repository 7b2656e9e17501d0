"""The calendar of one year: what was held, where, and for which programme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.year.spans import members, of_programme, perhaps_in, surely_in
from ect_research.analysis.readable import Readable
from ect_research.codebook.roles import roles
from ect_research.words import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

_SEASON = pd.Timedelta(days=93)
HELD = ("animation", "visite", "formation", "gouvernance", "dispositif")
"""Roles of the facts that a calendar shows."""
_KINDS = {code: role for code, role in roles("type_evenement").items() if role in HELD}


@dataclass(frozen=True)
class Agenda(Readable):
    """What was held in a year.

    Attributes:
        table: one row per fact, in order, dates vaguer than a season last: ``evenement_id, projet_id, dispositif, acteur_id,
            type_evenement, nature`` (one of `HELD`), ``description, lieu_dit, lieu_insee``, ``date_debut`` with its
            ``_min, _max, _precision``, ``source_id``.
        perhaps: facts that a vague date may place in the year, and that are not in the table.
        undated: facts of these kinds without any date.
        year: the year.
        sources: their documents.
        n: facts.
    """

    exhibits = ("show_agenda",)

    table: pd.DataFrame
    perhaps: int
    undated: int
    year: int
    sources: tuple[object, ...]
    n: int


def build_agenda(tables: Mapping[str, pd.DataFrame], year: int, programme: str) -> Agenda | Refusal:
    """Take the animations, visits, trainings and meetings that are surely of a year; what is announced is not held.

    Args:
        tables: ``evenements, projets``.
        year: the year.
        programme: code of a programme, or blank.
    """
    events = of_programme(tables["evenements"], members(tables["projets"], programme), programme)
    held = events.assign(nature=events["type_evenement"].astype("str").map(_KINDS))
    held = held[held["nature"].notna()]
    low, high = held["date_debut_min"], held["date_debut_max"]
    sure = held[surely_in(low, high, year)]
    vague = sure["date_debut_max"] - sure["date_debut_min"] > _SEASON
    sure = sure.assign(vague=vague).sort_values(["vague", "date_debut_min", "evenement_id"], kind="stable")
    if sure.empty:
        return Refusal(
            tell("le calendrier de {year}", year=year),
            tell("Aucune animation, visite ou réunion n’est datée de {year}.", year=year),
            tell("saisir dans evenements ce qui s’est tenu, avec son mois."),
        )
    columns = ["evenement_id", "projet_id", "dispositif", "acteur_id", "type_evenement", "nature", "description",
               "lieu_insee", "lieu_dit", "date_debut", "date_debut_min", "date_debut_max", "date_debut_precision",
               "source_id"]  # fmt: skip
    perhaps = int(perhaps_in(low, high, year).sum()) - len(sure)
    undated = int((low.isna() & high.isna()).sum())
    sources = tuple(dict.fromkeys(sure["source_id"]))
    return Agenda(sure[columns].reset_index(drop=True), perhaps, undated, year, sources, len(sure))
