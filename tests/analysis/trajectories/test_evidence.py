"""Shocks, the choice of a distance, the traits, and the projects on which types hang: each said with its number."""

import numpy as np
import pandas as pd
import pytest

import ect_research as ect
from ect_research.analysis.chance import Refusal
from ect_research.errors import EctError


def planted(seed=6):
    generator = np.random.default_rng(seed)
    rows = [["a"] * (8 + int(n)) + ["b"] * (12 - int(n)) for n in generator.integers(0, 3, 16)]
    rows += [["c"] * (8 + int(n)) + ["d"] * (12 - int(n)) for n in generator.integers(0, 3, 16)]
    frame = pd.DataFrame(rows, index=[f"P{number:02d}" for number in range(32)])
    return ect.code_sequences(frame, list("abcd"))


def test_a_window_given_covers_the_facts_that_a_source_ascribes_to_it():
    facts = ect.load_corpus("pays-ledonien").tables["evenements"]
    alone = ect.list_shocks(facts)
    assert [name for *_, name in alone] == [""]
    assert 2020.3 < alone[0][0] < alone[0][1] < 2020.5
    assert ect.list_shocks(facts, [[2020.21, 2021.38, "Covid-19"]]) == ((2020.21, 2021.38, "Covid-19"),)
    assert len(ect.list_shocks(facts, [[2008.7, 2009.5, "crise"]])) == 2
    assert ect.list_shocks(facts.drop(columns="choc_externe")) == ()


def test_a_window_that_ends_before_it_starts_is_an_error():
    with pytest.raises(EctError, match="finit avant"):
        ect.list_shocks(pd.DataFrame(), [[2021.0, 2020.0, "à l’envers"]])


@pytest.mark.parametrize("window", [[2020.0, 2021.0], ["mars 2020", 2021.0, "Covid-19"], 2020.0])
def test_a_window_that_is_not_two_years_and_a_name_is_an_error(window):
    with pytest.raises(EctError, match="Fenêtre illisible"):
        ect.list_shocks(pd.DataFrame(), [window])


def test_each_way_of_measuring_says_what_it_owes_to_length_and_to_costs():
    frame = pd.DataFrame([list("aabbcc"), ["a", "b", *[None] * 4], list("aaabbb"), ["a", "a", "b", *[None] * 3]])
    sequences = ect.code_sequences(frame, list("abc"))
    ways = [ect.build_distances(sequences), ect.build_distances(sequences, method="LCS", norm="auto")]
    table = ect.describe_distances(ways)
    assert table["accord"].iloc[0] == pytest.approx(1)
    assert table["lien_longueur"].tolist() == [way.length_correlation for way in ways]
    refused = ect.build_distances(sequences, method="HAM")
    assert ect.describe_distances([*ways, refused]) is refused


def test_a_planted_trait_explains_the_trajectories_an_idle_one_does_not_and_a_rare_one_is_refused():
    sequences = planted()
    projects = pd.DataFrame({"projet_id": list(sequences.names)[::-1]})
    number = projects["projet_id"].str[1:].astype(int)
    projects["plante"] = np.where(number < 16, "x", "y")
    projects["oisif"] = np.where(number % 2, "x", "y")
    projects["rare"] = np.where(number < 2, "x", "y")
    projects["creux"] = pd.Series(np.where(number < 16, "x", None), dtype="str")
    told = ect.explain_distances(
        ect.build_distances(sequences), projects, ["plante", "oisif", "rare", "creux"], permutations=99
    )
    found = told.table.set_index("trait")
    assert told.closest["trait"] == "plante"
    assert told.beyond_chance
    assert found.loc["plante", "r2"] > 0.8
    assert found.loc["plante", "p"] == pytest.approx(0.01)
    assert found.loc["oisif", "p"] > 0.05
    assert 0 < found.loc["oisif", "r2_hasard"] < 0.1
    assert "au moins 3 projets" in str(found.loc["rare", "refus"])
    assert found.loc["creux", "sans_valeur"] == 16


def test_the_project_on_which_a_type_hangs_is_a_pivot():
    types = ect.build_trajectory_types(planted(), ks=(2,), draws=9)
    assert types.members["deplaces"].max() == 0
    lone = ect.build_trajectory_types(planted(), ks=(5,), draws=9)
    assert lone.members["deplaces"].max() > 0


def test_the_register_has_too_few_trajectories_for_types_and_says_so():
    corpus = ect.load_corpus("pays-ledonien")
    episodes = ect.derive_episodes(corpus.tables["evenements"], corpus.codebook.stages, observed_on=corpus.observed_on)
    told = ect.derive_sequences(episodes, clock="age")
    sequences = ect.code_sequences(told.frame, told.alphabet)
    assert isinstance(ect.build_trajectory_types(sequences), Refusal)


def test_groups_of_which_one_is_small_are_not_said_to_be_beyond_chance():
    """Registers without types have such groups too, one in six: only groups that hold are types."""
    rows = ["aaabbbeeeeee"] * 15 + ["cccbbbffffff"] * 15 + ["d" * 12] * 3
    names = [f"P{n:02d}" for n in range(len(rows))]
    told = ect.build_trajectory_types(
        ect.code_sequences(pd.DataFrame(map(list, rows), index=names), list("abcdef")), draws=39
    )
    assert max(told.p_value, told.p_speed) <= 0.05 and (told.finding, told.strength) == ("fragiles", "compte")
    assert ect.show_types(told).finding().strength.value == "compté"
