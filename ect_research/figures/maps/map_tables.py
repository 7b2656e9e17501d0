"""The words and the tables that go with the location map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ect_research.analysis.territory.protected_map_counts import ProtectedPlaces
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength, table
from ect_research.figures.maps.ground.map_words import absent_lines, semicolon_list
from ect_research.figures.maps.protected_map import withheld_line
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import join_words
from ect_research.words import mark

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory import ProjectPlaces
    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.corpus.basemap.perimeters import Perimeter
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.page.theme import Theme


def caption_location_map(places: ProjectPlaces, corpus: Context, perimeter: Perimeter, theme: Theme) -> Caption:
    """The words around the map: how many projects have a place, and one circle read aloud."""
    fullest = places.communes.iloc[0]
    counted = theme.say_n("{n} projet", "{n} projets", places.n)
    return corpus.caption(
        title=theme.say("Où sont les projets ?"),
        subtitle=theme.say("Projets par commune, {name}", name=perimeter.name(theme.language)),
        n=theme.say("n = {projects}, dont {shown} sur la carte", projects=counted, shown=places.placed),
        missing=join_words(absent_lines(places.counts, theme), theme.language) if places.placed < places.n else "",
        reading=theme.say(
            "À {name}, {projects} : {listed}. La surface d’un cercle est proportionnelle au nombre de projets.",
            name=fullest["nom"],
            projects=theme.say_n("{n} projet", "{n} projets", int(fullest["n"])),
            listed=semicolon_list(fullest["projets"], 6, theme),
        ),
    )


def find_places(shown: Exhibit[ProjectPlaces]) -> Finding:
    """How many projects have a known place, and how many of them the fullest commune holds."""
    places, theme = shown.told, shown.theme
    fullest = places.communes.iloc[0]
    said = theme.say(
        "Lieu connu pour {known} sur {n} ; {name} en compte {most}.",
        known=theme.say_n("{n} projet", "{n} projets", places.known),
        n=places.n,
        name=fullest["nom"],
        most=int(fullest["n"]),
    )
    return Finding(said, Strength.COUNTED)


def show_communes(places: ProjectPlaces | ProtectedPlaces | Refusal) -> Exhibit[Any]:
    """Projects of each commune of the map, the fullest first; no intercommunality outside the perimeter."""
    return _placed(places, commune_rows, mark("Projets placés, par commune"))


def show_groups(places: ProjectPlaces | ProtectedPlaces | Refusal, basemap: Basemap) -> Exhibit[Any]:
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


def _placed(places: ProjectPlaces | ProtectedPlaces | Refusal, rows: Any, title: str, note: str = "") -> Exhibit[Any]:  # noqa: ANN401
    protected = isinstance(places, ProtectedPlaces)
    told: Any = places
    made: Exhibit[Any] = table(
        told,
        rows,
        title=title,
        n=lambda shown: shown.theme.say_n("n = {n} projet", "n = {n} projets", shown.told.n),
        note=note,
        reads=("projets",),
    ).in_annex()
    return replace(made, words_of=_with_withheld(made)) if protected else made


def _with_withheld(made: Exhibit[Any]) -> Any:  # noqa: ANN401 - the words, with what is withheld
    def words(shown: Exhibit[Any]) -> Caption:
        said: Any = made.words_of(shown)
        parts = [said.reading, withheld_line(shown.told, shown.theme), shown.theme.say("Case vide : effectif masqué.")]
        withheld: Caption = replace(said, reading=" ".join(part for part in parts if part))
        return withheld

    return words


def _within(placed: Exhibit[ProjectPlaces], basemap: Basemap) -> Any:  # noqa: ANN401 - the words, with the perimeter named
    def words(shown: Exhibit[ProjectPlaces]) -> Caption:
        told, theme = shown.told, shown.theme
        said = placed.in_context(shown.context).words()
        return replace(said, subtitle=basemap.perimeter(told.perimeter).full_name(theme.language))

    return words
