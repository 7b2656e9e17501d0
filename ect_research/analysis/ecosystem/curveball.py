"""Two-mode tables dealt again at random: each project keeps its number of actors, each actor its number of projects."""

from __future__ import annotations

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
