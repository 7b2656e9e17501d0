"""A vague date for a reader: in French as it was typed, in English as what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.corpus.text.dates import FuzzyDate, parse_date
from ect_research.figures.page.formats import Language, format_date
from ect_research.words import mark, say

if TYPE_CHECKING:
    from collections.abc import Mapping

_SEASONS = {3: mark("printemps"), 6: mark("été"), 9: mark("automne")}


def say_date(row: Mapping[str, Any], column: str, language: Language = "fr") -> str:
    """One date of a row, and the end it runs to (``date_fin``) when it has one.

    Args:
        row: a row of a table, with ``column`` as typed and its ``_min``, ``_max``, ``_precision``.
        column: the date to say.
        language: ``fr`` or ``en``.

    Returns:
        the date; nothing when it is unknown.

    >>> day = pd.Timestamp
    >>> row = {"date": "été 2016", "date_min": day("2016-06-21"), "date_max": day("2016-09-20"), "date_precision": "saison"}
    >>> say_date(row, "date"), say_date(row, "date", "en")
    ('été 2016', 'summer 2016')
    >>> say_date({"date": "avant 2016", "date_min": pd.NaT, "date_max": day("2015-12-31"), "date_precision": "avant"},
    ...          "date", "en").replace(chr(160), " ")
    'by 31 December 2015'
    """
    start = _one(row, column, language)
    end = _one(row, "date_fin", language) if column == "date_debut" else ""
    return f"{start} – {end}" if start and end else start or end


def say_typed_date(typed: str, language: Language = "fr") -> str:
    """A date as typed, said in the language of the reader; itself when it is no date.

    >>> say_typed_date("automne 2025"), say_typed_date("automne 2025", "en"), say_typed_date("2025", "en")
    ('automne 2025', 'autumn 2025', '2025')
    >>> say_typed_date("un jour", "en")
    'un jour'
    """
    read = parse_date(typed)
    if not isinstance(read, FuzzyDate):
        return typed
    low, high = (pd.NaT if day is None else pd.Timestamp(day) for day in (read.low, read.high))
    said = {"date": typed, "date_min": low, "date_max": high, "date_precision": read.precision}
    return _one(said, "date", language)


def _one(row: Mapping[str, Any], column: str, language: Language) -> str:
    typed = row.get(column)
    low: Any
    high: Any
    if not isinstance(typed, str):
        return ""
    if language == "fr":
        return typed
    low, high, precision = (row.get(f"{column}_{part}") for part in ("min", "max", "precision"))
    if pd.isna(low) and pd.isna(high):
        return typed
    if pd.isna(low):
        return say("au plus tard le {day}", language).format(day=format_date(high, "jour", language))
    if pd.isna(high):
        return say("à partir du {day}", language).format(day=format_date(low, "jour", language))
    if precision == "saison":
        return f"{say(_SEASONS[low.month], language)} {low.year}"
    if precision == "periode":
        whole = (low.month, low.day, high.month, high.day) == (1, 1, 12, 31)
        first, last = (format_date(day, "annee" if whole else "mois", language) for day in (low, high))
        return say("{first} à {last}", language).format(first=first, last=last)
    return format_date(low, str(precision), language)
