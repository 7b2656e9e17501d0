"""Real kernels: what the runner says of them must be true, forked or started plainly, several at once."""

import json
import os
import sys
import time
from pathlib import Path

import pytest

from ect_research.study.definition.notebook_copy import scrub
from ect_research.study.engine.engine import StudyReport, run_study
from ect_research.study.kernels import kernel_environment as environments
from ect_research.study.kernels import papermill_engine
from ect_research.study.kernels.fork_client import Zygote, ZygoteError
from ect_research.study.kernels.kernel_environment import kernel_environment
from ect_research.study.running.parallel import Workers
from ect_research.study.running.progress import Watcher
from tests.common import files_of

pytestmark = [pytest.mark.study, pytest.mark.xdist_group("noyaux")]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

WAYS_TO_FAIL = {
    "tue": "import os\nos.kill(os.getpid(), 9)",
    "segfault": "import ctypes\nctypes.string_at(0)",
    "quitte": "import os\nos._exit(3)",
    "quitte-zero": "import os\nos._exit(0)",
    "sort": "import sys\nsys.exit(0)",
    "erreur": "d = {}\nd['absent']",
    "memoire": "raise MemoryError",
    "cellule-lente": "import time\ntime.sleep(60)",
    "carnet-lent": "import time\ntime.sleep(61)",
}
SAID = {
    "tue": "« import os ») : le noyau Python a été tué (mémoire épuisée ou arrêt forcé)",
    "segfault": "erreur de segmentation",
    "quitte": "la cellule a mis fin à Python (os._exit, code 3)",
    "quitte-zero": "la cellule a mis fin à Python (os._exit, code 0)",
    "sort": "le carnet s’est arrêté lui-même avant la fin (sys.exit)",
    "erreur": "« d = {} ») : KeyError : 'absent'",
    "memoire": "la mémoire est épuisée (MemoryError)",
    "cellule-lente": "la cellule a dépassé son délai de 4 s",
    "carnet-lent": "l’exécution a dépassé son délai de 10 s",
}
GIVEN = "parametres = { hauteur = 4.5 }\n"
LIMITS = {"cellule-lente": "delai_cellule = 4\n", "carnet-lent": "delai = 10\n"}
DRAWS = """import random, os, sys, threading
import numpy as np
print(random.random(), np.random.rand(), os.environ["OMP_NUM_THREADS"], "" in sys.path[:2])
import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.show()"""


def section(name: str) -> str:
    return f'[[execution]]\nid = "{name}"\ncarnet = "{name}.ipynb"\n{LIMITS.get(name, "")}'


@pytest.fixture(scope="module")
def failures(new_project) -> StudyReport:
    cells = {name: [("code", "x = 1"), ("code", code), ("code", "x = 2")] for name, code in WAYS_TO_FAIL.items()}
    study = 'titre = "Essai"\ncorpus = "essai"\n' + "".join(section(name) for name in cells)
    return run_study(new_project(study, **cells), executor=Workers(jobs=4))


def test_each_way_to_fail_is_told_truly_in_one_line(failures):
    causes = {report.id: str(report.cause) for report in failures.reports}
    assert set(causes) == set(WAYS_TO_FAIL) and {report.status for report in failures.reports} == {"echec"}
    for name, said in SAID.items():
        assert "cellule de code n° 2" in causes[name] and said in causes[name] and "\n" not in causes[name], name


def test_the_partial_copy_tells_which_cells_were_executed(failures):
    for name in WAYS_TO_FAIL:
        text = (failures.folder / f"notebooks/{name}.echec.ipynb").read_text("utf-8")
        cells = [cell["metadata"]["papermill"]["status"] for cell in json.loads(text)["cells"]]
        assert cells == ["completed", "failed", "pending"], name
        assert str(failures.folder.parent.parent) not in text and f"{Path.home()}/" not in text


def test_failed_runs_give_no_result_and_the_page_names_them(failures):
    assert not (failures.folder / "figures").exists() and not (failures.folder / ".en-cours").exists()
    assert failures.page.read_text("utf-8").count('class="failure"') == len(WAYS_TO_FAIL)


class Counting(Watcher):
    """Counts the cells announced and those done."""

    def __init__(self) -> None:
        self.announced, self.done = 0, 0

    def planned(self, cells: int) -> None:
        self.announced += cells

    def cell_done(self) -> None:
        self.done += 1


COUNTING = Counting()


@pytest.fixture(scope="module")
def two_ways(new_project, all_good_cells) -> tuple[StudyReport, StudyReport]:
    """The same study with forked and with plain kernels."""
    study = 'titre = "Essai"\ncorpus = "essai"\n' + section("bon") + GIVEN + section("tire") + section("tire-aussi")
    path = new_project(study, bon=all_good_cells, tire=[("code", DRAWS)], **{"tire-aussi": [("code", DRAWS)]})
    forked = run_study(path, folder=path.parent.parent / "a", executor=Workers(jobs=2), watcher=COUNTING)
    return forked, run_study(path, folder=path.parent.parent / "b", executor=Workers(jobs=2, plain_kernels=True))


@pytest.mark.croisement
def test_forked_and_plain_kernels_give_the_same_bytes(two_ways):
    assert all(way.succeeded for way in two_ways)
    forked, plain = (files_of(way.folder) for way in two_ways)
    for name in ("journal.json", ".fuites.json"):  # when it ran, and the hash of that
        del forked[name], plain[name]
    assert set(forked) == set(plain)
    assert [name for name in forked if forked[name] != plain[name]] == []
    assert {"figures/bon/projets.svg", "figures/bon/projets.pdf", "figures/bon/projets.png"} <= set(forked)
    assert b'"image/png"' in forked["notebooks/tire.ipynb"], "pyplot draws in the notebook, as by hand"


@pytest.mark.croisement
def test_the_bar_counts_each_announced_cell_once_and_no_other(two_ways):
    assert COUNTING.done == COUNTING.announced == 7


@pytest.mark.croisement
def test_each_run_draws_its_own_random_numbers(two_ways):
    folder = two_ways[0].folder / "notebooks"
    said = [
        json.loads((folder / name).read_text("utf-8"))["cells"][0]["outputs"][0]["text"]
        for name in ("tire.ipynb", "tire-aussi.ipynb")
    ]
    assert "".join(said[0]) != "".join(said[1])
    assert all("".join(text).split()[2:] == ["1", "False"] for text in said)


@LINUX
@pytest.mark.croisement
def test_a_zygote_with_a_thread_refuses_to_fork_and_a_plain_kernel_serves(new_project, monkeypatch, tmp_path):
    (tmp_path / "fileur.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()", encoding="utf-8"
    )
    environment = kernel_environment()
    path = os.pathsep.join((str(tmp_path), environment.get("PYTHONPATH", "")))
    zygote = Zygote(["fileur"], {**environment, "PYTHONPATH": path})
    with pytest.raises(ZygoteError, match="2 fils"):
        zygote.fork({"connexion": "", "dossier": "", "environnement": {}, "journal": "", "graine": 0})
    zygote.close()
    for module in (environments, papermill_engine):
        monkeypatch.setattr(
            module, "kernel_environment", lambda *given: {**kernel_environment(*given), "PYTHONPATH": path}
        )
    cells = [("code", "import fileur\nx = 1")]
    study = 'titre = "Essai"\ncorpus = "essai"\n' + section("un") + section("deux")
    assert run_study(new_project(study, un=cells, deux=cells)).succeeded


@pytest.mark.croisement
@LINUX
def test_nothing_survives_the_zygote(tmp_path):
    zygote = Zygote([], kernel_environment())
    request = {"connexion": str(tmp_path / "c.json"), "dossier": str(tmp_path), "environnement": dict(os.environ),
               "journal": str(tmp_path / "journal.txt"), "graine": 1}  # fmt: skip
    kernel = zygote.fork(request)
    assert kernel.poll() is None
    os.kill(zygote.pid, 9)
    for _ in range(6000):  # only a fault waits so long
        if not Path(f"/proc/{kernel.pid}").exists():
            break
        time.sleep(0.05)
    assert kernel.wait(600) == -9 and not Path(f"/proc/{kernel.pid}").exists()
    with pytest.raises(ZygoteError):
        zygote.fork(request)
    zygote.close()


def test_of_what_a_cell_prints_a_copy_keeps_the_beginning_and_says_so():
    import nbformat

    cell = nbformat.v4.new_code_cell("print()")
    cell.outputs = [nbformat.v4.new_output("stream", text="é" * 150_000) for _ in range(3)]
    scrub(node := nbformat.v4.new_notebook(cells=[cell]), {})
    first, second = (output.text for output in node.cells[0].outputs)
    assert first == "é" * 150_000 and second.startswith("é" * 50_000 + "\n[coupé ici") and len(second) < 50_100
