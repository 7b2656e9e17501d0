"""Several notebooks at once: threads of one process, for the kernels are processes already."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from ect_research.study.forked import Zygote
    from ect_research.study.kernel import Leash
    from ect_research.study.progress import Watcher
    from ect_research.study.task import Task, TaskReport

_INTERRUPTED = "l’étude a été interrompue"
# A kernel that has just been asked for cannot be stopped yet: it is tried again until its thread is done.
_PATIENCE_S, _RETRY_S = 20, 0.1


@dataclass(frozen=True)
class Workers:
    """An executor: `jobs` notebooks at once.

    Attributes:
        jobs: how many; as many as there are processors when 0.
        plain_kernels: start each kernel by itself instead of forking it from a process that has imported the libraries.
    """

    jobs: int = 0
    plain_kernels: bool = False

    def __call__(self, tasks: Sequence[Task], watcher: Watcher) -> Generator[TaskReport]:
        """Execute tasks; each report comes as soon as its task ends.

        Ctrl-C kills the kernels, waits for the threads, then goes on as ``KeyboardInterrupt``.
        """
        if not tasks:
            return
        forks = can_fork() and not self.plain_kernels and len(tasks) > 1
        zygote = _start_zygote(tasks) if forks else None
        from ect_research.study.kernel import quiet

        crew = _Crew(zygote, watcher)
        with ThreadPoolExecutor(min(self.jobs or processors(), len(tasks)), "carnet") as pool, quiet():
            pending = {pool.submit(crew.execute, task) for task in tasks}
            try:
                while pending:
                    done, pending = wait(pending, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in done)
            finally:
                crew.stop(pending)
                if zygote:
                    zygote.close()


@dataclass
class _Crew:
    """What the threads share."""

    zygote: Zygote | None
    watcher: Watcher
    leashes: dict[str, Leash] = field(default_factory=dict)

    def execute(self, task: Task) -> TaskReport:
        from ect_research.study.kernel import Leash, closed_loop
        from ect_research.study.notebook_run import run_task

        leash = self.leashes[task.id] = Leash()
        self.watcher.run_started(task.title)
        with closed_loop():
            return run_task(task, self.watcher.cell_done, zygote=self.zygote, leash=leash)

    def stop(self, pending: set[Future[TaskReport]]) -> None:
        """Cancel what has not begun, kill what has, and wait for the threads."""
        running = {future for future in pending if not future.cancel()}
        limit = time.monotonic() + _PATIENCE_S
        while running and time.monotonic() < limit:
            for leash in list(self.leashes.values()):
                leash.cut(_INTERRUPTED)
            _, running = wait(running, timeout=_RETRY_S)


def can_fork() -> bool:
    """Whether forking a process that has imported the libraries is safe here: on Linux."""
    return sys.platform == "linux"


def processors() -> int:
    """How many processors this process may use.

    >>> processors() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start_zygote(tasks: Sequence[Task]) -> Zygote:
    """Started first: it imports the libraries while this process imports papermill."""
    from ect_research.study.forked import Zygote
    from ect_research.study.kernel_environment import kernel_environment
    from ect_research.study.prepare import shared_inputs

    imports = {name for task in tasks for name in task.imports}
    return Zygote(imports, kernel_environment(), shared_inputs(tasks))
