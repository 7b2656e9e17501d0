"""What people mark, annotate, abbreviate or leave under a table: read as it is meant, or said with what to do."""

import io
import zipfile

import pytest
import xlsxwriter

from ect_research import load_corpus
from ect_research.corpus.checked.load_corpus import check_corpus
from ect_research.corpus.reading import sheet_scan
from ect_research.corpus.reading.sheet_scan import shown_of
from ect_research.corpus.reading.workbook_file import read_workbook
from ect_research.corpus.text.dates import FuzzyDate, parse_date
from ect_research.corpus.text.numbers import likely_number

HEAD = ["projet_id", "nom", "benevolat_h", "source_id"]
ROWS = "projet_id;nom;benevolat_h;suivi_debut;source_id\nP1;Le Four;1;2021;S1\nP2;La Scierie;2;;S1\n"


def said(problems):
    return problems[["ligne", "colonne", "valeur", "probleme"]].to_numpy().tolist()


def told_of(path, do):
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("projets")
        for line, row in enumerate([HEAD, ["P1", "Le Four", None, "S1"], ["P2", "La Scierie", None, "S1"]]):
            sheet.write_row(line, 0, row)
        do(book, sheet)
    return [(one.colonne, one.valeur, one.probleme) for one in read_workbook(path).problems]


@pytest.mark.parametrize(
    ("do", "told"),
    [
        (lambda to, at: at.write(1, 1, "Le Four", to.add_format({"font_strikeout": True})),
         ("nom", "B2", "1 cellule(s) barrées, lues comme les autres")),
        (lambda to, at: at.write_rich_string(2, 1, to.add_format({"font_strikeout": True}), "La ", "Scierie"),
         ("nom", "B3", "1 cellule(s) barrées, lues comme les autres")),
        (lambda _to, at: at.write_comment(1, 1, "abandonné en 2023"), ("nom", "B2", "1 note(s) de cellule, non lues")),
        (lambda _to, at: at.insert_textbox(6, 1, "abandonné"), ("", "", "1 texte(s) posés sur la feuille, non lus")),
        (lambda _to, at: at.set_column(2, 2, 0), ("benevolat_h", "", "colonne C masquée, lue comme les autres")),
        (lambda to, at: at.write(1, 2, 1.2, to.add_format({"num_format": '0.0"k€"'})),
         ("benevolat_h", "1.2",
          "1 cellule(s) montrées en milliers ou en millions : le tableur enregistre 1.2, sans multiplier")),
        *((lambda to, at, look=look, value=value: at.write(1, 2, value, to.add_format(look)),
           ("benevolat_h", "C2",
            "1 cellule(s) dont la feuille ne montre rien, ou pas tout (couleur du fond, format vide), lues comme les autres"))
          for look, value in (({"font_color": "#FFFFFF"}, 3), ({"font_color": "#112233", "bg_color": "#112233"}, "a"),
                              ({"num_format": ";;;"}, "a"), ({"num_format": "0;-0;;@"}, 0))),
        (lambda to, at: at.write_rich_string(2, 1, "La ", to.add_format({"font_color": "#FFFFFF"}), "Scierie"),
         ("nom", "B3",
          "1 cellule(s) dont la feuille ne montre rien, ou pas tout (couleur du fond, format vide), lues comme les autres")),
        *((lambda to, at, look=look: at.conditional_format("B1:B9", {
            "type": "cell", "criteria": "==", "value": 0, "format": to.add_format(look)}),
           ("nom", "B1", "1 mise(s) en forme conditionnelle qui écrivent dans la couleur du fond, ou rien (B1)"))
          for look in ({"font_color": "#FFFFFF"}, {"font_color": "#FF0000", "bg_color": "#FF0000"}, {"num_format": ";;;"})),
    ],
)  # fmt: skip
def test_what_is_marked_on_a_cell_or_beside_it_is_said_once(tmp_path, do, told):
    assert told_of(tmp_path / "projets.xlsx", do) == [told]


@pytest.mark.parametrize(("look", "value"), [
    ({"font_color": "#FFFFFF", "bg_color": "#000080"}, "a"), ({"num_format": "0;-0;;@"}, 5), ({"num_format": ";;"}, "a"),
    ({"num_format": '_-* # ##0 €_-;-* # ##0 €_-;_-* "-"?? €_-;_-@_-'}, 0), ({"num_format": "[h]:mm"}, 0.5),
    ({"bg_color": "#FFFFFF"}, "a"),
])  # fmt: skip
def test_what_a_look_shows_is_not_said_to_be_hidden(tmp_path, look, value):
    assert told_of(tmp_path / "projets.xlsx", lambda to, at: at.write(1, 2, value, to.add_format(look))) == []


@pytest.mark.parametrize("do", [
    lambda to, at: at.write_rich_string(2, 1, "La ", to.add_format({"font_color": "#FFFFFF"}), "Scierie",
                                        to.add_format({"bg_color": "#000080"})),
    lambda to, at: at.write_rich_string(2, 1, "La ", to.add_format({"font_color": "#FF0000"}), "Scierie"),
    lambda to, at: at.conditional_format("B2:B9", {"type": "duplicate", "format": to.add_format({"font_color": "#9C0006"})}),
    lambda to, at: at.conditional_format(
        "B2:B9", {"type": "duplicate", "format": to.add_format({"font_color": "#FFFFFF", "bg_color": "#9C0006"})}),
    lambda _to, at: at.conditional_format("C2:C9", {"type": "data_bar"}),
])  # fmt: skip
def test_what_a_run_or_a_condition_shows_is_not_said_to_be_hidden(tmp_path, do):
    assert told_of(tmp_path / "projets.xlsx", do) == []


def test_a_row_without_end_is_refused_before_it_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(sheet_scan, "_MOST_IN_A_TREE", 9)
    refused = told_of(tmp_path / "projets.xlsx", lambda _to, at: at.write(1, 1, "=1+1"))
    assert refused == [("", "", "classeur piégé : une ligne ou un style sans fin")]


def test_an_ods_says_the_same_and_a_formula_that_shows_nothing_is_a_blank(tmp_path):
    base = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{name}="{base}:{said}:1.0"' for name, said in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle"),
        ("draw", "drawing"), ("fo", "xsl-fo-compatible")))  # fmt: skip

    def cell(inside, more='office:value-type="string"'):
        return f"<table:table-cell {more}>{inside}</table:table-cell>"

    def row(*cells):
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    styles = (
        '<number:number-style style:name="N1"><number:number/><number:text>k€</number:text></number:number-style>'
        '<number:number-style style:name="N2"><number:number number:display-factor="1000"/><number:text>k€</number:text>'
        '</number:number-style><style:style style:name="S1"><style:text-properties style:text-line-through-style="solid"/>'
        '</style:style><style:style style:name="T1"><style:text-properties style:text-line-through-type="none"/></style:style>'
        '<style:style style:name="W1"><style:text-properties fo:color="#ffffff"/></style:style>'
        '<style:style style:name="D1"><style:table-cell-properties fo:background-color="#000080"/></style:style>'
        '<style:style style:name="K1" style:data-style-name="N1"/><style:style style:name="K2" style:data-style-name="N2"/>'
    )
    body = "".join((
        row(*(cell(f"<text:p>{name}</text:p>") for name in HEAD)),
        row(cell("<text:p>P1</text:p>", 'table:style-name="S1" office:value-type="string"'),
            cell('<text:p><text:span text:style-name="S1">Le</text:span><text:span text:style-name="T1"> Four</text:span>'
                 "</text:p>"),
            cell("<text:p>1,2k€</text:p>", 'table:style-name="K1" office:value-type="float" office:value="1.2"'),
            cell("<office:annotation><text:p>non</text:p></office:annotation><text:p>S1</text:p>")),
        row(cell("<text:p>P2</text:p>", 'table:style-name="W1" office:value-type="string"'),
            cell("<text:p/>", 'table:formula="of:=&quot;&quot;"'),
            cell("<text:p>1k€</text:p>", 'table:style-name="K2" office:value-type="float" office:value="1200"'),
            cell("<draw:custom-shape><text:p>abandonné</text:p></draw:custom-shape>", 'table:formula="of:=1"')),
        row(cell("<text:p/>", 'office:value-type="string" office:string-value="P3"'), cell("<text:p>Le Pré</text:p>"),
            cell("<text:p/>", 'office:value-type="float" office:value="7"'), cell("<text:p>S1</text:p>")),
        row(cell("<text:p>P4</text:p>"), cell('<text:p>La <text:span text:style-name="W1">Cour</text:span></text:p>'),
            cell("<text:p>0</text:p>", 'office:value-type="float" office:value="0"'),
            cell('<text:p><text:span text:style-name="W1">S1</text:span></text:p>',
                 'table:style-name="D1" office:value-type="string"')),
    ))  # fmt: skip
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{base}:manifest:1.0"/>')
        archive.writestr(
            "settings.xml",
            f'<office:document-settings {spaces} xmlns:config="{base}:config:1.0"><config:config-item '
            'config:name="ShowZeroValues" config:type="boolean">false</config:config-item></office:document-settings>',
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
            f'<office:spreadsheet><table:table table:name="projets">{body}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        )
    (tmp_path / "projets.ods").write_bytes(memory.getvalue())
    reading = read_workbook(tmp_path / "projets.ods")
    assert reading.tables[0].rows[2] == (4, ["P3", "Le Pré", "7", "S1"])
    assert {(one.valeur, one.probleme) for one in reading.problems} == {
        ("A3, A4, C4, B5, C5",
         "5 cellule(s) dont la feuille ne montre rien, ou pas tout (couleur du fond, format vide), lues comme les autres"),
        ("A2, B2", "2 cellule(s) barrées, lues comme les autres"), ("D2", "1 note(s) de cellule, non lues"),
        ("", "1 texte(s) posés sur la feuille, non lus"),
        ("B3", "1 formule(s) : la valeur calculée au dernier enregistrement est lue"),
        ("D3", "formule sans valeur calculée : le contenu est perdu"),
        ("1.2", "1 cellule(s) montrées en milliers ou en millions : le tableur enregistre 1.2, sans multiplier"),
    }  # fmt: skip


@pytest.mark.parametrize(("code", "shown"), [
    ('0.0" k€"', "milliers"), ('0.0\\ "M€"', "milliers"), ('0," k€"', ""), ('0 "km"', ""), ('0 "kg"', ""),
    ("[$-40C]d\\ mmmm\\ yyyy", ""), ('# ##0 "€"', ""),
])  # fmt: skip
def test_a_format_that_says_thousands_without_dividing_misleads_and_a_kilometre_does_not(code, shown):
    assert shown_of(code) == shown


@pytest.mark.parametrize(("row", "told"), [
    (";Total;3;;", ["nom", "Total", "ligne de total, pas un fait"]),
    ("Moyenne;;3;;", ["projet_id", "Moyenne", "ligne de total, pas un fait"]),
    ("Source : enquête 2024;;;;", ["projet_id", "Source : enquête 2024", "une remarque dans le tableau, pas un fait"]),
])  # fmt: skip
def test_a_row_that_is_no_fact_is_one_problem_wherever_it_says_so(make_corpus, row, told):
    assert said(check_corpus(make_corpus(projets=ROWS + row + "\n"))) == [[4, *told]]


def test_a_project_typed_without_its_code_yet_is_no_remark(make_corpus):
    (code, _) = said(check_corpus(make_corpus(projets=ROWS + ";Le Lavoir;;;\n")))
    assert code[1:] == ["projet_id", "", "valeur obligatoire absente"]


@pytest.mark.parametrize("shown", ["#N/A", "#VALEUR !", "#NOM ?", "#DIV/0!", "Err:502", "#####", "#N/D"])
def test_an_error_that_a_spreadsheet_exported_is_one_error_and_no_name(make_corpus, shown):
    problems = said(check_corpus(make_corpus(projets=ROWS.replace("Le Four", shown).replace("2021", shown))))
    assert [[line, column, text] for line, column, text, _ in problems] == [
        [2, "nom", shown],
        [2, "suivi_debut", shown],
    ]


def test_a_name_that_starts_with_a_hash_is_a_name(make_corpus):
    assert load_corpus(make_corpus(projets=ROWS.replace("Le Four", "#coop"))).tables["projets"]["nom"][0] == "#coop"


def test_a_name_as_long_as_a_page_is_said_and_a_long_note_is_not(make_corpus):
    rows = (
        ROWS.replace("source_id", "source_id;note", 1)
        .replace("2021;S1", f"2021;S1;{'n' * 5000}")
        .replace(";;S1", ";;S1;")
    )
    assert said(check_corpus(make_corpus(projets=rows))) == []
    (told,) = said(check_corpus(make_corpus(projets=rows.replace("Le Four", "b" * 700))))
    assert told[:2] == [2, "nom"] and told[3] == "texte de 700 signes, que figures et tableaux couperont"
    (told,) = said(check_corpus(make_corpus(projets=rows.replace("n" * 5000, "n" * 32_767))))
    assert told[3] == "texte de 32767 signes : un tableur coupe là"
    twice = rows.replace("Le Four", "b" * 700).replace("La Scierie", "b" * 700)
    told = said(check_corpus(make_corpus(projets=twice)))
    assert [line for line, *_, problem in told if "700 signes" in problem] == [2, 3]


@pytest.mark.parametrize(("text", "low", "high"), [
    ("3T2024", "2024-07-01", "2024-09-30"), ("T3/2024", "2024-07-01", "2024-09-30"), ("2024 Q3", "2024-07-01", "2024-09-30"),
    ("3e trim. 2024", "2024-07-01", "2024-09-30"), ("S1-2025", "2025-01-01", "2025-06-30"),
    ("1er sem. 2025", "2025-01-01", "2025-06-30"),
    ("à l’été 2024", "2024-06-21", "2024-09-20"), ("12-mars-2024", "2024-03-12", "2024-03-12"),
    ("mars/2024", "2024-03-01", "2024-03-31"),
    ("2024/03/12", "2024-03-12", "2024-03-12"), ("12/03/2024 00:00", "2024-03-12", "2024-03-12"),
    ("March 2024", "2024-03-01", "2024-03-31"),
    ("12 / 03 / 2024", "2024-03-12", "2024-03-12"), ("1 er mai 2024", "2024-05-01", "2024-05-01"),
])  # fmt: skip
def test_the_same_date_spelt_otherwise_is_read_and_logged(make_corpus, text, low, high):
    corpus = load_corpus(make_corpus(projets=ROWS.replace("2021", text)))
    table, log = corpus.tables["projets"], corpus.log.query("colonne == 'suivi_debut'")
    assert [str(table[f"suivi_debut_{end}"][0])[:10] for end in ("min", "max")] == [low, high]
    assert log["ancienne"].tolist() == [text] and log["nature"].tolist() == ["reparation"]


@pytest.mark.parametrize(("text", "low", "high"), [
    ("du 12 au 15 mars 2024", "2024-03-12", "2024-03-15"), ("12 et 13 mars 2024", "2024-03-12", "2024-03-13"),
    ("entre mars et juin 2024", "2024-03-01", "2024-06-30"), ("mars-juin 2024", "2024-03-01", "2024-06-30"),
    ("hiver 2023-2024", "2023-12-21", "2024-03-20"), ("dès 2020", "2020-01-01", "None"),
    ("jusqu’au 12/03/2020", "None", "2020-03-12"),
])  # fmt: skip
def test_bounds_that_share_a_month_or_a_year_say_it_once(text, low, high):
    read = parse_date(text)
    assert isinstance(read, FuzzyDate) and [str(read.low), str(read.high)] == [low, high]


@pytest.mark.parametrize(("text", "proposed"), [
    ("après 12/03/24", "après 12/03/2024"), ("avant fin 2023", "avant 2023 T4 ou 2023 S2, sinon 2023"),
    ("courant mars 2024", "mars 2024, avec la certitude « Incertain, une seule voix »"),
    ("~2019", "2019, avec la certitude « Incertain, une seule voix »"), ("2023-24", "entre 2023 et 2024"),
    ("mardi 12 mars 2024", "12 mars 2024"), ("12-mars-24", "12 mars 2024"), ("2020 ou 2021", "entre 2020 et 2021"),
    ("12/03/2024 14:30:00", "12/03/2024"), ("20240312", "12/03/2024"), ("12 mars", "y ajouter l’année"),
    ("à préciser", "vider la case"), ("début 2020 - fin 2021", ""), ("hiver 2023-2025", ""),
])  # fmt: skip
def test_a_date_that_may_mean_another_is_asked_and_nothing_typed_is_dropped(text, proposed):
    problem = parse_date(text)
    assert not isinstance(problem, FuzzyDate) and not problem.sure and problem.suggestion == proposed


@pytest.mark.parametrize(("text", "proposed"), [
    ("1,2 k€", "vouliez-vous dire « 1200 » ?"), ("2 millions", "vouliez-vous dire « 2000000 » ?"),
    (",5", "vouliez-vous dire « 0,5 » ?"),
    ("10-12", "un seul nombre ; la fourchette va en note"), ("12 mois", "vouliez-vous dire « 12 » ?"),
    ("> 5", "« 5 », et « > » dans la colonne qui dit l’approximation, ou en note"),
    ("env. 15", "« 15 », et « env. » dans la colonne qui dit l’approximation, ou en note"),
    ("1 200 CHF", "le convertir en euros, et dire en note la monnaie et le taux"),
])  # fmt: skip
def test_what_is_proposed_for_a_number_is_the_number_that_was_meant(text, proposed):
    assert likely_number(text) == proposed


@pytest.mark.parametrize("text", ["9" * 400, "1234567890123456789"])
def test_a_number_that_would_lose_its_digits_is_refused(make_corpus, text):
    (problem,) = said(check_corpus(make_corpus(projets=ROWS.replace(";1;", f";{text};"))))
    assert problem[3] == "nombre trop grand pour être lu au chiffre près"


@pytest.mark.parametrize(("cell", "place", "remedy"), [
    ("39000", "Lons-le-Saunier CEDEX", "écrire 39300, code de Lons-le-Saunier"),
    ("39015", "39015 LONS LE SAUNIER CEDEX 2",
     "écrire 39300, code de Lons-le-Saunier (un code postal n’est pas un code Insee)"),
    ("39000 Lons-le-Saunier", "", "écrire 39300, code de Lons-le-Saunier"),
    ("Poligny (Jura)", "", "écrire 39434, code de Poligny"),
    ("39300 / 39434", "", "un seul code, celui du lieu principal ; les autres dans « Lieu, comme la source le dit »"),
    ("1347", "Le Sentier",
     ("vouliez-vous dire « 01347 » ? ; si c’est un code postal suisse, vider la case et l’écrire dans "
     "« Lieu, comme la source le dit »"),
     ),
    ("2a004", "Ajaccio", "vouliez-vous dire « 2A004 » ?"),
])  # fmt: skip
def test_a_place_as_postmen_clerks_and_neighbours_write_it_gets_its_code(make_corpus, cell, place, remedy):
    head = "projet_id;nom;commune_insee;cog_millesime;lieu_dit;source_id\n"
    problems = check_corpus(make_corpus(projets=f"{head}P1;a;{cell};2026;{place};S1\nP2;b;39300;2026;;S1\n"))
    assert problems["suggestion"].tolist() == [remedy]


def test_a_homonym_out_of_the_base_map_is_not_said_to_be_another_commune(make_corpus):
    head = "projet_id;nom;commune_insee;cog_millesime;lieu_dit;source_id\n"
    rows = "P1;a;97411;2026;Saint-Denis;S1\nP2;b;39300;2026;;S1\nP4;d;93434;2026;Poligny;S1\n"
    assert check_corpus(make_corpus(projets=head + rows)).query("ligne > 0")["ligne"].tolist() == [4]


@pytest.mark.parametrize(("typed", "code"), [
    ("VRAI", "oui"), ("yes", "oui"), ("1", "oui"), ("x", "oui"), ("Oui, mais", "oui"), ("0", "non"), ("FALSE", "non"),
    ("N", "non"),
])  # fmt: skip
def test_a_yes_in_any_spelling_finds_its_answer(make_corpus, typed, code):
    problems = check_corpus(make_corpus(projets=f'projet_id;nom;accompagne;source_id\nP1;a;"{typed}";S1\nP2;b;;S1\n'))
    assert problems["suggestion"].item().endswith(f"({code}) ?")


def test_an_other_of_a_form_finds_the_answer_other(make_corpus):
    problems = check_corpus(
        make_corpus(projets="projet_id;nom;thematique;source_id\nP1;a;Autre : le jeu;S1\nP2;b;;S1\n")
    )
    assert problems["suggestion"].item() == "vouliez-vous dire « Autre » ?"


@pytest.mark.parametrize("typed", ["inconnu", "?", "n/a", "NC", "à préciser"])
def test_an_unknown_number_is_a_blank_cell(make_corpus, typed):
    (problem,) = check_corpus(make_corpus(projets=ROWS.replace(";1;", f";{typed};"))).itertuples()
    assert problem.suggestion == "une valeur inconnue se dit par une case vide"


def test_bars_separate_as_semicolons_do(make_corpus):
    assert load_corpus(make_corpus(projets=ROWS.replace(";", "|"))).tables["projets"]["nom"].tolist() == [
        "Le Four",
        "La Scierie",
    ]


@pytest.mark.parametrize("lock", ["~$projets.csv", ".~lock.projets.csv#"])
def test_a_file_open_in_a_spreadsheet_is_said_by_the_check_and_changes_no_corpus(make_corpus, lock):
    folder = make_corpus()
    (folder / lock).write_text("Le poste de quelqu’un", encoding="utf-8")
    (problem,) = check_corpus(folder).itertuples()
    assert (
        problem.fichier == "projets.csv" and problem.niveau == "alerte" and "ouvert dans un tableur" in problem.probleme
    )
    assert load_corpus(folder).warnings.empty


@pytest.mark.parametrize("name", ["projets (1).csv", "projets - Copie.csv"])
def test_a_copy_left_in_the_folder_is_said_to_be_one(make_corpus, name):
    folder = make_corpus()
    (folder / name).write_text(ROWS, encoding="utf-8")
    assert check_corpus(folder)["suggestion"].item().startswith("si c’est une copie, la sortir du dossier")


@pytest.mark.parametrize(("table", "rows", "column"), [
    ("projets", "projet_id;nom;source_id\nP1;Le Four;S1\nP2;LE  FOUR;S1\n", "nom"),
    ("acteurs", ("acteur_id;nom;nature;source_id\nA1;Coop d’été;organisation;S1\nA2;COOP D'ETE;organisation;S1\n"
     "A3;Le Relais;organisation;S1\n"), "nom"),
    ("acteurs", ("acteur_id;nom;nature;siren;source_id\nA1;Coop;organisation;123456789;S1\nA2;Val;organisation;123456789;S1\n"
     "A3;Le Relais;organisation;;S1\n"), "siren"),
    ("evenements", ("evenement_id;projet_id;type_evenement;date_debut;source_id;certitude\n"
     "E1;P1;statuts_deposes;12/03/2020;S1;2_declare\nE2;P1;statuts_deposes;2020-03-12;S2;2_declare\n"), "date_debut"),
])  # fmt: skip
def test_one_thing_told_under_two_codes_is_said(make_corpus, table, rows, column):
    (problem,) = check_corpus(make_corpus(**{table: rows})).itertuples()
    assert (problem.ligne, problem.colonne, problem.niveau) == (3, column, "alerte") and "ligne 2" in problem.probleme


def test_two_workshops_of_a_month_are_two(make_corpus):
    events = "evenement_id;projet_id;type_evenement;date_debut;source_id;certitude\n"
    rows = "".join(f"E{n};P1;atelier_tenu;03/2024;S1;2_declare\n" for n in (1, 2))
    assert check_corpus(make_corpus(evenements=events + rows)).empty


def test_no_zero_is_proposed_before_a_letter(make_corpus):
    (problem,) = check_corpus(make_corpus(liens="lien_id;acteur_a;acteur_b;source_id\nL1;A1;A1;S1\n")).itertuples()
    assert problem.suggestion == ""


ANSWERS = "reponse_id;repondant_id;vague;date;projet_id;vitalite_1\n"


@pytest.mark.parametrize(("first", "second", "private", "told"), [
    ("R-01", "r-01", False, [3]), ("R-01", "R01", False, [3]), ("R-01", "R-02", False, []), ("R1", "R01", False, [3]),
    ("Éloïse Durand", "DURAND Eloise", True, [3]), ("Éloïse Durand", "eloise durand", True, []),
    ("Éloïse Durand", "Élise Durand", True, []),
])  # fmt: skip
def test_a_respondent_spelt_in_two_ways_is_said_without_the_name(
    make_corpus, monkeypatch, first, second, private, told
):
    monkeypatch.setenv("ECT_CLE", "une-clé-inventée-pour-les-essais")
    folder = make_corpus()
    where = folder / "private" if private else folder
    where.mkdir(exist_ok=True)
    (where / "maturite.csv").write_text(
        f"{ANSWERS}M1;{first};t0;2023;P1;3\nM2;{second};t1;2024;P1;4\n", encoding="utf-8"
    )
    problems = check_corpus(folder)
    assert problems["ligne"].tolist() == told and not problems.astype("str").to_string().count("Durand")


def test_two_answers_of_one_person_in_one_wave_are_said(make_corpus):
    rows = "M1;R01;t0;2023;P1;3\nM2;R01;t0;2024;P1;4\nM3;R01;t1;2024;P1;4\n"
    assert check_corpus(make_corpus(maturite=ANSWERS + rows))["ligne"].tolist() == [3]


def test_a_tie_entered_both_ways_and_a_broker_who_is_a_party_are_said_once(make_corpus, tables):
    actors = tables["acteurs"].splitlines()
    one, other = (line.split(";")[0] for line in actors[1:3])
    source = tables["sources"].splitlines()[1].split(";")[0]
    rows = [f"{one};{other};;2021", f"{other};{one};;2021", f"{other};{one};;2022", f"{one};{other};{one};2023",
            f"{other};{one};{one};2024"]  # fmt: skip
    ties = "lien_id;acteur_a;acteur_b;mediateur_id;date_debut;source_id\n"
    ties += "".join(f"L{n};{row};{source}\n" for n, row in enumerate(rows, 1))
    found = said(check_corpus(make_corpus(liens=ties)))
    assert [one for one in found if "médiateur est" in one[3] or "autre sens" in one[3]] == [
        [3, "acteur_a", other, "1 lien(s) déjà saisis dans l’autre sens, de même nature et aux mêmes dates (L2)"],
        [5, "mediateur_id", one, "2 lien(s) où le médiateur est l’un des deux acteurs (L4, L5)"],
    ]


@pytest.mark.parametrize(("typed", "remedy"), [
    ("1h30", "en heures, « 1,5 »"), ("36:00", "en heures, « 36 »"), ("12'000", "vouliez-vous dire « 12 000 » ?"),
    ("1,5E+3", "vouliez-vous dire « 1500 » ?"),
    ("2024-03-12", "une date : rendre à la cellule le format « standard », et vérifier que la ligne n’est pas décalée"),
    ("½", "vouliez-vous dire « 0,5 » ?"), ("2¾", "vouliez-vous dire « 2,75 » ?"), ("3/0", ""), ("()", ""),
    ("1/2", "écrire « 0,5 » si c’est une fraction, « 1 » si c’est une note sur 2"),
    ("(1 200)", "écrire « 1 200 », ou « -1 200 » si ces parenthèses disent un nombre négatif"),
    *((text, "le résultat d’une formule ou d’une case à cocher : taper le nombre, et vérifier que la ligne n’est pas décalée")
      for text in ("VRAI", "faux", "True")),
])  # fmt: skip
def test_a_number_written_otherwise_gets_the_spelling_to_write(typed, remedy):
    assert likely_number(typed) == remedy


def test_a_duration_of_a_spreadsheet_is_said_in_hours(tmp_path):
    told_of(tmp_path / "projets.xlsx", lambda to, at: at.write(1, 2, 1.5, to.add_format({"num_format": "[h]:mm"})))
    assert read_workbook(tmp_path / "projets.xlsx").tables[0].rows[0] == (2, ["P1", "Le Four", "36:00", "S1"])


def test_the_end_of_file_sign_of_dos_is_no_row(make_corpus):
    assert check_corpus(make_corpus(projets=ROWS + "\x1a")).empty


def test_a_waiver_that_says_too_little_is_said_when_the_corpus_is_checked(make_corpus):
    folder = make_corpus()
    (folder / "derogations.csv").write_text("resultat;qui\nages;CS\n", encoding="utf-8")
    (told,) = check_corpus(folder).itertuples()
    assert (told.fichier, told.probleme) == ("derogations.csv", "colonne absente de derogations.csv")


@pytest.mark.parametrize(("said", "remedy"), [
    ("Projets;P1;Nom du projet", "vouliez-vous dire projets et nom ?"), ("projets;P01;nom", "vouliez-vous dire « P1 » ?"),
])  # fmt: skip
def test_a_correction_that_names_a_label_or_a_near_code_gets_the_right_one(make_corpus, said, remedy):
    folder = make_corpus()
    head = "table;cle;colonne;ancienne;nouvelle;qui;pourquoi\n"
    (folder / "corrections.csv").write_text(f"{head}{said};Le Four commun;Le Four;RD;AG\n", encoding="utf-8")
    assert check_corpus(folder)["suggestion"].tolist() == [remedy]
