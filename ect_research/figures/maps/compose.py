"""One composition for every kind of map: ground, layers, names, side panel, insets, credits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal
from ect_research.errors import EctError
from ect_research.figures.maps.ground import naming, panel
from ect_research.figures.maps.ground.ground_layers import draw_ground, draw_silhouette
from ect_research.figures.maps.ground.map_page import (
    close_panel,
    draw_scale,
    insets_top,
    open_figure,
    open_frame,
    open_panel,
    plan_page,
)
from ect_research.figures.maps.layers.layer import Layer
from ect_research.figures.maps.legend import map_key
from ect_research.figures.maps.legend.key_words import KEY_WORDS
from ect_research.figures.page.theme import MUTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.page.theme import Theme


def draw_map(
    layers: Layer | Refusal | Sequence[Layer | Refusal],
    basemap: Basemap,
    perimeter: str,
    theme: Theme,
    *,
    closeup: bool = False,
    moved: Mapping[str, Sequence[float]] | None = None,
) -> Figure | Refusal:
    """Lay one or several themes over a perimeter.

    Themes: `Choropleth`, `Typology`, `Circles`, `ProtectedCircles`, `Dots`, `Links`, `Dorling`, `ServiceAreas`.

    Nothing covers the territory: the legend, the insets and, when no corner is free, the scale stand beside it. The
    credits of the base map, and the source and date of each variable, are part of the figure.

    Args:
        layers: drawn in the order given.
        basemap: from `load_basemap`.
        perimeter: name of the perimeter.
        theme: the reader's preset.
        closeup: show the perimeter alone instead of the départements that hold it.
        moved: name → (right, up) in millimetres, for a name (of a commune, of an intercommunalité) that the hand must
            move.

    Returns:
        a figure without caption, or the first refusal of a layer.

    Raises:
        BasemapError: no such perimeter.
        EctError: two layers that both fill areas, or a name to move that the base map does not know.
    """
    naming.check_moves(basemap, moved or {})
    stack = as_stack(layers)
    if (refused := first_refusal(stack)) is not None:
        return refused
    drawn: list[Layer] = [layer for layer in stack if not isinstance(layer, Refusal)]
    _check_stack(drawn)
    territory = basemap.perimeter(perimeter)
    sources = list(dict.fromkeys(line for layer in drawn for line in layer.sources(theme.language)))
    with theme.applied():
        page = plan_page(basemap, territory, theme, closeup=closeup, sources=sources)
        drawn = [layer.seen_on(page) for layer in drawn]
        figure, canvas = open_figure(page)
        axes = open_frame(figure, page)
        if any(layer.faint_ground for layer in drawn):
            draw_silhouette(axes, page.ground, theme)
        else:
            draw_ground(axes, page.ground, territory, theme, tinted=False)
        for layer in drawn:
            layer.draw(axes, page)
        corner = draw_scale(axes, page)
        spots = [spot for layer in drawn for spot in layer.spots(page)]
        taken = [] if corner is None else [corner]
        if any(layer.faint_ground for layer in drawn):
            unnamed = naming.write_spot_names(axes, page, spots, taken, moved or {})
        else:
            covered = [box for layer in drawn for box in layer.covered(page)]
            unnamed = naming.write_names(axes, page, spots, taken, moved or {}, covered)
        column = open_panel(canvas, page)
        write_panel(column, page, drawn, unnamed)
        close_panel(figure, column, page, with_scale=corner is None)
    return figure


def as_stack(layers: Layer | Refusal | Sequence[Layer | Refusal]) -> list[Layer | Refusal]:
    """One layer or several, as a list."""
    return [layers] if isinstance(layers, (Layer, Refusal)) else list(layers)


def first_refusal(layers: Sequence[Layer | Refusal]) -> Refusal | None:
    """The first refusal among what was given to draw."""
    for layer in layers:
        refused = layer if isinstance(layer, Refusal) else layer.refusal()
        if refused is not None:
            return refused
    return None


def write_panel(
    column: panel.Column, page: MapPage, layers: Sequence[Layer], unnamed: Sequence[str], *, lines: bool = True
) -> None:
    """Legends of the layers, then the lines of the ground as far as there is room, then what is not named."""
    language = page.theme.language
    column.write(page.territory.name(language), page.theme.base_pt, fontweight="bold")
    column.write(page.territory.details[language], page.theme.base_pt - 2, color=MUTED)
    column.skip()
    for layer in layers:
        layer.write_legend(column, page)
        column.skip()
    if lines and not any(layer.faint_ground for layer in layers):
        lines_mm = 5 * panel.line_mm(page.theme.base_pt - 1.5)
        if column.y + lines_mm < insets_top(column, page):
            panel.write_lines_legend(column, page.territory)
            column.skip()
    if unnamed:
        words = KEY_WORDS[language]["unnamed_many" if len(unnamed) > 1 else "unnamed"]
        map_key.write_note(column, f"{words}{', '.join(unnamed)}")
        column.skip()


def _check_stack(layers: Sequence[Layer]) -> None:
    if not layers:
        raise EctError("Aucune couche à dessiner.")
    if sum(layer.fills for layer in layers) > 1:
        raise EctError(
            "Deux couches remplissent les mêmes surfaces : la seconde cacherait la première. Garder un aplat, et "
            "mettre l’autre variable en cercles, en points ou en liens."
        )
