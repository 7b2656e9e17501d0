"""What the corpus holds, drawn: how far each column is filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal
from ect_research.figures.exhibit.sourced_caption import sourced_caption, title_for
from ect_research.figures.page.canvas import add_box, add_line, add_text, mm_canvas, shorten
from ect_research.figures.page.formats import format_count, format_number, format_percent, join_words
from ect_research.figures.page.legends import LegendEntry, draw_legend, legend_height_mm
from ect_research.figures.page.theme import HAIRLINE, MUTED, PAPER

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.corpus.completeness import Completeness
    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Language, Theme

# Millimetres of a line for a point of type; of the bars on a printed page, which keeps room for the caption.
_PITCH, _TALLEST, _SMALLEST_PT = 0.50, 235.0, 5.5
_TONES = {"fill": "#0072b2", "fill_grey": "#4a4a4a", "hatch": "#b5b5b5"}
_WORDS = {
    "fr": {
        "filled": "renseigné",
        "missing": "manquant",
        "not_asked": "sans objet pour la ligne",
        "rows": "n = ",
        "title": "Ce que le corpus renseigne, colonne par colonne",
        "finding": "{} de ce que l’on demande aux documents, ils le disent",
        "n": "n = {} lignes dans {}",
        "absent": "tables vides ou absentes : {}",
        "reading": "la colonne « {} » de la table « {} » est renseignée dans {} lignes sur {} ({}).",
    },
    "en": {
        "filled": "filled",
        "missing": "missing",
        "not_asked": "not applicable to the row",
        "rows": "n = ",
        "title": "What the corpus says, column by column",
        "finding": "Documents say {} of what is asked of them",
        "n": "n = {} rows in {}",
        "absent": "empty or absent tables: {}",
        "reading": "the column “{}” of the table “{}” is filled in {} rows out of {} ({}).",
    },
}


@dataclass(frozen=True)
class _Line:
    """A heading (``cell`` is None) or a column of a table."""

    text: str
    cell: pd.Series | None


def draw_completeness(completeness: Completeness | Refusal, corpus: Corpus, theme: Theme) -> Figure | Refusal:
    """One bar per column of the codebook, table by table: filled, missing, not applicable, with the counts.

    Args:
        completeness: from ``build_completeness``; a refusal is handed back.
        corpus: labels of the codebook.
        theme: the reader's preset.

    Returns:
        a figure without caption, two columns of bars, set smaller when a printed page could not hold them.

    >>> from ect_research import build_completeness, get_theme, load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> result = build_completeness(corpus.tables, corpus.codebook)
    >>> figure = draw_completeness(result, corpus, get_theme("ademe"))
    >>> round(figure.get_size_inches()[0] * 25.4)
    170
    """
    if isinstance(completeness, Refusal):
        return completeness
    blocks = _blocks(completeness, corpus.codebook, theme)
    columns = _share_out(blocks)
    entries = filled_legend(theme)
    top = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4) + 3
    lines = max(sum(map(_lines, column)) for column in columns)
    size = max(min(theme.base_pt - 1.5, _TALLEST / (lines * _PITCH)), _SMALLEST_PT)
    height = top + lines * size * _PITCH + 1
    with theme.applied():
        figure = theme.new_figure(height)
        canvas = mm_canvas(figure)
        draw_legend(canvas, entries, (2, 1), theme.width_mm - 4, theme.base_pt - 1)
        width = (theme.width_mm - 4 - 5 * (len(columns) - 1)) / len(columns)
        for number, column in enumerate(columns):
            _draw_column(canvas, column, (2 + number * (width + 5), top), (width, size), theme)
    return figure


def caption_completeness(completeness: Completeness | Refusal, corpus: Corpus, theme: Theme) -> Caption | Refusal:
    """The words around the bars, with their numbers."""
    if isinstance(completeness, Refusal):
        return completeness
    language, words = theme.language, _WORDS[theme.language]
    counts = completeness.counts
    absent = [corpus.codebook.table_label(table, language) for table in counts.loc[counts["n"] == 0, "table"]]
    row = completeness.cells[~completeness.cells["provenance"] & (completeness.cells["manquant"] > 0)].iloc[:1]
    reading = ""
    for _, cell in row.iterrows():
        reading = words["reading"].format(
            corpus.codebook.variable_label(str(cell["table"]), str(cell["variable"]), language),
            corpus.codebook.table_label(str(cell["table"]), language),
            cell["renseigne"],
            int(cell["renseigne"]) + int(cell["manquant"]),
            format_percent(float(cell["part"]), 0, language),
        )
    return sourced_caption(
        corpus,
        theme,
        title=title_for(theme, words["title"], words["finding"].format(_overall(completeness, language))),
        n=words["n"].format(
            format_number(completeness.n, 0, language),
            format_count(int((counts["n"] > 0).sum()), "table", "", language),
        ),
        missing=words["absent"].format(join_words(absent, language)) if absent else "",
        reading=reading,
    )


def tabulate_completeness(completeness: Completeness | Refusal, corpus: Corpus, theme: Theme) -> pd.DataFrame | Refusal:
    """The counts behind the bars, with the labels of the codebook."""
    if isinstance(completeness, Refusal):
        return completeness
    cells, language = completeness.cells, theme.language
    pairs = list(zip(cells["table"], cells["variable"], strict=True))
    labels = [corpus.codebook.variable_label(table, name, language) for table, name in pairs]
    return cells.assign(libelle=labels)[
        ["table", "variable", "libelle", "n", "renseigne", "manquant", "sans_objet", "part"]
    ]


def _blocks(completeness: Completeness, codebook: Codebook, theme: Theme) -> list[list[_Line]]:
    """One block of lines per table, then one for the columns that say where rows come from."""
    language, words = theme.language, _WORDS[theme.language]
    cells = completeness.cells
    own = cells[~cells["provenance"]]
    blocks = []
    for table, rows in own.groupby("table", sort=False):
        title = f"{codebook.table_label(str(table), language)} ({words['rows']}{rows['n'].iloc[0]})"
        lines = [
            _Line(codebook.variable_label(str(table), str(row["variable"]), language), row)
            for _, row in rows.iterrows()
        ]
        blocks.append([_Line(title, None), *lines])
    return blocks


def _share_out(blocks: list[list[_Line]]) -> list[list[list[_Line]]]:
    """Two columns of near-equal length, tables whole and in order."""
    sizes = [len(block) + 1 for block in blocks]
    total = sum(sizes)
    if total < 25 or len(blocks) == 1:
        return [blocks]
    split = min(range(1, len(blocks)), key=lambda cut: max(sum(sizes[:cut]), total - sum(sizes[:cut])))
    return [blocks[:split], blocks[split:]]


def _lines(block: list[_Line]) -> float:
    """Lines that a block takes, the room around its heading included."""
    return len(block) + 1.1


def _draw_column(
    canvas: Axes, blocks: list[list[_Line]], corner: tuple[float, float], room: tuple[float, float], theme: Theme
) -> None:
    width, size = room
    pitch = size * _PITCH
    left, y = corner
    label, count = width * 0.52, width * 0.19
    for block in blocks:
        for line in block:
            middle = y + pitch / 2
            if line.cell is None:
                add_text(canvas, left, middle, line.text, size + 0.5, fontweight="bold")
                add_line(canvas, ((left, y + pitch), (left + width, y + pitch)), color=HAIRLINE)
                y += 0.3 * pitch
            else:
                add_text(canvas, left + label - 1, middle, shorten(line.text, size, label - 1), size, ha="right")
                draw_filled_bar(
                    canvas, line.cell, (left + label, y + 0.16 * pitch, width - label - count, 0.68 * pitch), theme
                )
                add_text(
                    canvas, left + width, middle, filled_over_asked(line.cell, theme), size, ha="right", color=MUTED
                )
            y += pitch
        y += 0.8 * pitch


def draw_filled_bar(canvas: Axes, cell: pd.Series, box: tuple[float, float, float, float], theme: Theme) -> None:
    """Filled from the left, not applicable from the right, missing in between."""
    x, y, width, height = box
    n = int(cell["n"])
    filled, unasked = width * int(cell["renseigne"]) / n, width * int(cell["sans_objet"]) / n
    add_box(canvas, box, facecolor=PAPER, edgecolor=MUTED, linewidth=0.4)
    if unasked:
        add_box(
            canvas,
            (x + width - unasked, y, unasked, height),
            facecolor=PAPER,
            edgecolor=MUTED,
            hatch="////////",
            linewidth=0.4,
        )
    if filled:
        add_box(canvas, (x, y, filled, height), facecolor=_fill(theme), edgecolor=_fill(theme), linewidth=0.4, zorder=3)


def filled_over_asked(cell: pd.Series, theme: Theme) -> str:
    """« 12 / 31 »: filled over the rows concerned."""
    asked = int(cell["renseigne"]) + int(cell["manquant"])
    if not asked:
        return "–"
    parts = (format_number(int(cell["renseigne"]), 0, theme.language), format_number(asked, 0, theme.language))
    return " / ".join(parts)


def _fill(theme: Theme) -> str:
    return _TONES["fill_grey"] if theme.greyscale else _TONES["fill"]


def filled_legend(theme: Theme) -> list[LegendEntry]:
    """The three tones of a bar."""
    words = _WORDS[theme.language]
    return [
        LegendEntry(words["filled"], face=_fill(theme), edge=_fill(theme)),
        LegendEntry(words["missing"], edge=MUTED),
        LegendEntry(words["not_asked"], edge=MUTED, hatch="////////"),
    ]


def _overall(completeness: Completeness, language: Language) -> str:
    """Share of the cells asked for that are filled, provenance apart."""
    own = completeness.cells[~completeness.cells["provenance"]]
    filled = int(own["renseigne"].sum())
    return format_percent(filled / max(filled + int(own["manquant"].sum()), 1), 0, language)
