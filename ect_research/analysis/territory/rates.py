"""Location quotients of groups of communes, with the intervals that their counts bear."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.readable import Readable
from ect_research.analysis.territory.map_limits import FEWEST_FLOWS, FEWEST_TINTED, refuse_few
from ect_research.analysis.territory.project_places import INSIDE, ProjectPlaces, ProtectedPlaces
from ect_research.corpus.basemap.basemap_model import Basemap
from ect_research.errors import EctError
from ect_research.words import Sentence, tell, tell_n

LEAST_EVENTS = 10
_FRAGILE = 5.0


@dataclass(frozen=True)
class Rates(Readable):
    """Counts compared with what holds them.

    Attributes:
        frame: one row per group: ``groupe, n, reference, part, part_reference, attendu, quotient, bas, haut, fragile`` (fewer
            than five expected).
        n: events counted.
        confidence: of all the intervals at once.
        repeats: how many projects of one commune go together, as seen by one of them; intervals are widened accordingly.
    """

    exhibits = ("show_places", "quotients")

    frame: pd.DataFrame
    n: int
    confidence: float
    repeats: float = 1.0


def build_quotients(
    counts: pd.Series[int], reference: pd.Series[int], *, confidence: float = 0.95, repeats: float = 1.0
) -> Rates | Refusal:
    """Location quotients: the share of a group in the events over its share in the reference.

    Exact binomial intervals (Clopper–Pearson), corrected for the number of groups (Bonferroni): with four groups at
    95 % each, chance alone would raise a false « over-represented » nearly once in five.

    ``counts``: events by group; a group absent from it counts none. ``reference``: inhabitants or establishments by
    group; its index gives the groups and their order. ``confidence``: level of all the intervals together;
    ``repeats``: how many events go together on average, as seen by one of them (the design effect): intervals are
    those of so many times fewer events. 1 when events are independent.

    Raises:
        EctError: counts that are no counts, groups counted twice or without a reference, a confidence out of 0–1, repeats
            below 1.

    >>> people = pd.Series({"ECLA": 40_000, "ailleurs": 60_000})
    >>> rates = build_quotients(pd.Series({"ECLA": 16, "ailleurs": 4}), people).frame
    >>> rates[["quotient", "bas", "haut"]].round(2).values.tolist()[0]
    [2.0, 1.33, 2.38]
    """
    from scipy.special import betaincinv

    _check(counts, reference, confidence)
    found = counts.reindex(reference.index, fill_value=0).astype("int64")
    n = int(found.sum())
    if n < LEAST_EVENTS:
        return _too_few(tell("les quotients de localisation"), n)
    if not repeats >= 1:
        raise EctError("repeats : un nombre d’au moins 1.")
    tail, size = (1 - confidence) / 2 / len(reference), n / repeats
    fewer = [x / repeats for x in found]
    low = [float(betaincinv(x, size - x + 1, tail)) if x else 0.0 for x in fewer]
    high = [float(betaincinv(x + 1, size - x, 1 - tail)) if x < size else 1.0 for x in fewer]
    share = reference / reference.sum()
    frame = pd.DataFrame({"groupe": reference.index, "n": found.to_numpy(), "reference": reference.to_numpy()})
    expected = share.to_numpy()
    frame = frame.assign(
        part=frame["n"] / n,
        part_reference=expected,
        attendu=n * expected,
        quotient=frame["n"] / n / expected,
        bas=low / expected,
        haut=high / expected,
        fragile=size * expected < _FRAGILE,
    )
    return Rates(frame, n, confidence, repeats)


def build_project_quotients(places: ProjectPlaces | Refusal) -> Rates | Refusal:
    """`build_quotients` of the groups of a perimeter, inhabitants being the reference.

    Projects of one commune are not independent: intervals are those of as many projects as would be if each stood alone
    (Kish's design effect, Σ m² / Σ m over communes of m projects).
    """
    if isinstance(places, Refusal):
        return places
    groups = places.groups.set_index("groupe")
    held = places.communes.loc[places.communes["situation"] == INSIDE, "n"]
    repeats = float((held**2).sum() / held.sum()) if len(held) else 1.0
    return build_quotients(groups["n"], groups["population"], repeats=repeats)


def _check(counts: pd.Series[int], reference: pd.Series[int], confidence: float) -> None:
    unknown = sorted(set(counts.index) - set(reference.index))
    if unknown:
        raise EctError("Groupes comptés sans référence : {unknown}.", unknown=", ".join(map(str, unknown[:5])))
    if not (reference > 0).all():
        raise EctError("La référence (habitants, établissements) doit être positive dans chaque groupe.")
    if not (counts.index.is_unique and reference.index.is_unique):
        raise EctError("Un groupe est compté deux fois : une ligne par groupe.")
    if not ((counts >= 0) & (counts == counts.round())).all():
        raise EctError("Les effectifs sont des nombres entiers, positifs ou nuls, tous connus.")
    if not 0 < confidence < 1:
        raise EctError(
            "Niveau de confiance {confidence:g} : un nombre entre 0 et 1, comme 0.95.", confidence=confidence
        )


def _too_few(asked: Sentence, n: int) -> Refusal:
    return Refusal(
        asked,
        tell_n(
            "{n} projet placé : il en faut {fewest}, sans quoi chaque intervalle irait de presque rien au triple.",
            "{n} projets placés : il en faut {fewest}, sans quoi chaque intervalle irait de presque rien au triple.",
            n,
            fewest=LEAST_EVENTS,
        ),
        tell_n(
            "renseigner la commune d’au moins {n} projet de plus.",
            "renseigner la commune d’au moins {n} projets de plus.",
            LEAST_EVENTS - n,
        ),
    )


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
    instead = tell("renseigner « Commune (code Insee) » de projets d’autres communes, ou lire la liste par commune.")
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
    instead = tell("remplir « Commune (code Insee) » des acteurs et des projets ; en attendant, le dire en une phrase.")
    refused = refuse_few(asked, int(drawn.sum()), FEWEST_FLOWS, instead)
    return refused or PlaceTies(ways, len(pairs), len(pairs) - len(ends))
