"""French numbers as people write them: decimal comma, thin spaces in thousands. Never guessed."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[+-]?(\d{1,3}( \d{3})+|\d+)([.,]\d+)?")
EXPECTED = "un nombre comme 12, 1 234 ou 12,5"


def parse_number(text: str) -> float | None:
    """The number that a French text writes, or None when it writes none.

    >>> parse_number("1\u202f234,5")
    1234.5
    >>> parse_number("12,5,3") is None
    True
    """
    plain = re.sub("[\u00a0\u202f\u2009 ]", " ", text).strip().replace("−", "-")
    if not _NUMBER.fullmatch(plain):
        return None
    return float(plain.replace(" ", "").replace(",", "."))


def likely_number(text: str) -> str:
    """What was perhaps meant by a number written with its unit or an apostrophe, ``""`` when there is not exactly one.

    >>> likely_number("'12"), likely_number("1 234,50 €"), likely_number("12,5,3")
    ('vouliez-vous dire « 12 » ?', 'vouliez-vous dire « 1 234,50 » ?', '')
    """
    bare = re.sub(r"^[^\d+-]+|[^\d]+$", "", text)
    return f"vouliez-vous dire « {bare} » ?" if bare != text and parse_number(bare) is not None else ""


def number_text(value: float) -> str:
    """A spreadsheet's number as the text a person sees: no decimals that are not there.

    >>> number_text(39300.0), number_text(12.5)
    ('39300', '12.5')
    """
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
