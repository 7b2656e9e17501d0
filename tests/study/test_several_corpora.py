"""A study of several corpora: what it may ask, what it witnesses, and the strictest protection for all that leaves it."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

import ect_research as ect
from ect_research.corpus.checked.corpus import forget_corpora
from ect_research.errors import EctError, StudyError
from ect_research.gate.gate import Passed, pass_frame
from ect_research.study.commands.new_study import write_new_study
from ect_research.study.definition.study_file import read_study
from ect_research.study.engine.engine import run_study
from ect_research.study.engine.plan import plan_study
from ect_research.study.outputs.output_folder import output_folder_of
from ect_research.study.publishing.publish import save_exhibit

STUDY = 'titre = "Deux"\ncorpus = ["essai", "voisin"]\n[[execution]]\nid = "compare"\ncarnet = "16_compare.ipynb"\n'
SAVE = """import ect_research as ect
etude = ect.open_study(corpus, lecteur, langue)
projets = etude.table("projets")[["projet_id", "nom"]]
etude.publish("projets", ect.show_table(projets, title="Les projets", n="n = 2 projets"))"""
COMPARES = [
    ("markdown", "# Comparer ?"),
    ("parameters", 'corpus = ["essai"]  # des corpus\nlangue = "fr"  # fr ou en\nlecteur = "ademe"  # un lecteur'),
    ("code", SAVE),
]
ALONE = [("markdown", "# Seul ?"), ("parameters", 'corpus = "essai"  # un corpus')]


@pytest.fixture
def two(make_project) -> Path:
    """A study file of two corpora, the second with a project of another name."""
    path = make_project(STUDY, **{"16_compare": COMPARES, "01_seul": ALONE})
    surveys = path.parents[1] / "surveys"
    shutil.copytree(surveys / "essai", surveys / "voisin")
    write(surveys / "voisin", "projets.csv", "projet_id;nom;source_id;certitude\nP1;La Halle;S1;2_declare\n")
    source = (surveys / "voisin" / "source.toml").read_text("utf-8").replace("Valfleuri", "Hautevaux")
    write(surveys / "voisin", "source.toml", source)
    forget_corpora()
    return path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def said(path: Path, old: str, new: str) -> str:
    path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(StudyError) as error:
        read_study(path)
    return str(error.value).replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("new", "fault"),
    [
        ('["essai", "essai"]', "le corpus « essai » est nommé deux fois"),
        ('["essai", "voisine"]', "le corpus « voisine » n’existe pas dans surveys/, vouliez-vous « voisin » ?"),
        ('["essai"]', 'un seul corpus ne se compare à rien : en nommer un autre, ou écrire corpus = "essai"'),
        ('"essai"', "ce carnet compare des corpus, l’étude n’en a qu’un"),
        ("[3]", "« corpus » doit être un texte entre guillemets, ou une liste de textes"),
        ('["essai", "voisin"]\nfiches = true', "« fiches » est l’affaire de l’étude de chaque corpus"),
    ],
)
def test_what_a_study_may_not_say_of_its_corpora(two, new, fault):
    assert fault in said(two, '["essai", "voisin"]', new)


def test_a_notebook_of_one_corpus_says_which_in_a_study_of_several(two):
    assert "ce carnet étudie un corpus, l’étude en compare plusieurs" in said(two, "16_compare", "01_seul")
    two.write_text(two.read_text("utf-8") + 'parametres = { corpus = "voisin" }\n', encoding="utf-8")
    assert [folder.name for folder in read_study(two).corpora()] == ["essai", "voisin"]


def test_a_new_study_of_one_corpus_leaves_the_notebooks_that_compare(two):
    study = write_new_study(two.parents[1], "seule", "essai")
    assert [run.notebook.path.name for run in study.runs] == ["01_seul.ipynb"]


def test_the_files_of_every_corpus_are_witnessed(two):
    study = read_study(two)
    place = output_folder_of(study.name, study.root, None)
    before = plan_study(study, place).runs[0].key
    assert {"essai/projets.csv", "voisin/projets.csv"} <= set(before["corpus"])
    write(
        two.parents[1] / "surveys/voisin",
        "projets.csv",
        "projet_id;nom;source_id;certitude\nP1;Le Lavoir;S1;2_declare\n",
    )
    assert plan_study(study, place).runs[0].key != before


def test_a_new_study_of_several_corpora_has_the_notebooks_that_compare_and_no_fault(two):
    study = write_new_study(two.parents[1], "ensemble", "essai", "voisin")
    assert [run.notebook.path.name for run in study.runs] == ["16_compare.ipynb"]
    assert (study.corpus, study.beside, study.has_sheets) == ("essai", ("voisin",), False)
    with pytest.raises(StudyError, match="nommé deux fois"):
        write_new_study(two.parents[1], "deux-fois", "essai", "essai")
    assert not (two.parent / "deux-fois.toml").exists()


@pytest.mark.croisement
@pytest.mark.study
def test_a_study_of_two_corpora_runs_cites_both_and_is_not_run_again(two):
    report = run_study(two)
    assert report.succeeded, [one.cause for one in report.reports]
    page = report.page.read_text("utf-8")
    assert "Valfleuri" in page and "Hautevaux" in page and "voisin:S1" in page
    table = next(report.folder.glob("tables/*/projets.machine.csv")).read_text("utf-8")
    assert "essai:P1" in table and "voisin:P1" in table
    assert run_study(two).reports == ()
    write(
        two.parents[1] / "surveys/voisin",
        "projets.csv",
        "projet_id;nom;source_id;certitude\nP1;Le Lavoir;S1;2_declare\n",
    )
    assert "Le Lavoir" in next(run_study(two).folder.glob("tables/*/projets.machine.csv")).read_text("utf-8")


def protects(folder: Path, units: str, waived: str = "") -> None:
    source = (folder / "source.toml").read_text("utf-8").replace("protege = []", f"protege = [{units}]")
    write(folder, "source.toml", source)
    if waived:
        head = "resultat;cellule;qui;pourquoi;jusqu_au\n"
        write(folder, "derogations.csv", f"{head}{waived};CS;accord écrit;31/12/2099\n")


def test_the_strictest_protection_holds_and_no_corpus_waives_that_of_another(two):
    surveys = two.parents[1] / "surveys"
    protects(surveys / "voisin", '"projets"')
    protects(surveys / "essai", '"projets"', "compte;")
    counts = pd.DataFrame({"etape": ["idée", "étude", "création"], "projets": [12, 9, 1]})
    ect.open_study([surveys / "essai"])
    whole = pass_frame(counts, "compte", "projets", [])
    assert isinstance(whole, Passed) and not whole.hides
    ect.open_study([surveys / "essai", surveys / "voisin"])
    held = pass_frame(counts, "compte", "projets", [])
    assert isinstance(held, Passed) and held.hides and "s" in held.frame["projets"].tolist()


@pytest.mark.croisement
def test_a_name_that_one_corpus_protects_leaves_in_no_output_of_all(two, run_saving):
    surveys = two.parents[1] / "surveys"
    protects(surveys / "voisin", '"personnes"')
    write(surveys / "voisin", "private/noms.txt", "Lucie Durand\n")
    protects(surveys / "essai", "", "*;Lucie Durand")
    study = ect.open_study([surveys / "essai", surveys / "voisin"])
    named = ect.show_table(pd.DataFrame({"qui": ["Lucie Durand"], "projets": [5]}), title="Qui ?", n="n = 5")
    with pytest.raises(EctError, match="nomme une personne"):
        study.publish("qui", named)

    def save(task):
        save_exhibit(ect.show_table(pd.DataFrame({"annee": [2024], "nombre": [9.0]}), title="Qui ?", n="n = 1"), "qui")
        write(Path(task.staging), "tables/qui.csv", "qui\nLucie Durand\n")

    report = run_saving(two, save)
    assert [leak.extract for leak in report.leaks] == ["L… D…"]
