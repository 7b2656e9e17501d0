"""What an execution changes, in the cells of the corpus and in the results: what was before is kept aside until compared."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ect_research.errors import EctError
from ect_research.study.base.files_on_disk import read_json, write_json
from ect_research.study.outputs.own_files import CHANGES
from ect_research.study.outputs.owner import MANIFEST
from ect_research.words import Told, quoted

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.study.definition.study_file import Study
    from ect_research.study.documents.compare_outputs import Difference
    from ect_research.words import Sentence

BEFORE = ".precedent"
_WHERE = ("table", "cle", "colonne")
_MOST = 5
# The texts of before are kept beside the outputs, hidden, for a corpus whose projects and organisations may be named, and
# never what its codebook calls a name or a free text. Elsewhere nothing is kept, and the tables alone are told.
MEMORY, FACTS = ".corpus.json", "evenements"
_PRIVATE = ("direct", "texte_libre", "consent")
Cells = dict[str, dict[str, dict[str, str]]]


def changed_cells(corpus: Corpus, folder: Path) -> dict[str, list[str]]:
    """What changed in each table since the last time this was asked: « P15 Immatriculation : 2018 → 2020 ».

    The texts of before are in the folder of outputs, where those of now are kept.
    """
    now, place = texts_of(corpus), folder / MEMORY
    before: Any = read_json(place).get(corpus.name)
    write_json(place, {corpus.name: now})
    if not isinstance(before, dict):
        return {}
    told = {
        table: _told(table, before.get(table, {}), now.get(table, {}), corpus.codebook) for table in {**before, **now}
    }
    return {table: said for table, said in told.items() if said}


def texts_of(corpus: Corpus) -> Cells:
    """The texts of a corpus that may be kept, by table, row and column; none when projects or organisations are protected."""
    protected = set(corpus.protection.protected)
    if protected - {"personnes"}:
        return {}
    from ect_research.corpus.checked.corpus import without_persons

    open_part = without_persons(corpus)
    return {name: _texts(name, frame, corpus.codebook, bool(protected)) for name, frame in open_part.tables.items()}


def _texts(table: str, frame: pd.DataFrame, codebook: Codebook, protected: bool) -> dict[str, dict[str, str]]:  # noqa: FBT001
    from ect_research.figures.page.csv_tables import write_text

    kept = [
        one.name for one in codebook.columns(table) if one.name in frame and not (protected and one.pii in _PRIVATE)
    ]
    written, key = write_text(frame[kept], "fr"), codebook.key_of(table)
    rows = (dict(zip(written.header, row, strict=True)) for row in written.rows)
    return {row[key]: {name: text for name, text in row.items() if text} for row in rows}


def _told(
    table: str, before: dict[str, dict[str, str]], now: dict[str, dict[str, str]], codebook: Codebook
) -> list[str]:
    from ect_research.study.documents.compare_outputs import where_they_part

    said: list[str] = [
        Told("{row} : ligne retirée", row=_row(table, key, before[key], codebook)) for key in before if key not in now
    ]
    for key, row in now.items():
        where, old = _row(table, key, row, codebook), before.get(key)
        if old is None:
            said.append(Told("{row} : ligne nouvelle", row=where))
            continue
        for column in [name for name in {**old, **row} if old.get(name) != row.get(name)]:
            what = "" if (table, column) == (FACTS, "date_debut") else f", {codebook.variable_label(table, column)}"
            parted = where_they_part(old.get(column, "vide"), row.get(column, "vide"))
            said.append(f"{where}{what} : {parted[0]} → {parted[1]}")
    return said


def _row(table: str, key: str, row: dict[str, str], codebook: Codebook) -> str:
    """A fact by its project and what happened, any other row by its code and its project."""
    project = row.get("projet_id", "")
    if table == FACTS and project:
        kind = codebook.variables[FACTS, "type_evenement"]
        return f"{project} {codebook.label(kind.list_name, row['type_evenement'])}"
    return f"{project} {key}".strip() if project != key else key


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


def is_owed(folder: Path) -> bool:
    """Whether an execution was stopped before it told what it changed."""
    return (folder / BEFORE).is_dir() or not (folder / MEMORY).is_file()


def write_changes(study: Study, folder: Path) -> Difference | None:
    """What changed since what was kept; write ``changements.csv``, forget what was kept.

    None where nothing was kept to compare with, or it is damaged; the manifest is already that of now.
    """
    from ect_research.corpus.checked.load_corpus import load_corpus
    from ect_research.study.documents.compare_outputs import Difference

    before = folder / BEFORE
    cells = changed_cells(load_corpus(study.corpora_of()[0]), folder)
    if not before.is_dir():
        return Difference((), {}, _listed(cells)) if cells else None
    import pandas as pd

    from ect_research.figures.page.csv_tables import csv_bytes
    from ect_research.study.documents.compare_outputs import compare_outputs

    try:
        found = compare_outputs(before, folder)
    except (EctError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        shutil.rmtree(before)  # damaged: there is nothing to compare with
        return None
    found = replace(found, causes=_with_cells(found.causes, _manifest(folder), cells), cells=_listed(cells))
    rows = [
        *(("corpus", "", said, "") for said in found.cells),
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


def _listed(cells: dict[str, list[str]]) -> tuple[str, ...]:
    return tuple(said for table in cells.values() for said in table)


def _with_cells(
    causes: dict[str, tuple[Sentence, ...]], manifest: dict[str, Any], cells: dict[str, list[str]]
) -> dict[str, tuple[Sentence, ...]]:
    """Causes of changes, with the cells of the tables that each run asked for; of all tables where that is not known."""
    asked = {run["id"]: run["key"].get("tables") for run in manifest.get("runs", ())}

    def told(run: str) -> list[Sentence]:
        known = None if asked.get(run) is None else {name.rpartition("/")[2] for name in asked[run]}
        said = [one for table, several in cells.items() if known is None or table in known for one in several]
        more = [Told("et {n} autres", n=len(said) - _MOST)] if len(said) > _MOST else []
        return [quoted(one) for one in [*said[:_MOST], *more]]

    return {run: (*said, *told(run)) for run, said in causes.items()}


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
