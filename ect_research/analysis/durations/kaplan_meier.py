"""Survival where nothing competes (Kaplan–Meier)."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.aalen_johansen import refuse_few_ends, step_counts
from ect_research.analysis.durations.duration_words import SURE, beta_product_bounds, count_ends
from ect_research.analysis.durations.durations import FEWEST_ENDS, Durations
from ect_research.words import tell

Floats = NDArray[np.float64]
Transform = Literal["log-log", "log", "plain", "bpcp"]


@dataclass(frozen=True)
class Survival:
    """Share of the cases that have not met the end by each age.

    Attributes:
        curve: one row per age: ``temps, a_risque, fins, sortis, part`` (0–1), ``erreur`` (standard error of ``part``),
            ``cumul`` (Nelson–Aalen cumulative hazard), ``bas, haut``.
        cause: name of the end.
        confidence: level of the pointwise bounds.
        transform: how the bounds are made.
        unit: of the ages.
        start: age at which the curve begins, as in `Incidence`; the cases left out before it are not in ``n``.
    """

    curve: pd.DataFrame
    cause: str
    confidence: float
    transform: str
    unit: str
    n: int
    start: float = 0.0


def build_survival(
    durations: Durations, *, confidence: float = 0.95, transform: Transform = "log-log", fewest_ends: int = FEWEST_ENDS
) -> Survival | Refusal:
    """Kaplan–Meier curve, refused as soon as two kinds of ends compete.

    Args:
        durations: the durations; one kind of end at most may occur.
        confidence: level of the pointwise bounds.
        transform: ``log-log``, ``log`` (R's default), ``plain``, or ``bpcp`` (`beta_product_bounds`, for the fewest cases;
            the others take its bounds where the curve is at 0 or 1).
        fewest_ends: refuse below that number of ends.

    Source:
        Kaplan & Meier (1958), *JASA* 53; Greenwood's variance.

    >>> from ect_research.analysis.durations.durations import durations_from_arrays
    >>> build_survival(durations_from_arrays([1, 2, 3], [1, 0, 1]), fewest_ends=1).curve["part"].round(4).tolist()
    [0.6667, 0.6667, 0.0]
    """
    met = {name: count for name, count in durations.ends.items() if count}
    if len(met) > 1:
        return Refusal(
            tell("la courbe de Kaplan–Meier"),
            tell(
                "Plusieurs fins se font concurrence ({ends}) : censurer les autres surestimerait la création.",
                ends=count_ends(met),
            ),
            tell("lire l’incidence cumulée (Aalen–Johansen)."),
        )
    whole, start = durations, durations.start
    durations = whole.from_age(start)
    if sum(durations.ends.values()) < fewest_ends or not durations.n:
        return refuse_few_ends(durations, fewest_ends, tell("la courbe de Kaplan–Meier"), whole)
    ages, risk, ends, censored = step_counts(durations)
    count = ends.sum(axis=1)
    part = np.cumprod(1 - count / risk)
    left = risk - count
    greenwood = np.cumsum(np.divide(count, risk * left, out=np.full(len(ages), np.inf), where=left > 0))
    with np.errstate(invalid="ignore"):
        relative = np.sqrt(greenwood)
        error = np.where(part > 0, part * relative, np.nan)
    after = ((durations.entry <= ages[:, None]) & (durations.time > ages[:, None])).sum(axis=1)
    low, high = beta_product_bounds(risk, count, after, confidence)
    if transform != "bpcp":
        inside = (part > SURE) & (part < 1)
        low[inside], high[inside] = _bounds(part[inside], relative[inside], confidence, transform)
    curve = pd.DataFrame(
        {
            "temps": ages, "a_risque": risk, "fins": count, "sortis": censored, "part": part, "erreur": error,
            "cumul": np.cumsum(count / risk), "bas": low, "haut": high,
        }
    )  # fmt: skip
    cause = next(iter(met), durations.causes[0])
    return Survival(curve, cause, confidence, transform, durations.unit, durations.n, start)


def _bounds(share: Floats, error: Floats, confidence: float, transform: str) -> tuple[Floats, Floats]:
    """Bounds from the standard error of log(share), between 0 and 1."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    if transform == "plain":
        return np.maximum(share - z * error * share, 0.0), np.minimum(share + z * error * share, 1.0)
    if transform == "log":
        return share * np.exp(-z * error), np.minimum(share * np.exp(z * error), 1.0)
    spread = np.exp(z * error / np.log(share))
    return share ** (1 / spread), share**spread
