"""`run_study`: the one function behind which notebooks are executed, today one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.errors import StudyError
from ect_research.study.file import Run, Study, read_study
from ect_research.study.folder import MANIFEST, OutputFolder, RunRecord, output_folder_of, write_json
from ect_research.study.manifest import JOURNAL, build_journal, build_manifest
from ect_research.study.page import PAGE, build_page
from ect_research.study.progress import Silent, Watcher
from ect_research.study.suggest import did_you_mean
from ect_research.study.task import Task, TaskReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ect_research.corpus.model import Corpus

    Executor = Callable[[Sequence[Task], Watcher], Iterator[TaskReport]]


@dataclass(frozen=True)
class StudyReport:
    """How a study went.

    Attributes:
        folder: where its outputs are.
        page: the page to open.
        reports: one per executed run, in order.
        records: last execution of every run, this time or before.
    """

    folder: Path
    page: Path
    reports: tuple[TaskReport, ...]
    records: dict[str, RunRecord]

    @property
    def succeeded(self) -> bool:
        """Whether every executed run succeeded."""
        return all(report.status == "reussi" for report in self.reports)


def run_study(
    study: Study | Path | str,
    *,
    only: Sequence[str] = (),
    folder: Path | None = None,
    watcher: Watcher | None = None,
    executor: Executor | None = None,
) -> StudyReport:
    """Check the corpus, execute the notebooks, write the outputs, the manifest and the page.

    Args:
        study: from `read_study`, or the path of a study file.
        only: ids of the runs to execute; all when empty.
        folder: where to write; ``outputs/<study>`` when None.
        watcher: told of each step.
        executor: how tasks are executed; one after the other when None.

    Returns:
        the report; a failed run does not raise, and does not stop the others.

    Raises:
        StudyError: a fault in the study file, in ``only`` or in ``folder``; nothing was executed.
        CorpusError: the corpus cannot be used; nothing was executed.
    """
    study = study if isinstance(study, Study) else read_study(Path(study))
    chosen = _chosen(study, only)
    place = output_folder_of(study.name, study.root, folder)
    corpus = _corpus(study)
    told = watcher or Silent()
    started = datetime.now(UTC)
    reports: list[TaskReport] = []
    with place.opened(run.id for run in study.runs):
        try:
            for report in (executor or one_by_one)(plan(chosen, study, place), told):
                _settle(study, place, corpus, report, told)
                reports.append(report)
        finally:
            records = place.records()
            write_json(place.path / MANIFEST, build_manifest(study, corpus.digest, records))
            write_json(place.path / JOURNAL, build_journal(started, datetime.now(UTC), reports, study.root))
            page = build_page(study, corpus.source, corpus.digest, records, place.path)
            (place.path / PAGE).write_text(page, encoding="utf-8", newline="\n")
    return StudyReport(place.path, place.path / PAGE, tuple(reports), records)


def one_by_one(tasks: Sequence[Task], watcher: Watcher) -> Iterator[TaskReport]:
    """Execute tasks in order, in this process; each report comes as soon as its task ends."""
    from ect_research.study.notebook_run import run_task

    for task in tasks:
        watcher.run_started(task.title)
        yield run_task(task, watcher.cell_done)


def plan(runs: Iterable[Run], study: Study, place: OutputFolder) -> list[Task]:
    """The runs of a study as plain data."""
    return [
        Task(
            id=run.id,
            title=run.title,
            notebook=str(run.notebook.path),
            root=str(study.root),
            workdir=str(study.path.parent),
            staging=str(place.staging(run.id)),
            parameters=run.parameters,
            cells=run.notebook.cells,
        )
        for run in runs
    ]


def _settle(study: Study, place: OutputFolder, corpus: Corpus, report: TaskReport, watcher: Watcher) -> None:
    run = next(run for run in study.runs if run.id == report.id)
    record = place.settle(
        RunRecord(
            id=run.id,
            status=report.status,
            cause=report.cause,
            parameters=run.all_parameters(),
            notebook_digest=run.notebook.digest,
            corpus_digest=corpus.digest,
            notebook="",
            notebook_sha256="",
            outputs=(),
        )
    )
    watcher.run_done(run.title, report, len(record.outputs))


def _chosen(study: Study, only: Sequence[str]) -> list[Run]:
    known = [run.id for run in study.runs]
    faults = [f"exécution inconnue « {name} »{did_you_mean(name, known)}" for name in only if name not in known]
    if faults:
        raise StudyError("\n".join(faults), faults)
    return [run for run in study.runs if not only or run.id in only]


def _corpus(study: Study) -> Corpus:
    from ect_research.corpus.load import load_corpus

    in_surveys = study.root / "surveys" / study.corpus
    return load_corpus(in_surveys if in_surveys.is_dir() else study.root / study.corpus)
