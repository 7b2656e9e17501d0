"""papermill, made truthful: this Python for a kernel, cell by cell statuses that a dead kernel cannot embellish."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

from ect_research.study.definition.notebook import lean_imports
from ect_research.study.kernels.fork_client import Zygote, ZygoteError
from ect_research.study.kernels.kernel_environment import kernel_environment

with lean_imports():
    from jupyter_client.asynchronous.client import AsyncKernelClient
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_client.provisioning.local_provisioner import LocalProvisioner
    from jupyter_core.utils import ensure_event_loop
    from nbclient.exceptions import CellExecutionError
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine
    from traitlets import DottedObjectName, Type

    from ect_research.study.definition.notebook_copy import is_planned

from ect_research.words import Sentence

if TYPE_CHECKING:
    from jupyter_client.connect import KernelConnectionInfo


DONE = "completed"
FAILED = "failed"
KERNEL_LOG = "noyau.txt"
_NOISY = ("papermill", "traitlets", "nbclient", "jupyter_client", "asyncio")
_ANSWER_S, _ECHO_S = 1, 0.2
# Place of the connection file in the command of a kernel (`ThisPython`), before the seed.
_CONNECTION = 4


class ForkedProvisioner(LocalProvisioner):
    """Forks kernels from a zygote; starts a plain one when the zygote cannot serve."""

    zygote: Zygote

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ANN401 - its signature
        """Fork the kernel that ``cmd`` would have started."""
        request = {
            "connexion": cmd[_CONNECTION],
            "graine": int(cmd[_CONNECTION + 1]),
            "dossier": str(kwargs["cwd"]),
            "environnement": kwargs["env"],
            "journal": kwargs["stdout"].name,
        }
        try:
            process = self.zygote.fork(request)
        except ZygoteError:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = process  # type: ignore[assignment]
        self.pid = self.pgid = process.pid
        self.cwd = kwargs["cwd"]
        return self.connection_info


class PromptClient(AsyncKernelClient):
    """A client that is ready as soon as its kernel has answered on both channels.

    jupyter_client's own then listens for a fifth of a second to what was said before: nothing was, and whoever executes
    cells sorts messages by what they answer.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers.

        Args:
            timeout: seconds; no limit when None.

        Raises:
            RuntimeError: the kernel died, or did not answer in time.
        """
        limit = time.monotonic() + (float("inf") if timeout is None else timeout)
        while time.monotonic() < limit:
            self.kernel_info()
            with suppress(Empty):
                reply = await self.get_shell_msg(timeout=_ANSWER_S)
                if reply["msg_type"] == "kernel_info_reply":
                    await self.get_iopub_msg(timeout=_ECHO_S)
                    return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
        raise RuntimeError(f"Kernel did not answer in {timeout} seconds")


class ThisPython(AsyncKernelManager):
    """A kernel of the very interpreter that runs the study, whatever kernels are registered on the machine."""

    seed = 0
    client_class = DottedObjectName("ect_research.study.kernels.papermill_engine.PromptClient")

    @property
    def kernel_spec(self) -> KernelSpec:
        """The command that starts this interpreter as a kernel."""
        argv = [
            sys.executable,
            "-P",
            "-m",
            "ect_research.study.kernels.kernel_main",
            "{connection_file}",
            str(self.seed),
        ]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


@dataclass
class Leash:
    """What can stop a kernel from another thread."""

    reason: Sentence | None = None  # why it was stopped; None as long as nobody did
    _processes: list[Any] = field(default_factory=list)
    _managers: list[ThisPython] = field(default_factory=list)

    def hold(self, manager: ThisPython) -> None:
        """Know the kernel that is about to start."""
        self._managers.append(manager)

    def cut(self, reason: Sentence) -> None:
        """Kill the kernel and what it started; harmless before its start and after its end."""
        self.reason = self.reason or reason
        for manager in self._managers:
            process = getattr(manager.provisioner, "process", None)
            if process is not None:
                with suppress(OSError):
                    process.kill()

    def watch(self) -> None:
        """Remember the process, whose exit code tells how it ended."""
        self._processes = [m.provisioner.process for m in self._managers if getattr(m.provisioner, "process", None)]  # type: ignore[union-attr]

    def exit_code(self) -> int | None:
        """How the kernel ended: minus the signal that killed it, or its own exit code; None if unknown."""
        if not self._processes:
            self.watch()
        codes = [process.poll() for process in self._processes]
        return codes[-1] if codes else None


@dataclass(frozen=True)
class Conditions:
    """In what a notebook is executed."""

    workdir: Path  # folder in which the kernel starts
    outputs: Path  # folder for what the notebook saves
    seed: int = 0  # of the kernel's random generators
    cell_limit: float = 0  # seconds a cell may take, 0 for no limit
    zygote: Zygote | None = None  # gives the kernels; plain ones are started when None
    root: Path | None = None  # folder of the project, of which the kernel tells what it reads
    language: str = "fr"  # of whoever reads its notebook


class TruthfulClient(PapermillNotebookClient):  # type: ignore[misc]
    """Executes cells in order and stops at the first that does not complete, saying which."""

    kernel_manager_class = Type(default_value=ThisPython, klass=AsyncKernelManager)
    on_cell: Callable[[], None]
    conditions: Conditions
    leash: Leash

    def create_kernel_manager(self) -> ThisPython:
        """A manager that knows the seed, the zygote and whoever may stop the kernel."""
        manager: ThisPython = super().create_kernel_manager()
        manager.seed = self.conditions.seed
        if self.conditions.zygote:
            provisioner = ForkedProvisioner(kernel_id="", kernel_spec=manager.kernel_spec, parent=manager)
            provisioner.zygote = self.conditions.zygote
            manager.provisioner = provisioner
        self.leash.hold(manager)
        return manager

    def papermill_execute_cells(self) -> None:
        """Run every cell; a cell is completed only when the kernel said so."""
        self.leash.watch()
        for index, cell in enumerate(self.nb.cells):
            self.nb_man.cell_start(cell, index)
            try:
                self.execute_cell(cell, index)
            except BaseException as error:
                self.nb_man.cell_exception(cell, cell_index=index, exception=error)
                self.nb_man.cell_complete(cell, cell_index=index)
                if isinstance(error, CellExecutionError):
                    return
                raise
            self.nb_man.cell_complete(cell, cell_index=index)
            if is_planned(cell):
                self.on_cell()


class TruthfulEngine(Engine):  # type: ignore[misc]
    """papermill's engine on `TruthfulClient`."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:  # noqa: ANN401 - papermill's signature
        """Start the kernel in its folder and environment, execute, stop it whatever happens."""
        conditions: Conditions = options["conditions"]
        client = TruthfulClient(
            nb_man,
            kernel_name=kernel_name,
            # Not papermill's `cwd`, which moves the whole process, the neighbouring threads included.
            resources={"metadata": {"path": str(conditions.workdir)}},
            record_timing=False,
            force_raise_errors=True,
            shutdown_kernel="immediate",
            startup_timeout=120,
            timeout=conditions.cell_limit or None,
            log=logging.getLogger("papermill"),
        )
        client.on_cell, client.conditions, client.leash = options["on_cell"], conditions, options["leash"]
        with (conditions.outputs / KERNEL_LOG).open("wb") as log:
            environment = kernel_environment(conditions.outputs, conditions.root, conditions.language)
            client.execute(env=environment, stdout=log, stderr=log)


def execute(node: Any, conditions: Conditions, on_cell: Callable[[], None], leash: Leash) -> None:  # noqa: ANN401 - nbformat has no types
    """Execute a notebook in place with papermill, up to its end or to the first cell that fails.

    Args:
        node: notebook, changed in place; each cell's ``metadata.papermill.status`` tells how it ended.
        conditions: in what to execute it.
        on_cell: called after each code cell that completed.
        leash: stops the kernel from another thread.

    Raises:
        nbclient.exceptions.DeadKernelError: the kernel died.
        nbclient.exceptions.CellTimeoutError: a cell took longer than its limit.
        RuntimeError: the kernel did not start.
    """
    node.metadata.setdefault("papermill", {})
    TruthfulEngine.execute_notebook(
        node, "python3", progress_bar=False, conditions=conditions, on_cell=on_cell, leash=leash
    )


@contextmanager
def time_limit(leash: Leash, seconds: float, reason: Sentence) -> Iterator[None]:
    """Stop a kernel that has not ended after some seconds; 0 for no limit."""
    ended = threading.Event()

    def enforce() -> None:
        waited = ended.wait(seconds)
        while not waited:
            leash.cut(reason)
            waited = ended.wait(0.2)

    if seconds:
        threading.Thread(target=enforce, daemon=True).start()
    try:
        yield
    finally:
        ended.set()


@contextmanager
def closed_loop() -> Iterator[None]:
    """Leave nothing of the event loop that the Jupyter stack makes for this thread: half-read messages, open sockets."""
    try:
        yield
    finally:
        loop = ensure_event_loop()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the chatter of the Jupyter stack off the terminal: what matters is said in our own sentence."""
    loggers = [logging.getLogger(name) for name in _NOISY]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
