"""The errors raised on purpose. Each carries a sentence a person can act on."""

from __future__ import annotations

import os
import traceback
from typing import TYPE_CHECKING, Any

from ect_research.words import Sentence, tell

if TYPE_CHECKING:
    import pandas as pd


# Of whoever reads a notebook: the runner gives it that of the study.
LANGUAGE_VARIABLE = "ECT_LANGUE"
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
        said: what is wrong, where, and what to do, in French with named blanks.
        blanks: what fills the blanks.

    >>> print(EctError("Le dossier {folder} n’existe pas.", folder="surveys/"))
    Le dossier surveys/ n’existe pas.
    """

    def __init__(self, said: Sentence | str, /, **blanks: Any) -> None:  # noqa: ANN401 - texts, numbers, sentences
        self.said = tell(said, **blanks) if isinstance(said, str) else said
        super().__init__(self.fr)

    @property
    def fr(self) -> str:
        """The sentence in French, with its no-break spaces."""
        return typeset(str(self.said))

    @property
    def en(self) -> str:
        """The same in English; in French when nobody translated it."""
        return self.said.sentence("en")

    def spoken(self, language: str) -> str:
        """The sentence in the language of whoever reads it."""
        return self.en if language == "en" else self.fr

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the sentence, without the calls that led to it."""
        calls = traceback.extract_tb(self.__traceback__)
        line = next((call.lineno for call in reversed(calls) if call.name == "<module>"), None)
        language = os.environ.get(LANGUAGE_VARIABLE, "fr")
        where = [tell("Ligne {line} de la cellule :", line=line).sentence(language)] if line else []
        return [*where, *(f"{_RED}{part}{_PLAIN}" for part in self.spoken(language).splitlines())]

    def __reduce__(self) -> tuple[Any, ...]:
        """As it is, for another process: subclasses take other arguments."""
        return _again, (type(self), self.args), self.__dict__


class CodebookError(EctError):
    """The codebook contradicts itself: every contradiction is listed."""


class CorpusError(EctError):
    """The corpus cannot be used as it is.

    Attributes:
        problems: one row per problem, columns ``fichier, feuille, ligne, colonne, valeur, probleme, attendu,
            suggestion, niveau`` (see `ect_research.corpus.text.raw_table`).
    """

    def __init__(self, said: Sentence | str, /, problems: pd.DataFrame, **blanks: Any) -> None:  # noqa: ANN401 - the same
        super().__init__(said, **blanks)
        self.problems = problems


class BasemapError(EctError):
    """The base map is missing, damaged, or does not know what is asked of it."""


class StudyError(EctError):
    """The study file or a notebook it names cannot be run: every fault is listed.

    Attributes:
        faults: one French sentence per fault.
    """

    def __init__(self, said: Sentence | str, /, faults: list[str] | None = None, **blanks: Any) -> None:  # noqa: ANN401
        super().__init__(said, **blanks)
        self.faults = faults or [str(self.said)]
