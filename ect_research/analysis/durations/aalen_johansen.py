"""Cumulative incidence of ends that compete (Aalen–Johansen), with late entries, ties, standard errors and bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.duration_words import count_ends, incidence_bounds
from ect_research.analysis.durations.durations import FEWEST_AT_RISK, FEWEST_ENDS, Durations
from ect_research.analysis.readable import Readable
from ect_research.words import Sentence, tell, tell_n

Floats = NDArray[np.float64]
Interval = Literal["cloglog", "log"]
NO_END = "sans_fin"


@dataclass(frozen=True)
class Incidence(Readable):
    """Share of the projects that have met each end by each age.

    Attributes:
        curves: one row per group, age and end: ``groupe`` ("" without groups), ``temps, fin`` (an end, or ``sans_fin``),
            ``part`` (0–1; the parts of one age add up to 1), ``erreur`` (standard error), ``bas, haut``.
        steps: one row per group and age: ``groupe, temps, a_risque, sortis`` (censored there), one column per end with
            its number, ``lisible`` (enough projects at risk).
        groups: one row per group: ``groupe, n``, one column per end, ``censures, dernier_lisible`` (last age with enough
            projects at risk, NaN when never).
        causes: the ends, in order.
        confidence: level of the bounds.
        interval: how the bounds are made.
        unit: of the ages.
        n: projects.
        excluded: projects left out, with the reason.
        sources: documents of the facts behind it.
        start: age at which the curves begin, 0 when projects are followed from their start; above it, they tell of the
            projects still going on at that age, the same in every group.
        supposed: projects whose start of follow-up is unknown, supposed followed from their first dated fact.
        otherwise: the curves if those were only followed from their last dated fact before their end; None when all are known.
    """

    exhibits = ("show_incidence",)

    curves: pd.DataFrame
    steps: pd.DataFrame
    groups: pd.DataFrame
    causes: tuple[str, ...]
    confidence: float
    interval: str
    unit: str
    n: int
    excluded: pd.DataFrame
    sources: tuple[object, ...] = ()
    start: float = 0.0
    supposed: int = 0
    otherwise: Incidence | Refusal | None = None


def build_incidence(
    durations: Durations,
    *,
    by: Sequence[str] | None = None,
    confidence: float = 0.95,
    interval: Interval = "cloglog",
    fewest_ends: int = FEWEST_ENDS,
) -> Incidence | Refusal:
    """Cumulative incidence of each end; the others compete, censoring does not end anything.

    Ties between ends of different kinds are exact: nothing is jittered. When everybody has left before the next project
    enters, the curves start after that age, with the projects then followed.

    Args:
        durations: the durations.
        by: group of each project, in their order.
        confidence: level of the pointwise bounds.
        interval: ``cloglog`` (stays within 0–1) or ``log`` (R's default for several states).
        fewest_ends: refuse below that number of ends.

    Raises:
        EctError: groups in another number than the projects, or missing.

    Source:
        Aalen & Johansen (1978); standard errors by the infinitesimal jackknife (influence of each project).

    >>> from ect_research.analysis.durations.durations import durations_from_arrays
    >>> told = build_incidence(durations_from_arrays([1, 2, 3, 4], [1, 2, 0, 1]), fewest_ends=2)
    >>> told.curves.query("fin == 'creation'")["part"].tolist()
    [0.25, 0.25, 0.25, 0.75]
    """
    groups = durations.labels_of([""] * durations.n if by is None else by)
    start = max((durations.only(groups == name).start for name in set(groups)), default=0.0)
    otherwise = (
        build_incidence(
            durations.as_if_followed_late(),
            by=by, confidence=confidence, interval=interval, fewest_ends=fewest_ends,
        )
        if durations.supposed
        else None
    )  # fmt: skip
    groups, whole = groups[durations.time > start], durations
    durations = whole.from_age(start)
    if sum(durations.ends.values()) < fewest_ends or not durations.n:
        return refuse_few_ends(durations, fewest_ends, tell("la courbe des fins en concurrence"), whole)
    parts = [_one_group(durations.only(groups == name), str(name), confidence) for name in sorted(set(groups))]
    curves = pd.concat([part[0] for part in parts], ignore_index=True)
    low, high = _bounds(curves["part"].to_numpy(), curves["erreur"].to_numpy(), confidence, interval)
    curves = curves.assign(bas=curves["bas"].fillna(pd.Series(low)), haut=curves["haut"].fillna(pd.Series(high)))
    steps = pd.concat([part[1] for part in parts], ignore_index=True)
    return Incidence(
        curves=curves,
        steps=steps,
        groups=_sizes(durations, groups, steps),
        causes=durations.causes,
        confidence=confidence,
        interval=interval,
        unit=durations.unit,
        n=durations.n,
        excluded=durations.excluded,
        sources=durations.sources,
        start=start,
        supposed=durations.supposed,
        otherwise=otherwise,
    )


def refuse_few_ends(durations: Durations, fewest: int, asked: Sentence, whole: Durations | None = None) -> Refusal:
    """The sentence that says how many ends are known, of which kinds, and how many would do.

    ``durations``: what a curve could be drawn from; ``whole``: the same before its projects followed too early were
    left out.
    """
    if whole is not None and whole.n > durations.n and sum(whole.ends.values()) >= fewest:
        return Refusal(
            asked,
            tell(
                "Plus personne n’est suivi juste avant {start:.1f} {unit} : les {left} suivis plus tôt ne disent rien de "
                "la suite, où il reste {ends} ; il en faut {fewest}.",
                start=float(durations.entry.min()),
                unit=whole.unit,
                left=tell_n("{n} projet", "{n} projets", whole.n - durations.n),
                ends=tell_n("{n} fin datée", "{n} fins datées", sum(durations.ends.values())),
                fewest=fewest,
            ),
            tell("dater le début de suivi des projets qui étaient déjà suivis à cet âge."),
        )
    ends, lacking = sum(durations.ends.values()), max(fewest - sum(durations.ends.values()), 1)
    return Refusal(
        asked,
        tell(
            "{ends} ({kinds}) pour {projects} dont le début est daté ; il en faut {fewest}.",
            ends=tell_n("{n} fin datée", "{n} fins datées", ends),
            kinds=count_ends(durations.ends),
            projects=tell_n("{n} projet", "{n} projets", durations.n),
            fewest=fewest,
        ),
        tell_n(
            "dater {n} fin de plus : créations, mais aussi abandons et absorptions.",
            "dater {n} fins de plus : créations, mais aussi abandons et absorptions.",
            lacking,
        ),
    )


def step_counts(durations: Durations) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Distinct ages with, at each, the projects at risk, the ends of each kind (ages × ends) and the censored."""
    ages = np.unique(durations.time)
    here = durations.time[None, :] == ages[:, None]
    kinds = np.stack([durations.cause == rank for rank in range(len(durations.causes) + 1)], axis=1).astype(np.int64)
    counts = here.astype(np.int64) @ kinds
    return ages, durations.at_risk(ages).sum(axis=1), counts[:, 1:], counts[:, 0]


def _one_group(durations: Durations, group: str, confidence: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    ages, risk, ends, censored = step_counts(durations)
    parts, errors = _estimate(durations, ages, risk, ends)
    low, high = incidence_bounds(parts, risk, ends, censored, confidence)
    labels = [*durations.causes, NO_END]
    curves = pd.DataFrame(
        {
            "groupe": group,
            "temps": np.repeat(ages, len(labels)),
            "fin": labels * len(ages),
            "part": parts.ravel(),
            "erreur": errors.ravel(),
            "bas": low.ravel(),
            "haut": high.ravel(),
        }
    )
    steps = pd.DataFrame({"groupe": group, "temps": ages, "a_risque": risk, "sortis": censored})
    for rank, cause in enumerate(durations.causes):
        steps[cause] = ends[:, rank]
    return curves, steps.assign(lisible=risk >= FEWEST_AT_RISK)


def _estimate(
    durations: Durations, ages: Floats, risk: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Shares and standard errors: ages × (ends, then no end)."""
    kinds = len(durations.causes)
    alive, met = 1.0, np.zeros(kinds)
    moved_alive, moved_met = np.zeros(durations.n), np.zeros((durations.n, kinds))
    parts, errors = np.zeros((len(ages), kinds + 1)), np.zeros((len(ages), kinds + 1))
    at_risk = durations.at_risk(ages)
    for step, age in enumerate(ages):
        hazard = ends[step] / risk[step]
        followed = at_risk[step]
        ended = (durations.time == age)[:, None] & (durations.cause[:, None] == np.arange(1, kinds + 1))
        influence = (ended - followed[:, None] * hazard) / risk[step]
        moved_met += np.outer(moved_alive, hazard) + alive * influence
        moved_alive = moved_alive * (1 - hazard.sum()) - alive * influence.sum(axis=1)
        met = met + alive * hazard
        alive *= 1 - hazard.sum()
        parts[step] = [*met, alive]
        errors[step] = np.sqrt([*(moved_met**2).sum(axis=0), float(moved_alive @ moved_alive)])
    return np.clip(parts, 0.0, 1.0), errors


def _bounds(part: Floats, error: Floats, confidence: float, interval: str) -> tuple[Floats, Floats]:
    """Pointwise bounds; NaN where nothing has happened yet or everything has: `incidence_bounds` speak there."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    low, high = np.full(len(part), np.nan), np.full(len(part), np.nan)
    inside = (part > 0) & (part < 1)
    if interval == "log":
        inside = part > 0
        spread = np.exp(z * error[inside] / part[inside])
        low[inside], high[inside] = part[inside] / spread, np.minimum(part[inside] * spread, 1.0)
        return low, high
    left = 1 - part[inside]
    spread = np.exp(z * error[inside] / (left * np.abs(np.log(left))))
    low[inside], high[inside] = 1 - left ** (1 / spread), 1 - left**spread
    return low, high


def _sizes(durations: Durations, groups: NDArray[np.object_], steps: pd.DataFrame) -> pd.DataFrame:
    lines = []
    for name in sorted(set(groups)):
        part = durations.only(groups == name)
        readable = steps.loc[(steps["groupe"] == name) & steps["lisible"], "temps"]
        line = {"groupe": str(name), "n": part.n, **part.ends, "censures": int(np.sum(part.cause == 0))}
        lines.append({**line, "dernier_lisible": float(readable.max()) if len(readable) else float("nan")})
    return pd.DataFrame(lines)


def incidence_at(incidence: Incidence, ages: Sequence[float]) -> pd.DataFrame:
    """The curves read at chosen ages.

    Returns rows of ``curves`` with ``temps`` replaced by the chosen ages, plus ``a_risque`` (projects at risk at the
    first step from that age on, those who enter in between included); 0 before the first step; ages before the curves
    start are left out, as are those beyond the last step of a group, unless everyone has met an end by then.

    >>> from ect_research.analysis.durations.durations import durations_from_arrays
    >>> told = build_incidence(durations_from_arrays([1, 2, 3, 4], [1, 2, 0, 1]), fewest_ends=2)
    >>> incidence_at(told, [2.5]).query("fin == 'creation'")[["temps", "part", "a_risque"]].values.tolist()
    [[2.5, 0.25, 2.0]]
    """
    parts = []
    lasts = incidence.curves[incidence.curves["fin"] == NO_END].groupby("groupe").tail(1)
    over = set(lasts.loc[lasts["part"] < 1e-12, "groupe"])
    for (group, end), curve in incidence.curves.groupby(["groupe", "fin"], sort=False):
        steps = incidence.steps[incidence.steps["groupe"] == group]
        times = curve["temps"].to_numpy()
        kept = np.array(
            [age for age in ages if incidence.start <= age and (age <= times[-1] or group in over)], dtype=np.float64
        )
        place = np.searchsorted(times, kept, side="right") - 1
        before = place < 0
        read = curve.iloc[np.maximum(place, 0)].assign(temps=kept).reset_index(drop=True)
        read.loc[before, "part"] = 1.0 if end == NO_END else 0.0
        read.loc[before, "erreur"] = 0.0
        risk = np.append(steps["a_risque"].to_numpy(), 0)
        sure = ((1 - incidence.confidence) / 2) ** (1 / risk[0])
        read.loc[before, ["bas", "haut"]] = (sure, 1.0) if end == NO_END else (0.0, 1 - sure)
        parts.append(read.assign(a_risque=risk[np.searchsorted(times, kept, side="left")]))
    return pd.concat(parts, ignore_index=True)
