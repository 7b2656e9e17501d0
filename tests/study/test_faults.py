"""Whatever goes wrong on the way out, one French sentence with what to do; what is damaged is made again."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import ect_research
from ect_research import cli
from ect_research.study.base.files_on_disk import system_fault
from ect_research.study.base.result_record import EXECUTED
from ect_research.study.engine import study_products
from ect_research.study.engine.engine import run_study
from ect_research.study.kernels.task import TaskReport
from ect_research.study.outputs import owner
from ect_research.study.running.progress import Watcher
from ect_research.words.carried_text import carried
from tests.common import copies

STUDY = 'titre = "Essai"\ncorpus = "essai"\n[[execution]]\nid = "a"\ncarnet = "a.ipynb"\n'
POSIX = pytest.mark.skipif(os.name != "posix", reason="names of bytes, signals and rights of POSIX")


@pytest.fixture
def study(make_project) -> Path:
    return make_project(STUDY, a=[("code", "x = 1")])


@pytest.mark.crossed("number")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.ENOLCK, errno.EXDEV,
                                    errno.EMFILE, errno.EIO, errno.ETXTBSY])  # fmt: skip
def test_what_the_system_refuses_is_one_french_sentence_with_what_to_do(study, monkeypatch, capsys, number):
    def refuses(path: Path, _data: bytes) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(study_products, "write_whole", refuses)
    assert cli.main(["run", str(study), "--plain-kernels", "--only", "a"]) == 1
    (said,) = [line for line in capsys.readouterr().err.splitlines() if "index.html" in line]
    assert said.startswith("« ") and said.endswith(".") and " : " in said.partition("index.html »")[2]
    assert "Traceback" not in said


def test_each_refusal_has_its_remedy():
    said = {
        system_fault(OSError(number, "why", "f"))
        for number in (errno.ENOSPC, errno.EROFS, errno.EXDEV, errno.EIO, errno.EEXIST)
    }
    assert len(said) == 5 and system_fault(OSError("seul")).startswith("Le système refuse (seul)")


@pytest.mark.croisement
@pytest.mark.parametrize(("number", "said"), [(errno.EAGAIN, "en cours"), (errno.ENOLCK, "disque réseau"),
                                              (errno.EOPNOTSUPP, "disque réseau")])  # fmt: skip
def test_a_lock_that_cannot_be_taken_says_why(study, monkeypatch, capsys, number, said):
    def refuses(_file: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(owner, "_take", refuses)
    assert cli.main(["run", str(study)]) == 2 and said in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="whoever is root may write anywhere")
def test_the_lock_of_another_user_is_said(study, capsys):
    folder = run_study(study, executor=copies).folder
    (folder / ".verrou").chmod(0o400)
    assert cli.main(["run", str(study), "--force"]) == 2 and "autre utilisateur" in capsys.readouterr().err


STATES = (
    "resultats/a.json",
    "journal.json",
    ".fuites.json",
    "produits.json",
    "manifest.json",
    ".precedent/manifest.json",
)
DAMAGED = (b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"null", b'{"cle": 1}', b"[" * 100_000)


@pytest.mark.croisement
@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("damage", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_state_file_is_made_again(study, name, damage):
    folder = run_study(study, executor=copies).folder
    good = (folder / "manifest.json").read_bytes()
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(damage)
    assert run_study(study, executor=copies, force=name.startswith(".precedent")).succeeded
    assert run_study(study, executor=copies).reports == ()
    assert (folder / "manifest.json").read_bytes() == good and not (folder / ".precedent").exists()
    assert [path.name for path in folder.rglob("*.partiel")] == []


@pytest.mark.croisement
@POSIX
def test_a_file_name_that_is_not_text_stops_nothing(study):
    strange = os.fsdecode(b"caf\xe9.txt")
    folder = run_study(study, executor=copies).folder
    places = (folder, folder / "tables/a", study.parent, study.parent.parent / "surveys/essai")
    for place in places:
        place.mkdir(exist_ok=True, parents=True)
        (place / strange).write_text("x", encoding="utf-8")
    for only in (["a"], []):
        assert run_study(study, executor=copies, only=only).succeeded
    assert (folder / strange).exists() and (folder / "tables/a" / strange).exists()


@POSIX
@pytest.mark.croisement
@pytest.mark.study
@pytest.mark.parametrize("number", ["SIGHUP", "SIGTERM"])
def test_a_terminal_that_closes_ends_a_study_as_ctrl_c_does(make_project, number):
    path = make_project(STUDY, a=[("code", "import time\nopen('commence', 'w').close()\ntime.sleep(60)")])
    environment = {**os.environ, "PYTHONPATH": str(Path(ect_research.__file__).parent.parent)}
    command = "import sys; from ect_research.cli import main; sys.exit(main(sys.argv[1:]))"
    with subprocess.Popen([sys.executable, "-c", command, "run", str(path), "--plain-kernels"], env=environment,
                          stderr=subprocess.PIPE, text=True, encoding="utf-8") as running:  # fmt: skip
        while not (path.parent / "commence").exists() and running.poll() is None:
            time.sleep(0.05)
        running.send_signal(getattr(signal, number))
        said = running.stderr.read()
    assert running.returncode == 130 and "Interrompu" in said and "Traceback" not in said


class Told(Watcher):
    """Keeps what it is told of leaks."""

    def __init__(self) -> None:
        self.leaks: list[str] = []

    def leaks_found(self, leaks) -> None:
        self.leaks += [leak.nature for leak in leaks]


@pytest.mark.croisement
@pytest.mark.parametrize("end", [KeyboardInterrupt, OSError])
def test_the_outputs_of_a_study_that_was_stopped_are_searched_too(make_project, end):
    path = make_project(STUDY + STUDY.partition("[[")[2].join(("[[", "")).replace('"a"', '"b"'), a=[("code", "x = 1")])

    def leaks_then_ends(tasks, _watcher) -> Iterator[TaskReport]:
        for report in copies(tasks[:1], _watcher):
            (Path(tasks[0].staging) / EXECUTED).write_text("contact@exemple.fr", encoding="utf-8")
            yield report
        raise end

    told = Told()
    with pytest.raises(end):
        run_study(path, executor=leaks_then_ends, watcher=told)
    assert told.leaks == ["courriel"]


def test_a_console_obeys_nothing_that_comes_from_a_corpus(make_project, capsys):
    path = make_project(STUDY, a=[("code", "x = 1")])
    corpus = path.parent.parent / "surveys/essai"
    (corpus / "projets.csv").write_text(
        "projet_id;nom;source_id;certitude\nP1;F;S\x1b[2J\x1b[8m9\x9b0m;2_declare\n", "utf-8"
    )
    assert cli.main(["check", str(corpus)]) == 1
    said = "".join(capsys.readouterr())
    assert "\x1b" not in said and "\x9b" not in said and "□[2J" in said


def test_signs_that_turn_a_line_round_are_shown():
    assert carried("a\u202eb\tc\nd") == "a□b\tc\nd"
