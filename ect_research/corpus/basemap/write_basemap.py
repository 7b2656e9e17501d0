"""Write ``maps/fond``, or its export: the same bytes whenever the same builder reads the same packages."""

from __future__ import annotations

import json
import tempfile
import tomllib
import zipfile
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyogrio

from ect_research.corpus.basemap.build_packages import FINGERPRINTS, WHEEL, sha256_of
from ect_research.corpus.basemap.perimeters import BFC, Extent
from ect_research.errors import BasemapError

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.corpus.basemap.basemap_model import Basemap

GEOPACKAGE = "fond.gpkg"
CHECKED = (
    f"{GEOPACKAGE}.zip",
    "communes_passage.csv",
    "epci.csv",
    "epci_communes.csv",
    "populations.csv",
    "mentions.toml",
)
_FIXED_DATE = "2026-01-01T00:00:00Z"
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_LANDMARKS = 10
_TEMPLATE = Path(__file__).with_name("sources_template.md")


def _write_layers(layers: dict[str, gpd.GeoDataFrame], package: Path, **options: Any) -> None:  # noqa: ANN401 - GDAL's
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _FIXED_DATE})
    try:
        for name, layer in layers.items():
            new = {} if package.exists() else {"VERSION": "1.2"}
            shape = {"geometry_type": "MultiPolygon", "promote_to_multi": True, "dataset_options": new, **options}
            pyogrio.write_dataframe(layer, package, layer=name, driver="GPKG", append=not new, **shape)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def write_geopackage(layers: dict[str, gpd.GeoDataFrame], folder: Path) -> Path:
    """One zipped GeoPackage, with every date fixed so that two builds give the same bytes."""
    target = folder / f"{GEOPACKAGE}.zip"
    with tempfile.TemporaryDirectory() as scratch:
        package = Path(scratch) / GEOPACKAGE
        _write_layers(layers, package, layer_options={"SPATIAL_INDEX": "NO", "GEOMETRY_NAME": "geometry"})
        entry = zipfile.ZipInfo(GEOPACKAGE, date_time=_ZIP_EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr(entry, package.read_bytes(), compresslevel=9)
    return target


def write_tables(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """Each table as ``<name>.csv``: UTF-8, comma, Unix line ends."""
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


def write_mentions(folder: Path, geometry: dict[str, str], years: tuple[int, int], extent: Extent) -> None:
    """What every map must print: who made the geometry, of which year the lists and the census are; and the extent."""
    year, census = years
    content = (
        "# Écrit par le constructeur : ce que toute carte doit citer. Ne pas modifier à la main.\n"
        f"communes = {year}\nepci = {year}\npopulations = {census}\n\n[geometrie]\n"
        + "".join(f'{language} = "{text}"\n' for language, text in geometry.items())
        + ("" if extent == BFC else f"\n[emprise]\n{_toml(extent.table())}")
    )
    (folder / "mentions.toml").write_text(content, encoding="utf-8", newline="\n")


def write_starter_perimeters(folder: Path, layers: dict[str, gpd.GeoDataFrame], year: int, extent: Extent) -> None:
    """Each region and département built, and all of them, as perimeters of ``territoires.toml``.

    A file already there keeps its lines; what it does not name yet is added at its end.
    """
    target = folder / "territoires.toml"
    before = target.read_text(encoding="utf-8") if target.exists() else ""
    if before and extent == BFC:
        return
    known = tomllib.loads(before)
    named = [entry.get("departements") for entry in known.values()]
    parts = [*(Extent((code,)) for code in extent.regions), *(Extent((), (code,)) for code in extent.departements)]
    text = before.rstrip("\n") or "# Périmètres nommés, à tenir à la main (modèle : maps/fond du projet)."
    for part in [*parts, extent] if len(parts) > 1 else [extent]:
        entry = _starter(part, layers, year, whole=part == extent)
        if part.key() not in known and entry["departements"] not in named:
            text += f"\n\n[{part.key()}]\n{_toml(entry)}".rstrip("\n")
    target.write_text(text + "\n", encoding="utf-8", newline="\n")


def _starter(part: Extent, layers: dict[str, gpd.GeoDataFrame], year: int, *, whole: bool) -> dict[str, Any]:
    communes = next(iter(layers.values()))
    regions = layers["departements"].set_index("dep")
    departements = sorted(set(communes["dep"]))
    if not whole:
        departements = [dep for dep in departements if dep in part.departements or regions["reg"][dep] in part.regions]
    inside = communes[communes["dep"].isin(departements)]
    largest = inside.sort_values(["pop", "code"], ascending=[False, True])["code"].head(_LANDMARKS)
    name = part.name() if part.france or part.regions else ", ".join(str(regions["nom"][dep]) for dep in departements)
    return {
        "nom": {"fr": name, "en": name},
        "precision": {"fr": f"intercommunalités de {year}", "en": f"inter-municipal bodies of {year}"},
        "annee": year,
        "cadre": departements,
        "departements": departements,
        "reperes": largest.tolist(),
    }


def _toml(table: dict[str, Any]) -> str:
    """Lines of a TOML table of texts, numbers and lists."""
    lines = []
    for name, value in table.items():
        inner = value.items() if isinstance(value, dict) else [("", value)]
        for key, held in inner:
            lines.append(f"{name}{'.' if key else ''}{key} = {json.dumps(held, ensure_ascii=False)}\n")
    return "".join(lines)


def write_sources(folder: Path, geometry: str, source: Path | None, extent: Extent = BFC) -> None:
    """``SOURCES.md``: where everything comes from, under which licence, how to build it again."""
    used = {name: digest for name, digest in FINGERPRINTS.items() if source is None or name != WHEEL}
    if source is not None:
        used[source.name] = sha256_of(source)
    fingerprints = "\n".join(f"| `{name}` | `{digest}` |" for name, digest in used.items())
    text = Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        geometrie=geometry,
        empreintes=fingerprints,
        couche="communes_bfc" if extent == BFC else "communes",
        emprise=_of(extent),
        option="" if extent == BFC else _option(extent),
    )
    (folder / "SOURCES.md").write_text(text, encoding="utf-8", newline="\n")


def _of(extent: Extent) -> str:
    """The extent after the word “communes”: “de Bourgogne-Franche-Comté”, “(départements 01, 39)”."""
    return f"de {extent.name()}" if extent in (BFC, Extent(france=True)) else f"({extent.name()})"


def _option(extent: Extent) -> str:
    """The words of the command that give this extent."""
    if extent.france:
        return " --france"
    words = [*(f" --region {code}" for code in extent.regions)]
    return "".join([*words, *(f" --departement {code}" for code in extent.departements)])


def write_checksums(folder: Path) -> Path:
    """``SHA256SUMS`` of what the builder wrote; ``territoires.toml``, written by hand, is left out."""
    target = folder / "SHA256SUMS"
    lines = [f"{sha256_of(folder / name)}  {name}\n" for name in CHECKED]
    target.write_text("".join(lines), encoding="utf-8", newline="\n")
    return target


def export_layers(basemap: Basemap) -> dict[str, gpd.GeoDataFrame]:
    """Layers of the export: ``communes`` with every population, ``epci``, ``departements`` and ``perimetres``.

    >>> from ect_research.corpus.basemap.load_basemap import load_basemap
    >>> list(export_layers(load_basemap()))
    ['communes', 'departements', 'epci', 'perimetres']
    """
    names = basemap.epci_names.set_index("siren")["nom"]
    communes = basemap.communes.merge(basemap.populations, on="code", how="left", validate="one_to_one")
    communes["nom_epci"] = communes["epci"].map(names)
    grouped = communes.dropna(subset="epci")
    outlines = basemap.outlines(dict(zip(grouped["code"], grouped["epci"], strict=True)))
    people = communes.groupby("epci")["pop"].agg(["size", "sum"]).loc[list(outlines)]
    epci = gpd.GeoDataFrame(
        {
            "siren": list(outlines),
            "nom": [str(names[siren]) for siren in outlines],
            "communes": people["size"].tolist(),
            "pop": people["sum"].tolist(),
        },
        geometry=list(outlines.values()),
        crs=basemap.epsg,
    )
    known = {name: basemap.perimeter(name) for name in sorted(basemap.territories)}
    shapes = [basemap.outlines(dict.fromkeys(held.members, "tout"))["tout"] for held in known.values()]
    perimeters = gpd.GeoDataFrame(
        {
            "cle": list(known),
            "nom": [held.name() for held in known.values()],
            "annee": [h.year for h in known.values()],
        },
        geometry=shapes,
        crs=basemap.epsg,
    )
    plain = {"communes": communes, "departements": basemap.departements}
    layers = {name: gpd.GeoDataFrame(frame, crs=basemap.epsg) for name, frame in plain.items()}
    return layers | {"epci": epci, "perimetres": perimeters}


def export_geopackage(basemap: Basemap, target: Path) -> list[str]:
    """Write the layers into one GeoPackage, the same bytes every time; « couche : n objets », one per layer."""
    if target.suffix != ".gpkg":
        raise BasemapError("Le nom du fichier doit finir par .gpkg : {name}.", name=target.name)
    if target.exists():
        raise BasemapError("{target} existe déjà : choisir un autre nom, ou le supprimer d’abord.", target=target)
    if not target.parent.is_dir():
        raise BasemapError("Le dossier {parent} n’existe pas.", parent=target.parent)
    layers = export_layers(basemap)
    _write_layers(layers, target)
    return [f"{name} : {len(layer)} objets" for name, layer in layers.items()]
