"""Incidence, states, funnel by age and transitions: what the figures say, with which numbers, and what they refuse."""

from functools import partial
from pathlib import Path

import pandas as pd
import pytest

import ect_research as ect
from ect_research.analysis.chance import Refusal
from ect_research.corpus.cells.dates import FuzzyDate, parse_date
from ect_research.figures.page.caption import add_caption
from ect_research.words import tell

DATA = Path(__file__).parent.parent / "corpus" / "data"
OPENERS = {
    "idea_captured": "idee_captee",
    "collective_formed": "collectif_reuni",
    "feasibility_study": "lancement_etude",
    "experiment_started": "debut_experimentation",
    "structure_created": "statuts_deposes",
    "abandoned": "abandon",
    "merged": "absorption",
}


def read(text: str) -> FuzzyDate:
    found = parse_date(text)
    assert isinstance(found, FuzzyDate)
    return found


@pytest.fixture(scope="module")
def corpus():
    return ect.load_corpus("pays-ledonien")


@pytest.fixture(scope="module")
def episodes(corpus):
    """The 45 synthetic projects, told with the facts of the codebook."""
    told = pd.read_csv(DATA / "ptce_synthetic_events.csv", dtype="str")
    told = told[told["event"].isin(OPENERS)].reset_index(drop=True)
    dates = [read(text) for text in told["date"]]
    events = pd.DataFrame(
        {
            "evenement_id": [f"E{number:03d}" for number in range(len(told))],
            "projet_id": "S" + told["project_id"],
            "type_evenement": told["event"].map(OPENERS),
            "date_debut_min": pd.Series([date.low for date in dates], dtype="datetime64[s]"),
            "date_debut_max": pd.Series([date.high for date in dates], dtype="datetime64[s]"),
        }
    )
    projects = pd.read_csv(DATA / "ptce_synthetic_projects.csv", dtype="str")
    until = pd.Series([read(text).high for text in projects["followed_until"]], index="S" + projects["project_id"])
    stages = corpus.codebook.stages
    return ect.derive_episodes(events, stages, observed_on=pd.Timestamp("2024-12-31"), followed_until=until)


@pytest.fixture(scope="module")
def durations(episodes):
    projects = pd.DataFrame({"projet_id": list(episodes.horizons.index)})
    return ect.build_durations(ect.derive_outcomes(episodes, projects), episodes)


@pytest.fixture(scope="module")
def sequences(episodes):
    derived = ect.derive_sequences(episodes, clock="age", unit="trimestre")
    return ect.code_sequences(derived.frame, derived.alphabet)


@pytest.fixture
def drawings(corpus, episodes, durations, sequences):
    return partial(draw_all, corpus, episodes, durations, sequences)


def draw_all(corpus, episodes, durations, sequences, theme):
    incidence = ect.build_incidence(durations)
    distribution = ect.build_state_distribution(sequences)
    reach = ect.build_stage_reach(episodes)
    moves = ect.build_transitions(sequences, self_loops=False)
    types = ect.build_trajectory_types(sequences, ks=(2, 3), draws=5)
    return {
        "types": (ect.draw_types(types, sequences, corpus, theme), ect.caption_types(types, corpus, theme)),
        "incidence": (ect.draw_incidence(incidence, corpus, theme), ect.caption_incidence(incidence, corpus, theme)),
        "states": (
            ect.draw_state_distribution(distribution, corpus, theme),
            ect.caption_state_distribution(distribution, corpus, theme),
        ),
        "reach": (ect.draw_stage_reach(reach, corpus, theme), ect.caption_stage_reach(reach, corpus, theme)),
        "transitions": (
            ect.draw_transitions(moves, corpus, theme),
            ect.caption_transitions(moves, sequences.n, corpus, theme),
        ),
    }


@pytest.mark.crossed("reader", "language")
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("reader", ["horizons", "ademe", "revue", "fiche"])
def test_no_word_overlaps_another_or_leaves_the_page(drawings, reader, language, reading):
    theme = ect.get_theme(reader, language)
    for name, (figure, caption) in drawings(theme).items():
        with theme.applied():
            assert reading.overlapping(figure) == [], name
            assert reading.outside(figure) == [], name
            add_caption(figure, caption, theme)


def test_the_at_risk_table_counts_those_still_followed(corpus, durations, reading):
    theme = ect.get_theme("ademe")
    said = reading.words(ect.draw_incidence(ect.build_incidence(durations), corpus, theme))
    assert "Encore suivis" in said
    for years in (0, 1, 2, 3):
        followed = sum(1 for time in durations.time if time >= 12 * years)
        assert str(followed) in said


def test_each_end_is_named_with_its_share_and_its_interval(corpus, durations, reading):
    theme = ect.get_theme("ademe")
    incidence = ect.build_incidence(durations)
    said = " ".join(reading.words(ect.draw_incidence(incidence, corpus, theme)))
    for end in ("Création", "Abandon", "Absorption"):
        assert end in said
    caption = ect.caption_incidence(incidence, corpus, theme)
    ends = sum(durations.ends.values())
    assert (
        caption.n
        == f"n = {durations.n} projets, dont {ends} projets arrivés à une fin\u202f; {durations.n - ends} encore en cours"
    )


def test_groups_get_a_panel_each(corpus, durations, reading):
    groups = ["un" if place % 2 else "deux" for place in range(durations.n)]
    said = reading.words(ect.draw_incidence(ect.build_incidence(durations, by=groups), corpus, ect.get_theme("ademe")))
    assert {f"deux (n = {groups.count('deux')})", f"un (n = {groups.count('un')})"} <= set(said)
    assert said.count("Encore suivis") == 2


def test_the_number_observed_stands_under_each_unit(corpus, sequences, reading):
    distribution = ect.build_state_distribution(sequences)
    said = reading.words(ect.draw_state_distribution(distribution, corpus, ect.get_theme("ademe")))
    observed = [str(count) for count in distribution.summary["observes"]]
    assert [text for text in said if text.isdigit()].count("45") >= observed.count("45")
    assert "Projets observés" in said
    assert "Trimestres depuis le premier fait daté" in said


def test_the_counts_of_the_arcs_are_those_of_the_table(corpus, sequences, reading):
    moves = ect.build_transitions(sequences, self_loops=False)
    said = reading.words(ect.draw_transitions(moves, corpus, ect.get_theme("ademe")))
    for count in moves["effectif"]:
        assert str(count) in said
    assert isinstance(ect.draw_transitions(moves.iloc[:0], corpus, ect.get_theme("ademe")), Refusal)


def test_types_that_chance_gives_as_well_are_said_so_in_the_title(corpus, sequences, reading):
    theme = ect.get_theme("ademe")
    types = ect.build_trajectory_types(sequences, ks=(3,), draws=19)
    assert ect.caption_types(types, corpus, theme).title == "Types de trajectoires\u00a0: le hasard fait aussi bien"
    said = reading.words(ect.draw_types(types, sequences, corpus, theme))
    for name, size in zip(types.types["representant"], types.partition.sizes, strict=True):
        assert f"comme {name}" in said
        assert any(text.endswith(f": {size} projets") for text in said)


def test_a_refusal_goes_through_every_drawing(corpus):
    refusal, theme = Refusal(tell("cela"), tell("3 sur 10.")), ect.get_theme("ademe")
    assert ect.draw_incidence(refusal, corpus, theme) is refusal
    assert ect.draw_state_distribution(refusal, corpus, theme) is refusal
    assert ect.draw_stage_reach(refusal, corpus, theme) is refusal
    assert ect.draw_transitions(refusal, corpus, theme) is refusal
    assert ect.draw_types(refusal, None, corpus, theme) is refusal
    assert ect.caption_incidence(refusal, corpus, theme) is refusal
    assert ect.tabulate_incidence(refusal) is refusal
    assert ect.tabulate_hazard(refusal) is refusal


def test_the_table_of_durations_says_why_a_project_has_none(corpus):
    projects = corpus.tables["projets"]
    episodes = ect.derive_episodes(
        corpus.tables["evenements"],
        corpus.codebook.stages,
        observed_on=corpus.observed_on,
        followed_until=projects.set_index("projet_id")["suivi_fin_max"],
    )
    found = ect.build_durations(ect.derive_outcomes(episodes, projects), episodes)
    drawn = ect.draw_durations(episodes, draws=50)
    table = ect.tabulate_durations(found, drawn, corpus, ect.get_theme("ademe")).set_index("projet_id")
    assert table.loc["P17", "situation"] == "connu seulement à sa fin : durée inconnue"
    counted = table[table["situation"] == ""]
    assert len(counted) == found.n
    assert (counted["duree_min"] <= counted["duree_max"]).all()
    assert isinstance(ect.build_incidence(found), Refusal)


def test_the_same_figure_is_the_same_bytes(corpus, durations):
    from ect_research.figures.page.figure_bytes import image_bytes

    theme, incidence = ect.get_theme("revue"), ect.build_incidence(durations)
    first, second = (
        image_bytes(ect.draw_incidence(incidence, corpus, theme), theme, title="t", description="d") for _ in range(2)
    )
    assert first == second
