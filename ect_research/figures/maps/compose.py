"""One composition for every kind of map: ground, layers, names, side panel, insets, credits."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.territory.map_limits import refuse_series
from ect_research.errors import EctError
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.labelling.point_labels import Box
from ect_research.figures.maps.ground import naming, panel
from ect_research.figures.maps.ground.furniture import draw_furniture, furniture_size
from ect_research.figures.maps.ground.ground_layers import WATER, draw_ground, paper_of, study_bounds
from ect_research.figures.maps.ground.map_frame import frame_around, map_axes
from ect_research.figures.maps.ground.map_page import (
    EDGE_MM,
    TOP_MM,
    close_panel,
    draw_scale,
    insets_top,
    open_figure,
    open_frame,
    open_panel,
    perimeter_bounds,
    plan_page,
    shown_zones,
)
from ect_research.figures.maps.layers.choropleth import Choropleth
from ect_research.figures.maps.layers.circles import Circles
from ect_research.figures.maps.layers.layer import Layer, VariableLayer
from ect_research.figures.page.canvas import add_text
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.theme import MUTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.corpus.basemap.perimeters import Perimeter
    from ect_research.figures.maps.ground.map_page import MapPage, ShownZones
    from ect_research.figures.page.theme import Theme


_SCALE_MM = 14.0


def show_map(  # noqa: PLR0913 - a map says all it must
    layers: Layer | Refusal | Sequence[Layer | Refusal],
    basemap: Basemap,
    perimeter: str,
    *,
    title: str = "",
    n: str = "",
    closeup: bool = False,
    moved: Mapping[str, Sequence[float]] | None = None,
    counts: str | None = None,
) -> Exhibit[list[Layer]]:
    """One or several themes over a perimeter.

    Themes: `Choropleth`, `Typology`, `Circles`, `Dots`, `Links`, `Flows`, `Discontinuities`, `ServiceAreas`. Nothing
    covers the territory: the legend, the insets and, when no corner is free, the scale stand beside it. The credits of
    the base map, and the source and date of each variable, are part of the figure.

    Args:
        layers: drawn in the order given; the first refusal among them takes the place of the map.
        basemap: from `load_basemap`.
        perimeter: name of the perimeter.
        title: what the map says; the label of its first theme when blank.
        n: how many cases it shows, in words; the zones or signs of its first theme when blank.
        closeup: show the perimeter alone instead of the départements that hold it.
        moved: name → (right, up) in millimetres, for a name (of a commune, of an intercommunalité) that the hand must
            move.
        counts: what its numbers count (``personnes, organisations, projets``, or ``aucune`` when they speak of nobody);
            the strictest of what the corpora read protect when None.

    Raises:
        BasemapError: no such perimeter.
        EctError: two layers that both fill areas, or a name to move that the base map does not know.

    >>> import ect_research as ect
    >>> basemap, people = ect.load_basemap(), ect.load_basemap().people()
    >>> variable = ect.MapVariable(people, "stock", "Population", "Insee", "2023", "habitants")
    >>> shown = show_map(ect.Circles(variable), basemap, "pays-ledonien-2020", closeup=True)
    >>> shown.words().n, len(shown.rows())
    ('n = 199 communes', 199)
    """
    naming.check_moves(basemap, moved or {})
    zones = shown_zones(basemap, perimeter, closeup=closeup)

    def draw(shown: Exhibit[list[Layer]]) -> Figure:
        return compose_map(shown.told, basemap, perimeter, shown.theme, closeup=closeup, moved=moved or {})

    def page(shown: Exhibit[list[Layer]]) -> MapPage:
        return plan_page(basemap, basemap.perimeter(perimeter), shown.theme, closeup=closeup)

    def rows(shown: Exhibit[list[Layer]]) -> pd.DataFrame:
        return stacked_rows(shown.told, page(shown))

    def words(shown: Exhibit[list[Layer]]) -> Caption:
        said, counted = _said(shown)
        return Caption(said, n or f"n = {counted}", cited(shown.told, shown.theme))

    def finding(shown: Exhibit[list[Layer]]) -> Finding:
        return Finding("{} ({})".format(*_said(shown)), Strength.COUNTED)

    def _said(shown: Exhibit[list[Layer]]) -> tuple[str, str]:
        first = shown.told[0]
        return title or shown.theme.say(first.label), first.counted(page(shown))

    return Exhibit(stacked(layers, zones), rows, words, draw, finding_of=finding, counts=counts)


def compose_map(
    layers: Sequence[Layer],
    basemap: Basemap,
    perimeter: str,
    theme: Theme,
    *,
    closeup: bool = False,
    moved: Mapping[str, Sequence[float]] | None = None,
) -> Figure:
    """Draw layers over the ground of a perimeter; arguments as `show_map`."""
    territory = basemap.perimeter(perimeter)
    if any(layer.fills for layer in layers):
        layers = [layer.over_fills() for layer in layers]
    with theme.applied():
        sources = theme.say("Données : {sources}.", sources=cited(layers, theme))
        page = plan_page(basemap, territory, theme, closeup=closeup, sources=sources)
        figure, canvas = open_figure(page)
        axes = open_frame(figure, page)
        draw_ground(axes, page.ground, territory, theme, tinted=False)
        for layer in layers:
            layer.draw(axes, page)
        corner = draw_scale(axes, page)
        spots = [spot for layer in layers for spot in layer.spots(page)]
        covered = [box for layer in layers for box in layer.covered(page)]
        taken = [box for layer in layers for box in layer.kept_clear(page)]
        unnamed = naming.write_names(axes, page, spots, [*taken, *filter(None, [corner])], moved or {}, covered)
        column = open_panel(canvas, page)
        write_panel(column, page, layers, unnamed)
        close_panel(column, page, with_scale=corner is None)
    return figure


def stacked_rows(layers: Sequence[Layer], page: MapPage) -> pd.DataFrame:
    """The rows behind the marks of all layers."""
    import pandas as pd

    return pd.concat([layer.rows(page) for layer in layers], ignore_index=True)


def stacked(layers: Layer | Refusal | Sequence[Layer | Refusal], zones: ShownZones) -> list[Layer] | Refusal:
    """Layers as a list, each knowing what the map shows, or the first refusal among them.

    Raises:
        EctError: no layer, or two that both fill areas.
    """
    given: Sequence[Any] = [layers] if isinstance(layers, (Layer, Refusal)) else list(layers)
    placed: list[Layer] = []
    for layer in given:
        found = locate(layer, zones)
        if isinstance(found, Refusal):
            return found
        placed.append(found)
    if not given:
        raise EctError("Aucune couche à dessiner.")
    if sum(layer.fills for layer in given) > 1:
        raise EctError(
            "Deux couches remplissent les mêmes surfaces : la seconde cacherait la première. Garder un aplat, et mettre"
            " l’autre variable en cercles, en points ou en liens.",
        )
    return placed


def locate(layer: Layer | Refusal, zones: ShownZones) -> Layer | Refusal:
    """A layer knowing only what the map shows, or why it must not be drawn."""
    found = layer if isinstance(layer, Refusal) else layer.located(zones)
    return found if isinstance(found, Refusal) else found.refusal() or found


def cited(layers: Sequence[Layer], theme: Theme) -> str:
    """The sources of the layers, as a caption names them."""
    return theme.say(" ; ").join(dict.fromkeys(cite for layer in layers for cite in layer.cites))


def write_panel(
    column: panel.Column, page: MapPage, layers: Sequence[Layer], unnamed: Sequence[str], *, lines: bool = True
) -> None:
    """Legends of the layers, then the lines of the ground as far as there is room, then what is not named."""
    theme = page.theme
    column.write(page.territory.name(theme.language), theme.base_pt, fontweight="bold")
    column.write(page.territory.details[theme.language], theme.base_pt - 2, color=MUTED)
    column.skip()
    for layer in layers:
        layer.write_legend(column, page)
        column.skip()
    if lines and column.y + 5 * panel.line_mm(theme.base_pt - 1.5) < insets_top(column, page):
        panel.write_lines_legend(column, page.territory)
        column.skip()
    panel.write_unnamed(column, unnamed, insets_top(column, page) - _SCALE_MM)


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
        close_panel(column, page, with_scale=False)
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
