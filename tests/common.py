"""What tests of several rooms say in the same words."""

from pathlib import Path

import numpy as np
from python_calamine import CalamineWorkbook


def plain(said: object) -> str:
    """A text with ordinary spaces."""
    return str(said).replace("\xa0", " ").replace("\u202f", " ")


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path from there."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def sheets_of(path: Path) -> dict[str, list[list[object]]]:
    """The cells of a workbook, sheet by sheet."""
    workbook = CalamineWorkbook.from_path(str(path))
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}


def upper(matrix: np.ndarray) -> np.ndarray:
    """What stands above the diagonal."""
    return matrix[np.triu_indices(len(matrix), 1)]
