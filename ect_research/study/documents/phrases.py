"""The sentences of the page, the report and the sheets, in the two languages of the readers; one file holds them all."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.figures.page.csv_tables import TextTable
from ect_research.figures.page.formats import Language, format_count, format_date, typeset
from ect_research.study.documents.phrases_in_english import in_english, notes_in_english

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from ect_research.study.definition.study_file import Study

PHRASES = "phrases.csv"
HEADINGS = "entetes.csv"
TRANSLATIONS = "anglais.csv"
_COUNTED = re.compile(r"^(n = \d+ )(\w+)$")


@dataclass(frozen=True)
class Words:
    """What the documents of a study say, in one language.

    Attributes:
        language: ``fr`` or ``en``.
        translations: English of the French texts that notebooks write themselves (`TRANSLATIONS`).
    """

    language: Language = "fr"
    translations: Mapping[str, str] = field(default_factory=dict)

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

    def told(self, text: str) -> str:
        """A text of a notebook in the language of the reader; itself when nobody translated it.

        >>> Words("en", {"Lignes": "Rows"}).told("Lignes")
        'Rows'
        >>> Words("en", {"Lignes": "Rows", "Où ?": "Where?"}).told("Lignes : Jura")
        'Rows: Jura'
        """
        if text in self.translations or self.language == "fr":
            return self.translations.get(text, text)
        for sign, kept in ((" : ", ""), (" ? ", " ?")):
            head, found, tail = text.partition(sign)
            if found and head + kept in self.translations:
                return f"{self.translations[head + kept]}{' ' if kept else ': '}{tail}"
        counted = _COUNTED.match(text)
        noun = self.translations.get(counted[2], counted[2]) if counted else ""
        return f"{counted[1]}{noun}" if counted else notes_in_english(text).replace(" ; ", "; ")

    def said_html(self, sentence: str) -> str:
        """A French sentence of the program in the language of the reader, as HTML; what stays French says so.

        >>> Words("en").said_html("jamais exécuté"), Words().said_html("jamais exécuté")
        ('never run', 'jamais exécuté')
        """
        if self.language == "fr":
            return self.html(sentence)
        english, left = in_english(sentence)
        return " ".join(
            part for part in (escape(english), f'<span lang="fr">{Words().html(left)}</span>' if left else "") if part
        )

    def said(self, sentence: str) -> str:
        """A French sentence of the program in the language of the reader, where it has one."""
        english, left = ("", sentence) if self.language == "fr" else in_english(sentence)
        return self.set(" ".join(part for part in (english, left) if part))

    def html(self, text: str) -> str:
        """A text set right and made safe for HTML.

        >>> Words().html("a < b ?") == "a &lt; b\u202f?"
        True
        """
        return escape(self.set(text))

    def heads(self, names: Iterable[str]) -> tuple[str, ...]:
        """Names of columns as a reader reads them.

        >>> Words().heads(["duree_mois", "projet"]), Words("en", {"n_sources": "n_documents"}).heads(["n_sources"])
        (('durée (mois)', 'projet'), ('n documents',))
        """
        said = (_headings().get(name, name) if self.language == "fr" else self.told(name) for name in names)
        return tuple(self.set(name.replace("_", " ")) for name in said)

    def table(self, table: TextTable) -> TextTable:
        """A table with its names of columns and its cells in the language of the reader."""
        rows = (
            table.rows if self.language == "fr" else tuple(tuple(self.told(cell) for cell in row) for row in table.rows)
        )
        return TextTable(self.heads(table.header), rows, self.heads(table.numeric))

    def all(self, prefix: str) -> dict[str, str]:
        """The sentences whose key starts with ``prefix.``, by the rest of the key."""
        return {
            key.removeprefix(f"{prefix}."): self.set(said[self.language])
            for key, said in _phrases().items()
            if key.startswith(f"{prefix}.")
        }


def study_words(study: Study) -> Words:
    """The words of a study: those of its language, and in English the translations of its notebooks folder."""
    if study.language == "fr":
        return Words()
    path = study.path.parent / TRANSLATIONS
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    lines = csv.DictReader(text.splitlines(), delimiter=";")
    return Words("en", {row["fr"]: row["en"] for row in lines if row.get("en")})


@cache
def _headings() -> dict[str, str]:
    text = (files("ect_research.study") / "assets" / HEADINGS).read_text(encoding="utf-8")
    return {row["nom"]: row["fr"] for row in csv.DictReader(text.splitlines(), delimiter=";")}


@cache
def _phrases() -> dict[str, dict[str, str]]:
    text = (files("ect_research.study") / "assets" / PHRASES).read_text(encoding="utf-8")
    return {row["key"]: {"fr": row["fr"], "en": row["en"]} for row in csv.DictReader(text.splitlines(), delimiter=";")}
