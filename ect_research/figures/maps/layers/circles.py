"""Counts as circles whose area is the value."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ect_research.analysis.territory.classes import Classes, classify, classify_signed
from ect_research.analysis.territory.map_limits import refuse_elsewhere, refuse_pairing, refuse_tint, refuse_zeros
from ect_research.analysis.territory.map_variables import MapVariable
from ect_research.errors import EctError
from ect_research.figures.maps.ground.naming import Spot
from ect_research.figures.maps.ground.symbols import draw_circle_legend, draw_circles, legend_counts, semicolon_list
from ect_research.figures.maps.layers.choropleth import absent_zones, category_styles, class_styles
from ect_research.figures.maps.layers.layer import VariableLayer
from ect_research.figures.maps.legend import map_key, palettes
from ect_research.figures.maps.legend.map_key import class_words, method_line
from ect_research.figures.page.formats import format_date
from ect_research.figures.page.theme import PAPER
from ect_research.words import mark

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory.project_places import ProjectPlaces
    from ect_research.figures.maps.ground.map_page import MapPage, ShownZones
    from ect_research.figures.maps.ground.panel import Column
    from ect_research.figures.page.theme import Theme

LARGEST_MM = 6.0
_FEW_MM = 0.95
_STEPS = (1.0, 2.0, 5.0)
_FINE_STEPS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
_FEW = 9
_MOST_CLASSES = 4
# As many of the largest circle cover about a quarter of a page of map.
_MOST_FULL = 25.0


@dataclass(frozen=True)
class Circles(VariableLayer):
    """A count as proportional circles on the label point of each zone.

    Attributes:
        variable: a ``stock``; any other kind is refused.
        named: how many of the largest are named.
        largest: value of the circle of the largest radius, to share one scale among maps; the maximum when None.
        told: code → what a page to explore adds to the value (names of the projects).
        tint: a rate or a category that colours the circles; refused under eight circles (a rate) or five (a category).
    """

    variable: MapVariable
    named: int = 12
    largest: float | None = None
    told: Mapping[str, str] = field(default_factory=dict)
    tint: MapVariable | None = None

    def located(self, zones: ShownZones) -> Circles | Refusal:
        """Circles and their colours, of the zones shown."""
        found = super().located(zones)
        if self.tint is None or not isinstance(found, Circles):
            return found
        level = self.tint.zone
        tint = self.tint.located(zones.today[level], zones.shown[level])
        return refuse_elsewhere(self.tint) if tint is None else replace(found, tint=tint)

    def refusal(self) -> Refusal | None:
        """A rate or a category has no size; zeros everywhere have no circle, but on one map of a series.

        Raises:
            EctError: a largest value smaller than one of those drawn.
        """
        if (refused := refuse_pairing(self.variable, "cercles")) is not None:
            return refused
        if self.tint is not None and (refused := refuse_tint(self.variable, self.tint)) is not None:
            return refused
        if self.largest is None:
            return refuse_zeros(self.variable)
        if not float(self.variable.known.astype("float64").max()) <= self.largest < math.inf or not self.largest:
            raise EctError(
                "Cercles « {label} » : la valeur maximale donnée (largest) est plus petite qu’une valeur.",
                label=self.variable.label,
            )
        return None

    def rows(self, page: MapPage) -> pd.DataFrame:
        """One row per zone known; ``couleur`` is what colours it."""
        found = super().rows(page)
        return found if self.tint is None else found.assign(couleur=found["code"].map(self.tint.known.to_dict()))

    @property
    def cites(self) -> list[str]:
        """What gives the sizes, and the colours."""
        return super().cites + ([] if self.tint is None else [f"{self.tint.source.rstrip('. ')}, {self.tint.date}"])

    @property
    def top(self) -> float:
        """The value at the top of the scale."""
        return self.largest or float(self.variable.known.max())

    @cached_property
    def crowding(self) -> float:
        """What keeps the circles of many zones, none much larger than another, from hiding the map: 1 for a few."""
        fullest = float(self.variable.known.astype("float64").sum()) / self.top
        return min(1.0, math.sqrt(_MOST_FULL / fullest)) if fullest else 1.0

    def radius(self, value: float) -> float:
        """Radius in millimetres; a few projects do not fill the map."""
        unit = LARGEST_MM / math.sqrt(self.top) * (1.0 if self.largest else self.crowding)
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
        faces = self.faces(page)
        for spot in self.spots(page):
            given = [] if self.tint is None else [faces.get(spot.key, palettes.missing_style(page.theme))]
            draw_circles(axes, [(spot.x, spot.y, spot.radius)], page.theme, *given)

    def faces(self, page: MapPage) -> dict[str, dict[str, Any]]:
        """Code → fill of its circle, where a second variable gives one."""
        if self.tint is None:
            return {}
        _, styles, ranks = tint_key(self.tint, page)
        return {code: styles[rank] for code, rank in ranks.items()}

    @property
    def key_values(self) -> list[float]:
        """Values of the key, the largest first: round, and none smaller than what a map drawn alone shows."""
        known = self.variable.known.astype("float64")
        whole, least = bool((known % 1 == 0).all()), float(known[known > 0].min())
        values = round_values(self.top, whole=whole)
        kept = values if self.largest is not None else [value for value in values if value >= least]
        if len(kept) > 1:
            return kept
        return sorted({*kept, least}, reverse=True) if whole else values

    def write_legend(self, column: Column, page: MapPage) -> None:
        """Nested circles of round values."""
        theme = column.theme
        map_key.write_heading(column, self.variable.label, self.variable.unit)
        values = self.key_values
        corner = (column.left + 0.5, column.y)
        fill = "" if self.tint is None else PAPER
        column.y += draw_circle_legend(column.axes, values, self.radius, corner, theme, fill)
        column.skip(1.4)
        absent, hidden = absent_zones(page, self.variable)
        if absent:
            map_key.write_note(column, f"{theme.say('donnée absente')} ({len(absent)})")
        if hidden:
            map_key.write_note(column, f"n < {self.variable.threshold} ({len(hidden)})")
        map_key.write_left_off(column, self.variable)
        if self.tint is not None:
            column.skip()
            _write_tint(column, self.tint, self.variable, page)


def circle_projects(
    places: ProjectPlaces, source: str, date: str | pd.Timestamp, theme: Theme, *, among: Collection[str] = ()
) -> Circles:
    """The projects placed, as a layer.

    Args:
        places: from `place_projects`.
        source: of the projects.
        date: of the projects; a day is said in the language.
        theme: gives the language.
        among: the communes to keep; all of them when empty.
    """
    if not isinstance(date, str):
        day = f"{date:%d/%m/%Y}" if theme.language == "fr" else format_date(date, "jour", theme.language)
        date = theme.say("état au {day}", day=day)
    counts = places.communes.set_index("commune")["n"]
    counts = counts[counts.index.isin(list(among))] if among else counts
    label, unit, nothing = mark("Projets placés"), mark("nombre de projets"), mark("aucun projet placé")
    names = dict(zip(places.communes["commune"], places.communes["projets"], strict=True))
    told = {str(code): semicolon_list(held, 12, theme) for code, held in names.items()}
    return Circles(MapVariable(counts, "stock", label, source, date, unit, nothing=nothing), told=told)


def round_values(top: float, *, whole: bool) -> list[float]:
    """At most three round values spread over the scale of areas, the largest first and near the top.

    >>> round_values(17_341, whole=True), round_values(9, whole=True), round_values(3, whole=True)
    ([15000.0, 2000.0, 500.0], [9.0, 3.0, 1.0], [3.0, 1.0])
    """
    if whole and top <= _FEW:
        return [float(value) for value in legend_counts(int(top))]
    found: list[float] = []
    for share, steps in ((1.0, _FINE_STEPS), (0.28, _STEPS), (0.05, _STEPS)):
        value = _round_down(top * share, steps)
        value = max(round(value), 1.0) if whole else value
        if value <= top and value not in found:
            found.append(float(value))
    return found


def _round_down(value: float, steps: Sequence[float]) -> float:
    power = math.floor(math.log10(value))
    step = max((step for step in steps if step * 10.0**power <= value * (1 + 1e-12)), default=steps[-1] / 10)
    return round(step * 10.0**power, max(0, 1 - power))


def tint_key(tint: MapVariable, page: MapPage) -> tuple[list[str], list[dict[str, Any]], dict[str, int]]:
    """Words and fills of the classes, the lowest first, or of the categories; code → rank of its own.

    A circle is too small for a texture: without colour, tones alone, in order for a rate; categories more than the tones that
    the eye parts keep theirs.
    """
    theme = page.theme
    if tint.kind != "categorie":
        cut = tint_classes(tint)
        fills = class_styles(cut, math.nan if theme.greyscale else cut.centre, theme)
        ranks: Any = cut.assign(tint.known)  # type: ignore[arg-type]
        return class_words(cut, tint.decimals, theme), fills, dict(zip(map(str, tint.known.index), ranks, strict=True))
    styles, tones = category_styles(tint, page), len(tint.categories) <= _MOST_CLASSES
    if theme.greyscale and tones:
        toned = palettes.sequential(len(styles), theme)
        styles = {name: {"facecolor": tone} for name, tone in zip(styles, toned, strict=True)}
    names = list(styles)
    return names, list(styles.values()), {str(code): names.index(str(value)) for code, value in tint.known.items()}


def _write_tint(column: Column, tint: MapVariable, circled: MapVariable, page: MapPage) -> None:
    """A box per class or category with its number of circles, then the circles of unknown colour."""
    theme = column.theme
    words, styles, ranks = tint_key(tint, page)
    map_key.write_heading(column, tint.label, tint.unit)
    circles = circled.known.index[circled.known.astype("float64") > 0]
    known = [ranks[str(code)] for code in circles if str(code) in ranks]
    counted = [known.count(rank) for rank in range(len(words))]
    if tint.kind == "categorie":
        for said, style, count in zip(words, styles, counted, strict=True):
            map_key.write_swatch(column, style, said, count)
            column.skip(0.5)
    else:
        map_key.write_classes(column, styles, words, counted)
        map_key.write_note(column, method_line(tint_classes(tint), theme))
    if unknown := len(circles) - len(known):
        map_key.write_swatch(column, palettes.missing_style(theme), theme.say("donnée absente"), unknown)
        column.skip(0.9)
    map_key.write_note(column, theme.say("entre parenthèses, nombre de cercles"))
    map_key.write_left_off(column, tint)


def tint_classes(tint: MapVariable) -> Classes:
    """At most four: half of them on each side of zero for a rate that has both signs, else quantiles."""
    values = tint.known.astype("float64")
    if values.min() < 0 < values.max():
        return classify_signed(values)
    return classify(values, "quantile", min(_MOST_CLASSES, values.nunique()))
