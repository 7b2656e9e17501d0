"""What an execution changes in the results: the tables of before are kept aside until they have been compared."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from ect_research.errors import EctError
from ect_research.study.outputs.owner import MANIFEST
from ect_research.study.outputs.whole_files import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.study.documents.compare_outputs import Difference

BEFORE = ".precedent"
CHANGES = "changements.csv"
_WHERE = ("table", "cle", "colonne")


def keep_before(folder: Path) -> None:
    """Keep the manifest and the data tables of a folder of outputs aside.

    What an interrupted execution left aside is the last complete state: it stays.
    """
    if (folder / BEFORE).exists() or not (folder / MANIFEST).is_file():
        return
    whole = folder / f"{BEFORE}-partiel"
    shutil.rmtree(whole, ignore_errors=True)
    for path in (folder / MANIFEST, *folder.glob("figures/*/*.machine.csv"), *folder.glob("tables/*/*.machine.csv")):
        copy = whole / path.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    whole.replace(folder / BEFORE)


def was_kept(folder: Path) -> bool:
    """Whether there is something aside to compare with."""
    return (folder / BEFORE).is_dir()


def write_changes(folder: Path) -> Difference | None:
    """Compare with what was kept, write ``changements.csv``, forget what was kept.

    Args:
        folder: folder of outputs, its manifest already that of now.

    Returns:
        what changed; None at a first execution, and when what was kept is damaged.
    """
    before = folder / BEFORE
    if not was_kept(folder):
        return None
    import pandas as pd

    from ect_research.figures.page.csv_tables import csv_bytes
    from ect_research.study.documents.compare_outputs import compare_outputs

    try:
        found = compare_outputs(before, folder)
    except (EctError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        shutil.rmtree(before)  # damaged: there is nothing to compare with
        return None
    rows = [
        *(("corpus", "", said, "") for said in new_corrections(_manifest(before), _manifest(folder))),
        *(
            (one.run, one.result or "exécution", one.what, " ; ".join(map(str, found.causes.get(one.run, ()))))
            for one in found.changes
        ),
    ]
    frame = pd.DataFrame(rows, columns=["execution", "resultat", "changement", "cause"], dtype="str")
    (folder / CHANGES).write_bytes(csv_bytes(frame, "fr"))
    shutil.rmtree(before)
    return found


def declared_corrections(corpus: Corpus) -> list[dict[str, str]]:
    """Where each declared correction of a corpus is; neither the values nor who asked for it."""
    rows = corpus.log[corpus.log["nature"] == "correction"].to_dict("records")
    return [{name: str(row[name]) for name in _WHERE} for row in rows]


def new_corrections(before: dict[str, Any], now: dict[str, Any]) -> Iterable[str]:
    """The corrections that one manifest knows and an older one did not, in French.

    >>> now = {"corpus": {"corrections": [{"table": "projets", "cle": "P1", "colonne": "nom"}]}}
    >>> list(new_corrections({}, now))
    ['correction nouvelle : projets, P1, nom']
    """
    old = [tuple(line[name] for name in _WHERE) for line in before.get("corpus", {}).get("corrections", [])]
    for line in now.get("corpus", {}).get("corrections", []):
        where = tuple(line[name] for name in _WHERE)
        if where in old:
            old.remove(where)
        else:
            yield f"correction nouvelle : {', '.join(where)}"


def _manifest(folder: Path) -> dict[str, Any]:
    return read_json(folder / MANIFEST)
