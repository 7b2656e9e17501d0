"""Files: what one is at one moment, as a short text compared later; written whole or not at all, aside, then renamed.

A damaged one reads as nothing, and is made again; what the system refuses is one French sentence with what to do.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from ect_research.words import Told, mark

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


_RIGHT = Told("le droit de le lire, ou d’écrire à cet endroit, manque : se le donner, ou choisir un autre endroit")
_WHAT = {
    errno.ENOSPC: Told("le disque est plein : libérer de la place, puis relancer"),
    errno.EDQUOT: Told("la place accordée sur ce disque est épuisée : en libérer, puis relancer"),
    errno.EFBIG: Told(
        "le fichier dépasse la taille permise : la limite se lève avec ulimit -f, ou écrire ailleurs (--dossier)"
    ),
    errno.EROFS: Told("le disque est en lecture seule : écrire ailleurs (--dossier)"),
    errno.EACCES: _RIGHT,
    errno.EPERM: _RIGHT,
    errno.ENOLCK: Told(
        "ce disque (réseau ?) ne sait pas réserver un fichier : écrire sur un disque de cette machine (--dossier)"
    ),
    errno.EXDEV: Told("un lien mène à un autre disque : remplacer le lien par un dossier, puis relancer"),
    errno.ENAMETOOLONG: Told("le nom est trop long pour ce disque : raccourcir les dossiers qui y mènent"),
    errno.EMFILE: Told(
        "trop de fichiers sont ouverts : fermer des programmes, ou lancer moins de carnets à la fois (-j 1)"
    ),
    errno.ENOMEM: Told("la mémoire est épuisée : fermer des programmes, ou lancer moins de carnets à la fois (-j 1)"),
    errno.EIO: Told("le disque ne répond pas : vérifier qu’il est branché et sain, puis relancer"),
    errno.ENOENT: Told("ce fichier n’est plus là : vérifier son nom, puis relancer"),
    errno.EISDIR: Told("c’est un dossier, là où un fichier est attendu : le déplacer, puis relancer"),
    errno.EEXIST: Told(
        "un fichier, ou un lien qui ne mène nulle part, est à la place d’un dossier : le déplacer, puis relancer"
    ),
    errno.ELOOP: Told("ce lien revient sur lui-même : le remplacer par un dossier ou un fichier, puis relancer"),
    errno.ENOTDIR: Told("c’est un fichier, là où un dossier est attendu : le déplacer, puis relancer"),
}


def _full_places() -> str:
    """The folder of temporary files, where it is the disk that is full: nobody would look there."""
    place = tempfile.gettempdir()
    with suppress(OSError):
        return place if shutil.disk_usage(place).free < _NEARLY_FULL else ""
    return ""


_NEARLY_FULL = 2**20
_REST = mark("le système refuse ({why}) : vérifier ce fichier et son disque, puis relancer")


def system_fault(error: OSError) -> str:
    """One sentence for a refusal of the system.

    >>> system_fault(OSError(28, "No space left on device", "outputs/a.csv"))
    '« outputs/a.csv » : le disque est plein : libérer de la place, puis relancer.'
    """
    said = _WHAT.get(error.errno or 0) or Told(_REST, why=error.strerror or str(error) or type(error).__name__)
    named = error.filename or (_full_places() if error.errno == errno.ENOSPC else "")
    where = f"« {named} » : " if named else ""
    return (where + said + ".").capital()
