"""What an .ods hides: formulas, errors, merged cells, hidden rows, dates shown as a month."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ect_research.corpus.reading.hidden.scan_model import SheetScan, Suspicious

if TYPE_CHECKING:
    from collections.abc import Iterator

_BASE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _OFFICE, _STYLE, _NUMBER = (_BASE % name for name in ("table", "office", "style", "datastyle"))
_PERCENT = f"{_NUMBER}percentage-style"
_TEXT_P = f"{_BASE % 'text'}p"
_ERROR_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{5,})"[^>]*>(?!\s*</?table:table)')
_FULL_ROW = re.compile(
    rb'<table:table-row\b[^>]*number-rows-repeated="(\d{5,})"[^>]*>(?:(?!</table:table-row>).)*?<text:p', re.DOTALL
)
_MOST_REPEATED = 50_000
_TELLING = (
    b"table:formula=", b"-spanned=", b'calcext:value-type="error"', b"table:visibility=", b'value-type="date"',
    b'value-type="percentage"', b"<!DOCTYPE", b"<!ENTITY",
)  # fmt: skip


def read_xml(data: bytes) -> ET.Element:
    """The root of an XML part.

    Raises:
        Suspicious: it declares entities, which is how a small file unpacks into gigabytes.
    """
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Suspicious("classeur piégé : il déclare des entités XML")
    return ET.fromstring(data)  # noqa: S314 - no document type, hence no entity, checked above


def scan_ods(content: bytes, styles: bytes) -> dict[str, SheetScan]:
    """What each sheet hides.

    Args:
        content: the part ``content.xml``.
        styles: the part ``styles.xml``, ``b""`` when there is none.

    Raises:
        Suspicious: entities, or a filled cell repeated beyond reason.
    """
    for repeated in (*_REPEATED.finditer(content), *_FULL_ROW.finditer(content)):
        if int(repeated[1]) > _MOST_REPEATED:
            raise Suspicious(f"une cellule remplie répétée {int(repeated[1])} fois")
    if not any(mark in content for mark in _TELLING):
        return {}
    root = read_xml(content)
    shown = _shown_by_style([root, read_xml(styles)] if styles else [root])
    return {table.get(f"{_TABLE}name", ""): _scan_table(table, shown) for table in root.iter(f"{_TABLE}table")}


def _shown_by_style(roots: list[ET.Element]) -> dict[str, str]:
    """``{cell style: what it shows of a date}`` (see `shown_of`), for the styles that show a part only."""
    dates = {style.get(f"{_STYLE}name", ""): "pourcent" for root in roots for style in root.iter(_PERCENT)}
    for root in roots:
        for style in root.iter(f"{_NUMBER}date-style"):
            parts = {part.tag.removeprefix(_NUMBER) for part in style.iter()}
            dates[style.get(f"{_STYLE}name", "")] = _shown(parts)
    cells = {style.get(f"{_STYLE}name", ""): style for root in roots for style in root.iter(f"{_STYLE}style")}
    found = {name: dates.get(_format_of(name, cells), "") for name in cells}
    return {name: shown for name, shown in found.items() if shown}


def _format_of(name: str, cells: dict[str, ET.Element]) -> str:
    """The data style of a cell style, its own or that of the style it derives from."""
    for _ in range(len(cells)):
        if name not in cells or f"{_STYLE}data-style-name" in cells[name].attrib:
            break
        name = cells[name].get(f"{_STYLE}parent-style-name", "")
    return cells[name].get(f"{_STYLE}data-style-name", "") if name in cells else ""


def _shown(parts: set[str]) -> str:
    if "year" in parts and "day" not in parts:
        return "mois" if "month" in parts else "annee"
    return "jour_mois" if {"day", "month"} <= parts and "year" not in parts else ""


def _scan_table(table: ET.Element, shown: dict[str, str]) -> SheetScan:
    scan, line = SheetScan(), 1
    defaults: list[str] = []
    for band in table.iter(f"{_TABLE}table-column"):
        width = min(int(band.get(f"{_TABLE}number-columns-repeated", "1")), 2000)
        if band.get(f"{_TABLE}visibility", "visible") != "visible":
            scan.hidden_columns += range(len(defaults), len(defaults) + width)
        defaults += [band.get(f"{_TABLE}default-cell-style-name", "")] * width
    for row in table.iter(f"{_TABLE}table-row"):
        repeated = int(row.get(f"{_TABLE}number-rows-repeated", "1"))
        lines = range(line, line + repeated) if _is_filled(row) else range(0)
        if row.get(f"{_TABLE}visibility", "visible") != "visible":
            scan.hidden_lines += lines
        for cell, column, count in _cells(row):
            style = cell.get(f"{_TABLE}style-name") or (defaults[column] if column < len(defaults) else "")
            told = cell.get(f"{_OFFICE}value-type") in ("date", "percentage")
            for at in ((one, column + step) for one in lines for step in range(count)):
                _scan_cell(cell, at, scan, shown.get(style, "") if told else "")
        line += repeated
    return scan


def _is_filled(row: ET.Element) -> bool:
    return any(cell.attrib.keys() - {f"{_TABLE}style-name", f"{_TABLE}number-columns-repeated"} for cell in row)


def _cells(row: ET.Element) -> Iterator[tuple[ET.Element, int, int]]:
    """Each cell that says something, its column, and how many times it is repeated."""
    column = 0
    for cell in row:
        count = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        if cell.attrib.keys() - {f"{_TABLE}style-name", f"{_TABLE}number-columns-repeated"}:
            yield cell, column, count
        column += count


def _scan_cell(cell: ET.Element, at: tuple[int, int], scan: SheetScan, shown: str) -> None:
    rows = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
    columns = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
    if rows > 1 or columns > 1:
        scan.merged.append((at, (at[0] + rows - 1, at[1] + columns - 1)))
    scan.formatted(at, shown)
    formula = cell.get(f"{_TABLE}formula") is not None
    error = cell.get(_ERROR_TYPE) == "error"
    if not (formula or error):
        return
    text = "".join(part for paragraph in cell.iter(_TEXT_P) for part in paragraph.itertext())
    if error:
        scan.errors[at] = text
    else:
        computed = bool(text or cell.get(f"{_OFFICE}value-type"))
        (scan.computed if computed else scan.uncomputed).append(at)
