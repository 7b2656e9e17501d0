"""Synergies: what one organisation could give and another take, how far each went, and what came of the firms met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.ecosystem.synergies.met_firms import find_met_firms
from ect_research.analysis.ecosystem.synergies.synergy_flows import find_flows
from ect_research.analysis.readable import Readable
from ect_research.codebook.roles import code_for, families
from ect_research.words import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

STEPS = ("detectee", "etudiee", "testee", "active", "arretee")
"""How far a synergy went, as the last state told of its resource says."""
_SHOWN = ("active", "testee", "etudiee", "detectee", "arretee")
_STEP_OF = families("etat_ressource")
_MATERIAL = code_for("type_ressource", "matiere")
_ENDS = ("detenteur_id", "preneur_id")
_TOLD = (*_ENDS, "flux", "unite", "lieu_insee", "libelle", "projet_id", "type_ressource")


@dataclass(frozen=True)
class Synergies(Readable):
    """Resources that one organisation gives and another takes, or could.

    Attributes:
        table: one row per synergy: ``ressource_id, libelle, projet_id, flux`` (category of material), ``detenteur_id,
            preneur_id, quantite, unite`` (last told), ``pas`` (of `STEPS`), ``plus_loin`` (the furthest ever told),
            ``depuis_min, depuis_max`` (date of the last state dated), ``epci`` (of the place of the resource, else of the
            holder, else of the taker), ``commune_de, commune_vers`` (of the holder, of the taker), ``etats`` (rows read).
        firms: one row per firm met, the longest without news first: ``acteur_id, rencontres`` (visits and facts of a
            programme that name it and no project), ``derniere, dite`` (latest day of the last dated one, and as typed),
            ``synergies, projets`` (codes), ``pas`` (furthest step of its synergies).
        flows: from giver to taker, by unit (`find_flows`), or why there is none.
        observed_on: last day observed.
        sources: documents.
        n: synergies.
    """

    exhibits = ("show_synergies", "epci", "echanges", "entreprises")

    table: pd.DataFrame
    firms: pd.DataFrame
    flows: pd.DataFrame | Refusal
    observed_on: pd.Timestamp
    sources: tuple[object, ...]
    n: int


def build_synergies(
    tables: Mapping[str, pd.DataFrame], epci_of: Mapping[str, str], *, observed_on: pd.Timestamp, programme: str = ""
) -> Synergies | Refusal:
    """Gather the synergies that the resources tell of, and the firms met.

    A synergy is a resource of material, or one of which a flow, a holder or a taker is told.

    Args:
        tables: ``ressources, acteurs, projets, evenements, participations``.
        epci_of: code of a commune → name of its EPCI (``Basemap.epci_of``).
        observed_on: last day observed.
        programme: code of a programme, to keep its projects' resources and its facts; blank for all.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> names = ("ressources", "acteurs", "projets", "evenements", "participations")
    >>> tables = {name: study.table(name) for name in names}
    >>> told = build_synergies(tables, {}, observed_on=study.context.observed_on)
    >>> bool(told.n), int(told.table["quantite"].notna().sum())
    (True, 0)
    """
    asked = tell("les gisements et les synergies")
    rows = _rows_of(tables, programme)
    if rows is None:
        return Refusal(
            tell("le dispositif « {code} »", code=programme),
            tell("Aucune ligne de projets ni d’evenements ne porte ce dispositif."),
            tell("choisir un code de la liste dispositif, ou laisser vide."),
        )
    if rows.empty:
        return Refusal(
            asked,
            tell("Aucune ligne de ressources ne dit un gisement, un flux, un détenteur ou un preneur."),
            tell("saisir dans ressources une ligne par gisement repéré : libelle, flux, detenteur_id, etat, date."),
        )
    table = _table(rows, tables["acteurs"], epci_of)
    firms = find_met_firms(tables, table, programme, observed_on)
    sources = tuple(dict.fromkeys(rows["source_id"]))
    return Synergies(table, firms, find_flows(table), observed_on, sources, len(table))


def _rows_of(tables: Mapping[str, pd.DataFrame], programme: str) -> pd.DataFrame | None:
    """Rows of the synergies; None for a programme that nobody has."""
    rows = tables["ressources"].reindex(
        columns=list(dict.fromkeys([*tables["ressources"].columns, *_TOLD, "quantite"]))
    )
    said = rows[["flux", *_ENDS]].notna().any(axis=1) | (rows["type_ressource"].astype("str") == _MATERIAL)
    found = rows[rows["ressource_id"].isin(rows.loc[said, "ressource_id"])]
    if not programme:
        return found
    projects = [
        name
        for name, codes in zip(tables["projets"]["projet_id"], tables["projets"]["dispositif"], strict=True)
        if isinstance(codes, (tuple, list)) and programme in codes
    ]
    if not projects and not (tables["evenements"]["dispositif"].astype("str") == programme).any():
        return None
    return found[found["projet_id"].isin(projects)]


def _table(rows: pd.DataFrame, actors: pd.DataFrame, epci_of: Mapping[str, str]) -> pd.DataFrame:
    towns = dict(zip(actors["acteur_id"], actors["commune_insee"], strict=True)) if "commune_insee" in actors else {}
    lines = [_line(str(name), story) for name, story in rows.groupby("ressource_id", sort=True)]
    table = pd.DataFrame(lines)
    for end, place in zip(_ENDS, ("commune_de", "commune_vers"), strict=True):
        table[place] = table[end].map(towns)
    where = table["lieu_insee"].fillna(table["commune_de"]).fillna(table["commune_vers"])
    table["epci"] = where.map(epci_of).astype("str")
    rank = table["pas"].map(_SHOWN.index)
    order = table.assign(rang=rank).sort_values(["rang", "libelle"], kind="stable").index
    return table.loc[order].drop(columns="lieu_insee").reset_index(drop=True)


def _line(name: str, story: pd.DataFrame) -> dict[str, Any]:
    """The last value told of each column, in the order of the sheet; the last state by its date, or by its rank."""
    last = {column: _last(story[column]) for column in _TOLD}
    quantity = story["quantite"].dropna()
    steps = story["etat"].astype("str").map(_STEP_OF)
    day = story["date_max"].fillna(story["date_min"])
    placed = story.assign(pas=steps, jour=day, rang=steps.map(STEPS.index))
    placed = placed.sort_values(["jour", "rang"] if day.notna().all() else ["rang", "jour"], kind="stable")
    dated = placed[placed["jour"].notna()]
    low, high = (dated[end].iloc[-1] if len(dated) else pd.NaT for end in ("date_min", "date_max"))
    reached = [step for step in steps if step != "arretee"]
    return {"ressource_id": name, **last, "quantite": float(quantity.iloc[-1]) if len(quantity) else float("nan"),
            "pas": placed["pas"].iloc[-1], "plus_loin": max(reached, key=STEPS.index, default="arretee"),
            "depuis_min": low, "depuis_max": high, "etats": tuple(story["etat_id"])}  # fmt: skip


def _last(column: pd.Series) -> Any:  # noqa: ANN401 - a text, or nothing
    told = column.dropna()
    return str(told.iloc[-1]) if len(told) else None
