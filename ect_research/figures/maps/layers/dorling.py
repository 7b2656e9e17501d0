"""Dorling's cartogram: each zone a circle of the size of its value, near its place, none over another."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ect_research.analysis.territory.map_variables import MapVariable, refuse_pairing
from ect_research.figures.maps.ground.naming import Spot
from ect_research.figures.maps.ground.symbols import draw_circle_legend
from ect_research.figures.maps.layers.circles import round_values
from ect_research.figures.maps.layers.layer import Layer
from ect_research.figures.maps.legend import map_key
from ect_research.figures.maps.legend.key_words import KEY_WORDS, source_line
from ect_research.figures.page.canvas import MM_PER_POINT, text_width_mm, wrap_text
from ect_research.figures.page.theme import INK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ect_research.analysis.chance import Refusal
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.maps.ground.panel import Column
    from ect_research.figures.page.theme import Language, Theme

    Floats = NDArray[np.float64]

_FILLED_SHARE = 0.36
_ROUNDS = 1500
_GAP_MM = 0.25
_PULL = 0.01
_SMALLEST_PT = 4.2
_VALUE_MM = 17.0


@dataclass(frozen=True)
class Dorling(Layer):
    """A count as circles that take the place of the zones.

    Attributes:
        variable: a ``stock``; any other kind is refused.
        highlighted: whether the zones of the perimeter take their colour, the others staying grey.
    """

    variable: MapVariable
    highlighted: bool = True
    fills: ClassVar[bool] = True
    faint_ground: ClassVar[bool] = True

    def refusal(self) -> Refusal | None:
        """A rate or a category has no size."""
        return refuse_pairing(self.variable, "dorling")

    def seen_on(self, page: MapPage) -> Dorling:
        """Sizes and legend of the zones shown."""
        shown = self.variable.within(page.zones(self.variable.zone))
        return self if shown.known.empty else replace(self, variable=shown)

    def sources(self, language: Language) -> list[str]:
        """The source of the variable."""
        return [source_line(self.variable, language)]

    def circles(self, page: MapPage) -> dict[str, tuple[float, float, float]]:
        """Code → centre and radius in millimetres."""
        points = page.data_points(self.variable.zone)
        values = {str(c): float(v) for c, v in self.variable.known.items() if str(c) in points and float(v) > 0}
        codes = sorted(values)
        radii = np.array([self.radius(values[code], page) for code in codes])
        centres = settle(np.array([points[code] for code in codes]), radii)
        places = zip(codes, centres.tolist(), radii.tolist(), strict=True)
        return {code: (x, y, radius) for code, (x, y), radius in places}

    def radius(self, value: float, page: MapPage) -> float:
        """So that all circles together fill a third of the territory."""
        shown = page.data_points(self.variable.zone)
        total = sum(float(v) for c, v in self.variable.known.items() if str(c) in shown)
        return math.sqrt(_FILLED_SHARE * float(page.ground.land.area) * value / total / math.pi)

    def draw(self, axes: Axes, page: MapPage) -> None:
        """Circles with their name inside when it fits."""
        from matplotlib.patches import Circle

        names = page.zone_names(self.variable.zone)
        for code, (x, y, radius) in self.circles(page).items():
            face = self._fill(code, page)
            axes.add_patch(Circle((x, y), radius, facecolor=face, edgecolor=INK, linewidth=0.6, zorder=10))
            if setting := name_inside(names[code], radius, page.theme):
                lines, size = setting
                style: dict[str, Any] = {
                    "ha": "center",
                    "va": "center",
                    "linespacing": 1.05,
                    "zorder": 14,
                    "parse_math": False,
                }
                axes.text(x, y, "\n".join(lines), fontsize=size, color=INK, **style)

    def _fill(self, code: str, page: MapPage) -> str:
        group = page.territory.members.get(code, code)
        listed = [epci.siren for epci in page.territory.epci if epci.colour]
        if not self.highlighted or group not in listed:
            return "#e4e4e4"
        if page.theme.greyscale:
            return "#bdbdbd"
        return next(epci.colour for epci in page.territory.epci if epci.siren == group)

    def spots(self, page: MapPage) -> Sequence[Spot]:
        """Every circle; those too small for their name bear it beside."""
        names = page.zone_names(self.variable.zone)
        return [
            Spot(code, "" if name_inside(names[code], radius, page.theme) else names[code], x, y, radius, 1, rank)
            for rank, (code, (x, y, radius)) in enumerate(self.circles(page).items())
        ]

    def write_legend(self, column: Column, page: MapPage) -> None:
        """Nested circles, what the colour means, the method."""
        words = KEY_WORDS[column.theme.language]
        map_key.write_heading(column, self.variable.label, self.variable.unit)
        values = round_values(float(self.variable.known.max()), whole=True)
        room = column.width - _VALUE_MM
        values = [value for value in values if 2 * self.radius(value, page) <= room] or values[-1:]
        corner = (column.left + 0.5, column.y)
        column.y += draw_circle_legend(
            column.axes, values, lambda value: self.radius(value, page), corner, column.theme, "#e4e4e4"
        )
        column.skip(1.4)
        coloured = [epci for epci in page.territory.epci if epci.colour]
        if self.highlighted and coloured:
            tone = {"facecolor": "#bdbdbd"} if column.theme.greyscale else {"facecolor": coloured[0].colour}
            if column.theme.greyscale:
                map_key.write_swatch(column, tone, page.territory.name(column.theme.language))
            else:
                for epci in coloured:
                    map_key.write_swatch(column, {"facecolor": epci.colour}, epci.name)
                    column.skip(0.4)
        map_key.write_note(column, str(words["dorling"]))


def settle(centres: Floats, radii: Floats) -> Floats:
    """Push circles apart until none covers another, each drawn back to its place.

    Args:
        centres: shape (n, 2).
        radii: shape (n,).

    Source:
        Dorling (1996), *Area Cartograms*, CATMOG 59.

    >>> apart = settle(np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([1.0, 1.0]))
    >>> bool(np.hypot(*(apart[0] - apart[1])) >= 2)
    True
    """
    places = centres.astype("float64").copy()
    wanted = radii[:, None] + radii[None, :] + _GAP_MM
    for step in range(_ROUNDS):
        across = places[:, None] - places[None, :]
        distance = np.hypot(across[..., 0], across[..., 1])
        np.fill_diagonal(distance, np.inf)
        depth = np.maximum(wanted - distance, 0.0)
        if step > _ROUNDS // 2 and depth.max() <= _GAP_MM / 2:
            break
        toward = across / np.maximum(distance, 1e-9)[..., None]
        # The larger of two circles moves less.
        give = (radii[None, :] ** 2 / (radii[:, None] ** 2 + radii[None, :] ** 2))[..., None]
        places += 0.5 * (depth[..., None] * toward * give).sum(axis=1)
        if step < _ROUNDS // 2:
            places += _PULL * (centres - places)
    return places


def name_inside(name: str, radius: float, theme: Theme) -> tuple[list[str], float] | None:
    """How to set a name inside a circle, largest type first; ``None`` when it does not fit.

    >>> from ect_research.figures.page.theme import get_theme
    >>> name_inside("ECLA", 8.0, get_theme())
    (['ECLA'], 7.0)
    >>> name_inside("Arbois, Poligny, Salins, Cœur du Jura", 2.0, get_theme()) is None
    True
    """
    size = theme.base_pt - 1
    while size >= _SMALLEST_PT:
        for share in (1.9, 1.7, 1.5):
            lines = wrap_text(name, size, share * radius)
            half = len(lines) * size * MM_PER_POINT * 1.2 / 2
            widest = max(text_width_mm(line, size) for line in lines) / 2
            if math.hypot(half * 0.85, widest) <= radius * 0.96:
                return lines, size
        size -= 0.4
    return None
