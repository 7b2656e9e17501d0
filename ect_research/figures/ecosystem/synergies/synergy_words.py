"""How the figures of the synergies name a step, an actor, a place and a quantity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.codebook.roles import families
from ect_research.figures.ecosystem.network_words import actor_names
from ect_research.figures.page.formats import format_number
from ect_research.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.exhibit.exhibit import Exhibit
    from ect_research.figures.page.theme import Theme

READS = ("ressources",)
STEP_NAMES = {
    "detectee": mark("repéré"),
    "etudiee": mark("étudié"),
    "testee": mark("essayé"),
    "active": mark("en marche"),
    "arretee": mark("arrêté"),
}
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
    unit = shown.context.codebook.label("unite_flux", row["unite"], shown.theme.language)
    return f"{format_number(row['quantite'], 0, shown.theme.language)} {unit}"


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
            "pas": [theme.say(STEP_NAMES[step]) for step in told["pas"]],
            "depuis_min": told["depuis_min"],
            "depuis_max": told["depuis_max"],
            "projet": told["projet_id"].map(context.names()),
            "lignes": told["etats"].map(" ".join),
        }
    )
