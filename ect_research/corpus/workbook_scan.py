"""What a spreadsheet reader does not say: formulas without value, error cells, merged cells, bombs, macros.

The reader gives ``""`` for an error cell and for a formula that was never computed, and no merged cell of an .ods: they
are looked for in the parts of the zip archive itself.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MAX_UNPACKED = 500_000_000
_MAX_CELLS = 30_000_000
_STYLES = "xl/styles.xml"
_READ_WHOLE = {"xl/sharedStrings.xml", _STYLES}
_MONTH_YEAR = 17  # the built-in format « mmm-yy »
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ET.ParseError,
)
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT_P = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_ERROR_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_ROW = re.compile(rb"<row\b([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_REF = re.compile(rb'\br="([A-Z]*)(\d+)"')
_FORMULA = re.compile(rb"<f[\s/>]")
_VALUE = re.compile(rb"<v>(.+?)</v>", re.DOTALL)
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{5,})"[^>]*>(?!\s*</?table:table)')


class Suspicious(Exception):  # noqa: N818 - not an error of ours: what the file is, in French
    """A workbook that must not be opened; its text says why."""


@dataclass
class SheetScan:
    """What one sheet hides, cells as ``(row from 1, column from 0)``.

    Attributes:
        computed: formulas whose computed value was saved.
        uncomputed: formulas without value: what they showed is lost.
        errors: cells in error, with the error where the file says it.
        merged: first and last cell of each merged range.
        undayed: dates that the sheet shows without their day (``mars-25``): typed as a month, kept as its first day.
    """

    computed: list[tuple[int, int]] = field(default_factory=list)
    uncomputed: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    undayed: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class WorkbookScan:
    """What a zipped workbook hides: by sheet, and its macros."""

    sheets: dict[str, SheetScan] = field(default_factory=dict)
    macros: bool = False


def scan_workbook(path: Path) -> WorkbookScan:
    """Look into an .xlsx, .xlsm or .ods; other zipped workbooks are only weighed.

    Raises:
        Suspicious: too big once unpacked, damaged, or built to harm; the text says why in French.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if (size := sum(entry.file_size for entry in entries)) > MAX_UNPACKED:
                raise Suspicious(f"classeur anormalement gros ({size // 1_000_000} Mo décompressés)")
            names = {entry.filename for entry in entries}
            found = WorkbookScan(macros=any(name.endswith("vbaProject.bin") for name in names))
            if "xl/workbook.xml" in names:
                for part in sorted(_READ_WHOLE & names):
                    archive.read(part)  # a size that lies is found by its checksum, before the reader unpacks it
                undayed = undayed_styles(archive.read(_STYLES)) if _STYLES in names else []
                for sheet, part in _parts(archive, names):
                    data = archive.read(part)
                    found.sheets[sheet] = _scan_xlsx(data)
                    found.sheets[sheet].undayed = _styled_cells(data, undayed)
            elif "content.xml" in names:
                found.macros = found.macros or any(name.startswith("Basic/") for name in names)
                found.sheets = _scan_ods(archive.read("content.xml"))
            return found
    except _DAMAGED as error:
        raise Suspicious(f"classeur abîmé ({error})") from error


def _xml(data: bytes) -> ET.Element:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Suspicious("classeur piégé : il déclare des entités XML")
    return ET.fromstring(data)  # noqa: S314 - no document type, hence no entity, checked above


def _parts(archive: zipfile.ZipFile, names: set[str]) -> list[tuple[str, str]]:
    links = _xml(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    sheets = [element for element in _xml(archive.read("xl/workbook.xml")).iter() if element.tag.endswith("}sheet")]
    found = []
    for sheet in sheets:
        target = targets.get(sheet.get(_REL), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            found.append((sheet.get("name", ""), part))
    return found


def undayed_styles(data: bytes) -> list[int]:
    """Numbers of the cell styles that show a month or a year without a day.

    >>> undayed_styles(b'<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="17"/></cellXfs></styleSheet>')
    [1]
    """
    root = _xml(data)
    own = {
        int(element.get("numFmtId", "0")): element.get("formatCode", "")
        for element in root.iter()
        if element.tag.endswith("numFmt")
    }
    undayed = {number for number, code in own.items() if _shows_no_day(code)} | {_MONTH_YEAR}
    styles: Iterable[ET.Element] = next((element for element in root.iter() if element.tag.endswith("cellXfs")), [])
    return [index for index, style in enumerate(styles) if int(style.get("numFmtId", "0")) in undayed]


def _shows_no_day(code: str) -> bool:
    plain = re.sub(r'\[[^\]]*\]|"[^"]*"|\\.', "", code).lower()
    return "y" in plain and not set(plain) & set("dhs0#?@")


def _styled_cells(data: bytes, styles: list[int]) -> list[tuple[int, int]]:
    if not styles:
        return []
    wanted = b"|".join(str(style).encode() for style in styles)
    cells = re.finditer(rb'<c r="([A-Z]+)(\d+)"[^>]*\bs="(?:' + wanted + rb')"[^>]*><v>', data)
    return [(int(cell[2]), _column(cell[1])) for cell in cells]


def _scan_xlsx(data: bytes) -> SheetScan:
    scan = SheetScan()
    _refuse_far_cell(data)
    if _FORMULA.search(data) or b't="e"' in data:
        _scan_cells(data, scan)
    return scan


def _refuse_far_cell(data: bytes) -> None:
    """A lone cell at XFD1048576 makes a reader build seventeen billion cells."""
    last = data.rfind(b"<row ")
    row = _REF.search(data, last, last + 200) if last >= 0 else None
    if row is None or re.search(rb'r="[A-Z]{3}\d', data) is None:
        return
    wide = max(_column(match[1]) + 1 for match in re.finditer(rb'\br="([A-Z]{3})\d+"', data))
    if int(row[2]) * wide > _MAX_CELLS:
        raise Suspicious(f"une cellule isolée très loin du tableau (ligne {int(row[2])}, colonne {wide})")


def _scan_cells(data: bytes, scan: SheetScan) -> None:
    line = 0
    for row in _ROW.finditer(data):
        said = _REF.search(row[1])
        line = int(said[2]) if said else line + 1
        column = -1
        for cell in _CELL.finditer(row[2] or b""):
            where = _REF.search(cell[1])
            column = _column(where[1]) if where else column + 1
            inside = cell[2] or b""
            value = _VALUE.search(inside)
            if b't="e"' in cell[1]:
                scan.errors[line, column] = value[1].decode("utf-8", "replace") if value else ""
            elif _FORMULA.search(inside):
                (scan.computed if value else scan.uncomputed).append((line, column))


def _column(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number - 1


def _scan_ods(data: bytes) -> dict[str, SheetScan]:
    for repeated in _REPEATED.finditer(data):
        if int(repeated[1]) > 100_000 // 2:
            raise Suspicious(f"une cellule remplie répétée {int(repeated[1])} fois")
    telling = (b"table:formula=", b"-spanned=", b'calcext:value-type="error"')
    if not any(mark in data for mark in telling):
        return {}
    found = {}
    for table in _xml(data).iter(f"{_TABLE}table"):
        found[table.get(f"{_TABLE}name", "")] = _scan_ods_table(table)
    return found


def _scan_ods_table(table: ET.Element) -> SheetScan:
    scan, line = SheetScan(), 1
    for row in table.iter(f"{_TABLE}table-row"):
        column = 0
        for cell in row:
            _scan_ods_cell(cell, (line, column), scan)
            column += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        line += int(row.get(f"{_TABLE}number-rows-repeated", "1"))
    return scan


def _scan_ods_cell(cell: ET.Element, at: tuple[int, int], scan: SheetScan) -> None:
    rows = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
    columns = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
    if rows > 1 or columns > 1:
        scan.merged.append((at, (at[0] + rows - 1, at[1] + columns - 1)))
    shown = "".join(text for part in cell.iter(_TEXT_P) for text in part.itertext())
    if cell.get(_ERROR_TYPE) == "error":
        scan.errors[at] = shown
    elif cell.get(f"{_TABLE}formula") is not None:
        computed = bool(shown or cell.get(f"{_OFFICE}value-type"))
        (scan.computed if computed else scan.uncomputed).append(at)
