"""What a sound base map satisfies; each check would have caught a damaged edition of the source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ect_research.corpus.basemap.perimeters import BFC
from ect_research.errors import BasemapError
from ect_research.words import Told, english_of, mark

if TYPE_CHECKING:
    from ect_research.corpus.basemap.basemap_model import Basemap

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
    shapes = basemap.communes.geometry.to_numpy()
    parts = shapely.get_parts(shapely.coverage_union_all(shapes))
    inside = shapely.contains(shapes, shapely.points(basemap.communes["px"], basemap.communes["py"]))
    return [
        _row("communes sans trou ni chevauchement entre elles", "oui", _yes(shapely.coverage_is_valid(shapes))),
        *([_row("région d’un seul tenant", 1, len(parts))] if basemap.extent == BFC else []),
        _row("trous que rien n’explique", 0, _unexplained_holes(basemap, parts)),
        _row("points d’étiquette hors de leur commune", 0, int((~inside).sum())),
        _row("projection", "EPSG:2154", str(basemap.communes.crs.to_string())),
    ]


def _unexplained_holes(basemap: Basemap, parts: Any) -> int:  # noqa: ANN401 - shapely has no types
    """Holes that neither a département around nor a known enclave fills; elsewhere than here, wider than an inlet."""
    holes = np.array([shapely.Polygon(ring) for part in parts for ring in part.interiors], dtype=object)
    holes = holes[shapely.area(holes) > (0 if basemap.extent == BFC else _INLET_M2)]
    around = basemap.departements[~basemap.departements["dep"].isin(basemap.communes["dep"])]
    filled = shapely.union_all([*around.geometry.to_numpy(), *(shapely.Point(*place) for place in _ENCLAVES)])
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
    area = float(jura.area.sum()) / 1e6
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


def _yes(holds: Any) -> str:  # noqa: ANN401 - a numpy boolean
    return mark("oui") if bool(holds) else mark("non")
