"""The key figures of a year, by subject: value, reach, what was known before, source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.year.key_figures import LEFT
from ect_research.figures.corpus.funnel import say_value, subject_names
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.exhibit.sourced_caption import sourced_caption
from ect_research.figures.page.canvas import add_line, add_text, mm_canvas, shorten, text_width_mm
from ect_research.figures.page.formats import format_number, join_words
from ect_research.figures.page.theme import HAIRLINE, MUTED
from ect_research.figures.signs.date_words import say_typed_date
from ect_research.words import mark

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.corpus.year.key_figures import KeyFigures
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

_ROW, _HEAD, _VALUE, _LABEL = 4.4, 7.2, 26.0, 70.0
_MOST = 45
_WHY = {
    "prevue": mark("visé ou prévu"),
    "non_retenue": mark("lecture concurrente"),
    "perdue": mark("nombre perdu dans le document"),
}


def show_key_figures(figures: KeyFigures | Refusal) -> Exhibit[KeyFigures]:
    """Every published figure of a year, drawn or named, with its reach, its unit and what was known before.

    Args:
        figures: ``figures`` of ``build_year``.
    """
    return Exhibit(figures, _rows, _words, _draw, finding_of=_finding, counts="aucune")


def _draw(shown: Exhibit[KeyFigures]) -> Figure:
    theme = shown.theme
    table = shown.told.table
    rows = table[table["sort"] == ""].head(_MOST)
    groups = list(rows.groupby("sujet", sort=False))
    names, size = subject_names(shown.context, theme), theme.base_pt - 0.5
    right = theme.width_mm - 2
    columns = (_VALUE + 2, _VALUE + _LABEL, _VALUE + _LABEL + 44)
    with theme.applied():
        figure = theme.new_figure(6 + sum(_HEAD + _ROW * len(group) for _, group in groups))
        canvas = mm_canvas(figure)
        for x, said in zip(columns[1:], (theme.say("Portée"), theme.say("Connu avant")), strict=True):
            add_text(canvas, x, 2.5, said, size, color=MUTED)
        y = 3.0
        for subject, group in groups:
            title = shorten(names.get(str(subject), str(subject)), theme.base_pt, theme.width_mm - 30)
            add_text(canvas, 2, y + 4.2, title, theme.base_pt, fontweight="bold")
            documents = ", ".join(dict.fromkeys(one for cell in group["source_id"] for one in cell))
            add_text(canvas, right, y + 4.2, documents, size, ha="right", color=MUTED)
            add_line(canvas, ((2, y + 6.6), (right, y + 6.6)), color=HAIRLINE)
            y += _HEAD
            for row in group.to_dict("records"):
                _draw_row(canvas, row, y + _ROW / 2, columns, shown)
                y += _ROW
    return figure


def _draw_row(
    canvas: Axes,
    row: Mapping[Hashable, Any],
    y: float,
    columns: tuple[float, float, float],
    shown: Exhibit[KeyFigures],
) -> None:
    theme, book = shown.theme, shown.context.codebook
    size = theme.base_pt - 0.5
    torn = " *" if row["conflit"] else ""
    add_text(
        canvas, _VALUE, y, f"{say_value({**row, 'lecture': ''}, theme)}{torn}", size, ha="right", fontweight="bold"
    )
    label = book.label("indicateur", row["indicateur"], theme.language)
    if row["lecture"] == "probable":
        label = theme.say("{label} (lecture probable)", label=label)
    small = max(min(size, size * (_LABEL - 4) / text_width_mm(label, size)), 6.0)
    add_text(canvas, columns[0], y, shorten(label, small, _LABEL - 4), small)
    reach = book.label("cumul", row["cumul"], theme.language) if row["cumul"] else ""
    add_text(canvas, columns[1], y, shorten(reach, size, 43), size, color=MUTED)
    add_text(canvas, columns[2], y, _before(row, theme), size, color=MUTED)


def _before(row: Mapping[Hashable, Any], theme: Theme) -> str:
    if pd.isna(row["avant"]):
        return "–"
    value = float(row["avant"])
    number = format_number(value, int(value != round(value)), theme.language)
    return f"{number} ({say_typed_date(str(row['avant_date']), theme.language)})"


def _rows(shown: Exhibit[KeyFigures]) -> pd.DataFrame:
    told, theme, book = shown.told.table, shown.theme, shown.context.codebook
    names = subject_names(shown.context, theme)
    table = told.assign(
        sujet=told["sujet"].map(lambda code: names.get(code, code)),
        usage=[theme.say(_WHY[fate]) if fate else theme.say("tracé") for fate in told["sort"]],
        conflit=told["conflit"].map(" ".join),
    )
    for column, listed in (("indicateur", "indicateur"), ("cumul", "cumul"), ("unite", "unite"),
                           ("methode", "methode_indicateur"), ("approximation", "approximation")):  # fmt: skip
        labels = book.labels(listed, theme.language)
        table[column] = table[column].map(lambda code, labels=labels: labels.get(code, code))
    columns = ["sujet", "indicateur", "valeur", "approximation", "unite", "methode", "cumul", "date", "usage", "avant"]
    return table[[*columns, "avant_date", "conflit", "indicateur_id", "source_id"]]


def _words(shown: Exhibit[KeyFigures]) -> Caption:
    told, theme = shown.told, shown.theme
    return sourced_caption(
        shown.context,
        theme,
        title=theme.say("Les chiffres publiés de {year}", year=told.year),
        n=theme.say("n = {figures}", figures=theme.say_n("{n} chiffre publié", "{n} chiffres publiés", told.n)),
        missing=_named(told, theme),
        reading=theme.say(
            "Un effectif de personnes et des ETP, un cumul et une année ne s’additionnent jamais. « Connu avant » : même "
            "chiffre, même unité, même portée."
        ),
    )


def _named(told: KeyFigures, theme: Theme) -> str:
    """What is not drawn, and why; the figures that contradict each other."""
    fates = told.table["sort"].value_counts()
    parts = [f"{theme.say(_WHY[fate])} ({fates[fate]})" for fate in LEFT if fates.get(fate)]
    if told.n > _MOST:
        parts.append(theme.say_n("{n} de plus dans le tableau", "{n} de plus dans le tableau", told.n - _MOST))
    if told.undated:
        parts.append(theme.say_n("{n} sans date, d’aucune année", "{n} sans date, d’aucune année", told.undated))
    torn = sorted({names for names in told.table["conflit"] if names})
    parts += [
        theme.say("* deux valeurs pour un même intitulé, à lire avec leur note : {rows}",
                  rows=join_words(list(rows), theme.language))
        for rows in torn
    ]  # fmt: skip
    return theme.say(" ; ").join(parts)


def _finding(shown: Exhibit[KeyFigures]) -> Finding:
    told, theme = shown.told, shown.theme
    known = int(told.table.loc[told.table["sort"] == "", "avant"].notna().sum())
    published = theme.say_n(
        "{n} chiffre est publié pour {year}", "{n} chiffres sont publiés pour {year}", told.n, year=told.year
    )
    compared = theme.say_n(
        "{n} se compare à une date d’avant", "{n} se comparent à une date d’avant", known
    ) if known else theme.say("aucun ne se compare à une date d’avant")  # fmt: skip
    return Finding(theme.say(" ; ").join([published, compared]) + ".", Strength.COUNTED)
