"""``derogations.csv``: what may leave although the rules would hide it; who decided, why, and until when.

Columns ``resultat;cellule;qui;pourquoi;jusqu_au``. ``resultat`` is the name under which a table or a figure is saved;
``cellule`` is one row of it (the words of its first cells joined with `` | ``) or, when blank, the whole of it. With ``*``
as ``resultat``, ``cellule`` is a text that may be written anywhere, for instance a public address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ect_research.corpus.cells.dates import FuzzyDate, parse_date
from ect_research.corpus.folder.project_paths import WAIVERS
from ect_research.corpus.reading.csv_file import read_side_file
from ect_research.corpus.text.problems import Problem
from ect_research.corpus.text.raw_table import fold
from ect_research.errors import EctError
from ect_research.words import Sentence, Told, joined, tell

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ect_research.corpus.text.problems import Place

COLUMNS = ("resultat", "cellule", "qui", "pourquoi", "jusqu_au")
ANYWHERE = "*"


@dataclass(frozen=True)
class Waiver:
    """One line of ``derogations.csv``.

    Attributes:
        result: name of a saved table or figure, or ``*``.
        cell: one row of it, or the text allowed; ``""`` for the whole result.
        who: who decided.
        why: for what reason.
        until: last day on which it holds.
        line: its line in the file.
    """

    result: str
    cell: str
    who: str
    why: str
    until: date
    line: int

    def covers(self, result: str, cell: str = "") -> bool:
        """Whether it lets a row of a result be shown (or, without a row, the whole of it).

        >>> waiver = Waiver("ages", "Moins de 30 ans", "CS", "accord écrit", date(2030, 1, 1), 2)
        >>> waiver.covers("ages", "moins de 30 ans"), waiver.covers("ages"), waiver.covers("autre", "Moins de 30 ans")
        (True, False, False)
        """
        return self.result == result and (not self.cell or (bool(cell) and fold(self.cell) == fold(cell)))

    def sentence(self) -> Sentence:
        """What a reader of the table is told.

        >>> Waiver("ages", "", "CS", "accord écrit", date(2030, 1, 1), 2).sentence().sentence()
        'Dérogation de CS (accord écrit), valable jusqu’au 01/01/2030'
        """
        said = {"who": self.who, "why": self.why, "until": f"{self.until:%d/%m/%Y}"}
        if not self.cell:
            return tell("Dérogation de {who} ({why}), valable jusqu’au {until}", **said)
        return tell("Dérogation pour « {cell} » de {who} ({why}), valable jusqu’au {until}", cell=self.cell, **said)


def read_waivers(folder: Path) -> tuple[list[Waiver], list[Problem]]:
    """The waivers of a corpus folder, and what is wrong with the file; nothing without it."""
    lines, problems = read_side_file(folder / WAIVERS, COLUMNS)
    read = [_waiver(place, said) for place, said in lines]
    found = [one for one in read if isinstance(one, Waiver)]
    return found, [*problems, *(one for one in read if isinstance(one, Problem))]


def _waiver(place: Place, said: dict[str, str]) -> Waiver | Problem:
    for column in ("resultat", "qui", "pourquoi"):
        if not said[column]:
            return Problem(
                place, column, "", "une dérogation dit de quoi, de qui, pourquoi et jusqu’à quand", "un texte"
            )
    if said["resultat"] == ANYWHERE and not said["cellule"]:
        return Problem(place, "cellule", "", "« * » demande le texte permis", "un texte, pas tous")
    until = parse_date(said["jusqu_au"])
    if not isinstance(until, FuzzyDate) or until.high is None:
        return Problem(place, "jusqu_au", said["jusqu_au"], "date de fin absente ou illisible", "31/12/2026")
    return Waiver(said["resultat"], said["cellule"], said["qui"], said["pourquoi"], until.high, place.ligne)


def refuse_expired(waivers: Iterable[Waiver], today: date) -> None:
    """Say which waivers no longer hold.

    Raises:
        EctError: one of them is over; all are named.
    """
    over = [one for one in waivers if one.until < today]
    if over:
        lines = joined(
            " ; ",
            (
                Told(
                    "ligne {line}, « {result} », finie le {until:%d/%m/%Y}",
                    line=one.line,
                    result=one.result,
                    until=one.until,
                )
                for one in over
            ),
        )
        raise EctError(
            "Dérogation expirée dans {waivers} : {lines}. La renouveler (qui, pourquoi, jusqu’à quand) ou retirer la "
            "ligne.",
            waivers=WAIVERS,
            lines=lines,
        )
