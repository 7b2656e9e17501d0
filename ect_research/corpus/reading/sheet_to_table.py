"""Which file or sheet holds which table; those that nothing reads are said, with the name that would be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.codebook.load_codebook import SHEETS
from ect_research.corpus.folder.project_paths import NAMES_FILE, PRIVATE
from ect_research.corpus.reading.csv_file import read_csv
from ect_research.corpus.reading.header_rows import Words
from ect_research.corpus.reading.workbook_file import read_workbook
from ect_research.corpus.text.parse_cell import suggest
from ect_research.corpus.text.raw_table import WORKBOOKS, Place, Problem, fold
from ect_research.words import Told

if TYPE_CHECKING:
    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.text.raw_table import RawTable, Reading

_NOT_SHEETS = {"lisez-moi", "lisezmoi", "codes", "dictionnaire", "problemes", "read me", "readme",
               *(name for names in SHEETS.values() for name in names)}  # fmt: skip
NOT_TABLES = ("tables", "variables", "choices", "stages", "analyses", "corrections", "retraits", "derogations",
              "relectures", "retire", "dictionnaire")  # fmt: skip
TABLE_ENDINGS = (".csv", ".tsv", *WORKBOOKS)
WORKBOOK = "corpus"
RAW = "brut"
CONTROLS = "controles"
_TO_READ = ("lisezmoi", "lisez-moi", "readme", "licence", "license")
_COPY = re.compile(r"\(\d+\)|\bcop(ie|y)\b|conflit|conflict")
_LOCK = re.compile(r"~\$(.+)|\.~lock\.(.+)#")
_OF_THE_SYSTEM = ("thumbs.db", "desktop.ini")
_UNSEEN = re.compile(
    r"\.(?![~_.])(.+(?:" + "|".join(map(re.escape, TABLE_ENDINGS)) + rf")|{NAMES_FILE})(\.icloud)?", re.IGNORECASE
)


@dataclass
class Folder:
    """What a corpus folder holds, as text."""

    tables: dict[str, RawTable] = field(default_factory=dict)  # ``{table: raw table}`` in the order of the codebook
    broken: set[str] = field(default_factory=set)  # tables whose sheet or file is there but could not be read
    problems: list[Problem] = field(default_factory=list)  # what was met on the way


def read_folder(folder: Path, codebook: Codebook, *, private: bool = False) -> Folder:
    """Every table of a folder as text, from workbooks, or from one CSV per table.

    A table found twice, a hidden sheet, a sheet or file that is no table is a problem, never passed over. In a ``private``
    folder, only files named after a table are opened.
    """
    words = Words(codebook)
    read = Folder()
    for reading in read_files(folder, words, private=private):
        _sort(reading, read, words)
    read.tables = {table: read.tables[table] for table in codebook.table_names if table in read.tables}
    return read


def read_files(folder: Path, words: Words, *, private: bool = False) -> Iterator[Reading]:
    """Each workbook and CSV table of a folder as text, in the order of their names."""
    for path in sorted(folder.iterdir()):
        suffix = path.suffix.lower()
        if path.name.startswith(("~$", ".")) or suffix not in TABLE_ENDINGS or not path.is_file():
            continue
        if fold(path.stem) in NOT_TABLES or (private and not is_private_table(path, words)):
            continue
        yield (read_workbook if suffix in WORKBOOKS else read_csv)(path, words.header_of)


def _sort(reading: Reading, read: Folder, words: Words) -> None:
    strangers = {raw.place.feuille for raw in reading.tables if words.table(raw.place.feuille) is None}
    read.problems += [problem for problem in reading.problems if problem.place.feuille not in strangers]
    read.broken |= {table for sheet in reading.broken if (table := words.table(sheet))}
    if "" in reading.broken:
        read.broken |= set(words.codebook.table_names)
    for place in reading.hidden:
        table = words.table(place.feuille)
        read.problems.append(_hidden(place, table))
        if table:
            read.broken.add(table)
    for raw in reading.tables:
        table = words.table(raw.place.feuille)
        if table is None:
            read.problems += _no_table(raw, words)
        elif table in read.tables:
            other = read.tables[table].place
            read.problems.append(
                Problem(raw.place, "", "", Told("table « {table} » en double", table=table), "une seule fois",
                        Told("garder {told} ou {told2}", told=_said(other), told2=_said(raw.place)))
            )  # fmt: skip
        else:
            read.tables[table] = raw


def _said(place: Place) -> str:
    if place.fichier.lower().endswith(".csv"):
        return place.fichier
    return Told("{fichier}, feuille « {feuille} »", fichier=place.fichier, feuille=place.feuille)


def _hidden(place: Place, table: str | None) -> Problem:
    seen = Told("une feuille visible")
    if table:
        told = Told("la table « {table} » est dans une feuille masquée", table=table)
        return Problem(place, "", "", told, seen, "l’afficher")
    return Problem(place, "", "", "feuille masquée, non lue", seen, "l’afficher ou la retirer", "alerte")


def _no_table(raw: RawTable, words: Words) -> list[Problem]:
    if fold(raw.place.feuille) in _NOT_SHEETS:
        return []
    names = words.codebook.table_names
    remedy, likely = suggest(raw.place.feuille, names), words.likely(raw)
    if likely and not remedy:
        remedy = Told("ses colonnes sont celles de « {likely} » : renommer la feuille", likely=likely)
    if remedy and _COPY.search(fold(raw.place.feuille)):
        remedy = Told("si c’est une copie, la sortir du dossier ; sinon ") + remedy
    return [
        Problem(
            Place(raw.place.fichier, raw.place.feuille), "", raw.place.feuille, "ce n’est pas une table : elle n’est pas lue",
            Told("une des feuilles : {names}", names=names),
            remedy or "rien à faire si elle n’est que pour vous ; sinon la renommer",
            "erreur" if remedy else "alerte",
        )
    ]  # fmt: skip


def is_private_table(path: Path, words: Words) -> bool:
    """Whether a file of ``private/`` is one of its tables: named after a table, whatever the case, or ``corpus``."""
    known = words.table(path.stem) is not None or fold(path.stem) == WORKBOOK
    return known and path.suffix.lower() in TABLE_ENDINGS


def find_open(folder: Path) -> Iterator[Problem]:
    """One problem per file that a spreadsheet has open, told by its lock: what is not saved there is not read."""
    for path in sorted(folder.iterdir()):
        lock = _LOCK.fullmatch(path.name)
        if lock and (folder / (name := lock[1] or lock[2])).is_file():
            yield Problem(
                Place(name, ""), "", "", "ce fichier est ouvert dans un tableur : ce qui n’y est pas enregistré manque ici",
                "un fichier enregistré", "l’enregistrer, le fermer, puis vérifier à nouveau", "alerte",
            )  # fmt: skip


def _hidden_tables(folder: Path) -> Iterator[Problem]:
    """One problem per table that a dot hides: a cloud puts one before the name of what it has not brought here."""
    for path in sorted(folder.iterdir()):
        if found := _UNSEEN.fullmatch(path.name):
            said = Told("ce fichier caché n’est pas lu")
            remedy = Told("le renommer {name}, ou le retirer", name=found[1])
            if found[2]:
                said, remedy = Told("ce fichier est resté dans le nuage : il n’est pas lu"), Told("le télécharger ici")
            yield Problem(Place(path.name, ""), "", "", said, found[1], remedy)


def find_unread(folder: Path, words: Words) -> Iterator[Problem]:
    """One problem per file or folder of a corpus that nothing reads."""
    yield from _hidden_tables(folder)
    for path in _listed(folder):
        if path.is_dir():
            if path.name not in (PRIVATE, CONTROLS):
                yield _folder(path)
        elif not _is_read(path):
            yield _file(path, words)
    private = folder / PRIVATE
    yield from _hidden_tables(private) if private.is_dir() else ()
    for path in _listed(private) if private.is_dir() else ():
        if path.is_dir() and path.name != NAMES_FILE:
            if path.name != RAW:
                yield Problem(Place(f"{PRIVATE}/{path.name}", ""), "", "", "ce dossier n’est pas lu", f"{PRIVATE}/{RAW}/",
                              "rien à faire si ses fichiers ne sont pas des tables", "alerte")  # fmt: skip
        elif not path.is_file() or (
            path.name not in (NAMES_FILE, "a_relire.csv") and not is_private_table(path, words)
        ):
            yield _private_file(path, words)


def _listed(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if not path.name.startswith(("~$", ".", *_OF_THE_SYSTEM))]


def _is_read(path: Path) -> bool:
    """Whether a file is opened, as a table or for itself; one that is opened and is no table is said when it is."""
    if not path.is_file():  # a link to nothing, a pipe
        return False
    if path.name == "source.toml" or fold(path.stem).startswith(_TO_READ):
        return True
    if fold(path.stem) in NOT_TABLES:
        return path.name == f"{fold(path.stem)}.csv"
    return path.suffix.lower() in TABLE_ENDINGS


def _file(path: Path, words: Words) -> Problem:
    place, table = Place(path.name, ""), words.table(path.stem)
    said = Told("ce fichier n’est pas lu")
    if fold(path.stem) in (*NOT_TABLES, "source"):
        wanted = f"{fold(path.stem)}.{'toml' if fold(path.stem) == 'source' else 'csv'}"
        return Problem(place, "", "", said, wanted, Told("l’enregistrer sous le nom {wanted}", wanted=wanted))
    remedy = Told("l’exporter en CSV ou en .xlsx si c’est une table")
    if table:
        remedy = Told("l’exporter en {table}.csv ou {table}.xlsx", table=table)
    return Problem(place, "", "", said, "un CSV, un .xlsx ou un .ods par table", remedy, "alerte")


def _folder(path: Path) -> Problem:
    place = Place(f"{path.name}/", "")
    if fold(path.name) == PRIVATE:
        return Problem(place, "", "", "ce dossier n’est pas lu, et git ne le tait pas", f"{PRIVATE}/",
                       Told("le renommer « {PRIVATE} », en minuscules", PRIVATE=PRIVATE))  # fmt: skip
    return Problem(place, "", "", "ce dossier n’est pas lu", "les tables dans le dossier du corpus",
                   "rien à faire si ce ne sont pas des tables", "alerte")  # fmt: skip


def _private_file(path: Path, words: Words) -> Problem:
    near = suggest(path.stem, [*words.codebook.table_names, "noms"])
    names = fold(path.stem) == "noms" or (fold(path.stem).startswith("noms") and path.suffix.lower() == ".txt")
    wanted = NAMES_FILE if names else words.table(path.stem) or near
    if "." in wanted:
        remedy = Told("l’enregistrer sous le nom {wanted}", wanted=wanted)
    else:
        named = wanted and Told("{wanted} (en CSV ou en .xlsx) ; sinon ", wanted=wanted)
        remedy = Told("{named}ranger un export brut dans {PRIVATE}/{RAW}/", named=named, PRIVATE=PRIVATE, RAW=RAW)
    return Problem(
        Place(f"{PRIVATE}/{path.name}", ""), "", "",
        "rien ne lit ce fichier : les noms qu’il contient ne seraient pas protégés",
        Told("une table du livre de codes, {WORKBOOK}.xlsx ou {NAMES_FILE}", WORKBOOK=WORKBOOK, NAMES_FILE=NAMES_FILE), remedy,
    )  # fmt: skip
