"""French dates as people write them, read as intervals with a precision. Never guessed: refused with the reason.

pandas reads ``12/03/25`` as 3 December 2025 and ``2025 T2`` as 1 February, silently; hence this parser. Days known exactly
also have positions: decimal years, months counted from the year 0, the middle of an interval.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from ect_research.corpus.text.date_reasons import (
    MONTHS,
    SEASONS,
    SHORT_YEAR,
    UNREADABLE,
    accented,
    likely_day,
    respelt,
    why_no_date,
)
from ect_research.words import Told, mark

if TYPE_CHECKING:
    import pandas as pd

YEARS = range(1850, 2101)
_DAY = timedelta(days=1)
EXPECTED = Told(
    "une date comme 12/03/2025, 03/2025, mars 2025, 2025 T2, 2025 S1, automne 2024, 2025, "
    "avant 2016, après 2018, entre 2018 et 2021"
)


@dataclass(frozen=True)
class FuzzyDate:
    """A date as it is known.

    Attributes:
        low: first possible day, None when open (``avant 2016``).
        high: last possible day, None when open (``après 2018``).
        precision: a code of the list ``precision_date``.
    """

    low: date | None
    high: date | None
    precision: str


@dataclass(frozen=True)
class DateProblem:
    """Why a text is not a date."""

    reason: str  # the French reason
    suggestion: str = ""  # what was perhaps meant, ``""`` when nothing can be proposed
    sure: bool = False  # whether the suggestion is the same date in another spelling (``3T2024`` for ``2024 T3``)


def parse_date(text: str) -> FuzzyDate | DateProblem:
    """Read one French date.

    Args:
        text: as typed: ``12/03/2025``, ``2025-03-12``, ``03/2025``, ``2025-03``, ``mars 2025``, ``2025 T2``, ``T2 2025``,
            ``2025 S1``, ``1er trimestre 2025``, ``automne 2024``, ``2025``, ``2023-2025``, ``avant 2016``,
            ``après 03/2018``, ``entre 2018 et 2021``, ``de mars 2020 à juin 2020``.

    Returns:
        the interval, or the reason why there is none.

    >>> parse_date("2025 T2")
    FuzzyDate(low=datetime.date(2025, 4, 1), high=datetime.date(2025, 6, 30), precision='trimestre')
    >>> parse_date("12/03/25").reason
    'année sur deux chiffres'
    """
    plain = _fold(text)
    for pattern, read in _PATTERNS:
        match = pattern.fullmatch(plain)
        if match:
            return read(*match.groups())
    return _explain(plain)


def spelt_out(suggestion: str) -> str:
    """A proposed date with the days it stands for and its precision, when it is one date and not a choice.

    >>> spelt_out("printemps 2021")
    'printemps 2021, soit du 21/03/2021 au 20/06/2021 (précision : saison)'
    """
    read = parse_date(suggestion) if suggestion else None
    if not isinstance(read, FuzzyDate) or read.low is None or read.high is None or read.low == read.high:
        return suggestion
    precision = _SAID.get(read.precision, read.precision)
    return Told("{suggestion}, soit du {low:%d/%m/%Y} au {high:%d/%m/%Y} (précision : {precision})", suggestion=suggestion,
        low=read.low, high=read.high, precision=precision)  # fmt: skip


_SAID = {"annee": "année", "periode": "période"}


def widen(date_read: FuzzyDate, precision: str) -> FuzzyDate | DateProblem:
    """Apply a declared precision to a date written more precisely than it is known.

    A spreadsheet turns ``03/2025`` into 1 March 2025: the declared ``mois`` restores what was known.

    >>> widen(FuzzyDate(date(2025, 3, 1), date(2025, 3, 1), "jour"), "mois").high
    datetime.date(2025, 3, 31)
    """
    low, high = date_read.low, date_read.high
    if precision == date_read.precision:
        return date_read
    if precision == "avant":
        return FuzzyDate(None, high - _DAY, "avant") if high else date_read
    if precision == "apres":
        return FuzzyDate(low + _DAY, None, "apres") if low else date_read
    if low is None or high is None or date_read.precision not in ("jour", "mois", "trimestre", "semestre"):
        return DateProblem(Told("la précision « {precision} » ne s’applique pas à cette date", precision=precision))
    span = {"mois": 1, "trimestre": 3, "semestre": 6, "annee": 12}.get(precision)
    if span is None:
        return DateProblem(Told("la précision « {precision} » ne s’applique pas à une date écrite au {precision2}",
            precision=precision, precision2=date_read.precision))  # fmt: skip
    first = (low.month - 1) // span * span + 1
    wide = _months(low.year, first, span, precision)
    if isinstance(wide, DateProblem) or wide.high is None or wide.high < high:
        return DateProblem(Told("la date écrite est moins précise que « {precision} »", precision=precision))
    return wide


def _fold(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).replace("’", "'").casefold()
        text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return " ".join(text.lower().split()).removeprefix("le ").replace("1er", "1")


def _day(day: str, month: str, year: str) -> FuzzyDate | DateProblem:
    if int(year) not in YEARS:
        return _out_of_range(year)
    try:
        exact = date(int(year), int(month), int(day))
    except ValueError:
        return DateProblem(Told("date impossible : le {day}/{month:02d}/{year} n’existe pas", day=int(day),
            month=int(month), year=year), likely_day(int(day), int(month), year))  # fmt: skip
    return FuzzyDate(exact, exact, "jour")


def _part(year: str, kind: str, rank: str) -> FuzzyDate | DateProblem:
    """« 03/2025 », « 2025 T2 », « second semestre 2020 »: the part of a year of a rank."""
    count, none_such = _PARTS[kind]
    number = int(_RANKS.get(rank, count if rank == "dernier" else rank))
    if not 1 <= number <= count:
        is_year = kind == "mois" and int(year[:2] + rank) > int(year)  # « 2023-24 »
        return DateProblem(Told(none_such, rank=number), f"entre {year} et {year[:2]}{rank}" if is_year else "")
    span = 12 // count
    return _months(int(year), span * (number - 1) + 1, span, kind)


def _season(season: str, year: str) -> FuzzyDate | DateProblem:
    if season == "hiver":
        y = int(year)
        return DateProblem("« hiver » est ambigu : à cheval sur deux années",
            Told("« entre 21/12/{y} et 20/03/{y2} » ou « entre 21/12/{y2} et 20/03/{y3} »", y=y - 1, y2=y,
            y3=y + 1))  # fmt: skip
    start, end = SEASONS[season]
    if int(year) not in YEARS:
        return _out_of_range(year)
    return FuzzyDate(date(int(year), *start), date(int(year), *end), "saison")


def _months(year: int, first: int, count: int, precision: str) -> FuzzyDate | DateProblem:
    if year not in YEARS:
        return _out_of_range(year)
    last = first + count - 1
    end = date(year + last // 12, last % 12 + 1, 1) - _DAY
    return FuzzyDate(date(year, first, 1), end, precision)


def _out_of_range(year: str | int) -> DateProblem:
    return DateProblem(Told("année {year} hors de la plage {start}–{stop}", year=year, start=YEARS.start,
        stop=YEARS.stop - 1))  # fmt: skip


def _open(word: str, rest: str) -> FuzzyDate | DateProblem:
    bound = parse_date(rest)
    if isinstance(bound, DateProblem):
        said = _ACCENTED.get(word, word)
        return replace(bound, sure=False, suggestion=bound.suggestion and f"{said} " + bound.suggestion)
    if bound.low is None or bound.high is None:
        return DateProblem("borne elle-même ouverte")
    if word.startswith("avant"):
        return FuzzyDate(None, bound.low - _DAY, "avant")
    if word.startswith("jusqu"):
        return FuzzyDate(None, bound.high, "avant")
    if word.startswith(("depuis", "a partir", "des")):
        return FuzzyDate(bound.low, None, "apres")
    return FuzzyDate(bound.high + _DAY, None, "apres")


def _between(first: str, second: str) -> FuzzyDate | DateProblem:
    low, high = parse_date(first), parse_date(second)
    for bound in (low, high):
        if isinstance(bound, DateProblem):
            near, far = (one.suggestion if isinstance(one, DateProblem) else text
                         for one, text in ((low, first), (high, second)))  # fmt: skip
            whole = all(isinstance(parse_date(text), FuzzyDate) for text in (near, far))
            return replace(
                bound, sure=False, suggestion=Told("entre {near} et {far}", near=near, far=far) if whole else ""
            )
    assert isinstance(low, FuzzyDate) and isinstance(high, FuzzyDate)  # noqa: S101 - narrowed above
    if low.low is None or high.high is None:
        return DateProblem("une période a deux bornes datées")
    if low.low > high.high:
        return DateProblem("la période finit avant de commencer", Told("entre {second} et {first}", second=second,
            first=first))  # fmt: skip
    return FuzzyDate(low.low, high.high, "periode")


def _within(first: str, last: str, rest: str) -> FuzzyDate | DateProblem:
    """« du 12 au 15 mars 2024 », « mars-juin 2024 »: what both bounds share is said once."""
    return _between(f"{first} {rest}", f"{last} {rest}")


def _winter(first: str, last: str) -> FuzzyDate | DateProblem:
    read = _between(f"21/12/{first}", f"20/03/{last}")
    if int(last) != int(first) + 1 or isinstance(read, DateProblem):
        return DateProblem("un hiver va de décembre à mars de l’année qui suit")
    return replace(read, precision="saison")


def _explain(plain: str) -> DateProblem:
    sure = plain.rstrip(" ?")
    if sure != plain and any(pattern.fullmatch(sure) for pattern, _ in _PATTERNS):
        return DateProblem("date incertaine", Told("{told}, avec la certitude « Incertain, une seule voix »",
            told=accented(sure)))  # fmt: skip
    for near, same in respelt(plain):
        if any(pattern.fullmatch(near) for pattern, _ in _PATTERNS):
            if isinstance(read := parse_date(near), DateProblem):
                return replace(read, sure=False)
            return DateProblem(UNREADABLE, accented(near), same)
    reason, meant = why_no_date(plain)
    if not meant and (short := re.fullmatch(r"([^:]*[^\d:])(\d\d)", plain)):
        whole = parse_date(long := f"{short[1]}20{short[2]}")
        near = accented(long) if isinstance(whole, FuzzyDate) else whole.suggestion
        return DateProblem(SHORT_YEAR, near) if near else DateProblem(reason)
    return DateProblem(reason, meant)


_Y, _M = r"(\d{4})", "|".join(MONTHS)
_PARTS = {
    "mois": (12, mark("date impossible : il n’y a pas de mois {rank}")),
    "trimestre": (4, mark("date impossible : il n’y a pas de trimestre {rank}")),
    "semestre": (2, mark("date impossible : il n’y a pas de semestre {rank}")),
}
_SIGNS = {"t": "trimestre", "s": "semestre"}
_ACCENTED = {"apres": "après", "des": "dès", "jusqu'a": "jusqu'à", "a partir de": "à partir de"}
_RANKS = {"premier": "1", "deuxieme": "2", "second": "2", "troisieme": "3", "quatrieme": "4"}
_RANK = rf"(\d|dernier|{'|'.join(_RANKS)})(?:e|eme|nd)?"
_PATTERNS: list[tuple[re.Pattern[str], Callable[..., FuzzyDate | DateProblem]]] = [
    (re.compile(rf"(\d{{1,2}})[/.-](\d{{1,2}})[/.-]{_Y}"), _day),
    (re.compile(rf"{_Y}-(\d{{1,2}})-(\d{{1,2}})(?:[t ]00:00(?::00)?)?"), lambda year, month, day: _day(day, month, year)),
    (re.compile(rf"(\d{{1,2}}) ({_M})\.? {_Y}"), lambda day, month, year: _day(day, str(MONTHS[month]), year)),
    (re.compile(rf"(\d{{1,2}})[/.-]{_Y}"), lambda month, year: _part(year, "mois", month)),
    (re.compile(rf"{_Y}-(\d{{2}})"), lambda year, month: _part(year, "mois", month)),
    (re.compile(rf"({_M})\.? {_Y}"), lambda month, year: _months(int(year), MONTHS[month], 1, "mois")),
    (re.compile(rf"{_Y} ?-? ?([ts])(\d)"), lambda year, sign, rank: _part(year, _SIGNS[sign], rank)),
    (re.compile(rf"([ts])(\d) {_Y}"), lambda sign, rank, year: _part(year, _SIGNS[sign], rank)),
    (re.compile(rf"{_RANK} (trimestre|semestre) (?:de )?{_Y}"), lambda rank, kind, year: _part(year, kind, rank)),
    (re.compile(rf"(printemps|ete|automne|hiver) (?:de )?{_Y}"), _season),
    (re.compile(rf"hiver {_Y} ?[-–/] ?{_Y}"), _winter),
    (re.compile(_Y), lambda year: _months(int(year), 1, 12, "annee")),
    (re.compile(rf"{_Y} ?[-–/] ?{_Y}"), _between),
    (re.compile(rf"(?:du |entre le |le )?(\d{{1,2}})(?: au | et le | et | a | ?[-–] ?)(\d{{1,2}}) ((?:{_M}) \d{{4}})"), _within),
    (re.compile(rf"(?:du |entre le )(\d{{1,2}} (?:{_M})) (?:au|et le) (\d{{1,2}} (?:{_M})) {_Y}"), _within),
    (re.compile(rf"(?:de |entre )([ts]\d) (?:a|et) ([ts]\d) {_Y}"), _within),
    (re.compile(rf"(?:de |entre )?({_M})(?: a | et | ?[-–/] ?)({_M}) {_Y}"), _within),
    (re.compile(r"(?:entre) (.+) et (.+)"), _between),
    (re.compile(r"(?:de|du) (.+) (?:a|au) (.+)"), _between),
    (re.compile(r"(avant|apres|depuis|des|jusqu'en|jusqu'au|jusqu'a|a partir de) (?:le |en |la |l')?(.+)"), _open),
]  # fmt: skip


def decimal_years(days: pd.Series) -> pd.Series:
    """Days as years: 2025.5 is the middle of 2025; a year is 365 or 366 equal parts; NaN for NaT.

    >>> import pandas as pd
    >>> decimal_years(pd.Series(pd.to_datetime(["2024-01-01", "2024-07-02", None]))).tolist()
    [2024.0, 2024.5, nan]
    """
    import pandas as pd

    lengths = days.dt.is_leap_year.map({True: 366.0, False: 365.0})
    return pd.Series(days.dt.year + (days.dt.day_of_year - 1) / lengths, dtype="float64")


def month_number(day: Any) -> int:  # noqa: ANN401 - Timestamp
    """The month of a day, counted from January of the year 0.

    >>> import pandas as pd
    >>> month_number(pd.Timestamp("2025-03-31")) - month_number(pd.Timestamp("2024-12-01"))
    3
    """
    return int(day.year) * 12 + int(day.month) - 1


def middles(low: pd.Series, high: pd.Series) -> pd.Series:
    """The day in the middle of each interval; the known bound where the other is open.

    >>> import pandas as pd
    >>> low, high = pd.to_datetime(["2025-01-01", None]), pd.to_datetime(["2025-01-04", "2015-12-31"])
    >>> middles(pd.Series(low), pd.Series(high)).dt.strftime("%Y-%m-%d").tolist()
    ['2025-01-02', '2015-12-31']
    """
    return (low + (high - low) / 2).fillna(low).fillna(high).dt.normalize()
