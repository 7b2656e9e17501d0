import itertools
import re
import shutil
import subprocess
import zipfile

import pandas as pd
import pytest

from ect_research import load_corpus
from ect_research.codebook.load_codebook import OPEN_LISTS, load_codebook
from ect_research.corpus.folder.project_paths import project_root
from ect_research.corpus.forms.entry_sheet import ordered
from ect_research.corpus.forms.entry_workbook import save_workbook, workbook_bytes
from ect_research.corpus.reading.header_rows import column_words
from ect_research.corpus.text.parse_cell import Known, Parsed, parse_cell
from ect_research.corpus.text.raw_table import fold
from ect_research.errors import EctError
from tests.common import sheets_of

CODEBOOK = load_codebook()


def reload(tmp_path, workbook, source, name="copie"):
    folder = tmp_path / name
    folder.mkdir()
    shutil.copy(workbook, folder / f"corpus{workbook.suffix}")
    shutil.copy(source / "source.toml", folder)
    return load_corpus(folder)


def assert_same_tables(found, expected):
    assert list(found.tables) == list(expected.tables)
    for name, frame in found.tables.items():
        pd.testing.assert_frame_equal(frame, expected.tables[name])


def test_a_blank_workbook_has_every_table_with_its_labels(tmp_path):
    sheets = sheets_of(save_workbook(tmp_path / "neuf.xlsx", CODEBOOK))
    assert list(sheets) == ["Lisez-moi", "étude", "listes", *CODEBOOK.table_names, "codes"]
    for table in CODEBOOK.table_names:
        assert sheets[table] == [[variable.labels["fr"] for variable in ordered(CODEBOOK, table)]]
    codes = {(row[0], row[1]): row[2] for row in sheets["codes"][1:]}
    for variable in CODEBOOK.variables.values():
        if variable.list_name and variable.list_name not in OPEN_LISTS:
            assert CODEBOOK.labels(variable.list_name).items() <= {code: codes[variable.list_name, code] for code in
                                                                   CODEBOOK.codes(variable.list_name)}.items()  # fmt: skip
    written = sheets["listes"]
    for first, name in zip((0, 3), OPEN_LISTS, strict=True):
        assert [row[first] for row in written[1:] if row[first]] == list(CODEBOOK.labels(name).values())


def test_every_column_with_a_list_has_a_drop_down_on_exactly_its_answers(tmp_path):
    path = save_workbook(tmp_path / "neuf.xlsx", CODEBOOK)
    codes = [[str(cell) for cell in row] for row in sheets_of(path)["codes"]]
    with zipfile.ZipFile(path) as archive:
        for number, table in enumerate(CODEBOOK.table_names, 4):
            xml = archive.read(f"xl/worksheets/sheet{number}.xml").decode()
            drop_down = r'<dataValidation type="list"[^>]*sqref="([A-Z]+)2:[A-Z]+\d+"[^>]*><formula1>(.*?)</formula1>'
            ranges = dict(re.findall(drop_down, xml))
            for index, variable in enumerate(ordered(CODEBOOK, table)):
                column = chr(65 + index) if index < 26 else "A" + chr(65 + index - 26)
                if variable.list_name in OPEN_LISTS:
                    at = "AD"[list(OPEN_LISTS).index(variable.list_name)]
                    assert ranges[column].startswith(f"OFFSET(listes!${at}$2,0,0,MAX(1,COUNTA(listes!${at}$2:")
                elif variable.list_name:
                    first, last = re.fullmatch(r"codes!\$C\$(\d+):\$C\$(\d+)", ranges[column]).groups()
                    labels = [row[2] for row in codes[int(first) - 1 : int(last)]]
                    assert labels == list(CODEBOOK.labels(variable.list_name).values())
                elif variable.target:
                    assert variable.target[0] in ranges[column]
            folded = re.findall(r'<col min="(\d+)" max="(\d+)"[^>]*hidden="1"[^>]*outlineLevel="1"', xml)
            hidden = sum(int(last) - int(first) + 1 for first, last in folded)
            assert len(CODEBOOK.columns(table)) - hidden == len(CODEBOOK.shown(table)) <= 10


@pytest.mark.parametrize("language", ["fr", "en"])
def test_labels_are_read_back_as_their_codes_alone_and_together(language):
    for variable in CODEBOOK.variables.values():
        if not variable.list_name:
            continue
        known = Known(CODEBOOK, variable.list_name)
        labels = CODEBOOK.labels(variable.list_name, language)
        for code, label in labels.items():
            parsed = parse_cell(label, variable, known)
            assert isinstance(parsed, Parsed) and parsed.value in (code, (code,)), (variable.name, label)
        if variable.type == "select_multiple":
            for (one, label), (two, other) in itertools.permutations(labels.items(), 2):
                parsed = parse_cell(f"{label} ; {other}", variable, known)
                assert isinstance(parsed, Parsed) and parsed.value == (one, two), (variable.name, label, other)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_labels_of_a_table_name_one_column_each(language):
    for table in CODEBOOK.table_names:
        words = column_words(CODEBOOK, table)
        for variable in CODEBOOK.columns(table):
            assert words[fold(variable.labels[language])] == variable.name


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_public_register_written_as_a_workbook_is_read_back_the_same(tmp_path, language):
    source = project_root() / "surveys" / "pays-ledonien"
    corpus = load_corpus(source)
    path = save_workbook(tmp_path / "plein.xlsx", corpus.codebook, corpus=corpus, language=language)
    assert_same_tables(reload(tmp_path, path, source), corpus)


@pytest.mark.croisement
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice n’est pas installé sur cette machine")
def test_a_workbook_saved_by_libreoffice_loses_nothing(tmp_path):
    source = project_root() / "surveys" / "pays-ledonien"
    corpus = load_corpus(source)
    path = save_workbook(tmp_path / "plein.xlsx", corpus.codebook, corpus=corpus)
    for ending in ("ods", "xlsx"):
        out = tmp_path / f"lo-{ending}"
        subprocess.run(
            ["soffice", f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}", "--headless", "--convert-to", ending,
             "--outdir", str(out), str(path)],
            check=True, capture_output=True,
        )  # fmt: skip
        found = reload(tmp_path, out / f"plein.{ending}", source, ending)
        assert_same_tables(found, corpus)
        assert found.warnings.empty or not found.warnings["probleme"].str.contains("formule|fusionn").any()


@pytest.mark.croisement
def test_hostile_text_goes_through_a_workbook_unchanged(make_corpus, tmp_path, tables):
    hostile = [
        "=1+1",
        "@SUM(A1)",
        "+33 3 84",
        "-5 %",
        "0012",
        "1e5",
        "VRAI",
        "12/03/2025",
        "a\nb",
        "  é  ",
        "=cmd|' /C calc'!A0",
    ]
    rows = "".join(f'P{n};"{text}";S1\n' for n, text in enumerate(hostile, 10))
    source = make_corpus(projets="projet_id;nom;source_id\nP1;a;S1\nP2;b;S1\n" + rows)
    corpus = load_corpus(source)
    path = save_workbook(tmp_path / "plein.xlsx", corpus.codebook, corpus=corpus)
    found = reload(tmp_path, path, source)
    names = found.tables["projets"].set_index("projet_id")["nom"]
    on_one_line = [" ".join(text.split("\n")).strip() for text in hostile]
    assert [names[f"P{n}"] for n in range(10, 10 + len(hostile))] == on_one_line
    assert_same_tables(found, corpus)
    with zipfile.ZipFile(path) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


@pytest.mark.croisement
def test_protected_rows_and_names_are_not_written_and_the_workbook_says_so(make_corpus, tmp_path):
    source = make_corpus(
        acteurs="acteur_id;nom;pseudonyme;nature;source_id\nA1;Vraie Personne;Répondant 1;personne;S1\n"
        "A2;Coop;;organisation;S1\nA3;Relais;;organisation;S1\n",
        entretiens="entretien_id;acteur_id;consentement\nN1;A1;ecrit\nN2;A1;refuse\n",
    )
    corpus = load_corpus(source)
    path = save_workbook(tmp_path / "plein.xlsx", corpus.codebook, corpus=corpus)
    with zipfile.ZipFile(path) as archive:
        assert not any(b"Vraie Personne" in archive.read(name) for name in archive.namelist())
    said = " ".join(str(cell) for row in sheets_of(path)["Lisez-moi"] for cell in row)
    assert "2 ligne(s) ou nom(s) protégés" in said


@pytest.mark.croisement
def test_two_workbooks_of_one_codebook_are_the_same_bytes():
    assert workbook_bytes(CODEBOOK) == workbook_bytes(CODEBOOK)


@pytest.mark.croisement
def test_every_message_fits_what_a_spreadsheet_shows():
    for language in ("fr", "en"):
        workbook_bytes(CODEBOOK, language=language)  # XlsxWriter warns, and a warning is an error here


@pytest.mark.parametrize(
    ("name", "words"), [("neuf.ods", "finir par .xlsx"), ("pris.xlsx", "existe déjà"), ("x/neuf.xlsx", "dossier")]
)
def test_a_file_that_cannot_be_written_is_refused_with_the_reason(tmp_path, name, words):
    (tmp_path / "pris.xlsx").write_bytes(b"precieux")
    with pytest.raises(EctError, match=re.escape(words)):
        save_workbook(tmp_path / name, CODEBOOK)
    assert (tmp_path / "pris.xlsx").read_bytes() == b"precieux"
