"""A process that has imported the libraries and becomes, by forking, a kernel for each notebook (Linux).

It also lends a child to whoever needs the libraries for a moment (`ect_research.study.running.parallel`).

It reads requests, one JSON object a line, on its standard input, and answers on its standard output. It only ever
imports, and keeps what a child of its own has read: one thread, checked before each fork. When its input closes, the
runner is gone: its kernels go with it.

The forkserver of ``multiprocessing`` was measured and is as fast (first child 3.6 s for 1.7 to 3.3, the next 0.04 for
0.02), but its interpreter starts in the environment of whoever asks (hash seed, threads of BLAS), executes the script of
whoever asks again in each child, is one per process with one list of imports, and forks though threads run.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import select
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import chdir, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from ect_research.study.kernels.kernel_main import die_with_parent, serve
from ect_research.study.kernels.read_ahead import prepare

# What every kernel imports on its own account. pyplot and its inline backend stay out: as they are imported they look
# for the kernel they draw in.
_ALWAYS = ("ctypes", "numpy", "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger",
           "IPython.core.completerlib", "IPython.extensions.storemagic", "psutil", "tornado.platform.asyncio",
           "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "matplotlib.figure")  # fmt: skip
_NEVER = ("matplotlib.pyplot", "papermill", "nbformat")


class Server:
    """The loop: fork on request, tell which kernels ended."""

    def __init__(self) -> None:
        # What a library prints on import must not be taken for an answer.
        self._answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        self._kernels: set[int] = set()
        self._woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)

    def run(self) -> None:
        """Serve until the input closes, then leave no kernel behind."""
        for request in self._requests():
            if "importer" in request:
                with chdir(Path(__file__).parent):  # a matplotlibrc of the project would be taken for the rule
                    import_ahead(request["importer"])
                prepare(request["preparer"])
                gc.collect()
                gc.freeze()
                self._answer({"pret": True})
            elif threads() != 1:
                self._answer({"demande": request["demande"], "fils": threads()})
            else:
                self._fork(request)
        for kernel in self._kernels:
            with suppress(ProcessLookupError):
                os.killpg(kernel, signal.SIGKILL)

    def _requests(self) -> Iterator[dict[str, Any]]:
        pending = b""
        while True:
            ready, _, _ = select.select([0, self._woken], [], [])
            if self._woken in ready:
                os.read(self._woken, 4096)
                self._reap()
            if 0 in ready:
                data = os.read(0, 65536)
                if not data:
                    return
                *lines, pending = (pending + data).split(b"\n")
                yield from (json.loads(line) for line in lines)

    def _fork(self, request: dict[str, Any]) -> None:
        parent = os.getpid()
        kernel = os.fork()
        if kernel == 0:
            self._become(serve_errand if "course" in request else serve_kernel, request, parent)
        with suppress(OSError):
            os.setpgid(kernel, kernel)
        self._kernels.add(kernel)
        self._answer({"demande": request["demande"], "noyau": kernel})

    def _reap(self) -> None:
        for kernel in sorted(self._kernels):
            with suppress(ChildProcessError):
                ended, status = os.waitpid(kernel, os.WNOHANG)
                if ended:
                    self._kernels.discard(kernel)
                    self._answer({"fini": kernel, "code": os.waitstatus_to_exitcode(status)})

    def _answer(self, answer: dict[str, Any]) -> None:
        with suppress(BrokenPipeError):
            self._answers.write(json.dumps(answer) + "\n")
            self._answers.flush()

    def _become(self, live: Callable[[dict[str, Any]], None], request: dict[str, Any], parent: int) -> NoReturn:
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL if number == signal.SIGCHLD else signal.default_int_handler)
            with suppress(OSError):
                os.setpgid(0, 0)
            die_with_parent(parent)
            _redirect(request.get("journal", os.devnull), self._answers.fileno())
            live(request)
        except BaseException:
            sys.excepthook(*sys.exc_info())
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)


def serve_kernel(request: dict[str, Any]) -> None:
    """Be a kernel, in its folder and environment."""
    os.environ.clear()
    os.environ.update(request["environnement"])
    os.chdir(request["dossier"])
    serve(request["connexion"], request["graine"])


def serve_errand(request: dict[str, Any]) -> None:
    """Run a function (`ect_research.study.kernels.fork_client.Zygote.do`) and write what it returns or raises."""
    function, given = pickle.loads(Path(request["course"]).read_bytes())  # noqa: S301 - written by the runner
    try:
        outcome = True, function(*given)
    except Exception as error:
        outcome = False, error
    written = Path(f"{request['reponse']}.partiel")
    written.write_bytes(pickle.dumps(outcome))
    written.replace(request["reponse"])


def import_ahead(names: Iterable[str]) -> None:
    """Import modules; ``package.module.name`` imports the module. What cannot be imported is left to the notebook."""
    for name in (*_ALWAYS, *names):
        parts = name.split(".")
        while parts and not name.startswith(_NEVER):
            try:
                import_module(".".join(parts))
                break
            except ImportError:
                parts.pop()
            except Exception:
                break


def threads() -> int:
    """Number of threads of this process."""
    return len(list(Path("/proc/self/task").iterdir()))


def _redirect(log: str, answers: int) -> None:
    nothing, written = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(nothing, 0)
    os.dup2(written, 1)
    os.dup2(written, 2)
    for descriptor in (nothing, written, answers):
        os.close(descriptor)


if __name__ == "__main__":
    if runner := int(sys.argv[1]):
        die_with_parent(runner)  # it reads nothing while it imports, not even that the runner is gone
    Server().run()
