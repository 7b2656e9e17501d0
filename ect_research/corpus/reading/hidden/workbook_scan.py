"""What a spreadsheet reader does not say: formulas without value, error cells, merged cells, bombs, macros.

The reader gives ``""`` for an error cell and for a formula that was never computed, and no merged cell of an .ods: they
are looked for in the parts of the zip archive itself. An .xls or .xlsb is not looked into.
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from ect_research.corpus.reading.hidden.scan_model import (
    SheetScan,
    Suspicious,
    WorkbookScan,
    elements_of,
)
from ect_research.corpus.reading.hidden.scan_ods import scan_ods
from ect_research.corpus.reading.hidden.scan_xlsx import cell_of, scan_xlsx_sheet, shown_by_style, struck_texts
from ect_research.words import Told

if TYPE_CHECKING:
    from pathlib import Path

MAX_UNPACKED = 500_000_000
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ExpatError,
    struct.error,
)
_ZIP = b"PK\x03\x04"


def scan_workbook(path: Path) -> WorkbookScan:
    """Look into an .xlsx, .xlsm or .ods.

    Raises:
        Suspicious: too big once unpacked, damaged, or built to harm; the text says why in French.
    """
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
    links = {
        one["Id"]: one for name, one in elements_of(archive, "xl/_rels/workbook.xml.rels") if name == "Relationship"
    }
    by_type = {one.get("Type", "").rpartition("/")[2]: _part(one) for one in links.values()}
    texts = by_type.get("sharedStrings", "")
    struck = struck_texts(archive, texts) if texts in names else frozenset()
    shown = shown_by_style(archive, by_type["styles"]) if by_type.get("styles") in names else {}
    found = {}
    for name, sheet in elements_of(archive, "xl/workbook.xml"):
        link = links.get(sheet.get("id", "")) if name == "sheet" else None
        if link and link.get("Type", "").rpartition("/")[2] == "worksheet":
            part = _part(link)
            scan = found[sheet.get("name", "")] = scan_xlsx_sheet(archive, part, shown, struck)
            _note_beside(archive, part, names, scan)
    return found


def _note_beside(archive: zipfile.ZipFile, part: str, names: set[str], scan: SheetScan) -> None:
    """The notes of the cells of a sheet, and the texts of its drawings: parts of their own, that it names."""
    folder, _, name = part.rpartition("/")
    links = f"{folder}/_rels/{name}.rels"
    for link, one in elements_of(archive, links) if links in names else ():
        beside = posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/")
        if link != "Relationship" or beside not in names:
            continue
        kind = one.get("Type", "").rpartition("/")[2]
        if kind == "comments":
            scan.notes += [cell_of(said["ref"]) for tag, said in elements_of(archive, beside) if tag == "comment"]
        elif kind == "drawing":
            scan.boxes += sum(tag == "txBody" for tag, _ in elements_of(archive, beside))


def _part(link: dict[str, str]) -> str:
    target = link.get("Target", "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
