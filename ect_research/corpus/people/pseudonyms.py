"""Keyed pseudonyms: the same person has the same one everywhere, and nobody without the key can find who it is.

An unkeyed hash of a hundred member names is undone by trying the hundred names; hence the key, which lives outside the
project: in the environment variable ``ECT_CLE`` or in the file named by ``ECT_CLE_FICHIER``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.corpus.folder.project_paths import project_root
from ect_research.corpus.text.raw_table import fold
from ect_research.errors import EctError

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_VARIABLE, FILE_VARIABLE = "ECT_CLE", "ECT_CLE_FICHIER"
_SHORTEST_KEY = 16
_LENGTH = 10


def read_key(environment: Mapping[str, str] = os.environ) -> bytes:
    """The secret key of this machine.

    Raises:
        EctError: there is none, it is shorter than 16 bytes, or its file is inside the project.
    """
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

    Args:
        name: what identifies the person (name, e-mail).
        key: from `read_key`.

    >>> pseudonym("Lucie  DURAND", b"0123456789abcdef") == pseudonym("lucie durand", b"0123456789abcdef")
    True
    """
    digest = hmac.new(key, fold(name).encode("utf-8"), hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii")[:_LENGTH]
