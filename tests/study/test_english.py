"""English of the French sentences of the program: every form has one, and what has none says that it is French."""

import ast
import csv
import re
from datetime import date
from pathlib import Path

import pytest

from ect_research import study
from ect_research.corpus.people.waivers_csv import Waiver
from ect_research.gate import gate as publication
from ect_research.study.documents.phrases import Words
from ect_research.study.documents.phrases_in_english import SENTENCES, in_english, notes_in_english
from ect_research.study.outputs import rerun_causes as staleness
from ect_research.study.running import cluster, notebook_run, parallel

ASSETS = Path(study.__file__).parent / "assets"
FRENCH = re.compile(r"[àâéèêîôûç’«»]|\b(le|la|les|un|une|est|et|de|du|des|à)\b")
KEY = {
    "carnet": ["a", "b"],
    "parametres": {"annee": 2024, "vieux": 1},
    "corpus": {"projets.csv": "1"},
    "carte": {"fond.gpkg": "1"},
    "bibliotheque": {f"m{n}.py": "1" for n in range(7)},
    "lectures": {"x.csv": "1"},
    "versions": {"pandas": "3.0.0", "numpy": "2.0"},
    "reglages": {"graine": 1},
}
OTHER = {
    "carnet": ["a", "c"],
    "parametres": {"annee": 2026, "jeune": 1},
    "corpus": {"projets.csv": "2"},
    "carte": {"fond.gpkg": "2"},
    "bibliotheque": {},
    "lectures": {},
    "versions": {"pandas": "3.1.0"},
    "reglages": {"graine": 2},
}


def forms() -> list[dict[str, str]]:
    return list(csv.DictReader((ASSETS / SENTENCES).read_text("utf-8").splitlines(), delimiter=";"))


def test_every_form_keeps_its_blanks_and_holds_no_french_in_english():
    for row in forms():
        assert None not in row and row["en"], row
        assert sorted(re.findall(r"{\w+}", row["fr"])) == sorted(re.findall(r"{\w+}", row["en"])), row
        assert not FRENCH.search(re.sub(r"{\w+}", "", row["en"])), row


@pytest.mark.parametrize("now", [OTHER, {**KEY, "carnet": ["a"]}, {**KEY, "carnet": ["x", "y"]}])
def test_every_change_between_two_keys_is_told_in_english(now):
    causes = staleness.key_changes(KEY, now)
    assert causes
    for cause in causes:
        said, left = in_english(cause)
        assert said and not left and not FRENCH.search(said), cause


@pytest.mark.parametrize("module", [staleness, notebook_run, parallel, cluster])
def test_a_new_french_cause_cannot_be_written_without_its_english(module):
    known = {re.sub(r"{\w+}", "{}", row["fr"]) for row in forms()}
    plural = {" et {} autre{}": " et {} autres"}
    for text in written(module):
        told = plural.get(text, text)
        assert any(form.startswith(told) or form.endswith(told) for form in known), text


def written(module) -> set[str]:
    """French sentences of a module that are causes: with a space, not docstrings, not errors told on the terminal."""
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    skipped = {
        id(leaf)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Raise, ast.Expr)) and not isinstance(getattr(node, "value", None), ast.Yield)
        for leaf in ast.walk(node)
    }
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    said = set()
    for node in ast.walk(tree):
        if id(node) in skipped or id(node) in inside:
            continue
        if isinstance(node, ast.JoinedStr):
            said.add("".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            said.add(node.value)
    return {text for text in said if " " in text.strip() and FRENCH.search(text)}


def test_a_failure_names_its_cell_in_english_and_quotes_a_french_error_as_french():
    sentence = 'cellule de code n° 3 (« f("a : b") ») : Le corpus « x » n’existe pas.'
    assert in_english(sentence) == ('code cell 3 (“f("a : b")”):', "Le corpus « x » n’existe pas.")
    told = Words("en").said_html(sentence)
    assert told.startswith("code cell 3") and '<span lang="fr">Le corpus' in told
    killed = "cellule des paramètres donnés (« a = 1 ») : le noyau Python a été tué (mémoire épuisée ou arrêt forcé)"
    assert in_english(killed)[1] == "" and "was killed" in in_english(killed)[0]


def test_what_the_gate_of_publication_adds_is_told_in_english():
    waiver = Waiver("ages", "25-34", "CS", "agreed in writing", date(2030, 1, 1), 2).sentence()
    hidden = f"{publication.HIDDEN} : masqué (moins de 3 organisations, ou protège une autre valeur)"
    for separator in (" ; ", ". "):
        told = notes_in_english(separator.join(["Read so", hidden, waiver]))
        assert not FRENCH.search(told) and told.startswith(f"Read so{separator}s: hidden (fewer than 3 organisations")
    assert notes_in_english("Read so ; as ever") == "Read so ; as ever"
    assert Words("fr").told(hidden) == hidden


def test_an_english_page_tells_in_english_why_it_is_stale():
    words = Words("en")
    said = [words.said_html(cause) for cause in staleness.key_changes(KEY, OTHER)]
    assert said and not any("lang=" in one for one in said)
