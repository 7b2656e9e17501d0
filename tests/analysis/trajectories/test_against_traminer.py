"""Indicators and distances equal those of TraMineR: 45 synthetic projects always, mvad where its values are at hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.chance import Refusal
from ect_research.analysis.trajectories.coded_sequences import VOID, code_sequences, keep_order
from ect_research.analysis.trajectories.costs import constant_costs, rate_costs
from ect_research.analysis.trajectories.flows import (
    transition_counts,
    transition_rates,
    transition_rates_by_unit,
)
from ect_research.analysis.trajectories.kernels_numba import numba_installed
from ect_research.analysis.trajectories.sequence_distances import build_distances
from ect_research.analysis.trajectories.states import build_state_distribution, measure_sequences

PTCE = ["idea", "collective", "feasibility", "experiment", "structure", "jobs", "abandoned", "merged"]
MVAD = ["employment", "FE", "HE", "joblessness", "school", "training"]
SAME = 1e-10
CALENDAR = Path(__file__).parents[2] / "corpus" / "data" / "ptce_synthetic_sts_monthly_calendar.csv"
INDICATORS = {
    "entropy": "entropie",
    "entropy_raw": "entropie_brute",
    "turbulence": "turbulence",
    "turbulence_norm": "turbulence_relative",
    "complexity": "complexite",
    "transitions": "transitions",
    "n_spells_dss": "passages",
}
reference = pytest.mark.reference


def table(entry):
    return np.array(entry["value"]["values"], dtype=float)


def gap(found, wanted) -> float:
    return float(np.abs(np.asarray(found, dtype=float) - np.asarray(wanted, dtype=float)).max())


@pytest.fixture(scope="module")
def projects(ptce_sequences):
    return code_sequences(ptce_sequences, PTCE)


@pytest.mark.parametrize("name", ["entropy", "turbulence", "complexity", "transitions"])
def test_indicators_of_censored_projects_are_those_of_r(projects, ptce, name):
    assert gap(measure_sequences(projects)[INDICATORS[name]], ptce[f"age_{name}"]["value"]) < SAME


def test_lengths_and_costs_of_censored_projects_are_those_of_r(projects, ptce):
    assert projects.lengths.tolist() == ptce["age_lengths"]["value"]
    assert gap(rate_costs(projects).substitution, table(ptce["age_subcost_trate"])) < SAME


def test_state_shares_on_the_calendar_are_those_of_r(ptce):
    calendar = pd.read_csv(CALENDAR, dtype="str", index_col="project_id")
    told = code_sequences(calendar, PTCE)
    assert told.lengths.tolist() == ptce["cal_lengths"]["value"]
    # R was asked to drop what precedes the first fact: its first column is each project's first month.
    codes = told.compact()
    told = replace(told, codes=codes, units=told.units[: codes.shape[1]])
    distribution = build_state_distribution(told)
    wanted = table(ptce["cal_statd_freq"])[:, : codes.shape[1]]
    assert gap(distribution.shares.T, wanted) < SAME


def test_rates_and_state_shares_are_those_of_r(projects, ptce):
    assert gap(transition_rates(projects), table(ptce["age_trate"])) < SAME
    distribution = build_state_distribution(projects)
    assert gap(distribution.shares.T, table(ptce["age_statd_freq"])) < SAME
    assert gap(distribution.summary["entropie"], ptce["age_statd_entropy"]["value"]) < SAME
    assert distribution.summary["observes"].tolist() == ptce["age_statd_valid"]["value"]


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("age_OM_const_full", {}),
        ("age_OM_trate_full", {"costs": "rates"}),
        ("age_LCS_norm_full", {"method": "LCS", "norm": "auto"}),
        ("age_OM_const_YujianBo_full", {"norm": "YujianBo"}),
    ],
)
def test_the_whole_matrix_of_distances_is_that_of_r(projects, ptce, name, settings):
    settings = settings | ({"costs": rate_costs(projects)} if "costs" in settings else {})
    assert gap(build_distances(projects, **settings).matrix, table(ptce[name])) < SAME


def test_r_counts_void_as_a_state_when_durations_are_dropped_and_we_do_not(projects, ptce):
    order = keep_order(projects)
    with_void = replace(order, codes=np.where(order.codes == VOID, 8, order.codes), alphabet=(*PTCE, "%"))
    assert gap(build_distances(with_void, method="LCS").matrix, table(ptce["age_dss_LCS_full"])) < SAME
    assert gap(build_distances(order, method="LCS").matrix, table(ptce["age_dss_LCS_full"])) == 5


@pytest.fixture(scope="module")
def mvad(beside):
    frame = pd.read_csv(beside("mvad.csv"), dtype="str")
    gappy = pd.read_csv(beside("mvad_missing.csv"), dtype="str", keep_default_na=False, na_values=[""]).iloc[:, 1:]
    months = frame.loc[:, "Sep.93":"Jun.99"]
    return {
        "": code_sequences(months, MVAD),
        "weighted": code_sequences(months, MVAD, weights=frame["weight"].astype(float).tolist()),
        "missing_": code_sequences(gappy, MVAD, before="inconnu"),
        "missingR_": code_sequences(gappy, MVAD, before="inconnu", after="inconnu"),
    }


@reference
@pytest.mark.parametrize("variant", ["", "missing_"])
@pytest.mark.parametrize("name", INDICATORS)
def test_indicators_of_mvad_are_those_of_r(mvad, expected, variant, name):
    found = measure_sequences(mvad[variant])[INDICATORS[name]]
    assert gap(found, expected("mvad_traminer")[variant + name]["value"]) < SAME


@reference
@pytest.mark.parametrize("variant", ["", "missing_"])
def test_states_and_transitions_of_mvad_are_those_of_r(mvad, expected, variant):
    told, sequences = expected("mvad_traminer"), mvad[variant]
    distribution = build_state_distribution(sequences)
    assert gap(transition_rates(sequences), table(told[f"{variant}trate"])) < SAME
    assert gap(transition_counts(sequences), table(told[f"{variant}transition_counts"])) == 0
    assert gap(transition_rates(sequences, lag=2), table(told[f"{variant}trate_lag2"])) < SAME
    assert gap(transition_rates_by_unit(sequences)[:3], told[f"{variant}trate_tv_first3"]["value"]) < SAME
    assert gap(distribution.shares.T, table(told[f"{variant}statd_freq"])) < SAME
    assert gap(distribution.summary["entropie"], told[f"{variant}statd_entropy"]["value"]) < SAME
    assert distribution.summary["observes"].tolist() == told[f"{variant}statd_valid"]["value"]
    assert distribution.summary["etat_modal"].tolist() == told[f"{variant}modal_states"]["value"]


@reference
def test_weights_count_as_in_r(mvad, expected):
    told = expected("mvad_traminer")
    assert gap(transition_rates(mvad["weighted"]), table(told["trate_weighted"])) < SAME
    entropies = build_state_distribution(mvad["weighted"]).summary["entropie"]
    assert gap(entropies, told["statd_entropy_weighted"]["value"]) < SAME


@reference
def test_costs_drawn_from_rates_are_those_of_r(mvad, expected):
    told = expected("mvad_traminer")
    assert gap(constant_costs(mvad[""]).substitution, table(told["subcost_constant"])) == 0
    assert gap(rate_costs(mvad[""]).substitution, table(told["subcost_trate"])) < SAME
    assert gap(rate_costs(mvad["weighted"]).substitution, table(told["subcost_trate_weighted"])) < SAME
    assert gap(rate_costs(mvad["missing_"]).substitution, table(told["missing_subcost_trate"])) < SAME
    assert abs(rate_costs(mvad[""], indel=None).indel - told["subcost_trate_indel"]["value"]) < SAME


@reference
@pytest.mark.parametrize(
    ("name", "variant", "settings"),
    [
        ("OM_const", "", {}),
        ("OM_trate", "", {"costs": 1.0}),
        ("OM_trate_auto", "", {"costs": None}),
        ("OM_const_norm_maxlength", "", {"norm": "maxlength"}),
        ("OM_const_norm_gmean", "", {"norm": "gmean"}),
        ("OM_const_norm_maxdist", "", {"norm": "maxdist"}),
        ("OM_const_norm_YujianBo", "", {"norm": "YujianBo"}),
        ("HAM", "", {"method": "HAM"}),
        ("DHD", "", {"method": "DHD"}),
        ("LCS", "", {"method": "LCS"}),
        ("LCS_norm_auto", "", {"method": "LCS", "norm": "auto"}),
        ("missing_OM_const", "missing_", {}),
        ("missing_OM_trate", "missing_", {"costs": 1.0}),
        ("missing_LCS", "missing_", {"method": "LCS"}),
        ("missing_OM_const_maxlength", "missing_", {"norm": "maxlength"}),
        ("missingR_HAM", "missingR_", {"method": "HAM"}),
        ("missingR_DHD", "missingR_", {"method": "DHD"}),
    ],
)
def test_distances_of_mvad_are_those_of_r(mvad, expected, name, variant, settings):
    sequences = mvad[variant]
    if "costs" in settings:
        settings = settings | {"costs": rate_costs(sequences, indel=settings["costs"])}
    told = expected("mvad_traminer")[name]["value"]
    pairs, sums = np.array(told["pairs"], dtype=float), np.array(told["row_sums"], dtype=float)
    rows, columns = pairs[:, 0].astype(int) - 1, pairs[:, 1].astype(int) - 1
    for engine in ("numpy", "numba") if numba_installed() else ("numpy",):
        found = build_distances(sequences, **settings, engine=engine).matrix
        assert gap(found[rows, columns], pairs[:, 2]) < SAME
        assert np.max(np.abs(found.sum(axis=1) - sums) / sums) < 1e-12


@reference
def test_weighted_rates_give_the_distances_of_r(mvad, expected):
    found = build_distances(mvad[""], costs=rate_costs(mvad["weighted"])).matrix
    sums = np.array(expected("mvad_traminer")["OM_trate_weighted"]["value"]["row_sums"], dtype=float)
    assert np.max(np.abs(found.sum(axis=1) - sums) / sums) < 1e-12


@reference
def test_observed_lengths_of_gappy_sequences_are_those_of_r(mvad, expected):
    assert mvad["missing_"].lengths.tolist() == expected("mvad_traminer")["missing_lengths"]["value"]


@reference
def test_every_error_that_r_recorded_is_known_to_these_tests(expected):
    recorded = {name for name, entry in expected("mvad_traminer").items() if "error" in entry}
    assert recorded == {"missing_HAM_unequal"}


@reference
def test_what_r_refuses_is_refused(mvad, expected):
    assert "different length" in expected("mvad_traminer")["missing_HAM_unequal"]["error"]
    found = build_distances(mvad["missing_"], method="HAM")
    assert isinstance(found, Refusal)
    assert "de 35 à 70 unités" in str(found.reason)
