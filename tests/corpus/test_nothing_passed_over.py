"""What a person types, pastes or drops in the folder is read, or named as not read: one test per kind of silence."""

import datetime as dt
import io
import os
import zipfile

import pytest
import xlsxwriter

from ect_research import load_corpus
from ect_research.cli import main
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.basemap.code_index import CommuneIndex
from ect_research.corpus.checked.load_corpus import check_corpus
from ect_research.corpus.checked.side_files import read_reviews
from ect_research.corpus.forms.survey_answers import read_answers
from ect_research.corpus.people.direct_names import direct_names, name_forms
from ect_research.corpus.reading.workbook_file import read_workbook
from ect_research.corpus.text.dates import parse_date
from ect_research.errors import EctError

HOURS = "projet_id;nom;benevolat_h;source_id\n"


def said(problems, level=None):
    kept = problems if level is None else problems[problems["niveau"] == level]
    return kept[["ligne", "colonne", "probleme"]].to_numpy().tolist()


def book(path, do):
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("projets")
        sheet.write_row(0, 0, ["projet_id", "nom", "source_id", "suivi_debut"])
        sheet.write_row(1, 0, ["P1", "Le Four", "S1"])
        sheet.write_row(2, 0, ["P2", "La Scierie", "S1"])
        do(workbook, sheet)


@pytest.mark.parametrize("shown", ["dd/mm/yyyy", "yyyy", "mm/yyyy"])
def test_a_year_typed_in_a_date_cell_is_an_error_that_proposes_the_year(make_corpus, shown):
    folder = make_corpus(projets=None)
    book(
        folder / "projets.xlsx", lambda to, sheet: sheet.write_number(1, 3, 2025, to.add_format({"num_format": shown}))
    )
    problems = check_corpus(folder)
    assert said(problems, "erreur") == [
        [2, "suivi_debut", "17/07/1905 (D2) : une année tapée dans une cellule de date ?"]
    ]
    assert "vouliez-vous dire 2025 ?" in problems.loc[problems["niveau"] == "erreur", "suggestion"].item()


def test_a_day_of_1905_typed_as_a_text_is_a_day_of_1905(make_corpus):
    folder = make_corpus(projets="projet_id;nom;suivi_debut;source_id\nP1;a;17/07/1905;S1\nP2;b;;S1\n")
    assert load_corpus(folder).tables["projets"]["suivi_debut_min"][0].date() == dt.date(1905, 7, 17)


def test_a_merge_that_hides_content_says_what_it_hides(tmp_path):
    path = tmp_path / "projets.xlsx"
    book(path, lambda _to, sheet: (sheet.merge_range(1, 1, 2, 1, "Le Four"), sheet.write_string(2, 1, "La Scierie")))
    (problem,) = read_workbook(path).problems
    assert problem.probleme == "cellules fusionnées : elles cachent « La Scierie » (B3), lu comme le reste"


def test_tabs_line_breaks_and_spaces_of_an_ods_cell_stay_and_its_comments_do_not_enter(tmp_path):
    base = "urn:oasis:names:tc:opendocument:xmlns"
    cell = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation>'
        '<text:p>Café<text:line-break/>du<text:s text:c="2"/>lac<text:tab/><text:span>Ney</text:span></text:p>'
        "<text:p>fin</text:p></table:table-cell>"
    )
    head = '<table:table-cell office:value-type="string"><text:p>nom</text:p></table:table-cell>'
    content = (
        f'<office:document-content xmlns:office="{base}:office:1.0" xmlns:table="{base}:table:1.0" xmlns:text="{base}:text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="projets"><table:table-row>{head}</table:table-row>'
        f"<table:table-row>{cell}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{base}:manifest:1.0"/>')
        archive.writestr("content.xml", content)
    (tmp_path / "projets.ods").write_bytes(memory.getvalue())
    assert read_workbook(tmp_path / "projets.ods").tables[0].rows == [(2, ["Café\ndu  lac\tNey\nfin"])]


@pytest.mark.parametrize("typed", ["1 234,5", "1\u202f234,5", "1.234,5", "1234.5"])
def test_thousands_are_read_also_where_there_is_a_rule(make_corpus, typed):
    folder = make_corpus(projets=f"{HOURS}P1;a;{typed};S1\nP2;b;;S1\n")
    assert load_corpus(folder).tables["projets"]["benevolat_h"][0] == 1234.5


@pytest.mark.croisement
def test_a_number_of_two_readings_is_asked_unless_its_column_settles_it_which_is_said(make_corpus):
    folder = make_corpus(projets=f"{HOURS}P1;a;1.234;S1\nP2;b;;S1\n")
    assert said(check_corpus(folder)) == [[2, "benevolat_h", "« 1.234 » : 1234, ou 1,234 ?"]]
    folder = make_corpus(projets=f"{HOURS}P1;a;12,5;S1\nP2;b;1,500;S1\n")
    corpus = load_corpus(folder)
    assert corpus.tables["projets"]["benevolat_h"].tolist() == [12.5, 1.5]
    assert said(corpus.warnings) == [[3, "benevolat_h", "lu 1,5000, comme le reste de la colonne"]]
    folder = make_corpus(projets=f"{HOURS}P1;a;1.234.567;S1\nP2;b;1.500;S1\n")
    assert load_corpus(folder).tables["projets"]["benevolat_h"].tolist() == [1234567.0, 1500.0]


def test_what_a_spreadsheet_keeps_as_a_number_has_one_reading(make_corpus):
    folder = make_corpus(projets=None)
    book(
        folder / "projets.xlsx",
        lambda _to, sheet: (sheet.write_string(0, 3, "benevolat_h"), sheet.write_number(1, 3, 1.234)),
    )
    assert load_corpus(folder).tables["projets"]["benevolat_h"][0] == 1.234


def test_one_line_of_another_encoding_is_said_and_the_others_keep_their_letters(make_corpus):
    folder = make_corpus()
    lines = [b"projet_id;nom;source_id", "P1;Épicerie;S1".encode(), "P2;École à côté;S1".encode("cp1252")]
    (folder / "projets.csv").write_bytes(b"\n".join(lines) + b"\n")
    problems = check_corpus(folder)
    assert said(problems, "erreur") == [[3, "", "cette ligne n’est pas en UTF-8 comme les autres"]]
    assert "École à côté" in problems["valeur"].tolist()[0]


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850"])
def test_a_file_wholly_of_another_encoding_is_still_read(make_corpus, encoding):
    text = "projet_id;nom;source_id\nP1;L’école à côté;S1\nP2;L’été;S1\n".replace(
        "’", "'" if encoding == "cp850" else "’"
    )
    folder = make_corpus()
    (folder / "projets.csv").write_bytes(text.encode(encoding))
    assert load_corpus(folder).tables["projets"]["nom"].str.contains("école à côté|été").all()


def test_files_that_no_table_takes_are_said_with_the_name_that_would_be_read(make_corpus):
    folder = make_corpus()
    for name in ("acteurs.txt", "photo.jpg", "Corrections.csv", "LISEZMOI.md", "~$projets.xlsx"):
        (folder / name).write_text("x;y\n1;2\n", encoding="utf-8")
    (folder / "Private").mkdir()
    (folder / "archives").mkdir()
    problems = check_corpus(folder)
    told = {row.fichier: (row.niveau, row.suggestion) for row in problems.itertuples() if "pas lu" in row.probleme}
    assert set(told) == {"acteurs.txt", "photo.jpg", "Corrections.csv", "Private/", "archives/"}
    assert told["Corrections.csv"] == ("erreur", "l’enregistrer sous le nom corrections.csv")
    assert told["Private/"][0] == "erreur" and "acteurs.csv" in told["acteurs.txt"][1]


def test_what_lies_unread_in_private_is_an_error_and_a_table_is_read_whatever_its_case(make_corpus, monkeypatch):
    monkeypatch.setenv("ECT_CLE", "une-clé-inventée-pour-les-essais")
    folder = make_corpus()
    (folder / "private" / "brut").mkdir(parents=True)
    (folder / "private" / "Acteurs.csv").write_text(
        "acteur_id;nom;nature;source_id\nA9;Mme Lu Dupré, maire;personne;S1\n", "utf-8"
    )
    (folder / "private" / "brut" / "export.csv").write_text("nom;tel\n", encoding="utf-8")
    (folder / "private" / "noms.txt").write_bytes("LEFÈVRE, Éloïse (maire)\n# des élus\n".encode("cp1252"))
    assert "A9" in load_corpus(folder).tables["acteurs"]["acteur_id"].tolist()
    assert {"Lu Dupré", "Mme Dupré", "Éloïse LEFÈVRE"} <= set(direct_names(folder))
    (folder / "private" / "actuers.csv").write_text("nom\nLubin\n", encoding="utf-8")
    (row,) = check_corpus(folder).query("niveau == 'erreur'").itertuples()
    assert row.fichier == "private/actuers.csv" and "acteurs" in row.suggestion and "brut" in row.suggestion


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Monsieur le maire Jean Dupont", ["Jean Dupont", "M. Dupont", "Mr Dupont", "Monsieur Dupont"]),
        ("M. Paul de La Tour", ["Paul de La Tour", "M. de La Tour", "Mr de La Tour", "Monsieur de La Tour"]),
        ("Lucie et Paul Durand", ["Lucie Durand", "Paul Durand"]),
        ("DE LA TOUR, Anne", ["Anne DE LA TOUR"]),
        ("Lucie Durand maire de Cousance", ["Lucie Durand"]),
        ("Lulu", ["Lulu"]),
        ("", []),
    ],
)
def test_a_name_is_looked_for_without_its_title_and_function(cell, names):
    assert name_forms(cell) == names


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        (
            "accord_recherche;fin/accord_recherche;nom;_uuid\nnon;oui;A;u1\noui;non;B;u2\noui;;C;u3\n;oui;D;u4\n;;E;u5",
            ["u3", "u4"],
        ),
        (
            "accord_recherche;nom;KEY;ReviewState\noui;A;uuid:u1;rejected\noui;B;uuid:u2;\noui;C;uuid:u3;hasIssues",
            ["u2", "u3"],
        ),
        (
            "accord_recherche;nom;_uuid;_validation_status\noui;A;u1;validation_status_not_approved\noui;B;u2;Approved",
            ["u2"],
        ),
    ],
)
def test_one_refusal_or_rejection_sets_an_answer_aside_and_a_moved_question_loses_nobody(tmp_path, rows, kept):
    (tmp_path / "export.csv").write_text(rows + "\n", encoding="utf-8")
    answers = read_answers(tmp_path / "export.csv", load_codebook(), "projets")
    assert answers.rows["projet_id"].tolist() == kept
    assert answers.received == len(kept) + answers.refused + answers.rejected


def test_boxes_ticked_in_two_versions_of_a_form_are_united_and_contradictions_said(tmp_path):
    (tmp_path / "export.csv").write_text(
        "accord_recherche;nom;dispositif/autre;dispositif/hors;g/dispositif/autre;g/dispositif/hors;_uuid\n"
        "oui;V1;1;0;;;u1\noui;V2;;;0;1;u2\noui;V3;1;0;0;1;u3\n",
        encoding="utf-8",
    )
    answers = read_answers(tmp_path / "export.csv", load_codebook(), "projets")
    assert answers.rows["dispositif"].tolist() == ["autre", "hors", "autre hors"]
    told = answers.warnings["probleme"]
    assert told.str.contains("cochée dans une version").sum() == 2 and set(answers.warnings["ligne"]) == {4}


def test_boxes_of_a_code_that_only_the_corpus_has_are_read(tmp_path):
    (tmp_path / "export.csv").write_text(
        "accord_recherche;nom;dispositif/crepite_2024;g/dispositif/crepite_2024;g/dispositif/fonds_x;_uuid\n"
        "oui;V1;1;;0;u1\noui;V2;;0;1;u2\n",
        encoding="utf-8",
    )
    answers = read_answers(tmp_path / "export.csv", load_codebook(), "projets")
    assert answers.rows["dispositif"].tolist() == ["crepite_2024", "fonds_x"] and not answers.ignored


def test_a_second_header_line_of_labels_is_no_fact(make_corpus):
    head = "projet_id;nom;suivi_debut;source_id\nCode;Nom;Suivi depuis;Source\n"
    folder = make_corpus(projets=f"{head}P1;a;2021;S1\nP2;b;;S1\n")
    assert said(check_corpus(folder)) == [[2, "", "seconde ligne d’en-tête, non lue comme un fait"]]
    assert load_corpus(folder).tables["projets"]["projet_id"].tolist() == ["P1", "P2"]


def test_last_columns_that_show_nothing_are_no_columns(make_corpus):
    folder = make_corpus(projets="projet_id;nom;source_id;;\u200b;\u200b\nP1;a;S1;;;\nP2;b;S1;;\u00a0;\u200b\n")
    assert said(check_corpus(folder)) == []


def test_codes_that_differ_by_their_case_alone_are_said(make_corpus):
    folder = make_corpus(projets="projet_id;nom;source_id\nP1;a;S1\nP2;b;S1\np2;c;S1\n")
    assert said(check_corpus(folder), "alerte") == [
        [4, "projet_id", "ce code ne diffère de « P2 » que par la casse ou les accents"]
    ]


def test_a_column_twice_is_told_once(make_corpus):
    folder = make_corpus(projets="projet_id;nom;nom;source_id\nP1;a;a;S1\nP2;b;b;S1\n")
    assert said(check_corpus(folder), "erreur") == [[1, "nom", "colonne en double"]]


def test_a_tie_that_begins_after_the_day_observed_is_refused(make_corpus):
    head = "lien_id;acteur_a;acteur_b;date_debut;source_id\n"
    problems = check_corpus(make_corpus(liens=f"{head}L1;A1;A2;2062;S1\n"))
    assert said(problems, "erreur") == [
        [2, "date_debut", "date postérieure à la date d’observation du corpus (31/12/2024)"]
    ]


def test_a_code_that_is_not_that_of_the_place_written_is_said_with_the_right_one(make_corpus):
    head = "projet_id;nom;commune_insee;cog_millesime;lieu_dit;source_id\n"
    rows = (
        "P1;a;39300;2026;Poligny;S1\nP2;b;39300;2026;Lons-le-Saunier (centre);S1\nP3;c;39300;2026;Petite Montagne;S1\n"
    )
    (row,) = check_corpus(make_corpus(projets=head + rows)).itertuples()
    assert (row.ligne, row.niveau) == (2, "alerte")
    assert row.suggestion.startswith("écrire 39434, code de Poligny")


def test_an_arrondissement_is_its_town():
    index = CommuneIndex(frozenset({"75056", "69123"}), lambda: {"75056": "Paris", "69123": "Lyon"}, [], dict, 2026)
    assert (index.today["75111"], index.today["69381"]) == ("75056", "69123") and "13201" not in index.today
    assert index.trouble("75111", 2026) is None


@pytest.mark.parametrize(
    ("column", "typed", "meant"),
    [
        ("statut_juridique", "SARL", "(societe)"),
        ("statut_juridique", "asso", "(association)"),
        ("thematique", "déchets", "(economie_circulaire)"),
        ("thematique", "alimentasion", "« Alimentation et agriculture » (alimentation)"),
    ],
)
def test_a_usual_word_finds_its_answer_as_the_drop_down_shows_it(make_corpus, column, typed, meant):
    problems = check_corpus(make_corpus(projets=f"projet_id;nom;{column};source_id\nP1;a;{typed};S1\nP2;b;;S1\n"))
    assert meant in problems["suggestion"].item()


def test_creation_is_three_facts_and_never_the_end(make_corpus):
    head = "evenement_id;projet_id;type_evenement;date_debut;source_id;certitude\n"
    problems = check_corpus(make_corpus(evenements=f"{head}E1;P1;Création;2023;S1;2_declare\n"))
    proposed = problems["suggestion"].item()
    assert all(label in proposed for label in ("« Statuts déposés »", "« Immatriculation »", "« Ouverture du lieu »"))
    assert "essation" not in proposed


def test_a_column_of_ones_own_is_ignored_and_said_and_one_cause_is_one_paragraph(make_corpus, capsys):
    rows = "".join(f"P{n};Projet {n};fabrique;à moi;S1\n" for n in range(1, 9))
    folder = make_corpus(projets=f"projet_id;nom;thematique;couleur du dossier;source_id\n{rows}")
    problems = check_corpus(folder)
    assert said(problems, "alerte") == [
        [1, "couleur du dossier", "colonne inconnue de la table « projets » : elle n’est pas lue"]
    ]
    assert main(["check", str(folder)]) == 1
    printed = capsys.readouterr().out
    assert printed.count("fabrique") == 1 and "(8 lignes)" in printed


def test_an_expired_waiver_and_every_wrong_review_are_told_by_the_check(make_corpus):
    folder = make_corpus()
    head = "resultat;cellule;qui;pourquoi;jusqu_au\n"
    (folder / "derogations.csv").write_text(f"{head}avis;nsp;CS;accord;2099\navis;;CS;accord;2020\n", encoding="utf-8")
    reviews = "table;cle;colonne;empreinte;par;le\nprojets;P1;note;aa;;2025\nprojets;P1;nom;aa;CS;2025\nprojets;P2;note;aa;CS;\n"
    (folder / "relectures.csv").write_text(reviews, encoding="utf-8")
    problems = check_corpus(folder)
    beside = problems[problems["fichier"].isin(["derogations.csv", "relectures.csv"])]
    assert said(beside, "erreur") == [
        [3, "jusqu_au", "dérogation expirée : plus rien ne se lance"],
        [2, "par, le", "qui a relu, et quel jour, n’est pas dit"],
        [4, "par, le", "qui a relu, et quel jour, n’est pas dit"],
    ]
    with pytest.raises(EctError, match=r"ligne 2, .*ligne 4, "):
        read_reviews(folder)


@pytest.mark.parametrize(("typed", "meant"), [
    ("L’&eacute;picerie &amp; caf&#233;", "L’épicerie & café"), ("L\\u2019\\u00e9picerie", "L’épicerie"),
    ("L'=C3=A9picerie", "L'épicerie"), ("L%27%C3%A9picerie%20commune", "L%27épicerie commune"),
    ("Le Four_x000D_commun", "Le Four commun"),
])  # fmt: skip
def test_signs_that_a_program_coded_are_said_with_what_they_stand_for(make_corpus, typed, meant):
    (problem,) = check_corpus(make_corpus(projets=f'{HOURS}P1;"{typed}";;S1\nP2;La Scierie;;S1\n')).itertuples()
    assert problem.probleme == "des signes écrits comme un programme les code"
    assert problem.suggestion == f"vouliez-vous dire « {meant} » ?"


@pytest.mark.parametrize(("typed", "told"), [
    *((text, ["ce qu’un programme écrit dans une case vide"]) for text in ("NaN", "[object Object]")),
    ("Idem", ["cela renvoie à une autre ligne, et chaque ligne se lit seule"]),
    ("Le Four ?t? commun", ["« ? » dans un mot : un accent perdu avant l’enregistrement ?"]),
    ("Le Four\u2028commun", ["signe que ni figure, ni page, ni terminal ne montre : U+2028"]),
    *((text, []) for text in ("R&D", "AT&T; Four", "50%20", "Où ?", "https://four.fr/?a=1&amp;b=%20", "a/b?c", "Nan Nan")),
])  # fmt: skip
def test_what_stands_for_nothing_or_another_line_is_no_name(make_corpus, typed, told):
    problems = check_corpus(make_corpus(projets=f'{HOURS}P1;"{typed}";;S1\nP2;La Scierie;;S1\n'))
    assert problems["probleme"].tolist() == told


def test_a_table_that_a_dot_hides_or_a_cloud_keeps_is_an_error(make_corpus):
    folder = make_corpus(acteurs=None, liens=None)
    for name in (".acteurs.csv.icloud", ".liens.xlsx", "._projets.csv", ".DS_Store"):
        (folder / name).write_bytes(b"bplist00")
    problems = check_corpus(folder)
    assert problems[["fichier", "probleme", "suggestion"]].to_numpy().tolist() == [
        [".acteurs.csv.icloud", "ce fichier est resté dans le nuage : il n’est pas lu", "le télécharger ici"],
        [".liens.xlsx", "ce fichier caché n’est pas lu", "le renommer liens.xlsx, ou le retirer"],
    ]


def test_a_pipe_a_folder_or_a_link_to_nothing_is_no_table_and_stops_nothing(make_corpus):
    folder = make_corpus(acteurs=None, liens=None)
    os.mkfifo(folder / "acteurs.csv")
    (folder / "liens.csv").mkdir()
    (folder / "idees.xlsx").symlink_to(folder / "nulle_part.xlsx")
    assert set(check_corpus(folder)["fichier"]) == {"acteurs.csv", "liens.csv/", "idees.xlsx"}
    assert len(load_corpus(folder).tables["projets"]) == 2


@pytest.mark.parametrize("ending", ["xls", "ods", "xlsm"])
def test_a_workbook_is_read_whatever_its_ending_says(make_corpus, ending):
    folder = make_corpus(projets=None)
    book(folder / "projets.xlsx", lambda _to, _sheet: None)
    (folder / "projets.xlsx").rename(folder / f"projets.{ending}")
    assert check_corpus(folder).empty and len(load_corpus(folder).tables["projets"]) == 2


def test_a_line_or_a_column_too_thin_to_be_seen_is_hidden(make_corpus):
    folder = make_corpus(projets=None)
    book(folder / "projets.xlsx", lambda _to, sheet: (sheet.set_row(1, 1), sheet.set_column(1, 1, 0.1)))
    assert said(check_corpus(folder)) == [
        [2, "", "1 ligne(s) masquées ou filtrées, lues comme les autres"],
        [1, "nom", "colonne B masquée, lue comme les autres"],
    ]


def test_a_first_line_that_names_another_separator_is_not_believed(make_corpus, tables):
    assert check_corpus(make_corpus(projets="sep=,\n" + tables["projets"])).empty


@pytest.mark.parametrize(("typed", "proposed"), [
    ("12/03/2O24", "12/03/2024"), ("l2/03/2024", "12/03/2024"), ("12/03/20024", ""), ("12/2024/03", ""),
    ("fin mars", "y ajouter l’année"),
])  # fmt: skip
def test_a_letter_for_a_digit_is_proposed_and_a_part_of_a_date_is_not(typed, proposed):
    assert parse_date(typed).suggestion == proposed


def test_the_text_of_a_link_is_no_address(make_corpus, tables):
    folder = make_corpus(sources=tables["sources"].replace("2024;;oui", "2024;ici;oui", 1))
    assert said(check_corpus(folder)) == [[2, "url", "valeur hors de la règle"]]


@pytest.mark.parametrize(("lines", "names"), [
    ("1. Zénaïde Fablevent\n2) Paul Durandeau\n• Hugo Labelle\n- Léa Marchepied",
     ["Hugo Labelle", "Léa Marchepied", "Paul Durandeau", "Zénaïde Fablevent"]),
    ("Nom;Prénom\nFablevent;Zénaïde", ["Fablevent Zénaïde", "Zénaïde Fablevent"]),
    ("Fablevent\tZénaïde\tMairie", ["Fablevent Zénaïde", "Zénaïde Fablevent"]),
    ("Zénaïde Fablevent, Paul Durandeau, Léa Marchepied", ["Léa Marchepied", "Paul Durandeau", "Zénaïde Fablevent"]),
    ("Zénaïde Fablevent <zf@exemple.fr>", ["Zénaïde Fablevent", "zf@exemple.fr"]),
    ("Zénaïde Fablevent (maire)", ["Zénaïde Fablevent", "Zénaïde Fablevent (maire)"]),
    ("zf@exemple.fr", ["zf@exemple.fr"]),
])  # fmt: skip
def test_a_list_of_names_is_read_as_people_write_one(make_corpus, lines, names):
    folder = make_corpus()
    (folder / "private").mkdir()
    (folder / "private" / "noms.txt").write_text(lines, encoding="utf-8")
    assert direct_names(folder) == names


@pytest.mark.parametrize(("name", "remedy"), [
    ("noms.txt.txt", "l’enregistrer sous le nom noms.txt"), ("noms (1).txt", "l’enregistrer sous le nom noms.txt"),
    (".noms.txt.icloud", "le télécharger ici"), (".acteurs.csv.icloud", "le télécharger ici"),
])  # fmt: skip
def test_a_list_of_names_that_is_not_read_is_an_error(make_corpus, name, remedy):
    folder = make_corpus()
    (folder / "private").mkdir()
    (folder / "private" / name).write_text("Zénaïde Fablevent", encoding="utf-8")
    (problem,) = check_corpus(folder).itertuples()
    assert problem.niveau == "erreur" and problem.suggestion == remedy


def test_a_list_of_names_that_is_no_text_is_refused_and_a_link_to_nothing_said(make_corpus):
    folder = make_corpus()
    (folder / "private").mkdir()
    (folder / "private" / "noms.txt").symlink_to(folder / "nulle_part.txt")
    assert check_corpus(folder)["niveau"].tolist() == ["erreur"]
    (folder / "private" / "noms.txt").unlink()
    (folder / "private" / "noms.txt").write_text("{\\rtf1\\ansi Fablevent}", encoding="utf-8")
    with pytest.raises(EctError, match="texte brut"):
        direct_names(folder)
