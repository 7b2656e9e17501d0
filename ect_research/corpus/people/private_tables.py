"""``private/``: the part of a corpus that git never sees. Its tables join the others; its identities become pseudonyms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ect_research.corpus.cells.parse_cell import known_answers
from ect_research.corpus.folder.corpus_files import PRIVATE
from ect_research.corpus.people.pseudonyms import pseudonym, read_key
from ect_research.corpus.text.raw_table import fold

if TYPE_CHECKING:
    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.checks.check_table import Row


def is_person(row: Row, natures: dict[str, str]) -> bool:
    """Whether a row of the table of actors is a person."""
    return natures.get(fold(row.text.get("nature", ""))) == "personne"


def with_pseudonyms(rows: dict[str, list[Row]], codebook: Codebook) -> dict[str, list[Row]]:
    """The rows with a keyed pseudonym for every person who has none, and in place of every identity of ``private/``.

    Args:
        rows: text rows by table; those of ``private/`` are known by the file of their address.
        codebook: which columns hold identities (``ect_pii`` = ``direct``).

    Raises:
        EctError: a pseudonym is needed and there is no key (`ect_research.corpus.people.pseudonyms.read_key`).
    """
    natures = known_answers(codebook, "nature_acteur")
    keys: list[bytes] = []

    def pseudonym_of(name: str) -> str:
        if not keys:
            keys.append(read_key())
        return pseudonym(name, keys[0])

    def changed(table: str, row: Row) -> Row:
        given = {}
        hidden = row.place.fichier.startswith(f"{PRIVATE}/")
        for column in _identities(codebook, table) if hidden else ():
            if row.text.get(column):
                given[column] = pseudonym_of(row.text[column])
        if table == "acteurs" and is_person(row, natures) and row.text.get("nom") and not row.text.get("pseudonyme"):
            given["pseudonyme"] = pseudonym_of(row.text["nom"])
        return replace(row, text={**row.text, **given}) if given else row

    return {table: [changed(table, row) for row in several] for table, several in rows.items()}


def _identities(codebook: Codebook, table: str) -> list[str]:
    """Columns of a private table that say who someone is; the name of an actor is dealt with by its nature."""
    if table == "acteurs":
        return []
    named = ("repondant_id",)
    return [item.name for item in codebook.columns(table) if item.pii == "direct" or item.name in named]
