"""The codebook as an object: the one source of words for checking, legends, forms and the data dictionary.

What the program does with some codes is said by its columns ``family`` and ``role``, never by the code.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ect_research.errors import CodebookError
from ect_research.words import Sentence, catalogue, labelled, mark

if TYPE_CHECKING:
    import pandas as pd

Language = Literal["fr", "en"]
_TEST = re.compile(r"\$\{(\w+)\}\s*(!=|=)\s*'([^']*)'")
_JOINING = ((" and ", mark(" et ")), (" or ", mark(" ou ")))
_FILLED, _BLANK = mark("« {column} » est rempli"), mark("« {column} » est vide")
_IS, _IS_NOT = mark("« {column} » est « {answer} »"), mark("« {column} » n’est pas « {answer} »")


@dataclass(frozen=True)
class Variable:
    """One column of one table."""

    table: str  # name of the table
    name: str  # name of the column (ASCII French)
    type: str  # ``text, integer, decimal, date, select_one`` or ``select_multiple``
    list_name: str  # list of the codes allowed, ``""`` when free
    required: str  # ``""`` (optional), ``"oui"``, or an XLSForm condition on the row
    constraint: str  # XLSForm condition on the cell, ``""`` when free
    constraint_message: str  # the French sentence shown when the constraint fails
    relevant: str  # XLSForm condition under which the column makes sense
    key: str  # ``cle``, ``ref:table.column``, ``refs:table.column`` (several), ``unite`` or ``""``
    pii: str  # ``direct, quasi, org, texte_libre, consent`` or ``""``
    unit: str  # unit of the numbers, ``""`` when none
    labels: dict[str, str]  # label in each language
    hint: str  # what to type, in French
    example: str  # one good value
    hint_en: str = ""  # what to type, in English
    constraint_message_en: str = ""  # the English sentence shown when the constraint fails

    @property
    def is_multiple(self) -> bool:
        """Whether a cell may hold several values."""
        return self.type == "select_multiple" or self.key.startswith("refs:")

    @property
    def target(self) -> tuple[str, str] | None:
        """Table and column that this column points to, or None."""
        if not self.key.startswith(("ref:", "refs:")):
            return None
        table, column = self.key.split(":", 1)[1].split(".", 1)
        return table, column


@dataclass(frozen=True)
class Codebook:
    """What every table, column and answer means.

    Attributes:
        tables: one row per table (``table, label::fr, label::en, required, hint::fr, hint::en``; ``shown``: the columns that the
            entry workbook leaves unfolded; ``defaults``: what a blank cell is read as, ``column=code``).
        variables: ``{(table, column): Variable}`` in the order of the file.
        choices_table: one row per code (``list_name, name, label::fr, label::en, order, colour, sign, hatch, grey, family,
            role, words``: what people also write for it, separated by « ; »).
        stages: one row per stage (the same, and ``kind, opens, opens_with, after, closes, reopens``).
        analyses: one row per analysis and the columns it needs.
    """

    tables: pd.DataFrame
    variables: dict[tuple[str, str], Variable]
    choices_table: pd.DataFrame
    stages: pd.DataFrame
    analyses: pd.DataFrame

    @property
    def table_names(self) -> list[str]:
        """Names of the tables, in the order of the workbook."""
        return list(self.tables["table"])

    def keep(self, *tables: str) -> Codebook:
        """The same with some tables only; the columns that point to another one are left out.

        >>> from ect_research.codebook.load_codebook import load_codebook
        >>> load_codebook().keep("sources", "projets").table_names
        ['sources', 'projets']
        """
        pointing = {key: one.key.partition(":")[2].split(".")[0] for key, one in self.variables.items()}
        kept = {key: one for key, one in self.variables.items() if key[0] in tables and pointing[key] in ("", *tables)}
        return replace(self, tables=self.tables[self.tables["table"].isin(tables)], variables=kept)

    def columns(self, table: str) -> list[Variable]:
        """The columns of a table, in order."""
        found = [variable for (owner, _), variable in self.variables.items() if owner == table]
        if not found:
            raise CodebookError("La table « {table} » n’est pas dans le livre de codes.", table=table)
        return found

    def shown(self, table: str) -> list[str]:
        """The columns that the entry workbook shows first, in order; all of them for a table of one's own."""
        known = str(self.tables.set_index("table")["shown"][table]).split()
        return known or [variable.name for variable in self.columns(table)]

    def defaults(self, table: str) -> dict[str, str]:
        """``{column: code}`` that a blank cell is read as: judgements that not everybody can make.

        >>> from ect_research.codebook.load_codebook import load_codebook
        >>> load_codebook().defaults("evenements")
        {'certitude': '2_declare'}
        """
        said = str(self.tables.set_index("table")["defaults"][table]).split()
        return dict(part.split("=", 1) for part in said)

    def key_of(self, table: str) -> str:
        """The column that names each row of a table."""
        return next(variable.name for variable in self.columns(table) if variable.key == "cle")

    def choices(self, list_name: str) -> pd.DataFrame:
        """The codes of a list in order: ``name, label::fr, label::en, order, colour``."""
        if list_name == "etape":
            return self.stages[["name", "label::fr", "label::en", "order", "colour"]].reset_index(drop=True)
        self._list(list_name)
        found = self.choices_table[self.choices_table["list_name"] == list_name]
        return found.drop(columns="list_name").reset_index(drop=True)

    @cached_property
    def _lists(self) -> dict[str, list[dict[str, str]]]:
        """The lines of each list; asked for at every cell, hence sorted once."""
        lists: dict[str, list[dict[str, str]]] = {}
        for row in self.choices_table.to_dict("records"):
            lists.setdefault(row["list_name"], []).append({str(name): value for name, value in row.items()})
        lists["etape"] = [{str(n): str(value) for n, value in row.items()} for row in self.stages.to_dict("records")]
        return lists

    def _list(self, list_name: str) -> list[dict[str, str]]:
        if list_name not in self._lists:
            raise CodebookError("La liste « {list_name} » n’est pas dans le livre de codes.", list_name=list_name)
        return self._lists[list_name]

    def codes(self, list_name: str) -> list[str]:
        """The codes of a list, in order."""
        return [row["name"] for row in self._list(list_name)]

    def is_ordinal(self, list_name: str) -> bool:
        """Whether the order of a list means something (its ``order`` column is filled)."""
        return all(row["order"] != "" for row in self._list(list_name))

    def labels(self, list_name: str, language: Language = "fr") -> dict[str, str]:
        """``{code: label}`` of a list."""
        return {row["name"]: row[f"label::{language}"] for row in self._list(list_name)}

    def label(self, list_name: str, code: str, language: Language = "fr") -> str:
        """The label of one code.

        >>> from ect_research.codebook.load_codebook import load_codebook
        >>> load_codebook().label("statut_juridique", "scic", "en")
        'Multi-stakeholder coop'
        """
        labels = self.labels(list_name, language)
        if code not in labels:
            raise CodebookError(
                "Le code « {code} » n’est pas dans la liste « {list_name} ».", code=code, list_name=list_name
            )
        return labels[code]

    def words(self, list_name: str) -> dict[str, list[str]]:
        """``{code: what people also write for it}``, for the codes of a list that have such words.

        >>> from ect_research.codebook.load_codebook import load_codebook
        >>> load_codebook().words("type_source")["compte_rendu"][:2]
        ['CR', 'PV']
        """
        return {row["name"]: row["words"].split(";") for row in self._list(list_name) if row.get("words")}

    def colours(self, list_name: str) -> dict[str, str]:
        """``{code: "#rrggbb"}`` for the codes of a list that have a colour."""
        return {row["name"]: row["colour"] for row in self._list(list_name) if row["colour"]}

    def variable_label(self, table: str, name: str, language: Language = "fr") -> str:
        """The label of a column."""
        if (table, name) not in self.variables:
            raise CodebookError("La colonne « {name} » n’est pas dans la table « {table} ».", name=name, table=table)
        return self.variables[table, name].labels[language]

    def sheet(self, table: str) -> Sentence:
        """What a workbook calls the sheet of a table: its code in French, its label in English.

        >>> from ect_research.codebook.load_codebook import load_codebook
        >>> load_codebook().sheet("maturite").sentence("en")
        'Cooperative maturity'
        """
        return labelled({"fr": table, "en": self.table_label(table, "en")})

    def example(self, variable: Variable, language: Language = "fr") -> str:
        """What one may write in a column, as its drop-down list words it.

        >>> from ect_research.codebook.load_codebook import load_codebook
        >>> book = load_codebook()
        >>> book.example(book.variables["evenements", "type_evenement"])
        'Statuts déposés'
        """
        labels = self.labels(variable.list_name, language) if variable.list_name else {}
        return labels.get(variable.example, variable.example)

    def condition_said(self, table: str, condition: str, language: Language = "fr") -> str:
        """An XLSForm condition on a row of a table, as the headers and the drop-down lists of the workbook word it.

        >>> from ect_research.codebook.load_codebook import load_codebook
        >>> load_codebook().condition_said("acteurs", "${nature} = 'personne' or ${commune_insee} != ''")
        '« Nature » est « Personne » ou « Commune (code Insee) » est rempli'
        """
        say = catalogue(language).gettext

        def one(test: re.Match[str]) -> str:
            name, sign, code = test.groups()
            said = (_FILLED if sign == "!=" else _BLANK) if not code else _IS if sign == "=" else _IS_NOT
            variable = self.variables.get((table, name))
            answers = self.labels(variable.list_name, language) if variable and variable.list_name else {}
            label = variable.labels[language] if variable else name
            return say(said).format(column=label, answer=answers.get(code, code))

        text = _TEST.sub(one, condition)
        for sign, word in _JOINING:
            text = text.replace(sign, say(word))
        return re.sub(r"\$\{(\w+)\}", r"\1", text)

    def table_label(self, table: str, language: Language = "fr") -> str:
        """The label of a table."""
        return str(self.tables.set_index("table")[f"label::{language}"][table])


ENDS = ("creation", "abandon", "absorption")
"""The roles of stages that end the clock of a project, in the order in which they are told."""
STAGE_ROLES = ("experimentation", *ENDS, "entre_deux", "sommeil", "cessation")


@cache
def _shipped(list_name: str) -> tuple[dict[str, str], ...]:
    name = "stages" if list_name == "etape" else "choices"
    with (Path(__file__).parent / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(row for row in csv.DictReader(file) if list_name == "etape" or row["list_name"] == list_name)


@cache
def shipped_tables() -> frozenset[str]:
    """The tables of the package's own codebook: a corpus that has others declares them.

    >>> "maturite" in shipped_tables()
    True
    """
    with (Path(__file__).parent / "tables.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["table"] for row in csv.DictReader(file))


def families(list_name: str) -> dict[str, str]:
    """``{code: family}`` of the codes of the package's own list that have one.

    >>> families("type_evenement")["soutien_financier"]
    'soutien'
    """
    return {row["name"]: row["family"] for row in _shipped(list_name) if row["family"]}


def roles(list_name: str) -> dict[str, str]:
    """``{code: role}`` of the codes of the package's own list that have one.

    >>> roles("cumul")
    {'prevu': 'prevue'}
    """
    return {row["name"]: row["role"] for row in _shipped(list_name) if row["role"]}


def code_for(list_name: str, role: str) -> str:
    """The first code of the package's own list that plays a role.

    >>> code_for("certitude", "deduit")
    '0_deduit'
    """
    return next(code for code, played in roles(list_name).items() if played == role)


def stages_playing(stages: pd.DataFrame, *wanted: str) -> dict[str, str]:
    """``{stage: role}`` of the stages of a corpus that play one of these roles, in the order of the roles.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> stages_playing(load_codebook().stages, "abandon", "creation")
    {'t_abandon': 'abandon', 'e5_creation': 'creation'}
    """
    told = list(zip(stages["name"], stages["role"], strict=True))
    return {str(name): role for role in wanted for name, played in told if played == role}
