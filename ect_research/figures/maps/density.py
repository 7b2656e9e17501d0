"""The density of population, and the projects laid over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.territory.map_variables import MapVariable
from ect_research.analysis.territory.project_places import FRAME, INSIDE, OUTSIDE, ProtectedPlaces
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Place, Strength
from ect_research.figures.maps.compose import compose_map
from ect_research.figures.maps.ground.symbols import absent_lines
from ect_research.figures.maps.layers.choropleth import Choropleth
from ect_research.figures.maps.layers.circles import Circles, circle_projects
from ect_research.figures.maps.protected_map import circle_protected, find_protected, withheld_line
from ect_research.figures.maps.web.html_map import compose_page
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import format_number, join_words
from ect_research.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from ect_research.analysis.territory.project_places import ProjectPlaces
    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.maps.layers.layer import Layer
    from ect_research.figures.maps.web.html_map import HtmlMap
    from ect_research.figures.page.theme import Theme


def map_density(basemap: Basemap, perimeter: str, theme: Theme) -> MapVariable:
    """Inhabitants per square kilometre of the communes of a perimeter, a rate.

    Args:
        basemap: from `load_basemap`; the years of its populations and communes are those that the map cites.
        perimeter: its name in ``territoires.toml``.
        theme: gives the language of its source and date.

    Raises:
        BasemapError: no such perimeter.

    >>> from ect_research.corpus.basemap.load_basemap import load_basemap
    >>> from ect_research.figures.page.theme import get_theme
    >>> density = map_density(load_basemap(), "pays-ledonien-2020", get_theme())
    >>> density.label, density.unit, len(density.known)
    ('Densité de population', 'habitants par km²', 199)
    """
    years = basemap.mentions
    source = theme.say("Insee, populations de référence {year}", year=years.populations)
    date = theme.say("communes au 1er janvier {year}", year=years.communes)
    label, unit = mark("Densité de population"), mark("habitants par km²")
    rate = MapVariable(basemap.people() / basemap.areas_km2, "taux", label, source, date, unit)
    return rate.within(basemap.perimeter(perimeter).members)


def show_density(
    basemap: Basemap,
    perimeter: str,
    *,
    places: ProjectPlaces | ProtectedPlaces | Refusal | None = None,
    moved: Mapping[str, Sequence[float]] | None = None,
) -> Exhibit[str]:
    """Inhabitants per km² of the communes of a perimeter, and over them the projects placed."""

    def density(shown: Exhibit[str]) -> MapVariable:
        return map_density(basemap, shown.told, shown.theme)

    def layers(shown: Exhibit[str]) -> list[Layer]:
        found: list[Layer] = [Choropleth(density(shown), "q6", histogram=True)]
        circles = None if places is None or isinstance(places, Refusal) else _circles(places, basemap, shown.context)
        return [*found, circles] if circles else found

    def draw(shown: Exhibit[str]) -> Figure:
        return compose_map(layers(shown), basemap, shown.told, shown.theme, closeup=True, moved=moved)

    def rows(shown: Exhibit[str]) -> pd.DataFrame:
        table = density(shown).known.rename("habitants_par_km2").rename_axis("commune_insee").reset_index()
        for layer in layers(shown):
            if isinstance(layer, Circles):
                found = layer.variable.known.reindex(table["commune_insee"]).to_numpy()
                table["projets"] = pd.array(found).astype("Int64")
        return table

    def words(shown: Exhibit[str]) -> Caption:
        rate, theme = density(shown), shown.theme
        counted = theme.say_n("{n} commune", "{n} communes", len(rate.known))
        held = any(isinstance(layer, Circles) for layer in layers(shown))
        cited = [shown.context.source.said("citation", theme.language)] if held else []
        source = theme.say(" ; ").join([*cited, rate.source])
        withheld = withheld_line(places, theme) if isinstance(places, ProtectedPlaces) else ""
        return Caption(theme.say("Où vit-on serré ?"), f"n = {counted}", source, reading=withheld)

    def finding(shown: Exhibit[str]) -> Finding:
        rate, theme = density(shown).known.astype("float64"), shown.theme
        said = theme.say(
            "La moitié des {n} communes ont moins de {half} habitants par km² ; la plus dense, {name}, en a {most}.",
            n=len(rate),
            half=format_number(float(rate.median()), 0, theme.language),
            name=basemap.name_of(str(rate.idxmax())),
            most=format_number(float(rate.max()), 0, theme.language),
        )
        return Finding(said, Strength.COUNTED)

    alone = places is None or isinstance(places, Refusal)
    return Exhibit(
        perimeter,
        rows,
        words,
        draw,
        finding_of=finding,
        place="annexe",
        reads=() if alone else ("projets",),
        counts="aucune" if alone else "projets",
    )


def _circles(places: ProjectPlaces | ProtectedPlaces, basemap: Basemap, context: Context) -> Circles | None:
    """The projects of the perimeter as circles, as far as they may be shown; None when there is none."""
    if isinstance(places, ProtectedPlaces):
        return circle_protected(places, context)
    if not places.counts[INSIDE]:
        return None
    cited = context.source.said("citation", context.theme.language)
    inside = basemap.perimeter(places.perimeter).members
    return circle_projects(places, cited, context.observed_on, context.theme, among=inside)


def show_density_page(places: ProjectPlaces | ProtectedPlaces | Refusal, basemap: Basemap) -> Exhibit[Any]:
    """The density and the projects placed, to be explored on a screen: one file, without a network."""

    def page(shown: Exhibit[Any]) -> HtmlMap:
        return _page(shown, basemap, words(shown))

    def rows(shown: Exhibit[Any]) -> pd.DataFrame:
        return page(shown).table

    def words(shown: Exhibit[Any]) -> Caption:
        told, theme = shown.told, shown.theme
        projects = theme.say_n("{n} projet", "{n} projets", told.n)
        cited = shown.context.source.said("citation", theme.language)
        insee = map_density(basemap, told.perimeter, theme).source
        source = theme.say(" ; ").join(part for part in (cited, insee) if part)
        title = theme.say("Projets placés et densité de population")
        if isinstance(told, ProtectedPlaces):
            counted = theme.say("n = {projects}, dont {shown} dans le périmètre", projects=projects, shown=told.placed)
            return Caption(title, counted, source, reading=withheld_line(told, theme))
        inside = told.counts[INSIDE]
        outside = {**told.counts, OUTSIDE: told.counts[OUTSIDE] + told.counts[FRAME]}
        counted = theme.say("n = {projects}, dont {shown} sur la carte", projects=projects, shown=inside)
        missing = join_words(absent_lines(outside, theme), theme.language)
        return Caption(title, counted, source, missing=missing)

    held = isinstance(places, ProtectedPlaces)
    finding = find_protected if held else find_dense
    place: Place = "corps" if held else "annexe"
    return Exhibit(places, rows, words, page=page, finding_of=finding, reads=("projets",), place=place)


def _page(shown: Exhibit[Any], basemap: Basemap, words: Caption) -> HtmlMap:
    told, theme = shown.told, shown.theme
    circles = _circles(told, basemap, shown.context)
    layers: list[Layer] = [Choropleth(map_density(basemap, told.perimeter, theme), "q6")]
    layers += [circles] if circles else []
    return compose_page(layers, basemap, told.perimeter, words, theme, closeup=True)


def find_dense(shown: Exhibit[ProjectPlaces]) -> Finding:
    """How many projects lie in the perimeter."""
    places, theme = shown.told, shown.theme
    said = theme.say(
        "Placés dans le périmètre : {projects} sur {n}, dans {communes}.",
        projects=theme.say_n("{n} projet", "{n} projets", places.counts[INSIDE]),
        n=places.n,
        communes=theme.say_n("{n} commune", "{n} communes", int((places.communes["situation"] == INSIDE).sum())),
    )
    return Finding(said, Strength.COUNTED)
