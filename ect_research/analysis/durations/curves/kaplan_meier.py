"""Survival where nothing competes (Kaplan–Meier), its quantiles and its mean up to a horizon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.curves.aalen_johansen import refuse_few_ends, step_counts
from ect_research.analysis.durations.curves.exact_bounds import SURE, beta_product_bounds
from ect_research.analysis.durations.duration_words import count_ends
from ect_research.analysis.durations.durations import FEWEST_ENDS, Durations
from ect_research.errors import EctError
from ect_research.words import tell

Floats = NDArray[np.float64]


Transform = Literal["log-log", "log", "plain", "bpcp"]
_EQUAL = 1e-9


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
        n: cases.
        start: age at which the curve begins, as in `Incidence`; the cases left out before it are not in ``n``.
    """

    curve: pd.DataFrame
    cause: str
    confidence: float
    transform: str
    unit: str
    n: int
    start: float = 0.0


@dataclass(frozen=True)
class RestrictedMean:
    """Mean time without the end, up to a horizon: area under the curve.

    Attributes:
        horizon: upper limit.
        estimate: mean, in the unit of the ages.
        error: standard error.
        low: lower bound.
        high: upper bound.
        confidence: level of the bounds.
    """

    horizon: float
    estimate: float
    error: float
    low: float
    high: float
    confidence: float


def build_survival(
    durations: Durations,
    *,
    confidence: float = 0.95,
    transform: Transform = "log-log",
    fewest_ends: int = FEWEST_ENDS,
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


def read_quantiles(survival: Survival, shares: Sequence[float] = (0.25, 0.5, 0.75)) -> pd.DataFrame:
    """Ages by which given shares of the cases have met the end.

    Returns:
        ``part, age, bas, haut``; NaN where the curve does not go down that far, which must be said rather than hidden.
        Where the curve is flat at the very share, the middle of the flat.

    >>> from ect_research.analysis.durations.durations import durations_from_arrays
    >>> read_quantiles(build_survival(durations_from_arrays([1, 2, 3], [1, 1, 0]), fewest_ends=1), [0.5])["age"].tolist()
    [2.0]
    """
    times = survival.curve["temps"].to_numpy()
    lines = []
    for share in shares:
        found = {
            name: _crossing(times, survival.curve[column].to_numpy(), 1 - share)
            for name, column in (("age", "part"), ("bas", "bas"), ("haut", "haut"))
        }
        lines.append({"part": share, **found})
    return pd.DataFrame(lines, columns=["part", "age", "bas", "haut"])


def _crossing(times: Floats, curve: Floats, level: float) -> float:
    below = np.flatnonzero(curve < level - _EQUAL)
    level_at = np.flatnonzero(np.abs(curve - level) <= _EQUAL)
    if len(level_at) == 0:
        return float(times[below[0]]) if len(below) else float("nan")
    return float(times[level_at[0]] + times[below[0]]) / 2 if len(below) else float(times[level_at[0]])


def restricted_mean(survival: Survival, horizon: float) -> RestrictedMean | Refusal:
    """Mean time without the end up to a horizon, with its standard error; any n, no model.

    Args:
        survival: from `build_survival`.
        horizon: upper limit, above 0, in the unit of the ages.

    Returns:
        the mean, or a refusal when nobody is followed up to the horizon.

    Raises:
        EctError: a horizon that is not above 0.

    Source:
        Royston & Parmar (2013), *BMC Med. Res. Methodol.* 13, 152.

    >>> from ect_research.analysis.durations.durations import durations_from_arrays
    >>> found = restricted_mean(build_survival(durations_from_arrays([1, 2, 3], [1, 1, 1]), fewest_ends=1), 3)
    >>> found.estimate, round(found.error, 3)
    (2.0, 0.471)
    """
    if not horizon > 0:
        raise EctError("Horizon de {horizon:g} : donner un âge plus grand que zéro.", horizon=horizon)
    last = float(survival.curve["temps"].max())
    if horizon > last and float(survival.curve["part"].iloc[-1]) > 0:
        return Refusal(
            tell("la durée moyenne jusqu’à {horizon:g} {unit}", horizon=horizon, unit=survival.unit),
            tell("Aucun projet n’est suivi au-delà de {last:g} {unit}.", last=last, unit=survival.unit),
            tell("choisir un horizon plus court."),
        )
    curve = survival.curve[survival.curve["temps"] < horizon]
    starts = np.concatenate(([0.0], curve["temps"].to_numpy()))
    areas = np.concatenate(([1.0], curve["part"].to_numpy())) * np.diff(np.append(starts, horizon))
    ahead = np.cumsum(areas[::-1])[::-1][1:]
    risk, ends = curve["a_risque"].to_numpy(dtype=np.float64), curve["fins"].to_numpy(dtype=np.float64)
    left = risk - ends
    shares = np.divide(ends, risk * left, out=np.zeros(len(ends)), where=left > 0)
    error = float(np.sqrt(np.sum(ahead**2 * shares)))
    estimate = float(areas.sum())
    z = NormalDist().inv_cdf((1 + survival.confidence) / 2)
    low, high = max(estimate - z * error, 0.0), min(estimate + z * error, horizon)
    return RestrictedMean(horizon, estimate, error, low, high, survival.confidence)
