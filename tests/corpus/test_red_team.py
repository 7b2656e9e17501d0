"""Broken and hostile files: each is read right, or reported with its address; none is lost, guessed or crashes."""

import io
import struct
import zipfile
import zlib
from datetime import datetime

import pandas as pd
import pytest
import xlsxwriter

from ect_research import load_corpus
from ect_research.corpus.checked.load_corpus import check_corpus
from ect_research.corpus.reading.csv_file import read_csv
from ect_research.corpus.reading.workbook_file import read_workbook

HEAD = "projet_id;nom;thematique;source_id\n"
ROWS = "P1;Le Four;alimentation;S1\nP2;La Scierie;foret_bois;S1\n"
GOOD = HEAD + ROWS


def csv_with(**changes: str) -> bytes:
    text = GOOD
    for before, after in changes.values():
        text = text.replace(before, after)
    return text.encode()


def xlsx(rows, sheet="projets", **options) -> bytes:
    memory = io.BytesIO()
    workbook = xlsxwriter.Workbook(memory, {"in_memory": True})
    page = workbook.add_worksheet(sheet)
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            page.write_string(line, column, cell)
    if "do" in options:
        options["do"](workbook, page)
    workbook.close()
    return memory.getvalue()


CELLS = [line.split(";") for line in GOOD.splitlines()]


def spreadsheet(do) -> bytes:
    return xlsx(CELLS, do=do)


def zipped(**parts: bytes) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return memory.getvalue()


def with_part(data: bytes, part: str, before: bytes, after: bytes) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(before, after) if name == part else content)
    return memory.getvalue()


def bomb() -> bytes:
    """A zip of 540 MB once unpacked."""
    zeros = b"0" * 90_000_000
    return zipped(**{f"xl/{n}.xml": zeros for n in range(6)})


def lying_about_its_size() -> bytes:
    """A workbook whose shared strings unpack to 40 MB and declare 100 bytes."""
    data = with_part(xlsx(CELLS), "xl/sharedStrings.xml", b"Le Four", b"0" * 40_000_000)
    size = next(
        entry.file_size for entry in zipfile.ZipFile(io.BytesIO(data)).infolist() if entry.file_size > 10_000_000
    )
    return data.replace(struct.pack("<I", size), struct.pack("<I", 100))


def without_part(data: bytes, part: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return zipped(**{name: source.read(name) for name in source.namelist() if name != part})


def hours(said: str) -> bytes:
    return csv_with(a=("thematique", "benevolat_h"), b=("alimentation", said), c=("foret_bois", "12"))


def two_sheets(*names: str) -> bytes:
    memory = io.BytesIO()
    workbook = xlsxwriter.Workbook(memory, {"in_memory": True})
    for name in names:
        page = workbook.add_worksheet(name)
        for line, row in enumerate(CELLS):
            page.write_row(line, 0, row)
    workbook.close()
    return memory.getvalue()


def ods(rows) -> bytes:
    base = "urn:oasis:names:tc:opendocument:xmlns"
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    content = (
        f'<office:document-content xmlns:office="{base}:office:1.0" xmlns:table="{base}:table:1.0" xmlns:text="{base}:text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="projets">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = f'<manifest:manifest xmlns:manifest="{base}:manifest:1.0"/>'.encode()
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped(**{"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content.encode()})


def ole(name: str) -> bytes:
    """A compound file with one empty stream, as an encrypted .xlsx is one."""
    head = struct.pack("<8s16xHHHHH10xIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 62, 3, 0xFFFE, 9, 6, 1, 1, 0,
                       4096, 0xFFFFFFFE, 0, 0xFFFFFFFE)  # fmt: skip
    head = (
        head[:44]
        + struct.pack("<IIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
        + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    )
    table = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    entries = b""
    for kind, said in ((5, "Root Entry"), (2, name)):
        text = said.encode("utf-16-le")
        one = text.ljust(64, b"\0") + struct.pack("<HBB12x", len(text) + 2, kind, 1)
        entries += one.ljust(116, b"\0") + struct.pack("<II4x", 0xFFFFFFFE, 0)
    return head[:512] + table + entries.ljust(512, b"\0")


FULL_ROWS = (
    b'<table:table-row table:number-rows-repeated="1048573"><table:table-cell office:value-type="string"><text:p>P9'
    b"</text:p></table:table-cell></table:table-row></table:table>"
)
SHEET = "xl/worksheets/sheet1.xml"
DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'

REPORTED = {
    "fichier vide": ("projets.csv", b"", "fichier vide"),
    "espaces seuls": ("projets.csv", b" \n;;;\n\n", "fichier vide"),
    "BOM seul": ("projets.csv", b"\xef\xbb\xbf", "fichier vide"),
    "octet nul": ("projets.csv", csv_with(a=("Four", "Fo\x00ur")), "octets nuls (le premier ligne 2)"),
    "en-tête en double": ("projets.csv", csv_with(a=("thematique", "nom")), "colonne en double"),
    "deux noms d'une colonne": ("projets.csv", csv_with(a=("thematique", "Nom du projet")), "deux colonnes pour la même"),
    "colonne sans nom": ("projets.csv", csv_with(a=("thematique", "")), "colonne sans nom"),
    "colonne mal écrite": ("projets.csv", csv_with(a=("thematique", "tematique")), "colonne inconnue"),
    "colonne obligatoire absente": ("projets.csv", csv_with(a=("nom;", "note;")), "colonne obligatoire absente"),
    "ligne courte": ("projets.csv", csv_with(a=("alimentation;S1", "alimentation")), "3 cellules pour 4"),
    "ligne longue": ("projets.csv", csv_with(a=("alimentation;S1", "alimentation;S1;perdu")), "5 cellules pour 4"),
    "guillemet jamais fermé": ("projets.csv", csv_with(a=("Le Four", '"Le Four')), "jamais fermé"),
    "guillemet qui avale une ligne": (
        "projets.csv",
        (HEAD + 'P1;"Le Four;alimentation;S1\nP2;La Scierie";foret_bois;S1\n').encode(),
        "les lignes 2 à 3 n’en font plus qu’une",
    ),
    "texte après un guillemet": ("projets.csv", csv_with(a=("Le Four", '"Le" Four')), "suit un guillemet fermé"),
    "un seul champ": ("projets.csv", b"projet_id\nP1\nP2\n", "aucun séparateur"),
    "UTF-16 coupé": ("projets.csv", GOOD.encode("utf-16")[:-1], "coupé ou abîmé"),
    "accents abîmés": ("projets.csv", csv_with(a=("Le Four", "LâÃ©picerie")), "accents abîmés"),
    "ligne de total": ("projets.csv", csv_with(a=("P2;La Scierie", "TOTAL;22")), "ligne de total"),
    "code en double": ("projets.csv", csv_with(a=("P2", "P1")), "code en double"),
    "classeur nommé csv": ("projets.csv", xlsx(CELLS), "classeur, pas un CSV"),
    "csv nommé xlsx": ("projets.xlsx", GOOD.encode(), "pas un classeur"),
    "page web nommée xls": ("projets.xls", b"<html><table><tr><td>P1</td></tr></table></html>", "page web"),
    "image nommée xlsx": ("projets.xlsx", b"\x89PNG\r\n\x1a\n0000", "pas un classeur"),
    "xlsx vide": ("projets.xlsx", b"", "fichier vide"),
    "xlsx coupé": ("projets.xlsx", xlsx(CELLS)[:900], "abîmé"),
    "zip sans classeur": ("projets.xlsx", zipped(**{"lisez.txt": b"rien"}), "illisible"),
    "bombe zip": ("projets.xlsx", bomb, "anormalement gros"),
    "zip qui ment sur sa taille": ("projets.xlsx", lying_about_its_size, "abîmé"),
    "entités xml": (
        "projets.xlsx", with_part(xlsx(CELLS), "xl/workbook.xml", b"<workbook", DOCTYPE + b"<workbook"), "piégé",
    ),
    "cellule au bout du monde": (
        "projets.xlsx", spreadsheet(lambda _b, page: page.write_string(1_048_575, 16_383, "x")), "isolée",
    ),
    "formule sans valeur": (
        "projets.xlsx", with_part(spreadsheet(lambda _b, page: page.write_formula(1, 1, "=A2", None, "x")), SHEET,
                                  b"<v>x</v>", b""), "formule sans valeur calculée",
    ),
    "cellule en erreur": (
        "projets.xlsx", with_part(spreadsheet(lambda _b, page: page.write_formula(1, 1, "=1/0", None, "#DIV/0!")), SHEET,
                                  b"rien", b""), "cellule en erreur (B2)",
    ),
    "table dans une feuille masquée": (
        "projets.xlsx",
        spreadsheet(lambda book, page: (book.add_worksheet("autre").activate(), page.hide())),
        "dans une feuille masquée",
    ),
    "feuille mal nommée": ("corpus.xlsx", xlsx(CELLS, sheet="Feuil1"), "pas une table"),
    "deux fois la même table": ("projets.xlsx", xlsx(CELLS), "en double"),
    "mot de passe": ("projets.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "illisible"),
    "nombre dans une liste": ("projets.csv", csv_with(a=("alimentation", "3")), "n’est pas dans la liste"),
    "référence inconnue": ("projets.csv", csv_with(a=("foret_bois;S1", "foret_bois;S9")), "n’existe pas dans la table"),
    "codage impossible": ("projets.csv", csv_with(a=("Le Four", "x")).replace(b"x", bytes([0x00, 0xFF])), "octets nuls"),
    "macro": ("projets.xlsm", xlsx(CELLS), ""),
}  # fmt: skip
CRUEL = {
    "seconde table sous la première": (
        "projets.xlsx",
        xlsx([*CELLS, ["acteur_id", "nom", "nature", "source_id"], ["A9", "Coop", "organisation", "S1"]]),
        "une seconde table",
    ),
    "seconde table à côté": (
        "projets.xlsx",
        xlsx(
            [
                [*row, "", *more]
                for row, more in zip(CELLS, [["acteur_id", "nom"], ["A9", "x"], ["A8", "y"]], strict=True)
            ]
        ),
        "colonne en double",
    ),
    "en-tête répété au milieu": (
        "projets.csv",
        (GOOD + HEAD + "P3;Le Pré;alimentation;S1\n").encode(),
        "au milieu des faits",
    ),
    "pourcentage": (
        "projets.xlsx",
        xlsx(
            [[*row, more] for row, more in zip(CELLS, ["part_marchand", "", ""], strict=True)],
            do=lambda book, page: page.write_number(1, 4, 0.4, book.add_format({"num_format": "0%"})),
        ),
        "en pourcentage",
    ),
    "monnaie tapée en texte": ("projets.csv", hours("1 234,50 €"), "pas un nombre"),
    "nombre précédé d'une apostrophe": ("projets.csv", hours("'12"), "pas un nombre"),
    "cellule d'un million de signes": (
        "projets.csv",
        csv_with(a=("Le Four", "x" * 1_100_000)),
        "plus de 1000000 signes",
    ),
    "feuilles aux noms voisins": ("corpus.xlsx", two_sheets("Projets", "PROJETS "), "en double"),
    "textes partagés absents": ("projets.xlsx", without_part(xlsx(CELLS), "xl/sharedStrings.xml"), "illisible"),
    "texte partagé qui n'existe pas": (
        "projets.xlsx",
        with_part(xlsx(CELLS), SHEET, b"<v>5</v>", b"<v>999</v>"),
        "illisible",
    ),
    "entités dans un ods": (
        "projets.ods",
        with_part(ods(CELLS), "content.xml", b"<office:document", DOCTYPE + b"<office:document"),
        "piégé",
    ),
    "ligne pleine répétée un million de fois": (
        "projets.ods",
        with_part(ods(CELLS), "content.xml", b"</table:table>", FULL_ROWS),
        "répétée 1048573 fois",
    ),
    "séparateurs mêlés": (
        "projets.csv",
        csv_with(a=("P2;La Scierie;foret_bois;S1", "P2,La Scierie,foret_bois,S1")),
        "1 cellules pour 4",
    ),
    "lettre cyrillique dans un code": (
        "projets.csv",
        csv_with(a=("foret_bois", "f\u043eret_bois")),
        "n’est pas dans la liste",
    ),
    "latin1 collé dans de l'UTF-8": (
        "projets.csv",
        csv_with(a=("Le Four", "été")) + "P3;forêt;alimentation;S1\n".encode("latin1"),
        "pas en UTF-8 comme les autres",
    ),
    "classeur chiffré": ("projets.xlsx", ole("EncryptedPackage"), "mot de passe"),
    "lignes filtrées": (
        "projets.xlsx",
        spreadsheet(
            lambda book, page: (
                page.set_row(2, None, None, {"hidden": True}),
                book.add_worksheet("Feuil2"),
                page.write_string(1, 2, "x"),
            )
        ),
        "masquées ou filtrées",
    ),
    "cellules fusionnées": (
        "projets.xlsx",
        spreadsheet(lambda _book, page: (page.merge_range(1, 1, 2, 1, "Four"), page.write_string(1, 2, "x"))),
        "fusionnées",
    ),
    "cellules fusionnées d'un ods": (
        "projets.ods",
        with_part(
            ods(CELLS),
            "content.xml",
            b'office:value-type="string"><text:p>alimentation',
            b'table:number-rows-spanned="2" office:value-type="string"><text:p>x',
        ),
        "fusionnées",
    ),
}
REPORTED |= CRUEL


@pytest.mark.parametrize("case", REPORTED)
def test_a_broken_file_is_reported_with_its_address(make_corpus, case):
    name, data, words = REPORTED[case]
    folder = make_corpus(projets=None if case != "deux fois la même table" else GOOD)
    (folder / name).write_bytes(data() if callable(data) else data)
    problems = check_corpus(folder)
    if words:
        found = problems[problems["probleme"].str.contains(words, regex=False)]
        assert len(found), problems[["ligne", "colonne", "probleme"]].to_numpy().tolist()
        assert (found["fichier"] == name).any()
        assert (problems["niveau"] == "erreur").any()
        assert len(problems) < 30, "one fault, a flood of problems"
    else:
        assert problems.empty


def test_a_file_that_cannot_be_opened_gives_one_problem_and_no_cascade(make_corpus):
    folder = make_corpus(projets='projet_id;nom;source_id\nP1;"a;S1\n')
    assert len(check_corpus(folder)) == 1


READ_RIGHT = {
    "UTF-8": GOOD.encode(),
    "UTF-8 avec BOM": GOOD.encode("utf-8-sig"),
    "UTF-16": GOOD.encode("utf-16"),
    "UTF-16 sans marque": GOOD.encode("utf-16-le"),
    "UTF-32": GOOD.encode("utf-32"),
    "fins de ligne Windows": GOOD.replace("\n", "\r\n").encode(),
    "fins de ligne d'ancien Mac": GOOD.replace("\n", "\r").encode(),
    "tabulations": GOOD.replace(";", "\t").encode(),
    "virgules": GOOD.replace(";", ",").encode(),
    "ligne sep=": ("sep=;\n" + GOOD).encode(),
    "titre au-dessus": ("Registre des projets;;;\n;;;\nMis à jour le 12/03/2025;;;\n" + GOOD).encode(),
    "titre sans séparateur": ("Registre, version de mars\n\n" + GOOD).encode(),
    "libellés en en-tête": GOOD.replace(HEAD, "Code du projet;NOM DU PROJET;Thematique;Sources\n").encode(),
    "deux en-têtes": ("Code du projet;Nom du projet;Thématique;Sources\n" + GOOD).encode(),
    "lignes vides": GOOD.replace("\n", "\n;;;\n\n").encode(),
    "colonnes vides à droite": GOOD.replace("\n", ";;\n").encode(),
    "espaces insécables": GOOD.replace("Le Four", "\u00a0Le Four\u202f").encode(),
    "guillemets partout": "\n".join(";".join(f'"{c}"' for c in row) for row in CELLS).encode(),
    "libellés en réponse": GOOD.replace("alimentation", "Alimentation et agriculture").encode(),
    "marque d'ordre au milieu": GOOD.replace("P2", "\ufeffP2").encode("utf-8-sig"),
    "deux marques d'ordre": b"\xef\xbb\xbf" + GOOD.encode("utf-8-sig"),
    "espace sans largeur dans un code": GOOD.replace("P2", "P\u200b2").encode(),
    "fins de ligne mêlées": GOOD.replace("\n", "\r\n", 1).replace("S1\n", "S1\r", 1).encode(),
    "en-tête sur plusieurs lignes": GOOD.replace(
        HEAD, '"Code du\nprojet";"Nom du\nprojet";"Thématique";"Sources"\n'
    ).encode(),
    "UTF-16 gros-boutiste sans marque": GOOD.encode("utf-16-be"),
    "casse et ponctuation": GOOD.replace("alimentation", " ALIMENTATION ;".replace(" ;", "")).encode(),
}


@pytest.mark.croisement
@pytest.mark.parametrize("case", READ_RIGHT)
def test_an_odd_file_is_read_as_the_plain_one(make_corpus, case):
    expected = load_corpus(make_corpus(projets=GOOD)).tables["projets"]
    folder = make_corpus(projets=None)
    (folder / "projets.csv").write_bytes(READ_RIGHT[case])
    pd.testing.assert_frame_equal(load_corpus(folder).tables["projets"], expected)


@pytest.mark.parametrize("encoding", ["cp1252", "iso8859-15", "mac_roman", "cp850"])
def test_an_eight_bit_french_file_is_told_by_its_letters_and_says_so(make_corpus, encoding):
    text = GOOD.replace("Le Four", "Épicerie sociale à Conliège, où l'on goûte").replace(
        "La Scierie", "Forêt près du chêne"
    )
    expected = load_corpus(make_corpus(projets=text)).tables["projets"]
    folder = make_corpus(projets=None)
    (folder / "projets.csv").write_bytes(text.encode(encoding))
    corpus = load_corpus(folder)
    pd.testing.assert_frame_equal(corpus.tables["projets"], expected)
    assert corpus.warnings["probleme"].str.contains("codage").any()


READ_RIGHT_IN_A_WORKBOOK = {
    "texte enrichi": xlsx(
        CELLS, do=lambda book, page: page.write_rich_string(1, 1, "Le ", book.add_format({"bold": True}), "Four", " ")
    ),
    "listes déroulantes sans valeur": xlsx(
        CELLS, do=lambda _b, page: page.data_validation(1, 2, 500, 2, {"validate": "list", "source": ["a"]})
    ),
    "feuille protégée": xlsx(CELLS, do=lambda _b, page: page.protect("secret")),
    "filtre posé sans rien masquer": xlsx(CELLS, do=lambda _b, page: page.autofilter(0, 0, 2, 3)),
    "figée et imprimée": xlsx(CELLS, do=lambda _b, page: (page.freeze_panes(1, 1), page.print_area(0, 0, 1, 1))),
}


@pytest.mark.croisement
@pytest.mark.parametrize("case", READ_RIGHT_IN_A_WORKBOOK)
def test_what_a_sheet_shows_beside_its_cells_changes_nothing(make_corpus, case):
    expected = load_corpus(make_corpus(projets=GOOD)).tables["projets"]
    folder = make_corpus()
    (folder / "projets.csv").unlink()
    (folder / "projets.xlsx").write_bytes(READ_RIGHT_IN_A_WORKBOOK[case])
    corpus = load_corpus(folder)
    pd.testing.assert_frame_equal(corpus.tables["projets"], expected)
    assert corpus.warnings.empty


def test_an_empty_ods_row_repeated_to_the_end_of_the_sheet_costs_nothing(make_corpus):
    expected = load_corpus(make_corpus(projets=GOOD)).tables["projets"]
    folder = make_corpus()
    (folder / "projets.csv").unlink()
    rows = b'<table:table-row table:number-rows-repeated="1048573"><table:table-cell table:number-columns-repeated="16384"/>'
    data = with_part(ods(CELLS), "content.xml", b"</table:table>", rows + b"</table:table-row></table:table>")
    (folder / "projets.ods").write_bytes(data)
    pd.testing.assert_frame_equal(load_corpus(folder).tables["projets"], expected)


@pytest.mark.parametrize("since_1904", [True, False])
def test_a_date_is_the_same_in_both_date_systems(make_corpus, tables, since_1904):
    folder = make_corpus(evenements=None)
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True, "date_1904": since_1904})
    page = book.add_worksheet("evenements")
    for line, text in enumerate(tables["evenements"].splitlines()):
        page.write_row(line, 0, text.split(";"))
    page.write_datetime(1, 3, datetime(2025, 3, 12), book.add_format({"num_format": "dd/mm/yyyy"}))  # noqa: DTZ001
    book.close()
    (folder / "evenements.xlsx").write_bytes(memory.getvalue())
    assert load_corpus(folder).tables["evenements"]["date_debut_min"][0] == pd.Timestamp("2025-03-12")


def test_dates_before_1900_are_read_as_text_and_refused_as_cells(make_corpus, tables):
    old = load_corpus(make_corpus(evenements=tables["evenements"].replace("12/03/2024", "12/03/1895"))).tables[
        "evenements"
    ]
    assert old["date_debut_min"][1] == pd.Timestamp("1895-03-12")
    folder = make_corpus(evenements=None)
    rows = [line.split(";") for line in tables["evenements"].splitlines()]
    shown = {"num_format": "dd/mm/yyyy"}

    def dated(book, page):
        for line, number in ((1, 0), (2, 59), (3, 60)):
            page.write_number(line, 3, number, book.add_format(shown))

    (folder / "evenements.csv").unlink()
    (folder / "evenements.xlsx").write_bytes(xlsx(rows, "evenements", do=dated))
    problems = check_corpus(folder)
    assert problems[["ligne", "colonne"]].to_numpy().tolist().count([2, "date_debut"]) == 1
    assert {3, 4} <= set(problems.loc[problems["probleme"].str.contains("mars 1900"), "ligne"])


def test_a_cell_on_several_lines_with_semicolons_is_a_cell(make_corpus):
    cell = '"Ligne 1\nLigne 2; avec ""guillemets"""'
    text = GOOD.replace("Le Four", cell).replace("source_id\n", "source_id;note\n").replace(";S1\n", f";S1;{cell}\n")
    projects = load_corpus(make_corpus(projets=text)).tables["projets"]
    assert projects["note"][0] == 'Ligne 1\nLigne 2; avec "guillemets"'
    assert projects["nom"][0] == 'Ligne 1 Ligne 2; avec "guillemets"'  # a name stands on one line wherever it is shown


def test_computed_formulas_are_read_and_said_once_per_column(make_corpus):
    folder = make_corpus(projets=None)

    def formulas(_book, page):
        page.write_formula(1, 1, '="Le "&"Four"', None, "Le Four")
        page.write_formula(2, 1, '="La "&"Scierie"', None, "La Scierie")

    (folder / "projets.xlsx").write_bytes(spreadsheet(formulas))
    corpus = load_corpus(folder)
    assert corpus.tables["projets"]["nom"].tolist() == ["Le Four", "La Scierie"]
    said = corpus.warnings[corpus.warnings["probleme"].str.contains("formule")]
    assert said[["ligne", "colonne", "valeur"]].to_numpy().tolist() == [[2, "nom", "B2"]]


@pytest.mark.parametrize("text", ["1\u202f234,5", "1 234,5", "1\u00a0234.5", "1234,5"])
def test_french_thousands_and_decimals_are_one_number(make_corpus, tables, text):
    head = "indicateur_id;acteur_id;indicateur;valeur;approximation;unite;cumul;lecture;source_id\n"
    corpus = load_corpus(make_corpus(indicateurs=head + f"N1;A1;reunions;{text};exact;nombre;cumule;sure;S1\n"))
    assert corpus.tables["indicateurs"]["valeur"].tolist() == [1234.5]


def test_a_true_or_false_cell_is_refused_with_what_was_meant(make_corpus, tables):
    problems = check_corpus(make_corpus(sources=tables["sources"].replace(";;oui", ";;VRAI", 1)))
    assert problems["suggestion"].tolist() == ["vouliez-vous dire « Oui » ?"]


@pytest.mark.parametrize(("name", "data"), [("projets.csv", GOOD.encode()), ("projets.xlsx", xlsx(CELLS))])
def test_damaged_bytes_never_crash_the_reader(tmp_path, name, data):
    path = tmp_path / name
    read = read_csv if name.endswith(".csv") else read_workbook
    for seed in range(80):
        noise = zlib.crc32(seed.to_bytes(2, "big"))
        at = noise % len(data)
        path.write_bytes(data[:at] + bytes([noise >> 8 & 255, noise >> 16 & 255]) + data[at + 2 :])
        reading = read(path)
        assert reading.tables or reading.problems
