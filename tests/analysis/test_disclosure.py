import itertools

import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.disclosure import (
    find_unanimous,
    is_dominated,
    possible_values,
    protect_counts,
    sum_by,
    suppression,
)


def random_counts(seed: int) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    shape = generator.integers(1, 7), generator.integers(1, 6)
    return pd.DataFrame(generator.poisson(4, shape)).rename(index=str, columns=str)


@pytest.mark.parametrize("seed", range(50))
def test_no_hidden_cell_can_be_recovered_from_the_printed_ones(seed):
    counts = random_counts(seed)
    safe = protect_counts(counts)
    assert (safe.proof["maximum"] - safe.proof["minimum"] >= 1).all()
    inside = safe.table.to_numpy()
    assert not ((inside > 0) & (inside < 3)).any()
    assert len(safe.proof) == safe.n_hidden
    if not ((safe.primary.to_numpy()).any()):
        assert safe.n_hidden == 0


def test_printed_cells_are_the_true_ones_and_totals_add_up():
    counts = random_counts(7)
    safe = protect_counts(counts)
    whole = protect_counts(counts, threshold=0).table
    assert whole.loc["Total", "Total"] == counts.to_numpy().sum()
    printed = safe.table.notna()
    pd.testing.assert_frame_equal(safe.table.where(printed), whole.where(printed))


def test_hiding_small_cells_alone_is_undone_by_the_totals():
    values = np.array([[1.0, 8, 9], [12, 9, 21], [13, 17, 30]])
    hidden = values == 1
    low, high = possible_values(values, hidden)
    assert low[0, 0] == high[0, 0] == 1


def test_the_bounds_are_those_of_every_table_that_an_attacker_could_write():
    values = np.array([[1.0, 4, 2, 7], [3, 2, 4, 9], [4, 6, 6, 16]])
    hidden = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0]], dtype=bool)
    low, high = possible_values(values, hidden)
    found = [
        table
        for table in itertools.product(range(1, 10), repeat=4)
        if table[0] + table[1] == 5
        and table[2] + table[3] == 5
        and table[0] + table[2] == 4
        and table[1] + table[3] == 6
    ]
    for number, cell in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
        assert low[cell] == min(table[number] for table in found)
        assert high[cell] == max(table[number] for table in found)


def test_one_small_cell_takes_three_others_with_it_and_no_total():
    safe = protect_counts(pd.DataFrame({"oui": [1, 12, 9], "non": [8, 9, 7]}))
    hidden = safe.hidden.to_numpy()
    assert hidden.sum() == 4 and not hidden[-1].any() and not hidden[:, -1].any()


@pytest.mark.croisement
def test_few_cells_are_hidden_beyond_the_small_ones():
    tables = [protect_counts(random_counts(seed)) for seed in range(50)]
    primary = sum(int(safe.primary.to_numpy().sum()) for safe in tables)
    assert sum(safe.n_hidden for safe in tables) < 3 * primary


def test_a_table_of_one_row_hides_its_totals_too():
    safe = protect_counts(pd.DataFrame({"a": [1], "b": [9], "c": [4]}))
    assert np.isnan(safe.table.loc["Total", "a"])
    assert (safe.proof["maximum"] > safe.proof["minimum"]).all()


def test_a_table_without_small_cells_is_printed_whole():
    counts = pd.DataFrame({"oui": [3, 12], "non": [8, 0]})
    safe = protect_counts(counts)
    assert safe.n_hidden == 0 and safe.proof.empty


def test_persons_are_protected_from_a_higher_threshold():
    counts = pd.DataFrame({"oui": [4, 12], "non": [8, 9]})
    assert protect_counts(counts).n_hidden == 0
    assert protect_counts(counts, threshold=5).primary.to_numpy().sum() == 1


@pytest.mark.parametrize("bad", [[[1.5]], [[-1]], [[np.nan]], []])
def test_what_is_no_table_of_counts_is_refused(bad):
    with pytest.raises(ValueError, match=r"counts|nothing"):
        protect_counts(pd.DataFrame(bad))


def test_a_sum_held_by_one_unit_is_hidden():
    assert is_dominated(pd.Series([86.0, 7, 7])) and not is_dominated(pd.Series([84.0, 8, 8]))
    assert is_dominated(pd.Series([5.0, 5.0, np.nan, 0])) and not is_dominated(pd.Series([], dtype="float64"))


def test_a_group_that_answers_as_one_is_named():
    assert find_unanimous(pd.DataFrame({"oui": [4, 0, 2], "non": [0, 0, 1]}, index=["A", "B", "C"])) == ["A"]


def test_a_sum_keeps_its_signs_and_the_units_without_a_group():
    amounts = pd.Series([100.0, -50, 5, 5, 7, 0, np.nan])
    sums = sum_by(amounts, pd.Series(["A", "A", "A", "A", None, "A", "A"], name="groupe"))
    assert sums["unites"].tolist() == [4, 1]
    assert sums["somme"].tolist() == [60.0, 7.0]
    assert sums["part_du_premier"].tolist() == [100 / 160, 1.0]
    assert sums["groupe"].isna().tolist() == [False, True]


def test_a_number_found_safe_is_not_solved_for_again(monkeypatch):
    generator = np.random.default_rng(3)
    inner = generator.poisson(4, (12, 6)).astype(float)
    table = np.block(
        [[inner, inner.sum(1, keepdims=True)], [inner.sum(0, keepdims=True), np.full((1, 1), inner.sum())]]
    )
    places = np.arange(table.size).reshape(table.shape)
    lines = [*places, *places.T]
    sums = suppression.Sums.of(
        [{**dict.fromkeys(map(int, line[:-1]), 1), int(line[-1]): -1} for line in lines], table.size
    )
    solved = []
    once = suppression._extreme
    monkeypatch.setattr(suppression, "_extreme", lambda *asked: solved.append(1) or once(*asked))
    values = table.ravel()
    hidden = suppression.complete(values, sums, (values > 0) & (values < 3))
    assert len(solved) <= 3 * hidden.sum()
    low, high = suppression.possible_range(values, sums, hidden)
    assert (high - low)[hidden].min() >= 1e-6
