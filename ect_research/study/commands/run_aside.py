"""A study made by a process of its own: told step by step, stopped when asked, and when whoever asked is gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ect_research.errors import EctError
from ect_research.gate.leaks import Leak
from ect_research.study.base.files_on_disk import system_fault
from ect_research.study.kernels.task import TaskReport
from ect_research.study.running.progress import Watcher
from ect_research.words import Told, in_language, tell, tell_n

_ENOUGH_TO_FORETELL = 0.05


@dataclass
class Progress:
    """How far a study is."""

    cells: int = 0  # code cells to execute
    done: int = 0  # those executed
    # one per notebook that ended, well or not, then what stopped the study
    lines: list[str] = field(default_factory=list)
    over: bool = False  # whether it ended
    succeeded: bool = False  # whether all went well
    stopped: bool = False  # whether somebody stopped it
    started: float = field(default_factory=time.monotonic)

    @property
    def share(self) -> float:
        """Of the cells, 0 to 1."""
        return self.done / self.cells if self.cells else float(self.over)

    def seconds_left(self) -> float | None:
        """At the pace so far; None as long as too little was done to tell."""
        if self.over or self.share < _ENOUGH_TO_FORETELL:
            return None
        return (time.monotonic() - self.started) * (1 - self.share) / self.share

    def hear(self, said: dict[str, Any]) -> None:
        """Take one step told by the process."""
        self.cells += said.get("cells", 0)
        self.done += said.get("done", 0)
        if "line" in said:
            self.lines.append(said["line"])
        self.succeeded = said.get("succeeded", self.succeeded)


class RunAside:
    """A study on its way, in a process that ends with this one."""

    def __init__(self, root: Path, study: str, told: Callable[[Progress], None] = lambda _: None) -> None:
        self.progress = Progress()
        self._told = told
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, study],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask for a polite end: complete results are kept."""
        self.progress.stopped = True
        with suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]

    def wait(self, timeout: float | None = None) -> Progress:
        """Wait until it ended."""
        self._thread.join(timeout)
        return self.progress

    def _listen(self) -> None:
        for line in self._process.stdout:  # type: ignore[union-attr]
            with suppress(ValueError):
                self.progress.hear(json.loads(line))
                self._told(self.progress)
        self._process.wait()
        self._process.stdout.close()  # type: ignore[union-attr]
        with suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]
        self.progress.over = True
        self._told(self.progress)


class _Teller(Watcher):
    """Writes each step as a line of JSON."""

    def __init__(self, language: str) -> None:
        self._lock, self._language = threading.Lock(), language

    def step(self, **said: object) -> None:
        with self._lock:
            print(json.dumps(said), flush=True)  # noqa: T201 - the other process reads it

    def planned(self, cells: int) -> None:
        self.step(cells=cells)

    def cell_done(self) -> None:
        self.step(done=1)

    def run_done(self, title: str, report: TaskReport, results: int) -> None:
        counted = Told(tell_n("{n} résultat", "{n} résultats", results))
        fine = report.status == "reussi"
        self.line("✓" if fine else "✗", f"{title} — " + (counted if fine else Told(report.cause or tell("échec"))))

    def line(self, sign: str, told: str) -> None:
        self.step(line=f"{sign} {in_language(told, self._language)}")

    def leaks_found(self, leaks: Sequence[Leak]) -> None:
        for leak in leaks:
            if leak.fails:
                self.line("✗", leak.sentence())


def _stop_with_whoever_asked() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGINT)


def main(study: str) -> int:
    """Make a study of the project one stands in, and tell each step on the standard output."""
    from ect_research.study.commands.command_line import language_here, study_here
    from ect_research.study.engine.engine import run_study

    # Ignored, and so inherited, where JupyterLab was started in the background: the stop button would do nothing.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_stop_with_whoever_asked, daemon=True).start()
    teller = _Teller(language_here([study]))
    try:
        report = run_study(study_here(study), watcher=teller)
    except KeyboardInterrupt:
        return 130
    except EctError as error:
        teller.line("✗", Told(error.said))
        return 1
    except OSError as error:
        teller.line("✗", system_fault(error))
        return 1
    teller.leaks_found(report.leaks)
    for sentence in report.given_back:
        teller.line("✗", sentence)
    fine = report.succeeded and not report.given_back and not any(leak.fails for leak in report.leaks)
    teller.step(succeeded=fine)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
