"""What the figures of a typology share: a colour, a mark and a name per type, names in a column, a plane with equal units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from ect_research.analysis.typologies.hierarchy import Typology
from ect_research.analysis.typologies.type_study import TypeStudy
from ect_research.figures.labelling.point_labels import Box, LabelLayout, Obstacles, PointLabel, place_labels
from ect_research.figures.page.canvas import MM_PER_POINT, add_text, shorten_apart, text_width_mm, wrap_text
from ect_research.figures.page.formats import NO_BREAK
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, OKABE_ITO, Theme

Floats = NDArray[np.float64]
Name = tuple[str, str, float, float, float, float]
MARKS = ("o", "s", "^", "D", "v", "P")
_GREYS = ("#1a1a1a", "#8c8c8c", "#cfcfcf", "#5a5a5a", "#b0b0b0", "#3a3a3a")
_LEFT, _RIGHT, _TOP, _FOOT = 17.0, 3.0, 6.0, 11.0
_LOWEST, _HIGHEST = 0.45, 0.85
_LINE = 0.42
_ROW_MM, _LEADING, _AIR_MM, _STEP_PT, _LEAST_PT = 4.4, 1.15, 0.9, 0.25, 4.5


def type_colour(label: int, theme: Theme) -> str:
    """Colour of a type, from 1; a tone of grey where colour does not print; the same for all where types are not shown (0)."""
    if not label:
        return MUTED
    tones = _GREYS if theme.greyscale else OKABE_ITO
    return tones[(label - 1) % len(tones)]


def type_mark(label: int) -> str:
    """Mark of a type, so that colour never speaks alone."""
    return MARKS[(label - 1) % len(MARKS)] if label else MARKS[0]


def draw_type(axes: Axes, place: tuple[float, float], label: int, theme: Theme, **style: Any) -> None:  # noqa: ANN401
    """The mark of a type at a place."""
    x, y = place
    style = {"color": type_colour(label, theme), "markeredgecolor": INK, "markeredgewidth": 0.5, **style}
    axes.plot([x], [y], type_mark(label), **style)


def shown_typology(study: TypeStudy) -> Typology:
    """The types as they may be drawn: where there is no structure, one heap of projects, 0, without outline or paragon."""
    typology = study.typology
    if study.verdict.shows_types:
        return typology
    return replace(
        typology,
        types=typology.types * 0,
        k=1,
        moved=(),
        outlines=typology.outlines.iloc[:0],
        paragons=typology.paragons.iloc[:0],
    )


def axis_name(axis: int, rate: float | None, theme: Theme) -> str:
    """``Axe 1 (9,9 %)``, or without rate when there is none."""
    name = theme.say("Axe {axis}", axis=axis).replace(" ", NO_BREAK)
    return name if rate is None else f"{name} ({theme.percent(rate / 100, 1)})"


@dataclass(frozen=True)
class PlaneFrame:
    """Axes whose unit is as long upwards as sideways.

    Attributes:
        figure: the page.
        axes: in data units.
        left: data value at the left edge.
        bottom: data value at the bottom edge.
        scale: millimetres per data unit.
        width_mm: of the plane.
        height_mm: of the plane.
    """

    figure: Figure
    axes: Axes
    left: float
    bottom: float
    scale: float
    width_mm: float
    height_mm: float

    def to_mm(self, x: float, y: float) -> tuple[float, float]:
        """Place in the plane, in millimetres from its bottom left corner."""
        return (x - self.left) * self.scale, (y - self.bottom) * self.scale

    def tell_dropped(self, count: int, theme: Theme) -> None:
        """Above the plane: how many names found no room, if any."""
        if not count:
            return
        told = theme.say_n(
            "{n} nom sans place : voir les données de la figure",
            "{n} noms sans place : voir les données de la figure",
            count,
        )
        right, top = self.left + self.width_mm / self.scale, self.bottom + (self.height_mm + 1.5) / self.scale
        self.axes.text(
            right, top, told, fontsize=theme.base_pt - 1.5, color=MUTED, ha="right", va="bottom", parse_math=False
        )

    def write(self, text: str, box: Box, size_pt: float, **style: object) -> None:
        """A text in a box of millimetres."""
        x, y = self.left + box.x0 / self.scale, self.bottom + (box.y0 + box.y1) / 2 / self.scale
        settings: dict[str, object] = {"color": INK, "ha": "left", "va": "center_baseline", "zorder": 6, **style}
        self.axes.text(x, y, text, fontsize=size_pt, parse_math=False, **settings)  # type: ignore[arg-type]


def open_plane(points: Floats, titles: Sequence[str], theme: Theme, extra_mm: float = 0.0) -> PlaneFrame:
    """A page with one plane that holds the points with room for their names.

    Args:
        points: shape (n, 2).
        titles: of the two axes.
        theme: the reader's preset, applied.
        extra_mm: room kept under the plane, for a legend.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    span = [max(float(side), 1e-9) for side in high - low]
    width = theme.width_mm - _LEFT - _RIGHT
    wide = span[0] * 1.3
    tall = max(min(span[1] * 1.25, wide * _HIGHEST), wide * _LOWEST)
    wide = max(wide, span[1] * 1.25 / _HIGHEST)
    tall = max(tall, min(span[1] * 1.25, wide * _HIGHEST))
    scale = width / wide
    height = tall * scale
    page = height + _TOP + _FOOT + extra_mm
    figure = theme.new_figure(page)
    axes = figure.add_axes((_LEFT / theme.width_mm, (_FOOT + extra_mm) / page, width / theme.width_mm, height / page))
    middle = (low + high) / 2
    left, bottom = float(middle[0]) - wide / 2, float(middle[1]) - tall / 2
    axes.set_xlim(left, left + wide)
    axes.set_ylim(bottom, bottom + tall)
    axes.axhline(0, color=HAIRLINE, linewidth=0.6, zorder=0)
    axes.axvline(0, color=HAIRLINE, linewidth=0.6, zorder=0)
    axes.set_xlabel(titles[0])
    axes.set_ylabel(titles[1])
    _decimal_ticks(axes, theme)
    return PlaneFrame(figure, axes, left, bottom, scale, width, height)


def place_names(
    plane: PlaneFrame, names: Sequence[Name], size_pt: float, bare: Sequence[tuple[float, float, float]] = ()
) -> LabelLayout:
    """Where names go so that none overlaps.

    Args:
        plane: the plane.
        names: ``(key, text, x, y, radius in mm, importance)`` in data units.
        size_pt: size of the texts.
        bare: other symbols ``(x, y, radius in mm)``.
    """
    labels = [
        PointLabel(key, *plane.to_mm(x, y), radius, text_width_mm(text, size_pt), size_pt * _LINE, importance)
        for key, text, x, y, radius, importance in names
    ]
    symbols = [(*plane.to_mm(x, y), radius) for x, y, radius in bare]
    return place_labels(
        labels, Obstacles(Box(0.5, 0.5, plane.width_mm - 0.5, plane.height_mm - 0.5), symbols=symbols), gap=1.1
    )


def list_unnamed(names: Sequence[Name], size_pt: float, theme: Theme) -> list[str]:
    """Lines that give, by their place on the plane, the names that found no room beside their point; none if all did."""
    if not names:
        return []
    head = theme.say("Sans place sur la figure (axe 1 ; axe 2) : ")
    room = theme.width_mm - 6 - text_width_mm(f"{head} (−0,0 ; −0,0),", size_pt)
    short = shorten_apart((text for _, text, *_ in names), size_pt, room)
    told = []
    for _, text, x, y, *_ in names:
        place = theme.say(" ; ").join(theme.number(value, 1) for value in (x, y))
        told.append(f"{short[text]} ({place})")
    lines, line = [], head + told[0]
    for one in told[1:]:
        longer = f"{line}, {one}"
        if text_width_mm(longer, size_pt) > theme.width_mm - 6:
            lines.append(line + ",")
            line = one
        else:
            line = longer
    return [*lines, line]


def _decimal_ticks(axes: Axes, theme: Theme) -> None:
    def written(value: float, _: int) -> str:
        text = f"{value:g}".replace("-", "\u2212")
        return text.replace(".", ",") if theme.language == "fr" else text

    axes.xaxis.set_major_formatter(FuncFormatter(written))
    axes.yaxis.set_major_formatter(FuncFormatter(written))


@dataclass(frozen=True)
class NameColumn:
    """How names are set, aligned on their right.

    Attributes:
        settings: name → text, with its line break if any, and size in points.
        row_mm: height of a row.
    """

    settings: dict[str, tuple[str, float]]
    row_mm: float

    def write(self, canvas: Axes, right: float, y: float, name: str) -> None:
        """Write a name at the left of a place, centred on its height."""
        text, size = self.settings[name]
        middle = {"va": "center", "linespacing": 1.0} if "\n" in text else {}
        add_text(canvas, right, y, text, size, ha="right", **middle)


def set_names(names: Iterable[str], size_pt: float, width_mm: float) -> NameColumn:
    r"""Settle how names are written in a width, none of them cut.

    Args:
        names: to be written.
        size_pt: of names that fit.
        width_mm: of the column.

    >>> set_names(["Clus’Ter Jura"], 7, 40).settings
    {'Clus’Ter Jura': ('Clus’Ter Jura', 7)}
    >>> column = set_names(["Plateforme de réemploi inter-entreprises du Pays Lédonien"], 7, 40)
    >>> list(column.settings.values()), column.row_mm > 5
    ([('Plateforme de réemploi\ninter-entreprises du Pays Lédonien', 6.5)], True)
    """
    settings = {name: _set(name, size_pt, width_mm) for name in names}
    folded = [size for text, size in settings.values() if "\n" in text]
    return NameColumn(settings, max([_ROW_MM, *(2 * _LEADING * size * MM_PER_POINT + _AIR_MM for size in folded)]))


def _set(name: str, size: float, width: float) -> tuple[str, float]:
    for smaller in (size, size - 0.5, size - 1.0):
        if text_width_mm(name, smaller) <= width:
            return name, smaller
    smaller = size - 0.5
    while smaller > _LEAST_PT:
        lines = wrap_text(name, smaller, width)
        if len(lines) <= 2 and max(text_width_mm(line, smaller) for line in lines) <= width:
            break
        smaller -= _STEP_PT
    return "\n".join(wrap_text(name, smaller, width)), smaller
