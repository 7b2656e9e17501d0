"""How the synergies are said: steps, actors, quantities, one row each; and the firms met, whom to call again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.ecosystem.synergies import Synergies
from ect_research.codebook.codebook import families
from ect_research.figures.ecosystem.network_words import actor_names
from ect_research.figures.exhibit.context import Context
from ect_research.figures.exhibit.exhibit import Exhibit, table
from ect_research.figures.page.theme import Theme
from ect_research.figures.signs.time_axis import say_typed_date
from ect_research.words import mark, tell

READS = ("ressources",)
STEP_NAMES = {
    "detectee": mark("repéré"),
    "etudiee": mark("étudié"),
    "testee": mark("essayé"),
    "active": mark("en marche"),
    "arretee": mark("arrêté"),
}
_THREE_FIGURES = 100
_GREYS = {"detectee": "#e4e4e4", "etudiee": "#c0c0c0", "testee": "#8c8c8c", "active": "#404040", "arretee": "#ffffff"}


def step_colours(context: Context, theme: Theme) -> dict[str, str]:
    """The tone of each step: that of the state of the resource that opens it."""
    if theme.greyscale:
        return _GREYS
    colours = context.codebook.colours("etat_ressource")
    return {step: colours[code] for code, step in reversed(families("etat_ressource").items())}


def said_step(step: str, n: int, theme: Theme) -> str:
    """« 2 repérés »."""
    said = {
        "detectee": theme.say_n("{n} repéré", "{n} repérés", n),
        "etudiee": theme.say_n("{n} étudié", "{n} étudiés", n),
        "testee": theme.say_n("{n} essayé", "{n} essayés", n),
        "active": theme.say_n("{n} en marche", "{n} en marche", n),
        "arretee": theme.say_n("{n} arrêté", "{n} arrêtés", n),
    }
    return said[step]


def said_actor(actor: object, names: Mapping[str, str]) -> str:
    """Its name; a dash where nobody tells it."""
    return names.get(str(actor), str(actor)) if isinstance(actor, str) and actor else "…"


def said_quantity(row: Mapping[Any, Any], shown: Exhibit[Any]) -> str:
    """« 120 tonnes par an »; blank when it is not told."""
    if pd.isna(row["quantite"]) or not isinstance(row["unite"], str):
        return ""
    unit = shown.label("unite_flux", row["unite"])
    return f"{said_amount(row['quantite'], shown.theme)} {unit}"


def said_amount(value: float, theme: Theme) -> str:
    """A quantity as it was said, three figures at least.

    >>> from ect_research.figures.page.theme import get_theme
    >>> [said_amount(value, get_theme("ademe", "en")) for value in (8.5, 20000, 12.345, 0.25)]
    ['8.5', '20,000', '12.3', '0.25']
    """
    enough = (places for places in range(9) if round(value, places) == value or value * 10**places >= _THREE_FIGURES)
    return theme.number(value, next(enough, 9))


def converted_units(shown: Exhibit[Any]) -> str:
    """« kilogrammes par an comptés en tonnes par an : 2 gisements »; blank when every quantity is in its own unit."""
    theme, told, labels = shown.theme, shown.told.table, shown.labels("unite_flux")
    pairs = told.loc[
        told["quantite"].notna() & (told["unite"] != told["unite_dite"]), ["unite_dite", "unite"]
    ].value_counts()
    return theme.say(" ; ").join(
        theme.say_n("{told} comptés en {whole} : {n} gisement", "{told} comptés en {whole} : {n} gisements", int(n),
                    told=labels[said], whole=labels[whole])
        for (said, whole), n in pairs.items()
    )  # fmt: skip


def synergy_rows(shown: Exhibit[Any]) -> pd.DataFrame:
    """One row per synergy, in the reader's words."""
    told, theme, context = shown.told.table, shown.theme, shown.context
    names = actor_names(context)
    return pd.DataFrame(
        {
            "ressource": told["libelle"],
            "flux": told["flux"].map(context.codebook.labels("flux", theme.language)),
            "epci": told["epci"],
            "detenteur": told["detenteur_id"].map(names),
            "preneur": told["preneur_id"].map(names),
            "quantite": told["quantite"],
            "unite": told["unite"].map(context.codebook.labels("unite_flux", theme.language)),
            "unite_dite": told["unite_dite"].map(context.codebook.labels("unite_flux", theme.language)),
            "pas": [theme.say(STEP_NAMES[step]) for step in told["pas"]],
            "depuis_min": told["depuis_min"],
            "depuis_max": told["depuis_max"],
            "projet": told["projet_id"].map(context.names()),
            "lignes": told["etats"].map(" ".join),
        }
    )


def show_met_firms(synergies: Synergies | Refusal) -> Exhibit[Synergies]:
    """Firms that a visit, a workshop or an event names, and the synergies and projects that name them too."""
    if not isinstance(synergies, Refusal) and synergies.firms.empty:
        synergies = Refusal(
            tell("les entreprises rencontrées"),
            tell("Aucun fait sans projet ne nomme une entreprise présente."),
            tell("remplir « Acteurs présents » des visites et des ateliers dans « evenements »."),
        )
    return table(
        synergies,
        _firm_rows,
        title=mark("Les entreprises rencontrées, et ce qu’on en sait"),
        n=lambda shown: shown.theme.say_n("n = {n} entreprise", "n = {n} entreprises", len(shown.told.firms)),
        note=mark(
            "D’abord celles qu’aucune synergie ni aucun projet ne nomme, la plus ancienne rencontre en tête. Un projet peut "
            "avoir précédé la rencontre ; ce qu’aucun document ne dit n’est pas « rien »."
        ),
        reads=("evenements", "participations", "ressources"),
        counts="organisations",
        finding=_find_firms,
    )


def _firm_rows(shown: Exhibit[Synergies]) -> pd.DataFrame:
    told, theme, context = shown.told, shown.theme, shown.context
    names, labels = actor_names(context), told.table.set_index("ressource_id")["libelle"]
    projects = context.names()
    firms = told.firms
    return pd.DataFrame(
        {
            "acteur": firms["acteur_id"].map(names),
            "rencontres": firms["rencontres"],
            "derniere_rencontre": [say_typed_date(said, theme.language) for said in firms["dite"]],
            "synergies": [theme.join([str(labels[one]) for one in own]) for own in firms["synergies"]],
            "pas": [theme.say(STEP_NAMES[step]) if step else "" for step in firms["pas"]],
            "projets": [theme.join([projects.get(one, one) for one in own]) for own in firms["projets"]],
        }
    )


def _find_firms(shown: Exhibit[Synergies]) -> str:
    firms, theme = shown.told.firms, shown.theme
    with_synergy, with_project = firms["synergies"].map(len) > 0, firms["projets"].map(len) > 0
    return theme.say_n(
        "{n} entreprise rencontrée, à ce que disent les documents : {synergy} dans une synergie, {project} dans un projet, "
        "{nothing} dont rien d’autre n’est dit.",
        "{n} entreprises rencontrées, à ce que disent les documents : {synergy} dans une synergie, {project} dans un projet, "
        "{nothing} dont rien d’autre n’est dit.",
        len(firms),
        synergy=int(with_synergy.sum()) or theme.say("aucune"),
        project=int(with_project.sum()) or theme.say("aucune"),
        nothing=int((~with_synergy & ~with_project).sum()) or theme.say("aucune"),
    )
