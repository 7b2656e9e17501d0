"""The loop of the sheets: they go out, corrections come back, the next execution says what they change."""

import csv
import io
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

import ect_research as ect
from ect_research.cli import main
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.checks.check_table import Row
from ect_research.corpus.forms.correction_form import form_lines, refuse_others, save_correction_form
from ect_research.corpus.forms.correction_intake import take_corrections
from ect_research.corpus.text.raw_table import Place
from ect_research.errors import CorpusError, EctError
from ect_research.study.engine.changes import BEFORE, CHANGES, keep_before
from ect_research.study.publishing.publish import save_exhibit
from tests.common import plain

STUDY = """titre = "Essai"
corpus = "essai"
fiches = true
[[execution]]
id = "un"
carnet = "a.ipynb"
"""
CELLS = [("code", 'import ect_research as ect\nect.load_corpus("essai")')]
HEAD = "table;identifiant;colonne;ancienne;nouvelle;qui;pourquoi\n"
GOOD = "projets;P1;nom;Le Four commun;Le Four du village;Le porteur;nom déposé en 2023\n"


@pytest.fixture
def study(make_project) -> Path:
    return make_project(STUDY, a=CELLS)


@pytest.fixture
def corpus(study) -> Path:
    return study.parent.parent / "surveys/essai"


@pytest.fixture
def sent(tmp_path):
    """Write what people send back."""

    def write(*lines: str, head: str = HEAD) -> Path:
        path = tmp_path / "retour.csv"
        path.write_text(head + "".join(lines), encoding="utf-8")
        return path

    return write


@pytest.fixture
def execute(run_saving):
    """Run the study; its notebook saves a table of the corpus and one that never changes."""

    def save(task):
        projects = ect.load_corpus(Path(task.root) / "surveys/essai").tables["projets"]
        names = ect.show_table(projects[["projet_id", "nom"]], title="Noms", n=f"n = {len(projects)}")
        save_exhibit(names, "noms")
        stable = ect.show_table(pd.DataFrame({"a": [1]}), title="Toujours la même", n="n = 1")
        save_exhibit(stable, "stable")

    return lambda path: run_saving(path, save)


def refused(corpus: Path, file: Path) -> pd.DataFrame:
    before = sorted((path.name, path.read_bytes()) for path in corpus.iterdir())
    with pytest.raises(CorpusError) as error:
        take_corrections(corpus, file)
    assert sorted((path.name, path.read_bytes()) for path in corpus.iterdir()) == before, "something was written"
    return error.value.problems


def test_a_correction_comes_back_and_the_next_execution_says_what_it_changes(study, corpus, sent, execute):
    first = execute(study)
    assert first.difference is None and not (first.folder / CHANGES).exists()
    taken = take_corrections(corpus, sent(GOOD, "projets;P1;resume;;;;\n"))
    assert (taken.added, taken.known, taken.blank) == (1, 0, 1)
    (line,) = ect.load_corpus(corpus).log.to_dict("records")
    assert (line["nouvelle"], line["qui"], line["pourquoi"]) == (
        "Le Four du village",
        "Le porteur",
        "nom déposé en 2023",
    )
    second = execute(study)
    (change,) = second.difference.changes
    assert (change.run, change.result) == ("un", "noms") and "1 cellule change" in change.what
    assert "Le Four du village" in change.what
    assert [str(cause) for cause in second.difference.causes["un"]] == [
        "le corpus a changé (essai/corrections.csv)",
        "P1, Nom du projet : Le Four commun → Le Four du village",
    ]
    told = (second.folder / CHANGES).read_text("utf-8-sig")
    assert "correction nouvelle : projets, P1, nom" in told and "un;noms;1 cellule change" in plain(told)
    assert "stable" not in told
    assert "Le Four du village" in (second.folder / "fiches/p1.html").read_text("utf-8")
    manifest = (second.folder / "manifest.json").read_text("utf-8")
    assert "Le porteur" not in manifest, "who asked for it stays with the corpus"


@pytest.mark.croisement
def test_an_interrupted_execution_is_compared_from_the_last_complete_state(study, corpus, sent, execute):
    folder = execute(study).folder
    keep_before(folder)
    shutil.rmtree(folder / "tables")
    keep_before(folder)
    assert (folder / BEFORE / "tables/un/noms.machine.csv").is_file()
    take_corrections(corpus, sent(GOOD))
    (change,) = execute(study).difference.changes
    assert change.result == "noms" and not (folder / BEFORE).exists()


@pytest.mark.croisement
def test_the_terminal_lists_what_the_corrections_change(study, corpus, sent, monkeypatch, capsys):
    monkeypatch.chdir(study.parent.parent)
    assert main(["fiches", "--corrections", str(sent(GOOD))]) == 0
    assert "1 correction ajoutée à surveys/essai/corrections.csv." in plain(capsys.readouterr().out)
    assert main(["fiches", "--corrections", str(sent(GOOD))]) == 0
    assert "0 correction ajoutée à surveys/essai/corrections.csv, 1 déjà connue." in plain(capsys.readouterr().out)
    assert (
        main(["fiches", "--corrections", str(sent(GOOD.replace("commun", "inconnu").replace("village", "bourg")))]) == 1
    )
    shown = plain(capsys.readouterr().err)
    assert "aucune correction n’a été prise" in shown and "vaut" in shown and "retour.csv" in shown
    assert main(["fiches", "--dossier", "a-envoyer", "--langue", "en"]) == 0
    assert sorted(path.name for path in Path("a-envoyer").iterdir()) == ["index.html", "p1.html", "p1.pdf"]
    assert main(["fiches", "--dossier", "a-envoyer"]) == 2


def test_every_faulty_line_is_told_at_once_and_nothing_is_written(corpus, sent):
    found = refused(
        corpus,
        sent(
            GOOD,
            "projets;P1;nom;Le Four commun;Autre nom;Une voisine;entendu\n",
            "projets;P9;nom;Rien;Quelque chose;Moi;car\n",
            "projets;P1;couleur;;rouge;Moi;car\n",
            "evenements;E1;date_debut;printemps 2022;2021;Moi;car\n",
            "evenements;E1;type_evenement;idee_captee;atelier_tenu;;car\n",
            "sources;S1;reference;Rapport annuel;Rapport annuel;Moi;car\n",
        ),
    )
    assert found["ligne"].tolist() == [3, 4, 5, 6, 7, 8]
    said = plain(" | ".join(found["probleme"]))
    for expected in ("la ligne 2 corrige déjà", "n’existe pas", "vaut maintenant « automne 2022 »", "qui et pourquoi",
                     "est l’ancienne"):  # fmt: skip
        assert expected in said


def test_a_new_value_that_the_codebook_refuses_is_told_at_its_line(corpus, sent):
    found = refused(
        corpus,
        sent("evenements;E1;type_evenement;idee_captee;idee_perdue;Moi;car\n", "projets;P1;nom;Le Four commun;;M;x\n"),
    )
    assert found["ligne"].tolist() == [2, 3] or set(found["colonne"]) >= {"nouvelle"}
    assert "idee_perdue" in found["valeur"].tolist() and "retour.csv" in found["fichier"].tolist()


def test_labels_of_the_codebook_are_understood(corpus, sent):
    book = load_codebook()
    event = book.variable_label("evenements", "type_evenement")
    old, new = (book.label("type_evenement", code) for code in ("idee_captee", "atelier_tenu"))
    line = f"{book.table_label('evenements')};E1;{event};{old};{new};Moi;relu\n"
    assert take_corrections(corpus, sent(line)).added == 1
    assert ect.load_corpus(corpus).tables["evenements"]["type_evenement"].tolist() == ["atelier_tenu"]


@pytest.mark.croisement
def test_earlier_corrections_stay_and_can_be_corrected_again(corpus, sent):
    take_corrections(corpus, sent(GOOD))
    again = "projets;P1;nom;Le Four du village;Le Fournil;Le porteur;second nom\n"
    take_corrections(corpus, sent(again))
    kept = list(csv.DictReader(io.StringIO((corpus / "corrections.csv").read_text("utf-8-sig")), delimiter=";"))
    assert [line["nouvelle"] for line in kept] == ["Le Four du village", "Le Fournil"]
    assert ect.load_corpus(corpus).tables["projets"]["nom"].tolist() == ["Le Fournil"]


def test_what_is_not_a_file_of_corrections_is_refused(corpus, sent, tmp_path):
    with pytest.raises(EctError, match="n’existe pas"):
        take_corrections(corpus, tmp_path / "absent.csv")
    found = refused(corpus, sent("projets;P1\n", head="table;cle\n"))
    assert "colonne absente" in str(found["probleme"].tolist()) or "corrections" in str(found["probleme"].tolist())


@pytest.mark.croisement
def test_the_form_is_filled_with_the_present_values_and_comes_back(corpus, tmp_path):
    form = save_correction_form(tmp_path / "formulaire.xlsx", corpus)
    again = save_correction_form(tmp_path / "encore.xlsx", corpus)
    assert form.read_bytes() == again.read_bytes()
    taken = take_corrections(corpus, form)
    assert taken.added == 0 and taken.blank > 2, "a form sent back untouched corrects nothing"
    with pytest.raises(EctError, match="jamais écrasé"):
        save_correction_form(form, corpus)
    returned = tmp_path / "rempli.xlsx"
    book = xlsxwriter.Workbook(returned)
    sheet = book.add_worksheet("corrections")
    sheet.write_row(0, 0, ["table", "cle", "colonne", "se lit", "ancienne", "nouvelle", "qui", "pourquoi"])
    sheet.write_row(1, 0, ["projets", "P1", "nom", "Nom", "Le Four commun", "Le Fournil", "Le porteur", "nom exact"])
    book.close()
    assert take_corrections(corpus, returned).added == 1


def test_a_sheet_on_screen_says_what_the_printed_one_says_and_asks_nothing_of_the_network(corpus):
    from ect_research.study.documents.sheet_page import build_sheets

    made = dict(build_sheets(ect.load_corpus(corpus)))
    page = plain(made["p1.html"].decode())
    assert list(made) == ["p1.pdf", "p1.html", "index.html"]
    for said in ("Le Four commun", "Captation de l’idée", "automne 2022", "À corriger", "Questions ouvertes",
                 "Rapport annuel", "Histoire datée"):  # fmt: skip
        assert said in page
    assert not re.search(r"https?://|src=|@import|url\(", page)
    assert 'href="p1.html"' in made["index.html"].decode()
    english = plain(dict(build_sheets(ect.load_corpus(corpus), "en"))["p1.html"].decode())
    assert "autumn 2022" in english and "To correct or complete" in english and 'lang="en"' in english
    assert "automne" not in english and "Étape" not in english


def test_the_form_says_the_label_of_an_answer_whether_its_code_or_its_label_was_typed():
    codebook, place = load_codebook(), Place("corpus.xlsx", "projets", 2)
    whole = codebook.label("accompagne", "oui")
    typed = {"P1": whole, "P2": "oui", "P3": "autre chose"}
    rows = [Row(place, {"projet_id": code, "accompagne": text}) for code, text in typed.items()]
    said = {line[1]: line[3] for line in form_lines({"projets": rows}, codebook)}
    assert len(whole.split()) > 1 and said["P1"] == said["P2"] == f"Accompagnement : {whole}"
    assert said["P3"] == "Accompagnement : autre chose"


def test_one_project_gets_its_own_form_and_sheet_and_no_name_of_the_others(
    corpus, study, tmp_path, monkeypatch, capsys
):
    head, first, *_ = (corpus / "projets.csv").read_text("utf-8").splitlines()
    columns = dict.fromkeys(head.split(";"), "") | {"projet_id": "P2", "nom": "La Scierie", "source_id": "S1"}
    (corpus / "projets.csv").write_text("\n".join([head, first, ";".join(columns.values())]) + "\n", encoding="utf-8")
    monkeypatch.chdir(study.parents[1])
    assert main(["fiches", "--projet", "P1", "--formulaire", "p1.xlsx"]) == 0
    assert "Et maintenant : l’envoyer, puis ect fiches --corrections p1.xlsx" in plain(capsys.readouterr().out)
    cells = [
        str(cell) for row in CalamineWorkbook.from_path("p1.xlsx").get_sheet_by_index(0).to_python() for cell in row
    ]
    assert "Le Four commun" in cells and not [cell for cell in cells if "Scierie" in cell or cell == "P2"]
    assert main(["fiches", "--projet", "P1", "--dossier", "pour-p1"]) == 0
    assert sorted(path.name for path in Path("pour-p1").iterdir()) == ["p1.html", "p1.pdf"]
    page = Path("pour-p1/p1.html").read_text("utf-8")
    assert "Scierie" not in page and "index.html" not in page
    assert main(["fiches", "--projet", "P9", "--dossier", "pour-p9"]) == 1 and not Path("pour-p9").exists()


def test_a_text_that_names_another_project_stops_what_would_be_sent():
    names = {"P1": "Le Four", "P2": "La Scierie"}
    refuse_others("P1", names, [("evenements E1", "Réunion au four, sciérie fermée")])
    with pytest.raises(EctError, match=r"La Scierie.*evenements E2"):
        refuse_others("P1", names, [("evenements E2", "Visite de LA SCIERIE voisine")])
