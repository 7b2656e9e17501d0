"""Windows of the calendar marked on a figure: a tinted band, its name above it, names that never overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.figures.canvas import add_box, add_line, add_text, text_width_mm
from ect_research.figures.theme import HAIRLINE, MUTED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

    from ect_research.figures.theme import Theme


@dataclass(frozen=True)
class WindowFrame:
    """The plot that windows are cut at, in millimetres, and the height of their names over it."""

    left: float
    right: float
    top: float
    bottom: float
    above: float = 2.2


_TINT = "#ececec"
_NAMELESS = {"fr": "choc externe", "en": "external shock"}
_THINNEST = 0.8
_GAP = 2.0


def draw_windows(
    canvas: Axes,
    shocks: Sequence[tuple[float, float, str]],
    scale: Callable[[float], float],
    frame: WindowFrame,
    theme: Theme,
    *,
    behind: bool = True,
) -> None:
    """Mark windows of the calendar.

    Args:
        canvas: the page, in millimetres.
        shocks: first and last decimal year, name; an empty name is that of any external shock.
        scale: decimal year → millimetres.
        frame: the plot.
        theme: gives the language and the size of the names.
        behind: a tinted band behind what is drawn; when what is drawn hides it, dashed edges and a band on top.
    """
    left, right, top, bottom = frame.left, frame.right, frame.top, frame.bottom
    size, taken = theme.base_pt - 1.5, left - 100.0
    for start, end, name in sorted(shocks):
        low, high = max(scale(start), left), min(scale(end), right)
        if scale(end) <= left or scale(start) >= right:
            continue
        high = min(max(high, low + _THINNEST), right)
        if behind:
            add_box(canvas, (low, top, high - low, bottom - top), facecolor=_TINT, zorder=0.4)
        else:
            add_box(canvas, (low, top - 1.2, high - low, 1.2), facecolor=MUTED, zorder=4)
            for x in (low, high):
                add_line(canvas, ((x, top - 1.2), (x, bottom)), color=MUTED, linewidth=0.6, linestyle=(0, (2, 2)))
        text = name or _NAMELESS[theme.language]
        width = text_width_mm(text, size)
        centre = min(max((low + high) / 2, left + width / 2), right - width / 2)
        centre = max(centre, taken + _GAP + width / 2)
        if centre + width / 2 > theme.width_mm - 1:
            continue
        taken = centre + width / 2
        add_text(canvas, centre, top - frame.above, text, size, ha="center", color=MUTED)
        if not low - width / 2 <= centre <= high + width / 2:
            add_line(canvas, ((centre, top - frame.above + 1.2), (high, top)), color=HAIRLINE, linewidth=0.5)
