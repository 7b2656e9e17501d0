"""What a cluster says of itself every year: members, calendar, key figures; each part, or why it cannot be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.key_figures import KeyFigures, build_key_figures, keep_counted
from ect_research.analysis.corpus.portfolio import (
    Portfolio,
    build_portfolio,
    holds,
    members,
    of_programme,
    perhaps_in,
    surely_in,
)
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import roles
from ect_research.corpus.stages.episodes import Episodes
from ect_research.words import Sentence, tell

_TABLES = ("projets", "evenements", "indicateurs")
_SEASON = pd.Timedelta(days=93)
HELD = ("animation", "visite", "formation", "gouvernance", "dispositif")
_KINDS = {code: role for code, role in roles("type_evenement").items() if role in HELD}
_TOLD = tuple(code for code, role in roles("indicateur").items() if role in ("gouvernance", "equipe_etp"))
_TIES = roles("nature_lien")


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

    exhibits = ("show_year", "chiffres", "comptes", "societariat", "calendrier", "portefeuille")

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
    wrong = _wrong(tables, asked, programme, observed_on) or _unlike(asked, previous)
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
        tell("choisir une année entre {first} et {last}.", first=within[0], last=within[-1])
        if within[0] < within[-1]
        else tell("choisir {last}, seule année connue.", last=within[-1]),
    )


def _unlike(year: int, previous: int) -> Refusal | None:
    if previous < year:
        return None
    return Refusal(
        tell("l’année {year} comparée à {previous}", year=year, previous=previous),
        tell("{previous} n’est pas avant {year}.", year=year, previous=previous),
        tell("choisir une année plus ancienne, ou 0 : la dernière valeur connue avant."),
    )


def _programmes(tables: Mapping[str, pd.DataFrame]) -> set[str]:
    told = [code for name in _TABLES for code in tables[name]["dispositif"].dropna()]
    return {code for cell in told for code in (cell if holds(cell, cell[0]) else (cell,))}


"""Roles of the facts that a calendar shows."""


@dataclass(frozen=True)
class Agenda(Readable):
    """What was held in a year.

    Attributes:
        table: one row per fact, in order, dates vaguer than a season last: ``evenement_id, projet_id, dispositif, acteur_id,
            type_evenement, nature`` (one of `HELD`), ``description, lieu_dit, lieu_insee``, ``date_debut`` with its
            ``_min, _max, _precision``, ``source_id``.
        perhaps: facts that a vague date may place in the year, and that are not in the table.
        undated: facts of these kinds without any date.
        year: the year.
        sources: their documents.
        n: facts.
    """

    exhibits = ("show_year", "calendrier")

    table: pd.DataFrame
    perhaps: int
    undated: int
    year: int
    sources: tuple[object, ...]
    n: int


def build_agenda(tables: Mapping[str, pd.DataFrame], year: int, programme: str) -> Agenda | Refusal:
    """Take the animations, visits, trainings and meetings that are surely of a year; what is announced is not held.

    ``tables``: ``evenements, projets``.
    """
    events = of_programme(tables["evenements"], members(tables["projets"], programme), programme)
    held = events.assign(nature=events["type_evenement"].astype("str").map(_KINDS))
    held = held[held["nature"].notna()]
    low, high = held["date_debut_min"], held["date_debut_max"]
    sure = held[surely_in(low, high, year)]
    vague = sure["date_debut_max"] - sure["date_debut_min"] > _SEASON
    sure = sure.assign(vague=vague).sort_values(["vague", "date_debut_min", "evenement_id"], kind="stable")
    if sure.empty:
        return Refusal(
            tell("le calendrier de {year}", year=year),
            tell("Aucune animation, visite ou réunion n’est datée de {year}.", year=year),
            tell("saisir dans « evenements » ce qui s’est tenu, avec son mois."),
        )
    columns = ["evenement_id", "projet_id", "dispositif", "acteur_id", "type_evenement", "nature", "description",
               "lieu_insee", "lieu_dit", "date_debut", "date_debut_min", "date_debut_max", "date_debut_precision",
               "source_id"]  # fmt: skip
    perhaps = int(perhaps_in(low, high, year).sum()) - len(sure)
    undated = int((low.isna() & high.isna()).sum())
    sources = tuple(dict.fromkeys(sure["source_id"]))
    return Agenda(sure[columns].reset_index(drop=True), perhaps, undated, year, sources, len(sure))


@dataclass(frozen=True)
class Membership(Readable):
    """Members, staff and board, as published.

    Attributes:
        table: one row per published value: ``acteur_id, indicateur, valeur, approximation, unite, cumul, date`` with its
            ``_min, _max``, ``indicateur_id, source_id``; undated values last.
        named: organisations that a tie of membership or administration names: ``nature_lien, categorie, n``.
        colleges: the same by college, of those whose college is coded: ``nature_lien, college_scic, n``.
        totals: ``{nature_lien: organisations named}``.
        sources: documents.
        n: published values.
    """

    exhibits = ("show_year", "societariat")

    table: pd.DataFrame
    named: pd.DataFrame
    colleges: pd.DataFrame
    totals: dict[str, int]
    sources: tuple[object, ...]
    n: int


def build_membership(tables: Mapping[str, pd.DataFrame]) -> Membership | Refusal:
    """Put the published values side by side, never joined when their reach differs.

    ``tables``: ``indicateurs, liens, acteurs``.
    """
    rows = tables["indicateurs"]
    kept = rows[rows["indicateur"].astype("str").isin(_TOLD) & rows["acteur_id"].notna() & rows["valeur"].notna()]
    if kept.empty:
        return Refusal(
            tell("la vie coopérative"),
            tell("Aucun nombre de sociétaires, de salariés ou d’administrateurs n’est saisi."),
            tell("saisir dans « indicateurs » le nombre de sociétaires, avec sa date."),
        )
    columns = ["acteur_id", "indicateur", "valeur", "approximation", "unite", "cumul", "date", "date_min", "date_max",
               "indicateur_id", "source_id"]  # fmt: skip
    order = {code: place for place, code in enumerate(_TOLD)}
    table = kept[columns].assign(rang=kept["indicateur"].astype("str").map(order))
    table = table.sort_values(["acteur_id", "rang", "date_max"], kind="stable").drop(columns="rang")
    tied = _tied(tables["liens"], tables["acteurs"])
    named, colleges = (_counted(tied, tables["acteurs"], column) for column in ("categorie", "college_scic"))
    colleges = colleges[colleges["college_scic"] != ""].reset_index(drop=True)
    totals = {str(nature): int(group["n"].sum()) for nature, group in named.groupby("nature_lien")}
    sources = tuple(dict.fromkeys(table["source_id"]))
    return Membership(table.reset_index(drop=True), named, colleges, totals, sources, len(table))


def _tied(ties: pd.DataFrame, actors: pd.DataFrame) -> pd.DataFrame:
    """Organisations tied to the intermediary by membership or administration."""
    hubs = set(actors.loc[actors["est_intermediaire"].astype("str") == "oui", "acteur_id"])
    pairs = {
        (str(tie["nature_lien"]), other)
        for tie in ties.to_dict("records")
        for hub, other in ((tie["acteur_a"], tie["acteur_b"]), (tie["acteur_b"], tie["acteur_a"]))
        if hub in hubs and other not in hubs and _TIES.get(str(tie["nature_lien"])) == "gouvernance"
    }
    return pd.DataFrame(sorted(pairs), columns=["nature_lien", "acteur_id"])


def _counted(tied: pd.DataFrame, actors: pd.DataFrame, column: str) -> pd.DataFrame:
    """Them by one column of the actors; blank where it is not coded."""
    said = actors[["acteur_id"]].assign(dit=actors[column].astype("str").fillna("") if column in actors else "")
    told = tied.merge(said, on="acteur_id", how="left").rename(columns={"dit": column}).fillna({column: ""})
    counts = told.groupby(["nature_lien", column]).size().reset_index(name="n")
    return counts.sort_values(["nature_lien", "n"], ascending=[True, False], kind="stable").reset_index(drop=True)
