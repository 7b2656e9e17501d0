"""People first: no consent, no row, and nothing that hung on it; a person enters under a pseudonym. What goes is said.

Keyed pseudonyms are the same everywhere for one person, and nobody without the key can find who it is: an unkeyed hash of a
hundred member names is undone by trying the hundred names. The key lives outside the project, in the environment variable
``ECT_CLE`` or in the file named by ``ECT_CLE_FICHIER``. ``private/`` is the part of a corpus that git never sees.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from ect_research.codebook.codebook import Codebook, Variable
from ect_research.corpus.checks.check_table import Row
from ect_research.corpus.folder.project_paths import PRIVATE
from ect_research.corpus.people.protection_rules import RESPONDENT, person_tables
from ect_research.corpus.people.secret_key import read_key
from ect_research.corpus.reading.csv_file import read_side_file
from ect_research.corpus.text.parse_cell import Known
from ect_research.corpus.text.raw_table import Place, Problem, fold
from ect_research.words import Told

_LENGTH = 10


def pseudonym(name: str, key: bytes) -> str:
    """Ten signs for one person (HMAC-SHA256, base32), whatever the case, accents and spaces of the name.

    >>> pseudonym("Lucie  DURAND", b"0123456789abcdef") == pseudonym("lucie durand", b"0123456789abcdef")
    True
    """
    digest = hmac.new(key, fold(name).encode("utf-8"), hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii")[:_LENGTH]


def is_person(row: Row, natures: dict[str, str]) -> bool:
    """Whether a row of the table of actors is a person."""
    return natures.get(fold(row.text.get("nature", ""))) == "personne"


def with_pseudonyms(rows: dict[str, list[Row]], codebook: Codebook) -> dict[str, list[Row]]:
    """The rows with a keyed pseudonym for every person who has none, and in place of every identity of ``private/``."""
    natures = Known(codebook, "nature_acteur")
    keys: list[bytes] = []

    def pseudonym_of(name: str) -> str:
        if not keys:
            keys.append(read_key())
        return pseudonym(name, keys[0])

    def changed(table: str, row: Row) -> Row:
        given = {}
        hidden = row.place.fichier.startswith(f"{PRIVATE}/")
        for column in _identities(codebook, table) if hidden else ():
            if row.text.get(column):
                given[column] = pseudonym_of(row.text[column])
        if table == "acteurs" and is_person(row, natures) and row.text.get("nom") and not row.text.get("pseudonyme"):
            given["pseudonyme"] = pseudonym_of(row.text["nom"])
        return replace(row, text={**row.text, **given}) if given else row

    return {table: [changed(table, row) for row in several] for table, several in rows.items()}


def find_spellings(rows: dict[str, list[Row]]) -> Iterator[Problem]:
    """A respondent spelt in two ways, who would count as two persons; the names are not repeated, only their rows."""
    first: dict[tuple[str, ...], Row] = {}
    for row in rows.get("maturite", ()):
        said = row.text.get("repondant_id", "")
        words = tuple(sorted(word.lstrip("0") for word in re.findall(r"[^\W\d_]+|\d+", fold(said))))
        other = first.setdefault(words, row) if words else row
        before, hidden = other.text.get("repondant_id", ""), row.place.fichier.startswith(f"{PRIVATE}/")
        if before != said and not (hidden and fold(before) == fold(said)):  # one keyed pseudonym
            yield Problem(
                row.place, "repondant_id", "",
                Told("ce répondant est peut-être celui de la ligne {line}, écrit autrement", line=other.place.ligne),
                "une seule écriture par personne, d’une vague à l’autre",
                "s’ils ne font qu’une personne, écrire partout le même code : elle compterait pour deux", "alerte",
            )  # fmt: skip


def _identities(codebook: Codebook, table: str) -> list[str]:
    """Columns of a private table that say who someone is; the name of an actor is dealt with by its nature."""
    if table == "acteurs":
        return []
    named = ("repondant_id",)
    return [item.name for item in codebook.columns(table) if item.pii == "direct" or item.name in named]


_CONSENTS = ("ecrit", "oral", "oui")


def protect(
    tables: dict[str, pd.DataFrame], codebook: Codebook, withdrawn: Collection[str] = ()
) -> tuple[dict[str, pd.DataFrame], list[dict[str, str]]]:
    """The tables without the interviews that nobody consented to, the people who withdrew, and the names of persons.

    Documents that are not to be published keep their code alone. One log line per row set aside or name replaced (without
    the name); what hangs on a withdrawn person goes too.
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
    if "sources" in tables and "diffusable" in tables["sources"]:
        documents = tables["sources"]
        hidden = (documents["diffusable"] == "non").fillna(value=False)
        log += [
            _line("sources", code, "reference", "référence retirée : document non diffusable")
            for code in documents.loc[hidden, "source_id"]
        ]
        kept_back = [name for name in ("reference", "url") if name in documents]
        tables["sources"] = documents.assign(**{name: documents[name].mask(hidden) for name in kept_back})
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
    """The codes of ``retraits.csv`` (column ``code``; a ``date`` if one likes), and what is wrong with it; nothing without it.

    A line whose column ``efface_le`` is filled is kept as a trace: the rows of that person are erased, none is looked for.
    """
    lines, problems = read_side_file(path, ("code",))
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
            "le code d’un acteur, un pseudonyme, le code d’une réponse ou d’un répondant du corpus",
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
