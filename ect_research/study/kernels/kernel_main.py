"""The life of one kernel: seeded, dead when its parent dies, the same whether it was forked or started plainly."""

from __future__ import annotations

import gc
import os
import random
import signal
import sys
from contextlib import chdir
from pathlib import Path
from typing import Any

from ect_research.gate.shown_values import guard_display, hold_errors, hold_prints
from ect_research.study.kernels.file_reads import watch

_PR_SET_PDEATHSIG = 1
# Nothing of a history is kept: a notebook is executed once, in a folder of its own, after no file of its reader.
# What is written past Python (a child process, file 1) is not output of the notebook: the gate cannot see it.
_NOBODY_S = ("--HistoryManager.enabled=False", "--IPKernelApp.exec_PYTHONSTARTUP=False",
             "--IPKernelApp.capture_fd_output=False")  # fmt: skip
_COLLECTIONS = (20_000, 20, 100)


def serve(connection_file: str, seed: int) -> None:
    """Be an IPython kernel until told to stop."""
    _put_current_folder_after_the_standard_library()
    with chdir(Path(__file__).parent):  # a matplotlibrc beside the notebook would be taken for the rule
        import matplotlib as mpl  # noqa: F401
    # Drawing makes many small objects that live: looking among them for garbage took a twentieth of its time.
    gc.set_threshold(*_COLLECTIONS)
    from ipykernel.kernelapp import IPKernelApp

    sys.argv = ["ipykernel_launcher"]
    kernel = IPKernelApp.instance()
    kernel.initialize(["-f", connection_file, *_NOBODY_S])  # type: ignore[no-untyped-call]
    _seed_at_the_first_cell(kernel.shell.events, seed)  # type: ignore[union-attr]
    watch(kernel.shell.events)  # type: ignore[union-attr]
    guard_display(kernel.shell)
    hold_errors(kernel.shell)
    hold_prints()
    kernel.start()  # type: ignore[no-untyped-call]


def _seed_at_the_first_cell(events: Any, seed: int) -> None:  # noqa: ANN401 - IPython has no types for it
    """Not before: what the kernel imports draws numbers too, and not the same ones in a forked kernel."""

    def sow(*_: object) -> None:
        import numpy as np

        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002 - whoever draws without a generator must still draw the same twice
        events.unregister("pre_run_cell", sow)

    events.register("pre_run_cell", sow)


def die_with_parent(parent: int) -> None:
    """On Linux, be killed as soon as the parent process is, even by ``kill -9``."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:
        os._exit(1)


def _put_current_folder_after_the_standard_library() -> None:
    """Where IPython puts it: a ``statistics.py`` beside the notebook hides nothing of Python's."""
    if "" not in sys.path:
        places = [i for i, path in enumerate(sys.path) if Path(path).name in ("site-packages", "dist-packages")]
        sys.path.insert(places[0] if places else len(sys.path), "")


if __name__ == "__main__":
    if parent := os.environ.get("JPY_PARENT_PID"):
        die_with_parent(int(parent))
    serve(sys.argv[1], int(sys.argv[2]))
