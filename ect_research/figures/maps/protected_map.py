"""The map of a corpus that protects its projects: no name of a project, no number under the threshold."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.territory.map_variables import MapVariable
from ect_research.errors import EctError
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.maps.compose import compose_map
from ect_research.figures.maps.ground.map_frame import add_shapes
from ect_research.figures.maps.ground.naming import Spot
from ect_research.figures.maps.ground.symbols import draw_circle_legend, draw_circles, legend_counts, symbol_colour
from ect_research.figures.maps.layers.circles import LARGEST_MM, Circles
from ect_research.figures.maps.layers.layer import Layer
from ect_research.figures.maps.legend import map_key, palettes
from ect_research.figures.page.formats import join_words
from ect_research.figures.page.theme import PAPER
from ect_research.words import mark, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.territory.project_places import ProtectedCounts, ProtectedPlaces
    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.maps.ground.panel import Column
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

_UNIT_MM = 0.95


def show_protected_places(
    places: ProtectedPlaces, basemap: Basemap, moved: Mapping[str, Sequence[float]]
) -> Exhibit[ProtectedPlaces]:
    """Full circles on communes that reach the threshold, hollow ones for the others of a group, hatching elsewhere."""

    def draw(shown: Exhibit[ProtectedPlaces]) -> Figure:
        layer = protected_circles(shown.told, basemap, shown.context)
        return compose_map([layer], basemap, shown.told.perimeter, shown.theme, moved=moved)

    def rows(shown: Exhibit[ProtectedPlaces]) -> pd.DataFrame:
        told = shown.told
        communes = told.communes.rename(
            columns={"commune": "commune_insee", "nom": "commune", "groupe": "intercommunalite"}
        )
        rest = told.counts.groups.rename("n").rename_axis("intercommunalite").reset_index()
        return (
            pd.concat([communes, rest], ignore_index=True).rename(columns={"n": "projets"}).astype({"projets": "Int64"})
        )

    def words(shown: Exhibit[ProtectedPlaces]) -> Caption:
        told, theme = shown.told, shown.theme
        counted = theme.say_n("{n} projet", "{n} projets", told.n)
        return shown.context.caption(
            title=theme.say("Où sont les projets ?"),
            subtitle=theme.say(
                "Projets par commune, {name}", name=basemap.perimeter(told.perimeter).name(theme.language)
            ),
            n=theme.say("n = {projects}, dont {shown} dans le périmètre", projects=counted, shown=told.placed),
            reading=withheld_line(told, theme),
        )

    return Exhibit(places, rows, words, draw, finding_of=find_protected, reads=("projets",))


def find_protected(shown: Exhibit[ProtectedPlaces]) -> Finding:
    """Where most projects are, as far as it may be said."""
    told, theme = shown.told, shown.theme
    counted = theme.say_n("{n} projet", "{n} projets", told.placed)
    if told.communes.empty:
        said = theme.say("Dans le périmètre : {projects}, dont aucune commune ne peut être nommée.", projects=counted)
        return Finding(said, Strength.COUNTED)
    names = [f"{row.nom} ({row.n})" for row in told.communes.itertuples()][:3]
    said = theme.say(
        "Dans le périmètre : {projects}. Les communes qui en comptent le plus : {names}.",
        projects=counted,
        names=join_words(names, theme.language),
    )
    return Finding(said, Strength.COUNTED)


def withheld_line(told: ProtectedPlaces, theme: Theme) -> str:
    """What is withheld, and why."""
    return theme.say(
        "Ce corpus protège ses projets : aucun effectif de moins de {threshold} n’est montré, ni celui qui le donnerait par"
        " soustraction.",
        threshold=told.counts.threshold,
    )


def protected_circles(told: ProtectedPlaces, basemap: Basemap, context: Context) -> ProtectedCircles:
    """The layer of what may be said, its groups by their SIREN."""
    counts = told.counts
    siren = {group.name: group.siren for group in basemap.perimeter(told.perimeter).epci}
    groups = counts.groups.rename(index=siren)
    hidden = tuple(sorted(siren[name] for name in counts.hidden))
    source, date = cited_state(context)
    safe = replace(counts, groups=groups, hidden=hidden)
    return ProtectedCircles(safe, mark("Projets placés"), mark("nombre de projets"), source, date)


def circle_protected(told: ProtectedPlaces, context: Context) -> Circles | None:
    """The communes whose count is said, as circles of the page to explore; None when there is none."""
    if told.communes.empty:
        return None
    source, date = cited_state(context)
    nothing = context.theme.say("moins de {threshold} projets, ou masqué", threshold=told.counts.threshold)
    counts = told.communes.set_index("commune")["n"]
    label, unit = mark("Projets placés"), mark("nombre de projets")
    return Circles(MapVariable(counts, "stock", label, source, date, unit, nothing=nothing))


def cited_state(context: Context) -> tuple[str, str]:
    """The citation of a corpus and the state it shows, as a layer cites them; said to be unsaid where nobody gave them."""
    theme, day = context.theme, context.known_day
    state = theme.say("état au {day}", day=f"{day:%d/%m/%Y}") if day else theme.say("date non dite")
    return context.source.said("citation", theme.language) or theme.say("source non dite"), state


@dataclass(frozen=True)
class ProtectedCircles(Layer):
    """Full circles on communes, hollow circles for the other communes of a group, hatching where nothing may be said.

    Attributes:
        counts: from `protect_map_counts`, groups being SIREN numbers.
        label: what is counted.
        unit: « nombre de projets ».
        source: of the counts.
        date: of the counts.
    """

    counts: ProtectedCounts
    label: str
    unit: str
    source: str
    date: str

    def __post_init__(self) -> None:
        said = {"le libellé (label)": self.label, "la source": self.source, "la date": self.date}
        if faults := [f"il manque {name}" for name, words in said.items() if not words.strip()]:
            raise EctError("Effectifs protégés : {faults}.", faults=quoted(" ; ".join(faults)))

    def rows(self, page: MapPage) -> pd.DataFrame:
        """``couche, code, zone, valeur``: communes, then groups for their other communes; nothing of what is withheld."""
        parts = []
        for level, counts in (("commune", self.counts.communes), ("epci", self.counts.groups)):
            names = page.zone_names(level)  # type: ignore[arg-type]
            zones = [names[str(code)] for code in counts.index]
            parts.append(pd.DataFrame({"couche": self.label, "code": counts.index, "zone": zones, "valeur": counts}))
        return pd.concat(parts, ignore_index=True)

    def counted(self, page: MapPage) -> str:
        """Projects counted, withheld ones included."""
        return page.theme.say_n("{n} projet", "{n} projets", self.counts.n)

    @property
    def top(self) -> int:
        """The largest count drawn."""
        shown = [*self.counts.communes.tolist(), *self.counts.groups.tolist()]
        return max(shown, default=1)

    def radius(self, value: float) -> float:
        """Radius in millimetres."""
        return min(_UNIT_MM, LARGEST_MM / math.sqrt(self.top)) * math.sqrt(value)

    def draw(self, axes: Axes, page: MapPage) -> None:
        """Hatching under the borders, circles over them."""
        zones = page.zones("epci")
        hidden = [zones[code] for code in self.counts.hidden if code in zones]
        add_shapes(axes, hidden, zorder=4.5, **palettes.hidden_style(page.theme))
        draw_circles(axes, [(s.x, s.y, s.radius) for s in self._communes(page)], page.theme)
        for spot in self._groups(page):
            _ring(axes, spot.x, spot.y, spot.radius, symbol_colour(page.theme))

    def spots(self, page: MapPage) -> Sequence[Spot]:
        """Communes, named; groups, which bear their name already."""
        return [*self._communes(page), *self._groups(page)]

    def write_legend(self, column: Column, page: MapPage) -> None:
        """Circles, then what is gathered and what is withheld."""
        theme, held = column.theme, self.counts
        map_key.write_heading(column, self.label, self.unit)
        values = sorted({max(count, held.threshold) for count in legend_counts(self.top)}, reverse=True)
        corner = (column.left + 0.5, column.y)
        column.y += draw_circle_legend(column.axes, values, self.radius, corner, theme)
        column.skip(1.2)
        _ring(column.axes, column.left + map_key.SWATCH_MM[0] / 2, column.y + 1.9, 1.5, symbol_colour(theme))
        gathered = theme.say(
            "autres communes, moins de {threshold} chacune, réunies par intercommunalité", threshold=held.threshold
        )
        map_key.write_indented(column, gathered)
        if hidden := [code for code in held.hidden if code in page.zones("epci")]:
            column.skip(0.8)
            said = theme.say("n < {threshold}, ou en protège un", threshold=held.threshold)
            map_key.write_swatch(column, palettes.hidden_style(theme), said, len(hidden))
        column.skip(0.6)
        map_key.write_note(column, f"n = {theme.say_n('{n} projet', '{n} projets', held.n)}")

    def _communes(self, page: MapPage) -> list[Spot]:
        points, names = page.data_points("commune"), page.zone_names("commune")
        found = sorted(self.counts.communes.items(), key=lambda item: (-int(item[1]), str(item[0])))
        return [
            Spot(str(code), names[str(code)], *points[str(code)], self.radius(float(n)), int(n), rank)
            for rank, (code, n) in enumerate(found)
            if str(code) in points
        ]

    def _groups(self, page: MapPage) -> list[Spot]:
        points = page.data_points("epci")
        return [
            Spot(str(code), "", *points[str(code)], self.radius(float(n)), int(n), 0)
            for code, n in self.counts.groups.items()
            if str(code) in points
        ]


def _ring(axes: Axes, x: float, y: float, radius: float, colour: str) -> None:
    from matplotlib.patches import Circle

    axes.add_patch(Circle((x, y), radius, facecolor=PAPER, edgecolor=colour, linewidth=1.1, zorder=9.8))
