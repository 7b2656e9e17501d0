"""Commune codes against the base map: unknown, of another year, or a name typed instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ect_research.corpus.basemap.code_index import ARRONDISSEMENTS, CODE, Trouble, is_french, read_commune_index
from ect_research.corpus.folder.project_paths import project_root
from ect_research.corpus.text.problems import Problem
from ect_research.errors import EctError
from ect_research.words import Told, mark

if TYPE_CHECKING:
    from ect_research.corpus.basemap.code_index import CommuneIndex
    from ect_research.corpus.checks.check_table import CheckedTable, Row

COLUMNS = ("commune_insee", "lieu_insee")
_YEAR = "cog_millesime"
_EXPECTED = mark("le code Insee d’une commune")


def find_index() -> CommuneIndex | None:
    """The index of the project's base map; ``None`` where there is none."""
    try:
        folder = project_root() / "maps" / "fond"
    except EctError:
        return None
    return read_commune_index(folder) if (folder / "SHA256SUMS").is_file() else None


def check_places(tables: Iterable[CheckedTable], index: CommuneIndex) -> Iterator[Problem]:
    """What is wrong with the commune codes of a corpus.

    A code that no commune bore (within the départements that the base map covers), or not that year, is an error. An
    old code without its year, and a year after that of the base map, are only to be looked at.
    """
    for table in tables:
        columns = [name for name in COLUMNS if name in table.columns]
        for row in table.rows if columns else ():
            for column in columns:
                if isinstance(code := row.read.get(column), str):
                    yield from _of_cell(row, column, code, index)


def check_extent(tables: Iterable[CheckedTable], index: CommuneIndex) -> Iterator[Problem]:
    """One problem, to be looked at, when half of the placed projects or more lie out of the base map."""
    for table in tables:
        if table.name != "projets":
            continue
        placed = [row for row in table.rows if isinstance(row.read.get("commune_insee"), str)]
        outside = [row for row in placed if _is_elsewhere(row.text["commune_insee"], index)]
        codes = sorted({row.text["commune_insee"][:2].upper() for row in outside} - {"97", "98"})
        if codes and 2 * len(outside) >= len(placed):
            regions = [f"--region {code}" for code in index.extent.regions]
            options = " ".join(
                [*regions, *(f"--departement {code}" for code in [*index.extent.departements, *codes[:6]])]
            )
            yield Problem(
                replace(outside[0].place, ligne=0), "commune_insee", ", ".join(codes[:12]),
                Told("{n} projet(s) sur {n2} hors du fond de carte, qui s’arrête à : {name}", n=len(outside),
                n2=len(placed), name=index.extent.name()),
                "un fond de carte qui couvre ces départements : sans lui, tout s’exécute sauf les cartes",
                f"ect maps build {options} … (voir maps/fond/SOURCES.md)", "alerte",
            )  # fmt: skip


def _is_elsewhere(code: str, index: CommuneIndex) -> bool:
    return is_french(code) and not index.covers(code)


def _of_cell(row: Row, column: str, code: str, index: CommuneIndex) -> Iterator[Problem]:
    said = row.read.get(_YEAR)
    year = said if isinstance(said, int) and column == "commune_insee" else None
    trouble = index.trouble(code, year) if index.covers(code) else None
    if not is_french(code):
        trouble = Trouble(Told("« {code} » n’est pas un département français.", code=code[:2]), "Vérifier le code.")
    placed = _commune_said(row, index)
    if trouble is not None:
        yield Problem(
            row.place, column, code, trouble.problem, _EXPECTED,
            Told("écrire {placed}, code de {names}", placed=placed, names=index.names[placed]) if placed else trouble.remedy,
        )  # fmt: skip
    elif placed and index.today.get(code.upper()) != placed:
        other = f", {index.name_of(index.today[code.upper()])}," if code.upper() in index.today else ""
        yield Problem(
            row.place, column, code, Told("ce code{other} n’est pas celui du lieu écrit, « {lieu_dit} »", other=other,
            lieu_dit=row.text['lieu_dit']), _EXPECTED,
            Told("écrire {placed}, code de {names} (un code postal n’est pas un code Insee)", placed=placed,
            names=index.names[placed]), "alerte",
        )  # fmt: skip
    elif year is not None and year > index.year:
        yield Problem(
            row.place, _YEAR, str(year), Told("millésime postérieur au fond de carte ({year})", year=index.year),
            Told("une année de 1943 à {year}", year=index.year), "vérifier l’année", "alerte",
        )  # fmt: skip
    elif year is None and code.upper() in index.today and code.upper() not in {*index.live, *ARRONDISSEMENTS}:
        heir = index.today[code.upper()]
        year_too = Told(" ou donner son année dans {YEAR}", YEAR=_YEAR) if column == "commune_insee" else ""
        yield Problem(
            row.place, column, code, Told("code d’une commune qui n’existe plus en {year}, sans son année", year=index.year),
            _EXPECTED, Told("écrire {heir}, code de {names}{year_too}", heir=heir, names=index.names[heir],
            year_too=year_too), "alerte",
        )  # fmt: skip


def _commune_said(row: Row, index: CommuneIndex) -> str:
    """The code of the commune that a row names as its place, ``""`` when the place is no commune, or one of several."""
    said = row.text.get("lieu_dit", "").partition("(")[0].strip()
    codes = index.codes_of(said) if said else []
    return codes[0] if len(codes) == 1 else ""


def suggest_codes(problems: Iterable[Problem], index: CommuneIndex) -> Iterator[Problem]:
    """The same problems; where a name was typed instead of a code, the code to write."""
    for problem in problems:
        if problem.colonne not in COLUMNS or not problem.valeur or problem.suggestion or CODE.match(problem.valeur):
            yield problem
            continue
        found = index.find(problem.valeur)
        remedy = (
            found.remedy
            if isinstance(found, Trouble)
            else Told("écrire {found}, code de {names}", found=found, names=index.names[found])
        )
        yield replace(problem, suggestion=remedy)
