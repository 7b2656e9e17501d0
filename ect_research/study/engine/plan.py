"""What is to be done of a study: made once, each input hashed once, then asked by whoever executes, tells or writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ect_research.errors import StudyError
from ect_research.study.base.run_settings import seed_of
from ect_research.study.definition.notebook import unfollowed
from ect_research.study.definition.parameters import did_you_mean
from ect_research.study.definition.reached_modules import installed_library
from ect_research.study.definition.run_key import KeyMaker, corpora_of, reads_now, tables_now
from ect_research.study.kernels.kernel_environment import variables_now
from ect_research.study.kernels.task import Task
from ect_research.study.outputs.output_folder import durations
from ect_research.study.outputs.reread import named_in, reread
from ect_research.study.outputs.rerun_causes import causes, version_gaps
from ect_research.words import Sentence, tell, tell_n

if TYPE_CHECKING:
    from ect_research.study.definition.reached_modules import Library
    from ect_research.study.definition.run_key import Key
    from ect_research.study.definition.study_file import Run, Study
    from ect_research.study.outputs.output_folder import OutputFolder, RunRecord

FORCED = tell("exécution demandée par --force")


@dataclass(frozen=True)
class PlannedRun:
    """A run of a study and what is to be done of it."""

    run: Run  # the run
    key: Key  # what its results depend on, now
    imports: tuple[str, ...]  # what may be imported ahead of it
    causes: tuple[Sentence, ...] = ()  # reasons to execute it; none when its results are those of now
    chosen: bool = True  # whether it is among the runs asked for
    gaps: tuple[Sentence, ...] = ()  # versions that changed since, where the study only wants to be told
    remarks: tuple[Sentence, ...] = ()  # what its notebook does that nobody follows, leaves out or undoes
    rereads: frozenset[str] = frozenset()  # runs whose results it read at its last execution
    named: frozenset[str] = frozenset()  # runs whose results its code names
    is_outrun: bool = False  # whether the results of others that it read are no longer those

    @property
    def is_due(self) -> bool:
        """Whether it will be executed."""
        return self.chosen and bool(self.causes)

    @property
    def after(self) -> frozenset[str]:
        """The runs to execute before it."""
        return self.rereads | self.named


@dataclass(frozen=True)
class Plan:
    """What a study would execute now, and why."""

    study: Study
    place: OutputFolder  # its folder of outputs
    library: Library  # sources of the library
    corpus: dict[str, str]  # sha256 by file of the corpora of the study
    runs: tuple[PlannedRun, ...]  # every run, in the order of the study
    only: tuple[str, ...] = ()  # ids of the runs asked for, or of their ``[[execution]]``; all when empty
    gone: tuple[str, ...] = ()  # runs that left the study, whose results the next execution removes

    def __iter__(self) -> Iterator[PlannedRun]:
        return iter(self.runs)

    @property
    def due(self) -> list[PlannedRun]:
        """The runs that will be executed."""
        return [one for one in self.runs if one.is_due]

    def tasks(self) -> list[Task]:
        """The runs that will be executed, as plain data for an executor."""
        took, study = durations(self.place.path), self.study
        return [
            Task(
                id=one.run.id,
                title=one.run.title,
                notebook=str(one.run.notebook.path),
                root=str(study.root),
                workdir=str(study.path.parent),
                staging=str(self.place.staging(one.run.id)),
                parameters=one.run.parameters,
                cells=one.run.notebook.cells,
                seed=seed_of(one.run.id),
                limit=one.run.limit,
                cell_limit=one.run.cell_limit,
                imports=one.imports,
                corpus=str(next(iter(study.corpora_of(one.run)), "")),
                language=study.language,
                took_s=took.get(one.run.id, 0),
            )
            for one in self.due
        ]

    def judged(self, only: Sequence[str] = (), *, force: Collection[str] = ()) -> Plan:
        """The same inputs against the records of now.

        Args:
            only: ids of runs or of their ``[[execution]]``.
            force: ids of the runs to execute whatever their state.
        """
        records = self.place.records()
        runs = [self._judged(one, records.get(one.run.id), only, force) for one in self.runs]
        before: list[PlannedRun] = []
        while before != runs:
            due, before = {one.run.id for one in runs if one.is_due}, runs
            runs = [_awaiting(one, one.rereads & due) for one in runs]
        gone = tuple(sorted(records.keys() - {one.run.id for one in runs}))
        return replace(self, runs=tuple(runs), gone=gone, only=tuple(only))

    def _judged(
        self, one: PlannedRun, record: RunRecord | None, only: Sequence[str], force: Collection[str]
    ) -> PlannedRun:
        known = record.key.get("lectures", {}) if record else {}
        key = {**one.key, "lectures": reads_now(self.study.root, dict.fromkeys(one.run.reads, "") | known)}
        variables = record.key.get("variables", {}) if record else {}
        asked_of = variables_now(name for name in variables if name not in one.key["variables"])
        key["variables"] = asked_of | one.key["variables"]
        asked = record.key.get("tables") if record else None
        if record and asked is not None and record.key.get("corpus") != key["corpus"]:
            key["tables"] = tables_now(asked, corpora_of(self.study, one.run))
        chosen = not only or one.run.id in only or one.run.section in only
        strict = self.study.reruns_on_versions
        why = [FORCED] if one.run.id in force and chosen else causes(record, key, self.place, versions=strict)
        gaps = () if strict else tuple(version_gaps(record, key))
        seen = [unfollowed(what) for what in record.unfollowed] if record else []
        reads = reread(known, self.study.root, self.place.path, one.run.id)
        return replace(
            one,
            key=key,
            causes=tuple(why),
            chosen=chosen,
            gaps=gaps,
            remarks=(*one.run.notebook.remarks, *seen),
            rereads=frozenset(reads.values()),
            is_outrun=any(known[name] != key["lectures"][name] for name in reads),
        )


def _awaiting(one: PlannedRun, before: Collection[str]) -> PlannedRun:
    """A run that is due because those are whose results it reads."""
    if one.causes or not before:
        return one
    why = tell_n(
        "« {names} », dont il relit les résultats, est à exécuter",
        "« {names} », dont il relit les résultats, sont à exécuter",
        len(before),
        names=" », « ".join(sorted(before)),
    )
    return replace(one, causes=(why,))


def waves(plan: Plan) -> Iterator[Plan]:
    """What is to be executed together, as plans of these runs alone; each is judged once what came before is settled.

    A run that reads the results of another is executed after it, and once more if it came too early.
    """
    forced = {one.run.id for one in plan.due if FORCED in one.causes}
    ended, now = Counter[str](), plan
    while True:
        due = {one.run.id: one for one in now.due}
        left = {run: one for run, one in due.items() if not ended[run]}
        left = left or {run: one for run, one in due.items() if one.is_outrun and ended[run] == 1}
        if not left:
            return
        # In a circle nobody is first.
        ready = [one for one in left.values() if not one.after & (left.keys() - {one.run.id})] or [*left.values()]
        yield replace(now, runs=tuple(ready))
        ended.update(one.run.id for one in ready)
        now = plan.judged(plan.only, force=forced - ended.keys())


def plan_study(study: Study, place: OutputFolder, *, only: Sequence[str] = (), force: bool = False) -> Plan:
    """What a study would execute now, and why; nothing is executed."""
    _refuse_unknown(study, only)
    library = installed_library()
    keys = KeyMaker(study, library)
    ids = {run.id for run in study.runs}
    runs = tuple(
        PlannedRun(run, keys.key(run), keys.closure(run).ahead, named=named_in(run.notebook.code, ids - {run.id}))
        for run in study.runs
    )
    library.remember()
    return Plan(study, place, library, keys.corpus(), runs).judged(only, force=ids if force else ())


def _refuse_unknown(study: Study, only: Sequence[str]) -> None:
    known = {name for run in study.runs for name in (run.id, run.section)}
    faults = [f"Exécution inconnue « {name} »{did_you_mean(name, known)}" for name in only if name not in known]
    if faults:
        raise StudyError("\n".join(faults), faults)
