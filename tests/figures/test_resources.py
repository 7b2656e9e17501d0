"""Resources: each state told is drawn, at its date when it has one; the others are not invented."""

from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.patches import Rectangle

import ect_research as ect
from ect_research.analysis.chance import Refusal
from ect_research.figures.page.caption import add_caption


@pytest.fixture(scope="module")
def corpus():
    return ect.load_corpus("pays-ledonien")


@pytest.fixture(scope="module")
def told(corpus):
    return ect.build_resource_states(corpus.tables["ressources"])


def marks(figure):
    return [patch for patch in figure.axes[0].findobj(Rectangle) if patch.get_zorder() == 4]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("reader", ["horizons", "ademe", "revue", "fiche"])
def test_no_word_overlaps_another_or_leaves_the_page(corpus, told, reader, language, reading):
    theme = ect.get_theme(reader, language)
    figure = ect.draw_resources(told, corpus, theme)
    with theme.applied():
        assert reading.overlapping(figure) == []
        assert reading.outside(figure) == []
        add_caption(figure, ect.caption_resources(told, corpus, theme), theme)


def test_each_state_has_a_mark_and_each_date_a_second_one(corpus, told):
    figure = ect.draw_resources(told, corpus, ect.get_theme("ademe"))
    assert len(marks(figure)) == len(told.states) + int(told.states["datee"].sum())
    dashed = [mark for mark in marks(figure) if mark.get_linestyle() not in ("-", "solid")]
    assert len(dashed) == int((~told.states["datee"]).sum())


def test_a_year_is_wider_than_a_day(corpus, told):
    wide = told.states.assign(x_max=told.states["x_min"] + 1)
    narrow = told.states.assign(x_max=told.states["x_min"] + 1 / 365)
    theme = ect.get_theme("ademe")
    spans = [
        sum(mark.get_width() for mark in marks(ect.draw_resources(replace(told, states=states), corpus, theme)))
        for states in (wide, narrow)
    ]
    assert spans[0] > spans[1]


def test_every_resource_is_named_and_deduced_states_are_questioned(corpus, told, reading):
    said = reading.words(ect.draw_resources(told, corpus, ect.get_theme("fiche")))
    for name in told.resources["libelle"]:
        assert any(text == name or name.startswith(text.rstrip("…")) for text in said)
    deduced = told.states[told.states["deduit"]]
    asked = sum(text.endswith("?") and text != "?" for text in said)
    assert asked == len(deduced) + int(deduced["datee"].sum())


def test_the_caption_counts_the_resources_the_states_and_the_dates(corpus, told):
    caption = ect.caption_resources(told, corpus, ect.get_theme("ademe"))
    dated = int(told.states["datee"].sum())
    assert caption.n == f"n = {told.n} ressources et {len(told.states)} états attestés, dont {dated} datés"
    assert caption.missing.startswith(str(int((told.resources["etats"] == 1).sum())))


def test_few_passages_are_listed_one_by_one(corpus, told):
    theme = ect.get_theme("ademe")
    refusal = ect.count_resource_moves(told, fewest=len(told.resources) + 1)
    listed = ect.tabulate_resource_moves(refusal, told, corpus, theme)
    assert len(listed) == len(told.moves)
    counted = ect.tabulate_resource_moves(ect.count_resource_moves(told, fewest=1), told, corpus, theme)
    assert counted["ressources"].sum() == len(told.moves)


def test_dates_open_on_one_side_say_so(corpus, told, reading):
    states = told.states.copy()
    states.loc[states.index[states["datee"]][0], "x_min"] = float("nan")
    states.loc[states.index[states["datee"]][1], "x_max"] = float("nan")
    said = reading.words(ect.draw_resources(replace(told, states=states), corpus, ect.get_theme("ademe")))
    assert "≤" in said
    assert "≥" in said


def test_a_corpus_without_any_date_still_shows_its_states(corpus):
    bare = corpus.tables["ressources"].assign(date_min=pd.NaT, date_max=pd.NaT)
    bare = bare.astype({"date_min": "datetime64[s]", "date_max": "datetime64[s]"})
    told = ect.build_resource_states(bare)
    figure = ect.draw_resources(told, corpus, ect.get_theme("ademe"))
    assert len(marks(figure)) == len(told.states)


def test_a_refusal_is_handed_back(corpus):
    refusal, theme = Refusal("a", "b", "c"), ect.get_theme("ademe")
    assert ect.draw_resources(refusal, corpus, theme) is refusal
    assert ect.caption_resources(refusal, corpus, theme) is refusal
    assert ect.tabulate_resources(refusal, corpus, theme) is refusal
    assert ect.tabulate_resource_types(refusal, corpus, theme) is refusal
