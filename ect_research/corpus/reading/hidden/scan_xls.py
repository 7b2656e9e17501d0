"""What an .xls hides: formulas, errors, merged cells, hidden rows, dates shown as a month ([MS-XLS], BIFF8)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from ect_research.corpus.reading.hidden.ole_file import read_streams
from ect_research.corpus.reading.hidden.scan_model import (
    BUILT_IN,
    ERRORS,
    SheetScan,
    Suspicious,
    WorkbookScan,
    shown_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOF, _EOF, _SHEET, _XF, _FORMAT, _LOCKED = 0x809, 0x0A, 0x85, 0xE0, 0x41E, 0x2F
_FORMULA, _STRING, _ERROR, _NUMBER, _RK, _MULRK = 0x06, 0x207, 0x205, 0x203, 0x27E, 0xBD
_MERGED, _ROW, _COLUMNS = 0xE5, 0x208, 0x7D
_JOINS_TEXTS = 0x08  # the operator « & », last of the formula: what it gives cannot be the number 0
_ON_LOAD = 0x03  # the program that wrote the formula left its computing to the next one


def scan_xls(data: bytes) -> WorkbookScan:
    """Look into an .xls; ``known`` is False for one older than Excel 97, whose records differ.

    Raises:
        Suspicious: damaged, or locked by a password; the text says which in French.
    """
    try:
        streams = read_streams(data)
        if "EncryptedPackage" in streams:
            raise Suspicious("classeur protégé par un mot de passe")
        book = streams.get("Workbook", b"")
        if len(book) < 8 or struct.unpack_from("<H", book, 4)[0] != 0x0600:
            return WorkbookScan(known=False)
        macros = any(name in streams for name in ("VBA", "dir", "_VBA_PROJECT"))
        return WorkbookScan(_sheets(book), macros=macros)
    except (struct.error, ValueError, IndexError) as error:
        raise Suspicious(f"classeur abîmé ({error})") from error


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one substream, those of the charts inside it left out."""
    depth = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 1:
            yield kind, book[at + 4 : at + 4 + size]
        if depth == 0:
            return
        at += 4 + size


def _sheets(book: bytes) -> dict[str, SheetScan]:
    formats, styles, places = dict(BUILT_IN), [], {}
    for kind, body in _records(book, 0):
        if kind == _LOCKED:
            raise Suspicious("classeur protégé par un mot de passe")
        if kind == _XF:
            styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _FORMAT:
            formats[struct.unpack_from("<H", body)[0]] = _text(body, 2, wide_count=True)
        elif kind == _SHEET:
            places[_text(body, 6, wide_count=False)] = struct.unpack_from("<I", body)[0]
    shown = [shown_of(formats.get(number, "")) for number in styles]
    return {name: _scan_sheet(book, at, shown) for name, at in places.items()}


def _text(body: bytes, at: int, *, wide_count: bool) -> str:
    count = struct.unpack_from("<H" if wide_count else "<B", body, at)[0]
    at += 2 if wide_count else 1
    wide = body[at] & 1
    return body[at + 1 : at + 1 + count * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _scan_sheet(book: bytes, at: int, shown: list[str]) -> SheetScan:
    scan = SheetScan()
    waiting: tuple[int, int] | None = None
    for kind, body in _records(book, at):
        if kind in (_FORMULA, _ERROR, _NUMBER, _RK):
            line, column, style = struct.unpack_from("<HHH", body)
            cell = (line + 1, column)
            if kind in (_FORMULA, _ERROR):
                waiting = _formula_or_error(scan, cell, kind, body)
            scan.formatted(cell, shown[style] if style < len(shown) and cell not in scan.errors else "")
        elif kind == _MULRK:
            line, first = struct.unpack_from("<HH", body)
            for step in range((len(body) - 6) // 6):
                style = struct.unpack_from("<H", body, 4 + 6 * step)[0]
                scan.formatted((line + 1, first + step), shown[style] if style < len(shown) else "")
        elif kind == _STRING and waiting:
            scan.values[waiting] = _text(body, 0, wide_count=True)
        else:
            _layout(scan, kind, body)
    return scan


def _formula_or_error(scan: SheetScan, cell: tuple[int, int], kind: int, body: bytes) -> tuple[int, int] | None:
    """Note a formula or an error; the cell when its text comes in the next record."""
    if kind == _ERROR:
        if body[7]:
            scan.errors[cell] = ERRORS.get(body[6], "")
        return None
    value, flags = body[6:14], struct.unpack_from("<H", body, 14)[0]
    special = value[6:8] == b"\xff\xff"
    if special and value[0] == 2:
        scan.errors[cell] = ERRORS.get(value[2], "")
        return None
    text = len(body) > 22 and body[21 + struct.unpack_from("<H", body, 20)[0]] == _JOINS_TEXTS
    never = value == b"\0" * 8 and (flags & _ON_LOAD or text)
    (scan.uncomputed if never else scan.computed).append(cell)
    if special and value[0] == 3:
        scan.values[cell] = ""
    return cell if special and value[0] == 0 else None


def _layout(scan: SheetScan, kind: int, body: bytes) -> None:
    if kind == _MERGED:
        for step in range(struct.unpack_from("<H", body)[0]):
            top, bottom, left, right = struct.unpack_from("<HHHH", body, 2 + 8 * step)
            scan.merged.append(((top + 1, left), (bottom + 1, right)))
    elif kind == _ROW and body[12] & 0x20:
        scan.hidden_lines.append(struct.unpack_from("<H", body)[0] + 1)
    elif kind == _COLUMNS and body[8] & 1:
        first, last = struct.unpack_from("<HH", body)
        scan.hidden_columns += range(first, min(last, 255) + 1)
