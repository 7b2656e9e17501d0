"""From what a person writes — a code of any year, a name old or new — to the commune of today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.corpus.basemap.code_index import CODE, CommuneIndex, Trouble
from ect_research.errors import BasemapError
from ect_research.words import quoted

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class Commune:
    """A commune of today.

    Attributes:
        code: Insee code of today.
        name: name of today.
        departement: code of its département.
        epci: SIREN of its EPCI today.
        x: easting of its label point, metres, Lambert-93.
        y: northing of its label point, metres, Lambert-93.
    """

    code: str
    name: str
    departement: str
    epci: str
    x: int
    y: int


def find_commune(
    index: CommuneIndex, communes: gpd.GeoDataFrame, code_or_name: str, cog_year: int | None = None
) -> Commune:
    """The commune of today that holds an old or new code or name (see `Basemap.place_commune`)."""
    asked = code_or_name.strip()
    if CODE.match(asked):
        found: str | Trouble = index.trouble(asked, cog_year) or index.today[asked.upper()]
    else:
        found = index.find(asked)
    if isinstance(found, Trouble):
        raise BasemapError(quoted(f"{found.problem} {found.remedy}"))
    row = communes.set_index("code").loc[found]
    return Commune(found, row["nom"], row["dep"], row["epci"], int(row["px"]), int(row["py"]))
