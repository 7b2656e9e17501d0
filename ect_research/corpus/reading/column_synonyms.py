"""The names and labels that people write for tables and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.corpus.text.raw_table import fold

if TYPE_CHECKING:
    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.text.raw_table import RawTable


class Words:
    """What a codebook lets people write in the name of a sheet and in its header."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self.tables = {fold(name): name for name in codebook.table_names}
        for name in codebook.table_names:
            for language in ("fr", "en"):
                self.tables.setdefault(fold(codebook.table_label(name, language)), name)
        self.headers = {name: column_words(codebook, name) for name in codebook.table_names}

    def table(self, sheet: str) -> str | None:
        """The table that a sheet or file is named after, or None."""
        return self.tables.get(fold(sheet))

    def header_of(self, sheet: str) -> dict[str, str]:
        """``{folded name or label: column}`` of the table of a sheet, ``{}`` when it is none."""
        return self.headers.get(self.table(sheet) or "", {})

    def likely(self, raw: RawTable) -> str:
        """The table whose columns a header names best, ``""`` when under half of its cells are known."""
        cells = {fold(cell) for cell in raw.header if cell}
        hits = {name: len(cells & set(known)) for name, known in self.headers.items()}
        best = max(hits, key=lambda name: hits[name])
        return best if hits[best] > 1 and 2 * hits[best] >= len(cells) else ""


def column_words(codebook: Codebook, table: str) -> dict[str, str]:
    """``{folded name or label: column}`` of a table; a name wins over another column's label."""
    columns = codebook.columns(table)
    known = {fold(column.name): column.name for column in columns}
    for language in ("fr", "en"):
        for column in columns:
            known.setdefault(fold(column.labels[language]), column.name)
    return known
