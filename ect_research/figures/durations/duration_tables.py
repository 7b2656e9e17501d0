"""Tables of durations, of models of the time to an end, and of the rates of creation, in the reader's words."""

from __future__ import annotations

import math
from functools import partial

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.creation_rates import COMPETING, FLOOR, REACHED, CreationRates
from ect_research.analysis.durations.durations import Durations
from ect_research.analysis.durations.hazard import HazardModel
from ect_research.analysis.durations.sampled_durations import DrawnDurations
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength, table
from ect_research.figures.page.formats import format_range
from ect_research.figures.page.theme import Theme
from ect_research.words import mark

_ENDS = {"creation": mark("création"), "abandon": mark("abandon"), "absorption": mark("absorption")}
_LONG_MONTHS = 12.0
_READS = ("evenements",)
_WAYS = {
    FLOOR: mark("Plancher du registre"),
    REACHED: mark("Entonnoir selon l’âge"),
    COMPETING: mark("Fins en concurrence"),
}
_WHAT = {
    FLOOR: mark("Créations qu’un document atteste, sur tous les projets ; les plus jeunes comptent comme non créés."),
    REACHED: mark("Projets dont l’idée est datée, corrigés de ceux qui n’ont pas encore cet âge."),
    COMPETING: mark("Projets suivis depuis leur premier fait, où un abandon ou une absorption empêche de créer."),
}


def show_durations(durations: Durations, drawn: DrawnDurations | Refusal | None = None) -> Exhibit[Durations]:
    """One row per project: its duration, its end, or why it has none; what imprecise dates leave open.

    Args:
        durations: from ``build_durations``, or ``durations_from`` a table of one's own.
        drawn: from ``sample_durations``: ``duree_min`` and ``duree_max`` then hold 95 % of the draws.

    >>> import ect_research as ect
    >>> table = pd.DataFrame({"mois": [14, 9], "issue": ["abandon", ""]}, index=["Fournil", "Garage"])
    >>> show_durations(ect.durations_from(table, time="mois", end="issue")).rows()[["projet", "fin"]].to_numpy().tolist()
    [['Fournil', 'abandon'], ['Garage', 'encore en cours']]
    """

    def finding(shown: Exhibit[Durations]) -> str:
        told, theme = shown.told, shown.theme
        known = theme.say_n("{n} durée connue", "{n} durées connues", told.n)
        said = theme.say(
            "{known} sur {all} projets ; {ends}.",
            known=known,
            all=told.n + len(told.excluded),
            ends=theme.say_n("{n} arrivée à une fin", "{n} arrivées à une fin", sum(told.ends.values())),
        )
        if drawn is not None and not isinstance(drawn, Refusal):
            wide = int((drawn.spread["haut"] - drawn.spread["bas"] >= _LONG_MONTHS).sum())
            said += theme.say_some(
                " {n} n’est connue qu’à un an près, ou pire.", " {n} ne sont connues qu’à un an près, ou pire.", wide
            )
        return said

    return table(
        durations,
        partial(_duration_rows, drawn=drawn),
        title=mark("Durée connue de chaque projet, et ce que les dates imprécises laissent ouvert"),
        n=lambda shown: shown.theme.say_n("n = {n} durée", "n = {n} durées", shown.told.n),
        note=mark("Mois ; duree_min et duree_max : 95 % des tirages des dates dans leurs intervalles."),
        reads=_READS,
        finding=finding,
    ).in_annex()


def show_hazard(model: HazardModel | Refusal, constant: pd.DataFrame | Refusal | None = None) -> Exhibit[HazardModel]:
    """The coefficients of a model of the time to an end: each ratio with its interval.

    Args:
        model: from ``fit_hazard``, or ``fit_cox``, whose tests of all terms together and concordance follow the terms.
        constant: from ``check_proportionality``: whether each effect of a Cox model holds at every age.
    """
    return table(
        model,
        partial(_hazard_rows, constant=constant),
        title=mark("Risque de création selon l’âge du projet")
        if isinstance(model, Refusal) or model.cause == "creation"
        else mark("Risque d’une fin selon l’âge du projet"),
        n=lambda shown: shown.theme.say_n("n = {n} durée", "n = {n} durées", shown.told.n),
        note=mark(
            "Effet qui changerait avec l’âge : un grand p ne prouve rien, l’épreuve voit peu quand les fins sont rares."
        )
        if isinstance(constant, pd.DataFrame)
        else "",
        reads=_READS,
        finding=_find_slope,
    ).in_annex()


def _hazard_rows(shown: Exhibit[HazardModel], constant: pd.DataFrame | Refusal | None) -> pd.DataFrame:
    told, theme = shown.told, shown.theme
    rows = [told.terms]
    if told.tests is not None:
        named = {"vraisemblance": theme.say("tous les termes : rapport de vraisemblance"),
                 "score": theme.say("tous les termes : score"), "wald": theme.say("tous les termes : Wald")}  # fmt: skip
        rows.append(told.tests.assign(terme=told.tests["test"].map(named)).drop(columns="test"))
    if told.concordance is not None:
        found = told.concordance
        line = {"terme": theme.say("concordance"), "erreur": found.error, "concordance": found.estimate,
                "bas": found.low, "haut": found.high}  # fmt: skip
        rows.append(pd.DataFrame([line]))
    if isinstance(constant, pd.DataFrame):
        named = {"ensemble": theme.say("tous les termes")}
        rows.append(constant.assign(terme=[theme.say("effet qui changerait avec l’âge : {term}", term=named.get(term, term))
                                           for term in constant["terme"]]))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def _find_slope(shown: Exhibit[HazardModel]) -> Finding:
    """The first term after the constant: the ratio of the risks one unit apart."""
    told, theme = shown.told, shown.theme
    term = told.terms[told.terms["terme"] != "constante"].iloc[0]
    said = theme.say(
        "À une unité de plus de « {term} », le risque est {ratio} fois aussi grand (intervalle à 95 % : {interval} ; {ends}, "
        "{projects}).",
        term=theme.say("période") if term["terme"] == "periode" else term["terme"],
        ratio=theme.number(term["rapport"], 2),
        interval=format_range(term["bas"], term["haut"], 2, theme.language),
        ends=theme.say_n("{n} fin", "{n} fins", told.events),
        projects=theme.say_n("{n} projet", "{n} projets", told.n),
    )
    apart = term["bas"] > 1 or term["haut"] < 1
    return Finding(said, Strength.BEYOND_CHANCE if apart else Strength.AS_CHANCE)


def _duration_rows(shown: Exhibit[Durations], drawn: DrawnDurations | Refusal | None) -> pd.DataFrame:
    told, theme, names = shown.told, shown.theme, shown.names
    ends = ["", *told.causes]
    kept = pd.DataFrame(
        {
            "projet_id": list(told.names),
            "duree_mois": told.time,
            "fin": [_end(ends[cause], theme) for cause in told.cause],
            "entree_mois": told.entry,
            "situation": "",
        }
    )
    if drawn is not None and not isinstance(drawn, Refusal):
        ranges = drawn.spread.rename(columns={"bas": "duree_min", "haut": "duree_max"})
        kept = kept.merge(ranges[["projet_id", "duree_min", "duree_max"]], on="projet_id", how="left")
    left = told.excluded.assign(situation=[theme.say(reason) for reason in told.excluded["raison"]])
    rows = pd.concat([kept, left.drop(columns="raison")], ignore_index=True)
    rows.insert(0, "projet", [names.get(code, code) for code in rows["projet_id"]])
    columns = ["projet", "duree_mois", "fin", "entree_mois", "duree_min", "duree_max", "situation", "projet_id"]
    return rows.reindex(columns=columns)


def _end(name: str, theme: Theme) -> str:
    return theme.say(_ENDS.get(name, name)) if name else theme.say("encore en cours")


def show_creation_rates(rates: CreationRates | Refusal) -> Exhibit[CreationRates]:
    """One row per way of counting: its definition, its age, its rate with its interval.

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
        _rate_rows,
        title=mark("Le taux de création, selon ce que l’on compte"),
        n=lambda shown: shown.theme.say_n("n = {n} projet", "n = {n} projets", shown.told.n),
        note=mark("Trois définitions, trois nombres : n’en citer aucun sans la sienne."),
        reads=("evenements",),
        finding=_find_rates,
    )


def _rate_rows(shown: Exhibit[CreationRates]) -> pd.DataFrame:
    told, theme = shown.told, shown.theme
    known = {str(row["methode"]): row for _, row in told.table.iterrows()}
    rows = []
    for way in _WAYS:
        row, refused = known.get(way), told.refusals.get(way)
        rate = _rate(row, theme) if row is not None else theme.say("refusé") if refused else theme.say("non lisible")
        age, n = (_said_age(float(row["age"]), theme), str(int(row["n"]))) if row is not None else ("", "")
        rows.append((theme.say(_WAYS[way]), theme.say(_WHAT[way]), age, n, rate))
    return pd.DataFrame(rows, columns=["methode", "ce_qui_est_compte", "age_releve", "n", "taux_de_creation"])


def _rate(row: pd.Series, theme: Theme) -> str:
    return theme.share(row["part"] * row["n"], row["n"], (row["bas"], row["haut"]))


def _said_age(months: float, theme: Theme) -> str:
    if math.isnan(months):
        return theme.say("tous âges")
    if months % 12:
        return theme.say("à {n} mois", n=int(months))
    return theme.say_n("à {n} an", "à {n} ans", int(months) // 12)


def _find_rates(shown: Exhibit[CreationRates]) -> str:
    told, theme = shown.told, shown.theme
    floor = _rate(told.table.iloc[0], theme)
    if len(told.table) == 1:
        return theme.say("Un seul taux de création se compte, un plancher : {floor} (n = {n}).", floor=floor, n=told.n)
    others = [
        theme.say("{rate} {age} ({way})", rate=_rate(row, theme), age=_said_age(float(row["age"]), theme),
                  way=theme.say(_WAYS[str(row["methode"])]).lower())
        for _, row in told.table.iloc[1:].iterrows()
    ]  # fmt: skip
    return theme.say(
        "Taux de création : {floor} au moins des {n} projets du registre, {others}.",
        floor=floor,
        n=told.n,
        others=theme.join(others),
    )
