"""Tables of the resources, in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.resources import FEWEST_MOVES, count_resource_moves
from ect_research.figures.exhibit.exhibit import Exhibit, table
from ect_research.words import mark

if TYPE_CHECKING:
    from ect_research.analysis.resources import ResourceStates
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.page.theme import Theme

READS = ("ressources",)


def show_resource_types(told: ResourceStates | Refusal) -> Exhibit[ResourceStates]:
    """Types of resource by last state told: numbers of resources, not shares."""
    return table(told, _type_rows, title=mark("Dernier état raconté des ressources, par type"), n=_n, reads=READS)


def show_resource_moves(told: ResourceStates | Refusal, *, fewest: int = FEWEST_MOVES) -> Exhibit[ResourceStates]:
    """Passages from a state to the next: counted, or told one by one when fewer than ``fewest`` resources are told twice."""

    def rows(shown: Exhibit[ResourceStates]) -> pd.DataFrame | Refusal:
        told, corpus, theme = shown.told, shown.context, shown.theme
        return _move_rows(told, count_resource_moves(told, fewest=fewest), corpus, theme)

    return table(told, rows, title=mark("Passages d’un état de la ressource au suivant"), n=_n, reads=READS)


def _n(shown: Exhibit[ResourceStates]) -> int:
    told = shown.told
    return told.n


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


def _move_rows(
    told: ResourceStates, counted: pd.DataFrame | Refusal, corpus: Context, theme: Theme
) -> pd.DataFrame | Refusal:
    labels = _labels(corpus, "etat_ressource", theme)
    if not isinstance(counted, Refusal):
        return counted.assign(de=counted["de"].map(labels), vers=counted["vers"].map(labels))
    if told.moves.empty:
        return counted
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
