"""The folder of a study's outputs: complete results only, each run swapped in at once; ``manifest.json`` says from what."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import ect_research
from ect_research.study.base.files_on_disk import read_json, write_json
from ect_research.study.base.result_record import (
    EXECUTED,
    KINDS,
    NOTEBOOKS,
    Output,
    output_from_json,
    read_outputs,
    sha256_of,
)
from ect_research.study.base.run_settings import seed_of, version
from ect_research.study.definition.notebook import unfollowed
from ect_research.study.definition.run_key import corpus_digest
from ect_research.study.definition.study_file import Study
from ect_research.study.kernels.task import TaskReport
from ect_research.study.outputs.own_files import JOURNAL, RESULTS, find_strangers, remove, set_aside
from ect_research.study.outputs.owner import MANIFEST, Owner, locked
from ect_research.words import Sentence, sentence_from_json

_PACKAGES = ("geopandas", "matplotlib", "networkx", "numpy", "pandas", "papermill", "pyogrio", "pyproj",
             "scipy", "shapely", "statsmodels")  # fmt: skip


def build_manifest(
    study: Study, corpus_digest: str, records: dict[str, RunRecord], corrections: Sequence[dict[str, str]] = ()
) -> dict[str, Any]:
    """``study, corpus, versions``, ``runs`` (status, parameters, results), ``files`` (sha256, run, sources, n)."""
    done = [(run, records[run.id]) for run in study.runs if run.id in records]
    return {
        "format": 2,
        "study": {"name": study.name, "title": study.title},
        "corpus": {
            "name": ", ".join((study.corpus, *study.beside)),
            "sha256": corpus_digest,
            "corrections": list(corrections),
        },
        "versions": versions(),
        "runs": [
            {
                "id": run.id,
                "title": run.title,
                "notebook": run.notebook.path.name,
                "corpus_sha256": record.corpus_digest,
                "key": record.key,
                "parameters": record.parameters,
                "seed": seed_of(run.id),
                "status": record.status,
                "cause": str(record.cause or ""),
                "results": [output.to_json() for output in record.outputs],
            }
            for run, record in done
        ],
        "files": _files(record for _, record in done),
    }


def versions() -> dict[str, str]:
    """Versions of Python, of this library and of the packages that compute or draw, where installed."""
    found = {"python": platform.python_version(), "ect_research": ect_research.__version__}
    return found | {package: known for package in _PACKAGES if (known := version(package))}


def build_journal(started: datetime, ended: datetime, reports: Sequence[TaskReport], root: Path) -> dict[str, Any]:
    """When and for how long the study ran, and on which commit."""
    return {
        "started": started.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "total_s": round((ended - started).total_seconds(), 1),
        "system": f"{platform.system()} {platform.machine()}",
        "git": _git_state(root),
        "runs": {
            report.id: {
                "status": report.status,
                "total_s": round(report.total_s, 1),
                "kernel_s": round(report.kernel_s, 1),
                "memory_mb": report.seen.memory_mb,
                "packages": dict(report.seen.packages),
                "cells_s": [round(seconds, 2) for seconds in report.cell_s],
            }
            for report in reports
        },
    }


def durations(folder: Path) -> dict[str, float]:
    """Seconds that each run took when it was last executed, where the journal of a folder of outputs knows."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        return {run: float(told["total_s"]) for run, told in read_json(folder / JOURNAL)["runs"].items()}
    return {}


def _files(records: Iterable[RunRecord]) -> dict[str, dict[str, Any]]:
    files: dict[str, dict[str, Any]] = {}
    for record in records:
        about = {"run": record.id, "parameters": record.parameters}
        files[record.notebook] = {**about, "sha256": record.notebook_sha256, "role": "notebook"}
        for output in record.outputs:
            for file in output.files:
                files[file.path] = {
                    **about,
                    "result": output.name,
                    "role": file.role,
                    "sha256": file.sha256,
                    "sources": list(output.sources),
                    "n": output.n,
                }
    return files


def _git_state(root: Path) -> dict[str, Any]:
    """Commit and whether files differ from it; empty outside a repository or without git."""
    git = shutil.which("git")
    if git is None:
        return {}

    def asked(*words: str) -> str | None:
        answer = subprocess.run([git, "-C", str(root), *words], capture_output=True, text=True, check=False)
        return answer.stdout.strip() if answer.returncode == 0 else None

    commit = asked("rev-parse", "HEAD")
    changed = asked("status", "--porcelain", "--", ".", ":(exclude)outputs")
    return {"commit": commit, "dirty": bool(changed)} if commit else {}


_STAGING = ".en-cours"


@dataclass(frozen=True)
class RunRecord:
    """What is known of a run from its last execution."""

    id: str  # slug of the run
    status: str  # ``reussi`` or ``echec``
    cause: Sentence | None  # one line; None unless it failed
    parameters: dict[str, Any]  # every parameter of the notebook with the value it took
    key: dict[str, Any]  # what its results depend on (`ect_research.study.definition.run_key`)
    notebook: str  # path of the executed copy, relative to the folder of outputs
    notebook_sha256: str  # hash of the executed copy
    outputs: tuple[Output, ...]  # results, in the order they were saved; none when it failed
    # what its kernel did that nobody can follow (`ect_research.study.definition.notebook.unfollowed`)
    unfollowed: tuple[str, ...] = ()

    @property
    def corpus_digest(self) -> str:
        """sha256 of the corpus it read."""
        return corpus_digest(self.key.get("corpus", {}))

    def files(self) -> list[tuple[str, str]]:
        """``(path, sha256)`` of every file of the run, the executed notebook included."""
        written = [(file.path, file.sha256) for output in self.outputs for file in output.files]
        return [(self.notebook, self.notebook_sha256), *written]


@dataclass(frozen=True)
class OutputFolder:
    """``outputs/<study>/``."""

    path: Path  # the folder
    owner: Owner = field(default_factory=Owner)  # who may write there

    @contextmanager
    def opened(self, ids: Iterable[str]) -> Iterator[None]:
        """Make the folder ready, drop what belongs to no run of the study, and leave nothing half-written."""
        self.path.mkdir(parents=True, exist_ok=True)
        with locked(self.path):
            self.owner.check(self.path)
            self.owner.sign(self.path)
            self._drop_staging()
            self._remove_gone(set(ids))
            try:
                yield
            finally:
                self._drop_staging()

    def staging(self, run: str) -> Path:
        """Where a run writes until it is complete: same disk, so that swapping it in is a renaming."""
        return self.path / _STAGING / run

    def settle(self, record: RunRecord, remarks: Sequence[Sentence] = ()) -> RunRecord:
        """Swap a run's new results in, its old ones out; of a failed run only the partial notebook is kept.

        The record goes first and comes back last: a run without a record is a run to do again. What is remarked of the
        notebook is said under each result.
        """
        staging, run = self.staging(record.id), record.id
        published = read_outputs(staging)
        if _drop_unpublished(staging, published) and "ecrit" not in record.unfollowed:
            record = replace(record, unfollowed=(*record.unfollowed, "ecrit"))
            remarks = [*remarks, unfollowed("ecrit")]
        succeeded = record.status == "reussi"
        self._set_strangers_aside(run)
        self._record_file(run).unlink(missing_ok=True)
        for name in (self._notebook(run, "reussi"), self._notebook(run, "echec")):
            (self.path / name).unlink(missing_ok=True)
        for kind in KINDS:
            self._swap(staging / kind, self.path / kind / run, wanted=succeeded)
        name = self._notebook(run, record.status)
        copy = self.path / name
        copy.parent.mkdir(exist_ok=True)
        (staging / EXECUTED).replace(copy)
        outputs = tuple(noted(output.moved(run), remarks) for output in published) if succeeded else ()
        settled = replace(record, notebook=name, notebook_sha256=sha256_of(copy.read_bytes()), outputs=outputs)
        self.write(settled)
        shutil.rmtree(staging, ignore_errors=True)
        return settled

    def write(self, record: RunRecord) -> None:
        """Write what is known of a run."""
        write_json(self._record_file(record.id), asdict(record))

    def records(self) -> dict[str, RunRecord]:
        """The last execution of each run, by run."""
        found = {path.stem: _record(path) for path in sorted((self.path / RESULTS).glob("*.json"))}
        return {run: record for run, record in found.items() if record}

    def strangers(self, study: Study) -> list[str]:
        """What is there and that this study did not write; folders end in ``/``."""
        written = {run: [name for name, _ in record.files()] for run, record in self.records().items()}
        return find_strangers(self.path, written, [run.id for run in study.runs])

    def _set_strangers_aside(self, run: str) -> None:
        """What a person put where the results of a run will be replaced; without a record, all of it is that run's."""
        if record := _record(self._record_file(run)):
            ours = {name for name, _ in record.files()}
            there = [path for kind in KINDS for path in _held(self.path / kind / run)]
            names = [path.relative_to(self.path).as_posix() for path in there]
            set_aside(self.path, [name for name in names if name not in ours])

    def _record_file(self, run: str) -> Path:
        return self.path / RESULTS / f"{run}.json"

    @staticmethod
    def _notebook(run: str, status: str) -> str:
        return f"{NOTEBOOKS}/{run}.ipynb" if status == "reussi" else f"{NOTEBOOKS}/{run}.echec.ipynb"

    def _swap(self, new: Path, final: Path, *, wanted: bool) -> None:
        if final.exists():
            old = self.path / _STAGING / f"ancien-{final.parent.name}-{final.name}"
            final.replace(old)
            shutil.rmtree(old)
        if wanted and new.is_dir():
            final.parent.mkdir(exist_ok=True)
            new.replace(final)

    def _remove_gone(self, ids: set[str]) -> None:
        """What was written of runs that left the study; what a person put beside it stays."""
        told = {run: [name for name, _ in record.files()] for run, record in self.records().items()}
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            for name, about in read_json(self.path / MANIFEST)["files"].items():
                told.setdefault(about["run"], []).append(name)
        for run in told.keys() - ids:
            remove(self.path, told[run])
            for kind in KINDS:
                with suppress(OSError):
                    (self.path / kind / run).rmdir()
            self._record_file(run).unlink(missing_ok=True)

    def _drop_staging(self) -> None:
        shutil.rmtree(self.path / _STAGING, ignore_errors=True)


def _record(path: Path) -> RunRecord | None:
    """A record that cannot be read, or of another version, is that of a run to do again."""
    with suppress(ValueError, TypeError, KeyError, AttributeError):
        said = read_json(path)
        outputs = tuple(output_from_json(output) for output in said["outputs"])
        said["key"].keys(), said["parameters"].keys()
        cause = sentence_from_json(said["cause"]) if said["cause"] else None
        return RunRecord(**{**said, "cause": cause, "outputs": outputs, "unfollowed": tuple(said["unfollowed"])})
    return None


def _held(folder: Path) -> list[Path]:
    """The files of a folder; a link to one is itself."""
    if folder.is_symlink():
        return [folder]
    return sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())


def _drop_unpublished(staging: Path, published: Iterable[Output]) -> bool:
    """Remove what a notebook put among its results without publishing it; whether there was any."""
    claimed = {staging / file.path for output in published for file in output.files}
    extra = [
        path for kind in KINDS for path in (staging / kind).rglob("*") if path not in claimed and not path.is_dir()
    ]
    for path in extra:
        path.unlink()
    return bool(extra)


def noted(output: Output, remarks: Sequence[Sentence]) -> Output:
    """A result under which is said what a reader should know of its notebook."""
    said = " ; ".join(remark.sentence(output.language) for remark in remarks)
    sentence = f"{said[:1].upper()}{said[1:]}." if said else ""
    return replace(output, reading=" ".join(part for part in (output.reading, sentence) if part))


def output_folder_of(study: str, root: Path, given: Path | None) -> OutputFolder:
    """The folder of a study: ``outputs/<study>``, or one chosen by a person, who may lose nothing by it."""
    folder = root / "outputs" / study if given is None else given.resolve()
    place = OutputFolder(folder, Owner.of(study, root, folder))
    place.owner.check(folder)
    return place
