"""Answers grouped until every number is that of nobody or of enough persons.

Hiding a small number beside a printed n protects nobody: neighbouring answers are counted together instead, as little as
will do, and the whole line is withheld where nothing less does. So nothing is left to subtract within a question, and the
gate of publication (`ect_research.gate.gate`), which judges the tables together, has nothing to hide.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd


@dataclass(frozen=True)
class Group:
    """Answers counted together.

    Attributes:
        codes: the answers.
        side: −1 below the middle of a scale, or all but what is above; 1 above, or all but what is below; 0 on the middle; None
            for those that take no side.
        persons: who gave one of them; None for « nearly all »: all but one to ``least - 1``.
    """

    codes: tuple[str, ...]
    side: int | None
    persons: int | None


def group_scale(
    counts: Mapping[str, int], scale: Sequence[str], silent: Sequence[str] = (), *, least: int
) -> tuple[Group, ...]:
    """The finest grouping of a scale of which no number is between 1 and ``least - 1``.

    Where there is none, the part of the scale that nearly all are on, without its number; else nothing.

    Args:
        counts: persons by answer.
        scale: answers in order.
        silent: answers that take no side.
        least: fewest persons of a number; 0 when nobody is protected.

    >>> [(one.codes, one.persons) for one in group_scale({"1": 2, "2": 6, "3": 9, "4": 7}, "1234", least=5)]
    [(('1', '2'), 8), (('3',), 9), (('4',), 7)]
    >>> group_scale({"1": 1, "2": 2, "3": 9, "4": 7}, "1234", least=5)
    (Group(codes=('3', '4'), side=1, persons=None),)
    """
    for groups in scale_groupings(counts, tuple(scale), tuple(silent)):
        if all(not 0 < (group.persons or 0) < least for group in groups):
            return groups
    total = sum(counts.values())
    for codes, side in zip(_thirds(tuple(scale)), (-1, 0, 1), strict=True):
        if total >= 2 * least and total - sum(counts.get(code, 0) for code in codes) < least:
            return (Group(codes, side, None),)
    return ()


def _thirds(scale: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    half = len(scale) // 2
    return scale[:half], scale[half : len(scale) - half], scale[len(scale) - half :]


def scale_groupings(
    counts: Mapping[str, int], scale: tuple[str, ...], silent: tuple[str, ...]
) -> Iterator[tuple[Group, ...]]:
    """Every way of counting neighbouring answers together, the finest first."""
    for grouping in _groupings(scale, silent):
        yield tuple(Group(codes, side, sum(counts.get(code, 0) for code in codes)) for codes, side in grouping)


def _groupings(scale: tuple[str, ...], silent: tuple[str, ...]) -> Iterator[list[tuple[tuple[str, ...], int | None]]]:
    low, middle, high = _thirds(scale)
    apart = {side: [((code,), side) for code in part] for side, part in ((-1, low), (0, middle), (1, high))}
    mute: list[tuple[tuple[str, ...], int | None]] = [(silent, None)] if silent else []
    for below in (apart[-1], [(low, -1)]):
        for above in (apart[1], [(high, 1)]):
            yield [*below, *apart[0], *above, *mute]
    for above in (apart[1], [(high, 1)]):
        yield [((*low, *middle, *silent), -1), *above]
    yield [(low, -1), ((*middle, *high, *silent), 1)]


def group_codes(counts: Mapping[str, int], *, least: int) -> tuple[Group, ...]:
    """Answers without order, the most given first; those given by too few are counted together, with the next if need be.

    >>> [(one.codes, one.persons) for one in group_codes({"a": 9, "b": 7, "c": 3, "d": 1}, least=5)]
    [(('a',), 9), (('b', 'c', 'd'), 11)]
    """
    given = sorted(((code, n) for code, n in counts.items() if n), key=lambda one: -one[1])
    kept = [code for code, n in given if n >= least]
    small = [code for code, n in given if n < least]
    while kept and 0 < sum(counts[code] for code in small) < least:
        small.insert(0, kept.pop())
    together = sum(counts[code] for code in small)
    if small and (not kept or together < least):
        return ()
    groups = [Group((code,), None, counts[code]) for code in kept]
    return (*groups, Group(tuple(small), None, together)) if small else tuple(groups)


def group_numbers(values: pd.Series[float], *, least: int, classes: int = 4) -> tuple[Group, ...]:
    """Numbers in classes of about as many persons; a class is ``("", "15")`` (up to), ``("15", "18")`` or ``("18", "")``.

    The ends are open: the smallest and the greatest number are those of one person.

    >>> import pandas as pd
    >>> told = group_numbers(pd.Series([12, 13, 14, 15, 16, 17, 18, 19]), least=4)
    >>> [(one.codes, one.persons) for one in told]
    [(('', '15'), 4), (('15', ''), 4)]
    """
    known = np.sort(values.dropna().to_numpy(dtype="float64"))
    for asked in range(classes if len(known) else 0, 1, -1):
        cuts = np.unique(np.quantile(known, np.arange(1, asked) / asked, method="lower"))
        bounds = [-np.inf, *cuts, np.inf]
        sizes = [int(((known > low) & (known <= high)).sum()) for low, high in pairwise(bounds)]
        if min(sizes) >= max(least, 1):
            return tuple(
                Group((_written(low), _written(high)), None, size)
                for (low, high), size in zip(pairwise(bounds), sizes, strict=True)
            )
    return ()


def _written(bound: float) -> str:
    return "" if np.isinf(bound) else f"{bound:g}"
