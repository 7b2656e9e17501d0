"""The published figures of one year, each with its reach and what was known before; beside them, what the register counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.portfolio import members, of_programme, opened, perhaps_in, surely_in
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import roles
from ect_research.corpus.stages.episodes import Episodes
from ect_research.words import Sentence, tell, tell_n

LEFT = ("prevue", "non_retenue", "perdue")
"""Fates of a figure that is named and not drawn: planned, a less sure reading, its number lost."""
_FATES = roles("lecture") | roles("cumul")
_RULES = roles("indicateur")
_KINDS = roles("type_evenement")
_COUNTED = ("accompagnement", "financement", "creation", "experimentation", "animation", "embauche")
_SUBJECT = ("dispositif", "acteur_id", "projet_id")
_KEY = ["sujet", "indicateur", "unite", "methode", "cumul"]


@dataclass(frozen=True)
class KeyFigures(Readable):
    """Every published figure of one year.

    Attributes:
        table: one row per row of ``indicateurs`` that the year holds: ``sujet`` (code), ``portee_sujet`` (``dispositif,
            acteur_id, projet_id``), ``indicateur, valeur, approximation, unite, methode, cumul, lecture, date``, ``sort``
            (blank when it is drawn, else one of `LEFT`), ``avant, avant_date`` (the same figure at an earlier date, same
            unit, method and reach; blank where two rows tell it otherwise), ``conflit`` (rows that give another value to the
            same figure), ``compte_min, compte_max`` (what the register counts in the year, dates that leave a doubt out, then
            in; blank where it cannot count), ``nommes`` (projects surely counted), ``indicateur_id, source_id``.
        undated: rows of ``indicateurs`` that no date places in any year.
        year: the year.
        sources: documents of the figures drawn.
        n: figures drawn.
    """

    exhibits = ("show_year", "chiffres", "comptes")

    table: pd.DataFrame
    undated: int
    year: int
    sources: tuple[object, ...]
    n: int


def build_key_figures(
    tables: Mapping[str, pd.DataFrame], episodes: Episodes, year: int, programme: str, previous: int
) -> KeyFigures | Refusal:
    """Take the published figures of a year, and count what the register can.

    ``tables``: ``indicateurs, evenements, projets, acteurs``; ``episodes``: stages of the projects, for creations and
    pilots; ``previous``: year to compare with; 0 for the latest known before.
    """
    asked = tell("les chiffres clés de {year}", year=year)
    known = of_programme(tables["indicateurs"], members(tables["projets"], programme), programme)
    rows = _tidy(known)
    of_year = rows["date_min"].notna() & rows["date_max"].notna() & perhaps_in(rows["date_min"], rows["date_max"], year)
    if not of_year.any():
        return Refusal(
            asked,
            tell("Aucune ligne d’indicateurs n’est datée de {year}.", year=year),
            _or_tell_another(
                tell("saisir dans « indicateurs » les chiffres du rapport d’activité, avec leur année."), rows, year
            ),
        )
    table = rows[of_year].reset_index(drop=True)
    if (table["sort"] != "").all():
        return Refusal(
            asked,
            tell(
                "Les lignes de {year} sont visées, perdues ou concurrentes : {rows}.",
                year=year,
                rows=table["indicateur_id"].tolist(),
            ),
            _or_tell_another(tell("saisir ce qui est constaté, dès qu’un document le dit."), rows, year),
        )
    drawn = rows[(rows["sort"] == "") & (rows["date_max"] < pd.Timestamp(f"{year}-01-01"))]
    if previous:
        drawn = drawn[surely_in(drawn["date_min"], drawn["date_max"], previous)]
    latest = drawn[drawn["date_max"] == drawn.groupby(_KEY)["date_max"].transform("max")]
    before = latest[latest.groupby(_KEY)["valeur"].transform("nunique") == 1].drop_duplicates(_KEY)
    before = before[[*_KEY, "valeur", "date"]].rename(columns={"valeur": "avant", "date": "avant_date"})
    table = table.merge(before, on=_KEY, how="left", validate="many_to_one")
    table["conflit"] = _conflicts(table)
    counted = [_count(row, tables, episodes, year) for row in table.to_dict("records")]
    table[["compte_min", "compte_max", "nommes"]] = pd.DataFrame(counted, index=table.index)
    shown = table[table["sort"] == ""]
    undated = int((rows["date_min"].isna() & rows["date_max"].isna()).sum())
    return KeyFigures(table, undated, year, tuple(dict.fromkeys(shown["source_id"])), len(shown))


def _or_tell_another(remedy: Sentence, rows: pd.DataFrame, year: int) -> Sentence:
    """A remedy, and the nearest year that figures tell of, where there is one."""
    told = rows.loc[(rows["sort"] == "") & (rows["date_min"].dt.year == rows["date_max"].dt.year), "date_max"].dt.year
    if told.empty:
        return remedy
    other = min(set(told), key=lambda one: (abs(one - year), -one))
    said = tell_n("{n} chiffre y est constaté", "{n} chiffres y sont constatés", int((told == other).sum()))
    return tell(
        "{remedy} Ou raconter {other} (réglage annee du carnet) : {said}.", remedy=remedy, other=int(other), said=said
    )


def keep_counted(figures: KeyFigures | Refusal) -> KeyFigures | Refusal:
    """The published figures of which the register counts something too."""
    if isinstance(figures, Refusal):
        return figures
    counted = figures.table[figures.table["compte_min"].notna()].reset_index(drop=True)
    if counted.empty:
        return Refusal(
            tell("ce que le registre compte à côté des chiffres publiés de {year}", year=figures.year),
            tell("Aucun chiffre publié de l’année n’est de ceux que le registre sait compter."),
        )
    return KeyFigures(counted, 0, figures.year, tuple(dict.fromkeys(counted["source_id"])), len(counted))


def _tidy(indicators: pd.DataFrame) -> pd.DataFrame:
    columns = ["indicateur", "approximation", "unite", "methode", "cumul", "lecture", "date"]
    rows = pd.DataFrame({name: indicators[name].astype("str").fillna("") for name in columns})
    rows["sujet"], rows["portee_sujet"] = "", ""
    for column in _SUBJECT:
        said = indicators[column].astype("str").fillna("")
        rows["portee_sujet"] = rows["portee_sujet"].mask((rows["sujet"] == "") & (said != ""), column)
        rows["sujet"] = rows["sujet"].where(rows["sujet"] != "", said)
    kept = ["indicateur_id", "source_id", "valeur", "date_min", "date_max"]
    rows[kept] = indicators[kept]
    fate = rows["lecture"].map(_FATES).fillna(rows["cumul"].map(_FATES)).fillna("")
    rows["sort"] = fate.mask((fate == "") & rows["valeur"].isna(), "perdue")
    return rows


def _conflicts(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """For each drawn figure, the rows that give it another value on the same date."""
    drawn = table[table["sort"] == ""]
    torn = {
        name: tuple(group["indicateur_id"])
        for name, group in drawn.groupby([*_KEY, "date"], dropna=False)
        if len(set(group["valeur"])) > 1
    }
    keys = table[[*_KEY, "date"]].itertuples(index=False, name=None)
    return [torn.get(key, ()) if fate == "" else () for key, fate in zip(keys, table["sort"], strict=True)]


def _count(
    row: Mapping[Any, Any], tables: Mapping[str, pd.DataFrame], episodes: Episodes, year: int
) -> tuple[float, float, tuple[str, ...]]:
    """What the register counts of one published figure in the year: surely, at most, and which projects surely."""
    rule = _RULES.get(row["indicateur"], "")
    scope = None if row["sort"] or rule not in _COUNTED else _scope(row, tables)
    if scope is None:
        return float("nan"), float("nan"), ()
    projects, events = scope
    if rule in set(episodes.stages["role"]):
        told = opened(episodes, rule).rename(columns={"ouverture_min": "low", "ouverture_max": "high"})
        told = told[told["projet_id"].isin(projects)]
    else:
        kinds = [code for code, role in _KINDS.items() if role == rule]
        told = events if rule == "accompagnement" else events[events["type_evenement"].isin(kinds)]
        told = told.rename(columns={"date_debut_min": "low", "date_debut_max": "high"})
        told = told[~told["type_evenement"].map(_KINDS).eq("annonce")]
    sure, perhaps = told[surely_in(told["low"], told["high"], year)], told[perhaps_in(told["low"], told["high"], year)]
    if rule == "animation":
        return len(sure), len(perhaps), ()
    whole = rule == "accompagnement" and row["portee_sujet"] == "acteur_id"
    likely = _supported(tables["projets"], projects) if whole else set(projects)
    named = [
        tuple(sorted(set(part["projet_id"].dropna()) & among))
        for part, among in ((sure, likely), (perhaps, set(projects)))
    ]
    return len(named[0]), len(named[1]), named[0]


def _supported(projects: pd.DataFrame, among: list[str]) -> set[str]:
    """Those that are said to be supported, and not in part."""
    return set(projects.loc[projects["accompagne"].astype("str") == "oui", "projet_id"]) & set(among)


def _scope(row: Mapping[Any, Any], tables: Mapping[str, pd.DataFrame]) -> tuple[list[str], pd.DataFrame] | None:
    """Projects and facts that a published figure bears on; None for an actor that is not the intermediary."""
    projects, events, actors = tables["projets"], tables["evenements"], tables["acteurs"]
    if row["portee_sujet"] == "dispositif":
        named = members(projects, row["sujet"])
        return named, of_programme(events, named, row["sujet"])
    if row["portee_sujet"] == "projet_id":
        return [row["sujet"]], events[events["projet_id"] == row["sujet"]]
    intermediary = actors.loc[actors["est_intermediaire"].astype("str") == "oui", "acteur_id"]
    if row["sujet"] not in set(intermediary):
        return None
    supported = projects[projects["accompagne"].astype("str").isin(["oui", "partiel"])]
    return supported["projet_id"].tolist(), events
