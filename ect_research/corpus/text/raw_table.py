"""From bytes to the texts of a table, before anything is interpreted, and the problems met in them, each with its place."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal

from ect_research.words import Told, english_of

if TYPE_CHECKING:
    import pandas as pd

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NAMES = {
    "cp1252": "Windows-1252",
    "iso8859-15": "ISO-8859-15",
    "mac_roman": "Mac Roman",
    "cp850": "DOS 850",
    "utf-16-le": "UTF-16 sans marque",
    "utf-16-be": "UTF-16 sans marque",
}
_FRENCH = set("àâäçéèêëîïôöùûüÿœæÀÂÇÉÈÊËÎÏÔÙÛÜŒ’‘“”«»–—…€°·²\u00a0\u202f")
_SAMPLE = 200_000
# UTF-8 read as cp1252 then saved again: é → Ã©, ’ → â€™.
_DAMAGED = re.compile("Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[™œ\u009d“”¦]|\ufffd")


@dataclass(frozen=True)
class Decoded:
    """A text and how it was read."""

    text: str  # of the whole file
    encoding: str  # a key of `NAMES` when nothing in the file says it
    foreign: tuple[int, ...] = ()  # numbers of the lines that are not in the encoding of the others


def decode(data: bytes) -> Decoded | str:
    """The text of a file, or why it is not a text, in French.

    >>> decode("Matériauthèque".encode("mac_roman"))
    Decoded(text='Matériauthèque', encoding='mac_roman', foreign=())
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding)
    if b"\x00" in data:
        return _with_nulls(data)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _mostly_utf8(data) or _by_letters(data)


def damaged(text: str) -> bool:
    """Whether accents were lost before this file was written (``Ã©`` for ``é``).

    >>> damaged("RÃ©emploi"), damaged("Réemploi")
    (True, False)
    """
    return _DAMAGED.search(text) is not None


def _strictly(data: bytes, encoding: str) -> Decoded | str:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        return Told("texte {encoding} coupé ou abîmé (octet {start})", encoding=encoding.upper(), start=error.start)


def _with_nulls(data: bytes) -> Decoded | str:
    """UTF-16 without its mark has a null at every other byte of a plain text; anything else with nulls is no text."""
    for encoding, nulls in (("utf-16-le", data[1::2]), ("utf-16-be", data[0::2])):
        if nulls.count(0) > 0.8 * len(nulls):
            return _strictly(data, encoding)
    line = data[: data.index(0)].count(b"\n") + 1
    return Told("octets nuls (le premier ligne {line}) : ce n’est pas un texte", line=line)


def _mostly_utf8(data: bytes) -> Decoded | None:
    """A file whose accents are UTF-8 but for some lines, pasted from another file: never read as another alphabet.

    A line of another encoding may be valid UTF-8 by chance (Mac Roman « l’é »): what it then says is not French.
    """
    lines, foreign, french = [], [], False
    for number, line in enumerate(data.splitlines(keepends=True), 1):
        try:
            lines.append(line.decode("utf-8"))
            french |= not lines[-1].isascii() and {sign for sign in lines[-1] if sign > "\x7f"} <= _FRENCH
        except UnicodeDecodeError:
            lines.append(line.decode("cp1252", "replace"))
            foreign.append(number)
    return Decoded("".join(lines), "utf-8", tuple(foreign)) if french else None


def _by_letters(data: bytes) -> Decoded | str:
    """The encoding whose reading has the most French letters and the fewest others; cp1252 when all are equal."""
    best: tuple[int, str] | None = None
    sample = data[:_SAMPLE] if any(byte > 127 for byte in data[:_SAMPLE]) else data
    for encoding in ("cp1252", "iso8859-15", "mac_roman", "cp850"):
        try:
            signs = [sign for sign in sample.decode(encoding) if sign > "\x7f"]
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        score = sum(1 if sign in _FRENCH else -2 for sign in signs)
        if best is None or score > best[0]:
            best = (score, encoding)
    odd = next((position for position, byte in enumerate(data) if byte > 127), 0)
    return Told("codage inconnu (octet {place})", place=odd) if best is None else Decoded(data.decode(best[1]), best[1])


COLUMNS = ("fichier", "feuille", "ligne", "colonne", "valeur", "probleme", "attendu", "suggestion", "niveau")
_SAID, _CHECKED = ("colonne", "probleme", "attendu", "suggestion"), ("controle", "trouve")


@dataclass(frozen=True)
class Place:
    """Where a value was read."""

    fichier: str  # name of the file
    feuille: str  # name of the sheet, or of the table for a CSV
    ligne: int = 0  # row as the spreadsheet or the editor numbers it; 0 for the whole sheet


@dataclass(frozen=True)
class Problem:
    """One thing that a person must mend (``erreur``) or look at (``alerte``)."""

    place: Place
    colonne: str
    valeur: str
    probleme: str
    attendu: str = ""
    suggestion: str = ""
    niveau: Literal["erreur", "alerte"] = "erreur"


def problems_frame(problems: Iterable[Problem]) -> pd.DataFrame:
    """One row per problem, columns ``fichier … niveau``, in the order found; ``ligne`` is an integer.

    >>> problems_frame([]).columns.tolist() == list(COLUMNS)
    True
    """
    import pandas as pd

    rows = []
    for problem in problems:
        fields = asdict(problem)
        rows.append({**fields.pop("place"), **fields})
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame = frame.astype({name: "int64" if name == "ligne" else "str" for name in COLUMNS})
    frame.attrs["en"] = english_of(row[name] for row in rows for name in _SAID)
    return frame


def spoken(problems: pd.DataFrame, language: str) -> pd.DataFrame:
    """The same problems, or checks, in a language: French where nobody translated."""
    known = problems.attrs.get(language, {})
    return problems.replace({name: known for name in (*_SAID, *_CHECKED) if name in problems}) if known else problems


OUR_NOTES = "ect check"  # the author of the notes of a marked copy, which are no one's remarks
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
    texts: Set[str] = frozenset()  # all that was met in the rows


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


def csv_text(rows: Sequence[Mapping[str, str]], columns: Sequence[str] | None = None) -> str:
    """Rows as a CSV table of a corpus (``;``), under their own columns when none are told."""
    text = io.StringIO()
    writer = csv.DictWriter(
        text, list(rows[0]) if columns is None else columns, restval="", delimiter=";", lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def neutralise_text(cell: str) -> str:
    """The same for a cell that may also be a number, which is left alone.

    >>> neutralise_text("-1,5"), neutralise_text("- un tiret")
    ('-1,5', "'- un tiret")
    """
    plain = cell[1:].replace(",", ".", 1)
    return cell if cell[:1] in "+-" and plain.replace(".", "", 1).isdecimal() else neutralise(cell)
