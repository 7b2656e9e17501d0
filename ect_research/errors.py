"""The errors raised on purpose. Each carries a sentence a person can act on, in French and in English."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


_RED, _PLAIN = "\x1b[31m", "\x1b[0m"


def typeset(text: str) -> str:
    """A French sentence with the no-break spaces that its punctuation wants.

    >>> typeset("« projets » : 22 %") == "«\u00a0projets\u00a0»\u00a0: 22\u202f%"
    True
    """
    for plain, set_right in (("« ", "«\u00a0"), (" »", "\u00a0»"), (" :", "\u00a0:")):
        text = text.replace(plain, set_right)
    for sign in ";!?%":
        text = text.replace(f" {sign}", f"\u202f{sign}")
    return text


def _again(kind: type[EctError], said: tuple[str, ...]) -> EctError:
    return kind.__new__(kind, *said)


class EctError(Exception):
    """Base of every error that a user can cause and mend.

    Args:
        fr: the sentence shown to the user: what is wrong, where, and what to do.
        en: the same in English; the French sentence when omitted.

    >>> print(EctError("Il n'y a pas de corpus ici.", "There is no corpus here."))
    Il n'y a pas de corpus ici.
    """

    def __init__(self, fr: str, en: str = "") -> None:
        self.fr = typeset(fr)
        super().__init__(self.fr)
        self.en = en or self.fr

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the sentence, without the calls that led to it."""
        calls = traceback.extract_tb(self.__traceback__)
        line = next((call.lineno for call in reversed(calls) if call.name == "<module>"), None)
        where = [f"Ligne {line} de la cellule :"] if line else []
        return [*where, *(f"{_RED}{part}{_PLAIN}" for part in self.fr.splitlines())]

    def __reduce__(self) -> tuple[Any, ...]:
        """As it is, for another process: subclasses take other arguments."""
        return _again, (type(self), self.args), self.__dict__


class CodebookError(EctError):
    """The codebook contradicts itself: every contradiction is listed."""


class CorpusError(EctError):
    """The corpus cannot be used as it is.

    Attributes:
        problems: one row per problem, columns ``fichier, feuille, ligne, colonne, valeur, probleme, attendu,
            suggestion, niveau`` (see `ect_research.corpus.text.problems`).
    """

    def __init__(self, fr: str, problems: pd.DataFrame, en: str = "") -> None:
        super().__init__(fr, en)
        self.problems = problems


class BasemapError(EctError):
    """The base map is missing, damaged, or does not know what is asked of it."""


class StudyError(EctError):
    """The study file or a notebook it names cannot be run: every fault is listed.

    Attributes:
        faults: one French sentence per fault.
    """

    def __init__(self, fr: str, faults: list[str] | None = None, en: str = "") -> None:
        super().__init__(fr, en)
        self.faults = faults or [fr]
