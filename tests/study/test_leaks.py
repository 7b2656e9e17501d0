import base64
import json
import zlib
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
import xlsxwriter
from matplotlib.figure import Figure

from ect_research.gate.known_names import KnownNames
from ect_research.gate.leaks import leaks_of, texts_of_figure

NAMES = ["Zoé Lefèvre-Özdemir", "Lucie Durand", "Anaïs d’Aubigné", "Li"]


def scan_outputs(folder: Path, names: list[str], allowed: tuple[str, ...] = ()) -> pd.DataFrame:
    """Every leak under a folder that fails: ``nature, extrait``, names masked."""
    known = KnownNames.of(names, tuple(allowed))
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found = [leak for name in sorted(files) for leak in leaks_of(files[name], known, tuple(allowed), shown=name)]
    rows = [(leak.file, leak.nature, leak.extract) for leak in found if leak.fails]
    return pd.DataFrame(rows, columns=["fichier", "nature", "extrait"], dtype="str")


def figure_with(text: str) -> Figure:
    figure = Figure(figsize=(3, 2))
    axes = figure.subplots()
    axes.set_title(text)
    axes.plot([0.1, 0.612345678], [0, 1])
    return figure


def write_csv(path):
    (path / "t.csv").write_text("nom;n\nDURAND LUCIE;3\n", encoding="utf-8-sig")


def write_html(path):
    (path / "p.html").write_text("<p>Ana&iuml;s&nbsp;<b>d&#8217;Aubign&eacute;</b></p>", encoding="utf-8")


def write_xlsx(path):
    workbook = xlsxwriter.Workbook(str(path / "t.xlsx"))
    workbook.add_worksheet().write_string(0, 0, "Lucie  Durand")
    workbook.close()


def write_notebook_output(path):
    cell = {"cell_type": "code", "outputs": [{"data": {"text/plain": ["Lucie\n", "Durand"]}}], "source": []}
    (path / "n.ipynb").write_text(json.dumps({"cells": [cell], "metadata": {}}), encoding="utf-8")


def write_notebook_parameters(path):
    metadata = {"papermill": {"parameters": {"personne": "Zo\u00e9 Lef\u00e8vre-\u00d6zdemir"}}}
    (path / "n.ipynb").write_text(json.dumps({"cells": [], "metadata": metadata}), encoding="utf-8")


def write_pdf(path):
    figure_with("Entretien avec Zoé Lefèvre-Özdemir").savefig(path / "f.pdf")


def write_pdf_editable(path):
    with mpl.rc_context({"pdf.fonttype": 42}):
        figure_with("Entretien avec Anaïs d’Aubigné").savefig(path / "f.pdf")


def write_svg(path):
    with mpl.rc_context({"svg.fonttype": "none"}):
        figure_with("Entretien avec Lucie Durand").savefig(path / "f.svg")


def write_svg_outlines(path):
    with mpl.rc_context({"svg.fonttype": "path"}):
        figure_with("Entretien avec Lucie Durand").savefig(path / "f.svg")


def write_pdf_of_typst(path):
    import typst

    source = b'#set document(title: [Fiche])\n#text(font: "Libertinus Serif")[Entretien avec] *Lucie Durand*'
    (path / "f.pdf").write_bytes(typst.compile({"main": source}, format="pdf", ignore_system_fonts=True))


def write_pdf_title_of_typst(path):
    import typst

    source = b"#set document(title: [Entretien de Zo\xc3\xa9 Lef\xc3\xa8vre-\xc3\x96zdemir])\nFiche"
    (path / "f.pdf").write_bytes(typst.compile({"main": source}, format="pdf", ignore_system_fonts=True))


def write_png_metadata(path):
    figure_with("Figure").savefig(path / "f.png", metadata={"Title": "Entretien de Lucie Durand"})


def write_geojson(path):
    (path / "c.geojson").write_text('{"features": [{"nom": "Ana\\u00efs d\\u2019Aubign\\u00e9"}]}', encoding="utf-8")


def write_picture_in_a_page(path):
    svg = base64.b64encode(b"<svg><text>Entretien avec Lucie Durand</text></svg>").decode()
    (path / "p.html").write_text(f'<img src="data:image/svg+xml;base64,{svg}">', encoding="utf-8")


def write_jsonl(path):
    (path / "r.jsonl").write_text('{"a": 1}\n{"titre": "Lucie Durand"}\n', encoding="utf-8")


PLANTED = [write_csv, write_html, write_xlsx, write_notebook_output, write_notebook_parameters, write_pdf, write_pdf_editable,
           write_pdf_of_typst, write_pdf_title_of_typst,
           write_svg, write_svg_outlines, write_png_metadata, write_geojson, write_jsonl,
           write_picture_in_a_page]  # fmt: skip


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_name_is_found_masked_and_its_file_named(tmp_path, plant):
    plant(tmp_path)
    found = scan_outputs(tmp_path, NAMES)
    assert found["nature"].tolist() == ["nom de personne"]
    assert found["fichier"].tolist() == [path.name for path in tmp_path.iterdir()]
    assert "Durand" not in found["extrait"].item() and "…" in found["extrait"].item()


def test_a_clean_tree_gives_nothing(tmp_path):
    (tmp_path / "t.csv").write_text(
        "projet;date;valeur\nLa Scierie;12/03/2025;0,612345678\nLi;2025-01-02;123456789012\nDurand SARL;0612;33\n"
        "Lucie;1;2\nAubigné (commune d’);39300;0.0612345678\n",
        encoding="utf-8",
    )
    for kind in ("svg", "pdf", "png"):
        figure_with("La Scierie partagée, 2016-2025").savefig(tmp_path / f"f.{kind}")
    (tmp_path / "p.html").write_text(
        f'<img src="data:image/png;base64,{base64.b64encode(zlib.compress(b"x" * 900)).decode()}">'
    )
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": [{"outputs": [{"data": {"image/png": "0612345678AB"}}]}]}))
    assert scan_outputs(tmp_path, NAMES).empty


@pytest.mark.parametrize(
    ("text", "nature"),
    [
        ("écrire à lucie.d@exemple.fr", "courriel"),
        ("tél. 06 12 34 56 78", "téléphone"),
        ("tél. 03.84.12.34.56", "téléphone"),
        ("tél. +33 6 12 34 56 78", "téléphone"),
        ("0384123456", "téléphone"),
        ("/home/lucie.durand/ect/notebook.ipynb", "dossier personnel"),
        (r"C:\Users\lucie\ect", "dossier personnel"),
    ],
)
def test_mail_telephone_and_home_folder_are_found(tmp_path, text, nature):
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    assert scan_outputs(tmp_path, [])["nature"].tolist() == [nature]
    assert text not in scan_outputs(tmp_path, [])["extrait"].item()


def test_what_may_be_published_is_let_through(tmp_path):
    (tmp_path / "t.txt").write_text("contact@exemple.fr, Lucie Durand", encoding="utf-8")
    assert scan_outputs(tmp_path, NAMES, allowed=["contact@exemple.fr", "Lucie Durand"]).empty


def test_every_order_of_the_words_of_a_name_is_known():
    known = KnownNames.of(["Anaïs d’Aubigné"])
    for text in ("D'AUBIGNE Anais", "aubigne, anais d", "Anaïs d’Aubigné"):
        assert known.within(text)
    assert not known.within("Anaïs Aubry")


def test_the_words_of_a_figure_are_read_before_it_becomes_pixels():
    known = KnownNames.of(NAMES)
    found = {name for text in texts_of_figure(figure_with("Lucie\nDurand")) for name in known.within(text)}
    assert found == {"L… D…"}
    assert not any(known.within(text) for text in texts_of_figure(figure_with("La Scierie")))


@pytest.mark.croisement
def test_the_scan_changes_no_file(tmp_path):
    for plant in PLANTED:
        plant(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    scan_outputs(tmp_path, NAMES)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
