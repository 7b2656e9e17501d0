"""Files: what one is at one moment, as a short text compared later; written whole or not at all, aside, then renamed.

A damaged one reads as nothing, and is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

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


def write_whole(path: Path, data: bytes) -> None:
    """Write a file; whoever reads it meanwhile has the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(f".{path.name}.partiel")
    whole.write_bytes(data)
    whole.replace(path)


def write_json(path: Path, data: Any) -> None:  # noqa: ANN401 - JSON
    """Write sorted, readable JSON; escaped where a file name is not text."""
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        encoded = json.dumps(data, indent=1, sort_keys=True).encode()
    write_whole(path, encoded + b"\n")


def read_json(path: Path) -> dict[str, Any]:
    """The object of a file; empty when it is not there, damaged, or something else; OSError when it may not be read."""
    with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError, RecursionError):
        said = json.loads(path.read_text(encoding="utf-8"))
        return said if isinstance(said, dict) else {}
    return {}
