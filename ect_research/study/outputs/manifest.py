"""``manifest.json``: what was made, from what, by what; the same bytes for the same study.

What changes between two identical runs (dates, durations, state of the git repository) is in ``journal.json``.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ect_research
from ect_research.study.base.run_settings import seed_of, version
from ect_research.study.outputs.whole_files import read_json

if TYPE_CHECKING:
    from ect_research.study.definition.study_file import Study
    from ect_research.study.kernels.task import TaskReport
    from ect_research.study.outputs.output_folder import RunRecord

JOURNAL = "journal.json"
_PACKAGES = ("geopandas", "matplotlib", "networkx", "numpy", "pandas", "papermill", "pyogrio", "pyproj",
             "scipy", "shapely", "statsmodels")  # fmt: skip


def build_manifest(
    study: Study, corpus_digest: str, records: dict[str, RunRecord], corrections: Sequence[dict[str, str]] = ()
) -> dict[str, Any]:
    """The manifest of a study's folder.

    Args:
        study: the study.
        corpus_digest: sha256 of the corpus as it is now.
        records: last execution of each run.
        corrections: where the corpus was corrected (`ect_research.study.engine.changes.declared_corrections`).

    Returns:
        plain data: ``study, corpus, versions``, ``runs`` (status, parameters, results) and ``files`` (for each
        path: sha256, run, result, parameters, source ids, n).
    """
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
