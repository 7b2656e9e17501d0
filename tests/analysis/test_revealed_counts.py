"""Counts that a table gives away without printing them."""

import pandas as pd
import pytest

from ect_research.analysis.chance import Refusal
from ect_research.analysis.disclosure.protected_frames import Ledger, hold_frame


def held(threshold=5, **columns):
    return hold_frame(pd.DataFrame(columns), threshold=threshold)


@pytest.mark.parametrize("shares", [[1 / 6, 0.5], [0.1667, 0.5], [16.7, 50.0], [5 / 6, 0.5]])
def test_a_share_beside_its_n_is_held_as_the_count_it_reveals(shares):
    frame = held(categorie=["commune", "citoyen"], n=[6, 20], part_oui=shares).frame
    assert frame["part_oui"].tolist() == ["s", shares[1]] and frame["n"].tolist() == [6, 20]


def test_a_share_that_the_printed_total_would_give_back_takes_another_with_it():
    done = held(
        categorie=["commune", "citoyen", "elu", "Total"], n=[6, 20, 20, 46], part_oui=[1 / 6, 0.5, 0.5, 21 / 46]
    )
    assert done.frame["part_oui"].tolist().count("s") == 2
    assert (done.proof["maximum"] - done.proof["minimum"] >= 1).all()


def test_shares_and_means_of_enough_units_are_shown():
    done = held(categorie=["commune", "citoyen"], n=[60, 80], part_oui=[0.5, 0.25], moyenne=[3.25, 7.125])
    assert done.hidden == ()


@pytest.mark.parametrize(("whole", "part"), [("tous", "accompagnes"), ("n", "dont élus")])
def test_a_column_inside_another_is_differenced(whole, part):
    done = hold_frame(pd.DataFrame({"categorie": ["a", "b"], whole: [16, 18], part: [15, 9]}), threshold=5)
    assert done.frame[part].tolist()[0] == "s"
    assert (done.proof["maximum"] > done.proof["minimum"]).all()


def test_a_text_that_starts_with_a_number_is_one():
    refused = held(categorie=["commune", "citoyen"], n=[6, 8], dont=["1 élue", "3 élus"])
    assert isinstance(refused, Refusal) and "écrits comme du texte" in str(refused)
    assert isinstance(held(categorie=["commune", "citoyen"], n=[6, 8], dont=["1 élue", "aucun"]), Refusal)


def test_days_and_classes_that_start_with_a_number_are_words():
    assert held(categorie=["a", "b"], n=[6, 8], jour=["12 mars 2024", "3 avril 2025"]).hidden == ()
    assert held(classe=["1 à 3 ans", "4 à 6 ans"], n=[6, 8]).hidden == ()


def test_those_who_leave_between_two_ages_are_held_as_the_count_that_the_series_reveals():
    series = held(temps=[0, 6, 12, 24], a_risque=[40, 30, 29, 20]).frame["a_risque"].tolist()
    assert series.count("s") >= 1 and not (series[1] == 30 and series[2] == 29)
    assert held(temps=[0, 6, 12], a_risque=[40, 30, 20]).hidden == ()


def test_a_count_of_rows_is_held_to_the_units_behind_it():
    frame = pd.DataFrame({"categorie": ["commune", "citoyen", "elu"], "n": [6, 24, 30]})
    done = hold_frame(frame, threshold=5, units=lambda key: 2 if ("categorie", "commune") in key else None)
    assert done.frame["n"].tolist()[0] == "s" and done.frame["n"].tolist().count("s") == 2


def test_a_table_inside_one_that_left_does_not_give_back_the_rest():
    ledger, everyone = Ledger(), pd.DataFrame({"c": ["a", "b", "d"], "n": [16, 18, 20]})
    hold_frame(everyone, threshold=5, ledger=ledger)
    inside = hold_frame(everyone.assign(n=[15, 9, 9]), threshold=5, ledger=ledger)
    assert inside.frame["n"].tolist()[0] == "s" and inside.frame["n"].tolist().count("s") == 2
    # Another population, neither inside nor around, is told as it is.
    assert hold_frame(everyone.assign(n=[15, 19, 22]), threshold=5, ledger=ledger).hidden == ()
