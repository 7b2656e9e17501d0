"""papermill, made truthful: this Python for a kernel, cell by cell statuses that a dead kernel cannot embellish."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellExecutionError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine
from traitlets import Type

import ect_research
from ect_research.study.record import OUTPUT_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DONE = "completed"
FAILED = "failed"
KERNEL_LOG = "noyau.txt"
_NOISY = ("papermill", "traitlets", "nbclient", "jupyter_client", "asyncio")


class ThisPython(AsyncKernelManager):
    """A kernel of the very interpreter that runs the study, whatever kernels are registered on the machine."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The command that starts this interpreter as a kernel."""
        argv = [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


class TruthfulClient(PapermillNotebookClient):  # type: ignore[misc]
    """Executes cells in order and stops at the first that does not complete, saying which."""

    kernel_manager_class = Type(default_value=ThisPython, klass=AsyncKernelManager)
    on_cell: Callable[[], None]

    def papermill_execute_cells(self) -> None:
        """Run every cell; a cell is completed only when the kernel said so."""
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
            if cell.cell_type == "code":
                self.on_cell()


class TruthfulEngine(Engine):  # type: ignore[misc]
    """papermill's engine on `TruthfulClient`."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:  # noqa: ANN401 - papermill's signature
        """Start the kernel in its folder and environment, execute, stop it whatever happens."""
        client = TruthfulClient(
            nb_man,
            kernel_name=kernel_name,
            resources={"metadata": {"path": options["workdir"]}},
            record_timing=False,
            force_raise_errors=True,
            shutdown_kernel="immediate",
            startup_timeout=120,
            log=logging.getLogger("papermill"),
        )
        client.on_cell = options["on_cell"]
        with Path(options["log"]).open("wb") as log:
            client.execute(env=options["env"], stdout=log, stderr=log)


def execute(node: Any, workdir: Path, outputs: Path, on_cell: Callable[[], None]) -> None:  # noqa: ANN401 - nbformat has no types
    """Execute a notebook in place with papermill, up to its end or to the first cell that fails.

    Args:
        node: notebook, changed in place; each cell's ``metadata.papermill.status`` tells how it ended.
        workdir: folder in which the kernel starts.
        outputs: folder for what the notebook saves.
        on_cell: called after each code cell that completed.

    Raises:
        nbclient.exceptions.DeadKernelError: the kernel died.
        RuntimeError: the kernel did not start.
    """
    node.metadata.setdefault("papermill", {})
    with _quiet():
        TruthfulEngine.execute_notebook(
            node,
            "python3",
            progress_bar=False,
            workdir=str(workdir),
            env=kernel_environment(outputs),
            log=outputs / KERNEL_LOG,
            on_cell=on_cell,
        )


def kernel_environment(outputs: Path) -> dict[str, str]:
    """The environment of a kernel: this library, no user's start-up files, a fixed hash seed."""
    library = Path(ect_research.__file__).resolve().parent.parent
    kept = {key: value for key, value in os.environ.items() if key != "JPY_SESSION_NAME"}
    path = [part for part in kept.get("PYTHONPATH", "").split(os.pathsep) if part]
    if library.name not in ("site-packages", "dist-packages"):
        path.insert(0, str(library))
    return kept | {
        OUTPUT_VARIABLE: str(outputs),
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONHASHSEED": "0",
        "IPYTHONDIR": str(outputs / ".ipython"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


@contextmanager
def _quiet() -> Iterator[None]:
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
