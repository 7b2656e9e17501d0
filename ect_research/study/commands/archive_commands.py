"""What ``ect archive`` says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

DONE, FAILED = 0, 1


def archive_command(study: str | None, target: Path | None, folder: Path | None, console: Console) -> int:
    """Write the archive of a study and check what was written.

    Returns:
        0 when the archive reads back whole.
    """
    from ect_research.study.commands.study_here import study_here
    from ect_research.study.engine.archive import write_archive
    from ect_research.study.running.progress import print_to_read

    read = study_here(study)
    path = target or Path(f"{read.name}.zip")
    print_to_read(write_archive(read, path, folder), console)
    console.print(f"Archive écrite : {path}", markup=False)
    return verify_command(path, console)


def verify_command(path: Path, console: Console) -> int:
    """Read an archive again and say what differs from what it declares.

    Returns:
        0 when it is whole, 1 otherwise.
    """
    from ect_research.study.engine.archive import check_archive

    found = check_archive(path)
    for fault in found.faults:
        console.print(f"• {fault}", markup=False)
    count = len(found.faults)
    whole = "toutes conformes" if not count else f"{count} défaut{'s' if count > 1 else ''}"
    console.print(f"{found.files} pièces, {whole}. Empreinte de la description : {found.digest}", markup=False)
    return FAILED if count else DONE
