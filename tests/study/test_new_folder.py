"""`ect nouveau` writes a folder in which the other commands work, from what the package carries."""

import re

import pytest
from python_calamine import CalamineWorkbook

from ect_research import load_basemap
from ect_research.cli import main
from ect_research.corpus.basemap.perimeters import DEPARTEMENT_NAMES
from ect_research.corpus.checked.load_corpus import load_corpus
from ect_research.corpus.folder.corpus_source import read_source
from ect_research.corpus.folder.project_paths import shipped_folder
from ect_research.study.commands.new_study import write_new_study
from ect_research.study.definition.notebook import notebooks_of, read_notebook
from ect_research.study.definition.study_file import read_study
from ect_research.study.definition.variants import reads_several
from ect_research.words import say


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_new_folder_has_a_blank_workbook_and_a_study_of_every_notebook(elsewhere, capsys):
    words = ["nouveau", "mon-etude", "--titre", 'L’« eau » "vive"', "--territoire", "Doubs", "--date", "2026-11-30"]
    assert main(words) == 0
    assert "Et maintenant : cd mon-etude, remplir surveys/mon-etude/mon-etude.xlsx" in capsys.readouterr().out
    folder = elsewhere / "mon-etude"
    source, problems = read_source(folder / "surveys/mon-etude")
    assert problems == [] and "protection" not in source.more
    assert (source.title, source.territory, source.observed_on.isoformat(), source.licence) == (
        'L’« eau » "vive"',
        "Doubs",
        "2026-11-30",
        "non publiée",
    )
    assert [path.name for path in (folder / "surveys/mon-etude").iterdir()] == ["mon-etude.xlsx"]
    sheets = CalamineWorkbook.from_path(folder / "surveys/mon-etude/mon-etude.xlsx").sheet_names
    named = re.findall("feuille « (.*?) »", (folder / "LISEZMOI.md").read_text("utf-8"))
    assert named and set(named) <= set(sheets)
    study = read_study(folder / "notebooks/mon-etude.toml")
    notebooks = map(read_notebook, notebooks_of(shipped_folder() / "notebooks"))
    names = {one.path.name for one in notebooks if not reads_several(one)}
    assert names - {run.notebook.path.name for run in study.runs} == {"14_enquete.ipynb"}, "its table is to be declared"
    assert not (folder / "notebooks/pays-ledonien.toml").exists() and not (folder / "surveys/pays-ledonien").exists()


def test_the_survey_notebook_reads_the_table_that_a_corpus_declares(elsewhere):
    assert main(["nouveau", "mon-etude"]) == 0
    folder = elsewhere / "mon-etude"
    survey = folder / "surveys/mon-etude"
    (survey / "tables.csv").write_text("table,label::fr,label::en\njeunes,Jeunes,Youth\n", encoding="utf-8")
    head = "table,name,type,list,required,label::fr,label::en,ect_key\n"
    rows = "jeunes,reponse_id,text,,oui,Code,Code,cle\njeunes,age,integer,,,Âge,Age,\n"
    (survey / "variables.csv").write_text(head + rows, encoding="utf-8")
    study = write_new_study(folder, "jeunesse", "mon-etude")
    assert [run.parameters["table"] for run in study.runs if run.notebook.path.name == "14_enquete.ipynb"] == ["jeunes"]


@pytest.mark.croisement
def test_the_blank_corpus_is_checked_and_planned_where_it_stands(elsewhere, monkeypatch, capsys):
    assert main(["nouveau", "mon-etude"]) == 0
    monkeypatch.chdir(elsewhere / "mon-etude")
    main(["check", "mon-etude"])
    told = capsys.readouterr()
    assert "mon-etude" in told.out + told.err and "Traceback" not in told.out + told.err


def test_the_example_is_the_public_register_and_its_study(elsewhere):
    assert main(["nouveau", "exemple", "--exemple"]) == 0
    corpus = load_corpus(elsewhere / "exemple/surveys/pays-ledonien")
    assert len(corpus.tables["projets"]) == len(load_corpus("pays-ledonien").tables["projets"])
    assert read_study(elsewhere / "exemple/notebooks/pays-ledonien.toml").corpus == "pays-ledonien"
    assert (elsewhere / "exemple/notebooks/lecons/lecon1_trajectoire.ipynb").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Mon étude"], "mon-etude"),
        (["pleine"], "jamais écrasé"),
        (["neuve", "--date", "30/11/2026"], "année-mois-jour"),
    ],
)
def test_what_cannot_be_written_is_said_and_nothing_is_written(elsewhere, capsys, words, said):
    (elsewhere / "pleine").mkdir()
    (elsewhere / "pleine/a.txt").write_text("a")
    assert main(["nouveau", *words]) == 2
    assert said in capsys.readouterr().err
    assert sorted(path.name for path in elsewhere.rglob("*")) == ["a.txt", "pleine"]


@pytest.mark.croisement
@pytest.mark.parametrize(("code", "perimeter"), [("25", "doubs"), ("39", "jura"), ("26", "")])
def test_a_departement_names_the_territory_and_the_perimeter_of_the_maps(elsewhere, capsys, code, perimeter):
    assert main(["nouveau", "mon-etude", "--departement", code]) == 0
    folder = elsewhere / "mon-etude"
    source, _ = read_source(folder / "surveys/mon-etude")
    assert source.territory == DEPARTEMENT_NAMES[code]
    given = {run.parameters.get("perimetre") for run in read_study(folder / "notebooks/mon-etude.toml").runs}
    assert ('# carnet = "04_territoire' in (folder / "notebooks/mon-etude.toml").read_text("utf-8")) == (not perimeter)
    assert ("ne couvre pas" in capsys.readouterr().out) == (not perimeter)
    if perimeter:
        assert perimeter in given
        assert load_basemap(folder / "maps/fond").perimeter(perimeter).members
    assert main(["nouveau", "autre", "--departement", "96"]) == 2 and not (elsewhere / "autre").exists()


@pytest.mark.croisement
def test_a_folder_in_english_asks_its_questions_in_english_and_is_read_back(elsewhere, capsys):
    assert main(["nouveau", "my-study", "--langue", "en", "--territoire", "Galloway"]) == 0
    folder = elsewhere / "my-study"
    sheets = CalamineWorkbook.from_path(folder / "surveys/my-study/my-study.xlsx").sheet_names
    assert sheets[:6] == ["Read me", "study", "lists", "Sources", "Ideas", "Projects"]
    told = (folder / "README.md").read_text("utf-8")
    assert not (folder / "LISEZMOI.md").exists() and set(re.findall("sheets? “(.*?)”", told)) <= {*sheets, "Read me"}
    source, problems = read_source(folder / "surveys/my-study")
    assert (source.territory, problems) == ("Galloway", [])
    out = capsys.readouterr().out
    assert "What next: cd" in out
    comments = [line for line in (folder / "notebooks/my-study.toml").read_text("utf-8").splitlines() if "#" in line]
    assert not [line for line in comments if re.search(r"\b(le|la|une|réglages|par)\b", line.partition("#")[2])]
    assert (folder / "surveys/README.md").read_text("utf-8").startswith("# Data about people")
    for path in notebooks_of(folder / "notebooks"):
        here, there = read_notebook(path), read_notebook(shipped_folder() / "notebooks" / path.name)
        assert here.title == say(there.title, "en") and here.question == say(there.question, "en")
        assert here.parameters["langue"].default == "en" and len(here.code) == len(there.code)
        told = {say(one.description, "en") for one in there.parameters.values()}
        assert {one.description for one in here.parameters.values()} == told


def test_check_takes_the_only_corpus_and_a_blank_one_is_to_be_filled_before_it_is_run(elsewhere, capsys, monkeypatch):
    assert main(["nouveau", "mon-etude"]) == 0
    monkeypatch.chdir(elsewhere / "mon-etude")
    write_new_study(elsewhere / "mon-etude", "bilan", "mon-etude")
    capsys.readouterr()
    assert main(["check"]) == 0
    told = capsys.readouterr().out
    assert "remplir le classeur" in told and "ect check mon-etude" in told and "Et maintenant : ect run" not in told
    (elsewhere / "mon-etude/surveys/autre").mkdir()
    assert main(["check"]) == 2
    assert "bilan, mon-etude" in capsys.readouterr().err


def test_a_run_that_the_corpus_stops_says_what_comes_next(elsewhere, capsys, monkeypatch):
    assert main(["nouveau", "mon-etude", "--exemple"]) == 0
    monkeypatch.chdir(elsewhere / "mon-etude")
    path = next((elsewhere / "mon-etude/surveys").rglob("projets.csv"))
    path.write_text(path.read_text("utf-8").replace("P02", "P01"), encoding="utf-8")
    capsys.readouterr()
    assert main(["run"]) == 1
    told = capsys.readouterr()
    assert "code en double" in told.err and "Et maintenant : corriger" in told.out


def test_a_folder_that_does_not_exist_is_not_called_a_folder_without_manifest(elsewhere, capsys):
    assert main(["diff", "avan", "avant"]) == 2
    assert "« avan » n’existe pas" in capsys.readouterr().err.replace("\xa0", " ")
