"""French dates as people write them, read as intervals with a precision. Never guessed: refused with the reason.

pandas reads ``12/03/25`` as 3 December 2025 and ``2025 T2`` as 1 February, silently; hence this parser.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MONTHS = {
    "janvier": 1, "janv": 1, "fevrier": 2, "fevr": 2, "fev": 2, "mars": 3, "avril": 4, "avr": 4, "mai": 5, "juin": 6,
    "juillet": 7, "juil": 7, "aout": 8, "septembre": 9, "sept": 9, "octobre": 10, "oct": 10, "novembre": 11, "nov": 11,
    "decembre": 12, "dec": 12,
}  # fmt: skip
_SEASONS = {"printemps": ((3, 21), (6, 20)), "ete": ((6, 21), (9, 20)), "automne": ((9, 21), (12, 20))}
_YEARS = range(1850, 2101)
# Days since 1899-12-30 for 1954-10-04 … 2064-04-07: what a spreadsheet shows when a date lost its format.
_SERIALS = range(20000, 60001)
EXPECTED = (
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
    """Why a text is not a date.

    Attributes:
        reason: the French reason.
        suggestion: what was perhaps meant, ``""`` when nothing can be proposed.
    """

    reason: str
    suggestion: str = ""


def parse_date(text: str) -> FuzzyDate | DateProblem:
    """Read one French date.

    Args:
        text: as typed: ``12/03/2025``, ``2025-03-12``, ``03/2025``, ``2025-03``, ``mars 2025``, ``2025 T2``, ``T2 2025``,
            ``2025 S1``, ``automne 2024``, ``2025``, ``2023-2025``, ``avant 2016``, ``après 03/2018``,
            ``entre 2018 et 2021``, ``de mars 2020 à juin 2020``.

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
    return f"{suggestion}, soit du {read.low:%d/%m/%Y} au {read.high:%d/%m/%Y} (précision : {precision})"


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
        return FuzzyDate(None, _before(high), "avant") if high else date_read
    if precision == "apres":
        return FuzzyDate(_after(low), None, "apres") if low else date_read
    if low is None or high is None or date_read.precision not in ("jour", "mois", "trimestre", "semestre"):
        return DateProblem(f"la précision « {precision} » ne s’applique pas à cette date")
    span = {"mois": 1, "trimestre": 3, "semestre": 6, "annee": 12}.get(precision)
    if span is None:
        return DateProblem(f"la précision « {precision} » ne s’applique pas à une date écrite au {date_read.precision}")
    first = (low.month - 1) // span * span + 1
    wide = _months(low.year, first, span, precision)
    if isinstance(wide, DateProblem) or wide.high is None or wide.high < high:
        return DateProblem(f"la date écrite est moins précise que « {precision} »")
    return wide


def _fold(text: str) -> str:
    if text.isascii():
        return " ".join(text.lower().split()).removeprefix("le ").replace("1er", "1")
    plain = unicodedata.normalize("NFKD", text.replace("\u00a0", " ").replace("\u202f", " "))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    return re.sub(r"\s+", " ", plain).strip().replace("’", "'").removeprefix("le ").replace("1er", "1")


def _day(day: str, month: str, year: str) -> FuzzyDate | DateProblem:
    if int(year) not in _YEARS:
        return _out_of_range(year)
    try:
        exact = date(int(year), int(month), int(day))
    except ValueError:
        return DateProblem(f"date impossible : le {int(day)}/{int(month):02d}/{year} n’existe pas")
    return FuzzyDate(exact, exact, "jour")


def _iso_day(year: str, month: str, day: str) -> FuzzyDate | DateProblem:
    return _day(day, month, year)


def _named_day(day: str, month: str, year: str) -> FuzzyDate | DateProblem:
    return _day(day, str(_MONTHS[month]), year)


def _month(month: str, year: str) -> FuzzyDate | DateProblem:
    if not 1 <= int(month) <= 12:
        return DateProblem(f"date impossible : il n’y a pas de mois {int(month)}")
    return _months(int(year), int(month), 1, "mois")


def _iso_month(year: str, month: str) -> FuzzyDate | DateProblem:
    return _month(month, year)


def _named_month(month: str, year: str) -> FuzzyDate | DateProblem:
    return _months(int(year), _MONTHS[month], 1, "mois")


def _quarter(year: str, quarter: str) -> FuzzyDate | DateProblem:
    if not 1 <= int(quarter) <= 4:
        return DateProblem(f"date impossible : il n’y a pas de trimestre {quarter}")
    return _months(int(year), 3 * int(quarter) - 2, 3, "trimestre")


def _half(year: str, half: str) -> FuzzyDate | DateProblem:
    if half not in "12":
        return DateProblem(f"date impossible : il n’y a pas de semestre {half}")
    return _months(int(year), 6 * int(half) - 5, 6, "semestre")


def _season(season: str, year: str) -> FuzzyDate | DateProblem:
    if season == "hiver":
        y = int(year)
        return DateProblem(
            "« hiver » est ambigu : à cheval sur deux années",
            f"« entre 21/12/{y - 1} et 20/03/{y} » ou « entre 21/12/{y} et 20/03/{y + 1} »",
        )
    start, end = _SEASONS[season]
    if int(year) not in _YEARS:
        return _out_of_range(year)
    return FuzzyDate(date(int(year), *start), date(int(year), *end), "saison")


def _year(year: str) -> FuzzyDate | DateProblem:
    return _months(int(year), 1, 12, "annee")


def _months(year: int, first: int, count: int, precision: str) -> FuzzyDate | DateProblem:
    if year not in _YEARS:
        return _out_of_range(year)
    last = first + count - 1
    end = date(year + last // 12, last % 12 + 1, 1) - timedelta(days=1)
    return FuzzyDate(date(year, first, 1), end, precision)


def _out_of_range(year: str | int) -> DateProblem:
    return DateProblem(f"année {year} hors de la plage {_YEARS.start}–{_YEARS.stop - 1}")


def _open(word: str, rest: str) -> FuzzyDate | DateProblem:
    bound = parse_date(rest)
    if isinstance(bound, DateProblem):
        return bound
    if bound.low is None or bound.high is None:
        return DateProblem("borne elle-même ouverte")
    if word.startswith("avant"):
        return FuzzyDate(None, _before(bound.low), "avant")
    if word.startswith("jusqu"):
        return FuzzyDate(None, bound.high, "avant")
    if word.startswith(("depuis", "a partir")):
        return FuzzyDate(bound.low, None, "apres")
    return FuzzyDate(_after(bound.high), None, "apres")


def _before(bound: date | None) -> date | None:
    return None if bound is None else bound - timedelta(days=1)


def _after(bound: date | None) -> date | None:
    return None if bound is None else bound + timedelta(days=1)


def _between(first: str, second: str) -> FuzzyDate | DateProblem:
    low, high = parse_date(first), parse_date(second)
    for bound in (low, high):
        if isinstance(bound, DateProblem):
            return bound
    assert isinstance(low, FuzzyDate) and isinstance(high, FuzzyDate)  # noqa: S101 - narrowed above
    if low.low is None or high.high is None:
        return DateProblem("une période a deux bornes datées")
    if low.low > high.high:
        return DateProblem("la période finit avant de commencer", f"entre {second} et {first}")
    return FuzzyDate(low.low, high.high, "periode")


def _explain(plain: str) -> DateProblem:
    if re.fullmatch(r"\d{5}([.,]\d+)?", plain) and int(plain[:5]) in _SERIALS:
        shown = date(1899, 12, 30) + timedelta(days=int(plain[:5]))
        return DateProblem("numéro de série Excel, pas une date", f"{shown:%d/%m/%Y}, à vérifier dans le classeur")
    if timed := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)[t ]\d\d:\d\d.*", plain):
        return DateProblem("une heure suit la date", f"{timed[3]}/{timed[2]}/{timed[1]}")
    if re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}", plain):
        start, _, short = plain.rpartition(plain[-3])
        return DateProblem("année sur deux chiffres", f"{start}/20{short} ou {start}/19{short}".replace(".", "/"))
    if named := re.fullmatch(rf"(\d{{1,2}} )?({_M})\.?[ -]'?(\d\d)", plain):
        said = f"{named[1] or ''}{_written(named[2])}"
        return DateProblem("année sur deux chiffres", f"{said} 20{named[3]} ou {said} 19{named[3]}")
    year = re.search(r"\d{4}", plain)
    if year and re.search(r"\b(vers|environ|courant|autour)\b", plain):
        return DateProblem("date approchée", f"{year[0]}, avec la certitude « 1_incertain »")
    if year and re.search(r"\b(debut|fin|mi)\b", plain):
        return DateProblem("début, milieu ou fin ne disent pas jusqu’où", f"{year[0]} T1 … {year[0]} T4, ou {year[0]}")
    if misspelt := re.fullmatch(r"(\d{1,2} )?([a-z]{3,}) (\d{4})", plain):
        near = get_close_matches(misspelt[2], [*_MONTHS, *_SEASONS], n=1, cutoff=0.7)
        if near:
            return DateProblem("ce n’est pas une date lisible", f"{misspelt[1] or ''}{_written(near[0])} {misspelt[3]}")
    if plain in _MONTHS or plain in _SEASONS:
        return DateProblem("il manque l’année", f"{_written(plain)} 2025")
    return DateProblem("ce n’est pas une date lisible")


def _written(word: str) -> str:
    return {"fevrier": "février", "aout": "août", "decembre": "décembre", "ete": "été"}.get(word, word)


_Y, _M = r"(\d{4})", "|".join(_MONTHS)
_PATTERNS: list[tuple[re.Pattern[str], Callable[..., FuzzyDate | DateProblem]]] = [
    (re.compile(rf"(\d{{1,2}})[/.-](\d{{1,2}})[/.-]{_Y}"), _day),
    (re.compile(rf"{_Y}-(\d{{1,2}})-(\d{{1,2}})(?:[t ]00:00(?::00)?)?"), _iso_day),
    (re.compile(rf"(\d{{1,2}}) ({_M})\.? {_Y}"), _named_day),
    (re.compile(rf"(\d{{1,2}})[/.-]{_Y}"), _month),
    (re.compile(rf"{_Y}-(\d{{2}})"), _iso_month),
    (re.compile(rf"({_M})\.? {_Y}"), _named_month),
    (re.compile(rf"{_Y} ?-? ?t(\d)"), _quarter),
    (re.compile(rf"t(\d) {_Y}"), lambda quarter, year: _quarter(year, quarter)),
    (re.compile(rf"{_Y} ?-? ?s(\d)"), _half),
    (re.compile(rf"s(\d) {_Y}"), lambda half, year: _half(year, half)),
    (re.compile(rf"(printemps|ete|automne|hiver) (?:de )?{_Y}"), _season),
    (re.compile(rf"{_Y}"), _year),
    (re.compile(rf"{_Y} ?[-–/] ?{_Y}"), _between),
    (re.compile(r"(?:entre) (.+) et (.+)"), _between),
    (re.compile(r"(?:de|du) (.+) (?:a|au) (.+)"), _between),
    (re.compile(r"(avant|apres|depuis|jusqu'en|jusqu'a|a partir de) (?:le |en )?(.+)"), _open),
]  # fmt: skip
