"""The same small drawing for each territory, all on one scale: shares of projects, or a curve by age."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ect_research.figures.page.canvas import add_box, add_line, add_text, wrap_text
from ect_research.figures.page.formats import NO_BREAK
from ect_research.figures.page.legends import new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED
from ect_research.figures.signs.share_scale import RateColumn, draw_scale, draw_scale_labels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.figures.page.theme import Theme

MOST_PANELS = 12
"""Territories drawn; the others are in the rows."""
_ACROSS, _ROW, _FOOT, _GAP = 3, 6.0, 8.0, 7.0
_PLOT = 34.0
_STEPS = (1, 2, 5, 10, 20)
Panel = Callable[["Axes", str, RateColumn, float], None]


def draw_shares(table: pd.DataFrame, names: dict[str, str], labels: dict[str, str], theme: Theme) -> Figure:
    """One panel per territory, one row per code: a bar, its interval, its count.

    Args:
        table: ``territoire, code, effectif, n, part, bas, haut``, the codes of all territories.
        names: ``{territory: heading}``, those to draw.
        labels: ``{code: words}``, in the order to draw them.
        theme: the reader's preset.
    """
    cells = {(row["territoire"], row["code"]): row for row in table.to_dict("records")}
    tone = "#9a9a9a" if theme.greyscale else "#9fc9e6"

    def panel(canvas: Axes, key: str, column: RateColumn, top: float) -> None:
        draw_scale(canvas, column, (top, top + _ROW * len(labels)))
        for rank, code in enumerate(labels):
            y = top + _ROW * (rank + 0.5)
            if (key, code) not in cells:
                add_text(canvas, column.left + column.width + 1, y, "–", theme.base_pt - 0.5, color=MUTED)
                continue
            row = cells[key, code]
            add_box(canvas, (column.left, y - 1.7, column.width * row["part"], 3.4), facecolor=tone)
            add_line(canvas, ((column.x(row["bas"]), y), (column.x(row["haut"]), y)), color=INK, linewidth=1.1)
            canvas.plot([column.x(row["part"])], [y], marker="o", markersize=3.2, color=INK, zorder=6)
            add_text(canvas, column.left + column.width + 1.2, y, str(row["effectif"]), theme.base_pt - 0.5)
        draw_scale_labels(canvas, column, top + _ROW * len(labels), theme)

    return _draw_grid(names, panel, (_ROW * len(labels), labels), theme)


def draw_curves(curves: pd.DataFrame, refused: dict[str, str], names: dict[str, str], theme: Theme) -> Figure:
    """One panel per territory: the share created by age with its bounds, or why there is no curve.

    Args:
        curves: ``territoire, temps`` (months), ``part, bas, haut``.
        refused: ``{territory: reason}``.
        names: ``{territory: heading}``, those to draw.
        theme: the reader's preset.
    """
    years = max(1.0, float(curves["temps"].max()) / 12)
    step = next((one for one in _STEPS if years / one <= 6), _STEPS[-1])
    tone = "#d5d5d5" if theme.greyscale else "#cfe3f2"

    def panel(canvas: Axes, key: str, column: RateColumn, top: float) -> None:
        for share in (0.0, 1.0) if key in refused else (0.0, 0.5, 1.0):
            y = top + _PLOT * (1 - share)
            ends = ((column.left, y), (column.left + column.width, y))
            add_line(canvas, ends, color=HAIRLINE, linewidth=0.4, zorder=1)
            said = theme.percent(share)
            add_text(canvas, column.left - 1, y, said, theme.base_pt - 1.5, ha="right", color=MUTED)
        for year in range(0, int(years) + 1, step):
            said = str(year) if year + step <= years else theme.say_n("{n} an", "{n} ans", year)
            x = column.x(year / years)
            add_text(canvas, x, top + _PLOT + 2.5, said, theme.base_pt - 1.5, ha="center", color=MUTED)
        if key in refused:
            lines = wrap_text(refused[key], theme.base_pt - 1, column.width - 4)[:6]
            for rank, line in enumerate(lines):
                y = top + _PLOT / 2 + 3.6 * (rank - (len(lines) - 1) / 2)
                add_text(canvas, column.left + 2, y, line, theme.base_pt - 1, color=MUTED)
            return
        told = curves[curves["territoire"] == key]
        ages = [column.left, *(column.x(age / 12 / years) for age in told["temps"])]
        low, high, middle = ([top + _PLOT, *(top + _PLOT * (1 - told[name]))] for name in ("bas", "haut", "part"))
        canvas.fill_between(ages, low, high, step="post", color=tone, linewidth=0, zorder=2)
        canvas.step(ages, middle, where="post", color=INK, linewidth=1.4, zorder=5)
        said = theme.percent(float(told["part"].iloc[-1]))
        add_text(canvas, ages[-1] - 0.5, middle[-1] - 2.2, said, theme.base_pt - 0.5, ha="right", fontweight="bold")

    return _draw_grid(names, panel, (_PLOT + 3, {}), theme)


def _draw_grid(names: dict[str, str], panel: Panel, body: tuple[float, dict[str, str]], theme: Theme) -> Figure:
    """Panels in rows, their headings above, the words of their rows once at the left of each row of panels."""
    height, labels = body
    left = 44.0 if labels else 9.0
    across = min(_ACROSS, len(names))
    pitch = (theme.width_mm - left - 2) / across
    lines = {key: wrap_text(name, theme.base_pt, pitch - 5, "bold") for key, name in names.items()}
    line = theme.base_pt * 0.43
    head = 2.5 + line * max(map(len, lines.values()))
    rows = -(-len(names) // across)
    each = head + height + _FOOT
    with new_page(theme, each * rows) as (figure, canvas):
        for place, key in enumerate(names):
            top = each * (place // across) + head
            column = RateColumn(left + pitch * (place % across), pitch - _GAP - (2 if labels else 4))
            for rank, words in enumerate(reversed(lines[key])):
                add_text(canvas, column.left, top - 2.6 - line * rank, words, theme.base_pt, fontweight="bold")
            panel(canvas, key, column, top)
            if place % across == 0:
                for rank, label in enumerate(labels.values()):
                    _draw_label(canvas, label, top + _ROW * (rank + 0.5), left, theme)
    return figure


def _draw_label(canvas: Axes, label: str, y: float, left: float, theme: Theme) -> None:
    size = theme.base_pt - 0.5
    lines = wrap_text(label, size, left - 4)[:2]
    for rank, line in enumerate(lines):
        add_text(canvas, left - 2, y + 2.8 * (rank - (len(lines) - 1) / 2), line, size, ha="right")


def heading(name: str, n: int, theme: Theme) -> str:
    """« Pays Lédonien (n = 28) »."""
    return f"{name} (n{NO_BREAK}={NO_BREAK}{theme.number(n)})"
