"""The base map as one GeoPackage that QGIS, Magrit and R open directly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd

from ect_research.errors import BasemapError

if TYPE_CHECKING:
    from pathlib import Path

    from ect_research.corpus.basemap.basemap_model import Basemap

_FIXED_DATE = "2026-01-01T00:00:00Z"


def export_layers(basemap: Basemap) -> dict[str, gpd.GeoDataFrame]:
    """Layers of the export: ``communes`` with every population, ``epci``, ``departements`` and ``perimetres``.

    >>> from ect_research.corpus.basemap.load_basemap import load_basemap
    >>> list(export_layers(load_basemap()))
    ['communes', 'epci', 'departements', 'perimetres']
    """
    names = basemap.epci_names.set_index("siren")["nom"]
    communes = basemap.communes.merge(basemap.populations, on="code", how="left", validate="one_to_one")
    communes["nom_epci"] = communes["epci"].map(names)
    outlines = basemap.outlines(dict(zip(communes["code"], communes["epci"], strict=True)))
    people = communes.groupby("epci")["pop"].agg(["size", "sum"]).loc[outlines.index]
    epci = gpd.GeoDataFrame(
        {
            "siren": list(outlines.index),
            "nom": [str(names[siren]) for siren in outlines.index],
            "communes": people["size"].tolist(),
            "pop": people["sum"].tolist(),
        },
        geometry=list(outlines),
        crs=outlines.crs,
    )
    known = {name: basemap.perimeter(name) for name in sorted(basemap.territories)}
    shapes = [basemap.outlines(dict.fromkeys(held.members, "tout")).iloc[0] for held in known.values()]
    perimeters = gpd.GeoDataFrame(
        {
            "cle": list(known),
            "nom": [held.name() for held in known.values()],
            "annee": [h.year for h in known.values()],
        },
        geometry=shapes,
        crs=outlines.crs,
    )
    return {"communes": communes, "epci": epci, "departements": basemap.departements, "perimetres": perimeters}


def export_geopackage(basemap: Basemap, target: Path) -> list[str]:
    """Write the layers into one GeoPackage; the same bytes every time.

    Returns:
        « couche : n objets », one per layer.

    Raises:
        BasemapError: the file exists, its folder does not, or its name does not end in ``.gpkg``.
    """
    import pyogrio

    if target.suffix != ".gpkg":
        raise BasemapError("Le nom du fichier doit finir par .gpkg : {name}.", name=target.name)
    if target.exists():
        raise BasemapError("{target} existe déjà : choisir un autre nom, ou le supprimer d’abord.", target=target)
    if not target.parent.is_dir():
        raise BasemapError("Le dossier {parent} n’existe pas.", parent=target.parent)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _FIXED_DATE})
    told = []
    try:
        for name, layer in export_layers(basemap).items():
            first = not target.exists()
            pyogrio.write_dataframe(
                layer,
                target,
                layer=name,
                driver="GPKG",
                append=not first,
                geometry_type="MultiPolygon",
                promote_to_multi=True,
                dataset_options={"VERSION": "1.2"} if first else {},
            )
            told.append(f"{name} : {len(layer)} objets")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return told
