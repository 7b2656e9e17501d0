"""The home page of JupyterLab: each button does what the command does, and says it; a browser presses them."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ect_research.errors import EctError, StudyError
from ect_research.study.commands import home_actions, home_page
from ect_research.study.commands.home_actions import (
    changes_of,
    check_study,
    corpora_of,
    create_study,
    documents_of,
    open_outside,
    studies_of,
)
from ect_research.study.commands.home_page import HomePage
from ect_research.study.commands.run_aside import Progress, RunAside

ROOT = Path(__file__).parents[2]
STUDY = 'titre = "Essai"\ncorpus = "essai"\n[[execution]]\nid = "un"\ncarnet = "a.ipynb"\n'


@pytest.fixture
def project(make_project, good_cells, monkeypatch):
    """A project of one small study, in which one stands."""
    path = make_project(STUDY, a=good_cells)
    root = path.parents[1]
    monkeypatch.chdir(root)
    return root, path.stem


@pytest.fixture
def opened(monkeypatch):
    """What was opened outside, instead of opening it."""
    found = []
    monkeypatch.setattr(home_actions.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(home_actions.subprocess, "Popen", lambda words, **_: found.append(words[1]))
    return found


@pytest.mark.croisement
@pytest.mark.study
def test_a_study_made_by_its_button_is_that_of_the_command(project):
    root, name = project
    steps = []
    run = RunAside(root, name, lambda progress: steps.append(progress.share))
    ended = run.wait(120)
    assert ended.over and ended.succeeded and not ended.stopped
    assert steps[-1] == 1.0 and steps == sorted(steps)
    assert len(ended.lines) == 1 and ended.lines[0].startswith("✓")
    assert set(documents_of(root / "outputs" / name)) >= {"index"}


@pytest.mark.croisement
@pytest.mark.study
def test_a_study_that_is_stopped_keeps_what_is_complete_and_leaves_no_process(make_project, monkeypatch):
    path = make_project(STUDY, a=[("code", "import time\ntime.sleep(600)")])
    monkeypatch.chdir(path.parents[1])
    run = RunAside(path.parents[1], path.stem)
    while not run.progress.cells and not run.progress.over:
        time.sleep(0.05)
    run.stop()
    ended = run.wait(60)
    assert ended.over and ended.stopped and not ended.succeeded


@pytest.mark.croisement
@pytest.mark.study
def test_a_study_ends_with_whoever_started_it(make_project):
    path = make_project(STUDY, a=[("code", "import time\ntime.sleep(600)")])
    start = (
        "import sys, time, pathlib; from ect_research.study.commands.run_aside import RunAside\n"
        "run = RunAside(pathlib.Path(sys.argv[1]), sys.argv[2])\n"
        "while not run.progress.cells: time.sleep(.05)\n"
        "print(run._process.pid, flush=True); time.sleep(600)"
    )
    asked = subprocess.Popen(
        [sys.executable, "-c", start, str(path.parents[1]), path.stem], stdout=subprocess.PIPE, text=True
    )
    child = int(asked.stdout.readline())
    asked.kill()
    asked.communicate()
    for _ in range(600):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{child}/stat").is_file() and Path(f"/proc/{child}/stat").read_text().split()[2] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("the study outlives the page that started it")


@pytest.mark.croisement
@pytest.mark.study
def test_what_stops_a_study_is_told_as_a_sentence(project):
    root, name = project
    (root / "surveys/essai/projets.csv").write_text("projet_id;nom\nP01;A\nP01;B\n", "utf-8")
    ended = RunAside(root, name).wait(120)
    assert not ended.succeeded and ended.lines and all("Traceback" not in line for line in ended.lines)


def test_the_time_left_is_told_once_enough_is_done(monkeypatch):
    progress = Progress()
    progress.hear({"cells": 40})
    progress.hear({"done": 1})
    assert progress.seconds_left() is None
    for _ in range(9):
        progress.hear({"done": 1})
    progress.started = time.monotonic() - 10
    assert progress.seconds_left() == pytest.approx(30, abs=1)


def test_problems_are_told_by_cause_and_sorted_as_asked(project):
    root, name = project
    (root / "surveys/essai/projets.csv").write_text("projet_id;nom;commune_insee\nP01;A;zz\nP01;B;yy\n", "utf-8")
    checked = check_study(root, name)
    assert "à corriger avant de lancer" in str(checked.said) and len(checked.problems) >= 2
    page = HomePage(root)
    page.check.click()
    by_column = page.table.value
    page.sort.value = "valeur"
    assert page.sort.layout.display == "" and page.table.value != by_column
    assert by_column.count("<tr>") == len(checked.problems) + 1 and 'scope="col"' in by_column


@pytest.mark.croisement
def test_a_new_study_has_a_blank_workbook_that_can_be_checked(project):
    root, _ = project
    assert create_study(root, "deuxieme") == "deuxieme"
    assert (root / "surveys/deuxieme/deuxieme.xlsx").is_file() and "deuxieme" in studies_of(root)
    assert "deuxieme" in corpora_of(root)
    check_study(root, "deuxieme")
    with pytest.raises(EctError, match="existe déjà"):
        create_study(root, "deuxieme")
    with pytest.raises(EctError, match="minuscules"):
        create_study(root, "Ma première")
    assert create_study(root, "troisieme", "essai") == "troisieme"
    with pytest.raises(StudyError, match="n’existe pas"):
        create_study(root, "quatrieme", "inconnu")


def test_a_mistake_is_a_sentence_on_the_page_and_never_a_traceback(project):
    root, _ = project
    page = HomePage(root)
    page.name.value = "Mon étude"
    page.create.click()
    assert "minuscules" in page.message.value and 'role="status"' in page.message.value
    assert page.page.disabled
    page.page.click()
    assert "lancer l’étude" in page.message.value
    page.name.value = "la-mienne"
    page.create.click()
    assert page.study.value == "la-mienne" and "créée" in page.message.value


def test_documents_open_outside_and_their_place_is_told(tmp_path, opened, monkeypatch):
    (tmp_path / "index.html").touch()
    (tmp_path / "fiches").mkdir()
    (tmp_path / "fiches/P01.pdf").touch()
    assert list(documents_of(tmp_path)) == ["index", "P01"]
    assert str(tmp_path) in str(open_outside(tmp_path / "index.html")) and opened == [str(tmp_path / "index.html")]
    assert "pas encore" in str(open_outside(tmp_path / "rapport.pdf"))
    monkeypatch.setattr(home_actions.shutil, "which", lambda _: None)
    assert "dans cet ordinateur" in str(open_outside(tmp_path / "index.html"))


def test_what_changed_is_told_in_words(tmp_path):
    assert changes_of(tmp_path) == []
    (tmp_path / "changements.csv").write_text(
        "execution;resultat;changement;cause\nun;table;P15 : 70 → 66 %;P15 immatriculation 2018 → 2020\n", "utf-8-sig"
    )
    assert changes_of(tmp_path) == ["un, table : P15 : 70 → 66 % (P15 immatriculation 2018 → 2020)"]


def test_every_button_is_reached_by_the_keyboard_and_says_what_it_does(project):
    root, _ = project
    for language in ("fr", "en"):
        page = HomePage(root, language)
        named = [page.check, page.start, page.stop, page.changes, page.folder, page.page, page.report, page.create]
        assert all(button.description for button in named) and len({button.description for button in named}) == 8
        assert page.start.description == ("Lancer l’étude" if language == "fr" else "Run the study")


def test_the_notebook_of_the_home_page_hides_its_code_and_is_no_notebook_of_a_study():
    from ect_research.study.definition.notebook import notebooks_of

    root = Path(__file__).parents[2]
    node = json.loads((root / "notebooks/00_accueil.ipynb").read_text("utf-8"))
    (code,) = [cell for cell in node["cells"] if cell["cell_type"] == "code"]
    assert code["metadata"]["jupyter"]["source_hidden"] and "open_home()" in "".join(code["source"])
    assert root / "notebooks/00_accueil.ipynb" not in notebooks_of(root / "notebooks")
    assert home_page.open_home.__doc__


def test_a_blank_workbook_is_to_be_filled_and_a_study_never_made_has_no_changes(tmp_path, monkeypatch):
    (tmp_path / "surveys").mkdir()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks/01_corpus.ipynb").write_bytes((ROOT / "notebooks/01_corpus.ipynb").read_bytes())
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EctError, match="Donner un nom"):
        create_study(tmp_path, "")
    with pytest.raises(EctError, match="bilan-2026"):
        create_study(tmp_path, "Bilan 2026")
    create_study(tmp_path, "bilan-2026")
    told = 'titre = "Essai"\nterritoire = "Drôme"\ndate_observation = 2026-06-30\n'
    (tmp_path / "surveys/bilan-2026/source.toml").write_text(told, encoding="utf-8")
    home = HomePage(tmp_path)
    home.do_check()
    assert "aucune ligne" in home.message.value
    home.do_changes()
    assert "pas encore été lancée" in home.message.value
