"""Execute one notebook and say truly how it went, in one French line when it failed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError

from ect_research import errors
from ect_research.study.base.result_record import EXECUTED
from ect_research.study.definition.notebook import INJECTED_TAG
from ect_research.study.definition.notebook_copy import inject, load_node, scrub, without_machine, write_node
from ect_research.study.definition.parameters import write_parameters
from ect_research.study.kernels.file_reads import testimony
from ect_research.study.kernels.fork_client import Zygote
from ect_research.study.kernels.papermill_engine import DONE, FAILED, KERNEL_LOG, Conditions, Leash, execute, time_limit
from ect_research.study.kernels.task import Task, TaskReport
from ect_research.words import Sentence, quoted, tell

_SIGNALS = {
    -6: tell("le noyau Python s’est arrêté net (erreur interne d’une bibliothèque, SIGABRT)"),
    -9: tell(
        "le noyau Python a été tué (mémoire épuisée ou arrêt forcé) : fermer des programmes, ou lancer moins de carnets à "
        "la fois (-j 1)"
    ),
    -11: tell("le noyau Python s’est arrêté net (erreur de segmentation dans une bibliothèque)"),
}
_ERROR = re.compile(r"(?i)\w*(?:error|exception)\b")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_OUR_ERRORS = {name for name in vars(errors) if name.endswith("Error")}
_LONGEST = 300


def run_task(
    task: Task, on_cell: Callable[[], None], *, zygote: Zygote | None = None, leash: Leash | None = None
) -> TaskReport:
    """Execute a notebook in its staging folder, and leave there the executed copy, complete or not.

    Kernels are plain without a zygote; a leash lets another thread stop them. A notebook that fails, whatever the way,
    raises nothing.
    """
    staging, leash = Path(task.staging), leash or Leash()
    staging.mkdir(parents=True)
    node = load_node(Path(task.notebook))
    inject(node, write_parameters(task.parameters))
    conditions = Conditions(
        Path(task.workdir), staging, task.seed, task.cell_limit, zygote, Path(task.root), task.language
    )
    started = time.monotonic()
    death: Sentence | None = None
    folders = {staging: "<sorties>", Path(task.root): "."}
    too_long = tell("l’exécution a dépassé son délai de {seconds:g} s", seconds=float(task.limit))
    with time_limit(leash, task.limit, too_long):
        try:
            execute(node, conditions, on_cell, leash)
        except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
            death = leash.reason or _death(
                error, task, leash, without_machine(_last_error(staging / KERNEL_LOG), folders)
            )
    total = time.monotonic() - started
    kernel_s, cell_s = _times(node)
    cause = _cause(node, death, lambda text: without_machine(text, folders))
    node.metadata["papermill"]["parameters"] = task.parameters
    scrub(node, folders)
    write_node(node, staging / EXECUTED)
    seen = testimony(staging, {name.partition(".")[0] for name in task.imports})
    return TaskReport(task.id, "echec" if cause else "reussi", cause, kernel_s, cell_s, round(total, 3), seen)


def _death(error: BaseException, task: Task, leash: Leash, log: str) -> Sentence:
    if isinstance(error, CellTimeoutError):
        return tell("la cellule a dépassé son délai de {seconds:g} s", seconds=float(task.cell_limit))
    if isinstance(error, DeadKernelError):
        code = leash.exit_code()
        if code is not None and code >= 0:
            return tell("la cellule a mis fin à Python (os._exit, code {code})", code=code)
        stopped = tell("le noyau Python s’est arrêté net (mémoire épuisée, plantage ou arrêt forcé)")
        return _SIGNALS.get(code or 0, stopped)
    if (killed := _SIGNALS.get(leash.exit_code() or 0)) is not None:
        return killed
    if log:
        return tell("le noyau Python n’a pas démarré ({log})", log=log)
    return tell("le noyau Python n’a pas démarré : fermer des programmes, puis relancer")


def _last_error(log: Path) -> str:
    """The last error of what a kernel wrote before it could answer; what else it wrote is the greeting of every kernel."""
    said = log.read_text(encoding="utf-8", errors="replace").split("\n") if log.exists() else []
    return _short(next((line.strip() for line in reversed(said) if _ERROR.search(line)), ""), _LONGEST)


def _cause(node: Any, death: Sentence | None, clean: Callable[[str], str]) -> Sentence | None:  # noqa: ANN401 - no types
    """One line naming the cell and the error, None when every code cell completed."""
    code = [cell for cell in node.cells if cell.cell_type == "code" and cell.source.strip()]
    number = 0
    for cell in code:
        injected = INJECTED_TAG in cell.metadata.get("tags", [])
        number += not injected
        status = cell.metadata.get("papermill", {}).get("status")
        if status == DONE and not _errors(cell):
            continue
        where = tell("cellule des paramètres donnés") if injected else tell("cellule de code n° {n}", n=number)
        first = next(line.strip() for line in cell.source.splitlines() if line.strip())
        why = death if death and status == FAILED else _error_line(cell, death, clean)
        return tell("{where} (« {line} ») : {why}", where=where, line=clean(_short(first, 60)), why=why)
    return death


def _error_line(cell: Any, death: Sentence | None, clean: Callable[[str], str]) -> Sentence:  # noqa: ANN401 - no types
    found = _errors(cell)
    if not found:
        return death or tell("elle n’a pas été exécutée")
    name, said = found[-1].get("ename", ""), " ".join(_ANSI.sub("", found[-1].get("evalue", "")).split())
    if name == "SystemExit":
        return tell("le carnet s’est arrêté lui-même avant la fin (sys.exit)")
    if name in _OUR_ERRORS:
        return quoted(clean(_short(said, _LONGEST)))
    if name == "MemoryError":
        return tell(
            "la mémoire est épuisée (MemoryError) : lire moins à la fois, ou lancer moins de carnets à la fois (-j 1)"
        )
    said = clean(_short(said, _LONGEST - len(name) - 3))
    return tell("{error} : {said}", error=name, said=said) if said else tell("{error}", error=name)


def _errors(cell: Any) -> list[Any]:  # noqa: ANN401 - nbformat has no types
    return [output for output in cell.outputs if output.output_type == "error"]


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _times(node: Any) -> tuple[float, tuple[float, ...]]:  # noqa: ANN401 - nbformat has no types
    """Seconds before the first cell, and seconds of each code cell that started."""
    started = node.metadata.get("papermill", {}).get("start_time")
    seen = [(cell, cell.metadata.get("papermill", {})) for cell in node.cells]
    begun = [said for _, said in seen if said.get("start_time")]
    if not started or not begun:
        return 0.0, ()
    waited = datetime.fromisoformat(begun[0]["start_time"]) - datetime.fromisoformat(started)
    durations = tuple(
        round(said["duration"], 3) for cell, said in seen if cell.cell_type == "code" and said.get("duration")
    )
    return round(waited.total_seconds(), 3), durations
