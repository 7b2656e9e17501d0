"""`ect codages`: disagreements go out in a form, what was settled comes back signed by a code."""

from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

import ect_research as ect
from ect_research.cli import main
from tests import invented_surveys


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return invented_surveys.write(tmp_path, "double")


def filled(form: Path, who: str, settled: int) -> Path:
    """The form as two people fill it: the second code for some disagreements, the proposed lines kept."""
    rows = CalamineWorkbook.from_path(str(form)).get_sheet_by_name("corrections").to_python()
    path = form.with_name("rempli.xlsx")
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("corrections")
        for at, row in enumerate(rows):
            if at and not row[5] and at <= settled:
                row[5:] = [row[3].split("[")[2].split("]")[0], who, "passages relus ensemble"]
            for column, text in enumerate(row):
                sheet.write_string(at, column, text)
    return path


@pytest.mark.croisement
def test_what_was_settled_enters_the_corpus_with_who_and_why(corpus, tmp_path, capsys):
    form = tmp_path / "desaccords.xlsx"
    assert main(["codages", "--corpus", str(corpus), "--formulaire", str(form)]) == 0
    before = ect.load_corpus(corpus).tables["projets"]["modele_economique"].notna().sum()
    assert main(["codages", "--corpus", str(corpus), "--arbitrages", str(filled(form, "A1+A2", 3))]) == 0
    read = ect.load_corpus(corpus)
    settled = read.log[read.log["pourquoi"] == "passages relus ensemble"]
    assert len(settled) == 3 and set(settled["qui"]) == {"A1+A2"}
    assert read.tables["projets"]["modele_economique"].notna().sum() > before  # what both said and the corpus lacked
    told = ect.build_agreement(read.table("codages"), read.codebook, log=read.log, draws=9)
    assert (told.disagreements["regle"] == "A1+A2").sum() == 3
    capsys.readouterr()
    again = tmp_path / "reste.xlsx"
    assert main(["codages", "--corpus", str(corpus), "--formulaire", str(again)]) == 0
    assert f"{len(told.disagreements) - 3} désaccords à discuter, 0 codes" in capsys.readouterr().out


@pytest.mark.croisement
def test_a_name_of_a_person_is_refused_and_nothing_is_written(corpus, tmp_path, capsys):
    form = tmp_path / "desaccords.xlsx"
    main(["codages", "--corpus", str(corpus), "--formulaire", str(form)])
    assert main(["codages", "--corpus", str(corpus), "--arbitrages", str(filled(form, "Lucie Durand", 3))]) == 1
    assert "jamais un nom de personne" in capsys.readouterr().err
    assert not (corpus / "corrections.csv").exists()


def test_a_corpus_coded_once_has_nothing_to_settle(tmp_path, capsys):
    assert main(["codages", "--corpus", "pays-ledonien", "--formulaire", str(tmp_path / "d.xlsx")]) == 1
    assert "un seul codeur" in capsys.readouterr().out and not (tmp_path / "d.xlsx").exists()
