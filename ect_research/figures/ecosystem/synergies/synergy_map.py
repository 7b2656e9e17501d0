"""Where the flows go: from the commune of the holder to that of the taker, in one unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal
from ect_research.figures.maps.compose import show_map
from ect_research.figures.maps.layers.flows import Flows
from ect_research.words import mark, tell

if TYPE_CHECKING:
    from ect_research.analysis.ecosystem.synergies.synergies import Synergies
    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.exhibit.exhibit import Exhibit
    from ect_research.figures.maps.layers.layer import Layer


def show_synergy_map(
    synergies: Synergies | Refusal, basemap: Basemap, perimeter: str, context: Context, *, unit: str = ""
) -> Exhibit[list[Layer]]:
    """Arrows between communes, as wide as the quantity; dashed where nobody tells it. Stopped synergies are left out.

    Args:
        synergies: from ``build_synergies``.
        basemap: from ``load_basemap``.
        perimeter: name of the perimeter.
        context: names the unit and the source (``context`` of a study).
        unit: code of the only unit drawn; blank for that of most flows.

    Raises:
        BasemapError: no such perimeter.
    """
    return show_map(_flows(synergies, basemap, context, unit), basemap, perimeter, counts="organisations")


def _flows(synergies: Synergies | Refusal, basemap: Basemap, context: Context, unit: str) -> Flows | Refusal:
    if isinstance(synergies, Refusal):
        return synergies
    if isinstance(synergies.flows, Refusal):
        return synergies.flows
    table = synergies.table[synergies.table["pas"] != "arretee"]
    units = table["unite"].dropna()
    chosen = unit or (str(units.mode().iloc[0]) if len(units) else "")
    ways = table[table["unite"].isna() | (table["unite"] == chosen)]
    ways = ways[ways[["commune_de", "commune_vers"]].notna().all(axis=1)]
    if ways.empty or (unit and unit not in set(units)):
        return Refusal(
            tell("la carte des flux"),
            tell("Aucun flux de cette unité n’a ses deux communes."),
            tell("remplir commune_insee du détenteur et du preneur dans acteurs."),
        )
    ties = ways[["commune_de", "commune_vers", "quantite"]]
    ties.columns = ["origine", "destination", "valeur"]
    ties = ties.assign(**{end: ties[end].map(basemap.code_today) for end in ("origine", "destination")})
    language = context.theme.language
    label = context.codebook.labels("unite_flux", language).get(chosen, "")
    source = context.source.said("citation", language).rstrip(".")
    return Flows(
        ties, mark("Flux de matière, de qui détient à qui reprend"), label, source, str(synergies.observed_on.year)
    )
