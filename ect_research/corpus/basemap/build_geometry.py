"""Communes of the last year as a clean coverage, with one label point each; départements and countries around them."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ect_research.corpus.basemap.build_packages import read_wheel_communes
from ect_research.errors import BasemapError

if TYPE_CHECKING:
    from numpy.typing import NDArray

LAMBERT93 = "EPSG:2154"
GAP_M = 30
_OVERSEAS = ("97", "98")
_CODE_COLUMNS = ("code_insee", "insee_com", "code")
_COMMUNE_LAYERS = ("commune", "communes", "commune_carto")
_SEAT_LAYERS = ("chflieu_commune", "chef_lieu_commune")
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


@dataclass(frozen=True)
class RawCommunes:
    """Communes as published, before any repair."""

    codes: list[str]  # one code per polygon
    polygons: NDArray[Any]  # in Lambert-93, metres
    seats: dict[str, shapely.Point]  # code → town hall (or IGN seat) in Lambert-93
    seat_label: str  # how the seats are named in ``pt_src``


def read_wheel(folder: Path, live: Container[str] = ()) -> RawCommunes:
    """Polygons and town halls of the wheel, metropolitan France, whole metres.

    A delegated commune that is a commune again today (``live``) is taken out of the one that had absorbed it.
    """
    every = read_wheel_communes(folder, frozenset({"COM", "COMD"}))
    rows = [row for row in every if not row[1].startswith(_OVERSEAS)]
    own = [row for row in rows if row[0] == "COM"]
    known = {code for _, code, _, _ in own}
    again = [row for row in rows if row[0] == "COMD" and row[1] in live and row[1] not in known]
    polygons = _to_lambert93(shapely.from_wkb([row[2] for row in (*own, *again)]))
    kept = restore_communes(polygons[: len(own)], polygons[len(own) :])
    halls = {code: hall for _, code, _, hall in (*own, *again) if hall is not None}
    points = _to_lambert93(shapely.from_wkb(list(halls.values())))
    codes = [code for _, code, _, _ in (*own, *again)]
    return RawCommunes(codes, kept, dict(zip(halls, points, strict=True)), "mairie")


def restore_communes(polygons: NDArray[Any], again: NDArray[Any]) -> NDArray[Any]:
    """Communes, then those re-created, cut out of the communes that had absorbed them.

    >>> whole, part = np.array([shapely.box(0, 0, 2, 1)]), np.array([shapely.box(1, 0, 2, 1)])
    >>> [shape.bounds for shape in restore_communes(whole, part)]
    [(0.0, 0.0, 1.0, 1.0), (1.0, 0.0, 2.0, 1.0)]
    """
    remaining = polygons.copy()
    tree = shapely.STRtree(polygons)
    for part in again:
        for holder in tree.query(shapely.point_on_surface(part), predicate="intersects"):
            remaining[holder] = shapely.difference(remaining[holder], part)
    return np.concatenate([remaining, again])


def read_source(path: Path) -> RawCommunes:
    """Polygons of an IGN ADMIN EXPRESS (COG, CARTO) GeoPackage or of the GeoJSON published by Etalab."""
    frame = _read_layer(path, _COMMUNE_LAYERS)
    if frame is None:
        raise BasemapError(
            "{name} n’a pas de couche de communes ({commune_layers}).",
            name=path.name,
            commune_layers=", ".join(_COMMUNE_LAYERS),
        )
    seats = _read_layer(path, _SEAT_LAYERS)
    points = {} if seats is None else dict(zip(_codes(seats, path), seats.geometry.array, strict=True))
    codes = _codes(frame, path)
    metropolitan = ~codes.str.startswith(_OVERSEAS)
    return RawCommunes(
        list(codes[metropolitan]),
        np.asarray(frame.geometry.array, dtype=object)[metropolitan.to_numpy()],
        points,
        "chef-lieu",
    )


def clean_communes(raw: RawCommunes, today: Callable[[str], str | None], tolerance_m: float = 0) -> pd.Series[Any]:
    """Polygons of the communes of today, sorted by code, edges shared exactly, no gap and no overlap.

    Cleaned once over the whole territory (gaps up to 30 m are closed), merged forward, generalised if asked (metres).
    """
    targets = [today(code) for code in raw.codes]
    unknown = sorted(code for code, target in zip(raw.codes, targets, strict=True) if target is None)
    if unknown:
        raise BasemapError(
            "Codes de communes inconnus de l’historique du COG : {unknown}.", unknown=", ".join(unknown[:10])
        )
    cleaned = shapely.coverage_clean(_whole_metres(raw.polygons), gap_width=GAP_M)
    if tolerance_m > 0:
        cleaned = shapely.coverage_simplify(cleaned, tolerance_m)
    merged = pd.Series(cleaned, index=targets, dtype=object).groupby(level=0).agg(_union)
    if not shapely.coverage_is_valid(merged.to_numpy()):
        raise BasemapError("Les communes se chevauchent encore après réparation : fichier source à vérifier.")
    return merged


def label_points(polygons: pd.Series[Any], raw: RawCommunes) -> pd.DataFrame:
    """Where to write a name: the town hall if it lies inside, else the pole of inaccessibility.

    ``px``, ``py`` (whole metres, Lambert-93) and ``pt_src``, indexed as ``polygons``.
    """
    rows = []
    for code, polygon in polygons.items():
        seat = raw.seats.get(str(code))
        if (
            seat is not None
            and not seat.is_empty
            and polygon.contains(point := shapely.Point(round(seat.x), round(seat.y)))
        ):
            rows.append((int(point.x), int(point.y), raw.seat_label))
        else:
            centre = shapely.maximum_inscribed_circle(polygon).coords[0]
            rows.append((round(centre[0]), round(centre[1]), "intérieur"))
    return pd.DataFrame(rows, columns=["px", "py", "pt_src"], index=polygons.index)


def _union(parts: pd.Series[Any]) -> Any:  # noqa: ANN401 - shapely has no types
    return parts.iloc[0] if len(parts) == 1 else shapely.coverage_union_all(parts.to_numpy())


def _whole_metres(geometries: NDArray[Any]) -> NDArray[Any]:
    return shapely.transform(geometries, np.rint)  # type: ignore[no-any-return]


def _to_lambert93(geometries: NDArray[Any]) -> NDArray[Any]:
    projected = gpd.GeoSeries(geometries, crs="EPSG:4326").to_crs(LAMBERT93)
    return np.asarray(projected.array, dtype=object)


def _read_layer(path: Path, names: tuple[str, ...]) -> gpd.GeoDataFrame | None:
    import pyogrio

    try:
        layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except pyogrio.errors.DataSourceError as error:
        raise BasemapError(
            "{name} n’est pas un fichier géographique lisible (GPKG ou GeoJSON).", name=path.name
        ) from error
    wanted = [layer for layer in layers if layer.lower() in names]
    if not wanted and names is _COMMUNE_LAYERS and len(layers) == 1:
        wanted = layers
    if not wanted:
        return None
    frame = gpd.read_file(path, layer=wanted[0])
    if frame.crs is None:
        raise BasemapError("La couche {wanted} de {name} ne dit pas sa projection.", wanted=wanted[0], name=path.name)
    return frame.to_crs(LAMBERT93)


def _codes(frame: gpd.GeoDataFrame, path: Path) -> pd.Series[str]:
    for column in frame.columns:
        if column.lower() in _CODE_COLUMNS:
            codes: pd.Series[str] = frame[column].astype("str").str.zfill(5)
            return codes
    raise BasemapError(
        "{name} n’a pas de colonne de codes de communes ({code_columns}) ; ses colonnes : {columns}.",
        name=path.name,
        code_columns=", ".join(_CODE_COLUMNS),
        columns=", ".join(map(str, frame.columns)),
    )


def departements(
    polygons: pd.Series[Any], of_commune: dict[str, str], listed: list[dict[str, Any]]
) -> gpd.GeoDataFrame:
    """Départements (``dep``, ``nom``, ``reg``) dissolved and generalised to 500 m, shared edges unbroken."""
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
    """Countries (``iso``, ``nom_fr``, ``nom_en``) around metropolitan France, generalised to 500 m."""
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
