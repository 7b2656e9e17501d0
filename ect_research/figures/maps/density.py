"""The density of population as a map says it, in the language of its reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal
from ect_research.analysis.territory.map_variables import MapVariable
from ect_research.analysis.territory.project_places import FRAME, INSIDE, OUTSIDE
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.maps.compose import draw_map
from ect_research.figures.maps.ground.map_words import WORDS, absent_lines
from ect_research.figures.maps.layers.choropleth import Choropleth
from ect_research.figures.maps.layers.circles import circle_projects
from ect_research.figures.maps.web.html_map import build_html_map
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import format_count, join_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.figure import Figure

    from ect_research.analysis.territory import ProjectPlaces
    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.figures.maps.web.html_map import HtmlMap
    from ect_research.figures.page.formats import Language
    from ect_research.figures.page.theme import Theme

_WORDS = {
    "fr": {
        "label": "Densité de population", "unit": "habitants par km²",
        "source": "Insee, populations de référence {}", "date": "communes au 1er janvier {}",
        "title": "Où vit-on serré ?", "crossed": "Projets placés et densité de population",
        "project": "projet", "and": " ; ",
    },
    "en": {
        "label": "Population density", "unit": "inhabitants per km²",
        "source": "Insee, reference populations {}", "date": "communes as of 1 January {}",
        "title": "Where do people live close together?", "crossed": "Projects placed and population density",
        "project": "project", "and": "; ",
    },
}  # fmt: skip


def map_density(basemap: Basemap, perimeter: str, language: Language = "fr") -> MapVariable:
    """Inhabitants per square kilometre of the communes of a perimeter, a rate.

    Args:
        basemap: from `load_basemap`; the years of its populations and communes are those that the map cites.
        perimeter: its name in ``territoires.toml``.
        language: of its label, unit and source.

    Raises:
        BasemapError: no such perimeter.

    >>> from ect_research.corpus.basemap.load_basemap import load_basemap
    >>> density = map_density(load_basemap(), "pays-ledonien-2020", "en")
    >>> density.label, density.unit, len(density.known)
    ('Population density', 'inhabitants per km²', 199)
    """
    words, years = _WORDS[language], basemap.mentions
    people_per_km2 = basemap.people() / basemap.areas_km2
    source, date = words["source"].format(years.populations), words["date"].format(years.communes)
    rate = MapVariable(people_per_km2, "taux", words["label"], source, date, words["unit"])
    return rate.within(basemap.perimeter(perimeter).members)


def caption_density(
    density: MapVariable, theme: Theme, *, places: ProjectPlaces | Refusal | None = None, source: str = ""
) -> Caption | Refusal:
    """Title, count and source of a map of density.

    Args:
        density: from `map_density`.
        theme: gives the language.
        places: the projects laid over the density of their perimeter; a refusal is handed back.
        source: of the projects.

    >>> import pandas as pd
    >>> from ect_research.figures.page.theme import get_theme
    >>> density = MapVariable(pd.Series({"39300": 2290.0}), "taux", "Densité", "Insee", "2023", "hab./km²")
    >>> caption_density(density, get_theme("ademe", "en")).n
    'n = 1 commune'
    """
    if isinstance(places, Refusal):
        return places
    words, language = _WORDS[theme.language], theme.language
    if places is None:
        counted = format_count(len(density.known), "commune", language=language)
        return Caption(words["title"], f"n = {counted}", density.source)
    counted = format_count(places.n, words["project"], language=language)
    outside = {**places.counts, OUTSIDE: places.counts[OUTSIDE] + places.counts[FRAME]}
    shown = places.counts[INSIDE]
    return Caption(
        words["crossed"],
        WORDS[language]["n"].format(counted, shown),
        words["and"].join(part for part in (source, density.source) if part),
        missing=join_words(absent_lines(outside, language), language) if shown < places.n else "",
    )


def show_density(
    basemap: Basemap, perimeter: str, *, moved: Mapping[str, Sequence[float]] | None = None
) -> Exhibit[str]:
    """Inhabitants per km² of the communes of a perimeter, to situate the communes where projects are placed.

    Args:
        basemap: from `load_basemap`.
        perimeter: its name in ``territoires.toml``.
        moved: name → (right, up) in millimetres.
    """

    def draw(shown: Exhibit[str]) -> Figure | Refusal:
        told, theme = shown.told, shown.theme
        layer = Choropleth(map_density(basemap, told, theme.language), "q6")
        return draw_map(layer, basemap, told, theme, closeup=True, moved=moved or {})

    def rows(shown: Exhibit[str]) -> pd.DataFrame:
        told, theme = shown.told, shown.theme
        known = map_density(basemap, told, theme.language).known
        return known.rename("habitants_par_km2").rename_axis("commune_insee").reset_index()

    def words(shown: Exhibit[str]) -> Caption | Refusal:
        told, theme = shown.told, shown.theme
        return caption_density(map_density(basemap, told, theme.language), theme)

    return Exhibit(perimeter, rows, words, draw, counts="aucune")


def show_density_page(places: ProjectPlaces | Refusal, basemap: Basemap) -> Exhibit[ProjectPlaces]:
    """The density and the projects placed, to be explored on a screen: one file, without a network."""

    def page(shown: Exhibit[ProjectPlaces]) -> HtmlMap | Refusal:
        told, corpus, theme = shown.told, shown.context, shown.theme
        density, cited = (
            map_density(basemap, told.perimeter, theme.language),
            corpus.source.said("citation", theme.language),
        )
        layers = [Choropleth(density, "q6"), circle_projects(told, cited, corpus.observed_on, theme.language)]
        caption = caption_density(density, theme, places=told, source=cited)
        return build_html_map(layers, basemap, told.perimeter, caption, theme, closeup=True)

    def rows(shown: Exhibit[ProjectPlaces]) -> pd.DataFrame | Refusal:
        made = page(shown)
        return made if isinstance(made, Refusal) else made.table

    def words(shown: Exhibit[ProjectPlaces]) -> Caption | Refusal:
        told, corpus, theme = shown.told, shown.context, shown.theme
        cited = corpus.source.said("citation", theme.language)
        return caption_density(map_density(basemap, told.perimeter, theme.language), theme, places=told, source=cited)

    return Exhibit(places, rows, words, page=page, reads=("projets",))
