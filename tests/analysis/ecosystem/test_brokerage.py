"""Places in a network: equal to R's sna and to networkx."""

from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ect_research.analysis.ecosystem.sector_mixing import (
    ROLES,
    betweenness,
    burt_constraint,
    gould_fernandez,
    newman_weights,
)

DATA = Path(__file__).parent / "data"


def test_brokerage_of_a_directed_network_equals_sna():
    ties = np.loadtxt(DATA / "directed.csv", delimiter=",") > 0
    groups = (DATA / "directed_groups.csv").read_text(encoding="utf-8").split()
    expected = pd.read_csv(DATA / "directed_brokerage.csv")
    pd.testing.assert_frame_equal(gould_fernandez(ties, groups), expected, check_dtype=False)
    assert expected["b_IO"].sum() != expected["b_OI"].sum()


@pytest.mark.parametrize("roles", [("b_IO", "b_OI")])
def test_turning_the_ties_round_swaps_representative_and_gatekeeper(roles):
    ties = np.loadtxt(DATA / "directed.csv", delimiter=",") > 0
    groups = (DATA / "directed_groups.csv").read_text(encoding="utf-8").split()
    there, back = gould_fernandez(ties, groups), gould_fernandez(ties.T, groups)
    assert there[roles[0]].tolist() == back[roles[1]].tolist()
    assert there[["w_I", "w_O", "b_O"]].equals(back[["w_I", "w_O", "b_O"]])


def test_the_medici_have_the_constraint_and_betweenness_that_igraph_gives():
    graph = nx.florentine_families_graph()
    names, ties = list(graph), nx.to_numpy_array(graph)
    constraint = dict(zip(names, burt_constraint(ties), strict=True))
    between = dict(zip(names, betweenness(ties > 0), strict=True))
    assert round(constraint["Medici"], 4) == 0.2099 and round(constraint["Strozzi"], 4) == 0.4583
    assert round(between["Medici"], 3) == 0.522


@given(st.integers(3, 30), st.integers(0, 10_000), st.floats(0.02, 0.6))
def test_constraint_and_betweenness_equal_networkx(n, seed, share):
    graph = nx.gnp_random_graph(n, share, seed=seed)
    ties = nx.to_numpy_array(graph, nodelist=range(n))
    constraint, between = nx.constraint(graph), nx.betweenness_centrality(graph)
    np.testing.assert_allclose(burt_constraint(ties), [constraint[node] for node in range(n)], atol=1e-12)
    np.testing.assert_allclose(betweenness(ties > 0), [between[node] for node in range(n)], atol=1e-12)


@given(st.integers(0, 10_000))
def test_weighted_projection_equals_networkx_and_an_actor_brings_one_to_each_project(seed):
    table = np.random.default_rng(seed).random((8, 12)) < 0.3
    graph = nx.Graph()
    graph.add_nodes_from(range(20))
    graph.add_edges_from((row, 8 + column) for row, column in np.argwhere(table).tolist())
    graph.remove_nodes_from([row for row in range(8) if table[row].sum() < 2])
    expected = nx.bipartite.collaboration_weighted_projected_graph(graph, range(8, 20))
    weights = newman_weights(table)
    np.testing.assert_allclose(weights, nx.to_numpy_array(expected, nodelist=range(8, 20)), atol=1e-12)
    met = table[table.sum(axis=1) > 1].sum(axis=0)
    np.testing.assert_allclose(weights.sum(axis=1), met, atol=1e-12)


def test_an_isolate_has_no_constraint_and_the_roles_add_up():
    ties = np.zeros((4, 4), dtype=bool)
    ties[0, 1] = ties[1, 0] = ties[1, 2] = ties[2, 1] = True
    assert np.isnan(burt_constraint(ties.astype(float))[3])
    counts = gould_fernandez(ties, ["a", "b", "c", "a"])
    assert (counts[list(ROLES)].sum(axis=1) == counts["t"]).all() and counts["b_O"].tolist() == [0, 2, 0, 0]
