"""Ecosystem or juxtaposition? What holds without the intermediary, beside the same participations dealt again at random."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import demand_draws
from ect_research.analysis.ecosystem.two_mode import (
    TwoMode,
    actors_met_again,
    clustering,
    component_sizes,
    pairs_met,
    pairs_of,
    pairs_reached,
    reached,
)

_AT_ONCE, _BETWEEN, _BEFORE = 50, 10, 50
"""Chains side by side; trades of each line between two tables of a chain, and before its first."""


def rewire(table: NDArray[np.bool_], draws: int, *, seed: int) -> Iterator[NDArray[np.bool_]]:
    """Tables with the same margins, drawn by trades (« curveball ») in fifty chains that go on side by side.

    A trade takes two lines, puts what only one of them has in a common pot, and deals it again by lot. All lines trade at
    once, two by two, in pairs drawn by lot (global trades): ten times between two tables of a chain, fifty before its
    first, so that the chain has forgotten where it started.

    Args:
        table: (projects, actors), whether the actor is in the project.
        draws: tables wanted.
        seed: of the lots; the same seed gives the same tables.

    Yields:
        a table of the same shape.

    Source:
        Strona, Nappo, Boccacci, Fattorini & San-Miguel-Ayanz (2014), *Nature Communications* 5:4114; global trades,
        uniform over the tables of these margins: Carstens, Hamann, Meyer, Penschuck, Tran & Wagner (2018), *26th European
        Symposium on Algorithms*, 11:1–11:15.

    >>> first = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 0]], dtype=bool)
    >>> drawn = list(rewire(first, 20, seed=1))
    >>> all((one.sum(axis=0) == first.sum(axis=0)).all() and (one.sum(axis=1) == first.sum(axis=1)).all() for one in drawn)
    True
    """
    chance = np.random.default_rng(seed)
    turned = table.shape[0] > table.shape[1]
    first = table.T if turned else table
    rows, things = first.nonzero()
    places, lines = np.unique(rows, return_inverse=True)
    even = len(places) + len(places) % 2
    chains = np.arange(_AT_ONCE)[:, None]
    held = chains * even + lines
    for drawn in range(0, draws, _AT_ONCE):
        for _ in range(_BETWEEN if drawn else _BEFORE):
            held = _trade(held, things, even, chance)
        dealt = np.zeros((_AT_ONCE, *first.shape), dtype=bool)
        dealt[chains, places[held - chains * even], things] = True
        yield from (dealt.mT if turned else dealt)[: draws - drawn]


def _trade(
    held: NDArray[np.intp], things: NDArray[np.intp], lines: int, chance: np.random.Generator
) -> NDArray[np.intp]:
    """Every line trades once: ``held``, of shape (chains, things), is the line that has each thing, chain after chain.

    A lot gives each line its place in its chain; the first and the second, the third and the fourth… trade.
    """
    line_at = chance.permuted(np.arange(len(held) * lines).reshape(-1, lines), axis=1).ravel()
    places = line_at.argsort().take(held)
    pairs = places // 2
    spots = pairs * (things.max(initial=0) + 1) + things
    both = np.bincount(spots.ravel()).take(spots) > 1
    # By pair, in the order of lots: what both have comes last, and stays.
    order = np.where(both, np.inf, pairs + chance.random(pairs.shape)).argsort(axis=1)
    dealt = np.empty_like(places)
    np.put_along_axis(dealt, order, np.sort(np.where(both, len(line_at), places), axis=1), axis=1)
    return line_at.take(np.where(both, places, dealt))


def _share(tables: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.asarray(pairs_reached(tables) / max(1, pairs_of(tables.shape[-2])))


_MEASURED: dict[str, Callable[[NDArray[np.bool_]], NDArray[np.number]]] = {
    "directes": pairs_met,
    "rejointes": _share,
    "retrouvees": actors_met_again,
    "fermeture": clustering,
}
MEASURES = tuple(_MEASURED)
ECOSYSTEM, ISLANDS, JUXTAPOSED, OPEN = "ecosysteme", "ilots", "juxtaposition", "indistinct"
LEVEL = 0.025
"""Of each of the two one-sided tests on which the verdict stands: at most 5 % of false answers for both."""
ALONE, HALF = 0.05, 0.5
FEWEST_DRAWS = 39
_LEFT_OUT = 12


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
    measures = _beside_chance(without.table, MEASURES, draws, seed)
    low = float(measures["bas"][MEASURES.index("rejointes")])
    verdict = _verdict(measures, float(_share(whole.table))) if draws >= FEWEST_DRAWS else OPEN
    return Cohesion(measures, verdict, _bridges(without.table, low), draws)


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

    def verdict(actor: str) -> str:
        measures = _beside_chance(without.without([actor]).table, ("rejointes", "retrouvees"), judged.draws, seed)
        return _verdict(measures, float(_share(whole.without([actor]).table)))

    asked = most if judged.draws >= FEWEST_DRAWS else []
    return replace(judged, hinges=tuple(actor for actor in asked if verdict(actor) != judged.verdict))


def _beside_chance(table: NDArray[np.bool_], names: Sequence[str], draws: int, seed: int) -> pd.DataFrame:
    observed, drawn = _measure(table, names), rewire(table, draws, seed=seed)
    null = np.concatenate([_measure(np.array(some), names) for some in iter(lambda: list(islice(drawn, _AT_ONCE)), [])])
    low, middle, high = np.quantile(null, [0.025, 0.5, 0.975], axis=0)
    return pd.DataFrame(
        {
            "mesure": names,
            "observe": observed,
            "bas": low,
            "milieu": middle,
            "haut": high,
            "p_bas": (1 + (null <= observed + 1e-12).sum(axis=0)) / (draws + 1),
            "p_haut": (1 + (null >= observed - 1e-12).sum(axis=0)) / (draws + 1),
        }
    )


def _measure(tables: NDArray[np.bool_], names: Sequence[str]) -> NDArray[np.float64]:
    return np.stack([_MEASURED[name](tables) for name in names], axis=-1).astype(float)


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
