"""Small multiples: one map per year on a constant perimeter, with the same classes and one legend."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.territory.map_limits import refuse_series
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.labelling.point_labels import Box
from ect_research.figures.maps.compose import cited, locate, write_panel
from ect_research.figures.maps.ground import panel
from ect_research.figures.maps.ground.furniture import draw_furniture, furniture_size
from ect_research.figures.maps.ground.ground_layers import WATER, draw_ground, paper_of, study_bounds
from ect_research.figures.maps.ground.map_frame import frame_around, map_axes
from ect_research.figures.maps.ground.map_page import (
    EDGE_MM,
    TOP_MM,
    close_panel,
    open_figure,
    open_panel,
    perimeter_bounds,
    plan_page,
    shown_zones,
)
from ect_research.figures.maps.layers.choropleth import Choropleth
from ect_research.figures.maps.layers.circles import Circles
from ect_research.figures.maps.layers.layer import VariableLayer
from ect_research.figures.page.canvas import add_text
from ect_research.figures.page.caption import Caption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.corpus.basemap.perimeters import Perimeter
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.maps.layers.layer import Layer
    from ect_research.figures.page.theme import Theme

_GAP_MM = 2.0


def show_map_series(
    layers: Mapping[str, Layer],
    basemap: Basemap,
    perimeter: str,
    *,
    title: str = "",
    closeup: bool = False,
    counts: str | None = None,
) -> Exhibit[dict[str, Layer]]:
    """The same theme at several dates, side by side.

    The perimeter is one for all maps and written in the legend; choropleths must share their classes
    (`classify_together`) and circles their scale (``largest``): otherwise two maps would show one value in two ways.

    Args:
        layers: title of each map (« 2016 ») → layer, two to six, all of one kind.
        basemap: from `load_basemap`.
        perimeter: name of the perimeter.
        title: what the maps say; the label of the theme when blank.
        closeup: show the perimeter alone instead of the départements that hold it.
        counts: as for `show_map`.

    Raises:
        BasemapError: no such perimeter.
    """
    zones = shown_zones(basemap, perimeter, closeup=closeup)
    placed = {name: locate(layer, zones) for name, layer in layers.items()}
    territory = basemap.perimeter(perimeter)

    def draw(shown: Exhibit[dict[str, Layer]]) -> Figure:
        return _draw(shown.told, basemap, territory, shown.theme, closeup=closeup)

    def rows(shown: Exhibit[dict[str, Layer]]) -> pd.DataFrame:
        page = plan_page(basemap, territory, shown.theme, closeup=closeup)
        each = [layer.rows(page).assign(carte=name) for name, layer in shown.told.items()]
        return pd.concat(each, ignore_index=True)

    def words(shown: Exhibit[dict[str, Layer]]) -> Caption:
        page = plan_page(basemap, territory, shown.theme, closeup=closeup)
        last = list(shown.told.values())[-1]
        said = title or shown.theme.say(last.label)
        return Caption(said, f"n = {last.counted(page)}", cited(list(shown.told.values()), shown.theme))

    return Exhibit(_comparable(placed), rows, words, draw, counts=counts)


def _draw(layers: dict[str, Layer], basemap: Basemap, territory: Perimeter, theme: Theme, *, closeup: bool) -> Figure:
    stack = list(layers.values())
    sources = theme.say("Données : {sources}.", sources=cited(stack, theme))
    with theme.applied():
        page = plan_page(basemap, territory, theme, closeup=closeup, sources=sources)
        small = _small_page(page, len(layers))
        columns = _columns(len(layers))
        title_mm = panel.line_mm(theme.base_pt) + 0.6
        rows = math.ceil(len(layers) / columns)
        used = rows * (small.frame.height_mm + title_mm + _GAP_MM)
        page = replace(page, frame=replace(page.frame, height_mm=max(used, _PANEL_MM)))
        figure, canvas = open_figure(page)
        for rank, (title, layer) in enumerate(layers.items()):
            left = EDGE_MM + (rank % columns) * (small.frame.width_mm + _GAP_MM)
            top = TOP_MM + (rank // columns) * (small.frame.height_mm + title_mm + _GAP_MM)
            add_text(canvas, left, top + title_mm * 0.72, title, theme.base_pt, va="baseline", fontweight="bold")
            axes = map_axes(figure, small.frame, left, top + title_mm, paper_of(WATER, theme))
            draw_ground(axes, small.ground, territory, theme, tinted=False, scale=0.6)
            layer.draw(axes, small)
        column = open_panel(canvas, page)
        write_panel(column, small, [stack[-1]], [], lines=False)
        width, height = furniture_size(small.frame, theme)
        box = Box(column.left, column.y, column.left + width, column.y + height)
        draw_furniture(canvas, small.frame, box, theme, downwards=True)
        close_panel(figure, column, page, with_scale=False)
    return figure


_PANEL_MM = 105.0


def _small_page(page: MapPage, count: int) -> MapPage:
    """The page of one small map."""
    columns = _columns(count)
    bounds = (perimeter_bounds if page.closeup else study_bounds)(page.basemap, page.territory)
    width = (page.frame.width_mm - (columns - 1) * _GAP_MM) / columns
    margin = 1.5
    height = min((width - 2 * margin) * (bounds[3] - bounds[1]) / (bounds[2] - bounds[0]) + 2 * margin, 165.0)
    return replace(page, frame=frame_around(bounds, width, height, margin))


def _columns(count: int) -> int:
    return 2 if count <= 4 else 3


def _comparable(placed: Mapping[str, Layer | Refusal]) -> dict[str, Layer] | Refusal:
    """The maps, or why they cannot be drawn or compared."""
    refused = next((layer for layer in placed.values() if isinstance(layer, Refusal)), None)
    if refused is not None:
        return refused
    layers: dict[str, Any] = dict(placed)
    bounds = {layer.cut.bounds for layer in layers.values() if isinstance(layer, Choropleth)}
    scales = {layer.top for layer in layers.values() if isinstance(layer, Circles)}
    zones = {frozenset(layer.variable.per_zone.index) for layer in layers.values() if isinstance(layer, VariableLayer)}
    kinds = [type(layer).__name__ for layer in layers.values()]
    return refuse_series(kinds, max(len(bounds), len(scales)), len(zones)) or layers
