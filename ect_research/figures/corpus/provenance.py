"""Where the rows come from, drawn: document, passage, words and certainty, table by table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.analysis.corpus.completeness import PROVENANCE
from ect_research.figures.corpus.completeness import (
    draw_filled_bar,
    filled_legend,
    filled_over_asked,
    filled_rows,
    rows_in_tables,
)
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.exhibit.sourced_caption import sourced_caption
from ect_research.figures.page.canvas import add_text, mm_canvas, wrap_text
from ect_research.figures.page.formats import format_number, format_percent
from ect_research.figures.page.legends import draw_legend, legend_height_mm
from ect_research.figures.page.theme import MUTED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.corpus.completeness import Completeness
    from ect_research.figures.page.caption import Caption

_ROW, _LEFT = 6.2, 46.0


def show_provenance(completeness: Completeness | Refusal) -> Exhibit[Completeness]:
    """Tables × columns that say where a row comes from: document, passage, words, certainty.

    Args:
        completeness: from ``build_completeness``.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> held = ect.build_completeness(study.corpus.tables, study.corpus.codebook)
    >>> round(show_provenance(held).in_context(study.context).figure().get_size_inches()[0] * 25.4)
    170
    """
    return Exhibit(
        completeness,
        filled_rows,
        _words,
        _draw,
        finding_of=_finding,
        reads=("sources",),
        counts="aucune",
        place="annexe",
    )


def _draw(shown: Exhibit[Completeness]) -> Figure:
    cells, codebook, theme = shown.told.cells, shown.context.codebook, shown.theme
    cells = cells[cells["provenance"]]
    tables = list(dict.fromkeys(cells["table"]))
    columns = [name for name in PROVENANCE if name in set(cells["variable"])]
    size = theme.base_pt - 0.5
    top = legend_height_mm(filled_legend(theme), size, theme.width_mm) + 11
    width = (theme.width_mm - _LEFT - 2) / len(columns)
    with theme.applied():
        figure = theme.new_figure(top + _ROW * len(tables) + 1)
        canvas = mm_canvas(figure)
        draw_legend(canvas, filled_legend(theme), (2, 1), theme.width_mm - 4, size)
        for place, name in enumerate(columns):
            label = codebook.variable_label("projets", name, theme.language)
            for number, line in enumerate(reversed(wrap_text(label, size, width - 3, "bold"))):
                add_text(canvas, _LEFT + place * width, top - 2.5 - 3.2 * number, line, size, fontweight="bold")
        for row, table in enumerate(tables):
            y = top + _ROW * (row + 0.5)
            rows = cells[cells["table"] == table]
            name = f"{codebook.table_label(table, theme.language)} (n = {rows['n'].iloc[0]})"
            add_text(canvas, _LEFT - 3, y, name, size, ha="right")
            for _, cell in rows.iterrows():
                x = _LEFT + columns.index(str(cell["variable"])) * width
                draw_filled_bar(canvas, cell, (x, y - 1.4, width * 0.48, 2.8), theme)
                add_text(canvas, x + width * 0.52, y, filled_over_asked(cell, theme), size - 1, color=MUTED)
    return figure


def _words(shown: Exhibit[Completeness]) -> Caption:
    theme = shown.theme
    _, owed, tables = _cited(shown.told)
    title = theme.say("D’où vient chaque ligne")
    return sourced_caption(
        shown.context, theme, title=title, n=rows_in_tables(owed, tables, theme), reading=_sentence(shown)
    )


def _finding(shown: Exhibit[Completeness]) -> Finding:
    return Finding(_sentence(shown), Strength.COUNTED)


def _sentence(shown: Exhibit[Completeness]) -> str:
    cited, owed, _ = _cited(shown.told)
    theme = shown.theme
    return theme.say(
        "{cited} lignes sur {owed} citent au moins un document ({share}).",
        cited=format_number(cited, 0, theme.language),
        owed=format_number(owed, 0, theme.language),
        share=format_percent(cited / owed, 0, theme.language),
    )


def _cited(completeness: Completeness) -> tuple[int, int, int]:
    """Rows that cite a document, rows that should, and tables they stand in."""
    sourced = completeness.cells[completeness.cells["variable"] == "source_id"]
    cited = int(sourced["renseigne"].sum())
    return cited, cited + int(sourced["manquant"].sum()), len(sourced)
