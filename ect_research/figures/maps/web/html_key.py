"""The legend of the offline map, as text and small pictures."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ect_research.figures.maps.ground.map_words import key_number
from ect_research.figures.maps.layers.choropleth import Choropleth, absent_zones
from ect_research.figures.maps.layers.circles import Circles, round_values, tint_classes, tint_key
from ect_research.figures.maps.layers.dots import Dots
from ect_research.figures.maps.layers.links import Links
from ect_research.figures.maps.legend.map_key import class_words, left_off_lines, method_line
from ect_research.figures.maps.web.html_marks import UNITS_PER_MM, marks_legend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ect_research.analysis.territory.classes import Classes
    from ect_research.analysis.territory.map_variables import MapVariable
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.page.theme import Theme


def legend_html(layers: Sequence[Any], page: MapPage) -> str:
    """The perimeter, then each layer."""
    theme = page.theme
    detail = escape(page.territory.details[theme.language])
    parts = [f'<h2>{escape(page.territory.name(theme.language))}</h2><p class="muted">{detail}</p>']
    for layer in layers:
        if isinstance(layer, (Dots, Links)):
            parts += marks_legend(layer, page)
            continue
        variable = layer.variable
        parts.append(f"<h2>{escape(theme.say(variable.label))}</h2>")
        if variable.unit:
            parts.append(f'<p class="muted">{escape(theme.say(variable.unit))}</p>')
        parts += _circles(layer, page) if isinstance(layer, Circles) else _fills(layer, page)
        parts += [f'<p class="muted">{escape(line)}</p>' for line in left_off_lines(variable, theme)]
        if isinstance(layer, Circles) and layer.tint is not None:
            parts += _tint(layer.tint, page)
    return "".join(parts)


def _fills(layer: Any, page: MapPage) -> list[str]:  # noqa: ANN401 - a Choropleth or a Typology
    theme = page.theme
    if isinstance(layer, Choropleth):
        keys = _classes(layer.cut, layer.styles(theme), layer.variable.decimals, theme)
    else:
        keys = [_swatch(style["facecolor"], name) for name, style in layer.styles(page).items()]
    absent, hidden = absent_zones(page, layer.variable)
    if absent:
        keys.append(_swatch("url(#absent)", f"{theme.say('donnée absente')} ({len(absent)})"))
    if hidden:
        keys.append(_swatch("url(#absent)", f"n < {layer.variable.threshold} ({len(hidden)})"))
    return keys


def _classes(cut: Classes, styles: Sequence[dict[str, Any]], decimals: int, theme: Theme) -> list[str]:
    """The highest first, then how they were cut."""
    told = zip(styles, class_words(cut, decimals, theme), strict=True)
    keys = [_swatch(style["facecolor"], words) for style, words in reversed(list(told))]
    return [*keys, f'<p class="muted">{escape(method_line(cut, theme))}</p>']


def _tint(tint: MapVariable, page: MapPage) -> list[str]:
    """What the colours of circles mean."""
    theme = page.theme
    heading = f"<h2>{escape(theme.say(tint.label))}</h2>"
    words, styles, _ = tint_key(tint, page)
    if tint.kind == "categorie":
        return [heading, *(_swatch(style["facecolor"], name) for name, style in zip(words, styles, strict=True))]
    unit = f'<p class="muted">{escape(theme.say(tint.unit))}</p>'
    return [heading, unit, *_classes(tint_classes(tint), styles, tint.decimals, theme)]


def _circles(layer: Circles, page: MapPage) -> list[str]:
    """Circles drawn in the units of the map at its first zoom; they grow with it."""
    whole = bool((layer.variable.known.astype("float64") % 1 == 0).all())
    values = round_values(layer.top, whole=whole)
    side = 2 * layer.radius(values[0]) * UNITS_PER_MM + 8
    share = 100 * side / (page.frame.width_mm * UNITS_PER_MM)
    face, edge = ("none", "#1a1a1a") if layer.tint else ("#b32d20", "#fff")
    rings = "".join(
        f'<circle cx="{side / 2:.0f}" cy="{side - 4 - layer.radius(v) * UNITS_PER_MM:.1f}"'
        f' r="{layer.radius(v) * UNITS_PER_MM:.1f}" fill="{face}" stroke="{edge}" stroke-width="3"/>'
        for v in values
    )
    said = " ; ".join(key_number(value, page.theme) for value in values)
    size = f"width:{max(1.2, share * 0.34):.2f}rem;height:auto;border:0"
    picture = f'<svg viewBox="0 0 {side:.0f} {side:.0f}" style="{size}" aria-hidden="true">{rings}</svg>'
    return [f'<div class="key">{picture}<span>{said}</span></div>']


def _swatch(fill: str, words: str) -> str:
    box = f'<rect width="16" height="10" fill="{fill}"/>'
    box = f'<svg viewBox="0 0 16 10" preserveAspectRatio="none" aria-hidden="true">{box}</svg>'
    return f'<div class="key">{box}<span>{escape(words)}</span></div>'
