"""The problems of a corpus as workbooks: a report by sheet, and a copy whose faulty cells are coloured and commented."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ect_research.codebook.codebook import Codebook
from ect_research.codebook.load_codebook import LISTS, SHEETS
from ect_research.corpus.forms.entry_cover import own_sheet_name, write_codes, write_lists
from ect_research.corpus.forms.entry_sheet import SPARE_ROWS, add_check, add_marks
from ect_research.corpus.forms.entry_workbook import new_workbook
from ect_research.corpus.reading.header_rows import Words, letters
from ect_research.corpus.reading.sheet_to_table import read_files
from ect_research.corpus.text.raw_table import OUR_NOTES, RawTable, fold
from ect_research.errors import EctError, typeset

_MARK = "Vérification d’un corpus ECT"
_LOOK = {"font_name": "Arial", "font_size": 10, "valign": "top", "text_wrap": True}
_LEVELS = {"erreur": "#f6b8b8", "alerte": "#fde3c8"}
_HEADS = {"ligne": ("Ligne", 8), "colonne": ("Colonne", 24), "valeur": ("Valeur", 34), "probleme": ("Problème", 44),
          "attendu": ("Attendu", 44), "suggestion": ("Suggestion", 44), "niveau": ("Niveau", 10)}  # fmt: skip
_LONGEST_NOTE = 2000


def save_checked(path: Path, data: bytes, corpus_folder: Path) -> None:
    """Write a report or a marked copy: never among the data, nor over another file."""
    if path.suffix.lower() != ".xlsx":
        raise EctError("« {name} » doit finir par .xlsx.", name=path.name)
    if path.resolve().parent == corpus_folder:
        raise EctError(
            "« {name} » serait relu comme une donnée dans « {name2} » : l’écrire ailleurs.",
            name=path.name,
            name2=corpus_folder.name,
        )
    if not path.absolute().parent.is_dir():
        raise EctError("Le dossier « {parent} » n’existe pas.", parent=path.parent)
    if path.exists() and not _is_ours(path):
        raise EctError("« {path} » existe et n’est pas un rapport de vérification : choisir un autre nom.", path=path)
    path.write_bytes(data)


def _is_ours(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return _MARK in archive.read("docProps/core.xml").decode("utf-8")
    except (zipfile.BadZipFile, KeyError, OSError, UnicodeDecodeError):
        return False


def report_bytes(problems: pd.DataFrame) -> bytes:
    """A workbook with one sheet of problems per sheet of the corpus, and their counts first."""
    memory, workbook = new_workbook(_MARK)
    formats = _formats(workbook)
    first = workbook.add_worksheet("Résumé")
    first.set_column(0, 0, 34)
    first.set_column(1, 2, 12)
    for index, head in enumerate(("Feuille", "Erreurs", "Alertes")):
        first.write_string(0, index, head, formats["head"])
    taken: set[str] = {"résumé"}
    groups = problems.groupby(["fichier", "feuille"], sort=False)
    for line, ((file, sheet), group) in enumerate(groups, 1):
        name = _sheet_name(str(sheet) or str(file), taken)
        first.write_url(line, 0, f"internal:'{name}'!A1", formats["plain"], f"{file} – {sheet}" if sheet else str(file))
        for index, level in enumerate(_LEVELS, 1):
            first.write_number(line, index, int((group["niveau"] == level).sum()), formats["plain"])
        _write_problems(workbook.add_worksheet(name), group, formats)
    if problems.empty:
        first.write_string(1, 0, "Aucun problème", formats["plain"])
    workbook.close()
    return memory.getvalue()


def _write_problems(sheet: Worksheet, group: pd.DataFrame, formats: dict[str, Format]) -> None:
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for index, (head, width) in enumerate(_HEADS.values()):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, head, formats["head"])
    ordered = group.sort_values("ligne", kind="stable")
    for line, row in enumerate(ordered.to_dict("records"), 1):
        look = formats[row["niveau"]]
        lines = max(1 + int(len(str(row[name])) / (1.1 * width)) for name, (_, width) in _HEADS.items())
        sheet.set_row(line, 13.5 * min(lines, 8) + 1.5)
        for index, name in enumerate(_HEADS):
            if name == "ligne":
                sheet.write(line, index, int(row[name]) or "", formats["plain"])
            else:
                plain = name in ("valeur", "colonne")
                text = str(row[name])[:32000] if plain else typeset(str(row[name]))
                sheet.write_string(line, index, text, look if name == "probleme" else formats["plain"])
    sheet.autofilter(0, 0, len(group), len(_HEADS) - 1)


def marked_copy_bytes(folder: Path, codebook: Codebook, problems: pd.DataFrame) -> bytes:
    """A workbook with every sheet of a corpus at the same addresses, its faulty cells coloured and commented.

    Cells are written as text, as they were read; once mended, the copy can take the place of the original.
    """
    words = Words(codebook)
    memory, workbook = new_workbook(_MARK)
    formats = _formats(workbook, wrapped=False)
    taken: set[str] = set()
    opened = False
    written: list[tuple[Worksheet, RawTable]] = []
    for reading in read_files(folder, words):
        for raw in reading.tables:
            if fold(raw.place.feuille) in (_CODES, *SHEETS[LISTS]):
                continue  # written again from the codebook, with the lists that its ranges feed
            here = problems[(problems["fichier"] == raw.place.fichier) & (problems["feuille"] == raw.place.feuille)]
            sheet = workbook.add_worksheet(_sheet_name(raw.place.feuille, taken))
            _write_copy(sheet, raw, _by_cell(raw, here, words), formats)
            written.append((sheet, raw))
            levels = set(here["niveau"])
            if levels:
                sheet.set_tab_color(_LEVELS["erreur" if "erreur" in levels else "alerte"])
            if "erreur" in levels and not opened:
                opened = True
                sheet.activate()
    if not written:
        workbook.add_worksheet("vide")
    _add_lists(workbook, written, words)
    workbook.close()
    return memory.getvalue()


def _add_lists(workbook: xlsxwriter.Workbook, written: list[tuple[Worksheet, RawTable]], words: Words) -> None:
    """The drop-down lists and checks of the entry workbook, on the columns of the copy whose header is the first row."""
    known = [(sheet, raw, table) for sheet, raw in written if (table := words.table(raw.place.feuille))]
    if not known:
        return
    lists = workbook.add_worksheet(own_sheet_name(LISTS, "fr"))
    ranges = write_codes(workbook, words.codebook, "fr") | write_lists(workbook, lists, words.codebook, "fr")
    columns = [
        (sheet, raw, table, index, variable)
        for sheet, raw, table in known
        if raw.place.ligne == 1
        for index, cell in enumerate(raw.header)
        if (variable := words.codebook.variables.get((table, words.headers[table].get(fold(cell), ""))))
    ]
    keys = {
        f"{table}.{item.name}": f"'{sheet.get_name()}'!${letters(index)}" for sheet, _, table, index, item in columns
    }
    for sheet, raw, table, index, variable in columns:
        span = (index, _last(raw))
        if variable.target is None or ".".join(variable.target) in keys:
            add_check(sheet, span, variable, (words.codebook, table, "fr"), ranges | keys)
        add_marks(workbook, sheet, span, variable, len(raw.header))
    for sheet, raw, _ in known:
        sheet.autofilter(raw.place.ligne - 1, 0, _last(raw), len(raw.header) - 1)


def _last(raw: RawTable) -> int:
    return (raw.rows[-1][0] if raw.rows else raw.place.ligne) + SPARE_ROWS


_CODES = "codes"
_WIDEST, _WEIGHED = 45, 300
Notes = dict[tuple[int, int], list[tuple[str, str]]]


def _by_cell(raw: RawTable, problems: pd.DataFrame, words: Words) -> Notes:
    """``{(row, column): [(level, sentence)]}``; a problem without column goes to the first cell of its row."""
    known = words.header_of(raw.place.feuille)
    at = {fold(cell): index for index, cell in enumerate(raw.header)}
    at |= {known[fold(cell)]: index for index, cell in enumerate(raw.header) if fold(cell) in known}
    notes: Notes = {}
    for row in problems.to_dict("records"):
        name = str(row["colonne"]).split(",")[0].strip()
        index = at.get(name, at.get(fold(name), 0))
        said = [row["probleme"], row["attendu"] and f"Attendu : {row['attendu']}", row["suggestion"]]
        sentence = typeset("\n".join(str(part) for part in said if part))
        notes.setdefault((int(row["ligne"]) or raw.place.ligne, index), []).append((str(row["niveau"]), sentence))
    return notes


def _write_copy(sheet: Worksheet, raw: RawTable, notes: Notes, formats: dict[str, Format]) -> None:
    for index, name in enumerate(raw.header):
        texts = [name, *(row[index] for _, row in raw.rows[:_WEIGHED])]
        sheet.set_column(index, index, min(_WIDEST, max(10, 2 + max(map(len, texts)))), formats["plain"])
    sheet.freeze_panes(raw.place.ligne, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    cells = {(line, index): text for line, row in raw.above for index, text in enumerate(row)}
    cells |= {(raw.place.ligne, index): text for index, text in enumerate(raw.header)}
    cells |= {(line, index): text for line, row in raw.rows for index, text in enumerate(row)}
    for (line, index), text in cells.items():
        if text and (line, index) not in notes:
            look = "title" if line < raw.place.ligne else "head" if line == raw.place.ligne else "plain"
            sheet.write_string(line - 1, index, text, formats[look])
    for (line, index), said in notes.items():
        level = "erreur" if any(kind == "erreur" for kind, _ in said) else "alerte"
        sheet.write_string(line - 1, index, cells.get((line, index), ""), formats[level])
        note = "\n\n".join(sentence for _, sentence in said)[:_LONGEST_NOTE]
        shape = {"author": OUR_NOTES, "width": 320, "height": 40 + 16 * (1 + len(note) // 42)}
        sheet.write_comment(line - 1, index, note, shape)


def _formats(workbook: xlsxwriter.Workbook, *, wrapped: bool = True) -> dict[str, Format]:
    """Looks of the cells; a copy keeps one line per row, whose height no one computes again."""
    looks: dict[str, dict[str, Any]] = {
        "plain": {"num_format": "@"},
        "title": {"text_wrap": False},
        "head": {"bold": True, "bg_color": "#dbe8eb"},
        **{level: {"bg_color": colour, "num_format": "@"} for level, colour in _LEVELS.items()},
    }
    return {name: workbook.add_format({**_LOOK, "text_wrap": wrapped, **look}) for name, look in looks.items()}


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that a spreadsheet accepts: at most 31 signs, some of them forbidden, each once whatever the case."""
    base = re.sub(r"[\[\]:*?/\\']", " ", wanted).strip()[:31] or "feuille"
    name, number = base, 2
    while name.lower() in taken:
        name = f"{base[:27]} ({number})"
        number += 1
    taken.add(name.lower())
    return name
