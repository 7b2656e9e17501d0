"""What ``ect archive`` says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.words import Told, tell, tell_n

if TYPE_CHECKING:
    from ect_research.corpus.reporting.plain_console import PlainConsole

DONE, FAILED = 0, 1


def archive_command(study: str | None, target: Path | None, folder: Path | None, console: PlainConsole) -> int:
    """Write the archive of a study and check what was written.

    Returns:
        0 when the archive reads back whole.
    """
    from ect_research.study.commands.study_here import study_here
    from ect_research.study.engine.archive import write_archive

    read = study_here(study)
    path = target or Path(f"{read.name}.zip")
    write_archive(read, path, folder)
    console.say("Archive écrite : {path}", path=path)
    return verify_command(path, console)


def verify_command(path: Path, console: PlainConsole) -> int:
    """Read an archive again and say what differs from what it declares.

    Returns:
        0 when it is whole, 1 otherwise.
    """
    from ect_research.study.engine.archive import check_archive

    found = check_archive(path)
    for fault in found.faults:
        console.say("• " + Told(fault))
    whole = tell_n("{n} défaut", "{n} défauts", len(found.faults)) if found.faults else tell("toutes conformes")
    console.say("{files} pièces, {whole}. Empreinte de la description : {digest}", files=found.files, whole=whole,
                digest=found.digest)  # fmt: skip
    return FAILED if found.faults else DONE
