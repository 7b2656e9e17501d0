"""Tables of the resources, in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.figures.exhibit.exhibit import Exhibit, table
from ect_research.words import mark

if TYPE_CHECKING:
    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory.resource_states import ResourceMoves, ResourceStates
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.page.theme import Theme

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
    told, corpus, theme = shown.told, shown.context, shown.theme
    named = told.resources.merge(told.states, on="ressource_id", how="left")
    return pd.DataFrame(
        {
            "ressource": named["libelle"],
            "projet": named["projet_id"].map(corpus.names()),
            "type": named["type_ressource"].map(_labels(corpus, "type_ressource", theme)),
            "rang": named["rang"],
            "etat": named["etat"].map(_labels(corpus, "etat_ressource", theme)),
            "date": named["date"],
            "date_min": named["date_min"],
            "date_max": named["date_max"],
            "deduit": named["deduit"],
        }
    )


def _type_rows(shown: Exhibit[ResourceStates]) -> pd.DataFrame:
    told, corpus, theme = shown.told, shown.context, shown.theme
    table = told.by_type.rename(
        index=_labels(corpus, "type_ressource", theme), columns=_labels(corpus, "etat_ressource", theme)
    )
    table.index.name, table.columns.name = "type", None
    table[theme.say("ensemble")] = table.sum(axis=1)
    return table.reset_index()


def _move_rows(shown: Exhibit[ResourceMoves]) -> pd.DataFrame:
    told, counted, theme = shown.told.told, shown.told.counted, shown.theme
    labels = _labels(shown.context, "etat_ressource", theme)
    if isinstance(counted, pd.DataFrame):
        return counted.assign(de=counted["de"].map(labels), vers=counted["vers"].map(labels))
    names = told.resources.set_index("ressource_id")["libelle"]
    orders = {"date": theme.say("daté"), "deduit": theme.say("supposé")}
    return pd.DataFrame(
        {
            "ressource": told.moves["ressource_id"].map(names),
            "de": told.moves["de"].map(labels),
            "vers": told.moves["vers"].map(labels),
            "ordre": told.moves["ordre"].map(orders),
            "mois_min": told.moves["mois_min"],
            "mois_max": told.moves["mois_max"],
        }
    )


def _labels(corpus: Context, name: str, theme: Theme) -> dict[str, str]:
    return corpus.codebook.labels(name, theme.language)
