"""Calibration, robust core, clusters, theory and single-outcome causes, against R (QCA 3.23, SetMethods 4.1, cna 4.0)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.conditions.condition_robustness import cluster_fit, evaluate_theory, leave_out, measure_core
from ect_research.analysis.conditions.cutoff_map import cutoff_ranges, sensitivity_map
from ect_research.analysis.conditions.memberships import (
    Memberships,
    direct_membership,
    gap_thresholds,
    indirect_membership,
    level_of,
    take_memberships,
)
from ect_research.analysis.conditions.solving.minimise import minimise
from ect_research.analysis.conditions.solving.terms import Model, Space
from ect_research.analysis.conditions.solving.truth_table import Cutoffs, build_truth_table

DATA = Path(__file__).parent / "data"
NEAR = 1e-9
LIPSET = ["DEV", "URB", "LIT", "IND", "STB"]


def said(name: str) -> dict[str, Any]:
    return json.loads((DATA / f"{name}_reference.json").read_text(encoding="utf-8"))


def read(name: str, outcome: str, conditions: list[str]) -> Memberships:
    table = pd.read_csv(DATA / f"{name}.csv", index_col="case", keep_default_na=False)
    return take_memberships(table, outcome, conditions)


CALIBRATION = said("calibration")
X = np.array(CALIBRATION["x"], dtype=float)


@pytest.mark.parametrize(
    ("key", "mine"),
    [
        ("direct_3", direct_membership(X, (400, 550, 900))),
        ("direct_3_idm90", direct_membership(X, (400, 550, 900), inclusion=0.9)),
        ("direct_3_decreasing", direct_membership(X, (900, 550, 400))),
        ("indirect_5", indirect_membership(X, (400, 500, 550, 700, 900))),
        ("crisp_1", level_of(X, (550,))),
        ("crisp_2", level_of(X, (450, 700))),
        ("findTh_1", gap_thresholds(X)),
        ("findTh_2", gap_thresholds(X, 3)),
    ],
)
def test_calibration(key: str, mine: Any):
    assert np.allclose(mine, CALIBRATION[key]["value"], rtol=0, atol=NEAR)


PAYF = ["HE", "GG", "AH", "HI", "HW"]


def models(data: Memberships, told: dict[str, Any], *keys: str) -> list[Model]:
    space = Space(data.conditions, data.levels)
    return [space.read(" + ".join(told[key])) for key in keys]


def test_solutions_and_robust_core_of_the_health_data():
    told, data = said("setmethods")["robustness_PAYF"], read("PAYF", "HL", PAYF)
    initial, *tests = models(data, told, "IS", "TS1", "TS2")
    for key, cutoffs in (("IS", Cutoffs(0.87, 0, 2)), ("TS1", Cutoffs(0.7, 0, 2)), ("TS2", Cutoffs(0.87, 0, 1))):
        found = minimise(build_truth_table(data, cutoffs)).parsimonious.models
        assert {frozenset(model) for model in found} == {frozenset(models(data, told, key)[0])}
    core = measure_core(data, initial, tests)
    rounded = [round(value, 3) for value in (core.core.consistency, core.core.coverage, core.core.pri)]
    assert rounded == told["rob.corefit"]['q(rob.corefit(TS, IS, "HL"))']
    own = {"RF_cov": core.coverage, "RF_cons": core.consistency, "RF_SC_minTS": core.least, "RF_SC_maxTS": core.most}
    assert {key: round(value, 3) for key, value in own.items()} == told["rob.fit"]
    assert core.rank == told["rob.case.ratio"]["RCC_Rank"]
    kinds = {"S1S2": "solide", "S1s2": "fragile", "s1S2": "possible", "s1s2": "hors"}
    for key, cases in told["rob.cases"].items():
        held = core.cases[(core.cases["situation"] == kinds[key[:4]]) & (core.cases["attendu"] == key.endswith("Y"))]
        assert set(held["cas"]) == set(cases["cases"])


def test_the_robust_core_reads_every_test_solution_in_any_order():
    told, data = said("setmethods")["robustness_PAYF"], read("PAYF", "HL", PAYF)
    initial, *tests = models(data, told, "IS", "TS1", "TS2", "TS3_090_2")
    right = told["three_test_solutions"]["correct"]
    for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        core = measure_core(data, initial, [tests[place] for place in order])
        assert core.least == pytest.approx(right["SC_minTS"], abs=NEAR)
        assert core.most == pytest.approx(right["SC_maxTS"], abs=NEAR)


def test_exact_ranges_hold_those_that_a_step_search_finds():
    told, data = said("setmethods")["robustness_PAYF"]["ranges"], read("PAYF", "HL", PAYF)
    ranges = cutoff_ranges(sensitivity_map(build_truth_table(data, Cutoffs(0.87, 0, 2))))
    low, high = told["rob.inclrange"]["value"]["RCT"]
    assert ranges["coherence"][0] < low <= high <= ranges["coherence"][1]
    assert ranges["coherence"] == pytest.approx((0.845633, 0.873479), abs=1e-6)
    assert ranges["effectif"][0] < told["rob.ncutrange"]["value"]["NCUT"][0] <= ranges["effectif"][1]


EXPORT = ["EMP", "BARGAIN", "UNI", "OCCUP", "STOCK", "MA"]


def test_fit_in_each_cluster():
    told, data = said("setmethods")["cluster_SCHLF"], read("SCHLF", "EXPORT", EXPORT)
    table = pd.read_csv(DATA / "SCHLF.csv", index_col="case", dtype={"YEAR": "str"})
    space = Space(data.conditions, data.levels)
    for term, wanted in told["per_term"].items():
        years, between = cluster_fit(data, space.read(term), table["YEAR"].to_dict())
        units, within = cluster_fit(data, space.read(term), table["COUNTRY"].to_dict())
        assert np.allclose(years["coherence"], wanted["BECOS"], rtol=0, atol=NEAR)
        assert np.allclose(units["coherence"], wanted["WICONS"], rtol=0, atol=NEAR)
        assert np.allclose(years["couverture"], wanted["coverage_between"], rtol=0, atol=NEAR)
        assert (between, within) == pytest.approx((wanted["dBP"], wanted["dWP"]), abs=NEAR)


def test_a_model_whose_cases_are_in_no_cluster_has_no_distance():
    """Divided by no cluster at all: the notebook stopped."""
    rows = pd.DataFrame({"A": [1, 1, 0, 0], "Y": [1, 1, 0, 0]}, index=list("abcd"))
    data = take_memberships(rows, "Y", ["A"])
    fit, apart = cluster_fit(data, Space(data.conditions, data.levels).read("A"), {"c": "2019", "d": "2020"})
    assert fit["coherence"].isna().all() and np.isnan(apart)


def test_theory_against_solution():
    told, data = said("setmethods")["theory_SCHF"], read("SCHF", "EXPORT", EXPORT)
    space = Space(data.conditions, data.levels)
    mine = evaluate_theory(data, space.read("EMP*~MA + STOCK"), space.read(" + ".join(told["solution"])))
    wanted = {row["_row"]: row for row in told["fit"]}
    for row, key in zip(mine.to_dict("records"), ("T*S", "~T*S", "T*~S", "~T*~S"), strict=True):
        assert round(row["coherence"], 3) == wanted[key]["Cons.Suf"]
        assert round(row["couverture"], 3) == wanted[key]["Cov.Suf"]
        assert round(row["pri"], 3) == wanted[key]["PRI"]
    assert set(mine.loc[0, "cas_oui"]) == set(told["cases"]["TSY"]["CaseNames"])


def test_causes_of_one_outcome_are_the_irredundant_covers():
    told = said("cna")["d.educate_E"]
    table = pd.read_csv(DATA / "cna_d.educate.csv", index_col="case")
    data = take_memberships(table, "E", ["U", "D", "L", "G"])
    solved = minimise(build_truth_table(data, Cutoffs(1, 0, irredundant=True))).parsimonious.models
    space = Space(data.conditions, data.levels)
    found = {frozenset(map(space.write, model)) for model in solved}
    assert found == {frozenset(row["condition"].removesuffix("<->E").split("+")) for row in told["asf"]}


def test_which_case_holds_which_path_of_the_lipset_data():
    table = build_truth_table(read("LF", "SURV", LIPSET), Cutoffs(0.8, 0))
    told = leave_out(table, LIPSET).set_index("sans")
    assert int(told["meme"].sum()) == 12
    assert told.loc["AU", "solution"] == "DEV*LIT*STB"
    lost = {case for case, paths in told["perdus"].items() if "DEV*LIT*~IND*STB" in paths}
    assert lost == {"FI", "FR", "HU", "IE", "SE"}


def test_the_map_is_constant_inside_an_interval_and_changes_at_its_ends():
    table = build_truth_table(read("LF", "SURV", LIPSET), Cutoffs(0.8, 0))
    told = sensitivity_map(table, LIPSET)
    assert cutoff_ranges(told)["coherence"] == pytest.approx((0.708771929824562, 0.804270462633452), abs=NEAR)
    for row in told[told["axe"] == "coherence"].to_dict("records"):
        for share in (0.01, 0.5, 0.99):
            inside = row["bas"] + share * (row["haut"] - row["bas"])
            moved = minimise(table.recoded(Cutoffs(inside, 0)), expected=LIPSET)
            written = " | ".join(sorted(map(table.space.write_model, moved.intermediate)))
            assert written == row["solution"]
