"""Tables of durations, models, indicators and types, in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.words import say_reason

if TYPE_CHECKING:
    from ect_research.analysis.durations.draws import DrawnDurations
    from ect_research.analysis.durations.hazard import HazardModel
    from ect_research.analysis.durations.model import Durations
    from ect_research.analysis.trajectories.types import TrajectoryTypes
    from ect_research.corpus.model import Corpus
    from ect_research.figures.theme import Theme

_ENDS = {
    "fr": {"creation": "création", "abandon": "abandon", "absorption": "absorption", "": "encore en cours"},
    "en": {"creation": "creation", "abandon": "abandonment", "absorption": "absorption", "": "still running"},
}


def tabulate_durations(
    durations: Durations, drawn: DrawnDurations | Refusal, corpus: Corpus, theme: Theme
) -> pd.DataFrame:
    """One row per project of the corpus that has a stage: its duration, its end, or why it has none.

    Args:
        durations: from ``build_durations``.
        drawn: from ``draw_durations``: the range that imprecise dates give each duration.
        corpus: names of the projects.
        theme: gives the language.

    Returns:
        ``projet, duree_mois, fin, entree_mois, duree_min, duree_max`` (2.5 and 97.5 % of the draws), ``situation``
        (blank for a project that counts).
    """
    words = _ENDS[theme.language]
    ends = ["", *durations.causes]
    kept = pd.DataFrame(
        {
            "projet_id": list(durations.names),
            "duree_mois": durations.time,
            "fin": [words.get(ends[cause], ends[cause]) for cause in durations.cause],
            "entree_mois": durations.entry,
            "situation": "",
        }
    )
    if not isinstance(drawn, Refusal):
        ranges = drawn.spread.rename(columns={"bas": "duree_min", "haut": "duree_max"})
        kept = kept.merge(ranges[["projet_id", "duree_min", "duree_max"]], on="projet_id", how="left")
    left = durations.excluded.assign(situation=[say_reason(r, theme.language) for r in durations.excluded["raison"]])
    table = pd.concat([kept, left.drop(columns="raison")], ignore_index=True)
    names = corpus.names()
    table.insert(0, "projet", [names.get(code, code) for code in table["projet_id"]])
    columns = ["projet", "duree_mois", "fin", "entree_mois", "duree_min", "duree_max", "situation", "projet_id"]
    return table.reindex(columns=columns)


def tabulate_hazard(model: HazardModel | Refusal) -> pd.DataFrame | Refusal:
    """The coefficients of a model; a refusal is handed back."""
    return model if isinstance(model, Refusal) else model.terms


def tabulate_types(types: TrajectoryTypes | Refusal, corpus: Corpus) -> pd.DataFrame | Refusal:
    """The type of each project, by name, with its silhouette and whether it hesitates; a refusal is handed back."""
    if isinstance(types, Refusal):
        return types
    names = corpus.names()
    members = types.members.sort_values(["type", "silhouette"], ascending=[True, False], kind="stable")
    told = members.assign(
        projet=[names.get(code, code) for code in members["projet_id"]],
        representant=[names.get(code, code) for code in members["representant"]],
    )
    return told[["type", "projet", "representant", "silhouette", "hesitation", "projet_id"]].reset_index(drop=True)


def tabulate_indicators(indicators: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    """The indicators of each trajectory, by name of project."""
    names = corpus.names()
    table = indicators.reset_index()
    table.insert(0, "projet", [names.get(code, code) for code in table["projet_id"]])
    columns = ["projet", "longueur", "passages", "etats", "entropie", "turbulence", "complexite", "projet_id"]
    return table[columns]
