"""A notebook before and after its run: what it asks, its parameters, and a copy that holds no trace of the machine."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from ect_research.errors import StudyError
from ect_research.study.parameters import Parameter, read_parameters

PARAMETERS_TAG = "parameters"
INJECTED_TAG = "injected-parameters"
Folders = Mapping[Path, str]
_CELL_FILE = re.compile(r"[^\s\"']*ipykernel_\d+[/\\]\d+\.py")
# « 04 · Où sont les projets ? »: the study numbers its parts itself.
_NUMBER = re.compile(r"^\s*\d+\s*[·.:–—-]\s*")
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


@dataclass(frozen=True)
class Notebook:
    """What can be known of a notebook without running it.

    Attributes:
        path: its file.
        title: text of its first heading, else its file name.
        question: first paragraph under that heading, plain text.
        parameters: its parameters by name.
        cells: number of cells that hold code.
        digest: sha256 of its cells (type, tags, source), blind to what Jupyter changes when it saves.
    """

    path: Path
    title: str
    question: str
    parameters: dict[str, Parameter]
    cells: int
    digest: str


def read_notebook(path: Path) -> Notebook:
    """Read what a notebook asks.

    Raises:
        StudyError: not a notebook, or a parameters cell that cannot be read.
    """
    node = load_node(path)
    tagged = [cell for cell in node.cells if PARAMETERS_TAG in cell.metadata.get("tags", [])]
    if len(tagged) > 1:
        raise StudyError("plus d’une cellule porte l’étiquette « parameters » : n’en garder qu’une.")
    title, question = _heading(node)
    return Notebook(
        path=path,
        title=title or path.stem,
        question=question,
        parameters=read_parameters(tagged[0].source) if tagged else {},
        cells=sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in node.cells),
        digest=_digest(node),
    )


def load_node(path: Path) -> Any:  # noqa: ANN401 - nbformat has no types
    """The notebook as nbformat sees it, without outputs.

    Raises:
        StudyError: the file is not a notebook.
    """
    try:
        node = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    except (nbformat.reader.NotJSONError, ValueError, AttributeError, KeyError):
        raise StudyError(f"« {path.name} » n’est pas un carnet Jupyter lisible.") from None
    for number, cell in enumerate(node.cells):
        cell.setdefault("id", f"cellule-{number}")
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return node


def inject(node: Any, code: str) -> None:  # noqa: ANN401 - nbformat has no types
    """Put the study's parameters right after the notebook's own, so that they win."""
    if not code:
        return
    position = 1 + next((i for i, cell in enumerate(node.cells) if PARAMETERS_TAG in cell.metadata.get("tags", [])), -1)
    source = f"# Paramètres donnés par l’étude\n{code}"
    cell = nbformat.v4.new_code_cell(source, id=INJECTED_TAG)  # type: ignore[no-untyped-call]
    cell.metadata["tags"] = [INJECTED_TAG]
    node.cells.insert(position, cell)


def scrub(node: Any, folders: Folders) -> None:  # noqa: ANN401 - nbformat has no types
    """Take away what differs from one machine or one minute to the next; statuses of cells stay.

    Args:
        node: executed notebook, changed in place.
        folders: folders to rename in its outputs, the innermost first.
    """
    kept = node.metadata.get("papermill", {})
    node.metadata["papermill"] = {key: kept[key] for key in ("parameters", "exception") if key in kept}
    for cell in node.cells:
        status = cell.metadata.get("papermill", {}).get("status")
        cell.metadata.pop("execution", None)
        cell.metadata.pop("papermill", None)
        if cell.cell_type == "code":
            cell.metadata["papermill"] = {"status": status}
            cell.outputs = [_clean(output, folders) for output in cell.outputs]


def without_machine(text: str, folders: Folders) -> str:
    """A text in which the folders of this machine, process numbers and memory addresses are replaced.

    >>> without_machine("/home/a/projet/notebooks/x.csv", {Path("/home/a/projet"): "."})
    './notebooks/x.csv'
    """
    for folder, name in {**folders, Path(sys.prefix): "<python>", Path.home(): "~"}.items():
        if len(folder.parts) > 1:
            text = text.replace(str(folder), name)
            text = text.replace(str(folder).replace(str(Path.home()), "~", 1), name)
    return _ADDRESS.sub("at 0x…", _CELL_FILE.sub("<cellule>", text))


def _clean(value: Any, folders: Folders) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        cleaned = {key: item if key == "image/png" else _clean(item, folders) for key, item in value.items()}
        return nbformat.from_dict(cleaned)  # type: ignore[no-untyped-call]
    if isinstance(value, list):
        return [_clean(item, folders) for item in value]
    return without_machine(value, folders) if isinstance(value, str) else value


def _heading(node: Any) -> tuple[str, str]:  # noqa: ANN401 - nbformat has no types
    """First ``# title`` and the paragraph under it."""
    for cell in node.cells:
        if cell.cell_type != "markdown":
            continue
        head, _, rest = cell.source.strip().partition("\n")
        if head.startswith("# "):
            paragraph = rest.strip().split("\n\n")[0]
            return _plain(_NUMBER.sub("", head[2:])), _plain(paragraph)
    return "", ""


def _plain(markdown: str) -> str:
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return " ".join(re.sub(r"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)", "", text).split())


def _digest(node: Any) -> str:  # noqa: ANN401 - nbformat has no types
    total = hashlib.sha256()
    for cell in node.cells:
        tags = ",".join(sorted(cell.metadata.get("tags", [])))
        total.update("\0".join((cell.cell_type, tags, cell.source, "")).encode())
    return total.hexdigest()
