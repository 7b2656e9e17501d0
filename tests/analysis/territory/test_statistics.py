"""Statistics of territory: exact intervals, one declared question, and refusals where nothing can be said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ect_research.analysis.chance import Refusal, wilson_interval
from ect_research.analysis.territory import autocorrelation, focused, rates
from ect_research.analysis.territory.map_variables import MapVariable
from ect_research.analysis.territory.project_places import protect_map_counts
from ect_research.errors import EctError

SIMULATED = Path(__file__).parents[2] / "benchmarks" / "results" / "territory.csv"
FOCUS = SIMULATED.with_name("territory_focus.csv")
PEOPLE = pd.Series({"A": 40_000, "B": 60_000})
SIDE = 12
GRID = pd.Series({f"{row:02d}{column:02d}": shapely.box(column, row, column + 1, row + 1)
                  for row in range(SIDE) for column in range(SIDE)})  # fmt: skip


def _rate(values, **more):
    return MapVariable(
        pd.Series(values, index=GRID.index), "taux", "Taux", "essai", "2026", "‰", **{"events": 500} | more
    )


def test_quotients_weighted_by_the_reference_average_one():
    found = rates.build_quotients(pd.Series({"A": 9, "B": 11}), PEOPLE).frame
    assert (found["quotient"] * found["part_reference"]).sum() == pytest.approx(1)
    assert ((found["bas"] <= found["quotient"]) & (found["quotient"] <= found["haut"])).all()


def test_small_expected_counts_are_flagged():
    found = rates.build_quotients(pd.Series({"A": 6, "B": 4}), PEOPLE).frame
    assert found["fragile"].tolist() == [True, False]


@pytest.mark.croisement
def test_intervals_of_quotients_hold_together():
    random = np.random.default_rng(3)
    reference = pd.Series({"A": 30, "B": 30, "C": 40})
    held = 0
    for _ in range(300):
        counts = pd.Series(random.multinomial(40, [0.3, 0.3, 0.4]), index=reference.index)
        found = rates.build_quotients(counts, reference).frame
        held += bool(((found["bas"] <= 1) & (found["haut"] >= 1)).all())
    assert held / 300 >= 0.94


@pytest.mark.parametrize("build", [rates.build_quotients])
def test_too_few_projects_are_refused_with_what_is_missing(build):
    refused = build(pd.Series({"A": 4, "B": 2}), PEOPLE)
    assert isinstance(refused, Refusal)
    assert "6 projets placés" in refused.sentence()
    assert "4 projets de plus" in refused.sentence()


@pytest.mark.parametrize(
    ("counts", "options", "why"),
    [
        (pd.Series({"A": np.nan, "B": 12}), {}, "tous connus"),
        (pd.Series({"A": -1, "B": 20}), {}, "positifs"),
        (pd.Series([12, 3], index=["A", "A"]), {}, "deux fois"),
        (pd.Series({"A": 12}), {"confidence": 95}, "entre 0 et 1"),
    ],
)
def test_counts_that_are_no_counts_are_refused(counts, options, why):
    for build in (rates.build_quotients,):
        with pytest.raises(EctError, match=why):
            build(counts, PEOPLE, **options)


@pytest.mark.parametrize("people", [{"a": 0.0, "b": 0.0}, {"a": -1.0, "b": 9.0}, {"a": np.nan, "b": 9.0}])
def test_a_focus_needs_a_reference(people):
    focus = focused.Focus("a", frozenset("a"), "protocole, § 3")
    with pytest.raises(EctError, match="référence"):
        focused.test_focus(pd.Series(["a", "b"] * 10), pd.Series(people), focus)


def test_a_group_without_reference_is_an_error():
    with pytest.raises(EctError, match="sans référence"):
        rates.build_quotients(pd.Series({"Z": 20}), PEOPLE)


def _focus(codes="a"):
    return focused.Focus("le centre", frozenset(codes), "protocole, § 3")


TOWNS = pd.Series({f"a{rank}": 2.0 for rank in range(10)} | {f"b{rank}": 8.0 for rank in range(10)})
NEAR = [f"a{rank}" for rank in range(10)]


def test_a_planted_focus_is_found_by_project_and_by_place():
    projects = pd.Series([*NEAR[:9], *NEAR[:3], "b0", "b1", "b2", "b3"])
    found = focused.test_focus(projects, TOWNS, _focus(NEAR))
    assert found.ratio == pytest.approx(12 / 16 / 0.2)
    assert (found.places, found.places_inside) == (13, 9)
    assert found.p_exact < 0.001
    assert found.p <= 0.05


def test_many_projects_at_one_place_are_one_place():
    projects = pd.Series(["a0"] * 12 + ["b0", "b1", "b2", "b3"])
    found = focused.test_focus(projects, TOWNS, _focus(NEAR))
    assert found.p_exact < 0.001
    assert found.p == found.p_places > 0.5


def test_projects_without_a_place_may_all_be_outside():
    projects = pd.Series([*NEAR[:8], "b0", "b1", "b2", "b3", *[None] * 12], dtype="str")
    found = focused.test_focus(projects, TOWNS, _focus(NEAR))
    assert found.unknown == 12
    assert max(found.p_exact, found.p_places) < 0.01
    assert found.p == found.p_bound > 0.05
    alone = focused.test_focus(projects.dropna(), TOWNS, _focus(NEAR))
    assert alone.p_bound == alone.p_places


def test_the_power_doubles_the_rate_and_not_the_share():
    from scipy.stats import binom

    expected, n = 0.746, 15
    needed = next(k for k in range(n + 2) if binom.sf(k - 1, n, expected) <= 0.05)
    share = 2 * expected / (2 * expected + 1 - expected)
    assert focused.focus_errors(n, expected)[1] == pytest.approx(binom.sf(needed - 1, n, share))
    assert focused.focus_errors(n, expected)[1] == pytest.approx(0.09, abs=0.005)
    assert focused.focus_errors(30, expected)[2] == pytest.approx(0.63, abs=0.01)


@given(st.integers(10, 200), st.floats(0.02, 0.95))
def test_false_alarms_stay_under_their_level_and_power_grows_with_the_pull(n, expected):
    false, double, triple = focused.focus_errors(n, expected)
    assert false <= 0.05 + 1e-9
    assert false <= double <= triple <= 1


def test_projects_of_one_commune_widen_the_intervals_of_quotients():
    alone = rates.build_quotients(pd.Series({"A": 16, "B": 4}), PEOPLE).frame
    together = rates.build_quotients(pd.Series({"A": 16, "B": 4}), PEOPLE, repeats=2.5).frame
    assert (together["bas"] <= alone["bas"]).all() and (together["haut"] >= alone["haut"]).all()
    assert together["quotient"].tolist() == alone["quotient"].tolist()
    with pytest.raises(EctError, match="au moins 1"):
        rates.build_quotients(pd.Series({"A": 16, "B": 4}), PEOPLE, repeats=0.5)


@pytest.mark.croisement
def test_without_effect_the_test_seldom_rejects():
    random, people = np.random.default_rng(5), pd.Series({"a": 25.0, "b": 75.0})
    rejected = 0
    for _ in range(300):
        projects = pd.Series(random.choice(["a", "b"], size=30, p=[0.25, 0.75]))
        rejected += focused.test_focus(projects, people, _focus(), simulations=9).p_exact <= 0.05
    assert rejected / 300 <= 0.07


def test_a_hypothesis_that_nobody_wrote_down_is_refused():
    with pytest.raises(EctError, match="où et quand l’hypothèse a été écrite"):
        focused.Focus("20 km", frozenset("a"), "")


@pytest.mark.parametrize(
    ("projects", "said"),
    [
        (["a"] * 6 + [None] * 22, "6 projets ont un lieu connu, sur 28"),
        (["a"] * 6, "il en faut 10"),
    ],
)
def test_a_test_that_could_say_nothing_is_refused(projects, said):
    refused = focused.test_focus(pd.Series(projects, dtype="str"), pd.Series({"a": 1.0, "b": 9.0}), _focus())
    assert isinstance(refused, Refusal)
    assert said in refused.sentence()


def test_a_focus_that_holds_nearly_everyone_is_refused():
    refused = focused.test_focus(pd.Series(["a"] * 12), pd.Series({"a": 95.0, "b": 5.0}), _focus())
    assert isinstance(refused, Refusal)


def test_queen_contiguity_of_a_grid():
    neighbours = autocorrelation.contiguity(GRID)
    assert neighbours.links == 2 * (2 * SIDE * (SIDE - 1) + 2 * (SIDE - 1) ** 2)
    assert neighbours.weights.sum(axis=1) == pytest.approx(np.ones(SIDE**2))


def test_a_gradient_is_autocorrelated_and_noise_is_not():
    neighbours = autocorrelation.contiguity(GRID)
    gradient = autocorrelation.measure_autocorrelation(_rate([int(code[:2]) for code in GRID.index]), neighbours)
    assert gradient.index > 0.8
    assert gradient.p == pytest.approx(0.002)
    assert set(gradient.local.loc[gradient.local["retenu"], "quadrant"]) <= {"haut-haut", "bas-bas"}
    noise = np.random.default_rng(7).normal(size=SIDE**2)
    random = autocorrelation.measure_autocorrelation(_rate(noise), neighbours)
    assert abs(random.index) < 0.12
    assert random.local["retenu"].sum() <= 2


def test_communes_that_touch_no_other_are_refused():
    far = pd.Series({f"{place:03d}": shapely.box(10 * place, 0, 10 * place + 1, 1) for place in range(60)})
    rate = MapVariable(pd.Series(np.arange(60.0), far.index), "taux", "Taux", "essai", "2026", "‰", events=500)
    refused = autocorrelation.measure_autocorrelation(rate, autocorrelation.contiguity(far))
    assert "0 commune a une valeur, et une voisine" in refused.sentence()


def test_a_rate_that_is_nought_nearly_everywhere_is_not_significant_everywhere():
    neighbours = autocorrelation.contiguity(GRID)
    kept, rejected = 0, 0
    for seed in range(20):
        rare = np.zeros(SIDE**2)
        rare[np.random.default_rng(seed).choice(SIDE**2, 12, replace=False)] = 1
        found = autocorrelation.measure_autocorrelation(_rate(rare), neighbours, permutations=199, seed=seed)
        kept, rejected = kept + int(found.local["retenu"].sum()), rejected + (found.p <= 0.05)
    assert kept <= 20
    assert rejected <= 4


def test_the_probability_of_chance_is_uniform_whichever_side_is_extreme():
    random = np.random.default_rng(5)
    found = [autocorrelation._tail(random.normal(size=199), random.normal()) for _ in range(2000)]
    assert np.mean(np.array(found) <= 0.05) == pytest.approx(0.05, abs=0.015)
    assert autocorrelation._tail(np.zeros(99), 0.0) == 1


def test_a_chessboard_by_rows_and_columns_has_the_index_worked_by_hand():
    neighbours = autocorrelation.contiguity(GRID)
    z = np.array([1.0 if (int(code[:2]) + int(code[2:])) % 2 else -1.0 for code in GRID.index])
    by_hand = float(np.mean([z[i] * z[neighbours.weights[[i]].indices].mean() for i in range(len(z))]))
    found = autocorrelation.measure_autocorrelation(_rate(z), neighbours, permutations=99)
    assert found.index == pytest.approx(by_hand)
    assert found.p <= 0.5


def test_the_same_seed_gives_the_same_measure():
    neighbours = autocorrelation.contiguity(GRID)
    variable = _rate(np.random.default_rng(1).normal(size=SIDE**2))
    one, two = (autocorrelation.measure_autocorrelation(variable, neighbours, permutations=99) for _ in range(2))
    assert one.p == two.p
    pd.testing.assert_frame_equal(one.local, two.local)


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        (MapVariable(pd.Series(1.0, GRID.index), "stock", "Projets", "R", "2025", "projets"), "la répartition de la"),
        (_rate(range(SIDE**2), zone="epci"), "aucun indice d’autocorrélation"),
        (_rate(range(SIDE**2), events=40), "compte 40 événements"),
        (_rate(range(SIDE**2), events=None), "Rien ne dit combien d’évènements"),
        (_rate([1.0] * 30 + [np.nan] * (SIDE**2 - 30)), "30 communes ont une valeur"),
        (_rate([1.0] * SIDE**2), "la même valeur"),
    ],
)
def test_autocorrelation_is_refused_where_it_misleads(variable, said):
    refused = autocorrelation.measure_autocorrelation(variable, autocorrelation.contiguity(GRID))
    assert isinstance(refused, Refusal)
    assert said in refused.sentence()


def test_the_verdict_of_a_focus_holds_in_clusters_and_where_places_are_known_less_often():
    table = pd.read_csv(FOCUS).set_index("verite")
    assert table.loc[["independants", "grappes", "moins connus dehors"], "verdict"].max() <= 0.06
    assert table.loc["grappes", "p_exact"].min() >= 0.08


def test_the_refusals_quote_the_simulation():
    table = pd.read_csv(SIMULATED)
    none = table[table["verite"] == "aucun effet"].set_index("projets")
    some = table[table["verite"] != "aucun effet"].set_index("projets")
    assert (none.loc[20, "moran_effectifs"], none.loc[100, "moran_effectifs"]) == (0.184, 0.584)
    assert none["test_de_foyer"].max() <= 0.08
    assert some.loc[[20, 40], "moran_taux"].max() <= 0.1
    assert some.loc[20, "test_de_foyer"] >= 0.6
    assert some.loc[40, "test_de_foyer"] >= 0.9


_COUNTS = st.dictionaries(st.sampled_from("abcdefghij"), st.integers(0, 6), max_size=10)


@given(_COUNTS, st.integers(2, 5))
def test_nothing_published_is_under_the_threshold_nor_found_by_subtraction(counts, threshold):
    members = {code: "GHI"[rank % 3] for rank, code in enumerate("abcdefghij")}
    held = protect_map_counts(pd.Series(counts, dtype="int64"), members, threshold=threshold)
    assert (held.communes >= threshold).all()
    assert (held.groups >= threshold).all()
    withheld = held.n - int(held.communes.sum()) - int(held.groups.sum())
    assert bool(withheld) == bool(held.hidden)
    assert withheld == 0 or withheld >= threshold or len(held.communes) + len(held.groups) == 0


@given(_COUNTS, st.integers(2, 4))
def test_no_withheld_group_has_a_single_possible_value_given_the_total(counts, threshold):
    members = {code: "GHI"[rank % 3] for rank, code in enumerate("abcdefghij")}
    held = protect_map_counts(pd.Series(counts, dtype="int64"), members, threshold=threshold)
    withheld = held.n - int(held.communes.sum()) - int(held.groups.sum())
    if len(held.communes) + len(held.groups):
        assert len(held.hidden) != 1 or withheld >= threshold
        assert not held.hidden or withheld > len(held.hidden) or len(held.hidden) == 1


def test_three_groups_of_one_project_each_do_not_betray_themselves_by_their_sum():
    held = protect_map_counts(pd.Series({"a": 1, "b": 1, "c": 1, "d": 7}), {"a": "G", "b": "H", "c": "I", "d": "J"})
    assert held.communes.empty and held.hidden == ("G", "H", "I", "J")


def test_a_commune_without_a_group_is_an_error():
    with pytest.raises(EctError, match="sans intercommunalité"):
        protect_map_counts(pd.Series({"a": 1}), {})


def test_the_interval_of_the_share_counts_projects_of_one_commune_as_one():
    """They are all inside or all outside: twelve projects of four communes tell what four would."""
    people = pd.Series(dict.fromkeys("abcdefgh", 10.0))
    found = focused.test_focus(
        pd.Series(list("abcd") * 3), people, focused.Focus("a", frozenset("a"), "protocole"), simulations=99
    )
    alone = wilson_interval(1, 4)
    assert (found.share.count, found.share.n) == (3, 12)
    assert (found.share.low, found.share.high) == pytest.approx((alone.low, alone.high))
