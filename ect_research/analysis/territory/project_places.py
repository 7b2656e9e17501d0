"""Where the projects are: counted by commune of today, and those that no map can show, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.readable import Readable
from ect_research.corpus.basemap.basemap_model import Gazetteer
from ect_research.words import mark, tell

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
        else tell("renseigner commune_insee et cog_millesime d’au moins un projet de ce territoire."),
    )
