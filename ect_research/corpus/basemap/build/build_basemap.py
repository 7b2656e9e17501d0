"""The whole chain, from lists and polygons to the folder ``maps/fond``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from ect_research.corpus.basemap.build import write_basemap
from ect_research.corpus.basemap.build.geometry import GAP_M, LAMBERT93, RawCommunes, clean_communes, label_points
from ect_research.corpus.basemap.build.membership import epci_intervals, epci_names, populations
from ect_research.corpus.basemap.build.neighbours import countries, departements
from ect_research.corpus.basemap.build.packages import (
    CENSUS_OF_YEAR,
    EDITION_OF_YEAR,
    LATEST_YEAR,
    read_atlas,
    read_list,
)
from ect_research.corpus.basemap.build.passage import Lineage, Record, live_communes, passage_table
from ect_research.corpus.basemap.basemap_extent import BFC, Extent
from ect_research.errors import BasemapError

if TYPE_CHECKING:
    from pathlib import Path

_ROUNDINGS = 5
WHEEL_EDITION = {
    "fr": "IGN, ADMIN EXPRESS COG 2024 (généralisé)",
    "en": "IGN, ADMIN EXPRESS COG 2024 (generalised)",
}


@dataclass(frozen=True)
class Lists:
    """Everything but the polygons.

    Attributes:
        communes: year → communes as published; each census of ``census`` needs its year.
        epci: year → EPCI with their members.
        departements: as published for the last year.
        history: events of the official geographic code, 1943–2019.
        atlas: TopoJSON of the countries.
        census: year of a list → year of the census it prints.
    """

    communes: dict[int, list[Record]]
    epci: dict[int, list[Record]]
    departements: list[Record]
    history: list[Record]
    atlas: dict[str, Any]
    census: dict[int, int]


@dataclass(frozen=True)
class Fond:
    """What is written: layers of the GeoPackage and tables, by name, and how far they go."""

    layers: dict[str, gpd.GeoDataFrame]
    tables: dict[str, pd.DataFrame]
    extent: Extent = BFC


def read_lists(folder: Path) -> Lists:
    """The yearly lists, the history and the atlas of the verified packages."""
    years = sorted(EDITION_OF_YEAR)
    return Lists(
        communes={year: read_list(folder, year, "communes") for year in years},
        epci={year: read_list(folder, year, "epci") for year in years},
        departements=read_list(folder, LATEST_YEAR, "departements"),
        history=read_list(folder, min(years), "historique-communes"),
        atlas=read_atlas(folder),
        census=CENSUS_OF_YEAR,
    )


def assemble(raw: RawCommunes, lists: Lists, tolerance_m: float = 0, extent: Extent = BFC) -> Fond:
    """Layers and tables of the base map.

    Args:
        raw: polygons as published, of any year since 1943.
        lists: the yearly lists.
        tolerance_m: generalisation of the communes, in metres.
        extent: whose communes are kept; départements and countries around always are.

    Raises:
        BasemapError: a commune of the extent has no polygon.
    """
    latest = lists.communes[max(lists.communes)]
    lineage = Lineage(latest, lists.history)
    polygons = clean_communes(raw, lineage.today, tolerance_m)
    kept = live_communes(latest, extent)
    absent = sorted(set(kept) - set(polygons.index))
    if absent:
        raise BasemapError("Communes de la région sans polygone ({n_absent}) : {absent}.", n_absent=len(absent), absent=', '.join(absent[:10]))
    membership = epci_intervals(lists.epci, lists.communes, extent)
    of_commune = {c["code"]: c["departement"] for c in latest if "departement" in c}
    return Fond(
        layers={
            layer_name(extent): _commune_layer(polygons, raw, kept, membership),
            "departements": departements(polygons, of_commune, lists.departements),
            "pays_voisins": countries(lists.atlas),
        },
        tables={
            "epci_communes": membership,
            "epci": epci_names(lists.epci, membership["siren"]),
            "communes_passage": passage_table(lists.communes, lists.history, extent),
            "populations": populations(lists.communes, lists.census, lineage, extent),
        },
        extent=extent,
    )


def layer_name(extent: Extent) -> str:
    """Name of the layer of communes in the GeoPackage."""
    return "communes_bfc" if extent == BFC else "communes"


def save(fond: Fond, folder: Path, edition: dict[str, str], census: int) -> None:
    """Write the layers, the tables, the mentions that maps must print and the checksums."""
    folder.mkdir(parents=True, exist_ok=True)
    write_basemap.write_geopackage(fond.layers, folder)
    write_basemap.write_tables(fond.tables, folder)
    year = int(fond.tables["epci_communes"]["derniere_annee"].max())
    write_basemap.write_mentions(folder, edition, (year, census), fond.extent)
    write_basemap.write_starter_perimeters(folder, fond.layers, year, fond.extent)
    write_basemap.write_checksums(folder)


def _commune_layer(
    polygons: pd.Series[Any], raw: RawCommunes, listed: dict[str, Record], membership: pd.DataFrame
) -> gpd.GeoDataFrame:
    kept = polygons.loc[sorted(listed)]
    kept = pd.Series(_in_whole_metres(kept.to_numpy()), index=kept.index, dtype=object)
    current = membership[membership["derniere_annee"] == membership["derniere_annee"].max()]
    records = pd.DataFrame(
        {
            "code": kept.index,
            "nom": [listed[str(code)]["nom"].replace("'", "’") for code in kept.index],
            "dep": [listed[str(code)]["departement"] for code in kept.index],
            "epci": kept.index.map(current.set_index("commune")["siren"]),
            "pop": pd.array([listed[str(code)]["population"] for code in kept.index], dtype="int64"),
        }
    )
    points = label_points(kept, raw).reset_index(drop=True)
    return gpd.GeoDataFrame(records.join(points), geometry=list(kept), crs=LAMBERT93)


def _in_whole_metres(shapes: Any) -> Any:  # noqa: ANN401 - shapely has no types
    """The coverage in whole metres; where rounding makes an edge cross another, it is cleaned and rounded again."""
    for _ in range(_ROUNDINGS):
        shapes = shapely.transform(shapes, lambda xy: xy.round())
        if shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes):
            return shapes
        shapes = shapely.coverage_clean(shapes, gap_width=GAP_M)
    raise BasemapError("L’arrondi au mètre abîme la couverture communale : fichier source à vérifier.")
