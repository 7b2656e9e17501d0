"""One CSV file → text cells with their line numbers, a table or beside one; what a damaged file would lose is reported."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.corpus.reading.header_rows import add_table
from ect_research.corpus.text import raw_table
from ect_research.corpus.text.raw_table import Place, Problem, Reading, clean_cell
from ect_research.words import Told

if TYPE_CHECKING:
    from ect_research.corpus.text.raw_table import Place, Record

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SIGNS = (";", "\t", ",", "|")
_LINES_WEIGHED = 40
_LONGEST_CELL = 1_000_000


def read_csv(
    path: Path, vocabulary: Callable[[str], Mapping[str, str]] = lambda _sheet: {}, *, lone: bool = False
) -> Reading:
    """Read one CSV: separators ``;``, ``,`` or tab; UTF-8, UTF-16, or a French 8-bit encoding told by its letters.

    ``vocabulary``: the header cells known for a table, to find the header below a title; ``lone``: one column is a table.
    """
    data = path.read_bytes().removesuffix(b"\x1a")  # the end of a file, for DOS and the programs that remember it
    place = Place(path.name, path.stem)
    if data.startswith((_ZIP, _OLE)):
        rename = Told("le renommer en .xlsx, ou l’exporter en CSV UTF-8")
        return _failed(place, "ce fichier est un classeur, pas un CSV", rename)
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n;,"):
        return _failed(place, "fichier vide", "une ligne d’en-tête et une ligne par fait")
    decoded = raw_table.decode(data)
    if isinstance(decoded, str):
        return _failed(place, decoded, "un texte UTF-8, ou l’un des codages français courants")
    reading = Reading()
    reading.problems += _encoding_alert(place, decoded)
    csv.field_size_limit(_LONGEST_CELL)
    text, skipped, said = _without_hint(decoded.text)
    separator = said or _separator(text) or (_SIGNS[0] if lone else None)
    if separator is None:
        return _failed(place, "aucun séparateur « ; », « , » ou tabulation", "un CSV à plusieurs colonnes")
    records = _records(text, separator, place, reading, skipped)
    if reading.broken:
        return reading
    add_table(reading, place, records, vocabulary(path.stem), ragged_is_loss=True)
    return reading


def _failed(place: Place, problem: str, expected: str) -> Reading:
    return Reading(problems=[Problem(place, "", "", problem, expected)], broken=[place.feuille])


def _encoding_alert(place: Place, decoded: raw_table.Decoded) -> Iterator[Problem]:
    if decoded.encoding in raw_table.NAMES:
        word = next((word for word in decoded.text.split() if not word.isascii()), "")
        yield Problem(
            place, "", "", Told("codage {NAMES}, reconnu à ses lettres", NAMES=raw_table.NAMES[decoded.encoding]), "UTF-8",
            Told("vérifier les accents : « {word} »", word=word[:40]), "alerte",
        )  # fmt: skip
    lines = decoded.text.splitlines() if decoded.foreign else []
    for number in decoded.foreign:
        yield Problem(
            replace(place, ligne=number), "", lines[number - 1][:80],
            "cette ligne n’est pas en UTF-8 comme les autres", "un fichier d’un seul codage",
            "retaper ses accents, puis enregistrer en UTF-8",
        )  # fmt: skip


def _without_hint(text: str) -> tuple[str, int, str | None]:
    """The text without the ``sep=;`` line that some programs add for Excel, the lines dropped, and what it says."""
    first, _, rest = text.partition("\n")
    hint = first.strip().strip('"').lower()
    if hint.startswith("sep=") and len(hint) == 5:
        return rest, 1, hint[-1] if hint[-1] in rest.partition("\n")[0] else None
    return text, 0, None


def _separator(text: str) -> str | None:
    """The separator that gives most of the first lines the same number of columns, more than one."""
    best: tuple[int, int, str] | None = None
    for sign in _SIGNS:
        head = io.StringIO("\n".join(text.split("\n", _LINES_WEIGHED)[:_LINES_WEIGHED]), newline="")
        widths: Counter[int] = Counter()
        with suppress(csv.Error):  # said when the whole file is read
            widths.update(len(row) for row in csv.reader(head, delimiter=sign) if len(row) > 1)
        if widths:
            width, lines = max(widths.items(), key=lambda item: (item[1], item[0]))
            if best is None or (lines, width) > best[:2]:
                best = (lines, width, sign)
    return best[2] if best else None


def _records(text: str, separator: str, place: Place, reading: Reading, skipped: int) -> list[Record]:
    records: list[Record] = []
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    physical = re.split("\r\n|\r|\n", text)
    start = skipped + 1
    try:
        for record in lines:
            end = lines.line_num + skipped
            if end > start and _swallowed(physical[start - skipped - 1 : end - skipped], separator, len(record)):
                _report_quote(reading, place, start,
                    Told("guillemet mal fermé : les lignes {start} à {end} n’en font plus qu’une", start=start,
                    end=end))  # fmt: skip
            records.append((start, [clean_cell(cell) for cell in record]))
            start = end + 1
    except csv.Error as error:
        what = Told("CSV mal formé ({error})", error=error)
        if "expected after" in str(error):
            what = Told("un texte suit un guillemet fermé")
        elif "end of data" in str(error):
            what = Told("guillemet ouvert et jamais fermé")
        elif "field limit" in str(error):
            what = Told("cellule de plus de {most} signes", most=_LONGEST_CELL)
        _report_quote(reading, place, start, what)
    return records


def _swallowed(lines: list[str], separator: str, cells: int) -> bool:
    """Whether a cell on several lines looks like whole rows: each line has as many separators as a row."""
    counts = {line.count(separator) for line in lines}
    return len(counts) == 1 and cells > 1 and min(counts) >= cells - 1


def _report_quote(reading: Reading, place: Place, line: int, what: str) -> None:
    expected = Told("des guillemets fermés, doublés à l’intérieur d’une cellule")
    reading.problems.append(Problem(Place(place.fichier, place.feuille, line), "", "", what, expected))
    reading.broken.append(place.feuille)


def read_side_file(path: Path, columns: tuple[str, ...]) -> tuple[list[tuple[Place, dict[str, str]]], list[Problem]]:
    """Each line with its place, and what is wrong with the file; nothing when there is no such file."""
    if not path.is_file():
        return [], []
    reading = read_csv(path, lone=len(columns) == 1)
    lines = []
    for raw in reading.tables:
        if missing := [name for name in columns if name not in raw.header]:
            expected = ";".join(columns)
            reading.problems.append(
                Problem(raw.place, ", ".join(missing), "", Told("colonne absente de {name}", name=path.name), expected)
            )
        else:
            lines += [(replace(raw.place, ligne=at), dict(zip(raw.header, row, strict=True))) for at, row in raw.rows]
    return lines, reading.problems
