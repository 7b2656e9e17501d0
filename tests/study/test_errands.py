"""Errands: the same answers, the same errors, whoever runs them; and a runner that imports no library of analysis."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ect_research.errors import CorpusError, EctError
from ect_research.study.definition.study_file import read_study
from ect_research.study.engine.engine import run_study
from ect_research.study.engine.study_products import check_corpus
from ect_research.study.kernels.fork_client import Zygote
from ect_research.study.kernels.kernel_environment import kernel_environment
from ect_research.study.running.parallel import Aside, Errand, Here, Workers, do_all
from ect_research.words import Sentence, tell

pytestmark = [pytest.mark.study, pytest.mark.xdist_group("noyaux")]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
ONE = '[[execution]]\nid = "un"\ncarnet = "un.ipynb"\n'
STUDY = f'titre = "Essai"\ncorpus = "essai"\n{ONE}'
SILENT_DRIVER = """
import sys
from ect_research.cli import main
code = main(["run", sys.argv[1]])
sys.exit(code or str([name for name in ("pandas", "numpy", "matplotlib") if name in sys.modules]))
"""


@pytest.fixture(scope="module", params=["here", pytest.param("zygote", marks=LINUX)])
def aside(request) -> Aside:
    if request.param == "here":
        yield Here()
    else:
        zygote = Zygote(["ect_research.corpus.checked.load_corpus"], kernel_environment())
        yield zygote
        zygote.close()


def test_answers_come_back_in_the_order_of_the_questions(aside):
    assert do_all(aside, [Errand(divmod, (7, 2)), Errand(sorted, ("ba",)), Errand(os.fspath, ("x",))], 2) == [
        (3, 1),
        ["a", "b"],
        "x",
    ]


def test_an_error_comes_back_whole_with_its_rows(aside, make_project):
    path = make_project(STUDY, un=[("code", "x = 1")])
    events = path.parent.parent / "surveys" / "essai" / "evenements.csv"
    events.write_text(events.read_text("utf-8").replace("P1", "P9"), encoding="utf-8")
    with pytest.raises(CorpusError, match="1 erreur") as raised:
        aside.do(check_corpus, read_study(path))
    (row,) = raised.value.problems.to_dict("records")
    assert row["valeur"] == "P9" and row["colonne"] == "projet_id" and raised.value.en.startswith("Corpus “essai”")


def refuse(sentence: Sentence) -> None:
    raise EctError(sentence)


def test_both_languages_of_an_error_come_back(aside):
    with pytest.raises(EctError) as raised:
        aside.do(refuse, tell("colonne absente : {names}", names=["a", "b"]))
    assert (raised.value.fr, raised.value.en) == ("colonne absente\u00a0: a, b", "absent column: a, b")


def process_after(fatal_elsewhere: int) -> int:
    if os.getpid() != fatal_elsewhere:
        os._exit(1)
    return os.getpid()


@pytest.mark.croisement
@LINUX
def test_what_a_child_could_not_do_is_done_by_the_runner():
    zygote = Zygote([], kernel_environment())
    assert zygote.do(os.getpid) not in (os.getpid(), zygote.pid)
    assert zygote.do(process_after, os.getpid()) == os.getpid()
    zygote.close()
    assert zygote.do(os.getpid) == os.getpid()


@pytest.mark.croisement
@LINUX
def test_the_runner_itself_imports_no_library_of_analysis(make_project, good_cells):
    path = make_project(STUDY, un=good_cells)
    words = [sys.executable, "-P", "-c", SILENT_DRIVER, str(path)]
    ended = subprocess.run(words, env=kernel_environment(), capture_output=True, text=True, check=False)
    assert ended.stderr.splitlines()[-1:] == ["[]"], ended.stderr


@pytest.mark.croisement
@pytest.mark.parametrize("plain", [True, pytest.param(False, marks=LINUX)])
def test_what_leaks_is_told_to_whoever_executes_a_study(make_project, plain):
    path = make_project(STUDY, un=[("code", 'print("écrire à contact@exemple.fr")')])
    report = run_study(path, executor=Workers(plain_kernels=plain))
    assert report.succeeded and [(leak.file, leak.nature) for leak in report.leaks] == [
        ("notebooks/un.ipynb", "courriel")
    ]


@LINUX
@pytest.mark.croisement
def test_an_errand_leaves_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    zygote = Zygote([], kernel_environment())
    assert zygote.do(abs, -1) == 1
    zygote.close()
    assert list(Path(tmp_path).iterdir()) == []
