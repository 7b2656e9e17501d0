"""Problems are data: where, what, what was expected, what to do. All at once, never the first one only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
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
