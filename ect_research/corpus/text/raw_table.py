"""Cells as typed, with their address, before anything is interpreted: made comparable, and harmless where people open them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ect_research.corpus.text.problems import Place, Problem

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
Record = tuple[int, list[str]]
# The last four are what East Asian keyboards type, which spreadsheets run too (OWASP, *CSV injection*).
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class RawTable:
    """One sheet or CSV file, as text."""

    place: Place  # file, sheet and row of the header
    header: list[str]  # the header cells, as typed
    # ``(row number, cells)``; blank rows are left out, cells are stripped of surrounding white space
    rows: list[Record]
    above: tuple[Record, ...] = ()  # the rows above the header, not read as facts
    # ``(row number, column index)`` of the cells already reported as unreadable
    lost: frozenset[tuple[int, int]] = frozenset()


@dataclass
class Reading:
    """What was read from a file."""

    tables: list[RawTable] = field(default_factory=list)  # its tables as text
    problems: list[Problem] = field(default_factory=list)  # what was met on the way
    broken: list[str] = field(default_factory=list)  # sheets whose content could not be read at all
    hidden: list[Place] = field(default_factory=list)  # sheets hidden in the workbook, not read


class _Plain(dict[int, int | str | None]):
    """What each sign becomes, looked up once: nothing for accents and invisible signs."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.category(chr(code)) in ("Mn", "Cf") else code
        self[code] = kept
        return kept


_PLAIN = _Plain({ord("’"): "'", ord("œ"): "oe", ord("Œ"): "oe"})


def fold(text: str) -> str:
    """A text without case, accents, apostrophe kinds, invisible signs or doubled spaces, for comparing what was typed.

    >>> fold(" Économie  sociale ") == fold("economie sociale")
    True
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    return " ".join(unicodedata.normalize("NFKD", text).translate(_PLAIN).casefold().split())


def clean_cell(text: str) -> str:
    r"""A cell without surrounding white space, its lines ended by ``\n``."""
    return text.replace("\r\n", "\n").strip() if "\r" in text else text.strip()


def neutralise(cell: str) -> str:
    """A text that no spreadsheet runs: an apostrophe before what would be a formula.

    >>> neutralise("=1+1"), neutralise("libre")
    ("'=1+1", 'libre')
    """
    return f"'{cell}" if cell.startswith(_STARTS) else cell


def neutralise_text(cell: str) -> str:
    """The same for a cell that may also be a number, which is left alone.

    >>> neutralise_text("-1,5"), neutralise_text("- un tiret")
    ('-1,5', "'- un tiret")
    """
    plain = cell[1:].replace(",", ".", 1)
    return cell if cell[:1] in "+-" and plain.replace(".", "", 1).isdecimal() else neutralise(cell)
