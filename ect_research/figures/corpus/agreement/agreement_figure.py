"""Agreement by variable: how often coders give the same code, on the band that chance gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.figures.corpus.agreement.agreement_words import coefficient_said, rows_told, variable_said
from ect_research.figures.page.canvas import add_box, add_line, add_text, mm_canvas, shorten
from ect_research.figures.page.formats import format_percent
from ect_research.figures.page.legends import LegendEntry, draw_legend, legend_height_mm
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED
from ect_research.figures.signs.share_scale import RateColumn, draw_scale, draw_scale_labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.corpus.agreement.coding_agreement import CodingAgreement
    from ect_research.figures.exhibit.exhibit import Exhibit

_NAMES, _ROW, _SAID = 54.0, 8.4, 46.0


def draw_agreement(shown: Exhibit[CodingAgreement]) -> Figure:
    """One line a variable, the least reliable first, all together last."""
    theme = shown.theme
    lines = rows_told(shown.told)
    column = RateColumn(left=_NAMES + 2, width=theme.width_mm - _NAMES - _SAID - 8)
    entries = [
        LegendEntry(theme.say("accord des codeurs, intervalle à 95 %"), kind="whisker"),
        LegendEntry(
            theme.say("ce que donnent les mêmes codes rebattus entre les projets"), face=HAIRLINE, edge=HAIRLINE
        ),
    ]
    legend = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4)
    top = legend + 4.0
    bottom = top + _ROW * len(lines)
    with theme.applied():
        figure = theme.new_figure(bottom + 6)
        canvas = mm_canvas(figure)
        draw_legend(canvas, entries, (2, 1), theme.width_mm - 4, theme.base_pt - 1)
        draw_scale(canvas, column, (top, bottom))
        for rank, line in enumerate(lines):
            _draw_line(canvas, column, top + _ROW * (rank + 0.5), line, shown)
        if len(lines) > 1:
            y = bottom - _ROW
            add_line(canvas, ((3, y), (theme.width_mm - 2, y)), color=MUTED, linewidth=0.5)
        draw_scale_labels(canvas, column, bottom, theme)
    return figure


def _draw_line(
    canvas: Axes, column: RateColumn, y: float, line: dict[str, float], shown: Exhibit[CodingAgreement]
) -> None:
    theme, pt = shown.theme, shown.theme.base_pt
    name = shorten(variable_said(shown, str(line["unite_table"]), str(line["variable"])), pt, _NAMES - 4)
    add_text(canvas, _NAMES - 2, y, name, pt, ha="right", fontweight="normal" if line["variable"] else "bold")
    left, right = column.x(line["hasard_bas"]), column.x(line["hasard_haut"])
    add_box(canvas, (left, y - 2.4, max(right - left, 0.6), 4.8), facecolor=HAIRLINE, edgecolor="none", zorder=1.5)
    low, high = column.x(line["bas"]), column.x(line["haut"])
    add_line(canvas, ((low, y), (high, y)), color=INK, linewidth=1.4)
    for end in (low, high):
        add_line(canvas, ((end, y - 0.9), (end, y + 0.9)), color=INK, linewidth=1.0)
    canvas.plot([column.x(line["accord"])], [y], marker="o", markersize=4.2, color=INK, zorder=6)
    share = format_percent(line["accord"], 0, theme.language)
    where = column.left + column.width + 4
    said = theme.say("{share}, n = {n}", share=share, n=int(line["n"]))
    add_text(canvas, where, y - 1.7, said + (" *" if line["paradoxe"] else ""), pt, fontweight="bold")
    add_text(canvas, where, y + 1.8, coefficient_said(shown.told, line, theme), pt - 1, color=MUTED)
