"""Broken and hostile files: each is read right, or reported with its address; none is lost, guessed or crashes."""

import io
import struct
import zipfile
import zlib

import pandas as pd
import pytest
import xlsxwriter

from ect_research import check_corpus, load_corpus
from ect_research.corpus.read_csv import read_csv
from ect_research.corpus.read_workbook import read_workbook

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


def lying_about_its_size() -> bytes:
    """A workbook whose shared strings unpack to 40 MB and declare 100 bytes."""
    data = with_part(xlsx(CELLS), "xl/sharedStrings.xml", b"Le Four", b"0" * 40_000_000)
    size = next(
        entry.file_size for entry in zipfile.ZipFile(io.BytesIO(data)).infolist() if entry.file_size > 10_000_000
    )
    return data.replace(struct.pack("<I", size), struct.pack("<I", 100))


SHEET = "xl/worksheets/sheet1.xml"
BOMB = {f"xl/{n}.xml": b"0" * 90_000_000 for n in range(6)}
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
    "texte après un guillemet": ("projets.csv", csv_with(a=("Le Four", '"Le" Four')), "mal formé"),
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
    "bombe zip": ("projets.xlsx", zipped(**BOMB), "anormalement gros"),
    "zip qui ment sur sa taille": ("projets.xlsx", lying_about_its_size(), "abîmé"),
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
    "mot de passe": ("projets.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "abîmé"),
    "nombre dans une liste": ("projets.csv", csv_with(a=("alimentation", "3")), "n’est pas dans la liste"),
    "référence inconnue": ("projets.csv", csv_with(a=("foret_bois;S1", "foret_bois;S9")), "n’existe pas dans la table"),
    "codage impossible": ("projets.csv", csv_with(a=("Le Four", "x")).replace(b"x", bytes([0x00, 0xFF])), "octets nuls"),
    "macro": ("projets.xlsm", xlsx(CELLS), ""),
}  # fmt: skip


@pytest.mark.parametrize("case", REPORTED)
def test_a_broken_file_is_reported_with_its_address(make_corpus, case):
    name, data, words = REPORTED[case]
    folder = make_corpus(projets=None if case != "deux fois la même table" else GOOD)
    (folder / name).write_bytes(data)
    problems = check_corpus(folder)
    if words:
        found = problems[problems["probleme"].str.contains(words, regex=False)]
        assert len(found), problems[["ligne", "colonne", "probleme"]].to_numpy().tolist()
        assert (found["fichier"] == name).any()
        assert (problems["niveau"] == "erreur").any()
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
    "casse et ponctuation": GOOD.replace("alimentation", " ALIMENTATION ;".replace(" ;", "")).encode(),
}


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


def test_a_cell_on_several_lines_with_semicolons_is_a_cell(make_corpus):
    text = GOOD.replace("Le Four", '"Ligne 1\nLigne 2; avec ""guillemets"""')
    assert load_corpus(make_corpus(projets=text)).tables["projets"]["nom"][0] == 'Ligne 1\nLigne 2; avec "guillemets"'


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
    problems = check_corpus(make_corpus(sources=tables["sources"].replace(";;oui", ";;VRAI")))
    assert problems["suggestion"].tolist() == ["vouliez-vous dire « oui » ?"]


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
