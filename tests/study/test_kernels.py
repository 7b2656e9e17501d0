"""Real kernels: what the runner says of them must be true."""

import json
from pathlib import Path

import pytest

from ect_research.study.engine import run_study
from ect_research.study.file import read_study

pytestmark = pytest.mark.study

FOUR_RUNS = """titre = "Essai"
corpus = "essai"
[[execution]]
id = "tue"
carnet = "tue.ipynb"
[[execution]]
id = "sort"
carnet = "sort.ipynb"
[[execution]]
id = "erreur"
carnet = "erreur.ipynb"
[[execution]]
id = "bon"
carnet = "bon.ipynb"
parametres = { hauteur = 7.0 }
"""


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def four_runs(make_project, good_cells) -> Path:
    killed = [("code", "x = 1"), ("code", "import os\nos.kill(os.getpid(), 9)"), ("code", "x = 2")]
    left = [("code", "import sys\nsys.exit(0)"), ("code", "x = 2")]
    wrong = [*good_cells[:4], ("code", "d = {}\nd['absent']"), ("code", "x = 2")]
    return make_project(FOUR_RUNS, tue=killed, sort=left, erreur=wrong, bon=good_cells)


def test_each_way_to_fail_is_told_truly_and_the_others_run(four_runs):
    report = run_study(four_runs)
    causes = {one.id: one.cause for one in report.reports}
    assert [one.status for one in report.reports] == ["echec", "echec", "echec", "reussi"]
    assert "cellule de code n° 2" in causes["tue"] and "arrêté net" in causes["tue"]
    assert "cellule de code n° 1" in causes["sort"] and "sys.exit" in causes["sort"]
    assert "cellule de code n° 4 (« d = {} ») : KeyError : 'absent'" in causes["erreur"]
    assert not any("\n" in cause for cause in causes.values())
    killed = json.loads((report.folder / "notebooks/tue.echec.ipynb").read_text("utf-8"))
    assert [cell["metadata"]["papermill"]["status"] for cell in killed["cells"]] == ["completed", "failed", "pending"]
    assert [folder.name for folder in (report.folder / "figures").iterdir()] == ["bon"]
    for path in (report.folder / "notebooks").iterdir():
        text = path.read_text("utf-8")
        assert str(four_runs.parent.parent) not in text and f"{Path.home()}/" not in text
    page = report.page.read_text("utf-8")
    assert page.count("<figure>") == 1 and "Projets par année" in page and "3 points, il en faut 10." in page
    assert page.count('class="failure"') == 3


def test_two_runs_give_the_same_bytes(four_runs):
    study = read_study(four_runs)
    before = files_of(run_study(study, only=["bon"]).folder)
    after = files_of(run_study(study, only=["bon"]).folder)
    del before["journal.json"], after["journal.json"]
    assert before == after
    assert {"figures/bon/projets.svg", "figures/bon/projets.pdf", "figures/bon/projets.png", "figures/bon/projets.csv",
            "tables/bon/annees.csv", "tables/bon/annees.machine.csv", "notebooks/bon.ipynb"} <= set(after)  # fmt: skip
    assert b"2024,7\n" in after["figures/bon/projets.machine.csv"]
