"""Where a project keeps its surveys, maps, notebooks and outputs, and which files make a corpus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import ect_research
from ect_research.errors import EctError
from ect_research.words import tell

if TYPE_CHECKING:
    from pathlib import Path

_MARKS = ("surveys", "notebooks")
PRIVATE = "private"
WAIVERS = "derogations.csv"
NAMES_FILE = "noms.txt"
_ENDINGS = (".csv", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".toml")


def files_of_corpus(folder: Path) -> dict[str, Path]:
    """The files that make a corpus, by name, those of ``private/`` last (``private/acteurs.csv``).

    >>> from ect_research.corpus.folder.project_paths import corpus_folder
    >>> "projets.csv" in files_of_corpus(corpus_folder("pays-ledonien"))
    True
    """
    places = [("", folder)]
    if (folder / PRIVATE).is_dir():
        places.append((f"{PRIVATE}/", folder / PRIVATE))
    return {
        f"{prefix}{path.name}": path
        for prefix, place in places
        for path in sorted(place.iterdir())
        if (path.suffix.lower() in _ENDINGS or path.name == NAMES_FILE) and not path.name.startswith(("~$", "."))
    }


def project_root(start: Path | str | None = None) -> Path:
    """The folder that holds ``surveys/`` and ``notebooks/``: here, above, or where the package was installed from.

    Args:
        start: where to look from; the current folder when None.

    Raises:
        EctError: no such folder.

    >>> (project_root() / "surveys").is_dir()
    True
    """
    here = Path.cwd() if start is None else Path(start).resolve()
    for folder in (here, *here.parents, Path(ect_research.__file__).resolve().parent.parent):
        if all((folder / mark).is_dir() for mark in _MARKS):
            return folder
    raise EctError(
        "Aucun dossier « surveys » et « notebooks » dans « {here} » ni au-dessus : se placer dans le dossier du "
        "projet.",
        here=here,
    )


def shipped_folder() -> Path:
    """The folder of the notebooks, base map and public register that come with the package: in it, or its clone.

    >>> (shipped_folder() / "maps" / "fond" / "territoires.toml").is_file()
    True
    """
    package = Path(ect_research.__file__).resolve().parent
    inside = package / "fourni"
    return inside if inside.is_dir() else package.parent


def corpus_folder(corpus: Path | str) -> Path:
    """The folder of a corpus, given by path or by its name under ``surveys/``.

    Raises:
        EctError: no such folder; the corpora that exist are named.

    >>> corpus_folder("pays-ledonien").name
    'pays-ledonien'
    """
    given = Path(corpus)
    if given.is_dir():
        return given.resolve()
    surveys = project_root() / "surveys"
    for candidate in (surveys / given, surveys.parent / given):
        if candidate.is_dir():
            return candidate.resolve()
    known = sorted(folder.name for folder in surveys.iterdir() if folder.is_dir() and folder.name != "private")
    raise EctError(
        "Le corpus « {corpus} » n’existe pas. Corpus présents dans surveys/ : {known}.",
        corpus=corpus,
        known=known or tell("aucun"),
    )
