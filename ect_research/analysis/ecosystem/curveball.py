"""Two-mode tables dealt again at random: each project keeps its number of actors, each actor its number of projects."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

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
    lines = [set(first[place].nonzero()[0].tolist()) for place in places]
    rows = np.repeat(places, [len(line) for line in lines])
    for _ in range(draws):
        if len(lines) > 1:
            _trade(lines, chance)
        dealt = np.zeros_like(first)
        dealt[rows, list(chain.from_iterable(lines))] = True
        yield dealt.T if turned else dealt


def _trade(lines: list[set[int]], chance: np.random.Generator) -> None:
    wanted = _TRADES_PER_LINE * len(lines)
    firsts = chance.integers(len(lines), size=wanted)
    seconds = (firsts + chance.integers(1, len(lines), size=wanted)) % len(lines)
    for one, other in zip(firsts.tolist(), seconds.tolist(), strict=True):
        first, second = lines[one], lines[other]
        pot, mine = sorted(first ^ second), len(first - second)
        if 0 < mine < len(pot):
            dealt = [pot[place] for place in chance.random(len(pot)).argsort().tolist()]
            both = first & second
            lines[one], lines[other] = both.union(dealt[:mine]), both.union(dealt[mine:])
