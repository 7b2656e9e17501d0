import itertools

import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.disclosure import ORGANISATIONS, find_unanimous, sum_by, suppression


def with_totals(counts) -> np.ndarray:
    inside = np.vstack([counts, np.sum(counts, axis=0)])
    return np.hstack([inside, inside.sum(axis=1, keepdims=True)]).astype(float)


def crossed(shape) -> suppression.Sums:
    """One sum per row and per column of a table whose last ones hold the totals."""
    number = np.arange(shape[0] * shape[1]).reshape(shape)
    lines = [*number, *number.T]
    return suppression.Sums.of(
        ({**dict.fromkeys(map(int, line[:-1]), 1), int(line[-1]): -1} for line in lines), number.size
    )


def hidden_in(values: np.ndarray, threshold: int = ORGANISATIONS) -> np.ndarray:
    """What `complete` hides of a table with its totals; all of it where nothing less will do."""
    totals = np.zeros(values.shape, dtype=bool)
    totals[-1], totals[:, -1] = True, True
    small = ((values > 0) & (values < threshold)).ravel()
    hidden = suppression.complete(values.ravel(), crossed(values.shape), small, dear=totals.ravel())
    return np.ones(values.shape, dtype=bool) if hidden is None else hidden.reshape(values.shape)


def possible_values(values, hidden):
    found = suppression.possible_range(values.ravel(), crossed(values.shape), hidden.ravel())
    return [bound.reshape(values.shape) for bound in found]


def random_counts(seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return with_totals(generator.poisson(4, (generator.integers(1, 7), generator.integers(1, 6))))


@pytest.mark.parametrize("seed", range(50))
def test_no_hidden_cell_can_be_recovered_from_the_printed_ones(seed):
    counts = random_counts(seed)
    hidden = hidden_in(counts)
    low, high = possible_values(counts, hidden)
    assert ((high - low)[hidden] >= 1).all()
    assert (low[~hidden] == counts[~hidden]).all() and (high[~hidden] == counts[~hidden]).all()
    small = (counts > 0) & (counts < 3)
    assert hidden[small].all() and (small.any() or not hidden.any())


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
    hidden = hidden_in(with_totals([[1, 8], [12, 9], [9, 7]]))
    assert hidden.sum() == 4 and not hidden[-1].any() and not hidden[:, -1].any()


@pytest.mark.croisement
def test_few_cells_are_hidden_beyond_the_small_ones():
    tables = [random_counts(seed) for seed in range(50)]
    small = sum(int(((counts > 0) & (counts < 3)).sum()) for counts in tables)
    assert sum(int(hidden_in(counts).sum()) for counts in tables) < 3 * small


def test_a_table_of_one_row_hides_its_totals_too():
    counts = with_totals([[1, 9, 4]])
    hidden = hidden_in(counts)
    low, high = possible_values(counts, hidden)
    assert hidden[-1, 0] and (high > low)[hidden].all()


def test_a_table_without_small_cells_is_printed_whole():
    assert not hidden_in(with_totals([[3, 8], [12, 0]])).any()


def test_persons_are_protected_from_a_higher_threshold():
    counts = with_totals([[4, 8], [12, 9]])
    assert not hidden_in(counts).any()
    assert hidden_in(counts, threshold=5)[0, 0]


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
    table = with_totals(inner)
    sums = crossed(table.shape)
    solved = []
    once = suppression._extreme
    monkeypatch.setattr(suppression, "_extreme", lambda *asked: solved.append(1) or once(*asked))
    values = table.ravel()
    hidden = suppression.complete(values, sums, (values > 0) & (values < 3))
    assert len(solved) <= 3 * hidden.sum()
    low, high = suppression.possible_range(values, sums, hidden)
    assert (high - low)[hidden].min() >= 1e-6
