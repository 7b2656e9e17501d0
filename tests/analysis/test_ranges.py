"""What imprecise dates let vary: in each draw, the very numbers that the plain path gives."""

import numpy as np
import pandas as pd
import pytest

import ect_research as ect
from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.duration_words import grid_incidence
from ect_research.analysis.durations.stage_reach import build_stage_reach_range
from ect_research.analysis.trajectories.flows import build_transition_range
from ect_research.analysis.trajectories.states import build_state_range
from ect_research.codebook.load_codebook import load_codebook

SAME = 1e-10
OPENERS = ["idee_captee", "collectif_reuni", "lancement_etude", "debut_experimentation", "statuts_deposes", "abandon",
           "absorption"]  # fmt: skip


def register_of(count, seed):
    """Projects with two to five imprecise facts each, some of them followed late or not for long."""
    generator = np.random.default_rng(seed)
    lines = []
    for number in range(count):
        kinds = sorted(set(generator.integers(1, len(OPENERS), generator.integers(1, 4)).tolist()))
        day = pd.Timestamp("2014-01-01") + pd.Timedelta(days=int(generator.integers(0, 1500)))
        for kind in [0, *kinds]:
            width = int(generator.choice([0, 30, 90, 364]))
            lines.append(
                (f"F{number:02d}-{kind}", f"P{number:02d}", OPENERS[kind], day, day + pd.Timedelta(days=width))
            )
            day += pd.Timedelta(days=int(generator.integers(60, 700)))
    columns = ["evenement_id", "projet_id", "type_evenement", "date_debut_min", "date_debut_max"]
    events = pd.DataFrame(lines, columns=columns).astype(
        {"date_debut_min": "datetime64[s]", "date_debut_max": "datetime64[s]"}
    )
    projects = pd.DataFrame({"projet_id": [f"P{number:02d}" for number in range(count)]})
    late = generator.random(count) < 0.3
    projects["suivi_debut_min"] = pd.Series(np.where(late, "2016-06-15", "2013-01-01"), dtype="datetime64[s]")
    return events, projects


@pytest.fixture(scope="module")
def stage_table():
    return load_codebook().stages


@pytest.fixture(scope="module")
def told(stage_table):
    events, projects = register_of(40, 5)
    return ect.derive_episodes(events, stage_table, observed_on=pd.Timestamp("2021-06-30")), projects


@pytest.fixture(scope="module")
def one_draw(told, one_by_one):
    """A single draw, told both ways."""
    stories = ect.sample_stories(told[0], draws=1, seed=7, order="libre")
    return stories, one_by_one(stories, 0)


def coded(episodes, **settings):
    sequences = ect.derive_sequences(episodes, **settings)
    return ect.code_sequences(sequences.frame, sequences.alphabet)


def test_durations_of_a_draw_are_those_of_its_outcomes(one_draw, told):
    stories, episodes = one_draw
    plain = ect.build_durations(ect.derive_outcomes(episodes, told[1]), episodes)
    drawn = ect.sample_durations(stories, told[1])
    assert drawn.names == plain.names
    assert np.array_equal(drawn.months[0], plain.time)
    assert np.array_equal(drawn.cause[0], plain.cause)
    assert np.array_equal(drawn.entry[0], plain.entry)
    assert (plain.entry > 0).any()
    assert drawn.excluded.sort_values("projet_id").to_numpy().tolist() == sorted(plain.excluded.to_numpy().tolist())


def test_the_curves_of_a_draw_are_its_aalen_johansen_curves_late_entries_included(one_draw, told):
    drawn = ect.sample_durations(one_draw[0], told[1])
    plain = ect.build_incidence(ect.build_durations(ect.derive_outcomes(one_draw[1], told[1]), one_draw[1]))
    ranged = ect.build_incidence_range(drawn)
    for cause in plain.causes:
        curve = plain.curves[plain.curves["fin"] == cause].set_index("temps")["part"]
        found = ranged.curves[ranged.curves["fin"] == cause].set_index("temps")["mediane"]
        assert np.abs(found[curve.index].to_numpy() - curve.to_numpy()).max() < SAME


def test_the_funnel_of_a_draw_is_the_plain_funnel(one_draw):
    stories, episodes = one_draw
    plain, ranged = ect.build_stage_reach(episodes), build_stage_reach_range(stories)
    both = plain.table.merge(ranged.table, on=["etape", "age"], suffixes=("", "_tirage"))
    assert len(both) == len(plain.table)
    assert np.nanmax(np.abs(both["part"] - both["mediane"])) < SAME
    assert (both["part"].isna() == both["mediane"].isna()).all()
    assert ranged.n == plain.n


@pytest.mark.croisement
def test_ends_that_nobody_dates_are_left_out_of_the_draws_as_of_the_plain_path(stage_table):
    events, projects = register_of(60, 8)
    events["date_debut_max"] = events["date_debut_min"]
    lost = events["type_evenement"].isin(OPENERS[4:]) & (events["projet_id"].str[-1].astype(int) % 3 == 0)
    events.loc[lost, ["date_debut_min", "date_debut_max"]] = pd.NaT
    episodes = ect.derive_episodes(events, stage_table, observed_on=pd.Timestamp("2021-06-30"))
    plain = ect.build_durations(ect.derive_outcomes(episodes, projects), episodes)
    drawn = ect.sample_durations(episodes, projects, draws=2)
    assert drawn.names == plain.names
    assert np.array_equal(drawn.months[1], plain.time)
    assert drawn.excluded.sort_values("projet_id").to_numpy().tolist() == sorted(plain.excluded.to_numpy().tolist())
    assert (plain.excluded["raison"] == "fin connue, mais sans date").sum() >= 5
    reach, ranged = ect.build_stage_reach(episodes), build_stage_reach_range(ect.sample_stories(episodes, draws=2))
    both = reach.table.merge(ranged.table, on=["etape", "age"])
    assert np.nanmax(np.abs(both["part"] - both["mediane"])) < SAME
    assert reach.table.set_index("etape")["sans_date"]["e5_creation"].max() >= 5


@pytest.mark.parametrize("clock", ["age", "calendrier"])
def test_states_transitions_and_indicators_of_a_draw_are_the_plain_ones(one_draw, clock):
    stories, episodes = one_draw
    drawn = ect.sample_sequences(stories, clock=clock, unit="trimestre")
    plain = coded(episodes, clock=clock, unit="trimestre")
    states = build_state_range(drawn)
    shares = ect.build_state_distribution(plain)
    wide = states.shares.pivot_table(index="unite", columns="etat", values="mediane").fillna(0)
    wanted = shares.shares.loc[shares.summary["observes"] > 0, wide.columns]
    assert np.abs(wide.loc[wanted.index].to_numpy() - wanted.to_numpy()).max() < SAME
    moves = ect.build_transitions(plain).table.merge(build_transition_range(drawn), on=["de", "vers"], how="outer")
    assert (moves["effectif"] == moves["effectif_mediane"]).all()
    assert np.abs(moves["taux"] - moves["taux_mediane"]).max() < SAME
    found = ect.measure_sequences(drawn).pivot_table(index="projet_id", columns="indicateur", values="mediane")
    measured = ect.measure_sequences(plain)
    assert np.abs(found.loc[measured.index, measured.columns].to_numpy() - measured.to_numpy()).max() < SAME


def test_ranges_hold_the_point_and_are_empty_when_dates_are_known_to_the_day(stage_table):
    events, _ = register_of(20, 8)
    sure = events.assign(date_debut_max=events["date_debut_min"])
    stories = ect.sample_stories(
        ect.derive_episodes(sure, stage_table, observed_on=pd.Timestamp("2021-06-30")), draws=9
    )
    drawn = ect.sample_sequences(stories, clock="age")
    states = build_state_range(drawn)
    assert (states.summary["hesitants"] == 0).all()
    assert (states.shares["bas"] == states.shares["haut"]).all()
    indicators = ect.measure_sequences(drawn)
    assert (indicators["bas"] == indicators["haut"]).all()


def test_a_fact_dated_to_the_year_makes_its_project_hesitate_that_year_only(stage_table):
    events = pd.DataFrame({"evenement_id": ["a", "b"], "projet_id": "P", "type_evenement": ["idee_captee", "collectif_reuni"],
                           "date_debut_min": pd.to_datetime(["2020-03-01", "2022-01-01"]).astype("datetime64[s]"),
                           "date_debut_max": pd.to_datetime(["2020-03-01", "2022-12-31"]).astype("datetime64[s]")})  # fmt: skip
    episodes = ect.derive_episodes(events, stage_table, observed_on=pd.Timestamp("2023-12-31"))
    drawn = ect.sample_sequences(ect.sample_stories(episodes, draws=300), unit="mois")
    hesitants = build_state_range(drawn).summary["hesitants"]
    assert set(hesitants.index[hesitants > 0]) == {f"2022-{month:02d}" for month in range(1, 12)}


def test_a_duration_known_in_too_few_draws_is_left_out_with_its_reason(stage_table):
    events = pd.DataFrame({"evenement_id": ["a", "b"], "projet_id": "P", "type_evenement": ["statuts_deposes", "collectif_reuni"],
                           "date_debut_min": pd.to_datetime(["2022-01-01", "2022-09-01"]).astype("datetime64[s]"),
                           "date_debut_max": pd.to_datetime(["2022-12-31", "2022-12-31"]).astype("datetime64[s]")})  # fmt: skip
    episodes = ect.derive_episodes(events, stage_table, observed_on=pd.Timestamp("2023-12-31"))
    assert isinstance(ect.sample_durations(ect.sample_stories(episodes, draws=50, order="libre")), Refusal)


def test_a_draw_without_a_known_duration_weighs_nothing():
    curves, risk = grid_incidence(np.array([[0, 1, -1]]), np.array([[1, 0, 0]]), 1)
    assert curves[0, :, 0].tolist() == [0.5, 0.5]
    assert risk[0].tolist() == [2, 1]
