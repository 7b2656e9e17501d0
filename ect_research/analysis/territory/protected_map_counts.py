"""Small counts kept from pointing at someone: what a commune must not show goes to its group, or is withheld."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ect_research.analysis.disclosure import ORGANISATIONS, Sums, complete
from ect_research.errors import EctError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

THRESHOLD = ORGANISATIONS


@dataclass(frozen=True)
class ProtectedCounts:
    """Counts that may be published.

    Attributes:
        communes: commune → count, of those that reach the threshold.
        groups: group → count of its other communes together, where that reaches the threshold.
        hidden: groups whose other communes are withheld.
        threshold: k; what is withheld is « n < k », or protects such a number from being found by subtraction.
        n: events counted in all.
    """

    communes: pd.Series[int]
    groups: pd.Series[int]
    hidden: tuple[str, ...]
    threshold: int
    n: int


def protect_map_counts(
    counts: pd.Series[int], members: Mapping[str, str], *, threshold: int = THRESHOLD
) -> ProtectedCounts:
    """Withhold communes under the threshold: counted with their group, else « n < k ».

    The total is published, so that a withheld number could be found by subtraction: more is withheld until linear
    programming leaves each several values (the rule of the tables, `ect_research.analysis.disclosure.suppression`), and
    until what is withheld in all reaches the threshold.

    Args:
        counts: commune → number of projects; zeros say nothing and are dropped.
        members: commune → group (EPCI).
        threshold: smallest count shown, at least 2.

    Raises:
        EctError: a commune without a group, or a threshold that protects nothing.

    >>> held = protect_map_counts(pd.Series({"a": 5, "b": 1, "c": 2, "d": 2, "e": 1}), dict(a="G", b="G", c="G", d="H", e="I"))
    >>> held.communes.to_dict(), held.groups.to_dict(), held.hidden
    ({'a': 5}, {'G': 3}, ('H', 'I'))
    """
    if threshold < 2:
        raise EctError("Un seuil de publication inférieur à 2 ne protège personne.")
    found = counts[counts > 0].sort_index().astype("int64")
    lost = sorted(set(map(str, found.index)) - set(members))
    if lost:
        raise EctError("Communes sans intercommunalité : {lost}.", lost=", ".join(lost[:5]))
    small = found[found < threshold]
    rest = small.groupby([members[str(code)] for code in small.index]).sum()
    large, n = found[found >= threshold], int(found.sum())
    codes = [*map(str, rest.index), *map(str, large.index)]
    withheld = _withheld(np.array([*rest, *large], dtype="float64"), len(rest), threshold)
    kept = {code for code, gone in zip(codes, withheld, strict=True) if not gone}
    hidden = {code for code in map(str, rest.index) if code not in kept}
    hidden |= {members[code] for code in map(str, large.index) if code not in kept}
    shown = rest[[str(group) not in hidden for group in rest.index]].astype("int64")
    return ProtectedCounts(
        large[[str(code) in kept for code in large.index]], shown, tuple(sorted(hidden)), threshold, n
    )


def _withheld(values: NDArray[np.float64], groups: int, threshold: int) -> NDArray[np.bool_]:
    """Which of the groups (first) and of the communes (then) are withheld, their total being known."""
    numbers = np.append(values, values.sum())
    total = len(values)
    last = np.arange(total + 1) == total
    sums = Sums.of([{**dict.fromkeys(range(total), 1.0), total: -1.0}], total + 1)
    hidden = np.append(np.arange(total) < groups, False) & (numbers < threshold)
    while hidden.any():
        done = complete(numbers, sums, hidden, dear=(np.arange(total + 1) >= groups) & ~last, locked=last)
        if done is None:
            return np.ones(total, dtype="bool")
        hidden = done
        left = np.flatnonzero(~hidden[:total])
        if numbers[hidden].sum() >= threshold or len(left) == 0:
            break
        hidden[min(left.tolist(), key=lambda at: (at >= groups, numbers[at], at))] = True
    return hidden[:total]
