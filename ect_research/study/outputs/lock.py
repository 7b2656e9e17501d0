"""One process at a time writes the outputs of a study."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from ect_research.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = ".verrou"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder; the system lets go of it when the process ends, in whatever way.

    Raises:
        StudyError: another process holds it.
    """
    with (folder / LOCK).open("ab") as file:
        try:
            _take(file)
        except OSError:
            raise StudyError(
                "Une autre exécution de cette étude est en cours dans « {name} » : attendre sa fin, ou écrire "
                "ailleurs avec --dossier.",
                name=folder.name,
            ) from None
        yield


def _take(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
