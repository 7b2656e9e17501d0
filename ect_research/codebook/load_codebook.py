"""Read the codebook shipped with the package, extended or overridden by the files of a corpus."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.codebook.check_codebook import find_contradictions
from ect_research.codebook.codebook import Codebook, Variable
from ect_research.codebook.forms.own_sheets import LISTS, SHEETS, read_own_lists
from ect_research.errors import CodebookError
from ect_research.words import Told, labelled, quoted, tell

if TYPE_CHECKING:
    import pandas as pd

CODEBOOK = Path(__file__).parent
_KEYS = {
    "tables": ["table"],
    "variables": ["table", "name"],
    "choices": ["list_name", "name"],
    "stages": ["name"],
    "analyses": ["name"],
}


def load_codebook(folder: Path | str | None = None) -> Codebook:
    """The codebook of the package, completed by the files of the same name and the sheet « listes » in ``folder``.

    A line of the folder replaces the package's line with the same key (table and name, list and code, stage), or is
    added at the end of its table or list. The answers of a list that a folder gives are in its own order, after the others.

    Args:
        folder: where a corpus keeps its workbook, its own ``variables.csv, choices.csv, stages.csv`` …; None for the
            package alone.

    Raises:
        CodebookError: the codebook contradicts itself; every contradiction is listed.

    >>> codebook = load_codebook()
    >>> codebook.label("type_evenement", "statuts_deposes")
    'Statuts déposés'
    """
    parts = {name: _read(name, folder) for name in _KEYS}
    contradictions = find_contradictions(parts)
    if contradictions:
        raise CodebookError("Le livre de codes se contredit :\n- {said}", said=quoted("\n- ".join(contradictions)))
    return Codebook(
        tables=parts["tables"],
        variables={(row["table"], row["name"]): _variable(row) for row in _records(parts["variables"])},
        choices_table=parts["choices"],
        stages=_stages(parts["stages"]),
        analyses=parts["analyses"],
    )


def _read(name: str, folder: Path | str | None) -> pd.DataFrame:
    import pandas as pd

    lines = _rows(CODEBOOK / f"{name}.csv")
    own = None if folder is None else Path(folder) / f"{name}.csv"
    if own is not None and own.is_file():
        lines = _completed(lines, _own_rows(own, columns=list(lines[0]), keys=_KEYS[name]), name)
    if own is not None and own.parent.is_dir() and name == "choices":
        lines = _with_sheet(lines, own)
    return pd.DataFrame(lines, dtype="str").fillna("")


def _completed(lines: list[dict[str, str]], own: list[dict[str, str]], name: str) -> list[dict[str, str]]:
    keyed = {tuple(line[key] for key in _KEYS[name]): line for line in lines}
    for line in own:
        key = tuple(line[part] for part in _KEYS[name])
        before = keyed.pop(key, None) if name == "choices" else keyed.get(key)
        keyed[key] = {**(before or dict.fromkeys(lines[0], "")), **line}
    return list(keyed.values())


def _with_sheet(lines: list[dict[str, str]], own: Path) -> list[dict[str, str]]:
    """Add the answers of sheet « listes »; a code to which ``choices.csv`` gives another label is told."""
    known: dict[str, dict[str, dict[str, str]]] = {}
    for line in lines:
        known.setdefault(line["list_name"], {})[line["name"]] = line
    more = read_own_lists(own.parent, known)
    filed = {(line["list_name"], line["name"]) for line in _rows(own)} if own.is_file() and more else set()
    for line in more:
        at, code = line["list_name"], line["name"]
        if (at, code) in filed and known[at][code]["label::fr"] != line["label::fr"]:
            raise CodebookError(
                "Le code « {code} » s’appelle « {one} » dans choices.csv et « {two} » dans la feuille « {sheet} » du "
                "classeur : garder un seul nom, ou effacer la ligne de choices.csv.",
                code=code,
                one=known[at][code]["label::fr"],
                two=line["label::fr"],
                sheet=SHEETS[LISTS][0],
            )
    return _completed(lines, more, "choices")


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CodebookError(
            "« {name} » n’est pas en UTF-8 (octet {start}) : l’enregistrer en « CSV UTF-8 ».",
            name=path.name,
            start=error.start,
        ) from error
    separator = ";" if text.split("\n", 1)[0].count(";") else ","
    lines = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))
    longer = [number for number, line in enumerate(lines, 1) if any(line.get(None) or ())]
    if longer:
        said = ", ".join(map(str, longer))
        raise CodebookError(
            "« {name} » : plus de cellules que de colonnes (ligne {said} après l’en-tête) : mettre entre guillemets "
            "les cellules qui contiennent le séparateur.",
            name=path.name,
            said=said,
        )
    return [{name: cell or "" for name, cell in line.items() if name} for line in lines]


def _own_rows(path: Path, *, columns: list[str], keys: list[str]) -> list[dict[str, str]]:
    """The filled lines of a corpus's own file; a column that would be read by nobody is refused."""
    lines = [line for line in _rows(path) if any(line.values())]
    met = list(lines[0]) if lines else keys
    strange = [name for name in met if name not in columns]
    absent = [name for name in keys if name not in met]
    if strange or absent:
        said = [tell("colonne inconnue : {names}", names=strange)] * bool(strange)
        said += [tell("colonne absente : {names}", names=absent)] * bool(absent)
        raise CodebookError(
            "« {file} » : {faults}. Colonnes attendues : {columns}.", file=path.name, faults=said, columns=columns
        )
    return lines


def _records(frame: pd.DataFrame) -> list[dict[str, str]]:
    return [{str(key): str(value) for key, value in record.items()} for record in frame.to_dict("records")]


def _stages(frame: pd.DataFrame) -> pd.DataFrame:
    ordered = frame.assign(order=frame["order"].astype("int64")).sort_values("order", kind="stable")
    return ordered.reset_index(drop=True)


def _variable(row: dict[str, str]) -> Variable:
    return Variable(
        table=row["table"],
        name=row["name"],
        type=row["type"],
        list_name=row["list"],
        required=row["required"],
        constraint=row["constraint"],
        constraint_message=_told(row, "constraint_message"),
        relevant=row["relevant"],
        key=row["ect_key"],
        pii=row["ect_pii"],
        unit=row["ect_unit"],
        labels={"fr": row["label::fr"], "en": row["label::en"]},
        hint=_told(row, "hint"),
        example=row["example"],
        hint_en=row["hint::en"],
        constraint_message_en=row["constraint_message::en"],
    )


def _told(row: dict[str, str], column: str) -> str:
    return Told(labelled({language: row[f"{column}::{language}"] for language in ("fr", "en")}))
