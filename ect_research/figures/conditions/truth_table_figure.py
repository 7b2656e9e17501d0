"""Truth table with the names of its cases: who is in which configuration, and which configurations lead to the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ect_research.figures.conditions.condition_view import (
    ConditionView,
    case_names,
    condition_caption,
    draw_absent,
    draw_level,
    draw_present,
    noise_rate_words,
)
from ect_research.figures.page.canvas import add_box, add_line, add_text, text_width_mm, wrap_text
from ect_research.figures.page.legends import new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MISSING, MUTED, OKABE_ITO
from ect_research.words import mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.figures.exhibit.exhibit import Exhibit
    from ect_research.figures.page.caption import Caption

WHY = {
    "atteints": mark("mène au résultat"),
    "coherence": mark("cohérence sous le seuil"),
    "pri": mark("PRI sous le seuil"),
    "contradiction": mark("contradictoire"),
    "effectif": mark("trop peu de cas"),
}
_COLUMN, _LINE, _OUT = 11.0, 4.2, 15.0


def truth_rows(shown: Exhibit[ConditionView]) -> pd.DataFrame:
    """One row per observed configuration: levels, code and why, fit, cases, deviant cases."""
    table, names, theme = shown.told.solved.table, case_names(shown), shown.theme
    told = pd.DataFrame({name: table.rows[:, place] for place, name in enumerate(table.space.names)})
    positions = range(len(table.rows))
    return told.assign(
        ligne=table.numbers,
        code=list(table.codes),
        raison=[theme.say(WHY[table.why(place)]) for place in positions],
        cas=table.n,
        coherence=table.consistency.round(3),
        pri=table.pri.round(3),
        noms=pd.Series([tuple(names[case] for case in table.cases(place)) for place in positions], dtype="object"),
        deviants=pd.Series(
            [tuple(names[case] for case in table.deviant(place)) for place in positions], dtype="object"
        ),
    )


def truth_words(shown: Exhibit[ConditionView]) -> Caption:
    """Title, n, how to read a row."""
    theme, cutoffs = shown.theme, shown.told.solved.table.cutoffs
    reading = theme.say(
        "une ligne par configuration observée ; elle mène au résultat à partir d’une cohérence de {consistency}, d’un PRI "
        "de {pri} et de {cases} cas. Une étoile : un cas qui ne suit pas sa ligne.",
        consistency=theme.number(cutoffs.consistency, 2),
        pri=theme.number(cutoffs.pri, 2),
        cases=cutoffs.cases,
    )
    title = mark("Quelles configurations mènent à {outcome} ?")
    return condition_caption(shown, title, reading, subtitle=noise_rate_words(shown))


def draw_truth_table(shown: Exhibit[ConditionView]) -> Figure:
    """Configurations as signs, the best first, and the names of their cases."""
    table, theme = shown.told.solved.table, shown.theme
    names, size = case_names(shown), theme.base_pt - 0.5
    order = sorted(
        range(len(table.rows)), key=lambda row: (table.codes[row] != "1", -table.consistency[row], -table.n[row])
    )
    k = len(table.space.names)
    heads = [wrap_text(shown.told.name(name, shown.theme), size - 0.5, 26) for name in table.space.names]
    top = 4.0 + max(text_width_mm(line, size - 0.5) for head in heads for line in head) * 0.72 + 3
    left = 3 + k * _COLUMN
    start = left + _OUT + 30
    lines = {row: _names_of(shown, row, names, size, theme.width_mm - start - 2) for row in order}
    heights = {row: max(1, len(lines[row])) * _LINE + 2.4 for row in order}
    with new_page(theme, top + sum(heights.values()) + 3) as (figure, canvas):
        for place, head in enumerate(heads):
            for line, words in enumerate(head):
                add_text(canvas, 3 + (place + 0.42 + 0.34 * line) * _COLUMN, top - 2, words, size - 0.5, rotation=45,
                         va="bottom", rotation_mode="anchor")  # fmt: skip
        for x, head_words in (
            (left + 2, mark("résultat")),
            (left + _OUT, "n"),
            (left + _OUT + 7, mark("cohérence")),
            (start, mark("cas")),
        ):
            add_text(canvas, x, top - 3, theme.say(head_words), size - 0.5, color=MUTED)
        if any(deviant for row in order for _, deviant in lines[row]):
            key = theme.say("* : ne suit pas sa ligne")
            add_text(canvas, theme.width_mm - 3, top - 3, key, size - 0.5, ha="right", color=OKABE_ITO[5])
        y = top
        for row in order:
            middle = y + 0.5 * heights[row]
            _draw_row(canvas, shown, row, (y, middle, heights[row]), (left, start))
            for line, (words, deviant) in enumerate(lines[row]):
                height = middle + (line - (len(lines[row]) - 1) / 2) * _LINE
                add_text(canvas, start, height, words, size, color=OKABE_ITO[5] if deviant else INK)
            y += heights[row]
        add_line(canvas, ((2, y), (theme.width_mm - 2, y)), color=HAIRLINE)
    return figure


def _draw_row(
    canvas: Axes, shown: Exhibit[ConditionView], row: int, at: tuple[float, float, float], edges: tuple[float, float]
) -> None:
    table, theme = shown.told.solved.table, shown.theme
    y, middle, height = at
    left, start = edges
    size = theme.base_pt - 0.5
    if table.codes[row] == "1":
        add_box(canvas, (2, y, theme.width_mm - 4, height), facecolor=MISSING, zorder=0.4)
    add_line(canvas, ((2, y), (theme.width_mm - 2, y)), color=HAIRLINE, linewidth=0.4, zorder=0.5)
    for place, level in enumerate(table.rows[row].tolist()):
        x = 3 + (place + 0.5) * _COLUMN
        if table.space.levels[place] > 2:
            draw_level(canvas, (x, middle), 2.0, level, size)
        elif level:
            draw_present(canvas, (x, middle), 1.7)
        else:
            draw_absent(canvas, (x, middle), 1.7)
    add_text(canvas, left + 5, middle, table.codes[row], size, weight="bold")
    add_text(canvas, left + _OUT, middle, str(int(table.n[row])), size)
    bar = left + _OUT + 7
    width = start - bar - 12
    add_box(canvas, (bar, middle - 1.2, width, 2.4), facecolor="none", edgecolor=HAIRLINE, linewidth=0.4, zorder=1)
    add_box(canvas, (bar, middle - 1.2, width * float(table.consistency[row]), 2.4), facecolor=MUTED, zorder=1)
    cut = bar + width * table.cutoffs.consistency
    add_line(canvas, ((cut, middle - 1.9), (cut, middle + 1.9)), color=INK, linewidth=0.8, zorder=3)
    add_text(canvas, bar + width + 1.2, middle, theme.number(float(table.consistency[row]), 2), size)


def _names_of(
    shown: Exhibit[ConditionView], row: int, names: dict[str, str], size: float, width: float
) -> list[tuple[str, bool]]:
    """Lines of names: the cases that follow their row, then those that do not."""
    table = shown.told.solved.table
    positive = table.codes[row] == "1"
    out = set(table.deviant(row))
    against = [case for case in table.cases(row) if (case in out) == positive]
    along = [case for case in table.cases(row) if case not in against]
    return [
        (line, deviant)
        for cases, deviant in ((along, False), (against, True))
        if cases
        for line in wrap_text(
            ", ".join(names[case].replace(" ", "\u00a0") + "*" * deviant for case in cases), size, width
        )
    ]
