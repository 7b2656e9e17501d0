"""What an .xlsb hides: formulas, errors, merged cells, hidden rows, dates shown as a month ([MS-XLSB])."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from ect_research.corpus.reading.hidden.scan_model import BUILT_IN, ERRORS, SheetScan, shown_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROW, _REAL_OR_RK, _ERROR, _FORMULAS, _FORMULA_ERROR = 0, (2, 5), 3, (8, 9, 10, 11), 11
_SHEET, _MERGED, _FORMAT, _STYLES_BEGIN, _STYLES_END, _STYLE = 156, 176, 44, 617, 618, 47
_COLUMNS = 60
_ALWAYS = 0x02


def sheet_links(workbook: bytes) -> dict[str, str]:
    """``{relation identifier: name}`` of the sheets that ``workbook.bin`` lists."""
    found = {}
    for kind, body in _records(workbook):
        if kind == _SHEET:
            link, at = _text(body, 8)
            found[link] = _text(body, at)[0]
    return found


def shown_by_style(styles: bytes) -> list[str]:
    """What each cell style of ``styles.bin`` shows of a date (see `shown_of`)."""
    formats, found, inside = dict(BUILT_IN), [], False
    for kind, body in _records(styles):
        if kind == _FORMAT:
            formats[struct.unpack_from("<H", body)[0]] = _text(body, 2)[0]
        elif kind in (_STYLES_BEGIN, _STYLES_END):
            inside = kind == _STYLES_BEGIN
        elif kind == _STYLE and inside:
            found.append(shown_of(formats.get(struct.unpack_from("<H", body, 2)[0], "")))
    return found


def scan_xlsb_sheet(data: bytes, shown: list[str]) -> SheetScan:
    """What one sheet hides.

    Raises:
        struct.error: damaged.
    """
    scan, line = SheetScan(), 0
    for kind, body in _records(data):
        if kind == _ROW:
            line = struct.unpack_from("<I", body)[0] + 1
            if len(body) > 11 and body[11] & 0x10:
                scan.hidden_lines.append(line)
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<IIII", body)
            scan.merged.append(((top + 1, left), (bottom + 1, right)))
        elif kind == _COLUMNS and len(body) > 16 and body[16] & 1:
            first, last = struct.unpack_from("<II", body)
            scan.hidden_columns += range(first, min(last, 2000) + 1)
        elif kind in (*_REAL_OR_RK, _ERROR, *_FORMULAS):
            _scan_cell(scan, line, kind, body, shown)
    return scan


def _scan_cell(scan: SheetScan, line: int, kind: int, body: bytes, shown: list[str]) -> None:
    column, style = struct.unpack_from("<II", body)
    cell, style = (line, column), style & 0xFFFFFF
    if kind in (_ERROR, _FORMULA_ERROR):
        scan.errors[cell] = ERRORS.get(body[8], "")
        return
    if kind in _FORMULAS:
        never = kind == 9 and body[8:16] == b"\0" * 8 and struct.unpack_from("<H", body, 16)[0] & _ALWAYS
        (scan.uncomputed if never else scan.computed).append(cell)
    if kind in (*_REAL_OR_RK, 9):
        scan.formatted(cell, shown[style] if style < len(shown) else "")


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        kind, at = _varying(data, at, 2)
        size, at = _varying(data, at, 4)
        yield kind, data[at : at + size]
        at += size


def _varying(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, as long as the eighth is set, and the place after it."""
    number = 0
    for step in range(most):
        if at >= len(data):
            raise struct.error("enregistrement coupé")
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << 7 * step
        if byte < 0x80:
            break
    return number, at


def _text(body: bytes, at: int) -> tuple[str, int]:
    count = struct.unpack_from("<I", body, at)[0]
    count = 0 if count == 0xFFFFFFFF else count
    end = at + 4 + 2 * count
    return body[at + 4 : end].decode("utf-16-le"), end
