"""People first: no consent, no row, and nothing that hung on it; a person enters under a pseudonym. What goes is said."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.corpus.people.protection_rules import RESPONDENT, person_tables
from ect_research.corpus.reading.csv_file import read_side_file
from ect_research.corpus.text.problems import Place, Problem

if TYPE_CHECKING:
    from ect_research.codebook.codebook import Codebook, Variable
    from ect_research.corpus.checks.check_table import Row

_CONSENTS = ("ecrit", "oral", "oui")


def protect(
    tables: dict[str, pd.DataFrame], codebook: Codebook, withdrawn: Collection[str] = ()
) -> tuple[dict[str, pd.DataFrame], list[dict[str, str]]]:
    """The tables without the interviews that nobody consented to, the people who withdrew, and the names of persons.

    With one log line per row set aside or name replaced (without the name); what hangs on a withdrawn person goes too.
    """
    tables = dict(tables)
    log: list[dict[str, str]] = []
    if withdrawn:
        tables, log = _without_withdrawn(tables, codebook, set(withdrawn))
    for (table, column), variable in codebook.variables.items():
        if variable.pii == "consent" and table in tables:
            rows = tables[table]
            agreed = rows[column].isin(_CONSENTS)
            log += [
                _line(table, code, column, "ligne écartée : pas de consentement")
                for code in rows.loc[~agreed, codebook.key_of(table)]
            ]
            tables[table] = rows[agreed].reset_index(drop=True)
    if "acteurs" in tables:
        actors = tables["acteurs"]
        people = actors["nature"] == "personne"
        log += [
            _line("acteurs", code, "nom", "nom remplacé par le pseudonyme") for code in actors.loc[people, "acteur_id"]
        ]
        tables["acteurs"] = actors.assign(
            nom=actors["nom"].where(~people, actors["pseudonyme"]), alias=actors["alias"].mask(people)
        )
    return tables, log


def _without_withdrawn(
    tables: dict[str, pd.DataFrame], codebook: Codebook, withdrawn: set[str]
) -> tuple[dict[str, pd.DataFrame], list[dict[str, str]]]:
    kept = dict(tables)
    for table, columns in _named_by(codebook).items():
        if table in tables:
            named = tables[table][list(columns)].isin(withdrawn).any(axis=1)
            kept[table] = tables[table][~named]
    standing = drop_hanging(kept, codebook)
    log = []
    for table, frame in tables.items():
        key = codebook.key_of(table)
        gone = frame.loc[~frame[key].isin(standing[table][key]), key]
        log += [_line(table, code, "", "ligne retirée : la personne s’est retirée") for code in gone]
    return standing, log


def read_withdrawals(path: Path) -> tuple[list[str], list[Problem]]:
    """The codes of ``retraits.csv`` (columns ``code``, ``date``), and what is wrong with the file; nothing without it.

    A line whose column ``efface_le`` is filled is kept as a trace: the rows of that person are erased, none is looked for.
    """
    lines, problems = read_side_file(path, ("code", "date"))
    return [line["code"] for _, line in lines if line["code"] and not line.get("efface_le")], problems


def _named_by(codebook: Codebook) -> dict[str, tuple[str, str]]:
    """The columns by which a person is taken out of each table that names one."""
    asked = {table: (codebook.key_of(table), RESPONDENT) for table in person_tables(codebook) if table != "entretiens"}
    return {"acteurs": ("acteur_id", "pseudonyme"), **asked}


def find_unknown_withdrawals(
    withdrawn: Collection[str], rows: Mapping[str, Sequence[Row]], codebook: Codebook
) -> list[Problem]:
    """Codes of ``retraits.csv`` that name nobody: the person is out already, or the code is mistyped and nobody leaves."""
    known = {
        row.text.get(column, "")
        for table, columns in _named_by(codebook).items()
        for row in rows.get(table, ())
        for column in columns
    }
    return [
        Problem(
            Place("retraits.csv", "retraits"), "code", code, "ce code ne retire personne",
            "un acteur_id, un pseudonyme, un reponse_id ou un repondant_id du corpus",
            "corriger le code ; si les lignes de cette personne sont déjà effacées, le dire dans une colonne efface_le",
        )
        for code in dict.fromkeys(withdrawn)
        if code not in known
    ]  # fmt: skip


def find_expired(tables: Mapping[str, pd.DataFrame], today: date) -> list[str]:
    """Interviews to be deleted or made anonymous: their ``conservation_jusqu_au`` is over on a given day."""
    interviews = tables.get("entretiens")
    if interviews is None:
        return []
    over = interviews["conservation_jusqu_au_max"] < str(today)
    return [str(code) for code in interviews.loc[over, "entretien_id"]]


def _line(table: str, code: str, column: str, why: str) -> dict[str, str]:
    return {"nature": "protection", "table": table, "cle": str(code), "colonne": column, "ancienne": "", "nouvelle": "",
            "qui": "lecture", "pourquoi": why}  # fmt: skip


def drop_hanging(tables: dict[str, pd.DataFrame], codebook: Codebook) -> dict[str, pd.DataFrame]:
    """The tables without the rows that cannot stand once other rows were taken out.

    A row goes when one of its sources went, or when a reference that is required (always or in some cases) went; an
    optional reference to a row that went is blanked. A coding goes with the row it coded.
    """
    while True:
        smaller = {name: _standing(name, frame, tables, codebook) for name, frame in tables.items()}
        settled = all(len(smaller[name]) == len(tables[name]) for name in tables)
        tables = smaller
        if settled:
            break
    return {name: _blank(name, frame, tables, codebook).reset_index(drop=True) for name, frame in tables.items()}


def _standing(name: str, frame: pd.DataFrame, tables: dict[str, pd.DataFrame], codebook: Codebook) -> pd.DataFrame:
    keep = pd.Series(data=True, index=frame.index)
    for variable in codebook.columns(name):
        if variable.target is None or variable.target[0] not in tables:
            continue
        known = set(tables[variable.target[0]][variable.target[1]])
        if variable.name == "source_id":
            allowed = [value is None or set(value) <= known for value in frame[variable.name]]
            keep &= pd.Series(allowed, index=frame.index, dtype="bool")
        elif variable.required and not variable.is_multiple:
            keep &= frame[variable.name].isna() | frame[variable.name].isin(known)
    if name == "codages":
        keep &= pd.Series(_coded_rows_known(frame, tables, codebook), index=frame.index, dtype="bool")
    return frame[keep]


def _coded_rows_known(frame: pd.DataFrame, tables: dict[str, pd.DataFrame], codebook: Codebook) -> list[bool]:
    known = {name: set(table[codebook.key_of(name)]) for name, table in tables.items()}
    return [
        unit in known.get(table, set()) for table, unit in zip(frame["unite_table"], frame["unite_id"], strict=True)
    ]


def _blank(name: str, frame: pd.DataFrame, tables: dict[str, pd.DataFrame], codebook: Codebook) -> pd.DataFrame:
    for variable in codebook.columns(name):
        if variable.target and variable.target[0] in tables and variable.name != "source_id":
            known = set(tables[variable.target[0]][variable.target[1]])
            frame = frame.assign(**{variable.name: _only_known(frame[variable.name], variable, known)})
    return frame


def _only_known(values: pd.Series, variable: Variable, known: set[str]) -> pd.Series:
    if not variable.is_multiple:
        return values.where(values.isin(known))
    kept = [tuple(code for code in value if code in known) or None if value else None for value in values]
    return pd.Series(kept, index=values.index, dtype="object")
