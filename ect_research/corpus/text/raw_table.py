"""The cells of a table as text, before anything is interpreted, and the problems met in them, each with its place."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal

from ect_research.words import english_of

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("fichier", "feuille", "ligne", "colonne", "valeur", "probleme", "attendu", "suggestion", "niveau")
_SAID, _CHECKED = ("probleme", "attendu", "suggestion"), ("controle", "trouve")


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


def csv_text(rows: Sequence[Mapping[str, str]], columns: Sequence[str] = ()) -> str:
    """Rows as a CSV table of a corpus (``;``), under their own columns when none are told."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or list(rows[0]), restval="", delimiter=";", lineterminator="\n")
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
