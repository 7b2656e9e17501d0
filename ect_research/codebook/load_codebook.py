"""Read the codebook of the package, completed by the files of a corpus and sheets « étude » and « listes » of its workbook."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.codebook.check_codebook import find_contradictions
from ect_research.codebook.codebook import Codebook, Variable
from ect_research.errors import CodebookError
from ect_research.words import Told, catalogue, labelled, mark, quoted, tell

if TYPE_CHECKING:
    import pandas as pd

STUDY, LISTS = "étude", "listes"
SHEETS = {STUDY: (STUDY, "etude", "study"), LISTS: (LISTS, "lists")}
"""``{sheet: the names it goes by}``, that of an English workbook last."""
OPEN_LISTS = {"dispositif": mark("Dispositifs"), "thematique": mark("Thématiques")}
"""The lists to which a territory adds its own answers in its workbook, and the head of their column."""
HEADS = {"code": mark("{head} : code"), "other": mark("{head} : dans l’autre langue")}
_ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods")
_LARGEST = 500_000_000


@dataclass(frozen=True)
class OwnSheet:
    """A sheet as text."""

    file: str  # name of the workbook
    name: str  # of the sheet, as typed
    rows: list[list[str]]  # cells of each row from the first one, dates as ``2025-12-31``


def read_own_sheet(folder: Path, which: str) -> OwnSheet | None:
    """The sheet « étude » or « listes » of the workbook of a corpus; None when there is none.

    A workbook that cannot be opened is passed over here: reading its tables says why.
    """
    found = [sheet for path in sorted(folder.iterdir()) if (sheet := _sheet_of(path, which))]
    if len(found) > 1:
        raise CodebookError(
            "La feuille « {sheet} » est dans deux classeurs, {one} et {two} : la garder dans un seul.",
            sheet=which,
            one=found[0].file,
            two=found[1].file,
        )
    return found[0] if found else None


def _sheet_of(path: Path, which: str) -> OwnSheet | None:
    if path.suffix.lower() not in _ENDINGS or path.name.startswith(("~$", ".")) or not path.is_file():
        return None
    if not _may_hold(path, SHEETS[which]):
        return None
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        zipped = zipfile.is_zipfile(path)  # whatever its name says
        with path.open("rb") as file, CalamineWorkbook.from_object(file if zipped else str(path)) as book:
            for name in book.sheet_names:
                if plain(name) in map(plain, SHEETS[which]):
                    cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                    return OwnSheet(path.name, name, [[_text(cell) for cell in row] for row in cells])
    except (CalamineError, OSError):
        return None
    except BaseException as panic:
        if type(panic).__name__ != "PanicException":  # the reader's own crash, which is no Exception
            raise
    return None


def _may_hold(path: Path, names: tuple[str, ...]) -> bool:
    """Whether it is worth opening: an .xlsx lists its sheets in a small file of its own."""
    if not zipfile.is_zipfile(path):
        return path.suffix.lower() == ".xls"
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > _LARGEST:
                return False
            if "xl/workbook.xml" not in archive.namelist():
                return True
            listed = unescape(archive.read("xl/workbook.xml").decode("utf-8", "replace"))
    except (OSError, RuntimeError, zipfile.BadZipFile, NotImplementedError):
        return False
    return any(f'name="{name}"' in plain(listed) for name in map(plain, names))


def _text(cell: object) -> str:
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def plain(text: str) -> str:
    """A text without case nor accents, to compare what was typed.

    >>> plain("Étude "), plain("Thématiques")
    ('etude', 'thematiques')
    """
    bare = unicodedata.normalize("NFKD", text.replace("’", "'").replace("œ", "oe")).casefold()
    return " ".join("".join(sign for sign in bare if not unicodedata.combining(sign)).split())


def code_of(label: str) -> str:
    """The code that a label gives.

    >>> code_of("La Fabrique drômoise (2025)")
    'la_fabrique_dromoise_2025'
    """
    return re.sub(r"[^a-z0-9]+", "_", plain(label)).strip("_")


def read_own_lists(folder: Path, known: dict[str, dict[str, dict[str, str]]]) -> list[dict[str, str]]:
    """The answers of sheet « listes », in its order: ``list_name, name, label::fr, label::en``.

    ``known``, ``{list: {code: line}}``: a label of theirs means its code.
    """
    sheet = read_own_sheet(folder, LISTS)
    if sheet is None or not sheet.rows:
        return []
    heads = [plain(cell) for cell in sheet.rows[0]]
    return [line for name in OPEN_LISTS for line in _answers(sheet, heads, name, known.get(name, {}))]


def _answers(
    sheet: OwnSheet, heads: list[str], name: str, known: dict[str, dict[str, str]]
) -> Iterator[dict[str, str]]:
    language, label, code, other = _columns(heads, name)
    second = {"fr": "en", "en": "fr"}[language]
    codes = {plain(line[f"label::{spoken}"]): own for own, line in known.items() for spoken in ("fr", "en")}
    taken: dict[str, str] = {}
    for row in sheet.rows[1:]:
        said = {
            part: row[at] if 0 <= at < len(row) else ""
            for part, at in (("label", label), ("code", code), ("other", other))
        }
        if not said["label"]:
            continue
        own = code_of(said["code"]) or codes.get(plain(said["label"])) or code_of(said["label"]) or "autre_reponse"
        if taken.get(own, said["label"]) != said["label"]:
            raise CodebookError(
                "{file}, feuille « {sheet} » : « {one} » et « {two} » auraient le même code « {code} ». En écrire un autre "
                "dans la colonne du code, à côté de l’une des deux.",
                file=sheet.file,
                sheet=sheet.name,
                one=taken[own],
                two=said["label"],
                code=own,
            )
        taken[own] = said["label"]
        fallback = known.get(own, {}).get(f"label::{second}") or said["label"]
        yield {"list_name": name, "name": own, f"label::{language}": said["label"],
               f"label::{second}": said["other"] or fallback}  # fmt: skip


def _columns(heads: list[str], name: str) -> tuple[str, int, int, int]:
    """Language of the heads of a list, and its columns: label, code, label in the other language; -1 where absent."""
    for language in ("fr", "en"):
        label, code, other = (
            heads.index(plain(head)) if plain(head) in heads else -1 for head in list_heads(name, language)
        )
        if label >= 0:
            return language, label, code, other
    return "fr", -1, -1, -1


def list_heads(name: str, language: str) -> list[str]:
    """The heads of the three columns of a list: its answers, their codes, the same in the other language.

    >>> list_heads("dispositif", "fr")
    ['Dispositifs', 'Dispositifs : code', 'Dispositifs : dans l’autre langue']
    """
    said = catalogue("en" if language == "en" else "fr").gettext
    head = said(OPEN_LISTS[name])
    return [head, *(said(text).format(head=head) for text in HEADS.values())]


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
