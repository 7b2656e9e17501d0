"""The questions of a table that persons answer: what the type of each column allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ect_research.codebook.codebook import Codebook, Variable

Kind = Literal["echelle", "code", "codes", "nombre", "date", "texte"]
PERSON, WAVE = "repondant_id", "vague"
_SILENT = "sans_avis"
_NOT_ANSWERS = {PERSON, WAVE, "langue", "passage", "certitude"}


@dataclass(frozen=True)
class Question:
    """One column that persons answered.

    Attributes:
        name: its column.
        kind: ``echelle`` (one code of a list in order), ``code`` (one code), ``codes`` (several), ``nombre``, ``date``,
            ``texte``.
        codes: its answers, in order; none for numbers, dates and texts.
        silent: those that take no side (role ``sans_avis`` of the list: « ne sait pas »).
    """

    name: str
    kind: Kind
    codes: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    @property
    def scale(self) -> tuple[str, ...]:
        """Its answers without those that take no side."""
        return tuple(code for code in self.codes if code not in self.silent)


def read_questions(codebook: Codebook, table: str) -> list[Question]:
    """The questions of a table, in the order of the codebook; what names a row, a person or a document is none.

    Raises:
        CodebookError: no such table.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> asked = read_questions(load_codebook(), "maturite")
    >>> asked[2].name, asked[2].kind, asked[2].scale, asked[2].silent
    ('raison_etre_1', 'echelle', ('1', '2', '3', '4'), ('nsp',))
    """
    asked = [item for item in codebook.columns(table) if not item.key and item.name not in _NOT_ANSWERS]
    return [_question(item, codebook) for item in asked if item.pii not in ("direct", "consent")]


def _question(item: Variable, codebook: Codebook) -> Question:
    if not item.list_name:
        kinds: dict[str, Kind] = {"integer": "nombre", "decimal": "nombre", "date": "date"}
        return Question(item.name, kinds.get(item.type, "texte"))
    rows = codebook.choices(item.list_name)
    silent = tuple(rows.loc[rows["role"] == _SILENT, "name"]) if "role" in rows else ()
    ordered = codebook.is_ordinal(item.list_name)
    kind: Kind = "codes" if item.is_multiple else "echelle" if ordered else "code"
    return Question(item.name, kind, tuple(rows["name"]), silent)


def last_answers(answers: pd.DataFrame) -> pd.DataFrame:
    """One row a person and wave, her last one; each row is a person where the table names nobody."""
    if PERSON not in answers:
        return answers
    dated = answers.sort_values("date_max", kind="stable", na_position="first") if "date_max" in answers else answers
    keys = [PERSON, WAVE] if WAVE in answers else [PERSON]
    return dated.drop_duplicates(keys, keep="last").sort_index()
