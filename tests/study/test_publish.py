"""Nothing leaves a notebook without n, a source and its data; what leaves has the same bytes every time."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import ect_research as ect
from ect_research.errors import EctError
from ect_research.study.base.result_record import read_outputs
from ect_research.study.publishing.publish import source_ids
from ect_research.words import tell

DATA = pd.DataFrame({"annee": [2020, 2024], "projets": [1.0, 3.5]})
CAPTION = ect.Caption("Combien ?", "n = 2 années", "Rapport annuel", reading="en 2020, 1 projet", missing="3 sans date")


def draw(theme=None):
    theme = theme or ect.get_theme()
    with theme.applied():
        figure = theme.new_figure(60)
        figure.add_axes((0.1, 0.15, 0.85, 0.8)).plot(DATA["annee"], DATA["projets"])
    return figure


def test_a_figure_leaves_three_pictures_and_two_data_files(outputs):
    shown = ect.save_figure(draw(), "combien", CAPTION, data=DATA, sources=[("S2", "S1"), "S1"])
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
    ect.save_figure(draw(), "combien", CAPTION, data=DATA)
    svg = (outputs / "figures/combien.svg").read_text("utf-8")
    assert 'role="img"' in svg and '<title id="titre">Combien ?</title>' in svg
    assert "en 2020, 1 projet. n = 2 années. 3 sans date. Source : Rapport annuel." in svg
    assert "dc:date" not in svg and "matplotlib.org" not in svg
    assert b"CreationDate" not in (outputs / "figures/combien.pdf").read_bytes()


SCRIPT = f"""import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
import os, test_publish as t, ect_research as ect
ect.save_figure(t.draw(), "combien", t.CAPTION, data=t.DATA)"""


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
        ect.save_figure(draw(), "combien", replace(CAPTION, **change), data=DATA)
    assert not outputs.exists()


def test_a_figure_without_its_data_is_refused(outputs):
    with pytest.raises(EctError, match="données"):
        ect.save_figure(draw(), "combien", CAPTION, data=None)


@pytest.mark.parametrize("name", ["Combien", "été", "a_b", "../x", "", "a--b", "con", "x" * 61])
def test_a_name_that_is_no_slug_is_refused(outputs, name):
    with pytest.raises(EctError, match="ne convient pas"):
        ect.save_figure(draw(), name, CAPTION, data=DATA)


def test_the_same_name_twice_in_a_run_is_refused_even_for_a_table(outputs):
    ect.save_figure(draw(), "combien", CAPTION, data=DATA)
    with pytest.raises(EctError, match="déjà servi"):
        ect.save_table(DATA, "combien", title="T", n="n = 2")


def test_by_hand_a_cell_may_be_executed_again_and_changes_nothing(tmp_path, monkeypatch):
    for folder in ("surveys", "notebooks"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    monkeypatch.setenv("JPY_SESSION_NAME", "/ailleurs/01_corpus.ipynb")
    figure, folder = draw(), tmp_path / "outputs" / "a-la-main" / "01_corpus"
    ect.save_figure(figure, "combien", CAPTION, data=DATA)
    before = (folder / "figures/combien.svg").read_bytes()
    ect.save_figure(figure, "combien", CAPTION, data=DATA)
    assert (folder / "figures/combien.svg").read_bytes() == before
    assert len(read_outputs(folder)) == 1


def test_a_figure_cannot_take_a_second_caption(outputs):
    figure = draw()
    ect.save_figure(figure, "un", CAPTION, data=DATA)
    with pytest.raises(EctError, match="autre légende"):
        ect.save_figure(figure, "deux", ect.Caption("Autre", "n = 1", "S"), data=DATA)


def test_the_layout_tells_where_the_drawing_is_in_the_page(outputs):
    figure = draw()
    body = figure.get_size_inches()[1]
    ect.save_figure(figure, "combien", CAPTION, data=DATA)
    width, head, drawn, foot = read_outputs(outputs)[0].layout
    assert drawn == pytest.approx(body, abs=1e-3) and width == pytest.approx(170 / 25.4, abs=1e-3)
    assert head + drawn + foot == pytest.approx(figure.get_size_inches()[1], abs=1e-3)
    assert 0.2 < head < 1 and 0.3 < foot < 1.5


def test_a_refusal_takes_the_place_of_a_figure_or_a_table(outputs):
    refusal = ect.Refusal(
        tell("les lignes de vie"), tell("Aucun projet à compter."), tell("dater des faits plus anciens.")
    )
    shown = ect.save_figure(refusal, "courbe", CAPTION, data=None, theme=ect.get_theme("revue", "en"))
    assert "No project" in shown._repr_html_()
    assert "Aucun projet" in ect.save_table(refusal, "points", title="Points", n="")._repr_html_()
    first, second = read_outputs(outputs)
    assert first.kind == second.kind == "refus"
    assert "dater des faits" in first.refusal_fr and "date older facts." in first.refusal_en
    assert not (outputs / "figures").exists()


def test_a_table_is_shown_with_french_numbers(outputs):
    sources = pd.Series([("S1",), None])
    html = ect.save_table(DATA, "annees", title="Années <2>", n=2, sources=sources, note="Lire a < b.")._repr_html_()
    assert html.endswith("Lire a &lt; b.</p>")
    assert "3,5" in html and ">2024<" in html and "Années &lt;2&gt; (n = 2)" in html
    assert read_outputs(outputs)[0].sources == ("S1",)


def test_sources_are_gathered_from_strings_tuples_and_columns():
    assert source_ids("R25") == ("R25",)
    assert source_ids(pd.Series([("R25", "INT"), None, ("INT", "AG")])) == ("AG", "INT", "R25")
