"""Header cells → the columns of the codebook; those that are of no table, twice there or missing are said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.corpus.reading.header_rows import column_words
from ect_research.corpus.text.parse_cell import suggest
from ect_research.corpus.text.raw_table import Problem, fold
from ect_research.words import Told

if TYPE_CHECKING:
    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.text.raw_table import RawTable


def name_columns(raw: RawTable, table: str, codebook: Codebook) -> tuple[list[str | None], list[Problem]]:
    """The codebook's name of each header cell (None when unknown), typed as its name or its label."""
    columns = codebook.columns(table)
    known = column_words(codebook, table)
    there = {known.get(fold(cell)) for cell in raw.header}
    names: list[str | None] = []
    problems = []
    folded = [fold(cell) for cell in raw.header]
    for cell in raw.header:
        name = known.get(fold(cell))
        if name is None and cell:
            absent = [column for column in known.values() if column not in there]
            problems.append(_unknown_column(raw, cell, table, absent))
        elif name is not None and name in names:
            if folded.count(fold(cell)) == 1:  # one header twice was told when it was read
                twice = Told("deux colonnes pour la même variable")
                problems.append(Problem(raw.place, cell, cell, twice, name, "en garder une"))
            name = None
        names.append(name)
    missing = [column.name for column in columns if column.required == "oui" and column.name not in names]
    said, remedy = Told("colonne obligatoire absente"), Told("l’ajouter et la remplir")
    return names, problems + [Problem(raw.place, name, "", said, name, remedy) for name in missing]


def _unknown_column(raw: RawTable, cell: str, table: str, absent: list[str]) -> Problem:
    """A column of the person's own is not read, and said; one whose name is nearly that of an absent one is an error."""
    near = suggest(cell, absent)
    return Problem(
        raw.place, cell, cell, Told("colonne inconnue de la table « {table} »",
        table=table) + ("" if near else " : elle n’est pas lue"),
        "une colonne du classeur de saisie (« ect workbook » les donne toutes)",
        near or "rien à faire si elle n’est que pour vous ; sinon la renommer",
        "erreur" if near else "alerte",
    )  # fmt: skip
