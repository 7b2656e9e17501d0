"""Where kernels start: each in its own folder, whatever its name, while the driver stays where it is."""

import json
from pathlib import Path

import pytest

from ect_research.study.base.result_record import EXECUTED
from ect_research.study.engine.engine import run_study
from ect_research.study.kernels.task import Task
from ect_research.study.running.parallel import Workers
from ect_research.study.running.progress import Watcher

NAMES = ("É {1} l'été", "b {a.__class__}", "c d’œuvre %s", "d «deux»")


def task(root: Path, number: int, name: str, notebook: Path) -> Task:
    folder = root / name
    folder.mkdir()
    return Task(str(number), name, str(notebook), str(root), str(folder), str(root / "sorties" / str(number)), {}, 1)


@pytest.mark.croisement
@pytest.mark.study
@pytest.mark.parametrize("plain", [False, True], ids=["forked", "plain"])
def test_kernels_of_several_threads_start_each_in_its_own_folder(make_project, tmp_path, plain):
    study = make_project('titre = "Essai"\ncorpus = "essai"\n', lieu=[("code", "import os\nprint(os.getcwd())")])
    names, here = NAMES[: 2 if plain else 4], Path.cwd()
    tasks = [task(tmp_path, number, name, study.parent / "lieu.ipynb") for number, name in enumerate(names)]
    reports = list(Workers(jobs=4, plain_kernels=plain)(tasks, Watcher()))
    assert {report.status for report in reports} == {"reussi"} and Path.cwd() == here
    for one in tasks:
        cells = json.loads((Path(one.staging) / EXECUTED).read_text("utf-8"))["cells"]
        assert "".join(cells[0]["outputs"][0]["text"]).strip() == f"./{one.title}"


@pytest.mark.croisement
@pytest.mark.study
def test_a_project_in_a_folder_with_accents_braces_and_apostrophes_runs(make_project, tmp_path, good_cells):
    study = make_project(
        'titre = "Essai"\ncorpus = "essai"\n[[execution]]\nid = "bon"\ncarnet = "bon.ipynb"\n', bon=good_cells
    )
    (tmp_path / NAMES[0]).mkdir()
    moved = study.parent.parent.rename(tmp_path / NAMES[0] / "l'étude {0}")
    report = run_study(moved / "notebooks/etude.toml", executor=Workers(jobs=1))
    assert report.succeeded and len(report.records["bon"].outputs) == 3
    assert any((moved / "outputs/etude/figures/bon").iterdir())
