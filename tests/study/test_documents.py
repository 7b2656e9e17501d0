"""What is printed: the report of a study, the sheet of each project, the line of years on it."""

import re
import shutil
import subprocess
from dataclasses import replace
from importlib.resources import files

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ect_research as ect
from ect_research.codebook.load_codebook import load_codebook
from ect_research.figures.page.csv_tables import page_policy
from ect_research.gate.file_texts import pdf_texts
from ect_research.study.base.result_record import EXECUTED
from ect_research.study.definition.study_file import read_study
from ect_research.study.documents import report, sheet_page
from ect_research.study.documents.document_words import Words
from ect_research.study.documents.named_results import notes_of
from ect_research.study.documents.report import build_report
from ect_research.study.documents.sheet_course import TimeStrip
from ect_research.study.documents.sheet_page import build_sheets
from ect_research.study.kernels.task import TaskReport
from ect_research.study.outputs.output_folder import OutputFolder, RunRecord
from ect_research.study.publishing.publish import save_exhibit
from ect_research.words import tell

STUDY = """titre = "Essai"
corpus = "essai"
rapport = true
fiches = true
[[execution]]
id = "un"
carnet = "a.ipynb"
"""
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
CELLS = [("markdown", "# Combien ?\n\nCombien de projets ?"), ("parameters", "hauteur = 3.5  # en mètres")]
# What a cell left unread, or a code left untold, would look like.
RAW = re.compile(r"^(nan|none|nat|<na>)$|\b[a-z]+_[a-z_]+\b|Timestamp|\.0\b", re.IGNORECASE)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def leaves(data: object) -> list[str]:
    if isinstance(data, dict):
        return [leaf for value in data.values() for leaf in leaves(value)]
    if isinstance(data, list):
        return [leaf for value in data for leaf in leaves(value)]
    return [data] if isinstance(data, str) else []


def plain(text: object) -> str:
    return str(text).replace("\\xa0", " ").replace("\\u202f", " ").replace("\xa0", " ").replace("\u202f", " ")


@pytest.fixture
def study(make_project):
    return read_study(make_project(STUDY, a=CELLS))


@pytest.fixture
def place(study, monkeypatch) -> OutputFolder:
    place = OutputFolder(study.root / "outputs" / "etude")
    with place.opened(["un"]):
        staging = place.staging("un")
        staging.mkdir(parents=True)
        monkeypatch.setenv("ECT_SORTIES", str(staging))
        long, themes = pd.DataFrame({"annee": range(60)}), pd.DataFrame({"thème": ["eau"], "part": [0.25]})
        caption = ect.Caption("Combien de projets", "n = 60 années", "Rapport", reading="en 2020, un projet")
        refused = ect.Refusal(tell("la courbe"), tell("il en faut 10."), tell("Dater 3 créations."))
        figure = ect.show_figure(lambda theme: theme.new_figure(40), long, caption, sources=["S1"])
        save_exhibit(figure, "combien")
        save_exhibit(ect.show_table(themes, title="Thèmes #1 [x] $y$", n="n = 1"), "themes")
        save_exhibit(ect.show_table(long, title="Années", n="n = 60"), "annees")
        save_exhibit(ect.show_table(refused, title="", n=""), "c")
        (staging / EXECUTED).write_text("{}", encoding="utf-8")
        place.settle(RunRecord("un", "reussi", None, {"hauteur": 3.5}, {}, "", "", ()))
    return place


@pytest.fixture
def corpus(study):
    return ect.load_corpus(study.root / "surveys/essai")


def test_the_report_holds_every_result_with_what_makes_it_believable(study, corpus, place, monkeypatch):
    seen = {}
    monkeypatch.setattr(report, "make_pdf", lambda _, data, pictures: seen.update(data, pictures=pictures) or b"")
    build_report(study, corpus, place.records(), place.path)
    (part,), (refusal,) = seen["parts"], seen["refusals"]
    figure, table = part["results"]
    (long,) = seen["tables"]
    assert plain(part["title"]) == "Résultats"
    assert set(seen["pictures"]) == {figure["picture"], "suite.json"} and "en 2020, un projet" in figure["alt"]
    assert [word for line in figure["notes"] for word, _ in line] == ["Lecture", "Effectif", "Source"]
    assert not figure["method"], "nothing is longer than a reader reads"
    assert plain(table["cells"]) == "[['eau', '0,25']]" and table["numeric"] == [False, True]
    assert long["cells"] is None and long["path"] == "tables/un/annees.csv" and long["number"] == "Tableau A1"
    assert refusal["number"] == "Refus 1, La courbe" and "Dater 3 créations." in refusal["sentence"]
    assert "corpus « essai »" in plain(seen["methods"]) and corpus.digest in plain(seen["methods"])
    assert plain(seen["runs"]) == (
        "[{'title': 'Combien ?', 'notebook': 'a.ipynb', 'parameters': 'hauteur = 3.5 ; graine 1757192462', "
        "'counts': 'n = 60 années, n = 1, n = 60', 'results': '1 figure, 2 tableaux, 1 refus'}]"
    )


def test_a_title_that_the_report_typesets_is_not_read_again_under_its_drawing(study, corpus, place, monkeypatch):
    def titles() -> int:
        said = "".join(pdf_texts(build_report(study, corpus, place.records(), place.path)))
        return plain(said).replace(" ", "").count("Combiendeprojets")

    once = titles()
    monkeypatch.setattr(report, "without_caption", lambda svg: svg)
    assert once < titles()


@pytest.mark.parametrize("sentences", [0, 1, 3, 12])
@pytest.mark.parametrize("clauses", [0, 1, 3, 12])
def test_the_notes_of_a_result_hold_in_three_lines_and_lose_nothing(place, sentences, clauses):
    output = place.records()["un"].outputs[0]
    reading = " ".join(
        f"La phrase {rank} se lit à voix haute, sans reprendre son souffle." for rank in range(sentences)
    )
    missing = " ; ".join(f"{rank} projets sans date, sans lieu et sans histoire" for rank in range(clauses))
    notes = notes_of(replace(output, kind="figure", reading=reading, missing=missing), Words("fr"))
    assert sum(len(text) for _, text in notes.short) <= 300
    told = plain(" ".join(text for _, text in (*notes.short, *notes.longer)))
    assert all(f"La phrase {rank} " in told for rank in range(sentences))
    assert all(f"{rank} projets sans date" in told for rank in range(clauses))


def test_the_report_is_an_archive_with_the_same_bytes_twice(study, corpus, place):
    pdf = build_report(study, corpus, place.records(), place.path)
    assert pdf == build_report(study, corpus, place.records(), place.path)
    assert b"pdfaid:part" in pdf and b"/Lang" in pdf and b"/StructTreeRoot" in pdf and pages(pdf) >= 3


@pytest.mark.croisement
@pytest.mark.parametrize("reader", ["horizons", "ademe", "revue", "fiche"])
def test_the_tallest_figure_stays_with_what_opens_its_part_and_with_its_notes(make_project, monkeypatch, reader):
    study = read_study(make_project(STUDY.replace("rapport =", f'lecteur = "{reader}"\nrapport ='), a=CELLS))
    place = OutputFolder(study.root / "outputs" / "etude")
    with place.opened(["un"]):
        staging = place.staging("un")
        staging.mkdir(parents=True)
        monkeypatch.setenv("ECT_SORTIES", str(staging))
        caption = ect.Caption("Combien de projets", "n = 60 années", "Rapport", reading="En 2020, un projet. " * 30)
        years = pd.DataFrame({"annee": range(60)})
        save_exhibit(ect.show_figure(lambda theme: theme.new_figure(240), years, caption), "combien")
        (staging / EXECUTED).write_text("{}", encoding="utf-8")
        place.settle(RunRecord("un", "reussi", None, {"hauteur": 3.5}, {}, "", "", ()))
    pdf = build_report(study, ect.load_corpus(study.root / "surveys/essai"), place.records(), place.path)
    together = ("Résultats", "Combiendeprojets", "Lecture:En2020,unprojet", "Source:Rapport")
    assert any(all(text in plain(page).replace(" ", "") for text in together) for page in pdf_texts(pdf))
    assert pages(pdf) <= len(["cover", "part and figure", "refusals and method", "documents"])


@pytest.mark.croisement
def test_no_result_is_parted_from_its_title_nor_its_notes_where_pages_turn(make_project, monkeypatch):
    study = read_study(make_project(STUDY, a=CELLS))
    place = OutputFolder(study.root / "outputs" / "etude")
    heights = [190, 60, 220, 90, 90, 150]
    with place.opened(["un"]):
        staging = place.staging("un")
        staging.mkdir(parents=True)
        monkeypatch.setenv("ECT_SORTIES", str(staging))
        for rank, height in enumerate(heights):
            caption, data = ect.Caption(f"Drawing{rank}", "n = 1", f"Source{rank}"), pd.DataFrame({"annee": range(25)})
            figure = ect.show_figure(lambda theme, high=height: theme.new_figure(high), data, caption)
            save_exhibit(figure, f"f{rank}")
            cells = ect.show_table(data, title=f"Cells{rank}", n="n = 1", note=f"Note{rank}")
            save_exhibit(cells, f"t{rank}")
        (staging / EXECUTED).write_text("{}", encoding="utf-8")
        place.settle(RunRecord("un", "reussi", None, {"hauteur": 3.5}, {}, "", "", ()))
    real, seen = report.make_pdf, {}
    monkeypatch.setattr(report, "make_pdf", lambda name, data, drawn: seen.update(data) or real(name, data, drawn))
    pdf = build_report(study, ect.load_corpus(study.root / "surveys/essai"), place.records(), place.path)
    texts = list(pdf_texts(pdf))
    placed = [[seen["parts"][0]["results"][one["at"]] for one in page] for page in seen["pages"]]
    assert sorted(one["title"] for page in placed for one in page) == sorted(
        f"{kind}{rank}" for rank in range(len(heights)) for kind in ("Drawing", "Cells")
    )
    for page in placed:
        told = [
            word
            for one in page
            for word in (one["title"], one["title"].replace("Cells", "Note").replace("Drawing", "Source"))
        ]
        assert any(all(word in text for word in told) for text in texts), told


def test_a_failed_run_makes_the_report_say_that_it_is_incomplete(study, corpus, place, monkeypatch):
    seen = {}
    monkeypatch.setattr(report, "make_pdf", lambda _, data, __: seen.update(data) or b"")
    failed = RunRecord("un", "echec", tell("{error} : {said}", error="KeyError", said="x"), {}, {}, "", "", ())
    build_report(study, corpus, {"un": failed}, place.path)
    assert seen["parts"] == [] and "KeyError" in plain(seen["failures"])


@pytest.mark.croisement
def test_every_project_of_the_public_register_has_one_french_page(monkeypatch):
    corpus = ect.load_corpus("pays-ledonien")
    real, said = sheet_page.make_pdf, []
    monkeypatch.setattr(
        sheet_page, "make_pdf", lambda template, data: said.extend(leaves(data)) or real(template, data)
    )
    made = dict(build_sheets(corpus))
    printed = [sheet for name, sheet in made.items() if name.endswith(".pdf")]
    assert len(printed) == len(corpus.tables["projets"]) and {pages(pdf) for pdf in printed} == {1}
    assert [text for text in said if RAW.search(text)] == []
    assert any("au plus tôt" in text for text in said), "an opening known only as « après 04/2017 »"
    assert dict(build_sheets(corpus)) == made


@pytest.mark.croisement
@pytest.mark.skipif(CHROMIUM is None, reason="aucun navigateur Chromium pour mesurer la page")
def test_a_sheet_and_the_list_of_sheets_hold_in_a_narrow_window(tmp_path, monkeypatch):
    monkeypatch.setattr(sheet_page, "make_pdf", lambda *_: b"")
    for name, made in build_sheets(ect.load_corpus("pays-ledonien")):
        if name in ("index.html", "p03.html"):
            measured = (
                made.decode()
                .replace(page_policy(), "")
                .replace("</body>", "<script>document.title = document.documentElement.scrollWidth</script></body>")
            )
            frame = f"<iframe id=f src={name} width=400 height=900></iframe>"
            (tmp_path / name).write_text(measured, encoding="utf-8")
            (tmp_path / f"f-{name}").write_text(
                f"{frame}<script>onload = () => document.title = f.contentDocument.title</script>", encoding="utf-8"
            )
            command = [CHROMIUM, "--headless", "--no-sandbox", "--allow-file-access-from-files", "--dump-dom"]
            dom = subprocess.run([*command, f"{tmp_path}/f-{name}"], capture_output=True, text=True, check=True).stdout
            found = re.search(r"<title>(\d+)</title>", dom)
            assert found and int(found[1]) <= 400, name


def sheet_of(folder, monkeypatch, **changes) -> dict:
    """What the only sheet of a small corpus says, after adding lines to its tables."""
    for name, text in changes.items():
        path = folder / f"{name}.csv"
        path.write_text((path.read_text("utf-8") if path.exists() else "") + text, encoding="utf-8")
    seen = {}
    monkeypatch.setattr(sheet_page, "make_pdf", lambda _, data: seen.update(data) or b"")
    list(build_sheets(ect.load_corpus(folder)))
    return seen


@pytest.mark.croisement
def test_a_long_story_still_holds_on_one_page(study):
    folder = study.root / "surveys/essai"
    lines = "".join(f"F{i};P1;atelier_tenu;{2016 + i % 8};S1;2_declare\n" for i in range(70))
    (folder / "evenements.csv").write_text((folder / "evenements.csv").read_text("utf-8") + lines, encoding="utf-8")
    pdf = dict(build_sheets(ect.load_corpus(folder)))["p1.pdf"]
    assert pages(pdf) == 1


@pytest.mark.croisement
@pytest.mark.skipif(CHROMIUM is None, reason="aucun navigateur Chromium pour imprimer la fiche")
@pytest.mark.parametrize("count", [12, 30, 70])
def test_a_browser_prints_a_long_story_on_one_page(study, tmp_path, count):
    folder = study.root / "surveys/essai"
    said = "réunion publique avec les habitants, les associations et les élus du canton"
    events = (folder / "evenements.csv").read_text("utf-8")
    lines = "".join(f"F{i};P1;atelier_tenu;{2016 + i % 8};S1;2_declare;{said}\n" for i in range(count))
    head, *old = events.splitlines()
    events = "\n".join([f"{head};description", *(f"{line};" for line in old)]) + f"\n{lines}"
    (folder / "evenements.csv").write_text(events, encoding="utf-8")
    (tmp_path / "p1.html").write_bytes(dict(build_sheets(ect.load_corpus(folder), "en"))["p1.html"])
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    target = f"--print-to-pdf={tmp_path / 'p1.pdf'}"
    subprocess.run([CHROMIUM, *options, target, str(tmp_path / "p1.html")], check=True, capture_output=True)
    assert pages((tmp_path / "p1.pdf").read_bytes()) == 1


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("style", ["page.css", "fiche.css"])
def test_every_colour_of_text_is_readable_on_every_ground(style):
    css = (files("ect_research.study") / "assets" / style).read_text("utf-8")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", css))
    grounds = ["#ffffff", *(colour for name, colour in found.items() if "wash" in name)]
    inks = [colour for name, colour in found.items() if name in ("ink", "muted", "accent", "warn")]
    assert len(inks) >= 3 and len(grounds) >= 2
    for ink in inks:
        for ground in grounds:
            low, high = sorted((luminance(ink), luminance(ground)))
            assert (high + 0.05) / (low + 0.05) >= 4.5, f"{ink} sur {ground} : sous le niveau AA de WCAG 2.1"


def test_a_sheet_asks_what_no_document_says(study, monkeypatch):
    more = "E2;P1;atelier_tenu;;S1;0_deduit\n"
    said = sheet_of(study.root / "surveys/essai", monkeypatch, evenements=more)
    questions = plain(said["open"])
    assert "1 évènement sans date : E2. Quand était-ce ?" in questions
    assert "1 fait déduit ou dit par une seule voix : E2." in questions
    assert "Non renseigné : " in questions and "statut juridique" in questions
    assert said["events"][0]["when"] == "automne 2022" and said["events"][1]["mark"] is None
    assert said["events"][1]["doubt"] and not said["events"][0]["doubt"]


def test_a_sheet_names_organisations_and_no_person(study, monkeypatch):
    codes = load_codebook().codes("nature_acteur")
    person = next(code for code in codes if "personne" in code)
    other = next(code for code in codes if "personne" not in code)
    source = study.root / "surveys/essai/source.toml"
    source.write_text(source.read_text("utf-8").replace("protege = []", 'protege = ["personnes"]'), encoding="utf-8")
    said = sheet_of(
        study.root / "surveys/essai",
        monkeypatch,
        acteurs="acteur_id;nom;pseudonyme;nature;source_id;certitude\n"
        f"A1;Jeanne Martin;Habitante 1;{person};S1;2_declare\nA2;Le Fournil;;{other};S1;2_declare\n",
        participations="participation_id;acteur_id;projet_id;role;source_id;certitude\n"
        "X1;A1;P1;porteur;S1;2_declare\nX2;A2;P1;porteur;S1;2_declare\n",
    )
    assert "Martin" not in str(said) and "Le Fournil" in str(said["actors"])


days = st.dates(min_value=pd.Timestamp("2000-01-01").date(), max_value=pd.Timestamp("2025-12-31").date())


@given(st.lists(st.tuples(st.none() | days, st.none() | days), min_size=1, max_size=8))
def test_every_mark_stays_on_the_line_and_in_order(spans):
    rows = []
    for low, high in spans:
        if low and high and low > high:
            low, high = high, low  # noqa: PLW2901
        rows.append({"date_debut_min": pd.Timestamp(low) if low else pd.NaT,
                     "date_debut_max": pd.Timestamp(high) if high else pd.NaT, "evenement_id": "E", "ordre": None})  # fmt: skip
    strip = TimeStrip(rows, pd.Timestamp("2025-12-31"))
    for row in rows:
        mark = strip.mark(row)
        assert (mark is None) == (pd.isna(row["date_debut_min"]) and pd.isna(row["date_debut_max"]))
        if mark:
            assert 0 <= mark["from"] <= mark["to"] <= 1
            assert mark["open"] == [pd.isna(row["date_debut_min"]), pd.isna(row["date_debut_max"])]
    assert 1 <= len(strip.years()) <= 6 and all(0 <= place <= 1 for place, _ in strip.years())


@pytest.mark.croisement
def test_documents_are_made_again_when_they_are_gone(study, monkeypatch):
    def nothing(tasks, watcher):
        for task in tasks:
            staging = OutputFolder(study.root / "outputs/etude").staging(task.id)
            staging.mkdir(parents=True)
            (staging / EXECUTED).write_text("{}", encoding="utf-8")
            yield TaskReport(task.id, "reussi")

    from ect_research.study.engine.engine import run_study

    folder = run_study(study, executor=nothing).folder
    sheet = (folder / "fiches/p1.pdf").read_bytes()
    assert (folder / "rapport.pdf").is_file()
    shutil.rmtree(folder / "fiches")
    assert run_study(study, executor=nothing).reports == () and (folder / "fiches/p1.pdf").read_bytes() == sheet
    page = (folder / "index.html").read_text("utf-8")
    assert 'href="rapport.pdf"' in page and 'href="fiches/index.html"' in page
