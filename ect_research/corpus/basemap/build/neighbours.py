"""What surrounds the region: simplified départements, and neighbouring countries from Natural Earth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ect_research.corpus.basemap.build.geometry import LAMBERT93

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOLERANCE_M = 500
# ISO 3166-1 numeric → French and English names of what can appear around metropolitan France.
COUNTRIES = {
    "020": ("Andorre", "Andorra"),
    "040": ("Autriche", "Austria"),
    "056": ("Belgique", "Belgium"),
    "276": ("Allemagne", "Germany"),
    "380": ("Italie", "Italy"),
    "438": ("Liechtenstein", "Liechtenstein"),
    "442": ("Luxembourg", "Luxembourg"),
    "492": ("Monaco", "Monaco"),
    "528": ("Pays-Bas", "Netherlands"),
    "724": ("Espagne", "Spain"),
    "756": ("Suisse", "Switzerland"),
    "826": ("Royaume-Uni", "United Kingdom"),
}
_SMALLEST_RING = 4  # quantisation shrinks the smallest islands to fewer points
_AROUND_FRANCE = shapely.box(-400_000, 5_700_000, 1_600_000, 7_500_000)


def departements(
    polygons: pd.Series[Any], of_commune: dict[str, str], listed: list[dict[str, Any]]
) -> gpd.GeoDataFrame:
    """Départements dissolved from the communes and generalised to 500 m without breaking shared edges.

    Args:
        polygons: clean communes by code.
        of_commune: code of commune → code of département.
        listed: départements as published (``code, nom, region``).

    Returns:
        ``dep``, ``nom``, ``reg``, geometry; sorted by ``dep``.
    """
    groups = polygons.groupby([of_commune[str(code)] for code in polygons.index])
    dissolved = groups.agg(lambda parts: shapely.coverage_union_all(parts.to_numpy()))
    simplified = shapely.transform(shapely.coverage_simplify(dissolved.to_numpy(), TOLERANCE_M), np.rint)
    known = {d["code"]: d for d in listed}
    return gpd.GeoDataFrame(
        {
            "dep": list(dissolved.index),
            "nom": [known[code]["nom"].replace("'", "’") for code in dissolved.index],
            "reg": [known[code]["region"] for code in dissolved.index],
        },
        geometry=[_surface(shape) for shape in simplified],
        crs=LAMBERT93,
    )


def countries(atlas: dict[str, Any]) -> gpd.GeoDataFrame:
    """Countries around metropolitan France, cut to its surroundings and generalised to 500 m.

    Returns:
        ``iso`` (numeric, three digits), ``nom_fr``, ``nom_en``, geometry; sorted by ``iso``.
    """
    arcs = decode_arcs(atlas)
    listed = {item.get("id"): item for item in atlas["objects"]["countries"]["geometries"]}
    kept = sorted(iso for iso in COUNTRIES if iso in listed)
    whole = gpd.GeoSeries([_polygons(listed[iso], arcs) for iso in kept], crs="EPSG:4326")
    near_europe = whole.make_valid().clip_by_rect(-15, 35, 25, 62)
    near = near_europe.to_crs(LAMBERT93).intersection(_AROUND_FRANCE)
    simplified = shapely.coverage_simplify([_surface(shape) for shape in near.array], TOLERANCE_M)
    return gpd.GeoDataFrame(
        {"iso": kept, "nom_fr": [COUNTRIES[k][0] for k in kept], "nom_en": [COUNTRIES[k][1] for k in kept]},
        geometry=[_surface(shape) for shape in shapely.transform(simplified, np.rint)],
        crs=LAMBERT93,
    )


def decode_arcs(topology: dict[str, Any]) -> list[NDArray[Any]]:
    """Arcs of a quantised TopoJSON as arrays of coordinates, shape (points, 2).

    >>> grid = {"scale": [2, 2], "translate": [10, 0]}
    >>> decode_arcs({"arcs": [[[0, 0], [1, 2]]], "transform": grid})[0].tolist()
    [[10.0, 0.0], [12.0, 4.0]]
    """
    scale, origin = (np.array(topology["transform"][key], dtype=float) for key in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + origin for arc in topology["arcs"]]


def _polygons(item: dict[str, Any], arcs: list[NDArray[Any]]) -> shapely.MultiPolygon:
    parts = [item["arcs"]] if item["type"] == "Polygon" else item["arcs"]
    rings = [[_ring(indices, arcs) for indices in part] for part in parts]
    return shapely.MultiPolygon([(part[0], part[1:]) for part in rings if len(part[0]) >= _SMALLEST_RING])


def _ring(indices: list[int], arcs: list[NDArray[Any]]) -> NDArray[Any]:
    """Join arcs end to end; a negative index ``~i`` means arc ``i`` backwards."""
    pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
    return np.vstack([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _surface(geometry: Any) -> shapely.MultiPolygon:  # noqa: ANN401 - shapely has no types
    """A valid geometry without the points and lines that repair or cutting may leave."""
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(geometry)))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])
