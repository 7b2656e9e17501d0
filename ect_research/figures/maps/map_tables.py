"""The words and the tables that go with the location map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal
from ect_research.figures.maps.ground.map_words import WORDS, absent_lines, semicolon_list
from ect_research.figures.page.formats import format_count, join_words
from ect_research.figures.page.sourced_caption import sourced_caption

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.analysis.territory import ProjectPlaces
    from ect_research.corpus.basemap.perimeters import Perimeter
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme


def caption_location_map(
    places: ProjectPlaces | Refusal, corpus: Corpus, perimeter: Perimeter, theme: Theme
) -> Caption | Refusal:
    """The words around the map: how many projects have a place, and one circle read aloud."""
    if isinstance(places, Refusal):
        return places
    language, words = theme.language, WORDS[theme.language]
    noun = "projet" if language == "fr" else "project"
    fullest = places.communes.iloc[0]
    absent = absent_lines(places.counts, language)
    return sourced_caption(
        corpus,
        theme,
        title=words["title"].format(known=places.known, n=places.n),
        subtitle=words["subtitle"].format(perimeter.name(language)),
        n=words["n"].format(format_count(places.n, noun, language=language), places.placed),
        missing=join_words(absent, language) if places.placed < places.n else "",
        reading=words["reading"].format(
            fullest["nom"],
            format_count(int(fullest["n"]), noun, language=language),
            semicolon_list(fullest["projets"], 6, language),
        ),
    )


def tabulate_communes(places: ProjectPlaces | Refusal) -> pd.DataFrame | Refusal:
    """Projects of each commune of the map, the fullest first; no intercommunality outside the perimeter."""
    if isinstance(places, Refusal):
        return places
    return places.communes.rename(columns={"commune": "commune_insee", "nom": "commune", "groupe": "intercommunalite"})


def tabulate_groups(places: ProjectPlaces | Refusal) -> pd.DataFrame | Refusal:
    """Projects of each intercommunality of the perimeter, with its communes and inhabitants."""
    if isinstance(places, Refusal):
        return places
    return places.groups.rename(columns={"groupe": "intercommunalite", "population": "habitants", "n": "projets"})


def tabulate_unplaced(places: ProjectPlaces | Refusal) -> pd.DataFrame | Refusal:
    """Projects that the map does not show, why, and the place as the source states it."""
    return places if isinstance(places, Refusal) else places.excluded
