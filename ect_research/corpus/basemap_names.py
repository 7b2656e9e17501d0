"""From what a person writes — a code of any year, a name old or new — to the commune of today."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.errors import BasemapError

if TYPE_CHECKING:
    from ect_research.corpus.basemap_model import Basemap

_CODE = re.compile(r"^\d[\dABab]\d{3}$")
_SAINT = re.compile(r"\b(st|ste)\b")


@dataclass(frozen=True)
class Commune:
    """A commune of today.

    Attributes:
        code: Insee code of today.
        name: name of today.
        departement: code of its département.
        epci: SIREN of its EPCI today.
        x: easting of its label point, metres, Lambert-93.
        y: northing of its label point, metres, Lambert-93.
    """

    code: str
    name: str
    departement: str
    epci: str
    x: int
    y: int


def plain_name(name: str) -> str:
    """A name without case, accents, hyphens nor apostrophes, “St” written in full.

    >>> plain_name("St-Hymetière sur Valouse") == plain_name("SAINT-HYMETIERE-SUR-VALOUSE")
    True
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = re.sub(r"[^a-z0-9]+", " ", bare.replace("œ", "oe")).strip()
    return _SAINT.sub(lambda found: "saint" if found[1] == "st" else "sainte", words)


def find_commune(basemap: Basemap, code_or_name: str, cog_year: int | None = None) -> Commune:
    """The commune of today that holds an old or new code or name (see `Basemap.place_commune`)."""
    asked = code_or_name.strip()
    if _CODE.match(asked):
        return _commune(basemap, _code_today(basemap, asked.upper(), cog_year))
    codes = _codes_of_name(basemap, plain_name(asked))
    if not codes:
        raise BasemapError(f"Aucune commune « {asked} » dans le fond de carte.{_nearest(basemap, asked)}")
    if len(codes) > 1:
        listed = ", ".join(f"{code} ({_commune(basemap, code).name}, département {code[:2]})" for code in codes)
        raise BasemapError(f"« {asked} » désigne plusieurs communes : {listed}. Donner le code Insee.")
    return _commune(basemap, codes[0])


def _code_today(basemap: Basemap, code: str, cog_year: int | None) -> str:
    today = basemap.code_today.get(code)
    if today is None:
        raise BasemapError(
            f"Code de commune « {code} » inconnu du fond de carte ({basemap.extent.name()}, codes de 1943 à"
            f" {basemap.year}). Vérifier le code, ou donner le nom de la commune."
        )
    known = basemap.membership
    of_year = known[(known["premiere_annee"] <= (cog_year or 0)) & (known["derniere_annee"] >= (cog_year or 0))]
    if cog_year is not None and len(of_year) and code not in set(of_year["commune"]):
        raise BasemapError(
            f"Le code « {code} » n’est pas celui d’une commune en {cog_year} : son territoire appartient à"
            f" {_commune(basemap, today).name} ({today}). Corriger le code ou le millésime."
        )
    return today


def _codes_of_name(basemap: Basemap, name: str) -> list[str]:
    """Codes of today: communes that bear the name now; failing that, those that hold one that bore it."""
    now = basemap.communes.loc[basemap.communes["nom"].map(plain_name) == name, "code"]
    if len(now):
        return sorted(now)
    before = basemap.passage.loc[basemap.passage["ancien_nom"].map(plain_name) == name, "code"]
    return sorted(set(before))


def _commune(basemap: Basemap, code: str) -> Commune:
    row = basemap.communes.set_index("code").loc[code]
    return Commune(code, row["nom"], row["dep"], row["epci"], int(row["px"]), int(row["py"]))


def _nearest(basemap: Basemap, asked: str) -> str:
    names = {plain_name(name): name for name in [*basemap.passage["ancien_nom"], *basemap.communes["nom"]]}
    close = difflib.get_close_matches(plain_name(asked), names, n=3, cutoff=0.75)
    if not close:
        return " Donner le code Insee de la commune."
    return f" Voulait-on écrire : {', '.join(names[key] for key in close)} ?"
