"""The sentences of the page, the report and the sheets, in the two languages of the readers; one file holds them all."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.figures.formats import Language, format_count, format_date, typeset

if TYPE_CHECKING:
    from datetime import date

PHRASES = "phrases.csv"


@dataclass(frozen=True)
class Words:
    """What the documents of a study say, in one language.

    Attributes:
        language: ``fr`` or ``en``.
    """

    language: Language = "fr"

    def __call__(self, key: str, **values: object) -> str:
        """One sentence of ``assets/phrases.csv``, its blanks filled, ready to print.

        >>> Words("en")("part", number=2), Words()("observed").startswith("Observé")
        ('Part 2', True)
        """
        return self.set(_phrases()[key][self.language].format(**values))

    def set(self, text: str) -> str:
        """A text with the spaces that its language wants."""
        return typeset(text, self.language)

    def count(self, number: int, noun: str) -> str:
        """A counted noun of ``assets/phrases.csv`` (``singular/plural``).

        >>> Words().count(3, "n.table"), Words("en").count(1, "n.table")
        ('3 tableaux', '1 table')
        """
        one, many = _phrases()[noun][self.language].split("/")
        return self.set(format_count(number, one, many, self.language))

    def day(self, day: date) -> str:
        """A date as it is read aloud.

        >>> from datetime import date
        >>> [Words(one).day(date(2026, 1, 1)).replace(chr(160), " ") for one in ("fr", "en")]
        ['1er janvier 2026', '1 January 2026']
        """
        return format_date(pd.Timestamp(day), "jour", self.language)

    def all(self, prefix: str) -> dict[str, str]:
        """The sentences whose key starts with ``prefix.``, by the rest of the key."""
        return {
            key.removeprefix(f"{prefix}."): self.set(said[self.language])
            for key, said in _phrases().items()
            if key.startswith(f"{prefix}.")
        }


@cache
def _phrases() -> dict[str, dict[str, str]]:
    text = (files("ect_research.study") / "assets" / PHRASES).read_text(encoding="utf-8")
    return {row["key"]: {"fr": row["fr"], "en": row["en"]} for row in csv.DictReader(text.splitlines(), delimiter=";")}
