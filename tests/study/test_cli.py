"""The command speaks French, and its exit code tells the truth."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import ect_research
from ect_research.cli import main
from ect_research.study.kernels.task import TaskReport
from ect_research.study.running.parallel import Workers
from ect_research.words import tell
from tests.common import plain

ONE_RUN = """titre = "Essai"
corpus = "essai"
[[execution]]
id = "un"
carnet = "a.ipynb"
"""
COMMAND = "import sys; from ect_research.cli import main; sys.exit(main(sys.argv[1:]))"


def environment() -> dict[str, str]:
    library = str(Path(ect_research.__file__).parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([library, os.environ.get("PYTHONPATH", "")])}


@pytest.fixture
def no_kernel(monkeypatch):
    """A kernel must not start: the study is refused before."""

    def start(*_: object) -> None:
        raise AssertionError("a kernel was started")

    monkeypatch.setattr("ect_research.study.running.parallel.Workers.__call__", start)


HELP = """import sys
from ect_research.cli import main
try:
    main(["--help"])
except SystemExit:
    heavy = {"pandas", "matplotlib", "papermill", "rich"} & set(sys.modules)
    assert not heavy, heavy
"""


def test_deciding_that_nothing_is_to_be_done_imports_nothing_heavy():
    heavy = "{'pandas', 'numpy', 'matplotlib', 'papermill', 'nbformat', 'typst'}"
    reached = "ect_research.study.commands.run_commands, ect_research.study.running.progress"
    words = f"import sys, {reached}; print({heavy} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", words], env=environment(), capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"


def test_help_is_french_and_imports_nothing_heavy():
    shown = subprocess.run([sys.executable, "-c", HELP], env=environment(), capture_output=True, text=True, check=True)
    for word in ("Usage :", "Commandes :", "exécuter les carnets", "vérifier un corpus"):
        assert word in shown.stdout
    assert "show this help" not in shown.stdout and "options:" not in shown.stdout


def test_the_package_runs_as_the_command():
    asked = [sys.executable, "-m", "ect_research", "--version"]
    shown = subprocess.run(asked, env=environment(), capture_output=True, text=True, check=True)
    assert plain(shown.stdout).strip() == f"ect_research {ect_research.__version__}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "il manque : COMMANDE"),
        (["rn"], "n’existe pas"),
        (["run", "--only"], "attend une valeur"),
        (["extract"], "CORPUS"),
        (["run", "-j", "deux"], "attend un nombre de carnets, et non « deux »"),
        (["reponses", "a", "maturite", "b", "--repetition", "c"], "attend 3 valeurs"),
        (["fiches"], "il manque l’une des options --formulaire"),
        (["fiches", "--formulaire", "a", "--corrections", "b"], "ne vont pas ensemble"),
        (["run", "--d"], "est trop court"),
    ],
)
def test_a_wrong_command_line_is_told_in_french_with_code_2(words, said, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_a_misspelt_parameter_starts_no_kernel(make_project, good_cells, no_kernel, monkeypatch, capsys):
    path = make_project(ONE_RUN + "parametres = { hauteurr = 1.0 }\n", a=good_cells)
    monkeypatch.chdir(path.parent.parent)
    assert main(["run"]) == 2
    said = plain(capsys.readouterr().err)
    assert "exécution « un » : paramètre inconnu « hauteurr », vouliez-vous « hauteur » ?" in said
    assert "Traceback" not in said and not (path.parent.parent / "outputs").exists()


def test_an_unknown_run_starts_no_kernel(make_project, good_cells, no_kernel, monkeypatch, capsys):
    monkeypatch.chdir(make_project(ONE_RUN, a=good_cells).parent.parent)
    assert main(["run", "etude", "--only", "unn"]) == 2
    assert "Exécution inconnue « unn », vouliez-vous « un » ?" in plain(capsys.readouterr().err)
    with pytest.raises(SystemExit, match="2"):
        main(["run", "-j=-3"])
    assert "attend un nombre de carnets, et non « -3 »" in plain(capsys.readouterr().err)


@pytest.mark.croisement
def test_a_faulty_corpus_is_shown_as_a_table_and_starts_no_kernel(
    make_project, good_cells, no_kernel, monkeypatch, capsys
):
    path = make_project(ONE_RUN, a=good_cells)
    monkeypatch.chdir(path.parent.parent)
    events = path.parent.parent / "surveys/essai/evenements.csv"
    events.write_text(events.read_text("utf-8").replace("E1;P1", "E1;P9"), encoding="utf-8")
    assert main(["run"]) == 1
    assert "P9" in capsys.readouterr().err
    assert main(["check", "essai"]) == 1


def test_a_sound_corpus_is_checked_with_code_0(make_project, monkeypatch, capsys):
    monkeypatch.chdir(make_project(ONE_RUN).parent.parent)
    assert main(["check", "essai"]) == 0
    assert "Valfleuri" in capsys.readouterr().out


def test_a_failed_run_gives_code_1_and_names_the_copy(make_project, good_cells, monkeypatch, capsys):
    monkeypatch.chdir(make_project(ONE_RUN, a=good_cells).parent.parent)

    def fails(self, tasks, watcher):
        for task in tasks:
            Path(task.staging).mkdir(parents=True)
            (Path(task.staging) / "carnet.ipynb").write_text("{}", encoding="utf-8")
            yield TaskReport(task.id, "echec", tell("cellule de code n° {n}", n=1), total_s=1.5)

    monkeypatch.setattr(Workers, "__call__", fails)
    assert main(["run"]) == 1
    shown = capsys.readouterr()
    assert "✗ Combien ? — échec : cellule de code n° 1" in plain(shown.out)
    assert "outputs/etude/notebooks/*.echec.ipynb" in shown.out
    manifest = json.loads(Path("outputs/etude/manifest.json").read_text("utf-8"))
    assert manifest["runs"][0]["status"] == "echec" and list(manifest["files"]) == ["notebooks/un.echec.ipynb"]
    assert "Ce carnet s’est arrêté avant sa fin" in Path("outputs/etude/index.html").read_text("utf-8")


@pytest.mark.study
@pytest.mark.croisement
@pytest.mark.parametrize("kernels", [[], ["--plain-kernels"]], ids=["forked", "plain"])
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_a_stop_asked_for_ends_cells_that_never_end_with_code_130_and_leaves_nothing_half_done(
    make_project, kernels, asked
):
    waits = "import os, pathlib, time\npathlib.Path(f'parti-{os.getpid()}').touch()\nwhile True:\n    time.sleep(60)"
    path = make_project(ONE_RUN + '[[execution]]\nid = "deux"\ncarnet = "a.ipynb"\n',
                        a=[("code", waits)])  # fmt: skip
    # What runs in the background of a shell ignores Ctrl-C: it listens again.
    listens = f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {COMMAND}"
    running = subprocess.Popen([sys.executable, "-P", "-c", listens, "run", "-j", "2", *kernels],
                               cwd=path.parent.parent, env=environment(), stderr=subprocess.PIPE, text=True)  # fmt: skip
    while len(list(path.parent.glob("parti-*"))) < 2 and running.poll() is None:
        time.sleep(0.1)
    running.send_signal(asked)
    try:
        _, said = running.communicate(timeout=600)  # only a fault waits so long
    finally:
        running.kill()
    assert running.returncode == 130
    assert "Interrompu" in said and "Traceback" not in said
    for started in path.parent.glob("parti-*"):
        with pytest.raises(ProcessLookupError):
            os.kill(int(started.name.removeprefix("parti-")), 0)
    folder = path.parent.parent / "outputs/etude"
    assert not (folder / ".en-cours").exists() and not (folder / "notebooks").exists()
    assert "pas encore exécutée" in (folder / "index.html").read_text("utf-8")
