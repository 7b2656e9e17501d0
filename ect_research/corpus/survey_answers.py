"""Answers exported by KoboToolbox or LimeSurvey → rows of a table; no consent, no row, and every column left out is named."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.codebook.xlsform import CONSENT, CONSENT_LABELS
from ect_research.corpus.cells import known_answers
from ect_research.corpus.problems import Place, Problem
from ect_research.corpus.raw import fold
from ect_research.corpus.read_csv import read_csv
from ect_research.corpus.words import column_words
from ect_research.errors import CorpusError, EctError

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.codebook.model import Codebook, Variable
    from ect_research.corpus.raw import RawTable

_YES, _TICKED = {"oui", "yes", "y", "o"}, {"1", "y", "oui", "yes", "true", "vrai"}
_KEYS = ("_uuid", "meta/instanceid", "instanceid", "id", "_id")
_UNASKED = {"n/a", "1980-01-01 00:00:00"}
_SUB = re.compile(r"(.+?)(?:\[(.+)\]|/([^/]+))")


@dataclass(frozen=True)
class Answers:
    """What an export holds.

    Attributes:
        rows: text, one column per column of the table, one row per consenting answer, ready to be saved as CSV.
        received: number of answers in the file.
        refused: number set aside, without consent.
        ignored: headers that are no column of the table (metadata, names, addresses…), in order.
        warnings: what a person should look at.
    """

    rows: pd.DataFrame
    received: int
    refused: int
    ignored: list[str]
    warnings: pd.DataFrame


@dataclass
class _Columns:
    """Where each thing is: consent and key, plain columns, and ticked boxes by column and code."""

    consent: int | None = None
    key: int | None = None
    plain: dict[str, int] = field(default_factory=dict)
    boxes: dict[str, dict[str, int]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)


def read_answers(path: Path | str, codebook: Codebook, table: str) -> Answers:
    """Read a CSV export of a questionnaire, headed by codes or by labels.

    Several answers are read from the ticked boxes (``themes/reemploi``, ``themes[foret]``), which alone can be split
    when an export writes labels; a summary that disagrees is a warning. A text that LimeSurvey masked (``'=``) is
    unmasked. The key of a row is the identifier that the tool gave it.

    Args:
        path: the CSV, as downloaded; an .xlsx export loses the texts that begin with ``=`` and is refused.
        codebook: what the columns and answers mean.
        table: table that the answers fill.

    Raises:
        CorpusError: the file cannot be read; every problem is in it.
        CodebookError: no such table.
        EctError: not a CSV, no question of consent, or no identifier.
    """
    import pandas as pd

    codebook.columns(table)  # says at once that there is no such table
    source = Path(path)
    if not source.is_file():
        raise EctError(f"Le fichier « {source} » n’existe pas.", f"File “{source}” does not exist.")
    if source.suffix.lower() != ".csv":
        raise EctError(
            f"« {source.name} » : exporter les réponses en CSV (un export .xlsx perd les textes qui commencent par « = »).",
            f"“{source.name}”: export the answers as CSV (an .xlsx export loses texts that begin with “=”).",
        )
    from ect_research.corpus.problems import problems_frame

    reading = read_csv(source)
    errors = [problem for problem in reading.problems if problem.niveau == "erreur"]
    if errors or not reading.tables:
        raise CorpusError(
            f"« {source.name} » ne peut être lu.", problems_frame(errors), f"“{source.name}” is unreadable."
        )
    raw = reading.tables[0]
    columns = _find_columns(raw, codebook, table)
    if columns.consent is None or columns.key is None:
        missing = "la question d’accord" if columns.consent is None else "l’identifiant des réponses (_uuid ou id)"
        raise EctError(
            f"« {source.name} » : {missing} est absente, aucune réponse ne peut être gardée.",
            f"“{source.name}”: no question of consent or no identifier, no answer can be kept.",
        )
    agreed = [(line, cells) for line, cells in raw.rows if fold(cells[columns.consent]) in _YES]
    warnings: list[Problem] = []
    rows = [_row(raw, line, cells, (codebook, table, columns), warnings) for line, cells in agreed]
    names = [variable.name for variable in codebook.columns(table)]
    frame = pd.DataFrame(rows, columns=names, dtype="str").fillna("")
    return Answers(frame, len(raw.rows), len(raw.rows) - len(agreed), columns.ignored, problems_frame(warnings))


def answers_csv(answers: Answers) -> str:
    """The rows as the CSV of a corpus table (``;``), with only the columns that hold something."""
    filled = [name for name in answers.rows.columns if (answers.rows[name] != "").any()]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(filled)
    writer.writerows(answers.rows[filled].itertuples(index=False, name=None))
    return text.getvalue()


def _find_columns(raw: RawTable, codebook: Codebook, table: str) -> _Columns:
    words = column_words(codebook, table)
    words |= {fold(name.replace("_", "")): name for name in list(words.values())}
    variables = {variable.name: variable for variable in codebook.columns(table)}
    consents = {fold(CONSENT), fold(CONSENT.replace("_", "")), *map(fold, CONSENT_LABELS)}
    found = _Columns()
    keys = {fold(cell): index for index, cell in enumerate(raw.header)}
    found.key = next((keys[name] for name in _KEYS if name in keys), None)
    for index, head in enumerate(raw.header):
        name = words.get(fold(head)) or words.get(fold(head.rpartition("/")[2]))
        if (
            fold(head) in consents
            or fold(head.rpartition("/")[2]) in consents
            or (name and variables[name].pii == "consent")
        ):
            found.consent = index
        if name and variables[name].key != "cle":
            found.plain.setdefault(name, index)
        elif box := _box(head, words, variables, codebook):
            found.boxes.setdefault(box[0], {})[box[1]] = index
        elif index not in (found.key, found.consent):
            found.ignored.append(head)
    return found


def _box(
    head: str, words: dict[str, str], variables: dict[str, Variable], codebook: Codebook
) -> tuple[str, str] | None:
    """The column and the code of a ticked box, or None."""
    match = _SUB.fullmatch(head)
    if match is None:
        return None
    name = words.get(fold(match[1])) or words.get(fold(match[1].rpartition("/")[2]), "")
    if name not in variables or variables[name].type != "select_multiple":
        return None
    known = known_answers(codebook, variables[name].list_name)
    known |= {code.replace("_", ""): code for code in list(known.values())}
    code = known.get(fold(match[2] or match[3]))
    return (name, code) if code else None


def _row(
    raw: RawTable,
    line: int,
    cells: list[str],
    what: tuple[Codebook, str, _Columns],
    warnings: list[Problem],
) -> dict[str, str]:
    codebook, table, columns = what
    place = Place(raw.place.fichier, raw.place.feuille, line)
    row = {codebook.key_of(table): re.sub(r"[^A-Za-z0-9_-]", "-", cells[columns.key or 0].removeprefix("uuid:"))}
    variables = {variable.name: variable for variable in codebook.columns(table)}
    for name, index in columns.plain.items():
        row[name] = _value(cells[index], variables[name], codebook)
    for name, boxes in columns.boxes.items():
        ticked = [code for code, index in boxes.items() if fold(cells[index]) in _TICKED]
        summary = set(row.get(name, "").split())
        codes = set(codebook.codes(variables[name].list_name))
        if summary and summary <= codes and summary != set(ticked):
            warnings.append(
                Problem(place, name, row[name], "le résumé et les cases cochées ne disent pas la même chose",
                        " ".join(ticked), "les cases cochées sont gardées", "alerte")
            )  # fmt: skip
        row[name] = " ".join(code for code in codebook.codes(variables[name].list_name) if code in ticked)
    return row


def _value(cell: str, variable: Variable, codebook: Codebook) -> str:
    text = cell[1:] if cell[:2] in ("'=", "'+", "'-", "'@") else cell
    if fold(text) in _UNASKED:
        return ""
    if variable.type == "select_one" and text:
        return known_answers(codebook, variable.list_name).get(fold(text), text)
    return text
