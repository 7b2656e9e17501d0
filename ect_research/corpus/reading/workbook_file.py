"""One workbook → the text of its visible sheets; what its cells hide is reported with their address.

The reader gives ``""`` for an error cell and for a formula that was never computed, and no merged cell of an .ods: they
are looked for in the parts of the zip archive itself. An .xls or .xlsb is not looked into.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.parsers.expat import ExpatError

from ect_research.corpus.reading.header_rows import add_table
from ect_research.corpus.reading.hidden import (
    SheetScan,
    Suspicious,
    WorkbookScan,
    by_local_name,
    elements_of,
    find_hidden,
    typed_year,
)
from ect_research.corpus.reading.scan_ods import scan_ods
from ect_research.corpus.reading.scan_xlsx import cell_of, scan_xlsx_sheet, shown_by_style, struck_texts
from ect_research.corpus.text.parse_cell import number_text
from ect_research.corpus.text.raw_table import OUR_NOTES, Place, Problem, Reading, clean_cell
from ect_research.words import Told, mark

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

    from ect_research.corpus.text.raw_table import Record

MAX_UNPACKED = 500_000_000
_DAMAGED = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, RuntimeError, EOFError, OSError, ExpatError,
            struct.error)  # fmt: skip
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SOUND = Told("un classeur .xlsx ou .ods sain")
_UNSEEN = mark(
    "format {suffix} : formules sans valeur, cellules en erreur, mois sans jour et lignes masquées n’y sont pas vus"
)


def scan_workbook(path: Path) -> WorkbookScan:
    """Look into an .xlsx, .xlsm or .ods; what is too big, damaged or built to harm is `Suspicious`."""
    with path.open("rb") as file:
        if file.read(4) != _ZIP:
            return WorkbookScan(known=False)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if (size := sum(entry.file_size for entry in entries)) > MAX_UNPACKED:
                raise Suspicious(Told("classeur anormalement gros ({size} Mo décompressés)", size=size // 1_000_000))
            names = {entry.filename for entry in entries}
            macros = any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names)
            if "xl/workbook.bin" in names:
                return WorkbookScan(macros=macros, known=False)
            if not names & {"content.xml", "xl/workbook.xml"}:
                raise Suspicious("classeur illisible : ni un .xlsx ni un .ods")
            return WorkbookScan(scan_ods(archive) if "content.xml" in names else _scan_xlsx(archive, names), macros)
    except _DAMAGED as error:
        raise Suspicious(Told("classeur abîmé ({error})", error=error)) from error


def _scan_xlsx(archive: zipfile.ZipFile, names: set[str]) -> dict[str, SheetScan]:
    links = _links(archive, "xl/workbook.xml", names)
    by_type = dict(links.values())
    texts, styles = by_type.get("sharedStrings"), by_type.get("styles")
    struck = struck_texts(archive, texts) if texts in names else frozenset()
    shown = shown_by_style(archive, styles) if styles in names else {}
    found = {}
    for sheet in elements_of(archive, "xl/workbook.xml", "sheet"):
        said = by_local_name(sheet.attrib)
        kind, part = links.get(said.get("id", ""), ("", ""))
        if kind == "worksheet":
            scan = found[said.get("name", "")] = scan_xlsx_sheet(archive, part, shown, struck)
            _note_beside(archive, part, names, scan)
    return found


def _note_beside(archive: zipfile.ZipFile, part: str, names: set[str], scan: SheetScan) -> None:
    """The notes of the cells of a sheet, and the texts of its drawings: parts of their own, that it names."""
    for kind, beside in _links(archive, part, names).values():
        if kind == "comments" and beside in names:
            authors = enumerate(elements_of(archive, beside, "author"))
            ours = {str(place) for place, author in authors if author.text == OUR_NOTES}
            notes = elements_of(archive, beside, "comment")
            scan.notes += [cell_of(one.attrib["ref"]) for one in notes if one.get("authorId") not in ours]
        elif kind == "drawing" and beside in names:
            scan.boxes += len(elements_of(archive, beside, "txBody"))


def _links(archive: zipfile.ZipFile, part: str, names: set[str]) -> dict[str, tuple[str, str]]:
    """``{link: (its kind, the part)}`` of what a part of an .xlsx names."""
    folder, name = posixpath.split(part)
    links = f"{folder}/_rels/{name}.rels"
    return {
        one.get("Id", ""): (
            one.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/"),
        )
        for one in (elements_of(archive, links, "Relationship") if links in names else ())
    }


def read_workbook(path: Path, vocabulary: Callable[[str], Mapping[str, str]] = lambda _sheet: {}) -> Reading:
    """Read every visible sheet of an xlsx, xlsm, xls or ods workbook; hidden sheets are listed, not read."""
    place = Place(path.name, "")
    head = path.read_bytes()[:512]
    reading = Reading()
    if not head.startswith((_ZIP, _OLE)):
        return _break(reading, place, *_not_a_workbook(head))
    try:
        scan = scan_workbook(path)
    except Suspicious as reason:
        expected = {"gros": Told("moins de 500 Mo"), "passe": Told("un classeur sans mot de passe")}
        sound = next((text for word, text in expected.items() if word in str(reason)), _SOUND)
        return _break(reading, place, reason.args[0], sound)
    if scan.macros:
        _alert(reading, place, "ce classeur contient des macros, jamais exécutées", "l’enregistrer en .xlsx")
    _read_sheets(path, scan, reading, vocabulary)
    if not scan.known and not reading.broken:
        _alert(reading, place, Told(_UNSEEN, suffix=path.suffix.lower()), "l’enregistrer en .xlsx, qui les montre")
    if not (reading.tables or reading.broken or reading.hidden):
        _break(reading, place, "classeur sans aucune cellule remplie", "une feuille par table")
    return reading


def _read_sheets(
    path: Path, scan: WorkbookScan, reading: Reading, vocabulary: Callable[[str], Mapping[str, str]]
) -> None:
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

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
    except (CalamineError, OSError) as error:
        if any(word in f"{type(error).__name__} {error}".lower() for word in ("password", "encrypt")):
            _break(reading, where, "classeur protégé par un mot de passe", "un classeur sans mot de passe")
        else:
            _break(reading, where, Told("classeur illisible ({error})", error=error), _SOUND)
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
    rows = dict(records) if scan.shown or scan.values or scan.uncomputed else {}
    for (line, column), shown in scan.shown.items():
        kept = rows[line][column] if line in rows and column < len(rows[line]) else ""
        first = {"mois": r"\d{4}-\d\d-01", "annee": r"\d{4}-01-01"}.get(shown)
        if first and re.fullmatch(first, kept) and not typed_year(kept):
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


def _not_a_workbook(head: bytes) -> tuple[str, str]:
    if not head.strip():
        return Told("fichier vide"), Told("un classeur .xlsx ou .ods")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<html", b"<!doctype html", b"<table")):
        remedy = Told("l’ouvrir dans un tableur et l’enregistrer en .xlsx")
        return Told("ce fichier est une page web, pas un classeur"), remedy
    remedy = Told("un classeur .xlsx ou .ods ; si c’est un CSV, le renommer en .csv")
    return Told("ce fichier n’est pas un classeur"), remedy


def _break(reading: Reading, place: Place, problem: str, expected: str) -> Reading:
    reading.problems.append(Problem(place, "", "", problem, expected))
    reading.broken.append(place.feuille)
    return reading


def _alert(reading: Reading, place: Place, problem: str, remedy: str) -> None:
    reading.problems.append(Problem(place, "", "", problem, "", remedy, "alerte"))
