"""One convention of who is at risk, for curves, tests and models; and what small or broken risk sets may say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import beta, binomtest
from statsmodels.duration.hazard_regression import PHReg

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.aalen_johansen import NO_END, build_incidence, incidence_at
from ect_research.analysis.durations.compare_groups import compare_survival
from ect_research.analysis.durations.duration_words import beta_product_bounds, grid_incidence
from ect_research.analysis.durations.durations import durations_from_arrays
from ect_research.analysis.durations.hazard import fit_cox
from ect_research.analysis.durations.kaplan_meier import build_survival
from ect_research.errors import EctError
from ect_research.figures.durations.incidence import show_incidence

WAYS = ("efron", "breslow", "exact")


@pytest.fixture
def bold(monkeypatch):
    monkeypatch.setattr("ect_research.analysis.durations.hazard.EVENTS_PER_PARAMETER", 1)


def traits(values):
    return pd.DataFrame({"x": values}, index=[str(n) for n in range(len(values))])


def on_the_grid():
    """Thirty ends, one at each age from 2 to 31; every other project enters two ages before its end."""
    time = np.arange(2, 32)
    late = np.where(np.arange(30) % 2, time - 2, 0)
    return durations_from_arrays(time, [1] * 30, entry=late, causes=["fin"]), traits(np.sin(np.arange(30) * 1.7))


@pytest.mark.parametrize("ties", WAYS)
def test_who_enters_at_an_age_is_at_risk_after_it_as_in_r(ties):
    found = fit_cox(*on_the_grid(), "fin", ties=ties)
    assert found.terms["coefficient"].item() == pytest.approx(0.196956, abs=5e-7)
    assert found.terms["erreur"].item() == pytest.approx(0.31571, abs=5e-6)
    assert found.log_likelihood == pytest.approx(-58.376, abs=5e-4)


@pytest.mark.croisement
@given(st.integers(0, 10**6))
@settings(max_examples=12, deadline=None)
def test_without_tied_ends_every_way_of_handling_them_agrees_also_with_entries_on_the_grid(seed):
    generator = np.random.default_rng(seed)
    time = generator.permutation(np.arange(2, 42))
    entry = np.array([generator.integers(0, age) for age in time])
    durations = durations_from_arrays(time, generator.random(40) < 0.8, entry=entry, causes=["fin"])
    design = traits(generator.normal(size=40))
    found = [fit_cox(durations, design, "fin", ties=ties) for ties in WAYS]
    assert len({type(one) for one in found}) == 1
    if isinstance(found[0], Refusal):
        return
    for column in ("coefficient", "erreur"):
        assert np.ptp([one.terms[column].item() for one in found]) < 1e-9
    assert np.ptp([one.log_likelihood for one in found]) < 1e-9


@pytest.mark.parametrize("ties", WAYS)
def test_when_all_who_are_followed_end_together_nothing_is_compared(ties):
    together = durations_from_arrays([5] * 12, [1] * 12, causes=["fin"])
    found = fit_cox(together, traits([*range(11), 12]), "fin", ties=ties)
    assert isinstance(found, Refusal)
    assert "finissent ensemble" in str(found)


def test_exact_ties_see_a_separation_that_ties_hide(bold):
    """The six that end at each age are higher than all who stay: no finite estimate, whatever they are among themselves."""
    durations = durations_from_arrays([1] * 6 + [2] * 6 + [3] * 6, [1] * 12 + [0] * 6, causes=["fin"])
    found = fit_cox(durations, traits(np.arange(18)[::-1]), "fin", ties="exact")
    assert isinstance(found, Refusal)
    assert "sépare" in str(found)


def test_ages_that_differ_by_a_rounding_error_are_one_age_as_in_r():
    curve = build_survival(durations_from_arrays([0.1 + 0.2, 0.3, 1, 2], [1, 1, 1, 0], causes=["fin"]), fewest_ends=1)
    assert curve.curve["temps"].tolist() == [0.3, 1, 2]
    assert curve.curve["part"].tolist() == [0.5, 0.25, 0.25]
    told = durations_from_arrays([0.1 + 0.2, 0.3, 1, 2, 3, 4], [1, 1, 1, 1, 0, 1], causes=["fin"])
    found = compare_survival(told, list("ababab"), fewest_ends=1, fewest_per_group=1)
    assert found.statistic == pytest.approx(0.03185, abs=5e-6)
    with pytest.raises(EctError, match="avant d’entrer"):
        durations_from_arrays([0.1 + 0.2], [1], entry=[0.3])


def test_an_end_is_a_whole_number():
    with pytest.raises(EctError, match="nombre entier"):
        durations_from_arrays([2, 3], [1.5, 1])
    assert durations_from_arrays([], []).n == 0


def emptied():
    """Two early projects end at 2 and 3 months; twenty-four others enter at 5."""
    return durations_from_arrays(
        [2, 3, *range(10, 34)],
        [1, 1] + [1] * 16 + [0] * 8,
        entry=[0, 0] + [5] * 24,
        names=list("abcdefghijklmnopqrstuvwxyz"),
    )


def test_a_curve_starts_after_the_age_at_which_nobody_was_followed():
    found = build_incidence(emptied())
    assert (found.start, found.n) == (5.0, 24)
    assert found.excluded.to_numpy().tolist() == [[name, "sorti avant l’âge où commence la courbe"] for name in "ab"]
    creations = found.curves[found.curves["fin"] == "creation"]
    assert creations["temps"].iloc[0] == 10
    assert creations["part"].iloc[[0, 15]].tolist() == pytest.approx([1 / 24, 16 / 24])
    assert incidence_at(found, [4, 12])["temps"].unique().tolist() == [12]
    survival = build_survival(emptied())
    assert (survival.start, survival.n) == (5.0, 24)
    assert "à 5,0 mois" in show_incidence(found).words().reading


def test_too_few_ends_after_an_emptied_risk_set_are_refused_with_the_age():
    told = str(build_incidence(emptied(), fewest_ends=17))
    assert "juste avant 5,0 mois" in told
    assert "2 projets" in told and "16 fins datées" in told


def test_groups_start_at_the_same_age():
    time, entry = [2, 10, 11, 12, 3, 10, 11, 12], [0, 5, 5, 5, 0, 0, 0, 0]
    found = build_incidence(durations_from_arrays(time, [1] * 8, entry=entry), by=list("aaaabbbb"), fewest_ends=1)
    assert (found.start, found.groups["n"].tolist()) == (5.0, [3, 3])


def test_curves_of_drawn_dates_start_after_it_too():
    place = np.array([[2, 3, 10, 11, 12, 13]])
    curves, _ = grid_incidence(place, np.ones((1, 6), dtype=np.int64), 1, np.array([[0, 0, 5, 5, 5, 5]]))
    assert curves[0, [3, 9, 10, 13], 0].tolist() == [0.0, 0.0, 0.25, 1.0]


def test_few_ends_take_the_bounds_at_which_the_likelihood_itself_has_fallen_far_enough():
    """The likelihood is that of statsmodels, which has no such bounds; without late entries its risk sets are ours."""
    generator = np.random.default_rng(4)
    time = generator.permutation(np.arange(1.0, 16.0))
    ended, x = (np.arange(15) % 3 > 0), generator.normal(size=15)
    found = fit_cox(durations_from_arrays(time, ended, causes=["fin"]), traits(x), "fin")
    assert (found.events, found.bounds) == (10, "profil")
    row = found.terms.iloc[0]
    other = PHReg(time, x[:, None], status=ended, ties="efron")
    falls = [
        2 * (found.log_likelihood - other.loglike(np.array([value]))) for value in np.log([row["bas"], row["haut"]])
    ]
    assert falls == pytest.approx([3.841458820694124] * 2, abs=1e-7)
    assert row["p"] == pytest.approx(found.tests["p"].iloc[0], abs=1e-12)
    wide = fit_cox(durations_from_arrays(range(1, 31), [1] * 20 + [0] * 10), traits([1, 2, 3] * 10), "creation")
    assert wide.bounds == "wald"


def test_each_profile_climbs_along_the_other_coefficients(bold):
    generator = np.random.default_rng(7)
    time, x = np.arange(1.0, 17.0), generator.normal(size=(16, 2))
    table = pd.DataFrame(x, columns=["a", "b"], index=[str(n) for n in range(16)])
    found = fit_cox(durations_from_arrays(time, [1] * 16, causes=["fin"]), table, "fin")
    other = PHReg(time, x, status=np.ones(16), ties="efron")
    for place, bound in ((0, "bas"), (1, "haut")):
        fixed = float(np.log(found.terms[bound].iloc[place]))
        best = minimize_scalar(lambda free: -other.loglike(np.insert([free], place, fixed)), tol=1e-12)  # noqa: B023
        assert 2 * (found.log_likelihood + best.fun) == pytest.approx(3.841458820694124, abs=1e-6)


def test_pairs_that_all_agree_still_have_an_interval(bold):
    """Two that end together are both above those who stay: concordance 1, and the likelihood still has a top."""
    durations = durations_from_arrays([1, 1, 2, 2, 3], [1, 1, 1, 1, 0], causes=["fin"])
    found = fit_cox(durations, traits([5.0, 4.0, 3.0, 2.0, 1.0]), "fin")
    assert found.concordance.estimate == 1
    assert found.concordance.low == pytest.approx(0.025 ** (1 / 4))


def test_the_beta_product_bounds_are_those_of_clopper_and_pearson_without_censoring():
    curve = build_survival(durations_from_arrays([1, 1, 2, 3, 3, 3, 4, 5], [1] * 8, causes=["fin"]), transform="bpcp",
                           fewest_ends=1).curve  # fmt: skip
    for left, low, high in zip([6, 5, 2, 1, 0], curve["bas"], curve["haut"], strict=True):
        wanted = binomtest(left, 8).proportion_ci(0.95, method="exact")
        assert (low, high) == pytest.approx((wanted.low, wanted.high), abs=1e-12)


def test_a_survival_of_zero_has_a_lower_bound_of_zero_though_somebody_enters_at_that_age():
    told = durations_from_arrays([3, 5, 5, 9], [1, 1, 1, 0], entry=[0, 0, 0, 5])
    last = build_survival(told, fewest_ends=1).curve.query("temps == 5").iloc[0]
    assert (last["part"], last["bas"]) == (0, 0) and 0 < last["haut"] < 1


def test_the_beta_product_bounds_before_any_end_are_those_of_the_leukaemia_trial():
    """Fay, Brittain & Proschan's first example, 6-MP: 21 patients, 1 until week 6, [0.839, 1]; then 17 at risk after 4 leave."""
    weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    ended = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    early = durations_from_arrays([5, *weeks], [0, *ended], causes=["fin"])
    curve = build_survival(early, fewest_ends=1).curve
    assert curve.loc[0, ["bas", "haut"]].tolist() == pytest.approx([0.025 ** (1 / 21), 1])
    product = beta.rvs(19, 3, size=10**6, random_state=1) * beta.rvs(17, 1, size=10**6, random_state=2)
    low, high = beta_product_bounds(np.array([21]), np.array([3]), np.array([17]), 0.95)
    assert low[0] == pytest.approx(np.quantile(product, 0.025), abs=2e-3)
    assert high[0] == pytest.approx(beta.ppf(0.975, 19, 3), abs=1e-12)


def test_shares_of_nobody_and_of_everybody_have_the_interval_of_clopper_and_pearson():
    told = build_incidence(durations_from_arrays([3] * 4 + [6] * 8, [1] * 12), fewest_ends=1).curves
    none = binomtest(0, 12).proportion_ci(0.95, method="exact").high
    last = told[told["temps"] == 6].set_index("fin")
    assert last.loc["creation", ["bas", "haut"]].tolist() == pytest.approx([1 - none, 1])
    for absent in ("abandon", "absorption", NO_END):
        assert last.loc[absent, ["part", "bas", "haut"]].tolist() == pytest.approx([0, 0, none])
    read = incidence_at(build_incidence(durations_from_arrays([3, 4, 5], [1, 1, 1]), fewest_ends=1), [1]).set_index(
        "fin"
    )
    assert read.loc["creation", "haut"] == pytest.approx(binomtest(0, 3).proportion_ci(0.95, method="exact").high)


@pytest.mark.croisement
@pytest.mark.parametrize(("rivals", "share"), [(False, 0.15), (True, 0.1)])
def test_an_end_that_nobody_has_met_is_rarely_more_frequent_than_its_bound(rivals, share):
    """Twelve projects, a third of them censored before 24 months: the bound at 0 fails in at most 2.5 % of the registers."""
    generator = np.random.default_rng(3)
    failed = 0
    for _ in range(200):
        kind = generator.choice([1, 2, 0], p=[share, 0.5 * rivals, 1 - share - 0.5 * rivals], size=12)
        end = np.where(kind > 0, generator.uniform(0, 24, 12), np.inf)
        limit = np.minimum(generator.uniform(0.1, 72, 12), 24.0)
        told = durations_from_arrays(np.minimum(end, limit), np.where(end <= limit, kind, 0))
        point = build_incidence(told, fewest_ends=0).curves.query("fin == 'creation'").iloc[-1]
        failed += point["part"] == 0 and point["haut"] < share
    assert failed / 200 <= 0.025 + 2 * (0.025 * 0.975 / 200) ** 0.5


@pytest.mark.croisement
def test_no_share_goes_without_its_interval():
    generator = np.random.default_rng(8)
    for _ in range(30):
        ages, kinds = generator.integers(1, 9, 20), generator.integers(0, 4, 20)
        told = durations_from_arrays(ages, kinds, entry=ages - generator.integers(1, ages + 1))
        found = build_incidence(told, fewest_ends=1)
        curves = pd.concat([found.curves, incidence_at(found, [0.5, 4, 8])])
        assert curves[["bas", "haut"]].notna().all(axis=None)
        assert ((curves["bas"] <= curves["part"] + 1e-12) & (curves["part"] <= curves["haut"] + 1e-12)).all()


def test_the_score_test_of_two_groups_with_exact_ties_is_the_log_rank():
    generator = np.random.default_rng(12)
    time, group = generator.integers(3, 9, 40), np.arange(40) % 2
    told = durations_from_arrays(time, generator.random(40) < 0.8, entry=generator.integers(0, 3, 40), causes=["fin"])
    tests = fit_cox(told, traits(group), "fin", ties="exact").tests.set_index("test")
    wanted = compare_survival(told, group)
    assert tests.loc["score", "khi2"] == pytest.approx(wanted.statistic, abs=1e-10)
    assert tests.loc["score", "p"] == pytest.approx(wanted.p_value, abs=1e-10)


def weighed_concordance(told, score, weights):
    """Pair by pair: who ends, against whoever is followed then and goes on; equal risks count for half."""
    right = pairs = 0.0
    for first in np.flatnonzero(told.cause == 1):
        for other in range(told.n):
            same_end = told.time[other] == told.time[first] and told.cause[other] == 1
            if other == first or same_end or not told.entry[other] < told.time[first] <= told.time[other]:
                continue
            pairs += weights[first] * weights[other]
            right += weights[first] * weights[other] * (1 + np.sign(round(score[first] - score[other], 9))) / 2
    return right / pairs


def test_the_concordance_counts_pairs_and_its_error_is_what_each_project_weighs():
    generator = np.random.default_rng(13)
    time, x = generator.integers(3, 12, 30), generator.integers(0, 4, 30).astype(float)
    told = durations_from_arrays(
        time, generator.random(30) < 0.8, entry=generator.integers(0, 5, 30) // 2, causes=["fin"]
    )
    found = fit_cox(told, traits(x), "fin")
    score = x * found.terms["coefficient"].item()
    assert found.concordance.estimate == pytest.approx(weighed_concordance(told, score, np.ones(30)), abs=1e-12)
    moves = [
        (weighed_concordance(told, score, 1 + 1e-5 * one) - weighed_concordance(told, score, 1 - 1e-5 * one)) / 2e-5
        for one in np.eye(30)
    ]
    assert found.concordance.error == pytest.approx(np.sqrt(np.sum(np.square(moves))), abs=1e-8)
    assert found.concordance.low < found.concordance.estimate < found.concordance.high


def test_small_groups_are_shuffled_and_the_level_is_kept():
    """Five groups of six: the chi-square rejects 8.7 % of the time where nothing differs (independent audit)."""
    chance = np.random.default_rng(3)
    low = 0
    for _ in range(120):
        told = durations_from_arrays(chance.exponential(12, 30), [1] * 30, causes=["fin"])
        found = compare_survival(told, list("abcde") * 6, permutations=99)
        assert found.permutations == 99
        low += found.p_value <= 0.05
    assert low / 120 < 0.1


def test_groups_of_ten_keep_the_chi_square_and_shuffles_give_the_exact_share():
    told = durations_from_arrays(range(1, 21), [1] * 20, causes=["fin"])
    assert compare_survival(told, list("ab") * 10).permutations == 0
    apart = durations_from_arrays(range(1, 11), [1] * 10, causes=["fin"])
    assert compare_survival(apart, list("aaaaabbbbb"), permutations=4999).p_value == pytest.approx(2 / 252, abs=0.004)
