"""What tests of several rooms say in the same words."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from python_calamine import CalamineWorkbook

from ect_research.study.base.result_record import EXECUTED
from ect_research.study.kernels.task import TaskReport


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


def copies(tasks, _watcher) -> Iterator[TaskReport]:
    """An executor whose notebooks succeed and give nothing."""
    for task in tasks:
        Path(task.staging).mkdir(parents=True)
        (Path(task.staging) / EXECUTED).write_text("{}", encoding="utf-8")
        yield TaskReport(task.id, "reussi")


def assert_same(found, stored, tolerance=1e-10):
    """A frame holds the numbers stored beside the call that made them."""
    expected = np.array(stored["data"], dtype=float)
    np.testing.assert_allclose(found.to_numpy(dtype=float), expected, rtol=0, atol=tolerance)
