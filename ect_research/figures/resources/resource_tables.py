"""Tables of the resources, in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.figures.exhibit.exhibit import Exhibit, table
from ect_research.words import mark

if TYPE_CHECKING:
    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory.resource_states import ResourceMoves, ResourceStates

READS = ("ressources",)


def show_resource_types(told: ResourceStates | Refusal) -> Exhibit[ResourceStates]:
    """Types of resource by last state told: numbers of resources, not shares."""
    title = mark("Dernier état raconté des ressources, par type")
    return table(told, _type_rows, title=title, n=_n, reads=READS, finding=_find_types).in_annex()


def show_resource_moves(moves: ResourceMoves | Refusal) -> Exhibit[ResourceMoves]:
    """Passages from a state to the next: counted, or told one by one when too few resources are told twice."""
    title = mark("Passages d’un état de la ressource au suivant")
    return table(moves, _move_rows, title=title, n=_n, reads=READS, finding=_find_moves).in_annex()


def _n(shown: Exhibit[Any]) -> str:
    return shown.theme.say_n("n = {n} ressource", "n = {n} ressources", shown.told.n)


def _find_types(shown: Exhibit[ResourceStates]) -> str:
    told, theme = shown.told, shown.theme
    states = told.by_type.sum()
    return theme.say_n(
        "Le dernier état raconté le plus fréquent est « {state} » : {n} ressource sur {total}.",
        "Le dernier état raconté le plus fréquent est « {state} » : {n} ressources sur {total}.",
        int(states.max()),
        state=shown.label("etat_ressource", str(states.idxmax())),
        total=told.n,
    )


def _find_moves(shown: Exhibit[ResourceMoves]) -> str:
    told, theme = shown.told.told, shown.theme
    return theme.say_n(
        "{n} ressource sur {total} est connue à deux états au moins : {moves} d’un état au suivant, dont {dated}.",
        "{n} ressources sur {total} sont connues à deux états au moins : {moves} d’un état au suivant, dont {dated}.",
        int(told.moves["ressource_id"].nunique()),
        total=told.n,
        moves=theme.say_n("{n} passage", "{n} passages", len(told.moves)),
        dated=theme.say_n("{n} daté", "{n} datés", int((told.moves["ordre"] == "date").sum())),
    )


def resource_rows(shown: Exhibit[ResourceStates]) -> pd.DataFrame:
    """One row per state told: the resource, its project, its type, the state, its date and how it is known."""
    named = shown.told.resources.merge(shown.told.states, on="ressource_id", how="left")
    named["projet"] = named["projet_id"].map(shown.names)
    table = shown.worded(named, "type_ressource", etat="etat_ressource")
    table = table.rename(columns={"libelle": "ressource", "type_ressource": "type"})
    return table[["ressource", "projet", "type", "rang", "etat", "date", "date_min", "date_max", "deduit"]]


def _type_rows(shown: Exhibit[ResourceStates]) -> pd.DataFrame:
    told, theme = shown.told, shown.theme
    table = told.by_type.rename(index=shown.labels("type_ressource"), columns=shown.labels("etat_ressource"))
    table.index.name, table.columns.name = "type", None
    table[theme.say("ensemble")] = table.sum(axis=1)
    return table.reset_index()


def _move_rows(shown: Exhibit[ResourceMoves]) -> pd.DataFrame:
    told, counted, theme = shown.told.told, shown.told.counted, shown.theme
    if isinstance(counted, pd.DataFrame):
        return shown.worded(counted, de="etat_ressource", vers="etat_ressource")
    names = told.resources.set_index("ressource_id")["libelle"]
    orders = {"date": theme.say("daté"), "deduit": theme.say("supposé")}
    moves = told.moves.assign(ressource=told.moves["ressource_id"].map(names), ordre=told.moves["ordre"].map(orders))
    columns = ["ressource", "de", "vers", "ordre", "mois_min", "mois_max"]
    return shown.worded(moves[columns], de="etat_ressource", vers="etat_ressource")
