"""The base map once read: communes of today, what they belonged to each year, and named perimeters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import shapely

from ect_research.corpus.basemap.code_index import CommuneIndex
from ect_research.corpus.basemap.perimeters import BFC, Extent, Language, Perimeter, build_perimeter
from ect_research.errors import BasemapError
from ect_research.words import labelled, tell

if TYPE_CHECKING:
    import pandas as pd

_ALIKE = 1.25
"""Two perimeters whose numbers of communes differ by less are taken for one territory at two dates."""


@dataclass(frozen=True)
class Gazetteer:
    """What is needed to put a project on a commune and to say in which group it stands."""

    today: Mapping[str, str]  # every code, old or new → code of today
    names: Mapping[str, str]  # code of today → name
    people: Mapping[str, int]  # code of today → inhabitants at the last census
    members: Mapping[str, str]  # code of today → name of its group, for the communes of the perimeter
    groups: tuple[str, ...]  # names of the groups, in the order to print them
    # départements (first two characters of a code) that the map shows around the perimeter
    frame: frozenset[str] = frozenset()
    perimeter: str = ""  # its name in ``territoires.toml``


@dataclass(frozen=True)
class Mentions:
    """What every map must cite: who made the outlines (in each language), and the year of each list."""

    geometry: dict[str, str]
    communes: int
    epci: int
    populations: int

    def line(self, language: Language = "fr") -> str:
        """The credits of a map, as the Licence Ouverte 2.0 asks."""
        return tell(
            "Fond de carte : {geometry}, communes au 1er janvier {communes} ; Insee, populations de référence "
            "{populations} ; DGCL, EPCI ; Natural Earth. Licence Ouverte 2.0 (Etalab). Lambert-93 (EPSG:2154).",
            geometry=labelled(self.geometry),
            communes=self.communes,
            populations=self.populations,
        ).sentence(language)


@dataclass(frozen=True)
class Basemap:
    """Everything a map needs, in Lambert-93 (EPSG:2154), metres.

    Outlines are shapely geometries in the column ``geometry`` of plain frames, so that no map waits for geopandas;
    ``geopandas.GeoDataFrame(basemap.communes, crs=basemap.epsg)`` makes a layer of them.

    Attributes:
        communes: ``code, nom, dep, epci, pop, px, py, pt_src, geometry``: communes of the extent today.
        departements: ``dep, nom, reg, geometry``: metropolitan France, generalised to 500 m.
        countries: ``iso, nom_fr, nom_en, geometry``: neighbours, generalised to 500 m.
        membership: ``commune, siren, premiere_annee, derniere_annee``: codes of those years.
        epci_names: ``siren, nom_officiel, nom, type``.
        index: codes and names of every year.
        populations: ``code, pop_2016, …``: municipal populations on the communes of today.
        territories: what ``territoires.toml`` holds.
        mentions: what every map must cite.
        epsg: code of the projection of the package.
        extent: how far the communes go.
    """

    communes: pd.DataFrame
    departements: pd.DataFrame
    countries: pd.DataFrame
    membership: pd.DataFrame
    epci_names: pd.DataFrame
    index: CommuneIndex
    populations: pd.DataFrame
    territories: dict[str, dict[str, Any]]
    mentions: Mentions
    epsg: int
    extent: Extent = BFC

    @property
    def year(self) -> int:
        """Year of the communes drawn."""
        return self.mentions.communes

    @cached_property
    def code_today(self) -> dict[str, str]:
        """Every code since 1943 → code of today."""
        return self.index.today

    @cached_property
    def epci_of(self) -> dict[str, str]:
        """Every code since 1943 → name of the EPCI of today, within the extent.

        >>> from ect_research.corpus.basemap.load_basemap import load_basemap
        >>> load_basemap().epci_of["39300"]
        'ECLA'
        """
        names = dict(zip(self.epci_names["siren"], self.epci_names["nom"], strict=True))
        groups = dict(zip(self.communes["code"], self.communes["epci"].map(names), strict=True))
        return {code: groups[now] for code, now in self.code_today.items() if isinstance(groups.get(now), str)}

    def epci_of_year(self, year: int) -> dict[str, str]:
        """Code of today → SIREN of the EPCI that held its territory that year.

        When communes of two EPCI merged since, the one that gave its code to the merger decides.
        """
        first, last = self.membership["premiere_annee"], self.membership["derniere_annee"]
        known = self.membership[(first <= year) & (last >= year)]
        if known.empty:
            raise BasemapError(
                "Pas d’appartenances aux EPCI pour {year} : le fond connaît {min} à {max}.",
                year=year,
                min=first.min(),
                max=last.max(),
            )
        pairs = list(zip(known["commune"].tolist(), known["siren"].tolist(), strict=True))
        then = {self.code_today[code]: siren for code, siren in pairs if code not in self._codes}
        return then | {code: siren for code, siren in pairs if code in self._codes}

    def perimeter(self, name: str) -> Perimeter:
        """A named perimeter of ``territoires.toml``.

        >>> from ect_research.corpus.basemap.load_basemap import load_basemap
        >>> len(load_basemap().perimeter("pays-ledonien-2019").members)
        185
        """
        if name not in self._known_perimeters:
            found = build_perimeter(name, self.territories, self.communes, self.epci_names, self.epci_of_year)
            self._known_perimeters[name] = found
        return self._known_perimeters[name]

    @cached_property
    def _known_perimeters(self) -> dict[str, Perimeter]:
        return {}

    def gazetteer(self, name: str) -> Gazetteer:
        """Names, people and groups of a named perimeter, for `place_projects`.

        >>> from ect_research.corpus.basemap.load_basemap import load_basemap
        >>> load_basemap().gazetteer("pays-ledonien-2020").groups[0]
        'ECLA'
        """
        perimeter = self.perimeter(name)
        epci = {group.siren: group.name for group in perimeter.epci}
        return Gazetteer(
            today=self.code_today,
            names=dict(zip(self.communes["code"].tolist(), self.communes["nom"].tolist(), strict=True)),
            people=dict(zip(self.communes["code"].tolist(), map(int, self.communes["pop"]), strict=True)),
            members={code: epci[siren] for code, siren in perimeter.members.items()},
            groups=tuple(epci.values()),
            frame=frozenset(perimeter.frame),
            perimeter=name,
        )

    def name_of(self, code: str) -> str:
        """The name of a commune of today.

        >>> from ect_research.corpus.basemap.load_basemap import load_basemap
        >>> load_basemap().name_of("39300")
        'Lons-le-Saunier'
        """
        found = self.communes.loc[self.communes["code"] == code, "nom"]
        if found.empty:
            raise BasemapError(
                "Le fond de carte n’a pas de commune « {code} » : {extent} seulement.",
                code=code,
                extent=self.extent.name(),
            )
        return str(found.iloc[0])

    @cached_property
    def mainland(self) -> Any:  # noqa: ANN401 - shapely has no types
        """Metropolitan France in one piece."""
        return shapely.coverage_union_all(self.departements["geometry"].to_numpy())

    @cached_property
    def areas_km2(self) -> pd.Series[float]:
        """Commune → area, square kilometres."""
        import pandas as pd

        outlines: pd.Series[Any] = self.communes.set_index("code")["geometry"]
        return pd.Series(shapely.area(outlines.to_numpy()) / 1e6, index=outlines.index)

    def people(self, census: int | None = None) -> pd.Series[int]:
        """Commune → inhabitants at a census, the last by default; missing where that census is unusable.

        >>> from ect_research.corpus.basemap.load_basemap import load_basemap
        >>> int(load_basemap().people()["39300"])
        16618
        """
        column = f"pop_{census or self.mentions.populations}"
        if column not in self.populations:
            known = [name[4:] for name in self.populations.columns if name.startswith("pop_")]
            raise BasemapError(
                "Pas de population de {census} : le fond connaît {known}.", census=census, known=", ".join(known)
            )
        return self.populations.set_index("code")[column]

    def outlines(self, groups: Mapping[str, str]) -> dict[str, Any]:
        """Communes dissolved by group (code of today → a SIREN, a département…), in the order of the groups."""
        communes: dict[str, list[Any]] = {}
        for code, shape in zip(self.communes["code"].tolist(), self.communes["geometry"].tolist(), strict=True):
            if code in groups:
                communes.setdefault(groups[code], []).append(shape)
        return {key: shapely.coverage_union_all(communes[key]) for key in sorted(communes)}

    @cached_property
    def _codes(self) -> frozenset[str]:
        return frozenset(self.communes["code"].tolist())


def holding_perimeter(basemap: Basemap, codes: Sequence[str]) -> tuple[str, int]:
    """The smallest perimeter among those that hold most of some communes, or its latest boundaries; how many it holds.

    Its name in ``territoires.toml``, blank when none holds any.

    >>> from ect_research import load_basemap
    >>> holding_perimeter(load_basemap(), ["39300", "39162"])
    ('pays-ledonien-2020', 2)
    """
    today = [basemap.code_today.get(code, "") for code in codes]
    found: list[tuple[int, int, str]] = []
    for name in basemap.territories:
        try:
            members = basemap.perimeter(name).members
        except BasemapError:
            continue
        held = sum(code in members for code in today)
        if held:
            found.append((-held, len(members), name))
    if not found:
        return "", 0
    fullest = [(size, name) for count, size, name in found if count == min(found)[0]]
    alike = [(-basemap.perimeter(name).year, size, name) for size, name in fullest if size <= _ALIKE * min(fullest)[0]]
    return min(alike)[2], -min(found)[0]
