"""Areas filled by class of a rate, or by category."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

from ect_research.analysis.territory.classes import Classes, Method, classify
from ect_research.analysis.territory.map_limits import refuse_many, refuse_outside, refuse_pairing
from ect_research.figures.maps.ground.ground_layers import group_styles
from ect_research.figures.maps.ground.map_frame import add_shapes
from ect_research.figures.maps.ground.symbols import key_number
from ect_research.figures.maps.layers.layer import VariableLayer
from ect_research.figures.maps.legend import map_key, palettes
from ect_research.figures.maps.legend.map_key import between_line, class_words, method_line
from ect_research.figures.page.formats import format_number
from ect_research.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory.map_variables import MapVariable
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.maps.ground.panel import Column
    from ect_research.figures.page.theme import Theme

_UNDER_BORDERS = 4.5


@dataclass(frozen=True)
class Choropleth(VariableLayer):
    """A rate as fills, from light to dark, or in two hues around the mean, or around zero where it has both signs.

    Attributes:
        variable: a ``taux``; any other kind is refused.
        method: how to cut it (`classify`).
        count: number of classes.
        centre: value around which two hues part; by default the mean with ``ecart_type``, zero where values lie on both
            sides of it, none otherwise. NaN: one hue whatever the signs.
        classes: ready-made classes, to share them among maps; ``method`` and ``count`` are then ignored.
        histogram: whether the key shows how the values spread, from twenty values on.
    """

    variable: MapVariable
    method: Method = "fisher"
    count: int | None = None
    centre: float | None = None
    classes: Classes | None = None
    histogram: bool = False
    fills: ClassVar[bool] = True

    @cached_property
    def cut(self) -> Classes:
        """The classes drawn."""
        return self.classes or classify(self.variable.known, self.method, self.count)  # type: ignore[arg-type]

    def refusal(self) -> Refusal | None:
        """A count or a category is no choropleth; shared classes must hold every value."""
        refused = refuse_pairing(self.variable, "choroplethe")
        return refused or refuse_outside(self.variable, self.cut)

    def styles(self, theme: Theme) -> list[dict[str, Any]]:
        """Fill of each class, the lowest first."""
        return class_styles(self.cut, self.parting, theme)

    @property
    def parting(self) -> float:
        """The value around which two hues part; NaN for one hue."""
        if self.centre is not None:
            return self.centre
        both = math.isnan(self.cut.centre) and self.cut.bounds[0] < 0 < self.cut.bounds[-1]
        return 0.0 if both else self.cut.centre

    def fill_of(self, page: MapPage) -> dict[str, int]:
        """Code → rank of its class, for the zones that are on the map."""
        zones = page.zones(self.variable.zone)
        ranks = zip(self.variable.known.index, self.cut.assign(self.variable.known), strict=True)  # type: ignore[arg-type]
        return {code: int(rank) for code, rank in ranks if code in zones and rank >= 0}

    def draw(self, axes: Axes, page: MapPage) -> None:
        """One compound path per class."""
        styles = self.styles(page.theme)
        fill_zones(axes, page, self.variable, {code: styles[rank] for code, rank in self.fill_of(page).items()})

    def write_legend(self, column: Column, page: MapPage) -> None:
        """Boxes of the classes, what is missing, the method."""
        theme, variable = column.theme, self.variable
        map_key.write_heading(column, variable.label, variable.unit)
        ranks = list(self.fill_of(page).values())
        counts = [ranks.count(rank) for rank in range(len(self.cut))] if self.classes is None else None
        map_key.write_classes(column, self.styles(theme), class_words(self.cut, variable.decimals, theme), counts)
        if self.histogram:
            shown: Any = variable.known[variable.known.index.isin(list(page.zones(variable.zone)))]
            map_key.write_histogram(column, shown, self.cut, self.styles(theme), variable.decimals)
        write_absent(column, page, variable)
        map_key.write_note(column, method_line(self.cut, theme))
        if not math.isnan(self.cut.centre):
            mean = format_number(self.cut.centre, variable.decimals + 1, theme.language)
            map_key.write_note(column, theme.say("moyenne : {mean}", mean=mean))
        elif not math.isnan(self.parting):
            said = (
                mark("hachures au-dessous de {centre}")
                if theme.greyscale
                else mark("deux teintes, de part et d’autre de {centre}")
            )
            map_key.write_note(column, theme.say(said, centre=key_number(self.parting, theme)))
        if self.classes is not None:
            map_key.write_note(column, theme.say("mêmes classes sur toutes les cartes"))
            return
        map_key.write_note(column, between_line(variable.zone, theme))


@dataclass(frozen=True)
class Typology(VariableLayer):
    """A category as fills of equal lightness.

    Attributes:
        variable: a ``categorie`` of at most seven values; any other kind is refused.
    """

    variable: MapVariable
    fills: ClassVar[bool] = True

    def refusal(self) -> Refusal | None:
        """A number is no category, and eight hues are no longer told apart."""
        variable = self.variable
        return refuse_pairing(variable, "typologie") or refuse_many(variable.label, len(variable.categories))

    def styles(self, page: MapPage) -> dict[str, dict[str, Any]]:
        """Category → fill."""
        return category_styles(self.variable, page)

    def draw(self, axes: Axes, page: MapPage) -> None:
        """One compound path per category."""
        styles = self.styles(page)
        fill_zones(axes, page, self.variable, {str(c): styles[str(v)] for c, v in self.variable.known.items()})

    def write_legend(self, column: Column, page: MapPage) -> None:
        """One box per category, with its number of zones."""
        variable = self.variable
        map_key.write_heading(column, variable.label, variable.unit)
        zones = page.zones(variable.zone)
        counts = variable.known[variable.known.index.isin(list(zones))].value_counts()
        for name, style in self.styles(page).items():
            map_key.write_swatch(column, style, name, int(counts.get(name, 0)))
            column.skip(0.5)
        write_absent(column, page, variable)
        map_key.write_note(column, between_line(variable.zone, column.theme))


def category_styles(variable: MapVariable, page: MapPage) -> dict[str, dict[str, Any]]:
    """Category → fill; an intercommunality of the perimeter has its own on every map, unless colours are given."""
    theme, given = page.theme, dict(variable.colours)
    found = palettes.qualitative(variable.categories, theme, given)
    own = group_styles(page.territory, theme)
    groups = {group.name: own[group.siren] for group in page.territory.epci if group.colour}
    return {name: style if name in given else groups.get(name, style) for name, style in found.items()}


def class_styles(cut: Classes, centre: float, theme: Theme) -> list[dict[str, Any]]:
    """Fill of each class, the lowest first: from light to dark, or in two hues around a centre."""
    if math.isnan(centre):
        return [{"facecolor": colour} for colour in palettes.sequential(len(cut), theme)]
    ends = [(low, low if cut.alone and not rank else high) for rank, (low, high) in enumerate(pairwise(cut.bounds))]
    below = sum(high <= centre and low < centre for low, high in ends)
    above = sum(low >= centre and high > centre for low, high in ends)
    return palettes.diverging(below, above, theme, neutral=below + above < len(cut))


def fill_zones(axes: Axes, page: MapPage, variable: MapVariable, styles: Mapping[str, dict[str, Any]]) -> None:
    """Fill zones, those of one style as one path; then the perimeter's unknown and withheld zones, hatched."""
    zones = page.zones(variable.zone)
    absent, hidden = absent_zones(page, variable)
    painted = {code: style for code, style in styles.items() if code in zones}
    painted |= dict.fromkeys(absent, palettes.missing_style(page.theme))
    painted |= dict.fromkeys(hidden, palettes.hidden_style(page.theme))
    groups: dict[tuple[tuple[str, Any], ...], list[Any]] = {}
    for code, style in painted.items():
        groups.setdefault(tuple(sorted(style.items())), []).append(zones[code])
    for look, shapes in groups.items():
        style = dict(look)
        add_shapes(axes, shapes, merged=True, zorder=_UNDER_BORDERS, **style)


def absent_zones(page: MapPage, variable: MapVariable) -> tuple[list[str], list[str]]:
    """Zones of the perimeter without a value, and zones whose value is withheld."""
    zones = page.zones(variable.zone)
    known = set(variable.known.index)
    hidden = sorted(code for code in variable.hidden if code in zones)
    members = [] if variable.nothing else page.members(variable.zone)
    absent = [code for code in members if code in zones and code not in known]
    return [code for code in absent if code not in variable.hidden], hidden


def write_absent(column: Column, page: MapPage, variable: MapVariable) -> None:
    """The boxes of what is unknown and of what is withheld, when there is any."""
    absent, hidden = absent_zones(page, variable)
    if absent:
        map_key.write_swatch(
            column, palettes.missing_style(column.theme), column.theme.say("donnée absente"), len(absent)
        )
        column.skip(0.9)
    if hidden:
        said = f"n < {variable.threshold}"
        map_key.write_swatch(column, palettes.hidden_style(column.theme), said, len(hidden))
        column.skip(0.9)
    map_key.write_left_off(column, variable)
