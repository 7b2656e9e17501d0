"""Dates drawn all at once give, draw by draw, the very stages and sequences that telling each draw alone would give."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import ect_research as ect
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.stages.sampled_stories import sample_in_order
from ect_research.errors import EctError
from tests.benchmarks.simulate_dates import COURSES, held

DAY = pd.Timestamp(1970, 1, 1)
OBSERVED = pd.Timestamp("2025-12-31")
KINDS = ["idee_captee", "atelier_tenu", "collectif_reuni", "lancement_etude", "debut_experimentation",
         "bilan_experimentation", "statuts_deposes", "fin_accompagnement", "mise_en_sommeil", "reprise", "abandon"]  # fmt: skip
STAGES = load_codebook().stages


def table(facts):
    events = pd.DataFrame(facts, columns=["evenement_id", "projet_id", "type_evenement", "low", "high", "ordre"])
    events["date_debut_min"] = pd.to_datetime(events.pop("low")).astype("datetime64[s]")
    events["date_debut_max"] = pd.to_datetime(events.pop("high")).astype("datetime64[s]")
    return events


def assert_same(one_by_one, stories, draws, settings):
    drawn = ect.sample_sequences(stories, **settings)
    for draw in draws:
        told = ect.derive_sequences(one_by_one(stories, draw), **settings).frame
        rows = drawn.codes[draw]
        names = np.array(["", *drawn.alphabet], dtype=object)
        found = pd.DataFrame(names[rows + 1], index=list(drawn.names), columns=list(drawn.units))
        told.columns = [str(unit) for unit in told.columns]
        wanted = told.fillna("").reindex(index=list(drawn.names), columns=list(drawn.units), fill_value="")
        assert set(told.columns) <= set(drawn.units)
        assert (found.to_numpy() == wanted.to_numpy()).all(), (draw, settings)


@pytest.fixture(scope="module")
def register():
    corpus = ect.load_corpus("pays-ledonien")
    projects = corpus.tables["projets"].set_index("projet_id")
    return ect.derive_episodes(
        corpus.tables["evenements"],
        corpus.codebook.stages,
        observed_on=corpus.observed_on,
        followed_until=projects["suivi_fin_max"],
    )


@pytest.mark.croisement
@pytest.mark.parametrize("order", ["recit", "libre"])
@pytest.mark.parametrize(
    "settings",
    [
        {"clock": "calendrier", "unit": "mois"},
        {"clock": "age", "unit": "trimestre"},
        {"clock": "calendrier", "unit": "annee"},
    ],
)
def test_the_register_drawn_at_once_is_the_register_told_draw_by_draw(one_by_one, register, order, settings):
    assert_same(one_by_one, ect.sample_stories(register, draws=40, order=order), (0, 17, 39), settings)


fact = st.tuples(st.sampled_from(KINDS), st.integers(0, 1500), st.sampled_from([0, 0, 30, 90, 364, 900]))
story = st.lists(fact, min_size=1, max_size=6)


@pytest.mark.croisement
@given(st.lists(story, min_size=1, max_size=3), st.booleans(), st.sampled_from(["recit", "libre"]))
@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_any_story_drawn_at_once_is_the_story_told_draw_by_draw(one_by_one, stories, ranked, order):
    start = pd.Timestamp("2021-06-01")
    events = table(
        [
            (f"F{number}-{place}", f"P{number}", kind, start + pd.Timedelta(days=day), start + pd.Timedelta(days=day + width),
             place if ranked else pd.NA)
            for number, facts in enumerate(stories)
            for place, (kind, day, width) in enumerate(facts)
        ]
    )  # fmt: skip
    episodes = ect.derive_episodes(events, STAGES, observed_on=OBSERVED)
    drawn = ect.sample_stories(episodes, draws=12, order=order)
    if drawn.names:
        assert_same(one_by_one, drawn, (0, 5, 11), {"clock": "calendrier", "unit": "mois"})
        assert_same(one_by_one, drawn, (3,), {"clock": "age", "unit": "mois"})
    for draw in (0, 11) if drawn.names else ():
        opened = one_by_one(drawn, draw).frame.groupby(["projet_id", "etape"])["ouverture"].min()
        for (name, stage), when in opened.items():
            day = drawn.opened[draw, drawn.names.index(name), drawn.alphabet.index(stage)]
            assert DAY + pd.Timedelta(days=int(day)) == when


def test_dates_known_to_the_day_give_the_plain_sequences_in_every_draw(register):
    events = table([("a", "P", "idee_captee", "2021-03-05", "2021-03-05", pd.NA),
                    ("b", "P", "collectif_reuni", "2022-03-05", "2022-03-05", pd.NA)])  # fmt: skip
    episodes = ect.derive_episodes(events, STAGES, observed_on=OBSERVED)
    drawn = ect.sample_sequences(ect.sample_stories(episodes, draws=8), clock="age", unit="trimestre")
    plain = ect.code_sequences(
        ect.derive_sequences(episodes, clock="age", unit="trimestre").frame, tuple(STAGES["name"])
    )
    assert (drawn.codes == plain.codes[None]).all()
    assert drawn.units == plain.units


def test_the_told_order_holds_in_every_draw_and_the_free_one_may_swap():
    events = table([("a", "P", "collectif_reuni", "2024-01-01", "2024-12-31", pd.NA),
                    ("b", "P", "statuts_deposes", "2024-01-01", "2024-12-31", pd.NA)])  # fmt: skip
    episodes = ect.derive_episodes(events, STAGES, observed_on=OBSERVED)
    collective, creation = (list(STAGES["name"]).index(name) for name in ("e2_collectif", "e5_creation"))
    for order, swaps in (("recit", 0.0), ("libre", 0.5)):
        opened = ect.sample_stories(episodes, draws=800, order=order).opened[:, 0]
        assert (opened[:, creation] < opened[:, collective]).mean() == pytest.approx(swaps, abs=0.06)


def test_dates_are_drawn_with_the_weights_of_their_gaps_among_those_that_respect_the_order():
    """A gap of 0, 1 or 2 days among two of one run weighs 1, 1/2, 3/8: the coefficients of (1 - x) ** -1/2."""
    drawn = sample_in_order([0, 0, 0], [2, 2, 2], [0, 0], 12_000, np.random.default_rng(4))
    weights = {(a, b, c): [1, 1 / 2, 3 / 8][b - a] * [1, 1 / 2, 3 / 8][c - b]
               for a in range(3) for b in range(a, 3) for c in range(b, 3)}  # fmt: skip
    days, counts = np.unique(drawn, axis=0, return_counts=True)
    assert [tuple(day) for day in days] == sorted(weights)
    expected = np.array([weights[tuple(day)] for day in days.tolist()])
    assert np.abs(counts / 12_000 - expected / expected.sum()).max() < 0.015


@pytest.mark.parametrize("facts", [2, 3, 5, 8])
def test_a_course_is_not_drawn_longer_because_more_of_its_facts_are_told(facts):
    """Two days of a year drawn in order are a third of it apart on average, whatever is told between them."""
    drawn = sample_in_order([0] * facts, [364] * facts, [0] * (facts - 1), 4000, np.random.default_rng(4))
    apart = drawn[:, -1] - drawn[:, 0]
    assert apart.mean() == pytest.approx(364 / 3, abs=6)
    assert np.quantile(apart, [0.025, 0.975]) == pytest.approx([4.6, 307], abs=10)


@pytest.mark.croisement
@pytest.mark.parametrize("course", COURSES, ids=len)
def test_drawn_ranges_hold_the_truth_also_when_the_course_takes_six_months(course):
    finished, inside, lost = held(course, 6, "recit", 10)
    assert lost == 0 and inside / finished > 0.93


def test_ranks_that_the_dates_contradict_are_named_and_an_open_bound_does_not_move():
    events = table([("a", "P", "idee_captee", "2024-01-01", "2024-01-31", 2),
                    ("b", "P", "collectif_reuni", "2024-06-01", "2024-06-30", 1),
                    ("c", "Q", "idee_captee", None, "2015-12-31", pd.NA)])  # fmt: skip
    drawn = ect.sample_stories(ect.derive_episodes(events, STAGES, observed_on=OBSERVED), draws=6)
    assert drawn.contradictory == ("P",)
    assert drawn.open_ended == ("Q",)
    assert np.ptp(drawn.origin[:, 1]) == 0


def test_drawing_asks_for_a_known_order_and_repeats_with_its_seed(register):
    with pytest.raises(EctError, match="inconnu"):
        ect.sample_stories(register, draws=1, order="autre")
    one, same, other = (ect.sample_stories(register, draws=4, seed=seed).opened for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
