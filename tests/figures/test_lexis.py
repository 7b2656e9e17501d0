"""Lexis: calendar and age agree on every line, ties lie side by side, and the lines left out are counted."""

import pandas as pd
import pytest

import ect_research as ect
from ect_research.analysis.chance import Refusal
from ect_research.figures.page.caption import add_caption

COVID = [(2020.2, 2021.4, "Covid-19")]


@pytest.fixture(scope="module")
def episodes(corpus):
    until = corpus.tables["projets"].set_index("projet_id")["suivi_fin_max"]
    facts, stages = corpus.tables["evenements"], corpus.codebook.stages
    return ect.derive_episodes(facts, stages, observed_on=corpus.observed_on, followed_until=until)


@pytest.fixture(scope="module")
def lexis(corpus, episodes):
    return ect.build_lexis(episodes, corpus.tables["evenements"])


def strokes(figure):
    return [line for line in figure.axes[0].lines if line.get_linewidth() == 3.4]


def test_a_year_of_calendar_is_a_year_of_age(lexis):
    spells = lexis.spells
    assert (spells["x_fin"] - spells["x_debut"]).to_numpy() == pytest.approx(
        (spells["age_fin"] - spells["age_debut"]).to_numpy()
    )
    assert (spells.groupby("projet_id")["age_debut"].min() == 0).all()


def test_the_births_add_up_to_the_lines(lexis, episodes):
    dated = episodes.states.loc[episodes.states["debut"].notna(), "projet_id"].nunique()
    assert lexis.births.sum() == lexis.n == dated
    assert (lexis.lines["x_connu"] <= lexis.lines["x_fin"]).all()


def test_only_flagged_facts_are_shocks(corpus, episodes, lexis):
    facts = corpus.tables["evenements"]
    flagged = set(facts.loc[facts["choc_externe"].astype("str") == "oui", "evenement_id"])
    assert set(lexis.shocks["evenement_id"]) <= flagged
    assert len(lexis.shocks) > 0
    assert ect.build_lexis(episodes, facts.drop(columns="choc_externe")).shocks.empty


@pytest.mark.crossed("reader", "language")
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("reader", ["horizons", "ademe", "revue", "fiche"])
def test_no_level_word_overlaps_another_or_leaves_the_page(lexis, reader, language, reading, told_to):
    shown = told_to(ect.show_lexis(lexis, shocks=COVID), reader, language)
    figure = shown.figure()
    with shown.theme.applied():
        assert reading.outside(figure) == []
        # The box of a slanted name is wider than the name.
        for text in figure.axes[0].texts:
            text.set_visible(text.get_rotation() == 0)
            if text.get_rotation():
                text.set_text("")
        assert reading.overlapping(figure) == []
        add_caption(figure, shown.words(), shown.theme)


def test_every_line_rises_at_45_degrees_and_ties_do_not_cover_one_another(lexis, told_to):
    figure = told_to(ect.show_lexis(lexis)).figure()
    cohorts = {}
    for stroke in strokes(figure):
        (x0, x1), (y0, y1) = stroke.get_xdata(), stroke.get_ydata()
        assert x1 - x0 == pytest.approx(y0 - y1)
        cohorts.setdefault(round(x0 + y0, 3), set()).add((x0, x1))
    long = lexis.lines[lexis.lines["x_fin"] - lexis.lines["x_debut"] >= 1]
    assert len(cohorts) == len(long)


def test_the_name_of_each_long_line_is_written_and_the_others_are_counted(corpus, lexis, reading, told_to):
    shown = told_to(ect.show_lexis(lexis, shocks=COVID))
    said = reading.words(shown.figure())
    ages = lexis.lines["x_fin"] - lexis.lines["x_debut"]
    for project in lexis.lines.loc[ages >= 1, "projet_id"]:
        assert corpus.names()[project] in said
    assert "Covid-19" in said
    for births in lexis.births[lexis.births > 0]:
        assert f"+{births}" in said
    assert f"non tracés\u00a0: {int((ages < 1).sum())}" in shown.words().missing
    met = lexis.shocks["projet_id"].nunique()
    assert shown.finding().sentence == (
        f"Suivis au moins 1 an : {int((ages >= 1).sum())} projets sur {lexis.n}. {met} a connu un fait attribué à un choc "
        "externe."
    )


def test_lines_all_too_short_are_refused(corpus, episodes):
    refusal = ect.build_lexis(episodes, corpus.tables["evenements"], shortest=50)
    assert isinstance(refusal, Refusal)
    assert "depuis 50 ans" in str(refusal.reason)


def test_facts_without_a_date_are_refused(corpus):
    facts = corpus.tables["evenements"].assign(date_debut_min=pd.NaT, date_debut_max=pd.NaT)
    facts = facts.astype({"date_debut_min": "datetime64[s]", "date_debut_max": "datetime64[s]"})
    told = ect.derive_episodes(facts, corpus.codebook.stages, observed_on=corpus.observed_on)
    assert isinstance(ect.build_lexis(told, facts), Refusal)
