"""Small counts kept from pointing at someone: what a commune must not show goes to its group, or is withheld.

One set of withheld numbers serves every map and table of a place: communes, their groups and the total are tied by sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal
from ect_research.analysis.disclosure import ORGANISATIONS, Sums, complete
from ect_research.analysis.readable import Readable
from ect_research.analysis.territory.project_places import INSIDE, UNKNOWN, UNPLACED, ProjectPlaces
from ect_research.corpus.checked.corpus import Corpus
from ect_research.errors import EctError
from ect_research.words import tell

THRESHOLD = ORGANISATIONS


@dataclass(frozen=True)
class ProtectedCounts:
    """Counts that may be published.

    Attributes:
        communes: commune → count, of those that reach the threshold.
        groups: group → count of its other communes together, where that reaches the threshold.
        totals: group → count of all its communes, where that may be said.
        hidden: groups of which something is withheld, their other communes or one of those that reach the threshold.
        threshold: k; what is withheld is « n < k », or protects such a number from being found by subtraction.
        n: events counted in all.
    """

    communes: pd.Series[int]
    groups: pd.Series[int]
    totals: pd.Series[int]
    hidden: tuple[str, ...]
    threshold: int
    n: int


@dataclass(frozen=True)
class ProtectedPlaces(Readable):
    """`ProjectPlaces` of a corpus that protects its projects: no name, and no number under the threshold.

    Attributes:
        counts: what may be said of each commune and group of the perimeter.
        communes: one row per commune whose count is said, the fullest first: ``commune`` (code), ``nom, groupe, n``.
        groups: one row per group of the perimeter: ``groupe, communes, population, n`` (NA where withheld).
        known: projects whose commune is known.
        n: projects examined.
        perimeter: name of the perimeter.
    """

    exhibits = ("show_places", "carte", "communes", "groupes", "page")

    counts: ProtectedCounts
    communes: pd.DataFrame
    groups: pd.DataFrame
    known: int
    n: int
    perimeter: str

    @property
    def placed(self) -> int:
        """Projects of the perimeter."""
        return self.counts.n


def protect_places(places: ProjectPlaces | Refusal, corpus: Corpus) -> ProjectPlaces | ProtectedPlaces | Refusal:
    """The places as the corpus lets them be shown: untouched when it does not protect its projects.

    Args:
        places: from `place_projects`.
        corpus: says whether its projects are protected, and from how many a number may be said.

    Returns:
        the places, their protected counterpart, or a `Refusal` when no project lies in the perimeter.
    """
    threshold = corpus.protection.threshold("projets")
    if isinstance(places, Refusal) or not threshold:
        return places
    inside = places.communes[places.communes["situation"] == INSIDE]
    if inside.empty:
        return Refusal(
            tell("la carte des projets d’un corpus protégé"),
            tell("Aucun projet dans le périmètre."),
            tell("choisir un autre périmètre."),
        )
    members = dict(zip(inside["commune"], inside["groupe"], strict=True))
    counts = protect_map_counts(inside.set_index("commune")["n"], members, threshold=threshold)
    said = inside[inside["commune"].isin(list(counts.communes.index))]
    totals: dict[Any, Any] = dict(counts.totals.items())
    groups = places.groups.assign(
        n=[totals.get(name, pd.NA) if n else 0 for name, n in places.groups[["groupe", "n"]].itertuples(index=False)]
    ).astype({"n": "Int64"})
    known = places.n - places.counts[UNPLACED] - places.counts[UNKNOWN]
    communes = said[["commune", "nom", "groupe", "n"]].reset_index(drop=True)
    return ProtectedPlaces(counts, communes, groups, known, places.n, places.perimeter)


def protect_map_counts(
    counts: pd.Series[int], members: Mapping[str, str], *, threshold: int = THRESHOLD
) -> ProtectedCounts:
    """Withhold communes under the threshold: counted with their group, else « n < k ».

    The total is published, so that a withheld number could be found by subtraction: more is withheld until linear
    programming leaves each several values (the rule of the tables, `ect_research.analysis.disclosure.suppression`), and
    until what is withheld in all reaches the threshold.

    ``counts``: commune → number of projects; zeros say nothing and are dropped. ``members``: commune → group (EPCI);
    ``threshold``: smallest count shown, at least 2.

    Raises:
        EctError: a commune without a group, or a threshold that protects nothing.

    >>> held = protect_map_counts(pd.Series({"a": 5, "b": 1, "c": 2, "d": 2, "e": 1}), dict(a="G", b="G", c="G", d="H", e="I"))
    >>> held.communes.to_dict(), held.groups.to_dict(), held.totals.to_dict(), held.hidden
    ({'a': 5}, {'G': 3}, {'G': 8}, ('H', 'I'))
    """
    if threshold < 2:
        raise EctError("Un seuil de publication inférieur à 2 ne protège personne.")
    found = counts[counts > 0].sort_index().astype("int64")
    lost = sorted(set(map(str, found.index)) - set(members))
    if lost:
        raise EctError("Communes sans intercommunalité : {lost}.", lost=", ".join(lost[:5]))
    group_of = pd.Series({code: members[str(code)] for code in found.index}, dtype="str")
    small, large = found[found < threshold], found[found >= threshold]
    rest, totals = small.groupby(group_of[small.index]).sum(), found.groupby(group_of).sum()
    withheld = _withheld(rest, large, totals, group_of, threshold)
    parts = np.split(~withheld, [len(rest), len(rest) + len(large)])
    hidden = tuple(sorted({*map(str, rest.index[~parts[0]]), *map(str, group_of[large.index[~parts[1]]])}))
    return ProtectedCounts(large[parts[1]], rest[parts[0]], totals[parts[2]], hidden, threshold, int(found.sum()))


def _withheld(
    rest: pd.Series[int], large: pd.Series[int], totals: pd.Series[int], group_of: pd.Series[str], threshold: int
) -> NDArray[np.bool_]:
    """Which rests of groups, communes and totals of groups are withheld, the total of all being known."""
    numbers = np.array([*rest, *large, *totals, totals.sum()], dtype="float64")
    owners = [*rest.index, *group_of[large.index]]
    first = len(owners)
    rows = [
        {**{at: 1.0 for at, owner in enumerate(owners) if owner == group}, first + rank: -1.0}
        for rank, group in enumerate(totals.index)
    ]
    last = len(numbers) - 1
    rows.append({**dict.fromkeys(range(first, last), 1.0), last: -1.0})
    at = np.arange(last + 1)
    sums, locked, whole = Sums.of(rows, last + 1), at == last, (at >= first) & (at < last)
    hidden = (numbers > 0) & (numbers < threshold) & ~locked
    while hidden.any():
        done = complete(numbers, sums, hidden, dear=(at >= len(rest)) & ~whole & ~locked, locked=locked)
        if done is None:
            return np.ones(last, dtype="bool")
        hidden = done
        left = np.flatnonzero(whole & ~hidden)
        if not (hidden & whole).any() or numbers[hidden & whole].sum() >= threshold or len(left) == 0:
            break
        hidden[min(left.tolist(), key=lambda number: (numbers[number], number))] = True
    return np.asarray(hidden[:last], dtype="bool")
