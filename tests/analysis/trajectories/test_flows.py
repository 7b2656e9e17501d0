"""Flows between moments: nobody is lost, and what is not observed is said."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ect_research as ect
from ect_research.analysis.chance import Refusal
from ect_research.analysis.trajectories.flows import NO_MORE, NOT_YET
from ect_research.errors import EctError

WIDTH = 6
rows = st.tuples(st.integers(0, WIDTH - 1), st.integers(1, WIDTH), st.lists(st.sampled_from("abc"), min_size=WIDTH))


def told(stories):
    """Observed from a start, for a length; void outside."""
    frame = pd.DataFrame(
        [
            [
                state if start <= unit < start + length else None
                for unit, state in zip(range(WIDTH), states, strict=False)
            ]
            for start, length, states in stories
        ],
        index=[f"P{number}" for number in range(len(stories))],
        dtype="str",
    )
    return ect.code_sequences(frame, ["a", "b", "c"])


@pytest.mark.croisement
@given(st.lists(rows, min_size=5, max_size=12), st.sets(st.integers(0, WIDTH - 1), min_size=2))
def test_every_project_is_counted_at_every_moment(stories, moments):
    flows = ect.build_flows(told(stories), sorted(moments))
    assert (flows.nodes.groupby("moment")["effectif"].sum() == flows.n).all()
    pairs = flows.links.groupby(["de_moment", "vers_moment"])
    assert (pairs["effectif"].sum() == flows.n).all()
    for _, links in pairs:
        names = [name for who in links["projets"] for name in who]
        assert sorted(names) == sorted(f"P{number}" for number in range(len(stories)))


@pytest.mark.croisement
@given(st.lists(rows, min_size=5, max_size=12), st.sets(st.integers(0, WIDTH - 1), min_size=3))
def test_what_arrives_at_a_moment_is_what_leaves_it(stories, moments):
    flows = ect.build_flows(told(stories), sorted(moments))
    for moment in flows.moments[1:-1]:
        arrived = flows.links[flows.links["vers_moment"] == moment].groupby("vers")["effectif"].sum()
        left = flows.links[flows.links["de_moment"] == moment].groupby("de")["effectif"].sum()
        assert arrived.to_dict() == left.to_dict()


@pytest.mark.croisement
@given(st.lists(rows, min_size=5, max_size=12))
def test_nobody_comes_back_from_the_end_of_observation(stories):
    links = ect.build_flows(told(stories), range(WIDTH)).links
    assert (links.loc[links["de"] == NO_MORE, "vers"] == NO_MORE).all()
    assert (links.loc[links["vers"] == NOT_YET, "de"] == NOT_YET).all()


def test_a_void_says_on_which_side_it_lies():
    flows = ect.build_flows(told([(2, 2, list("aabbcc"))] * 5), [0, 3, 5])
    assert flows.nodes[["etat", "effectif"]].to_numpy().tolist() == [[NOT_YET, 5], ["b", 5], [NO_MORE, 5]]
    assert flows.observed == (0, 5, 0)


def test_moments_follow_the_clock_whatever_their_order():
    sequences = told([(0, 6, list("aabbcc"))] * 5)
    assert ect.build_flows(sequences, [4, 0, 2, 4]).moments == ("0", "2", "4")


def test_four_trajectories_are_refused_with_their_number():
    refusal = ect.build_flows(told([(0, 6, list("aabbcc"))] * 4), [0, 3])
    assert isinstance(refusal, Refusal)
    assert "4 trajectoires" in str(refusal.reason)


@pytest.mark.parametrize("moments", [[0], [0, 0]])
def test_a_single_moment_is_an_error(moments):
    with pytest.raises(EctError):
        ect.build_flows(told([(0, 6, list("aabbcc"))] * 5), moments)


def test_a_moment_out_of_the_clock_is_refused_with_the_clock():
    refusal = ect.build_flows(told([(0, 6, list("aabbcc"))] * 5), [0, 99])
    assert isinstance(refusal, Refusal)
    assert "99" in str(refusal.reason) and "de 0 à 5" in str(refusal.remedy)
