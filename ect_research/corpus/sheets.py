"""Which file or sheet holds which table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.corpus.cells import suggest
from ect_research.corpus.problems import Place, Problem
from ect_research.corpus.read import WORKBOOKS, RawTable, fold, read_csv, read_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from ect_research.codebook.model import Codebook

_NOT_TABLES = {"tables", "variables", "choices", "stages", "analyses", "corrections"}
_NOT_SHEETS = {"lisez-moi", "lisezmoi", "codes", "listes", "dictionnaire"}


def read_folder(folder: Path, codebook: Codebook) -> tuple[dict[str, RawTable], list[Problem]]:
    """Every table of a folder as text, from one workbook or from one CSV per table.

    Returns:
        ``{table: raw table}`` in the order of the codebook, and the problems: a table found twice, a sheet or file
        that is no table.
    """
    problems: list[Problem] = []
    found: dict[str, RawTable] = {}
    for path in sorted(folder.iterdir()):
        suffix = path.suffix.lower()
        if path.name.startswith(("~$", ".")) or suffix not in (".csv", ".tsv", *WORKBOOKS):
            continue
        if suffix in (".csv", ".tsv") and path.stem in _NOT_TABLES:
            continue
        reading = read_workbook(path) if suffix in WORKBOOKS else read_csv(path)
        problems += reading.problems
        for raw in reading.tables:
            table = _table_of(raw.place.feuille, codebook)
            if table is None:
                problems += _no_table(raw, codebook)
            elif table in found:
                other = found[table].place
                problems.append(
                    Problem(raw.place, "", "", f"table « {table} » en double", "une seule fois",
                            f"garder {other.fichier} ou {raw.place.fichier}")
                )  # fmt: skip
            else:
                found[table] = raw
    return {table: found[table] for table in codebook.table_names if table in found}, problems


def _table_of(sheet: str, codebook: Codebook) -> str | None:
    known = {fold(name): name for name in codebook.table_names}
    for name in codebook.table_names:
        known.setdefault(fold(codebook.table_label(name)), name)
    return known.get(fold(sheet))


def _no_table(raw: RawTable, codebook: Codebook) -> list[Problem]:
    if fold(raw.place.feuille) in _NOT_SHEETS:
        return []
    near = suggest(raw.place.feuille, codebook.table_names)
    return [
        Problem(
            Place(raw.place.fichier, raw.place.feuille), "", raw.place.feuille, "ce n’est pas une table du livre de codes",
            "une des tables : " + ", ".join(codebook.table_names), near or "la renommer, ou la retirer du dossier",
            "erreur" if near else "alerte",
        )
    ]  # fmt: skip
