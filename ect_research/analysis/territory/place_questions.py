"""What stands beside the places of projects: whether people arrive there, and from where come those who take part."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.readable import Readable
from ect_research.analysis.territory.map_limits import FEWEST_FLOWS, FEWEST_TINTED, refuse_few
from ect_research.analysis.territory.project_places import ProjectPlaces
from ect_research.analysis.territory.protected_map_counts import ProtectedPlaces
from ect_research.corpus.basemap.basemap_model import Basemap
from ect_research.words import tell


@dataclass(frozen=True)
class PlaceChange(Readable):
    """Where the projects are, and whether people arrive there.

    Attributes:
        frame: one row per commune of the perimeter that has projects: ``commune`` (code), ``nom, n, evolution`` (% a year).
        everywhere: commune of the perimeter → change of its population, % a year.
        years: of the two populations compared.
        n: projects counted.
    """

    exhibits = ("show_places", "evolution")

    frame: pd.DataFrame
    everywhere: pd.Series[float]
    years: tuple[int, int]
    n: int


def build_place_change(
    places: ProjectPlaces | ProtectedPlaces | Refusal, basemap: Basemap, since: int = 2019
) -> PlaceChange | Refusal:
    """Yearly change of the population of the communes that have projects; refused under eight of them.

    Args:
        places: from `place_projects`, or from `protect_places`: communes whose count is withheld are then left out.
        basemap: gives the populations of reference.
        since: year of the first one.

    Raises:
        BasemapError: no population of that year.

    >>> from ect_research.corpus.basemap.load_basemap import load_basemap
    >>> from ect_research.analysis.territory.project_places import place_projects
    >>> basemap = load_basemap()
    >>> codes = list(basemap.perimeter("pays-ledonien-2020").members)[:9]
    >>> given = pd.DataFrame({"projet_id": codes, "nom": codes, "commune_insee": codes})
    >>> change = build_place_change(place_projects(given, basemap.gazetteer("pays-ledonien-2020")), basemap)
    >>> change.n, len(change.everywhere), change.years
    (9, 199, (2019, 2023))
    """
    if isinstance(places, Refusal):
        return places
    last = basemap.mentions.populations
    members = list(basemap.perimeter(places.perimeter).members)
    before, after = (basemap.people(year).reindex(members).astype("float64") for year in (since, last))
    change = (100 * ((after / before) ** (1 / (last - since)) - 1))[(before > 0) & (after > 0)]
    held = places.communes[places.communes["commune"].isin(list(change.index))]
    frame = held[["commune", "nom", "n"]].assign(evolution=held["commune"].map(change)).reset_index(drop=True)
    asked = tell("la carte des projets, colorés par l’évolution de la population de leur commune")
    instead = tell("renseigner commune_insee de projets d’autres communes, ou lire la liste par commune.")
    refused = refuse_few(asked, len(frame), FEWEST_TINTED["taux"], instead)
    return refused or PlaceChange(frame, change, (since, last), int(frame["n"].sum()))


@dataclass(frozen=True)
class PlaceTies(Readable):
    """Who comes from where to take part in a project.

    Attributes:
        ways: one row per pair of communes, the busiest first: ``origine`` (of the organisations), ``destination`` (of the
            projects), ``valeur`` (how many times an organisation takes part in a project); pairs of one commune included.
        n: times an organisation takes part in a project.
        unknown: those of them that lack the commune of the organisation or of the project.
    """

    exhibits = ("show_places", "liens")

    ways: pd.DataFrame
    n: int
    unknown: int

    @property
    def within(self) -> int:
        """Those whose organisation and project are of one commune."""
        return int(self.ways.loc[self.ways["origine"] == self.ways["destination"], "valeur"].sum())


def build_place_ties(
    places: ProjectPlaces | ProtectedPlaces | Refusal,
    participations: pd.DataFrame,
    actors: pd.DataFrame,
    basemap: Basemap,
) -> PlaceTies | Refusal:
    """Ties between the commune of each organisation and that of each project it takes part in, one for all its roles.

    Refused under three ways between two communes of the map, and where projects are protected.

    Args:
        places: from `place_projects`.
        participations: ``acteur_id, projet_id``.
        actors: ``acteur_id, commune_insee``.
        basemap: follows the old codes.

    >>> from ect_research.corpus.basemap.load_basemap import load_basemap
    >>> from ect_research.analysis.territory.project_places import place_projects
    >>> given = pd.DataFrame({"projet_id": ["P1", "P2"], "nom": ["A", "B"], "commune_insee": ["39395", None]})
    >>> basemap = load_basemap()
    >>> placed = place_projects(given, basemap.gazetteer("pays-ledonien-2020"))
    >>> roles = pd.DataFrame({"acteur_id": ["A1", "A1", "A2"], "projet_id": ["P1", "P2", "P1"]})
    >>> seats = pd.DataFrame({"acteur_id": ["A1", "A2"], "commune_insee": ["39300", None]})
    >>> isinstance(build_place_ties(placed, roles, seats, basemap), Refusal)
    True
    """
    asked = tell("la carte de qui vient d’où")
    if isinstance(places, Refusal):
        return places
    if isinstance(places, ProtectedPlaces):
        why = tell("Le corpus protège ses projets : une flèche mènerait à l’un d’eux.")
        return Refusal(asked, why, tell("lire le réseau des acteurs, qui ne dit aucun lieu."))
    pairs = participations[["acteur_id", "projet_id"]].dropna().drop_duplicates()
    seats = actors.drop_duplicates("acteur_id").set_index("acteur_id")["commune_insee"].map(basemap.code_today)
    stands = places.projects.set_index("projet_id")["commune"]
    ends = pd.DataFrame(
        {"origine": pairs["acteur_id"].map(seats), "destination": pairs["projet_id"].map(stands)}
    ).dropna()
    ways = ends.value_counts().rename("valeur").reset_index()
    ways = ways.sort_values(["valeur", "origine", "destination"], ascending=[False, True, True], ignore_index=True)
    around = basemap.communes.loc[basemap.communes["dep"].isin(basemap.perimeter(places.perimeter).frame), "code"]
    drawn = ways[["origine", "destination"]].isin(list(around)).all(axis=1) & (ways["origine"] != ways["destination"])
    instead = tell("remplir commune_insee des acteurs et des projets ; en attendant, le dire en une phrase.")
    refused = refuse_few(asked, int(drawn.sum()), FEWEST_FLOWS, instead)
    return refused or PlaceTies(ways, len(pairs), len(pairs) - len(ends))
