"""Tables of state sequences, in the reader's words: states, indicators, distances, traits."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.trajectories.trajectory_evidence import TraitShares
from ect_research.corpus.stages.sequences import Sequences
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength, table, view_of
from ect_research.figures.page.theme import Theme
from ect_research.figures.trajectories.trajectory_tables import show_stage_durations, show_undated
from ect_research.words import mark

_READS = ("evenements",)
_MEASURES = ("longueur", "passages", "etats", "entropie", "turbulence", "complexite")
_METHODS = {
    "OM": mark("appariement optimal"),
    "LCS": mark("plus longue sous-suite commune"),
    "HAM": mark("Hamming"),
    "DHD": mark("Hamming dynamique"),
}


def show_sequences(sequences: Sequences) -> Exhibit[Sequences]:
    """One row per project, one column per period, blank before the first fact and after the end of follow-up."""

    def finding(shown: Exhibit[Sequences]) -> str:
        frame, theme = shown.told.frame, shown.theme
        return theme.say(
            "Étape datée : {dated} sur {n} ; observés à la dernière période : {seen}.",
            dated=theme.say_n("{n} projet", "{n} projets", len(frame)),
            n=len(_every_project(shown, frame.index)),
            seen=int(frame.iloc[:, -1].notna().sum()) if frame.shape[1] else 0,
        )

    return table(
        sequences,
        lambda shown: shown.told.frame.reset_index(),
        title=mark("État de chaque projet, période par période"),
        n=lambda shown: _said_n(len(_every_project(shown, shown.told.frame.index)), shown.theme),
        reads=_READS,
        finding=finding,
    ).in_annex()


def show_indicators(indicators: pd.DataFrame, ranged: pd.DataFrame | None = None) -> Exhibit[pd.DataFrame]:
    """How eventful each trajectory is: length, passages, states, entropy, turbulence, complexity.

    Projects without a dated stage are there, empty.

    Args:
        indicators: from ``measure_sequences``.
        ranged: from ``measure_sampled_sequences``: ``_min`` and ``_max`` then hold 95 % of the draws of the dates.
    """

    def n(shown: Exhibit[pd.DataFrame]) -> str:
        every = shown.theme.say_n("{n} projet", "{n} projets", len(_every_project(shown, shown.told.index)))
        return shown.theme.say_n(
            "n = {n} trajectoire datée sur {all}", "n = {n} trajectoires datées sur {all}", len(shown.told), all=every
        )

    def finding(shown: Exhibit[pd.DataFrame]) -> str:
        told, theme = shown.told, shown.theme
        if told.empty:
            return theme.say("Aucune trajectoire n’est datée.")
        still = int((told["etats"] == 1).sum())
        return theme.say(
            "Une seule étape connue : {still} sur {n} ; la plus mouvementée en compte {most}.",
            still=theme.say_n("{n} trajectoire", "{n} trajectoires", still),
            n=len(told),
            most=int(told["etats"].max()),
        )

    return table(
        indicators,
        partial(_indicator_rows, ranged=ranged),
        title=mark("Indicateurs de chaque trajectoire"),
        n=n,
        note=mark("Pas de temps : celui du paramètre unite ; le temps non observé ne compte nulle part."),
        reads=_READS,
        finding=finding,
    ).in_annex()


def show_distances(described: pd.DataFrame | Refusal) -> Exhibit[pd.DataFrame]:
    """How far the distances between trajectories depend on the way of counting; the first line is the reference."""

    def rows(shown: Exhibit[pd.DataFrame]) -> pd.DataFrame:
        told, theme = shown.told, shown.theme
        return told.assign(methode=told["methode"].map({code: theme.say(name) for code, name in _METHODS.items()}))

    def finding(shown: Exhibit[pd.DataFrame]) -> str:
        told, theme = shown.told, shown.theme
        return theme.say(
            "D’une façon de compter à l’autre, l’accord avec la première descend à {lowest} ; la corrélation de celle-ci "
            "avec la durée d’observation est de {length} (n = {n}).",
            lowest=theme.number(float(told["accord"].min()), 2),
            length=theme.number(float(told["lien_longueur"].iloc[0]), 2),
            n=int(told["n"].iloc[0]),
        )

    return table(
        described,
        rows,
        title=mark("Ce que les distances entre trajectoires doivent aux choix de calcul"),
        n=lambda shown: _said_n(int(shown.told["n"].iloc[0]), shown.theme),
        note=mark(
            "Première ligne : la référence. Dernière ligne : l’ordre des étapes seul. differentes : suites distinctes."
        ),
        reads=_READS,
        finding=finding,
    ).in_annex()


def show_traits(explained: TraitShares | Refusal) -> Exhibit[TraitShares]:
    """Share of the spread of trajectories that goes with each trait, beside what chance gives."""
    note = mark("Distance : la première de la table précédente ; {n} permutations.")
    return table(
        explained,
        _trait_rows,
        title=mark("Part de la dispersion des trajectoires qui va avec chaque trait"),
        n=lambda shown: _said_n(shown.told.n, shown.theme),
        note=lambda shown: shown.theme.say(note, n=shown.theme.number(shown.told.permutations)),
        reads=_READS,
        finding=_find_traits,
    )


def _find_traits(shown: Exhibit[TraitShares]) -> Finding:
    told, theme, best = shown.told, shown.theme, shown.told.closest
    if best is None:
        said = theme.say("Aucun trait ne se laisse confronter aux trajectoires (n = {n}).", n=told.n)
        return Finding(said, Strength.REFUSED)
    values = {
        "trait": shown.column("projets", str(best["trait"])),
        "share": theme.percent(float(best["r2"])),
        "chance": theme.percent(float(best["r2_hasard"])),
        "p": theme.number(float(best["p"]), 3),
        "n": int(best["n"]),
        "tests": theme.say_n("{n} trait confronté", "{n} traits confrontés", told.tests),
    }
    goes = mark(
        "« {trait} » va avec {share} de la dispersion des trajectoires, contre {chance} au hasard (p = {p}, n = {n}, {tests})."
    )
    none = mark(
        "Aucun trait ne va avec les trajectoires mieux que le hasard ; le plus proche, « {trait} » : {share}, contre "
        "{chance} au hasard (p = {p}, n = {n}, {tests})."
    )
    if told.beyond_chance:
        return Finding(theme.say(goes, **values), Strength.BEYOND_CHANCE)
    return Finding(theme.say(none, **values), Strength.AS_CHANCE)


def _said_n(projects: int, theme: Theme) -> str:
    return theme.say_n("n = {n} projet", "n = {n} projets", projects)


def _every_project(shown: Exhibit[Any], known: pd.Index) -> pd.Index:
    """The projects of the register, dated or not; those of the result where there is no register."""
    projects = shown.context.tables.get("projets")
    return known if projects is None else pd.Index([str(code) for code in projects["projet_id"]], name="projet_id")


def _indicator_rows(shown: Exhibit[pd.DataFrame], ranged: pd.DataFrame | None) -> pd.DataFrame:
    indicators, names = shown.told, shown.names
    every = _every_project(shown, indicators.index)
    rows = indicators.reindex(indicators.index.union(every, sort=True))
    rows = rows[list(_MEASURES)].astype(dict.fromkeys(_MEASURES[:3], "Int64"))
    columns = list(_MEASURES)
    if ranged is not None:
        for name in _MEASURES[3:]:
            told = ranged[ranged["indicateur"] == name].set_index("projet_id")
            rows[f"{name}_min"], rows[f"{name}_max"] = told["bas"], told["haut"]
            columns[columns.index(name) + 1 : columns.index(name) + 1] = [f"{name}_min", f"{name}_max"]
    rows = rows[columns].reset_index(names="projet_id")
    rows.insert(0, "projet", [names.get(code, code) for code in rows["projet_id"]])
    return rows[["projet", *columns, "projet_id"]]


def _trait_rows(shown: Exhibit[TraitShares]) -> pd.DataFrame:
    """Pseudo-R² of each trait under its name in the codebook, or why it is not computed."""
    explained, theme = shown.told.table, shown.theme
    label = [shown.column("projets", str(name)) for name in explained["trait"]]
    said = [why.sentence(theme.language) if why else "" for why in explained["refus"]]
    told = [_with_labels(text, str(name), shown) for text, name in zip(said, explained["trait"], strict=True)]
    rows = explained.assign(trait=label, refus=told)
    return rows.replace({"controle": {"duree_observee": theme.say("durée observée")}})


def _with_labels(text: str, trait: str, shown: Exhibit[TraitShares]) -> str:
    """The sentence with the labels of the answers instead of their codes."""
    lists = {column.name: column.list_name for column in shown.context.codebook.columns("projets")}
    labels = shown.labels(lists[trait]) if lists.get(trait) else {}
    for code in sorted(labels, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(code)}\b(?=\s:)", labels[code], text)
    return text


_VIEWS: dict[str, Callable[..., Exhibit[Any]]] = {
    "etats": show_sequences,
    "indicateurs": show_indicators,
    "distances": show_distances,
    "traits": show_traits,
    "durees": show_stage_durations,
    "sans_date": show_undated,
}


def show_trajectory_table(result: Any, about: str, ranged: pd.DataFrame | None = None) -> Exhibit[Any]:  # noqa: ANN401 - six results
    """One table of trajectories.

    Args:
        result: for ``etats`` (period by period), from ``derive_sequences``; ``indicateurs``, from ``measure_sequences``;
            ``distances``, from ``describe_distances``; ``traits``, from ``explain_distances``; ``durees`` (time in each stage),
            from ``build_stage_durations``; ``sans_date`` (facts without a date), from ``derive_episodes``.
        about: its name.
        ranged: for ``indicateurs``, the same measured on drawn dates.

    Raises:
        EctError: no such table.
    """
    show = view_of(about, _VIEWS)
    return show(result) if ranged is None else show(result, ranged)
