"""What the figures of the first three notebooks contain, in three presets, on the register and on long French names."""

import re
from dataclasses import replace
from itertools import combinations, pairwise

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

import ect_research as ect
from ect_research.figures.page.caption import add_caption
from ect_research.figures.page.figure_bytes import image_bytes
from ect_research.figures.signs.stage_signs import stage_signs

READERS = [("ademe", "fr"), ("revue", "fr"), ("horizons", "en"), ("fiche", "fr")]
VARIABLES = ["thematique", "objet", "portage_actuel", "statut_juridique", "declencheur", "accompagne", "dispositif"]


@pytest.fixture(scope="module")
def corpus():
    return ect.load_corpus("pays-ledonien")


@pytest.fixture(scope="module")
def results(corpus):
    tables, stages = corpus.tables, corpus.codebook.stages
    episodes = ect.derive_episodes(tables["evenements"], stages, observed_on=corpus.observed_on)
    return {
        "completeness": ect.build_completeness(tables, corpus.codebook),
        "provenance": ect.build_completeness(tables, corpus.codebook),
        "published_funnel": ect.build_published_funnel(tables["indicateurs"]),
        "register_funnel": ect.build_register_funnel(tables, stages),
        "trajectories": ect.build_timelines(episodes, tables["evenements"], tables["projets"]),
        "bertin_matrix": ect.build_bertin_matrix(
            tables["projets"], VARIABLES, corpus.codebook, codings=tables["codages"], permutations=19
        ),
    }


KINDS = ["completeness", "provenance", "published_funnel", "register_funnel", "trajectories", "bertin_matrix"]


def drawn(kind, results, corpus, theme):
    figure = getattr(ect, f"draw_{kind}")(results[kind], corpus, theme)
    return add_caption(figure, getattr(ect, f"caption_{kind}")(results[kind], corpus, theme), theme)


def texts(figure):
    return [text for text in figure.findobj(mpl.text.Text) if text.get_visible() and text.get_text().strip()]


def words(figure) -> str:
    return " ".join(text.get_text() for text in texts(figure)).replace("\u202f", " ").replace("\xa0", " ")


def boxes(figure, theme):
    with theme.applied():
        renderer = figure.canvas.get_renderer()
        return [(text.get_text(), text.get_window_extent(renderer)) for text in texts(figure)]


@pytest.mark.parametrize(("reader", "language"), READERS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_text_covers_another_or_leaves_the_page(kind, reader, language, results, corpus):
    theme = ect.get_theme(reader, language)
    figure = drawn(kind, results, corpus, theme)
    placed = boxes(figure, theme)
    width, height = figure.bbox.width, figure.bbox.height
    for text, box in placed:
        assert box.x0 >= -1, text
        assert box.x1 <= width + 1, text
        assert box.y0 >= -1, text
        assert box.y1 <= height + 1, text
    for (first, one), (second, other) in combinations(placed, 2):
        across = min(one.x1, other.x1) - max(one.x0, other.x0)
        upright = min(one.y1, other.y1) - max(one.y0, other.y0)
        slack = 0.28 * min(one.width, one.height, other.width, other.height)
        assert across <= slack or upright <= slack, f"{first!r} and {second!r} overlap"


@pytest.mark.parametrize("kind", ["published_funnel", "trajectories"])
def test_the_same_input_gives_the_same_bytes(kind, results, corpus):
    theme = ect.get_theme("ademe")
    first, second = (
        image_bytes(drawn(kind, results, corpus, theme), theme, title="t", description="d") for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize("kind", KINDS)
def test_a_refusal_takes_the_place_of_the_figure_its_caption_and_its_table(kind, corpus):
    refusal, theme = ect.Refusal("la figure", "Rien.", "Nothing."), ect.get_theme()
    verbs = ("draw", "caption") if kind == "provenance" else ("draw", "caption", "tabulate")
    for verb in verbs:
        assert getattr(ect, f"{verb}_{kind}")(refusal, corpus, theme) is refusal


@pytest.mark.parametrize("kind", KINDS)
def test_a_caption_gives_n_the_source_and_the_day_of_observation(kind, results, corpus):
    theme = ect.get_theme()
    caption = getattr(ect, f"caption_{kind}")(results[kind], corpus, theme)
    assert caption.n.startswith("n = ")
    assert caption.source.startswith("Registre public du Pays Lédonien")
    assert caption.date.replace("\xa0", " ") == "état au 31 décembre 2025"
    assert caption.reading


@pytest.mark.parametrize("kind", KINDS)
def test_an_english_figure_has_no_french_label(kind, results, corpus):
    seen = words(drawn(kind, results, corpus, ect.get_theme("revue", "en")))
    french = ["renseigné", "manquant", "étape", "Expérimentation", "projets ", "Source :", "Champ", "au moins", "fait "]
    names = " ".join(corpus.names().values())
    assert [word for word in french if word in seen and word not in names] == []


def test_every_project_is_named_on_its_line(results, corpus):
    seen = words(drawn("trajectories", results, corpus, ect.get_theme()))
    for name in corpus.names().values():
        assert name in seen


@pytest.mark.parametrize("kind", KINDS)
def test_a_greyscale_reader_gets_greys_only(kind, results, corpus):
    figure = drawn(kind, results, corpus, ect.get_theme("revue"))
    for patch in figure.findobj(Rectangle):
        red, green, blue = patch.get_facecolor()[:3]
        assert max(red, green, blue) - min(red, green, blue) < 0.01


def test_stages_differ_without_colour(corpus):
    signs = stage_signs(corpus.codebook, ect.get_theme("revue")).values()
    assert len({sign.sign for sign in signs}) == len(signs)
    stages = [sign for sign in signs if sign.code.startswith("e")]
    assert len({(sign.face, sign.hatch) for sign in stages}) == len(stages)
    assert all(max(to_rgb(sign.face)) == min(to_rgb(sign.face)) for sign in signs)


def test_the_published_rate_is_said_to_be_a_ceiling(results, corpus):
    seen = words(drawn("published_funnel", results, corpus, ect.get_theme()))
    assert "au moins 130" in seen
    assert "17 % au plus" in seen
    assert len(re.findall(r"\[\d+ à \d+ %\]", seen)) == int(results["published_funnel"].steps["taux"].notna().sum())
    assert "Emplois créés (personnes)" in seen


def test_the_completeness_shows_every_column_and_its_count(results, corpus):
    seen = words(drawn("completeness", results, corpus, ect.get_theme()))
    cells = results["completeness"].cells
    line = cells[(cells["table"] == "projets") & (cells["variable"] == "objet")].iloc[0]
    assert f"{line['renseigne']} / {line['n']}" in seen
    assert f"Projets (n = {line['n']})" in seen
    shown = sum(
        " / " in text.get_text() or text.get_text() == "–"
        for text in texts(drawn("completeness", results, corpus, ect.get_theme()))
    )
    assert shown == int((~cells["provenance"]).sum())


def test_the_matrix_holds_one_mark_per_coding_and_says_what_chance_gives(results, corpus):
    theme = ect.get_theme()
    matrix = results["bertin_matrix"]
    figure = drawn("bertin_matrix", results, corpus, theme)
    inked = [box for box in figure.findobj(Rectangle) if box.get_zorder() == 2 and box.get_height() < 5]
    full = sum(box.get_facecolor()[:3] == to_rgb("#1a1a1a") for box in inked)
    hollow = sum(box.get_linewidth() == 1.0 for box in inked)
    legend = 1
    codings = matrix.cells[matrix.cells["code"] != ""]
    deduced = int((codings["certitude"] == "0_deduit").sum())
    assert (full, hollow) == (len(codings) - deduced + legend, deduced)
    assert "hasard" in ect.caption_bertin_matrix(matrix, corpus, theme).reading


@pytest.mark.parametrize("reader", ["horizons", "ademe", "revue", "fiche"])
def test_the_bars_of_the_whole_codebook_fit_on_a_printed_page_with_their_caption(results, corpus, reader):
    figure = drawn("completeness", results, corpus, ect.get_theme(reader))
    assert figure.get_size_inches()[1] * 25.4 <= 297


@pytest.mark.parametrize("count", [15, 150])
def test_lines_stay_apart_from_15_to_150_projects(count, corpus):
    codes = [f"P{place:03d}" for place in range(count)]
    dates = pd.date_range("2016-01-01", periods=count, freq="23D").astype("datetime64[s]")
    events = pd.DataFrame(
        {"evenement_id": codes, "projet_id": codes, "type_evenement": "statuts_deposes", "certitude": "2_declare",
         "date_debut_min": dates, "date_debut_max": dates + pd.Timedelta(days=200)}
    )  # fmt: skip
    projects = pd.DataFrame(
        {"projet_id": codes, "nom": [f"Plateforme de réemploi inter-entreprises du Haut-Jura {code}" for code in codes]}
    )
    many = replace(corpus, tables={"projets": projects, "evenements": events})
    episodes = ect.derive_episodes(events, corpus.codebook.stages, observed_on=corpus.observed_on)
    theme = ect.get_theme("revue")
    figure = ect.draw_trajectories(ect.build_timelines(episodes, events, projects), many, theme)
    names = sorted((box.y0, box.y1) for text, box in boxes(figure, theme) if text.startswith("Plateforme"))
    assert len(names) == count
    assert all(below[1] <= above[0] + 0.5 for below, above in pairwise(names))


def test_a_window_is_marked_only_when_asked(results, corpus):
    theme = ect.get_theme()
    plain = ect.draw_trajectories(results["trajectories"], corpus, theme)
    shocked = ect.draw_trajectories(results["trajectories"], corpus, theme, shocks=[(2020.2, 2021.4, "Covid-19")])
    assert "Covid-19" not in words(plain)
    assert "Covid-19" in words(shocked)


def test_every_source_table_names_documents_and_projects(corpus):
    support = ect.build_source_support(corpus.tables, corpus.codebook)
    by_source = ect.tabulate_source_support(support, corpus)
    assert by_source["reference"].notna().all()
    assert (by_source["total"] >= by_source["seule_source"]).all()
    sentence = ect.say_single_source(support, corpus, ect.get_theme())
    assert sentence.startswith(f"{len(support.single_source)} projets sur {support.n}")
