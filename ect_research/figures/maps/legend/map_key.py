"""The parts of a legend and their words: heading, class boxes, the histogram of a rate, swatches, notes, source, method."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ect_research.figures.maps.ground.panel import line_mm
from ect_research.figures.maps.ground.symbols import MOST_DECIMALS, needed_decimals
from ect_research.figures.maps.legend.palettes import EVEN_SIDE, edge_of
from ect_research.figures.page.canvas import add_box, add_line, add_text
from ect_research.figures.page.formats import format_number, typeset
from ect_research.figures.page.theme import INK, MUTED
from ect_research.words import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ect_research.analysis.territory.classes import Classes
    from ect_research.analysis.territory.map_variables import MapVariable
    from ect_research.figures.maps.ground.panel import Column
    from ect_research.figures.page.theme import Theme

_MOST_NAMED = 5
_METHODS = {
    "fisher": mark("Seuils naturels (Fisher)"),
    "quantile": mark("Quantiles (effectifs égaux)"),
    "q6": mark("Quantiles 5, 25, 50, 75 et 95 %"),
    "egal": mark("Amplitudes égales"),
    "ecart_type": mark("Moyenne et écart-type"),
    "geometrique": mark("Progression géométrique"),
    "fixe": mark("Bornes fixées"),
}
SWATCH_MM = (6.0, 3.6)
AFTER_MM = 8.0
_SIGN_MM = 2.2
FEWEST_VALUES = 20
_HEIGHT_MM, _BARS = 12.0, 28


def write_heading(column: Column, title: str, unit: str = "") -> None:
    """What is measured, in bold, and its unit on the next line."""
    column.write(column.theme.say(title), column.theme.base_pt, fontweight="bold")
    if unit:
        column.write(column.theme.say(unit), column.theme.base_pt - 1.5, color=MUTED)
    column.skip(1.0)


def write_swatch(column: Column, style: dict[str, Any], words: str, count: int | None = None) -> None:
    """A box, what it means, and how many zones have it."""
    theme = column.theme
    size, (width, height) = theme.base_pt - 1, SWATCH_MM
    pitch = max(line_mm(size), height)
    top = column.y
    add_box(column.axes, (column.left, top, width, height), **style)
    edge = {"facecolor": "none", "edgecolor": "#2b2b2b", "linewidth": 0.5, "zorder": 3}
    add_box(column.axes, (column.left, top, width, height), **edge)
    before = column.y
    column.y += (pitch - line_mm(size)) / 2
    column.write(words if count is None else f"{words} ({format_number(count, 0, theme.language)})", size, AFTER_MM)
    column.y = max(column.y, before + pitch)


def write_classes(
    column: Column, styles: Sequence[dict[str, Any]], words: Sequence[str], counts: Sequence[int] | None
) -> None:
    """Class boxes that touch, the highest on top; how many zones in brackets, unless the legend serves several maps."""
    shown: list[int | None] = [None] * len(words) if counts is None else list(counts)
    for style, said, count in reversed(list(zip(styles, words, shown, strict=True))):
        write_swatch(column, style, said, count)
    column.skip(0.9)


def write_note(column: Column, words: str) -> None:
    """A muted line under a legend."""
    column.write(words, column.theme.base_pt - 2, color=MUTED)


def write_left_off(column: Column, variable: MapVariable) -> None:
    """What the map does not show of a variable."""
    for line in left_off_lines(variable, column.theme):
        write_note(column, line)


def write_indented(column: Column, words: str) -> None:
    """Words beside a sign already drawn."""
    column.write(words, column.theme.base_pt - 1.5, AFTER_MM)


def write_sign(column: Column, shape: str, colour: str, words: str) -> None:
    """A marker and what it means."""
    size = column.theme.base_pt - 1
    pitch = line_mm(size)
    column.axes.plot(
        [column.left + SWATCH_MM[0] / 2],
        [column.y + pitch * 0.5],
        marker=shape,
        markersize=_SIGN_MM * EVEN_SIDE.get(shape, 1) * 72 / 25.4,
        color=colour,
        markeredgecolor=edge_of(colour),
        markeredgewidth=0.45,
        zorder=5,
    )
    column.write(words, size, AFTER_MM)


def write_beside(column: Column, words: str, height_mm: float) -> float:
    """Words beside a sign drawn by the caller in the box before them; returns the height of its middle."""
    size = column.theme.base_pt - 1
    pitch = max(line_mm(size), height_mm)
    y = column.y + pitch / 2
    add_text(column.axes, column.left + AFTER_MM, y, words, size)
    column.y += pitch
    return y


def write_stroke(column: Column, width_pt: float, colour: str, words: str, *, linestyle: Any = "-") -> None:  # noqa: ANN401
    """A line of a given width and what it means."""
    y = write_beside(column, words, width_pt * 25.4 / 72 + 0.8)
    column.axes.plot(
        [column.left, column.left + SWATCH_MM[0]],
        [y, y],
        linewidth=width_pt,
        color=colour,
        solid_capstyle="butt",
        linestyle=linestyle,
        zorder=5,
    )


def write_histogram(
    column: Column, values: pd.Series[float], classes: Classes, styles: Sequence[dict[str, Any]], decimals: int
) -> None:
    """Bars of equal width, a tick under each break; the scale is logarithmic where values spread over two powers of ten.

    Fewer than twenty values, or equal ones, have no shape to show: the key says so instead.
    """
    theme, known = column.theme, np.sort(values.dropna().to_numpy(dtype="float64"))
    if len(known) < FEWEST_VALUES or known[0] == known[-1]:
        write_note(column, theme.say("pas d’histogramme sous {n} valeurs différentes", n=FEWEST_VALUES))
        return
    spread = known[0] > 0 and known[-1] / known[0] >= 100
    along = np.log10 if spread else np.asarray
    low, high = float(along(known[0])), float(along(known[-1]))
    edges = np.linspace(low, high, _BARS + 1)
    counts, _ = np.histogram(along(known), edges)
    ranks = np.searchsorted(along(np.array(classes.bounds[1:-1])), (edges[:-1] + edges[1:]) / 2, side="right")
    step, bottom = column.width / _BARS, column.y + _HEIGHT_MM
    for place, (count, rank) in enumerate(zip(counts.tolist(), ranks.tolist(), strict=True)):
        if count:
            height = _HEIGHT_MM * count / max(counts.tolist())
            box = (column.left + place * step, bottom - height, step, height)
            add_box(column.axes, box, **{"edgecolor": INK, "linewidth": 0.3} | styles[rank])
    add_line(column.axes, ((column.left, bottom), (column.left + column.width, bottom)), color=INK, linewidth=0.5)
    for bound in classes.bounds[1:-1]:
        x = column.left + column.width * (float(along(bound)) - low) / (high - low)
        add_line(column.axes, ((x, bottom), (x, bottom + 1.1)), color=INK, linewidth=0.6)
    size = theme.base_pt - 2.5
    column.y = bottom + 1.2 + line_mm(size)
    ends = ((known[0], column.left, "left"), (known[-1], column.left + column.width, "right"))
    for value, x, side in ends:
        said = _bound(float(value), decimals, theme)
        add_text(column.axes, x, column.y - 0.28 * line_mm(size), said, size, ha=side, va="baseline", color=MUTED)
    if spread:
        write_note(column, theme.say("échelle logarithmique"))
    column.skip(0.8)


def between_line(zone: str, theme: Theme) -> str:
    """What the numbers in brackets count."""
    if zone == "commune":
        return theme.say("entre parenthèses, nombre de communes")
    return theme.say("entre parenthèses, nombre d’intercommunalités")


def dots_line(theme: Theme) -> str:
    """What a scattered sign is not."""
    return theme.say(
        "Un signe par projet, placé au hasard dans sa commune, ou autour si elle est trop petite : ce n’est pas une"
        " adresse, et cela n’anonymise pas."
    )


def method_line(classes: Classes, theme: Theme) -> str:
    """The method and the number of classes.

    >>> from ect_research.analysis.territory.classes import Classes
    >>> from ect_research.figures.page.theme import get_theme
    >>> method_line(Classes("fisher", (0.0, 1.0, 2.0), (1, 1)), get_theme())
    'Seuils naturels (Fisher), 2 classes'
    """
    counted = theme.say_n("{n} classe", "{n} classes", len(classes))
    if classes.method == "quantile" and not math.isnan(classes.centre):
        return theme.say("Quantiles de part et d’autre de 0, {classes}", classes=counted)
    if classes.asked > len(classes):
        usual = mark("trop de valeurs égales pour en faire {asked}")
        told = usual if classes.usual else mark("{asked} demandées, trop de valeurs égales")
        fewer = theme.say(told, asked=classes.asked)
        counted = f"{counted} ({fewer})"
    return f"{typeset(theme.say(_METHODS[classes.method]), theme.language)}, {counted}"


def left_off_lines(variable: MapVariable, theme: Theme) -> list[str]:
    """Values that the map does not show: codes it does not know, named, and zones elsewhere, counted."""
    lines = []
    if unknown := len(variable.unknown):
        counted = theme.say_n("{n} code sans place au fond de carte", "{n} codes sans place au fond de carte", unknown)
        named = ", ".join(variable.unknown[:_MOST_NAMED]) + (", …" if unknown > _MOST_NAMED else "")
        lines.append(typeset(theme.say("{counted} : {named}", counted=counted, named=named), theme.language))
    if variable.outside:
        lines.append(theme.say_n("{n} valeur hors de la carte", "{n} valeurs hors de la carte", variable.outside))
    return lines


def class_words(classes: Classes, decimals: int, theme: Theme) -> list[str]:
    """« de 13 à 25 » for each class, the lowest first; one number for a class that holds one value only.

    Bounds typed by a person are written whole; computed ones with the decimals of the variable, and more when two would
    be written alike, or one that is not zero as zero.

    >>> from ect_research.analysis.territory.classes import Classes
    >>> from ect_research.figures.page.theme import get_theme
    >>> class_words(Classes("fixe", (0.0, 12.5, 30.0), (1, 1)), 0, get_theme())
    ['de 0,0 à 12,5', 'de 12,5 à 30,0']
    >>> class_words(Classes("quantile", (0.0, 1.0, 3.0), (9, 1), alone=True), 0, get_theme())
    ['0', 'de 1 à 3']
    """
    bounds = classes.bounds
    digits = max(decimals, *map(needed_decimals, bounds)) if classes.method == "fixe" else decimals
    told = [_bound(bound, digits, theme) for bound in bounds]
    while len(set(told)) < len(set(bounds)) and digits < MOST_DECIMALS:
        digits += 1
        told = [_bound(bound, digits, theme) for bound in bounds]
    words = [theme.say("de {low} à {high}", low=low, high=high) if low != high else low for low, high in pairwise(told)]
    return [told[0], *words[1:]] if classes.alone else words


def _bound(bound: float, digits: int, theme: Theme) -> str:
    """A bound as written; what is not zero never reads as zero."""
    if bound and not round(bound, digits):
        digits = math.ceil(-math.log10(abs(bound)))
    return format_number(bound, digits, theme.language)
