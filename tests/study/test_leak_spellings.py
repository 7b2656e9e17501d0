"""How names, telephones and addresses are spelt in what leaves, and what only looks like one."""

import base64
import json

import pytest
from matplotlib.figure import Figure

from ect_research.gate.known_names import KnownNames
from ect_research.gate.leaks import leaks_of
from tests.study.test_leaks import scan_outputs

NAMES = ["Lucie Durand", "Éloïse Lefèvre", "Claude Bois", "Zoé Lefèvre-Özdemir", "Anaïs d’Aubigné", "Lucie Avenir"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("titre.txt", b"selon Mme Durand, maire"),
        ("titre.txt", "Monsieur d'Aubigné".encode()),
        ("lien.html", b'<a href="https://x.fr/?q=Lucie%20Durand">x</a>'),
        ("lien.txt", b"https://x.fr/?q=%C3%89lo%C3%AFse+Lef%C3%A8vre"),
        ("script.html", rb'<script>var d={"n":"\u00c9lo\u00efse Lef\u00e8vre"}</script>'),
        ("image.html", b"<img alt='Lucie Durand' src='x.png'>"),
        ("bureau.csv", "n;Éloïse Lefèvre".encode("cp1252")),
        ("initiale.txt", b"L. Durand"),
        ("initiale.csv", b"DURAND L.;3"),
        ("moitie.txt", "Zoé Özdemir".encode()),
        ("particule.txt", "Anaïs Aubigné".encode()),
        ("epele.txt", b"L u c i e D u r a n d"),
        ("colle.txt", b"#LucieDurand"),
        ("abime.txt", "Ã‰loÃ¯se LefÃ¨vre".encode()),
        ("perdu.txt", b"?lo?se Lef?vre"),
        ("base64.txt", base64.b64encode("vu avec Éloïse Lefèvre".encode())),
        ("titre.txt", b"Mme la maire Durand"),
        ("binaire.xls", b"\xd0\xcf\x11\xe0\0\0" + "Lucie Durand".encode("utf-16-le")),
        ("auteur.xml", b"<w:comment w:author='Lucie Durand'/>"),
    ],
)
def test_another_spelling_of_a_known_name_is_found_once(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    assert scan_outputs(tmp_path, NAMES)["nature"].tolist() == ["nom de personne"]


@pytest.mark.parametrize(
    "text",
    [
        "01 23 45 67 89",
        "06/12/34/56/78",
        "+33 (0)6 12 34 56 78",
        "0033 6 12 34 56 78",
        "+41 79 123 45 67",
        "+33 6 12 34 56 78",
    ],
)
def test_a_telephone_is_found_however_it_is_typed(tmp_path, text):
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    assert scan_outputs(tmp_path, [])["nature"].tolist() == ["téléphone"]


@pytest.mark.parametrize(
    ("nature", "text"),
    [
        ("courriel", "lucie.d arobase exemple point fr"),
        ("IBAN", "FR1420041010050500013M02606"),
        ("numéro de sécurité sociale", "1 85 05 78 006 084 91"),
        ("plaque d’immatriculation", "AB-123-CD"),
    ],
)
def test_what_leads_to_a_person_is_found(tmp_path, nature, text):
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    assert nature in scan_outputs(tmp_path, [])["nature"].tolist()


@pytest.mark.parametrize(
    "text",
    [
        "voir git@github.com:x/y.git",
        "logo@2x.png",
        '"sha256": "29fff4f3d891acc33305f1521348527c9bc1affce31418ec7f3dfe0137324831"',
        "id 1b4e28ba-2fa1-11d2-883f-ab0384246510",
        '<path id="m0384246510" d="M0 0"/><use xlink:href="#C1_0_0384246510"/><g clip-path="url(#p0384246510)"/>',
        "semaines 01 12 24 36 48",
        "mois 06 12 18 24 30",
        "semaines 03 06 09 24 36",
        "À Saint-Claude, bois et forêt",
        "l’avenir du bois",
        "20 m bois",
        "0,0033612345678",
        "Durand SARL",
    ],
)
def test_what_only_looks_like_a_leak_fails_no_run(tmp_path, text):
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    assert scan_outputs(tmp_path, NAMES).empty


def test_the_words_kept_in_a_picture_of_a_notebook_are_read(tmp_path):
    figure = Figure(figsize=(1, 1))
    figure.savefig(tmp_path / "f.png", metadata={"Title": "Lucie Durand"})
    picture = base64.b64encode((tmp_path / "f.png").read_bytes()).decode()
    (tmp_path / "f.png").unlink()
    cell = {"outputs": [{"data": {"image/png": picture}}]}
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    assert scan_outputs(tmp_path, NAMES)["nature"].tolist() == ["nom de personne"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("n\nDurand SARL", [("D…", 2)]),
        ("n\n\nchez d’Aubigné", [("A…", 3)]),
        ("chez Aubigné", [("A…", 1)]),
        ("Mme Durand", []),  # told as a leak
        ("Lucie Durand", []),
        ("le bois et l’avenir", []),
        ("Bois", [("B…", 1)]),
        ("n\nLucie Durant", [("L… D…", 2)]),
        ("vu par ldurand", [("L…", 1)]),
    ],
)
def test_a_family_name_alone_is_told_with_its_line_and_is_no_leak(tmp_path, text, found):
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    leaks = leaks_of(text.encode(), KnownNames.of(NAMES), shown="t.txt")
    assert [(leak.extract, leak.line) for leak in leaks if not leak.fails] == found
    assert bool(found) == scan_outputs(tmp_path, NAMES).empty or "bois" in text
