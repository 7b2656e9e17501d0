"""The study file: right ones are read, wrong ones are refused whole and at once."""

from unicodedata import normalize

import pytest

from ect_research.errors import StudyError
from ect_research.study.definition.study_file import find_study, read_study
from tests.common import plain

TWO_RUNS = """titre = "Essai"
corpus = "essai"
lecteur = "revue"
[parametres]
hauteur = 2.0
[[execution]]
id = "un"
carnet = "a.ipynb"
[[execution]]
id = "deux"
carnet = "a.ipynb"
titre = "Autrement"
parametres = { hauteur = 9.5, langue = "en" }
"""


def test_shared_parameters_reach_the_runs_and_a_run_overrides_them(make_project, good_cells):
    study = read_study(make_project(TWO_RUNS, a=good_cells))
    assert [run.title for run in study.runs] == ["Combien ?", "Autrement"]
    assert study.runs[0].parameters == {"lecteur": "revue", "hauteur": 2.0}
    assert study.runs[1].all_parameters() == {"lecteur": "revue", "langue": "en", "hauteur": 9.5}
    assert study.runs[0].notebook.question == "Combien de projets chaque année ?"


def test_a_shared_parameter_goes_only_to_the_notebooks_that_declare_it(make_project, good_cells):
    toml = TWO_RUNS.replace('carnet = "a.ipynb"', 'carnet = "b.ipynb"', 1)
    study = read_study(make_project(toml, a=good_cells, b=[("parameters", "autre = 1")]))
    assert study.runs[0].parameters == {}
    assert study.runs[1].parameters["hauteur"] == 9.5


@pytest.mark.parametrize(("written", "kept"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_a_notebook_named_on_a_mac_is_found_by_its_name(make_project, good_cells, written, kept):
    toml = f'titre = "Essai"\ncorpus = "essai"\n[[execution]]\nid = "recit"\ncarnet = "{normalize(written, "récit")}.ipynb"\n'
    study = read_study(make_project(toml, **{normalize(kept, "récit"): good_cells}))
    assert normalize("NFC", study.runs[0].notebook.path.name) == "récit.ipynb"


def test_every_fault_is_said_at_once(make_project, good_cells):
    toml = """titre = "Essai"
corpus = "esai"
langues = "fr"
[parametres]
hauteurs = 1.0
[[execution]]
id = "Un Deux"
carnet = "a.ipynb"
[[execution]]
id = "../x"
carnet = "aa.ipynb"
[[execution]]
id = "bon"
carnet = "a.ipynb"
parametres = { hauteur = "haut", lecteur = "ademee" }
[[execution]]
id = "bon"
carnet = "../a.ipynb"
"""
    with pytest.raises(StudyError) as caught:
        read_study(make_project(toml, a=good_cells))
    said = plain(caught.value)
    for part in (
        "« esai » n’existe pas dans surveys/, vouliez-vous « essai » ?",
        "clé inconnue « langues », vouliez-vous « langue » ?",
        "exécution « Un Deux » : « id »",
        "exécution « ../x » : « id »",
        "carnet inconnu « aa.ipynb », vouliez-vous « a.ipynb » ?",
        '"haut" ne convient pas',
        "vouliez-vous « ademe » ?",
        "même id « bon »",
        "sort du dossier notebooks/",
        "rien n’a été exécuté",
    ):
        assert part in said
    assert len(caught.value.faults) == 9


def test_a_shared_parameter_that_no_notebook_declares_is_a_fault(make_project, good_cells):
    with pytest.raises(StudyError) as caught:
        read_study(make_project(TWO_RUNS.replace("hauteur = 2.0", "hauteurs = 2.0"), a=good_cells))
    assert "aucun carnet ne le déclare, vouliez-vous « hauteur »" in plain(caught.value)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("titre = Essai\n", "ligne 1 : « titre = Essai » n’est pas du TOML"),
        ('titre = "a"\ntitre = "b"\n', "ligne 2"),
        ("", "il manque « titre »"),
        ('titre = "a"\ncorpus = "essai"\nexecution = "x"', "doit être des sections [[execution]]"),
        ('titre = "a"\ncorpus = 3\n[[execution]]\nid = "x"\ncarnet = 4', "« corpus » doit être un texte"),
    ],
)
def test_a_malformed_file_is_told_in_french(make_project, toml, said):
    with pytest.raises(StudyError) as caught:
        read_study(make_project(toml))
    assert said in plain(caught.value)


def test_a_file_in_another_encoding_is_told(make_project):
    path = make_project("")
    path.write_bytes('titre = "Étude"'.encode("latin-1"))
    with pytest.raises(StudyError, match="UTF-8"):
        read_study(path)


def test_a_notebook_that_is_no_notebook_is_named(make_project, good_cells):
    path = make_project(TWO_RUNS, a=good_cells)
    (path.parent / "a.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read_study(path)
    assert "« a.ipynb » n’est pas un carnet" in plain(caught.value)


def test_a_notebook_saved_with_a_byte_order_mark_is_told_so(make_project, good_cells):
    path = make_project(TWO_RUNS, a=good_cells)
    notebook = path.parent / "a.ipynb"
    notebook.write_bytes(b"\xef\xbb\xbf" + notebook.read_bytes())
    with pytest.raises(StudyError) as caught:
        read_study(path)
    assert "« a.ipynb » commence par une marque d’ordre (BOM)" in plain(caught.value)


@pytest.mark.parametrize("lock", ["~$etude.toml", "._etude.toml", ".~lock.etude.toml#"])
def test_the_lock_of_an_editor_is_no_study(make_project, good_cells, lock):
    study = make_project(TWO_RUNS, a=good_cells)
    (study.parent / lock).write_text("x", encoding="utf-8")
    assert find_study(None, study.parents[1]) == study


def test_the_only_study_is_found_without_being_named(make_project, good_cells):
    path = make_project(TWO_RUNS, a=good_cells)
    root = path.parent.parent
    assert find_study(None, root) == find_study("etude", root) == path
    with pytest.raises(StudyError) as caught:
        find_study("etudes", root)
    assert "vouliez-vous « etude » ?" in plain(caught.value)
    (path.parent / "autre.toml").write_text("", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        find_study(None, root)
    assert "choisir parmi : autre, etude" in plain(caught.value)


@pytest.mark.parametrize("name", ["statistics.py", "nbformat.py", "scipy/__init__.py", "jinja2/__init__.py"])
def test_a_program_beside_the_notebooks_that_hides_an_installed_one_is_named(make_project, name):
    path = make_project(
        'titre = "E"\ncorpus = "essai"\n[[execution]]\nid = "a"\ncarnet = "a.ipynb"\n', a=[("code", "1")]
    )
    (path.parent / name).parent.mkdir(exist_ok=True)
    (path.parent / name).touch()
    with pytest.raises(StudyError, match="le cacherait aux carnets"):
        read_study(path)
    (path.parent / name).rename(path.parent / "a_moi.py")
    (path.parent / "donnees").mkdir()
    assert read_study(path).name == "etude"
