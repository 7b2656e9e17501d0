"""What the cells of a sheet hide from a reader, told with their address: formulas, errors, merged cells, partial dates."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ect_research.corpus.cells.dates import YEARS
from ect_research.corpus.reading.header_rows import formula_problems, is_total, letters
from ect_research.corpus.text.problems import Problem
from ect_research.words import Told, mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ect_research.corpus.reading.hidden.scan_model import SheetScan
    from ect_research.corpus.text.raw_table import RawTable


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
    for found, said, sign in (
        (
            scan.percents,
            mark("{n} cellule(s) en pourcentage : le tableur enregistre {kept} pour ce qu’il montre multiplié par 100"),
            "%",
        ),
        (
            scan.thousands,
            mark("{n} cellule(s) montrées en milliers ou en millions : le tableur enregistre {kept}, sans multiplier"),
            "k€",
        ),
    ):
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
