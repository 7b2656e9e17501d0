"""Where the rows come from, drawn: document, passage, words and certainty, table by table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.completeness import PROVENANCE
from ect_research.figures.corpus.completeness import draw_filled_bar, filled_legend, filled_over_asked
from ect_research.figures.exhibit.sourced_caption import sourced_caption
from ect_research.figures.page.canvas import add_text, mm_canvas, wrap_text
from ect_research.figures.page.formats import format_count, format_number, format_percent
from ect_research.figures.page.legends import draw_legend, legend_height_mm
from ect_research.figures.page.theme import MUTED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ect_research.analysis.corpus.completeness import Completeness
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

_WORDS = {
    "fr": {
        "n": "n = {} lignes dans {}",
        "provenance": "D’où vient chaque ligne",
        "cited": "{} lignes sur {} citent au moins un document ({}).",
    },
    "en": {
        "n": "n = {} rows in {}",
        "provenance": "Where each row comes from",
        "cited": "{} rows out of {} cite at least one document ({}).",
    },
}


def draw_provenance(completeness: Completeness | Refusal, corpus: Corpus, theme: Theme) -> Figure | Refusal:
    """Tables × columns that say where a row comes from: document, passage, words, certainty, note.

    Args:
        completeness: from ``build_completeness``; a refusal is handed back.
        corpus: labels.
        theme: the reader's preset.

    >>> from ect_research import build_completeness, get_theme, load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> result = build_completeness(corpus.tables, corpus.codebook)
    >>> figure = draw_provenance(result, corpus, get_theme("ademe"))
    >>> round(figure.get_size_inches()[0] * 25.4)
    170
    """
    if isinstance(completeness, Refusal):
        return completeness
    cells = completeness.cells[completeness.cells["provenance"]]
    tables = list(dict.fromkeys(cells["table"]))
    columns = [name for name in PROVENANCE if name in set(cells["variable"])]
    size, row_mm, left = theme.base_pt - 0.5, 6.2, 46.0
    top = legend_height_mm(filled_legend(theme), size, theme.width_mm) + 11
    width = (theme.width_mm - left - 2) / len(columns)
    with theme.applied():
        figure = theme.new_figure(top + row_mm * len(tables) + 1)
        canvas = mm_canvas(figure)
        draw_legend(canvas, filled_legend(theme), (2, 1), theme.width_mm - 4, size)
        for place, name in enumerate(columns):
            label = corpus.codebook.variable_label("projets", name, theme.language)
            for number, line in enumerate(reversed(wrap_text(label, size, width - 3, "bold"))):
                add_text(canvas, left + place * width, top - 2.5 - 3.2 * number, line, size, fontweight="bold")
        for row, table in enumerate(tables):
            y = top + row_mm * (row + 0.5)
            rows = cells[cells["table"] == table]
            name = corpus.codebook.table_label(table, theme.language)
            add_text(canvas, left - 3, y, f"{name} (n = {rows['n'].iloc[0]})", size, ha="right")
            for _, cell in rows.iterrows():
                x = left + columns.index(str(cell["variable"])) * width
                draw_filled_bar(canvas, cell, (x, y - 1.4, width * 0.48, 2.8), theme)
                add_text(canvas, x + width * 0.52, y, filled_over_asked(cell, theme), size - 1, color=MUTED)
    return figure


def caption_provenance(completeness: Completeness | Refusal, corpus: Corpus, theme: Theme) -> Caption | Refusal:
    """The words around the provenance of the rows."""
    if isinstance(completeness, Refusal):
        return completeness
    language, words = theme.language, _WORDS[theme.language]
    sourced = completeness.cells[completeness.cells["variable"] == "source_id"]
    owed = int(sourced["renseigne"].sum() + sourced["manquant"].sum())
    cited = int(sourced["renseigne"].sum())
    return sourced_caption(
        corpus,
        theme,
        title=words["provenance"],
        n=words["n"].format(format_number(owed, 0, language), format_count(len(sourced), "table", "", language)),
        reading=words["cited"].format(
            format_number(cited, 0, language),
            format_number(owed, 0, language),
            format_percent(cited / owed, 0, language),
        ),
    )
