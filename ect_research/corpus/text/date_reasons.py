"""Why a text is not a date, and what was perhaps meant: the ways in which people write a date that says too little."""

from __future__ import annotations

import re
from datetime import date, timedelta
from difflib import get_close_matches

from ect_research.words import Told

MONTHS = {
    "janvier": 1, "janv": 1, "fevrier": 2, "fevr": 2, "fev": 2, "mars": 3, "avril": 4, "avr": 4, "mai": 5, "juin": 6,
    "juillet": 7, "juil": 7, "aout": 8, "septembre": 9, "sept": 9, "octobre": 10, "oct": 10, "novembre": 11, "nov": 11,
    "decembre": 12, "dec": 12,
}  # fmt: skip
SEASONS = {"printemps": ((3, 21), (6, 20)), "ete": ((6, 21), (9, 20)), "automne": ((9, 21), (12, 20))}
# Days since 1899-12-30 for 1954-10-04 … 2064-04-07: what a spreadsheet shows when a date lost its format.
_OLD = 70
_SERIALS = range(20000, 60001)
_M = "|".join(MONTHS)
_UNKNOWN = (
    r"\?+|-+|x+|n\.?c\.?|nsp|n/?a|nd|(date )?(inconnue?|non dite?|non precisee?|indeterminee?)|(je )?ne sai[st] pas"
)
_UNREADABLE = Told("ce n’est pas une date lisible")


def why_no_date(plain: str) -> tuple[str, str]:
    """The reason and the suggestion (``""`` when there is none) for a text, without case nor accents, that is no date.

    >>> why_no_date("debut 2020")
    ('début, milieu ou fin ne disent pas jusqu’où', '2020 T1 ou 2020 S1, sinon 2020')
    >>> why_no_date("inconnu")
    ('une date inconnue se dit par une case vide', 'vider la case')
    """
    for explained in (_machine_written, _short_year, _vague, _unknown, _misspelt):
        if found := explained(plain):
            return found
    return _UNREADABLE, ""


def likely_day(day: int, month: int, year: str) -> str:
    """What a day that does not exist was perhaps meant to be: day and month exchanged, else the month.

    >>> likely_day(31, 2, "2020"), likely_day(3, 25, "2020"), likely_day(35, 13, "2020")
    ('02/2020', '25/03/2020', '')
    """
    if 1 <= month <= 12:
        return f"{month:02d}/{year}"
    return f"{month:02d}/{day:02d}/{year}" if 1 <= day <= 12 and month <= 31 else ""


def written(word: str) -> str:
    """A month or a season with its accents.

    >>> written("ete")
    'été'
    """
    return {"fevrier": "février", "aout": "août", "decembre": "décembre", "ete": "été"}.get(word, word)


def _machine_written(plain: str) -> tuple[str, str] | None:
    if re.fullmatch(r"\d{5}([.,]\d+)?", plain) and int(plain[:5]) in _SERIALS:
        shown = date(1899, 12, 30) + timedelta(days=int(plain[:5]))
        return Told("numéro de série Excel, pas une date"), Told("{shown:%d/%m/%Y}, à vérifier dans le classeur",
            shown=shown)  # fmt: skip
    if timed := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)[t ]\d\d:\d\d.*", plain):
        return Told("une heure suit la date"), f"{timed[3]}/{timed[2]}/{timed[1]}"
    return None


def _short_year(plain: str) -> tuple[str, str] | None:
    if re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}", plain):
        start, _, short = plain.rpartition(plain[-3])
        return Told("année sur deux chiffres"), _centuries(f"{start}/".replace(".", "/"), short)
    if named := re.fullmatch(rf"(\d{{1,2}} )?({_M})\.?[ -]'?(\d\d)", plain):
        said = f"{named[1] or ''}{written(named[2])}"
        return Told("année sur deux chiffres"), _centuries(f"{said} ", named[3])
    return None


def _centuries(before: str, short: str) -> str:
    """The years that two digits may mean: of the last century too, when that is less than sixty years ago."""
    return Told(f"{before}20{short}") + (
        Told(" ou {before}19{short}", before=before, short=short) if int(short) >= _OLD else ""
    )


def _vague(plain: str) -> tuple[str, str] | None:
    year = re.search(r"\d{4}", plain)
    if year and re.search(r"\b(vers|environ|courant|autour)\b", plain):
        return Told("date approchée"), Told("{year}, avec la certitude « Incertain, une seule voix »", year=year[0])
    if decade := re.fullmatch(r"(?:les )?annees (\d{3})0", plain):
        return Told("une décennie s’écrit comme une période"), Told("entre {decade}0 et {decade}9", decade=decade[1])
    if year and (part := re.search(r"\b(debut|fin|mi)\b", plain)):
        return Told("début, milieu ou fin ne disent pas jusqu’où"), _part_of(part[1], plain, year[0])
    return None


def _part_of(part: str, plain: str, year: str) -> str:
    if month := re.search(rf"\b({_M})\b", plain):
        return f"{written(month[1])} {year}"
    covers = {
        "debut": Told("{year} T1 ou {year} S1", year=year),
        "mi": Told("entre {year} T2 et {year} T3", year=year),
        "fin": Told("{year} T4 ou {year} S2", year=year),
    }
    return Told("{either}, sinon {year}", either=covers[part], year=year)


def _unknown(plain: str) -> tuple[str, str] | None:
    return (
        (Told("une date inconnue se dit par une case vide"), Told("vider la case"))
        if re.fullmatch(_UNKNOWN, plain)
        else None
    )


def _misspelt(plain: str) -> tuple[str, str] | None:
    if misspelt := re.fullmatch(r"(\d{1,2} )?([a-z]{3,}) (\d{4})", plain):
        near = get_close_matches(misspelt[2], [*MONTHS, *SEASONS], n=1, cutoff=0.7)
        if near:
            return _UNREADABLE, f"{misspelt[1] or ''}{written(near[0])} {misspelt[3]}"
    if plain in MONTHS or plain in SEASONS:
        return Told("il manque l’année"), f"{written(plain)} 2025"
    return None
