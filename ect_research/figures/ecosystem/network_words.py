"""What every figure of the network says: who keeps the register, how an actor and a sector are named and marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ect_research.analysis.ecosystem.ecosystem import Ecosystem
from ect_research.codebook.codebook import code_for
from ect_research.figures.exhibit.context import Context
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import LegendEntry
from ect_research.figures.page.theme import MUTED, PAPER, Theme
from ect_research.words import mark

BIAS = mark("registre tenu par l’intermédiaire ou d’après lui : il y est presque partout par construction")
DEFINITIONS = {
    "toutes": mark("Toutes les participations"),
    "non_deduites": mark("Sans celles que le codeur déduit"),
    "sans_financeurs": mark("Sans les financeurs"),
    "avec_liens": mark("Avec les liens entre acteurs"),
    "dispositif": mark("Un dispositif commun compte"),
}
VERDICTS = {
    "ecosysteme": mark("des partenaires se retrouvent plus que par hasard : un écosystème"),
    "ilots": mark("des partenaires se retrouvent, mais en îlots séparés"),
    "juxtaposition": mark("une juxtaposition"),
    "indistinct": mark("rien qui se distingue du hasard"),
    "autre": mark("ni écosystème ni juxtaposition, sans être ce que donne le hasard"),
}


@dataclass(frozen=True)
class SectorSign:
    """How a sector is drawn."""

    code: str
    label: str
    colour: str
    marker: str

    def entry(self) -> LegendEntry:
        """Its line in a legend."""
        return LegendEntry(self.label, kind="mark", face=self.colour, edge=MUTED, marker=self.marker)


def sector_signs(context: Context, theme: Theme) -> dict[str, SectorSign]:
    """The sign of each sector, and of none (``""``)."""
    rows = context.codebook.choices("secteur").to_dict("records")
    greys = [f"#{round(40 + 190 * place / max(1, len(rows) - 1)):02x}" for place in range(len(rows))]
    signs = {
        str(row["name"]): SectorSign(
            str(row["name"]),
            str(row[f"label::{theme.language}"]),
            grey[:1] + 3 * grey[1:] if theme.greyscale else str(row["colour"] or MUTED),
            str(row["sign"] or "o"),
        )
        for row, grey in zip(rows, greys, strict=True)
    }
    return signs | {"": SectorSign("", theme.say("secteur non dit"), PAPER, "o")}


def actor_names(context: Context) -> dict[str, str]:
    """``{acteur_id: name to print}``."""
    if "acteurs" not in context.tables:
        return {}
    actors = context.tables["acteurs"].astype({"acteur_id": str})
    return dict(zip(actors["acteur_id"], actors["nom"].fillna(actors["acteur_id"]).astype(str), strict=True))


def actor_sectors(context: Context) -> dict[str, str]:
    """``{acteur_id: sector}``, ``""`` where nobody says."""
    actors = context.tables.get("acteurs")
    if actors is None or "secteur" not in actors:
        return {}
    return dict(zip(actors["acteur_id"].astype(str), actors["secteur"].astype("str").fillna(""), strict=True))


def sectors_of(shown: Exhibit[Any], actors: pd.Series) -> pd.Series:
    """The sector of each actor, in words; blank where nobody says."""
    labels = {"": "", **shown.labels("secteur")}
    return actors.map(actor_sectors(shown.context)).fillna("").map(labels)


def protects(context: Context, unit: str) -> bool:
    """Whether a title may not name one of them (``organisations, projets``)."""
    return context.corpus is not None and unit in context.corpus.protection.protected


def hub_names(shown: Exhibit[Ecosystem]) -> str:
    """« Clus’Ter Jura »; « l’intermédiaire » where organisations are not named."""
    if protects(shown.context, "organisations"):
        return shown.theme.say("l’intermédiaire")
    names = actor_names(shown.context)
    return shown.theme.join([names.get(hub, hub) for hub in shown.told.hubs])


def network_caption(shown: Exhibit[Ecosystem], title: str, *, missing: Iterable[str] = (), **words: Any) -> Caption:  # noqa: ANN401
    """The caption of a figure of the network: who keeps the register comes first, and how sure the sectors are last."""
    told, theme = shown.told, shown.theme
    n = theme.say(
        "n = {projects}, {actors}",
        projects=theme.say_n("{n} projet", "{n} projets", told.n),
        actors=theme.say_n("{n} acteur", "{n} acteurs", len(told.network.actors)),
    )
    left = theme.say_some(
        "{n} participation trop peu sûre écartée", "{n} participations trop peu sûres écartées", told.left_out
    )
    first, *others = [part for part in (theme.say(BIAS), *missing, left) if part]
    said = ". ".join([first, *(f"{part[:1].upper()}{part[1:]}" for part in others)])
    return shown.context.caption(title=title, n=n, missing=said, **words)


def sectors_said(shown: Exhibit[Ecosystem]) -> str:
    """« secteur dit par une source pour 32 % de ceux qui en ont un »."""
    known = set(shown.told.network.actors)
    actors = shown.context.tables.get("acteurs")
    if actors is None or not {"secteur", "secteur_source"} <= set(actors):
        return ""
    here = actors[actors["acteur_id"].isin(known) & actors["secteur"].notna()]
    if here.empty:
        return ""
    told = (here["secteur_source"] == code_for("secteur_source", "dit")).fillna(value=False).mean()
    supposed = here["secteur_source"].notna().mean() - told
    return shown.theme.say(
        "Le secteur est dit par une source pour {share} des acteurs qui en ont un, supposé pour {supposed}",
        share=shown.theme.percent(float(told)),
        supposed=shown.theme.percent(float(supposed)),
    )
