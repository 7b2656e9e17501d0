import io
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from ect_research import load_corpus
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.checked.load_corpus import check_corpus
from ect_research.corpus.forms.entry_workbook import save_workbook
from ect_research.corpus.reporting.problem_workbook import marked_copy_bytes, report_bytes, save_checked
from ect_research.corpus.reporting.terminal_report import check_command
from ect_research.errors import EctError
from tests.common import sheets_of

DIRTY = Path(__file__).parent / "dirty"


@pytest.fixture
def faulty(make_corpus, tables):
    bad = tables["projets"].replace("alimentation", "alimentasion").replace("P2;", "P1;")
    return make_corpus(projets=bad, evenements=tables["evenements"].replace("12/03/2024", "12/03/24"))


def test_the_report_has_every_problem_once_in_the_sheet_it_concerns(faulty, tmp_path):
    path = tmp_path / "rapport-verification.xlsx"
    problems = check_corpus(faulty)
    path.write_bytes(report_bytes(problems))
    sheets = sheets_of(path)
    assert list(sheets) == ["Résumé", *problems["feuille"].unique()]
    assert sum(row[1] + row[2] for row in sheets["Résumé"][1:]) == len(problems)
    lines = [(name, row[0], row[1]) for name, rows in sheets.items() if name != "Résumé" for row in rows[1:]]
    assert sorted(lines) == sorted(problems[["feuille", "ligne", "colonne"]].itertuples(index=False, name=None))
    assert "vouliez-vous dire" in str(sheets["projets"])


def test_the_marked_copy_has_the_same_cells_at_the_same_addresses_and_a_comment_on_each_faulty_one(faulty, tmp_path):
    path = tmp_path / "copie.xlsx"
    problems = check_corpus(faulty)
    path.write_bytes(marked_copy_bytes(faulty, load_codebook(), problems))
    sheets = sheets_of(path)
    for table in ("projets", "evenements", "liens"):
        typed = [line.split(";") for line in (faulty / f"{table}.csv").read_text(encoding="utf-8").splitlines()]
        assert sheets[table] == typed
    with zipfile.ZipFile(path) as archive:
        comments = "".join(archive.read(name).decode() for name in archive.namelist() if "comments" in name)
    assert sorted(re.findall(r'<comment ref="([A-Z]+\d+)"', comments)) == ["A3", "B4", "C2", "D3"]
    assert "vouliez-vous dire" in comments


@pytest.mark.croisement
def test_the_marked_copy_of_a_spreadsheet_keeps_its_title_and_can_take_its_place(make_corpus, tmp_path):
    folder = make_corpus()
    for name in ("tables", "variables", "choices"):
        shutil.copy(DIRTY / "codebook" / f"{name}.csv", folder)
    shutil.copy(DIRTY / "reg.xlsx", folder)
    before = check_corpus(folder)
    data = marked_copy_bytes(folder, load_codebook(folder), before)
    (folder / "reg.xlsx").unlink()
    for path in folder.glob("*.csv"):
        if path.stem in load_codebook().table_names:
            path.unlink()
    (folder / "copie.xlsx").write_bytes(data)
    after = check_corpus(folder)
    lost = "formule"  # what the formula showed is gone for good: the copy has a blank in its place
    columns = ["ligne", "colonne", "niveau"]
    kept = before[
        (before["feuille"] == "Registre 2025") & ~before["probleme"].str.contains(f"{lost}|fusionnées|masquée")
    ]
    found = after[(after["feuille"] == "Registre 2025") & (after["probleme"] != "valeur obligatoire absente")]
    expected = kept[kept["probleme"] != "valeur obligatoire absente"]
    assert found[columns].to_numpy().tolist() == expected[columns].to_numpy().tolist()


@pytest.mark.croisement
def test_the_marked_copy_of_an_entry_workbook_keeps_its_lists_checks_and_colours(tmp_path):
    corpus = load_corpus("pays-ledonien")
    (tmp_path / "essai").mkdir()
    shutil.copy(corpus.folder / "source.toml", tmp_path / "essai")
    workbook = save_workbook(tmp_path / "essai" / "w.xlsx", corpus.codebook, corpus=corpus)
    copy = tmp_path / "copie.xlsx"
    copy.write_bytes(marked_copy_bytes(tmp_path / "essai", corpus.codebook, check_corpus(tmp_path / "essai")))
    rules = [checks_of(path) for path in (workbook, copy)]
    assert rules[0].keys() == rules[1].keys() >= {"projets", "liens", "maturite"}
    assert rules[0] == rules[1]


def checks_of(path):
    """By sheet of a table: the formulas of its lists and checks, and how many columns are coloured while typing."""
    with zipfile.ZipFile(path) as archive:
        names = re.findall(r'<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode())
        sheets = [archive.read(f"xl/worksheets/sheet{number}.xml").decode() for number in range(1, len(names) + 1)]
    tables = load_codebook().table_names
    return {
        name: (sorted(re.findall(r"<formula1>(.*?)</formula1>", text)), text.count("<conditionalFormatting"))
        for name, text in zip(names, sheets, strict=True)
        if name in tables
    }


def test_a_report_never_lands_among_the_data_nor_on_another_file(make_corpus, tmp_path):
    folder = make_corpus()
    data = report_bytes(check_corpus(folder))
    (tmp_path / "precieux.xlsx").write_bytes(b"PK rien")
    for path, words in (
        (folder / "rapport.xlsx", "relu comme une donnée"),
        (tmp_path / "precieux.xlsx", "n’est pas un rapport"),
        (tmp_path / "rapport.csv", "finir par .xlsx"),
        (tmp_path / "nulle-part" / "rapport.xlsx", "n’existe pas"),
    ):
        with pytest.raises(EctError, match=words):
            save_checked(path, data, folder)
    save_checked(tmp_path / "rapport.xlsx", data, folder)
    save_checked(tmp_path / "rapport.xlsx", data, folder)
    assert (tmp_path / "precieux.xlsx").read_bytes() == b"PK rien"


def test_the_command_writes_both_and_leaves_the_corpus_as_it_was(faulty, tmp_path, capsys):
    before = {path.name: path.read_bytes() for path in faulty.iterdir()}
    assert check_command(faulty, report=tmp_path / "r.xlsx", marked=tmp_path / "c.xlsx") == 1
    assert {path.name: path.read_bytes() for path in faulty.iterdir()} == before
    assert "Rapport écrit" in capsys.readouterr().out
    assert (tmp_path / "c.xlsx").is_file()


def test_a_sound_corpus_gives_a_report_that_says_so(make_corpus, tmp_path):
    folder = make_corpus()
    assert load_corpus(folder).warnings.empty
    path = tmp_path / "r.xlsx"
    path.write_bytes(report_bytes(check_corpus(folder)))
    assert sheets_of(path) == {"Résumé": [["Feuille", "Erreurs", "Alertes"], ["Aucun problème", "", ""]]}


def test_the_marked_copy_of_an_entry_workbook_keeps_its_drop_down_lists(make_corpus):
    folder = make_corpus()
    data = marked_copy_bytes(folder, load_codebook(), check_corpus(folder))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = re.findall(r'<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode())
        projects = archive.read(f"xl/worksheets/sheet{1 + names.index('projets')}.xml").decode()
    assert names.count("codes") == 1
    lists = re.findall(r'<dataValidation type="list"[^>]*sqref="([A-Z]+)2:[A-Z]+\d+"[^>]*><formula1>codes!', projects)
    assert lists == ["D", "H"]
    assert re.search(r'sqref="C2:C\d+"[^>]*><formula1>OFFSET\(listes!', projects)
