"""The words and the tables that go with the location map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength, table
from ect_research.figures.exhibit.sourced_caption import sourced_caption
from ect_research.figures.maps.ground.map_words import WORDS, absent_lines, semicolon_list
from ect_research.figures.page.formats import format_count, join_words
from ect_research.words import mark

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory import ProjectPlaces
    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.corpus.basemap.perimeters import Perimeter
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme


def caption_location_map(places: ProjectPlaces, corpus: Context, perimeter: Perimeter, theme: Theme) -> Caption:
    """The words around the map: how many projects have a place, and one circle read aloud."""
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


def find_places(shown: Exhibit[ProjectPlaces]) -> Finding:
    """How many projects have a known place."""
    places, theme = shown.told, shown.theme
    return Finding(WORDS[theme.language]["title"].format(known=places.known, n=places.n), Strength.COUNTED)


def show_communes(places: ProjectPlaces | Refusal) -> Exhibit[ProjectPlaces]:
    """Projects of each commune of the map, the fullest first; no intercommunality outside the perimeter."""
    return _placed(places, commune_rows, mark("Projets placés, par commune"))


def show_groups(places: ProjectPlaces | Refusal, basemap: Basemap) -> Exhibit[ProjectPlaces]:
    """Projects of each intercommunality of the perimeter, with its communes and inhabitants."""

    def rows(shown: Exhibit[ProjectPlaces]) -> pd.DataFrame:
        return shown.told.groups.rename(
            columns={"groupe": "intercommunalite", "population": "habitants", "n": "projets"}
        )

    shown = _placed(
        places,
        rows,
        mark("Projets placés, par intercommunalité"),
        mark("Les projets sans lieu connu ou hors du périmètre n’y sont pas comptés."),
    )
    return replace(shown, words_of=_within(shown, basemap))


def show_unplaced(places: ProjectPlaces | Refusal) -> Exhibit[ProjectPlaces]:
    """Projects that the map does not show, why, and the place as the source states it."""

    def rows(shown: Exhibit[ProjectPlaces]) -> pd.DataFrame:
        return shown.told.excluded

    return _placed(places, rows, mark("Projets que la carte ne montre pas, et pourquoi"))


def commune_rows(shown: Exhibit[ProjectPlaces]) -> pd.DataFrame:
    """Projects of each commune."""
    heads = {"commune": "commune_insee", "nom": "commune", "groupe": "intercommunalite"}
    return shown.told.communes.rename(columns=heads)


def _placed(places: ProjectPlaces | Refusal, rows: Any, title: str, note: str = "") -> Exhibit[ProjectPlaces]:  # noqa: ANN401
    return table(places, rows, title=title, n=lambda shown: f"n = {shown.told.n} projets", note=note, reads=("projets",),
                 finding=find_places)  # fmt: skip


def _within(placed: Exhibit[ProjectPlaces], basemap: Basemap) -> Any:  # noqa: ANN401 - the words, with the perimeter named
    def words(shown: Exhibit[ProjectPlaces]) -> Caption:
        told, theme = shown.told, shown.theme
        said = placed.in_context(shown.context).words()
        return replace(said, title=f"{said.title} : {basemap.perimeter(told.perimeter).full_name(theme.language)}")

    return words
