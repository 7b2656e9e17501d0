"""States of the resources: told in their order, never filled in, refused when nothing moves."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ect_research as ect
from ect_research.analysis.chance import Refusal

STATES = ["0_perdue", "1_latente", "2_revelee", "3_qualifiee", "4_mobilisee", "5_valorisee", "6_gouvernee"]


def table(rows):
    """Rows of (resource, state, first day, last day)."""
    frame = pd.DataFrame(rows, columns=["ressource_id", "etat", "date_min", "date_max"])
    return frame.assign(
        libelle=frame["ressource_id"],
        projet_id="P1",
        type_ressource="gisement",
        date="",
        date_precision="jour",
        certitude="2_declare",
        etat=pd.Categorical(frame["etat"], STATES, ordered=True),
        date_min=pd.to_datetime(frame["date_min"]),
        date_max=pd.to_datetime(frame["date_max"]),
    )


def test_dates_give_the_order_even_backwards():
    told = ect.build_resource_states(
        table([("R", "2_revelee", "2022-01-01", "2022-01-31"), ("R", "4_mobilisee", "2020-01-01", "2020-12-31")])
    )
    move = told.moves.iloc[0]
    assert (move["de"], move["vers"], move["ordre"]) == ("4_mobilisee", "2_revelee", "date")
    assert move["mois_min"] == pytest.approx(12.0)
    assert move["mois_max"] == pytest.approx(12 * (2 + 31 / 365))


def test_one_missing_date_leaves_the_order_to_the_states_and_says_so():
    told = ect.build_resource_states(
        table([("R", "5_valorisee", "2020-01-01", "2020-12-31"), ("R", "2_revelee", None, None)])
    )
    assert told.states["etat"].tolist() == ["2_revelee", "5_valorisee"]
    move = told.moves.iloc[0]
    assert move["ordre"] == "deduit"
    assert pd.isna(move["mois_min"])
    assert pd.isna(move["mois_max"])


def test_intervals_that_overlap_do_not_date_an_order():
    told = ect.build_resource_states(
        table([("R", "2_revelee", "2020-01-01", "2020-12-31"), ("R", "3_qualifiee", "2020-06-01", "2020-06-30")])
    )
    assert told.moves["ordre"].tolist() == ["deduit"]
    assert told.moves["mois_min"].tolist() == [0.0]


def test_a_lost_resource_comes_after_the_others():
    told = ect.build_resource_states(table([("R", "0_perdue", None, None), ("R", "4_mobilisee", None, None)]))
    assert told.states["etat"].tolist() == ["4_mobilisee", "0_perdue"]
    assert told.alphabet[-1] == "0_perdue"


def test_dates_that_contradict_the_order_assumed_give_no_negative_months():
    rows = [("R", "1_latente", "2020-01-01", "2020-01-01"), ("R", "2_revelee", "2018-01-01", "2018-01-01"),
            ("R", "4_mobilisee", None, None)]  # fmt: skip
    moves = ect.build_resource_states(table(rows)).moves
    assert moves["ordre"].tolist() == ["deduit", "deduit"]
    assert moves[["mois_min", "mois_max"]].isna().all(axis=None)


@pytest.mark.croisement
@given(
    st.lists(
        st.tuples(st.sampled_from(["R1", "R2", "R3"]), st.sampled_from(STATES), st.none() | st.integers(2015, 2025)),
        min_size=1,
        max_size=12,
    )
)
def test_no_state_is_added_nor_lost(rows):
    dated = [(name, state, year and f"{year}-01-01", year and f"{year}-12-31") for name, state, year in rows]
    told = ect.build_resource_states(table(dated))
    assert sorted(zip(told.states["ressource_id"], told.states["etat"], strict=True)) == sorted(
        (name, state) for name, state, _ in rows
    )
    assert len(told.moves) == len(rows) - told.n
    assert told.resources["etats"].sum() == len(rows)
    assert told.resources["dates"].sum() == sum(year is not None for _, _, year in rows)
    assert told.by_type.to_numpy().sum() == told.n


def test_passages_are_counted_only_when_enough_resources_are_told_twice():
    rows = [
        (f"R{number}", state, f"{year}-01-01", f"{year}-12-31")
        for number in range(10)
        for state, year in (("2_revelee", 2020), ("4_mobilisee", 2022))
    ]
    counted = ect.build_resource_moves(ect.build_resource_states(table(rows))).counted
    assert counted.to_numpy().tolist() == [["2_revelee", "4_mobilisee", 10, 10]]
    refusal = ect.build_resource_moves(ect.build_resource_states(table(rows[:-1]))).counted
    assert isinstance(refusal, Refusal)
    assert str(refusal.reason).startswith("9 ressources sur 10")
    assert isinstance(ect.build_resource_moves(ect.build_resource_states(table(rows[::2]))), Refusal)


def test_an_empty_table_is_refused():
    assert isinstance(ect.build_resource_states(None), Refusal)
    assert isinstance(ect.build_resource_states(table([])), Refusal)
