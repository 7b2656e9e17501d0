import pandas as pd
import pytest

from ect_research import derive_episodes
from ect_research.analysis.chance import Refusal
from ect_research.analysis.time.lexis import build_lexis
from ect_research.analysis.time.timelines import build_stage_durations, build_timelines
from ect_research.codebook.load_codebook import load_codebook

STAGES = load_codebook().stages
END = pd.Timestamp("2025-12-31")


def story(*facts: tuple) -> pd.DataFrame:
    """Facts as (project, event, earliest, latest, rank)."""
    lines = [(*fact, *(None,) * (5 - len(fact))) for fact in facts]
    frame = pd.DataFrame(lines, columns=["projet_id", "type_evenement", "date_debut_min", "date_debut_max", "ordre"])
    for side in ("date_debut_min", "date_debut_max"):
        frame[side] = pd.to_datetime(frame[side]).astype("datetime64[s]")
    return frame.assign(evenement_id=[f"E{place:02d}" for place in range(len(frame))], certitude="2_declare")


def lay(events: pd.DataFrame, *projects: str, clock: str = "calendrier"):
    episodes = derive_episodes(events, STAGES, observed_on=END)
    register = pd.DataFrame({"projet_id": list(projects)})
    return episodes, build_timelines(episodes, events, register, clock=clock)


PILOT = story(
    ("P1", "debut_experimentation", "2020-01-01", "2020-12-31"),
    ("P1", "bilan_experimentation", "2022-01-01", "2022-01-01"),
    ("P1", "seconde_experimentation", "2023-01-01", "2023-01-01"),
    ("P1", "presentation_publique", "2024-07-01", "2024-07-01"),
)


def test_a_second_opening_is_a_loop_on_the_line():
    _, lines = lay(PILOT, "P1")
    assert lines.bars["etape"].tolist() == ["e4_experimentation", "s_entre_deux", "e4_experimentation"]
    assert lines.bars["rang"].tolist() == [1, 1, 2]
    assert lines.seen["ouvertures"].tolist() == [2]


def test_nothing_is_known_beyond_the_last_dated_fact():
    _, lines = lay(PILOT, "P1")
    last = lines.bars.iloc[-1]
    assert last["x_debut"] < last["x_connu"] < last["x_fin"]
    assert last["x_connu"] == pytest.approx(2024.4973, abs=1e-3)
    assert last["censure"]


def test_an_announcement_is_not_a_fact():
    planned = story(
        ("P1", "statuts_deposes", "2021-03-01", "2021-03-01"), ("P1", "campagne_prevue", "2024-01-01", "2024-01-01")
    )
    episodes, lines = lay(planned, "P1")
    assert lines.markers.empty
    assert lines.projects.loc["P1", "dernier_fait"] == pd.Timestamp("2021-03-01")
    assert build_lexis(episodes, planned).lines["x_connu"].item() == pytest.approx(2021.16, abs=0.01)


def test_an_imprecise_opening_keeps_its_interval():
    _, lines = lay(PILOT, "P1")
    doubt = lines.doubts.iloc[0]
    assert doubt["x_min"] == 2020
    assert doubt["x_max"] == pytest.approx(2021, abs=0.01)


def test_an_open_ended_date_has_no_bound_on_that_side():
    _, lines = lay(story(("P1", "statuts_deposes", None, "2016-12-31")), "P1")
    assert lines.doubts["x_min"].isna().all()


def test_projects_without_a_date_are_named_and_not_placed():
    events = story(("P2", "statuts_deposes", "2021-03-01", "2021-03-01"), ("P1", "statuts_deposes", None, None))
    _, lines = lay(events, "P1", "P2", "P3")
    assert lines.undated == ("P1", "P3")
    assert (lines.n, lines.n_projects) == (1, 3)
    assert lines.seen.set_index("projet_id").loc["P1", "datee"] == False  # noqa: E712 - numpy boolean


def test_an_order_without_dates_is_kept_as_an_order():
    events = story(
        ("P1", "debut_experimentation", None, None, 1),
        ("P1", "bilan_experimentation", None, None, 2),
        ("P1", "seconde_experimentation", None, None, 3),
        ("P2", "statuts_deposes", "2021-03-01", "2021-03-01"),
    )
    _, lines = lay(events, "P1", "P2")
    assert lines.ordered["etape"].tolist() == ["e4_experimentation", "s_entre_deux", "e4_experimentation"]
    assert lines.ordered["place"].tolist() == [0, 1, 2]


def test_both_clocks_tell_the_same_lengths():
    _, calendar = lay(PILOT, "P1")
    _, age = lay(PILOT, "P1", clock="age")
    assert age.bars["x_debut"].iloc[0] == 0
    years = calendar.bars["x_fin"] - calendar.bars["x_debut"]
    assert ((age.bars["x_fin"] - age.bars["x_debut"]) / 12 - years).abs().max() < 0.01


def test_lines_are_sorted_by_first_fact_whatever_the_order_of_the_file():
    events = story(
        ("P1", "statuts_deposes", "2021-03-01", "2021-03-01"), ("P2", "statuts_deposes", "2019-03-01", "2019-03-01")
    )
    for shuffled in (events, events.iloc[::-1]):
        assert lay(shuffled, "P1", "P2")[1].projects["projet_id"].tolist() == ["P2", "P1"]


def test_no_dated_fact_is_refused():
    assert isinstance(lay(story(("P1", "statuts_deposes", None, None)), "P1")[1], Refusal)
    assert isinstance(lay(story(), "P1")[1], Refusal)


def test_time_in_a_stage_comes_with_the_range_that_dates_allow():
    episodes, lines = lay(PILOT, "P1")
    pilot = build_stage_durations(episodes, lines).set_index("etape").loc["e4_experimentation"]
    assert pilot[["passages", "projets", "finis", "en_cours"]].tolist() == [2, 1, 1, 1]
    assert pilot["mediane_min"] == pytest.approx(12.0, abs=0.1)
    assert pilot["mediane"] == pytest.approx(18.0, abs=0.1)
    assert pilot["mediane_max"] == pytest.approx(24.0, abs=0.1)
    assert pilot["observe_min"] == pytest.approx(18.0, abs=0.1)
    assert pilot["observe_max"] == pytest.approx(36.0, abs=0.1)


def test_a_spell_of_unknown_longest_length_is_not_left_out_of_the_longest_median():
    facts = []
    for number, (low, high) in enumerate([(None, "2020-01-01"), (None, "2020-01-01"), ("2020-01-01", "2020-01-01")]):
        facts += [(f"P{number}", "debut_experimentation", low, high),
                  (f"P{number}", "bilan_experimentation", "2021-01-01", "2021-01-01")]  # fmt: skip
    episodes, lines = lay(story(*facts), "P0", "P1", "P2")
    pilot = build_stage_durations(episodes, lines).set_index("etape").loc["e4_experimentation"]
    assert pilot["mediane"] == pilot["mediane_min"] == pytest.approx(12.0, abs=0.1)
    assert pd.isna(pilot["mediane_max"])
