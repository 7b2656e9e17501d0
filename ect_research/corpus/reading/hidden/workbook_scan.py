"""What a spreadsheet reader does not say: formulas without value, error cells, merged cells, bombs, macros.

The reader gives ``""`` for an error cell and for a formula that was never computed, and no merged cell of an .ods: they
are looked for in the parts of the zip archive itself.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ect_research.corpus.reading.hidden.scan_model import BUILT_IN, SheetScan, Suspicious, WorkbookScan, shown_of
from ect_research.corpus.reading.hidden.scan_ods import read_xml, scan_ods
from ect_research.corpus.reading.hidden.scan_xls import scan_xls

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MAX_UNPACKED = 500_000_000
_MAX_CELLS = 30_000_000
_STYLES = "xl/styles.xml"
_READ_WHOLE = {"xl/sharedStrings.xml", _STYLES}
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
    struct.error,
)
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ROW = re.compile(rb"<row\b([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_REF = re.compile(rb'\br="([A-Z]*)(\d+)"')
_FORMULA = re.compile(rb"<f[\s/>]")
_VALUE = re.compile(rb"<v>(.+?)</v>", re.DOTALL)
_EMPTY_TEXT = re.compile(rb"<v\s*/>|<v></v>")
_HIDDEN_COLUMNS = re.compile(rb'<col\b(?=[^>]*\bhidden="(?:1|true)")[^>]*>')
_ZIP = b"PK\x03\x04"


def scan_workbook(path: Path) -> WorkbookScan:
    """Look into an .xlsx, .xlsm, .xlsb, .xls or .ods.

    Raises:
        Suspicious: too big once unpacked, damaged, or built to harm; the text says why in French.
    """
    if not path.read_bytes().startswith(_ZIP):
        return scan_xls(path.read_bytes())
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
                shown = _styles(archive.read(_STYLES)) if _STYLES in names else {}
                for sheet, part in _parts(archive, names):
                    found.sheets[sheet] = _scan_xlsx(archive.read(part), shown)
            elif "xl/workbook.bin" in names:
                found.sheets = _scan_xlsb(archive, names)
            elif "content.xml" in names:
                found.macros = found.macros or any(name.startswith("Basic/") for name in names)
                styles = archive.read("styles.xml") if "styles.xml" in names else b""
                found.sheets = scan_ods(archive.read("content.xml"), styles)
            return found
    except _DAMAGED as error:
        raise Suspicious(f"classeur abîmé ({error})") from error


def _parts(archive: zipfile.ZipFile, names: set[str]) -> list[tuple[str, str]]:
    links = read_xml(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    sheets = [element for element in read_xml(archive.read("xl/workbook.xml")).iter() if element.tag.endswith("}sheet")]
    found = []
    for sheet in sheets:
        target = targets.get(sheet.get(_REL), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            found.append((sheet.get("name", ""), part))
    return found


def _scan_xlsb(archive: zipfile.ZipFile, names: set[str]) -> dict[str, SheetScan]:
    from ect_research.corpus.reading.hidden.scan_xlsb import scan_xlsb_sheet, sheet_links, shown_by_style

    shown = shown_by_style(archive.read("xl/styles.bin")) if "xl/styles.bin" in names else []
    sheets = sheet_links(archive.read("xl/workbook.bin"))
    links = read_xml(archive.read("xl/_rels/workbook.bin.rels"))
    parts = {link.get("Id", ""): f"xl/{link.get('Target', '').removeprefix('/xl/')}" for link in links}
    return {
        sheet: scan_xlsb_sheet(archive.read(parts[link]), shown)
        for link, sheet in sheets.items()
        if parts.get(link) in names
    }


def _styles(data: bytes) -> dict[int, str]:
    """``{cell style: what it shows of a date}``, for the styles that show a part only."""
    root = read_xml(data)
    codes = BUILT_IN | {
        int(element.get("numFmtId", "0")): element.get("formatCode", "")
        for element in root.iter()
        if element.tag.endswith("numFmt")
    }
    styles: Iterable[ET.Element] = next((element for element in root.iter() if element.tag.endswith("cellXfs")), [])
    shown = {index: shown_of(codes.get(int(style.get("numFmtId", "0")), "")) for index, style in enumerate(styles)}
    return {index: part for index, part in shown.items() if part}


def _scan_xlsx(data: bytes, shown: dict[int, str]) -> SheetScan:
    scan = SheetScan()
    _refuse_far_cell(data)
    if _FORMULA.search(data) or b't="e"' in data:
        _scan_cells(data, scan)
    if shown:
        wanted = b"|".join(str(style).encode() for style in shown)
        dated = rb'<c r="([A-Z]+)(\d+)"[^>]*?\bs="(' + wanted + rb')"[^>]*>(?:<f\b[^>]*?(?:/>|>[^<]*</f>))?<v>'
        for cell in re.finditer(dated, data):
            scan.formatted((int(cell[2]), _column(cell[1])), shown[int(cell[3])])
    if b"hidden=" in data:
        scan.hidden_lines += [
            int(said[2])
            for row in re.finditer(rb'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*>', data)
            if (said := _REF.search(row[0]))
        ]
        for said in _HIDDEN_COLUMNS.finditer(data):
            first, last = (int(re.search(name + rb'="(\d+)"', said[0])[1]) for name in (rb"\bmin", rb"\bmax"))  # type: ignore[index]
            scan.hidden_columns += range(first - 1, min(last, 2000))
    scan.merged += [
        ((int(top), _column(left)), (int(bottom), _column(right)))
        for left, top, right, bottom in re.findall(rb'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"', data)
    ]
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
                blank = b't="str"' in cell[1] and _EMPTY_TEXT.search(inside)  # ="" was computed, and shows nothing
                (scan.computed if value or blank else scan.uncomputed).append((line, column))


def _column(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number - 1
