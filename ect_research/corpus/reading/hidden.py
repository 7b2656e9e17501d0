"""What the cells of a workbook hide from a reader, whatever its format, and how it is told, with its address.

One real parse of the XML parts, however they were written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING
from xml.parsers import expat

from ect_research.corpus.reading.header_rows import formula_problems, is_total, letters
from ect_research.corpus.text.dates import YEARS
from ect_research.corpus.text.raw_table import Problem
from ect_research.words import Told, mark

if TYPE_CHECKING:
    import zipfile

    from ect_research.corpus.text.raw_table import RawTable

    Start = Callable[[str, dict[str, str]], None]


Cell = tuple[int, int]
_MOST_CELLS = 30_000_000
_CHUNK = 1 << 16
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)')
LARGE_UNIT = re.compile(r"\b([kK](€|\b)|Md?€)|[Mm]illi(er|on|ard)")


class Suspicious(Exception):  # noqa: N818 - not an error of ours: what the file is, in French
    """A workbook that must not be opened; its text says why."""


@dataclass
class SheetScan:
    """What one sheet hides, cells as ``(row from 1, column from 0)``."""

    computed: list[Cell] = field(default_factory=list)  # formulas whose computed value was saved
    uncomputed: list[Cell] = field(default_factory=list)  # formulas without value: what they showed is lost
    errors: dict[Cell, str] = field(default_factory=dict)  # cells in error, with the error where the file says it
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)  # first and last cell of each merged range
    # cells shown as a month or a year without a day (``mars-25``), with ``mois`` or ``annee``
    undayed: dict[Cell, str] = field(default_factory=dict)
    # cells shown as a day without a year (``12/03``): the spreadsheet added the year of that day
    unyeared: list[Cell] = field(default_factory=list)
    percents: list[Cell] = field(default_factory=list)  # numbers shown as a percentage: 40 % is kept as 0.4
    # numbers shown with a « k€ » or « M€ » that they do not hold: 1,2 k€ is kept as 1.2
    thousands: list[Cell] = field(default_factory=list)
    struck: list[Cell] = field(default_factory=list)  # cells whose text is struck through, wholly or in part
    notes: list[Cell] = field(default_factory=list)  # cells that bear a note or a comment, which no reader gives
    boxes: int = 0  # texts beside the cells (text boxes, drawings), which no reader gives either
    hidden_lines: list[int] = field(default_factory=list)  # lines hidden by hand or by a filter
    hidden_columns: list[int] = field(default_factory=list)  # hidden columns, from 0
    values: dict[Cell, str] = field(default_factory=dict)  # texts that the reader is known to lose a part of
    filled: int = 0  # cells that hold something for sure
    perhaps: int = 0  # cells that hold a text which may be blank, the result of a formula or an error
    last: Cell = (0, 0)  # furthest row and column of both

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
        """A lone cell at XFD1048576 makes a reader build seventeen billion cells."""
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

    ``start`` also takes the attributes, their names as written. Entities, which is how a small file unpacks into
    gigabytes, are refused.
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


_OLD = re.compile(r"1899-\d|1900-0|1905-0|1905-1")
_PARTIAL = (
    (mark("{n} date(s) affichées sans jour et enregistrées au premier : lues au mois ou à l’année"), "",
     Told("rien à faire si c’est bien cela")),
    (mark("{n} date(s) affichées sans jour mais enregistrées à un jour précis : lues au jour près"),
     Told("un texte comme 03/2025"), Told("retaper ce qui est su : le jour, ou le mois en texte")),
    (mark("{n} date(s) affichées sans année : celle qui est lue a pu être ajoutée par le tableur"),
     Told("une date avec son année"), Told("vérifier l’année dans la cellule")),
)  # fmt: skip


def find_hidden(table: RawTable, scan: SheetScan) -> Iterator[Problem]:
    """What the cells of a table hide, with the address of each (one line per column for what is only to be known)."""
    place, header = table.place, table.header
    told = {line for line, _ in [*scan.computed, *scan.uncomputed, *scan.errors]}
    totals = {line for line, cells in table.rows if line in told and any(is_total(cell) for cell in cells)}
    inside = [cell for cell in scan.computed if cell[0] > place.ligne and cell[0] not in totals]
    yield from formula_problems(place, header, inside)
    for line, column in sorted(scan.uncomputed):
        if line not in totals:
            yield Problem(
                replace(place, ligne=line), _name(header, column), f"{letters(column)}{line}",
                "formule sans valeur calculée : le contenu est perdu", "une valeur",
                "ouvrir et enregistrer dans un tableur, ou réexporter en CSV",
            )  # fmt: skip
    for (line, column), said in sorted(scan.errors.items()):
        if line not in totals:
            yield Problem(
                replace(place, ligne=line), _name(header, column), said or f"{letters(column)}{line}",
                Told("cellule en erreur ({cell})", cell=f"{letters(column)}{line}"), "une valeur, ou rien",
                "corriger la formule, ou vider la cellule",
            )  # fmt: skip
    yield from _partial_dates(table, scan)
    yield from _misleading_numbers(table, scan)
    yield from _hidden_layout(table, scan)
    yield from _merged_cells(table, scan)
    yield from _marked_cells(table, scan)


def _merged_cells(table: RawTable, scan: SheetScan) -> Iterator[Problem]:
    """Merged cells, of which the sheet shows the first only: the others are blank, or hold what nobody sees."""
    rows = dict(table.rows)
    for (top, left), (bottom, right) in sorted(scan.merged):
        if bottom <= table.place.ligne:
            continue
        hidden = [
            Told("« {rows} » ({column}{line})", rows=rows[line][column], column=letters(column), line=line)
            for line in range(top, bottom + 1)
            for column in range(left, min(right + 1, len(table.header)))
            if (line, column) != (top, left) and line in rows and rows[line][column]
        ]
        said = Told("seule la première a une valeur, les autres sont lues vides")
        if hidden:
            said = Told(
                "elles cachent {names}{more}, lu comme le reste", names=hidden[:5], more="…" if len(hidden) > 5 else ""
            )
        yield Problem(
            replace(table.place, ligne=max(top, table.place.ligne + 1)), _name(table.header, left),
            f"{letters(left)}{top}:{letters(right)}{bottom}", Told("cellules fusionnées : {told}", told=said),
            "une valeur par cellule", "défusionner et recopier la valeur", "alerte",
        )  # fmt: skip


def _marked_cells(table: RawTable, scan: SheetScan) -> Iterator[Problem]:
    """What people say of a cell by a line through it, a note on it or a text beside it: one line per kind."""
    for cells, said, expected, remedy in (
        (scan.struck, mark("{n} cellule(s) barrées, lues comme les autres"), Told("une valeur qui vaut, ou rien"),
         Told("vider ce qui est retiré ; ôter la rature de ce qui vaut")),
        (scan.notes, mark("{n} note(s) de cellule, non lues"), Told("ce qui compte, dans une cellule"),
         Told("le recopier dans la colonne « note », puis ôter la note")),
    ):  # fmt: skip
        if found := sorted({cell for cell in cells if cell[1] < len(table.header) and cell[0] > table.place.ligne}):
            names = ", ".join(f"{letters(column)}{line}" for line, column in found[:12])
            line, column = found[0]
            yield Problem(
                replace(table.place, ligne=line), _name(table.header, column), names + (", …" if found[12:] else ""),
                Told(said, n=len(found)), expected, remedy, "alerte",
            )  # fmt: skip
    if scan.boxes:
        yield Problem(
            replace(table.place, ligne=0), "", "", Told("{n} texte(s) posés sur la feuille, non lus", n=scan.boxes),
            "ce qui compte, dans une cellule", "le recopier dans le tableau s’il dit un fait", "alerte",
        )  # fmt: skip


def _partial_dates(table: RawTable, scan: SheetScan) -> Iterator[Problem]:
    """Dates of which the sheet shows a part only: what is kept under it says more than anyone typed."""
    rows = dict(table.rows)
    read = {
        cell: rows[cell[0]][cell[1]] for cell in sorted(scan.undayed) if cell[0] in rows and cell[1] < len(table.header)
    }
    months = [cell for cell, text in read.items() if len(text) < 10]
    days = [cell for cell, text in read.items() if len(text) >= 10 and not typed_year(text)]
    yearless = [cell for cell in sorted(scan.unyeared) if cell[0] in rows and cell[1] < len(table.header)]
    for cells, (said, expected, remedy) in zip((months, days, yearless), _PARTIAL, strict=True):
        for column in sorted({index for _, index in cells}):
            lines = [line for line, index in cells if index == column]
            yield Problem(
                replace(table.place, ligne=lines[0]), _name(table.header, column), f"{letters(column)}{lines[0]}",
                Told(said, n=len(lines)), expected, remedy, "alerte",
            )  # fmt: skip


def _misleading_numbers(table: RawTable, scan: SheetScan) -> Iterator[Problem]:
    """Numbers that are not what the sheet shows: one error per column, for nobody can say which was meant."""
    rows = dict(table.rows)
    percent = mark(
        "{n} cellule(s) en pourcentage : le tableur enregistre {kept} pour ce qu’il montre multiplié par 100"
    )
    large = mark("{n} cellule(s) montrées en milliers ou en millions : le tableur enregistre {kept}, sans multiplier")
    for found, said, sign in ((scan.percents, percent, "%"), (scan.thousands, large, "k€")):
        for column in sorted({index for line, index in found if line in rows and index < len(table.header)}):
            lines = sorted(line for line, index in found if index == column and line in rows)
            kept = rows[lines[0]][column]
            yield Problem(
                replace(table.place, ligne=lines[0]), _name(table.header, column), kept,
                Told(said, n=len(lines), kept=kept),
                Told("un nombre sans « {sign} » dans son format", sign=sign),
                "retaper les nombres dans une colonne au format « standard »",
            )  # fmt: skip
    old = {text for text in set().union(*(cells for _, cells in table.rows)) if _OLD.match(text)}
    for line, cells in table.rows if old else ():
        for index, text in enumerate(cells) if not old.isdisjoint(cells) else ():
            if text < "1900-03" and _OLD.match(text):
                yield Problem(
                    replace(table.place, ligne=line), _name(table.header, index), text,
                    "date d’avant mars 1900 dans une cellule de date : chaque tableur y met un autre jour", "un texte",
                    "la retaper en texte, comme 12/01/1900",
                )  # fmt: skip
            elif year := typed_year(text):
                yield Problem(
                    replace(table.place, ligne=line), _name(table.header, index), text,
                    Told("{text}/{text2}/{text3} ({index}{line}) : une année tapée dans une cellule de date ?",
                    text=text[8:], text2=text[5:7], text3=text[:4], index=letters(index), line=line),
                    "une année en texte", Told("vouliez-vous dire {year} ? la retaper dans une cellule au format « texte »",
                    year=year),
                )  # fmt: skip


def typed_year(text: str) -> str:
    """The year that a person typed where the spreadsheet read a number of days, ``""`` when it is none.

    >>> typed_year("1905-07-17"), typed_year("2025-07-17")
    ('2025', '')
    """
    if not re.fullmatch(r"1905-\d\d-\d\d", text):
        return ""
    days = (date.fromisoformat(text) - date(1899, 12, 30)).days
    return str(days) if days in YEARS else ""


def _hidden_layout(table: RawTable, scan: SheetScan) -> Iterator[Problem]:
    lines = sorted(set(scan.hidden_lines) & {line for line, _ in table.rows})
    if lines:
        yield Problem(
            replace(table.place, ligne=lines[0]), "", "", Told("{n} ligne(s) masquées ou filtrées, lues comme les autres",
            n=len(lines)),
            "des lignes visibles", "les afficher, et supprimer celles qui ne comptent pas", "alerte",
        )  # fmt: skip
    for column in sorted(set(scan.hidden_columns)):
        if column < len(table.header) and table.header[column]:
            yield Problem(
                table.place, table.header[column], "", Told("colonne {column} masquée, lue comme les autres",
                column=letters(column)),
                "une colonne visible", "l’afficher", "alerte",
            )  # fmt: skip


def _name(header: list[str], column: int) -> str:
    return header[column] if column < len(header) and header[column] else f"colonne {letters(column)}"
