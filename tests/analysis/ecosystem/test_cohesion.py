"""The two-mode table, its rewirings and the verdict: margins kept, known answers, planted truths."""

from itertools import product

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from ect_research import load_corpus, tell
from ect_research.analysis.ecosystem.cohesion import find_hinges, judge_cohesion, rewire
from ect_research.analysis.ecosystem.two_mode import (
    actors_met_again,
    clustering,
    pairs_met,
    pairs_reached,
    two_mode,
)
from ect_research.errors import EctError

tables = st.integers(0, 10_000).map(lambda seed: np.random.default_rng(seed).random((7, 9)) < 0.3)


def network(table: np.ndarray) -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from(range(sum(table.shape)))
    graph.add_edges_from((row, table.shape[0] + column) for row, column in np.argwhere(table).tolist())
    return graph


def test_projects_without_any_actor_reach_nobody():
    assert pairs_reached(np.zeros((15, 0), dtype=bool)) == 0


@given(tables)
def test_pairs_met_and_reached_equal_networkx(table):
    graph, n = network(table), len(table)
    pairs = [(a, b) for a in range(n) for b in range(a)]
    assert pairs_reached(table) == sum(nx.has_path(graph, a, b) for a, b in pairs)
    assert pairs_met(table) == sum(bool(set(graph[a]) & set(graph[b])) for a, b in pairs)
    actors = [(a, b) for a in range(n, sum(table.shape)) for b in range(n, a)]
    assert actors_met_again(table) == sum(len(set(graph[a]) & set(graph[b])) > 1 for a, b in actors)


@given(tables)
def test_closure_equals_the_clustering_of_robins_and_alexander(table):
    assert clustering(table) == pytest.approx(nx.bipartite.robins_alexander_clustering(network(table)))


@given(tables, st.integers(0, 100))
def test_a_rewired_table_keeps_the_actors_of_each_project_and_the_projects_of_each_actor(table, seed):
    before = table.copy()
    for drawn in rewire(table, 5, seed=seed):
        assert (drawn.sum(axis=0) == before.sum(axis=0)).all() and (drawn.sum(axis=1) == before.sum(axis=1)).all()
    assert (table == before).all()


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([[1, 1, 0], [1, 0, 1], [0, 1, 0]], id="odd"),
        pytest.param([[1, 1, 0, 0], [1, 0, 0, 0], [1, 0, 1, 1], [0, 0, 0, 0], [0, 0, 1, 0]], id="even, an empty line"),
    ],
)
def test_rewirings_reach_every_table_of_the_same_margins_equally_often(rows):
    first = np.array(rows, dtype=bool)
    lines = [
        [line for line in product([0, 1], repeat=first.shape[1]) if sum(line) == size] for size in first.sum(axis=1)
    ]
    same = [table for table in product(*lines) if (np.sum(table, axis=0) == first.sum(axis=0)).all()]
    draws = pd.Series([drawn.astype(int).tobytes() for drawn in rewire(first, 3000, seed=4)]).value_counts()
    assert len(draws) == len(same) > 3
    expected = 3000 / len(same)
    assert chi2.sf(((draws - expected) ** 2 / expected).sum(), len(same) - 1) > 0.001


def test_the_same_seed_gives_the_same_tables_and_another_seed_others():
    table = np.random.default_rng(1).random((10, 20)) < 0.2
    one, again, other = (np.array(list(rewire(table, 9, seed=seed))) for seed in (1, 1, 2))
    assert (one == again).all() and (one != other).any()


def whole(rows: list[tuple[str, str]], n: int):
    names = [f"P{place}" for place in range(n)]
    known = [*rows, *((name, "hub") for name in names)]
    return two_mode(pd.DataFrame(known, columns=["projet_id", "acteur_id"]), names)


def verdict(rows: list[tuple[str, str]], n: int = 30) -> str:
    table = whole(rows, n)
    return judge_cohesion(table, table.without(["hub"]), draws=199, seed=3).verdict


def test_partners_that_meet_again_across_linked_projects_are_an_ecosystem():
    chance = np.random.default_rng(0)
    rows = [(f"P{p}", f"{p % 6}-{k}") for p in range(30) for k in chance.choice(6, 3, replace=False)]
    rows += [(f"P{p}", f"{(p + 1 + p // 6) % 6}-{chance.integers(6)}") for p in range(0, 30, 2)]
    assert verdict(sorted(set(rows))) == "ecosysteme"


def test_partners_that_meet_again_in_closed_groups_are_islands():
    assert verdict([(f"P{p}", f"{p // 3}-{k}") for p in range(30) for k in range(2)]) == "ilots"


def test_a_star_is_a_juxtaposition_though_no_rewiring_can_differ_from_it():
    assert verdict([(f"P{p}", f"seul-{p}-{k}") for p in range(30) for k in range(3)]) == "juxtaposition"


def test_participations_dealt_at_random_are_told_from_nothing():
    chance = np.random.default_rng(5)
    rows = sorted({(f"P{p}", f"a{chance.integers(50)}") for p in range(30) for _ in range(3)})
    assert verdict(rows) == "indistinct"


@pytest.mark.croisement
def test_one_bridge_between_the_two_largest_groups_is_counted():
    chance = np.random.default_rng(2)
    rows = sorted({(f"P{p}", f"{p // 15}-{chance.integers(20)}") for p in range(30) for _ in range(6)})
    table = whole(rows, 30)
    judged = judge_cohesion(table, table.without(["hub"]), draws=199, seed=1)
    assert judged.bridges == 1 and judged.measure("rejointes")["observe"] < judged.measure("rejointes")["bas"]
    joined = whole([*rows, ("P0", "1-0")], 30)
    again = judge_cohesion(joined, joined.without(["hub"]), draws=199, seed=1)
    assert again.measure("rejointes")["observe"] >= judged.measure("rejointes")["bas"]


@pytest.mark.croisement
def test_an_actor_that_makes_the_verdict_is_found_and_others_are_not():
    chance = np.random.default_rng(0)
    rows = sorted({(f"P{p}", f"a{chance.integers(25)}") for p in range(20) for _ in range(2)})
    pair = [(f"P{p}", name) for p in range(20, 28) for name in ("deux", "ensemble")]
    table = whole([*rows, *pair], 28)
    judged = judge_cohesion(table, table.without(["hub"]), draws=99, seed=1)
    found = find_hinges(table, table.without(["hub"]), judged, seed=1)
    assert judged.verdict == "juxtaposition" and {"deux", "ensemble"} <= set(found.hinges)
    assert found.hinges != tuple(table.actors)
    star = whole([(f"P{p}", f"seul-{p}-{k}") for p in range(30) for k in range(3)], 30)
    alone = judge_cohesion(star, star.without(["hub"]), draws=99, seed=1)
    assert find_hinges(star, star.without(["hub"]), alone).hinges == ()


@pytest.mark.croisement
def test_an_actor_is_left_out_with_as_many_draws_as_the_verdict():
    tables = load_corpus("pays-ledonien").tables
    table = two_mode(tables["participations"], tables["projets"]["projet_id"])
    without = table.without(["A-clusterjura"])
    judged = judge_cohesion(table, without, seed=4)
    alone = judge_cohesion(table.without(["A-fonds"]), without.without(["A-fonds"]), seed=4)
    assert alone.verdict == judged.verdict == "juxtaposition" and alone.measure("rejointes")["p_bas"] > 0.01
    assert "A-fonds" not in find_hinges(table, without, judged, seed=4).hinges


def test_no_draw_is_an_error():
    table = whole([], 12)
    with pytest.raises(EctError):
        judge_cohesion(table, table, draws=0)
    assert tell("x").sentence()
