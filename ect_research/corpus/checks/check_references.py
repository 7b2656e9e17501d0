"""Codes that point to another table: each must exist there; a name typed in place of its code is read as the code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ect_research.corpus.cells.parse_cell import suggest
from ect_research.corpus.text.problems import Problem
from ect_research.corpus.text.raw_table import fold
from ect_research.words import Told

if TYPE_CHECKING:
    from ect_research.codebook.codebook import Codebook, Variable
    from ect_research.corpus.checks.check_table import CheckedTable, Row


def check_references(
    tables: dict[str, CheckedTable], codebook: Codebook, broken: set[str] | frozenset[str] = frozenset()
) -> Iterator[Problem]:
    """Every code that points to another table must exist there; ``broken`` tables cannot be looked into."""
    keys = {name: _codes(table, codebook.key_of(name)) for name, table in tables.items()}
    for name, table in tables.items():
        for variable in codebook.columns(name):
            if variable.key == "unite":
                yield from _unit_references(table, variable.name, keys)
            elif variable.target and variable.name in table.columns and variable.target[0] not in broken:
                yield from _references(table, variable, keys.get(variable.target[0]))


def _codes(table: CheckedTable, key: str) -> list[str]:
    return [row.text[key] for row in table.rows if row.text.get(key)]


def _references(table: CheckedTable, variable: Variable, known: list[str] | None) -> Iterator[Problem]:
    target = variable.target[0] if variable.target else ""
    known_set = set(known or ())
    for row in table.rows:
        value = row.read.get(variable.name)
        codes = value if isinstance(value, tuple) else (value,) if value else ()
        for code in codes:
            if known is None:
                yield Problem(row.place, variable.name, str(code), Told("la table « {target} » est absente du corpus",
                target=target),
                              Told("un code de la table « {target} »", target=target), Told("ajouter la table « {target} »",
                              target=target))  # fmt: skip
            elif code not in known_set:
                yield Problem(
                    row.place, variable.name, str(code), Told("« {code} » n’existe pas dans la table « {target} »",
                    code=code, target=target),
                    Told("un code de la table « {target} »", target=target), suggest(str(code),
                    known) or Told("l’ajouter à « {target} » ou le corriger", target=target),
                )  # fmt: skip


def _unit_references(table: CheckedTable, column: str, keys: dict[str, list[str]]) -> Iterator[Problem]:
    known = {name: set(codes) for name, codes in keys.items()}
    for row in table.rows:
        owner, code = row.text.get("unite_table", ""), row.text.get(column, "")
        if owner and code and code not in known.get(owner, ()):
            yield Problem(
                row.place, column, code, Told("« {code} » n’existe pas dans la table « {owner} »", code=code, owner=owner),
                Told("un code de la table « {owner} »", owner=owner), suggest(code, keys.get(owner, [])),
            )  # fmt: skip


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
