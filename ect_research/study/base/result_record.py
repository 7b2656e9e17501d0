"""What a saved figure, table or refusal leaves behind: one line of ``resultats.jsonl``."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ect_research.errors import EctError

RECORDS = "resultats.jsonl"
EXECUTED = "carnet.ipynb"
OUTPUT_VARIABLE, ROOT_VARIABLE = "ECT_SORTIES", "ECT_PROJET"
KINDS, NOTEBOOKS = ("figures", "tables"), "notebooks"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Windows opens a device instead of a file of this name.
_RESERVED = {"aux", "con", "nul", "prn", *(f"com{i}" for i in range(10)), *(f"lpt{i}" for i in range(10))}

Kind = Literal["figure", "table", "refus"]


@dataclass(frozen=True)
class OutputFile:
    """One written file."""

    role: str  # ``svg``, ``pdf``, ``png``, ``csv`` (for a French spreadsheet) or ``machine`` (plain CSV)
    path: str  # where it is, relative to the folder of outputs, with ``/``
    sha256: str  # hash of its bytes, hexadecimal


@dataclass(frozen=True)
class Output:
    """One result of a run, as the manifest and the page tell it."""

    name: str  # slug, unique in its run
    kind: Kind  # ``figure``, ``table`` or ``refus``
    title: str  # title shown to the reader: what was found
    n: str = ""  # number of cases, in words
    missing: str = ""  # what is not shown, and why
    source: str = ""  # source line
    sources: tuple[str, ...] = ()  # identifiers of the documents behind it, the most cited first
    reading: str = ""  # how to read it, or a note
    subtitle: str = ""  # the question, then unit, place, period
    scope: str = ""  # population it speaks of
    date: str = ""  # date of the data, already written for the reader
    reader: str = ""  # preset (``ademe``…), empty for a table
    language: str = "fr"  # ``fr`` or ``en``
    refusal_fr: str = ""  # sentence of the refusal, empty otherwise
    refusal_en: str = ""  # the same in English
    cause_fr: str = ""  # reason and remedy of the refusal, which others may share; empty otherwise
    cause_en: str = ""  # the same in English
    numeric: tuple[str, ...] = ()  # names of the columns that hold numbers in the data table
    rows: int = 0  # number of rows of the data table
    # width of the picture, then heights of its head (title), body (drawing) and foot (notes), inches
    layout: tuple[float, ...] = ()
    files: tuple[OutputFile, ...] = ()  # written files
    documents: str = ""  # the main ones, named, and how many more
    finding: str = ""  # what it says, in one sentence made from its numbers
    strength: str = ""  # what that sentence can bear
    place: str = "corps"  # ``corps`` or ``annexe``

    def file(self, role: str) -> OutputFile:
        """The file of one role; KeyError when there is none."""
        for file in self.files:
            if file.role == role:
                return file
        raise KeyError(role)

    def moved(self, run: str) -> Output:
        """The same result once its run's folders are in place: ``figures/a.svg`` → ``figures/<run>/a.svg``.

        >>> saved = Output("a", "figure", "A", files=(OutputFile("svg", "figures/a.svg", "0"),))
        >>> saved.moved("corpus").file("svg").path
        'figures/corpus/a.svg'
        """
        files = tuple(replace(file, path=file.path.replace("/", f"/{run}/", 1)) for file in self.files)
        return replace(self, files=files)

    def to_json(self) -> dict[str, Any]:
        """Plain data, in a fixed order."""
        return asdict(self)


def output_from_json(data: dict[str, Any]) -> Output:
    """The inverse of `Output.to_json`."""
    files = tuple(OutputFile(**file) for file in data["files"])
    lists = {key: tuple(data[key]) for key in ("sources", "numeric", "layout")}
    return Output(**{**data, **lists, "files": files})


def check_name(name: str) -> None:
    """Refuse a name that is not a slug: it could not be a file name everywhere."""
    if not is_slug(name):
        raise EctError(
            "Le nom « {name} » ne convient pas : lettres minuscules sans accent, chiffres et tirets seulement, par "
            "exemple « temps-par-etape ».",
            name=name,
        )


def is_slug(name: str) -> bool:
    """Whether a name is made of lower-case letters, digits and single hyphens, and is no Windows device.

    >>> is_slug("temps-par-etape"), is_slug("Étape"), is_slug("../x"), is_slug("con")
    (True, False, False, False)
    """
    return len(name) <= 60 and _SLUG.fullmatch(name) is not None and name not in _RESERVED


def output_folder() -> Path:
    """Where this session saves: the runner's folder, else ``outputs/a-la-main/<carnet>`` by hand."""
    given = os.environ.get(OUTPUT_VARIABLE)
    if given:
        return Path(given)
    from ect_research.corpus.folder.project_paths import project_root

    notebook = Path(os.environ.get("JPY_SESSION_NAME", "carnet")).stem
    root: Path = project_root()
    return root / "outputs" / "a-la-main" / notebook


def append_output(folder: Path, output: Output) -> None:
    """Add a result to the records of a folder; a run by hand replaces the record of the same name."""
    refuse_twice(folder, output.name)
    kept = [old for old in read_outputs(folder) if old.name != output.name]
    lines = [json.dumps(item.to_json(), ensure_ascii=False, sort_keys=True) for item in (*kept, output)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RECORDS).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def refuse_twice(folder: Path, name: str) -> None:
    """Refuse a name that a run of the study already used. By hand, a cell may be executed again."""
    if os.environ.get(OUTPUT_VARIABLE) and any(old.name == name for old in read_outputs(folder)):
        raise EctError(
            "Le nom « {name} » a déjà servi dans ce carnet : donner un autre nom à l’un des deux résultats.", name=name
        )


def read_outputs(folder: Path) -> list[Output]:
    """The results recorded in a folder, in the order they were saved; none if nothing was."""
    path = folder / RECORDS
    if not path.exists():
        return []
    return [output_from_json(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def run_of(path: str) -> str:
    """The run whose results stand at a place of the folder of outputs; empty for what is of all of them.

    >>> run_of("tables/corpus/annees.csv"), run_of("notebooks/carte.ipynb"), run_of("index.html"), run_of("tables")
    ('corpus', 'carte', '', '')
    """
    kind, _, rest = path.replace(os.sep, "/").partition("/")
    return rest.partition("/")[0] if kind in KINDS else rest.partition(".")[0] if kind == NOTEBOOKS else ""


def sha256_of(data: bytes) -> str:
    """Hexadecimal SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()
