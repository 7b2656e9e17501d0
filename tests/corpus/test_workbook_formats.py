"""Spreadsheet formats: what a cell shows of a date, what a formula gave, what is hidden."""

import shutil
import struct
from pathlib import Path

import pytest

from ect_research import load_corpus
from ect_research.corpus.checked.load_corpus import check_corpus
from ect_research.corpus.reading.workbook_file import read_workbook

FORMATS = Path(__file__).parent / "formats"
HEAD = ["evenement_id", "projet_id", "type_evenement", "date_debut", "source_id", "certitude", "description"]


@pytest.fixture
def opened(make_corpus):
    def open_(name):
        folder = make_corpus(evenements=None)
        shutil.copy(FORMATS / name, folder / f"evenements{Path(name).suffix}")
        return folder

    return open_


@pytest.mark.parametrize("name", ["formats.xlsx", "formats.ods"])
def test_each_date_is_read_as_the_sheet_shows_it_and_what_it_hides_is_told(opened, name):
    problems = check_corpus(opened(name))
    errors = problems[problems["niveau"] == "erreur"]
    told = {(line, column): text for line, column, text in errors[["ligne", "colonne", "probleme"]].to_numpy().tolist()}
    lost = [4] if name.endswith("xlsx") else []  # in the .ods, LibreOffice computed that ="" shows nothing
    assert set(told) == {(line, "description") for line in (3, 5, *lost)}
    assert all("sans valeur calculée" in told[line, "description"] for line in lost)
    alerts = problems.loc[problems["niveau"] == "alerte", ["ligne", "valeur", "probleme"]].to_numpy().tolist()
    for line, cell, words in (
        (2, "D2", "3 date(s) affichées sans jour et enregistrées au premier"),
        (6, "D6", "enregistrées à un jour précis"),
        (7, "D7", "affichées sans année"),
        (4, "", "1 ligne(s) masquées"),
        (1, "", "colonne F masquée"),
        (6, "G6:G7", "fusionnées"),
    ):
        assert any(row[:2] == [line, cell] and words in row[2] for row in alerts), words


@pytest.mark.parametrize("name", ["formats.xlsx", "formats.ods"])
def test_a_month_in_a_date_cell_is_a_month_in_the_corpus(opened, name):
    folder = opened(name)
    reading = read_workbook(folder / f"evenements{Path(name).suffix}")
    dates = [cells[3] for _, cells in reading.tables[0].rows]
    assert dates == ["03/2025", "04/2025", "2024", "2025-03-01", "2025-03-15", "2025-03-12"]
    head = ";".join(HEAD[:6])
    rows = "".join(f"E{n};P1;atelier_tenu;{text};S1;2_declare\n" for n, text in enumerate(dates))
    (folder / f"evenements{Path(name).suffix}").unlink()
    (folder / "evenements.csv").write_text(f"{head}\n{rows}", encoding="utf-8")
    precision = load_corpus(folder).tables["evenements"]["date_debut_precision"].astype("str").tolist()
    assert precision == ["mois", "mois", "annee", "jour", "jour", "jour"]


@pytest.mark.croisement
def test_a_damaged_xls_is_told_and_never_crashes(tmp_path):
    data = (FORMATS / "formats.xls").read_bytes()
    path = tmp_path / "evenements.xls"
    for step in range(0, len(data), 97):
        path.write_bytes(data[:step] + bytes([data[step] ^ 0xFF]) + data[step + 1 :])
        reading = read_workbook(path)
        assert reading.tables or reading.problems
    for end in range(8, len(data), 397):
        path.write_bytes(data[:end])
        reading = read_workbook(path)
        assert reading.tables or reading.problems


def test_a_locked_xls_is_said_to_be_locked(tmp_path):
    data = (FORMATS / "formats.xls").read_bytes()
    place = data.index(struct.pack("<HHH", 0x809, 16, 0x0600)) + 20  # the record after the first of the workbook
    path = tmp_path / "projets.xls"
    path.write_bytes(data[:place] + struct.pack("<H", 0x2F) + data[place + 2 :])
    assert "mot de passe" in read_workbook(path).problems[-1].probleme


def test_an_xls_says_once_what_it_cannot_show(opened):
    problems = check_corpus(opened("formats.xls"))
    said = problems[problems["probleme"].str.contains("n’y sont pas vus")]
    assert said["niveau"].tolist() == ["alerte"] and ".xlsx" in said["suggestion"].item()
    assert "erreur" not in set(problems["niveau"])
