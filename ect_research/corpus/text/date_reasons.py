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
_BY_RANK = list({rank: month for month, rank in reversed(MONTHS.items())}.values())[::-1]
SEASONS = {"printemps": ((3, 21), (6, 20)), "ete": ((6, 21), (9, 20)), "automne": ((9, 21), (12, 20))}
_OLD = 70
_M = "|".join(MONTHS)
UNKNOWN = (
    r"\?+|[-–—]+|x+|n[./]?[cr]\.?|nsp|n/?a|nd|nan|null|none|s\.?o\.?|(date )?(inconnue?|non dite?|non precisee?|indeterminee?)"
    r"|(je )?ne sai[st] pas|sans objet|aucune?|neant|en cours|a (venir|completer|preciser|definir)"
)
_LONE_YEAR = r"(?<![\d/.-])(?:18[5-9]|19\d|20\d)\d(?![\d/.-]\d|\d)"
_WHOLE = r"(?<![\w/.-])(?:\d{1,2}[/.-]){1,2}\d{4}(?![\d/.-])"
_INSIDE = rf"{_WHOLE}|(?:\d{{1,2}} )?(?:{_M}|printemps|ete|automne) \d{{4}}|{_LONE_YEAR}"
UNREADABLE = Told("ce n’est pas une date lisible")


_DAY, _YEAR = r"(\d{1,2})(?: ?er)?", r"(\d{4})"
_ENGLISH = {"jan": "janvier", "feb": "fevrier", "mar": "mars", "apr": "avril", "may": "mai", "jun": "juin", "jul": "juillet",
            "aug": "aout", "sep": "septembre", "oct": "octobre", "nov": "novembre", "dec": "decembre"}  # fmt: skip
# What people write, as it is read. First the same date spelt otherwise, which is read and logged as a repair;
# then perhaps the same date, which is asked.
_WORDS = {"spring": "printemps", "summer": "ete", "autumn": "automne", "fall": "automne", "winter": "hiver", "before": "avant",
          "after": "apres", "since": "depuis", "&": "et", "quarter": "trimestre", "half": "semestre"}  # fmt: skip
_ROMAN = dict(zip(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"], _BY_RANK, strict=True))
_R, _S = "|".join(set(_ROMAN) - {"x"}), "|".join([*SEASONS, "hiver"])
_TO = r" ?(?:[-–→>]|->|\.\.|\ba\b|\bau\b) ?"
_SAME: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
    (r"^[(\[«\"] ?([^()]*?) ?[)\]»\"]$", r"\1"), (r"^(\d{4})[.,]0$", r"\1"),
    (rf"(?<![a-z])({'|'.join(_WORDS)})(?![a-z])", lambda word: _WORDS[word[1]]), (r"^between (.+) and (.+)$", r"entre \1 et \2"),
    (rf"^({'|'.join(_ENGLISH)})[a-z]* {_DAY}(?:st|nd|rd|th)?,? {_YEAR}$", r"\2 \1 \3"),
    (rf"\b({'|'.join(_ENGLISH)})(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.?(?= \d{{4}}$)",
     lambda month: _ENGLISH[month[1]]), (r"^(\d{1,2})(?:st|nd|rd|th) (?:of )?", r"\1 "),
    (rf"^{_DAY}[-/. ]({_R})[-/. ]{_YEAR}$", lambda day: f"{day[1]} {_ROMAN[day[2]]} {day[3]}"),
    (rf"^(?!i{{1,3}}\b|iv)({_R})[-/. ]{_YEAR}$", lambda month: f"{_ROMAN[month[1]]} {month[2]}"),
    ("[⁄∕]", "/"), ("^'", ""), (r"[.;,]$", ""), (r"^(?:l'|a l'|a la |au |en |in |courant de l')", ""),
    (r"\btrim\b\.?", "trimestre"),
    (r"\bsem\b\.?(?! ?\d\d? )", "semestre"), (r"\b(trimestre|semestre) de l'annee\b", r"\1"),
    (r"\b1 er\b|\bpremier (?=[a-z]+ \d{4})", "1 "),
    (rf"^{_DAY} ?[-/. ] ?({_M})\.? ?[-/. ] ?{_YEAR}$", r"\1 \2 \3"), (rf"^({_M})\.?,? ?[-/. ] ?{_YEAR}$", r"\1 \2"),
    (r"^(\d{1,2}) ?([/.]) ?(\d{1,2}) ?\2 ?(\d{4})$", r"\1/\3/\4"), (r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$", r"\3/\2/\1"),
    (r"^(\d{1,2}) ?/ ?(\d{4})$", r"\1/\2"), (r"^hiver (\d\d)(\d\d) ?[-/] ?(\d\d)$", r"hiver \1\2-\1\3"),
    (r"^(\d{1,2}/\d{1,2}/\d{4}) 0?0:00(?::00)?$", r"\1"),
    (r"^(?:([tqsh]) ?(\d)|(\d) ?([tqsh])) ?[-/ ]? ?(\d{4})$", r"\1\4\2\3 \5"),
    (r"^(\d{4}) ?[-/ ]? ?(?:([tqsh]) ?(\d)|(\d)([tqsh]))$", r"\2\5\3\4 \1"),
    (r"^(?:q|t)(?=\d )", "t"), (r"^(?:h|s)(?=\d )", "s"),
    (r"^(trimestre|semestre) (\d) (\d{4})$", r"\2e \1 \3"),
    # A period whose bounds share their year, or have each its own.
    (rf"^(?:de )?([ts]\d){_TO}([ts]\d) (\d{{4}})$", r"entre \1 \3 et \2 \3"),
    (rf"^(\d{{4}}) ([ts]\d){_TO}([ts]\d)$", r"entre \2 \1 et \3 \1"),
    (rf"^({_S}) ?[-–/] ?({_S}) (\d{{4}})$", r"entre \1 \3 et \2 \3"),
    (rf"^(?:du )?(\d{{1,2}}/\d{{1,2}}){_TO}(\d{{1,2}}/\d{{1,2}})/(\d{{4}})$", r"entre \1/\3 et \2/\3"),
    (rf"^(?:du )?(\d{{1,2}} (?:{_M})){_TO}(\d{{1,2}} (?:{_M})) (\d{{4}})$", r"entre \1 \3 et \2 \3"),
    (rf"^([^-–→>]*[^-–→>\d]\d{{4}}){_TO}([^-–→>]*[^-–→>\d]\d{{4}})$", r"entre \1 et \2"),
    (rf"^(\d{{4}} [ts]\d){_TO}(\d{{4}} [ts]\d)$", r"entre \1 et \2"), (r"^([a-z]+ \d{4}) ?/ ?([a-z]+ \d{4})$", r"entre \1 et \2"),
]  # fmt: skip
_PERHAPS: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
    (r"(?<=\d)o(?=[\do/.-]|$)|(?<![a-z])o(?=\d)", "0"), (r"(?<=\d)l(?![a-z])|(?<![a-z])l(?=\d)", "1"),
    (r"^(?:annee|saison|annee scolaire|exercice|campagne) (\d{4}.*)$", r"\1"),
    (r"^(?:lun|mar|mercre|jeu|vendre|same|diman)(?:di|che)?\.?,? (?=\d)", ""), (r"^(?:mer|ven|sam|dim)\.?,? (?=\d)", ""),
    (rf"^{_YEAR} ?(?:\ba\b|\bau\b|et|ou|puis|;|,|→|->|>|\.\.) ?{_YEAR}$", r"entre \1 et \2"),
    (r"^(\d\d)(\d\d) ?[-–/] ?(\d\d)$",
     lambda years: f"entre {years[1]}{years[2]} et {years[1]}{years[3]}" if years[3] > years[2] else years[0]),
    (rf"^{_YEAR} \(?({_M})\)?$", r"\2 \1"),
    (rf"^(.*{_YEAR}) ?(?:[-–→>]|->|\ba|-) ?(?:aujourd'hui|ce jour|maintenant|en cours|present)?$", r"depuis \1"),
    (rf"^[-–→] ?{_YEAR}$", r"jusqu'en \1"),
    (r"^(\d{1,2}/\d{1,2}/\d{4}) (?:a )?\d{1,2} ?(?:[:h]\d\d|h).*$", r"\1"), (r"^((?:19|20)\d\d)(\d\d)(\d\d)$", r"\3/\2/\1"),
    (r"^(\d\d)(\d\d)((?:19|20)\d\d)$", r"\1/\2/\3"), (r"^((?:19|20)\d\d)(?:[-/ ](0?\d|1[0-2])|(\d\d))$", r"\2\3/\1"),
    (r"^(\d{1,2}) (\d{4})$", r"\1/\2"), (r"^(?:[x?.-]{1,2}|00?)/(?:(\d{1,2}/)|[x?.-]{1,2}/)(\d{4})$", r"\1\2"),
    (r"^00/(\d{4})$", r"\1"),
    (r"^1(?:e|er|re|ere) quinzaine (?:de |d')?(.+)$", r"entre 1 \1 et 15 \1"),
    (rf"^rentree {_YEAR}$", r"septembre \1"), (rf"^noel {_YEAR}$", r"decembre \1"),
]  # fmt: skip


def respelt(plain: str) -> Iterator[tuple[str, bool]]:
    """A text that is no date, as it may be written, and whether that is the same date for sure.

    >>> list(respelt("3t2024"))[0], list(respelt("2023 a 2024"))[-1]
    (('t3 2024', True), ('entre 2023 et 2024', False))
    """
    for sure, table in ((True, _SAME), (False, [*_SAME, *_PERHAPS, *_SAME])):
        near = plain
        for pattern, to in table:
            near = " ".join(re.sub(pattern, to, near).split())
        if near != plain:
            yield near, sure


def why_no_date(plain: str) -> tuple[str, str]:
    """The reason and the suggestion (``""`` when there is none) for a text, without case nor accents, that is no date.

    >>> why_no_date("debut 2020")
    ('début, milieu ou fin ne disent pas jusqu’où', '2020 T1 ou 2020 S1, sinon 2020')
    >>> why_no_date("inconnu")
    ('une date inconnue se dit par une case vide', 'vider la case')
    """
    for pattern, reason, meant in _REASONS:
        if found := pattern.fullmatch(plain):
            return reason, meant(found)
    if misspelt := re.fullmatch(r"(\d{1,2} )?([a-z]{3,}) (\d{4})", plain):
        near = get_close_matches(misspelt[2], [*MONTHS, *SEASONS], n=1, cutoff=0.7)
        if near:
            return UNREADABLE, f"{misspelt[1] or ''}{written(near[0])} {misspelt[3]}"
    dates = re.findall(_INSIDE, plain)
    return UNREADABLE, Told("{date}, et le reste en note", date=accented(dates[0])) if len(dates) == 1 else ""


def accented(plain: str) -> str:
    """A text with the accents of its months and seasons, and the capitals of its quarters."""
    return re.sub(r"\b[ts](?=\d)", lambda sign: sign[0].upper(), re.sub("[a-z]+", lambda word: written(word[0]), plain))


def likely_day(day: int, month: int, year: str) -> str:
    """What a day that does not exist was perhaps meant to be: day and month exchanged, else the month.

    >>> likely_day(31, 2, "2020"), likely_day(3, 25, "2020"), likely_day(35, 13, "2020")
    ('02/2020', '25/03/2020', '')
    """
    if day == month == 0:
        return year
    if 1 <= month <= 12:
        return f"{month:02d}/{year}"
    return f"{month:02d}/{day:02d}/{year}" if 1 <= day <= 12 and month <= 31 else ""


def written(word: str) -> str:
    """A month or a season with its accents.

    >>> written("ete")
    'été'
    """
    return {
        "fevrier": "février",
        "aout": "août",
        "decembre": "décembre",
        "dec": "déc",
        "ete": "été",
        "apres": "après",
    }.get(word, word)


def _serial(found: re.Match[str]) -> str:
    shown = date(1899, 12, 30) + timedelta(days=int(found[1]))
    return Told("{shown:%d/%m/%Y}, à vérifier dans le classeur", shown=shown)


def _named_short_year(found: re.Match[str]) -> str:
    day, month, short = found.groups("")
    return _centuries(f"{day.replace('-', ' ')}{written(month)} ", short)


def _centuries(before: str, short: str) -> str:
    """The years that two digits may mean: of the last century too, when that is less than sixty years ago."""
    last = Told(" ou {before}19{short}", before=before, short=short) if int(short) >= _OLD else ""
    return Told(f"{before}20{short}") + last


def _month_and_year(found: re.Match[str]) -> str:
    month = re.search(rf"\b({_M})\b", found[0])
    return f"{written(month[1])} {found['year']}" if month else found["year"]


def _part_of(found: re.Match[str]) -> str:
    year = found["year"]
    if (said := _month_and_year(found)) != year:
        return said
    covers = {
        "debut": Told("{year} T1 ou {year} S1", year=year),
        "mi": Told("entre {year} T2 et {year} T3", year=year),
        "fin": Told("{year} T4 ou {year} S2", year=year),
    }
    part = {"mid": "mi", "early": "debut", "late": "fin"}.get(found["part"], found["part"])
    return Told("{either}, sinon {year}", either=covers[part], year=year)


def _week(found: re.Match[str]) -> str:
    """The Monday and the Sunday of a week as calendars number them (ISO 8601)."""
    year, week = int(found["year"] or found["year2"]), int(found["week"] or found["week2"])
    if not 1 <= week <= 53:
        return ""
    first = date(year, 1, 4) + timedelta(days=7 * (week - 1) - date(year, 1, 4).weekday())
    return Told("entre {first:%d/%m/%Y} et {last:%d/%m/%Y}", first=first, last=first + timedelta(days=6))


SHORT_YEAR = Told("année sur deux chiffres")
_REASONS: list[tuple[re.Pattern[str], str, Callable[[re.Match[str]], str]]] = [
    (re.compile(pattern), reason, meant) for pattern, reason, meant in (
    # A number of days since 1899-12-30, for 1954-10-04 … 2064-04-07: what a spreadsheet shows when a date lost its format.
    (r"([2-5]\d{4}|60000)(?:[.,]\d+)?", Told("numéro de série Excel, pas une date"), _serial),
    (r"(\d{4})-(\d\d)-(\d\d)[t ]\d\d:\d\d.*", Told("une heure suit la date"), lambda at: f"{at[3]}/{at[2]}/{at[1]}"),
    (r"(\d{1,2}[/.-]\d{1,2})[/.-](\d\d)", SHORT_YEAR, lambda at: _centuries(at[1].replace(".", "/") + "/", at[2])),
    (rf"(\d{{1,2}}[ -])?({_M})\.?[ -]'?(\d\d)", SHORT_YEAR, _named_short_year),
    (r"(?=.*(?:\b(?:vers|environ|env|ca|c\.|courant|autour)(?!\w)|[~≈])).*?(?P<year>\d{4}).*", Told("date approchée"),
     lambda at: Told("{year}, avec la certitude « Incertain, une seule voix »", year=_month_and_year(at))),
    (r"(?:les )?(?:annees|decennie) (\d{3}|\d)0", Told("une décennie s’écrit comme une période"),
     lambda at: Told("entre {decade}0 et {decade}9", decade=at[1] if at[1][1:] else f"19{at[1]}")),
    (r"(?:sem(?:aine|\.)? ?|s)n?°?(?P<week>\d\d?)[ /-](?:de )?(?P<year>\d{4})|(?P<year2>\d{4})[- ]?[ws](?:em)?(?P<week2>\d\d)",
     Told("une semaine s’écrit par ses deux jours"), _week),
    (r"(i{1,3}|iv)[-/. ](\d{4})", Told("un mois ou un trimestre ?"),
     lambda at: Told("{month} {year}, ou {year} T{rank}", month=written(_ROMAN[at[1]]), year=at[2],
                     rank=MONTHS[_ROMAN[at[1]]])),
    (r"(1[3-9]|[2-9]\d)[/-](\d\d)", SHORT_YEAR, lambda at: Told("entre {low} et {high}", low=f"20{at[1]}", high=f"20{at[2]}")),
    (r"hiver (\d\d) ?[-/] ?(\d\d)", SHORT_YEAR, lambda at: f"hiver 20{at[1]}-20{at[2]}"),
    (r"(?=.*?\b(?P<part>debut|fin|mi|mid|early|late)\b)(?!.*\d{4}.*\d{4}).*?(?P<year>\d{4}).*",
     Told("début, milieu ou fin ne disent pas jusqu’où"), _part_of),
    (UNKNOWN, Told("une date inconnue se dit par une case vide"), lambda _: Told("vider la case")),
    (rf"(?:(?:debut|fin|mi|courant)[ -])?(\d{{1,2}} )?({_M}|{'|'.join(SEASONS)})|\d{{1,2}}[/.-]\d{{1,2}}",
     Told("il manque l’année"), lambda _: Told("y ajouter l’année")),
)]  # fmt: skip
