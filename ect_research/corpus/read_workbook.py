"""One workbook → the text of its visible sheets; what its cells hide is reported with their address."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from ect_research.corpus.header import add_table, formula_problems, is_total, letters
from ect_research.corpus.numbers import number_text
from ect_research.corpus.problems import Place, Problem
from ect_research.corpus.raw import Reading, clean_cell
from ect_research.corpus.workbook_scan import SheetScan, Suspicious, WorkbookScan, scan_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from python_calamine import CalamineSheet

    from ect_research.corpus.raw import RawTable, Record

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SOUND = "un classeur .xlsx ou .ods sain"


def read_workbook(path: Path, vocabulary: Callable[[str], Mapping[str, str]] = lambda _sheet: {}) -> Reading:
    """Read every visible sheet of an xlsx, xlsm, xls or ods workbook; hidden sheets are listed, not read.

    Args:
        path: the file.
        vocabulary: the header cells known for a sheet, to find the header below a title.
    """
    place = Place(path.name, "")
    head = path.read_bytes()[:512]
    if not head.startswith((_ZIP, _OLE)):
        return _not_a_workbook(place, head)
    scan = WorkbookScan()
    if head.startswith(_ZIP):
        try:
            scan = scan_workbook(path)
        except Suspicious as reason:
            return _failed(place, str(reason), "moins de 500 Mo" if "gros" in str(reason) else _SOUND)
    reading = Reading()
    if scan.macros:
        _alert(reading, place, "ce classeur contient des macros, jamais exécutées", "l’enregistrer en .xlsx")
    if path.suffix.lower() in (".xls", ".xlsb"):
        _alert(
            reading,
            place,
            "ancien format : formules et cellules en erreur ne peuvent être vérifiées",
            "l’enregistrer en .xlsx",
        )
    _read_sheets(path, scan, reading, vocabulary)
    if not (reading.tables or reading.broken or reading.hidden):
        _break(reading, place, "classeur sans aucune cellule remplie", "une feuille par table")
    return reading


def _read_sheets(
    path: Path, scan: WorkbookScan, reading: Reading, vocabulary: Callable[[str], Mapping[str, str]]
) -> None:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    where = Place(path.name, "")
    try:
        with CalamineWorkbook.from_path(str(path)) as workbook:
            for sheet in workbook.sheets_metadata:
                where = Place(path.name, sheet.name)
                if sheet.visible != SheetVisibleEnum.Visible:
                    reading.hidden.append(where)
                    continue
                opened = workbook.get_sheet_by_name(sheet.name)
                _add_sheet(reading, where, opened, scan.sheets.get(sheet.name, SheetScan()), vocabulary(sheet.name))
    except PasswordError:
        _break(reading, where, "classeur protégé par un mot de passe", "un classeur sans mot de passe")
    except CalamineError as error:
        password = "password" in str(error).lower() or "encrypt" in str(error).lower()
        said = "classeur protégé par un mot de passe" if password else f"classeur illisible ({error})"
        _break(reading, where, said, _SOUND)


def _add_sheet(reading: Reading, where: Place, sheet: CalamineSheet, scan: SheetScan, known: Mapping[str, str]) -> None:
    records: list[Record] = [
        (line, [_cell_text(cell) for cell in row]) for line, row in enumerate(sheet.to_python(skip_empty_area=False), 1)
    ]
    lost = frozenset(scan.uncomputed) | frozenset(scan.errors)
    before = len(reading.tables)
    add_table(reading, where, records, known, lost, ragged_is_loss=False)
    if len(reading.tables) > before:
        merged = scan.merged or [
            ((top + 1, left), (bottom + 1, right)) for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
        ]
        reading.problems += _hidden_in_cells(reading.tables[-1], scan, merged)


def _hidden_in_cells(
    table: RawTable, scan: SheetScan, merged: list[tuple[tuple[int, int], tuple[int, int]]]
) -> Iterator[Problem]:
    place, header = table.place, table.header
    told = {line for line, _ in [*scan.computed, *scan.uncomputed, *scan.errors]}
    totals = {line for line, cells in table.rows if line in told and any(is_total(cell) for cell in cells)}
    inside = [cell for cell in scan.computed if cell[0] > place.ligne and cell[0] not in totals]
    yield from formula_problems(place, header, inside)
    for line, column in sorted(scan.uncomputed):
        if line not in totals:
            yield Problem(
                replace(place, ligne=line), _name(header, column), f"{letters(column)}{line}",
                "formule sans valeur calculée : le contenu est perdu", "une valeur",
                "ouvrir et enregistrer dans un tableur, ou réexporter en CSV",
            )  # fmt: skip
    for (line, column), said in sorted(scan.errors.items()):
        if line not in totals:
            yield Problem(
                replace(place, ligne=line), _name(header, column), said or f"{letters(column)}{line}",
                f"cellule en erreur ({letters(column)}{line})", "une valeur, ou rien", "corriger la formule, ou vider la cellule",
            )  # fmt: skip
    yield from _undayed_problems(place, header, [cell for cell in scan.undayed if cell[0] > place.ligne])
    for first, last in sorted(merged):
        if last[0] > place.ligne:
            yield Problem(
                replace(place, ligne=max(first[0], place.ligne + 1)), _name(header, first[1]),
                f"{letters(first[1])}{first[0]}:{letters(last[1])}{last[0]}",
                "cellules fusionnées : seule la première a une valeur, les autres sont lues vides",
                "une valeur par cellule", "défusionner et recopier la valeur", "alerte",
            )  # fmt: skip


def _undayed_problems(place: Place, header: list[str], cells: list[tuple[int, int]]) -> Iterator[Problem]:
    """One alert per column of dates shown as a month: what is stored says a day that nobody typed."""
    for column in sorted({index for _, index in cells}):
        lines = sorted(line for line, index in cells if index == column)
        yield Problem(
            replace(place, ligne=lines[0]), _name(header, column), f"{letters(column)}{lines[0]}",
            f"{len(lines)} date(s) affichées sans jour mais enregistrées au premier du mois : lues au jour près",
            "un texte comme 03/2025", "remplir « precision_date » avec « mois », ou retaper en texte", "alerte",
        )  # fmt: skip


def _name(header: list[str], column: int) -> str:
    return header[column] if column < len(header) and header[column] else f"colonne {letters(column)}"


def _cell_text(value: object) -> str:
    if isinstance(value, str):
        return clean_cell(value)
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def _not_a_workbook(place: Place, head: bytes) -> Reading:
    if not head.strip():
        return _failed(place, "fichier vide", "un classeur .xlsx ou .ods")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<html", b"<!doctype html", b"<table")):
        return _failed(
            place, "ce fichier est une page web, pas un classeur", "l’ouvrir dans un tableur et l’enregistrer en .xlsx"
        )
    return _failed(
        place, "ce fichier n’est pas un classeur", "un classeur .xlsx ou .ods ; si c’est un CSV, le renommer en .csv"
    )


def _failed(place: Place, problem: str, expected: str) -> Reading:
    reading = Reading()
    _break(reading, place, problem, expected)
    return reading


def _break(reading: Reading, place: Place, problem: str, expected: str) -> None:
    reading.problems.append(Problem(place, "", "", problem, expected))
    reading.broken.append(place.feuille)


def _alert(reading: Reading, place: Place, problem: str, remedy: str) -> None:
    reading.problems.append(Problem(place, "", "", problem, "", remedy, "alerte"))
