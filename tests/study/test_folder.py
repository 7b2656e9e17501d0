"""The folder of outputs: complete runs only, no leftover, nobody else's files."""

import pytest

import ect_research as ect
from ect_research.errors import StudyError
from ect_research.study.base.files_on_disk import write_json
from ect_research.study.base.result_record import EXECUTED
from ect_research.study.outputs.output_folder import OutputFolder, RunRecord, output_folder_of
from ect_research.study.outputs.own_files import ADDED, PRODUCTS, find_strangers
from ect_research.study.outputs.owner import MANIFEST
from ect_research.study.publishing.publish import save_exhibit
from ect_research.words import tell


@pytest.fixture
def place(tmp_path) -> OutputFolder:
    return OutputFolder(tmp_path / "etude")


def record(run: str, status: str = "reussi") -> RunRecord:
    return RunRecord(
        run, status, None if status == "reussi" else tell("l’étude a été interrompue"), {"a": 1}, {}, "", "", ()
    )


def written(place: OutputFolder) -> dict[str, list[str]]:
    return {run: [name for name, _ in known.files()] for run, known in place.records().items()}


def stage(place: OutputFolder, run: str, monkeypatch, name: str = "annees") -> None:
    import pandas as pd

    staging = place.staging(run)
    staging.mkdir(parents=True)
    monkeypatch.setenv("ECT_SORTIES", str(staging))
    save_exhibit(ect.show_table(pd.DataFrame({"a": [1]}), title="T", n="n = 1"), name)
    (staging / EXECUTED).write_text("{}", encoding="utf-8")


def test_a_new_run_replaces_the_old_one_whole(place, monkeypatch):
    with place.opened(["un"]):
        stage(place, "un", monkeypatch, "avant")
        place.settle(record("un"))
    with place.opened(["un"]):
        stage(place, "un", monkeypatch, "apres")
        settled = place.settle(record("un"))
    assert sorted(path.name for path in (place.path / "tables/un").iterdir()) == ["apres.csv", "apres.machine.csv"]
    assert settled.outputs[0].file("csv").path == "tables/un/apres.csv"
    assert place.records() == {"un": settled}
    assert not (place.path / ".en-cours").exists()


def test_what_a_run_did_not_publish_is_not_kept_and_is_said(place, monkeypatch):
    with place.opened(["un"]):
        stage(place, "un", monkeypatch)
        (place.staging("un") / "tables" / "brouillon.csv").touch()
        settled = place.settle(record("un"))
    assert settled.unfollowed == ("ecrit",) and "etude.publish" in settled.outputs[0].reading
    with place.opened(["un"]):
        assert sorted(path.name for path in (place.path / "tables").rglob("*.csv")) == [
            "annees.csv",
            "annees.machine.csv",
        ]


def test_what_a_person_put_in_the_folder_is_said_and_never_removed(place, monkeypatch):
    own = ("notes.txt", "figures/schema.png", "tables/un/annexe.csv", "tables/parti/annexe.csv", "notebooks/these.ipynb",
           "resultats/x.json", "fiches/moi.pdf", "mes photos/a.jpg")  # fmt: skip
    for ids, runs in ((["un", "parti"], ["un", "parti"]), (["un"], ["un"])):
        with place.opened(ids):
            for run in runs:
                stage(place, run, monkeypatch)
                place.settle(record(run))
        for name in own if len(ids) == 2 else ():
            (place.path / name).parent.mkdir(exist_ok=True)
            (place.path / name).write_text(name, encoding="utf-8")
        write_json(place.path / PRODUCTS, {"cle": 1, "fichiers": {}})
    moved = {name: f"{ADDED}/{name}" if name.startswith("tables/un/") else name for name in own}
    assert {name: (place.path / now).read_text("utf-8") for name, now in moved.items()} == {name: name for name in own}
    told = ["fiches/moi.pdf", f"{ADDED}/", "figures/schema.png", "mes photos/", "notebooks/these.ipynb", "notes.txt",
            "resultats/x.json", "tables/parti/"]  # fmt: skip
    assert find_strangers(place.path, written(place), ["un"]) == told
    (place.path / "resultats/un.json").unlink()
    assert find_strangers(place.path, written(place), ["un"]) == told


def test_two_files_of_one_name_put_among_the_results_are_both_kept(place, monkeypatch):
    for said in ("a", "b", "c"):
        with place.opened(["un"]):
            stage(place, "un", monkeypatch)
            place.settle(record("un"))
            (place.path / "tables/un/annexe.csv").write_text(said, encoding="utf-8")
    kept = sorted((place.path / ADDED).rglob("*.csv"))
    assert [path.name for path in kept] == ["annexe-2.csv", "annexe.csv"]
    assert {path.read_text("utf-8") for path in kept} == {"a", "b"}


def test_a_failed_run_keeps_its_notebook_and_nothing_of_its_past(place, monkeypatch):
    with place.opened(["un"]):
        stage(place, "un", monkeypatch)
        place.settle(record("un"))
    with place.opened(["un"]):
        stage(place, "un", monkeypatch)
        settled = place.settle(record("un", "echec"))
    assert settled.outputs == () and settled.notebook == "notebooks/un.echec.ipynb"
    assert [path.name for path in (place.path / "notebooks").iterdir()] == ["un.echec.ipynb"]
    assert not (place.path / "tables/un").exists()


def test_what_belongs_to_a_run_that_left_the_study_is_removed(place, monkeypatch):
    with place.opened(["un", "deux"]):
        for run in ("un", "deux"):
            stage(place, run, monkeypatch)
            place.settle(record(run))
    with place.opened(["deux"]):
        pass
    left = {str(path.relative_to(place.path)) for path in place.path.rglob("*") if path.is_file()}
    assert left == {
        ".etude.json",
        ".verrou",
        "notebooks/deux.ipynb",
        "resultats/deux.json",
        "tables/deux/annees.csv",
        "tables/deux/annees.machine.csv",
    }


def test_what_an_interrupted_run_left_is_swept_away(place, monkeypatch):
    with pytest.raises(KeyboardInterrupt), place.opened(["un"]):
        stage(place, "un", monkeypatch)
        raise KeyboardInterrupt
    assert sorted(path.name for path in place.path.iterdir()) == [".etude.json", ".verrou"]


def test_a_folder_of_someone_else_is_never_taken(tmp_path):
    (tmp_path / "photos").mkdir()
    assert output_folder_of("e", tmp_path, tmp_path / "photos").path == tmp_path / "photos"
    (tmp_path / "photos" / "a.jpg").touch()
    with pytest.raises(StudyError, match="choisir un dossier vide"):
        output_folder_of("e", tmp_path, tmp_path / "photos")
    (tmp_path / "photos" / MANIFEST).touch()
    with pytest.raises(StudyError, match="choisir un dossier vide"):
        output_folder_of("e", tmp_path, tmp_path / "photos")
