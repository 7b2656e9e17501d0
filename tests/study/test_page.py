"""The page and the manifest, from records and without a kernel."""

import io
import re
from datetime import date
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from PIL import Image

import ect_research as ect
from ect_research.figures.page.caption import add_caption
from ect_research.figures.page.csv_tables import html_table, read_machine
from ect_research.figures.page.figure_bytes import image_bytes
from ect_research.figures.page.svg_text import faces_of, inside_page, lighten
from ect_research.figures.page.theme import get_theme
from ect_research.study.base.result_record import EXECUTED
from ect_research.study.definition.study_file import Study, read_study
from ect_research.study.documents.page import build_page
from ect_research.study.outputs.output_folder import OutputFolder, RunRecord, build_manifest, versions
from ect_research.study.outputs.rerun_causes import key_changes
from ect_research.study.publishing.publish import save_exhibit
from ect_research.words import tell

TWO_RUNS = """titre = "Essai & mesure"
corpus = "essai"
[[execution]]
id = "un"
carnet = "a.ipynb"
[[execution]]
id = "deux"
carnet = "a.ipynb"
"""
VOID = {"meta", "img", "link", "br"}


class Structure(HTMLParser):
    """Tags in order, attributes, and whether every tag is closed where it should be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.faults: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


@pytest.fixture
def study(make_project, good_cells) -> Study:
    return read_study(make_project(TWO_RUNS, a=good_cells))


@pytest.fixture
def place(study, monkeypatch) -> OutputFolder:
    """Outputs in which the run « un » succeeded and « deux » never ran."""
    folder = OutputFolder(study.root / "outputs" / study.name)
    with folder.opened(["un", "deux"]):
        staging = folder.staging("un")
        staging.mkdir(parents=True)
        monkeypatch.setenv("ECT_SORTIES", str(staging))
        data = pd.DataFrame({"annee": range(2000, 2250), "vu": True, "part": 0.12345})
        caption = ect.Caption(
            "Combien <de> projets ?", "n = 250", "Rapport", reading="lire ainsi", missing="2 sans date"
        )
        figure = ect.show_figure(lambda theme: theme.new_figure(40), data, caption, sources=["S1"])
        save_exhibit(figure, "combien")
        save_exhibit(ect.show_table(data.head(2), title="Années", n="n = 2", sources=["S1"]), "annees")
        refused = ect.Refusal(tell("la courbe"), tell("il en faut 10."))
        save_exhibit(ect.show_table(refused, title="", n=""), "courbe")
        (staging / EXECUTED).write_text("{}", encoding="utf-8")
        run = study.runs[0]
        folder.settle(RunRecord("un", "reussi", None, run.all_parameters(), {}, "", "", ()))
    return folder


@pytest.fixture
def page(study, place) -> str:
    corpus = ect.load_corpus(study.root / "surveys/essai")
    return build_page(study, corpus, "corpus", place.records(), place.path, {})


def test_the_page_is_well_formed_french_and_asks_nothing_of_the_network(page):
    structure = Structure(page)
    assert structure.faults == [] and structure.open == []
    assert ("html", {"lang": "fr"}) in structure.seen
    addresses = [
        value for _, attributes in structure.seen for key, value in attributes.items() if key in ("src", "href")
    ]
    assert all(
        re.match(r"(#|data:image/|figures/|tables/|notebooks/|manifest\.json$)", address) for address in addresses
    )
    assert not re.search(r"url\((?!#|data:)", page) and "@import" not in page and "<script" not in page


def test_the_page_forbids_itself_scripts_and_the_network(page):
    (policy,) = (seen["content"] for _, seen in Structure(page).seen if seen.get("http-equiv"))
    assert "default-src 'none'" in policy and "script-src 'none'" in policy and "http" not in policy


def test_every_link_of_the_page_leads_somewhere(page, place):
    seen = Structure(page).seen
    names = {attributes["id"] for _, attributes in seen if "id" in attributes}
    assert len(names) == sum("id" in attributes for _, attributes in seen)
    for tag, attributes in seen:
        target = attributes.get("href", "")
        if target.startswith("#"):
            assert target[1:] in names
        elif tag == "a" and target != "manifest.json":
            assert (place.path / target).is_file()


def test_a_figure_is_shown_with_all_that_makes_it_believable(page):
    image = next(attributes for tag, attributes in Structure(page).seen if tag == "svg")
    assert image["aria-label"].replace("\u202f", " ") == "Combien <de> projets ? lire ainsi. n = 250."
    assert re.fullmatch(r"0 [\d.]+ 481\.89 [\d.]+", image["viewbox"]), "the drawing without its title and notes"
    for part in (
        "Combien &lt;de&gt; projets",
        "n = 250",
        "2 sans date",
        "Rapport",
        "S1",
        "lire ainsi",
        "Essai &amp; mesure",
    ):
        assert part in page
    assert "60 premières lignes sur 250." in page and "2059" in page and "2060" not in page


def test_a_refusal_a_missing_run_and_the_summary_are_told(page):
    plain = page.replace("\xa0", " ").replace("\u202f", " ")
    assert "La courbe</h4>" in plain and "<p>il en faut 10.</p>" in plain
    assert "Cette exécution n’a pas encore eu lieu." in plain
    assert "1 figure, 1 tableau, 1 refus" in plain and "Projets inventés, observé jusqu’au 31 décembre 2024." in plain
    assert "dernière année" in plain, "the comment of a parameter explains it"


def test_results_older_than_their_causes_are_told(study, place):
    corpus = ect.load_corpus(study.root / "surveys/essai")
    before = {"corpus": {"essai/projets.csv": "1"}, "parametres": {"hauteur": 3.5}}
    why = {"un": key_changes(before, {"corpus": {"essai/projets.csv": "2"}, "parametres": {"hauteur": 9}})}
    later = build_page(study, corpus, "corpus", place.records(), place.path, why)
    assert "depuis," in later and "le corpus a changé (essai/projets.csv)" in later and "passé de 3.5 à 9" in later
    assert "<code>ect run --only un</code>" in later
    assert "antérieure" not in build_page(study, corpus, "corpus", place.records(), place.path, {})


def test_the_manifest_gives_every_file_its_hash_its_run_and_its_sources(study, place):
    manifest = build_manifest(study, "corpus", place.records())
    on_disk = {str(p.relative_to(place.path)) for p in place.path.rglob("*") if p.is_file()}
    assert set(manifest["files"]) == {name for name in on_disk if not name.startswith(("resultats/", "."))}
    about = manifest["files"]["figures/un/combien.svg"]
    assert (about["run"], about["result"], about["sources"], about["n"]) == ("un", "combien", ["S1"], "n = 250")
    assert about["parameters"]["hauteur"] == 3.5 and len(about["sha256"]) == 64
    assert manifest["corpus"] == {"name": "essai", "sha256": "corpus", "corrections": []}
    assert {"python", "ect_research", "matplotlib", "pandas"} <= set(versions())


def test_numbers_and_days_of_a_table_are_written_in_french():
    table = read_machine(b"jour,n,vu,code\n2025-03-12,12345.5,true,01004\n")
    html = html_table(table, numeric=("n",))
    assert "12/03/2025" in html and "12\u202f345,5" in html and ">oui<" in html and ">01004<" in html


def test_a_picture_is_light_carries_its_fonts_and_stands_twice_in_a_page_without_a_clash_of_ids():
    figure = get_theme().new_figure(60)
    axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    axes.plot([value / 7 for value in range(90)], [value**0.3 for value in range(90)])
    axes.bar([1, 2], [1, 2], hatch="//")
    axes.set_title("Une <courbe> & ses $voisines$", weight="bold")
    captioned = add_caption(figure, ect.Caption("Courbe", "n = 90", "Rapport"), get_theme())
    raw, made = io.BytesIO(), image_bytes(captioned, get_theme(), title="Courbe", description="Elle monte.")
    with get_theme().applied():
        captioned.savefig(raw, format="svg")
    svg = made["svg"].decode("utf-8")
    assert len(lighten(raw.getvalue().decode("utf-8"))) < 0.85 * len(raw.getvalue())
    assert svg.count("@font-face") == len(faces_of(svg)) and {"bold", "normal"} <= set(faces_of(svg))
    assert ">Une &lt;courbe&gt; &amp; ses $voisines$</text>" in svg
    placed = [inside_page(svg, name, (6.7, 0.4, 2.4, 0.6), "Elle monte.") for name in ("un", "deux")]
    page = ET.fromstring(f'<p xmlns:xlink="http://www.w3.org/1999/xlink">{"".join(placed)}</p>')  # noqa: S314
    ids = [one.attrib["id"] for one in page.iter() if "id" in one.attrib]
    addresses = re.findall(r"(?:href=\"|url\()#([^)\"]*)", "".join(placed))
    assert len(ids) == len(set(ids)) and addresses and set(addresses) <= set(ids)
    assert "n = 90" in svg and "n = 90" not in placed[0], "the page says its notes itself"


def test_a_figure_has_one_day_that_of_the_observation_its_scale_and_only_signs_of_its_font():
    figure = get_theme().new_figure(20)
    figure.text(0.5, 0.5, "Ferme 🌾 \u202edu Bois, 漢 $5$")
    made = image_bytes(figure, get_theme(), title="À quelle date\u202f?", description="d", day=date(2025, 12, 31))
    assert ">Ferme □ □du Bois, □ $5$</text>" in made["svg"].decode("utf-8")
    assert b"D:20251231" in made["pdf"] and b"pdfaid" in made["pdf"]
    with Image.open(io.BytesIO(made["png"])) as png:
        assert png.info["Title"] == "À quelle date\u202f?" and round(png.info["dpi"][0]) == 200
