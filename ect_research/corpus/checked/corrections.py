"""Declared corrections: raw files are never edited; a correction is a line with a reason and a guard that expires it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.corpus.reading.csv_file import read_side_file
from ect_research.corpus.text.problems import Problem
from ect_research.words import Told

if TYPE_CHECKING:
    from pathlib import Path

    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.checks.check_table import Row
    from ect_research.corpus.text.problems import Place

COLUMNS = ("table", "cle", "colonne", "ancienne", "nouvelle", "qui", "pourquoi")
LogLine = dict[str, str]


def apply_corrections(
    path: Path, rows: dict[str, list[Row]], codebook: Codebook
) -> tuple[list[LogLine], list[Problem]]:
    """Apply the lines of ``corrections.csv`` to the text rows, in place of the cells they name.

    Args:
        path: the file; nothing happens when it does not exist.
        rows: text rows by table; the cells corrected are replaced.
        codebook: for the tables, columns and keys.

    Returns:
        the log of what was applied, and the corrections that could not be: unknown place, or a cell that no longer
        holds the value that the correction expects.
    """
    lines, problems = read_side_file(path, COLUMNS)
    log: list[LogLine] = []
    for place, line in lines:
        if problem := _apply(line, place, rows, codebook):
            problems.append(problem)
        else:
            log.append({"nature": "correction", **{name: line[name] for name in COLUMNS}})
    return log, problems


def _apply(line: LogLine, place: Place, rows: dict[str, list[Row]], codebook: Codebook) -> Problem | None:
    blank = [name for name in ("table", "cle", "colonne", "qui", "pourquoi") if not line[name]]
    if blank:
        return Problem(place, ", ".join(blank), "", "une correction dit toujours qui et pourquoi", "une valeur")
    table, column = line["table"], line["colonne"]
    if (table, column) not in codebook.variables or table not in rows:
        said = f"{table}.{column}"
        return Problem(place, "colonne", said, "colonne ou table absente du corpus", "une colonne du corpus")
    key = codebook.key_of(table)
    found = [row for row in rows[table] if row.text.get(key) == line["cle"]]
    if len(found) != 1:
        return Problem(place, "cle", line["cle"], Told("{n} ligne(s) de « {table} » portent ce code", n=len(found),
            table=table), "une seule")  # fmt: skip
    current = found[0].text.get(column, "")
    if current != line["ancienne"]:
        return Problem(
            place, "ancienne", line["ancienne"], Told("la cellule vaut maintenant « {current} »", current=current),
            "la valeur que la correction remplace", "supprimer la correction si la source a été corrigée",
        )  # fmt: skip
    found[0].text[column] = line["nouvelle"]
    return None
