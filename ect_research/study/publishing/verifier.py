"""Check an answer of a lesson: what is missing is said, never the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape
from numbers import Real
from typing import Any

from ect_research.corpus.text.dates import FuzzyDate, parse_date
from ect_research.corpus.text.raw_table import fold
from ect_research.errors import EctError
from ect_research.study.publishing.right_answers import EXERCISES, Answer
from ect_research.words import Sentence, tell

REFUSAL = "lecon6-3"
_CLAIMS = ("tendance", "semble", "presque", "significati", "on voit que", "montre que", "suggère", "sans doute")
_LIFTS = ("dater", "saisir", "remplir", "coder", "retrouver", "demander", "compléter", "documenter", "attendre")


@dataclass(frozen=True)
class Checked:
    """What is said of an answer."""

    right: bool  # whether it is the one expected
    said: Sentence  # a sentence, never the answer

    def __str__(self) -> str:
        return f"{'✔' if self.right else '○'} {self.said}"

    def _repr_html_(self) -> str:
        colour = "#1b7837" if self.right else "#8a5a00"
        return f'<p style="border-left:4px solid {colour};padding-left:.6em">{escape(str(self))}</p>'


def verifier(exercice: str, reponse: object) -> Checked:
    """Check the answer of an exercise of the lessons (``notebooks/lecons``).

    Args:
        exercice: its name, as the lesson writes it: ``"lecon2-1"``.
        reponse: a number, a text, a date, a list of codes, a pair of numbers, or the sentence of a refusal.

    Returns:
        whether it is right, and a sentence that says what is missing.

    Raises:
        EctError: no such exercise.

    >>> print(verifier("lecon4-2", "Circles"))
    ✔ C’est juste.
    >>> print(verifier("lecon4-2", "Choropleth"))
    ○ Pas encore. Une surface teintée dit une part, un taux, une densité. Teinter un nombre fait paraître grand ce ...
    """
    if exercice not in EXERCISES and exercice != REFUSAL:
        known = ", ".join(sorted([*EXERCISES, REFUSAL]))
        raise EctError("« {name} » n’est pas un exercice des leçons. Exercices : {known}.", name=exercice, known=known)
    if reponse is None or reponse is ...:
        return Checked(right=False, said=tell("Écrivez votre réponse à la place des points, puis exécutez la cellule."))
    if exercice == REFUSAL:
        lacking = _lacking_in_refusal(reponse)
        return _right() if lacking is None else _not_yet(lacking)
    exercise = EXERCISES[exercice]
    right = exercise.right()
    if _same(reponse, right, exercise.within):
        return _right()
    slip = next((said for wrong, said in exercise.slips if _same(reponse, wrong(), exercise.within)), None)
    return _not_yet(slip or _lacking(reponse, right) or exercise.advice)


def _right() -> Checked:
    return Checked(right=True, said=tell("C’est juste."))


def _not_yet(said: Sentence) -> Checked:
    return Checked(right=False, said=tell("Pas encore. {said}", said=said))


def _same(given: object, right: Answer, within: float) -> bool:
    if isinstance(right, frozenset):
        return _codes(given) == right
    if isinstance(right, tuple):
        numbers = _numbers(given)
        return len(numbers) == len(right) and all(abs(a - b) <= within for a, b in zip(numbers, right, strict=True))
    if isinstance(right, str):
        return fold(_text(given)) == fold(right)
    return _is_number(given) and abs(float(given) - right) <= within + 1e-9  # type: ignore[arg-type]


def _lacking(given: object, right: Answer) -> Sentence | None:
    """What is said of the kind of the answer, or of how many codes of a list are not the right ones."""
    if isinstance(right, frozenset):
        codes = _codes(given)
        if not codes:
            return tell('Il est attendu une liste de codes, par exemple ["P01", "P02"].')
        return tell("Il en manque {missing} ; {extra} de trop.", missing=len(right - codes), extra=len(codes - right))
    if isinstance(right, tuple):
        n = len(_numbers(given))
        return None if n == len(right) else tell("Il est attendu {n} nombres, par exemple (10, 20).", n=len(right))
    if isinstance(right, str):
        return None if _text(given) else tell("Il est attendu un texte entre guillemets.")
    if isinstance(given, tuple) and len(given) == 2:
        return tell("En Python, la virgule d’un nombre est un point : 12.5, et non 12,5.")
    if not _is_number(given):
        return tell("Il est attendu un nombre, sans guillemets.")
    return None


def _lacking_in_refusal(given: object) -> Sentence | None:
    """What a refusal must say: how many there are, how many are needed, what would lift it, and nothing else."""
    text = _text(given).lower()
    if not text:
        return tell("Il est attendu une phrase entre guillemets.")
    numbers = set(re.findall(r"\d+", text))
    needed = EXERCISES["lecon6-1"].right()
    known = 10 - needed if isinstance(needed, int) else 0
    checks = (
        (str(known) in numbers, tell("Dites combien de fins datées on connaît.")),
        ("10" in numbers, tell("Dites combien il en faudrait.")),
        (any(word in text for word in _LIFTS), tell("Dites ce qui lèverait le refus : quoi saisir, ou attendre.")),
        (
            not any(word in text for word in _CLAIMS),
            tell("Un mot y affirme à demi (« semble », « tendance »…) : un refus n’affirme rien du tout."),
        ),
    )
    return next((said for kept, said in checks if not kept), None)


def _is_number(given: object) -> bool:
    return isinstance(given, Real) and not isinstance(given, bool)


def _text(given: object) -> str:
    if isinstance(given, date):
        return given.isoformat()[:10]
    if not isinstance(given, str):
        return ""
    day = parse_date(given)
    return f"{day.low}" if isinstance(day, FuzzyDate) and day.precision == "jour" else given.strip()


def _codes(given: Any) -> frozenset[str]:  # noqa: ANN401 - whatever holds codes
    if isinstance(given, str):
        return frozenset(re.findall(r"[\w-]+", given))
    return frozenset(str(one) for one in given) if isinstance(given, Iterable) else frozenset()


def _numbers(given: Any) -> list[float]:  # noqa: ANN401 - whatever holds numbers
    if not isinstance(given, Iterable) or isinstance(given, str):
        return []
    numbers: list[Any] = [getattr(one, "days", one) for one in given]
    return [float(one) for one in numbers if _is_number(one)]
