"""Codes that point to another table: each must exist there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.corpus.cells.parse_cell import suggest
from ect_research.corpus.text.problems import Problem
from ect_research.words import Told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ect_research.codebook.codebook import Codebook, Variable
    from ect_research.corpus.checks.check_table import CheckedTable


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
