"""Small counts kept from pointing at someone: what a commune must not show goes to its group, or is withheld."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.errors import EctError

if TYPE_CHECKING:
    from collections.abc import Mapping

THRESHOLD = 3


@dataclass(frozen=True)
class ProtectedCounts:
    """Counts that may be published.

    Attributes:
        communes: commune → count, of those that reach the threshold.
        groups: group → count of its other communes together, where that reaches the threshold.
        hidden: groups whose other communes are withheld.
        threshold: k; what is withheld is « n < k », or would let such a number be found by subtraction.
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

    When what is withheld in all stays under the threshold, or lies in a single group, the smallest of what was to be
    shown is withheld too, for the published total would give it away.

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
        raise EctError(f"Communes sans intercommunalité : {', '.join(lost[:5])}.")
    small = found[found < threshold]
    rest = small.groupby([members[str(code)] for code in small.index]).sum()
    shown = rest[rest >= threshold].astype("int64")
    hidden = set(map(str, rest.index[rest < threshold]))
    large, n = found[found >= threshold], int(found.sum())
    while hidden and (len(hidden) == 1 or n - int(large.sum()) - int(shown.sum()) < threshold):
        if len(shown):
            also = min(map(str, shown.index), key=lambda group: (int(shown[group]), group))
            hidden, shown = hidden | {also}, shown.drop(also)
        elif len(large) and n - int(large.sum()) < threshold:
            commune = min(map(str, large.index), key=lambda code: (int(large[code]), code))
            hidden, large = hidden | {members[commune]}, large.drop(commune)
        else:
            break
    return ProtectedCounts(large, shown, tuple(sorted(hidden)), threshold, n)
