"""Why a text is not a date, and what was perhaps meant: the ways in which people write a date that says too little."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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
UNKNOWN = (
    r"\?+|[-–—]+|x+|n\.?[cr]\.?|nsp|n/?a|nd|nan|null|none|s\.?o\.?|(date )?(inconnue?|non dite?|non precisee?|indeterminee?)"
    r"|(je )?ne sai[st] pas|sans objet|aucune?|neant|en cours|a (venir|completer|preciser|definir)"
)
UNREADABLE = Told("ce n’est pas une date lisible")


_DAY, _YEAR = r"(\d{1,2})(?: ?er)?", r"(\d{4})"
# The same date spelt otherwise: what is read, and logged as a repair.
_ENGLISH = {"jan": "janvier", "feb": "fevrier", "mar": "mars", "apr": "avril", "may": "mai", "jun": "juin", "jul": "juillet",
            "aug": "aout", "sep": "septembre", "oct": "octobre", "nov": "novembre", "dec": "decembre"}  # fmt: skip
_SPELLINGS: list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [(re.compile(pattern), to) for pattern, to in (
    (r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.?(?= \d{4}$)",
     lambda month: _ENGLISH[month[1]]), (r"^(\d{1,2})(?:st|nd|rd|th) ", r"\1 "),
    ("[⁄∕]", "/"), ("^'", ""), (r"[.;,]$", ""), (r"^(?:l'|a l'|a la |au |en |courant de l')", ""), (r"\btrim\b\.?", "trimestre"),
    (r"\bsem\b\.?", "semestre"), (r"\b(trimestre|semestre) de l'annee\b", r"\1"),
    (r"\b1 er\b|\bpremier (?=[a-z]+ \d{4})", "1 "),
    (rf"^{_DAY} ?[-/. ] ?({_M})\.? ?[-/. ] ?{_YEAR}$", r"\1 \2 \3"), (rf"^({_M})\.? ?[-/. ] ?{_YEAR}$", r"\1 \2"),
    (r"^(\d{1,2}) ?([/.]) ?(\d{1,2}) ?\2 ?(\d{4})$", r"\1/\3/\4"), (r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$", r"\3/\2/\1"),
    (r"^(\d{1,2}/\d{1,2}/\d{4}) 0?0:00(?::00)?$", r"\1"),
    (r"^(?:([tqsh]) ?(\d)|(\d) ?([tqsh])) ?[-/ ]? ?(\d{4})$", r"\1\4\2\3 \5"),
    (r"^(\d{4}) ?[-/ ]? ?(?:([tqsh]) ?(\d)|(\d)([tqsh]))$", r"\2\5\3\4 \1"),
    (r"^(?:q|t)(?=\d )", "t"), (r"^(?:h|s)(?=\d )", "s"),
    (r"^(trimestre|semestre) (\d) (\d{4})$", r"\2e \1 \3"),
)]  # fmt: skip
# Perhaps the same date: what is asked.
_MEANINGS = [(re.compile(pattern), to) for pattern, to in (
    (r"^(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) ", ""),
    (rf"^{_YEAR} (?:a|au|et|ou|;|,) {_YEAR}$", r"entre \1 et \2"),
    (r"^(\d\d)(\d\d) ?[-–/] ?(\d\d)$", r"entre \1\2 et \1\3"), (rf"^{_YEAR} \(?({_M})\)?$", r"\2 \1"),
    (r"^(\d{1,2}/\d{1,2}/\d{4}) (?:a )?\d{1,2}[:h]\d\d.*$", r"\1"), (r"^(\d{4})(\d\d)(\d\d)$", r"\3/\2/\1"),
    (rf"^rentree {_YEAR}$", r"septembre \1"), (rf"^noel {_YEAR}$", r"decembre \1"),
    (r"^(?:annee|saison) (\d{4}.*)$", r"\1"),
)]  # fmt: skip


def respelt(plain: str) -> Iterator[tuple[str, bool]]:
    """A text that is no date, as it may be written, and whether that is the same date for sure.

    >>> list(respelt("3t2024"))[0], list(respelt("2023 a 2024"))[-1]
    (('t3 2024', True), ('entre 2023 et 2024', False))
    """
    for sure, table in ((True, _SPELLINGS), (False, [*_SPELLINGS, *_MEANINGS, *_SPELLINGS])):
        near = plain
        for pattern, to in table:
            near = " ".join(pattern.sub(to, near).split())
        if near != plain:
            yield near, sure


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
    return UNREADABLE, ""


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
    if named := re.fullmatch(rf"(\d{{1,2}}[ -])?({_M})\.?[ -]'?(\d\d)", plain):
        said = f"{(named[1] or '').replace('-', ' ')}{written(named[2])}"
        return Told("année sur deux chiffres"), _centuries(f"{said} ", named[3])
    return None


def _centuries(before: str, short: str) -> str:
    """The years that two digits may mean: of the last century too, when that is less than sixty years ago."""
    return Told(f"{before}20{short}") + (
        Told(" ou {before}19{short}", before=before, short=short) if int(short) >= _OLD else ""
    )


def _vague(plain: str) -> tuple[str, str] | None:
    year = re.search(r"\d{4}", plain)
    if year and re.search(r"\b(vers|environ|env|ca|courant|autour)\b|[~≈]", plain):
        month = re.search(rf"\b({_M})\b", plain)
        said = f"{written(month[1])} {year[0]}" if month else year[0]
        return Told("date approchée"), Told("{year}, avec la certitude « Incertain, une seule voix »", year=said)
    if decade := re.fullmatch(r"(?:les )?annees (\d{3})0", plain):
        return Told("une décennie s’écrit comme une période"), Told("entre {decade}0 et {decade}9", decade=decade[1])
    if len(re.findall(r"\d{4}", plain)) == 1 and year and (part := re.search(r"\b(debut|fin|mi)\b", plain)):
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
        if re.fullmatch(UNKNOWN, plain)
        else None
    )


def _misspelt(plain: str) -> tuple[str, str] | None:
    if misspelt := re.fullmatch(r"(\d{1,2} )?([a-z]{3,}) (\d{4})", plain):
        near = get_close_matches(misspelt[2], [*MONTHS, *SEASONS], n=1, cutoff=0.7)
        if near:
            return UNREADABLE, f"{misspelt[1] or ''}{written(near[0])} {misspelt[3]}"
    if re.fullmatch(rf"(\d{{1,2}} )?({_M}|{'|'.join(SEASONS)})|\d{{1,2}}[/.-]\d{{1,2}}", plain):
        return Told("il manque l’année"), Told("y ajouter l’année")
    return None
