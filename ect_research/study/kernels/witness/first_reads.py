"""The first state of each thing that a kernel reads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ect_research.corpus.checked.asked_tables import is_being_read
from ect_research.study.base.file_state import ABSENT, PRESENT, file_state

if TYPE_CHECKING:
    from collections.abc import Iterable

# Of the system and of nobody's project.
_SYSTEM = tuple(f"{os.sep}{name}{os.sep}" for name in ("proc", "sys", "dev", "etc", "usr", "lib", "run", "System"))


class Witness:
    """Notes what a kernel reads, once, the first time.

    Args:
        root: folder of the project.
        own: folders that are nobody's data: outputs of the run, Python, the library.
    """

    def __init__(self, root: str, own: Iterable[str]) -> None:
        self.reads: dict[str, str] = {}
        self.unfollowed: set[str] = set()
        self.direct: set[str] = set()
        self._root = f"{root}{os.sep}"
        self._own = tuple(f"{place}{os.sep}" for place in own)
        self._written: set[str] = set()

    def read(self, place: object) -> None:
        """It opens a file, or lists a folder."""
        path = self._path(place)
        if path and not is_being_read(path):
            self.direct.add(path)
        if path and self.reads.get(path, PRESENT) == PRESENT:
            self.reads[path] = ABSENT  # hashing opens it again
            self.reads[path] = file_state(path)

    def written(self, place: object) -> None:
        """It makes a file or a folder: what it reads there afterwards is its own."""
        if (path := self._path(place)) and self.reads.get(path, ABSENT) in (ABSENT, PRESENT):
            self._written.add(path)

    def looked(self, place: object, *, found: bool) -> None:
        """It asks whether something is there."""
        if path := self._path(place):
            self.reads.setdefault(path, PRESENT if found else ABSENT)

    def said(self) -> dict[str, Any]:
        """What was seen up to now, with ``/``."""
        shown = {self._name(path): state for path, state in self.reads.items()}
        return {"lus": dict(sorted(shown.items())), "hors_de_vue": sorted(self.unfollowed),
                "sans_corpus": sorted(map(self._name, self.direct))}  # fmt: skip

    def _name(self, path: str) -> str:
        """Relative to the root, outside it too: where the project stands on this machine is nobody's concern."""
        try:
            return os.path.relpath(path, self._root).replace(os.sep, "/")
        except ValueError:
            return path.replace(os.sep, "/")  # another drive

    def _path(self, place: object) -> str:
        """An absolute path that may be somebody's data; empty otherwise."""
        if not isinstance(place, (str, bytes, os.PathLike)):
            return ""
        path = os.path.abspath(os.fsdecode(place))  # noqa: PTH100 - called at each opening of a file
        if (
            path.startswith(self._own)
            or self._is_own_work(path)
            or f"{os.sep}." in f"{path}{os.sep}".removeprefix(self._root)
        ):
            return ""
        outside = not f"{path}{os.sep}".startswith(self._root)
        return "" if outside and (path.startswith(_SYSTEM) or "ipykernel_" in path) else path

    def _is_own_work(self, path: str) -> bool:
        return bool(self._written) and any(path == made or path.startswith(f"{made}{os.sep}") for made in self._written)
