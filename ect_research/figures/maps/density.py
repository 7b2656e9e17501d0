"""The density of population, and the projects laid over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.analysis.territory.map_variables import MapVariable
from ect_research.analysis.territory.project_places import FRAME, INSIDE, OUTSIDE
from ect_research.analysis.territory.protected_map_counts import ProtectedPlaces
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.maps.compose import compose_map
from ect_research.figures.maps.ground.map_words import absent_lines
from ect_research.figures.maps.layers.choropleth import Choropleth
from ect_research.figures.maps.layers.circles import circle_projects
from ect_research.figures.maps.protected_map import circle_protected, find_protected, withheld_line
from ect_research.figures.maps.web.html_map import compose_page
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import format_number, join_words
from ect_research.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.figure import Figure

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory import ProjectPlaces
    from ect_research.corpus.basemap.basemap_model import Basemap
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
    basemap: Basemap, perimeter: str, *, moved: Mapping[str, Sequence[float]] | None = None
) -> Exhibit[str]:
    """Inhabitants per km² of the communes of a perimeter, to situate the communes where projects are placed.

    Args:
        basemap: from `load_basemap`.
        perimeter: its name in ``territoires.toml``.
        moved: name → (right, up) in millimetres.
    """

    def density(shown: Exhibit[str]) -> MapVariable:
        return map_density(basemap, shown.told, shown.theme)

    def draw(shown: Exhibit[str]) -> Figure:
        layers = [Choropleth(density(shown), "q6")]
        return compose_map(layers, basemap, shown.told, shown.theme, closeup=True, moved=moved)

    def rows(shown: Exhibit[str]) -> pd.DataFrame:
        return density(shown).known.rename("habitants_par_km2").rename_axis("commune_insee").reset_index()

    def words(shown: Exhibit[str]) -> Caption:
        rate, theme = density(shown), shown.theme
        counted = theme.say_n("{n} commune", "{n} communes", len(rate.known))
        return Caption(theme.say("Où vit-on serré ?"), f"n = {counted}", rate.source)

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

    return Exhibit(perimeter, rows, words, draw, finding_of=finding, counts="aucune")


def show_density_page(places: ProjectPlaces | ProtectedPlaces | Refusal, basemap: Basemap) -> Exhibit[Any]:
    """The density and the projects placed, to be explored on a screen: one file, without a network.

    Args:
        places: from ``place_projects``, or from ``protect_places`` where the corpus protects its projects.
        basemap: from ``load_basemap``.
    """
    if isinstance(places, ProtectedPlaces):
        return _protected_page(places, basemap)

    def page(shown: Exhibit[ProjectPlaces]) -> HtmlMap:
        told, corpus, theme = shown.told, shown.context, shown.theme
        cited = corpus.source.said("citation", theme.language)
        density = map_density(basemap, told.perimeter, theme)
        layers: list[Layer] = [Choropleth(density, "q6")]
        if told.counts[INSIDE]:
            inside = basemap.perimeter(told.perimeter).members
            layers.append(circle_projects(told, cited, corpus.observed_on, theme, among=inside))
        return compose_page(layers, basemap, told.perimeter, words(shown), theme, closeup=True)

    def rows(shown: Exhibit[ProjectPlaces]) -> pd.DataFrame:
        return page(shown).table

    def words(shown: Exhibit[ProjectPlaces]) -> Caption:
        places, theme = shown.told, shown.theme
        inside = places.counts[INSIDE]
        outside = {**places.counts, OUTSIDE: places.counts[OUTSIDE] + places.counts[FRAME]}
        cited = shown.context.source.said("citation", theme.language)
        counted = theme.say_n("{n} projet", "{n} projets", places.n)
        source = map_density(basemap, places.perimeter, theme).source
        return Caption(
            theme.say("Projets placés et densité de population"),
            theme.say("n = {projects}, dont {shown} sur la carte", projects=counted, shown=inside),
            theme.say(" ; ").join(part for part in (cited, source) if part),
            missing=join_words(absent_lines(outside, theme), theme.language) if inside < places.n else "",
        )

    return Exhibit(places, rows, words, page=page, finding_of=find_dense, reads=("projets",))


def _protected_page(places: ProtectedPlaces, basemap: Basemap) -> Exhibit[ProtectedPlaces]:
    def page(shown: Exhibit[ProtectedPlaces]) -> HtmlMap:
        told, theme = shown.told, shown.theme
        circles = circle_protected(told, shown.context)
        layers: list[Layer] = [Choropleth(map_density(basemap, told.perimeter, theme), "q6")]
        layers += [circles] if circles else []
        return compose_page(layers, basemap, told.perimeter, words(shown), theme, closeup=True)

    def rows(shown: Exhibit[ProtectedPlaces]) -> pd.DataFrame:
        return page(shown).table

    def words(shown: Exhibit[ProtectedPlaces]) -> Caption:
        told, theme = shown.told, shown.theme
        counted = theme.say_n("{n} projet", "{n} projets", told.n)
        cited = shown.context.source.said("citation", theme.language)
        source = map_density(basemap, told.perimeter, theme).source
        return Caption(
            theme.say("Projets placés et densité de population"),
            theme.say("n = {projects}, dont {shown} dans le périmètre", projects=counted, shown=told.placed),
            theme.say(" ; ").join(part for part in (cited, source) if part),
            reading=withheld_line(told, theme),
        )

    return Exhibit(places, rows, words, page=page, finding_of=find_protected, reads=("projets",))


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
