"""What a map shows: its zones, and the codes that lead to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ect_research.analysis.territory.map_variables import Zone
    from ect_research.corpus.basemap.basemap_model import Basemap


@dataclass(frozen=True)
class ShownZones:
    """Codes that a map shows, and those that it can follow.

    Attributes:
        today: level → every code, old or of today → code of today.
        shown: level → codes of the zones of the map.
    """

    today: Mapping[Zone, Mapping[str, str]]
    shown: Mapping[Zone, frozenset[str]]


def shown_zones(basemap: Basemap, perimeter: str, *, closeup: bool) -> ShownZones:
    """The communes of the perimeter, or of the départements that hold it, and their intercommunalities that year."""
    territory, communes = basemap.perimeter(perimeter), basemap.communes
    around = communes.loc[communes["dep"].isin(territory.frame), "code"]
    codes = frozenset(map(str, territory.members if closeup else around))
    then = basemap.epci_of_year(territory.year)
    groups = {str(siren): str(siren) for siren in basemap.epci_names["siren"]}
    return ShownZones(
        {"commune": basemap.code_today, "epci": groups},
        {"commune": codes, "epci": frozenset(then[code] for code in codes if code in then)},
    )
