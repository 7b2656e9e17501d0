"""Alluvial: the numbers written are those counted, and the unobserved have a place of their own."""

import pytest

import ect_research as ect
from ect_research.figures.page.caption import add_caption

AGES, YEARS = [0, 6, 12, 24], [2016, 2018, 2020, 2022, 2024, 2025]


@pytest.fixture(scope="module")
def flows():
    """The same projects at a few ages, and at a few dates."""
    episodes = ect.open_study("pays-ledonien").episodes()
    clocks = {"age": ("mois", AGES), "calendrier": ("annee", YEARS)}
    return {
        clock: ect.build_flows(ect.code_sequences(ect.derive_sequences(episodes, clock=clock, unit=unit)), moments)
        for clock, (unit, moments) in clocks.items()
    }


@pytest.mark.crossed("reader", "language")
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("reader", ["horizons", "ademe", "revue", "fiche"])
@pytest.mark.parametrize("clock", ["age", "calendrier"])
def test_no_word_overlaps_another_or_leaves_the_page(flows, clock, reader, language, reading, told_to):
    shown = told_to(ect.show_flows(flows[clock]), reader, language)
    figure = shown.figure()
    with shown.theme.applied():
        assert reading.overlapping(figure) == []
        assert reading.outside(figure) == []
        add_caption(figure, shown.words(), shown.theme)


def test_each_bar_writes_its_count_and_each_moment_those_observed(flows, reading, told_to):
    told = flows["calendrier"]
    said = reading.words(told_to(ect.show_flows(told)).figure())
    assert {"Pas encore observé", "Fin de l’observation"} <= set(said)
    for count in told.nodes["effectif"]:
        assert said.count(str(count)) >= int((told.nodes["effectif"] == count).sum())
    for seen in told.observed:
        assert f"observés : {seen}" in [text.replace("\u00a0", " ") for text in said]


def test_the_bars_of_a_moment_are_as_high_as_all_the_projects(flows, told_to):
    told = flows["age"]
    figure = told_to(ect.show_flows(told)).figure()
    bars = [patch for patch in figure.axes[0].patches if patch.get_width() == 11.0]
    assert len(bars) == len(told.nodes)
    unit = 84.0 / told.n
    heights = sorted(round(patch.get_height() / unit) for patch in bars)
    assert heights == sorted(told.nodes["effectif"])


@pytest.mark.croisement
def test_the_moments_are_said_on_the_clock_of_the_sequences(flows, reading, told_to):
    yearly = ect.derive_sequences(ect.open_study("pays-ledonien").episodes(), clock="age", unit="annee")
    said = {
        "mois": reading.words(told_to(ect.show_flows(flows["age"])).figure()),
        "annee": reading.words(told_to(ect.show_flows(ect.build_flows(ect.code_sequences(yearly), [0, 2]))).figure()),
        "calendrier": reading.words(told_to(ect.show_flows(flows["calendrier"])).figure()),
    }
    assert {"premier mois", "à 6 mois", "à 1 an", "à 2 ans"} <= set(said["mois"])
    assert {"année 1", "année 3"} <= set(said["annee"])
    assert {str(year) for year in YEARS} <= set(said["calendrier"])


def test_the_finding_counts_those_still_observed_and_those_who_move(flows, told_to):
    told = flows["age"]
    moved = told.links[
        (told.links["de"] != told.links["vers"]) & ~told.links["de"].isin(["pas_encore_observe"])
        & (told.links["vers"] != "fin_observation")
    ]  # fmt: skip
    movers = len({name for names in moved["projets"] for name in names})
    assert told_to(ect.show_flows(told)).finding().sentence == (
        f"Au dernier moment (à 2 ans), {told.observed[-1]} projets sur {told.n} encore observés ; "
        f"{movers} changent d’étape entre deux moments."
    )


def test_a_figure_of_few_observed_projects_goes_to_the_annex(flows):
    assert min(flows["age"].observed) < 10
    assert ect.show_flows(flows["age"]).place == "annexe"
    assert ect.show_flows(ect.Refusal(ect.tell("a"), ect.tell("b"))).place == "corps"
