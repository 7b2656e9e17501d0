"""What cannot be computed is said in a French sentence, never by the traceback of a library."""

import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.chance import Refusal, wilson_interval
from ect_research.analysis.partition import measure_discrepancy, partition_around_medoids
from ect_research.analysis.territory.classes import classify
from ect_research.analysis.trajectories.coded_sequences import code_sequences
from ect_research.analysis.trajectories.costs import (
    constant_costs,
    dynamic_costs,
    rate_costs,
    stage_costs,
)
from ect_research.analysis.trajectories.sequence_distances import build_distances
from ect_research.analysis.typologies.evidence.verdicts import judge_structure
from ect_research.analysis.typologies.hierarchy import build_hierarchy
from ect_research.analysis.typologies.tables.answer_table import prepare_table
from ect_research.errors import EctError

POINTS = pd.DataFrame({1: [0.0, 1.0, 5.0, 6.0]}, index=list("ABCD"))


@pytest.fixture
def stories():
    return code_sequences(
        pd.DataFrame([list("aabb"), list("abab"), list("aaab")], index=["P1", "P2", "P3"]), ["a", "b"]
    )


def test_a_share_of_nobody_does_not_exist():
    with pytest.raises(EctError, match="0 sur 0 n’existe pas"):
        wilson_interval(0, 0)


def test_dynamic_hamming_needs_two_units_of_time():
    told = build_distances(code_sequences(pd.DataFrame([["a"], ["b"]], index=["P1", "P2"]), ["a", "b"]), method="DHD")
    assert isinstance(told, Refusal)
    assert "qu’une unité" in str(told)


@pytest.mark.parametrize(
    "costs",
    [
        lambda told: constant_costs(told, substitution=-1),
        lambda told: constant_costs(told, substitution=float("nan")),
        lambda told: rate_costs(told, highest=0.5),
        lambda told: stage_costs(told, {"a": 0, "b": 1}, highest=-2),
        lambda told: dynamic_costs(told, highest=0.5),
    ],
)
def test_no_substitution_costs_less_than_nothing(stories, costs):
    with pytest.raises(EctError, match="positifs"):
        costs(stories)


@pytest.mark.parametrize(("alphabet", "said"), [(["a", "b", "*"], "état inconnu"), (["a", "b", "b"], "répétés")])
def test_an_alphabet_names_each_state_once_and_none_of_them_unknown(alphabet, said):
    with pytest.raises(EctError, match=said):
        code_sequences(pd.DataFrame([["a", None, "b"]], index=["P1"]), alphabet)


@pytest.mark.parametrize(
    ("weights", "said"),
    [([1, 1, 1], "3 poids pour 4"), ([1, 1, 0, 0], "C, D"), ([1, -1, 1, 1], "B"), ([1, 1, 1, np.nan], "D")],
)
def test_a_tree_weighs_each_project_above_zero(weights, said):
    with pytest.raises(EctError, match=said):
        build_hierarchy(POINTS, weights=weights)


def test_a_tree_needs_known_places():
    with pytest.raises(EctError, match=r"inconnues pour.*B"):
        build_hierarchy(POINTS.mask(POINTS == 1))


def test_a_list_is_cut_into_classes_as_a_column_is():
    values = [1, 2, 2, 10, 11, 30.0, None]
    assert classify(values, "fisher", 3).bounds == (1.0, 10.0, 20.0, 30.0)


def test_distances_are_taken_as_built_and_their_flaws_said(stories):
    built = build_distances(stories)
    assert partition_around_medoids(built, 2).medoids == partition_around_medoids(built.matrix, 2).medoids
    with pytest.raises(EctError, match="connues"):
        measure_discrepancy(np.full((6, 6), np.nan), list("aaabbb"))
    with pytest.raises(EctError, match="de 1 à 3"):
        partition_around_medoids(built, 4)


def test_a_project_of_which_nothing_is_known_has_no_part_in_a_verdict():
    frame = pd.DataFrame(
        {"a": list("xyxyxyxyxyxyxyxy"), "b": list("uuvvuuvvuuvvuuvv")}, index=[f"P{n}" for n in range(16)]
    )
    frame.loc[["P3", "P7"]] = None
    with pytest.raises(EctError, match="P3, P7"):
        judge_structure(prepare_table(frame, ["a", "b"]), shuffles=9)
    placed_afterwards = prepare_table(frame, ["a", "b"], passive_projects=["P3", "P7"])
    assert judge_structure(placed_afterwards, shuffles=9).n == 14
