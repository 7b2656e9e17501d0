"""What the cells of a workbook hide from a reader, whatever its format, and how it is told, with its address.

One real parse of the XML parts, however they were written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ect_research.corpus.reading.header_rows import is_total, letters
from ect_research.corpus.text.dates import YEARS
from ect_research.corpus.text.raw_table import Place, Problem
from ect_research.words import Told, mark

if TYPE_CHECKING:
    import zipfile

    from ect_research.corpus.text.raw_table import RawTable

    Start = Callable[[str, dict[str, str]], None]


Cell = tuple[int, int]
_MOST_CELLS = 30_000_000
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
    # numbers whose format shows a part of what is kept, with what it shows (`shown_of`): ``mars-25``, ``40 %``, ``1,2 k€``
    shown: dict[Cell, str] = field(default_factory=dict)
    struck: list[Cell] = field(default_factory=list)  # cells whose text is struck through, wholly or in part
    notes: list[Cell] = field(default_factory=list)  # cells that bear a note or a comment, which no reader gives
    boxes: int = 0  # texts beside the cells (text boxes, drawings), which no reader gives either
    hidden_lines: list[int] = field(default_factory=list)  # lines hidden by hand or by a filter
    hidden_columns: list[int] = field(default_factory=list)  # hidden columns, from 0
    values: dict[Cell, str] = field(default_factory=dict)  # texts that the reader is known to lose a part of
    filled: int = 0  # cells that hold something for sure
    perhaps: int = 0  # cells that hold a text which may be blank, the result of a formula or an error
    last: Cell = (0, 0)  # furthest row and column of both

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


def parse_xml(
    data: bytes,
    start: Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Tell each element of a part by its local name; no element is kept.

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
    parser.Parse(data, True)  # noqa: FBT003 - expat takes it by place only


def parse_trees(
    data: bytes, wanted: Container[str], found: Callable[[Element], object], other: Start = lambda *_: None
) -> None:
    """Give each ``wanted`` element whole, once it ends and with local names, and tell the ``other`` ones that start."""
    builder, depth = TreeBuilder(), 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        if depth or name in wanted:
            depth += 1
            builder.start(name, attributes)
        else:
            other(name, attributes)

    def end(name: str) -> None:
        nonlocal builder, depth
        if depth:
            depth -= 1
            builder.end(name)
            if not depth:
                found(builder.close())
                builder = TreeBuilder()

    parse_xml(data, start, end, lambda text: builder.data(text) if depth else None)


def elements_of(archive: zipfile.ZipFile, part: str, name: str) -> list[Element]:
    """The elements of a name in a part, in order, each whole."""
    found: list[Element] = []
    parse_trees(archive.read(part), (name,), found.append)
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
_RETYPE = Told("retaper les nombres dans une colonne au format « standard »")
_SHOWN = {
    "formule": (mark("{n} formule(s) : la valeur calculée au dernier enregistrement est lue"), Told("des valeurs"),
                Told("copier, puis « collage spécial : valeurs »")),
    "mois": (mark("{n} date(s) affichées sans jour et enregistrées au premier : lues au mois ou à l’année"), "",
             Told("rien à faire si c’est bien cela")),
    "jour": (mark("{n} date(s) affichées sans jour mais enregistrées à un jour précis : lues au jour près"),
             Told("un texte comme 03/2025"), Told("retaper ce qui est su : le jour, ou le mois en texte")),
    "jour_mois": (mark("{n} date(s) affichées sans année : celle qui est lue a pu être ajoutée par le tableur"),
                  Told("une date avec son année"), Told("vérifier l’année dans la cellule")),
    "pourcent": (mark("{n} cellule(s) en pourcentage : le tableur enregistre {kept} pour ce qu’il montre multiplié par 100"),
                 Told("un nombre sans « {sign} » dans son format", sign="%"), _RETYPE),
    "milliers": (mark("{n} cellule(s) montrées en milliers ou en millions : le tableur enregistre {kept}, sans multiplier"),
                 Told("un nombre sans « {sign} » dans son format", sign="k€"), _RETYPE),
}  # fmt: skip


def find_hidden(table: RawTable, scan: SheetScan) -> Iterator[Problem]:
    """What the cells of a table hide, with the address of each (one line per column for what is only to be known)."""
    told = {line for line, _ in [*scan.computed, *scan.uncomputed, *scan.errors]}
    totals = {line for line, cells in table.rows if line in told and any(is_total(cell) for cell in cells)}
    seen = [cell for cell in scan.computed if cell[0] > table.place.ligne and cell[0] not in totals]
    yield from _by_column(table, {"formule": seen})
    for cell in sorted(cell for cell in scan.uncomputed if cell[0] not in totals):
        yield Problem(
            *_at(table, cell), _address(cell), "formule sans valeur calculée : le contenu est perdu", "une valeur",
            "ouvrir et enregistrer dans un tableur, ou réexporter en CSV",
        )  # fmt: skip
    for cell, said in sorted((cell, said) for cell, said in scan.errors.items() if cell[0] not in totals):
        yield Problem(
            *_at(table, cell), said or _address(cell), Told("cellule en erreur ({cell})", cell=_address(cell)),
            "une valeur, ou rien", "corriger la formule, ou vider la cellule",
        )  # fmt: skip
    yield from _by_column(table, _misleading_formats(table, scan))
    yield from _odd_years(table)
    yield from _hidden_layout(table, scan)
    yield from _merged_cells(table, scan)
    yield from _marked_cells(table, scan)


def _at(table: RawTable, cell: Cell) -> tuple[Place, str]:
    """The line of a cell, and the name of its column."""
    line, column = cell
    named = column < len(table.header) and table.header[column]
    return replace(table.place, ligne=line), named or f"colonne {letters(column)}"


def _address(cell: Cell) -> str:
    return f"{letters(cell[1])}{cell[0]}"


def _misleading_formats(table: RawTable, scan: SheetScan) -> dict[str, list[Cell]]:
    """Dates and numbers that are not what the sheet shows: what is kept under them says more than anyone typed."""
    rows = dict(table.rows)
    found = defaultdict(list)
    for (line, column), shown in scan.shown.items():
        if line in rows and column < len(table.header):
            text = rows[line][column]
            if shown in ("mois", "annee"):
                shown = "mois" if len(text) < 10 else "" if typed_year(text) else "jour"  # noqa: PLW2901
            found[shown].append((line, column))
    return found


def _by_column(table: RawTable, found: dict[str, list[Cell]]) -> Iterator[Problem]:
    """One line per column and kind; an error for numbers, for nobody can say which of the two was meant."""
    rows = dict(table.rows)
    for kind, (said, expected, remedy) in _SHOWN.items():
        cells = found.get(kind, [])
        for column in sorted({index for _, index in cells}):
            lines = sorted(line for line, index in cells if index == column)
            first = (lines[0], column)
            number = kind in ("pourcent", "milliers")
            kept = rows[lines[0]][column] if number else _address(first)
            yield Problem(
                *_at(table, first), kept, Told(said, n=len(lines), kept=kept), expected, remedy,
                "erreur" if number else "alerte",
            )  # fmt: skip


def _odd_years(table: RawTable) -> Iterator[Problem]:
    """Dates that a spreadsheet made of a year, or that each spreadsheet shows as another day."""
    old = {text for text in set().union(*(cells for _, cells in table.rows)) if _OLD.match(text)}
    found = [((line, column), text) for line, cells in table.rows if old and not old.isdisjoint(cells)
             for column, text in enumerate(cells) if text in old]  # fmt: skip
    for cell, text in found:
        if text < "1900-03":
            yield Problem(
                *_at(table, cell), text,
                "date d’avant mars 1900 dans une cellule de date : chaque tableur y met un autre jour", "un texte",
                "la retaper en texte, comme 12/01/1900",
            )  # fmt: skip
        elif year := typed_year(text):
            yield Problem(
                *_at(table, cell), text,
                Told("{text}/{text2}/{text3} ({index}{line}) : une année tapée dans une cellule de date ?",
                text=text[8:], text2=text[5:7], text3=text[:4], index=letters(cell[1]), line=cell[0]),
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
    if lines := sorted(set(scan.hidden_lines) & {line for line, _ in table.rows}):
        yield Problem(
            replace(table.place, ligne=lines[0]), "", "", Told("{n} ligne(s) masquées ou filtrées, lues comme les autres",
            n=len(lines)), "des lignes visibles", "les afficher, et supprimer celles qui ne comptent pas", "alerte",
        )  # fmt: skip
    for column in sorted(set(scan.hidden_columns)):
        if column < len(table.header) and table.header[column]:
            yield Problem(
                table.place, table.header[column], "", Told("colonne {column} masquée, lue comme les autres",
                column=letters(column)), "une colonne visible", "l’afficher", "alerte",
            )  # fmt: skip


def _merged_cells(table: RawTable, scan: SheetScan) -> Iterator[Problem]:
    """Merged cells, of which the sheet shows the first only: the others are blank, or hold what nobody sees."""
    rows, header = dict(table.rows), table.place.ligne
    for (top, left), (bottom, right) in sorted(scan.merged):
        if bottom <= header:
            continue
        hidden = [
            Told("« {rows} » ({column}{line})", rows=rows[line][column], column=letters(column), line=line)
            for line in range(top, bottom + 1)
            for column in range(left, min(right + 1, len(table.header)))
            if (line, column) != (top, left) and line in rows and rows[line][column]
        ]
        said = Told("seule la première a une valeur, les autres sont lues vides")
        if hidden:
            more = "…" if len(hidden) > 5 else ""
            said = Told("elles cachent {names}{more}, lu comme le reste", names=hidden[:5], more=more)
        yield Problem(
            *_at(table, (max(top, header + 1), left)), f"{_address((top, left))}:{_address((bottom, right))}",
            Told("cellules fusionnées : {told}", told=said),
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
            names = ", ".join(map(_address, found[:12])) + (", …" if found[12:] else "")
            yield Problem(*_at(table, found[0]), names, Told(said, n=len(found)), expected, remedy, "alerte")
    if scan.boxes:
        yield Problem(
            replace(table.place, ligne=0), "", "", Told("{n} texte(s) posés sur la feuille, non lus", n=scan.boxes),
            "ce qui compte, dans une cellule", "le recopier dans le tableau s’il dit un fait", "alerte",
        )  # fmt: skip
