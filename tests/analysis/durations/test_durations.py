"""Small numbers are refused with their numbers; late entries, ties and imprecise dates are not hidden."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ect_research import (
    derive_episodes,
    derive_outcomes,
    load_corpus,
    sample_stories,
)
from ect_research.analysis.chance import Refusal
from ect_research.analysis.conditions.reached_within import reach_within
from ect_research.analysis.durations.aalen_johansen import NO_END, build_incidence, incidence_at
from ect_research.analysis.durations.compare_groups import compare_incidence, compare_survival
from ect_research.analysis.durations.cox_evidence import binary_gaps, find_flaw
from ect_research.analysis.durations.creation_rates import build_creation_rates
from ect_research.analysis.durations.durations import build_durations, durations_from, durations_from_arrays
from ect_research.analysis.durations.hazard import expand_person_periods, fit_cox, fit_hazard
from ect_research.analysis.durations.kaplan_meier import build_survival
from ect_research.analysis.durations.sampled_durations import build_incidence_range, sample_durations
from ect_research.analysis.durations.stage_reach import build_stage_reach, build_stage_reach_range
from ect_research.codebook.load_codebook import load_codebook
from ect_research.errors import EctError
from ect_research.figures.durations.stage_reach import show_stage_reach
from ect_research.figures.exhibit.context import Context
from ect_research.figures.page.theme import get_theme

OPENERS = {"e0": "idee_captee", "e2": "collectif_reuni", "e4": "debut_experimentation", "e5": "statuts_deposes",
           "abandon": "abandon", "absorption": "absorption"}  # fmt: skip


def tell(*stories: dict[str, str | tuple[str, str] | None]):
    """Episodes of projects P00, P01 …, each ``{stage: date, (first, last day) or None}``."""
    lines = []
    for number, story in enumerate(stories):
        for stage, date in story.items():
            low, high = date if isinstance(date, tuple) else (date, date)
            lines.append((f"P{number:02d}-{stage}", f"P{number:02d}", OPENERS[stage], low, high))
    names = ["evenement_id", "projet_id", "type_evenement", "date_debut_min", "date_debut_max"]
    events = pd.DataFrame(lines, columns=names)
    for side in ("date_debut_min", "date_debut_max"):
        events[side] = pd.to_datetime(events[side]).astype("datetime64[s]")
    return derive_episodes(events, load_codebook().stages, observed_on=pd.Timestamp("2025-12-31"))


def projects(episodes):
    return pd.DataFrame({"projet_id": list(episodes.horizons.index)})


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=25))
def test_the_shares_of_one_age_add_up_to_one_and_never_fall(cases):
    kept = [(late + length, cause, late) for length, cause, late in cases]
    ages, causes, entries = (list(column) for column in zip(*kept, strict=True))
    found = build_incidence(durations_from_arrays(ages, causes, entry=entries), fewest_ends=0)
    wide = found.curves.pivot_table(index="temps", columns="fin", values="part")
    assert np.allclose(wide.sum(axis=1), 1, rtol=0, atol=1e-12)
    assert (wide.drop(columns=NO_END).diff().dropna() >= -1e-12).all(axis=None)
    curves = found.curves.dropna()
    assert ((curves["bas"] <= curves["part"] + 1e-12) & (curves["part"] <= curves["haut"] + 1e-12)).all()


@given(st.permutations(range(8)))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_projects_changes_nothing(order):
    ages, causes = np.array([3, 3, 5, 5, 5, 8, 9, 9]), np.array([1, 2, 1, 1, 0, 3, 2, 0])
    first = build_incidence(durations_from_arrays(ages, causes), fewest_ends=1)
    second = build_incidence(durations_from_arrays(ages[list(order)], causes[list(order)]), fewest_ends=1)
    pd.testing.assert_frame_equal(first.curves, second.curves)


def test_censoring_the_rivals_would_overstate_creation():
    ages, causes = [2, 4, 6, 8, 10, 12], [2, 1, 2, 1, 2, 1]
    naive = build_survival(
        durations_from_arrays(ages, [int(c == 1) for c in causes], causes=["creation"]), fewest_ends=1
    )
    honest = incidence_at(build_incidence(durations_from_arrays(ages, causes), fewest_ends=1), [12])
    assert 1 - naive.curve["part"].iloc[-1] == pytest.approx(1)
    assert honest.loc[honest["fin"] == "creation", "part"].item() == pytest.approx(0.5)


def test_kaplan_meier_is_refused_as_soon_as_ends_compete():
    refused = build_survival(durations_from_arrays([2, 4, 6], [1, 1, 2]), fewest_ends=1)
    assert isinstance(refused, Refusal)
    assert "2 créations, 1 abandon" in str(refused.reason)


def test_too_few_ends_are_refused_with_their_numbers():
    refused = build_incidence(durations_from_arrays(range(1, 19), [1] * 4 + [0] * 14))
    assert isinstance(refused, Refusal)
    assert str(refused.reason) == (
        "4 fins datées (4 créations, aucun abandon, aucune absorption) pour 18 projets dont le début est daté ; "
        "il en faut 10."
    )


def test_a_project_under_observation_late_is_not_at_risk_before():
    found = build_incidence(durations_from_arrays([5, 8, 10], [1, 1, 1], entry=[0, 0, 7]), fewest_ends=1)
    assert found.steps["a_risque"].tolist() == [2, 2, 1]
    with pytest.raises(EctError, match="avant d’entrer"):
        durations_from_arrays([5], [1], entry=[5])


def test_a_model_is_refused_under_ten_events_per_parameter():
    durations = durations_from_arrays(range(1, 46), [1] * 13 + [0] * 32)
    rows = expand_person_periods(durations, "creation")
    refused = fit_hazard(rows, ["periode"])
    assert "13 fins observées chez 45 projets pour 2 paramètres, soit 6,5 par paramètre" in str(refused.reason)
    traits = pd.DataFrame({"x": range(45), "y": range(45)}, index=[str(n) for n in range(45)])
    assert isinstance(fit_cox(durations, traits, "creation"), Refusal)


@pytest.mark.parametrize("ties", ["efron", "exact"])
def test_an_effect_without_a_finite_estimate_is_refused(ties):
    generator = np.random.default_rng(0)
    durations = durations_from_arrays(generator.integers(3, 30, 80) + 0.5, [0] * 40 + [1] * 40, causes=["fin"])
    apart = pd.DataFrame({"x": [0.0] * 40 + [1.0] * 40}, index=durations.names)
    mixed = pd.DataFrame({"x": generator.integers(0, 2, 80)}, index=durations.names)
    rows = expand_person_periods(durations, "fin", covariates=apart)
    twice = mixed.assign(y=2 * mixed["x"] + 1)
    for refused, why in (
        (fit_hazard(rows, ["periode", "x"], cause="fin"), "sépare les 40 fins"),
        (fit_cox(durations, apart, "fin", ties=ties), "sépare les 40 fins"),
        (fit_cox(durations, twice, "fin", ties=ties), "se déduit des autres"),
        (fit_hazard(rows.assign(un=1), ["un"], cause="fin"), "constante"),
    ):
        assert isinstance(refused, Refusal)
        assert why in str(refused.reason)
    assert not isinstance(fit_cox(durations, mixed, "fin", ties=ties), Refusal)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1)), min_size=4, max_size=10))
def test_separation_is_what_a_threshold_on_the_only_covariate_shows(rows):
    x, outcome = np.array(rows, dtype=float).T
    if not 0 < outcome.sum() < len(outcome) or len(set(x)) < 2:
        return
    ends, others = x[outcome == 1], x[outcome == 0]
    parted = ends.min() >= others.max() or ends.max() <= others.min()
    found = find_flaw(binary_gaps(np.column_stack([np.ones(len(x)), x]), outcome))
    assert found == ("separation" if parted else "")


@pytest.mark.parametrize("groups", [["a", "b"], ["a", None, "b"], ["a", np.nan, "b"]])
def test_a_case_without_a_group_is_refused_not_made_a_group(groups):
    durations = durations_from_arrays([1, 2, 3], [1, 1, 1], causes=["fin"])
    for ask in (
        lambda: build_incidence(durations, by=groups, fewest_ends=1),
        lambda: compare_incidence(durations, groups, "fin"),
        lambda: compare_survival(durations, groups, fewest_ends=1),
    ):
        with pytest.raises(EctError, match="groupes pour 3 cas"):
            ask()


def test_an_unknown_end_and_no_shuffle_are_refused_in_french():
    durations = durations_from_arrays([1, 2, 3], [1, 1, 1], causes=["fin"])
    for ask, why in (
        (lambda: expand_person_periods(durations, "création"), "Fin « création » inconnue"),
        (lambda: compare_incidence(durations, list("aab"), "autre"), "Fin « autre » inconnue"),
        (lambda: compare_incidence(durations, list("aab"), "fin", permutations=0), "0 tirages"),
    ):
        with pytest.raises(EctError) as caught:
            ask()
        assert why in str(caught.value).replace("\u00a0", " ").replace("\u202f", " ")


def test_person_periods_start_when_observation_does():
    rows = expand_person_periods(durations_from_arrays([8], [1], entry=[4]), "creation")
    assert rows["periode"].tolist() == [2, 3]
    assert rows["fin"].tolist() == [0, 1]


def test_a_planted_difference_between_groups_is_found():
    generator = np.random.default_rng(3)
    ages = np.concatenate([generator.exponential(10, 30), generator.exponential(60, 30)]) + 0.1
    groups = ["tot"] * 30 + ["tard"] * 30
    found = compare_incidence(durations_from_arrays(ages, [1] * 60), groups, "creation", permutations=499)
    assert found.p_value < 0.01
    assert isinstance(compare_incidence(durations_from_arrays([5], [1]), ["a"], "creation"), Refusal)


def test_a_project_first_met_at_its_creation_has_no_known_duration():
    episodes = tell({"e5": "2024-03-01"}, {"e2": "2023-01-10", "e5": "2024-01-10"})
    outcomes = derive_outcomes(episodes, projects(episodes))
    found = build_durations(outcomes, episodes)
    assert found.names == ("P01",)
    assert found.excluded.to_numpy().tolist() == [["P00", "connu seulement à sa fin : durée inconnue"]]
    assert build_durations(outcomes, episodes, origin="e0_captation").n == 0
    drawn = sample_durations(episodes, draws=5)
    assert drawn.names == ("P01",)


@pytest.mark.parametrize("order", ["recit", "libre"])
def test_a_start_that_only_has_an_upper_bound_gives_no_duration(order):
    before = (None, "2019-12-31")
    episodes = tell({"e0": before, "e5": "2021-03-01"}, {"e0": before}, {"e0": "2020-01-10", "e5": "2021-01-10"})
    found = build_durations(derive_outcomes(episodes, projects(episodes)), episodes)
    reasons = [[name, "début sans borne basse"] for name in ("P00", "P01")]
    assert found.names == ("P02",)
    assert found.excluded.to_numpy().tolist() == reasons
    stories = sample_stories(episodes, draws=8, order=order)
    drawn = sample_durations(stories)
    assert drawn.names == ("P02",)
    assert drawn.excluded.to_numpy().tolist() == reasons
    assert build_stage_reach(episodes, ages=(24,), fewest=1).n == 1
    assert build_stage_reach_range(stories, ages=(24,), fewest=1).n == 1


def test_a_start_that_only_has_an_upper_bound_may_only_say_too_late():
    """Fourteen months after the latest possible start, nothing says within how many; thirty-nine is over two years at least."""
    late = tell({"e0": (None, "2019-12-31"), "e5": "2021-03-01"}, {"e0": (None, "2019-12-31"), "e5": "2023-03-01"})
    told = reach_within(sample_stories(late, draws=4), months=24).table
    assert told["resultat"].isna().tolist() == [True, False]
    assert told["resultat"].iloc[1] == 0


def test_two_rates_side_by_side_are_read_at_one_age():
    ages = [6.5] * 6 + [20.5] * 6 + [30.5] * 6
    curve = build_incidence(durations_from_arrays(ages, [1, 2, 1, 1, 0, 0] * 3))
    last = float(curve.groups["dernier_lisible"].iloc[0])
    reach = pd.DataFrame({"etape": "e5", "age": [12, 24, 36], "lisible": True, "part": 0.5, "bas": 0.2, "haut": 0.8,
                          "n": 17, "avant_suivi": 2})  # fmt: skip
    floor = SimpleNamespace(steps=pd.DataFrame([{"etape": "e5", "taux": 0.5, "bas": 0.2, "haut": 0.8}]), n=18)
    told = build_creation_rates(floor, SimpleNamespace(table=reach, n=18), curve).table
    assert 24 < last < 36 and told["age"].tolist()[1:] == [24, 24]
    assert told["n"].tolist() == [18, 15, 18], "those of which the share speaks, not all whose origin is dated"
    assert told["part"].iloc[2] == curve.curves.query("fin == 'creation' and temps <= 24.5")["part"].iloc[-1]


def test_the_public_register_counts_sixteen_durations_and_three_creations():
    corpus = load_corpus("pays-ledonien")
    facts, register = corpus.tables["evenements"], corpus.tables["projets"]
    episodes = derive_episodes(facts, corpus.codebook.stages, observed_on=corpus.observed_on)
    found = build_durations(derive_outcomes(episodes, register), episodes)
    assert (found.n, found.ends["creation"]) == (16, 3)
    assert dict(found.excluded.to_numpy().tolist())["P20"] == "début sans borne basse"


def test_draws_stay_inside_the_intervals_and_in_order():
    episodes = tell(
        {"e0": ("2020-01-01", "2020-12-31"), "e5": ("2020-06-01", "2021-06-30")},
        {"e0": "2022-03-15", "abandon": "2023-03-15"},
        {"e2": ("2024-01-01", "2024-03-31")},
    )
    drawn = sample_durations(episodes, draws=400)
    assert drawn.months.min() >= 0
    assert np.ptp(drawn.months[:, 1]) == 0
    assert drawn.months[0, 1] == 12.5
    assert drawn.months[:, 0].max() <= 17.5
    assert drawn.cause.mean(axis=0).tolist() == [1, 2, 0]
    assert drawn.spread["imprecis"].tolist() == [True, False, True]


def test_the_same_seed_gives_the_same_draws():
    episodes = tell({"e0": ("2020-01-01", "2020-12-31"), "e5": ("2021-01-01", "2021-12-31")})
    first, second, other = (sample_durations(episodes, draws=20, seed=seed).months for seed in (1, 1, 2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_the_curves_of_sure_dates_do_not_vary_and_equal_the_plain_ones():
    stories = [{"e0": "2020-01-15", "e5": f"202{year}-{month:02d}-15"} for year in (1, 2) for month in range(1, 8)]
    episodes = tell(*stories, {"e0": "2020-01-15", "abandon": "2021-04-15"}, {"e0": "2020-01-15"})
    ranged = build_incidence_range(sample_durations(episodes, draws=30)).curves
    assert np.array_equal(ranged["min"], ranged["max"])
    plain = build_incidence(build_durations(derive_outcomes(episodes, projects(episodes)), episodes))
    final = incidence_at(plain, [36])
    for cause in ("creation", "abandon"):
        drawn = ranged.loc[ranged["fin"] == cause, "mediane"].iloc[-1]
        assert drawn == pytest.approx(final.loc[final["fin"] == cause, "part"].item())


def test_the_funnel_does_not_punish_the_young():
    old = [{"e0": f"201{n}-01-10", "e2": f"201{n}-07-10", "e5": f"201{n + 1}-07-10"} for n in range(6)]
    young = [{"e0": "2025-11-10"} for _ in range(6)]
    found = build_stage_reach(tell(*old, *young), ages=(12, 24))
    creation = found.table.set_index(["etape", "age"]).loc[("e5_creation", 24)]
    assert creation["part_brute"] == pytest.approx(0.5)
    assert creation["part"] == pytest.approx(1)
    skipped = found.table.set_index(["etape", "age"]).loc[("e4_experimentation", 24)]
    assert skipped["part"] == pytest.approx(1)


def test_a_creation_that_nobody_dates_is_not_counted_as_never_reached():
    created = [{"e0": f"201{n}-01-10", "e5": f"201{n + 1}-01-10"} for n in range(6)]
    waiting = [{"e0": f"201{n}-01-10"} for n in range(2)]
    reach = build_stage_reach(tell(*created, *waiting, *[{"e0": "2012-01-10", "e5": None}] * 4))
    row = reach.table.set_index(["etape", "age"]).loc[("e5_creation", 36)]
    assert (row["sans_date"], row["atteints"], row["part"]) == (4, 6, pytest.approx(6 / 8))
    for language, said in (
        ("fr", "au plus 4 projets hors d’une ligne"),
        ("en", "at most 4 projects left out of a row"),
    ):
        shown = show_stage_reach(reach).in_context(Context(get_theme("ademe", language), load_corpus("pays-ledonien")))
        assert said in shown.words().missing


def test_the_funnel_counts_a_project_from_its_follow_up_on():
    """Eight known at 24 months only, for they had lasted: those like them that stopped at 12 are in no register."""
    started = [{"e0": "2010-01-10", "abandon": "2011-01-10"}] * 4 + [{"e0": "2010-01-10", "e5": "2013-01-10"}] * 6
    late = [{"e0": "2010-01-10", "e5": "2013-01-10"}] * 8 + [{"e0": "2010-01-10", "e5": "2011-06-10"}]
    episodes = tell(*started, *late)
    names = sorted(episodes.horizons.index)
    since = pd.Series(pd.NaT, names).where(pd.Series([True] * 10 + [False] * 9, names), pd.Timestamp("2012-01-10"))
    told = pd.DataFrame({"projet_id": names, "suivi_debut_min": since.to_numpy()})
    plain, stories = build_stage_reach(episodes).table, sample_stories(episodes, draws=2)
    table = build_stage_reach(episodes, told, stories=stories).table
    at = table.set_index(["etape", "age"]).loc[("e5_creation", 36)]
    assert plain.set_index(["etape", "age"]).loc[("e5_creation", 36), "part"] == pytest.approx(15 / 19)
    assert (at["part"], at["n"], at["avant_suivi"]) == (pytest.approx(6 / 10), 19, 1)
    assert at["dates_bas"] == at["dates_haut"] == pytest.approx(at["part"])
    nobody = told.assign(suivi_debut_min=pd.Timestamp("2012-01-10"))
    none = build_stage_reach(episodes, nobody, stories=stories).table
    assert none.loc[none["etape"] == "e5_creation", ["part", "dates_haut"]].isna().all(axis=None), (
        "from 24 months on only"
    )


def test_no_project_at_all_is_refused():
    assert isinstance(build_incidence(durations_from_arrays([], []), fewest_ends=0), Refusal)


def test_the_funnel_is_refused_when_captures_are_not_dated():
    refused = build_stage_reach(tell({"e0": "2020-01-10"}, {"e2": "2020-01-10"}, {"e4": "2020-01-10"}))
    assert isinstance(refused, Refusal)
    assert "1 projet" in str(refused.reason)
    assert "connus seulement à partir d’une étape ultérieure : 2" in str(refused.reason)


def test_a_plain_table_gives_the_durations_of_the_arrays():
    table = pd.DataFrame(
        {
            "age": [5.0, 3, 8, None, 9],
            "issue": [" Création", None, "abandon", "abandon", ""],
            "entree": [0, 1, 2, 0, None],
        },
        index=list("ABCDE"),
    )
    found = durations_from(table, time="age", end="issue", entry="entree", unit="semaines")
    same = durations_from_arrays([5, 3, 8], [1, 0, 2], entry=[0, 1, 2], names=["A", "B", "C"])
    assert (found.names, found.causes, found.unit) == (same.names, same.causes, "semaines")
    for part in ("time", "cause", "entry"):
        assert np.array_equal(getattr(found, part), getattr(same, part))
    assert found.excluded["projet_id"].tolist() == ["D", "E"]
    others = durations_from(table.assign(issue=["vendu", "", "fermé", "", "vendu"]), time="age", end="issue")
    assert others.ends == {"fermé": 1, "vendu": 2}


def test_a_plain_table_that_cannot_be_read_says_which_column():
    table = pd.DataFrame({"age": ["5,5", "3"], "issue": ["", ""]})
    with pytest.raises(EctError, match=r"âge.* age, issue"):
        durations_from(table, time="âge", end="issue")
    with pytest.raises(EctError, match=r"age.* doit contenir des nombres"):
        durations_from(table, time="age", end="issue")
    with pytest.raises(EctError, match="1 cas finissent avant d’entrer"):
        durations_from(pd.DataFrame({"age": [2, 5], "issue": "", "t0": [3, 0]}), time="age", end="issue", entry="t0")
