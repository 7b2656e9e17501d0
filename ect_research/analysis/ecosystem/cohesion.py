"""Ecosystem or juxtaposition? What holds without the intermediary, beside the same participations dealt again at random."""

from __future__ import annotations

from collections.abc import Iterator
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

_TRADES_PER_LINE = 5


def rewire(table: NDArray[np.bool_], draws: int, *, seed: int) -> Iterator[NDArray[np.bool_]]:
    """Tables with the same margins, drawn by trades (« curveball »); each starts from the one before.

    A trade takes two lines, puts what only one of them has in a common pot, and deals it again by lot. Five trades per
    line between two draws: the chain has forgotten where it started (Strona et al.).

    Args:
        table: (projects, actors), whether the actor is in the project.
        draws: tables wanted.
        seed: of the lots; the same seed gives the same tables.

    Yields:
        a table of the same shape.

    Source:
        Strona, Nappo, Boccacci, Fattorini & San-Miguel-Ayanz (2014), *Nature Communications* 5:4114; uniform over the
        tables of these margins (Carstens 2015, *Physical Review E* 91, 042812).

    >>> first = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 0]], dtype=bool)
    >>> drawn = list(rewire(first, 20, seed=1))
    >>> all((one.sum(axis=0) == first.sum(axis=0)).all() and (one.sum(axis=1) == first.sum(axis=1)).all() for one in drawn)
    True
    """
    chance = np.random.default_rng(seed)
    turned = table.shape[0] > table.shape[1]
    first = table.T if turned else table
    places = np.flatnonzero(first.any(axis=1))
    packed = np.packbits(first[places], axis=1, bitorder="little")
    lines, sizes = [int.from_bytes(line, "little") for line in packed], first[places].sum(axis=1)
    for _ in range(draws):
        if len(lines) > 1:
            _trade(lines, sizes, chance)
        written = b"".join(line.to_bytes(packed.shape[1], "little") for line in lines)
        bits = np.frombuffer(written, dtype=np.uint8).reshape(packed.shape)
        dealt = np.zeros_like(first)
        dealt[places] = np.unpackbits(bits, axis=1, count=first.shape[1], bitorder="little")
        yield dealt.T if turned else dealt


def _trade(lines: list[int], sizes: NDArray[np.int64], chance: np.random.Generator) -> None:
    """Each line is a number whose bits are what it has."""
    wanted = _TRADES_PER_LINE * len(lines)
    firsts = chance.integers(len(lines), size=wanted)
    seconds = (firsts + chance.integers(1, len(lines), size=wanted)) % len(lines)
    # One number for each thing in a pot: as many as are used are drawn again, so that the next draws follow them.
    start, used = chance.bit_generator.state, 0
    lots = chance.random(int(sizes[firsts].sum() + sizes[seconds].sum())).tolist()
    for one, other in zip(firsts.tolist(), seconds.tolist(), strict=True):
        pot, both = lines[one] ^ lines[other], lines[one] & lines[other]
        mine, count = (lines[one] ^ both).bit_count(), pot.bit_count()
        if 0 < mine < count:
            taken = _least(pot, lots[used : used + count], mine)
            used += count
            lines[one], lines[other] = both | taken, both | (pot ^ taken)
    chance.bit_generator.state = start
    chance.random(used)


def _least(pot: int, lots: list[float], wanted: int) -> int:
    """The bits of a pot that have the smallest lots."""
    if wanted == 1:
        return _bit(pot, lots.index(min(lots)))
    if wanted == len(lots) - 1:
        return pot ^ _bit(pot, lots.index(max(lots)))
    last, taken = sorted(lots)[wanted - 1], 0
    for lot in lots:
        bit = pot & -pot
        taken |= bit if lot <= last else 0
        pot ^= bit
    return taken


def _bit(pot: int, place: int) -> int:
    for _ in range(place):
        pot &= pot - 1
    return pot & -pot


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
