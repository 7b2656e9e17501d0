"""The secret key on which pseudonyms hang: outside the project, in a variable of the environment or in a file it names."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from ect_research.corpus.folder.project_paths import project_root
from ect_research.errors import EctError

KEY_VARIABLE, FILE_VARIABLE = "ECT_CLE", "ECT_CLE_FICHIER"
_SHORTEST_KEY = 16


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
