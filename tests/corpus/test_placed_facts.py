"""Imprecise dates that overlap are placed in an order that makes sense; a loop is told only when none avoids it."""

from dataclasses import replace
from itertools import product

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.stages.project_story import Fact, Story, place_facts, read_rules
from tests.corpus.test_stages import outcome, states, tell

RULES = read_rules(load_codebook().stages)
ORIGIN = pd.Timestamp("2020-01-01")
TYPES = [
    "idee_captee",
    "atelier_tenu",
    "collectif_reuni",
    "lancement_etude",
    "debut_experimentation",
    "statuts_deposes",
]


def fact(number: int, kind: str, low: int, high: int) -> Fact:
    first, last = (ORIGIN + pd.Timedelta(days=day) for day in (low, high))
    return Fact(f"E{number}", kind, (first + (last - first) / 2).normalize(), first, last, None, None, None)


def loops(facts) -> int:
    story = Story(RULES)
    for one in facts:
        story.tell(one)
    return sum(episode["rang"] > 1 for episode in story.episodes)


def fewest_loops(facts) -> int:
    """By trying every day of every interval."""
    days = [range((one.low - ORIGIN).days, (one.high - ORIGIN).days + 1) for one in facts]
    found = []
    for chosen in product(*days):
        placed = [replace(one, date=ORIGIN + pd.Timedelta(days=day)) for one, day in zip(facts, chosen, strict=True)]
        found.append(loops(sorted(placed, key=lambda one: (one.date, RULES.rank(one), one.id))))
    return min(found)


interval = st.tuples(st.integers(0, 4), st.integers(0, 3))


@pytest.mark.croisement
@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(TYPES), interval), min_size=2, max_size=4))
def test_no_loop_is_told_where_some_placement_avoids_it(told):
    facts = [fact(number, kind, low, min(low + more, 5)) for number, (kind, (low, more)) in enumerate(told)]
    placed = place_facts(facts, RULES)
    assume(fewest_loops(facts) == 0)
    assert loops(placed) == 0
    for one in placed:
        assert one.low <= one.date <= one.high
    assert [one.date for one in placed] == sorted(one.date for one in placed)


def test_dates_that_do_not_overlap_stay_at_their_middles_whatever_the_stages():
    facts = [fact(0, "statuts_deposes", 0, 2), fact(1, "collectif_reuni", 10, 14)]
    assert [(one.id, (one.date - ORIGIN).days) for one in place_facts(facts, RULES)] == [("E0", 1), ("E1", 12)]


def test_an_idea_of_a_quarter_within_the_half_year_of_the_creation_comes_first():
    told = tell(("idee_captee", "2021 T2"), ("statuts_deposes", "2021 S1"))
    assert states(told)[-1] == "e5_creation" and outcome(told)["n_boucles"] == 0
    assert outcome(told)["evenement"] == "creation"


def test_a_fast_project_is_not_left_out_because_its_idea_is_known_to_the_year():
    end = outcome(tell(("idee_captee", "2024"), ("statuts_deposes", "15/03/2024")))
    assert (end["evenement"], end["duree_mois"], end["a_risque"]) == ("creation", 0.0, True)


def test_a_fact_known_to_the_year_of_the_observation_had_happened():
    told = tell(("idee_captee", "2024"), ("statuts_deposes", "2026"), observed_on=pd.Timestamp("2026-03-15"))
    created = told.frame[told.frame["etape"] == "e5_creation"].iloc[0]
    assert created["ouverture"] <= pd.Timestamp("2026-03-15") == created["ouverture_max"]
    assert told.later.empty and outcome(told)["evenement"] == "creation"
    announced = tell(("idee_captee", "2024"), ("statuts_deposes", "2027"), observed_on=pd.Timestamp("2026-03-15"))
    assert announced.later["evenement_id"].tolist() == ["E01"]


def test_the_end_of_support_closes_no_stage():
    told = tell(("entree_parcours", "11/2024"), ("statuts_deposes", "07/2025"), ("fin_accompagnement", "11/2025"))
    assert states(told)[-1] == "e5_creation" and outcome(told)["issue"] == "cree_actif"


@pytest.mark.parametrize("never", [True, False])
def test_a_project_never_supported_can_be_autonomous(never):
    facts = (("statuts_deposes", "2018"), ("gouvernance_propre", "2019"), ("autofinancement", "2020"))
    told = tell(*facts, never_supported=["P1"] if never else [])
    assert ("e6_autonomie" in states(told)) is never
    if never:
        assert told.states["debut"].iloc[-1].year == 2019


def test_autonomy_asks_for_a_creation_and_opens_at_the_latest_fact():
    without = tell(("gouvernance_propre", "2021"), ("fin_accompagnement", "2022"))
    late = tell(("gouvernance_propre", "2021"), ("fin_accompagnement", "2022"), ("statuts_deposes", "05/2023"))
    assert "e6_autonomie" not in set(without.frame["etape"])
    assert states(late)[-1] == "e6_autonomie" and late.states["debut"].iloc[-1] == pd.Timestamp("2023-05-16")


def test_a_project_taken_up_again_is_placed_by_its_dates_not_by_its_stage():
    told = tell(
        ("idee_captee", "2020"), ("mise_en_sommeil", "2021"), ("reprise", "2023 S1"), ("debut_experimentation", "2023")
    )
    assert states(told)[-1] == "e4_experimentation"
