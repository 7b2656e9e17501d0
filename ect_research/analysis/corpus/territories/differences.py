"""Whether an end comes at another pace in one territory than in another: observed against expected, judged by exchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal, demand_draws
from ect_research.analysis.corpus.territories.standard_rates import poisson_interval
from ect_research.analysis.durations.durations import FEWEST_ENDS, Durations
from ect_research.words import Sentence, tell, tell_n

FEWEST_PROJECTS = 5
FEWEST_KNOWN = 0.5
"""Under that share of projects of known duration, those known may be of another kind than the others."""


@dataclass(frozen=True)
class Differences:
    """Ends compared between territories.

    Attributes:
        tests: one row per end: ``fin, fins`` (dated ends in all), ``projets, statistique, p, p_holm`` (p adjusted for the
            number of ends tested).
        ratios: one row per end and territory: ``fin, territoire, observe, attendu`` (ends, if all territories had one pace at
            each age), ``rapport, bas, haut`` (exact Poisson bounds).
        refusals: why an end is not tested, by end.
        left_out: why a territory is in no test, by territory.
        draws: exchanges.
        seed: of the exchanges.
    """

    tests: pd.DataFrame
    ratios: pd.DataFrame
    refusals: dict[str, Refusal]
    left_out: dict[str, Sentence]
    draws: int
    seed: int


def compare_territories(
    durations: Mapping[str, Durations],
    sizes: Mapping[str, int],
    ends: tuple[str, ...],
    *,
    draws: int = 1999,
    seed: int = 20160,
) -> Differences | Refusal:
    """Compare the pace of each end between territories, at the same ages.

    At each age at which projects end, those that end are drawn again among all the projects then at risk, wherever they
    are: territories followed for unequal times, or from unequal ages, keep their own time at risk. Where nothing says since
    when projects are followed, both extremes are tried (from the first fact, from the last), and the greater p is kept.

    ``durations``: by territory, with the same ends; ``sizes``: registered projects, by territory; ``ends``: the ends
    to test.

    Returns a `Refusal` when fewer than two territories can be compared, or no end.

    Source:
        Mantel & Haenszel (1959) for observed and expected at each age; Holm (1979), *Scand. J. Statist.* 6, 65–70.
    """
    demand_draws(draws)
    left_out = {name: why for name, told in durations.items() if (why := _unfit(told, sizes[name]))}
    kept = {name: told for name, told in durations.items() if name not in left_out}
    asked = tell("les écarts entre territoires")
    if len(kept) < 2:
        why = tell("Il faut deux territoires d’au moins {n} projets de durée connue ; il y en a {kept}.",
                   n=FEWEST_PROJECTS, kept=len(kept))  # fmt: skip
        return Refusal(asked, why, tell("dater le premier fait et la fin des projets."))
    generator = np.random.default_rng(seed)
    tests, ratios, refusals = [], [], {}
    for end in ends:
        total = sum(told.ends[end] for told in kept.values())
        if total < FEWEST_ENDS:
            said = tell_n("{n} fin datée en tout ; il en faut {fewest}.", "{n} fins datées en tout ; il en faut {fewest}.",
                          total, fewest=FEWEST_ENDS)  # fmt: skip
            refusals[end] = Refusal(asked, said)
            continue
        observed, expected, statistic, p_value = _exchange(list(kept.values()), end, draws, generator)
        if any(told.supposed for told in kept.values()):
            late = [told.as_if_followed_late() for told in kept.values()]
            p_value = max(p_value, _exchange(late, end, draws, generator)[-1])
        projects = sum(told.n for told in kept.values())
        tests.append({"fin": end, "fins": total, "projets": projects, "statistique": statistic, "p": p_value})
        ratios += [_ratio(end, *row) for row in zip(kept, observed, expected, strict=True)]
    if not tests:
        return Refusal(asked, next(iter(refusals.values())).reason, tell("dater les créations et les abandons."))
    table = pd.DataFrame(tests)
    return Differences(
        table.assign(p_holm=holm(table["p"].to_numpy())), pd.DataFrame(ratios), refusals, left_out, draws, seed
    )


def holm(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities adjusted for their number, so that one false alarm in all the tests stays as rare as asked.

    >>> holm(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    stepped = np.maximum.accumulate(p_values[order] * np.arange(len(order), 0, -1))
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def _unfit(told: Durations, size: int) -> Sentence | None:
    if told.n < FEWEST_PROJECTS:
        return tell_n("{n} projet de durée connue", "{n} projets de durée connue", told.n)
    if told.n < FEWEST_KNOWN * size:
        return tell("durée connue de {n} projets sur {size} seulement", n=told.n, size=size)
    return None


def _exchange(
    kept: list[Durations], end: str, draws: int, generator: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64], float, float]:
    """Observed and expected ends of each territory, the distance between them, and how often chance does as much."""
    rank = kept[0].rank_of(end)
    ages = np.unique(np.concatenate([told.time[told.cause == rank] for told in kept]))
    risk = np.stack([told.at_risk(ages).sum(axis=1) for told in kept], axis=1)
    met = np.stack([[np.sum((told.time == age) & (told.cause == rank)) for told in kept] for age in ages])
    deaths = met.sum(axis=1)
    expected = (deaths[:, None] * risk / risk.sum(axis=1, keepdims=True)).sum(axis=0)
    drawn = sum(
        generator.multivariate_hypergeometric(row, int(count), size=draws, method="marginals")
        for row, count in zip(risk, deaths, strict=True)
    )
    safe = np.where(expected > 0, expected, 1.0)
    observed = met.sum(axis=0).astype(float)
    statistic = float(((observed - expected) ** 2 / safe).sum())
    others = ((drawn - expected) ** 2 / safe).sum(axis=1)
    p_value = float((1 + np.sum(others >= statistic - 1e-9)) / (1 + draws))
    return observed, expected, statistic, p_value


def _ratio(end: str, name: str, observed: float, expected: float) -> dict[str, object]:
    low, high = poisson_interval(int(observed))
    each = 1 / expected if expected > 0 else float("nan")
    return {"fin": end, "territoire": name, "observe": int(observed), "attendu": expected,
            "rapport": observed * each, "bas": low * each, "haut": high * each}  # fmt: skip
