"""The ends in words, counted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal
from ect_research.words import Sentence, tell, tell_n


def count_ends(ends: Mapping[str, int]) -> list[Sentence]:
    """« 4 créations, aucun abandon, 1 absorption ».

    >>> str(tell("({ends})", ends=count_ends({"creation": 4, "abandon": 0, "absorption": 1})))
    '(4 créations, aucun abandon, 1 absorption)'
    """
    return [_counted(name, count) for name, count in ends.items()]


def refuse_small_groups(asked: Sentence, sizes: Mapping[str, int], fewest: int) -> Refusal | None:
    """A refusal unless there are two groups at least, none smaller than that: « ici a : 12 ; b : 3 »."""
    if len(sizes) > 1 and min(sizes.values()) >= fewest:
        return None
    told = " ; ".join(f"{name} : {size}" for name, size in sizes.items())
    return Refusal(
        asked, tell("Il faut deux groupes d’au moins {fewest} projets (ici {sizes}).", fewest=fewest, sizes=told)
    )


def _counted(name: str, count: int) -> Sentence:
    said = {
        "creation": (tell("aucune création"), tell_n("{n} création", "{n} créations", count)),
        "abandon": (tell("aucun abandon"), tell_n("{n} abandon", "{n} abandons", count)),
        "absorption": (tell("aucune absorption"), tell_n("{n} absorption", "{n} absorptions", count)),
    }
    none, some = said.get(name, (tell("{name} : {n}", name=name, n=count),) * 2)
    return some if count else none


Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
NEVER = np.iinfo(np.int64).max


def grid_incidence(place: Counts, cause: Counts, kinds: int, entry: Counts | None = None) -> tuple[Floats, Floats]:
    """Shares that have met each end by the end of each cell of the grid.

    ``place``: draws × projects, cell where the project ends or is censored; negative when the draw knows no duration.
    ``cause``: draws × projects, 0 when censored, else 1 + the rank of the end; ``entry``: draws × projects, first
    cell under observation; 0 by default.

    Returns draws × cells × kinds shares (0–1), 0 until somebody is always followed (`Durations.start`), and draws ×
    cells projects at risk.

    >>> curves, risk = grid_incidence(np.array([[0, 1]]), np.array([[1, 2]]), 2)
    >>> curves.tolist(), risk.tolist()
    ([[[0.5, 0.0], [0.5, 0.5]]], [[2.0, 1.0]])
    """
    draws, cells = len(place), int(place.max(initial=0)) + 1
    known = place >= 0
    draw = np.broadcast_to(np.arange(draws)[:, None], place.shape)[known]
    counts = np.zeros((draws, cells, kinds + 1))
    np.add.at(counts, (draw, place[known], cause[known]), 1.0)
    entered = np.zeros((draws, cells))
    late = np.zeros(place.shape, dtype=np.int64) if entry is None else np.clip(entry, 0, cells - 1)
    np.add.at(entered, (draw, late[known]), 1.0)
    left = counts.sum(axis=2)
    risk = entered.cumsum(axis=1) - left.cumsum(axis=1) + left
    ends = counts[:, :, 1:]
    broken = (risk - left == 0) & (np.cumsum(risk[:, ::-1], axis=1)[:, ::-1] - risk > 0)
    over = np.cumsum(broken[:, ::-1], axis=1)[:, ::-1] > 0
    hazards = np.divide(
        ends, risk[:, :, None], out=np.zeros(ends.shape), where=(risk > 0)[:, :, None] & ~over[:, :, None]
    )
    alive = np.cumprod(1 - hazards.sum(axis=2), axis=1)
    before = np.concatenate([np.ones((draws, 1)), alive[:, :-1]], axis=1)
    return np.cumsum(before[:, :, None] * hazards, axis=1), risk


def months_between(first: Counts, last: Counts) -> Floats:
    """Whole months between two days (days since 1970), never negative; infinite when the second never comes.

    >>> months_between(np.array([0, 0]), np.array([40, NEVER])).tolist()
    [1.0, inf]
    """
    known = np.where(last == NEVER, 0, last)
    begun = np.where(first == NEVER, 0, first)
    months = [days.astype("datetime64[D]").astype("datetime64[M]").astype(np.float64) for days in (begun, known)]
    return np.where(last == NEVER, np.inf, np.maximum(months[1] - months[0], 0.0))


SURE = 1e-12
"""Shares nearer than that to 0 or 1 are 0 or 1."""


def beta_product_bounds(risk: Counts, ends: Counts, after: Counts, confidence: float) -> tuple[Floats, Floats]:
    """Bounds of a survival that hold for few cases and at every share, 0 and 1 included.

    Without censoring they are those of Clopper and Pearson.

    ``risk``: cases at risk at each age; ``ends``: ends at each age; ``after``: cases at risk just after each age; the
    lower bound is 0 once nobody is.

    Source:
        Fay, Brittain & Proschan (2013), *Biostatistics* 14, 723–736, by the method of moments.

    >>> low, high = beta_product_bounds(np.array([10, 7]), np.array([3, 7]), np.array([7, 0]), 0.95)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.348, 0.0], [0.933, 0.308])
    """
    from scipy.special import betaincinv

    first, second = (risk - ends + 1).astype(np.float64), ends.astype(np.float64)
    size = first + second
    mean = np.asarray(np.cumprod(first / size), dtype=np.float64)
    square = np.asarray(np.cumprod(first * (first + 1) / (size * (size + 1))), dtype=np.float64)
    tail = (1 - confidence) / 2
    low, high = np.zeros(len(risk)), np.ones(len(risk))
    met = np.cumsum(ends) > 0
    high[met] = betaincinv(*_same_moments(mean[met], square[met]), 1 - tail)
    on = (after > 0) & (np.cumprod(risk > ends) > 0)  # a share of 0 stays 0, though somebody enters at that very age
    left = after[on].astype(np.float64)
    low[on] = betaincinv(*_same_moments(mean[on] * left / (left + 1), square[on] * left / (left + 2)), tail)
    return low, high


def incidence_bounds(
    parts: Floats, risk: Counts, ends: Counts, censored: Counts, confidence: float
) -> tuple[Floats, Floats]:
    """Bounds of the shares that are 0 or 1; NaN elsewhere. Clopper and Pearson's when nobody is censored.

    An end that nobody has met is bounded by those who are known not to have met it: the projects at risk, and those whom
    another end took before, each for the probability of being still followed (Gray's risk set).

    ``parts``: ages × (ends, then no end); ``risk``: projects at risk at each age; ``ends``: ages × ends, number;
    ``censored``: number at each age.

    >>> low, high = incidence_bounds(np.array([[1, 0, 0.0]]), np.array([8]), np.array([[8, 0]]), np.array([0]), 0.95)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([[0.631, 0.0, 0.0]], [[1.0, 0.369, 0.369]])
    """
    low, high = np.full(parts.shape, np.nan), np.full(parts.shape, np.nan)
    all_ends = ends.sum(axis=1)
    tail = (1 - confidence) / 2
    _, most_without = beta_product_bounds(risk, all_ends, risk - all_ends, confidence)
    left = risk - all_ends
    stay = 1 - np.divide(censored, left, out=np.zeros(len(risk)), where=left > 0)
    known, gone = np.zeros(len(risk)), 0.0
    for step in range(len(risk)):
        known[step] = risk[step] + gone
        gone = (gone + all_ends[step]) * stay[step]
    none, whole = parts < SURE, parts > 1 - SURE
    fewest = np.repeat((tail ** (1 / known))[:, None], parts.shape[1], axis=1)
    low[none], high[none] = 0.0, (1 - fewest)[none]
    low[whole], high[whole] = np.repeat((1 - most_without)[:, None], parts.shape[1], axis=1)[whole], 1.0
    # No end at all: nobody has ended, or everybody has.
    high[none[:, -1], -1] = most_without[none[:, -1]]
    low[whole[:, -1], -1] = (tail ** (1 / risk))[whole[:, -1]]
    return low, high


def _same_moments(mean: Floats, square: Floats) -> tuple[Floats, Floats]:
    """The beta distribution of a given mean and mean square."""
    scale = (mean - square) / (square - mean**2)
    return mean * scale, (1 - mean) * scale
