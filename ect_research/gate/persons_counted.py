"""How many persons stand behind a count: the answers of a person in three waves are three rows, and one person.

What a notebook shows names its rows by columns of a table of persons (``vague``, ``categorie_acteur``); the persons whose
rows say so are counted here, in the corpus itself, and a count of five answers of two persons is told for what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ect_research.codebook.codebook import Codebook
from ect_research.corpus.checked.corpus import Corpus
from ect_research.corpus.reading.header_rows import column_words
from ect_research.corpus.text.parse_cell import Known
from ect_research.corpus.text.raw_table import fold

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.analysis.disclosure.suppression import Key

WHO = {"maturite": "repondant_id", "entretiens": "acteur_id"}


class PersonsCounted:
    """The persons of the corpora read, asked for by the categories of a count."""

    def __init__(self, corpora: Sequence[Corpus]) -> None:
        self._tables = [
            _Rows(corpus.tables[table], who, corpus.codebook, table)
            for corpus in corpora
            for table, who in WHO.items()
            if table in corpus.tables and len(corpus.tables[table])
        ]

    def most(self, key: Key) -> int | None:
        """The most persons of whom a count, by its ``(column, value)``, may speak; None when nothing says.

        Categories that no table of persons has are left aside, which never makes persons fewer.
        """
        found = [table.persons(key) for table in self._tables]
        named = max((matched for matched, _ in found), default=0)
        counts = [count for matched, count in found if matched == named and count]
        return max(counts, default=None)


class _Rows:
    """One table of persons, its columns and answers found by code or label."""

    def __init__(self, frame: pd.DataFrame, who: str, codebook: Codebook, table: str) -> None:
        self._frame, self._codebook = frame, codebook
        key = codebook.key_of(table)
        # A row that says nobody is a person of its own.
        self._who = frame[who].astype("object").where(frame[who].notna(), frame[key])
        self._columns = column_words(codebook, table)
        self._variables = {item.name: item for item in codebook.columns(table)}

    def persons(self, key: Key) -> tuple[int, int]:
        """How many of the categories are known here, and the persons whose rows say them all."""
        kept, matched = self._who.notna(), 0
        for column, value in key:
            name = self._columns.get(fold(column), "")
            if name in self._frame:
                kept &= self._says(name, value)
                matched += 1
        return matched, int(self._who[kept].nunique())

    def _says(self, name: str, value: str) -> pd.Series[bool]:
        listed = self._variables[name].list_name
        code = Known(self._codebook, listed).get(fold(value), value) if listed else value
        cells = self._frame[name]
        if self._variables[name].is_multiple:
            return cells.map(lambda said: isinstance(said, tuple) and code in said).astype("bool")
        return cells.astype("str").eq(code).fillna(value=False).astype("bool")
