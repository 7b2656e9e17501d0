"""The runner's side of the zygote: start it, ask it for kernels, each passed off as a process of jupyter_client."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

Made = TypeVar("Made")
_PATIENCE_S = 180
_DEATH_S = 2


class ZygoteError(Exception):
    """The zygote cannot give a kernel: a plain one will do."""


class ForkedKernel:
    """What jupyter_client expects of a process, for one that is another process's child.

    Attributes:
        pid: its number, also that of its process group.
        returncode: how it ended, None while it runs.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, ended: Future[int]) -> None:
        self.pid = pid
        self._ended = ended

    @property
    def returncode(self) -> int | None:
        """Exit code, minus the signal when one killed it."""
        return self._ended.result() if self._ended.done() else None

    def poll(self) -> int | None:
        """Exit code, None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        return self._ended.result(timeout)

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def kill(self) -> None:
        """Stop it at once, and wait until it is gone: who asks looks again only a tenth of a second later."""
        self.send_signal(signal.SIGKILL)
        with suppress(TimeoutError):
            self._ended.result(_DEATH_S)

    def terminate(self) -> None:
        """Ask it to stop."""
        self.send_signal(signal.SIGTERM)


class Zygote:
    """A running zygote.

    Args:
        imports: modules to import ahead.
        environment: what it imports in.
        inputs: what to read ahead (`ect_research.study.kernels.read_ahead.shared_inputs`).
    """

    def __init__(
        self, imports: Iterable[str], environment: dict[str, str], inputs: dict[str, list[str]] | None = None
    ) -> None:
        # Linux ends it with the thread that started it: only the main one lasts as long as the runner.
        parent = os.getpid() if threading.current_thread() is threading.main_thread() else 0
        command = [sys.executable, "-P", "-m", "ect_research.study.kernels.fork_server", str(parent)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
            start_new_session=True, text=True, encoding="utf-8",
        )  # fmt: skip
        self._lock = threading.Lock()
        self._asked: dict[int, Future[dict[str, Any]]] = {}
        self._ended: dict[int, Future[int]] = {}
        self._ready: Future[bool] = Future()
        self._closing = False
        self.plain = ""
        threading.Thread(target=self._listen, daemon=True).start()
        self._send({"importer": sorted(imports), "preparer": inputs or {}})

    @property
    def pid(self) -> int:
        """Number of its process."""
        return self._process.pid

    def fork(self, request: dict[str, Any]) -> ForkedKernel:
        """A new kernel, or a child that runs an errand.

        Args:
            request: ``connexion, dossier, environnement, journal, graine``; or ``course, reponse``.

        Raises:
            ZygoteError: the zygote is gone, or is not alone in its process.
        """
        try:
            self._ready.result(_PATIENCE_S)
            with self._lock:
                number = len(self._asked)
                answer = self._asked[number] = Future()
            self._send({**request, "demande": number})
            said = answer.result(_PATIENCE_S)
        except (OSError, ValueError, TimeoutError) as error:
            raise ZygoteError(str(error)) from None
        if "noyau" not in said:
            self.plain = f"{said['fils']} fils dans le processus père"
            raise ZygoteError(self.plain)
        with self._lock:
            return ForkedKernel(said["noyau"], self._ended.setdefault(said["noyau"], Future()))

    def do(self, function: Callable[..., Made], *given: Any) -> Made:  # noqa: ANN401 - what the function takes
        """What a function returns or raises in a child that has the libraries; in this process if there can be none.

        Args:
            function: found again by its name.
            given: its arguments.
        """
        with tempfile.TemporaryDirectory(prefix="ect-") as made:
            asked, answered = Path(made, "demande"), Path(made, "reponse")
            asked.write_bytes(pickle.dumps((function, given)))
            try:
                child = self.fork({"course": str(asked), "reponse": str(answered)})
            except ZygoteError:
                return function(*given)
            try:
                child.wait()
            except BaseException:
                child.kill()
                raise
            if not answered.exists():
                return function(*given)
            succeeded, outcome = pickle.loads(answered.read_bytes())  # noqa: S301 - written by our own child
        if succeeded:
            return outcome  # type: ignore[no-any-return]
        raise outcome

    def close(self) -> None:
        """End it, and with it the kernels that would remain."""
        self._closing = True
        with suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()  # type: ignore[union-attr]

    def _send(self, message: dict[str, Any]) -> None:
        with self._lock:
            self._process.stdin.write(json.dumps(message) + "\n")  # type: ignore[union-attr]
            self._process.stdin.flush()  # type: ignore[union-attr]

    def _listen(self) -> None:
        """Sort the answers until the zygote ends; whoever still waits is then told."""
        with suppress(ValueError):
            for line in self._process.stdout:  # type: ignore[union-attr]
                self._sort(json.loads(line))
        with self._lock:
            gone = OSError("le processus père des noyaux s’est arrêté")
            waiting: list[Future[Any]] = [self._ready, *self._asked.values()]
            for answer in waiting:
                if not answer.done():
                    answer.set_exception(gone)
            for ended in self._ended.values():
                if not ended.done():
                    ended.set_result(-signal.SIGKILL)

    def _sort(self, said: dict[str, Any]) -> None:
        if "pret" in said:
            self._ready.set_result(True)
        elif "fini" in said:
            with self._lock:
                self._ended.setdefault(said["fini"], Future()).set_result(said["code"])
        else:
            self._asked[said["demande"]].set_result(said)
