"""One run as plain data: what an executor is given, and what it gives back. Another machine could be given the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ect_research.study.kernels.file_reads import Seen
from ect_research.words import Sentence

Status = Literal["reussi", "echec"]


@dataclass(frozen=True)
class Task:
    """All that is needed to execute one notebook; strings, numbers and dictionaries only."""

    id: str  # slug of the run
    title: str  # title shown
    notebook: str  # path of the notebook
    root: str  # path of the project
    workdir: str  # folder in which the kernel starts
    staging: str  # folder that receives the outputs until they are complete; it does not exist yet
    parameters: dict[str, Any]  # values to inject, already checked
    cells: int  # number of code cells of the notebook
    seed: int = 0  # of the kernel's random generators
    limit: float = 0  # seconds the whole run may take, 0 for no limit
    cell_limit: float = 0  # seconds a cell may take, 0 for no limit
    imports: tuple[str, ...] = ()  # dotted names of what the notebook reaches, which may be imported ahead of it
    corpus: str = ""  # path of the folder of its corpus, which may be read ahead of it; empty when it has none
    language: str = "fr"  # of whoever reads its notebook
    took_s: float = 0  # seconds it took last time, 0 when unknown

    @property
    def length(self) -> float:
        """How long it is likely to take, to be compared with others: a cell takes about a second."""
        return self.took_s or self.cells


@dataclass(frozen=True)
class TaskReport:
    """How a run went."""

    id: str  # slug of the run
    status: Status  # ``reussi`` only if every code cell completed
    cause: Sentence | None = None  # one line that names the cell and the error; None when all went well
    kernel_s: float = 0.0  # seconds before the first cell
    cell_s: tuple[float, ...] = field(default=())  # seconds of each executed code cell, in order
    total_s: float = 0.0  # seconds of the whole run
    seen: Seen = field(default_factory=Seen)  # what its kernel saw of itself
