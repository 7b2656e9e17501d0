"""A workbook says what the study is and which programmes are its own: no text file beside it."""

from datetime import datetime

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from ect_research import load_corpus
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.checked.load_corpus import check_corpus
from ect_research.corpus.forms.entry_workbook import save_workbook, workbook_bytes
from ect_research.corpus.text.raw_table import spoken
from ect_research.errors import CodebookError

STUDY = {
    "Titre de l’étude": "Coopérer en Drôme",
    "Territoire étudié": "Drôme",
    "Dernier jour observé": datetime(2025, 12, 31),  # noqa: DTZ001 - a spreadsheet has no time zone
    "Qu’est-ce qui est protégé ?": "Les personnes",
    "Pourquoi le reste peut être montré": "Accord des projets.",
}
TABLES = {
    "sources": [{"Code de la source": "RA", "Type de source": "Rapport d’activité", "Référence": "Rapport", "Diffusable": "Oui"}],
    "projets": [{"Code du projet": "P1", "Nom du projet": "Le Four", "Dispositifs": "La Fabrique drômoise", "Thématique": "Eau",
                 "Sources": "RA"}],
    "evenements": [{"Code de l’évènement": "E1", "Projet": "P1", "Type d’évènement": "Statuts déposés", "Date": "03/2025",
                    "Sources": "RA", "Certitude": "Déclaré"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def blank():
    return workbook_bytes(load_codebook())


@pytest.fixture
def typed(tmp_path, blank):
    """A blank workbook, filled as an officer types it."""

    def fill(answers=STUDY, lists=(("La Fabrique drômoise", ""), ("Fonds d’essai", "fonds"))):
        folder = tmp_path / "drome"
        folder.mkdir(exist_ok=True)
        path = folder / "drome.xlsx"
        if not path.exists():
            path.write_bytes(blank)
        book = openpyxl.load_workbook(path)
        for row in book["étude"].iter_rows(min_row=2):
            row[1].value = answers.get(row[0].value, row[1].value)
        sheet = book["listes"]
        free = len([cell.value for cell in sheet["A"] if cell.value]) + 1
        for line, (label, code) in enumerate(lists, free):
            sheet.cell(line, 1).value, sheet.cell(line, 2).value = label, code
        sheet.cell(len([cell.value for cell in sheet["D"] if cell.value]) + 1, 4).value = "Eau"
        for table, rows in TABLES.items():
            heads = [cell.value for cell in book[table][1]]
            for line, row in enumerate(rows, 2):
                for head, value in row.items():
                    book[table].cell(line, heads.index(head) + 1).value = value
        book.save(path)
        return folder

    return fill


def test_a_workbook_alone_is_a_corpus(typed):
    corpus = load_corpus(typed())
    source = corpus.source
    assert (source.title, source.territory, source.observed_on.isoformat()) == (
        "Coopérer en Drôme",
        "Drôme",
        "2025-12-31",
    )
    assert (source.citation, source.licence, source.said("nature", "en")[:5]) == (
        "Coopérer en Drôme",
        "non publiée",
        "facts",
    )
    assert corpus.protection.protected == ("personnes",)
    assert corpus.tables["projets"]["dispositif"].tolist() == [("la_fabrique_dromoise",)]
    assert corpus.codebook.labels("dispositif")["fonds"] == "Fonds d’essai"
    assert (
        corpus.codebook.codes("thematique")[-1] == "eau"
        and corpus.codebook.colours("thematique")["mobilite"] == "#56b4e9"
    )
    assert corpus.warnings.empty


@pytest.mark.croisement
def test_what_a_corpus_says_of_itself_goes_through_a_workbook_unchanged(typed, tmp_path):
    corpus = load_corpus(typed())
    again = tmp_path / "repris"
    again.mkdir()
    save_workbook(again / "repris.xlsx", corpus.codebook, corpus=corpus)
    copy = load_corpus(again)
    assert copy.source.more == corpus.source.more
    assert (copy.source.title, copy.source.observed_on) == (corpus.source.title, corpus.source.observed_on)
    assert copy.codebook.choices_table.equals(corpus.codebook.choices_table)


@pytest.mark.croisement
def test_a_text_file_that_says_the_same_is_kept_and_one_that_contradicts_the_sheet_is_one_error(typed):
    folder = typed()
    (folder / "source.toml").write_text(
        'titre = "Coopérer en Drôme"\n[alias]\n"Pôle" = ["le pôle"]\n', encoding="utf-8"
    )
    assert load_corpus(folder).source.more["alias"] == {"Pôle": ["le pôle"]}
    (folder / "source.toml").write_text('titre = "Autre"\nterritoire = "Ardèche"\n', encoding="utf-8")
    problem = check_corpus(folder).iloc[0]
    assert len(check_corpus(folder)) == 1
    assert "se contredisent" in problem.probleme and "« Drôme » et « Ardèche »" in problem.valeur


@pytest.mark.croisement
@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        ("Titre de l’étude", None, "question sans réponse"),
        ("Dernier jour observé", "un jour", "ce n’est pas un jour"),
        ("Qu’est-ce qui est protégé ?", "les voisins", "pas dans la liste"),
        ("Pourquoi le reste peut être montré", None, "il faut dire pourquoi"),
    ],
)
def test_an_answer_that_cannot_do_is_told_with_the_question(typed, question, answer, said):
    problem = check_corpus(typed({**STUDY, question: answer})).iloc[0]
    assert (problem.fichier, problem.feuille, problem.colonne) == ("drome.xlsx", "étude", question)
    assert said in problem.probleme


@pytest.mark.croisement
def test_a_year_typed_for_the_last_day_is_its_last_day_and_no_answer_protects_all(typed):
    corpus = load_corpus(typed({**STUDY, "Dernier jour observé": 2025, "Qu’est-ce qui est protégé ?": None}))
    assert f"{corpus.observed_on:%d/%m/%Y}" == "31/12/2025"
    assert corpus.protection.protected == ("personnes", "organisations", "projets")


@pytest.mark.croisement
def test_two_answers_of_one_code_and_a_code_named_otherwise_in_choices_csv_are_told(typed, tmp_path):
    with pytest.raises(CodebookError, match="même code"):
        load_codebook(typed(lists=(("Fonds d’essai", "fonds"), ("Autre fonds", "fonds"))))
    (tmp_path / "drome/drome.xlsx").unlink()
    folder = typed(lists=())
    (folder / "choices.csv").write_text(
        "list_name;name;label::fr;label::en\nthematique;eau;Eaux vives;Water\n", encoding="utf-8"
    )
    with pytest.raises(CodebookError, match="Eaux vives"):
        load_codebook(folder)


def test_the_blank_workbook_names_no_programme_nor_place_of_one_territory(tmp_path):
    book = CalamineWorkbook.from_path(save_workbook(tmp_path / "neuf.xlsx", load_codebook()))
    said = " ".join(
        str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
    )
    assert not [word for word in ("Jura", "Lédonien", "CREPITE", "CRÉPITE", "Start-Up", "BFC") if word in said]


@pytest.mark.croisement
def test_a_project_is_named_where_its_code_is_expected_and_the_filled_workbook_shows_names(typed, tmp_path):
    folder = typed()
    book = openpyxl.load_workbook(folder / "drome.xlsx")
    book["evenements"]["B2"].value = "le four"
    book.save(folder / "drome.xlsx")
    corpus = load_corpus(folder)
    assert corpus.tables["evenements"]["projet_id"].tolist() == ["P1"]
    assert not (corpus.log == "Le Four").any(axis=None)
    path = save_workbook(tmp_path / "plein.xlsx", corpus.codebook, corpus=corpus)
    assert CalamineWorkbook.from_path(path).get_sheet_by_name("evenements").to_python()[1][1] == "Le Four"


@pytest.mark.croisement
def test_a_name_that_two_projects_bear_is_no_code(typed):
    folder = typed()
    book = openpyxl.load_workbook(folder / "drome.xlsx")
    for column, value in ((1, "P2"), (2, "Le Four"), (10, "RA")):
        book["projets"].cell(3, column).value = value
    book["evenements"]["B2"].value = "Le Four"
    book.save(folder / "drome.xlsx")
    unknown, twice = check_corpus(folder)["probleme"]
    assert "n’existe pas dans la table « projets »" in unknown and "peut-être deux fois le même" in twice


@pytest.mark.croisement
def test_judgements_left_blank_are_read_as_the_usual_answer_and_said(typed):
    folder = typed()
    book = openpyxl.load_workbook(folder / "drome.xlsx")
    heads = [cell.value for cell in book["evenements"][1]]
    book["evenements"].cell(2, heads.index("Certitude") + 1).value = None
    book.save(folder / "drome.xlsx")
    corpus = load_corpus(folder)
    assert corpus.tables["evenements"]["certitude"].tolist() == ["2_declare"]
    assert corpus.log.query("nature == 'defaut'")[["cle", "colonne", "nouvelle"]].to_numpy().tolist() == [
        ["E1", "certitude", "2_declare"]
    ]


@pytest.mark.croisement
def test_a_folded_column_is_no_hidden_one(typed):
    assert not check_corpus(typed())["probleme"].str.contains("masquée").any()


def test_every_fault_of_the_study_sheet_is_said_at_once_on_its_line_and_in_the_language_of_the_reader(typed):
    answers = {**STUDY, "Dernier jour observé": "fin juin", "Pourquoi le reste peut être montré": None}
    found = check_corpus(typed(answers))
    assert found["colonne"].tolist() == ["Dernier jour observé", "Pourquoi le reste peut être montré"]
    assert (found["ligne"] > 1).all()
    english = spoken(check_corpus(typed({**STUDY, "Qu’est-ce qui est protégé ?": "un peu"})), "en").iloc[0]
    assert english["colonne"] == "What is protected?" and english["attendu"].startswith("Everything:")


def test_a_blank_obligatory_cell_is_shown_an_answer_of_its_list_and_no_code(typed):
    folder = typed()
    book = openpyxl.load_workbook(folder / "drome.xlsx")
    book["evenements"]["C2"].value = None
    book.save(folder / "drome.xlsx")
    assert check_corpus(folder)["suggestion"].tolist() == ["par exemple « Statuts déposés »"]


def test_the_cover_of_an_english_workbook_says_what_each_sheet_is_for_and_its_headers_give_english_examples(tmp_path):
    (tmp_path / "english.xlsx").write_bytes(workbook_bytes(load_codebook(), language="en"))
    book = openpyxl.load_workbook(tmp_path / "english.xlsx")
    cover = {row[1]: row[2] for row in book["Read me"].iter_rows(values_only=True, max_col=3) if row[2]}
    assert cover["Ties"] == "Who obtains what from whom, and who introduced them"
    assert (
        "Example: Other programme"
        in next(cell for cell in book["Projects"][1] if cell.value == "Programmes").comment.text
    )
