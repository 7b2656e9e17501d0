"""What every solution of every truth table must hold, on tables drawn at random."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ect_research.analysis.conditions.cutoff_map import sensitivity_map
from ect_research.analysis.conditions.memberships import Memberships
from ect_research.analysis.conditions.solving.minimal_covers import Covers, find_covers, find_primes
from ect_research.analysis.conditions.solving.minimise import Minimised, minimise
from ect_research.analysis.conditions.solving.terms import Model, Rows, covered_by
from ect_research.analysis.conditions.solving.truth_table import Cutoffs, TruthTable, build_truth_table

MANY = settings(max_examples=400, deadline=None)


@st.composite
def memberships(draw: st.DrawFn) -> Memberships:
    levels = tuple(draw(st.lists(st.sampled_from([2, 2, 3]), min_size=2, max_size=4)))
    n = draw(st.integers(4, 14))
    scores = [[draw(st.integers(0, level - 1)) for level in levels] for _ in range(n)]
    outcome = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    names = tuple("ABCD"[: len(levels)])
    cases = tuple(f"c{case}" for case in range(n))
    return Memberships(cases, names, levels, np.array(scores, float), np.array(outcome, float), "Y")


def solved(data: Memberships) -> tuple[TruthTable, Minimised]:
    table = build_truth_table(data, Cutoffs(0.8, 0.5))
    return table, minimise(table, expected=[f"{name}[1]" for name in data.conditions])


def every(found: Minimised) -> list[Covers]:
    return [found.conservative, found.parsimonious, *(pair.covers for pair in found.pairs)]


def check_models(data: Memberships) -> None:
    table, found = solved(data)
    positive, negative = table.coded("1"), table.coded("0", "C")
    for model in (model for covers in every(found) for model in covers.models):
        assert covered_by(model, positive).all()
        assert not covered_by(model, negative).any()
    for model in found.parsimonious.models:
        for term in model:
            rest = tuple(other for other in model if other != term)
            assert not covered_by(rest, positive).all(), "a term can be dropped"
            for literal in term:
                shorter = tuple(other for other in term if other != literal)
                assert covered_by((shorter,), negative).any(), "a literal can be dropped"


def check_nesting(data: Memberships) -> None:
    table, found = solved(data)
    grid = table.space.all_rows()
    for pair in found.pairs:
        widest = covered_by(found.parsimonious.models[pair.parsimonious], grid)
        easy = set(pair.easy)
        allowed = set(table.space.numbers(table.coded("1")).tolist()) | easy
        for model in pair.covers.models:
            own = covered_by(model, grid)
            assert set(table.space.numbers(grid[own]).tolist()) <= allowed
            assert easy <= set(table.space.numbers(grid[widest]).tolist())
    for covers in every(found):
        assert len({len(model) for model in covers.models}) <= 1
        assert (len(covers.models), covers.exact) == (covers.count, True)


def check_order(data: Memberships, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cases, places = rng.permutation(len(data.cases)), rng.permutation(len(data.conditions))
    moved = Memberships(
        tuple(data.cases[case] for case in cases),
        tuple(data.conditions[place] for place in places),
        tuple(data.levels[place] for place in places),
        data.scores[np.ix_(cases, places)],
        data.outcome[cases],
        data.outcome_name,
    )
    assert named(data) == named(moved)


def named(data: Memberships) -> list[set[frozenset[frozenset[tuple[str, int]]]]]:
    table, found = solved(data)

    def words(model: Model) -> frozenset[frozenset[tuple[str, int]]]:
        return frozenset(frozenset((table.space.names[place], level) for place, level in term) for term in model)

    return [
        {words(model) for model in models}
        for models in (found.conservative.models, found.parsimonious.models, found.intermediate)
    ]


@pytest.mark.croisement
@given(memberships())
@settings(max_examples=25, deadline=None)
def test_models_cover_what_they_must_and_nothing_can_be_dropped(data: Memberships):
    check_models(data)


@given(memberships())
@settings(max_examples=25, deadline=None)
def test_intermediate_models_use_easy_counterfactuals_only_and_all_models_have_one_size(data: Memberships):
    check_nesting(data)


@given(memberships(), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_the_order_of_cases_and_conditions_changes_nothing(data: Memberships, seed: int):
    check_order(data, seed)


def check_map(data: Memberships, share: float) -> None:
    table, _ = solved(data)
    told = sensitivity_map(table)
    assert told.groupby("axe")["actuel"].sum().eq(1).all(), "each cutoff stands in one interval"
    for axis in ("coherence", "pri"):
        for row in told[told["axe"] == axis].to_dict("records"):
            inside = row["bas"] + share * (row["haut"] - row["bas"])
            cutoffs = Cutoffs(inside, 0.5) if axis == "coherence" else Cutoffs(0.8, inside)
            assert written(table, table.recoded(cutoffs)) == row["solution"]


def written(table: TruthTable, other: TruthTable) -> str:
    return " | ".join(sorted(map(table.space.write_model, minimise(other).parsimonious.models)))


@given(memberships(), st.floats(0.05, 1))
@settings(max_examples=15, deadline=None)
def test_the_map_is_constant_inside_each_interval(data: Memberships, share: float):
    check_map(data, share)


@pytest.mark.croisement
@given(memberships(), st.integers(0, 99), st.floats(0.05, 1))
@MANY
def test_the_same_on_many_tables(data: Memberships, seed: int, share: float):
    check_models(data)
    check_nesting(data)
    check_order(data, seed)
    check_map(data, share)


def brute_force(positive: Rows, negative: Rows, grid: Rows) -> set[Model]:
    """Every irredundant sum of shortest terms, by trying all terms of a small table."""
    from itertools import combinations, product

    k = grid.shape[1]
    terms = [
        tuple(zip(places, levels, strict=True))
        for size in range(1, k + 1)
        for places in combinations(range(k), size)
        for levels in product(*(sorted(set(grid[:, place].tolist())) for place in places))
    ]
    free = [term for term in terms if not covered_by((term,), negative).any() and covered_by((term,), positive).any()]
    primes = [term for term in free if not any(set(other) < set(term) for other in free)]
    for size in range(1, len(positive) + 1):
        found = {model for model in combinations(primes, size) if covered_by(model, positive).all()}
        if found:
            return {tuple(sorted(model)) for model in found}
    return set()


@given(memberships())
@settings(max_examples=25, deadline=None)
def test_parsimonious_models_are_those_that_trying_every_term_finds(data: Memberships):
    table, found = solved(data)
    if found.empty:
        return
    wanted = brute_force(table.coded("1"), table.coded("0", "C"), table.space.all_rows())
    assert {tuple(sorted(model)) for model in found.parsimonious.models} == wanted


def test_a_table_is_read_whatever_its_dtype():
    frame = pd.DataFrame({"A": ["0", "1", "1"], "Y": [0, 1, 1]}, index=["a", "b", "NA"])
    from ect_research.analysis.conditions.memberships import take_memberships

    assert take_memberships(frame, "Y", ["A"]).cases == ("a", "b", "NA")


def noise(k: int, n: int) -> TruthTable:
    chance = np.random.default_rng(k * n)
    names = tuple(f"C{place}" for place in range(k))
    scores, outcome = chance.integers(0, 2, (n, k)).astype(float), chance.integers(0, 2, n).astype(float)
    return build_truth_table(Memberships(tuple(map(str, range(n))), names, (2,) * k, scores, outcome, "Y"), Cutoffs())


def test_a_search_that_is_stopped_says_at_least_and_still_gives_a_proven_smallest_cover():
    table = noise(7, 40)
    positive = table.coded("1")
    primes = find_primes(positive, table.coded("0"))
    whole = find_covers(primes, positive)
    assert whole.exact
    assert whole.count > 1
    for steps in (1, 5, 20):
        stopped = find_covers(primes, positive, steps=steps)
        assert not stopped.exact
        assert 1 <= stopped.count <= whole.count
        assert len(stopped.models[0]) == len(whole.models[0])
        assert covered_by(stopped.models[0], positive).all()


def test_models_are_counted_beyond_those_listed():
    table = noise(7, 40)
    positive = table.coded("1")
    primes = find_primes(positive, table.coded("0"))
    few = find_covers(primes, positive, most=2)
    assert len(few.models) == 2
    assert few.count == find_covers(primes, positive).count > 2
