"""Rows of text → a table: what people call its columns, where its header is, what a title, a total or a ragged row loses."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ect_research.corpus.text.raw_table import Place, Problem, RawTable, damaged, fold
from ect_research.words import Told
from ect_research.words.carried_text import carried, uncarried

if TYPE_CHECKING:
    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.text.raw_table import Reading, Record


class Words:
    """What a codebook lets people write in the name of a sheet and in its header."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self.tables = {fold(name): name for name in codebook.table_names}
        for name in codebook.table_names:
            for language in ("fr", "en"):
                self.tables.setdefault(fold(codebook.table_label(name, language)), name)
        self.headers = {name: column_words(codebook, name) for name in codebook.table_names}

    def table(self, sheet: str) -> str | None:
        """The table that a sheet or file is named after, or None."""
        return self.tables.get(fold(sheet))

    def header_of(self, sheet: str) -> dict[str, str]:
        """``{folded name or label: column}`` of the table of a sheet, ``{}`` when it is none."""
        return self.headers.get(self.table(sheet) or "", {})

    def likely(self, raw: RawTable) -> str:
        """The table whose columns a header names best, ``""`` when under half of its cells are known."""
        cells = {fold(cell) for cell in raw.header if cell}
        hits = {name: len(cells & set(known)) for name, known in self.headers.items()}
        best = max(hits, key=lambda name: hits[name])
        return best if hits[best] > 1 and 2 * hits[best] >= len(cells) else ""


def column_words(codebook: Codebook, table: str) -> dict[str, str]:
    """``{folded name or label: column}`` of a table; a name wins over another column's label."""
    columns = codebook.columns(table)
    known = {fold(column.name): column.name for column in columns}
    for language in ("fr", "en"):
        for column in columns:
            known.setdefault(fold(column.labels[language]), column.name)
    return known


_ROWS_SEARCHED = 30
_REMARK = 60  # signs
_TOTAL = re.compile(r"(sous[- ]?)?(total|totaux|somme|moyenne)( general| generaux|e)?\s*:?")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
# What a spreadsheet shows for a cell in error, in French or English: « #REF! », « #VALEUR ! », « #N/D », « ##### », « Err:502 ».
_IN_ERROR = re.compile(
    r"#(REF|VALEUR|VALUE|NOM|NAME|NOMBRE|NUM|NULL?|DIV/0|PROPAGATION|SPILL|CALC|ERREUR|ERROR)\s?[!?]|#N/?[AD]|#{3,}|Err\s?:\s?\d{3}"
)
# What programs write for a cell that holds nothing (« None » is an answer, in English), and people for the line above.
_NO_VALUE = {"nan", "NaN", "NULL", "null", "undefined", "[object Object]", "<NA>", "NaT"}
_AS_ABOVE = {"idem", "Idem", "IDEM", "id.", "Id.", "ditto", "″", "〃", "''", '"'}
# Signs written as a page, a program, a mail, an address or a workbook writes them; an accent that was lost.
_CODED = re.compile(
    r"&(?:#\d+|#x[\da-fA-F]+|[a-zA-Z]{2,8}\d?);|\\u[\da-fA-F]{4}|(?:[=%][C-F][\dA-F][=%][89AB][\dA-F])"
    r"|(?<=[A-Za-z])%20(?=[A-Za-z])|_x[\dA-F]{4}_|[A-Za-z ]\?[a-z]"
)
# A text that a spreadsheet would run as a formula; a dash before a word is an ordinary list.
_RUNS = re.compile(r"[=@]\S|[+-][^\s].*[(!|]")


def is_total(cell: str) -> bool:
    """Whether a cell announces a line of totals.

    >>> is_total("TOTAL GÉNÉRAL :"), is_total("Total Énergies")
    (True, False)
    """
    return cell[:1].lower() in ("s", "t", "m") and _TOTAL.fullmatch(fold(cell)) is not None


def no_fact(place: Place, key: str, texts: dict[str, str]) -> Problem | None:
    """What is wrong with a line of totals, or a remark under the table: a row without code, which is no fact."""
    code = texts.get(key, "")
    if code and " " not in code and not is_total(code):
        return None
    filled = [(name, text) for name, text in texts.items() if text]
    if total := next(((name, text) for name, text in filled if is_total(text)), None):
        return Problem(place, *total, "ligne de total, pas un fait", "un fait par ligne", "la supprimer")
    if len(filled) == 1 and len(texts) > 1 and (code or len(filled[0][1]) > _REMARK):
        return Problem(
            place, *filled[0], "une remarque dans le tableau, pas un fait", "un fait par ligne",
            "la déplacer hors des lignes du tableau : au-dessus de l’en-tête, ou dans une autre feuille",
        )  # fmt: skip
    return None


def add_table(
    reading: Reading,
    place: Place,
    records: list[Record],
    known: Mapping[str, str],
    lost: frozenset[tuple[int, int]] = frozenset(),
    *,
    ragged_is_loss: bool,
) -> None:
    """Keep the table of a sheet in ``reading``, with what is wrong with its shape; an empty sheet holds none.

    ``known``: ``{folded name or label: column}`` expected in the header; ``lost``: cells already reported unreadable;
    ``ragged_is_loss``: whether a short row means a lost separator, as in a CSV.
    """
    filled = [(line, cells) for line, cells in records if any(cells)]
    if not filled:
        return
    at = _header_row(filled, known)
    line, header = filled[at][0], [name if fold(name) else "" for name in filled[at][1]]
    rows = filled[at + 1 :]
    while (
        header
        and not header[-1]
        and not any(len(cells) >= len(header) and fold(cells[len(header) - 1]) for _, cells in rows)
    ):
        header = header[:-1]
    where = replace(place, ligne=line)
    reading.problems += _title_problems(where, filled[:at])
    if rows and _repeats_header(header, rows[0][1], known):
        second = Told("seconde ligne d’en-tête, non lue comme un fait")
        reading.problems.append(Problem(replace(place, ligne=rows[0][0]), "", "", second, niveau="alerte"))
        rows = rows[1:]
    reading.problems += _header_problems(where, header, rows)
    kept = []
    texts: set[str] = set().union(*(cells for _, cells in rows))
    named = {name for name in header if fold(name) in known} & texts
    errors, odd = _odd_texts(texts)
    doubtful = named | odd
    for number, cells in rows:
        if len(cells) == len(header) and doubtful.isdisjoint(cells):
            kept.append((number, cells))
            continue
        here = Place(place.fichier, place.feuille, number)
        if len(named.intersection(cells)) > 1:
            reading.problems.append(_second_header(here, cells))
            continue
        if len(cells) != len(header):
            reading.problems += _ragged(here, header, cells, ragged_is_loss=ragged_is_loss)
        if not odd.isdisjoint(cells):
            reading.problems += _odd_cells(here, header, cells, odd)
        if errors and not errors.isdisjoint(cells):
            lost |= {(number, index) for index, cell in enumerate(cells) if cell in errors}
            cells = ["" if cell in errors else cell for cell in cells]  # noqa: PLW2901
        kept.append((number, (cells + [""] * len(header))[: len(header)]))
    reading.tables.append(RawTable(where, header, kept, tuple(filled[:at]), lost, texts))


def _odd_texts(texts: set[str]) -> tuple[set[str], set[str]]:
    """Those that stand for an error or for nothing, and all that `_odd_cells` may say something of."""
    errors = {text for text in texts if text[:1] in ("#", "E") and _IN_ERROR.fullmatch(text)} | texts & _NO_VALUE
    odd = errors | texts & _AS_ABOVE
    odd |= {text for text in texts if text and (text[0] in "=@+-" or not text.isascii() or not text.isprintable())}
    if _CODED.search("\n".join(texts)):
        odd |= {text for text in texts if _CODED.search(text)}
    return errors, odd


def _header_row(filled: list[Record], known: Mapping[str, str]) -> int:
    """The first of the rows that name the most known columns; the first row when none names any."""
    hits = [len({known[fold(cell)] for cell in cells if fold(cell) in known}) for _, cells in filled[:_ROWS_SEARCHED]]
    return hits.index(max(hits))


def _repeats_header(header: list[str], cells: list[str], known: Mapping[str, str]) -> bool:
    pairs = [(fold(name), fold(cell)) for name, cell in zip(header, cells, strict=False) if cell]
    same = sum(cell in known and known.get(name) == known[cell] for name, cell in pairs)
    return same > 1 and 2 * same >= len(pairs)


def _second_header(where: Place, cells: list[str]) -> Problem:
    return Problem(
        where, "", " | ".join(filter(None, cells))[:80], "ligne d’en-tête au milieu des faits : une seconde table ?",
        "une table par feuille ou par fichier", "la déplacer dans sa feuille, ou supprimer cette ligne",
    )  # fmt: skip


def _title_problems(where: Place, above: list[Record]) -> Iterator[Problem]:
    if above:
        said = " / ".join(" ".join(filter(None, cells))[:60] for _, cells in above[:4])
        yield Problem(
            where, "", said, Told("{n} ligne(s) au-dessus de l’en-tête, non lues", n=len(above)), "l’en-tête en première ligne",
            "rien à faire si c’est un titre", "alerte",
        )  # fmt: skip


def _header_problems(where: Place, header: list[str], rows: list[Record]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, name in enumerate(header):
        if not name:
            if any(len(cells) > index and fold(cells[index]) for _, cells in rows):
                yield Problem(
                    where, f"colonne {letters(index)}", "", "colonne sans nom", "un nom de colonne",
                    "la nommer ou la supprimer",
                )  # fmt: skip
        elif fold(name) in seen:
            yield Problem(where, name, name, "colonne en double", "un nom de colonne une seule fois", "en garder une")
        seen.add(fold(name))


def _ragged(where: Place, header: list[str], cells: list[str], *, ragged_is_loss: bool) -> Iterator[Problem]:
    extra = [cell for cell in cells[len(header) :] if fold(cell)]
    if extra:
        yield Problem(
            where, "", " | ".join(extra), Told("{n} cellules pour {n2} colonnes", n=len(cells), n2=len(header)),
            "une cellule par colonne",
            "mettre entre guillemets les cellules qui contiennent le séparateur" if ragged_is_loss
            else "nommer la colonne, ou effacer ces cellules",
        )  # fmt: skip
    elif len(cells) < len(header) and ragged_is_loss:
        yield Problem(
            where, "", "", Told("{n} cellules pour {n2} colonnes", n=len(cells), n2=len(header)), "une cellule par colonne",
            "ajouter les séparateurs manquants",
        )  # fmt: skip


def _odd_cells(where: Place, header: list[str], cells: list[str], odd: set[str]) -> Iterator[Problem]:
    """What a formula, an invisible sign or a lost encoding left in cells, which are mended where that is sure."""
    places = enumerate(zip(header, cells, strict=False))
    for index, name, cell in [(index, name, cell) for index, (name, cell) in places if cell in odd]:
        if cell[0] in "=@+-" and _RUNS.match(cell):
            yield Problem(
                where, name, cell, "texte qu’un tableur exécuterait comme une formule", "un texte",
                "lu comme un texte ; les sorties le neutralisent", "alerte",
            )  # fmt: skip
        if cell in _NO_VALUE:
            yield Problem(
                where, name, cell, "ce qu’un programme écrit dans une case vide", "une valeur, ou rien", "vider la case"
            )
            continue
        if _IN_ERROR.fullmatch(cell):
            yield Problem(
                where, name, cell, "cellule en erreur dans le tableur d’où elle vient", "une valeur, ou rien",
                "corriger la formule et exporter à nouveau, ou vider la cellule",
            )  # fmt: skip
            continue
        if not cell.isascii() and _INVISIBLE.search(cell):
            cells[index] = _INVISIBLE.sub("", cell)
            yield Problem(
                where, name, cells[index], "signes invisibles dans la cellule (marque d’ordre, espace sans largeur)", "",
                "lue sans eux", "alerte",
            )  # fmt: skip
        if signs := uncarried(cells[index]):
            yield Problem(
                where, name, cells[index], Told("signe que ni figure, ni page, ni terminal ne montre : {signs}", signs=signs),
                "des lettres, des chiffres, de la ponctuation",
                Told("l’écrire en lettres ; laissé, on lira partout « {shown} »", shown=carried(cells[index])[:80]), "alerte",
            )  # fmt: skip
        if cell in _AS_ABOVE:
            yield Problem(
                where, name, cell, "cela renvoie à une autre ligne, et chaque ligne se lit seule", "une valeur, ou rien",
                "recopier la valeur", "alerte",
            )  # fmt: skip
        if "://" not in cell and _CODED.search(cell):
            yield from _coded(where, name, cell)
        if not cell.isascii() and damaged(cell):
            yield Problem(
                where, name, cell, "accents abîmés avant l’enregistrement", "des accents lisibles",
                _mended(cell) or "retrouver le fichier d’origine",
            )  # fmt: skip


def _coded(where: Place, name: str, cell: str) -> Iterator[Problem]:
    """Signs that a program wrote in its own way, and what they stand for; else an accent lost on the way."""
    said = re.sub(
        r"\\u([\da-fA-F]{4})|_x([\dA-F]{4})_", lambda sign: chr(int(sign[1] or sign[2], 16)), html.unescape(cell)
    )
    coded = r"(?:[=%][C-F][\dA-F](?:[=%][89AB][\dA-F])+|(?<=[A-Za-z])%20)+"
    said = re.sub(coded, lambda sign: bytes.fromhex(re.sub("[=%]", "", sign[0])).decode("utf-8", "replace"), said)
    if said != cell:
        meant = Told("vouliez-vous dire « {encode} » ?", encode=" ".join(said.split()))
        yield Problem(where, name, cell, "des signes écrits comme un programme les code", "des lettres lisibles", meant)
    elif "/" not in cell and "&" not in cell:
        lost = Told("« ? » dans un mot : un accent perdu avant l’enregistrement ?")
        yield Problem(where, name, cell, lost, "des accents lisibles", "retrouver le fichier d’origine", "alerte")


def _mended(cell: str) -> str:
    try:
        return Told("vouliez-vous dire « {encode} » ?", encode=cell.encode("cp1252").decode("utf-8"))
    except UnicodeError:
        return ""


def letters(index: int) -> str:
    """The letters of a spreadsheet column, from 0.

    >>> letters(0), letters(25), letters(26), letters(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
