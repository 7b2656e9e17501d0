"""Codes against what they point to: a row of another table, a commune of the base map; names typed instead, read as codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ect_research.codebook.codebook import Codebook, Variable
from ect_research.corpus.basemap.code_index import (
    ARRONDISSEMENTS,
    CODE,
    CommuneIndex,
    Trouble,
    is_french,
    read_commune_index,
)
from ect_research.corpus.checks.check_table import CheckedTable, Row
from ect_research.corpus.folder.project_paths import project_root
from ect_research.corpus.text.parse_cell import suggest
from ect_research.corpus.text.raw_table import Problem, fold
from ect_research.errors import EctError
from ect_research.words import Sentence, Told, mark, quoted

_SHOWN = 6  # codes named as those that a reference may take


def check_references(
    tables: dict[str, CheckedTable], codebook: Codebook, broken: set[str] | frozenset[str] = frozenset()
) -> Iterator[Problem]:
    """Every code that points to another table must exist there; ``broken`` tables cannot be looked into."""
    keys: dict[str, list[str]] = {}
    shown = {name for name in tables if all(variable.pii != "direct" for variable in codebook.columns(name))}
    for name, table in tables.items():
        key = codebook.key_of(name)
        keys[name] = list(dict.fromkeys(row.text[key] for row in table.rows if row.text.get(key)))
    for name, table in tables.items():
        for variable in codebook.columns(name):
            if variable.key == "unite":
                yield from _unit_references(table, variable.name, keys, codebook, shown)
            elif variable.target and variable.name in table.columns and variable.target[0] not in broken:
                known = keys.get(variable.target[0])
                sheet = codebook.sheet(variable.target[0])
                expected = _codes_of(sheet, known or () if variable.target[0] in shown else ())
                yield from _references(table, variable, known, (sheet, expected))


def _references(
    table: CheckedTable, variable: Variable, known: list[str] | None, wanted: tuple[Sentence, str]
) -> Iterator[Problem]:
    target, expected = wanted
    known_set = set(known or ())
    absent = Told("la table « {target} » est absente du corpus", target=target)
    add = Told("ajouter la table « {target} »", target=target)
    for row in table.rows:
        value = row.read.get(variable.name)
        for code in value if isinstance(value, tuple) else (value,) if value else ():
            if known is None:
                yield Problem(row.place, variable.name, str(code), absent, expected, add)
            elif code not in known_set:
                yield Problem(
                    row.place, variable.name, str(code), Told("« {code} » n’existe pas dans la table « {target} »",
                    code=code, target=target), expected,
                    suggest(str(code), known) or Told("l’ajouter à « {target} » ou le corriger", target=target),
                )  # fmt: skip


def _unit_references(
    table: CheckedTable, column: str, keys: dict[str, list[str]], codebook: Codebook, shown: set[str]
) -> Iterator[Problem]:
    known = {name: set(codes) for name, codes in keys.items()}
    for row in table.rows:
        owner, code = row.text.get("unite_table", ""), row.text.get(column, "")
        if owner and code and code not in known.get(owner, ()):
            sheet = codebook.sheet(owner) if owner in codebook.table_names else owner
            yield Problem(
                row.place, column, code, Told("« {code} » n’existe pas dans la table « {owner} »", code=code, owner=sheet),
                _codes_of(sheet, keys.get(owner, ()) if owner in shown else ()),
                suggest(code, keys.get(owner, [])) or Told("l’ajouter à « {target} » ou le corriger", target=sheet),
            )  # fmt: skip


def _codes_of(sheet: Sentence | str, codes: Sequence[str]) -> str:
    """What was expected: a code of that table, and the first ones that may be shown."""
    expected = Told("un code de la table « {target} »", target=sheet)
    if not codes:
        return expected
    return expected + Told(" : {codes}", codes=quoted(", ".join(codes[:_SHOWN]) + ("…" if len(codes) > _SHOWN else "")))


NAME = "nom"


def named_tables(codebook: Codebook) -> list[str]:
    """The tables whose rows have a name.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> named_tables(load_codebook())
    ['projets', 'acteurs']
    """
    return [table for table in codebook.table_names if (table, NAME) in codebook.variables]


def read_names(rows: Mapping[str, Sequence[Row]], codebook: Codebook) -> list[dict[str, str]]:
    """Replace, in place, names by codes in the columns that point to a table with names.

    A code is never taken for a name, and a name that two rows bear is left as it is: checking says that it is no code.
    The lines for the log go without the name: it may be that of a person.
    """
    known = {}
    for table in named_tables(codebook):
        key = codebook.key_of(table)
        known[table] = codes_by_name((row.text.get(key, ""), row.text.get(NAME, "")) for row in rows.get(table, ()))
    log = []
    for table, several in rows.items():
        for variable in codebook.columns(table):
            if variable.target is None or variable.is_multiple or variable.target[0] not in known:
                continue
            codes = known[variable.target[0]]
            for row in several:
                code = codes.get(fold(row.text.get(variable.name, "")), "")
                if code and code != row.text[variable.name]:
                    row.text[variable.name] = code
                    log.append(
                        {"nature": "reparation", "table": table, "cle": row.text.get(codebook.key_of(table), ""),
                         "colonne": variable.name, "ancienne": "son nom", "nouvelle": code, "qui": "lecture",
                         "pourquoi": f"{row.place.fichier}, ligne {row.place.ligne}"}
                    )  # fmt: skip
    return log


def codes_by_name(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """``{folded name: code}`` of the names that one row only bears and that are no code.

    >>> codes_by_name([("P1", "Le Four"), ("P2", "P1"), ("P3", "La Scierie"), ("P4", "la scierie")])
    {'le four': 'P1'}
    """
    pairs = [(code, fold(name)) for code, name in named]
    times = Counter(name for _, name in pairs)
    codes = {fold(code) for code, _ in pairs}
    return {name: code for code, name in pairs if name and code and times[name] == 1 and name not in codes}


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
        outside = [row for row in placed if is_french(code := row.text["commune_insee"]) and not index.covers(code)]
        codes = sorted({row.text["commune_insee"][:2].upper() for row in outside} - {"97", "98"})
        if codes and 2 * len(outside) >= len(placed):
            regions = [f"--region {code}" for code in index.extent.regions]
            departements = [f"--departement {code}" for code in [*index.extent.departements, *codes[:6]]]
            options = " ".join(regions + departements)
            yield Problem(
                replace(outside[0].place, ligne=0), "commune_insee", ", ".join(codes[:12]),
                Told("{n} projet(s) sur {n2} hors du fond de carte, qui s’arrête à : {name}", n=len(outside),
                n2=len(placed), name=index.extent.name()),
                "un fond de carte qui couvre ces départements : sans lui, tout s’exécute sauf les cartes",
                f"ect maps build {options} … (voir maps/fond/SOURCES.md)", "alerte",
            )  # fmt: skip


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
    elif placed and index.today.get(code.upper()) != placed and (index.covers(code) or _bears(row, placed, index)):
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
    said = _bare(row.text.get("lieu_dit", ""))
    codes = index.codes_of(said) if said else []
    return codes[0] if len(codes) == 1 else ""


def _bare(place: str) -> str:
    """A place without what postmen and clerks add: « 39015 LONS LE SAUNIER CEDEX », « Poligny (Jura) ».

    >>> _bare("39015 LONS LE SAUNIER CEDEX 2"), _bare("Poligny (Jura)")
    ('LONS LE SAUNIER', 'Poligny')
    """
    return re.sub(r"\([^)]*\)|\b\d{5}\b|\bcedex\b.*", "", place, flags=re.IGNORECASE).strip(" ,-")


def _bears(row: Row, code: str, index: CommuneIndex) -> bool:
    """Whether the place is the very name of a commune of today: « Saint-Denis » once was that of another, far away."""
    return fold(_bare(row.text["lieu_dit"])) == fold(index.names[code])


def suggest_codes(problems: Iterable[Problem], index: CommuneIndex) -> Iterator[Problem]:
    """The same problems; where a name was typed instead of a code, the code to write."""
    for problem in problems:
        said = problem.valeur
        if problem.colonne not in COLUMNS or not said or CODE.fullmatch(said):
            yield problem
        elif len(re.findall(r"\d\w\d{3}", said)) > 1:
            one = Told("un seul code, celui du lieu principal ; les autres dans « Lieu, comme la source le dit »")
            yield replace(problem, suggestion=one)
        elif problem.suggestion:
            abroad = Told(
                " ; si c’est un code postal suisse, vider la case et l’écrire dans « Lieu, comme la source le dit »"
            )
            swiss = re.fullmatch(r"[123]\d{3}", said)  # Romandy and its neighbours
            yield replace(problem, suggestion=problem.suggestion + abroad) if swiss else problem
        elif isinstance(found := index.find(_bare(said) or said), Trouble):
            yield replace(problem, suggestion=found.remedy)
        else:
            code = Told("écrire {found}, code de {names}", found=found, names=index.names[found])
            yield replace(problem, suggestion=code)
