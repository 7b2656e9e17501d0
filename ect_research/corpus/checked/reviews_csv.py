"""``relectures.csv``: the free texts that a person read, cell by cell, and found fit to leave. Another text, no flag.

Columns ``table;cle;colonne;empreinte;par;le``: which cell, the print of the very text that was read, by whom and when.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.corpus.cells.dates import FuzzyDate, parse_date
from ect_research.corpus.reading.csv_file import read_side_file
from ect_research.corpus.text.problems import Problem
from ect_research.errors import EctError
from ect_research.words import Told, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ect_research.codebook.codebook import Variable
    from ect_research.corpus.checked.corpus import Corpus

REVIEWS = "relectures.csv"
COLUMNS = ("table", "cle", "colonne", "empreinte", "par", "le")
_SIGNS = 16
Cell = tuple[str, str, str]


@dataclass(frozen=True)
class FreeText:
    """One cell of free text.

    Attributes:
        cell: table, key of the row, column.
        text: what it says.
    """

    cell: Cell
    text: str

    @property
    def print(self) -> str:
        """What a review is bound to: it changes with the text."""
        return text_print(self.text)


def text_print(text: str) -> str:
    """Sixteen signs that change whenever the text does, spaces at its ends apart.

    >>> text_print("Un essai. ") == text_print("Un essai."), text_print("Un essai") == text_print("Un essai.")
    (True, False)
    """
    return hashlib.sha256(unicodedata.normalize("NFC", text.strip()).encode()).hexdigest()[:_SIGNS]


def is_free_text(corpus: Corpus, variable: Variable) -> bool:
    """Whether a column holds sentences that may name someone: so do references, where persons are protected."""
    told = variable.table == "sources" and variable.name in ("reference", "url")
    return variable.pii == "texte_libre" or (told and "personnes" in corpus.protection.protected)


def free_texts(corpus: Corpus) -> Iterator[FreeText]:
    """Every cell of free text of a corpus, in the order of its tables (see `is_free_text`)."""
    for table, frame in corpus.tables.items():
        key = corpus.codebook.key_of(table)
        for variable in corpus.codebook.columns(table):
            if is_free_text(corpus, variable) and variable.name in frame:
                filled = frame[frame[variable.name].notna()]
                for code, text in zip(filled[key], filled[variable.name], strict=True):
                    yield FreeText((table, str(code), variable.name), str(text))


def read_reviews(folder: Path) -> dict[Cell, str]:
    """The print of the text that was read, by cell; nothing without ``relectures.csv``.

    Raises:
        EctError: the file cannot be read, lacks a column, or a line does not say who read and when.
    """
    lines, problems = read_side_file(folder / REVIEWS, COLUMNS)
    problems = [problem for problem in problems if problem.niveau == "erreur"]
    found: dict[Cell, str] = {}
    for place, said in lines:
        if said["par"] and isinstance(parse_date(said["le"]), FuzzyDate):
            found[said["table"], said["cle"], said["colonne"]] = said["empreinte"]
        else:
            untold = Told("qui a relu, et quel jour, n’est pas dit")
            problems.append(Problem(place, "par, le", "", untold, "un code, une date"))
    if problems:
        first = problems[0]
        raise EctError(
            "{reviews}, ligne {ligne} : {probleme} ({colonne}).",
            reviews=REVIEWS,
            ligne=first.place.ligne,
            probleme=quoted(first.probleme),
            colonne=first.colonne,
        )
    return found
