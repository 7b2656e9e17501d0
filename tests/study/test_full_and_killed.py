"""A disk that is really full, a kernel that the system kills: one plain sentence, and a status that does not lie."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ect_research import cli
from ect_research.study.base.files_on_disk import system_fault
from ect_research.study.engine.engine import run_study
from ect_research.study.running import notebook_run
from ect_research.study.running.parallel import Workers
from tests.common import copies, files_of, plain

STUDY = 'titre = "Essai"\ncorpus = "essai"\nrapport = true\nfiches = true\n' + "".join(
    f'[[execution]]\nid = "r{rank}"\ncarnet = "a.ipynb"\nparametres = {{ hauteur = {rank}.5 }}\n' for rank in range(2)
)
# Dates and durations; what was searched; what changed since; and whose folder it is, which lies elsewhere.
VARYING = ("journal.json", ".fuites.json", "changements.csv", ".etude.json")


def mounted(place: Path, options: str) -> bool:
    place.mkdir(exist_ok=True)
    return subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], check=False).returncode == 0


@pytest.fixture
def disk(tmp_path):
    """A disk of its own, of a size that each test chooses."""
    place = tmp_path / "disque"
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or not mounted(place, "size=64k"):
        pytest.skip("only root may mount a small disk")
    subprocess.run(["umount", place], check=True)
    yield place
    subprocess.run(["umount", place], check=False, capture_output=True)


def contents(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in files_of(folder).items() if Path(name).name not in VARYING}


@pytest.mark.study
@pytest.mark.croisement
def test_a_disk_that_fills_up_at_any_moment_is_said_in_one_sentence_and_the_status_is_true(
    make_project, good_cells, disk, capsys
):
    path = make_project(STUDY, a=good_cells)
    whole = contents(run_study(path, executor=Workers(jobs=1)).folder)
    needed = sum(map(len, whole.values())) // 1024
    stopped = []
    for share in (0.05, 0.3, 0.6, 0.75, 0.9):
        assert mounted(disk, f"size={int(needed * share)}k")
        folder, words = disk / "sorties", ["--dossier", str(disk / "sorties")]
        capsys.readouterr()
        code, told = cli.main(["run", str(path), "-j", "1", *words]), plain(capsys.readouterr().err)
        assert code == 1 and told.lower().count("le disque est plein") == 1, told
        assert "Traceback" not in told
        code, said = cli.main(["status", str(path), *words]), plain(capsys.readouterr().out)
        assert code == 1 and "tout est à jour" not in said
        stopped.append(said.count("— à jour"))
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        assert cli.main(["run", str(path), *words]) == 0 and contents(folder) == whole
        assert cli.main(["status", str(path), *words]) == 0
        subprocess.run(["umount", disk], check=True)
    assert min(stopped) == 0 and max(stopped) == 2, "before the first result and after the last one"


def test_a_page_that_is_not_that_of_the_results_is_told_by_the_status(make_project, capsys):
    path = make_project(STUDY, a=[("parameters", "hauteur = 1.0")])
    folder = run_study(path, executor=copies).folder
    assert cli.main(["status", str(path)]) == 0 and "ne sont pas ceux" not in plain(capsys.readouterr().out)
    for name in ("rapport.pdf", "index.html"):
        (folder / name).unlink()
        assert cli.main(["status", str(path)]) == 1
        said = plain(capsys.readouterr().out)
        assert "0 à exécuter, 2 à jour" in said and "ect run les refera, sans rien exécuter" in said
        assert run_study(path, executor=copies).reports == () and cli.main(["status", str(path)]) == 0
        capsys.readouterr()


def test_the_folder_of_temporary_files_is_named_where_it_is_the_full_one(disk, monkeypatch):
    fault = OSError(28, "No space left on device")
    assert system_fault(fault).startswith("Le disque est plein")
    assert mounted(disk, "size=64k")
    monkeypatch.setattr("tempfile.tempdir", str(disk))
    assert system_fault(fault).startswith(f"« {disk} » : le disque est plein")


DIES = {
    "tue": ("import os\nos.kill(os.getpid(), 9)", "a été tué (mémoire épuisée ou arrêt forcé) : fermer des programmes"),
    "muet": ("import os\nos._exit(3)", "n’a pas démarré : fermer des programmes, puis relancer"),
    "bavard": ("raise ImportError('pas de bibliothèque')", "n’a pas démarré (ImportError: pas de bibliothèque)"),
}


@pytest.mark.study
@pytest.mark.croisement
@pytest.mark.parametrize("way", DIES)
def test_a_kernel_that_dies_before_it_answers_is_told_without_its_own_chatter(make_project, monkeypatch, tmp_path, way):
    code, said = DIES[way]
    (tmp_path / "ipykernel").mkdir()
    greeting = "NOTE: When using the `ipython kernel` entry point\\nTo connect another client: --existing a.json"
    (tmp_path / "ipykernel/__init__.py").write_text(f'print("""{greeting}""", flush=True)\n{code}\n', encoding="utf-8")
    path = make_project(STUDY, a=[("parameters", "hauteur = 1.0")])
    known = notebook_run.execute.__globals__
    real = known["kernel_environment"]

    def environment(*given: object) -> dict[str, str]:
        made = real(*given)
        return {**made, "PYTHONPATH": os.pathsep.join((str(tmp_path), made["PYTHONPATH"]))}

    monkeypatch.setitem(known, "kernel_environment", environment)
    report = run_study(path, executor=Workers(jobs=1, plain_kernels=True), only=["r0"])
    (cause,) = (str(one.cause) for one in report.reports)
    assert said in cause and "existing" not in cause and "Kernel died" not in cause
