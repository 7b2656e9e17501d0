"""22 published or edge analyses, against R QCA 3.23; the call of each value is beside it in ``data``."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.conditions.memberships import Memberships, take_memberships
from ect_research.analysis.conditions.solving.minimal_covers import Covers
from ect_research.analysis.conditions.solving.minimise import Minimised, contradictory_assumptions, minimise
from ect_research.analysis.conditions.solving.set_relations import (
    combined_necessity,
    measure_model,
    measure_sufficiency,
    single_necessity,
)
from ect_research.analysis.conditions.solving.terms import Model, Space
from ect_research.analysis.conditions.solving.truth_table import (
    Cutoffs,
    TruthTable,
    build_truth_table,
    simultaneous_rows,
)

DATA = Path(__file__).parent / "data"
NAMES = sorted(path.stem for path in DATA.glob("*.json") if "truth_table_call" in path.read_text(encoding="utf-8"))


def said(name: str) -> dict[str, Any]:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def asked(call: str, name: str, default: float | None) -> float | None:
    found = re.search(rf"{name} = ([\d.]+)", call)
    return float(found[1]) if found else default


def cutoffs(call: str, exclude: tuple[int, ...] = ()) -> Cutoffs:
    two = re.search(r"incl.cut = c\(([\d.]+), ([\d.]+)\)", call)
    first = float(two[1]) if two else asked(call, "incl.cut", 1.0)
    return Cutoffs(
        first, asked(call, "pri.cut", 0.0), int(asked(call, "n.cut", 1)), float(two[2]) if two else None, exclude
    )


def memberships(reference: dict[str, Any]) -> Memberships:
    table = pd.read_csv(DATA / reference["data_csv"], index_col="case", keep_default_na=False)
    levels = dict(zip(reference["conditions"], reference["truth_table"]["noflevels"], strict=True))
    return take_memberships(table, reference["outcome"], reference["conditions"], levels=levels)


def asked_of_r(*prefixes: str) -> list[tuple[str, str]]:
    """Analyses, and what R was asked about each whose name starts so."""
    return [(name, key) for name in NAMES for key in said(name) if key.startswith(prefixes)]


def table_of(name: str) -> tuple[dict[str, Any], TruthTable]:
    reference = said(name)
    return reference, build_truth_table(memberships(reference), cutoffs(reference["truth_table_call"]))


@pytest.fixture(params=NAMES)
def analysis(request: pytest.FixtureRequest) -> tuple[dict[str, Any], TruthTable]:
    return table_of(request.param)


def expected_of(call: str) -> list[str]:
    return re.search(r'dir.exp ?= ?"([^"]*)"', call)[1].split(",")


def models(space: Space, told: list[dict[str, Any]] | dict[str, Any]) -> set[frozenset[str]]:
    return {frozenset(space.write(space.read(term)[0]) for term in model["terms_list"]) for model in told}


def written(space: Space, listed: tuple[Model, ...]) -> set[frozenset[str]]:
    return {frozenset(map(space.write, model)) for model in listed}


def close(mine: float, theirs: Any) -> bool:
    if theirs in (None, "NA", "NaN"):
        return bool(np.isnan(mine))
    return abs(mine - float(theirs)) <= 1e-9


def same_fit(table: TruthTable, told: dict[str, Any]) -> None:
    for model in told:
        terms = [table.space.read(term)[0] for term in model["terms_list"]]
        fits, whole = measure_model(table.data, terms)
        for term, fit in zip(model["fit"]["terms"], fits, strict=True):
            assert close(fit.consistency, term["inclS"])
            assert close(fit.pri, term["PRI"])
            assert close(fit.coverage, term["covS"])
            if len(terms) > 1:
                assert close(fit.unique, term["covU"])
        solution = model["fit"]["solution"]
        assert close(whole.consistency, solution["inclS"])
        assert close(whole.pri, solution["PRI"])
        assert close(whole.coverage, solution["covS"])


def test_truth_table(analysis: tuple[dict[str, Any], TruthTable]):
    reference, table = analysis
    told = {row["row"]: row for row in reference["truth_table"]["observed_rows"]}
    rows = {int(number): position for position, number in enumerate(table.numbers)}
    assert {number for number, position in rows.items() if table.n[position] >= table.cutoffs.cases} == {
        number for number, row in told.items() if row["OUT"] != "?"
    }
    for number, row in told.items():
        position = rows[number]
        assert table.codes[position] == row["OUT"]
        assert table.n[position] == row["n"]
        assert close(table.consistency[position], row["incl"])
        assert close(table.pri[position], row["PRI"])
        assert sorted(table.cases(position)) == sorted(row["cases"])
        assert sorted(table.deviant(position)) == sorted(row["DCC"])
        assert dict(zip(table.space.names, table.rows[position].tolist(), strict=True)) == row["values"]


@pytest.mark.parametrize(("name", "key"), asked_of_r("conservative", "parsimonious"))
def test_conservative_and_parsimonious_solutions(name: str, key: str):
    reference, table = table_of(name)
    told = reference[key]
    kind, _, variant = key.partition("_")
    if variant == "exclude24":
        table = build_truth_table(table.data, cutoffs(reference["truth_table_call"], (9, 10, 25)))
    usable = "C" in told["call"].split("include")[-1][:8]
    solved = minimise(
        table.recoded(replace(table.cutoffs, irredundant=variant == "allsol", include_contradictions=usable))
    )
    found: Covers = getattr(solved, kind)
    if "error" in told:
        assert solved.empty
        return
    assert written(table.space, found.models) == models(table.space, told["models"])
    assert (found.count, found.exact) == (len(told["models"]), True)
    same_fit(table, told["models"])


@pytest.mark.parametrize(("name", "key"), asked_of_r("intermediate"))
def test_intermediate_solutions_of_each_pair(name: str, key: str):
    reference, table = table_of(name)
    told = reference[key]
    if "error" in told:
        assert minimise(table).empty
        return
    solved = minimise(table, expected=expected_of(told["call"]))
    space = table.space
    mine = {}
    for pair in solved.pairs:
        key = tuple(
            frozenset(map(space.write, chosen.models[place]))
            for chosen, place in (
                (solved.conservative, pair.conservative),
                (solved.parsimonious, pair.parsimonious),
            )
        )
        mine[key] = pair
    seen = 0
    for theirs in told["i.sol"].values():
        key = tuple(frozenset(space.write(space.read(term)[0]) for term in theirs[name]) for name in ("c.sol", "p.sol"))
        pair = mine[key]
        seen += 1
        assert written(space, pair.covers.models) == models(space, theirs["models"])
        assert sorted(pair.easy) == sorted(theirs["EC_rows"])
        assert sorted(pair.difficult) == sorted(theirs["DC_rows"])
        same_fit(table, theirs["models"])
    assert seen == len(mine)


def assumptions(solved: Minimised, space: Space) -> dict[frozenset[str], list[int]]:
    return {
        frozenset(map(space.write, model)): sorted(rows)
        for model, rows in zip(solved.parsimonious.models, solved.assumed, strict=True)
    }


def test_simplifying_assumptions(analysis: tuple[dict[str, Any], TruthTable]):
    reference, table = analysis
    if "models" not in reference["parsimonious"]:
        return
    mine = assumptions(minimise(table), table.space)
    for model in reference["parsimonious"]["models"]:
        key = frozenset(table.space.write(table.space.read(term)[0]) for term in model["terms_list"])
        assert mine[key] == sorted(model["SA_rows"] or [])


def test_contradictory_assumptions_where_r_is_right(analysis: tuple[dict[str, Any], TruthTable]):
    reference, table = analysis
    told = reference["ESA"].get("contradictory_simplifying_assumptions_correct")
    if told is None or not isinstance(told["rows"], list):
        return
    negated = build_truth_table(table.data.negated(), table.cutoffs)
    assert list(contradictory_assumptions(minimise(table), minimise(negated))) == sorted(told["rows"])


def test_necessity_of_single_conditions(analysis: tuple[dict[str, Any], TruthTable]):
    reference, table = analysis
    mine = single_necessity(table.data).set_index("expression")
    for row in reference["necessity_single"]:
        own = mine.loc[table.space.write(table.space.read(row["expression"])[0])]
        assert close(own["coherence"], row["inclN"])
        assert close(own["pertinence"], row["RoN"])
        assert close(own["couverture"], row["covN"])


def test_sufficiency_of_single_conditions(analysis: tuple[dict[str, Any], TruthTable]):
    reference, table = analysis
    for row in reference["sufficiency_single"]:
        fit = measure_sufficiency(table.data.term(table.space.read(row["expression"])[0]), table.data.outcome)
        assert close(fit.consistency, row["inclS"])
        assert close(fit.pri, row["PRI"])
        assert close(fit.coverage, row["covS"])


@pytest.mark.parametrize(("name", "key"), [pair for pair in asked_of_r("superSubset") if "sufficiency" not in pair[1]])
def test_necessary_conjunctions_and_disjunctions(name: str, key: str):
    reference, table = table_of(name)
    told = reference[key]
    cuts = {name: asked(told["call"], cut, 0.0) for name, cut in (("relevance", "ron.cut"), ("coverage", "cov.cut"))}
    mine = combined_necessity(table.data, consistency=asked(told["call"], "incl.cut", 0.9), **cuts)
    theirs = {tuple(sorted(row["expression"].replace(" ", "").split("+"))): row for row in told["rows"]}
    own = {tuple(sorted(row["expression"].replace(" ", "").split("+"))): row for row in mine.to_dict("records")}
    assert set(own) == set(theirs)
    for expression, row in theirs.items():
        assert close(own[expression]["coherence"], row["inclN"])
        assert close(own[expression]["pertinence"], row["RoN"])
        assert close(own[expression]["couverture"], row["covN"])


def test_rows_that_lead_to_both_outcomes(analysis: tuple[dict[str, Any], TruthTable]):
    reference, table = analysis
    told = reference["ESA"]["findRows_type3_simultaneous_subset_relations"]
    negated = build_truth_table(table.data.negated(), table.cutoffs)
    assert list(simultaneous_rows(table, negated)) == sorted(told["rows"] or [])
