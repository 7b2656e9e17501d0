"""What is looked for in a workbook, whatever its format, and one real parse of its XML parts, however they were written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable, Iterable, Iterator

    Start = Callable[[str, dict[str, str]], None]

from ect_research.words import Told

Cell = tuple[int, int]
_MOST_CELLS = 30_000_000
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)')
LARGE_UNIT = re.compile(r"\b([kK](€|\b)|Md?€)|[Mm]illi(er|on|ard)")
_CHUNK = 1 << 16


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
        undayed: cells shown as a month or a year without a day (``mars-25``), with ``mois`` or ``annee``.
        unyeared: cells shown as a day without a year (``12/03``): the spreadsheet added the year of that day.
        percents: numbers shown as a percentage: 40 % is kept as 0.4.
        thousands: numbers shown with a « k€ » or « M€ » that they do not hold: 1,2 k€ is kept as 1.2.
        struck: cells whose text is struck through, wholly or in part.
        notes: cells that bear a note or a comment, which no reader gives.
        boxes: texts beside the cells (text boxes, drawings), which no reader gives either.
        hidden_lines: lines hidden by hand or by a filter.
        hidden_columns: hidden columns, from 0.
        values: texts that the reader is known to lose a part of.
        filled: cells that hold something for sure.
        perhaps: cells that hold a text which may be blank, the result of a formula or an error.
        last: furthest row and column of both.
    """

    computed: list[Cell] = field(default_factory=list)
    uncomputed: list[Cell] = field(default_factory=list)
    errors: dict[Cell, str] = field(default_factory=dict)
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)
    undayed: dict[Cell, str] = field(default_factory=dict)
    unyeared: list[Cell] = field(default_factory=list)
    percents: list[Cell] = field(default_factory=list)
    thousands: list[Cell] = field(default_factory=list)
    struck: list[Cell] = field(default_factory=list)
    notes: list[Cell] = field(default_factory=list)
    boxes: int = 0
    hidden_lines: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    values: dict[Cell, str] = field(default_factory=dict)
    filled: int = 0
    perhaps: int = 0
    last: Cell = (0, 0)

    def formatted(self, cell: Cell, shown: str) -> None:
        """Note a number whose format shows only a part of a date (`shown_of`)."""
        if shown in ("mois", "annee"):
            self.undayed[cell] = shown
        elif shown == "jour_mois":
            self.unyeared.append(cell)
        elif shown == "pourcent":
            self.percents.append(cell)
        elif shown == "milliers":
            self.thousands.append(cell)

    def refuse_far_cell(self) -> None:
        """A lone cell at XFD1048576 makes a reader build seventeen billion cells.

        Raises:
            Suspicious: there is one.
        """
        line, column = self.last
        if line * (column + 1) > _MOST_CELLS:
            raise Suspicious(Told("une cellule isolée très loin du tableau (ligne {line}, colonne {column})", line=line,
                column=column + 1))  # fmt: skip


@dataclass
class WorkbookScan:
    """What a workbook hides: by sheet, and its macros; ``known`` is False when its format is not looked into."""

    sheets: dict[str, SheetScan] = field(default_factory=dict)
    macros: bool = False
    known: bool = True


def shown_of(code: str) -> str:
    """What a number format shows of what is kept: ``mois``, ``annee``, ``jour_mois``, ``pourcent``, ``milliers``, ``""``.

    >>> shown_of("mmm-yy"), shown_of("yyyy"), shown_of("d mmmm"), shown_of("dd/mm/yyyy"), shown_of("0.0%")
    ('mois', 'annee', 'jour_mois', '', 'pourcent')
    >>> shown_of('0.0" k€"'), shown_of('0," k€"')  # the comma divides what is shown by a thousand
    ('milliers', '')
    """
    words = "".join("".join(found) for found in _LITERAL.findall(code))
    if words and LARGE_UNIT.search(words) and not re.search("[0#?],+(?![0#?])", code):
        return "milliers"
    first = re.sub(r'\[[^\]]*\]|"[^"]*"|\\.|_.|\*.', "", code).lower().partition(";")[0]
    signs = set(first)
    if "%" in signs:
        return "pourcent"
    if signs & set("hs0#?@") or "general" in first or "standard" in first:
        return ""
    return shown_by(*(sign in signs for sign in "ymd"))


def shown_by(year: bool, month: bool, day: bool) -> str:  # noqa: FBT001 - three questions of one kind
    """What a format that shows some parts of a date hides of it (see `shown_of`)."""
    if year and not day:
        return "mois" if month else "annee"
    return "jour_mois" if day and month and not year else ""


def chunks_of(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part as it is unpacked; read to its end, so that a size that lies is found by its checksum."""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def parse_xml(
    chunks: Iterable[bytes],
    start: Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Tell each element of a part by its local name, as it is unpacked; no element is kept.

    Args:
        chunks: the part, in pieces.
        start: called with the local name and the attributes (their names as written) of each element that opens.
        end: called with the local name of each element that closes.
        text: called with the texts, in whole pieces.

    Raises:
        Suspicious: it declares entities, which is how a small file unpacks into gigabytes.
        ExpatError: not XML.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_entities
    local = _Local()
    parser.StartElementHandler = lambda name, attributes: start(local[name], attributes)
    if end is not None:
        closed = end
        parser.EndElementHandler = lambda name: closed(local[name])
    if text is not None:
        parser.CharacterDataHandler = text
    for chunk in chunks:
        parser.Parse(chunk, False)  # noqa: FBT003 - expat takes it by place only
    parser.Parse(b"", True)  # noqa: FBT003


def elements_of(archive: zipfile.ZipFile, part: str) -> list[tuple[str, dict[str, str]]]:
    """Local name and attributes, by local name too, of every element of a small part, in order."""
    found: list[tuple[str, dict[str, str]]] = []
    parse_xml(chunks_of(archive, part), lambda name, attributes: found.append((name, by_local_name(attributes))))
    return found


def by_local_name(attributes: dict[str, str]) -> dict[str, str]:
    """Attributes without their prefixes.

    >>> by_local_name({"r:id": "rId1", "name": "projets"})
    {'id': 'rId1', 'name': 'projets'}
    """
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}


class _Local(dict[str, str]):
    def __missing__(self, name: str) -> str:
        self[name] = name.rpartition(":")[2]
        return self[name]


def _refuse_entities(*_: object) -> None:
    raise Suspicious("classeur piégé : il déclare des entités XML")
