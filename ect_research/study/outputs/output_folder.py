"""The folder of a study's outputs: complete results only, each run swapped in at once, nothing of a removed run."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from ect_research.errors import StudyError
from ect_research.study.base.result_record import EXECUTED, Output, output_from_json, read_outputs, sha256_of
from ect_research.study.freshness.run_key import corpus_digest
from ect_research.study.outputs.lock import LOCK, locked
from ect_research.words import Sentence, sentence_from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MANIFEST = "manifest.json"
_STAGING = ".en-cours"
_RESULTS = "resultats"
_KINDS = ("figures", "tables")


@dataclass(frozen=True)
class RunRecord:
    """What is known of a run from its last execution.

    Attributes:
        id: slug of the run.
        status: ``reussi`` or ``echec``.
        cause: one line; None unless it failed.
        parameters: every parameter of the notebook with the value it took.
        key: what its results depend on (`ect_research.study.freshness.run_key`).
        notebook: path of the executed copy, relative to the folder of outputs.
        notebook_sha256: hash of the executed copy.
        outputs: results, in the order they were saved; none when it failed.
    """

    id: str
    status: str
    cause: Sentence | None
    parameters: dict[str, Any]
    key: dict[str, Any]
    notebook: str
    notebook_sha256: str
    outputs: tuple[Output, ...]

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
    """``outputs/<study>/``.

    Attributes:
        path: the folder.
    """

    path: Path

    @contextmanager
    def opened(self, ids: Iterable[str]) -> Iterator[None]:
        """Make the folder ready, drop what belongs to no run of the study, and leave nothing half-written.

        Raises:
            StudyError: another process is executing this study in this folder.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with locked(self.path):
            self._drop_staging()
            self._remove_unknown(set(ids))
            try:
                yield
            finally:
                self._drop_staging()

    def staging(self, run: str) -> Path:
        """Where a run writes until it is complete: same disk, so that swapping it in is a renaming."""
        return self.path / _STAGING / run

    def settle(self, record: RunRecord) -> RunRecord:
        """Swap a run's new results in, its old ones out; of a failed run only the partial notebook is kept.

        The record goes first and comes back last: a run without a record is a run to do again.
        """
        staging, run = self.staging(record.id), record.id
        succeeded = record.status == "reussi"
        self._record_file(run).unlink(missing_ok=True)
        for name in (self._notebook(run, "reussi"), self._notebook(run, "echec")):
            (self.path / name).unlink(missing_ok=True)
        for kind in _KINDS:
            self._swap(staging / kind, self.path / kind / run, wanted=succeeded)
        name = self._notebook(run, record.status)
        copy = self.path / name
        copy.parent.mkdir(exist_ok=True)
        (staging / EXECUTED).replace(copy)
        outputs = tuple(output.moved(run) for output in read_outputs(staging)) if succeeded else ()
        settled = replace(record, notebook=name, notebook_sha256=sha256_of(copy.read_bytes()), outputs=outputs)
        write_json(self._record_file(run), asdict(settled))
        return settled

    def records(self) -> dict[str, RunRecord]:
        """The last execution of each run, by run."""
        read = {}
        for path in sorted((self.path / _RESULTS).glob("*.json")):
            # A record that cannot be read, or of another version, is that of a run to do again.
            with suppress(ValueError, TypeError, KeyError):
                said = json.loads(path.read_text(encoding="utf-8"))
                outputs = tuple(output_from_json(output) for output in said["outputs"])
                cause = sentence_from_json(said["cause"]) if said["cause"] else None
                read[path.stem] = RunRecord(**{**said, "cause": cause, "outputs": outputs})
        return read

    def found(self, run: str) -> list[str]:
        """Paths of the files that stand in the places of a run, whoever put them there."""
        places = (path for kind in _KINDS for path in (self.path / kind / run).rglob("*"))
        copies = (self.path / self._notebook(run, status) for status in ("reussi", "echec"))
        return sorted(path.relative_to(self.path).as_posix() for path in (*places, *copies) if path.is_file())

    def _record_file(self, run: str) -> Path:
        return self.path / _RESULTS / f"{run}.json"

    @staticmethod
    def _notebook(run: str, status: str) -> str:
        return f"notebooks/{run}.ipynb" if status == "reussi" else f"notebooks/{run}.echec.ipynb"

    def _swap(self, new: Path, final: Path, *, wanted: bool) -> None:
        if final.exists():
            old = self.path / _STAGING / f"ancien-{final.parent.name}-{final.name}"
            final.replace(old)
            shutil.rmtree(old)
        if wanted and new.is_dir():
            final.parent.mkdir(exist_ok=True)
            new.replace(final)

    def _remove_unknown(self, ids: set[str]) -> None:
        for kind in _KINDS:
            for folder in (self.path / kind).glob("*"):
                if folder.is_dir() and folder.name not in ids:
                    shutil.rmtree(folder)
        for path in (*(self.path / "notebooks").glob("*.ipynb"), *(self.path / _RESULTS).glob("*.json")):
            if path.name.split(".")[0] not in ids:
                path.unlink()

    def _drop_staging(self) -> None:
        shutil.rmtree(self.path / _STAGING, ignore_errors=True)


def output_folder_of(study: str, root: Path, given: Path | None) -> OutputFolder:
    """The folder of a study: ``outputs/<study>``, or one chosen by a person, who may lose nothing by it.

    Raises:
        StudyError: the chosen folder holds something that no study wrote.
    """
    if given is None:
        return OutputFolder(root / "outputs" / study)
    folder = given.resolve()
    ours = any((folder / mark).exists() for mark in (LOCK, MANIFEST))
    # Empty folders are nobody's work: a scheduler makes those it expects a result in.
    if folder.exists() and not ours and (not folder.is_dir() or any(path.is_file() for path in folder.rglob("*"))):
        raise StudyError(
            "« {given} » contient autre chose que les sorties d’une étude : choisir un dossier vide ou nouveau.",
            given=given,
        )
    return OutputFolder(folder)


def write_json(path: Path, data: Any) -> None:  # noqa: ANN401 - JSON
    """Write sorted, readable JSON, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(f".{path.name}.partiel")
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
    whole.write_text(f"{text}\n", encoding="utf-8", newline="\n")
    whole.replace(path)
