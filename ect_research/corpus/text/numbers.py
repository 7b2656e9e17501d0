"""French numbers as people write them: decimal comma, thin spaces in thousands. Never guessed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ect_research.words import Told

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER = re.compile(r"[+-]?(\d{1,3}( \d{3})+|\d+)([.,]\d+)?")
_POINTED = re.compile(r"[+-]?\d{1,3}(?:(?P<sign>[.,])\d{3})(?:(?P=sign)\d{3})*(?P<rest>[.,]\d+)?")
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}")
_RANGE = re.compile(r"(?:entre |de )?\d[\d ,.]*?(?: ?[-–] ?| à | et )\d[\d ,.]*(?:\D.*)?")
_LARGE = {r"(?:[kK](?![a-z])|mille|milliers)": 1e3, r"(?:M(?![a-z])|millions?)": 1e6, r"(?:Md|milliards?)": 1e9}
_ABOUT = re.compile(r"[<>≤≥~≈±]=?|(?:plus|moins|près|autour) de|au (?:moins|plus)|env(?:iron|\.)?|vers|jusqu.à")
_FOREIGN = re.compile(r"[$£]|\b(CHF|F|FF|USD|GBP)\b|\bfrancs?\b|dollars?|livres? sterling")
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

    >>> likely_number("'12"), likely_number("1 234,50 €"), likely_number("12,5,3"), likely_number("(12)")
    ('vouliez-vous dire « 12 » ?', 'vouliez-vous dire « 1 234,50 » ?', '', '')
    >>> likely_number("1,2 k€"), likely_number("plus de 130")
    ('vouliez-vous dire « 1200 » ?', '« 130 », et « plus de » dans la colonne qui dit l’approximation, ou en note')
    """
    if _RANGE.fullmatch(_plain(text)):
        return Told("un seul nombre ; la fourchette va en note")
    if _FOREIGN.search(text):
        return Told("le convertir en euros, et dire en note la monnaie et le taux")
    found = None if text.startswith("(") else re.search(r"[+-]?[.,]?\d(.*\d)?", text)
    bare = found[0] if found else ""
    bare = f"0{bare}" if bare[:1] in (",", ".") else bare
    value = parse_number(bare)
    if bare == text or value is None:
        return ""
    before, _, after = _plain(text).partition(bare)
    for unit, times in _LARGE.items():
        if re.match(unit, after.strip()):
            bare = number_text(round(value * times, 6))
    if _ABOUT.fullmatch(before.strip().casefold()):
        return Told("« {bare} », et « {about} » dans la colonne qui dit l’approximation, ou en note", bare=bare,
            about=before.strip())  # fmt: skip
    return Told("vouliez-vous dire « {bare} » ?", bare=bare)


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
