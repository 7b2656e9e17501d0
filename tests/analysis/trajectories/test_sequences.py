"""Void, unknown and absorbing kept apart; invariants of indicators and distances."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ect_research.analysis.chance import Refusal
from ect_research.analysis.trajectories import kernels, kernels_numba
from ect_research.analysis.trajectories.coded_sequences import (
    UNKNOWN,
    code_sequences,
    keep_order,
)
from ect_research.analysis.trajectories.costs import (
    Costs,
    constant_costs,
    given_costs,
    rate_costs,
    stage_costs,
)
from ect_research.analysis.trajectories.flows import build_transitions
from ect_research.analysis.trajectories.sequence_distances import build_distances, compare_distances
from ect_research.analysis.trajectories.states import build_state_distribution, measure_sequences
from ect_research.errors import EctError

STATES = ["a", "b", "c"]


def frame(*rows: str) -> pd.DataFrame:
    """One row per text; a dot is a blank."""
    width = max(len(row) for row in rows)
    cells = [[None if state == "." else state for state in row.ljust(width, ".")] for row in rows]
    return pd.DataFrame(cells, index=[f"P{number:02d}" for number in range(len(rows))])


def coded(*rows: str, **settings):
    return code_sequences(frame(*rows), STATES, **settings)


rows_of_states = st.lists(st.text("abc", min_size=1, max_size=9), min_size=2, max_size=7)


def slow_alignment(one: str, other: str, costs: Costs) -> float:
    table = np.zeros((len(one) + 1, len(other) + 1))
    table[:, 0] = np.arange(len(one) + 1) * costs.indel
    table[0, :] = np.arange(len(other) + 1) * costs.indel
    for x, first in enumerate(one, start=1):
        for y, second in enumerate(other, start=1):
            swap = table[x - 1, y - 1] + costs.substitution[STATES.index(first), STATES.index(second)]
            table[x, y] = min(swap, table[x - 1, y] + costs.indel, table[x, y - 1] + costs.indel)
    return float(table[-1, -1])


@given(rows_of_states, st.floats(0.3, 3), st.floats(0.2, 2))
def test_alignment_equals_the_textbook_table(rows, substitution, indel):
    sequences = coded(*rows)
    costs = constant_costs(sequences, substitution=substitution, indel=indel)
    found = build_distances(sequences, costs=costs).matrix
    wanted = [[slow_alignment(one, other, costs) for other in rows] for one in rows]
    assert np.allclose(found, wanted, rtol=0, atol=1e-10)


@given(rows_of_states)
def test_distances_are_symmetric_with_a_zero_diagonal_and_obey_the_triangle(rows):
    matrix = build_distances(coded(*rows), costs=rate_costs(coded(*rows))).matrix
    assert np.array_equal(matrix, matrix.T)
    assert np.all(np.diag(matrix) == 0)
    assert np.all(matrix[:, None, :] <= matrix[:, :, None] + matrix[None, :, :] + 1e-9)


equal_rows = st.integers(2, 8).flatmap(
    lambda size: st.lists(st.text("abc", min_size=size, max_size=size), min_size=2, max_size=6)
)


@given(equal_rows, st.sampled_from(["LCS", "HAM", "DHD"]), st.permutations(STATES))
def test_every_distance_is_symmetric_zero_on_itself_and_blind_to_the_names_of_the_states(rows, method, names):
    matrix = build_distances(coded(*rows), method=method).matrix
    assert np.array_equal(matrix, matrix.T)
    assert np.all(np.diag(matrix) == 0)
    assert np.all(matrix >= 0)
    renamed = [row.translate(str.maketrans("abc", "".join(names))) for row in rows]
    assert np.allclose(build_distances(coded(*renamed), method=method).matrix, matrix, rtol=0, atol=1e-12)


@given(rows_of_states, st.integers(0, 4), st.integers(0, 4))
def test_void_is_ignored_wherever_it_stands(rows, before, after):
    padded = coded(*["." * before + row.ljust(9, ".") + "." * after for row in rows])
    assert np.array_equal(build_distances(padded).matrix, build_distances(coded(*rows)).matrix)
    found, wanted = measure_sequences(padded), measure_sequences(coded(*rows))
    pd.testing.assert_frame_equal(found, wanted)


@given(rows_of_states)
def test_indicators_stay_within_their_bounds(rows):
    found = measure_sequences(coded(*rows))
    assert found[["entropie", "complexite"]].to_numpy().min() >= 0
    assert found[["entropie", "complexite", "turbulence_relative"]].to_numpy().max() <= 1 + 1e-12
    assert (found["turbulence"] >= 1 - 1e-12).all()
    assert (found["passages"] <= found["longueur"]).all()


def test_long_sequences_need_several_words_of_bits_and_agree():
    generator = np.random.default_rng(1)
    codes = generator.integers(0, 3, (6, 140)).astype(np.int16)
    codes[2, 70:] = -1
    costs = constant_costs(coded("abc"))
    lengths = (codes >= 0).sum(axis=1)
    edits = lengths[:, None] + lengths[None, :] - 2 * kernels.common_lengths(codes)
    assert np.array_equal(edits, kernels.aligned_distances(codes, costs.substitution, 1.0))


@pytest.mark.skipif(not kernels_numba.numba_installed(), reason="numba is not installed")
@pytest.mark.filterwarnings("ignore")
def test_numba_and_numpy_give_the_same_distances():
    generator = np.random.default_rng(2)
    codes = generator.integers(0, 3, (45, 90)).astype(np.int16)
    codes[generator.random(45) < 0.4, 60:] = -1
    swap = np.array([[0, 1.3, 2], [1.3, 0, 1.7], [2, 1.7, 0]])
    assert np.array_equal(kernels.common_lengths(codes), kernels_numba.common_lengths(codes))
    gap = kernels.aligned_distances(codes, swap, 1.1) - kernels_numba.aligned_distances(codes, swap, 1.1)
    assert np.abs(gap).max() < 1e-10


def test_numba_asked_and_absent_is_said():
    if not kernels_numba.numba_installed():
        with pytest.raises(EctError, match="numba n’est pas installé"):
            build_distances(coded("ab", "ba"), engine="numba")


def test_void_unknown_and_absorbing_are_three_things():
    sequences = coded("ab.cc", "aacc", "a....", within="inconnu", after="vide")
    assert sequences.alphabet == ("a", "b", "c", UNKNOWN)
    assert sequences.lengths.tolist() == [5, 4, 1]
    distribution = build_state_distribution(sequences)
    assert distribution.summary["observes"].tolist() == [3, 2, 2, 2, 1]
    assert distribution.counts[UNKNOWN].tolist() == [0, 0, 1, 0, 0]


def test_a_censored_project_is_not_told_apart_for_being_followed_less_long():
    found = build_distances(coded("aabb", "aabbcc", "aabbccabca"), norm="aucune")
    assert found.length_correlation > 0.8
    equal = build_distances(coded("aabb", "abab", "bbbb"))
    assert np.isnan(equal.length_correlation)


def test_what_is_compared_can_be_cut_to_the_order():
    assert build_distances(keep_order(coded("aaab", "abbb")), method="LCS").matrix.max() == 0


def test_hamming_refuses_what_was_not_observed_at_the_same_units():
    assert isinstance(build_distances(coded("aab", "ab"), method="HAM"), Refusal)
    assert isinstance(build_distances(coded("aab", ".ab"), method="DHD"), Refusal)
    assert build_distances(coded("aab", "bab"), method="HAM").matrix[0, 1] == 1


def test_costs_that_break_the_triangle_are_named():
    sequences = coded("abc", "cab")
    detour = pd.DataFrame([[0, 5, 1], [5, 0, 1], [1, 1, 0]], index=STATES, columns=STATES, dtype=float)
    found = build_distances(sequences, costs=given_costs(sequences, detour, indel=4))
    assert found.triangle_broken == ("a", "c", "b")
    assert build_distances(sequences).triangle_broken is None


def test_stage_costs_follow_the_scale_and_ask_for_every_state():
    costs = stage_costs(coded("abc", "cab"), {"a": 0, "b": 1, "c": 4})
    assert costs.substitution[0].tolist() == [0, 0.5, 2]
    with pytest.raises(EctError, match="Sans position"):
        stage_costs(coded("abc", "cab"), {"a": 0})


def test_asymmetric_costs_are_refused():
    uneven = pd.DataFrame([[0, 1, 1], [2, 0, 1], [1, 1, 0]], index=STATES, columns=STATES, dtype=float)
    with pytest.raises(EctError, match="symétriques"):
        given_costs(coded("abc"), uneven)


def test_a_state_outside_the_alphabet_and_an_empty_row_are_refused():
    with pytest.raises(EctError, match="hors de l’alphabet\u00a0: z"):
        coded("az")
    with pytest.raises(EctError, match="P01"):
        coded("ab", "..")


def test_rates_without_self_loops_share_the_exits():
    moves = build_transitions(coded("aaabca", "abac"), self_loops=False).table.set_index(["de", "vers"])
    assert moves.loc[("a", "b"), ["effectif", "projets", "sur"]].tolist() == [2, 2, 3]
    assert moves["taux"].groupby("de").sum().round(12).eq(1).all()


def test_the_sensitivity_to_costs_is_a_correlation_of_matrices():
    sequences = coded("aabbc", "abccc", "bbbbb", "cabca")
    table = compare_distances([build_distances(sequences), build_distances(sequences, method="HAM")])
    assert table.shape == (2, 2)
    assert 0 < table.iloc[0, 1] < 1


def test_hamming_takes_the_costs_it_is_given():
    told = coded("aab", "bab")
    assert build_distances(told, method="HAM").matrix[0, 1] == 1
    assert build_distances(told, method="HAM", costs=constant_costs(told, substitution=3.0)).matrix[0, 1] == 3


@pytest.mark.parametrize("weights", [[0, 0], [1, -1], [1, np.nan]])
def test_weights_that_weigh_nothing_or_less_are_refused(weights):
    with pytest.raises(EctError, match="poids"):
        code_sequences(pd.DataFrame([["a", "b"], ["b", "b"]]), ["a", "b"], weights=weights)
