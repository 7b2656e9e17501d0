"""Which cells of a corpus changed since the last execution, as a person would say it: « P15 Immatriculation : 2018 → 2020 ».

The texts of before are kept beside the outputs, hidden, for a corpus whose projects and organisations may be named, and
never what its codebook calls a name or a free text. Elsewhere nothing is kept, and the tables alone are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.corpus.checked.public_part import without_persons
from ect_research.figures.page.csv_tables import write_text
from ect_research.study.outputs.whole_files import read_json, write_json
from ect_research.words import Told

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.checked.corpus import Corpus

MEMORY, FACTS = ".corpus.json", "evenements"
_PRIVATE = ("direct", "texte_libre", "consent")
Cells = dict[str, dict[str, dict[str, str]]]


def changed_cells(corpus: Corpus, folder: Path) -> dict[str, list[str]]:
    """What changed in each table since the last time this was asked, one French sentence a cell or a row.

    Args:
        corpus: as it is now.
        folder: folder of outputs, where the texts of before are, and those of now are kept.
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
    open_part = without_persons(corpus)
    return {name: _texts(name, frame, corpus.codebook, bool(protected)) for name, frame in open_part.tables.items()}


def _texts(table: str, frame: pd.DataFrame, codebook: Codebook, protected: bool) -> dict[str, dict[str, str]]:  # noqa: FBT001
    kept = [
        one.name for one in codebook.columns(table) if one.name in frame and not (protected and one.pii in _PRIVATE)
    ]
    written, key = write_text(frame[kept], "fr"), codebook.key_of(table)
    rows = (dict(zip(written.header, row, strict=True)) for row in written.rows)
    return {row[key]: {name: text for name, text in row.items() if text} for row in rows}


def _told(
    table: str, before: dict[str, dict[str, str]], now: dict[str, dict[str, str]], codebook: Codebook
) -> list[str]:
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
            said.append(f"{where}{what} : {old.get(column, 'vide')} → {row.get(column, 'vide')}")
    return said


def _row(table: str, key: str, row: dict[str, str], codebook: Codebook) -> str:
    """A fact by its project and what happened, any other row by its code and its project."""
    project = row.get("projet_id", "")
    if table == FACTS and project:
        kind = codebook.variables[FACTS, "type_evenement"]
        return f"{project} {codebook.label(kind.list_name, row['type_evenement'])}"
    return f"{project} {key}".strip() if project != key else key
