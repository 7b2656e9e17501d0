"""The density of population as a map says it, in the language of its reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.analysis.territory.variables import MapVariable
from ect_research.figures.caption import Caption
from ect_research.figures.formats import format_count

if TYPE_CHECKING:
    from ect_research.corpus.basemap_model import Basemap
    from ect_research.figures.formats import Language
    from ect_research.figures.theme import Theme

_WORDS = {
    "fr": {
        "label": "Densité de population", "unit": "habitants par km²",
        "source": "Insee, populations de référence 2023", "date": "communes au 1er janvier 2026",
        "title": "Où vit-on serré ?", "crossed": "Projets placés et densité de population",
        "project": "projet", "both": "registre et Insee",
    },
    "en": {
        "label": "Population density", "unit": "inhabitants per km²",
        "source": "Insee, reference populations 2023", "date": "communes as of 1 January 2026",
        "title": "Where do people live close together?", "crossed": "Projects placed and population density",
        "project": "project", "both": "register and Insee",
    },
}  # fmt: skip


def map_density(basemap: Basemap, perimeter: str, language: Language = "fr") -> MapVariable:
    """Inhabitants per square kilometre of the communes of a perimeter, a rate.

    Args:
        basemap: from `load_basemap`.
        perimeter: its name in ``territoires.toml``.
        language: of its label, unit and source.

    Raises:
        BasemapError: no such perimeter.

    >>> from ect_research.corpus.basemap import load_basemap
    >>> density = map_density(load_basemap(), "pays-ledonien-2020", "en")
    >>> density.label, density.unit, len(density.known)
    ('Population density', 'inhabitants per km²', 199)
    """
    words = _WORDS[language]
    people_per_km2 = basemap.people() / basemap.areas_km2
    rate = MapVariable(people_per_km2, "taux", words["label"], words["source"], words["date"], words["unit"])
    return rate.within(basemap.perimeter(perimeter).members)


def caption_density(density: MapVariable, theme: Theme, *, projects: int | None = None) -> Caption:
    """Title, count and source of a map of density.

    Args:
        density: from `map_density`.
        theme: gives the language.
        projects: how many, when the map lays projects over the density.

    >>> import pandas as pd
    >>> from ect_research.figures.theme import get_theme
    >>> density = MapVariable(pd.Series({"39300": 2290.0}), "taux", "Densité", "Insee", "2023", "hab./km²")
    >>> caption_density(density, get_theme("ademe", "en"), projects=28).n
    'n = 28 projects'
    """
    words = _WORDS[theme.language]
    if projects is not None:
        counted = format_count(projects, words["project"], language=theme.language)
        return Caption(words["crossed"], f"n = {counted}", words["both"])
    counted = format_count(len(density.known), "commune", language=theme.language)
    return Caption(words["title"], f"n = {counted}", words["source"])
