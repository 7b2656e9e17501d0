"""Answers exported by KoboToolbox, ODK or LimeSurvey → rows of a table; no consent, no row; what is left out is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from ect_research.codebook.codebook import Codebook
from ect_research.codebook.xlsform import CONSENT, asked_when, build_form, has_form
from ect_research.corpus.forms.survey_cells import NOT_SHOWN, Columns, RowReader, row_key
from ect_research.corpus.forms.survey_heads import IDENTIFIERS, LIMESURVEY, REVIEWS, Heads, squash
from ect_research.corpus.reading.csv_file import read_csv
from ect_research.corpus.text.raw_table import Place, Problem, RawTable, csv_text, fold, neutralise_text, problems_frame
from ect_research.errors import CorpusError, EctError
from ect_research.words import Told, tell

_AGREED, _REFUSED = {"oui", "yes", "y", "o", "1", "ok", "true"}, {"non", "no", "n", "0", "2", "false"}
_REJECTED = {
    "rejected",
    "rejete",
    "rejetee",
    "notapproved",
    "validationstatusnotapproved",
    "nonapprouve",
    "nonapprouvee",
}
_IN_DOUBT = {"hasissues", "onhold", "validationstatusonhold", "enattente", "aveccommentaires"}
_TEXTS = (".csv", ".tsv", ".txt")
_LINKS = {"_index": "index", "_id": "id", "_uuid": "uuid", "key": "key", "meta-instanceid": "key"}


@dataclass(frozen=True)
class Answers:
    """What an export holds."""

    # text, one column per column of the table, one row per consenting answer, ready to be saved as CSV
    rows: pd.DataFrame
    # booleans of the same shape: True where the question was not asked (its condition, or that of a group around it,
    # did not hold), so that a blank is « sans objet » and not missing
    void: pd.DataFrame
    held: list[str]  # columns of the table that the export holds
    received: int  # number of answers in the file
    refused: int  # number set aside, without consent
    ignored: list[str]  # headers that are no column of the table (metadata, names, addresses…), in order
    warnings: pd.DataFrame  # what a person should look at
    # ``{(identifier kind, value): key of the row}``, ``""`` for a refused answer: what repeats hang on
    links: dict[tuple[str, str], str] = field(default_factory=dict)
    rejected: int = 0  # number set aside, with consent, because whoever read them did not approve them


def read_answers(path: Path | str, codebook: Codebook, table: str, *, source: str = "") -> Answers:
    """Read a text export of a questionnaire, headed by codes or by labels, answered by codes or by labels.

    Several answers are read from the ticked boxes (``themes/reemploi``, ``themes[foret]``), which alone can always be
    split when an export writes labels; a summary that disagrees is a warning. A text that LimeSurvey masked (``'=``) is
    unmasked. The key of a row is the one typed in the form, else the identifier that the tool gave it. A row that cites
    no source cites ``source``.
    """
    codebook.columns(table)  # says at once that there is no such table
    raw, masked = open_export(Path(path))
    heads = Heads(codebook, table)
    columns = find_columns(raw, heads, masked=masked)
    if not columns.consent or columns.key is None:
        missing = (
            tell("la question d’accord") if not columns.consent else tell("l’identifiant des réponses (_uuid ou id)")
        )
        raise EctError(
            "« {fichier} » : {missing} est absente, aucune réponse ne peut être gardée.",
            fichier=raw.place.fichier,
            missing=missing,
        )
    reader = RowReader(heads, columns, conditions_of(codebook, table))
    reader.warnings += _unsubmitted(raw)
    read: list[tuple[dict[str, str], set[str]]] = []
    links: dict[tuple[str, str], str] = {}
    refused = rejected = 0
    key_name = codebook.key_of(table)
    for line, cells in raw.rows:
        place = replace(raw.place, ligne=line)
        agreed = _agrees(place, [cells[index] for index in columns.consent], reader)
        approved = not agreed or _is_approved(place, [cells[index] for index in columns.review], reader)
        refused += not agreed
        rejected += not approved
        key = ""
        if agreed and approved:
            row, void = reader.read(place, cells, {CONSENT: "oui"})
            key = row_key(row.get(key_name) or cells[columns.key])
            read.append(({"source_id": source, **row, key_name: key}, void - {key_name}))
        links |= dict.fromkeys(_links(raw, cells), key)
    reader.warnings += _twice(raw.place, [row[key_name] for row, _ in read], key_name)
    rows, not_asked = frames(read, codebook, table)
    held = [name for name in rows.columns if name in columns.names]
    return Answers(
        rows, not_asked, held, len(raw.rows), refused, columns.ignored, problems_frame(reader.warnings), links, rejected
    )


def count_answers(answers: Answers) -> pd.DataFrame:
    """One row per question asked: ``colonne, remplies, manquantes, sans_objet``; the three add up to the rows kept."""
    filled = answers.rows[answers.held] != ""
    void = answers.void[answers.held]
    return pd.DataFrame(
        {
            "colonne": answers.held,
            "remplies": filled.sum().to_numpy(),
            "manquantes": (~filled & ~void).sum().to_numpy(),
            "sans_objet": void.sum().to_numpy(),
        }
    )


def answers_csv(answers: Answers) -> str:
    """The rows as the CSV of a corpus table (``;``), with only the columns that hold something.

    What a respondent typed is not run by the spreadsheet that opens it (`ect_research.corpus.text.raw_table`).
    """
    filled = [name for name in answers.rows.columns if (answers.rows[name] != "").any()]
    rows = answers.rows[filled].astype("str").map(neutralise_text)
    return csv_text([{str(name): cell for name, cell in row.items()} for row in rows.to_dict("records")], filled)


def open_export(source: Path) -> tuple[RawTable, bool]:
    """The table of an export, and whether it is LimeSurvey's « VV » (questions above the codes, signs masked)."""
    if not source.is_file():
        raise EctError("Le fichier « {source} » n’existe pas.", source=source)
    if source.suffix.lower() not in _TEXTS:
        raise EctError(
            "« {name} » : exporter les réponses en CSV (un export .xlsx perd les textes qui commencent par « = »).",
            name=source.name,
        )
    reading = read_csv(source)
    errors = [problem for problem in reading.problems if problem.niveau == "erreur"]
    second = reading.tables[0].rows[0][1] if reading.tables and reading.tables[0].rows else []
    if {"id", "submitdate"} <= set(second):
        raw = reading.tables[0]
        errors = [problem for problem in errors if problem.place.ligne != raw.place.ligne]  # questions may be alike
        raw = replace(raw, place=replace(raw.place, ligne=raw.rows[0][0]), header=second, rows=raw.rows[1:])
    if errors or not reading.tables:
        raise CorpusError("« {name} » ne peut être lu.", problems_frame(errors), name=source.name)
    return (raw, True) if {"id", "submitdate"} <= set(second) else (reading.tables[0], False)


def find_columns(raw: RawTable, heads: Heads, *, masked: bool = False) -> Columns:
    """Where each thing is in an export."""
    found = Columns(masked=masked)
    places = {fold(cell): index for index, cell in reversed(list(enumerate(raw.header)))}
    found.key = next((places[name] for name in IDENTIFIERS if name in places), None)
    limesurvey = masked or any(squash(cell) in LIMESURVEY for cell in raw.header)
    for index, text in enumerate(raw.header):
        head = heads.find(text, limesurvey=limesurvey)
        if head is None:
            if squash(text) in REVIEWS:
                found.review.append(index)
            elif index != found.key:
                found.ignored.append(text)
        elif head.kind == "case":
            found.boxes.setdefault(head.name, {}).setdefault(head.code, []).append(index)
        elif head.kind == "autre":
            found.others.setdefault(head.name, []).append(index)
        else:
            if head.kind == "accord":
                found.consent.append(index)
            if head.name:
                found.plain.setdefault(head.name, []).append(index)
    return found


def conditions_of(codebook: Codebook, table: str) -> dict[str, tuple[str, ...]]:
    """When each column of a table is asked: as its questionnaire says, else as the codebook does."""
    own = {variable.name: (variable.relevant,) for variable in codebook.columns(table) if variable.relevant}
    return own | (asked_when(build_form(codebook, table)) if has_form(codebook, table) else {})


def frames(
    read: list[tuple[dict[str, str], set[str]]], codebook: Codebook, table: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows and their void cells, with every column of the table."""
    names = [variable.name for variable in codebook.columns(table)]
    rows = pd.DataFrame([row for row, _ in read], columns=names, dtype="str").fillna("")
    void = pd.DataFrame([[name in hidden for name in names] for _, hidden in read], columns=names, dtype="bool")
    return rows, void


def _agrees(place: Place, texts: list[str], reader: RowReader) -> bool:
    """Whether a person agreed, in whichever version of the form she was asked; one « non » is enough to refuse."""
    said = {fold(text) for text in texts} - {"", *NOT_SHOWN}
    if said and said <= _AGREED:
        return True
    if said - _REFUSED:
        doubt = (
            Told("accord ni donné ni refusé clairement")
            if said - _REFUSED - _AGREED
            else Told("accord donné et refusé")
        )
        reader.warnings.append(
            Problem(place, CONSENT, " / ".join(texts), Told("{doubt} : réponse écartée", doubt=doubt), "oui ou non",
                    "vérifier avec la personne", "alerte")
        )  # fmt: skip
    return False


def _is_approved(place: Place, texts: list[str], reader: RowReader) -> bool:
    """Whether nobody rejected an answer when reading it in the tool."""
    said = {squash(text) for text in texts} - {""}
    for codes, problem, remedy in (
        (
            _REJECTED,
            Told("réponse rejetée à la relecture : écartée"),
            Told("la corriger et l’approuver dans l’outil si elle vaut"),
        ),
        (_IN_DOUBT, Told("réponse mise en doute à la relecture : gardée"), Told("décider, puis réexporter")),
    ):
        if found := said & codes:
            shown = " / ".join(text for text in texts if squash(text) in found)
            reader.warnings.append(
                Problem(place, "relecture", shown, problem, "une réponse approuvée", remedy, "alerte")
            )
    return not said & _REJECTED


def _links(raw: RawTable, cells: list[str]) -> Iterator[tuple[str, str]]:
    for head, cell in zip(raw.header, cells, strict=True):
        kind = _LINKS.get(fold(head))
        if kind and cell:
            yield kind, cell.removeprefix("uuid:") if kind != "index" else cell


def _unsubmitted(raw: RawTable) -> Iterator[Problem]:
    """LimeSurvey keeps the answers of those who left before the end, without date of submission."""
    heads = [squash(cell) for cell in raw.header]
    date = next(
        (heads.index(name) for name in ("submitdate", "datedesoumission", "datesubmitted") if name in heads), None
    )
    if date is None or not LIMESURVEY & set(heads):
        return
    for line, cells in raw.rows:
        if cells[date] in ("", "{question_not_shown}"):
            yield Problem(replace(raw.place, ligne=line), raw.header[date], "", "réponse inachevée, jamais validée", "",
                          "gardée : l’écarter si elle ne dit rien", "alerte")  # fmt: skip


def _twice(place: Place, keys: list[str], name: str) -> Iterator[Problem]:
    for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
        yield Problem(place, name, key, "plusieurs réponses portent le même identifiant", "un identifiant par réponse",
                      "l’export contient-il deux fois la même réponse ?", "alerte")  # fmt: skip
