"""Whose folder of outputs it is: a mark that only this program writes, looked at before anything there is replaced."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ect_research.errors import StudyError
from ect_research.study.outputs.lock import LOCK
from ect_research.study.outputs.whole_files import read_json, write_json

if TYPE_CHECKING:
    from pathlib import Path

MARK = ".etude.json"
MANIFEST = "manifest.json"
_FORMAT = 1


@dataclass(frozen=True)
class Owner:
    """The study that may write in a folder.

    Attributes:
        study: its name.
        project: digest of the place of its project; empty where the folder lies in the project itself, and moves with it.
    """

    study: str = ""
    project: str = ""

    @classmethod
    def of(cls, study: str, root: Path, folder: Path) -> Owner:
        """The owner of a folder of a study."""
        inside = folder.resolve().is_relative_to(root.resolve())
        return cls(
            study, "" if inside else hashlib.sha256(str(root.resolve()).encode("utf-8", "replace")).hexdigest()[:16]
        )

    def check(self, folder: Path) -> None:
        """Refuse a folder that is somebody else's.

        Raises:
            StudyError: it holds the outputs of another study, or something that no study wrote.
        """
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


def _is_free(folder: Path) -> bool:
    """Nothing there but empty folders and a lock."""
    if not folder.exists():
        return True
    return folder.is_dir() and not any(path.name != LOCK and not path.is_dir() for path in folder.rglob("*"))
