"""Ecosystem or juxtaposition? What holds without the intermediary, beside the same participations dealt again at random."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ect_research.analysis.chance import demand_draws
from ect_research.analysis.ecosystem.curveball import rewire
from ect_research.analysis.ecosystem.two_mode import (
    actors_met_again,
    clustering,
    component_sizes,
    pairs_met,
    pairs_of,
    pairs_reached,
    reached,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ect_research.analysis.ecosystem.two_mode import TwoMode

MEASURES = ("directes", "rejointes", "retrouvees", "fermeture")
ECOSYSTEM, ISLANDS, JUXTAPOSED, OPEN = "ecosysteme", "ilots", "juxtaposition", "indistinct"
LEVEL = 0.025
"""Of each of the two one-sided tests on which the verdict stands: at most 5 % of false answers for both."""
ALONE, HALF = 0.05, 0.5
FEWEST_DRAWS = 39
_LEFT_OUT, _DRAWS_EACH = 12, 199
_AT_ONCE = 50


@dataclass(frozen=True)
class Cohesion:
    """One table projects × actors, the intermediary removed, beside chance.

    Attributes:
        measures: one row per measure: ``mesure`` (``directes``: pairs of projects with an actor in common; ``rejointes``:
            share of pairs that reach one another; ``retrouvees``: pairs of actors together in two projects or more;
            ``fermeture``: bipartite clustering), ``observe, bas, milieu, haut`` (2.5, 50, 97.5 % of the draws), ``p_bas,
            p_haut`` (share of draws at most, at least as large, the observed one counted).
        verdict: ``ecosysteme, ilots, juxtaposition`` or ``indistinct``.
        bridges: participations that would have to be added, each joining the two largest groups, for the share of pairs
            that reach one another to enter what chance gives; 0 when it is there.
        draws: tables dealt.
        hinges: actors without whom the verdict is another, where that was asked.
    """

    measures: pd.DataFrame
    verdict: str
    bridges: int
    draws: int
    hinges: tuple[str, ...] = ()

    def measure(self, name: str) -> dict[str, float]:
        """One row of the measures."""
        row = self.measures[self.measures["mesure"] == name].iloc[0].to_dict()
        return {str(key): value for key, value in row.items()}


def judge_cohesion(whole: TwoMode, without: TwoMode, *, draws: int = 999, seed: int = 0) -> Cohesion:
    """Compare what holds without the intermediary with the same participations dealt again, margins kept.

    Projects are apart when fewer pairs reach one another than chance would have it, and fewer than half. ``ecosysteme``:
    partners meet again in several projects more than by chance, and projects are not apart. ``ilots``: partners meet again,
    and projects are apart. ``juxtaposition``: partners meet again no more than by chance, and projects are apart; or fewer
    than one pair in twenty reach one another where more than half did with the intermediary. Else ``indistinct``; below 39
    draws too, which cannot tell one in forty.

    Args:
        whole: the table with the intermediary.
        without: the table without.
        draws: tables dealt.
        seed: of the lots.

    Raises:
        EctError: no draw.
    """
    demand_draws(draws)
    observed = _measure(without.table)
    drawn = rewire(without.table, draws, seed=seed)
    null = np.concatenate([_measure(np.array(some)) for some in iter(lambda: list(islice(drawn, _AT_ONCE)), [])])
    low, middle, high = np.quantile(null, [0.025, 0.5, 0.975], axis=0)
    measures = pd.DataFrame(
        {
            "mesure": MEASURES,
            "observe": observed,
            "bas": low,
            "milieu": middle,
            "haut": high,
            "p_bas": (1 + (null <= observed + 1e-12).sum(axis=0)) / (draws + 1),
            "p_haut": (1 + (null >= observed - 1e-12).sum(axis=0)) / (draws + 1),
        }
    )
    place = MEASURES.index("rejointes")
    verdict = _verdict(measures, float(_share(whole.table))) if draws >= FEWEST_DRAWS else OPEN
    return Cohesion(measures, verdict, _bridges(without.table, float(low[place])), draws)


def find_hinges(whole: TwoMode, without: TwoMode, judged: Cohesion, *, seed: int = 0) -> Cohesion:
    """The same, with the actors without whom the verdict is another: each of the twelve in most projects is left out once.

    Args:
        whole: the table with the intermediary.
        without: the table without.
        judged: its verdict.
        seed: of the lots.
    """
    degree = without.table.sum(axis=0)
    most = [without.actors[place] for place in np.argsort(-degree, kind="stable")[:_LEFT_OUT] if degree[place] > 1]
    draws = min(judged.draws, _DRAWS_EACH)
    asked = most if judged.draws >= FEWEST_DRAWS else []
    hinges = tuple(
        actor
        for actor in asked
        if judge_cohesion(whole.without([actor]), without.without([actor]), draws=draws, seed=seed).verdict
        != judged.verdict
    )
    return replace(judged, hinges=hinges)


def _measure(tables: NDArray[np.bool_]) -> NDArray[np.float64]:
    found = (pairs_met(tables), _share(tables), actors_met_again(tables), clustering(tables))
    return np.stack(found, axis=-1).astype(float)


def _share(tables: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.asarray(pairs_reached(tables) / max(1, pairs_of(tables.shape[-2])))


def _verdict(measures: pd.DataFrame, with_hub: float) -> str:
    rows = {str(row["mesure"]): row for row in measures.to_dict("records")}
    again, reach = rows["retrouvees"]["p_haut"] <= LEVEL, rows["rejointes"]
    apart = reach["p_bas"] <= LEVEL and reach["observe"] < HALF
    if again:
        return ISLANDS if apart else ECOSYSTEM
    return JUXTAPOSED if apart or (reach["observe"] <= ALONE and with_hub > HALF) else OPEN


def _bridges(table: NDArray[np.bool_], wanted: float) -> int:
    rows, columns = np.nonzero(table)
    sizes = component_sizes(table.shape[0], [(rows, columns + table.shape[0])]).tolist()
    every, added = max(1, pairs_of(table.shape[0])), 0
    while len(sizes) > 1 and reached(np.array(sizes)) / every < wanted:
        sizes = sorted([sizes[0] + sizes[1], *sizes[2:]], reverse=True)
        added += 1
    return added
