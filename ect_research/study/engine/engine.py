"""`run_study`: the one function behind which it is decided what to execute, how, and what is written of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.errors import LANGUAGE_VARIABLE, StudyError
from ect_research.study.base.files_on_disk import is_file_state, write_json
from ect_research.study.definition.notebook import unfollowed
from ect_research.study.definition.run_key import tables_read, undeclared
from ect_research.study.definition.study_file import Study, read_study
from ect_research.study.engine.changes import is_owed, keep_before, write_changes
from ect_research.study.engine.leak_checks import Safeguards
from ect_research.study.engine.plan import Plan, PlannedRun, plan_study, waves
from ect_research.study.engine.study_products import Products
from ect_research.study.kernels.task import TaskReport
from ect_research.study.outputs.output_folder import OutputFolder, RunRecord, build_journal, output_folder_of
from ect_research.study.outputs.own_files import JOURNAL
from ect_research.study.running.parallel import Workers, ready
from ect_research.study.running.progress import Watcher

if TYPE_CHECKING:
    from ect_research.gate.leaks import Leak
    from ect_research.study.documents.compare_outputs import Difference
    from ect_research.study.running.parallel import Executor


@dataclass(frozen=True)
class StudyReport:
    """How a study went."""

    folder: Path  # where its outputs are
    page: Path  # the page to open
    reports: tuple[TaskReport, ...]  # one per executed run, in the order they ended
    records: dict[str, RunRecord]  # last execution of every run, this time or before
    planned: Plan  # every run of the study, as it was before: what was asked of it, and why it had to be executed
    # what it changes in the results; None at a first execution, or when nothing was executed
    difference: Difference | None = None
    leaks: tuple[Leak, ...] = ()  # what names or reaches a person in the outputs, and must not leave
    # hidden numbers that the tables of several notebooks give back, one French sentence each
    given_back: tuple[str, ...] = ()

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
    force: bool = False,
) -> StudyReport:
    """Execute the notebooks whose results are not those of now; write the outputs, the manifest and the page.

    Args:
        study: from `read_study`, or the path of a study file.
        only: ids of the runs to consider, or of their ``[[execution]]``; all when empty.
        folder: where to write; ``outputs/<study>`` when None.
        watcher: told of each step, from several threads.
        executor: how tasks are executed; `Workers` when None.
        force: execute the chosen runs whatever their state.

    Returns:
        the report; a failed run does not raise, and does not stop the others.

    Raises:
        StudyError: a fault in the study file, in ``only`` or in ``folder``, or another process is executing the
            study; nothing was executed.
        CorpusError: the corpus cannot be used; nothing was executed.
        EctError: a waiver is over, or an interview is kept past its date; nothing was executed.
    """
    study = study if isinstance(study, Study) else read_study(Path(study))
    place = output_folder_of(study.name, study.root, folder)
    plan = plan_study(study, place, only=only, force=force)
    tasks, told = plan.tasks(), watcher or Watcher()
    with ready(executor or Workers(), tasks) as (execute, aside):
        safeguards = Safeguards(study, place.path, aside)
        safeguards.refuse_overdue(date.today())  # noqa: DTZ011 - the day where the officer is
        products = Products(plan, aside)
        outdated = bool(tasks) or products.are_outdated(plan)
        if outdated:
            products.check_corpus()
        with _searched_whatever_happens(safeguards, told), place.opened(run.id for run in study.runs):
            reports = _execute(plan, execute, told, products if outdated else None)
            difference = aside.do(write_changes, study, place.path) if outdated or is_owed(place.path) else None
        leaks, given_back = safeguards.leaks(), safeguards.recoverable()
    return StudyReport(
        place.path, products.page, tuple(reports), place.records(), plan, difference, tuple(leaks), tuple(given_back)
    )


def _execute(plan: Plan, execute: Executor, told: Watcher, products: Products | None) -> list[TaskReport]:
    """Settle each run as it ends; whatever happens, what is written of the study is that of what was settled."""
    due, place, reports = plan.due, plan.place, list[TaskReport]()
    if due:
        keep_before(place.path)
    told.planned(sum(one.run.notebook.cells for one in due))
    started = datetime.now(UTC)
    try:
        for wave in waves(plan):
            done = execute(wave.tasks(), told)
            try:
                for report in done:
                    one = next(one for one in wave.due if one.run.id == report.id)
                    reports.append(settle(plan.study, place, one, report, told))
            finally:
                done.close()
    except StudyError:
        # The executor refused: what is written says nothing of a study that did not begin.
        products = products if reports else None
        raise
    finally:
        last = list({report.id: report for report in reports}.values())
        if reports:
            write_json(place.path / JOURNAL, build_journal(started, datetime.now(UTC), last, plan.study.root))
        settled = plan.judged() if due else plan
        _keep_up(settled)
        if products:
            products.write(settled)
    return last


def _keep_up(plan: Plan) -> None:
    """Results that no table they asked contradicts are those of the corpus of now."""
    records = plan.place.records()
    for one in plan:
        record = records.get(one.run.id)
        if record and not one.causes and record.key.get("corpus") != one.key["corpus"]:
            plan.place.write(replace(record, key={**record.key, "corpus": one.key["corpus"]}))


@contextmanager
def _searched_whatever_happens(safeguards: Safeguards, told: Watcher) -> Iterator[None]:
    """Search the outputs of a study that is stopped too: some may have been written."""
    try:
        yield
    except StudyError:
        raise
    except BaseException:
        told.leaks_found(safeguards.leaks())
        raise


def settle(study: Study, place: OutputFolder, planned: PlannedRun, report: TaskReport, watcher: Watcher) -> TaskReport:
    """Keep what a run made; what it read without saying so is told and counts from now on."""
    run = planned.run
    unsaid = undeclared(report.seen.reads, planned.key, study.corpora_of(run), study.root)
    declared = {name: planned.key["lectures"][name] for name in run.reads}
    language = planned.key["variables"][LANGUAGE_VARIABLE]
    variables = {LANGUAGE_VARIABLE: language, **report.seen.variables}
    tables = tables_read(report.seen.tables, report.seen.direct, planned.key)
    record = place.settle(
        RunRecord(
            id=run.id,
            status=report.status,
            cause=report.cause,
            parameters=run.all_parameters(),
            key={**planned.key, "lectures": declared | unsaid, "tables": tables, "variables": variables},
            notebook="",
            notebook_sha256="",
            outputs=(),
            unfollowed=report.seen.unfollowed,
        ),
        [*run.notebook.remarks, *(unfollowed(what) for what in report.seen.unfollowed)],
    )
    data = {
        name: state
        for name, state in unsaid.items()
        if is_file_state(state)
        and name not in run.reads
        and not name.endswith(".py")
        and not (study.root / name).is_relative_to(place.path)
    }
    told = replace(report, seen=replace(report.seen, reads=data))
    watcher.run_done(run.title, told, len(record.outputs))
    return told
