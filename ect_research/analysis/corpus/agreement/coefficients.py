"""Coefficients of agreement between coders, each as what is observed against what chance gives, and their intervals.

Every coefficient is ``1 - observed / expected``, two disagreements between 0 and 1 for a distance between codes. Ratings are
a matrix of units × coders whose cells are places in a list of codes, −1 where a coder said nothing.

Intervals hold with fewer than thirty units: each unit is left out in turn. The share of agreement is bounded as Wilson does,
with the number of independent units that would give the variance found; chance is then taken off. Where codes are at graded
distances, the ratio of disagreements is bounded on its logarithm. What they cover: ``accord.md``, beside, remade by
``simulate_agreement.py``; a bootstrap of the same units covers less.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from ect_research.analysis.chance import wilson_bounds

Floats = NDArray[np.float64]
Ratings = NDArray[np.intp]
_NONE = 1e-12


class Disagreement(NamedTuple):
    """What was observed and what chance gives, as mean distances between 0 and 1."""

    observed: float
    expected: float

    @property
    def coefficient(self) -> float:
        """One for perfect agreement, 0 for chance; NaN when chance cannot disagree (one code only)."""
        return 1 - self.observed / self.expected if self.expected > 0 else float("nan")


def counts_of(ratings: Ratings, codes: int) -> Floats:
    """Coders by unit and code, shape (units, codes).

    >>> counts_of(np.array([[0, 0], [0, 1], [1, -1]]), 2).tolist()
    [[2.0, 0.0], [1.0, 1.0], [0.0, 1.0]]
    """
    return np.asarray((ratings[:, :, None] == np.arange(codes)).sum(axis=1), dtype=np.float64)


def percent(ratings: Ratings, codes: int) -> Disagreement:
    """Share of pairs of coders that gave the same code, unit by unit; chance is not taken off.

    >>> round(percent(np.array([[0, 0], [0, 1], [1, 1]]), 2).coefficient, 3)
    0.667
    """
    return Disagreement(_observed(counts_of(ratings, codes)), 1.0)


def cohen(ratings: Ratings, codes: int) -> Disagreement:
    """Cohen's κ of two coders: chance keeps the habits of each.

    Source:
        Cohen (1960), *Educational and Psychological Measurement* 20, 37–46.

    >>> round(cohen(np.array([[0, 0], [0, 1], [1, 1], [1, 1]]), 2).coefficient, 3)
    0.5
    """
    both = ratings[(ratings >= 0).all(axis=1)]
    habits = [np.bincount(both[:, coder], minlength=codes) / max(len(both), 1) for coder in (0, 1)]
    same = float((both[:, 0] == both[:, 1]).mean()) if len(both) else float("nan")
    return Disagreement(1 - same, 1 - float(habits[0] @ habits[1]))


def fleiss(ratings: Ratings, codes: int) -> Disagreement:
    """Fleiss' κ of two coders or more, missing codes allowed: chance keeps the habits of all together.

    Source:
        Fleiss (1971), *Psychological Bulletin* 76, 378–382; missing codes as Gwet (2014), *Handbook of Inter-Rater
        Reliability*, chapter 2 (``irrCAC``).
    """
    counts = counts_of(ratings, codes)
    return Disagreement(_observed(counts), 1 - float((_shares(counts) ** 2).sum()))


def gwet(ratings: Ratings, codes: int) -> Disagreement:
    """Gwet's AC1: chance is what coders would give if they hesitated at random; it stays put when one code dominates.

    ``ratings``: units × coders; ``codes``: number of codes that were used.

    Source:
        Gwet (2008), *British Journal of Mathematical and Statistical Psychology* 61, 29–48.
    """
    counts = counts_of(ratings, codes)
    shares = _shares(counts)
    used = int((shares > 0).sum())
    chance = float((shares * (1 - shares)).sum()) / (used - 1) if used > 1 else 1.0
    return Disagreement(_observed(counts), 1 - chance)


def krippendorff(ratings: Ratings, codes: int, distance: Callable[[Floats], Floats]) -> Disagreement:
    """Krippendorff's α for any distance between codes; units coded once take no part.

    ``ratings``: units × coders; ``distance``: distances between codes, shape (codes, codes), given how often each was
    used (`nominal`, `ordinal`, or the `masi` of a list of sets).

    Source:
        Krippendorff (2011), *Computing Krippendorff's Alpha-Reliability*.

    >>> ratings = np.array([[0, 0], [0, 1], [1, 1], [2, 2]])
    >>> round(krippendorff(ratings, 3, nominal).coefficient, 3)
    0.667
    """
    counts = counts_of(ratings, codes)
    paired = counts[counts.sum(axis=1) > 1]
    used = paired.sum(axis=0)
    apart = distance(used)
    apart = apart / apart.max() if apart.max() > 0 else apart
    total = used.sum()
    if total < 2:
        return Disagreement(float("nan"), float("nan"))
    within = ((paired @ apart) * paired).sum(axis=1) / (paired.sum(axis=1) - 1)
    return Disagreement(float(within.sum() / total), float(used @ apart @ used / (total * (total - 1))))


def nominal(used: Floats) -> Floats:
    """Two codes are the same or they are not."""
    return 1 - np.eye(len(used))


def ordinal(used: Floats) -> Floats:
    """Codes in order: the more codes were given between two of them, the further apart, squared."""
    below = np.cumsum(used) - used / 2
    return np.asarray((below[:, None] - below[None, :]) ** 2)


def masi(codes: Sequence[frozenset[str]]) -> Callable[[Floats], Floats]:
    """The distance between sets of codes: what they share of their union, a third off when one holds the other.

    Source:
        Passonneau (2006), *LREC*: Measuring Agreement on Set-valued Items.

    >>> masi([frozenset("ab"), frozenset("a"), frozenset("c")])(np.ones(3)).round(3).tolist()
    [[0.0, 0.667, 1.0], [0.667, 0.0, 1.0], [1.0, 1.0, 0.0]]
    """
    apart = np.zeros((len(codes), len(codes)))
    for one, other in combinations(range(len(codes)), 2):
        apart[one, other] = apart[other, one] = 1 - _masi_likeness(codes[one], codes[other])
    return lambda _used: apart


def _masi_likeness(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    if not shared:
        return 0.0
    kind = 2 / 3 if shared == min(len(one), len(other)) else 1 / 3
    return kind * shared / len(one | other)


def _observed(counts: Floats) -> float:
    """Mean disagreement of the pairs of coders of each unit that has two."""
    coders = counts.sum(axis=1)
    paired = coders > 1
    if not paired.any():
        return float("nan")
    same = (counts * (counts - 1)).sum(axis=1)[paired] / (coders * (coders - 1))[paired]
    return 1 - float(same.mean())


def _shares(counts: Floats) -> Floats:
    """How often each code is given, every coded unit counting for one."""
    coders = counts.sum(axis=1)
    coded = counts[coders > 0] / coders[coders > 0][:, None]
    return np.asarray(coded.mean(axis=0)) if len(coded) else np.zeros(counts.shape[1])


def agreement_interval(
    whole: Disagreement, without: Sequence[Disagreement], *, graded: bool = False, confidence: float = 0.95
) -> tuple[float, float]:
    """Bounds of a coefficient.

    ``whole``: what all units give; ``without``: the same without each unit in turn; at least two. ``graded``: whether
    codes are at graded distances (ordinal, MASI), where agreement is no share of units.

    Returns low and high; NaN where the coefficient does not exist.

    Source:
        Wilson bounds on the equivalent number of units: Korn & Graubard (1998), *Survey Methodology* 24, 193–201; leaving
        units out: Efron & Stein (1981), *Annals of Statistics* 9, 586–596.

    >>> left = [Disagreement(x, 0.5) for x in (0.11, 0.11, 0.0) + (0.11,) * 7]
    >>> [round(bound, 2) for bound in agreement_interval(Disagreement(0.1, 0.5), left)]
    [0.16, 0.97]
    """
    n = len(without)
    if not whole.expected > 0 or n < 2:
        return float("nan"), float("nan")
    if graded and whole.observed > 0 and min(one.observed for one in without) > 0:
        return _ratio_bounds(whole, without, confidence)
    left = np.array([one.coefficient for one in without])
    spread = _leave_out_variance(left[np.isfinite(left)], n) * whole.expected**2
    same = 1 - whole.observed
    units = same * (1 - same) / spread if spread > _NONE and 0 < same < 1 else n
    low, high = (1 - (1 - bound) / whole.expected for bound in wilson_bounds(same, units, confidence=confidence))
    return max(low, -1.0), min(high, 1.0)


def _ratio_bounds(whole: Disagreement, without: Sequence[Disagreement], confidence: float) -> tuple[float, float]:
    logs = np.log([one.observed / one.expected for one in without])
    half = float(stdtrit(len(without) - 1, (1 + confidence) / 2)) * math.sqrt(_leave_out_variance(logs, len(without)))
    middle = math.log(whole.observed / whole.expected)
    return max(1 - math.exp(middle + half), -1.0), 1 - math.exp(middle - half)


def _leave_out_variance(values: np.ndarray[tuple[int], np.dtype[np.float64]], n: int) -> float:
    return (n - 1) / n * float(((values - values.mean()) ** 2).sum())
