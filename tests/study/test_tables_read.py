"""A notebook depends on the tables that it asked of the corpus, not on the workbook they stand in."""

from collections import defaultdict

import pytest

import ect_research as ect
from ect_research.corpus.checked.asked_tables import WHOLE, asked_tables
from ect_research.study.definition.study_file import read_study
from ect_research.study.engine.changes import texts_of
from ect_research.study.engine.engine import run_study
from ect_research.study.engine.plan import plan_study
from ect_research.study.outputs.output_folder import output_folder_of

pytestmark = [pytest.mark.study, pytest.mark.xdist_group("tables")]
OPEN = "import pandas as pd\nimport ect_research as ect\netude = ect.open_study('essai')\nlu = {read}"
SAVE = "etude.publish('lu', ect.show_table(pd.DataFrame({'lu': [str(lu)]}), title='Lu', n='n = 1'))"
WAYS = {
    "projets": "len(etude.table('projets'))",
    "evenements": "list(etude.table('evenements')['date_debut'])",
    "etapes": "len(etude.episodes().frame)",
    "toutes": "[len(table) for table in etude.corpus.tables.values()]",
    "fichier": "open('../surveys/essai/evenements.csv').read()",
    "journal": "len(etude.corpus.log)",
}
SECTIONS = "".join(f'[[execution]]\nid = "{name}"\ncarnet = "{name}.ipynb"\n' for name in WAYS)


@pytest.fixture(scope="module")
def done(new_project):
    cells = {name: [("code", OPEN.format(read=read)), ("code", SAVE)] for name, read in WAYS.items()}
    path = new_project('titre = "Essai"\ncorpus = "essai"\n' + SECTIONS, **cells)
    assert run_study(path).succeeded
    return path


def due(path) -> set[str]:
    study = read_study(path)
    return {one.run.id for one in plan_study(study, output_folder_of(study.name, study.root, None)).due}


@pytest.fixture
def changed(done):
    """Change one file of the corpus for one test."""
    touched = {}

    def change(name, old, new):
        file = done.parent.parent / "surveys" / "essai" / name
        touched.setdefault(file, file.read_text(encoding="utf-8"))
        file.write_text(touched[file].replace(old, new), encoding="utf-8")
        return done

    yield change
    for file, text in touched.items():
        file.write_text(text, encoding="utf-8")


def test_a_changed_fact_makes_stale_what_asked_for_the_facts_and_nothing_else(changed):
    assert due(changed("evenements.csv", "automne 2022", "2021")) == {"evenements", "etapes", "toutes", "fichier"}


def test_a_changed_project_leaves_alone_what_only_asked_for_the_facts(changed):
    asked = due(changed("projets.csv", "Le Four commun", "Le Four"))
    assert asked == {"projets", "etapes", "toutes", "fichier"}


def test_what_the_corpus_is_concerns_every_run_that_read_it(changed):
    assert due(changed("source.toml", "2024-12-31", "2025-12-31")) == set(WAYS)


def test_a_space_too_many_in_a_workbook_makes_stale_only_what_goes_through_all_of_it(changed):
    stale = due(changed("evenements.csv", "automne 2022", " automne  2022 "))
    assert {"projets"}.isdisjoint(stale) and {"fichier", "toutes"} <= stale


@pytest.mark.croisement
def test_the_run_that_follows_executes_those_alone_and_the_others_are_up_to_date(changed):
    path = changed("evenements.csv", "automne 2022", "2021")
    report = run_study(path)
    assert {one.id for one in report.reports} == {"evenements", "etapes", "toutes", "fichier"}
    assert due(path) == set()
    assert report.difference.cells == ("P1 Idée captée : automne 2022 → 2021",)
    assert "P1 Idée captée : automne 2022 → 2021" in map(str, report.difference.causes["evenements"])
    again = run_study(changed("sources.csv", "Rapport annuel", "Rapport de l’année"))
    assert again.difference.cells == ("S1, Référence : Rapport annuel → Rapport de l’année",)
    assert len({record.corpus_digest for record in report.records.values()}) == 1


def test_of_a_corpus_whose_projects_are_protected_no_text_is_kept(changed):
    path = changed("source.toml", "protege = []", 'protege = ["projets"]')
    assert texts_of(ect.load_corpus(path.parent.parent / "surveys" / "essai")) == {}


@pytest.mark.croisement
def test_counting_citations_is_not_asking_for_the_tables(monkeypatch):
    monkeypatch.setattr("ect_research.corpus.checked.asked_tables._asked", defaultdict(set))
    corpus = ect.load_corpus("pays-ledonien")
    assert corpus.cited()["R25"] > 0
    assert asked_tables() == {corpus.folder: {"source_id"}}
    assert "liens" in dict(corpus.tables) and asked_tables()[corpus.folder] > {WHOLE, "liens"}
