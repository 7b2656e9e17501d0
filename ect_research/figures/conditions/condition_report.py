"""The analysis in words, part by part, from the numbers: what a report or an article would say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.figures.conditions.condition_view import (
    ConditionView,
    case_names,
    find_paths,
    noise_words,
    outcome_words,
    say_paths,
)
from ect_research.figures.conditions.cutoff_stripes import find_ranges
from ect_research.figures.conditions.model_matrix import find_models
from ect_research.figures.conditions.necessity_bars import find_necessary
from ect_research.figures.conditions.xy_plot import find_deviant
from ect_research.figures.page.formats import format_number, join_words

if TYPE_CHECKING:
    from ect_research.figures.exhibit.exhibit import Exhibit


def report_rows(shown: Exhibit[ConditionView]) -> pd.DataFrame:
    """One row per part of the report: heading and paragraph."""
    theme, view = shown.theme, shown.told
    other = replace(shown, result=replace(view, absent=not view.absent, rank=0))
    parts = [
        (theme.say("Données"), _data(shown)),
        (theme.say("Avant l’analyse : le hasard"), noise_words(replace(shown, result=replace(view, chance=None)))),
        (theme.say("Nécessité"), f"{find_necessary(shown).sentence} {find_necessary(other).sentence}"),
        (theme.say("Table de vérité"), _truth(shown)),
        (theme.say("Solution"), f"{find_paths(shown).sentence} {say_paths(shown)}".strip()),
    ]
    if view.models:
        parts += [
            (theme.say("Cas"), find_deviant(shown).sentence),
            (theme.say("Modèles"), f"{find_models(shown).sentence} {_counterfactuals(shown)}"),
        ]
    if view.robustness is not None and view.models and not view.absent:
        parts.append((theme.say("Fragilité"), find_ranges(shown).sentence))
    parts.append((theme.say("Résultat inverse"), f"{find_paths(other).sentence} {say_paths(other)}".strip()))
    names = case_names(shown)
    cited = [tuple(names[case] for case in (*view.study.data.cases, *view.study.left_out)), *[()] * (len(parts) - 1)]
    return pd.DataFrame(parts, columns=["partie", "texte"]).assign(cas=pd.Series(cited, dtype="object"))


def _data(shown: Exhibit[ConditionView]) -> str:
    study, theme = shown.told.study, shown.theme
    said = theme.say(
        "{n} cas, {k} conditions ({names}) ; {share} cas ont le résultat {outcome}.",
        n=study.n,
        k=len(study.data.conditions),
        names=join_words([shown.told.name(name, shown.theme) for name in study.data.conditions], theme.language),
        share=int((shown.told.solved.table.data.outcome > 0.5).sum()),
        outcome=outcome_words(shown),
    )
    if study.left_out:
        names = case_names(shown)
        said += " " + theme.say("Incomplets, laissés de côté : {names}.",
                                names=join_words([names[case] for case in study.left_out], theme.language, most=8))  # fmt: skip
    return said


def _truth(shown: Exhibit[ConditionView]) -> str:
    table, theme = shown.told.solved.table, shown.theme
    cut = table.cutoffs
    near = [
        format_number(float(value), 3, theme.language)
        for value, n in zip(table.consistency, table.n, strict=True)
        if abs(value - cut.consistency) < 0.01 and n >= cut.cases
    ]
    said = theme.say(
        "{seen} configurations observées sur {all} possibles ; {positive} mènent au résultat (cohérence d’au moins "
        "{consistency}, PRI d’au moins {pri}, {cases} cas au moins).",
        seen=len(table.rows),
        all=table.space.size,
        positive=table.codes.count("1"),
        consistency=format_number(cut.consistency, 2, theme.language),
        pri=format_number(cut.pri, 2, theme.language),
        cases=cut.cases,
    )
    if near:
        said += " " + theme.say(
            "À moins de 0,01 du seuil de cohérence : {values}.", values=join_words(near, theme.language)
        )
    return said


def _counterfactuals(shown: Exhibit[ConditionView]) -> str:
    view, theme = shown.told, shown.theme
    found = view.solved.found
    easy = {number for pair in found.pairs for number in pair.easy}
    assumed = {number for rows in found.assumed for number in rows}
    none = theme.say("Aucune configuration jamais vue n’est supposée.")
    said = (
        none
        if not assumed
        else theme.say(
            "La solution parcimonieuse suppose le résultat dans {assumed} configurations jamais vues ; {easy} sont des "
            "contrefactuels faciles, et {contradictory} sont supposées aussi pour le résultat inverse.",
            assumed=len(assumed),
            easy=len(easy),
            contradictory=len(view.study.contradictory),
        )
    )
    against = view.study.against
    if against:
        said += " " + theme.say("Observées, et contraires à ce qui est dit ou menant aux deux résultats : lignes {rows}.",
                                rows=join_words([str(number) for number in against], theme.language))  # fmt: skip
    return said
