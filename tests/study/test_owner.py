"""Nobody loses a file to a study: a folder that is not its own is refused, and left as it was."""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ect_research import cli
from ect_research.errors import StudyError
from ect_research.study.engine.engine import run_study
from ect_research.study.outputs.own_files import ADDED
from ect_research.study.outputs.owner import MARK, left_behind
from tests.common import copies, files_of, plain

STUDY = 'titre = "Essai"\ncorpus = "essai"\n[[execution]]\nid = "a"\ncarnet = "a.ipynb"\n'
SITE = ("manifest.json", "index.html", "rapport.pdf", "figures/photos/a.jpg", "tables/compta/2024.xlsx",
        "notebooks/these.ipynb", "fiches/moi.pdf", "resultats/x.json", ".verrou")  # fmt: skip


@pytest.fixture
def study(make_project: Callable[..., Path]) -> Path:
    return make_project(STUDY, a=[("code", "x = 1")])


@pytest.mark.parametrize("words", [["run"], ["run", "--force"], ["status"], ["run", "--dry-run"]])
@pytest.mark.parametrize(
    "manifest", ["precieux", '{"name": "site"}', '{"format": 2, "study": {"name": "autre"}, "runs": []}']
)
def test_a_folder_that_no_study_wrote_is_refused_and_untouched(study, tmp_path, capsys, words, manifest):
    site = tmp_path / "site"
    for name in SITE:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("precieux", encoding="utf-8")
    (site / "manifest.json").write_text(manifest, encoding="utf-8")
    before = files_of(site)
    assert cli.main([words[0], str(study), *words[1:], "--dossier", str(site)]) == 2
    assert "contient autre chose" in capsys.readouterr().err and files_of(site) == before


@pytest.mark.croisement
def test_the_folder_of_another_study_or_of_the_same_name_elsewhere_is_refused(study, tmp_path):
    there = tmp_path / "sorties"
    run_study(study, folder=there, executor=copies)
    before = files_of(there)
    other = study.with_name("autre.toml")
    shutil.copy(study, other)
    with pytest.raises(StudyError, match="le dossier de l’étude"):
        run_study(other, folder=there, executor=copies)
    twin = shutil.copytree(study.parent.parent, tmp_path / "jumeau") / "notebooks/etude.toml"
    with pytest.raises(StudyError, match="peut-être d’un autre projet"):
        run_study(twin, folder=there, executor=copies)
    assert files_of(there) == before and run_study(study, folder=there, executor=copies).reports == ()


@pytest.mark.croisement
def test_the_outputs_of_a_study_that_changed_its_name_are_said(study):
    root = study.parents[1]
    run_study(study, executor=copies)
    assert left_behind(study, root) == []
    renamed = study.rename(study.with_name("autre-nom.toml"))
    assert left_behind(renamed, root) == [study.stem]


def test_a_project_that_moves_takes_its_outputs_along(study, tmp_path):
    run_study(study, executor=copies)
    moved = study.parent.parent.rename(tmp_path / "ailleurs")
    assert run_study(moved / "notebooks/etude.toml", executor=copies).reports == ()


@pytest.mark.croisement
@pytest.mark.parametrize("mark", [None, "", "[", "[]", '{"format": 99}'])
def test_outputs_of_before_marks_or_with_a_damaged_mark_are_still_known_for_ours(study, mark):
    folder = run_study(study, executor=copies).folder
    good = (folder / MARK).read_bytes()
    (folder / MARK).unlink()
    if mark is not None:
        (folder / MARK).write_text(mark, encoding="utf-8")
    assert run_study(study, executor=copies).reports == () and (folder / MARK).read_bytes() == good
    (folder / MARK).unlink()
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "study": {"name": "autre"}}), encoding="utf-8")
    with pytest.raises(StudyError, match="contient autre chose"):
        run_study(study, executor=copies)


@pytest.mark.croisement
def test_a_link_to_a_folder_is_set_aside_and_what_it_leads_to_is_untouched(study, tmp_path):
    folder = run_study(study, executor=copies).folder
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/a.jpg").write_text("precieux", encoding="utf-8")
    (folder / "tables").mkdir()
    for name in ("a", "inconnu"):
        (folder / "tables" / name).symlink_to(tmp_path / "photos")
    run_study(study, executor=copies, force=True)
    assert (tmp_path / "photos/a.jpg").read_text("utf-8") == "precieux"
    assert [path.name for path in (folder / "tables").iterdir()] == ["inconnu"]
    assert (folder / ADDED / "tables/a").is_symlink()


def test_what_a_person_put_in_the_folder_is_listed_kept_and_never_archived(study, tmp_path, capsys):
    folder = run_study(study, executor=copies).folder
    for name in ("notes.txt", "fiches/moi.pdf", "tables/a/annexe.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("précieux", encoding="utf-8")
    before = files_of(folder) | {".fuites.json": b""}
    for words in (["status"], ["run"], ["archive"]):
        given = ["--vers", str(tmp_path / "a.zip")] * (words == ["archive"])
        assert cli.main([*words, str(study), *given]) == 0
        said = plain(capsys.readouterr().out)
        assert said.count("3 fichiers ou dossiers que l’étude n’a pas écrits sont laissés en place") == 1
        assert "fiches/moi.pdf, notes.txt, tables/a/" in said
    assert files_of(folder) | {".fuites.json": b""} == before
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        kept = {name for name in archive.namelist() if name.startswith("outputs/")}
    ours = ("essentiel.html", "essentiel.md", "index.html", "manifest.json", "notebooks/a.ipynb", "resultats/a.json")
    assert kept == {f"outputs/{name}" for name in ours}


def test_outside_a_project_no_other_one_is_executed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for words in (["run"], ["status"], ["archive"], ["lab"], ["fiches", "--formulaire", "f.xlsx"], ["run", "pays-ledonien"],
                  ["nouvelle-etude", "x", "--corpus", "pays-ledonien"]):  # fmt: skip
        assert cli.main(words) == 1
        assert "se placer dans le dossier du projet" in capsys.readouterr().err.replace("\u00a0", " ")


def test_a_study_given_by_its_path_is_executed_from_anywhere(study, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["status", str(study)]) == 1 and "jamais exécuté" in capsys.readouterr().out
