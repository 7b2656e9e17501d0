"""English of the French sentences that the program writes once and that a page repeats later: causes, failures, notes."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

SENTENCES = "anglais.csv"
# An error of Python speaks English already.
_PYTHON_ERROR = re.compile(r"^(\w+(?:Error|Exception|Interrupt|Exit|Warning)) : (.*)$", re.DOTALL)
_PLAIN_ERROR = re.compile(r"^\w+(?:Error|Exception|Interrupt|Exit|Warning)$")
_BLANK = re.compile(r"\\{(\w+)\\}")
# Blanks that may hold a sentence in their turn.
_SENTENCES = ("part", "other_part", "why")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")


def in_english(sentence: str) -> tuple[str, str]:
    """A sentence of the program in English.

    Args:
        sentence: French, as the program wrote it (``assets/anglais.csv`` holds every form).

    Returns:
        its English, and what nobody translated: the whole sentence, or the end of it that quotes a French error.

    >>> in_english("le paramètre annee est passé de 2024 à 2026")
    ('parameter annee went from 2024 to 2026', '')
    >>> in_english("cellule de code n° 2 (« 1 / 0 ») : ZeroDivisionError : division by zero")
    ('code cell 2 (“1 / 0”): ZeroDivisionError: division by zero', '')
    """
    if raised := _PYTHON_ERROR.match(sentence):
        return f"{raised[1]}: {raised[2]}", ""
    if _PLAIN_ERROR.match(sentence):
        return sentence, ""
    for form, english in _forms():
        found = form.fullmatch(sentence)
        if found:
            return _filled(english, found)
    return "", sentence


def notes_in_english(text: str) -> str:
    """A note of an English result, with what the gate of publication added to it in French.

    >>> notes_in_english("3 undated ; s : masqué (moins de 5 personnes, ou protège une autre valeur)")
    '3 undated ; s: hidden (fewer than 5 persons, or protects another value)'
    """
    for separator in (" ; ", ". "):
        parts = text.split(separator)
        said = [in_english(part.removesuffix(".")) for part in parts]
        if any(english for english, _ in said):
            stops = ["." if part.endswith(".") else "" for part in parts]
            return separator.join(
                f"{english}{stop}" if english else part
                for part, (english, _), stop in zip(parts, said, stops, strict=True)
            )
    return text


def _filled(english: str, found: re.Match[str]) -> tuple[str, str]:
    values, left = {}, ""
    for name, value in found.groupdict().items():
        if name in _SENTENCES:
            said, untold = in_english(value)
            # Only what ends a sentence may stay French; anything else that has no English is a name or a number.
            values[name], left = (said, untold) if name == "why" else (said or value, left)
        else:
            values[name] = _DECIMAL_COMMA.sub(".", value) if name == "seconds" else value
    return english.format(**values).rstrip(), left


@cache
def _forms() -> list[tuple[re.Pattern[str], str]]:
    text = (files("ect_research.study") / "assets" / SENTENCES).read_text(encoding="utf-8")
    return [
        (re.compile(_BLANK.sub(r"(?P<\1>.+?)", re.escape(row["fr"])), re.DOTALL), row["en"])
        for row in csv.DictReader(text.splitlines(), delimiter=";")
    ]
