"""What several runs read is read once before their kernels, by a process that leaves nothing behind but bytes."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from ect_research.corpus.folder.project_paths import corpus_folder, project_root
from ect_research.study.kernels.kernel_environment import kernel_environment
from ect_research.study.kernels.read_ahead import shared_inputs
from ect_research.study.kernels.task import Task, TaskReport
from ect_research.study.outputs.output_folder import durations
from ect_research.study.running.parallel import Workers
from ect_research.study.running.progress import Watcher

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
READS_CORPUS = ("ect_research.corpus.checked.load_corpus.load_corpus",)
READS_MAP = ("ect_research.corpus.basemap.load_basemap.load_basemap",)


def task(name: str, imports: tuple[str, ...], corpus: str = "/projet/surveys/essai") -> Task:
    return Task(name, name, "a.ipynb", "/projet", "/projet", "/tmp", {}, 1, imports=imports, corpus=corpus)  # noqa: S108


def test_every_corpus_is_read_ahead_and_a_map_that_several_runs_read():
    tasks = [
        task("a", READS_CORPUS),
        task("b", READS_CORPUS + READS_MAP),
        task("c", READS_CORPUS, "/autre"),
        task("d", ()),
    ]
    assert shared_inputs(tasks) == {"corpus": ["/autre", "/projet/surveys/essai"], "carte": []}
    assert shared_inputs([*tasks, task("e", READS_MAP)])["carte"] == [str(Path("/projet/maps/fond"))]


def test_the_longest_runs_start_first_and_the_journal_knows_them_better_than_their_cells(monkeypatch, tmp_path):
    (tmp_path / "journal.json").write_text('{"runs": {"b": {"total_s": 30}}}', encoding="utf-8")
    took, together, started = durations(tmp_path), Barrier(2, timeout=600), []

    def execute(_crew: object, asked: Task) -> TaskReport:
        started.append(asked.id)
        if asked.id != "a":
            together.wait()
        return TaskReport(asked.id, "reussi")

    monkeypatch.setattr("ect_research.study.running.parallel._Crew.execute", execute)
    tasks = [
        replace(task(name, ()), cells=cells, took_s=took.get(name, 0)) for name, cells in (("a", 2), ("b", 1), ("c", 9))
    ]
    assert len(list(Workers(jobs=2, plain_kernels=True)(tasks, Watcher()))) == 3 and set(started[:2]) == {"b", "c"}
    assert durations(tmp_path / "absent") == {}


ALONE = """
import os, sys
from pathlib import Path
from ect_research.corpus.folder import project_paths as remembered
from ect_research.study.kernels.read_ahead import prepare
from ect_research.study.kernels.fork_server import threads

def opened():
    return sorted(Path("/proc/self/fd").iterdir())

before = opened()
prepare({"corpus": [sys.argv[1], sys.argv[3]], "carte": [sys.argv[2], sys.argv[3]]})
assert opened() == before and threads() == 1 and "pandas" not in sys.modules
try:
    os.waitpid(-1, os.WNOHANG)
    sys.exit("a child is left")
except ChildProcessError:
    print("|".join(folder for folder, _ in remembered.kept()))
"""


@pytest.mark.croisement
@LINUX
def test_the_reader_leaves_bytes_and_no_open_file_thread_or_child_and_skips_what_it_cannot_read(tmp_path):
    corpus, base_map = str(corpus_folder("pays-ledonien")), str(project_root() / "maps/fond")
    words = [sys.executable, "-P", "-c", ALONE, corpus, base_map, str(tmp_path)]
    ended = subprocess.run(words, env=kernel_environment(), capture_output=True, text=True, check=False)
    assert ended.stdout.strip() == f"{corpus}|{base_map}", ended.stderr
