"""One process at a time writes the outputs of a study."""

from __future__ import annotations

import errno
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from ect_research.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = ".verrou"
_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder; the system lets go of it when the process ends, in whatever way.

    Raises:
        StudyError: another process holds it, it is another user's, or its disk knows no lock.
    """
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
