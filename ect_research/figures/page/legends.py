"""Legends that flow like a sentence: each sign beside its words, as many lines as the page needs."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.figures.page.canvas import add_box, add_line, add_text, mm_canvas, shorten, text_width_mm
from ect_research.figures.page.theme import INK, MUTED, PAPER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.figures.page.theme import Theme

SIGN_MM = 5.0
_GAP_MM = 1.2
_BETWEEN_MM = 4.0


@dataclass(frozen=True)
class LegendEntry:
    """One sign and its words.

    Attributes:
        label: the words.
        kind: ``box`` (a tone or hatch), ``mark`` (a matplotlib marker), ``whisker`` (an interval) or
            ``arrow``.
        face: colour inside.
        edge: colour of the outline.
        hatch: matplotlib hatch.
        text: short text printed in the box.
        text_colour: its colour.
        marker: matplotlib marker of a ``mark``.
        dashed: whether the outline is dashed.
    """

    label: str
    kind: str = "box"
    face: str = PAPER
    edge: str = INK
    hatch: str = ""
    text: str = ""
    text_colour: str = INK
    marker: str = "o"
    dashed: bool = False


@contextmanager
def new_page(
    theme: Theme, height_mm: float, entries: Sequence[LegendEntry] = (), size_pt: float = 0.0
) -> Iterator[tuple[Figure, Axes]]:
    """An empty figure and its canvas in millimetres, under the reader's preset; with a legend, at its top."""
    with theme.applied():
        figure = theme.new_figure(height_mm)
        canvas = mm_canvas(figure)
        if entries:
            draw_legend(canvas, entries, (2, 1), theme.width_mm - 4, size_pt)
        yield figure, canvas


def legend_height_mm(entries: Sequence[LegendEntry], size_pt: float, width_mm: float) -> float:
    """Height that `draw_legend` will take."""
    lines = max((line for _, line in _flow(entries, size_pt, width_mm)), default=-1) + 1
    return lines * _line_mm(size_pt)


def draw_legend(
    axes: Axes, entries: Sequence[LegendEntry], corner: tuple[float, float], width_mm: float, size_pt: float
) -> float:
    """Draw the entries from a top left corner (millimetres of `mm_canvas`); return the height taken."""
    left, top = corner
    pitch = _line_mm(size_pt)
    for entry, (x, line) in zip(entries, _flow(entries, size_pt, width_mm), strict=True):
        middle = top + (line + 0.5) * pitch
        _sign(axes, entry, left + x, middle, size_pt)
        label = shorten(entry.label, size_pt, width_mm - SIGN_MM - _GAP_MM)
        add_text(axes, left + x + SIGN_MM + _GAP_MM, middle, label, size_pt)
    return legend_height_mm(entries, size_pt, width_mm)


def _line_mm(size_pt: float) -> float:
    return size_pt * 0.56


def _flow(entries: Sequence[LegendEntry], size_pt: float, width_mm: float) -> list[tuple[float, int]]:
    """Where each entry starts: offset from the left, and line."""
    places: list[tuple[float, int]] = []
    x, line = 0.0, 0
    for entry in entries:
        needed = SIGN_MM + _GAP_MM + text_width_mm(entry.label, size_pt)
        if x and x + needed > width_mm:
            x, line = 0.0, line + 1
        places.append((x, line))
        x += needed + _BETWEEN_MM
    return places


def _sign(axes: Axes, entry: LegendEntry, x: float, middle: float, size_pt: float) -> None:
    half = size_pt * 0.17
    if entry.kind == "mark":
        style = {"marker": entry.marker, "markersize": size_pt * 0.55, "markerfacecolor": entry.face}
        axes.plot([x + SIGN_MM / 2], [middle], **style, markeredgecolor=entry.edge, markeredgewidth=0.6, zorder=5)  # type: ignore[arg-type]
    elif entry.kind == "whisker":
        draw_whisker(axes, x + 0.4, x + SIGN_MM - 0.4, middle)
    elif entry.kind == "arrow":
        draw_open_end(axes, x + SIGN_MM / 2, middle, half)
    else:
        add_box(
            axes,
            (x, middle - half, SIGN_MM, 2 * half),
            facecolor=entry.face,
            edgecolor=entry.edge,
            hatch=entry.hatch or None,
            linestyle=(0, (2, 1.5)) if entry.dashed else "-",
        )
        add_text(axes, x + SIGN_MM / 2, middle, entry.text, size_pt * 0.85, ha="center", color=entry.text_colour)


def draw_whisker(axes: Axes, left: float, right: float, y: float, cap: float = 0.55) -> None:
    """An interval of dates: a thin line between two caps."""
    add_line(axes, ((left, y), (right, y)), color=INK, linewidth=0.7, zorder=4)
    for end in (left, right):
        add_line(axes, ((end, y - cap), (end, y + cap)), color=INK, linewidth=0.7, zorder=4)


def draw_open_end(axes: Axes, x: float, y: float, half: float) -> None:
    """A triangle that says: not known to have ended."""
    axes.fill([x, x + 1.5 * half, x], [y - half, y, y + half], facecolor=MUTED, edgecolor="none", zorder=4)
