"""Several notebooks at once, in threads, for the kernels are processes already; and work for whoever has the libraries."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from ect_research.words import tell

if TYPE_CHECKING:
    from ect_research.study.kernels.fork_client import Zygote
    from ect_research.study.kernels.papermill_engine import Leash
    from ect_research.study.kernels.task import Task, TaskReport
    from ect_research.study.running.progress import Watcher

    Executor = Callable[[Sequence[Task], Watcher], Generator[TaskReport]]

_INTERRUPTED = tell("l’étude a été interrompue")
# A kernel that has just been asked for cannot be stopped yet: it is tried again until its thread is done.
_PATIENCE_S, _RETRY_S = 20, 0.1
Made = TypeVar("Made")


class Errand(NamedTuple):
    """A function of a module and what it is given; plain data that another process can be sent."""

    function: Callable[..., Any]  # found again by its name
    given: tuple[Any, ...]  # its arguments


class Aside(Protocol):
    """Whoever runs errands: this process (`Here`), or children of the process that kernels are forked from."""

    def do(self, function: Callable[..., Made], *given: Any) -> Made:  # noqa: ANN401 - what the function takes
        """What a function returns, or raises."""


class Here:
    """Runs errands in this process.

    >>> Here().do(divmod, 7, 2)
    (3, 1)
    """

    def do(self, function: Callable[..., Made], *given: Any) -> Made:  # noqa: ANN401 - what the function takes
        """What a function returns, or raises."""
        return function(*given)


def do_all(aside: Aside, errands: Sequence[Errand], jobs: int) -> list[Any]:
    """What several errands return, in their order, `jobs` of them at once.

    >>> do_all(Here(), [Errand(divmod, (7, 2)), Errand(abs, (-1,))], 2)
    [(3, 1), 1]
    """
    if isinstance(aside, Here):
        return [aside.do(errand.function, *errand.given) for errand in errands]
    with ThreadPoolExecutor(jobs, "course") as pool:
        return list(pool.map(lambda errand: aside.do(errand.function, *errand.given), errands))


@dataclass(frozen=True)
class Workers:
    """An executor: `jobs` notebooks at once."""

    jobs: int = 0  # how many; one more than there are processors when 0
    # start each kernel by itself instead of forking it from a process that has imported the libraries
    plain_kernels: bool = False
    zygote: Zygote | None = None  # that process, when it runs already (`ready`)

    def __call__(self, tasks: Sequence[Task], watcher: Watcher) -> Generator[TaskReport]:
        """Execute tasks; each report comes as soon as its task ends.

        Ctrl-C kills the kernels, waits for the threads, then goes on as ``KeyboardInterrupt``.
        """
        if not tasks:
            return
        with self.zygote_for(tasks) as zygote:
            from ect_research.study.kernels.papermill_engine import quiet

            # One more than processors: none is idle while a kernel starts, ends or waits for its next cell.
            crew, jobs = _Crew(zygote, watcher), min(self.jobs or processors() + 1, len(tasks))
            # The longest first: the last to end is then a short one, and no processor waits for it long.
            queue = sorted(tasks, key=lambda task: -task.length) if jobs > 1 else tasks
            with ThreadPoolExecutor(jobs, "carnet") as pool, quiet():
                pending = {pool.submit(crew.execute, task) for task in queue}
                try:
                    while pending:
                        done, pending = wait(pending, return_when=FIRST_COMPLETED)
                        yield from (future.result() for future in done)
                finally:
                    crew.stop(pending)

    @contextmanager
    def zygote_for(self, tasks: Sequence[Task]) -> Iterator[Zygote | None]:
        """The process to fork the kernels of tasks from, ended afterwards if it was started for them; None for none."""
        if self.zygote or self.plain_kernels or not tasks or not can_fork():
            yield self.zygote
            return
        zygote = _start_zygote(tasks)
        try:
            yield zygote
        finally:
            zygote.close()


@contextmanager
def ready(executor: Executor, tasks: Sequence[Task]) -> Iterator[tuple[Executor, Aside]]:
    """An executor that has what it needs for tasks, and who does meanwhile what needs the same libraries."""
    if not isinstance(executor, Workers):
        yield executor, Here()
        return
    with executor.zygote_for(tasks) as zygote:
        if zygote:
            import_module(
                "ect_research.study.kernels.papermill_engine"
            )  # papermill is imported while the zygote imports the rest
        yield replace(executor, zygote=zygote), zygote or Here()


@dataclass
class _Crew:
    """What the threads share."""

    zygote: Zygote | None
    watcher: Watcher
    leashes: dict[str, Leash] = field(default_factory=dict)

    def execute(self, task: Task) -> TaskReport:
        from ect_research.study.kernels.papermill_engine import Leash, closed_loop
        from ect_research.study.running.notebook_run import run_task

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
    """It imports the libraries, then reads what is read more than once."""
    from ect_research.study.kernels.fork_client import Zygote
    from ect_research.study.kernels.kernel_environment import kernel_environment
    from ect_research.study.kernels.read_ahead import shared_inputs

    imports = {name for task in tasks for name in task.imports}
    return Zygote(imports, kernel_environment(), shared_inputs(tasks))
