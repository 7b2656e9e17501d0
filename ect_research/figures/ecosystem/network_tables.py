"""Tables of the network: places of actors, years, partners that meet again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.figures.ecosystem.network_words import BIAS, actor_names, actor_sectors, hub_names, protects
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength, table
from ect_research.figures.page.formats import format_number, format_percent
from ect_research.words import mark

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.ecosystem.ecosystem import Ecosystem

_LISTED = 3
_BROKERAGE = {"w_I": "coordination", "w_O": "itinerance", "b_IO": "representation", "b_OI": "filtrage", "b_O": "liaison",
              "t": "courtages"}  # fmt: skip
_PLACES = mark(
    "Place des acteurs, intermédiaire compris : part des plus courts chemins qui passent par eux (intermediarite) ; ce que leurs "
    "relations ont de redondant (contrainte de Burt ; vide : isolé) ; nombre de paires sans lien entre elles qu’ils relient, par "
    "secteur (Gould et Fernandez)."
)
_YEARS = mark(
    "Ce qui a sûrement commencé à la fin de chaque année, et la part des paires de projets qui se rejoignent par là."
)
_AGAIN = mark("Acteurs ensemble dans deux projets ou plus, l’intermédiaire ôté.")


def show_network_table(ecosystem: Ecosystem | Refusal, about: str) -> Exhibit[Ecosystem]:
    """A table of the network: ``acteurs``, ``annees`` or ``retrouvailles``."""
    rows, title, note, finding = TABLES[about]

    def count(shown: Exhibit[Ecosystem]) -> str:
        theme = shown.theme
        said = theme.say_n("n = {n} projet", "n = {n} projets", shown.told.n)
        return f"{said} ; {theme.say(BIAS)}"

    told = table(ecosystem, rows, title=title, n=count, note=note, reads=("participations",),
                 counts="projets" if about == "annees" else "organisations", finding=finding)  # fmt: skip
    return told.in_annex()


def _place_rows(shown: Exhibit[Ecosystem]) -> pd.DataFrame:
    told, context = shown.told, shown.context
    labels = {"": "", **context.codebook.labels("secteur", shown.theme.language)}
    frame = told.actors.assign(
        acteur=told.actors["acteur_id"].map(actor_names(context)),
        secteur=told.actors["acteur_id"].map(actor_sectors(context)).fillna("").map(labels),
    ).round({"intermediarite": 4, "contrainte": 4})
    columns = ["acteur", "secteur", "projets", "intermediarite", "contrainte", *_BROKERAGE.values(), "acteur_id"]
    return frame.rename(columns=_BROKERAGE)[columns]


def _find_places(shown: Exhibit[Ecosystem]) -> Finding:
    told, theme = shown.told, shown.theme
    hub = told.actors[told.actors["intermediaire"]]["intermediarite"].max()
    other = told.actors[~told.actors["intermediaire"]].iloc[0]
    said = theme.say(
        "{hub} est sur {share} des plus courts chemins entre acteurs ; le suivant, {other}, sur {next}.",
        hub=hub_names(shown),
        share=format_percent(float(hub), 0, theme.language),
        other=actor_names(shown.context).get(str(other["acteur_id"]), str(other["acteur_id"])),
        next=format_percent(float(other["intermediarite"]), 0, theme.language),
    )
    return Finding(said, Strength.COUNTED)


def _year_rows(shown: Exhibit[Ecosystem]) -> pd.DataFrame:
    return shown.told.years.round({"avec": 3, "sans": 3})


def _find_years(shown: Exhibit[Ecosystem]) -> Finding:
    told, theme = shown.told, shown.theme
    if told.years.empty:
        return Finding(theme.say("Aucune participation n’est datée."), Strength.COUNTED)
    most = told.years.iloc[int(told.years["nouvelles"].argmax())]
    said = theme.say_n(
        "{n} participation commence en {year}, l’année qui en dit le plus ; {undated} sont sans date.",
        "{n} participations commencent en {year}, l’année qui en dit le plus ; {undated} sont sans date.",
        int(most["nouvelles"]),
        year=int(most["annee"]),
        undated=format_number(told.undated, 0, theme.language),
    )
    return Finding(said, Strength.COUNTED)


def _again_rows(shown: Exhibit[Ecosystem]) -> pd.DataFrame:
    told, names, projects = shown.told, actor_names(shown.context), shown.context.names()
    return told.again.assign(
        acteur=told.again["a"].map(names),
        avec=told.again["b"].map(names),
        lesquels=[", ".join(projects.get(code, code) for code in known) for known in told.again["projets"]],
        projets=[len(known) for known in told.again["projets"]],
    )[["acteur", "avec", "projets", *([] if protects(shown.context, "projets") else ["lesquels"])]]


def _find_again(shown: Exhibit[Ecosystem]) -> Finding:
    told, theme, names = shown.told, shown.theme, actor_names(shown.context)
    pairs = [f"{names.get(a, a)} – {names.get(b, b)}" for a, b in zip(told.again["a"], told.again["b"], strict=True)]
    said = theme.say_n(
        "{n} paire d’acteurs se retrouve dans deux projets ou plus sans {hub}",
        "{n} paires d’acteurs se retrouvent dans deux projets ou plus sans {hub}",
        len(pairs),
        hub=hub_names(shown),
    )
    if pairs:
        said = theme.say("{said} : {names}", said=said, names=theme.say(" ; ").join(pairs[:_LISTED]))
    return Finding(f"{said}.", Strength.COUNTED)


TABLES = {
    "acteurs": (_place_rows, mark("Places des acteurs dans le réseau"), _PLACES, _find_places),
    "annees": (_year_rows, mark("Le réseau année par année"), _YEARS, _find_years),
    "retrouvailles": (_again_rows, mark("Les partenaires qui se retrouvent"), _AGAIN, _find_again),
}
