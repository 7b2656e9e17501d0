"""Keyed pseudonyms: the same person has the same one everywhere, and nobody without the key can find who it is.

An unkeyed hash of a hundred member names is undone by trying the hundred names; hence the key, which lives outside the
project: in the environment variable ``ECT_CLE`` or in the file named by ``ECT_CLE_FICHIER``. ``private/`` is the part of a
corpus that git never sees: its identities become pseudonyms as it is read.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.corpus.cells.parse_cell import Known
from ect_research.corpus.folder.project_paths import PRIVATE, project_root
from ect_research.corpus.text.raw_table import fold
from ect_research.errors import EctError

if TYPE_CHECKING:
    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.checks.check_table import Row

KEY_VARIABLE, FILE_VARIABLE = "ECT_CLE", "ECT_CLE_FICHIER"
_SHORTEST_KEY = 16
_LENGTH = 10


def read_key(environment: Mapping[str, str] = os.environ) -> bytes:
    """The secret key of this machine; refused when shorter than 16 bytes, or inside the project."""
    key = environment.get(KEY_VARIABLE, "").encode()
    named = environment.get(FILE_VARIABLE, "")
    if not key and named:
        path = Path(named).expanduser().resolve()
        if not path.is_file():
            raise EctError("Le fichier de clé « {name} » n’existe pas.", name=path.name)
        if path.is_relative_to(project_root()):
            raise EctError(
                "La clé « {name} » est dans le projet : la ranger ailleurs, hors de toute sauvegarde partagée.",
                name=path.name,
            )
        key = path.read_bytes().strip()
    if len(key) < _SHORTEST_KEY:
        raise EctError(
            "Pas de pseudonyme sans clé secrète : donner au moins {shortest_key} signes dans {key_variable}, ou le "
            "nom d’un fichier hors du projet dans {file_variable}.",
            shortest_key=_SHORTEST_KEY,
            key_variable=KEY_VARIABLE,
            file_variable=FILE_VARIABLE,
        )
    return key


def key_fingerprint() -> str:
    """What tells one secret key from another without telling it; the same word where there is none."""
    try:
        return hashlib.sha256(b"empreinte" + read_key()).hexdigest()
    except EctError:
        return "sans cle"


def pseudonym(name: str, key: bytes) -> str:
    """Ten signs for one person (HMAC-SHA256, base32), whatever the case, accents and spaces of the name.

    >>> pseudonym("Lucie  DURAND", b"0123456789abcdef") == pseudonym("lucie durand", b"0123456789abcdef")
    True
    """
    digest = hmac.new(key, fold(name).encode("utf-8"), hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii")[:_LENGTH]


def is_person(row: Row, natures: dict[str, str]) -> bool:
    """Whether a row of the table of actors is a person."""
    return natures.get(fold(row.text.get("nature", ""))) == "personne"


def with_pseudonyms(rows: dict[str, list[Row]], codebook: Codebook) -> dict[str, list[Row]]:
    """The rows with a keyed pseudonym for every person who has none, and in place of every identity of ``private/``."""
    natures = Known(codebook, "nature_acteur")
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
