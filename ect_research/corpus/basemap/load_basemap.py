"""Read ``maps/fond``: verified, in Lambert-93, nothing guessed."""

from __future__ import annotations

import hashlib
import tomllib
import warnings
import zipfile
from dataclasses import replace
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyogrio

from ect_research.corpus.basemap.basemap_model import Basemap, Mentions
from ect_research.corpus.basemap.code_index import read_commune_index, read_extent
from ect_research.corpus.basemap.perimeters import BFC
from ect_research.corpus.folder.project_paths import digest_of, keep_copy, recall
from ect_research.errors import BasemapError
from ect_research.words import Told, quoted

if TYPE_CHECKING:
    import geopandas as gpd

_AROUND = ("departements", "pays_voisins")
_CHECKSUMS = "SHA256SUMS"
_TERRITORIES = "territoires.toml"
_YEARS = ("premiere_annee", "derniere_annee")


def load_basemap(folder: Path | str | None = None) -> Basemap:
    """The base map of the project.

    Args:
        folder: ``maps/fond`` of the project by default.

    Returns:
        communes, départements, countries, memberships by year, passage table, populations and perimeters.

    Raises:
        BasemapError: a file is absent, or is not the one that was built.

    >>> len(load_basemap().communes)
    3685
    """
    path = _default_folder() if folder is None else Path(folder).resolve()
    return _load(str(path), _digest(path))


@lru_cache(maxsize=2)
def _load(path: str, digest: str) -> Basemap:
    folder = Path(path)
    contents = _verified_contents(folder)
    known: Basemap | None = recall(folder, digest)
    return _built(folder, contents) if known is None else known


def keep_basemap(folder: Path) -> None:
    """Read a base map and keep its bytes for the kernels that will be forked (`keep_copy`)."""
    keep_copy(folder, _digest(folder), load_basemap(folder))


def _digest(folder: Path) -> str:
    """Digest of what says which files are here, each with its own hash, and of the named perimeters."""
    return digest_of({name: folder / name for name in (_CHECKSUMS, _TERRITORIES) if (folder / name).is_file()})


def _built(folder: Path, contents: dict[str, bytes]) -> Basemap:
    mentions = tomllib.loads(contents["mentions.toml"].decode("utf-8"))
    extent = read_extent(mentions)
    layers = _layers(contents["fond.gpkg.zip"], "communes_bfc" if extent == BFC else "communes")
    territories = _territories(folder / _TERRITORIES)
    shown = territories.pop("noms", {})
    names = dict(zip(layers["communes"]["code"].tolist(), layers["communes"]["nom"].tolist(), strict=True))
    tables = {name: _table(contents[f"{name}.csv"]) for name in ("epci", "epci_communes", "populations")}
    return Basemap(
        communes=layers["communes"],
        departements=layers["departements"],
        countries=layers["pays_voisins"],
        membership=tables["epci_communes"].astype(dict.fromkeys(_YEARS, "int64")),
        epci_names=_shown_names(tables["epci"], shown),
        index=replace(read_commune_index(folder), read_names=partial(dict, names)),
        populations=_counts(tables["populations"]),
        territories=territories,
        mentions=Mentions(mentions["geometrie"], mentions["communes"], mentions["epci"], mentions["populations"]),
        extent=extent,
    )


def _default_folder() -> Path:
    from ect_research.corpus.folder.project_paths import project_root

    return project_root() / "maps" / "fond"


def _verified_contents(folder: Path) -> dict[str, bytes]:
    """Bytes of every file of ``SHA256SUMS``, each with the fingerprint it must have."""
    sums = folder / _CHECKSUMS
    if not sums.is_file():
        raise BasemapError(
            "Pas de fond de carte dans {folder} : {file} manque. {remedy}",
            folder=folder,
            file=_CHECKSUMS,
            remedy=quoted(_remedy()),
        )
    contents, faults = {}, []
    for line in sums.read_text(encoding="utf-8").splitlines():
        expected, name = line.split(maxsplit=1)
        path = folder / name
        contents[name] = path.read_bytes() if path.is_file() else b""
        if not path.is_file():
            faults.append(f"{name} manque")
        elif hashlib.sha256(contents[name]).hexdigest() != expected:
            faults.append(Told("{name} n’est pas celui qui a été construit", name=name))
    if faults:
        raise BasemapError(
            "Fond de carte abîmé dans {folder} : {faults}. {remedy}",
            folder=folder,
            faults=quoted(" ; ".join(faults)),
            remedy=quoted(_remedy()),
        )
    return contents


def _remedy() -> str:
    return Told("Reprendre le dossier maps/fond du projet, ou le reconstruire (maps/fond/SOURCES.md).")


def _layers(zipped: bytes, communes: str) -> dict[str, gpd.GeoDataFrame]:
    """The layers of the package, unzipped once: read through the zip, every page would be inflated again."""
    with zipfile.ZipFile(BytesIO(zipped)) as archive:
        package = archive.read("fond.gpkg")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "File /vsimem/.* non conformant file extension", RuntimeWarning)
        layers = {name: pyogrio.read_dataframe(package, layer=name) for name in _AROUND}
        return layers | {"communes": pyogrio.read_dataframe(package, layer=communes)}


def _table(content: bytes) -> pd.DataFrame:
    return pd.read_csv(BytesIO(content), dtype="str", encoding="utf-8", keep_default_na=False)


def _shown_names(epci: pd.DataFrame, shown: dict[str, str]) -> pd.DataFrame:
    return epci.assign(nom=[shown.get(siren, name) for siren, name in zip(epci["siren"], epci["nom"], strict=True)])


def _counts(table: pd.DataFrame) -> pd.DataFrame:
    people = [column for column in table.columns if column.startswith("pop_")]
    return table.assign(**{column: pd.to_numeric(table[column]).astype("Int64") for column in people})


def _territories(path: Path) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        raise BasemapError("Il manque {path} : les périmètres nommés. {remedy}", path=path, remedy=quoted(_remedy()))
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BasemapError("{path} n’est pas un fichier TOML lisible : {error}.", path=path, error=error) from error
