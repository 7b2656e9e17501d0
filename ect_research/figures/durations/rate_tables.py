"""The rates of creation in one table: what each counts, and why they are not the same."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.durations.creation_rates import COMPETING, FLOOR, REACHED
from ect_research.figures.exhibit.exhibit import Finding, Strength, table
from ect_research.figures.page.formats import format_share, join_words
from ect_research.words import mark

if TYPE_CHECKING:
    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.durations.creation_rates import CreationRates
    from ect_research.figures.exhibit.exhibit import Exhibit
    from ect_research.figures.page.theme import Theme

_NAMES = {
    FLOOR: mark("Plancher du registre"),
    REACHED: mark("Entonnoir selon l’âge"),
    COMPETING: mark("Fins en concurrence"),
}
_COUNTS = {
    FLOOR: mark("Créations qu’un document atteste, sur tous les projets ; les plus jeunes comptent comme non créés."),
    REACHED: mark("Projets dont l’idée est datée, corrigés de ceux qui n’ont pas encore cet âge."),
    COMPETING: mark("Projets suivis depuis leur premier fait, où un abandon ou une absorption empêche de créer."),
}


def show_creation_rates(rates: CreationRates | Refusal) -> Exhibit[CreationRates]:
    """One row per way of counting: its definition, its age, its rate with its interval, or why it is refused.

    Args:
        rates: from ``build_creation_rates``.

    >>> import ect_research as ect
    >>> from ect_research.words import tell
    >>> study, none = ect.open_study("pays-ledonien"), ect.Refusal(tell("la courbe"), tell("trop peu de fins."))
    >>> floor = ect.build_register_funnel(study.corpus.tables, study.corpus.codebook.stages)
    >>> shown = show_creation_rates(ect.build_creation_rates(floor, none, none)).in_context(study.context)
    >>> shown.rows()["n"].tolist()
    ['28', '', '']
    """
    return table(
        rates,
        _rows,
        title=mark("Le taux de création, selon ce que l’on compte"),
        n=lambda shown: shown.theme.say_n("n = {n} projet", "n = {n} projets", shown.told.n),
        note=mark("Trois définitions, trois nombres : n’en citer aucun sans la sienne."),
        reads=("evenements",),
        finding=_finding,
    )


def _rows(shown: Exhibit[CreationRates]) -> pd.DataFrame:
    told, theme = shown.told, shown.theme
    known = {str(row["methode"]): row for _, row in told.table.iterrows()}
    rows = []
    for way in _NAMES:
        row, refused = known.get(way), told.refusals.get(way)
        rate = _rate(row, theme) if row is not None else theme.say("refusé") if refused else theme.say("non lisible")
        age, n = (_age(float(row["age"]), theme), str(int(row["n"]))) if row is not None else ("", "")
        why = refused.cause(theme.language) if refused else ""
        rows.append((theme.say(_NAMES[way]), theme.say(_COUNTS[way]), age, n, rate, why))
    return pd.DataFrame(rows, columns=["methode", "ce_qui_est_compte", "age_releve", "n", "taux_de_creation", "refus"])


def _rate(row: pd.Series, theme: Theme) -> str:
    return format_share(row["part"] * row["n"], row["n"], 0, theme.language, (row["bas"], row["haut"]))


def _age(months: float, theme: Theme) -> str:
    if math.isnan(months):
        return theme.say("tous âges")
    if months % 12:
        return theme.say("à {n} mois", n=int(months))
    return theme.say_n("à {n} an", "à {n} ans", int(months) // 12)


def _finding(shown: Exhibit[CreationRates]) -> Finding:
    told, theme = shown.told, shown.theme
    floor = _rate(told.table.iloc[0], theme)
    if len(told.table) == 1:
        said = theme.say("Un seul taux de création se compte, un plancher : {floor} (n = {n}).", floor=floor, n=told.n)
        return Finding(said, Strength.COUNTED)
    others = [
        theme.say("{rate} {age} ({way})", rate=_rate(row, theme), age=_age(float(row["age"]), theme),
                  way=theme.say(_NAMES[str(row["methode"])]).lower())
        for _, row in told.table.iloc[1:].iterrows()
    ]  # fmt: skip
    said = theme.say(
        "Taux de création : {floor} au moins des {n} projets du registre, {others}.",
        floor=floor,
        n=told.n,
        others=join_words(others, theme.language),
    )
    return Finding(said, Strength.COUNTED)
