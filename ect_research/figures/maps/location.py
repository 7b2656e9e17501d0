"""The location map: projects on their commune, within a perimeter, within the département, within France."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal
from ect_research.figures.canvas import add_text, mm_canvas, text_width_mm, wrap_text
from ect_research.figures.formats import typeset
from ect_research.figures.labels import Box
from ect_research.figures.maps import naming, panel
from ect_research.figures.maps.frame import MapFrame, frame_around, map_axes
from ect_research.figures.maps.furniture import draw_furniture, furniture_corner, furniture_size
from ect_research.figures.maps.insets import draw_insets, inset_names
from ect_research.figures.maps.layers import WATER, Ground, draw_ground, prepare_ground, study_bounds
from ect_research.figures.maps.symbols import draw_circles, radius_mm, unit_radius_mm
from ect_research.figures.theme import MUTED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.territory import ProjectPlaces
    from ect_research.corpus.basemap_model import Basemap, Perimeter
    from ect_research.figures.theme import Theme

_MAP_SHARE = 0.655
_HEIGHT_MM = (138.0, 172.0)
_GUTTER_MM = 3.5
_MARGIN_MM = 4.0
_EDGE_MM = 2.03
_TOP_MM = 0.4
_INSET_GAP_MM = 2.5


@dataclass(frozen=True)
class _Sheet:
    """What every part of the drawing needs."""

    places: ProjectPlaces
    basemap: Basemap
    territory: Perimeter
    theme: Theme
    frame: MapFrame
    credits: list[str]

    @property
    def credits_pt(self) -> float:
        return self.theme.base_pt - 2.5

    @property
    def unit_mm(self) -> float:
        return unit_radius_mm(int(self.places.communes["n"].max()))

    @property
    def height_mm(self) -> float:
        return self.frame.height_mm + 2 * _TOP_MM + 2.0 + len(self.credits) * panel.line_mm(self.credits_pt)


def draw_location_map(
    places: ProjectPlaces | Refusal, basemap: Basemap, perimeter: str, theme: Theme
) -> Figure | Refusal:
    """Projects as circles on their commune, the perimeter's intercommunalities, and all a reader needs around.

    The credits of the base map are part of the figure and cannot be left out. Names never overlap; those of
    reference towns give way to those of communes with projects.

    Args:
        places: from `place_projects`, for the same perimeter.
        basemap: from `load_basemap`.
        perimeter: name of the perimeter.
        theme: the reader's preset.

    Returns:
        a figure without caption, or the refusal given.

    Raises:
        BasemapError: no such perimeter.
    """
    if isinstance(places, Refusal):
        return places
    with theme.applied():
        sheet = _sheet(places, basemap, basemap.perimeter(perimeter), theme)
        figure = theme.new_figure(sheet.height_mm)
        canvas = mm_canvas(figure)
        axes = map_axes(figure, sheet.frame, _EDGE_MM, _TOP_MM, "#f4f4f4" if theme.greyscale else WATER)
        furniture = _draw_map(axes, sheet)
        _draw_panel(figure, canvas, sheet, with_furniture=furniture is None)
        top = sheet.frame.height_mm + 2 * _TOP_MM + 1.2
        for rank, line in enumerate(sheet.credits):
            y = top + (rank + 0.7) * panel.line_mm(sheet.credits_pt)
            add_text(canvas, _EDGE_MM, y, line, sheet.credits_pt, va="baseline", color=MUTED)
    return figure


def _sheet(places: ProjectPlaces, basemap: Basemap, territory: Perimeter, theme: Theme) -> _Sheet:
    bounds = study_bounds(basemap, territory)
    west, south, east, north = bounds
    width = theme.width_mm * _MAP_SHARE
    fitted = (width - 2 * _MARGIN_MM) * (north - south) / (east - west) + 2 * _MARGIN_MM
    height = min(max(fitted, _HEIGHT_MM[0]), _HEIGHT_MM[1])
    line = typeset(basemap.mentions.line(theme.language), theme.language)
    cited = wrap_text(line, theme.base_pt - 2.5, theme.width_mm - 2 * _EDGE_MM)
    return _Sheet(places, basemap, territory, theme, frame_around(bounds, width, height, _MARGIN_MM), cited)


def _draw_map(axes: Axes, sheet: _Sheet) -> Box | None:
    """Ground, circles, names; returns where the scale went, ``None`` when the map has no free corner."""
    ground = prepare_ground(sheet.basemap, sheet.territory, sheet.frame)
    draw_ground(axes, ground, sheet.territory, sheet.theme)
    corner = furniture_corner(sheet.frame, ground.land, furniture_size(sheet.frame, sheet.theme))
    if corner is not None:
        draw_furniture(axes, sheet.frame, corner, sheet.theme)
    _write_names(axes, ground, sheet, [] if corner is None else [corner])
    return corner


def _write_names(axes: Axes, ground: Ground, sheet: _Sheet, taken: list[Box]) -> None:
    """By rank: communes with projects, intercommunalities, reference towns, neighbours."""
    frame, theme = sheet.frame, sheet.theme
    spots = _spots(sheet)
    full, towns = [s for s in spots if s.count], [s for s in spots if not s.count]
    draw_circles(axes, [(s.x, s.y, s.radius) for s in full], theme)
    names = naming.place_spots(full, towns, frame, taken, theme)
    naming.write_spots(axes, full, names, theme)
    taken = [*taken, *naming.symbol_boxes(spots), *names.boxes.values()]
    taken += naming.write_groups(axes, ground, sheet.territory, taken, theme)
    free = [box for box in taken if box not in naming.symbol_boxes(towns)]
    names = naming.place_spots(towns, full, frame, free, theme)
    naming.write_spots(axes, towns, names, theme)
    naming.write_neighbours(axes, ground, [*taken, *names.boxes.values()], theme)


def _spots(sheet: _Sheet) -> list[naming.Spot]:
    """Communes with projects, the fullest first, then the reference towns that have none."""
    points = sheet.basemap.communes.set_index("code")[["nom", "px", "py"]]
    counted = sheet.places.communes.set_index("commune")["n"]
    spots = []
    for rank, code in enumerate(dict.fromkeys([*counted.index, *sheet.territory.landmarks])):
        name, easting, northing = points.loc[code]
        if not sheet.frame.holds(easting, northing):
            continue
        x, y = sheet.frame.point(easting, northing)
        count = int(counted.get(code, 0))
        radius = radius_mm(count, sheet.unit_mm) if count else naming.LANDMARK_MM
        spots.append(naming.Spot(str(code), name, x, y, radius, count, rank))
    return spots


def _draw_panel(figure: Figure, canvas: Axes, sheet: _Sheet, *, with_furniture: bool) -> None:
    theme, frame = sheet.theme, sheet.frame
    left = frame.width_mm + _EDGE_MM + _GUTTER_MM
    column = panel.Column(canvas, left, theme.width_mm - left - _EDGE_MM, 0.0, theme)
    panel.write_groups_legend(column, sheet.territory, sheet.places)
    column.skip()
    panel.write_circles_legend(column, sheet.places, sheet.unit_mm)
    column.skip()
    panel.write_lines_legend(column, sheet.territory)
    column.skip()
    if with_furniture:
        width, height = furniture_size(frame, theme)
        box = Box(left, column.y, left + width, column.y + height)
        draw_furniture(canvas, frame, box, theme, downwards=True)
        column.skip(height + 3.0)
    top = _insets(figure, canvas, sheet, column)
    panel.write_listing(column, sheet.places, top - 3.0)


def _insets(figure: Figure, canvas: Axes, sheet: _Sheet, column: panel.Column) -> float:
    """Insets side by side at the bottom of the column, their names above; returns the top of it all."""
    names = inset_names(sheet.basemap, sheet.territory, sheet.theme)
    side = (column.width - _INSET_GAP_MM) / 2
    top = sheet.frame.height_mm + _TOP_MM - side
    places = [(column.left + rank * (side + _INSET_GAP_MM), top, side) for rank in range(len(names))]
    draw_insets(figure, sheet.basemap, sheet.territory, sheet.theme, places)
    wanted = sheet.theme.base_pt - 2.5
    size = min(wanted, *(wanted * side / text_width_mm(name, wanted) for name in names))
    for name, (left, _, _) in zip(names, places, strict=True):
        add_text(canvas, left, top - 1.2, name, size, va="baseline")
    return top - 1.2 - panel.line_mm(size)
