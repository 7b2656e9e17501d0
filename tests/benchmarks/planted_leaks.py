"""Leaks of invented persons, kind by kind, as people make them; and what only looks like one."""
# ruff: noqa: E501 - one leak beside the other

from __future__ import annotations

import base64
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ["Lucie Durand", "Éloïse Lefèvre", "Zoé Lefèvre-Özdemir", "Anaïs d’Aubigné", "Claude Bois", "Jean-Marc Œuvrard",
         "Lucie Avenir"]  # fmt: skip
PSEUDONYM = "QK7JX2MPLA"
Files = dict[str, bytes]


def _text(*texts: str, name: str = "t.txt", encoding: str = "utf-8") -> list[Files]:
    return [{name: text.encode(encoding)} for text in texts]


def _zip(parts: dict[str, str | bytes]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return memory.getvalue()


def _notebook(**cell: object) -> Files:
    whole = {"cell_type": "code", "source": [], "outputs": [], "metadata": {}, **cell}
    return {"n.ipynb": json.dumps({"cells": [whole], "metadata": {}}).encode()}


def _figure(kind: str, *, text: str = "Figure", **metadata: str) -> bytes:
    from matplotlib.figure import Figure

    figure, memory = Figure(figsize=(2, 1)), io.BytesIO()
    figure.text(0.1, 0.5, text)
    figure.savefig(memory, format=kind, metadata=metadata or None)
    return memory.getvalue()


def _workbook(fill: Callable[[object], None]) -> bytes:
    import xlsxwriter

    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        fill(book)
    return memory.getvalue()


def _typst(source: str) -> bytes:
    import typst

    return typst.compile({"main": source.encode()}, format="pdf", ignore_system_fonts=True)


def _svg_uri(text: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(f"<svg><text>{text}</text></svg>".encode()).decode()


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


_LONG = _base64("Bonjour, Lucie Durand nous a parlé longuement de son projet de fruitière hier matin")


def _tar(mode: str) -> bytes:
    memory, member = io.BytesIO(), tarfile.TarInfo("t.txt")
    member.size = len(b"Lucie Durand")
    with tarfile.open(fileobj=memory, mode=mode) as archive:
        archive.addfile(member, io.BytesIO(b"Lucie Durand"))
    return memory.getvalue()


def _two_cells(book: object) -> None:
    sheet = book.add_worksheet()
    sheet.write_column(0, 0, ["Claude", "Lucie"])
    sheet.write_column(0, 1, ["Bois", "Durand"])


_CORNERS = (
    _two_cells,
    lambda book: book.add_worksheet().set_header("&LLucie Durand"),
    lambda book: (book.add_worksheet(), book.define_name("Lucie_Durand", "=Sheet1!$A$1")),
    lambda book: book.add_worksheet().data_validation(0, 0, 0, 0, {"validate": "any", "input_title": "Lucie Durand"}),
    lambda book: book.add_worksheet().insert_image(
        0, 0, "x.png", {"image_data": io.BytesIO(_figure("png")), "description": "Lucie Durand"}
    ),
    lambda book: book.add_worksheet().write_url(0, 0, "https://x.fr/Lucie%20Durand", string="ici"),
    lambda book: book.add_worksheet().add_table(0, 0, 3, 1, {"name": "Lucie_Durand"}),
    lambda book: (book.add_worksheet(), book.set_custom_property("Relu par", "Lucie Durand")),
)


def leaks() -> dict[str, list[Files]]:
    """Files to plant, by kind of leak; each must be told."""
    notebook_picture = {"image/png": base64.b64encode(_figure("png", Title="Lucie Durand")).decode()}
    return {
        "nom entier": _text("Lucie Durand", "DURAND LUCIE", "durand, lucie", "lucie-durand", "Lucie\nDurand", "Œuvrard J. M. : non ; Jean Marc Oeuvrard"),
        "civilité et nom de famille": _text("Mme Durand", "Madame Lefèvre", "Monsieur d'Aubigné", "le Dr Lefèvre", "MME DURAND"),
        "initiale": _text("L. Durand", "DURAND L.", "E. Lefèvre", "É. LEFÈVRE", "J.-M. Œuvrard", "JM Œuvrard"),
        "nom composé ou à particule": _text("Zoé Lefèvre", "Zoé Özdemir", "Anaïs Aubigné", "Zoé Lefevre Ozdemir"),
        "codage du fichier": [*_text("n;Éloïse Lefèvre", name="t.csv", encoding="cp1252"), *_text("Éloïse Lefèvre", encoding="utf-16"), *_text("Éloïse Lefèvre", encoding="mac_roman"), *_text("E\u0301loi\u0308se Lefe\u0300vre"), *_text("Lucie Durand", encoding="utf-16-le")],
        "nom échappé": [
            *_text("x.fr/?q=Lucie%20Durand", "?q=%C3%89lo%C3%AFse+Lef%C3%A8vre", "?q=Lucie%2520Durand"),
            {"p.html": b"<p>&Eacute;lo&iuml;se&nbsp;Lef&egrave;vre"}, {"p.html": b"<p>&#201;lo&#239;se Lef&#xE8;vre"},
            {"s.html": rb'<script>var d="\u00c9lo\u00efse Lef\u00e8vre"</script>'}, {"s.js": rb'"\xc9lo\xefse Lef\xe8vre"'},
        ],
        "nom coupé": [
            {"p.html": b"<p>Lu<b>cie</b> Du<i>rand</i>"}, *_text("Lucie\u00ad Du\u00adrand", "Lu\u200bcie Durand", "Lucie Du-\nrand", "L u c i e D u r a n d"),
        ],
        "attribut, script ou style d’une page": [
            {"p.html": b"<img alt='Lucie Durand'>"}, {"p.html": b'<p title="Lucie Durand">'}, {"p.html": b'<a href="mailto:?subject=Lucie%20Durand">'},
            {"p.html": b"<!-- Lucie Durand -->"}, {"p.html": b'<style>p:after{content:"Lucie Durand"}</style>'}, {"p.html": b'<input placeholder="Lucie Durand">'},
            {"p.html": b"<img alt=Lucie&#32;Durand>"}, {"p.html": f'<img src="{_svg_uri("Lucie Durand")}">'.encode()},
        ],
        "carnet": [
            _notebook(outputs=[{"data": {"text/plain": ["Lucie\n", "Durand"]}}]), _notebook(source=["# vu avec Lucie Durand"]),
            _notebook(outputs=[{"output_type": "error", "traceback": ["\u001b[31mKeyError: 'Lucie Durand'"]}]),
            _notebook(outputs=[{"data": notebook_picture}]), _notebook(metadata={"papermill": {"parameters": {"qui": "Lucie Durand"}}}),
            _notebook(cell_type="markdown", attachments={"lucie durand.png": {"image/png": ""}}),
            _notebook(outputs=[{"data": {"text/html": ["<td>Lucie</td>", "<td>Durand</td>"]}}]),
        ],
        "classeur": [
            {"t.xlsx": _workbook(lambda book: book.add_worksheet().write_string(0, 0, "Lucie Durand"))},
            {"t.xlsx": _workbook(lambda book: book.add_worksheet("Lucie Durand"))},
            {"t.xlsx": _workbook(lambda book: book.add_worksheet().write_comment(0, 0, "Lucie Durand"))},
            {"t.xlsx": _workbook(lambda book: (book.add_worksheet(), book.set_properties({"author": "Lucie Durand"})))},
            {"t.xlsx": _workbook(lambda book: book.add_worksheet().write_rich_string(0, 0, "Lu", book.add_format({"bold": True}), "cie", " Durand"))},
            {"t.ods": _zip({"content.xml": "<text:p>Lucie<text:s/>Durand</text:p>"})},
        ],
        "document ou archive": [
            {"d.docx": _zip({"word/document.xml": "<w:t>Lucie Dur</w:t><w:t>and</w:t>"})}, {"a.zip": _zip({"lisez.md": "Lucie Durand"})},
            {"a.zip": _zip({"Lucie Durand.txt": "x"})}, {"a.zip": _zip({"b.zip": _zip({"t.txt": "Lucie Durand"})})},
            {"t.csv.gz": gzip.compress(b"Lucie Durand", mtime=0)}, {"f.epub": _zip({"c.xhtml": "<p>Lucie Durand"})},
        ],
        "PDF": [
            {"f.pdf": _figure("pdf", text="Lucie Durand")}, {"f.pdf": _figure("pdf", Author="Lucie Durand")},
            {"f.pdf": _typst("Entretien avec *Lucie Durand*")}, {"f.pdf": _typst("#set document(title: [Zoé Lefèvre-Özdemir])\nFiche")},
            {"f.pdf": _typst('#link("https://x.fr/Lucie%20Durand")[ici]')},
        ],
        "image": [
            {"f.png": _figure("png", Title="Lucie Durand")}, {"f.svg": _figure("svg", text="Lucie Durand")},
            {"f.svg": "<svg><desc>Éloïse Lefèvre</desc></svg>".encode()}, {"f.jpg": b"\xff\xd8\xff\xfe\x00\x0eLucie Durand\xff\xd9"},
        ],
        "nom de fichier ou de dossier": [{"Lucie Durand.csv": b"n"}, {"lucie_durand.svg": b"<svg/>"}, {"Durand/Lucie.csv": b"n"}],
        "courriel": [*_text("lucie@exemple.fr", "L.DURAND@EXEMPLE.FR", "lucie [at] exemple.fr", "lucie(a)exemple.fr"), {"p.html": b'<a href="mailto:lucie@exemple.fr">'}, {"p.html": b"lucie&#64;exemple.fr"}],
        "téléphone": _text("06 12 34 56 78", "0612345678", "06.12.34.56.78", "01/23/45/67/89", "+33 6 12 34 56 78", "+33 (0)6 12 34 56 78", "0033612345678", "+41 79 123 45 67", "tel:+33612345678", "06 123 456 78"),
        "dossier personnel": _text("/home/lucie/x.csv", r"C:\Users\ldurand\x", "/Users/lucie/x", "file:///home/lucie/x", r"\\serveur\Users\lucie", "/mnt/c/Users/lucie/"),
        "pseudonyme à clé": _text(f"qui;n\n{PSEUDONYM};3", PSEUDONYM.lower()),
        "nom en données": [{"c.geojson": rb'{"nom": "\u00c9lo\u00efse Lef\u00e8vre"}'}, {"r.jsonl": b'{"a":1}\n{"t":"Lucie Durand"}'}, {"s.sqlite": b"SQLite format 3\0" + b"\x05Lucie Durand\x07"}, {"t.yaml": b'qui: "Lucie\\x20Durand"'}],
        "encodé en base 64": [
            *_text(_base64("Lucie Durand"), f"x={_base64('entretien avec Éloïse Lefèvre')}"), {"p.html": f'<a href="data:text/csv;base64,{_base64("n;Lucie Durand")}">'.encode()},
            {"m.eml": f"{_LONG[:76]}\n{_LONG[76:]}\n".encode()}, *_text(f"=?utf-8?B?{_base64('Éloïse Lefèvre')}?="),
            _notebook(outputs=[{"data": {"application/pdf": base64.b64encode(_figure("pdf", text="Lucie Durand")).decode()}}]),
        ],
        "accents abîmés": _text("Ã‰loÃ¯se LefÃ¨vre", "\ufffdlo\ufffdse Lef\ufffdvre", "?lo?se Lef?vre", r"\'Elo\"ise Lef\`evre", "{\\'E}lo{\\\"i}se Lef{\\`e}vre", r"{\rtf1 \'c9lo\'efse Lef\'e8vre}",
                                r"\303\211lo\303\257se Lef\303\250vre", "=C3=89lo=C3=AFse Lef=C3=A8vre", "&amp;Eacute;lo&amp;iuml;se Lef&amp;egrave;vre", r"\u{c9}lo\u{ef}se Lef\u{e8}vre"),
        "nom collé, épelé, en autres lettres": _text("LucieDurand", "#LucieDurand", "DURANDLucie", "L.u.c.i.e D.u.r.a.n.d", "L-u-c-i-e  D-u-r-a-n-d", "Ｌｕｃｉｅ Ｄｕｒａｎｄ", "𝐋𝐮𝐜𝐢𝐞 𝐃𝐮𝐫𝐚𝐧𝐝", "Lu-cie Du-rand", "Lucie2Durand"),
        "identifiant de connexion": _text("ldurand", "entretien_ldurand.docx", "durand_l", "@ldurand"),
        "recoins d’un classeur": [{"t.xlsx": _workbook(fill)} for fill in _CORNERS],
        "autre format": [
            {"a.tar": _tar("w")}, {"a.tgz": _tar("w:gz")}, {"a.tar.bz2": _tar("w:bz2")}, {"a.xz": lzma.compress(b"Lucie Durand")}, {"a.7z": b"7z\xbc\xaf\x27\x1c" + bytes(30)},
            {"t.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50) + "Lucie Durand".encode("utf-16-le")}, {"t.npy": b"\x93NUMPY\x01\0" + "Lucie Durand".encode("utf-32-le")},
            {"t.parquet": b"PAR1\x15\x04" + "Éloïse Lefèvre".encode() + b"\x81\xfePAR1"}, {"f.jpg": b"\xff\xd8\xff\xe1Exif\0\0" + "Lucie Durand".encode("utf-16-le") + b"\0\0\xff"},
            {"f.png": _figure("png") + b"Lucie Durand"}, {"f.svg": b'<svg><g inkscape:label="Lucie Durand"/></svg>'}, {"d.docx": _zip({"word/comments.xml": '<w:comment w:author="Lucie Durand">x</w:comment>'})},
            {"d.xlsx": _zip({"xl/e.xml.rels": r'<Relationship Target="file:///C:\Users\ldurand\x.xlsx"/>'})}, {"c.geojson": b'{"prenom": "Lucie", "nom": "Durand"}'},
        ],
        "courriel en mots": _text("lucie arobase exemple.fr", "lucie.d arobase exemple point fr", "lucie AT exemple DOT fr", "lucie＠exemple.fr", "lucie[@]exemple[.]fr", "lucie {at} exemple.fr", "lucie&commat;exemple.fr", "lucie @ exemple.fr"),
        "téléphone mal séparé": _text("06 12 34 5678", "(06) 12 34 56 78", "06  12  34  56  78", "06·12·34·56·78", "06_12_34_56_78", "06 – 12 – 34 – 56 – 78", "+32 475 12 34 56", "tél.0612345678", "06 12 34\n56 78", "zéro six douze trente-quatre"),
        "compte, sécurité sociale, plaque": _text("FR76 3000 6000 0112 3456 7890 189", "FR1420041010050500013M02606", "1 85 05 78 006 084 91", "185057800608491", "AB-123-CD", "née le 12/03/1985"),
        "titre à distance, prénom à côté": _text("Mme la maire Durand", "Me Durand", "Mesdames Durand et Lefèvre", "Lucie M. Durand", "Lucie, Marie Durand", "prenom;age;nom\nLucie;35;Durand", "née Durand"),
        "nom de famille seul": _text("chez Durand", "Lefèvre dit non", "LEFÈVRE-ÖZDEMIR", "la maison d’Aubigné"),
        "surnom, prénom seul, faute de frappe, périphrase": _text("Lulu Durand-Petit", "Lucie a dit", "Lucie Durant", "la maire de Conliège", "Luice Durand", "Eloise Lefebvre"),
    }  # fmt: skip


def tables() -> dict[str, list[tuple[pd.DataFrame, ...]]]:
    """Tables of persons, threshold 5: in the last of each, a number must be hidden or the whole refused."""
    make = pd.DataFrame
    avis = ["oui", "non", "nsp"]
    alone = {
        "petit effectif": [make({"avis": avis, "n": [12, 9, 2]}), make({"avis": avis, "oui": [12, 9, 8], "non": [7, 1, 9]}), make({"valeur": [3]}),
                           make({"avis": avis, "n": [12.0, 9.0, 2.0]}), make({"avis": avis, "n": pd.array([12, 9, 2], dtype="Int64")})],
        "soustraction": [
            make({"avis": ["oui", "non", "Total"], "n": [20, 2, 22]}), make({"c": ["a", "b"], "tous": [16, 18], "accompagnes": [15, 9]}),
            make({"c": ["a", "b"], "n": [16, 18], "dont élus": [2, 9]}), make({"temps": [0, 6, 12], "a_risque": [40, 30, 29]}),
            make({"annee": [2021, 2022, 2023], "cumul": [20, 22, 40]}),
        ],
        "part ou moyenne qui révèle": [
            make({"c": ["commune", "citoyen"], "n": [6, 20], "part": [1 / 6, 0.5]}), make({"c": ["a", "b"], "n": [6, 20], "part": [17.0, 50.0]}),
            make({"c": ["a", "b"], "part": [0.25, 0.75]}), make({"c": ["a", "b"], "n": [3, 20], "moyenne": [2.5, 3.5]}),
            make({"c": ["a", "b"], "n": [6, 20], "oui_pour_dix": [1.67, 5.0]}),
        ],
        "nombre écrit en texte": [
            make({"c": ["a", "b"], "n": [6, 8], "dont": ["1 élue", "3 élus"]}), make({"c": ["a", "b"], "n": ["12 (75 %)", "4 (25 %)"]}),
            make({"c": ["a", "b"], "n": [16, 18], "dit": ["une personne", "deux personnes"]}), make({"c": ["a (n = 2)", "b (n = 9)"], "n": [12, 19]}),
            make({"c": ["a", "b"], "n": [16, 18], "dit": ["dont 1 élue", "dont 3 élus"]}), make({"c": ["a", "b"], "n": [16, 18], "dit": ["1/16", "3/18"]}),
        ],
    }  # fmt: skip
    told = {kind: [(frame,) for frame in frames] for kind, frames in alone.items()}
    told["d’un tableau à l’autre"] = [
        (make({"c": ["a", "b"], "n": [16, 18]}), make({"c": ["a", "b"], "n": [15, 9]})),
        (make({"avis": avis, "n": [12, 9, 2]}), make({"avis": ["oui", "non"], "n": [12, 9]})),
        (make({"annee": [2023, 2024], "n": [30, 40]}), make({"annee": [2023, 2024], "n": [28, 40]})),
    ]
    return told


def innocents() -> list[Files]:
    """Files in which nobody stands."""
    return [
        *_text(
            "git@github.com:x/y.git", "logo@2x.png", "semaines 01 12 24 36 48", "mois 06 12 18 24 30", "À Saint-Claude, bois",
            "l’avenir du bois", "20 m bois", "0,0033612345678", "ISBN 9782070368228", "SIRET 123 456 789 00012", "40.612345678 0612",
            "lucie et claude", "10.1000/0612345678901", "sha256 0612345678ab", "2024-06-12 34:56", "/home/runner/work", "@media print",
            "du bois d’œuvre", "x@y", "page 06 à 12", "a = X @ B.values", "réf. AB-12-CD", "185057800608492", "FR7630006000011234567890180",
            "ca8ddd9ccae36fc9b7c1f1eb10ea87b1", "de la prose, a-b-c-d-e", "n=12;p=30", "Mme la maire de Lons", "50 % +10 20 30", "Lucie Marchand",
        ),
        {"f.png": _figure("png", text="Lucie Durand"[:5])}, {"p.html": b"<p style='margin:0 1 2 3'>@import</p>"},
        {"p.html": f"<style>src:url(data:font/woff2;base64,{base64.b64encode(bytes(range(256)) * 9).decode()})".encode()},
        {"c.csv": b"lon;lat\n5.5512345678;46.6712345678\n"},
    ]  # fmt: skip


def innocent_tables() -> list[pd.DataFrame]:
    """Tables that may leave whole, threshold 5."""
    make = pd.DataFrame
    return [
        make({"avis": ["oui", "non"], "n": [12, 9]}), make({"c": ["a", "b"], "n": [60, 80], "part": [0.5, 0.25]}),
        make({"c": ["a", "b"], "n": [6, 8], "jour": ["12 mars 2024", "3 avril 2025"]}), make({"classe": ["1 à 3 ans", "4 à 6 ans"], "n": [6, 8]}),
        make({"c": ["a", "b"], "n": [16, 18], "dit": ["Un four communal", "Une scierie"]}), make({"an": ["a (n = 12)", "b (n = 9)"], "n": [12, 9]}),
        make({"annee": [2023, 2024], "n": [12, 9]}), make({"c": ["a", "b"], "n": [60, 80], "moyenne": [3.25, 7.125]}),
    ]  # fmt: skip
