"""Facts that a calibration may need and that no column holds: stage reached, kinds of actors, number of programmes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from ect_research.corpus.stages.episodes import Episodes


def case_facts(
    projects: pd.DataFrame,
    *,
    episodes: Episodes | None = None,
    participations: pd.DataFrame | None = None,
    actors: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Table ``projets`` with what is derived from the other tables; what nothing tells stays missing.

    Args:
        projects: table ``projets``.
        episodes: gives ``etape_atteinte`` (order of the furthest stage opened) and ``annee_debut`` (year of the first).
        participations: give ``n_acteurs`` (different actors).
        actors: with ``participations``, give ``n_categories`` (different kinds of actors).

    Returns:
        ``projets`` and the columns ``etape_atteinte, annee_debut, n_acteurs, n_categories, n_dispositifs`` that can be derived.

    >>> case_facts(pd.DataFrame({"projet_id": ["P"], "dispositif": [("a", "b")]}))["n_dispositifs"].tolist()
    [2.0]
    """
    told = projects.copy()
    if "dispositif" in told:
        told["n_dispositifs"] = [float(len(codes)) if isinstance(codes, tuple) and codes else float("nan")
                                 for codes in told["dispositif"]]  # fmt: skip
    if episodes is not None:
        order = episodes.stages.loc[episodes.stages["kind"] == "etape"].set_index("name")["order"].astype(float)
        furthest = (
            episodes.frame.assign(rang_etape=episodes.frame["etape"].map(order))
            .groupby("projet_id")["rang_etape"]
            .max()
        )
        told["etape_atteinte"] = told["projet_id"].map(furthest)
        told["annee_debut"] = told["projet_id"].map(episodes.frame.groupby("projet_id")["ouverture"].min().dt.year)
    if participations is not None and "projet_id" in participations:
        rows = participations[participations["projet_id"].notna()]
        told["n_acteurs"] = told["projet_id"].map(rows.groupby("projet_id")["acteur_id"].nunique()).astype(float)
        if actors is not None and "categorie" in actors:
            kinds = rows.assign(categorie=rows["acteur_id"].map(actors.set_index("acteur_id")["categorie"]))
            told["n_categories"] = (
                told["projet_id"].map(kinds.groupby("projet_id")["categorie"].nunique()).astype(float)
            )
    return told
