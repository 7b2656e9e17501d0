"""The files that make a corpus. Nothing is imported to list them: it is done each time a study is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

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
