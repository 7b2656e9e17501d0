"""Questions and their answers in words, then one row an answer: a share on its interval; crossings on what chance gives."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.corpus.survey.crossings import UNSAID
from ect_research.analysis.corpus.survey.survey import Survey
from ect_research.codebook.codebook import Variable
from ect_research.figures.corpus.survey.scale_bars import persons_said
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten
from ect_research.figures.page.legends import LegendEntry, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED
from ect_research.figures.signs.share_scale import RateColumn, draw_interval, draw_scale, draw_scale_labels

_ROW, _HEADING, _SAID, _NAMES = 4.7, 6.4, 44.0, 0.40


def draw_answers(shown: Exhibit[Survey], rows: pd.DataFrame) -> Figure:
    """A heading a question, a row an answer."""
    theme, pt = shown.theme, shown.theme.base_pt
    names = theme.width_mm * _NAMES
    column = RateColumn(names, theme.width_mm - names - _SAID)
    questions = list(rows.groupby("question", sort=False))
    height = sum(_HEADING + _ROW * len(own) for _, own in questions)
    with new_page(theme, height + 7) as (figure, canvas):
        y = 1.0
        for name, own in questions:
            n = int(own["n"].iloc[0])
            add_text(canvas, theme.width_mm - 2, y + 3.6, f"n = {n}", pt - 1, ha="right", color=MUTED)
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
    draw_interval(canvas, column, y, (row["part"], row["bas"], row["haut"]), (1.2, 0.7, 0.9, 3.8))
    said = f"{theme.percent(row['part'])} [{theme.percents(row['bas'], row['haut'])}]"
    add_text(canvas, where + 5, y, str(persons), pt, ha="right", fontweight="bold")
    add_text(canvas, where + 7, y, said, pt - 1, color=MUTED)


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
    with new_page(theme, top + pitch * len(told) + 3, entries, pt - 1) as (figure, canvas):
        for rank, row in enumerate(told.to_dict("records")):
            y = top + pitch * (rank + 0.5)
            said = shorten(question_said(shown, row["question"]), pt, names - 6)
            add_text(canvas, names - 3, y - 1.7, said, pt, ha="right")
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
            p = theme.say("p = {p}", p=theme.number(row["p_holm"], 3))
            add_text(canvas, where, y - 1.7, p, pt, fontweight="bold")
            lone = theme.say("pas par projet") if row["p_holm"] < 0.05 and not row["tient"] else ""
            add_text(canvas, where, y + 1.8, " ; ".join(filter(None, (f"n = {row['n']}", lone))), pt - 1, color=MUTED)
    return figure


def question_said(shown: Exhibit[Survey], name: str) -> str:
    """A question, as it was asked."""
    return shown.column(shown.told.table, name)


def answers_said(shown: Exhibit[Survey], question: str, codes: tuple[str, ...]) -> str:
    """Answers counted together, a class of numbers, or a theme.

    Three answers at most are named.
    """
    variable, theme = shown.context.codebook.variables[shown.told.table, question], shown.theme
    if variable.type in ("integer", "decimal", "date"):
        return _class_said(shown, variable, codes)
    if not variable.list_name:
        return codes[0]
    labels = {**shown.labels(variable.list_name), UNSAID: theme.say("autre, ou non dit")}
    if len(codes) > 3:
        return theme.say_n("{n} autre réponse", "{n} autres réponses, ensemble", len(codes))
    return " + ".join(labels.get(code, code) for code in codes)


def _class_said(shown: Exhibit[Survey], variable: Variable, codes: tuple[str, ...]) -> str:
    """« de 16 à 20 » for whole numbers and years, « plus de 0,5, jusqu’à 1,2 » for others."""
    theme, whole = shown.theme, variable.type != "decimal"
    unit = f" {variable.unit}" if variable.unit and variable.type != "date" else ""

    def said(code: str, more: int = 0) -> str:
        if variable.type == "date":
            return str(int(code) + more)
        return theme.number(float(code) + more, len(code.partition(".")[2]))

    low, high = codes
    if not low:
        return theme.say("jusqu’à {high}", high=said(high)) + unit
    if not high:
        return theme.say("plus de {low}", low=said(low)) + unit
    if not whole:
        return theme.say("plus de {low}, jusqu’à {high}", low=said(low), high=said(high)) + unit
    first = said(low, 1)
    return (first if first == said(high) else theme.say("de {low} à {high}", low=first, high=said(high))) + unit
