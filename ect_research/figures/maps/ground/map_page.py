"""The page of a map: frame, ground, side panel, insets, credits; the same for every kind of map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import shapely

from ect_research.figures.labelling.point_labels import Box
from ect_research.figures.maps.ground import panel
from ect_research.figures.maps.ground.furniture import (
    draw_furniture,
    draw_insets,
    furniture_corner,
    furniture_size,
    inset_names,
)
from ect_research.figures.maps.ground.ground_layers import WATER, Ground, paper_of, prepare_ground, study_bounds
from ect_research.figures.maps.ground.map_frame import frame_around, map_axes
from ect_research.figures.page.canvas import add_text, mm_canvas, text_width_mm, wrap_text
from ect_research.figures.page.formats import typeset
from ect_research.figures.page.theme import MUTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.territory.map_variables import Zone
    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.corpus.basemap.perimeters import Perimeter
    from ect_research.figures.maps.ground.map_frame import MapFrame
    from ect_research.figures.page.theme import Theme

_MAP_SHARE = 0.655
_HEIGHT_MM = (138.0, 172.0)
_GUTTER_MM = 3.5
MARGIN_MM = 4.0
EDGE_MM = 2.03
TOP_MM = 0.4
_INSET_GAP_MM = 2.5
_SUPERSCRIPT_ER = "\u1d49\u02b3"


@dataclass(frozen=True)
class MapPage:
    """What every part of a map needs.

    Attributes:
        basemap: outlines, names, credits.
        territory: the perimeter.
        theme: the reader's preset.
        frame: the land shown and its place on paper.
        credits: lines printed under the map.
        closeup: whether the frame holds the perimeter alone.
    """

    basemap: Basemap
    territory: Perimeter
    theme: Theme
    frame: MapFrame
    credits: tuple[str, ...]
    closeup: bool = False

    @property
    def credits_pt(self) -> float:
        """Type size of the credits."""
        return self.theme.base_pt - 2.5

    @property
    def height_mm(self) -> float:
        """Height of the figure."""
        return self.frame.height_mm + 2 * TOP_MM + 2.0 + len(self.credits) * panel.line_mm(self.credits_pt)

    @cached_property
    def ground(self) -> Ground:
        """Outlines cut to the frame, in millimetres."""
        return prepare_ground(self.basemap, self.territory, self.frame)

    def zones(self, level: Literal["commune", "epci"]) -> dict[str, Any]:
        """Code → outline in millimetres, of the communes shown or of their intercommunalities that year.

        A close-up shows the data of the perimeter alone.
        """
        return self._communes if level == "commune" else self._groups

    @cached_property
    def _communes(self) -> dict[str, Any]:
        inside = self.territory.members
        return {code: shape for code, shape in self.ground.communes.items() if not self.closeup or code in inside}

    @cached_property
    def _groups(self) -> dict[str, Any]:
        then = self.basemap.epci_of_year(self.territory.year)
        shown = {code: then[code] for code in self._communes if code in then}
        outlines = self.basemap.outlines(shown)
        return dict(zip(outlines, self.frame.project([*outlines.values()]), strict=True))

    def members(self, level: Literal["commune", "epci"]) -> list[str]:
        """Codes of the zones of the perimeter."""
        return sorted(self.territory.members if level == "commune" else set(self.territory.members.values()))

    def zone_names(self, level: Literal["commune", "epci"]) -> dict[str, str]:
        """Code → name printed."""
        if level == "commune":
            return _pairs(self.basemap.communes, "code", "nom")
        return _pairs(self.basemap.epci_names, "siren", "nom")

    def points(self, level: Literal["commune", "epci"]) -> dict[str, tuple[float, float]]:
        """Code → where its symbol stands, in millimetres: label point of a commune, middle of a group."""
        return self._label_points if level == "commune" else self._middles

    @cached_property
    def _middles(self) -> dict[str, tuple[float, float]]:
        centres = {code: shapely.maximum_inscribed_circle(shape) for code, shape in self._groups.items()}
        return {code: (float(line.coords[0][0]), float(line.coords[0][1])) for code, line in centres.items()}

    @cached_property
    def _label_points(self) -> dict[str, tuple[float, float]]:
        communes = self.basemap.communes
        shown = communes[communes["code"].isin(list(self.ground.communes))]
        places = zip(*(shown[column].tolist() for column in ("code", "px", "py")), strict=True)
        return {code: self.frame.point(x, y) for code, x, y in places if self.frame.holds(x, y)}

    def data_points(self, level: Literal["commune", "epci"]) -> dict[str, tuple[float, float]]:
        """`points` of the zones whose data the map shows."""
        zones = self.zones(level)
        return {code: place for code, place in self.points(level).items() if code in zones}


def _pairs(table: pd.DataFrame, key: str, value: str) -> dict[str, str]:
    return dict(zip(table[key].tolist(), table[value].tolist(), strict=True))


def plan_page(
    basemap: Basemap, territory: Perimeter, theme: Theme, *, closeup: bool = False, sources: str = ""
) -> MapPage:
    """Choose the scale and break the credits into lines.

    Args:
        basemap: from `load_basemap`.
        territory: the perimeter.
        theme: the reader's preset.
        closeup: show the perimeter alone instead of the départements that hold it.
        sources: of the data, printed before the credits of the base map.
    """
    west, south, east, north = perimeter_bounds(basemap, territory) if closeup else study_bounds(basemap, territory)
    width = theme.width_mm * _MAP_SHARE
    fitted = (width - 2 * MARGIN_MM) * (north - south) / (east - west) + 2 * MARGIN_MM
    height = min(max(fitted, _HEIGHT_MM[0]), _HEIGHT_MM[1])
    frame = frame_around((west, south, east, north), width, height, MARGIN_MM)
    paragraphs = [*filter(None, [sources]), basemap.mentions.line(theme.language)]
    size, room = theme.base_pt - 2.5, theme.width_mm - 2 * EDGE_MM
    lines = [line for said in paragraphs for line in wrap_text(set_right(said, theme), size, room)]
    return MapPage(basemap, territory, theme, frame, tuple(lines), closeup)


def set_right(words: str, theme: Theme) -> str:
    """French spaces, and the ordinal of the first day of a month raised.

    >>> from ect_research.figures.page.theme import get_theme
    >>> set_right("au 1er janvier 2026", get_theme()).split()
    ['au', '1ᵉʳ', 'janvier', '2026']
    """
    if theme.language == "fr":
        words = words.replace("1er ", f"1{_SUPERSCRIPT_ER}\u00a0")
    return typeset(words, theme.language)


def perimeter_bounds(basemap: Basemap, territory: Perimeter) -> tuple[float, float, float, float]:
    """Bounds, in metres, of the perimeter."""
    inside = basemap.communes[basemap.communes["code"].isin(list(territory.members))]
    west, south, east, north = map(float, shapely.total_bounds(inside["geometry"]))
    return west, south, east, north


def open_figure(page: MapPage) -> tuple[Figure, Axes]:
    """The figure, and the canvas in millimetres that covers it, credits written."""
    figure = page.theme.new_figure(page.height_mm)
    canvas = mm_canvas(figure)
    top = page.frame.height_mm + 2 * TOP_MM + 1.2
    for rank, line in enumerate(page.credits):
        y = top + (rank + 0.7) * panel.line_mm(page.credits_pt)
        add_text(canvas, EDGE_MM, y, line, page.credits_pt, va="baseline", color=MUTED)
    return figure, canvas


def open_frame(figure: Figure, page: MapPage) -> Axes:
    """The axes of the map, at their place on the page."""
    return map_axes(figure, page.frame, EDGE_MM, TOP_MM, paper_of(WATER, page.theme))


def draw_scale(axes: Axes, page: MapPage) -> Box | None:
    """Scale and north in the first corner free of land; ``None`` when they must go to the panel."""
    corner = furniture_corner(page.frame, page.ground.land, furniture_size(page.frame, page.theme))
    if corner is not None:
        draw_furniture(axes, page.frame, corner, page.theme)
    return corner


def open_panel(canvas: Axes, page: MapPage) -> panel.Column:
    """The column of the legend, beside the map."""
    left = page.frame.width_mm + EDGE_MM + _GUTTER_MM
    return panel.Column(canvas, left, page.theme.width_mm - left - EDGE_MM, 0.0, page.theme)


def close_panel(column: panel.Column, page: MapPage, *, with_scale: bool) -> None:
    """Scale in the panel when the map had no room, then insets at its bottom."""
    if with_scale:
        width, height = furniture_size(page.frame, page.theme)
        box = Box(column.left, column.y, column.left + width, column.y + height)
        draw_furniture(column.axes, page.frame, box, page.theme, downwards=True)
        column.skip(height + 3.0)
    _insets(column, page)


def insets_top(column: panel.Column, page: MapPage) -> float:
    """Where the insets and their names begin, mm from the top of the page."""
    side = (column.width - _INSET_GAP_MM) / 2
    return page.frame.height_mm + TOP_MM - side - 1.2 - panel.line_mm(page.theme.base_pt - 2.5)


def _insets(column: panel.Column, page: MapPage) -> None:
    """Insets side by side at the bottom of the column, their names above."""
    names = inset_names(page.basemap, page.territory, page.theme)
    side = (column.width - _INSET_GAP_MM) / 2
    top = page.frame.height_mm + TOP_MM - side
    places = [(column.left + rank * (side + _INSET_GAP_MM), top, side) for rank in range(len(names))]
    draw_insets(column.axes, page.basemap, page.territory, page.theme, places)
    wanted = page.theme.base_pt - 2.5
    size = min(wanted, *(wanted * side / text_width_mm(name, wanted) for name in names))
    for name, (left, _, _) in zip(names, places, strict=True):
        add_text(column.axes, left, top - 1.2, name, size, va="baseline")


@dataclass(frozen=True)
class ShownZones:
    """Codes that a map shows, and those that it can follow.

    Attributes:
        today: level → every code, old or of today → code of today.
        shown: level → codes of the zones of the map.
    """

    today: Mapping[Zone, Mapping[str, str]]
    shown: Mapping[Zone, frozenset[str]]


def shown_zones(basemap: Basemap, perimeter: str, *, closeup: bool) -> ShownZones:
    """The communes of the perimeter, or of the départements that hold it, and their intercommunalities that year."""
    territory, communes = basemap.perimeter(perimeter), basemap.communes
    around = communes.loc[communes["dep"].isin(territory.frame), "code"]
    codes = frozenset(map(str, territory.members if closeup else around))
    then = basemap.epci_of_year(territory.year)
    groups = {str(siren): str(siren) for siren in basemap.epci_names["siren"]}
    return ShownZones(
        {"commune": basemap.code_today, "epci": groups},
        {"commune": codes, "epci": frozenset(then[code] for code in codes if code in then)},
    )
