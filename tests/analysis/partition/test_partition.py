"""Groups from distances: the best there is when few, R's objective otherwise, and what resampling leaves."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ect_research.analysis.chance import Refusal
from ect_research.analysis.partition import (
    bootstrap_jaccard,
    measure_discrepancy,
    measure_quality,
    measure_rank_agreement,
    partition_around_medoids,
    silhouette_widths,
)
from ect_research.analysis.partition.ward import cut_tree, ward_tree, ward_types
from ect_research.analysis.trajectories.coded_sequences import code_sequences
from ect_research.analysis.trajectories.costs import rate_costs
from ect_research.analysis.trajectories.sequence_distances import build_distances
from ect_research.analysis.trajectories.trajectory_evidence import explain_distances
from ect_research.analysis.trajectories.trajectory_types import build_trajectory_types, simulate_without_types
from ect_research.errors import EctError

PTCE = ["idea", "collective", "feasibility", "experiment", "structure", "jobs", "abandoned", "merged"]
MVAD = ["employment", "FE", "HE", "joblessness", "school", "training"]
points = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=4, max_size=12)


def apart(places) -> np.ndarray:
    spots = np.array(places, dtype=float)
    return np.sqrt(((spots[:, None, :] - spots[None, :, :]) ** 2).sum(axis=2))


def clouds(seed: int = 4) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return apart(np.concatenate([generator.normal(centre, 1, (15, 2)) for centre in (0, 12)]))


@given(points, st.integers(1, 3))
def test_trying_every_set_never_does_worse_than_descending(places, k):
    matrix = apart(places)
    every, descent = partition_around_medoids(matrix, k), partition_around_medoids(matrix, k, most_tried=0)
    assert every.exact
    assert not descent.exact
    assert every.objective <= descent.objective + 1e-12
    assert every.labels[0] == 0
    assert [every.labels[medoid] for medoid in every.medoids] == list(range(k))


@given(points)
def test_a_weight_of_two_is_a_case_met_twice(places):
    matrix = apart(places)
    times = np.array([1 + number % 3 for number in range(len(places))])
    repeated = np.repeat(np.arange(len(places)), times)
    weighted = partition_around_medoids(matrix, 2, weights=times)
    plain = partition_around_medoids(matrix[np.ix_(repeated, repeated)], 2)
    assert weighted.objective == pytest.approx(plain.objective, abs=1e-12)
    labels = weighted.labels
    quality = measure_quality(matrix, labels, weights=times.astype(float))
    again = measure_quality(matrix[np.ix_(repeated, repeated)], labels[repeated])
    assert quality["R2"] == pytest.approx(again["R2"], abs=1e-9, nan_ok=True)
    assert quality["ASW"] == pytest.approx(again["ASW"], abs=1e-9)


def test_two_clouds_are_found_and_stand_resampling():
    matrix = clouds()
    found = partition_around_medoids(matrix, 2)
    assert found.sizes == (15, 15)
    assert bootstrap_jaccard(matrix, found, repeats=40).min() > 0.95
    assert silhouette_widths(matrix, found.labels).min() > 0.5
    assert (ward_types(matrix**2, 2) == found.labels).all()
    noise = apart(np.random.default_rng(5).random((30, 2)))
    assert bootstrap_jaccard(noise, partition_around_medoids(noise, 5), repeats=40).min() < 0.75


def test_a_trait_that_makes_the_distances_explains_them_and_another_does_not():
    matrix = clouds()
    planted = measure_discrepancy(matrix, ["a"] * 15 + ["b"] * 15, permutations=199)
    assert planted.r2 > 0.75
    assert planted.p_value == pytest.approx(1 / 200)
    idle = measure_discrepancy(matrix, ["a", "b"] * 15, permutations=199)
    assert idle.p_value > 0.05
    assert 0 < idle.expected_r2 < 0.1
    refused = measure_discrepancy(matrix, ["a"] * 28 + ["b"] * 2)
    assert isinstance(refused, Refusal)


def test_a_matrix_that_holds_no_distances_is_refused():
    with pytest.raises(EctError, match="symétriques"):
        partition_around_medoids([[0, 1], [2, 0]], 1)


@pytest.fixture(scope="module")
def ptce_distances(ptce_sequences):
    sequences = code_sequences(ptce_sequences, PTCE)
    return build_distances(sequences, costs=rate_costs(sequences)).matrix


def test_descent_reaches_the_objective_of_r_and_trying_all_does_better(ptce_distances, ptce):
    told = ptce["age_pam_k3"]["value"]
    descent = partition_around_medoids(ptce_distances, 3, most_tried=0)
    assert descent.objective == pytest.approx(told["objective"][1], abs=1e-10)
    assert sorted(descent.sizes, reverse=True) == told["sizes_desc"]
    assert measure_quality(ptce_distances, descent.labels)["ASW"] == pytest.approx(told["asw"], abs=1e-10)
    best = partition_around_medoids(ptce_distances, 3)
    assert best.exact
    assert best.objective < told["objective"][1] - 0.05


def test_a_trait_shuffled_under_a_control_is_set_against_as_many_dimensions_as_the_trait_itself():
    """Nine cases, three taken by the control: a trait without bearing has a sixth on average; an eighth was found."""
    generator = np.random.default_rng(5)
    matrix, trait = apart(generator.normal(size=(9, 3))), [0, 1] * 4 + [0]
    shares = [
        measure_discrepancy(
            matrix, trait, control=generator.permutation(9.0 + np.arange(9)), permutations=99
        ).expected_r2
        for _ in range(8)
    ]
    assert 0.15 < np.mean(shares) < 0.19


@pytest.mark.croisement
def test_types_of_trajectories_without_types_are_not_supported(ptce_sequences):
    found = build_trajectory_types(code_sequences(ptce_sequences, PTCE), ks=(2, 3), draws=19)
    assert not found.supported
    assert (found.range["p"] > 0.2).all()
    assert set(found.types["representant"]) <= set(ptce_sequences.index)


def test_planted_types_are_supported():
    generator = np.random.default_rng(6)
    rows = [["a"] * (8 + int(n)) + ["b"] * (12 - int(n)) for n in generator.integers(0, 3, 16)]
    rows += [["c"] * (8 + int(n)) + ["d"] * (12 - int(n)) for n in generator.integers(0, 3, 16)]
    frame = pd.DataFrame(rows, index=[f"P{number:02d}" for number in range(32)])
    found = build_trajectory_types(code_sequences(frame, list("abcd")), ks=(2, 3), draws=19)
    assert found.k == 2
    assert found.partition.sizes == (16, 16)


def test_types_are_refused_under_thirty_projects(ptce_sequences):
    refused = build_trajectory_types(code_sequences(ptce_sequences.head(18), PTCE))
    assert isinstance(refused, Refusal)
    assert str(refused.reason).startswith("18 projets ont une trajectoire datée ; il en faut 30")


@pytest.fixture(scope="module")
def mvad_distances(beside):
    frame = pd.read_csv(beside("mvad.csv"), dtype="str")
    sequences = code_sequences(frame.loc[:, "Sep.93":"Jun.99"], MVAD)
    return build_distances(sequences, costs=rate_costs(sequences)).matrix, frame


@pytest.mark.reference
def test_groups_of_mvad_are_as_good_as_those_of_r(mvad_distances, expected):
    matrix, frame = mvad_distances
    told, weights = expected("mvad_traminer"), frame["weight"].astype(float).to_numpy()
    found = partition_around_medoids(matrix, 4)
    assert found.objective == pytest.approx(told["pam_k4"]["value"]["objective"][1], abs=1e-10)
    for labels, mass, name in (
        (np.array(told["pam_k4"]["value"]["membership"]) - 1, None, "pam_k4"),
        (np.array(told["wckmedoids_k4_weighted"]["value"]["membership"]) - 1, weights, "wckmedoids_k4_weighted"),
    ):
        for measure, value in measure_quality(matrix, labels, weights=mass).items():
            assert value == pytest.approx(told[name]["value"]["stats"][measure], rel=1e-10), measure
    weighted = partition_around_medoids(matrix, 4, weights=weights)
    assert sorted(weighted.sizes, reverse=True) == told["wckmedoids_k4_weighted"]["value"]["sizes_desc"]


@pytest.mark.reference
def test_a_dissimilarity_taken_as_squared_makes_the_tree_that_r_calls_ward_d(mvad_distances, expected):
    matrix, _ = mvad_distances
    told, tree = expected("mvad_traminer")["ward_D_k4"]["value"], ward_tree(matrix)
    assert np.allclose(tree[-5:, 2] ** 2, told["heights_last5"], rtol=1e-12, atol=0)
    assert sorted(np.bincount(cut_tree(tree, 4)), reverse=True) == told["sizes_desc"]


def qualities(matrix, labels):
    return {**measure_quality(matrix, labels), **measure_rank_agreement(matrix, labels)}


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "numbers"), [("clustrange_ward_D_2_10", (2, 4, 7, 10)), ("wcKMedRange_2_8", (2, 3, 4))]
)
def test_the_quality_of_each_number_of_groups_is_that_of_r(mvad_distances, expected, name, numbers):
    """Beyond four groups R's search around medoids stops elsewhere: its groups are not stored."""
    matrix, _ = mvad_distances
    told = expected("mvad_traminer")[name]["value"]
    tree = ward_tree(matrix)
    for k in numbers:
        ward = name.startswith("clustrange")
        labels = cut_tree(tree, k) if ward else partition_around_medoids(matrix, k, most_tried=0).labels
        found = qualities(matrix, labels)
        stored = dict(zip(told["cols"], told["values"][k - 2], strict=True))
        for measure, own in found.items():
            # R tells sums of costs apart to the last bit; here distances closer than 1e-9 are tied.
            close = 5e-5 if measure in ("HG", "HGSD") else 1e-10
            assert own == pytest.approx(stored[measure], rel=close), (k, measure)


def test_a_tie_counts_in_the_total_of_somers_d_and_nowhere_in_hubert_s_gamma():
    """Of five comparisons (a case with itself is half a pair) four are right, and 1 against 1 is tied."""
    found = measure_rank_agreement([[0, 1, 1], [1, 0, 8], [1, 8, 0]], [0, 0, 1])
    assert found == pytest.approx({"HG": 1.0, "HGSD": 0.8})


@pytest.mark.reference
def test_the_centre_and_the_variance_of_mvad_are_those_of_r(mvad_distances, expected):
    matrix, _ = mvad_distances
    told = expected("mvad_traminer")
    assert int(matrix.sum(axis=1).argmin()) + 1 == told["disscenter_medoid_1based"]["value"]
    whole = measure_discrepancy(matrix, ["a"] * 356 + ["b"] * 356, permutations=1)
    assert whole.variance == pytest.approx(told["dissvar"]["value"], rel=1e-12)
    squared = measure_discrepancy(matrix**2, ["a"] * 356 + ["b"] * 356, permutations=1)
    assert squared.variance == pytest.approx(told["dissvar_squared"]["value"], rel=1e-12)


@pytest.mark.reference
def test_discrepancy_of_mvad_is_that_of_r(mvad_distances, expected):
    matrix, frame = mvad_distances
    told = expected("mvad_traminer")["dissassoc_group"]["value"]
    found = measure_discrepancy(matrix, frame["gcse5eq"], permutations=9)
    assert found.pseudo_f == pytest.approx(told["stat"][0], rel=1e-10)
    assert found.r2 == pytest.approx(told["stat"][2], abs=1e-10)
    assert found.groups["variance"].tolist() == pytest.approx(told["discrepancy"][:2], abs=1e-10)


def test_cases_that_do_not_differ_leave_nothing_to_explain():
    refused = measure_discrepancy(np.zeros((8, 8)), list("aaaabbbb"))
    assert isinstance(refused, Refusal)
    assert "semblables" in str(refused.reason)
    weightless = measure_discrepancy(clouds()[:8, :8], list("aaaabbbb"), weights=[1] * 4 + [0] * 4)
    assert isinstance(weightless, Refusal)


def without_types(seed, n=30):
    """Markov sequences of three states: no type was planted."""
    generator = np.random.default_rng(seed)
    rates = np.array([[0.8, 0.2, 0.0], [0.1, 0.8, 0.1], [0.0, 0.2, 0.8]])
    rows = []
    for _ in range(n):
        states = [0]
        for _ in range(11):
            states.append(int(generator.choice(3, p=rates[states[-1]])))
        rows.append(["abc"[state] for state in states])
    return code_sequences(pd.DataFrame(rows), list("abc"))


@pytest.mark.croisement
def test_choosing_the_number_of_types_is_paid_for():
    found = build_trajectory_types(without_types(1), ks=(2, 3, 4), draws=19)
    line = found.range.set_index("k").loc[found.k]
    assert line["p"] <= found.p_value <= 1
    alone = build_trajectory_types(without_types(1), ks=(found.k,), draws=19)
    assert alone.p_value == pytest.approx(alone.range["p"].item())


@pytest.mark.parametrize(
    ("ks", "draws", "why"), [((1, 2), 9, "types impossibles"), ((), 9, "aucun donn"), ((2,), 0, "tirages")]
)
def test_impossible_numbers_of_types_are_refused(ks, draws, why):
    with pytest.raises(EctError, match=why):
        build_trajectory_types(without_types(2), ks=ks, draws=draws)


def test_cases_that_weigh_more_are_drawn_with_their_weight():
    matrix = clouds()
    heavy = np.where(np.arange(30) < 15, 5.0, 1.0)
    groups = partition_around_medoids(matrix, 3, weights=heavy)
    plain = bootstrap_jaccard(matrix, groups, repeats=60)
    weighed = bootstrap_jaccard(matrix, groups, weights=heavy, repeats=60)
    assert np.array_equal(bootstrap_jaccard(matrix, groups, weights=np.ones(30), repeats=60), plain)
    assert weighed.mean() > plain.mean()


def followed(seed, n=40):
    """Trajectories of one kind, some followed much longer than others, and a trait that goes with nothing else."""
    generator = np.random.default_rng(seed)
    long = generator.integers(0, 2, n)
    lengths = np.where(long == 1, generator.integers(14, 22, n), generator.integers(3, 8, n))
    rows = []
    for length in lengths:
        stages = np.minimum(np.cumsum(generator.random(length) < 0.15), 3)
        rows.append(["abcd"[stage] for stage in stages] + [None] * (22 - length))
    sequences = code_sequences(pd.DataFrame(rows, index=[f"P{row:02d}" for row in range(n)]), list("abcd"))
    return sequences, pd.DataFrame({"projet_id": list(sequences.names), "suivi": np.where(long == 1, "long", "court")})


def test_a_trait_tied_to_how_long_projects_were_followed_explains_nothing_else():
    found = []
    for seed in range(6):
        sequences, projects = followed(seed)
        distances = build_distances(sequences)
        line = explain_distances(distances, projects, ["suivi"], permutations=99).table.iloc[0]
        assert line["controle"] == "duree_observee"
        found.append(line["p"])
        plain = measure_discrepancy(distances.matrix, projects["suivi"], permutations=99)
        assert plain.p_value == pytest.approx(0.01)
    assert min(found) > 0.05


def test_a_control_leaves_what_the_trait_owes_to_something_else():
    generator = np.random.default_rng(2)
    trait, length = np.repeat([0, 1], 20), generator.integers(1, 9, 40).astype(float)
    matrix = apart(np.column_stack([6 * length, 8 * trait + generator.normal(size=40)])) ** 2
    kept = measure_discrepancy(matrix, trait, control=length, permutations=99)
    assert kept.p_value == pytest.approx(0.01)
    assert kept.r2 > 0.8 > measure_discrepancy(matrix, trait, permutations=99).r2
    assert isinstance(measure_discrepancy(matrix, trait, control=trait, permutations=9), Refusal)


@pytest.mark.croisement
def test_projects_that_differ_by_their_speed_only_are_no_types():
    generator = np.random.default_rng(3)
    speeds = generator.choice([0.04, 0.5], 40)
    rows = [["abc"[min(stage, 2)] for stage in np.cumsum(generator.random(12) < speed)] for speed in speeds]
    sequences = code_sequences(pd.DataFrame(rows), list("abc"))
    slow, own = (
        simulate_without_types(sequences, np.random.default_rng(4), own_speed=speed) for speed in (False, True)
    )
    changes = [(one.codes[:, 1:] != one.codes[:, :-1]).sum(axis=1).var() for one in (sequences, slow, own)]
    assert changes[1] < changes[0] and changes[1] < changes[2]
    found = build_trajectory_types(sequences, ks=(2, 3), draws=19)
    assert found.p_speed > 0.05
    assert (
        (found.finding, found.strength) == ("vitesses", "hasard") if found.p_value <= 0.05 else ("passages", "hasard")
    )
    assert found.sequences is sequences


@pytest.mark.croisement
@pytest.mark.parametrize(
    ("ways", "strength"), [(("abe", "ace", "ade", "abde"), "hasard"), (("abcd", "aecf"), "au_dela")]
)
def test_stays_of_one_length_are_no_types_but_ways_that_cross_are(ways, strength):
    """A chain of passages gives the first ways; to know where the second ones go after c, one must know where they were."""
    generator = np.random.default_rng(1)
    rows = []
    for _ in range(40):
        states = generator.choice(ways)
        stays = "".join(state * int(generator.integers(3, 6)) for state in states[:-1])
        rows.append(list((stays + states[-1] * 16)[:16]))
    found = build_trajectory_types(code_sequences(pd.DataFrame(rows), list("abcdef")), ks=(2, 3), draws=39)
    assert found.strength == strength


def test_the_finding_pays_for_the_choice_of_the_number_of_types():
    found = build_trajectory_types(without_types(1), ks=(2, 3), draws=19)
    assert (found.finding, found.strength, found.supported) == ("passages", "hasard", False)
    assert str(found.said) == "Une suite de passages sans types fait aussi bien"
    assert found.said.sentence("en") == "A chain of transitions without types does as well"
    assert list(found.range.columns) == [
        "k", "silhouette", "nul_median", "nul_95", "p", "vitesse_median", "vitesse_95", "plus_petit"
    ]  # fmt: skip
