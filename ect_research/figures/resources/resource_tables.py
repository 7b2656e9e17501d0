"""Tables of the resources, in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.chance import Refusal

if TYPE_CHECKING:
    from ect_research.analysis.resources import ResourceStates
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.page.theme import Theme

_ORDERS = {"fr": {"date": "daté", "deduit": "supposé"}, "en": {"date": "dated", "deduit": "assumed"}}


def tabulate_resources(told: ResourceStates | Refusal, corpus: Corpus, theme: Theme) -> pd.DataFrame | Refusal:
    """One row per state told: the resource, its project, its type, the state, its date and how it is known."""
    if isinstance(told, Refusal):
        return told
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


def tabulate_resource_types(told: ResourceStates | Refusal, corpus: Corpus, theme: Theme) -> pd.DataFrame | Refusal:
    """Types of resource by last state told: numbers of resources."""
    if isinstance(told, Refusal):
        return told
    table = told.by_type.rename(
        index=_labels(corpus, "type_ressource", theme), columns=_labels(corpus, "etat_ressource", theme)
    )
    table.index.name, table.columns.name = "type", None
    table[{"fr": "ensemble", "en": "all"}[theme.language]] = table.sum(axis=1)
    return table.reset_index()


def tabulate_resource_moves(
    moves: pd.DataFrame | Refusal, told: ResourceStates | Refusal, corpus: Corpus, theme: Theme
) -> pd.DataFrame | Refusal:
    """Passages told one by one when they are too few to be counted, each with its resource.

    Args:
        moves: from ``count_resource_moves``; when it is a refusal, the passages are listed instead.
        told: from ``build_resource_states``.
        corpus: labels of the states.
        theme: gives the language.
    """
    labels = _labels(corpus, "etat_ressource", theme)
    if not isinstance(moves, Refusal):
        return moves.assign(de=moves["de"].map(labels), vers=moves["vers"].map(labels))
    if isinstance(told, Refusal):
        return told
    if told.moves.empty:
        return moves
    names = told.resources.set_index("ressource_id")["libelle"]
    return pd.DataFrame(
        {
            "ressource": told.moves["ressource_id"].map(names),
            "de": told.moves["de"].map(labels),
            "vers": told.moves["vers"].map(labels),
            "ordre": told.moves["ordre"].map(_ORDERS[theme.language]),
            "mois_min": told.moves["mois_min"],
            "mois_max": told.moves["mois_max"],
        }
    )


def _labels(corpus: Corpus, name: str, theme: Theme) -> dict[str, str]:
    return {
        str(code): corpus.codebook.label(name, str(code), theme.language)
        for code in corpus.codebook.choices(name)["name"]
    }
