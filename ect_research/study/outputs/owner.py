"""Whose folder of outputs it is: a mark that only this program writes, looked at before anything there is replaced."""

from __future__ import annotations

import errno
import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ect_research.errors import StudyError
from ect_research.study.base.files_on_disk import read_json, write_json

MARK = ".etude.json"
MANIFEST = "manifest.json"
_FORMAT = 1
LOCK = ".verrou"
_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


@dataclass(frozen=True)
class Owner:
    """The study that may write in a folder."""

    study: str = ""
    # digest of the place of its project; empty where the folder lies in the project itself, and moves with it
    project: str = ""

    @classmethod
    def of(cls, study: str, root: Path, folder: Path) -> Owner:
        """The owner of a folder of a study."""
        inside = folder.resolve().is_relative_to(root.resolve())
        return cls(
            study, "" if inside else hashlib.sha256(str(root.resolve()).encode("utf-8", "replace")).hexdigest()[:16]
        )

    def check(self, folder: Path) -> None:
        """Refuse a folder that is somebody else's."""
        mark = read_json(folder / MARK)
        if mark.get("format") == _FORMAT:
            if (mark.get("etude"), mark.get("projet")) != (self.study, self.project):
                raise StudyError(
                    "« {folder} » est le dossier de l’étude « {study} », peut-être d’un autre projet : choisir un dossier "
                    "vide ou nouveau.",
                    folder=folder,
                    study=str(mark.get("etude")),
                )
        elif not _is_free(folder) and not self._wrote_before_marks(folder):
            raise StudyError(
                "« {folder} » contient autre chose que les sorties de cette étude : choisir un dossier vide ou nouveau.",
                folder=folder,
            )

    def sign(self, folder: Path) -> None:
        """Leave the mark."""
        said = {"format": _FORMAT, "etude": self.study, "projet": self.project, "par": "ect_research"}
        if read_json(folder / MARK) != said:
            write_json(folder / MARK, said)

    def _wrote_before_marks(self, folder: Path) -> bool:
        """Whether a version without marks, or that lost its mark, wrote there for this very study."""
        said: dict[str, Any] = read_json(folder / MANIFEST)
        study = said.get("study")
        return (
            isinstance(study, dict) and study.get("name") == self.study and (folder / LOCK).exists() and "runs" in said
        )


def left_behind(study: Path, root: Path) -> list[str]:
    """Names of the folders in ``outputs`` of the studies that are no longer beside a study file."""
    marks = {place.parent.name: read_json(place) for place in sorted((root / "outputs").glob(f"*/{MARK}"))}
    homes = {study.parent, root / "notebooks"}
    return [
        name
        for name, mark in marks.items()
        if mark.get("format") == _FORMAT and not any((home / f"{mark.get('etude')}.toml").exists() for home in homes)
    ]


def _is_free(folder: Path) -> bool:
    """Nothing there but empty folders and a lock."""
    if not folder.exists():
        return True
    return folder.is_dir() and not any(path.name != LOCK and not path.is_dir() for path in folder.rglob("*"))


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder; the system lets go of it when the process ends, in whatever way."""
    try:
        file = (folder / LOCK).open("ab")
    except PermissionError:
        raise StudyError(
            "« {file} » ne peut être écrit : le dossier est en lecture seule ou le verrou est d’un autre utilisateur. "
            "Se donner le droit d’y écrire, ou écrire ailleurs avec --dossier.",
            file=folder / LOCK,
        ) from None
    with file:
        try:
            _take(file)
        except OSError as error:
            if error.errno in _HELD:
                raise StudyError(
                    "Une autre exécution de cette étude est en cours dans « {name} » : attendre sa fin, ou écrire "
                    "ailleurs avec --dossier.",
                    name=folder.name,
                ) from None
            raise StudyError(
                "Le disque de « {folder} » ne sait pas réserver un fichier (disque réseau ?) : écrire sur un disque de "
                "cette machine avec --dossier.",
                folder=folder,
            ) from None
        yield


def _take(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
