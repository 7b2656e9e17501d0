"""One workbook → the text of its visible sheets; what its cells hide is reported with their address.

The reader gives ``""`` for an error cell and for a formula that was never computed, and no merged cell of an .ods: they
are looked for in the parts of the zip archive itself. An .xls or .xlsb is not looked into.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from ect_research.corpus.reading.header_rows import add_table
from ect_research.corpus.reading.hidden import find_hidden, typed_year
from ect_research.corpus.reading.scan_ods import scan_ods
from ect_research.corpus.reading.scan_xlsx import scan_xlsx
from ect_research.corpus.reading.sheet_scan import SheetScan, Suspicious
from ect_research.corpus.text.numbers import number_text
from ect_research.corpus.text.raw_table import Place, Problem, Reading, clean_cell
from ect_research.words import Told

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

    from ect_research.corpus.text.raw_table import Record

    _Vocabulary = Callable[[str], Mapping[str, str]]

MAX_UNPACKED = 500_000_000
_DAMAGED = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, RuntimeError, EOFError, OSError, ParseError,
            struct.error)  # fmt: skip
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SOUND = Told("un classeur .xlsx ou .ods sain")


def scan_workbook(path: Path) -> tuple[dict[str, SheetScan] | None, bool]:
    """What each sheet of an .xlsx or .ods hides (None for an .xlsb), and whether it has macros; `Suspicious` else."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if (size := sum(entry.file_size for entry in entries)) > MAX_UNPACKED:
                raise Suspicious(Told("classeur anormalement gros ({size} Mo décompressés)", size=size // 1_000_000))
            names = {entry.filename for entry in entries}
            macros = any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names)
            if "xl/workbook.bin" in names:
                return None, macros
            if not names & {"content.xml", "xl/workbook.xml"}:
                raise Suspicious("classeur illisible : ni un .xlsx ni un .ods")
            return (scan_ods(archive) if "content.xml" in names else scan_xlsx(archive, names)), macros
    except _DAMAGED as error:
        raise Suspicious(Told("classeur abîmé ({error})", error=error)) from error


def read_workbook(path: Path, vocabulary: _Vocabulary = lambda _sheet: {}) -> Reading:
    """Read every visible sheet of an xlsx, xlsm, xls or ods workbook; hidden sheets are listed, not read."""
    place = Place(path.name, "")
    head, reading = path.read_bytes()[:512], Reading()
    if not head.startswith((_ZIP, _OLE)):
        return _break(reading, place, *_not_a_workbook(head))
    try:
        scans, macros = scan_workbook(path) if head.startswith(_ZIP) else (None, False)
    except Suspicious as reason:
        return _break(reading, place, reason.args[0], Told("moins de 500 Mo") if "gros" in str(reason) else _SOUND)
    if macros:
        _alert(reading, place, "ce classeur contient des macros, jamais exécutées", "l’enregistrer en .xlsx")
    _read_sheets(path, scans or {}, reading, vocabulary)
    if scans is None and not reading.broken:
        unseen = Told("format {suffix} : formules sans valeur, cellules en erreur, mois sans jour et lignes masquées "
            "n’y sont pas vus", suffix=path.suffix.lower())  # fmt: skip
        _alert(reading, place, unseen, "l’enregistrer en .xlsx, qui les montre")
    if not (reading.tables or reading.broken or reading.hidden):
        _break(reading, place, "classeur sans aucune cellule remplie", "une feuille par table")
    return reading


def _read_sheets(path: Path, scans: dict[str, SheetScan], reading: Reading, vocabulary: _Vocabulary) -> None:
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    where = Place(path.name, "")
    try:
        with path.open("rb") as io, CalamineWorkbook.from_object(io if zipfile.is_zipfile(path) else str(path)) as book:
            for sheet in book.sheets_metadata:
                where = Place(path.name, sheet.name)
                if sheet.visible != SheetVisibleEnum.Visible:
                    reading.hidden.append(where)
                    continue
                told = book.get_sheet_by_name(sheet.name), scans.get(sheet.name)
                _add_sheet(reading, where, *told, vocabulary(sheet.name))
    except (CalamineError, OSError) as error:
        said, sound = Told("classeur illisible ({error})", error=error), _SOUND
        if any(word in f"{type(error).__name__} {error}".lower() for word in ("password", "encrypt")):
            said, sound = Told("classeur protégé par un mot de passe"), Told("un classeur sans mot de passe")
        _break(reading, where, said, sound)
    except BaseException as panic:
        if type(panic).__name__ != "PanicException":  # the reader's own crash, which is no Exception
            raise
        _break(reading, where, "classeur abîmé : le lecteur s’y perd", _SOUND)


def _add_sheet(
    reading: Reading, where: Place, sheet: CalamineSheet, seen: SheetScan | None, known: Mapping[str, str]
) -> None:
    rows = sheet.to_python(skip_empty_area=False)
    scan = seen or SheetScan()
    met = sum(len(row) - row.count("") for row in rows)
    if seen is not None and not seen.filled <= met <= seen.filled + seen.perhaps:
        unknown = Told("feuille écrite d’une façon que la lecture ne reconnaît pas : des cellules y échappent")
        _break(reading, where, unknown, _SOUND)
        return
    one_is_true = bool in set(map(type, chain.from_iterable(rows)))  # for a dictionary, they are the same
    text_of = _cell_text if one_is_true else _Texts().__getitem__
    records: list[Record] = [(line, list(map(text_of, row))) for line, row in enumerate(rows, 1)]
    _show_as_seen(records, scan)
    lost = frozenset(scan.cells["sans_valeur"] + scan.cells["erreur"])
    before = len(reading.tables)
    add_table(reading, where, records, known, lost, ragged_is_loss=False)
    if len(reading.tables) > before:
        reading.problems += find_hidden(reading.tables[-1], scan)


def _show_as_seen(records: list[Record], scan: SheetScan) -> None:
    """Months and years are read as the sheet shows them, unless a day other than the first is kept under them.

    What stands for a formula never computed (0 in an .xls) is no value.
    """
    rows = dict(records) if scan.cells or scan.values else {}
    first = {"mois": r"\d{4}-\d\d-01", "annee": r"\d{4}-01-01"}
    for kind, (line, column) in [(sort, cell) for sort in first for cell in scan.cells[sort]]:
        kept = rows[line][column] if line in rows and column < len(rows[line]) else ""
        if re.fullmatch(first[kind], kept) and not typed_year(kept):
            rows[line][column] = f"{kept[5:7]}/{kept[:4]}" if kind == "mois" else kept[:4]
    for (line, column), text in {**scan.values, **dict.fromkeys(scan.cells["sans_valeur"], "")}.items():
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
    if isinstance(value, timedelta):  # whose text would be English
        return "{:.0f}:{:02.0f}".format(*divmod(value.total_seconds() // 60, 60))
    return str(value).removesuffix(" 00:00:00")  # a day, and perhaps its hour


def _not_a_workbook(head: bytes) -> tuple[str, str]:
    if not head.strip():
        return Told("fichier vide"), Told("un classeur .xlsx ou .ods")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<html", b"<!doctype html", b"<table")):
        remedy = Told("l’ouvrir dans un tableur et l’enregistrer en .xlsx")
        return Told("ce fichier est une page web, pas un classeur"), remedy
    return Told("ce fichier n’est pas un classeur"), Told(
        "un classeur .xlsx ou .ods ; si c’est un CSV, le renommer en .csv"
    )


def _break(reading: Reading, place: Place, problem: str, expected: str) -> Reading:
    reading.problems.append(Problem(place, "", "", problem, expected))
    reading.broken.append(place.feuille)
    return reading


def _alert(reading: Reading, place: Place, problem: str, remedy: str) -> None:
    reading.problems.append(Problem(place, "", "", problem, "", remedy, "alerte"))
