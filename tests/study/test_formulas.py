"""What someone typed is not run by the spreadsheet of the person who opens a file."""

import re
import zipfile

import pandas as pd
import pytest

import ect_research as ect
from ect_research.cli import main
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.forms.entry_workbook import save_workbook
from ect_research.corpus.forms.survey_answers import Answers, answers_csv
from ect_research.corpus.text.raw_table import neutralise
from ect_research.figures.page.csv_tables import csv_bytes
from tests.study.test_publication import PUBLIC, SOURCE, TABLES

ATTACKS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_cell_of_a_csv_made_for_people_begins_as_a_formula(attack):
    table = csv_bytes(pd.DataFrame({attack: [attack], "n": [-1.5]}), "fr").decode("utf-8-sig")
    assert f"'{attack}" in table and ";-1,5" in table
    given = pd.DataFrame({"verbatim": [attack], "note": ["-3"]})
    written = answers_csv(Answers(given, given == "", [], 1, 0, [], pd.DataFrame()))
    assert f"'{attack}" in written and ";-3" in written
    assert neutralise(f"'{attack}") == f"'{attack}"


@pytest.mark.croisement
def test_no_workbook_made_for_people_holds_a_formula_that_someone_typed(tmp_path):
    folder = tmp_path / "essai"
    folder.mkdir()
    (folder / "source.toml").write_text(SOURCE + PUBLIC, encoding="utf-8")
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text.replace("Le Four commun", '"=HYPERLINK(""x"")"'), encoding="utf-8")
    save_workbook(tmp_path / "saisie.xlsx", load_codebook(), corpus=ect.load_corpus(folder))
    (folder / "evenements.csv").write_text(TABLES["evenements"].replace("automne 2022", "=1+1"), encoding="utf-8")
    main(["check", str(folder), "--rapport", str(tmp_path / "rapport.xlsx"), "--copie", str(tmp_path / "copie.xlsx")])
    for name in ("saisie", "rapport", "copie"):
        with zipfile.ZipFile(tmp_path / f"{name}.xlsx") as archive:
            sheets = [archive.read(part).decode("utf-8") for part in archive.namelist() if "worksheets/sheet" in part]
        assert sheets and not any(re.search(r"<f[ >]", sheet) for sheet in sheets), name
