"""Where R QCA 3.23 errs, what is right; each fault and its cause is in ``data/errata.json``."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from ect_research.analysis.conditions.memberships import take_memberships
from ect_research.analysis.conditions.solving.minimise import minimise
from ect_research.analysis.conditions.solving.truth_table import Cutoffs, TruthTable, build_truth_table

DATA = Path(__file__).parent / "data"
FAULTS = {fault["id"][:2]: fault for fault in json.loads((DATA / "errata.json").read_text(encoding="utf-8"))}


def table_of(fault: dict[str, Any], cutoffs: Cutoffs) -> TruthTable:
    data = pd.DataFrame(fault["data"])
    return build_truth_table(take_memberships(data, "Y", [name for name in data if name != "Y"]), cutoffs)


def codes(table: TruthTable) -> dict[str, str]:
    return {str(number): code for number, code in zip(table.numbers, table.codes, strict=True)}


def test_a_contradiction_is_written_on_its_own_row():
    told = FAULTS["R1"]
    assert codes(table_of(told, Cutoffs(0.9, 0, 2, contradiction=0.5))) == told["correct"]


def test_no_minimal_model_is_missed_when_prime_implicants_skip_two_levels():
    told = FAULTS["R2"]
    table = table_of(told, Cutoffs(1, 0))
    found = [[table.space.write(term) for term in model] for model in minimise(table).parsimonious.models]
    assert found == told["correct"]


def lipset() -> TruthTable:
    table = pd.read_csv(DATA / "LF.csv", index_col="case")
    return build_truth_table(take_memberships(table, "SURV", ["DEV", "URB", "LIT", "IND", "STB"]), Cutoffs(0.8, 0))


def test_a_conjunctural_expectation_that_holds_does_not_cancel_a_simple_one():
    table = lipset()
    alone, both = (minimise(table, expected=asked).intermediate for asked in (["URB"], ["URB", "LIT*STB"]))
    assert alone == both
    assert sorted(map(table.space.write, alone[0])) == sorted(FAULTS["R3"]["R_with_URB_alone"])


def test_a_conjunctural_expectation_supports_the_rows_that_hold_it_whole_and_no_other():
    table = lipset()
    [pair] = minimise(table, expected=["URB*LIT"]).pairs
    grid = table.space.all_rows()
    assert pair.easy
    for number in pair.easy:
        row = dict(zip(table.space.names, grid[number - 1], strict=True))
        assert (row["URB"], row["LIT"]) == (1, 1)


def test_a_consistency_equal_to_the_cutoff_up_to_rounding_is_positive_with_or_without_a_second_cutoff():
    told = FAULTS["R5"]
    assert codes(table_of(told, Cutoffs(0.8, 0)))["2"] == "1"
    assert codes(table_of(told, Cutoffs(0.8, 0, contradiction=0.4)))["2"] == "1"
