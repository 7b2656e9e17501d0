"""One workbook → the text of its visible sheets; what its cells hide is reported with their address."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from ect_research.corpus.reading.header_rows import add_table
from ect_research.corpus.reading.hidden.cell_alerts import find_hidden, typed_year
from ect_research.corpus.reading.hidden.scan_model import SheetScan, Suspicious, WorkbookScan
from ect_research.corpus.reading.hidden.workbook_scan import scan_workbook
from ect_research.corpus.text.numbers import number_text
from ect_research.corpus.text.problems import Place, Problem
from ect_research.corpus.text.raw_table import Reading, clean_cell
from ect_research.words import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from python_calamine import CalamineSheet

    from ect_research.corpus.text.raw_table import Record

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SOUND = Told("un classeur .xlsx ou .ods sain")


def read_workbook(path: Path, vocabulary: Callable[[str], Mapping[str, str]] = lambda _sheet: {}) -> Reading:
    """Read every visible sheet of an xlsx, xlsm, xls or ods workbook; hidden sheets are listed, not read."""
    place = Place(path.name, "")
    head = path.read_bytes()[:512]
    if not head.startswith((_ZIP, _OLE)):
        return _not_a_workbook(place, head)
    try:
        scan = scan_workbook(path)
    except Suspicious as reason:
        expected = {"gros": Told("moins de 500 Mo"), "passe": Told("un classeur sans mot de passe")}
        return _failed(
            place, reason.args[0], next((text for word, text in expected.items() if word in str(reason)), _SOUND)
        )
    reading = Reading()
    if scan.macros:
        _alert(reading, place, "ce classeur contient des macros, jamais exécutées", "l’enregistrer en .xlsx")
    _read_sheets(path, scan, reading, vocabulary)
    if not scan.known and not reading.broken:
        _alert(
            reading,
            place,
            Told(
                "format {suffix} : formules sans valeur, cellules en erreur, mois sans jour et lignes masquées n’y sont pas vus",
                suffix=path.suffix.lower(),
            ),
            "l’enregistrer en .xlsx, qui les montre",
        )
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
                seen = scan.sheets.get(sheet.name) if scan.known else None
                _add_sheet(reading, where, workbook.get_sheet_by_name(sheet.name), seen, vocabulary(sheet.name))
    except PasswordError:
        _break(reading, where, "classeur protégé par un mot de passe", "un classeur sans mot de passe")
    except (CalamineError, OSError) as error:
        password = "password" in str(error).lower() or "encrypt" in str(error).lower()
        said = (
            Told("classeur protégé par un mot de passe")
            if password
            else Told("classeur illisible ({error})", error=error)
        )
        _break(reading, where, said, _SOUND)
    except BaseException as panic:
        if type(panic).__name__ != "PanicException":  # the reader's own crash, which is no Exception
            raise
        _break(reading, where, "classeur abîmé : le lecteur s’y perd", _SOUND)


def _add_sheet(
    reading: Reading, where: Place, sheet: CalamineSheet, seen: SheetScan | None, known: Mapping[str, str]
) -> None:
    rows = sheet.to_python(skip_empty_area=False)
    scan = seen or SheetScan()
    if (
        seen is not None
        and not seen.filled <= sum(len(row) - row.count("") for row in rows) <= seen.filled + seen.perhaps
    ):
        _break(
            reading,
            where,
            "feuille écrite d’une façon que la lecture ne reconnaît pas : des cellules y échappent",
            _SOUND,
        )
        return
    known_texts = _Texts()
    records: list[Record] = [
        (line, list(map(_cell_text if bool in set(map(type, row)) else known_texts.__getitem__, row)))  # True equals 1
        for line, row in enumerate(rows, 1)
    ]
    _show_as_seen(records, scan)
    lost = frozenset(scan.uncomputed) | frozenset(scan.errors)
    before = len(reading.tables)
    add_table(reading, where, records, known, lost, ragged_is_loss=False)
    if len(reading.tables) > before:
        reading.problems += find_hidden(reading.tables[-1], scan)


def _show_as_seen(records: list[Record], scan: SheetScan) -> None:
    """Months and years are read as the sheet shows them, unless a day other than the first is kept under them.

    What stands for a formula never computed (0 in an .xls) is no value.
    """
    rows = dict(records) if scan.undayed or scan.values or scan.uncomputed else {}
    for (line, column), shown in scan.undayed.items():
        kept = rows[line][column] if line in rows and column < len(rows[line]) else ""
        if re.fullmatch(r"\d{4}-\d\d-01" if shown == "mois" else r"\d{4}-01-01", kept) and not typed_year(kept):
            rows[line][column] = f"{kept[5:7]}/{kept[:4]}" if shown == "mois" else kept[:4]
    for (line, column), text in {**scan.values, **dict.fromkeys(scan.uncomputed, "")}.items():
        if line in rows and column < len(rows[line]):
            rows[line][column] = clean_cell(text)


class _Texts(dict[Any, str]):
    """The text of each content met before: a sheet says the same things many times."""

    def __missing__(self, value: Any) -> str:  # noqa: ANN401 - a text or a number
        self[value] = _cell_text(value)
        return self[value]


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
