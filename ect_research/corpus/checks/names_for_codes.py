"""The name of a project or of an actor, typed where its code is expected: read as the code when only one bears it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ect_research.corpus.text.raw_table import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.checks.check_table import Row

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

    Args:
        rows: text rows by table, changed in place.
        codebook: columns that point to other tables.

    Returns:
        lines for the log, without the name: it may be that of a person.
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

    Args:
        named: codes and their names.

    >>> codes_by_name([("P1", "Le Four"), ("P2", "P1"), ("P3", "La Scierie"), ("P4", "la scierie")])
    {'le four': 'P1'}
    """
    pairs = [(code, fold(name)) for code, name in named]
    times = Counter(name for _, name in pairs)
    codes = {fold(code) for code, _ in pairs}
    return {name: code for code, name in pairs if name and code and times[name] == 1 and name not in codes}
