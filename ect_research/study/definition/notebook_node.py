"""A notebook as nbformat reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ect_research.errors import StudyError
from ect_research.study.base.jupyter_imports import lean_imports

with lean_imports():
    import nbformat


def load_node(path: Path) -> Any:  # noqa: ANN401 - nbformat has no types
    """The notebook as nbformat sees it, without outputs.

    Raises:
        StudyError: the file is not a notebook.
    """
    try:
        node = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    except (nbformat.reader.NotJSONError, ValueError, AttributeError, KeyError):
        raise StudyError("« {name} » n’est pas un carnet Jupyter lisible.", name=path.name) from None
    for number, cell in enumerate(node.cells):
        cell.setdefault("id", f"cellule-{number}")
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return node
