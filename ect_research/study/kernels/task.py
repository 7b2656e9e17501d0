"""One run as plain data: what an executor is given, and what it gives back. Another machine could be given the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ect_research.study.kernels.file_reads import Seen

if TYPE_CHECKING:
    from ect_research.words import Sentence

Status = Literal["reussi", "echec"]


@dataclass(frozen=True)
class Task:
    """All that is needed to execute one notebook; strings, numbers and dictionaries only.

    Attributes:
        id: slug of the run.
        title: title shown.
        notebook: path of the notebook.
        root: path of the project.
        workdir: folder in which the kernel starts.
        staging: folder that receives the outputs until they are complete; it does not exist yet.
        parameters: values to inject, already checked.
        cells: number of code cells of the notebook.
        seed: of the kernel's random generators.
        limit: seconds the whole run may take, 0 for no limit.
        cell_limit: seconds a cell may take, 0 for no limit.
        imports: dotted names of what the notebook reaches, which may be imported ahead of it.
        corpus: path of the folder of its corpus, which may be read ahead of it; empty when it has none.
        took_s: seconds it took last time, 0 when unknown.
    """

    id: str
    title: str
    notebook: str
    root: str
    workdir: str
    staging: str
    parameters: dict[str, Any]
    cells: int
    seed: int = 0
    limit: float = 0
    cell_limit: float = 0
    imports: tuple[str, ...] = ()
    corpus: str = ""
    took_s: float = 0

    @property
    def length(self) -> float:
        """How long it is likely to take, to be compared with others: a cell takes about a second."""
        return self.took_s or self.cells


@dataclass(frozen=True)
class TaskReport:
    """How a run went.

    Attributes:
        id: slug of the run.
        status: ``reussi`` only if every code cell completed.
        cause: one line that names the cell and the error; None when all went well.
        kernel_s: seconds before the first cell.
        cell_s: seconds of each executed code cell, in order.
        total_s: seconds of the whole run.
        seen: what its kernel saw of itself.
    """

    id: str
    status: Status
    cause: Sentence | None = None
    kernel_s: float = 0.0
    cell_s: tuple[float, ...] = field(default=())
    total_s: float = 0.0
    seen: Seen = field(default_factory=Seen)
