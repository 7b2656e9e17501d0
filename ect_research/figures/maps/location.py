"""The location map: projects on their commune, within a perimeter, within the département, within France; its tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ect_research.analysis.territory.project_places import ProtectedPlaces
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength, table
from ect_research.figures.maps.ground import naming, panel
from ect_research.figures.maps.ground.detail import draw_detail, plan_detail
from ect_research.figures.maps.ground.ground_layers import draw_ground
from ect_research.figures.maps.ground.map_page import (
    close_panel,
    draw_scale,
    insets_top,
    open_figure,
    open_frame,
    open_panel,
    plan_page,
)
from ect_research.figures.maps.ground.symbols import (
    absent_lines,
    draw_circles,
    radius_mm,
    semicolon_list,
    unit_radius_mm,
)
from ect_research.figures.maps.protected_map import show_protected_places, withheld_line
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import join_words
from ect_research.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.figure import Figure

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory.project_places import ProjectPlaces
    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.corpus.basemap.perimeters import Perimeter
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme


# Left to the list of the projects placed, and to the names that found no room before it.
_LIST_MM, _UNNAMED_MM = 20.0, 15.0


def show_location_map(
    places: ProjectPlaces | ProtectedPlaces | Refusal,
    basemap: Basemap,
    *,
    moved: Mapping[str, Sequence[float]] | None = None,
) -> Exhibit[Any]:
    """Projects as circles on their commune, the perimeter's intercommunalities, and all a reader needs around.

    The perimeter is the one in which the projects were placed. The credits of the base map are part of the figure and cannot
    be left out. Names never overlap; those of reference towns give way to those of communes with projects.
    """
    naming.check_moves(basemap, moved or {})
    if isinstance(places, ProtectedPlaces):
        return show_protected_places(places, basemap, moved or {})

    def draw(shown: Exhibit[ProjectPlaces]) -> Figure:
        told, theme = shown.told, shown.theme
        return _draw(told, basemap, theme, moved or {})

    def words(shown: Exhibit[ProjectPlaces]) -> Caption:
        told, corpus, theme = shown.told, shown.context, shown.theme
        return caption_location_map(told, corpus, basemap.perimeter(told.perimeter), theme)

    return Exhibit(places, commune_rows, words, draw, finding_of=find_places, reads=("projets",))


def _draw(places: ProjectPlaces, basemap: Basemap, theme: Theme, moved: Mapping[str, Sequence[float]]) -> Figure:
    with theme.applied():
        page = plan_page(basemap, basemap.perimeter(places.perimeter), theme)
        figure, canvas = open_figure(page)
        axes = open_frame(figure, page)
        draw_ground(axes, page.ground, page.territory, theme)
        unit_mm = unit_radius_mm(int(places.communes["n"].max()))
        spots = _spots(page, places, unit_mm)
        draw_circles(axes, [(s.x, s.y, s.radius) for s in spots], theme)
        corner = draw_scale(axes, page)
        taken = [] if corner is None else [corner]
        column = open_panel(canvas, page)
        _write_legend(column, page, places, unit_mm)
        detail = plan_detail(column, page, spots, taken)
        inner, bottom = [], insets_top(column, page)
        if detail is not None:
            inner = draw_detail(figure, axes, column, detail, page.frame, spots)
            spots = detail.bare_outside(spots)
            if detail.corner is None:
                bottom = detail.title_top
            else:
                taken.append(detail.corner)
        lost = naming.write_names(axes, page, spots, taken, moved)
        named = {spot.name for spot in spots} - set(lost)
        silent = [*lost, *(name for name in inner if name not in named)]
        panel.write_unnamed(column, silent, max(bottom - _LIST_MM, min(bottom, column.y + _UNNAMED_MM)))
        close_panel(column, page, with_scale=corner is None)
        panel.write_listing(column, places, bottom - 3.0)
    return figure


def _spots(page: MapPage, places: ProjectPlaces, unit_mm: float) -> list[naming.Spot]:
    """Communes with projects, the fullest first."""
    points, names = page.points("commune"), page.zone_names("commune")
    counted = places.communes.set_index("commune")["n"]
    return [
        naming.Spot(str(code), names[str(code)], *points[str(code)], radius_mm(int(count), unit_mm), int(count), rank)
        for rank, (code, count) in enumerate(counted.items())
        if str(code) in points
    ]


def _write_legend(column: panel.Column, page: MapPage, places: ProjectPlaces, unit_mm: float) -> None:
    panel.write_groups_legend(column, page.territory, places)
    column.skip()
    panel.write_circles_legend(column, places, unit_mm)
    column.skip()
    panel.write_lines_legend(column, page.territory)
    column.skip()


def caption_location_map(places: ProjectPlaces, corpus: Context, perimeter: Perimeter, theme: Theme) -> Caption:
    """The words around the map: how many projects have a place, and one circle read aloud."""
    fullest = places.communes.iloc[0]
    return corpus.caption(
        title=theme.say("Où sont les projets ?"),
        subtitle=theme.say("Projets par commune, {name}", name=perimeter.name(theme.language)),
        n=_counted(places, theme),
        missing=join_words(absent_lines(places.counts, theme), theme.language),
        reading=theme.say(
            "À {name}, {projects} : {listed}. La surface d’un cercle est proportionnelle au nombre de projets.",
            name=fullest["nom"],
            projects=theme.say_n("{n} projet", "{n} projets", int(fullest["n"])),
            listed=semicolon_list(fullest["projets"], 6, theme),
        ),
    )


def find_places(shown: Exhibit[ProjectPlaces]) -> Finding:
    """How many projects have a known place, and how many of them the fullest commune, or communes, hold."""
    places, theme = shown.told, shown.theme
    most = int(places.communes["n"].max())
    fullest = places.communes.loc[places.communes["n"] == most, "nom"]
    known = theme.say_n("{n} projet", "{n} projets", places.known)
    told = {"known": known, "n": places.n, "name": fullest.iloc[0], "most": most, "tied": len(fullest)}
    if most == places.known:
        said = theme.say("Lieu connu pour {known} sur {n} : {name}.", **told)
    elif len(fullest) == 1:
        said = theme.say("Lieu connu pour {known} sur {n} ; {name} en compte {most}.", **told)
    else:
        said = theme.say("Lieu connu pour {known} sur {n} ; {tied} communes en comptent chacune {most}.", **told)
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
        n=lambda shown: _counted(shown.told, shown.theme),
        note=note,
        reads=("projets",),
    ).in_annex()
    return replace(made, words_of=_with_withheld(made)) if protected else made


def _counted(places: ProjectPlaces | ProtectedPlaces, theme: Theme) -> str:
    projects = theme.say_n("{n} projet", "{n} projets", places.n)
    return theme.say("n = {projects}, dont {shown} sur la carte", projects=projects, shown=places.placed)


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
