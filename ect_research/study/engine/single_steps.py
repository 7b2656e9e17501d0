"""A study one run at a time, each in a folder of its own, then put together: what a scheduler of commands needs."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ect_research.errors import StudyError
from ect_research.study.base.result_record import EXECUTED, Output, append_output
from ect_research.study.engine.engine import plan_study, settle, tasks_of
from ect_research.study.kernels.task import Task, TaskReport
from ect_research.study.outputs.output_folder import OutputFolder, output_folder_of
from ect_research.study.running.parallel import Workers
from ect_research.study.running.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from ect_research.study.definition.study_file import Study
    from ect_research.study.running.progress import Watcher


def run_step(study: Study, run: str, folder: Path) -> TaskReport:
    """Execute one run in a folder that holds nothing else.

    Args:
        study: the study.
        run: id of the run.
        folder: of this run alone; its record is ``resultats/<run>.json``.

    Returns:
        the report; a failed run does not raise.

    Raises:
        StudyError: the run does not exist, or the folder is not one of a study.
    """
    place = output_folder_of(study.name, study.root, folder)
    planned = next(one for one in plan_study(study, place, only=[run]) if one.run.id == run)
    with place.opened([run]):
        report = next(iter(Workers(jobs=1)(tasks_of([planned], study, place), Silent())))
        return settle(study, place, planned, report, Silent())


@dataclass(frozen=True)
class Steps:
    """An executor that executes nothing: it takes the results of `run_step`.

    Attributes:
        study: the study.
        folder: holds one folder per run, named by its id.
    """

    study: Study
    folder: Path

    def __call__(self, tasks: Sequence[Task], watcher: Watcher) -> Generator[TaskReport]:
        """Take the results of each task.

        Raises:
            StudyError: a run was not executed, or not from what its inputs are now; nothing is taken.
        """
        if faults := [fault for task in tasks for fault in self._faults(task.id)]:
            raise StudyError("\n".join(faults), faults)
        for task in tasks:
            watcher.run_started(task.title)
            yield self._take(task)

    def _faults(self, run: str) -> list[str]:
        place = OutputFolder(self.folder / run)
        planned = next(one for one in plan_study(self.study, place, only=[run]) if one.run.id == run)
        record = place.records().get(run)
        failed = record is not None and record.status != "reussi"
        return [] if failed else [f"exécution « {run} » : {cause}" for cause in planned.causes]

    def _take(self, task: Task) -> TaskReport:
        from pathlib import Path

        place, staging = OutputFolder(self.folder / task.id), Path(task.staging)
        record = place.records()[task.id]
        staging.mkdir(parents=True)
        for kind in ("figures", "tables"):
            if (place.path / kind / task.id).is_dir():
                shutil.copytree(place.path / kind / task.id, staging / kind)
        shutil.copyfile(place.path / record.notebook, staging / EXECUTED)
        for output in record.outputs:
            append_output(staging, _unmoved(output, task.id))
        return TaskReport(task.id, "reussi" if record.status == "reussi" else "echec", record.cause)


def _unmoved(output: Output, run: str) -> Output:
    """The inverse of `Output.moved`."""
    files = tuple(replace(file, path=file.path.replace(f"/{run}/", "/", 1)) for file in output.files)
    return replace(output, files=files)
