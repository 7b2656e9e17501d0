"""Alluvial: the numbers written are those counted, and the unobserved have a place of their own."""

import pytest

import ect_research as ect
from ect_research.analysis.chance import Refusal
from ect_research.figures.page.caption import add_caption
from ect_research.words import tell


@pytest.fixture(scope="module")
def corpus():
    return ect.load_corpus("pays-ledonien")


@pytest.fixture(scope="module")
def episodes(corpus):
    until = corpus.tables["projets"].set_index("projet_id")["suivi_fin_max"]
    stages = corpus.codebook.stages
    facts = corpus.tables["evenements"]
    return ect.derive_episodes(facts, stages, observed_on=corpus.observed_on, followed_until=until)


def flows_of(episodes, clock, unit, moments):
    told = ect.derive_sequences(episodes, clock=clock, unit=unit)
    return ect.build_flows(ect.code_sequences(told.frame, told.alphabet), moments)


CLOCKS = {"age": ("mois", [0, 6, 12, 24]), "calendrier": ("annee", [2016, 2018, 2020, 2022, 2024, 2025])}


@pytest.mark.crossed("clock", "reader", "language")
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("reader", ["horizons", "ademe", "revue", "fiche"])
@pytest.mark.parametrize("clock", ["age", "calendrier"])
def test_no_word_overlaps_another_or_leaves_the_page(corpus, episodes, clock, reader, language, reading):
    theme, (unit, moments) = ect.get_theme(reader, language), CLOCKS[clock]
    flows = flows_of(episodes, clock, unit, moments)
    figure = ect.draw_alluvial(flows, corpus, theme, clock=clock, unit=unit)
    with theme.applied():
        assert reading.overlapping(figure) == []
        assert reading.outside(figure) == []
        add_caption(figure, ect.caption_alluvial(flows, corpus, theme, clock=clock, unit=unit), theme)


def test_each_bar_writes_its_count_and_each_moment_those_observed(corpus, episodes, reading):
    flows = flows_of(episodes, "calendrier", *CLOCKS["calendrier"])
    said = reading.words(ect.draw_alluvial(flows, corpus, ect.get_theme("ademe"), clock="calendrier", unit="annee"))
    assert {"Pas encore observé", "Fin de l’observation"} <= set(said)
    for count in flows.nodes["effectif"]:
        assert said.count(str(count)) >= int((flows.nodes["effectif"] == count).sum())
    for seen in flows.observed:
        assert f"observés : {seen}" in [text.replace("\u00a0", " ") for text in said]


def test_the_bars_of_a_moment_are_as_high_as_all_the_projects(corpus, episodes):
    flows = flows_of(episodes, "age", *CLOCKS["age"])
    figure = ect.draw_alluvial(flows, corpus, ect.get_theme("ademe"))
    bars = [patch for patch in figure.axes[0].patches if patch.get_width() == 11.0]
    assert len(bars) == len(flows.nodes)
    unit = 84.0 / flows.n
    heights = sorted(round(patch.get_height() / unit) for patch in bars)
    assert heights == sorted(flows.nodes["effectif"])


def test_a_refusal_is_handed_back(corpus):
    refusal = Refusal(tell("a"), tell("b"))
    theme = ect.get_theme("ademe")
    assert ect.draw_alluvial(refusal, corpus, theme) is refusal
    assert ect.caption_alluvial(refusal, corpus, theme) is refusal
    assert ect.tabulate_alluvial(refusal, corpus, theme) is refusal
