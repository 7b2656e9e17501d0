"""Everything that a notebook shows passes the gate, and not only what it saves."""

import nbformat
import pandas as pd
import pytest

import ect_research as ect
from ect_research.gate.shown_values import shown_value
from ect_research.study.engine.engine import run_study
from tests.study.test_leak_checks import protects_everything

NAME = "Le Four commun"
STUDY = 'titre = "Essai"\ncorpus = "essai"\n[[execution]]\nid = "un"\ncarnet = "a.ipynb"\n'
CELLS = [
    ("markdown", "# Essai"),
    ("parameters", 'corpus = "essai"'),
    ("code", 'import ect_research as ect\nprint("avant la lecture")\nregistre = ect.load_corpus(corpus)'),
    ("code", 'registre.tables["projets"][["projet_id", "nom"]].head()'),
    ("code", 'registre.tables["projets"]["nom"].tolist()'),
    ("code", 'print(registre.tables["projets"]["nom"].iloc[0])'),
    ("code", 'display(registre.tables["projets"]["nom"])'),
    ("code", "registre.names()"),
    ("code", 'display({"text/plain": registre.tables["projets"]["nom"].iloc[0]}, raw=True)'),
    ("code", 'import sys\nsys.__stdout__.write(registre.tables["projets"]["nom"].iloc[0])\nsys.__stdout__.flush()'),
    ("code", 'ect.Refusal(ect.tell("la courbe"), ect.tell("Trop peu."))'),
]


@pytest.mark.study
def test_no_cell_shows_what_the_corpus_protects(make_project):
    path = make_project(STUDY, a=CELLS)
    protects_everything(path.parent.parent / "surveys" / "essai")
    report = run_study(path)
    assert report.succeeded
    executed = (report.folder / "notebooks" / "un.ipynb").read_text("utf-8")
    node = nbformat.reads(executed, as_version=4)
    assert NAME not in "".join(str(cell.get("outputs", "")) for cell in node.cells)
    assert "avant la lecture" in executed and executed.count("Sortie non montrée") >= 3
    assert "Refus : la courbe" in executed


@pytest.mark.croisement
@pytest.mark.study
def test_an_error_of_a_cell_says_its_kind_and_place_and_not_its_words(make_project):
    path = make_project(STUDY, a=[*CELLS[:3], ("code", 'raise ValueError(registre.tables["projets"]["nom"].iloc[0])')])
    protects_everything(path.parent.parent / "surveys" / "essai")
    report = run_study(path)
    assert not report.succeeded and "ValueError" in str(report.reports)
    written = [
        item.read_text("utf-8", "replace") for item in report.folder.rglob("*") if item.suffix in (".ipynb", ".json")
    ]
    outputs = "".join(text.replace("raise ValueError(registre", "") for text in written)
    assert NAME not in outputs and "message non montré" in outputs


@pytest.mark.croisement
@pytest.mark.study
def test_where_nobody_is_protected_a_cell_shows_what_it_shows(make_project):
    report = run_study(make_project(STUDY, a=CELLS))
    executed = (report.folder / "notebooks" / "un.ipynb").read_text("utf-8")
    assert executed.count(NAME) >= 5 and "Sortie non montrée" not in executed


@pytest.mark.croisement
def test_a_small_count_at_the_end_of_a_cell_is_held_as_in_a_table():
    folder = "pays-ledonien"
    corpus = ect.load_corpus(folder)
    assert not corpus.protection.protected
    counts = pd.Series([12, 3], index=pd.Index(["oui", "non"], name="reponse"), name="n")
    assert list(shown_value(counts)["n"]) == [12, 3]
    assert "non montrée" in str(shown_value(["un nom"]))
