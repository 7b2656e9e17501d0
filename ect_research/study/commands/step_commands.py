"""What ``ect step`` and ``ect export`` do and say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.errors import StudyError
from ect_research.study.definition.study_file import Study, find_study, read_study

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

DONE, FAILED = 0, 1


def step_command(name: str, run: str, folder: Path, console: Console) -> int:
    """Execute one run in a folder of its own.

    Returns:
        0 when it succeeded, 1 otherwise.
    """
    from ect_research.study.engine.single_steps import run_step

    report = run_step(_study(name), run, folder)
    if report.status == "reussi":
        console.print(f"{run} : fait.", markup=False)
        return DONE
    console.print(f"{run} : échec : {report.cause}", style="red", markup=False)
    return FAILED


def export_command(name: str | None, path: Path, console: Console) -> int:
    """Write the Snakefile of a study.

    Raises:
        StudyError: the file exists and was written by someone else.
    """
    from ect_research.study.engine.snakefile import snakefile

    text = snakefile(_study(name), path.name)
    head = text.partition("\n")[0]
    if path.exists() and not path.read_text(encoding="utf-8").startswith(head):
        raise StudyError(f"« {path} » existe déjà et n’a pas été écrit par cette commande : choisir un autre nom.")
    path.write_text(text, encoding="utf-8", newline="\n")
    console.print(f"Snakefile écrit : {path}", markup=False)
    return DONE


def _study(name: str | None) -> Study:
    from ect_research.corpus.folder.project_paths import project_root

    return read_study(find_study(name, project_root()))
