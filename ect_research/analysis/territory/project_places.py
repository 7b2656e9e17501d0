"""Where projects are, and what a map may show of them where the corpus protects them.

One set of withheld numbers serves every map and table of a place: communes, their groups and the total are tied by sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal
from ect_research.analysis.disclosure import ORGANISATIONS, Sums, complete
from ect_research.analysis.readable import Readable
from ect_research.corpus.basemap.basemap_model import Gazetteer
from ect_research.errors import EctError
from ect_research.words import mark, tell

if TYPE_CHECKING:
    from ect_research.corpus.checked.corpus import Corpus

INSIDE, FRAME, OUTSIDE, UNPLACED, UNKNOWN = "perimetre", "cadre", "hors_cadre", "sans_lieu", "code_inconnu"
SITUATIONS = (INSIDE, FRAME, OUTSIDE, UNPLACED, UNKNOWN)
_DRAWN = (INSIDE, FRAME)
_REASONS = {
    INSIDE: "",
    FRAME: mark("hors du périmètre, dans le cadre de la carte"),
    OUTSIDE: mark("hors du cadre de la carte"),
    UNPLACED: mark("commune non renseignée"),
    UNKNOWN: mark("code de commune inconnu du fond de carte"),
}


@dataclass(frozen=True)
class ProjectPlaces(Readable):
    """Projects by commune and by group of communes.

    Attributes:
        projects: one row per project, in the order given: ``projet_id, nom, code_saisi, cog_millesime,
            commune`` (code of today, NaN when unknown), ``groupe`` (NaN outside the perimeter), ``lieu_dit``
            (the place as the source states it), ``situation`` (one of `SITUATIONS`) and ``raison`` (why it is
            not counted in the perimeter; empty when it is).
        communes: one row per commune that has a project on the map, the fullest first: ``commune`` (code),
            ``nom, groupe, situation, n, projets`` (tuple of names, sorted).
        groups: one row per group of the perimeter, those without project included: ``groupe, communes,
            population, n``.
        counts: situation → number of projects; sums to ``n``.
        n: projects examined.
        perimeter: name of the perimeter within which they were placed.
    """

    exhibits = ("show_places", "carte", "communes", "groupes", "non_places")

    projects: pd.DataFrame
    communes: pd.DataFrame
    groups: pd.DataFrame
    counts: dict[str, int]
    n: int
    perimeter: str = ""

    @property
    def placed(self) -> int:
        """Projects that the map shows, inside the perimeter or around it."""
        return sum(self.counts[situation] for situation in _DRAWN)

    @property
    def known(self) -> int:
        """Projects whose commune is known, on the map or not."""
        return self.n - self.counts[UNPLACED] - self.counts[UNKNOWN]

    @property
    def excluded(self) -> pd.DataFrame:
        """Projects that the map cannot show: ``projet_id, nom, lieu_dit, raison``."""
        absent = ~self.projects["situation"].isin(_DRAWN)
        return self.projects.loc[absent, ["projet_id", "nom", "lieu_dit", "raison"]].reset_index(drop=True)


def place_projects(projects: pd.DataFrame, gazetteer: Gazetteer) -> ProjectPlaces | Refusal:
    """Put each project on the commune of today that holds the code typed for it, and count.

    Args:
        projects: ``projet_id, nom, commune_insee`` and, if any, ``nom_public, cog_millesime, lieu_dit``.
        gazetteer: codes, names, people and groups of a perimeter (`Basemap.gazetteer`).

    Returns:
        the counts, or a `Refusal` when no project can be drawn.

    >>> from ect_research.corpus.basemap.load_basemap import load_basemap
    >>> given = pd.DataFrame({"projet_id": ["P1", "P2"], "nom": ["A", "B"], "commune_insee": ["39395", None]})
    >>> places = place_projects(given, load_basemap().gazetteer("pays-ledonien-2020"))
    >>> places.communes[["nom", "n"]].to_records(index=False).tolist(), places.counts["sans_lieu"]
    ([('Beaufort-Orbagna', 1)], 1)
    """
    located = _locate(projects, gazetteer)
    counts = {name: int((located["situation"] == name).sum()) for name in SITUATIONS}
    if not any(counts[name] for name in _DRAWN):
        return _nothing_to_draw(counts, len(located))
    return ProjectPlaces(located, _by_commune(located, gazetteer), _by_group(located, gazetteer), counts, len(located),
                         gazetteer.perimeter)  # fmt: skip


def _locate(projects: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    typed = projects["commune_insee"].astype("str")
    today = typed.map(gazetteer.today).astype("str")
    unsaid = pd.Series(pd.NA, index=projects.index)
    located = pd.DataFrame(
        {
            "projet_id": projects["projet_id"],
            "nom": shown_names(projects),
            "code_saisi": typed,
            "cog_millesime": projects.get("cog_millesime", unsaid).astype("Int64"),
            "commune": today,
            "groupe": today.map(gazetteer.members).astype("str"),
            "lieu_dit": projects.get("lieu_dit", unsaid).astype("str"),
        }
    ).reset_index(drop=True)
    located["situation"] = [
        _situation(code, now, gazetteer) for code, now in zip(located["code_saisi"], located["commune"], strict=True)
    ]
    located["raison"] = located["situation"].map(_REASONS)
    return located


def _situation(code: object, today: object, gazetteer: Gazetteer) -> str:
    if not isinstance(code, str):
        return UNPLACED
    if not isinstance(today, str):
        return UNKNOWN
    if today in gazetteer.members:
        return INSIDE
    return FRAME if today[:2] in gazetteer.frame else OUTSIDE


def shown_names(projects: pd.DataFrame) -> pd.Series[str]:
    """The name agreed for figures, and failing that the name.

    >>> shown_names(pd.DataFrame({"nom": ["Épicerie", "Lieu"], "nom_public": ["Épicerie A", None]})).tolist()
    ['Épicerie A', 'Lieu']
    """
    if "nom_public" not in projects:
        return projects["nom"].astype("str")
    return projects["nom_public"].astype("str").fillna(projects["nom"].astype("str"))


def _by_commune(located: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    drawn = located[located["situation"].isin(_DRAWN)]
    rows = []
    for code, held in drawn.groupby("commune", sort=True):
        first, names = held.iloc[0], tuple(sorted(held["nom"]))
        rows.append((code, gazetteer.names[str(code)], first["groupe"], first["situation"], len(held), names))
    table = pd.DataFrame(rows, columns=["commune", "nom", "groupe", "situation", "n", "projets"])
    return table.sort_values(["n", "commune"], ascending=[False, True], kind="stable", ignore_index=True)


def _by_group(located: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    members = pd.DataFrame(
        {"groupe": list(gazetteer.members.values()), "people": [gazetteer.people[code] for code in gazetteer.members]}
    ).groupby("groupe")["people"]
    sizes, people, found = members.size(), members.sum(), located["groupe"].value_counts()
    return pd.DataFrame(
        {
            "groupe": list(gazetteer.groups),
            "communes": [int(sizes[group]) for group in gazetteer.groups],
            "population": [int(people[group]) for group in gazetteer.groups],
            "n": [int(found.get(group, 0)) for group in gazetteer.groups],
        }
    )


def _nothing_to_draw(counts: dict[str, int], n: int) -> Refusal:
    met = [why for why in (OUTSIDE, UNPLACED, UNKNOWN) if counts[why]]
    reasons = [tell("{n} : {why}", n=counts[why], why=tell(_REASONS[why])) for why in met]
    return Refusal(
        tell("la carte des projets"),
        tell("Aucun projet ne peut être placé, sur {n} ({reasons}).", n=n, reasons=reasons)
        if n
        else tell("Le corpus n’a aucun projet."),
        tell("choisir le périmètre et le fond de carte où sont ces projets (ect maps build).")
        if counts[OUTSIDE] + counts[UNKNOWN]
        else tell("renseigner « Commune (code Insee) » d’au moins un projet de ce territoire."),
    )


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
