"""The public study in English: no French beyond names and what is quoted, on its page, in its refusals, on its sheets."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import ect_research as ect
from ect_research.figures.exhibit.context import short_reference
from ect_research.study.definition.study_file import read_study
from ect_research.study.engine.engine import run_study
from tests.common import plain

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.study, pytest.mark.croisement, pytest.mark.xdist_group("etude-anglaise")]

WORDS = """
le la les des du un une est sont dans pour avec que qui pas aux cette ces leur dont chaque ligne lignes projet projets
étape tableau tableaux refus carnet effectif lecture champ sommaire méthode données exécution graine observé télécharger
paramètre valeur sens échec étude selon et sur par en au
"""
FRENCH = set(WORDS.split())
LETTERS = re.compile("[àâçéèêëîïôûùœ«»]")
# Codes, tables, files and parameters are typed in French, whatever the language.
CODES = re.compile(r"\S+/\S+\.(?:csv|html)|`\w+`|\b\w+_\w+\b|fr or en|of (?:the table )?projets\b")
# Said by notebooks and figures that are no exhibits yet: each goes with its conversion.
WAITING = re.compile(
    r"Les projets se concentrent-ils autour d’un centre \?|Part des projets rapportée à la part des habitants :"
    r"|n = \d+ (?:durées|projets|trajectoires datées sur \d+ projets)\b"
)


class Visible(HTMLParser):
    """What a reader sees of a page, or hears; what says that it is French is left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.drawn: list[str] = []  # the words of pictures, where a long name is cut or goes to another line
        self._inside = 0
        self._left_out: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        self._inside += tag == "svg"
        if tag in ("style", "code") or said.get("lang") == "fr":
            self._left_out.append(tag)
        self.texts += [said[name] for name in ("alt", "aria-label") if said.get(name)]

    def handle_endtag(self, tag):
        self._inside -= tag == "svg"
        if self._left_out and self._left_out[-1] == tag:
            self._left_out.pop()

    def handle_data(self, data):
        if not self._left_out:
            (self.drawn if self._inside else self.texts).append(data)


@pytest.fixture(scope="module")
def names() -> re.Pattern[str]:
    """Every text of the register and every name of the base map and of the codebook."""
    corpus = ect.load_corpus("pays-ledonien")
    cells = {
        text
        for frame in corpus.tables.values()
        for column in frame
        for cell in frame[column]
        for text in (cell if isinstance(cell, tuple) else (cell,))
        if isinstance(text, str)
    }
    book, basemap = corpus.codebook, ect.load_basemap()
    lists = {variable.list_name for variable in book.variables.values() if variable.list_name}
    labels = {text for name in lists for text in book.labels(name, "en").values()}
    places = {str(name) for table in (basemap.communes, basemap.epci_names) for name in table["nom"]}
    said = {"Pays Lédonien", "Clus’Ter Jura", read_study(ROOT / "notebooks/pays-ledonien.toml").title}
    cut = {short_reference(text) for text in corpus.tables["sources"]["reference"]}
    known = {plain(text) for text in cells | cut | labels | places | said | set(corpus.names().values())}
    proper = {text for text in known if len(text) > 4 or (len(text) > 2 and text[0].isupper())}
    return re.compile("|".join(map(re.escape, sorted(proper - FRENCH, key=len, reverse=True))))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The public study, its file alone changed: ``langue = "en"``."""
    root = tmp_path_factory.mktemp("anglaise")
    (root / "notebooks").mkdir()
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        (root / "notebooks" / path.name).write_bytes(path.read_bytes())
    for name in ("surveys", "maps"):
        (root / name).symlink_to(ROOT / name)
    study = root / "notebooks/pays-ledonien.toml"
    study.write_text(
        (ROOT / "notebooks/pays-ledonien.toml").read_text("utf-8").replace('langue = "fr"', 'langue = "en"'), "utf-8"
    )
    return run_study(study)


def left_of(text: str, names: re.Pattern[str]) -> set[str]:
    """French words, or letters, once names, codes and what is quoted are taken out."""
    rest = names.sub(" ", CODES.sub(" ", WAITING.sub(" ", plain(text))))
    return {word for word in re.findall(r"[a-zà-öø-ÿœ«»]+", rest.lower()) if word in FRENCH or LETTERS.search(word)}


def test_no_refusal_has_a_french_word(made, names):
    refused = [output for record in made.records.values() for output in record.outputs if output.kind == "refus"]
    assert len(refused) >= 5
    for output in refused:
        assert output.refusal_en.startswith("Refused: ") and output.refusal_en != output.refusal_fr
        assert left_of(output.refusal_en, names) == set(), output.refusal_en


def test_the_page_holds_no_french(made, names):
    seen = Visible(made.page.read_text("utf-8"))
    assert len(seen.texts) > 1000 and len(seen.drawn) > 500
    assert {text.strip(): left for text in seen.texts if (left := left_of(text, names))} == {}
    corpus = ect.load_corpus("pays-ledonien")
    named = " ".join([*corpus.names().values(), *corpus.tables["acteurs"]["nom"], *ect.load_basemap().communes["nom"]])
    parts = set(re.findall(r"[a-zà-öø-ÿœ]+", named.lower()))
    cut = re.compile(r"\w+…")
    assert {text.strip(): left for text in seen.drawn if (left := left_of(cut.sub("", text), names) - parts)} == {}


def test_the_sheets_hold_no_french(made, names):
    for path in (made.folder / "fiches").glob("*.html"):
        texts = Visible(path.read_text("utf-8")).texts
        assert {text.strip(): left for text in texts if (left := left_of(text, names))} == {}, path.name


def test_the_records_are_in_the_language_of_the_study(made):
    records = [json.loads(path.read_text("utf-8")) for path in (made.folder / "resultats").glob("*.json")]
    assert records and all(record["cause"] is None for record in records)
