"""Tables of durations, models, indicators and types, in the reader's words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.duration_words import say_reason
from ect_research.analysis.trajectories.types.trajectory_evidence import describe_distances

if TYPE_CHECKING:
    from ect_research.analysis.durations.durations import Durations
    from ect_research.analysis.durations.models.hazard import HazardModel
    from ect_research.analysis.durations.sampled_durations import DrawnDurations
    from ect_research.analysis.trajectories.distances.sequence_distances import Distances
    from ect_research.analysis.trajectories.types.trajectory_types import TrajectoryTypes
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.page.theme import Theme

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
        drawn: from ``sample_durations``: the range that imprecise dates give each duration.
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
    return told[["type", "projet", "representant", "silhouette", "hesitation", "deplaces", "projet_id"]].reset_index(
        drop=True
    )


def tabulate_indicators(indicators: pd.DataFrame, corpus: Corpus, ranged: pd.DataFrame | None = None) -> pd.DataFrame:
    """The indicators of each trajectory, by name of project; projects without a dated stage are there, empty.

    Args:
        indicators: from ``measure_sequences``.
        corpus: names of the projects.
        ranged: from ``measure_sampled_sequences``: ``_min`` and ``_max`` then hold 95 % of the draws of the dates.
    """
    names = corpus.names()
    every = pd.Index([str(code) for code in corpus.tables["projets"]["projet_id"]], name="projet_id")
    table = indicators.reindex(indicators.index.union(every, sort=True))
    measures = ["longueur", "passages", "etats", "entropie", "turbulence", "complexite"]
    table = table[measures].astype(dict.fromkeys(measures[:3], "Int64"))
    columns = list(measures)
    if ranged is not None:
        for name in measures[3:]:
            told = ranged[ranged["indicateur"] == name].set_index("projet_id")
            table[f"{name}_min"], table[f"{name}_max"] = told["bas"], told["haut"]
            columns[columns.index(name) + 1 : columns.index(name) + 1] = [f"{name}_min", f"{name}_max"]
    table = table[columns].reset_index()
    table.insert(0, "projet", [names.get(code, code) for code in table["projet_id"]])
    return table[["projet", *columns, "projet_id"]]


_METHODS = {
    "fr": {"OM": "appariement optimal", "LCS": "plus longue sous-suite commune", "HAM": "Hamming",
           "DHD": "Hamming dynamique"},
    "en": {"OM": "optimal matching", "LCS": "longest common subsequence", "HAM": "Hamming", "DHD": "dynamic Hamming"},
}  # fmt: skip


def tabulate_distances(distances: list[Distances | Refusal], theme: Theme) -> pd.DataFrame | Refusal:
    """How far the distances depend on the method, in the reader's words; the first refusal is handed back."""
    refusal = next((one for one in distances if isinstance(one, Refusal)), None)
    if refusal is not None:
        return refusal
    table = describe_distances([one for one in distances if not isinstance(one, Refusal)])
    return table.assign(methode=table["methode"].replace(_METHODS[theme.language]))


def tabulate_traits(explained: pd.DataFrame | Refusal, corpus: Corpus, theme: Theme) -> pd.DataFrame | Refusal:
    """Pseudo-R² of each trait under its name in the codebook, or why it is not computed; a refusal is handed back."""
    if isinstance(explained, Refusal):
        return explained
    label = [corpus.codebook.variable_label("projets", str(name), theme.language) for name in explained["trait"]]
    said = explained["refus" if theme.language == "fr" else "refus_en"]
    told = [_with_labels(text, str(name), corpus, theme) for text, name in zip(said, explained["trait"], strict=True)]
    return explained.assign(trait=label, refus=told).drop(columns="refus_en")


def _with_labels(text: str, trait: str, corpus: Corpus, theme: Theme) -> str:
    """The sentence with the labels of the answers instead of their codes."""
    lists = {column.name: column.list_name for column in corpus.codebook.columns("projets")}
    labels = corpus.codebook.labels(lists[trait], theme.language) if lists.get(trait) else {}
    for code in sorted(labels, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(code)}\b(?=\s:)", labels[code], text)
    return text
