"""What the corpus holds, drawn: how far each column is filled."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.completeness import Completeness
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import LegendEntry, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, MUTED, PAPER, Theme

# Millimetres of a line for a point of type; of the bars on a printed page, which keeps room for the caption.
_PITCH, _TALLEST, _SMALLEST_PT = 0.50, 235.0, 5.5


@dataclass(frozen=True)
class _Line:
    """A heading (``cell`` is None) or a column of a table."""

    text: str
    cell: pd.Series | None


def show_completeness(completeness: Completeness | Refusal) -> Exhibit[Completeness]:
    """One bar per column of the codebook, table by table: filled, missing, not applicable, with the counts.

    Two columns of bars, set smaller when a printed page could not hold them.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> held = ect.build_completeness(study.corpus.tables, study.corpus.codebook)
    >>> round(show_completeness(held).in_context(study.context).figure().get_size_inches()[0] * 25.4)
    170
    """
    told = Exhibit(completeness, _rows, _words, _draw, finding_of=_finding, reads=("sources",), counts="aucune")
    return told.in_annex()


def _rows(shown: Exhibit[Completeness]) -> pd.DataFrame:
    """The counts behind the bars, with the labels of the codebook."""
    cells, codebook, language = shown.told.cells, shown.context.codebook, shown.theme.language
    pairs = zip(cells["table"], cells["variable"], strict=True)
    return cells.assign(libelle=[codebook.variable_label(table, name, language) for table, name in pairs])[
        ["table", "variable", "libelle", "n", "renseigne", "manquant", "sans_objet", "part"]
    ]


def _draw(shown: Exhibit[Completeness]) -> Figure:
    theme = shown.theme
    columns = _share_out(_blocks(shown))
    entries = _entries(theme)
    top = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4) + 3
    lines = max(sum(map(_lines, column)) for column in columns)
    size = max(min(theme.base_pt - 1.5, _TALLEST / (lines * _PITCH)), _SMALLEST_PT)
    height = top + lines * size * _PITCH + 1
    with new_page(theme, height, entries, theme.base_pt - 1) as (figure, canvas):
        width = (theme.width_mm - 4 - 5 * (len(columns) - 1)) / len(columns)
        for number, column in enumerate(columns):
            _draw_column(canvas, column, (2 + number * (width + 5), top), (width, size), theme)
    return figure


def _words(shown: Exhibit[Completeness]) -> Caption:
    completeness, codebook, theme = shown.told, shown.context.codebook, shown.theme
    counts, language = completeness.counts, theme.language
    absent = [codebook.table_label(table, language) for table in counts.loc[counts["n"] == 0, "table"]]
    question = theme.say("Ce que le corpus renseigne, colonne par colonne")
    return shown.context.caption(
        title=question,
        n=_rows_in_tables(completeness.n, int((counts["n"] > 0).sum()), theme),
        missing=theme.say("tables vides ou absentes : {tables}", tables=theme.join(absent)) if absent else "",
        reading=_reading(shown),
    )


def _rows_in_tables(rows: int, tables: int, theme: Theme) -> str:
    """« n = 858 lignes dans 9 tables »."""
    number = theme.number(rows)
    return theme.say(
        "n = {rows} lignes dans {tables}", rows=number, tables=theme.say_n("{n} table", "{n} tables", tables)
    )


def _reading(shown: Exhibit[Completeness]) -> str:
    """The first column that lacks something, read aloud."""
    cells, codebook, theme = shown.told.cells, shown.context.codebook, shown.theme
    lacking = cells[~cells["provenance"] & (cells["manquant"] > 0)]
    if lacking.empty:
        return ""
    cell, language = lacking.iloc[0], theme.language
    return theme.say(
        "la colonne « {column} » de la table « {table} » est renseignée dans {filled} lignes sur {asked} ({share}).",
        column=codebook.variable_label(str(cell["table"]), str(cell["variable"]), language),
        table=codebook.table_label(str(cell["table"]), language),
        filled=cell["renseigne"],
        asked=int(cell["renseigne"]) + int(cell["manquant"]),
        share=theme.share(cell["renseigne"], cell["renseigne"] + cell["manquant"]),
    )


def _asked(completeness: Completeness) -> tuple[int, int]:
    """Cells filled, and cells asked for, provenance apart."""
    own = completeness.cells[~completeness.cells["provenance"]]
    filled = int(own["renseigne"].sum())
    return filled, filled + int(own["manquant"].sum())


def _finding(shown: Exhibit[Completeness]) -> str:
    theme, (filled, asked) = shown.theme, _asked(shown.told)
    share = theme.share(filled, asked)
    headline = theme.say("{share} de ce que l’on demande aux documents, ils le disent", share=share)
    counts = {"filled": theme.number(filled), "asked": theme.number(asked)}
    return theme.say("{headline} : {filled} cases sur {asked}.", headline=headline, **counts)


def _blocks(shown: Exhibit[Completeness]) -> list[list[_Line]]:
    """One block of lines per table; the columns that say where rows come from have a figure of their own."""
    cells, codebook, language = shown.told.cells, shown.context.codebook, shown.theme.language
    blocks = []
    for table, rows in cells[~cells["provenance"]].groupby("table", sort=False):
        title = f"{codebook.table_label(str(table), language)} (n = {rows['n'].iloc[0]})"
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
                _draw_bar(
                    canvas, line.cell, (left + label, y + 0.16 * pitch, width - label - count, 0.68 * pitch), theme
                )
                said = _filled_over_asked(line.cell, theme)
                add_text(canvas, left + width, middle, said, size, ha="right", color=MUTED)
            y += pitch
        y += 0.8 * pitch


def _draw_bar(canvas: Axes, cell: pd.Series, box: tuple[float, float, float, float], theme: Theme) -> None:
    """Filled from the left, not applicable from the right, missing in between."""
    x, y, width, height = box
    n = int(cell["n"])
    filled, unasked = width * int(cell["renseigne"]) / n, width * int(cell["sans_objet"]) / n
    add_box(canvas, box, facecolor=PAPER, edgecolor=MUTED, linewidth=0.4)
    if unasked:
        place = (x + width - unasked, y, unasked, height)
        add_box(canvas, place, facecolor=PAPER, edgecolor=MUTED, hatch="////////", linewidth=0.4)
    if filled:
        add_box(canvas, (x, y, filled, height), facecolor=theme.tone, edgecolor=theme.tone, linewidth=0.4, zorder=3)


def _filled_over_asked(cell: pd.Series, theme: Theme) -> str:
    """« 12 / 31 »: filled over the rows concerned."""
    asked = int(cell["renseigne"]) + int(cell["manquant"])
    if not asked:
        return "–"
    parts = (theme.number(int(cell["renseigne"])), theme.number(asked))
    return " / ".join(parts)


def _entries(theme: Theme) -> list[LegendEntry]:
    """The three tones of a bar."""
    return [
        LegendEntry(theme.say("renseigné"), face=theme.tone, edge=theme.tone),
        LegendEntry(theme.say("manquant"), edge=MUTED),
        LegendEntry(theme.say("sans objet pour la ligne"), edge=MUTED, hatch="////////"),
    ]
