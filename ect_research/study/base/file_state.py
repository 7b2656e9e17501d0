"""What a file or a folder is at one moment, as a short text that can be compared later."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

ABSENT = ""
PRESENT = "présent"
UNREADABLE = "illisible"
_LISTING = "dossier "


def file_state(path: str | Path, like: str = "") -> str:
    """sha256 of a file, digest of the names in a folder, empty for what is not there.

    Where ``like``, a state of before, says that only presence was looked at, only presence counts.

    >>> file_state("aucun-fichier-de-ce-nom")
    ''
    """
    place = Path(path)
    try:
        if like == PRESENT:
            return PRESENT if place.exists() else ABSENT
        if place.is_dir():
            kept = sorted(name for name in os.listdir(place) if not name.startswith((".", "__pycache__")))  # noqa: PTH208 - names only
            return _LISTING + hashlib.sha256("\0".join(kept).encode("utf-8", "surrogateescape")).hexdigest()
        if place.exists() and not place.is_file():
            return UNREADABLE  # a pipe would be waited for
        with place.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    except (OSError, ValueError):
        return UNREADABLE


def is_file_state(state: str) -> bool:
    """Whether a state is that of a file whose content was read.

    >>> is_file_state("0" * 64), is_file_state(PRESENT)
    (True, False)
    """
    return len(state) == hashlib.sha256().digest_size * 2
