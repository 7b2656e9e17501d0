"""Several territories side by side: which view is asked, and its words."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.territories.territories import UNKNOWN
from ect_research.errors import EctError
from ect_research.figures.corpus.territories.territory_panels import MOST_PANELS, draw_curves, draw_shares, heading
from ect_research.figures.corpus.territories.territory_tables import (
    difference_finding,
    difference_note,
    difference_rows,
    named,
    rate_finding,
    rate_rows,
    register_finding,
    register_rows,
)
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.formats import format_date
from ect_research.words import mark, tell

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ect_research.analysis.corpus.territories.territories import Territories
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

View = Literal["etapes", "issues", "creation", "taux", "comparabilite", "ecarts"]
_TITLES = {
    "etapes": mark("Jusqu’où vont les projets de chaque territoire"),
    "issues": mark("Ce que deviennent les projets de chaque territoire"),
    "creation": mark("Combien de temps jusqu’à la création, territoire par territoire"),
    "taux": mark("Les territoires rapportés à une même base"),
    "comparabilite": mark("Ce qui se compare d’un registre à l’autre, et ce qui ne se compare pas"),
    "ecarts": mark("Les écarts entre territoires, et ce que fait le hasard"),
}
_NOTES = {
    "etapes": mark(
        "Part des projets dont un document établit l’étape, effectif à droite ; le trait est l’intervalle de Wilson à 95 %. Ce "
        "qu’aucun document ne dit n’est pas compté : ce sont des planchers."
    ),
    "issues": mark(
        "Part des projets du registre, effectif à droite ; le trait est l’intervalle de Wilson à 95 %. « Inconnue » : aucun "
        "document ne place le projet à une étape."
    ),
    "creation": mark(
        "Part créée à chaque âge depuis le premier fait (Aalen–Johansen), en années ; la bande est l’intervalle à 95 %. La "
        "courbe s’arrête quand moins de cinq projets sont encore suivis."
    ),
    "taux": mark(
        "Intervalles exacts de Poisson à 95 % (Garwood 1936). Un taux sans base est laissé vide, et dit pourquoi. Un projet "
        "qui a embauché n’est pas un emploi : les emplois publiés ne s’additionnent pas d’un document à l’autre."
    ),
    "comparabilite": mark(
        "Projets : de durée connue (duree_connue), de début de suivi dit (suivi_connu), non accompagnés (temoins). Faits, en % : "
        "datés au mois ou mieux (dates_precises_pct), déduits ou incertains (faits_incertains_pct). Deux parts qui diffèrent "
        "de plus de 25 points font une réserve."
    ),
}
_MOST_SAID = 3
_TABLES: dict[str, Any] = {
    "taux": (rate_rows, None, rate_finding),
    "comparabilite": (register_rows, None, register_finding),
    "ecarts": (difference_rows, None, difference_finding),
}


def show_territories(territories: Territories | Refusal, view: View) -> Exhibit[Territories]:
    """Several territories, seen one way.

    Args:
        territories: from ``build_territories``.
        view: ``etapes, issues, creation`` (small multiples on one scale), ``taux`` (rates for 10 000 inhabitants, one FTE,
            100 project-years), ``comparabilite`` (what the registers do not share) or ``ecarts`` (tests).

    Raises:
        EctError: no such view.

    >>> from ect_research import build_territories, load_corpus
    >>> show_territories(build_territories([load_corpus("pays-ledonien")]), "taux").finding().strength.value
    'refusé'
    """
    if view not in _TITLES:
        raise EctError("Vue « {view} » inconnue : choisir parmi {known}.", view=view, known=", ".join(_TITLES))
    told = _refused(territories, view)

    rows, draw, find = _TABLES.get(view) or (
        partial(_panel_rows, view=view),
        partial(_draw, view=view),
        _curve_sentence if view == "creation" else partial(_share_sentence, view=view),
    )
    words = partial(_words, view=view)
    return Exhibit(told, rows, words, draw, finding_of=find, title=_TITLES[view], reads=("evenements",))


def _refused(territories: Territories | Refusal, view: str) -> Territories | Refusal:
    if isinstance(territories, Refusal):
        return territories
    if view == "ecarts" and isinstance(territories.differences, Refusal):
        return territories.differences
    if view == "creation" and len(territories.refusals) == len(territories.names):
        why = tell("Aucun territoire n’a assez de fins datées : il en faut dix dans un territoire pour une courbe.")
        return Refusal(tell("la courbe de chaque territoire"), why, tell("dater les créations et les abandons."))
    return territories


def _labels(shown: Exhibit[Territories], view: str) -> dict[str, str]:
    """``{code: words}`` of a view, in order; without the outcomes that nobody has."""
    shares = shown.told.shares[shown.told.shares["vue"] == view]
    met = shares.groupby("code", sort=False)["effectif"].sum()
    book, language = shown.context.codebook, shown.theme.language
    words = book.labels("etape" if view == "etapes" else "issue", language) | {UNKNOWN: shown.theme.say("Inconnue")}
    return {str(code): words.get(str(code), str(code)) for code, count in met.items() if count or view == "etapes"}


def _headings(shown: Exhibit[Territories]) -> dict[str, str]:
    told, theme = shown.told, shown.theme
    sizes = told.registers.set_index("territoire")["projets"]
    names = named(told, theme)
    return {key: heading(names[key], int(sizes[key]), theme) for key in list(names)[:MOST_PANELS]}


def _draw(shown: Exhibit[Territories], view: str) -> Figure:
    told, theme = shown.told, shown.theme
    if view == "creation":
        refused = {key: why.reason.sentence(theme.language) for key, why in told.refusals.items()}
        return draw_curves(told.curves, refused, _headings(shown), theme)
    return draw_shares(told.shares[told.shares["vue"] == view], _headings(shown), _labels(shown, view), theme)


def _panel_rows(shown: Exhibit[Territories], view: str) -> pd.DataFrame:
    told, theme = shown.told, shown.theme
    names = named(told, theme)
    if view == "creation":
        table = told.curves.assign(territoire=told.curves["territoire"].map(names))
        return table[["territoire", "temps", "a_risque", "part", "bas", "haut"]]
    labels = _labels(shown, view)
    table = told.shares[(told.shares["vue"] == view) & told.shares["code"].isin(list(labels))]
    table = table.assign(territoire=table["territoire"].map(names), libelle=table["code"].map(labels))
    return table[["territoire", "libelle", "effectif", "n", "part", "bas", "haut"]].reset_index(drop=True)


def _words(shown: Exhibit[Territories], view: str) -> Caption:
    told, theme = shown.told, shown.theme
    n = theme.say(
        "n = {projects} de {territories}",
        projects=theme.say_n("{n} projet", "{n} projets", told.n),
        territories=theme.say_n("{n} territoire", "{n} territoires", len(told.names)),
    )
    said = shown.context.caption(
        title=theme.say(_TITLES[view]),
        n=n,
        missing=_missing(shown, view),
        reading=difference_note(told, theme) if view == "ecarts" else theme.say(_NOTES[view]),
        scope=theme.say("tous les projets de chaque registre"),
    )
    return replace(said, date=_observed(told, theme))


def _missing(shown: Exhibit[Territories], view: str) -> list[str]:
    told, theme = shown.told, shown.theme
    more = 0 if view in _TABLES else max(len(told.names) - MOST_PANELS, 0)
    reserves = 0 if view == "comparabilite" else len(told.reserves)
    return [
        theme.say_some("{n} territoire de plus dans les données", "{n} territoires de plus dans les données", more),
        theme.say_some("comparaison sous {n} réserve, voir « ce qui se compare »",
                       "comparaison sous {n} réserves, voir « ce qui se compare »", reserves),
    ]  # fmt: skip


def _observed(told: Territories, theme: Theme) -> str:
    first, last = (
        format_date(day, "jour", theme.language) for day in (min(told.observed.values()), max(told.observed.values()))
    )
    if first == last:
        return theme.say("état au {day}", day=first)
    return theme.say("états du {first} au {last}", first=first, last=last)


def _share_sentence(shown: Exhibit[Territories], view: str) -> str:
    """The territories where most and fewest projects reach creation, or whose outcome is unknown."""
    told, theme = shown.told, shown.theme
    book = shown.context.codebook
    created = book.stages.loc[book.stages["role"] == "creation", "name"].iloc[0]
    code = created if view == "etapes" else UNKNOWN
    rows = told.shares[(told.shares["vue"] == view) & (told.shares["code"] == code)].sort_values("part", kind="stable")
    names = named(told, theme)
    low, high = (_share(one, theme) for one in (rows.iloc[0], rows.iloc[-1]))
    blanks = {
        "low": low,
        "high": high,
        "here": names[rows["territoire"].iloc[0]],
        "there": names[rows["territoire"].iloc[-1]],
    }
    if view == "etapes":
        return theme.say(
            "Une création est attestée, au moins, pour {high} dans « {there} », pour {low} dans « {here} ».", **blanks
        )
    return theme.say("L’issue reste inconnue pour {high} dans « {there} », pour {low} dans « {here} ».", **blanks)


def _share(row: pd.Series, theme: Theme) -> str:
    return theme.say("{share} des projets", share=theme.share(row["effectif"], row["n"], (row["bas"], row["haut"])))


def _curve_sentence(shown: Exhibit[Territories]) -> str:
    """The share created at the greatest age that all curves reach: in each territory, or in the two that differ most."""
    told, theme = shown.told, shown.theme
    names = named(told, theme)
    age = told.curves.groupby("territoire")["temps"].max().min()
    at = told.curves[told.curves["temps"] <= age].groupby("territoire", sort=False).tail(1).sort_values("part")
    at = at if len(at) <= _MOST_SAID else at.iloc[[0, -1]]
    said = [
        theme.say("{share} [{interval}] dans « {name} »", share=theme.percent(row["part"]),
                  interval=theme.percents(row["bas"], row["haut"]), name=names[row["territoire"]])
        for _, row in at.iterrows()
    ]  # fmt: skip
    years = theme.number(float(age) / 12, 1)
    each = theme.join(said)
    return theme.say("À {years} ans, part des projets créés : {each}.", years=years, each=each)
