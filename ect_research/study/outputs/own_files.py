"""What of a folder of outputs this program wrote; the rest is a person's: told, never removed, archived nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from ect_research.study.base.files_on_disk import read_json
from ect_research.study.base.result_record import KINDS, NOTEBOOKS
from ect_research.study.outputs.owner import MANIFEST
from ect_research.words import Sentence, tell_n

PRODUCTS = "produits.json"
PAGE = "index.html"
ESSENTIALS = ("essentiel.md", "essentiel.html")
REPORT = "rapport.pdf"
SHEETS = "fiches"
CHANGES = "changements.csv"
JOURNAL = "journal.json"
RESULTS = "resultats"
ADDED = "fichiers-ajoutes"
_WHOLE = frozenset((PRODUCTS, PAGE, *ESSENTIALS, REPORT, CHANGES, JOURNAL, MANIFEST))
# What a system leaves in every folder that it shows.
LITTER = ("thumbs.db", "desktop.ini")
_SHOWN = 8


def find_strangers(folder: Path, written: Mapping[str, Iterable[str]], ids: Collection[str]) -> list[str]:
    """Paths of what is in a folder of outputs and that no run and no product of a study wrote; folders end in ``/``.

    Args:
        folder: the folder.
        written: paths that each run wrote, where that is known.
        ids: the runs of the study; what stands in the places of one of them that is not known will be written again.
    """
    made = read_json(folder / PRODUCTS)
    listed = made.get("fichiers")
    ours = {*_WHOLE, *(listed if isinstance(listed, dict) else ())}
    ours |= {name for names in written.values() for name in names}
    ours |= {f"{RESULTS}/{run}.json" for run in {*ids, *written}}
    again = {run for run in ids if run not in written}
    free = {f"{kind}/{run}" for kind in KINDS for run in again}
    free |= {f"{NOTEBOOKS}/{run}{end}" for run in again for end in (".ipynb", ".echec.ipynb")}
    free |= set() if made.get("cle") else {SHEETS}
    homes = {*KINDS, NOTEBOOKS, RESULTS, SHEETS, *(name.rpartition("/")[0] for name in ours)}
    return sorted(_strangers(folder, "", ours | free, homes))


def _strangers(folder: Path, within: str, known: set[str], homes: set[str]) -> Iterator[str]:
    for path in folder.iterdir() if folder.is_dir() else ():
        name = f"{within}{path.name}"
        if name in known or path.name.startswith(".") or path.name.lower() in LITTER:
            continue
        if name in homes and path.is_dir() and not path.is_symlink():
            yield from _strangers(path, f"{name}/", known, homes)
        elif path.is_symlink() or not path.is_dir():
            yield name
        elif any(not one.is_dir() for one in path.rglob("*")):
            yield f"{name}/"


def about_strangers(names: list[str]) -> Sentence:
    """What is said of them."""
    shown = ", ".join(names[:_SHOWN]) + ("…" if len(names) > _SHOWN else "")
    return tell_n(
        "{n} fichier ou dossier que l’étude n’a pas écrit est laissé en place, et n’est ni relu ni archivé : {names}.",
        "{n} fichiers ou dossiers que l’étude n’a pas écrits sont laissés en place, et ne sont ni relus ni archivés : "
        "{names}.",
        len(names),
        names=shown,
    )


def remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files of ours, named from the folder; a name that leads out of it is not one."""
    for name in names:
        if ".." not in Path(name).parts and not Path(name).is_absolute():
            (folder / name).unlink(missing_ok=True)


def set_aside(folder: Path, names: Iterable[str]) -> None:
    """Move what a person put among the results of a run before they are replaced: nobody loses a file by it."""
    for name in names:
        target = folder / ADDED / name
        target.parent.mkdir(parents=True, exist_ok=True)
        number = 1
        while target.exists() or target.is_symlink():
            number += 1
            target = target.with_name(f"{Path(name).stem}-{number}{Path(name).suffix}")
        (folder / name).rename(target)
