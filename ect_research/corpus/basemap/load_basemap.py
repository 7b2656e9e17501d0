"""Read ``maps/fond``: verified, in Lambert-93, nothing guessed; and what a sound base map satisfies."""

from __future__ import annotations

import hashlib
import tomllib
from contextlib import closing
from dataclasses import replace
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ect_research.corpus.basemap.basemap_model import Basemap, Mentions
from ect_research.corpus.basemap.code_index import open_package, read_commune_index, read_extent
from ect_research.corpus.basemap.perimeters import BFC
from ect_research.corpus.folder.project_paths import digest_of, keep_copy, recall
from ect_research.errors import BasemapError
from ect_research.words import Told, english_of, mark, quoted

if TYPE_CHECKING:
    import sqlite3

_AROUND = ("departements", "pays_voisins")
_LAMBERT_93 = "EPSG:2154"
_HEADER = (8, 40, 56, 56, 72)
"""Bytes before the outline in a GeoPackage, by the kind of envelope that its flags announce (OGC 12-128r19, 2.1.3)."""
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
    layers, epsg = _layers(contents["fond.gpkg.zip"], "communes_bfc" if extent == BFC else "communes")
    territories = _territories(folder / _TERRITORIES)
    shown = territories.pop("noms", {})
    names = dict(zip(layers["communes"]["code"].tolist(), layers["communes"]["nom"].tolist(), strict=True))
    tables = {name: _table(contents[f"{name}.csv"]) for name in ("epci", "epci_communes")}
    return Basemap(
        communes=layers["communes"],
        departements=layers["departements"],
        countries=layers["pays_voisins"],
        membership=tables["epci_communes"].astype(dict.fromkeys(_YEARS, "int64")),
        epci_names=_shown_names(tables["epci"], shown),
        index=replace(read_commune_index(folder), read_names=partial(dict, names)),
        populations=_census(contents["populations.csv"]),
        territories=territories,
        mentions=Mentions(mentions["geometrie"], mentions["communes"], mentions["epci"], mentions["populations"]),
        epsg=epsg,
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


def _layers(zipped: bytes, communes: str) -> tuple[dict[str, pd.DataFrame], int]:
    """The layers of the package, and the code of their projection."""
    with closing(open_package(zipped)) as database:
        names = dict.fromkeys(_AROUND) | {"communes": communes}
        ((epsg,),) = database.execute("SELECT DISTINCT srs_id FROM gpkg_geometry_columns")
        return {name: _layer(database, table or name) for name, table in names.items()}, epsg


def _layer(database: sqlite3.Connection, name: str) -> pd.DataFrame:
    """A layer as GDAL reads it, without GDAL nor geopandas, whose loading alone takes as long as all the rest."""
    rows = database.execute(f'SELECT * FROM "{name}" ORDER BY fid')  # noqa: S608 - one of our own layers
    _, _, *columns = (column for column, *_ in rows.description)
    _, shapes, *values = zip(*rows, strict=True)
    outlines = shapely.from_wkb([shape[_HEADER[shape[3] >> 1 & 7] :] for shape in shapes])
    return pd.DataFrame(dict(zip(columns, map(list, values), strict=True)) | {"geometry": outlines})


def _table(content: bytes) -> pd.DataFrame:
    return pd.read_csv(BytesIO(content), dtype="str", encoding="utf-8", keep_default_na=False)


def _shown_names(epci: pd.DataFrame, shown: dict[str, str]) -> pd.DataFrame:
    return epci.assign(nom=[shown.get(siren, name) for siren, name in zip(epci["siren"], epci["nom"], strict=True)])


def _census(content: bytes) -> pd.DataFrame:
    code, *people = content.decode("utf-8").splitlines()[0].split(",")
    kinds = {code: "str"} | dict.fromkeys(people, "Int64")
    return pd.read_csv(BytesIO(content), dtype=kinds, keep_default_na=False, na_values={name: [""] for name in people})


def _territories(path: Path) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        raise BasemapError("Il manque {path} : les périmètres nommés. {remedy}", path=path, remedy=quoted(_remedy()))
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BasemapError("{path} n’est pas un fichier TOML lisible : {error}.", path=path, error=error) from error


_INLET_M2 = 250_000
_ENCLAVES = ((615_800, 6_152_500),)  # Llivia (Spain), Lambert-93
_LONELY = ("22016", "29083", "29155", "85113")  # Bréhat, Sein, Ouessant, Yeu
# What the official lists give for Bourgogne-Franche-Comté and the Jura in 2026.
_COMMUNES = {2026: (3685, 492)}
_GROUPS = {2026: (116, 14)}
_JURA_PEOPLE = {2023: 257_973}
_JURA_KM2 = (5039.0, 5040.0)


def check_basemap(basemap: Basemap) -> pd.DataFrame:
    """Every check of a base map, whether it holds or not: ``controle, attendu, trouve, conforme``.

    >>> from ect_research.corpus.basemap.load_basemap import load_basemap
    >>> bool(check_basemap(load_basemap())["conforme"].all())
    True
    """
    rows = [*_geometry(basemap), *_counts(basemap), *_tables(basemap), *_perimeters(basemap)]
    checks = pd.DataFrame(rows, columns=["controle", "attendu", "trouve", "conforme"])
    checks.attrs["en"] = english_of(text for row in rows for text in row[:3])
    return checks


def _row(check: str, expected: Any, found: Any) -> tuple[str, str, str, bool]:  # noqa: ANN401 - counts and words
    return check, str(expected), str(found), bool(expected == found)


def _geometry(basemap: Basemap) -> list[tuple[str, str, str, bool]]:
    shapes = basemap.communes["geometry"].to_numpy()
    parts = shapely.get_parts(shapely.coverage_union_all(shapes))
    inside = shapely.contains(shapes, shapely.points(basemap.communes["px"], basemap.communes["py"]))
    return [
        _row(
            "communes sans trou ni chevauchement entre elles",
            "oui",
            mark("oui") if shapely.coverage_is_valid(shapes) else mark("non"),
        ),
        *([_row("région d’un seul tenant", 1, len(parts))] if basemap.extent == BFC else []),
        _row("trous que rien n’explique", 0, _unexplained_holes(basemap, parts)),
        _row("points d’étiquette hors de leur commune", 0, int((~inside).sum())),
        _row("projection", _LAMBERT_93, f"EPSG:{basemap.epsg}"),
    ]


def _unexplained_holes(basemap: Basemap, parts: Any) -> int:  # noqa: ANN401 - shapely has no types
    """Holes that neither a département around nor a known enclave fills; elsewhere than here, wider than an inlet."""
    holes = np.array([shapely.Polygon(ring) for part in parts for ring in part.interiors], dtype=object)
    holes = holes[shapely.area(holes) > (0 if basemap.extent == BFC else _INLET_M2)]
    around = basemap.departements[~basemap.departements["dep"].isin(basemap.communes["dep"])]
    filled = shapely.union_all([*around["geometry"], *(shapely.Point(*place) for place in _ENCLAVES)])
    return int((~shapely.intersects(holes, filled)).sum())


def _counts(basemap: Basemap) -> list[tuple[str, str, str, bool]]:
    communes = basemap.communes
    twice = int(communes["code"].duplicated().sum())
    rows = [_row("codes de communes en double", 0, twice), _row("communes sans intercommunalité", 0, _alone(communes))]
    if basemap.extent == BFC and basemap.year in _COMMUNES:
        rows.append(_row("communes de la région", _COMMUNES[basemap.year][0], len(communes)))
        rows.append(_row("intercommunalités de la région", _GROUPS[basemap.year][0], communes["epci"].nunique()))
    return rows + (_of_the_jura(basemap) if basemap.extent.holds({"region": "27", "departement": "39"}) else [])


def _alone(communes: pd.DataFrame) -> int:
    """Communes without EPCI, but for the islands that the law leaves alone."""
    alone = communes["epci"].isna() | (communes["epci"] == "")
    return int((alone & ~communes["code"].isin(_LONELY)).sum())


def _of_the_jura(basemap: Basemap) -> list[tuple[str, str, str, bool]]:
    jura = basemap.communes[basemap.communes["dep"] == "39"]
    count = _COMMUNES.get(basemap.year, (0, len(jura)))[1]
    groups = _GROUPS.get(basemap.year, (0, jura["epci"].nunique()))[1]
    people = _JURA_PEOPLE.get(basemap.mentions.populations, int(jura["pop"].sum()))
    area = float(shapely.area(jura["geometry"]).sum()) / 1e6
    low, high = _JURA_KM2
    return [_row("communes du Jura", count, len(jura)), _row("intercommunalités du Jura", groups, jura["epci"].nunique()),
        _row("population du Jura", people, int(jura["pop"].sum())), ("surface du Jura (km²)",
        Told("de {low:.0f} à {high:.0f}", low=low, high=high), f"{area:.1f}".replace(".", ","),
        low <= area <= high)]  # fmt: skip


def _tables(basemap: Basemap) -> list[tuple[str, str, str, bool]]:
    live = set(basemap.communes["code"])
    latest = f"pop_{basemap.mentions.populations}"
    people = basemap.populations.set_index("code")[latest]
    agree = people.reindex(basemap.communes["code"]).to_numpy() == basemap.communes["pop"].to_numpy()
    lost = set(basemap.membership["commune"]) - set(basemap.code_today)
    named = set(basemap.epci_names["siren"])
    return [
        _row(
            "anciens codes qui ne mènent à aucune commune",
            0,
            len({code for _, _, code, _ in basemap.index.passages} - live),
        ),
        _row("appartenances de communes inconnues", 0, len(lost)),
        _row("intercommunalités sans nom", 0, len(set(basemap.membership["siren"]) - named)),
        _row(Told("communes dont la population {latest} diffère", latest=latest[4:]), 0, int((~agree).sum())),
    ]


def _perimeters(basemap: Basemap) -> list[tuple[str, str, str, bool]]:
    rows: list[tuple[str, str, str, bool]] = []
    for name in sorted(basemap.territories):
        try:
            held = len(basemap.perimeter(name).members)
            rows.append((Told("périmètre {name}", name=name), Told("lisible"), Told("{n} communes", n=held), held > 0))
        except BasemapError as error:
            rows.append((Told("périmètre {name}", name=name), Told("lisible"), Told(error.said), False))
        except KeyError as error:
            rows.append(
                (
                    Told("périmètre {name}", name=name),
                    Told("lisible"),
                    Told("commune {code} absente", code=error.args[0]),
                    False,
                )
            )
    return rows
