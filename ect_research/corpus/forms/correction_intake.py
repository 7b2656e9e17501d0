"""Corrections that people send back: checked as a whole against the corpus, then added to its ``corrections.csv``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ect_research.codebook.codebook import Codebook
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.checked.load_corpus import check_corpus, read_text
from ect_research.corpus.checked.side_files import CORRECTION_COLUMNS
from ect_research.corpus.checks.check_table import Row
from ect_research.corpus.folder.project_paths import corpus_folder
from ect_research.corpus.reading.csv_file import read_csv
from ect_research.corpus.reading.header_rows import Words
from ect_research.corpus.reading.workbook_file import read_workbook
from ect_research.corpus.text.raw_table import WORKBOOKS, Place, Problem, csv_text, fold, problems_frame
from ect_research.errors import CorpusError, EctError
from ect_research.words import Told, tell_n

FILE = "corrections.csv"
_SAID = {
    "table": "table",
    "feuille": "table",
    "cle": "cle",
    "identifiant": "cle",
    "code": "cle",
    "colonne": "colonne",
    "ancienne": "ancienne",
    "ancienne valeur": "ancienne",
    "nouvelle": "nouvelle",
    "nouvelle valeur": "nouvelle",
    "qui": "qui",
    "pourquoi": "pourquoi",
}
# Filled beforehand by `ect fiches --formulaire`: a line whose other cells are blank corrects nothing.
_BY_HAND = ("nouvelle", "qui", "pourquoi")
Line = tuple[Place, dict[str, str]]


@dataclass(frozen=True)
class Taken:
    """What was taken from a file of corrections."""

    path: Path  # the ``corrections.csv`` they were added to
    added: int  # number of corrections added
    known: int  # number of lines that were there already
    blank: int  # number of lines that correct nothing


def take_corrections(corpus: Path | str, file: Path | str, *, coders: frozenset[str] | None = None) -> Taken:
    """Add the corrections of a file to those of a corpus: all of them, or none.

    A CSV or a workbook whose header holds ``table, cle, colonne, ancienne, nouvelle, qui, pourquoi`` (``identifiant``
    stands for ``cle``); names may be codes or labels of the codebook. A line without ``nouvelle``, ``qui`` and
    ``pourquoi`` corrects nothing; ``nouvelle`` alone blank empties the cell. With ``coders``, ``qui`` must be one of
    them, several (``A1+A2``), or another code with a digit.
    """
    folder, file = corpus_folder(corpus), Path(file)
    if not file.is_file():
        raise EctError("Le fichier de corrections « {file} » n’existe pas.", file=file)
    codebook = load_codebook(folder)
    lines, problems = _read(file)
    filled = [line for line in lines if any(line[1][name] for name in _BY_HAND)]
    rows = read_text(folder, codebook)
    before = _present(folder / FILE)
    known_before = [tuple(line[name] for name in CORRECTION_COLUMNS[:5]) for line in before]
    kept: list[Line] = []
    known = 0
    for place, line in filled:
        said = _resolved(line, rows, codebook)
        if tuple(said[name] for name in CORRECTION_COLUMNS[:5]) in known_before:
            known += 1
            continue
        found = _line_problems(place, said, rows, codebook, kept)
        # A code that was settled may be the one already there.
        problems += [
            problem
            for problem in found
            if coders is None or said["nouvelle"] != said["ancienne"] or problem.colonne != "nouvelle"
        ]
        problems += _unsigned(place, said["qui"], coders)
        kept.append((place, said))
    if not problems:
        problems = _write_if_sound(folder, before, kept)
    if problems:
        errors = len(problems)
        raise CorpusError(
            tell_n(
                "« {file} » : {n} problème à régler ; aucune correction n’a été prise.",
                "« {file} » : {n} problèmes à régler ; aucune correction n’a été prise.",
                errors,
                file=file.name,
            ),
            problems_frame(problems),
        )
    return Taken(folder / FILE, len(kept), known, len(lines) - len(filled))


def _read(file: Path) -> tuple[list[Line], list[Problem]]:
    known = {fold(word): name for word, name in _SAID.items()}
    reader = read_workbook if file.suffix.lower() in WORKBOOKS else read_csv
    reading = reader(file, lambda _: known)
    problems = [problem for problem in reading.problems if problem.niveau == "erreur"]
    lines: list[Line] = []
    sheets = [(raw, [known.get(fold(cell)) for cell in raw.header]) for raw in reading.tables]
    ours = [(raw, names) for raw, names in sheets if "table" in names and "colonne" in names]
    if not ours and not problems:
        problems.append(
            Problem(Place(file.name, ""), "", "", "aucune feuille de corrections", ", ".join(CORRECTION_COLUMNS))
        )
    for raw, names in ours:
        missing = [name for name in CORRECTION_COLUMNS if name not in names]
        if missing:
            problems.append(
                Problem(raw.place, ", ".join(missing), "", "colonne absente", ", ".join(CORRECTION_COLUMNS))
            )
            continue
        for number, cells in raw.rows:
            line = {name: cell for name, cell in zip(names, cells, strict=True) if name}
            lines.append((replace(raw.place, ligne=number), line))
    return lines, problems


def _resolved(line: dict[str, str], rows: dict[str, list[Row]], codebook: Codebook) -> dict[str, str]:
    """The line with the names of the codebook in place of labels, and the old value as the corpus writes it."""
    words = Words(codebook)
    table = words.table(line["table"]) or line["table"]
    column = words.header_of(table).get(fold(line["colonne"]), line["colonne"])
    said = {**line, "table": table, "colonne": column}
    found = _cell(said, rows, codebook)
    if found is not None and _reads_as(found, line["ancienne"], table, column, codebook):
        said["ancienne"] = found
    return {name: said[name] for name in CORRECTION_COLUMNS}


def _reads_as(present: str, typed: str, table: str, column: str, codebook: Codebook) -> bool:
    """Whether a person who types ``typed`` names the present value: the same signs, or the label of the same code."""
    variable = codebook.variables.get((table, column))
    if fold(present) == fold(typed) or variable is None or not variable.list_name:
        return fold(present) == fold(typed)
    labels = codebook.labels(variable.list_name)
    return fold(", ".join(labels.get(code, code) for code in present.split())) == fold(typed)


def _cell(line: dict[str, str], rows: dict[str, list[Row]], codebook: Codebook) -> str | None:
    """What the cell of a correction holds now; None when there is not exactly one."""
    table = line["table"]
    if (table, line["colonne"]) not in codebook.variables or table not in rows:
        return None
    key, column = codebook.key_of(table), line["colonne"]
    found = [row for row in rows[table] if row.text.get(key) == line["cle"]]
    if codebook.variables[table, column].pii == "direct" and not any(column in row.text for row in found):
        return None  # what identifies a person is corrected in the private table, never in a file that travels
    return found[0].text.get(line["colonne"], "") if len(found) == 1 else None


def _line_problems(
    place: Place, line: dict[str, str], rows: dict[str, list[Row]], codebook: Codebook, kept: list[Line]
) -> Iterator[Problem]:
    for name in ("table", "cle", "colonne", "qui", "pourquoi"):
        if not line[name]:
            yield Problem(
                place, name, "", "cellule vide : une correction dit toujours où, qui et pourquoi", "une valeur"
            )
    present = _cell(line, rows, codebook)
    if present is None:
        where = Told("{table}.{colonne}, « {cle} »", table=line["table"], colonne=line["colonne"], cle=line["cle"])
        yield Problem(place, "cle", where, "cet endroit n’existe pas dans le corpus", "une table, un code et une colonne",
                      "les reprendre de la fiche ou de « ect fiches --formulaire »")  # fmt: skip
        return
    cell = tuple(line[name] for name in CORRECTION_COLUMNS[:3])
    other = next((at.ligne for at, one in kept if tuple(one[name] for name in CORRECTION_COLUMNS[:3]) == cell), None)
    if other is not None:
        yield Problem(place, "cle", line["cle"], Told("la ligne {other} corrige déjà cette cellule", other=other),
        "une seule correction",
                      "se mettre d’accord, puis en garder une")  # fmt: skip
    elif line["ancienne"] != present:
        yield Problem(place, "ancienne", line["ancienne"], Told("la cellule vaut maintenant « {present} »", present=present),
                      "la valeur que le corpus porte aujourd’hui", "relire la fiche d’aujourd’hui")  # fmt: skip
    elif line["nouvelle"] == present:
        yield Problem(place, "nouvelle", line["nouvelle"], "la nouvelle valeur est l’ancienne", "une autre valeur")


_CODE = re.compile(r"[A-Za-z_-]*\d[A-Za-z0-9_-]*")


def _unsigned(place: Place, who: str, coders: frozenset[str] | None) -> Iterator[Problem]:
    """A code stands for whoever settles: the file travels with the corpus."""
    if coders is not None and not all(one in coders or _CODE.fullmatch(one) for one in who.split("+")):
        yield Problem(place, "qui", who, "le code d’un codeur est attendu, jamais un nom de personne", "A1, A1+A2 ou ARB1",
                      Told("reprendre un code de la table codages ({names})", names=', '.join(sorted(coders))))  # fmt: skip


def _present(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    tables = read_csv(path).tables
    return [dict(zip(raw.header, cells, strict=True)) for raw in tables for _, cells in raw.rows]


def _write_if_sound(folder: Path, before: list[dict[str, str]], kept: list[Line]) -> list[Problem]:
    """Write old and new corrections beside the corpus, check it with them, then put them in place at once."""
    if not kept:
        return []
    columns = list(dict.fromkeys([*CORRECTION_COLUMNS, *(name for line in before for name in line)]))
    # On the same disk as the corpus, so that putting it in place is a renaming.
    with TemporaryDirectory(dir=folder, prefix=".corrections-") as aside:
        whole = Path(aside) / FILE
        whole.write_bytes(csv_text([*before, *(line for _, line in kept)], columns).encode("utf-8-sig"))
        old = set(check_corpus(folder).itertuples(index=False, name=None))
        now = check_corpus(folder, corrections=whole)
        new = [row for row in now.itertuples(index=False, name=None) if row not in old]
        told = [dict(zip(now.columns, row, strict=True)) for row in new]
        broken = [_blamed(row, kept) for row in told if row["niveau"] == "erreur"]
        if not broken:
            whole.replace(folder / FILE)
        return broken


def _blamed(row: dict[str, Any], kept: list[Line]) -> Problem:
    """A problem of the corrected corpus, told at the line that brings it."""
    for place, line in kept:
        if line["colonne"] in row["colonne"].split(", ") and line["nouvelle"] == row["valeur"]:
            return Problem(place, "nouvelle", row["valeur"], row["probleme"], row["attendu"], row["suggestion"])
    at = Place(row["fichier"], row["feuille"], int(row["ligne"]))
    return Problem(at, row["colonne"], row["valeur"], row["probleme"], row["attendu"], row["suggestion"])
