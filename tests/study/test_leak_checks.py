"""Around a study: withdrawal, key, retention, waivers, leaks, from the file of a person to the page."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from ect_research.cli import main
from ect_research.corpus.people.consent import pseudonym
from ect_research.errors import EctError
from ect_research.study.definition.study_file import read_study
from ect_research.study.engine.leak_checks import RECORD, Safeguards
from tests.study.test_leaks import NAMES, PLANTED

KEY = "une cle d'essai assez longue"
PERSON, OTHERS = "Lubin Pommerol-Fictif", [f"Personne Inventée {sign}" for sign in "ABCDEFGHIJK"]
STUDY = 'titre = "Essai"\ncorpus = "essai"\n[[execution]]\nid = "un"\ncarnet = "a.ipynb"\n'
SAVE = """comptes = maturite.groupby("vague", observed=True).size().rename("reponses").reset_index()
dites = ect.show_table(comptes, title="Réponses", n=f"n = {len(maturite)} personnes", counts="personnes")
etude.publish("reponses", dites)"""
CELLS = [
    ("markdown", "# Essai"),
    ("parameters", 'corpus = "essai"'),
    ("code", "import ect_research as ect\netude = ect.open_study(corpus)\nmaturite = etude.table('maturite')"),
    ("code", SAVE),
    (
        "code",
        (
            'acteurs = etude.table("acteurs")[["acteur_id", "nom"]]\n'
            'etude.publish("liste", ect.show_table(acteurs, title="Liste", n="n", counts="projets"))'
        ),
    ),
    ("code", "etude.corpus.log"),
]


def private_project(make_project) -> Path:
    """A project whose private folder holds twelve invented persons, interviewed and asked."""
    study = make_project(STUDY, a=CELLS)
    protects_everything(study.parent.parent / "surveys" / "essai")
    private = study.parent.parent / "surveys" / "essai" / "private"
    private.mkdir()
    people = [PERSON, *OTHERS]
    actors = [f"A{n};{name};personne;S1" for n, name in enumerate(people)]
    (private / "acteurs.csv").write_text("\n".join(["acteur_id;nom;nature;source_id", *actors]) + "\n", "utf-8")
    answers = [f"M{n};{name};t0" for n, name in enumerate(people)]
    (private / "maturite.csv").write_text("\n".join(["reponse_id;repondant_id;vague", *answers]) + "\n", "utf-8")
    interviews = [f"N{n};A{n};{'ecrit' if n else 'refuse'};2099" for n in range(3)]
    head = "entretien_id;acteur_id;consentement;conservation_jusqu_au"
    (private / "entretiens.csv").write_text("\n".join([head, *interviews]) + "\n", "utf-8")
    (private / "brut").mkdir()
    (private / "brut" / "export.csv").write_text("nom;tel\nLubin;06 00 00 00 00\n", "utf-8")
    return study


def protects_everything(corpus: Path) -> None:
    """The corpus of the study tests without its section ``[protection]``."""
    source = corpus / "source.toml"
    source.write_text(source.read_text("utf-8").partition("[protection]")[0], encoding="utf-8")


def everything_in(folder: Path) -> str:
    return " ".join(
        path.read_bytes().decode("utf-8", "replace") + path.name for path in sorted(folder.rglob("*")) if path.is_file()
    )


@pytest.mark.croisement
def test_a_withdrawn_person_is_in_no_output_of_the_next_run(make_project, monkeypatch, capsys):
    study = private_project(make_project)
    outputs, own = study.parent.parent / "outputs" / "etude", pseudonym(PERSON, KEY.encode())
    monkeypatch.delenv("ECT_CLE", raising=False)
    assert main(["run", str(study), "-j", "1"]) == 1
    assert "clé secrète" in capsys.readouterr().err and not (outputs / "tables").exists()

    monkeypatch.setenv("ECT_CLE", KEY)
    assert main(["run", str(study), "-j", "1"]) == 0
    counted = (outputs / "tables" / "un" / "reponses.machine.csv").read_text("utf-8")
    assert counted.splitlines()[1] == "t0,12"
    first = everything_in(outputs)
    assert "Pommerol" not in first and "Inventée" not in first and own not in first
    assert not (outputs / "tables" / "un" / "liste.csv").exists() and "Refus" in first  # one row per person

    withdrawals = study.parent.parent / "surveys" / "essai" / "retraits.csv"
    withdrawals.write_text(f"code;date\n{own};02/03/2025\n", encoding="utf-8")
    assert main(["run", str(study), "-j", "1"]) == 0
    counted = (outputs / "tables" / "un" / "reponses.machine.csv").read_text("utf-8")
    assert counted.splitlines()[1] == "t0,11"
    second = everything_in(outputs)
    assert own not in second and "Pommerol" not in second and KEY not in second

    planted = outputs / "notes.csv"
    planted.write_text("qui\nPOMMEROL-FICTIF Lubin\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["run", str(study)]) == 1
    said = capsys.readouterr().out
    assert "notes.csv" in said and "P… F… L…" in said and "Pommerol" not in said
    assert planted.is_file()
    planted.write_text("qui\nla ferme Pommerol-Fictif\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["run", str(study)]) == 0
    assert "notes.csv, ligne 2 : nom de famille seul (P… F…)" in capsys.readouterr().out


@pytest.fixture
def safeguards(make_project, tmp_path):
    """The checks around a study with known names, on an empty folder of outputs."""
    study = make_project(STUDY, a=CELLS)
    corpus = study.parent.parent / "surveys" / "essai"
    protects_everything(corpus)
    (corpus / "private").mkdir()
    (corpus / "private" / "noms.txt").write_text("\n".join(NAMES), encoding="utf-8")
    (tmp_path / "sorties" / "tables").mkdir(parents=True)
    return lambda: Safeguards(read_study(study), tmp_path / "sorties"), corpus, tmp_path / "sorties"


def test_each_kind_of_planted_leak_is_found_named_and_left_in_place(safeguards):
    checks, _, folder = safeguards
    assert checks().leaks() == []
    for place, plant in enumerate(PLANTED):
        (folder / "tables" / str(place)).mkdir()
        plant(folder / "tables" / str(place))
    before = {path: path.read_bytes() for path in folder.rglob("*.*") if path.parent.name.isdigit()}
    assert len(before) == len(PLANTED)
    for _ in range(2):  # a leak is found again until it is gone
        found = [(leak.file, leak.nature) for leak in checks().leaks()]
        planted = [(path.relative_to(folder).as_posix(), "nom de personne") for path in before]
        assert sorted(found) == sorted(planted)
    assert {path: path.read_bytes() for path in before} == before


def test_a_name_in_the_name_of_a_file_is_a_leak(safeguards):
    checks, _, folder = safeguards
    (folder / "tables" / "entretien-durand-lucie.csv").write_text("a\n", encoding="utf-8")
    assert [leak.extract for leak in checks().leaks()] == ["D… L…"]


def test_rows_of_persons_shown_in_a_notebook_are_a_leak_even_under_pseudonyms(safeguards, monkeypatch):
    checks, _, folder = safeguards
    monkeypatch.setenv("ECT_CLE", KEY)
    shown = pseudonym("Lucie Durand", KEY.encode())
    cell = {"cell_type": "code", "outputs": [{"data": {"text/html": [f"<td>{shown}</td>"]}}], "source": []}
    (folder / "n.ipynb").write_text(json.dumps({"cells": [cell], "metadata": {}}), encoding="utf-8")
    assert [leak.nature for leak in checks().leaks()] == ["pseudonyme d’une personne"]


def test_what_was_clean_is_not_searched_again_until_the_names_change(safeguards, monkeypatch):
    checks, corpus, folder = safeguards
    (folder / "tables" / "a.csv").write_text("nom\nMarguerite Exemple\n", encoding="utf-8")
    assert checks().leaks() == []
    monkeypatch.setattr("ect_research.gate.leaks.leaks_of", lambda *_a, **_k: 1 / 0)
    assert checks().leaks() == []
    monkeypatch.undo()
    (corpus / "private" / "noms.txt").write_text("Marguerite Exemple\n", encoding="utf-8")
    assert len(checks().leaks()) == 1
    assert "Marguerite" not in (folder / RECORD).read_text("utf-8")


def test_what_a_waiver_allows_may_be_written_anywhere(safeguards):
    checks, corpus, folder = safeguards
    (folder / "tables" / "a.csv").write_text("ecrire\ncontact@exemple.fr\n", encoding="utf-8")
    assert [leak.nature for leak in checks().leaks()] == ["courriel"]
    line = "*;contact@exemple.fr;CS;adresse publique;31/12/2099"
    (corpus / "derogations.csv").write_text(f"resultat;cellule;qui;pourquoi;jusqu_au\n{line}\n", encoding="utf-8")
    assert checks().leaks() == []


@pytest.mark.croisement
def test_an_interview_kept_too_long_or_an_expired_waiver_stops_the_study(safeguards, capsys):
    checks, corpus, folder = safeguards
    (corpus / "private" / "entretiens.csv").write_text(
        "entretien_id;acteur_id;consentement;conservation_jusqu_au\nN1;A3;ecrit;12/2020\nN2;A3;oral;2099\n",
        encoding="utf-8",
    )
    checks().refuse_overdue(date(2020, 12, 31))
    checks().leaks()
    assert json.loads((folder / RECORD).read_text("utf-8"))["conservation"]["N1"] == "2020-12-31"
    for _ in range(2):
        with pytest.raises(EctError, match=r"conservation dépassée : N1 \(jusqu’au 31/12/2020\)".replace(" :", ".:")):
            checks().refuse_overdue(date(2021, 1, 1))
    study = corpus.parent.parent / "notebooks" / "etude.toml"
    assert main(["run", str(study)]) == 1 and "N1" in capsys.readouterr().err
    (corpus / "private" / "entretiens.csv").unlink()
    text = "resultat;cellule;qui;pourquoi;jusqu_au\navis;;CS;accord;31/12/2020\n"
    (corpus / "derogations.csv").write_text(text, encoding="utf-8")
    assert main(["run", str(study)]) == 1 and "expirée" in capsys.readouterr().err
    shutil.rmtree(corpus.parent.parent / "outputs", ignore_errors=True)
