"""What the cells of a workbook hide from a reader, told with its address, whatever the format."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from ect_research.corpus.reading.header_rows import is_total, letters
from ect_research.corpus.text.dates import YEARS
from ect_research.corpus.text.raw_table import Problem
from ect_research.words import Told, mark

if TYPE_CHECKING:
    from ect_research.corpus.reading.sheet_scan import Cell, SheetScan
    from ect_research.corpus.text.raw_table import RawTable


class _Rule(NamedTuple):
    """How a kind of hidden things is told: one problem per column, per cell or per sheet."""

    said: str
    expected: str
    remedy: str
    by: Literal["column", "cell", "sheet"] = "column"
    level: Literal["erreur", "alerte"] = "alerte"
    quoted: bool = False  # whether what is kept is shown, and not where it is


_RETYPE = mark("retaper les nombres dans une colonne au format « standard »")
_RULES = {
    "formule": _Rule(mark("{n} formule(s) : la valeur calculée au dernier enregistrement est lue"), Told("des valeurs"),
        mark("copier, puis « collage spécial : valeurs »")),
    "sans_valeur": _Rule(mark("formule sans valeur calculée : le contenu est perdu"), Told("une valeur"),
        mark("ouvrir et enregistrer dans un tableur, ou réexporter en CSV"), "cell", "erreur"),
    "erreur": _Rule(mark("cellule en erreur ({address})"), Told("une valeur, ou rien"),
        mark("corriger la formule, ou vider la cellule"), "cell", "erreur", quoted=True),
    "mois": _Rule(mark("{n} date(s) affichées sans jour et enregistrées au premier : lues au mois ou à l’année"), "",
        mark("rien à faire si c’est bien cela")),
    "jour": _Rule(mark("{n} date(s) affichées sans jour mais enregistrées à un jour précis : lues au jour près"),
        Told("un texte comme 03/2025"), mark("retaper ce qui est su : le jour, ou le mois en texte")),
    "jour_mois": _Rule(mark("{n} date(s) affichées sans année : celle qui est lue a pu être ajoutée par le tableur"),
        Told("une date avec son année"), mark("vérifier l’année dans la cellule")),
    "pourcent": _Rule(
        mark("{n} cellule(s) en pourcentage : le tableur enregistre {kept} pour ce qu’il montre multiplié par 100"),
        Told("un nombre sans « {sign} » dans son format", sign="%"), _RETYPE, "column", "erreur", quoted=True),
    "milliers": _Rule(mark("{n} cellule(s) montrées en milliers ou en millions : le tableur enregistre {kept}, sans multiplier"),
        Told("un nombre sans « {sign} » dans son format", sign="k€"), _RETYPE, "column", "erreur", quoted=True),
    "avant_1900": _Rule(mark("date d’avant mars 1900 dans une cellule de date : chaque tableur y met un autre jour"),
        Told("un texte"), mark("la retaper en texte, comme 12/01/1900"), "cell", "erreur", quoted=True),
    "annee_tapee": _Rule(mark("{day} ({address}) : une année tapée dans une cellule de date ?"), Told("une année en texte"),
        mark("vouliez-vous dire {year} ? la retaper dans une cellule au format « texte »"), "cell", "erreur", quoted=True),
    "barree": _Rule(mark("{n} cellule(s) barrées, lues comme les autres"), Told("une valeur qui vaut, ou rien"),
        mark("vider ce qui est retiré ; ôter la rature de ce qui vaut"), "sheet"),
    "invisible": _Rule(
        mark("{n} cellule(s) dont la feuille ne montre rien, ou pas tout (couleur du fond, format vide), lues comme les autres"),
        Told("des cellules que l’on voit"),
        mark("leur rendre une couleur et un format qui se voient, puis vider ce qui ne compte pas"), "sheet"),
    "cachee_si": _Rule(mark("{n} mise(s) en forme conditionnelle qui écrivent dans la couleur du fond, ou rien ({address})"),
        Told("des cellules que l’on voit"), mark("ce qu’elles cachent est lu : vider ce qui ne compte pas"), "sheet"),
    "note": _Rule(mark("{n} note(s) de cellule, non lues"), Told("ce qui compte, dans une cellule"),
        mark("le recopier dans la colonne « note », puis ôter la note"), "sheet"),
    "lignes": _Rule(mark("{n} ligne(s) masquées ou filtrées, lues comme les autres"), Told("des lignes visibles"),
        mark("les afficher, et supprimer celles qui ne comptent pas")),
    "colonne": _Rule(mark("colonne {column} masquée, lue comme les autres"), Told("une colonne visible"), mark("l’afficher")),
    "fusion": _Rule(mark("cellules fusionnées : {told}"), Told("une valeur par cellule"),
        mark("défusionner et recopier la valeur")),
    "dessin": _Rule(mark("{n} texte(s) posés sur la feuille, non lus"), Told("ce qui compte, dans une cellule"),
        mark("le recopier dans le tableau s’il dit un fait")),
}  # fmt: skip
_OLD = re.compile(r"1899-\d|1900-0|1905-0|1905-1")


def find_hidden(table: RawTable, scan: SheetScan) -> Iterator[Problem]:
    """What the cells of a table hide, then its rows and columns, with the address of each."""
    rows, found = dict(table.rows), _by_kind(table, scan)
    for kind, rule in _RULES.items():
        groups: defaultdict[object, list[Cell]] = defaultdict(list)
        for cell in sorted(found[kind]):
            groups[{"column": cell[1], "cell": cell, "sheet": 0}[rule.by]].append(cell)
        for cells in groups.values():
            (line, column), most = cells[0], 12 if rule.by == "sheet" else 1
            names = ", ".join(map(_address, cells[:most])) + (", …" if 1 < most < len(cells) else "")
            kept = scan.errors.get(cells[0]) or "".join(rows.get(line, [])[column : column + 1]) or names
            blanks = {"n": len(cells), "kept": kept, "address": names, "year": typed_year(kept)}
            blanks["day"] = "/".join(kept.split("-")[::-1])
            yield _told(kind, table, cells[0], kept if rule.quoted else names, **blanks)
    if lines := sorted(set(scan.hidden_lines) & rows.keys()):
        yield _told("lignes", table, (lines[0], -1), "", n=len(lines))
    for column in sorted(set(scan.hidden_columns)):
        if column < len(table.header) and table.header[column]:
            yield _told("colonne", table, (table.place.ligne, column), "", column=letters(column))
    yield from _merged_cells(table, scan)
    if scan.boxes:
        yield _told("dessin", table, (0, -1), "", n=scan.boxes)


def _told(kind: str, table: RawTable, cell: Cell, value: str, **blanks: object) -> Problem:
    """A problem of a kind, at the line of a cell and under the name of its column."""
    rule, (line, column) = _RULES[kind], cell
    name = (column < len(table.header) and table.header[column]) or f"colonne {letters(column)}"
    said, remedy = Told(rule.said, **blanks), Told(rule.remedy, **blanks)
    where = replace(table.place, ligne=line), name if column >= 0 else ""
    return Problem(*where, value, said, rule.expected, remedy, rule.level)


def _address(cell: Cell) -> str:
    return f"{letters(cell[1])}{cell[0]}"


def _by_kind(table: RawTable, scan: SheetScan) -> defaultdict[str, set[Cell]]:
    """The cells of each kind, without those of lines of totals, which are no facts."""
    rows, found = dict(table.rows), defaultdict(set)
    lost = {cell for kind in ("formule", "sans_valeur", "erreur") for cell in scan.cells[kind]}
    totals = {line for line in {line for line, _ in lost} & rows.keys() if any(map(is_total, rows[line]))}
    for kind, cells in scan.cells.items():
        for line, column in cells:
            inside = line > table.place.ligne and column < len(table.header)
            if line in totals or not (inside or kind in ("sans_valeur", "erreur", "cachee_si")):
                continue
            text, sort = rows[line][column] if inside and line in rows else "", kind
            if kind in ("mois", "annee"):  # what is kept under them may say more than anyone typed
                sort = "mois" if len(text) < 10 else "" if typed_year(text) else "jour"
            found[sort].add((line, column))
    old = {text for text in table.texts if _OLD.match(text)}
    for line, texts in rows.items() if old else ():
        for column, text in enumerate(texts):
            if text in old and (text < "1900-03" or typed_year(text)):
                found["avant_1900" if text < "1900-03" else "annee_tapee"].add((line, column))
    return found


def typed_year(text: str) -> str:
    """The year that a person typed where the spreadsheet read a number of days, ``""`` when it is none.

    >>> typed_year("1905-07-17"), typed_year("2025-07-17")
    ('2025', '')
    """
    if not re.fullmatch(r"1905-\d\d-\d\d", text):
        return ""
    days = (date.fromisoformat(text) - date(1899, 12, 30)).days
    return str(days) if days in YEARS else ""


def _merged_cells(table: RawTable, scan: SheetScan) -> Iterator[Problem]:
    """Merged cells, of which the sheet shows the first only: the others are blank, or hold what nobody sees."""
    rows, header = dict(table.rows), table.place.ligne
    for (top, left), (bottom, right) in sorted(scan.merged):
        hidden = [
            Told("« {rows} » ({column}{line})", rows=text, column=letters(column), line=line)
            for line in range(top, bottom + 1)
            for column, text in enumerate(rows.get(line, [])[left : right + 1], left)
            if text and (line, column) != (top, left)
        ]
        said = Told("seule la première a une valeur, les autres sont lues vides")
        if hidden:
            said = Told(
                "elles cachent {names}{more}, lu comme le reste", names=hidden[:5], more="…" * (len(hidden) > 5)
            )
        names = f"{_address((top, left))}:{_address((bottom, right))}"
        if bottom > header:
            yield _told("fusion", table, (max(top, header + 1), left), names, told=said)
