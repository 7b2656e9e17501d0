"""Where a project keeps its surveys, maps, notebooks and outputs, which files make a corpus, and what was read of them.

What this process has read and checked once is kept as bytes and found again only while the files are the same: whoever asks
gets an object of their own, which nobody else can change.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ect_research
from ect_research.errors import EctError
from ect_research.words import tell

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
        if (path.suffix.lower() in _ENDINGS or path.name == NAMES_FILE)
        and not path.name.startswith(("~$", "."))
        and path.is_file()
    }


def project_root(start: Path | str | None = None) -> Path:
    """The folder that holds ``surveys/`` and ``notebooks/``: here, above, or where the package was installed from.

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


Key = tuple[str, str]
_MOST = 4
_KEPT: dict[Key, bytes] = {}


def recall(folder: Path, digest: str) -> Any:  # noqa: ANN401 - whatever was remembered
    """A new copy of what was read in a folder when its files had this digest; None if nothing was.

    >>> from pathlib import Path
    >>> keep_copy(Path("essai"), "0a1b", {"lignes": [1, 2]})
    >>> recall(Path("essai"), "0a1b"), recall(Path("essai"), "autre")
    ({'lignes': [1, 2]}, None)
    """
    kept = _KEPT.get((str(folder), digest))
    return None if kept is None else pickle.loads(kept)  # noqa: S301 - written by this very program


def keep_copy(folder: Path, digest: str, thing: object) -> None:
    """Keep what was read in a folder; the oldest goes when there is too much."""
    keep({(str(folder), digest): pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)})


def kept() -> dict[Key, bytes]:
    """All that is remembered, for another process of the same program."""
    return dict(_KEPT)


def keep(known: Mapping[Key, bytes]) -> None:
    """Remember what another process of the same program has read."""
    _KEPT.update(known)
    for key in list(_KEPT)[:-_MOST]:
        del _KEPT[key]


def digest_of(files: Mapping[str, Path]) -> str:
    """sha256 of the names and contents of files, in the order given."""
    total = hashlib.sha256()
    for name, path in files.items():
        total.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
