"""The whole chain, from lists and polygons to the folder ``maps/fond``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from ect_research.corpus.basemap import write_basemap
from ect_research.corpus.basemap.build_geometry import (
    GAP_M,
    LAMBERT93,
    RawCommunes,
    clean_communes,
    countries,
    departements,
    label_points,
    read_source,
    read_wheel,
)
from ect_research.corpus.basemap.build_packages import (
    CENSUS_OF_YEAR,
    EDITION_OF_YEAR,
    LATEST_YEAR,
    check_packages,
    read_atlas,
    read_list,
)
from ect_research.corpus.basemap.build_passage import (
    Lineage,
    Record,
    epci_intervals,
    epci_names,
    live_communes,
    passage_table,
    populations,
)
from ect_research.corpus.basemap.perimeters import BFC, Extent, build_extent
from ect_research.errors import BasemapError

if TYPE_CHECKING:
    import argparse

_ROUNDINGS = 5
_SOURCE_TOLERANCE_M = 50.0
WHEEL_EDITION = {"fr": "IGN, ADMIN EXPRESS COG 2024 (généralisé)", "en": "IGN, ADMIN EXPRESS COG 2024 (generalised)"}


def build_maps(asked: argparse.Namespace) -> None:
    """Build the base map that the words of ``ect maps build`` ask for."""
    if asked.source is not None and not asked.edition:
        raise BasemapError(
            "Avec --source, il faut --edition : la mention que porteront les cartes,"
            " par exemple « IGN, ADMIN EXPRESS COG-CARTO 2026 »."
        )
    check_packages(asked.packages, with_wheel=asked.source is None)
    _say("Paquets vérifiés. Lecture des listes et des contours…")
    lists = read_lists(asked.packages)
    extent = build_extent(asked.region, asked.departement, france=asked.france, known=lists.departements)
    live = {commune["code"] for commune in lists.communes[LATEST_YEAR] if commune["type"] == "commune-actuelle"}
    raw = read_wheel(asked.packages, live) if asked.source is None else read_source(asked.source)
    tolerance = 0.0 if asked.source is None else _SOURCE_TOLERANCE_M
    _say(f"{len(raw.codes)} contours lus. Réparation et mise à jour au 1er janvier {LATEST_YEAR}…")
    fond = assemble(raw, lists, tolerance if asked.tolerance is None else asked.tolerance, extent)
    edition = dict.fromkeys(("fr", "en"), asked.edition) if asked.edition else WHEEL_EDITION
    save(fond, asked.output, edition, lists.census[LATEST_YEAR])
    write_basemap.write_sources(asked.output, edition["fr"], asked.source, extent)
    checked = write_basemap.CHECKED
    sizes = "\n".join(f"  {name} : {(asked.output / name).stat().st_size / 1000:.0f} ko" for name in checked)
    count = len(fond.layers[layer_name(extent)])
    _say(f"{extent.name()} : {count} communes écrites dans {asked.output} :\n{sizes}")


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


@dataclass(frozen=True)
class Lists:
    """Everything but the polygons."""

    communes: dict[int, list[Record]]  # year → communes as published; each census of ``census`` needs its year
    epci: dict[int, list[Record]]  # year → EPCI with their members
    departements: list[Record]  # as published for the last year
    history: list[Record]  # events of the official geographic code, 1943–2019
    atlas: dict[str, Any]  # TopoJSON of the countries
    census: dict[int, int]  # year of a list → year of the census it prints


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
    """Layers and tables of the base map, its communes generalised by so many metres.

    ``raw`` holds polygons as published, of any year since 1943; départements and countries around are always kept.
    """
    latest = lists.communes[max(lists.communes)]
    lineage = Lineage(latest, lists.history)
    polygons = clean_communes(raw, lineage.today, tolerance_m)
    kept = live_communes(latest, extent)
    absent = sorted(set(kept) - set(polygons.index))
    if absent:
        raise BasemapError(
            "Communes de la région sans polygone ({n_absent}) : {absent}.",
            n_absent=len(absent),
            absent=", ".join(absent[:10]),
        )
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
