"""Nothing leaves a notebook without n, a source and its data; what leaves has the same bytes every time."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import ect_research as ect
from ect_research.errors import EctError
from ect_research.figures.exhibit.context import Context, source_ids
from ect_research.figures.page.theme import get_theme
from ect_research.study.base.result_record import read_outputs
from ect_research.study.publishing.publish import save_exhibit
from ect_research.words import tell

DATA = pd.DataFrame({"annee": [2020, 2024], "projets": [1.0, 3.5]})
CAPTION = ect.Caption("Combien ?", "n = 2 années", "Rapport annuel", reading="en 2020, 1 projet", missing="3 sans date")


def draw(theme):
    with theme.applied():
        figure = theme.new_figure(60)
        figure.add_axes((0.1, 0.15, 0.85, 0.8)).plot(DATA["annee"], DATA["projets"])
    return figure


def publish(name="combien", caption=CAPTION, rows=DATA, drawing=draw, **said):
    return save_exhibit(ect.show_figure(drawing, rows, caption, **said), name)


def test_a_figure_leaves_three_pictures_and_two_data_files(outputs):
    shown = publish(sources=[("S2", "S1"), "S1"])
    names = {path.name for path in (outputs / "figures").iterdir()}
    assert names == {f"combien.{end}" for end in ("svg", "pdf", "png", "csv", "machine.csv")}
    (record,) = read_outputs(outputs)
    assert (record.kind, record.n, record.missing, record.sources) == (
        "figure",
        "n = 2 années",
        "3 sans date",
        ("S1", "S2"),
    )
    assert (record.reader, record.rows, record.numeric) == ("ademe", 2, ("annee", "projets"))
    bundle, metadata = shown._repr_mimebundle_()
    assert bundle["image/png"] and metadata["image/png"]["width"] == 643


def test_the_svg_speaks_to_a_screen_reader_and_says_nothing_of_the_day(outputs):
    publish()
    svg = (outputs / "figures/combien.svg").read_text("utf-8")
    assert 'role="img"' in svg and '<title id="titre">Combien ?</title>' in svg
    assert "en 2020, 1 projet. n = 2 années. 3 sans date. Source : Rapport annuel." in svg
    assert "dc:date" not in svg and "matplotlib.org" not in svg
    assert b"/CreationDate" not in (outputs / "figures/combien.pdf").read_bytes()


SCRIPT = f"""import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
import test_publish
test_publish.publish()"""


@pytest.mark.croisement
def test_another_process_another_day_and_another_seed_give_the_same_bytes(tmp_path):
    written = []
    for seed, epoch in (("1", "0"), ("2", "1700000000")):
        folder = tmp_path / seed
        changed = {"ECT_SORTIES": str(folder), "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": epoch, "TZ": "Asia/Tokyo"}
        path = os.pathsep.join([str(Path(ect.__file__).parent.parent), os.environ.get("PYTHONPATH", "")])
        subprocess.run([sys.executable, "-c", SCRIPT], env={**os.environ, **changed, "PYTHONPATH": path}, check=True)
        written.append({p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()})
    assert len(written[0]) == 6 and written[0] == written[1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"n": " "}, "il manque n"),
        ({"source": ""}, "une source"),
        ({"title": "", "n": ""}, "un titre, n"),
    ],
)
def test_a_caption_without_n_or_source_is_refused_and_nothing_is_written(outputs, change, said):
    from dataclasses import replace

    with pytest.raises(EctError, match=said):
        publish(caption=replace(CAPTION, **change))
    assert not outputs.exists()


def test_a_figure_without_its_data_is_refused(outputs):
    with pytest.raises(EctError, match="données"):
        publish(rows=None)


@pytest.mark.parametrize("name", ["Combien", "été", "a_b", "../x", "", "a--b", "con", "x" * 61])
def test_a_name_that_is_no_slug_is_refused(outputs, name):
    with pytest.raises(EctError, match="ne convient pas"):
        publish(name)


def test_the_same_name_twice_in_a_run_is_refused_even_for_a_table(outputs):
    publish()
    with pytest.raises(EctError, match="déjà servi"):
        save_exhibit(ect.show_table(DATA, title="T", n="n = 2"), "combien")


def test_by_hand_a_cell_may_be_executed_again_and_changes_nothing(tmp_path, monkeypatch):
    for folder in ("surveys", "notebooks"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    monkeypatch.setenv("JPY_SESSION_NAME", "/ailleurs/01_corpus.ipynb")
    folder = tmp_path / "outputs" / "a-la-main" / "01_corpus"
    publish()
    before = (folder / "figures/combien.svg").read_bytes()
    publish()
    assert (folder / "figures/combien.svg").read_bytes() == before
    assert len(read_outputs(folder)) == 1


def test_an_exhibit_published_twice_is_drawn_anew_under_one_caption(outputs):
    drawn = []

    def kept(theme):
        drawn.append(draw(theme))
        return drawn[-1]

    told = ect.show_figure(kept, DATA, CAPTION)
    for name in ("un", "deux"):
        save_exhibit(told, name)
    first, second = ([text.get_text() for text in figure.texts] for figure in drawn)
    assert first == second and sum("Combien" in text for text in second) == 1
    assert (outputs / "figures/un.svg").read_bytes() == (outputs / "figures/deux.svg").read_bytes()


def test_the_layout_tells_where_the_drawing_is_in_the_page(outputs):
    figure = draw(get_theme())
    body = figure.get_size_inches()[1]
    publish(drawing=lambda _: figure)
    width, head, drawn, foot = read_outputs(outputs)[0].layout
    assert drawn == pytest.approx(body, abs=1e-3) and width == pytest.approx(170 / 25.4, abs=1e-3)
    assert head + drawn + foot == pytest.approx(figure.get_size_inches()[1], abs=1e-3)
    assert 0.2 < head < 1 and 0.3 < foot < 1.5


def test_a_refusal_takes_the_place_of_a_figure_or_a_table(outputs):
    refusal = ect.Refusal(
        tell("les lignes de vie"), tell("Aucun projet à compter."), tell("dater des faits plus anciens.")
    )
    told = ect.show_figure(draw, refusal, CAPTION).in_context(Context(get_theme("revue", "en")))
    shown = save_exhibit(told, "courbe")
    assert "No project" in shown._repr_html_()
    assert "Aucun projet" in save_exhibit(ect.show_table(refusal, title="Points", n=""), "points")._repr_html_()
    first, second = read_outputs(outputs)
    assert first.kind == second.kind == "refus"
    assert "dater des faits" in first.refusal_fr and "date older facts." in first.refusal_en
    assert not (outputs / "figures").exists()


def test_a_table_is_shown_with_french_numbers(outputs):
    sources = pd.Series([("S1",), None])
    told = ect.show_table(DATA, title="Années <2>", n="n = 2", sources=sources, note="Lire a < b.")
    html = save_exhibit(told, "annees")._repr_html_()
    assert html.endswith("Lire a &lt; b.</p>")
    assert "3,5" in html and ">2024<" in html and "Années &lt;2&gt; (n = 2)" in html
    assert read_outputs(outputs)[0].sources == ("S1",)


def test_sources_are_gathered_from_strings_tuples_and_columns():
    assert source_ids("R25") == ("R25",)
    assert source_ids(pd.Series([("R25", "INT"), None, ("INT", "AG")])) == ("INT", "AG", "R25")
