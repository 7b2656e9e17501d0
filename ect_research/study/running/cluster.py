"""Notebooks on several machines: each run is one plain task given to dask.distributed (optional extra ``cluster``).

The project and the folder of outputs must be on a disk that every worker sees at the same path. A worker that dies gives
its run back: another one takes it, and starts it again from nothing.
"""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ect_research.errors import StudyError
from ect_research.study.base.result_record import EXECUTED
from ect_research.study.kernels.task import Task, TaskReport
from ect_research.study.running.parallel import processors
from ect_research.study.running.progress import Watcher
from ect_research.words import tell

LOCAL = "local"
_INTERRUPTED = tell("l’étude a été interrompue")
_LOST = tell("la machine qui l’exécutait s’est arrêtée, plusieurs fois de suite")
_PATIENCE_S = 20


@dataclass(frozen=True)
class Cluster:
    """An executor: the workers of a dask cluster, one notebook at a time each."""

    # address (``tcp://machine:8786``), or ``local`` for workers of this machine, on its loopback
    scheduler: str = LOCAL
    jobs: int = 0  # number of local workers; as many as processors when 0

    def __call__(self, tasks: Sequence[Task], watcher: Watcher) -> Generator[TaskReport]:
        """Execute tasks; each report comes as soon as its task ends."""
        if not tasks:
            return
        with self._client(len(tasks)) as client:
            from distributed import Event, as_completed, wait

            stop = f"ect-arret-{uuid.uuid4().hex}"
            given = {client.submit(execute_there, task, stop, pure=False): task for task in tasks}
            for task in tasks:
                watcher.run_started(task.title)
            try:
                for future in as_completed(list(given)):
                    task = given[future]
                    report = _report(future, task)
                    for _ in range(task.cells if report.status == "reussi" else len(report.cell_s)):
                        watcher.cell_done()
                    yield report
            finally:
                left = [future for future in given if not future.done()]
                if left:
                    Event(stop, client=client).set()
                    wait(left, timeout=_PATIENCE_S)

    @contextmanager
    def _client(self, tasks: int) -> Iterator[Any]:
        try:
            from distributed import Client, LocalCluster
        except ImportError:
            raise StudyError(
                "L’exécution sur plusieurs machines demande dask : python -m pip install -c constraints.txt "
                '-e ".[cluster]", ici et sur chaque machine.'
            ) from None
        if self.scheduler != LOCAL:
            try:
                client = Client(self.scheduler, timeout=_PATIENCE_S)
            except (OSError, ValueError):
                raise StudyError(
                    "Aucun ordonnanceur dask ne répond à « {scheduler} ».", scheduler=self.scheduler
                ) from None
            with client:
                yield client
            return
        workers = min(self.jobs or processors(), tasks)
        with (
            LocalCluster(n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=":0") as cluster,
            Client(cluster) as client,
        ):
            yield client


def execute_there(task: Task, stop: str) -> TaskReport:
    """What a worker does with a task, from nothing; ``stop`` names the event that says to stop."""
    from distributed import Event, get_client

    from ect_research.study.kernels.papermill_engine import Leash, closed_loop, quiet
    from ect_research.study.running.notebook_run import run_task

    shutil.rmtree(task.staging, ignore_errors=True)
    # Its client is that of this thread: another would find none.
    leash, event, ended = Leash(), Event(stop, client=get_client()), threading.Event()

    def obey() -> None:
        while not ended.wait(1):
            if event.is_set():
                leash.cut(_INTERRUPTED)

    threading.Thread(target=obey, daemon=True).start()
    try:
        with closed_loop(), quiet():
            return run_task(task, lambda: None, leash=leash)
    finally:
        ended.set()


def _report(future: Any, task: Task) -> TaskReport:  # noqa: ANN401 - dask has no types
    """The report of a task; of one that no worker could end, a failure and an untouched copy of its notebook."""
    if future.status == "finished":
        report: TaskReport = future.result()
        return report
    from distributed.scheduler import KilledWorker

    from ect_research.study.definition.notebook_copy import load_node, write_node

    error = future.exception()
    raised = tell("{error} : {said}", error=type(error).__name__, said=str(error))
    shutil.rmtree(task.staging, ignore_errors=True)
    Path(task.staging).mkdir(parents=True)
    write_node(load_node(Path(task.notebook)), Path(task.staging) / EXECUTED)
    return TaskReport(task.id, "echec", _LOST if isinstance(error, KilledWorker) else raised)
