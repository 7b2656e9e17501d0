"""Counts that may be published: communes that reach the threshold, groups for the others, « n < k » where neither."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.errors import EctError
from ect_research.figures.maps.ground.map_frame import add_shapes
from ect_research.figures.maps.ground.naming import Spot
from ect_research.figures.maps.ground.symbols import draw_circle_legend, draw_circles, symbol_colour
from ect_research.figures.maps.layers.circles import LARGEST_MM, round_values
from ect_research.figures.maps.layers.layer import Layer
from ect_research.figures.maps.legend import map_key, palettes
from ect_research.figures.page.theme import PAPER
from ect_research.words import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from ect_research.analysis.territory.protected_map_counts import ProtectedCounts
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.maps.ground.panel import Column

_UNIT_MM = 0.95


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
        values = [value for value in round_values(self.top, whole=True) if value >= held.threshold]
        values = values or [float(held.threshold)]
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
