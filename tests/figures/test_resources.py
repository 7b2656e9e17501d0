"""Resources: each state told is drawn, at its date when it has one; the others are not invented."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.patches import Rectangle

import ect_research as ect
from ect_research.figures.exhibit.context import Context
from ect_research.figures.page.caption import add_caption
from ect_research.figures.page.theme import get_theme


@pytest.fixture(scope="module")
def told(corpus):
    return ect.build_resource_states(corpus.tables["ressources"])


@pytest.fixture(scope="module")
def show(corpus):
    def shown(told, reader="ademe", language="fr", view="etats"):
        return ect.show_resources(told, view).in_context(Context(get_theme(reader, language), corpus))

    return shown


def marks(figure):
    return [patch for patch in figure.axes[0].findobj(Rectangle) if patch.get_zorder() == 4]


def check_texts(shown, reading):
    figure = shown.figure()
    with shown.theme.applied():
        assert reading.overlapping(figure) == []
        assert reading.outside(figure) == []
        add_caption(figure, shown.words(), shown.theme)


@pytest.mark.croisement
def test_no_word_overlaps_another_or_leaves_the_page(told, show, reading):
    check_texts(show(told), reading)


@pytest.mark.croisement
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("reader", ["horizons", "ademe", "revue", "fiche"])
def test_no_word_overlaps_another_or_leaves_the_page_for_any_reader(told, show, reader, language, reading):
    check_texts(show(told, reader, language), reading)


def test_each_state_has_a_mark_and_each_date_a_second_one(told, show):
    figure = show(told).figure()
    assert len(marks(figure)) == len(told.states) + int(told.states["datee"].sum())
    dashed = [mark for mark in marks(figure) if mark.get_linestyle() not in ("-", "solid")]
    assert len(dashed) == int((~told.states["datee"]).sum())


def test_a_year_is_wider_than_a_day(told, show):
    begun = told.states["x_min"].fillna(told.states["x_max"] - 1)
    wide = told.states.assign(x_min=begun, x_max=begun + 1)
    narrow = told.states.assign(x_min=begun, x_max=begun + 1 / 365)
    spans = [
        sum(mark.get_width() for mark in marks(show(replace(told, states=states)).figure()))
        for states in (wide, narrow)
    ]
    assert spans[0] > spans[1]


def test_every_resource_is_named_and_deduced_states_are_questioned(told, show, reading):
    said = reading.words(show(told, "fiche").figure())
    for name in told.resources["libelle"]:
        assert any(text == name or name.startswith(text.rstrip("…")) for text in said)
    deduced = told.states[told.states["deduit"]]
    asked = sum(text.endswith("?") and text != "?" for text in said)
    assert asked == len(deduced) + int(deduced["datee"].sum())


def test_the_caption_counts_the_resources_the_states_and_the_dates(told, show):
    caption = show(told).words()
    dated = int(told.states["datee"].sum())
    assert caption.n == f"n = {told.n} ressources et {len(told.states)} états attestés, dont {dated} datés"
    assert caption.missing.startswith(str(int((told.resources["etats"] == 1).sum())))


def test_few_passages_are_listed_one_by_one(told, show):
    listed = show(ect.build_resource_moves(told, fewest=len(told.resources) + 1), view="passages")
    assert len(listed.rows()) == len(told.moves)
    counted = show(ect.build_resource_moves(told, fewest=1), view="passages")
    assert counted.rows()["ressources"].sum() == len(told.moves)


def test_findings_are_sentences_made_from_the_numbers(told, show):
    alone = int((told.resources["etats"] == 1).sum())
    one_left = replace(told, resources=told.resources.assign(etats=[1] + [2] * (told.n - 1)))
    assert str(show(told).finding()) == f"{alone} ressources sur {told.n} ne sont connues qu’à un seul état. [compté]"
    assert show(one_left).finding().sentence == f"1 ressource sur {told.n} n’est connue qu’à un seul état."
    none_left = replace(told, resources=told.resources.assign(etats=2))
    assert show(none_left).finding().sentence == f"{told.n} ressources, toutes connues à deux états au moins."
    kinds = show(told, view="types")
    last = kinds.rows().drop(columns=["type", "ensemble"]).sum()
    assert f"« {last.idxmax()} » : {last.max()} ressources sur {told.n}." in kinds.finding().sentence
    twice = told.moves["ressource_id"].nunique()
    moves = show(ect.build_resource_moves(told), view="passages")
    assert re.match(
        rf"{twice} ressources? sur {told.n} (est|sont) connues? à deux états au moins : ", moves.finding().sentence
    )
    assert moves.words().n == kinds.words().n == f"n = {told.n} ressources"


def test_dates_open_on_one_side_say_so(told, show, reading):
    states = told.states.copy()
    states.loc[states.index[states["datee"]][0], "x_min"] = float("nan")
    states.loc[states.index[states["datee"]][1], "x_max"] = float("nan")
    said = reading.words(show(replace(told, states=states)).figure())
    assert "≤" in said
    assert "≥" in said


def test_a_corpus_without_any_date_still_shows_its_states(corpus, show):
    bare = corpus.tables["ressources"].assign(date_min=pd.NaT, date_max=pd.NaT)
    bare = bare.astype({"date_min": "datetime64[s]", "date_max": "datetime64[s]"})
    told = ect.build_resource_states(bare)
    assert len(marks(show(told).figure())) == len(told.states)
