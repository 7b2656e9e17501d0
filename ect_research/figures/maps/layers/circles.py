"""Counts as circles whose area is the value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.analysis.territory.map_limits import refuse_pairing
from ect_research.analysis.territory.map_variables import MapVariable
from ect_research.figures.maps.ground.naming import Spot
from ect_research.figures.maps.ground.symbols import draw_circle_legend, draw_circles, legend_counts
from ect_research.figures.maps.layers.choropleth import absent_zones
from ect_research.figures.maps.layers.layer import VariableLayer
from ect_research.figures.maps.legend import map_key
from ect_research.figures.page.formats import format_date
from ect_research.words import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory import ProjectPlaces
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.maps.ground.panel import Column
    from ect_research.figures.page.theme import Theme

LARGEST_MM = 6.0
_FEW_MM = 0.95
_STEPS = (1.0, 2.0, 5.0)
_FEW = 9


@dataclass(frozen=True)
class Circles(VariableLayer):
    """A count as proportional circles on the label point of each zone.

    Attributes:
        variable: a ``stock``; any other kind is refused.
        named: how many of the largest are named.
        largest: value of the circle of the largest radius, to share one scale among maps; the maximum when None.
    """

    variable: MapVariable
    named: int = 12
    largest: float | None = None

    def refusal(self) -> Refusal | None:
        """A rate or a category has no size."""
        return refuse_pairing(self.variable, "cercles")

    @property
    def top(self) -> float:
        """The value at the top of the scale."""
        return self.largest or float(self.variable.known.max())

    def radius(self, value: float) -> float:
        """Radius in millimetres; a few projects do not fill the map."""
        unit = LARGEST_MM / math.sqrt(max(self.top, 1e-12))
        return min(unit, _FEW_MM) * math.sqrt(value) if self.top >= 1 else unit * math.sqrt(value)

    def spots(self, page: MapPage) -> Sequence[Spot]:
        """One per zone that counts something, the largest first; only the first communes are named.

        Intercommunalities bear their name already.
        """
        points, names = page.data_points(self.variable.zone), page.zone_names(self.variable.zone)
        named = self.named if self.variable.zone == "commune" else 0
        known = self.variable.known
        ordered = sorted(
            ((str(code), float(value)) for code, value in known.items() if float(value) > 0 and str(code) in points),
            key=lambda item: (-item[1], item[0]),
        )
        return [
            Spot(code, names[code] if rank < named else "", *points[code], self.radius(value), 1 + int(value), rank)
            for rank, (code, value) in enumerate(ordered)
        ]

    def draw(self, axes: Axes, page: MapPage) -> None:
        """The largest first, so that none hides another."""
        draw_circles(axes, [(spot.x, spot.y, spot.radius) for spot in self.spots(page)], page.theme)

    def write_legend(self, column: Column, page: MapPage) -> None:
        """Nested circles of round values."""
        theme = column.theme
        map_key.write_heading(column, self.variable.label, self.variable.unit)
        values = round_values(self.top, whole=bool((self.variable.known.astype("float64") % 1 == 0).all()))
        corner = (column.left + 0.5, column.y)
        column.y += draw_circle_legend(column.axes, values, self.radius, corner, theme)
        column.skip(1.4)
        absent, hidden = absent_zones(page, self.variable)
        if absent:
            map_key.write_note(column, f"{theme.say('donnée absente')} ({len(absent)})")
        if hidden:
            map_key.write_note(column, f"n < {self.variable.threshold} ({len(hidden)})")


def circle_projects(places: ProjectPlaces, source: str, date: str | pd.Timestamp, theme: Theme) -> Circles:
    """The projects placed, as a layer.

    Args:
        places: from `place_projects`.
        source: of the projects.
        date: of the projects; a day is said in the language.
        theme: gives the language.
    """
    if not isinstance(date, str):
        day = f"{date:%d/%m/%Y}" if theme.language == "fr" else format_date(date, "jour", theme.language)
        date = theme.say("état au {day}", day=day)
    counts = places.communes.set_index("commune")["n"]
    return Circles(MapVariable(counts, "stock", mark("Projets placés"), source, date, mark("nombre de projets")))


def round_values(top: float, *, whole: bool) -> list[float]:
    """At most three round values spread over the scale of areas, the largest first.

    >>> round_values(17_341, whole=True), round_values(9, whole=True), round_values(3, whole=True)
    ([10000.0, 2000.0, 500.0], [9.0, 3.0, 1.0], [3.0, 1.0])
    """
    if whole and top <= _FEW:
        return [float(value) for value in legend_counts(int(top))]
    found: list[float] = []
    for share in (1.0, 0.28, 0.05):
        value = _round_down(top * share)
        value = max(value, 1.0) if whole else value
        if value <= top and value not in found:
            found.append(value)
    return found


def _round_down(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return max(step * power for step in _STEPS if step * power <= value * (1 + 1e-12))
