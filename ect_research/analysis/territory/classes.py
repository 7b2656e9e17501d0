"""Classes of a rate: seven ways to cut, bounds as round as the partition allows, method told to the reader."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.territory.fisher import natural_breaks, spread_inside
from ect_research.errors import EctError
from ect_research.words import tell_n

Floats = NDArray[np.float64]


Method = Literal["fisher", "quantile", "q6", "egal", "ecart_type", "geometrique", "fixe"]
METHODS: tuple[Method, ...] = ("fisher", "quantile", "q6", "egal", "ecart_type", "geometrique", "fixe")
MOST_CLASSES = 6
_DEFAULT_CLASSES = 5
_Q6 = (0.05, 0.25, 0.5, 0.75, 0.95)
_MOST_DIGITS = 12


@dataclass(frozen=True)
class Classes:
    """How a variable is cut.

    Attributes:
        method: one of `METHODS`.
        bounds: k + 1 increasing numbers; a class holds its lower bound and not its upper one, but for the last.
        counts: values of each class.
        centre: what classes lie on both sides of: the mean (``ecart_type``), zero (`classify_signed`); NaN otherwise.
        fit: share of the variance that lies between classes, from 0 to 1.
        alone: whether the first class holds one value only, its lower bound, so often met that no bound could part it.
        asked: how many classes were wanted; fewer are made when too many values are equal.
        usual: whether nobody said how many.
    """

    method: Method
    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    centre: float = math.nan
    fit: float = math.nan
    alone: bool = False
    asked: int = 0
    usual: bool = False

    def __len__(self) -> int:
        return len(self.counts)

    def assign(self, values: pd.Series[float]) -> NDArray[np.int64]:
        """Rank of the class of each value; −1 where the value is missing or outside the bounds.

        >>> Classes("fixe", (0.0, 1.0, 2.0), (1, 2)).assign(pd.Series([0.0, 1.0, 2.0, 3.0, np.nan])).tolist()
        [0, 1, 1, -1, -1]
        """
        numbers = values.to_numpy(dtype="float64")
        ranks = np.searchsorted(np.array(self.bounds[1:-1]), numbers, side="right")
        inside = (numbers >= self.bounds[0]) & (numbers <= self.bounds[-1])
        return np.where(inside, ranks, -1)


def classify(
    values: pd.Series[float] | Sequence[float],
    method: Method = "fisher",
    count: int | None = None,
    *,
    bounds: Sequence[float] | None = None,
) -> Classes:
    """Cut values into classes.

    ``method``: ``fisher`` (natural breaks, exact), ``quantile``, ``q6`` (5, 25, 50, 75, 95 %), ``egal`` (equal
    widths), ``ecart_type`` (one standard deviation wide, centred on the mean), ``geometrique`` (equal ratios) or
    ``fixe`` (the ``bounds`` given). A lowest value met more often than a class is wide (zeros, as a rule) is a class
    of its own, but for ``ecart_type`` and ``fixe``. ``count``: number of classes; 5 or fewer by default, according to
    how many values there are (Huntsberger: 1 + 3.3 log₁₀ n). ``bounds``: k + 1 numbers for ``fixe``, which must hold
    every value.

    Raises:
        EctError: unknown method, no value or an infinite one, too many classes for a printed page or for the values,
            bounds that are not increasing numbers or that leave values out; the sentence says what to do.

    >>> classify(pd.Series([1, 2, 2, 10, 11, 30.0]), "fisher", 3).bounds
    (1.0, 10.0, 20.0, 30.0)
    """
    given: Floats = np.asarray(values, dtype=np.float64)
    known: Floats = np.sort(given[~np.isnan(given)])
    if method not in METHODS:
        raise EctError(
            "Méthode « {method} » inconnue : choisir parmi {methods}.", method=method, methods=", ".join(METHODS)
        )
    if not len(known) or not np.isfinite(known).all():
        raise EctError("Aucune valeur à mettre en classes, ou une valeur infinie : vérifier le dénominateur du taux.")
    if method == "fixe":
        return _fixed(known, bounds)
    asked = _allowed(known, method, count)
    alone, rest = _set_apart(known, method, asked)
    wanted = min(asked - alone, len(np.unique(rest)))
    cuts = _round_cuts(rest, _cuts(rest, method, wanted))
    edges = (float(known[0]), *([float(rest[0])] if alone else []), *cuts, float(known[-1]))
    asked = 0 if method == "ecart_type" else asked
    return replace(_classes(known, method, edges), alone=alone, asked=asked, usual=count is None)


def classify_together(
    several: Sequence[pd.Series[float]], method: Method = "fisher", count: int | None = None
) -> Classes:
    """The same classes for several maps, cut from all their values at once.

    >>> classify_together([pd.Series([1.0, 2.0]), pd.Series([8.0, 9.0])], "egal", 2).bounds
    (1.0, 5.0, 9.0)
    """
    return classify(pd.concat(list(several), ignore_index=True), method, count)


def classify_signed(values: pd.Series[float]) -> Classes:
    """Two classes below zero and two above, each side cut near its median, at a round value: signs share no colour.

    ``values``: some below zero and some above.

    >>> classify_signed(pd.Series([-4.0, -1.0, 0.5, 1.0, 2.0, 9.0])).bounds
    (-4.0, -2.0, 0.0, 2.0, 9.0)
    """
    known: Floats = np.sort(values.dropna().to_numpy(dtype=np.float64))
    below, above = known[known < 0], known[known >= 0]
    cuts = [_round_cuts(side, [float(np.median(side))]) for side in (below, above)]
    edges = (float(known[0]), *cuts[0], 0.0, *cuts[1], float(known[-1]))
    return replace(_classes(known, "quantile", edges), centre=0.0)


def most_classes(n: int) -> int:
    """How many classes n values can bear on a printed page.

    >>> most_classes(4), most_classes(14), most_classes(492)
    (3, 5, 6)
    """
    return max(2, min(MOST_CLASSES, round(1 + 3.3 * math.log10(n))))


def _allowed(known: Floats, method: Method, count: int | None) -> int:
    most = most_classes(len(known))
    if method == "q6":
        count = 6
    if count is None:
        return min(_DEFAULT_CLASSES, most)
    if not 2 <= count <= most:
        raise EctError(
            "{classes} pour {values} : il en faut de 2 à {most} (1 + 3,3 log10 n, et jamais plus de {limit} sur une "
            "page imprimée).",
            classes=tell_n("{n} classe", "{n} classes", count),
            values=tell_n("{n} valeur", "{n} valeurs", len(known)),
            most=most,
            limit=MOST_CLASSES,
        )
    return count


def _set_apart(known: Floats, method: Method, asked: int) -> tuple[bool, Floats]:
    """Whether the lowest value is a class of its own, and the values left to cut."""
    lowest = known == known[0]
    alone = method != "ecart_type" and bool(1 / asked < lowest.mean() < 1)
    return alone, known[~lowest] if alone else known


def _cuts(known: Floats, method: Method, count: int) -> list[float]:
    """Inner bounds before rounding."""
    low, high = float(known[0]), float(known[-1])
    if method == "fisher":
        distinct = np.unique(known)
        return [float(distinct[rank]) for rank in natural_breaks(known, count)]
    if method in ("quantile", "q6"):
        shares = _Q6 if method == "q6" else np.arange(1, count) / count
        return [float(cut) for cut in np.quantile(known, shares)]
    if method == "geometrique":
        if low <= 0:
            raise EctError("Des classes en progression géométrique demandent des valeurs toutes positives.")
        return [low * (high / low) ** (rank / count) for rank in range(1, count)]
    if method == "egal":
        return [low + (high - low) * rank / count for rank in range(1, count)]
    mean, deviation = float(known.mean()), float(known.std())
    half = (MOST_CLASSES - 2) // 2
    steps = [mean + (step - 0.5) * deviation for step in range(-half + 1, half + 1)]
    return [cut for cut in steps if low < cut < high]


def _round_cuts(known: Floats, cuts: Sequence[float]) -> list[float]:
    """Each bound replaced by the roundest number that leaves every value in its class; empty classes merged."""
    found: list[float] = []
    for cut in cuts:
        rank = int(np.searchsorted(known, cut, side="left"))
        if 0 < rank < len(known):
            rounded = roundest(float(known[rank - 1]), float(known[rank]))
            if rounded not in found:
                found.append(rounded)
    return found


def roundest(low: float, high: float) -> float:
    """The number with the fewest digits that is above ``low`` and at most ``high``.

    >>> roundest(12.3, 13.9), roundest(96.2, 104), roundest(-3, -1.2), roundest(0.0121, 0.0188)
    (13.0, 100.0, -2.0, 0.015)
    """
    if low < 0 <= high:
        return 0.0
    size = math.floor(math.log10(max(abs(low), abs(high))))
    middle = (low + high) / 2
    for power in range(size + 1, size - _MOST_DIGITS, -1):
        for step in (10.0**power, 10.0**power / 2):
            first = math.floor(low / step) + 1
            last = math.floor(high / step)
            if first <= last:
                nearest = min(max(round(middle / step), first), last) * step
                rounded = round(nearest, max(0, 1 - power))
                if low < rounded <= high:
                    return rounded
    return high


def _fixed(known: Floats, bounds: Sequence[float] | None) -> Classes:
    edges = tuple(float(bound) for bound in bounds or ())
    if len(edges) < 3 or not all(earlier < later for earlier, later in pairwise(edges)):
        raise EctError("Les bornes fixes doivent être au moins trois nombres croissants (bounds=[0, 10, 50]).")
    if known[0] < edges[0] or known[-1] > edges[-1]:
        raise EctError(
            "Des valeurs sortent des bornes fixes : elles vont de {lowest:g} à {highest:g}, les bornes de {first:g} à "
            "{last:g}. Élargir la première ou la dernière borne.",
            lowest=known[0],
            highest=known[-1],
            first=edges[0],
            last=edges[-1],
        )
    return _classes(known, "fixe", edges)


def _classes(known: Floats, method: Method, edges: tuple[float, ...]) -> Classes:
    ranks = np.searchsorted(np.array(edges[1:-1]), known, side="right")
    counts = np.bincount(ranks, minlength=len(edges) - 1)
    centre = float(known.mean()) if method == "ecart_type" else math.nan
    return Classes(method, edges, tuple(map(int, counts)), centre, _fit(known, ranks))


def _fit(known: Floats, ranks: NDArray[np.int64]) -> float:
    whole = spread_inside(known, [])
    if whole == 0:
        return 1.0
    inside = sum(spread_inside(known[ranks == rank], []) for rank in np.unique(ranks))
    return float(1 - inside / whole)
