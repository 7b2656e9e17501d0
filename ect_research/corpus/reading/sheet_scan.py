"""What the cells of a sheet hide, noted one by one, and the parse of the XML that says it, however it was written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree.ElementTree import iterparse

from ect_research.words import Told

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Cell = tuple[int, int]
ALL = "+-0@"  # positive and negative numbers, zeros, texts
_MOST_CELLS = 30_000_000
_MOST_IN_A_TREE = 1_000_000
_DOCTYPES = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le")[:-1])  # the second, of either order of bytes
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]')
_local = lru_cache(lambda name: name.rpartition("}")[2])
_LARGE_UNIT = re.compile(r"\b([kK](€|\b)|Md?€)|[Mm]illi(er|on|ard)")


class Suspicious(Exception):  # noqa: N818 - not an error of ours: what the file is, in French
    """A workbook that must not be opened; its text says why."""


@dataclass(frozen=True)
class Look:
    """What the look of a cell does to what it holds."""

    shown: str = ""  # what its format shows of a number (`shown_of`)
    unseen: str = ""  # of what it shows nothing (`unseen_of`)
    struck: bool = False  # its text is struck through, wholly or in part

    @classmethod
    def of(cls, code: str, ink: str, ground: str, *, struck: bool) -> Look:
        """The look of a number format and of colours, ``""`` being black for the ink and white for the ground."""
        return cls(shown_of(code), ALL if ink == (ground or "FFFFFF") else unseen_of(code), struck)


@dataclass
class SheetScan:
    """What one sheet hides, cells as ``(row from 1, column from 0)``."""

    # by kind: ``formule`` (its computed value was saved), ``sans_valeur`` (what a formula showed is lost), ``erreur``, numbers
    # of which a part is shown (`shown_of`), ``barree`` (a text struck, wholly or in part), ``invisible`` (nothing is shown),
    # ``note`` (a note or a comment, which no reader gives)
    cells: defaultdict[str, list[Cell]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[Cell, str] = field(default_factory=dict)  # what the cells in error show, where the file says it
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)  # first and last cell of each merged range
    boxes: int = 0  # texts beside the cells (text boxes, drawings), which no reader gives either
    hidden_lines: list[int] = field(default_factory=list)  # lines hidden by hand or by a filter
    hidden_columns: list[int] = field(default_factory=list)  # hidden columns, from 0
    values: dict[Cell, str] = field(default_factory=dict)  # texts that the reader is known to lose a part of
    filled: int = 0  # cells that hold something for sure
    perhaps: int = 0  # cells that hold a text which may be blank, the result of a formula or an error
    last: Cell = (0, 0)  # furthest row and column of both

    def note(self, at: Cell, content: tuple[str, str], look: Look, *, formula: bool) -> None:
        """Count a cell that holds something, and keep what it hides.

        ``content``: ``number`` (or date), ``text``, ``perhaps`` (it may be blank), ``error``, ``""`` (not saved); its text.
        """
        kind, text = content
        sure = kind in ("number", "text") and not formula
        self.filled, self.perhaps = self.filled + sure, self.perhaps + (not sure)
        if at[0] > self.last[0] or at[1] > self.last[1]:
            self.last = max(self.last[0], at[0]), max(self.last[1], at[1])
        sign = "@" if kind != "number" else "0" if not text.strip("0.") else "-" if text[0] == "-" else "+"
        hides = {
            "erreur": kind == "error",
            "formule": formula and kind not in ("", "error"),
            "sans_valeur": formula and not kind,
            look.shown: bool(look.shown) and kind == "number",
            "barree": look.struck and kind,
            "invisible": kind and look.unseen and sign in look.unseen,
        }
        for name in filter(hides.get, hides):
            self.cells[name].append(at)
        if kind == "error":
            self.errors[at] = text

    def refuse_far_cell(self) -> None:
        """A lone cell at XFD1048576 makes a reader build seventeen billion cells."""
        line, column = self.last
        if line * (column + 1) > _MOST_CELLS:
            raise Suspicious(Told("une cellule isolée très loin du tableau (ligne {line}, colonne {column})", line=line,
                column=column + 1))  # fmt: skip


def shown_of(code: str) -> str:
    """What a number format shows of what is kept: ``mois``, ``annee``, ``jour_mois``, ``pourcent``, ``milliers``, ``""``.

    >>> shown_of("mmm-yy"), shown_of("yyyy"), shown_of("d mmmm"), shown_of("dd/mm/yyyy"), shown_of("0.0%")
    ('mois', 'annee', 'jour_mois', '', 'pourcent')
    >>> shown_of('0.0" k€"'), shown_of('0," k€"')  # the comma divides what is shown by a thousand
    ('milliers', '')
    """
    words = "".join("".join(found) for found in _LITERAL.findall(code))
    if words and _LARGE_UNIT.search(words) and not re.search("[0#?],+(?![0#?])", code):
        return "milliers"
    first = re.sub(r'\[[^\]]*\]|"[^"]*"|\\.|_.|\*.', "", code).lower().partition(";")[0]
    signs = set(first)
    if "%" in signs:
        return "pourcent"
    if signs & set("hs0#?@") or "general" in first or "standard" in first:
        return ""
    if "y" in signs and "d" not in signs:
        return "mois" if "m" in signs else "annee"
    return "jour_mois" if {"d", "m"} <= signs and "y" not in signs else ""


def unseen_of(code: str) -> str:
    """Of what a number format shows nothing, among `ALL`.

    >>> unseen_of(";;;"), unseen_of("0;-0;;@"), unseen_of("0.0"), unseen_of('_-* "-"??;;"néant"')
    ('+-0@', '0', '', '-')
    """
    spoken = _LITERAL.sub(lambda said: "x" * any(said.groups()), code)
    bare = re.sub(r"\[(?![hms]+\])[^\]]*\]|_.|\*.| ", "", spoken)
    parts = bare.split(";") if code else ["General"]
    plus, minus, zero, text = (*parts, *(parts[0],) * (3 - len(parts)), "@")[:4]
    return "".join(sign for sign, part in zip(ALL, (plus, minus, zero.strip("#?,"), text), strict=True) if not part)


def trees(data: bytes, wanted: Container[str], heads: Container[str] = ()) -> Iterator[Element]:
    """Each ``wanted`` element of a part, whole, once it ends, and the ``heads`` when they start; names without prefix.

    Nothing is kept of what was given or passed. Entities, which is how a small file unpacks into gigabytes, are refused.
    """
    if any(word in data for word in _DOCTYPES):
        raise Suspicious("classeur piégé : il déclare des entités XML")
    grown = 0
    around: list[Element] = []
    whole: Element | None = None
    for event, element in iterparse(BytesIO(data), ("start", "end")):  # noqa: S314 - no entities
        if event == "start":
            element.tag = _local(element.tag)
            around.append(element)
            if whole is None and element.tag in wanted:
                whole, grown = element, 0
            elif whole is None and element.tag in heads:
                yield element
            if (grown := grown + 1) > _MOST_IN_A_TREE and whole is not None:
                raise Suspicious("classeur piégé : une ligne ou un style sans fin")
            continue
        around.pop()
        if whole is not None and element is whole:
            yield whole
            whole = None
        if whole is None and around:
            del around[-1][:]
