"""Files of a corpus folder that nothing reads: said, with the name that would be read; in ``private/``, an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.corpus.cells.parse_cell import suggest
from ect_research.corpus.folder.corpus_files import NAMES_FILE, PRIVATE
from ect_research.corpus.text.problems import Place, Problem
from ect_research.corpus.text.raw_table import WORKBOOKS, fold
from ect_research.words import Told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ect_research.corpus.reading.column_synonyms import Words

NOT_TABLES = ("tables", "variables", "choices", "stages", "analyses", "corrections", "retraits", "derogations",
              "relectures", "retire", "dictionnaire")  # fmt: skip
TABLE_ENDINGS = (".csv", ".tsv", *WORKBOOKS)
WORKBOOK = "corpus"
RAW = "brut"
CONTROLS = "controles"
_TO_READ = ("lisezmoi", "lisez-moi", "readme", "licence", "license")
_OF_THE_SYSTEM = ("thumbs.db", "desktop.ini")


def is_private_table(path: Path, words: Words) -> bool:
    """Whether a file of ``private/`` is one of its tables: named after a table, whatever the case, or ``corpus``."""
    known = words.table(path.stem) is not None or fold(path.stem) == WORKBOOK
    return known and path.suffix.lower() in TABLE_ENDINGS


def find_unread(folder: Path, words: Words) -> Iterator[Problem]:
    """One problem per file or folder of a corpus that nothing reads.

    Args:
        folder: of the corpus.
        words: what a table may be called.
    """
    for path in _listed(folder):
        if path.is_dir():
            if path.name not in (PRIVATE, CONTROLS):
                yield _folder(path)
        elif not _is_read(path):
            yield _file(path, words)
    private = folder / PRIVATE
    for path in _listed(private) if private.is_dir() else ():
        if path.is_dir():
            if path.name != RAW:
                yield Problem(Place(f"{PRIVATE}/{path.name}", ""), "", "", "ce dossier n’est pas lu", f"{PRIVATE}/{RAW}/",
                              "rien à faire si ses fichiers ne sont pas des tables", "alerte")  # fmt: skip
        elif path.name not in (NAMES_FILE, "a_relire.csv") and not is_private_table(path, words):
            yield _private_file(path, words)


def _listed(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if not path.name.startswith(("~$", ".", *_OF_THE_SYSTEM))]


def _is_read(path: Path) -> bool:
    """Whether a file is opened, as a table or for itself; one that is opened and is no table is said when it is."""
    if path.name == "source.toml" or fold(path.stem).startswith(_TO_READ):
        return True
    if fold(path.stem) in NOT_TABLES:
        return path.name == f"{fold(path.stem)}.csv"
    return path.suffix.lower() in TABLE_ENDINGS


def _file(path: Path, words: Words) -> Problem:
    place, table = Place(path.name, ""), words.table(path.stem)
    if fold(path.stem) in (*NOT_TABLES, "source"):
        ending = "toml" if fold(path.stem) == "source" else "csv"
        wanted = f"{fold(path.stem)}.{ending}"
        return Problem(place, "", "", "ce fichier n’est pas lu", wanted, Told("l’enregistrer sous le nom {wanted}",
            wanted=wanted))  # fmt: skip
    wanted = (
        Told("l’exporter en {table}.csv ou {table}.xlsx", table=table)
        if table
        else Told("l’exporter en CSV ou en .xlsx si c’est une table")
    )
    return Problem(place, "", "", "ce fichier n’est pas lu", "un CSV, un .xlsx ou un .ods par table", wanted, "alerte")


def _folder(path: Path) -> Problem:
    place = Place(f"{path.name}/", "")
    if fold(path.name) == PRIVATE:
        return Problem(place, "", "", "ce dossier n’est pas lu, et git ne le tait pas", f"{PRIVATE}/",
                       Told("le renommer « {PRIVATE} », en minuscules", PRIVATE=PRIVATE))  # fmt: skip
    return Problem(place, "", "", "ce dossier n’est pas lu", "les tables dans le dossier du corpus",
                   "rien à faire si ce ne sont pas des tables", "alerte")  # fmt: skip


def _private_file(path: Path, words: Words) -> Problem:
    near = suggest(path.stem, [*words.codebook.table_names, "noms"])
    wanted = NAMES_FILE if fold(path.stem) == "noms" else words.table(path.stem) or near
    named = (
        Told("l’enregistrer sous le nom {wanted}", wanted=wanted)
        if "." in wanted
        else wanted and Told("{wanted} (en CSV ou en .xlsx) ; sinon ", wanted=wanted)
    )
    remedy = (
        named
        if "." in wanted
        else Told("{named}ranger un export brut dans {PRIVATE}/{RAW}/", named=named, PRIVATE=PRIVATE, RAW=RAW)
    )
    return Problem(
        Place(f"{PRIVATE}/{path.name}", ""), "", "",
        "rien ne lit ce fichier : les noms qu’il contient ne seraient pas protégés",
        Told("une table du livre de codes, {WORKBOOK}.xlsx ou {NAMES_FILE}", WORKBOOK=WORKBOOK, NAMES_FILE=NAMES_FILE), remedy,
    )  # fmt: skip
