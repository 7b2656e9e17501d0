"""What a cluster says of itself every year, each part or why it cannot be said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.year.agenda import build_agenda
from ect_research.analysis.corpus.year.key_figures import build_key_figures, keep_counted
from ect_research.analysis.corpus.year.membership import build_membership
from ect_research.analysis.corpus.year.portfolio import build_portfolio
from ect_research.analysis.corpus.year.spans import holds
from ect_research.analysis.readable import Readable
from ect_research.words import Sentence, tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ect_research.analysis.corpus.year.agenda import Agenda
    from ect_research.analysis.corpus.year.key_figures import KeyFigures
    from ect_research.analysis.corpus.year.membership import Membership
    from ect_research.analysis.corpus.year.portfolio import Portfolio
    from ect_research.corpus.stages.episodes import Episodes

_TABLES = ("projets", "evenements", "indicateurs")


@dataclass(frozen=True)
class YearReview(Readable):
    """One year; each part is a result, or the refusal that takes its place.

    Attributes:
        figures: published figures.
        counts: those of which the register counts something too.
        membership: members, staff, board, at every date.
        agenda: what was held.
        portfolio: projects by quarter.
        year: the year.
    """

    exhibits = ("show_key_figures", "show_year_counts", "show_membership", "show_agenda", "show_portfolio")

    figures: KeyFigures | Refusal
    counts: KeyFigures | Refusal
    membership: Membership | Refusal
    agenda: Agenda | Refusal
    portfolio: Portfolio | Refusal
    year: int


def build_year(
    tables: Mapping[str, pd.DataFrame],
    episodes: Episodes,
    *,
    observed_on: pd.Timestamp,
    year: int = 0,
    programme: str = "",
    previous: int = 0,
) -> YearReview:
    """Review a year: key figures, membership, calendar, portfolio.

    Args:
        tables: ``projets, evenements, indicateurs, acteurs, liens`` of the corpus.
        episodes: stages of its projects.
        observed_on: last day observed.
        year: the year; 0 for that of the last day observed.
        programme: code of a programme, to keep what bears on it; blank for the whole.
        previous: year to compare with; 0 for the latest value known before.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> names = ("projets", "evenements", "indicateurs", "acteurs", "liens")
    >>> tables = {name: study.table(name) for name in names}
    >>> told = build_year(tables, study.episodes(), observed_on=study.context.observed_on, year=1950)
    >>> told.agenda.reason.sentence()
    'Aucun fait ni chiffre n’est daté de 1950.'
    """
    asked = year or observed_on.year
    wrong = _wrong(tables, asked, programme, observed_on)
    if wrong:
        return YearReview(wrong, wrong, wrong, wrong, wrong, asked)
    figures = build_key_figures(tables, episodes, asked, programme, previous)
    return YearReview(
        figures,
        keep_counted(figures),
        build_membership(tables),
        build_agenda(tables, asked, programme),
        build_portfolio(tables, episodes, asked, programme),
        asked,
    )


def _wrong(tables: Mapping[str, pd.DataFrame], year: int, programme: str, observed_on: pd.Timestamp) -> Refusal | None:
    """One sentence for a programme that nobody has, or a year that nothing tells of."""
    codes = _programmes(tables)
    if programme and programme not in codes:
        remedy: Sentence = tell("choisir parmi {codes}.", codes=sorted(codes)) if codes else tell("laisser vide.")
        reason = tell("Aucune ligne de projets, d’evenements ni d’indicateurs ne porte ce dispositif.")
        return Refusal(tell("le dispositif « {code} »", code=programme), reason, remedy)
    dates = [
        (tables[name][f"{column}_min"], tables[name][f"{column}_max"])
        for name, column in (("evenements", "date_debut"), ("indicateurs", "date"))
    ]
    known = sorted({int(day.year) for pair in dates for days in pair for day in days.dropna()})
    within = [one for one in known if one <= observed_on.year] or known
    if not known or within[0] <= year <= observed_on.year:
        return None
    return Refusal(
        tell("l’année {year}", year=year),
        tell("L’observation s’arrête en {last}.", last=observed_on.year)
        if year > observed_on.year
        else tell("Aucun fait ni chiffre n’est daté de {year}.", year=year),
        tell("choisir une année entre {first} et {last}.", first=within[0], last=within[-1]),
    )


def _programmes(tables: Mapping[str, pd.DataFrame]) -> set[str]:
    told = [code for name in _TABLES for code in tables[name]["dispositif"].dropna()]
    return {code for cell in told for code in (cell if holds(cell, cell[0]) else (cell,))}
