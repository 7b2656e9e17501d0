"""A document is in one language: no French word on an English page, no English word on a French one."""

import csv
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

import ect_research as ect
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.folder.corpus_source import UNPUBLISHED
from ect_research.figures.exhibit.context import Context
from ect_research.figures.maps import place_views
from ect_research.figures.page.formats import typeset
from ect_research.figures.page.theme import get_theme
from ect_research.study.base.result_record import EXECUTED
from ect_research.study.definition.study_file import read_study
from ect_research.study.documents import report
from ect_research.study.documents.document_words import Words
from ect_research.study.documents.page import build_page
from ect_research.study.documents.page_parts import source_facts
from ect_research.study.documents.report import build_report
from ect_research.study.documents.report_pages import LAYOUTS
from ect_research.study.outputs.output_folder import OutputFolder, RunRecord
from ect_research.study.publishing.publish import save_exhibit
from ect_research.words import tell

ROOT = Path(__file__).parents[2]
FRENCH_WORDS = """
le la les des du un une est sont dans pour avec que qui pas aux cette ces leur dont chaque ligne lignes projet projets
étape tableau tableaux refus carnet effectif lecture champ sommaire méthode données exécution graine observé
télécharger paramètre valeur sens échec étude selon
"""
ENGLISH_WORDS = """
the of and to in is are for with that which this these their from by each row rows project projects stage refusal
notebook count reading scope contents method run seed observed download parameter value meaning failure study not shown
"""
FRENCH, ENGLISH = set(FRENCH_WORDS.split()), set(ENGLISH_WORDS.split())
STUDY = """titre = "{title}"
corpus = "essai"
langue = "{language}"
lecteur = "ademe"
rapport = true
fiches = true
[[execution]]
id = "un"
carnet = "a.ipynb"
"""
CELLS = [
    ("markdown", "# Où sont les projets ?\n\nUne ligne qui cite deux documents compte pour chacun."),
    ("parameters", "rayon_km = 3.5  # rayon du foyer testé, choisi avant de regarder la carte"),
]
# Codes and values, which are not words.
_CODES = ("parameters", "id", "url", "shown", "kind", "layout", "picture", "language", "reader", "notebook")


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[a-zà-öø-ÿœ]+", re.sub(r"{\w+}", "", text).lower()))


class Visible(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts, self.alts, self._hidden = [], [], 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._hidden += tag in ("style", "code")
        self.alts += [value for name, value in attrs if name in ("alt", "aria-label")]

    def handle_endtag(self, tag):
        self._hidden -= tag in ("style", "code")

    def handle_data(self, data):
        self.texts += [] if self._hidden else [data]


def leaves(data: object, skipped: tuple[str, ...] = _CODES) -> list[str]:
    if isinstance(data, dict):
        return [leaf for key, value in data.items() if key not in skipped for leaf in leaves(value)]
    if isinstance(data, (list, tuple)):
        return [leaf for value in data for leaf in leaves(value)]
    return [data] if isinstance(data, str) else []


@pytest.fixture
def made(make_project, monkeypatch):
    """A study of one figure, one table and one refusal, in one language."""

    def make(language: str):
        english = language == "en"
        path = make_project(STUDY.format(title="Trial" if english else "Essai", language=language), a=CELLS)
        source = path.parents[1] / "surveys/essai/source.toml"
        extra = 'titre_en = "Trial register"\ncitation_en = "Trial register, invented"\nnature_en = "invented"\n'
        source.write_text(extra + source.read_text("utf-8"), encoding="utf-8")
        sources = source.parent / "sources.csv"
        sources.write_text(sources.read_text("utf-8").replace("Rapport annuel", "Zeta"), encoding="utf-8")
        study = read_study(path)
        place = OutputFolder(study.root / "outputs/etude")
        with place.opened(["un"]):
            staging = place.staging("un")
            staging.mkdir(parents=True)
            monkeypatch.setenv("ECT_SORTIES", str(staging))
            theme, data = get_theme("ademe", language), pd.DataFrame({"table": ["acteurs"], "n": [12345.5]})
            title, reading = ("Alive", "read so") if english else ("Combien", "lire ainsi")
            refused = ect.Refusal(tell("les lignes de vie"), tell("Aucun projet à compter."))
            caption = ect.Caption(title, "n = 60", "Zeta", reading=reading)
            figure = ect.show_figure(lambda shown: shown.new_figure(40), data, caption)
            save_exhibit(figure.in_context(Context(theme)), "f")
            save_exhibit(ect.show_table(data, title="Lignes par table", n="n = 1"), "t")
            save_exhibit(ect.show_table(refused, title="", n=""), "c")
            (staging / EXECUTED).write_text("{}", encoding="utf-8")
            place.settle(RunRecord("un", "reussi", None, {"rayon_km": 3.5}, {}, "", "", ()))
        return study, place, ect.load_corpus(study.root / "surveys/essai")

    return make


@pytest.mark.parametrize(("language", "foreign"), [("en", FRENCH), ("fr", ENGLISH)])
def test_page_and_report_hold_no_word_of_the_other_language(made, monkeypatch, language, foreign):
    study, place, corpus = made(language)
    page = build_page(study, corpus, corpus.digest, place.records(), place.path, {})
    seen = Visible(page)
    assert f'<html lang="{language}">' in page
    said: dict[str, object] = {}
    monkeypatch.setattr(report, "make_pdf", lambda _, data, __: said.update(data) or b"")
    build_report(study, corpus, place.records(), place.path)
    territory = {"valfleuri"}
    for texts in (seen.texts, seen.alts, leaves(said)):
        told = words_of(re.sub(r"\S+/\S+\.csv", "", " ".join(texts)))
        assert told & foreign - territory == set(), language
    assert len(words_of(" ".join(leaves(said)))) > 80, "an empty report would hold no foreign word either"
    numbers = "12,345.5" if language == "en" else "12\u202f345,5"
    assert numbers in page and numbers in " ".join(leaves(said))


def test_every_column_of_the_public_tables_has_its_head_in_both_languages():
    rows = list(csv.DictReader((ROOT / "ect_research/codebook/heads.csv").read_text("utf-8").splitlines()))
    heads = {row["name"]: row for row in rows}
    assert len(heads) == len(rows) and all(re.fullmatch("[a-z0-9_]+", name) for name in heads)
    assert all(
        row["label::fr"] and row["label::en"] and "_" not in "".join(row.values()).replace(row["name"], "")
        for row in rows
    )
    french = [row["label::fr"] for row in rows]
    assert len(set(french)) == len(french)
    met = {name for path in (ROOT / "outputs/pays-ledonien/tables").rglob("*.machine.csv")
           for name in path.read_text("utf-8").splitlines()[0].split(",")}  # fmt: skip
    codes = {label for labels in (load_codebook().labels(name) for name in ("statut_juridique", "etat_ressource"))
             for label in labels.values()}  # fmt: skip
    plain = {name for name in met if re.fullmatch(r"[a-z_]+", name) and name not in codes}
    assert len(plain) > 40 and plain - set(heads) == set(), "à ajouter à heads.csv"


def test_no_head_of_the_focus_table_stays_a_name_of_column():
    names = re.findall(r'^            "(\w+)": \[', Path(place_views.__file__).read_text("utf-8"), re.MULTILINE)
    heads = Words("en").heads(names)
    assert len(names) > 15 and not {"declare", "foyer", "graine", "lieux", "rapport"} & set(heads)
    assert Words("fr").heads(["declare"]) == ("pourquoi ce centre",)


def test_a_licence_left_blank_is_said_in_the_language_of_the_page():
    source = replace(ect.load_corpus("pays-ledonien").source, licence=UNPUBLISHED)
    assert dict(source_facts(source, Words("en")))["Licence"] == "not published"
    assert dict(source_facts(source, Words("fr")))["Licence"] == "non publiée"


@pytest.mark.crossed("reader")
@pytest.mark.parametrize("reader", LAYOUTS)
def test_every_reader_has_an_archivable_report_in_both_languages(made, reader):
    study, place, corpus = made("en")
    pdf = build_report(replace(study, reader=reader), corpus, place.records(), place.path)
    assert b"pdfaid:part" in pdf and b"/Lang" in pdf and b"/StructTreeRoot" in pdf
    assert pdf == build_report(replace(study, reader=reader), corpus, place.records(), place.path)


def test_readers_get_the_same_results_and_not_the_same_order(made, monkeypatch):
    study, place, corpus = made("fr")
    seen = {}
    for reader in LAYOUTS:
        monkeypatch.setattr(report, "make_pdf", lambda _, data, __: seen.update({reader: data}) or b"")  # noqa: B023
        build_report(replace(study, reader=reader), corpus, place.records(), place.path)
    for reader, data in seen.items():
        kinds = [one["kind"] for part in data["parts"] for one in part["results"]]
        assert "figure" in kinds and ("table" in kinds) == LAYOUTS[reader].annex != bool(data["tables"])
        assert data["refusals"] and data["methods"]
    assert seen["revue"]["layout"]["method_first"] and not seen["ademe"]["layout"]["method_first"]
    assert seen["ademe"]["parts"][0]["results"][1]["cells"] and not seen["horizons"]["tables"][0]["cells"]


def test_a_text_that_nobody_translated_stays_as_it_is():
    assert Words("en").told("Lignes par table") == "Rows by table" and Words("en").told("Inconnu") == "Inconnu"


def test_the_variants_of_a_notebook_keep_what_tells_them_apart():
    run = read_study(ROOT / "notebooks/pays-ledonien.toml").runs[3]
    told = Words("en").title(replace(run, title=f"{run.notebook.title} (rayon_km = 5)"))
    assert told.endswith("(rayon_km = 5)") and told != run.title and Words().title(run) == typeset(run.title)
