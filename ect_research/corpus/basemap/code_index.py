"""Codes and names of communes of every year since 1943, without any geometry: what a check needs."""

from __future__ import annotations

import csv
import difflib
import re
import sqlite3
import tomllib
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.corpus.basemap.perimeters import BFC, Extent
from ect_research.words import Told, joined

if TYPE_CHECKING:
    from typing import Any

CODE = re.compile(r"^\d[\dABab]\d{3}$")
_SAINT = re.compile(r"\b(st|ste)\b")
_MAINLAND = {f"{number:02d}" for number in range(1, 96)} - {"20"} | {"2A", "2B"}
_OVERSEAS = ("97", "98")
_OLDEST = 1943
ARRONDISSEMENTS = {
    **{str(code): "75056" for code in range(75101, 75121)},
    **{str(code): "69123" for code in range(69381, 69390)},
    **{str(code): "13055" for code in range(13201, 13217)},
}
"""Codes of the arrondissements of Paris, Lyon and Marseille → code of their town."""


def plain_name(name: str) -> str:
    """A name without case, accents, hyphens nor apostrophes, “St” written in full.

    >>> plain_name("St-Hymetière sur Valouse") == plain_name("SAINT-HYMETIERE-SUR-VALOUSE")
    True
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = re.sub(r"[^a-z0-9]+", " ", bare.replace("œ", "oe")).strip()
    return _SAINT.sub(lambda found: "saint" if found[1] == "st" else "sainte", words)


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a code or a name, and what to write instead; two sentences, or one and nothing."""

    problem: str
    remedy: str = ""


@dataclass(frozen=True)
class CommuneIndex:
    """Communes of today, and every code and name that led to them."""

    live: frozenset[str]  # codes of today
    # gives code of today → name of today; called once, when a sentence needs a name
    read_names: Callable[[], Mapping[str, str]]
    passages: Sequence[tuple[str, str, str, str]]  # (old code, old name, code of today, date of the last change, ISO)
    # gives code → (first year, last year) of its presence in the yearly lists; called once, when a code of a year is checked
    read_stays: Callable[[], Mapping[str, Sequence[tuple[int, int]]]]
    year: int  # of the communes of today
    extent: Extent = BFC  # how far the base map goes

    @cached_property
    def today(self) -> dict[str, str]:
        """Every code since 1943 → code of today; those of Corsica in capitals or not."""
        parts = {part: town for part, town in ARRONDISSEMENTS.items() if town in self.live}
        known = parts | {old: code for old, _, code, _ in self.passages} | {code: code for code in self.live}
        return known | {code.lower(): now for code, now in known.items() if not code.isdigit()}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Code of today → name of today."""
        return self.read_names()

    @cached_property
    def stays(self) -> Mapping[str, Sequence[tuple[int, int]]]:
        """Code → (first year, last year) of its presence in the yearly lists."""
        return self.read_stays()

    def name_of(self, code: str) -> str:
        """The name and the code of a commune of today, for a sentence."""
        return f"{self.names.get(code, 'commune')} ({code})"

    def covers(self, code: str) -> bool:
        """Whether the base map claims to know every commune whose code begins like this one."""
        return code[:2].upper() in self._departements

    def trouble(self, code: str, cog_year: int | None = None) -> Trouble | None:
        """What is wrong with a code, used as one of a year (if known) of the official geographic code."""
        asked = ARRONDISSEMENTS.get(code, code.upper())
        if asked not in self.today:
            return Trouble(Told(
                "Code de commune « {asked} » inconnu du fond de carte ({name}, codes de {OLDEST} à {year}).", asked=asked,
                name=self.extent.name(), OLDEST=_OLDEST, year=self.year),
                "Vérifier le code, ou donner le nom de la commune.")  # fmt: skip
        if cog_year is not None and cog_year <= self.year and not self._existed(asked, cog_year):
            return Trouble(Told(
                "Le code « {asked} » n’est pas celui d’une commune en {cog_year} : son territoire appartient à {name_of}.",
                asked=asked, cog_year=cog_year, name_of=self.name_of(self.today[asked])),
                "Corriger le code ou le millésime.")  # fmt: skip
        return None

    def codes_of(self, name: str) -> list[str]:
        """The codes of today of the communes that bear a name, else of those that hold one that bore it."""
        wanted = plain_name(name)
        return sorted(self._codes_now.get(wanted, ())) or sorted(self._codes_before.get(wanted, ()))

    def find(self, name: str) -> str | Trouble:
        """The code of today of the commune that bears a name, or holds one that bore it."""
        codes = self.codes_of(name)
        if len(codes) == 1:
            return codes[0]
        if codes:
            listed = joined(", ", (Told("{code} ({name}, département {two})", code=code, name=self.names[code], two=code[:2])
                for code in codes))  # fmt: skip
            return Trouble(Told("« {name} » désigne plusieurs communes : {listed}.", name=name, listed=listed),
                "Donner le code Insee.")  # fmt: skip
        return Trouble(Told("Aucune commune « {name} » dans le fond de carte.", name=name), self._nearest(name))

    def _existed(self, code: str, year: int) -> bool:
        lists = [stay for stays in self.stays.values() for stay in stays]
        known = self.stays.get(code, ())
        if lists and year >= min(first for first, _ in lists) and (known or code not in self.live):
            return any(first <= year <= last for first, last in known)
        changes = [date for old, _, _, date in self.passages if old == code]
        return code in self.live or max(changes) > f"{year}-01-01"

    def _nearest(self, asked: str) -> str:
        names = [*(name for _, name, _, _ in self.passages), *self.names.values()]
        spelt = {plain_name(name): name for name in names}
        close = difflib.get_close_matches(plain_name(asked), spelt, n=3, cutoff=0.75)
        code = Told("donner le code Insee de la commune (le fond de carte ne connaît que : {name}).",
            name=self.extent.name())  # fmt: skip
        if not close:
            return code.capital()
        return Told(
            "Voulait-on écrire : {names} ? Sinon, {code}", names=", ".join(spelt[key] for key in close), code=code
        )

    @cached_property
    def _departements(self) -> set[str]:
        return {code[:2] for code in self.live} | ({*_MAINLAND} if self.extent.france else set())

    @cached_property
    def _codes_now(self) -> dict[str, set[str]]:
        return _gathered((plain_name(name), code) for code, name in self.names.items())

    @cached_property
    def _codes_before(self) -> dict[str, set[str]]:
        return _gathered((plain_name(name), code) for _, name, code, _ in self.passages)


def is_french(code: str) -> bool:
    """Whether a code begins as that of a commune of France does.

    >>> is_french("39300"), is_french("2A004"), is_french("97411"), is_french("99100"), is_french("20004")
    (True, True, True, False, False)
    """
    return code[:2].upper() in _MAINLAND or code.startswith(_OVERSEAS)


@lru_cache(maxsize=2)
def read_commune_index(folder: Path) -> CommuneIndex:
    """The index of a base map, from its plain tables; no geographic library is imported.

    >>> from ect_research.corpus.folder.project_paths import project_root
    >>> index = read_commune_index(project_root() / "maps" / "fond")
    >>> index.find("Orbagna"), index.trouble("39395", 2010), index.today["39395"]
    ('39043', None, '39043')
    """
    mentions = tomllib.loads((folder / "mentions.toml").read_text(encoding="utf-8"))
    return CommuneIndex(
        live=frozenset(code for (code,) in _rows(folder / "populations.csv", "code")),
        read_names=partial(_names, folder / "fond.gpkg.zip"),
        passages=list(_rows(folder / "communes_passage.csv", "ancien_code", "ancien_nom", "code", "date")),
        read_stays=partial(_stays, folder / "epci_communes.csv"),
        year=int(mentions["communes"]),
        extent=read_extent(mentions),
    )


def read_extent(mentions: Mapping[str, Any]) -> Extent:
    """As the builder wrote it; the base map of the project says nothing and is that of its region."""
    told = mentions.get("emprise")
    if told is None:
        return BFC
    return Extent(tuple(told.get("regions", ())), tuple(told.get("departements", ())), france=told.get("france", False))


def _rows(path: Path, *columns: str) -> Iterator[Any]:
    """The cells of some columns, row by row."""
    with path.open(encoding="utf-8", newline="") as opened:
        rows = csv.reader(opened)
        head = next(rows)
        places = [head.index(column) for column in columns]
        for row in rows:
            yield tuple(row[place] for place in places)


def _stays(path: Path) -> dict[str, list[tuple[int, int]]]:
    stays: dict[str, list[tuple[int, int]]] = {}
    for code, first, last in _rows(path, "commune", "premiere_annee", "derniere_annee"):
        stays.setdefault(code, []).append((int(first), int(last)))
    return stays


def _names(zipped: Path) -> dict[str, str]:
    """Code → name, from the table of communes."""
    with closing(open_package(zipped.read_bytes())) as database:
        (table,) = database.execute(
            "SELECT table_name FROM gpkg_contents WHERE table_name IN ('communes', 'communes_bfc')"
        ).fetchone()
        return dict(database.execute(f'SELECT code, nom FROM "{table}"'))  # noqa: S608 - one of the two names above


def open_package(zipped: bytes) -> sqlite3.Connection:
    """The base map as a database: a GeoPackage is a SQLite file."""
    with zipfile.ZipFile(BytesIO(zipped)) as archive:
        package = archive.read("fond.gpkg")
    database = sqlite3.connect(":memory:")
    database.deserialize(package)
    return database


def _gathered(pairs: Any) -> dict[str, set[str]]:  # noqa: ANN401 - an iterable of pairs
    found: dict[str, set[str]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return found
