"""What imprecise dates let vary is written on each figure, and the shocks are marked on each calendar."""

import pandas as pd
import pytest

import ect_research as ect
from ect_research.figures.page.caption import add_caption

COVID = [[2020.21, 2021.38, "Covid-19"]]


@pytest.fixture(scope="module")
def corpus():
    return ect.load_corpus("pays-ledonien")


@pytest.fixture(scope="module")
def told(corpus):
    projects = corpus.tables["projets"]
    until = projects.set_index("projet_id")["suivi_fin_max"]
    events, stages = corpus.tables["evenements"], corpus.codebook.stages
    return ect.derive_episodes(events, stages, observed_on=corpus.observed_on, followed_until=until)


@pytest.fixture(scope="module")
def stories(told):
    return ect.draw_stories(told, draws=60)


def coded(told, **settings):
    sequences = ect.derive_sequences(told, **settings)
    return ect.code_sequences(sequences.frame, sequences.alphabet)


def distribution(told, stories, **settings):
    return ect.build_state_distribution(coded(told, **settings), drawn=ect.draw_sequences(stories, **settings))


@pytest.mark.crossed("reader", "language")
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("reader", ["horizons", "ademe", "revue", "fiche"])
def test_no_word_of_a_ranged_figure_overlaps_another_or_leaves_the_page(
    corpus, told, stories, reading, reader, language
):
    theme = ect.get_theme(reader, language)
    shocks = ect.list_shocks(corpus.tables["evenements"], [*COVID, [2021.2, 2021.6, "autre choc"]])
    states = distribution(told, stories, clock="calendrier", unit="annee")
    months = {"clock": "age", "unit": "mois"}
    moves = ect.build_transitions(coded(told, **months), self_loops=False, drawn=ect.draw_sequences(stories, **months))
    drawn = {
        "states": (
            ect.draw_state_distribution(states, corpus, theme, clock="calendrier", unit="annee", shocks=shocks),
            ect.caption_state_distribution(states, corpus, theme, clock="calendrier"),
        ),
        "moves": (ect.draw_transitions(moves, corpus, theme), ect.caption_transitions(moves, 19, corpus, theme)),
    }
    for name, (figure, caption) in drawn.items():
        with theme.applied():
            assert reading.overlapping(figure) == [], name
            assert reading.outside(figure) == [], name
            add_caption(figure, caption, theme)


def test_the_projects_whose_stage_hangs_on_a_date_are_counted_under_each_year(corpus, told, stories, reading):
    states = distribution(told, stories, clock="calendrier", unit="annee")
    said = reading.words(
        ect.draw_state_distribution(states, corpus, ect.get_theme("ademe"), clock="calendrier", unit="annee")
    )
    assert any(word.endswith("tient à des dates imprécises") for word in said)
    doubts = [str(int(count)) for count in states.ranged.summary["hesitants"] if count]
    assert doubts
    assert said[-len(doubts) :] == doubts
    caption = ect.caption_state_distribution(states, corpus, ect.get_theme("ademe"), clock="calendrier")
    assert "tirées 60 fois" in caption.missing
    table = ect.tabulate_state_distribution(states)
    assert (table["e2_collectif_part_bas"] <= table["e2_collectif_part_haut"]).all()
    assert "hesitants" in table


def test_a_count_that_dates_move_is_followed_by_its_range(corpus, told, stories, reading):
    months = {"clock": "age", "unit": "mois"}
    moves = ect.build_transitions(coded(told, **months), self_loops=False, drawn=ect.draw_sequences(stories, **months))
    assert (moves["effectif_bas"] <= moves["effectif_haut"]).all()
    said = " ".join(reading.words(ect.draw_transitions(moves, corpus, ect.get_theme("ademe"))))
    moving = moves[moves["effectif_bas"].round() != moves["effectif_haut"].round()]
    for _, row in moving.iterrows():
        assert f"[{row['effectif_bas']:.0f}–{row['effectif_haut']:.0f}]" in said
    assert len(moving)


def test_every_calendar_marks_the_shocks_and_no_age_clock_does(corpus, told, reading):
    events, projects = corpus.tables["evenements"], corpus.tables["projets"]
    theme, shocks, name = ect.get_theme("ademe", "en"), ect.list_shocks(events), "external shock"
    lines = {clock: ect.build_timelines(told, events, projects, clock=clock) for clock in ("calendrier", "age")}
    states = ect.build_state_distribution(coded(told, clock="calendrier", unit="trimestre"))
    marked = [
        ect.draw_trajectories(lines["calendrier"], corpus, theme, shocks=shocks),
        ect.draw_lexis(ect.build_lexis(told, events), corpus, theme, shocks=shocks),
        ect.draw_state_distribution(states, corpus, theme, clock="calendrier", shocks=shocks),
    ]
    assert [name in reading.words(figure) for figure in marked] == [True] * 3
    assert name not in reading.words(ect.draw_trajectories(lines["age"], corpus, theme, shocks=shocks))
    recent = ect.draw_trajectories(lines["calendrier"], corpus, theme, since=2024, shocks=shocks)
    assert name not in reading.words(recent)


def test_the_reading_of_a_zoomed_figure_speaks_of_a_line_it_shows(corpus, told):
    events, projects = corpus.tables["evenements"], corpus.tables["projets"]
    lines = ect.build_timelines(told, events, projects)
    said = ect.caption_trajectories(lines, corpus, ect.get_theme("ademe"), since=2024).reading
    shown = lines.bars[lines.bars["debut_date"] & (lines.bars["x_debut"] >= 2024)]["projet_id"]
    assert any(said.startswith(corpus.names()[code]) for code in shown)


def test_the_funnel_shows_the_range_of_its_shares(corpus, reading):
    starts = [f"20{10 + n % 8}" for n in range(14)]
    lines = [(f"{n}-{kind}", f"P{n:02d}", kind, f"{int(year) + shift}-01-01", f"{int(year) + shift}-12-31")
             for n, year in enumerate(starts)
             for shift, kind in enumerate(["idee_captee", "collectif_reuni", "statuts_deposes"])]  # fmt: skip
    columns = ["evenement_id", "projet_id", "type_evenement", "date_debut_min", "date_debut_max"]
    events = pd.DataFrame(lines, columns=columns)
    events = events.astype({"date_debut_min": "datetime64[s]", "date_debut_max": "datetime64[s]"})
    episodes = ect.derive_episodes(events, corpus.codebook.stages, observed_on=pd.Timestamp("2025-12-31"))
    reach = ect.build_stage_reach(episodes, stories=ect.draw_stories(episodes, draws=80))
    known = reach.table.dropna(subset=["part", "dates_bas"])
    assert (known["dates_bas"] <= known["part"] + 0.25).all()
    assert (known["dates_haut"] > known["dates_bas"]).any()
    said = reading.words(ect.draw_stage_reach(reach, corpus, ect.get_theme("ademe")))
    assert "ce que les dates imprécises laissent varier" in said
    bare = reading.words(ect.draw_stage_reach(ect.build_stage_reach(episodes), corpus, ect.get_theme("ademe")))
    assert "ce que les dates imprécises laissent varier" not in bare
