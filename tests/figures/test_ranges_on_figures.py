"""What imprecise dates let vary is written on each figure, and the shocks are marked on each calendar."""

import pandas as pd
import pytest

import ect_research as ect
from ect_research.figures.page.caption import add_caption

COVID = [[2020.21, 2021.38, "Covid-19"]]


@pytest.fixture(scope="module")
def told(corpus):
    projects = corpus.tables["projets"]
    until = projects.set_index("projet_id")["suivi_fin_max"]
    events, stages = corpus.tables["evenements"], corpus.codebook.stages
    return ect.derive_episodes(events, stages, observed_on=corpus.observed_on, followed_until=until)


@pytest.fixture(scope="module")
def stories(told):
    return ect.sample_stories(told, draws=60)


def coded(told, **settings):
    return ect.code_sequences(ect.derive_sequences(told, **settings))


def distribution(told, stories, **settings):
    return ect.build_state_distribution(coded(told, **settings), drawn=ect.sample_sequences(stories, **settings))


@pytest.fixture(scope="module")
def moves(told, stories):
    months = {"clock": "age", "unit": "mois"}
    drawn = ect.sample_sequences(stories, **months)
    return ect.build_transitions(coded(told, **months), self_loops=False, drawn=drawn)


@pytest.fixture(scope="module")
def ranged(corpus, told, stories, moves):
    shocks = ect.list_shocks(corpus.tables["evenements"], [*COVID, [2021.2, 2021.6, "autre choc"]])
    states = distribution(told, stories, clock="calendrier", unit="annee")
    return ect.show_states(states, shocks=shocks), ect.show_transitions(moves)


@pytest.mark.crossed("reader", "language")
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("reader", ["horizons", "ademe", "revue", "fiche"])
def test_no_word_of_a_ranged_figure_overlaps_another_or_leaves_the_page(ranged, reading, told_to, reader, language):
    for exhibit in ranged:
        shown = told_to(exhibit, reader, language)
        figure = shown.figure()
        with shown.theme.applied():
            assert reading.overlapping(figure) == []
            assert reading.outside(figure) == []
            add_caption(figure, shown.words(), shown.theme)


def test_the_projects_whose_stage_hangs_on_a_date_are_counted_in_the_table(told, stories, told_to):
    states = distribution(told, stories, clock="calendrier", unit="annee")
    shown = told_to(ect.show_states(states))
    assert states.ranged.summary["hesitants"].sum() > 0
    assert "tirées 60 fois" in shown.words().missing
    table = shown.rows()
    assert (table["e2_collectif_part_bas"] <= table["e2_collectif_part_haut"]).all()
    assert table["hesitants"].tolist() == states.ranged.summary["hesitants"].tolist()


def test_a_count_that_dates_move_is_followed_by_its_range(moves, reading, told_to):
    table = moves.table
    assert (table["effectif_bas"] <= table["effectif_haut"]).all()
    said = " ".join(reading.words(told_to(ect.show_transitions(moves)).figure()))
    moving = table[table["effectif_bas"].round() != table["effectif_haut"].round()]
    for _, row in moving.iterrows():
        assert f"[{row['effectif_bas']:.0f}–{row['effectif_haut']:.0f}]" in said
    assert len(moving)
    assert (moves.draws, moves.clock, moves.unit) == (60, "age", "mois")


@pytest.mark.croisement
def test_every_calendar_marks_the_shocks_and_no_age_clock_does(corpus, told, reading, told_to):
    events, projects = corpus.tables["evenements"], corpus.tables["projets"]
    shocks, name = ect.list_shocks(events), "external shock"
    states = ect.build_state_distribution(coded(told, clock="calendrier", unit="trimestre"))

    def marks(exhibit):
        return name in reading.words(told_to(exhibit, language="en").figure())

    assert marks(ect.show_trajectories(ect.build_timelines(told, events, projects), shocks=shocks))
    assert marks(ect.show_lexis(ect.build_lexis(told, events), shocks=shocks))
    assert marks(ect.show_states(states, shocks=shocks))
    assert not marks(ect.show_trajectories(ect.build_timelines(told, events, projects, clock="age"), shocks=shocks))
    assert not marks(ect.show_trajectories(ect.build_timelines(told, events, projects, since=2024), shocks=shocks))


def test_the_reading_of_a_zoomed_figure_speaks_of_a_line_it_shows(corpus, told, told_to):
    events, projects = corpus.tables["evenements"], corpus.tables["projets"]
    lines = ect.build_timelines(told, events, projects, since=2024)
    said = told_to(ect.show_trajectories(lines)).words().reading
    shown = lines.bars[lines.bars["debut_date"] & (lines.bars["x_debut"] >= 2024)]["projet_id"]
    assert any(said.startswith(corpus.names()[code]) for code in shown)


@pytest.mark.croisement
def test_the_funnel_shows_the_range_of_its_shares(corpus, reading, told_to):
    starts = [f"20{10 + n % 8}" for n in range(14)]
    lines = [(f"{n}-{kind}", f"P{n:02d}", kind, f"{int(year) + shift}-01-01", f"{int(year) + shift}-12-31")
             for n, year in enumerate(starts)
             for shift, kind in enumerate(["idee_captee", "collectif_reuni", "statuts_deposes"])]  # fmt: skip
    columns = ["evenement_id", "projet_id", "type_evenement", "date_debut_min", "date_debut_max"]
    events = pd.DataFrame(lines, columns=columns)
    events = events.astype({"date_debut_min": "datetime64[s]", "date_debut_max": "datetime64[s]"})
    episodes = ect.derive_episodes(events, corpus.codebook.stages, observed_on=pd.Timestamp("2025-12-31"))
    reach = ect.build_stage_reach(episodes, stories=ect.sample_stories(episodes, draws=80))
    known = reach.table.dropna(subset=["part", "dates_bas"])
    assert (known["dates_bas"] <= known["part"] + 0.25).all()
    assert (known["dates_haut"] > known["dates_bas"]).any()
    assert reach.draws == 80
    said = reading.words(told_to(ect.show_funnel(reach, "age")).figure())
    assert "ce que les dates imprécises laissent varier" in said
    bare = reading.words(told_to(ect.show_funnel(ect.build_stage_reach(episodes), "age")).figure())
    assert "ce que les dates imprécises laissent varier" not in bare


def test_an_age_at_which_nobody_is_left_to_follow_is_blank_and_said_why(corpus, reading, told_to):
    lines = [(f"{n}-{kind}", f"P{n:02d}", kind, f"{2020 + (kind != 'idee_captee')}-0{1 + n % 9}-01") for n in range(12)
             for kind in ("idee_captee", "collectif_reuni")[: 1 + (n < 9)]]  # fmt: skip
    columns = ["evenement_id", "projet_id", "type_evenement", "date_debut_min"]
    events = pd.DataFrame(lines, columns=columns).assign(date_debut_max=lambda rows: rows["date_debut_min"])
    events = events.astype({"date_debut_min": "datetime64[s]", "date_debut_max": "datetime64[s]"})
    for last, blank in (("2021-12-31", True), ("2026-12-31", False)):
        episodes = ect.derive_episodes(events, corpus.codebook.stages, observed_on=pd.Timestamp(last))
        shown = told_to(ect.show_funnel(ect.build_stage_reach(episodes), "age"))
        said = reading.words(shown.figure()), str(shown.words().missing)
        assert ["hors du suivi" in part for part in said] == [blank, blank]
