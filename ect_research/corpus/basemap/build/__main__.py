"""The command: ``python -m ect_research.corpus.basemap.build --packages DOSSIER [--source FICHIER]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ect_research.corpus.basemap.build.build_basemap import WHEEL_EDITION, assemble, layer_name, read_lists, save
from ect_research.corpus.basemap.build.geometry import read_source, read_wheel
from ect_research.corpus.basemap.build.packages import LATEST_YEAR, check_packages
from ect_research.corpus.basemap.build.write_basemap import CHECKED, write_sources
from ect_research.corpus.basemap.basemap_extent import build_extent
from ect_research.errors import BasemapError

_SOURCE_TOLERANCE_M = 50.0


def main(arguments: list[str] | None = None) -> int:
    """Build the base map; 0 when done, 1 when something must be mended, with a French sentence."""
    asked = _parser().parse_args(arguments)
    try:
        _build(asked)
    except BasemapError as error:
        _say(error.fr)
        return 1
    return 0


def _build(asked: argparse.Namespace) -> None:
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
    write_sources(asked.output, edition["fr"], asked.source, extent)
    sizes = "\n".join(f"  {name} : {(asked.output / name).stat().st_size / 1000:.0f} ko" for name in CHECKED)
    count = len(fond.layers[layer_name(extent)])
    _say(f"{extent.name()} : {count} communes écrites dans {asked.output} :\n{sizes}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ect_research.corpus.basemap.build",
        description="Construit maps/fond à partir de paquets publics téléchargés (maps/fond/SOURCES.md).",
    )
    parser.add_argument("--packages", type=Path, default=Path(), metavar="DOSSIER", help="dossier des paquets")
    parser.add_argument(
        "--region", action="append", default=[], metavar="CODE", help="région (27), plusieurs fois au besoin"
    )
    parser.add_argument("--departement", action="append", default=[], metavar="CODE", help="département (39), de même")
    parser.add_argument("--france", action="store_true", help="toute la métropole")
    parser.add_argument("--source", type=Path, metavar="FICHIER", help="GPKG de l’IGN ou GeoJSON d’Etalab")
    parser.add_argument("--edition", default="", metavar="TEXTE", help="mention de la source, avec --source")
    parser.add_argument("--tolerance", type=float, metavar="MÈTRES", help="généralisation (50 m avec --source)")
    parser.add_argument("--output", type=Path, default=Path("maps/fond"), metavar="DOSSIER", help="maps/fond")
    return parser


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
