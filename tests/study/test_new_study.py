"""`ect nouvelle-etude` writes a study that runs as it is, or says why it cannot."""

import tomllib

import pytest

from ect_research.cli import main
from ect_research.corpus.folder.project_paths import project_root
from ect_research.errors import StudyError
from ect_research.study.commands.new_study import find_place, write_new_study
from ect_research.study.definition.study_file import read_study

STUDY = 'titre = "Essai"\ncorpus = "essai"\n[[execution]]\nid = "un"\ncarnet = "01_essai.ipynb"\n'
CELLS = [
    ("markdown", "# Combien ?"),
    (
        "parameters",
        (
            'corpus = "essai"\nlangue = "fr"  # fr ou en\nhauteur = 3.5  # en mètres\n'
            "# Réglages avancés : à laisser.\ngraine = 1  # du hasard"
        ),
    ),
]


@pytest.fixture
def root(make_project):
    return make_project(STUDY, **{"01_essai": CELLS, "02_autre": [("markdown", "# Où ?")]}).parents[1]


def test_a_new_study_has_a_run_for_each_notebook_and_no_fault(root):
    study = write_new_study(root, "mon-etude", "essai", reader="revue", language="en")
    assert [(run.id, run.notebook.path.name) for run in study.runs] == [
        ("essai", "01_essai.ipynb"),
        ("autre", "02_autre.ipynb"),
    ]
    assert (study.corpus, study.reader, study.language) == ("essai", "revue", "en")
    assert study.has_report and study.has_sheets and study.runs[0].parameters["langue"] == "en"
    text = (root / "notebooks/mon-etude.toml").read_text("utf-8")
    assert (
        "hauteur (en mètres)" in text
        and "graine" not in text
        and "# Où ?" in text
        and tomllib.loads(text)["titre"] == "Corpus d'essai"
    )


def test_a_title_with_quotes_is_still_a_title(root):
    source = root / "surveys/essai/source.toml"
    source.write_text(
        source.read_text("utf-8").replace("Corpus d'essai\"", 'Le \\"bon\\" \\\\ corpus"', 1), encoding="utf-8"
    )
    assert write_new_study(root, "b", "essai").title == 'Le "bon" \\ corpus'


@pytest.mark.parametrize(
    ("name", "corpus", "said"),
    [
        ("Mon étude", "essai", "mon-etude"),
        ("etude", "essai", "jamais écrasée"),
        ("autre", "esai", "essai"),
    ],
)
def test_what_cannot_be_written_is_said_and_nothing_is_written(root, name, corpus, said):
    before = sorted(path.name for path in (root / "notebooks").iterdir())
    with pytest.raises(StudyError) as error:
        write_new_study(root, name, corpus)
    assert said in error.value.fr
    assert sorted(path.name for path in (root / "notebooks").iterdir()) == before


def test_the_command_says_what_comes_next(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    assert main(["nouvelle-etude", "printemps", "--corpus", "essai"]) == 0
    shown = capsys.readouterr().out
    assert "notebooks/printemps.toml" in shown and "ect run printemps" in shown
    assert main(["nouvelle-etude", "printemps", "--corpus", "essai"]) == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('lecteur = "maire"', "choisir parmi horizons, ademe, revue, fiche"),
        ('langue = "de"', "choisir parmi fr, en"),
        ("rapport = 1", "true ou false"),
        ('fichess = "oui"', "fiches"),
    ],
)
def test_a_wrong_line_of_a_study_file_is_told_with_what_to_write(root, line, said):
    path = root / "notebooks/etude.toml"
    path.write_text(f"{line}\n{STUDY}", encoding="utf-8")
    with pytest.raises(StudyError) as error:
        read_study(path)
    assert said in error.value.fr and "rien n’a été exécuté" in error.value.fr


@pytest.mark.croisement
def test_the_maps_of_a_new_study_are_those_of_the_territory_of_its_projects():
    found = find_place(project_root(), "pays-ledonien")
    assert (found.perimeter, found.centre) == ("pays-ledonien-2020", "39300")


def ardeche(root):
    text = "projet_id;nom;commune_insee;source_id\nP1;A;07019;S1\n"
    (root / "surveys" / "essai" / "projets.csv").write_text(text, encoding="utf-8")
    events = root / "surveys" / "essai" / "evenements.csv"
    events.write_text(
        "evenement_id;projet_id;type_evenement;source_id;certitude\nE1;P1;idee_captee;S1;2_declare\n", encoding="utf-8"
    )
    (root / "surveys" / "essai" / "sources.csv").write_text(
        "source_id;type_source;reference;diffusable\nS1;presse;Un article;oui\n", encoding="utf-8"
    )
    (root / "maps").mkdir()
    (root / "maps" / "fond").symlink_to(project_root() / "maps" / "fond")


def test_a_new_study_draws_no_map_of_another_territory(make_project):
    cells = [("markdown", "# Où ?"), ("parameters", 'corpus = "essai"\nperimetre = "jura"  # un nom\ncentre = "39300"')]
    root = make_project(STUDY, **{"01_essai": CELLS, "04_territoire": cells}).parents[1]
    ardeche(root)
    study = write_new_study(root, "ardeche", "essai")
    assert [run.id for run in study.runs] == ["essai"]
    text = (root / "notebooks" / "ardeche.toml").read_text("utf-8")
    assert "Aucun périmètre" in text and '# carnet = "04_territoire.ipynb"' in text and "# variantes = {" in text
