"""A share and its interval on a scale from nothing to all, with the words that bound it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.analysis.chance import FEWEST_OF_A_SHARE
from ect_research.figures.page.canvas import add_line, add_text
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class RateColumn:
    """Where the scale from 0 to 100 % stands on the page, in millimetres."""

    left: float
    width: float

    def x(self, share: float) -> float:
        """Where a share falls."""
        return self.left + self.width * share


def draw_rate(
    canvas: Axes, column: RateColumn, y: float, rate: tuple[float, float, float, float], said: str, theme: Theme
) -> None:
    """A dot on its interval (``share, low, high, n``), then the share in words and the interval in numbers.

    Under five, which make no share, the words alone.
    """
    share, low, high, n = rate
    right = column.left + column.width + 4
    if n < FEWEST_OF_A_SHARE:
        add_text(canvas, right, y, said, theme.base_pt, fontweight="bold")
        return
    draw_interval(canvas, column, y, (share, low, high))
    add_text(canvas, right, y - 1.6, said, theme.base_pt, fontweight="bold")
    interval = theme.percents(low, high)
    add_text(canvas, right, y + 1.7, f"[{interval}]", theme.base_pt - 1, color=MUTED)


def draw_interval(
    canvas: Axes,
    column: RateColumn,
    y: float,
    rate: tuple[float, float, float],
    weights: tuple[float, float, float, float] = (1.4, 0.9, 1.0, 4.2),
) -> None:
    """A dot on its interval; weights of the line, half height and weight of its ends, size of the dot."""
    line, half, tip, dot = weights
    share, low, high = map(column.x, rate)
    add_line(canvas, ((low, y), (high, y)), color=INK, linewidth=line)
    for end in (low, high):
        add_line(canvas, ((end, y - half), (end, y + half)), color=INK, linewidth=tip)
    canvas.plot([share], [y], marker="o", markersize=dot, color=INK, zorder=6)


def draw_scale(canvas: Axes, column: RateColumn, span: tuple[float, float]) -> None:
    """Hairlines every quarter behind some rows."""
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        ends = ((column.x(share), span[0]), (column.x(share), span[1]))
        add_line(canvas, ends, color=HAIRLINE, linewidth=0.4, zorder=1)


def draw_scale_labels(canvas: Axes, column: RateColumn, y: float, theme: Theme) -> None:
    """0, 50 and 100 % under the last row."""
    for share in (0.0, 0.5, 1.0):
        label = theme.percent(share)
        add_text(canvas, column.x(share), y + 2, label, theme.base_pt - 1.5, ha="center", color=MUTED)
