"""The repeats of a questionnaire, exported in a file of their own → rows of a second table, hung on the main answers.

KoboToolbox gives each repeat its own sheet, with ``_parent_index`` and ``_submission__uuid``, ``_submission__id``; ODK
Central its own CSV, with ``PARENT_KEY``. (Kobo's CSV holds the main answers only: save each sheet of its .xlsx as CSV.)
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ect_research.codebook.codebook import Codebook
from ect_research.codebook.xlsform import CONSENT
from ect_research.corpus.forms.survey_answers import Answers, conditions_of, find_columns, frames, open_export
from ect_research.corpus.forms.survey_cells import RowReader, row_key
from ect_research.corpus.forms.survey_heads import Heads
from ect_research.corpus.text.raw_table import Place, Problem, RawTable, fold, problems_frame
from ect_research.errors import EctError
from ect_research.words import Told

_PARENTS = {
    "_submission__uuid": "uuid",
    "_submission__id": "id",
    "_parent_index": "index",
    "parent_key": "key",
    "parent key": "key",
}


def read_repeats(
    path: Path | str, codebook: Codebook, table: str, main: Answers, *, parent: str, source: str = ""
) -> Answers:
    """Read the export of a repeat: each row hangs on an answer of the main file (``parent``) and has its consent.

    ``refused`` counts the rows of the other answers; a row whose answer is not in the main file is a warning and is not
    kept. A row that cites no source cites ``source``.
    """
    key_name = codebook.key_of(table)
    tie = next((v.name for v in codebook.columns(table) if v.target and v.target[0] == parent), "")
    raw, masked = open_export(Path(path))
    heads = Heads(codebook, table)
    columns = find_columns(raw, heads, masked=masked)
    parents = _ties(raw)
    if not (tie and parents):
        raise EctError(
            "« {fichier} » : rien ne rattache ces lignes à « {parent} » (_parent_index, _submission__uuid ou "
            "PARENT_KEY dans le fichier, et une colonne de « {table} » qui y renvoie).",
            fichier=raw.place.fichier,
            parent=parent,
            table=table,
        )
    reader = RowReader(heads, columns, conditions_of(codebook, table))
    reader.warnings += [_by_rank(raw.place)] if set(parents.values()) == {"index"} else []
    read, refused = [], 0
    ranks: dict[str, int] = {}
    for line, cells in raw.rows:
        place = replace(raw.place, ligne=line)
        owners = _owners(cells, parents, main)
        if len(owners) != 1:
            reader.warnings.append(_stray(place, parent, owners))
            continue
        owner = owners.pop()
        if not owner:
            refused += 1
            continue
        ranks[owner] = ranks.get(owner, 0) + 1
        row, void = reader.read(place, cells, {CONSENT: "oui"})
        own = {key_name: row_key(row.get(key_name) or f"{owner}-{ranks[owner]}"), tie: owner}
        read.append(({"source_id": source, **row, **own}, void))
    rows, void_frame = frames(read, codebook, table)
    held = [name for name in rows.columns if name in columns.names]
    ignored = [head for head in columns.ignored if fold(head) not in _PARENTS]
    return Answers(rows, void_frame, held, len(raw.rows), refused, ignored, problems_frame(reader.warnings))


def _owners(cells: list[str], parents: dict[int, str], main: Answers) -> set[str]:
    """Keys of the main answers that a row says it hangs on, ``""`` for a refused one; exactly one when it is sound."""
    # ``uuid:1f0c/evenements[2]`` names the answer 1f0c: a repeat inside a repeat still belongs to it.
    named = [(kind, cells[at].removeprefix("uuid:").partition("/")[0]) for at, kind in parents.items() if cells[at]]
    found = {main.links.get(one) for one in named}
    return {owner for owner in found if owner is not None}


def _ties(raw: RawTable) -> dict[int, str]:
    """The columns that tie a row to its answer; its rank there only when no identifier does, for ranks move."""
    ties = {index: _PARENTS[fold(cell)] for index, cell in enumerate(raw.header) if fold(cell) in _PARENTS}
    sure = {index: kind for index, kind in ties.items() if kind != "index"}
    return sure or ties


def _stray(place: Place, parent: str, owners: set[str]) -> Problem:
    what = (
        Told("se rattache à deux réponses différentes")
        if owners
        else Told("ne se rattache à aucune réponse du fichier principal")
    )
    return Problem(place, parent, " / ".join(sorted(owners)), Told("ligne répétée qui {what} : non gardée", what=what),
                   "l’identifiant d’une réponse", "réexporter ensemble les deux fichiers", "alerte")  # fmt: skip


def _by_rank(place: Place) -> Problem:
    return Problem(place, "_parent_index", "", "lignes rattachées par leur seul rang dans le fichier principal", "",
                   "vérifier que ce fichier n’a été ni trié ni filtré, ou réexporter avec _uuid", "alerte")  # fmt: skip
