"""The executed copy of a notebook: parameters injected, and no trace of the machine left in it."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ect_research.errors import StudyError
from ect_research.study.definition.notebook import INJECTED_TAG, PARAMETERS_TAG, lean_imports
from ect_research.words import tell

with lean_imports():
    import nbformat

_LONGEST_PRINT = 200_000
Folders = Mapping[Path, str]
_CELL_FILE = re.compile(r"[^\s\"']*ipykernel_\d+[/\\]\d+\.py")
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


def write_node(node: Any, path: Path) -> None:  # noqa: ANN401 - nbformat has no types
    """Write a notebook as Jupyter would."""
    nbformat.write(node, path)  # type: ignore[no-untyped-call]


def inject(node: Any, code: str) -> None:  # noqa: ANN401 - nbformat has no types
    """Put the study's parameters right after the notebook's own, so that they win, in place of those of before."""
    node.cells = [cell for cell in node.cells if INJECTED_TAG not in cell.metadata.get("tags", [])]
    if not code:
        return
    position = 1 + next((i for i, cell in enumerate(node.cells) if PARAMETERS_TAG in cell.metadata.get("tags", [])), -1)
    source = f"# Paramètres donnés par l’étude\n{code}"
    cell = nbformat.v4.new_code_cell(source, id=INJECTED_TAG)  # type: ignore[no-untyped-call]
    cell.metadata["tags"] = [INJECTED_TAG]
    node.cells.insert(position, cell)


def is_planned(cell: Any) -> bool:  # noqa: ANN401 - nbformat has no types
    """Whether a cell is one of those that `ect_research.study.definition.notebook.Notebook.cells` counts."""
    return cell.cell_type == "code" and cell.source.strip() != "" and INJECTED_TAG not in cell.metadata.get("tags", [])


def scrub(node: Any, folders: Folders) -> None:  # noqa: ANN401 - nbformat has no types
    """Take away, in place, what differs from one machine or minute to the next; ``folders``: the innermost first."""
    kept = node.metadata.get("papermill", {})
    node.metadata["papermill"] = {key: kept[key] for key in ("parameters", "exception") if key in kept}
    for cell in node.cells:
        status = cell.metadata.get("papermill", {}).get("status")
        cell.metadata.pop("execution", None)
        cell.metadata.pop("papermill", None)
        if cell.cell_type == "code":
            cell.metadata["papermill"] = {"status": status}
            cell.outputs = [_clean(output, folders) for output in _shortened(cell.outputs)]


def _shortened(outputs: list[Any]) -> list[Any]:
    """The outputs of a cell; of what it prints, the beginning: Jupyter opens no notebook of fifty megabytes."""
    kept, room = [], _LONGEST_PRINT
    for output in outputs:
        if output.output_type == "stream":
            if not room:
                continue
            if len(output.text) > room:
                output.text = f"{output.text[:room]}\n{tell('[coupé ici : la copie ne garde pas la suite]')}\n"
                room = 0
            else:
                room -= len(output.text)
        kept.append(output)
    return kept


def without_machine(text: str, folders: Folders) -> str:
    """A text in which the folders of this machine, process numbers and memory addresses are replaced.

    >>> without_machine("/home/a/projet/notebooks/x.csv", {Path("/home/a/projet"): "."})
    './notebooks/x.csv'
    """
    home = _home()
    for folder, name in {**folders, Path(sys.prefix): "<python>", **({home: "~"} if home else {})}.items():
        if len(folder.parts) > 1:
            text = text.replace(str(folder), name)
            text = text.replace(str(folder).replace(str(home), "~", 1), name)
    # Looked for first: in a drawing, whose letters are one word of a million signs, the search alone takes minutes.
    text = _CELL_FILE.sub("<cellule>", text) if "ipykernel_" in text else text
    return _ADDRESS.sub("at 0x…", text)


def _home() -> Path | None:
    """The folder of whoever is here; None for a number without an account, as in a container."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def _clean(value: Any, folders: Folders) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        cleaned = {key: item if key == "image/png" else _clean(item, folders) for key, item in value.items()}
        return nbformat.from_dict(cleaned)  # type: ignore[no-untyped-call]
    if isinstance(value, list):
        return [_clean(item, folders) for item in value]
    return without_machine(value, folders) if isinstance(value, str) else value


def load_node(path: Path) -> Any:  # noqa: ANN401 - nbformat has no types
    """The notebook as nbformat sees it, without outputs."""
    try:
        node = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    except (nbformat.reader.NotJSONError, ValueError, AttributeError, KeyError):
        raise StudyError("« {name} » n’est pas un carnet Jupyter lisible.", name=path.name) from None
    for number, cell in enumerate(node.cells):
        cell.setdefault("id", f"cellule-{number}")
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return node
