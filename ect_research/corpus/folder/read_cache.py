"""What this process has read and checked once, kept as bytes and found again only while the files are the same.

Bytes, not objects: whoever asks gets an object of their own, which nobody else can change.
"""

from __future__ import annotations

import hashlib
import pickle
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Key = tuple[str, str]
_MOST = 4
_KEPT: dict[Key, bytes] = {}


def recall(folder: Path, digest: str) -> Any:  # noqa: ANN401 - whatever was remembered
    """A new copy of what was read in a folder when its files had this digest; None if nothing was.

    >>> from pathlib import Path
    >>> keep_copy(Path("essai"), "0a1b", {"lignes": [1, 2]})
    >>> recall(Path("essai"), "0a1b"), recall(Path("essai"), "autre")
    ({'lignes': [1, 2]}, None)
    """
    kept = _KEPT.get((str(folder), digest))
    return None if kept is None else pickle.loads(kept)  # noqa: S301 - written by this very program


def keep_copy(folder: Path, digest: str, thing: object) -> None:
    """Keep what was read in a folder; the oldest goes when there is too much."""
    keep({(str(folder), digest): pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)})


def kept() -> dict[Key, bytes]:
    """All that is remembered, for another process of the same program."""
    return dict(_KEPT)


def keep(known: Mapping[Key, bytes]) -> None:
    """Remember what another process of the same program has read."""
    _KEPT.update(known)
    for key in list(_KEPT)[:-_MOST]:
        del _KEPT[key]


def digest_of(files: Mapping[str, Path]) -> str:
    """sha256 of the names and contents of files, in the order given."""
    total = hashlib.sha256()
    for name, path in files.items():
        total.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
