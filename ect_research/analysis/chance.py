"""What a small number can bear: intervals, and the refusal that takes a figure's place.

The only module that every analysis may import.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from ect_research.errors import EctError
from ect_research.words import Sentence, tell

FEWEST_OF_A_SHARE = 5
"""Observed cases under which a share is not a share: the two counts are said, wherever it stands."""


@dataclass(frozen=True)
class Refusal:
    """A sentence in place of a figure that the data cannot bear, in one language from end to end.

    Args:
        asked: what was asked, e.g. ``tell("les types de trajectoires")``.
        reason: why not, in plain words, with the numbers.
        remedy: what would lift the refusal.

    Raises:
        TypeError: a text that has one language only.

    >>> print(Refusal(tell("la courbe"), tell("8 projets créés, il en faut 10."), tell("Dater 2 créations.")))
    Refus : la courbe. 8 projets créés, il en faut 10. Pour lever ce refus : Dater 2 créations.
    """

    asked: Sentence
    reason: Sentence
    remedy: Sentence | None = None

    def __post_init__(self) -> None:
        if not all(isinstance(part, Sentence) for part in (self.asked, self.reason, self.remedy or self.reason)):
            raise TypeError("A refusal speaks every language: give it sentences made by tell(…), not texts.")

    def sentence(self, language: Literal["fr", "en"] = "fr") -> str:
        """The whole refusal as one sentence in the reader's language."""
        parts = {"asked": self.asked, "reason": self.reason}
        if self.remedy is None:
            return tell("Refus : {asked}. {reason}", **parts).sentence(language)
        said = tell("Refus : {asked}. {reason} Pour lever ce refus : {remedy}", **parts, remedy=self.remedy)
        return said.sentence(language)

    def cause(self, language: Literal["fr", "en"] = "fr") -> str:
        """The reason and the remedy alone: what several refusals may share.

        >>> Refusal(tell("la courbe"), tell("8 projets créés, il en faut 10."), tell("Dater 2 créations.")).cause()
        '8 projets créés, il en faut 10. Pour lever ce refus : Dater 2 créations.'
        """
        if self.remedy is None:
            return self.reason.sentence(language)
        said = tell("{reason} Pour lever ce refus : {remedy}", reason=self.reason, remedy=self.remedy)
        return said.sentence(language)

    def __str__(self) -> str:
        return self.sentence()

    def _repr_markdown_(self) -> str:
        """What a notebook shows when a refusal is the last line of a cell."""
        return f"> {self.sentence()}"


@dataclass(frozen=True)
class Proportion:
    """A proportion with its interval.

    Attributes:
        count: number of cases that have the property.
        n: number of cases asked.
        estimate: ``count / n``, between 0 and 1.
        low: lower bound of the interval, between 0 and 1.
        high: upper bound of the interval, between 0 and 1.
        confidence: level of the interval, e.g. 0.95.
    """

    count: int
    n: int
    estimate: float
    low: float
    high: float
    confidence: float


def wilson_interval(count: int, n: int, *, confidence: float = 0.95) -> Proportion:
    """Wilson score interval of a proportion.

    At n = 8 and p = 0.1 the Wald interval covers 56 % of the time, Wilson 96 %.

    Args:
        count: cases that have the property, ``0 <= count <= n``.
        n: cases observed, at least 1.
        confidence: level of the interval.

    Raises:
        EctError: counts that contradict each other, nobody asked, or a confidence that is not between 0 and 1.

    Source:
        Wilson (1927), *JASA* 22, 209–212.

    >>> p = wilson_interval(22, 130)
    >>> round(p.estimate, 3), round(p.low, 3), round(p.high, 3)
    (0.169, 0.114, 0.243)
    """
    if not 0 <= count <= n or n < 1:
        raise EctError(
            "Une part de {count} sur {n} n’existe pas : il faut un cas au moins, et pas plus de cas retenus que de cas.",
            count=count,
            n=n,
        )
    if not 0 < confidence < 1:
        raise EctError("Confiance de {confidence} : l’écrire entre 0 et 1, par exemple 0.95.", confidence=confidence)
    estimate = count / n
    return Proportion(count, n, estimate, *wilson_bounds(estimate, n, confidence=confidence), confidence)


def wilson_bounds(share: float, n: float, *, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's bounds of a share of ``n`` cases, which need not be a whole number: an effective size.

    >>> [round(bound, 3) for bound in wilson_bounds(0.5, 7.5)]
    [0.209, 0.791]
    """
    z = _normal_quantile((1 + confidence) / 2)
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return 0.0 if share == 0 else max(0.0, centre - half), 1.0 if share == 1 else min(1.0, centre + half)


def demand_draws(draws: int) -> None:
    """Raise an EctError unless there is at least one draw, shuffle or resample to judge by.

    >>> demand_draws(1)
    """
    if draws < 1:
        raise EctError(
            "{draws} tirages demandés : il en faut au moins un, et 999 pour lire une probabilité à 5 %.", draws=draws
        )


def _normal_quantile(p: float) -> float:
    return NormalDist().inv_cdf(p)


def holm(chances: Iterable[float]) -> list[float]:
    """Probabilities corrected for their number, in the order given, so that one false alarm in all stays as rare as asked.

    Source:
        Holm (1979), *Scandinavian Journal of Statistics* 6, 65–70; ``p.adjust(p, "holm")`` in R.

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    given = list(chances)  # statsmodels' own collects the garbage of the whole process at each call
    order = sorted(range(len(given)), key=given.__getitem__)
    corrected, highest = [0.0] * len(given), 0.0
    for rank, place in enumerate(order):
        corrected[place] = highest = max(highest, min(given[place] * (len(given) - rank), 1.0))
    return corrected
