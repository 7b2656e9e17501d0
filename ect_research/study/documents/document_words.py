"""What the documents of a study say, in the language of their reader; and the PDF/A of those that typst sets.

Offline and in memory: a template of the package and plain data give the same bytes always.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import pandas as pd

from ect_research.figures.page import figure_bytes
from ect_research.figures.page.csv_tables import TextTable
from ect_research.figures.page.formats import Language, format_date, format_number, typeset
from ect_research.study.definition.study_file import Run
from ect_research.words import Sentence, catalogue
from ect_research.words.carried_text import breakable, carried

# Signs of the private area of Unicode: they stand around what stays French until the text is safe for HTML.
_OPEN, _CLOSE = "\ue000", "\ue001"


@dataclass(frozen=True)
class Words:
    """The words of one reader."""

    language: Language = "fr"  # ``fr`` or ``en``

    def say(self, sentence: str, **values: object) -> str:
        """A French sentence of the code in the reader's language, its blanks filled, ready to print.

        >>> Words("en").say("Tableau {number}", number=2), Words().say("Chiffres")
        ('Table 2', 'Chiffres')
        """
        return self.set(catalogue(self.language).gettext(sentence).format(**values))

    def say_n(self, one: str, many: str, n: int) -> str:
        """A counted noun.

        >>> Words().say_n("{n} tableau", "{n} tableaux", 3), Words("en").say_n("{n} tableau", "{n} tableaux", 1)
        ('3 tableaux', '1 table')
        """
        said = catalogue(self.language).ngettext(one, many, n)
        return self.set(said.format(n=format_number(n, 0, self.language)))

    def set(self, text: str) -> str:
        """A text with the spaces that its language wants."""
        return typeset(text, self.language)

    def day(self, day: date) -> str:
        """A date as it is read aloud.

        >>> from datetime import date
        >>> [Words(one).day(date(2026, 1, 1)).replace(chr(160), " ") for one in ("fr", "en")]
        ['1er janvier 2026', '1 January 2026']
        """
        return format_date(pd.Timestamp(day), "jour", self.language)

    def told(self, text: str) -> str:
        """A text of a notebook, a name of a column or a value of a table in the reader's language; itself when it has none.

        >>> Words("en").told("Où sont les projets ?"), Words("en").told("Inconnu")
        ('Where are the projects?', 'Inconnu')
        """
        if self.language == "fr" or not text:
            return text
        said = catalogue(self.language).gettext(text)
        return said if said != text else _heads().get(text, {}).get(self.language, text)

    def title(self, run: Run) -> str:
        """The title of a run: that of its notebook, and what tells it from its variants."""
        return self.set(run.title.replace(run.notebook.title, self.told(run.notebook.title)))

    def said(self, sentence: Sentence) -> str:
        """A sentence of the program."""
        return self.set(sentence.sentence(self.language))

    def said_html(self, sentence: Sentence) -> str:
        """A sentence of the program as HTML; what stays French says so.

        >>> from ect_research.words import quoted, tell
        >>> failed = tell("{where} (« {line} ») : {why}", where=tell("cellule de code n° {n}", n=3), line="f()",
        ...               why=quoted("Il n’y a rien."))
        >>> Words("en").said_html(failed)
        'code cell 3 (“f()”): <span lang="fr">Il n’y a rien.</span>'
        """
        said = sentence.sentence(self.language, lambda french: f"{_OPEN}{typeset(french)}{_CLOSE}")
        return self.html(said).replace(_OPEN, '<span lang="fr">').replace(_CLOSE, "</span>")

    def html(self, text: str) -> str:
        """A text set right and made safe for HTML.

        >>> Words().html("a < b ?") == "a &lt; b\u202f?"
        True
        """
        return escape(self.set(text))

    def heads(self, names: Iterable[str]) -> tuple[str, ...]:
        """Names of columns as a reader reads them.

        >>> Words().heads(["duree_mois", "projet"]), Words("en").heads(["n_sources"])
        (('durée (mois)', 'projet'), ('documents',))
        """
        said = (_heads().get(name, {}).get(self.language) or self.told(name) for name in names)
        return tuple(self.set(name.replace("_", " ")) for name in said)

    def table(self, table: TextTable) -> TextTable:
        """A table with its names of columns and its cells in the language of the reader."""
        rows = (
            table.rows if self.language == "fr" else tuple(tuple(self.told(cell) for cell in row) for row in table.rows)
        )
        return TextTable(self.heads(table.header), rows, self.heads(table.numeric))


@cache
def _heads() -> dict[str, dict[str, str]]:
    """Names of the columns of results, by language: a table of the codebook."""
    text = (files("ect_research.codebook") / "heads.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["name"]: {"fr": row["label::fr"], "en": row["label::en"]} for row in rows}


def make_pdf(template: str, data: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Typeset a template of ``study/assets``, which reads ``donnees.json`` and the pictures, as PDF/A-2a.

    Fonts are those that typst and matplotlib carry, none of the machine's.
    """
    return figure_bytes.make_pdf(_sources(template, data, pictures or {}))


def measure_pdf(template: str, data: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None) -> Any:  # noqa: ANN401 - what the template measures
    """What a template says of its own sizes, in the metadata that it labels ``tailles``."""
    return json.loads(figure_bytes.query(_sources(template, data, pictures or {}), "<tailles>"))


def _sources(template: str, data: Mapping[str, Any], pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    assets = files("ect_research.study") / "assets"
    return {
        "main": (assets / template).read_bytes(),
        "commun.typ": (assets / "commun.typ").read_bytes(),
        "donnees.json": json.dumps(_carried(data), ensure_ascii=False, sort_keys=True).encode(),
        **pictures,
    }


def _carried(data: Any) -> Any:  # noqa: ANN401 - plain data
    if isinstance(data, dict):
        return {name: _carried(one) for name, one in data.items()}
    if isinstance(data, (list, tuple)):
        return [_carried(one) for one in data]
    return breakable(carried(data)) if isinstance(data, str) else data
