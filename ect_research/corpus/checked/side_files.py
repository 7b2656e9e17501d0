"""What people declare beside a corpus, a line at a time, and who answers for it.

``corrections.csv``: raw files are never edited; a correction is a line with a reason and a guard that expires it.
``derogations.csv`` (``resultat;cellule;qui;pourquoi;jusqu_au``): what may leave although the rules would hide it.
``resultat`` is the name under which a table or a figure is saved; ``cellule`` is one row of it (the words of its first cells
joined with `` | ``) or, when blank, the whole of it. With ``*`` as ``resultat``, ``cellule`` is a text that may be written
anywhere, for instance a public address.
``relectures.csv`` (``table;cle;colonne;empreinte;par;le``): the free texts that a person read, cell by cell, and found fit to
leave; the print is that of the very text that was read.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ect_research.codebook.codebook import Codebook, Variable
from ect_research.corpus.checked.corpus import Corpus
from ect_research.corpus.checks.check_table import Row
from ect_research.corpus.folder.project_paths import WAIVERS
from ect_research.corpus.reading.csv_file import read_side_file
from ect_research.corpus.reading.header_rows import Words
from ect_research.corpus.text.dates import FuzzyDate, parse_date
from ect_research.corpus.text.parse_cell import suggest
from ect_research.corpus.text.raw_table import Place, Problem, fold
from ect_research.errors import EctError
from ect_research.words import Sentence, Told, joined, quoted, tell

CORRECTION_COLUMNS = ("table", "cle", "colonne", "ancienne", "nouvelle", "qui", "pourquoi")
LogLine = dict[str, str]


def apply_corrections(
    path: Path, rows: dict[str, list[Row]], codebook: Codebook
) -> tuple[list[LogLine], list[Problem]]:
    """Apply the lines of ``corrections.csv`` to the text rows, in place of the cells they name.

    The log of what was applied, and the corrections that could not be: unknown place, or a cell that no longer holds the
    value that the correction expects.
    """
    lines, problems = read_side_file(path, CORRECTION_COLUMNS)
    log: list[LogLine] = []
    for place, line in lines:
        if problem := _apply(line, place, rows, codebook):
            problems.append(problem)
        else:
            log.append({"nature": "correction", **{name: line[name] for name in CORRECTION_COLUMNS}})
    return log, problems


def _apply(line: LogLine, place: Place, rows: dict[str, list[Row]], codebook: Codebook) -> Problem | None:
    blank = [name for name in ("table", "cle", "colonne", "qui", "pourquoi") if not line[name]]
    if blank:
        return Problem(place, ", ".join(blank), "", "une correction dit toujours qui et pourquoi", "une valeur")
    table, column = line["table"], line["colonne"]
    if (table, column) not in codebook.variables or table not in rows:
        said, words = f"{table}.{column}", Words(codebook)
        table = words.table(table) or table
        meant = words.header_of(table).get(fold(column), "")
        remedy = Told("vouliez-vous dire {table} et {column} ?", table=table, column=meant) if meant else ""
        return Problem(place, "colonne", said, "colonne ou table absente du corpus", "une colonne du corpus", remedy)
    key = codebook.key_of(table)
    found = [row for row in rows[table] if row.text.get(key) == line["cle"]]
    if len(found) != 1:
        return Problem(place, "cle", line["cle"], Told("{n} ligne(s) de « {table} » portent ce code", n=len(found),
            table=table), "une seule", suggest(line["cle"], [row.text.get(key, "") for row in rows[table]]))  # fmt: skip
    current = found[0].text.get(column, "")
    if current != line["ancienne"]:
        return Problem(
            place, "ancienne", line["ancienne"], Told("la cellule vaut maintenant « {current} »", current=current),
            "la valeur que la correction remplace", "supprimer la correction si la source a été corrigée",
        )  # fmt: skip
    found[0].text[column] = line["nouvelle"]
    return None


_WAIVER_COLUMNS = ("resultat", "cellule", "qui", "pourquoi", "jusqu_au")
ANYWHERE = "*"


@dataclass(frozen=True)
class Waiver:
    """One line of ``derogations.csv``."""

    result: str  # name of a saved table or figure, or ``*``
    cell: str  # one row of it, or the text allowed; ``""`` for the whole result
    who: str  # who decided
    why: str  # for what reason
    until: date  # last day on which it holds
    line: int  # its line in the file

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
    lines, problems = read_side_file(folder / WAIVERS, _WAIVER_COLUMNS)
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
    """Refuse waivers that no longer hold; all are named."""
    over = [
        Told("ligne {line}, « {result} », finie le {until:%d/%m/%Y}", line=one.line, result=one.result, until=one.until)
        for one in waivers
        if one.until < today
    ]
    if over:
        raise EctError(
            "Dérogation expirée dans {waivers} : {lines}. La renouveler (qui, pourquoi, jusqu’à quand) ou retirer la "
            "ligne.",
            waivers=WAIVERS,
            lines=joined(" ; ", over),
        )


def check_side_files(folder: Path, today: date) -> list[Problem]:
    """What is wrong with the waivers and the reviews of a corpus folder, a waiver that is over included."""
    waivers, problems = read_waivers(folder)
    name = Path(WAIVERS)
    over = [
        Problem(
            Place(name.name, name.stem, one.line), "jusqu_au", f"{one.until:%d/%m/%Y}",
            "dérogation expirée : plus rien ne se lance", "une date à venir",
            "la renouveler (qui, pourquoi, jusqu’à quand), ou retirer la ligne",
        )
        for one in waivers
        if one.until < today
    ]  # fmt: skip
    return [*problems, *over, *_reviews(folder)[1]]


REVIEWS = "relectures.csv"
REVIEW_COLUMNS = ("table", "cle", "colonne", "empreinte", "par", "le")
_SIGNS = 16
Cell = tuple[str, str, str]


@dataclass(frozen=True)
class FreeText:
    """One cell of free text."""

    cell: Cell  # table, key of the row, column
    text: str  # what it says

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
        EctError: some of its lines cannot be read; all are named.
    """
    found, problems = _reviews(folder)
    wrong = [
        Told("ligne {line}, {probleme} ({colonne})", line=one.place.ligne, probleme=quoted(one.probleme), colonne=one.colonne)
        for one in problems
        if one.niveau == "erreur"
    ]  # fmt: skip
    if wrong:
        raise EctError("{reviews} : {lines}.", reviews=REVIEWS, lines=joined(" ; ", wrong))
    return found


def _reviews(folder: Path) -> tuple[dict[Cell, str], list[Problem]]:
    lines, problems = read_side_file(folder / REVIEWS, REVIEW_COLUMNS)
    found: dict[Cell, str] = {}
    for place, said in lines:
        if said["par"] and isinstance(parse_date(said["le"]), FuzzyDate):
            found[said["table"], said["cle"], said["colonne"]] = said["empreinte"]
        else:
            untold = Told("qui a relu, et quel jour, n’est pas dit")
            problems.append(Problem(place, "par, le", "", untold, "un code, une date"))
    return found, problems
