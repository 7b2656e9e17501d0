"""Numbers, dates and lists as a French or an English reader writes them, whatever the machine's locale."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING, Literal

from ect_research.analysis.chance import FEWEST_OF_A_SHARE
from ect_research.words import mark, say, say_n

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from pandas._libs.tslibs.nattype import NaTType


Language = Literal["fr", "en"]

NARROW = "\u202f"
NO_BREAK = "\u00a0"
_GUILLEMETS, _HIGH = re.compile(r"(?<=«) | (?=[:»])"), re.compile(r" (?=[;!?%])")
_THOUSANDS = re.compile(r"(?<!\d)(\d{1,3}) (?=\d{3}(?!\d))")
_MONTHS = (
    *(mark("janvier"), mark("février"), mark("mars"), mark("avril"), mark("mai"), mark("juin")),
    *(mark("juillet"), mark("août"), mark("septembre"), mark("octobre"), mark("novembre"), mark("décembre")),
)


def format_number(value: float, decimals: int = 0, language: Language = "fr") -> str:
    """A number with the separators of the language; an en dash when missing.

    >>> format_number(1234567.891, 1).replace(NARROW, "_")
    '1_234_567,9'
    >>> format_number(1234567.891, 1, "en")
    '1,234,567.9'
    """
    if math.isnan(value):
        return "–"
    written = f"{value:,.{decimals}f}"
    if float(written.replace(",", "")) == 0:
        written = written.lstrip("-")
    if language == "fr":
        written = written.replace(",", NARROW).replace(".", ",")
    return written.replace("-", "\u2212")


def format_percent(share: float, decimals: int = 0, language: Language = "fr") -> str:
    """A share between 0 and 1 as a percentage; what is neither nothing nor all is not written so.

    >>> format_percent(0.004, language="en"), format_percent(0.996, language="en"), format_percent(0.0, language="en")
    ('<1%', '>99%', '0%')
    >>> format_percent(0.2249).replace(NARROW, "_"), format_percent(0.2249, 1, "en")
    ('22_%', '22.5%')
    """
    if math.isnan(share):
        return "–"
    gap, step = NARROW if language == "fr" else "", 10.0**-decimals
    written = round(100 * share, decimals)
    if written == 0 < share:
        return f"<{gap}{format_number(step, decimals, language)}{gap}%"
    if share < 1 and written == 100:
        return f">{gap}{format_number(100 - step, decimals, language)}{gap}%"
    return f"{format_number(100 * share, decimals, language)}{gap}%"


def format_share(count: float, n: float, language: Language = "fr", bounds: tuple[float, float] | None = None) -> str:
    """A share of a number, and its interval when given; the two counts alone under five, which make no share.

    >>> format_share(3, 4, bounds=(0.3, 0.95)), format_share(3, 4, "en"), format_share(1, 5, "en")
    ('3 sur 4', '3 of 4', '20%')
    >>> format_share(1, 5, "en", bounds=(0.04, 0.62))
    '20% [4 to 62%]'
    """
    if n < FEWEST_OF_A_SHARE:
        first, last = format_number(count, 0, language), format_number(n, 0, language)
        return say("{count} sur {n}", language).format(count=first, n=last)
    share = format_percent(count / n, 0, language)
    return f"{share} [{format_percent_range(*bounds, language)}]" if bounds else share


def format_range(low: float, high: float, decimals: int = 0, language: Language = "fr") -> str:
    """An interval of numbers, collapsed when both ends are written alike.

    >>> format_range(1.2, 3.4, 1), format_range(1.2, 3.4, 1, "en"), format_range(2, 2)
    ('1,2 à 3,4', '1.2 to 3.4', '2')
    """
    first, last = format_number(low, decimals, language), format_number(high, decimals, language)
    return first if first == last else say("{first} à {last}", language).format(first=first, last=last)


def format_percent_range(low: float, high: float, language: Language = "fr") -> str:
    """An interval of shares, the sign written once.

    >>> format_percent_range(0.115, 0.243).replace(NARROW, "_"), format_percent_range(0.115, 0.243, "en")
    ('12 à 24_%', '12 to 24%')
    >>> format_percent_range(0.686, 0.686, "en")
    '69%'
    """
    first, last = format_number(100 * low, 0, language), format_percent(high, 0, language)
    if low == high:
        return last
    return say("{first} à {last}", language).format(first=first, last=last)


def format_date(date: pd.Timestamp | NaTType, precision: str = "jour", language: Language = "fr") -> str:
    """A date no more precise than what is known of it.

    Args:
        date: any day of the period.
        precision: ``jour, mois, trimestre, semestre`` or ``annee``; every other word gives the year.
        language: ``fr`` or ``en``.

    >>> import pandas as pd
    >>> day = pd.Timestamp("2025-05-01")
    >>> [format_date(day, p).replace(NO_BREAK, " ") for p in ("jour", "mois", "trimestre", "annee")]
    ['1er mai 2025', 'mai 2025', 'T2 2025', '2025']
    >>> [format_date(day, p, "en").replace(NO_BREAK, " ") for p in ("jour", "trimestre", "semestre")]
    ['1 May 2025', 'Q2 2025', 'H1 2025']
    """
    from pandas import isna  # here, for a program that only names languages

    if isna(date):
        return say("non daté", language)
    month = say(_MONTHS[date.month - 1], language)
    if precision == "jour":
        day = say("1er", language) if date.day == 1 else str(date.day)
        return f"{day}{NO_BREAK}{month} {date.year}"
    if precision == "mois":
        return f"{month} {date.year}"
    if precision == "trimestre":
        return say("T{quarter}", language).format(quarter=(date.month - 1) // 3 + 1) + f"{NO_BREAK}{date.year}"
    if precision == "semestre":
        return say("S{half}", language).format(half=(date.month - 1) // 6 + 1) + f"{NO_BREAK}{date.year}"
    return str(date.year)


def format_count(count: int, singular: str, plural: str = "", language: Language = "fr") -> str:
    """A count with its noun; French writes the singular below two, English for one only.

    >>> format_count(0, "projet"), format_count(2, "projet"), format_count(0, "project", language="en")
    ('0 projet', '2 projets', '0 projects')
    >>> format_count(3, "projet créé", "projets créés")
    '3 projets créés'
    """
    alone = abs(count) < 2 if language == "fr" else abs(count) == 1
    noun = singular if alone else plural or f"{singular}s"
    return f"{format_number(count, 0, language)} {noun}"


def join_words(words: Sequence[str], language: Language = "fr", most: int = 0, comma: str = ", ") -> str:
    """A list as a sentence says it; beyond ``most`` words, how many are left (0 says them all).

    Names that hold commas want another separator: ``comma=" ; "``.

    >>> join_words(["a", "b", "c"]), join_words(["a", "b", "c", "d"], most=2)
    ('a, b et c', 'a, b et 2 autres')
    """
    words = list(words)
    if most and len(words) > most:
        left = len(words) - most
        words = [*words[:most], say_n("{n} autre", "{n} autres", left, language).format(n=left)]
    if len(words) < 2:
        return "".join(words)
    return comma.join(words[:-1]) + say(" et ", language) + words[-1]


def sort_key(text: str) -> str:
    """Key that sorts Écla under E, whatever the locale of the machine.

    >>> sorted(["Zone", "Écla", "abri"], key=sort_key)
    ['abri', 'Écla', 'Zone']
    """
    bare = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).casefold()


def typeset(text: str, language: Language = "fr") -> str:
    """French spaces around the high signs and inside large numbers, so that no line parts what they hold together.

    >>> typeset("Source : R25 ; lu « tel quel » ?").count(NO_BREAK), typeset("a : b", "en")
    (3, 'a : b')
    >>> typeset("un hangar de 2 500 m², 2024 et 100 %").count(NARROW)
    2
    """
    if language != "fr":
        return text
    text = _HIGH.sub(NARROW, _GUILLEMETS.sub(NO_BREAK, text))
    return _THOUSANDS.sub(rf"\1{NARROW}", text)
