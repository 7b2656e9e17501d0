"""Questions and their answers, one row an answer: a share on its interval; crossings on what chance gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.figures.corpus.survey.survey_words import answers_said, persons_said, question_said
from ect_research.figures.page.canvas import add_box, add_line, add_text, mm_canvas, shorten
from ect_research.figures.page.formats import format_number, format_percent, format_percent_range
from ect_research.figures.page.legends import LegendEntry, draw_legend, legend_height_mm
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED
from ect_research.figures.signs.share_scale import RateColumn, draw_scale, draw_scale_labels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.corpus.survey.survey import Survey
    from ect_research.figures.exhibit.exhibit import Exhibit

_ROW, _HEADING, _SAID, _NAMES = 4.7, 6.4, 44.0, 0.40


def draw_answers(shown: Exhibit[Survey], rows: pd.DataFrame) -> Figure:
    """A heading a question, a row an answer."""
    theme, pt = shown.theme, shown.theme.base_pt
    names = theme.width_mm * _NAMES
    column = RateColumn(names, theme.width_mm - names - _SAID)
    questions = list(rows.groupby("question", sort=False))
    height = sum(_HEADING + _ROW * len(own) for _, own in questions)
    with theme.applied():
        figure = theme.new_figure(height + 7)
        canvas, y = mm_canvas(figure), 1.0
        for name, own in questions:
            n = int(own["n"].iloc[0])
            beside = f"n = {n}"
            add_text(canvas, theme.width_mm - 2, y + 3.6, beside, pt - 1, ha="right", color=MUTED)
            said = shorten(question_said(shown, str(name)), pt * 1.08, theme.width_mm - 18)
            add_text(canvas, 2, y + 3.6, said, pt, fontweight="bold")
            y += _HEADING
            draw_scale(canvas, column, (y - 0.4, y + _ROW * len(own)))
            for row in own.to_dict("records"):
                label = shorten(answers_said(shown, str(name), row["reponses"]), pt, names - 6)
                add_text(canvas, names - 2, y + _ROW / 2, label, pt, ha="right")
                _draw_share(canvas, column, y + _ROW / 2, {str(key): value for key, value in row.items()}, shown)
                y += _ROW
        draw_scale_labels(canvas, column, y, theme)
    return figure


def _draw_share(canvas: Axes, column: RateColumn, y: float, row: dict[str, float], shown: Exhibit[Survey]) -> None:
    theme, pt = shown.theme, shown.theme.base_pt
    where = column.left + column.width + 4
    persons = persons_said(row["personnes"])
    if persons is None:
        add_text(canvas, where, y, theme.say("masqué"), pt - 1, color=MUTED, fontstyle="italic")
        return
    _draw_interval(canvas, column, y, (row["part"], row["bas"], row["haut"]))
    share = format_percent(row["part"], 0, theme.language)
    interval = format_percent_range(row["bas"], row["haut"], theme.language)
    add_text(canvas, where + 5, y, str(persons), pt, ha="right", fontweight="bold")
    add_text(canvas, where + 7, y, f"{share} [{interval}]", pt - 1, color=MUTED)


def _draw_interval(canvas: Axes, column: RateColumn, y: float, rate: tuple[float, float, float]) -> None:
    share, low, high = map(column.x, rate)
    add_line(canvas, ((low, y), (high, y)), color=INK, linewidth=1.2)
    for end in (low, high):
        add_line(canvas, ((end, y - 0.7), (end, y + 0.7)), color=INK, linewidth=0.9)
    canvas.plot([share], [y], marker="o", markersize=3.8, color=INK, zorder=6)


def draw_crossings(shown: Exhibit[Survey]) -> Figure:
    """One line a crossing: how strong it is, on the band that chance gives."""
    theme, pt = shown.theme, shown.theme.base_pt
    names = theme.width_mm * 0.5
    column = RateColumn(names, theme.width_mm - names - 36)
    told = shown.told.crossings
    band = theme.say("ce que donnent les mêmes groupes rebattus entre les personnes (95 %)")
    entries = [
        LegendEntry(theme.say("force du lien"), kind="mark", face=INK),
        LegendEntry(band, face=HAIRLINE, edge=HAIRLINE),
    ]
    top = legend_height_mm(entries, pt - 1, theme.width_mm - 4) + 4
    pitch = 8.6
    with theme.applied():
        figure = theme.new_figure(top + pitch * len(told) + 3)
        canvas = mm_canvas(figure)
        draw_legend(canvas, entries, (2, 1), theme.width_mm - 4, pt - 1)
        for rank, row in enumerate(told.to_dict("records")):
            y = top + pitch * (rank + 0.5)
            add_text(
                canvas,
                names - 3,
                y - 1.7,
                shorten(question_said(shown, row["question"]), pt, names - 6),
                pt,
                ha="right",
            )
            by = theme.say("selon : {by}", by=question_said(shown, row["groupe"]))
            add_text(canvas, names - 3, y + 1.9, shorten(by, pt - 1, names - 6), pt - 1, ha="right", color=MUTED)
            where = column.left + column.width + 3
            if not row["force"] >= 0:
                add_text(canvas, where, y, theme.say("masqué"), pt - 1, color=MUTED, fontstyle="italic")
                continue
            add_line(canvas, ((column.left, y), (column.left + column.width, y)), color=HAIRLINE, linewidth=0.4)
            width = max(column.x(row["hasard"]) - column.left, 0.6)
            add_box(canvas, (column.left, y - 2.2, width, 4.4), facecolor=HAIRLINE, zorder=1.5)
            canvas.plot([column.x(row["force"])], [y], marker="o", markersize=4.6, color=INK, zorder=6)
            p = theme.say("p = {p}", p=format_number(row["p_holm"], 3, theme.language))
            add_text(canvas, where, y - 1.7, p, pt, fontweight="bold")
            add_text(canvas, where, y + 1.8, f"n = {row['n']}", pt - 1, color=MUTED)
    return figure
