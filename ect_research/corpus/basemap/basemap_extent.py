"""How far a base map goes: départements, regions, or all of metropolitan France."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ect_research.errors import BasemapError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

REGION_NAMES = {
    "11": "Île-de-France",
    "24": "Centre-Val de Loire",
    "27": "Bourgogne-Franche-Comté",
    "28": "Normandie",
    "32": "Hauts-de-France",
    "44": "Grand Est",
    "52": "Pays de la Loire",
    "53": "Bretagne",
    "75": "Nouvelle-Aquitaine",
    "76": "Occitanie",
    "84": "Auvergne-Rhône-Alpes",
    "93": "Provence-Alpes-Côte d’Azur",
    "94": "Corse",
}


@dataclass(frozen=True)
class Extent:
    """Regions and départements of a base map, by their Insee codes.

    Attributes:
        regions: every commune of these regions.
        departements: every commune of these départements.
        france: all of metropolitan France; the two others are then empty.
    """

    regions: tuple[str, ...] = ()
    departements: tuple[str, ...] = ()
    france: bool = False

    def holds(self, commune: Mapping[str, Any]) -> bool:
        """Whether a commune, as published (``region``, ``departement``), is part of the base map.

        >>> Extent(departements=("39",)).holds({"region": "27", "departement": "39"})
        True
        """
        region, departement = commune.get("region"), commune.get("departement")
        if self.france:
            return region in REGION_NAMES
        return region in self.regions or departement in self.departements

    def name(self) -> str:
        """What a sentence calls it.

        >>> Extent(("27",)).name(), Extent(departements=("01", "39")).name()
        ('Bourgogne-Franche-Comté', 'départements 01, 39')
        """
        if self.france:
            return "France métropolitaine"
        regions = [REGION_NAMES[code] for code in self.regions]
        many = "s" if len(self.departements) > 1 else ""
        listed = [f"département{many} {', '.join(self.departements)}"] if self.departements else []
        return " ; ".join([*regions, *listed])

    def key(self) -> str:
        """Name of the perimeter that holds all of it.

        >>> Extent(("27",)).key(), Extent(departements=("01", "39")).key()
        ('region-27', 'departement-01-39')
        """
        if self.france:
            return "france"
        parts = [*(("region", *self.regions) if self.regions else ())]
        return "-".join([*parts, *(("departement", *self.departements) if self.departements else ())])

    def table(self) -> dict[str, Any]:
        """As written in ``mentions.toml``."""
        if self.france:
            return {"france": True}
        return {"regions": list(self.regions), "departements": list(self.departements)}


BFC = Extent(regions=("27",))


def build_extent(
    regions: Sequence[str], departements: Sequence[str], *, france: bool, known: Iterable[Mapping[str, Any]]
) -> Extent:
    """The extent asked for; Bourgogne-Franche-Comté when nothing is.

    Args:
        regions: codes of regions.
        departements: codes of départements; those of a region asked for are left out.
        france: all of metropolitan France.
        known: départements as published (``code``, ``region``).

    Raises:
        BasemapError: an unknown code, or France together with a part of it.

    >>> build_extent(["27"], ["39", "01"], france=False, known=[
    ...     {"code": "01", "region": "84"}, {"code": "39", "region": "27"}]).departements
    ('01',)
    """
    if france and (regions or departements):
        raise BasemapError("--france comprend déjà toutes les régions et tous les départements : le donner seul.")
    if france:
        return Extent(france=True)
    region_of = {str(d["code"]): str(d["region"]) for d in known if d["region"] in REGION_NAMES}
    wrong = [code for code in regions if code not in REGION_NAMES]
    wrong += [code for code in departements if code.upper() not in region_of]
    if wrong:
        listed = " ; ".join(f"{code} : {name}" for code, name in REGION_NAMES.items())
        raise BasemapError(
            "Code inconnu en métropole : {wrong}. Un département s’écrit sur deux caractères (01, 2A, 39) ; les "
            "régions sont {listed}.",
            wrong=", ".join(wrong),
            listed=listed,
        )
    apart = {code.upper() for code in departements if region_of[code.upper()] not in regions}
    asked = Extent(tuple(sorted(set(regions))), tuple(sorted(apart)))
    return asked if asked.regions or asked.departements else BFC
