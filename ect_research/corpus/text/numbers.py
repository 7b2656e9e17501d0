"""Numbers as people and spreadsheets write them, and what was meant by a text that is none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ect_research.corpus.text.date_reasons import UNKNOWN
from ect_research.corpus.text.raw_table import fold
from ect_research.words import Told

_NUMBER = re.compile(r"[+-]?(\d{1,3}( \d{3})+|\d+)([.,]\d+)?")
_POINTED = re.compile(r"[+-]?\d{1,3}(?:(?P<sign>[.,])\d{3})(?:(?P=sign)\d{3})*(?P<rest>[.,]\d+)?")
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}")
_RANGE = re.compile(r"(?:entre |de )?\d[\d ,.]*?(?: ?[-–] ?| à | et )\d[\d ,.]*(?:\D.*)?")
_LARGE = {r"(?:[kK](?![a-z])|mille|milliers)": 1e3, r"(?:M(?![a-z])|millions?)": 1e6, r"(?:Md|milliards?)": 1e9}
_ABOUT = re.compile(r"[<>≤≥~≈±]=?|(?:plus|moins|près|autour) de|au (?:moins|plus)|env(?:iron|\.)?|vers|jusqu.à")
_FOREIGN = re.compile(r"[$£]|\b(CHF|F|FF|USD|GBP)\b|\bfrancs?\b|dollars?|livres? sterling")
_HOURS = re.compile(r"(\d+) ?(?:h|:|heures?) ?(\d\d)(?::(\d\d)|min)?")
MOST = 1e15  # beyond, a number loses its last digits
EXPECTED = Told("un nombre comme 12, 1 234 ou 12,5")


def parse_number(text: str) -> float | None:
    """The number that a French text writes, or None when it writes none.

    >>> parse_number("1\u202f234,5")
    1234.5
    >>> parse_number("12,5,3") is None
    True
    """
    plain = _plain(text)
    if not _NUMBER.fullmatch(plain):
        return _with_pointed_thousands(plain)
    return float(plain.replace(" ", "").replace(",", "."))


def two_readings(text: str) -> tuple[float, float] | None:
    """The decimal number and the thousands that one text may write, or None when it can be read in one way only.

    >>> two_readings("1.234"), two_readings("0,500"), two_readings("12,5")
    ((1.234, 1234.0), None, None)
    """
    if "." not in text and "," not in text:
        return None
    plain = _plain(text)
    return (float(plain.replace(",", ".")), float(re.sub("[.,]", "", plain))) if _EITHER.fullmatch(plain) else None


def settled_by(others: Iterable[str], sign: str) -> str:
    """What the numbers of a column make of a comma or a point: ``decimales``, ``milliers``, ``""`` when they do not say.

    >>> settled_by(["12,5", "libre"], ","), settled_by(["1.234.567"], "."), settled_by(["1,5", "1,234,567"], ",")
    ('decimales', 'milliers', '')
    """
    found = set()
    for plain in {_plain(text) for text in others if sign in text}:
        if two_readings(plain) is None and parse_number(plain) is not None:
            thousands = plain.count(sign) > 1 or re.search("[.,]", plain.rpartition(sign)[2])
            found.add("milliers" if thousands else "decimales")
    return found.pop() if len(found) == 1 else ""


def _plain(text: str) -> str:
    return re.sub("[\u00a0\u202f\u2009 ]", " ", text).strip().replace("−", "-")


def _with_pointed_thousands(plain: str) -> float | None:
    """``1.234,5`` and ``1,234,567``: several signs, or two kinds, leave one reading only."""
    found = _POINTED.fullmatch(plain)
    sign, rest = (found["sign"], found["rest"] or "") if found else ("", "")
    if not found or rest.startswith(sign) or not (rest or plain.count(sign) > 1):
        return None
    whole = plain.removesuffix(rest).replace(sign, "")
    return float(whole + rest.replace(",", "."))


def likely_number(text: str) -> str:
    """What was perhaps meant by a number written with its unit or an apostrophe, ``""`` when there is not exactly one.

    >>> likely_number("'12"), likely_number("1 234,50 €"), likely_number("12,5,3"), likely_number("½")
    ('vouliez-vous dire « 12 » ?', 'vouliez-vous dire « 1 234,50 » ?', '', 'vouliez-vous dire « 0,5 » ?')
    >>> likely_number("1h30"), likely_number("12'000"), likely_number("1,5E+3")
    ('en heures, « 1,5 »', 'vouliez-vous dire « 12 000 » ?', 'vouliez-vous dire « 1500 » ?')
    >>> likely_number("1,2 k€"), likely_number("plus de 130")
    ('vouliez-vous dire « 1200 » ?', '« 130 », et « plus de » dans la colonne qui dit l’approximation, ou en note')
    """
    typed = text
    if re.fullmatch(UNKNOWN, fold(text)):
        return Told("une valeur inconnue se dit par une case vide")
    if said := _other_writing(text):
        return said
    text = re.sub(r"(?<=\d)['’_](?=\d{3}(?!\d))", " ", text)
    if _RANGE.fullmatch(_plain(text)):
        return Told("un seul nombre ; la fourchette va en note")
    if _FOREIGN.search(text):
        return Told("le convertir en euros, et dire en note la monnaie et le taux")
    found = None if text.startswith("(") else re.search(r"[+-]?[.,]?\d(.*\d)?", text)
    bare = found[0] if found else ""
    bare = f"0{bare}" if bare[:1] in (",", ".") else bare
    value = parse_number(bare)
    if value is None or (bare == text and text == typed):
        return ""
    before, _, after = _plain(text).partition(bare)
    for unit, times in _LARGE.items():
        if re.match(unit, after.strip()):
            bare = number_text(round(value * times, 6))
    if _ABOUT.fullmatch(before.strip().casefold()):
        return Told("« {bare} », et « {about} » dans la colonne qui dit l’approximation, ou en note", bare=bare,
            about=before.strip())  # fmt: skip
    return Told("vouliez-vous dire « {bare} » ?", bare=bare)


def _other_writing(text: str) -> str:
    """What to write for a duration, a date, an exponent, a fraction or a yes in a column of numbers."""
    if time := _HOURS.fullmatch(text):
        hours = int(time[1]) + int(time[2] or 0) / 60 + int(time[3] or 0) / 3600
        return Told("en heures, « {hours} »", hours=number_text(round(hours, 2)).replace(".", ","))
    if re.fullmatch(r"\d{4}-\d\d-\d\d.*", text):
        return Told("une date : rendre à la cellule le format « standard », et vérifier que la ligne n’est pas décalée")
    if re.fullmatch(r"[+-]?\d+([.,]\d+)?[eE][+-]?\d\d?", text):
        return Told("vouliez-vous dire « {bare} » ?", bare=number_text(float(text.replace(",", "."))).replace(".", ","))
    if part := re.fullmatch(r"(\d*) ?([¼-¾⅐-⅞])", text):
        value = round(int(part[1] or 0) + unicodedata.numeric(part[2]), 2)
        return Told("vouliez-vous dire « {bare} » ?", bare=number_text(value).replace(".", ","))
    if (part := re.fullmatch(r"(\d+) ?/ ?(\d+)", text)) and int(part[2]):
        share = number_text(round(int(part[1]) / int(part[2]), 2)).replace(".", ",")
        return Told("écrire « {value} » si c’est une fraction, « {first} » si c’est une note sur {second}", value=share,
            first=part[1], second=part[2])  # fmt: skip
    if (part := re.fullmatch(r"\((.+)\)", text)) and parse_number(part[1]) is not None:
        return Told("écrire « {bare} », ou « -{bare} » si ces parenthèses disent un nombre négatif", bare=part[1])
    if fold(text) in ("vrai", "faux", "true", "false"):
        return Told("le résultat d’une formule ou d’une case à cocher : taper le nombre, et vérifier que la ligne n’est pas "
            "décalée")  # fmt: skip
    return ""


def number_text(value: float) -> str:
    """A spreadsheet's number as the text a person sees: no decimals that are not there.

    Three decimals get a fourth, so that what a spreadsheet keeps as a number is never taken for thousands.

    >>> number_text(39300.0), number_text(12.5), number_text(1.234)
    ('39300', '12.5', '1.2340')
    """
    if abs(value) < MOST and value == int(value):
        return str(int(value))
    text = repr(float(value))
    return f"{text}0" if two_readings(text) else text
