"""Files → text: every cell is read as it was typed, with its address. Nothing is interpreted here."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.corpus.numbers import number_text
from ect_research.corpus.problems import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MAX_UNPACKED = 500_000_000


@dataclass(frozen=True)
class RawTable:
    """One sheet or CSV file, as text.

    Attributes:
        place: file and sheet.
        header: the header cells, as typed.
        rows: ``(row number, cells)``; blank rows are left out, cells are stripped of surrounding white space.
    """

    place: Place
    header: list[str]
    rows: list[tuple[int, list[str]]]


@dataclass
class Reading:
    """What was read from a folder: the raw tables, and the problems met on the way."""

    tables: list[RawTable] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def fold(text: str) -> str:
    """A text without case, accents, apostrophe kinds or doubled spaces, for comparing what people typed.

    >>> fold(" Économie  sociale ") == fold("economie sociale")
    True
    """
    plain = unicodedata.normalize("NFKD", text).replace("’", "'").replace("œ", "oe")
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).casefold().split())


def read_csv(path: Path) -> Reading:
    """Read one CSV: separators ``;``, ``,`` or tab; UTF-8 with or without BOM, UTF-16 with BOM, or cp1252."""
    data = path.read_bytes()
    place = Place(path.name, path.stem)
    if data.startswith((_ZIP, _OLE)):
        return _failed(
            place,
            "ce fichier est un classeur, pas un CSV",
            "le renommer en .xlsx, ou l’exporter en CSV UTF-8",
        )
    if not data.strip():
        return _failed(place, "fichier vide", "une ligne d’en-tête et une ligne par fait")
    decoded = _decode(data)
    if isinstance(decoded, str):
        return _failed(place, decoded, "un texte UTF-8 ou cp1252")
    text, encoding = decoded
    separator = _separator(text)
    if separator is None:
        return _failed(
            place, "aucun séparateur « ; », « , » ou tabulation dans l’en-tête", "un CSV à plusieurs colonnes"
        )
    reading = Reading()
    if encoding == "cp1252":
        reading.problems.append(
            Problem(place, "", "", "codage Windows-1252 et non UTF-8", "UTF-8", "vérifier les accents", "alerte")
        )
    records: list[tuple[int, list[str]]] = []
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    start = 1
    try:
        for record in lines:
            records.append((start, [cell.strip() for cell in record]))
            start = lines.line_num + 1
    except csv.Error as error:
        what = "guillemet ouvert et jamais fermé" if "end of data" in str(error) else f"CSV mal formé ({error})"
        bad = Place(path.name, path.stem, start)
        reading.problems.append(
            Problem(bad, "", "", what, "des guillemets fermés, doublés à l’intérieur d’une cellule")
        )
        return reading
    _add_table(reading, place, records)
    return reading


def _failed(place: Place, problem: str, expected: str) -> Reading:
    return Reading(problems=[Problem(place, "", "", problem, expected)])


def _decode(data: bytes) -> tuple[str, str] | str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="strict"), encoding
    if b"\x00" in data:
        return "octets nuls : ce n’est pas un texte"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as error:
        return f"codage inconnu (octet {error.start})"


def _separator(text: str) -> str | None:
    header = text.split("\n", 1)[0]
    counts = {sign: header.count(sign) for sign in (";", "\t", ",")}
    best = max(counts, key=lambda sign: counts[sign])
    return best if counts[best] else None


def read_workbook(path: Path) -> Reading:
    """Read every visible sheet of an xlsx, xlsm, xls or ods workbook; hidden sheets are reported, not read."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    place = Place(path.name, "")
    head = path.read_bytes()[:4]
    if head not in (_ZIP, _OLE):
        return _failed(place, "ce fichier n’est pas un classeur", "un classeur .xlsx ou .ods, ou un fichier .csv")
    if head == _ZIP and (size := _unpacked_size(path)) > _MAX_UNPACKED:
        return _failed(place, f"classeur anormalement gros ({size // 1_000_000} Mo décompressés)", "moins de 500 Mo")
    reading = Reading()
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        for sheet in workbook.sheets_metadata:
            where = Place(path.name, sheet.name)
            if sheet.visible != SheetVisibleEnum.Visible:
                reading.problems.append(
                    Problem(
                        where,
                        "",
                        "",
                        "feuille masquée, non lue",
                        "une feuille visible",
                        "l’afficher",
                        "alerte",
                    )
                )
                continue
            cells = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            _add_table(reading, where, [(n, [_cell_text(cell) for cell in row]) for n, row in enumerate(cells, 1)])
    except CalamineError as error:
        reading.problems.append(
            Problem(place, "", "", f"classeur illisible ({error})", "un classeur .xlsx ou .ods sain")
        )
    return reading


def _unpacked_size(path: Path) -> int:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        return 0


def _cell_text(value: object) -> str:
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def _add_table(reading: Reading, place: Place, records: list[tuple[int, list[str]]]) -> None:
    """Keep a sheet that has a header; report what a header or a ragged row would lose."""
    filled = [(line, cells) for line, cells in records if any(cells)]
    if not filled:
        return
    (first, header), *rows = filled
    while header and not header[-1]:
        header = header[:-1]
    reading.problems += _header_problems(place, first, header)
    kept = []
    for line, cells in rows:
        extra = [cell for cell in cells[len(header) :] if cell]
        if extra:
            where = Place(place.fichier, place.feuille, line)
            reading.problems.append(
                Problem(
                    where, "", " | ".join(extra), f"{len(cells)} cellules pour {len(header)} colonnes",
                    "une cellule par colonne", "mettre entre guillemets les cellules qui contiennent le séparateur",
                )
            )  # fmt: skip
        elif len(cells) < len(header) and path_is_csv(place):
            where = Place(place.fichier, place.feuille, line)
            reading.problems.append(
                Problem(where, "", "", f"{len(cells)} cellules pour {len(header)} colonnes", "une cellule par colonne",
                        "ajouter les séparateurs manquants")
            )  # fmt: skip
        kept.append((line, (cells + [""] * len(header))[: len(header)]))
    reading.tables.append(RawTable(place, header, kept))


def path_is_csv(place: Place) -> bool:
    """Whether a place is in a CSV file, where a short row means that a separator is missing."""
    return place.fichier.lower().endswith(".csv")


def _header_problems(place: Place, line: int, header: list[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    where = Place(place.fichier, place.feuille, line)
    for number, name in enumerate(header, 1):
        if not name:
            yield Problem(
                where,
                f"n° {number}",
                "",
                "colonne sans nom",
                "un nom de colonne",
                "la nommer ou la supprimer",
            )
        elif fold(name) in seen:
            yield Problem(where, name, name, "colonne en double", "un nom de colonne une seule fois", "en garder une")
        seen.add(fold(name))
