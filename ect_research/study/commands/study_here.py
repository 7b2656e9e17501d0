"""The study and the project of whoever types a command."""

from __future__ import annotations

from pathlib import Path

from ect_research.corpus.folder.project_paths import project_root
from ect_research.errors import EctError
from ect_research.study.definition.study_file import Study, find_study, read_study


def study_here(given: str | None) -> Study:
    """The study a person names, of the project they stand in; of another one only by the path of its file.

    Raises:
        StudyError: no such study, or one with faults.
        EctError: they stand in no project.
    """
    if given is not None and Path(given).is_file():
        return read_study(Path(given))
    return read_study(find_study(given, project_here()))


def project_here() -> Path:
    """The project a person stands in: never that of the library.

    Raises:
        EctError: they stand in none.
    """
    here = Path.cwd().resolve()
    root = project_root(here)
    if root not in (here, *here.parents):
        raise EctError(
            "Aucun dossier « surveys » et « notebooks » dans « {here} » ni au-dessus : se placer dans le dossier du "
            "projet, ou donner le chemin du fichier de l’étude.",
            here=here,
        )
    return root
