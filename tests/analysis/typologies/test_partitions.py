from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import comb

from ect_research.analysis.partition import silhouette_widths
from ect_research.analysis.partition.partition_stability import adjusted_rand
from ect_research.analysis.partition.ward import consolidate, many_types, squared_distances, ward_tree, ward_types
from ect_research.analysis.typologies.catdes import hypergeometric_p
from ect_research.analysis.typologies.coordinates import squared_of
from ect_research.analysis.typologies.evidence.sensitivity import count_near_ties
from ect_research.analysis.typologies.evidence.shuffles import shuffler_of
from ect_research.analysis.typologies.tables.answers import answers_of
from tests.analysis.typologies.registers import planted_table

SEEDS = st.integers(0, 10_000)


def inertia(points, labels):
    return sum(((points[labels == label] - points[labels == label].mean(axis=0)) ** 2).sum() for label in set(labels))


@given(SEEDS, st.integers(2, 4))
def test_no_single_move_betters_a_consolidated_partition(seed, k):
    chance = np.random.default_rng(seed)
    points = chance.normal(size=(14, 3))
    labels = consolidate(squared_distances(points), np.arange(14) % k)
    reached = inertia(points, labels)
    assert len(set(labels)) == k
    for project in range(14):
        for label in range(k):
            moved = labels.copy()
            moved[project] = label
            if len(set(moved)) == k:
                assert inertia(points, moved) >= reached - 1e-9


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_a_weighted_tree_is_that_of_repeated_projects(seed):
    chance = np.random.default_rng(seed)
    points, weights = chance.normal(size=(12, 2)), chance.integers(1, 4, 12)
    weighted = ward_tree(squared_distances(points), weights.astype(float))[:, 2] * np.sqrt(weights.mean())
    repeated = np.sort(ward_tree(squared_distances(np.repeat(points, weights, axis=0)))[:, 2])[-11:]
    np.testing.assert_allclose(np.sort(weighted), repeated if np.ptp(weights) else weighted, atol=1e-9)


@given(SEEDS)
def test_agreement_counts_pairs(seed):
    chance = np.random.default_rng(seed)
    first, second = chance.integers(0, 3, 10), chance.integers(0, 4, 10)
    pairs = list(combinations(range(10), 2))
    one = np.array([first[a] == first[b] for a, b in pairs])
    other = np.array([second[a] == second[b] for a, b in pairs])
    expected = one.sum() * other.sum() / len(pairs)
    most = (one.sum() + other.sum()) / 2
    value = 1.0 if most == expected else ((one & other).sum() - expected) / (most - expected)
    found = adjusted_rand(np.unique(first, return_inverse=True)[1], np.unique(second, return_inverse=True)[1])
    np.testing.assert_allclose(found, value, atol=1e-12)


def test_test_values_come_from_counted_draws():
    n, code, group, both = 9, 4, 3, 3

    def chance_of(count):
        return comb(code, count) * comb(n - code, group - count) / comb(n, group)

    above = sum(chance_of(count) for count in range(both + 1, group + 1))
    below = sum(chance_of(count) for count in range(both))
    expected = min(1.0, 2 * min(above, below) + chance_of(both))
    found = hypergeometric_p(*(np.array([float(value)]) for value in (both, code, group, n)))
    np.testing.assert_allclose(found, expected)


def test_near_ties_are_counted_one_by_one():
    points = np.array([0.0, 1.0, 2.0, 10.0, 11.0, 12.0, 6.0])
    names = list("abcdefg")
    gaps = pd.DataFrame(np.abs(points[:, None] - points), index=names, columns=names)
    costs = {}
    for medoids in combinations(range(7), 2):
        nearest = gaps.to_numpy()[:, medoids].argmin(axis=1)
        key = frozenset(frozenset(np.flatnonzero(nearest == side)) for side in (0, 1))
        costs[key] = min(costs.get(key, np.inf), gaps.to_numpy()[:, medoids].min(axis=1).mean())
    good = [key for key, cost in costs.items() if cost <= min(costs.values()) * 1.02 + 1e-12]
    found = count_near_ties(gaps, 2)
    assert found.partitions == len(good) == 2
    assert found.worst_agreement < 1


@given(SEEDS, st.integers(2, 4), st.booleans())
def test_many_sets_at_once_get_the_types_that_each_gets_alone(seed, k, tied):
    chance = np.random.default_rng(seed)
    points = chance.integers(0, 3, (3, 13, 3)).astype(float) if tied else chance.normal(size=(3, 13, 3))
    squared = np.array([squared_distances(cloud) for cloud in points])
    present = chance.random((20, 13)) < 0.8
    present[:, : k + 1] = True
    places = chance.integers(0, 3, 20)
    found = many_types(squared, [k], present, places)[0]
    for there, place, labels in zip(present, places, found, strict=True):
        rows = np.flatnonzero(there)
        alone = ward_types(squared[place][rows[:, None], rows], k)
        np.testing.assert_array_equal(labels[rows], alone)
        assert (labels[~there] == -1).all()


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_silhouettes_of_many_sets_are_those_of_each(seed):
    chance = np.random.default_rng(seed)
    distances = np.array([np.sqrt(squared_distances(cloud)) for cloud in chance.normal(size=(4, 9, 2))])
    labels = np.array([chance.permutation([0, 0, 0, 1, 1, 1, 1, 2, 2]) for _ in range(4)])
    expected = [silhouette_widths(gaps, own).mean() for gaps, own in zip(distances, labels, strict=True)]
    np.testing.assert_allclose(silhouette_widths(distances, labels).mean(axis=1), expected, atol=1e-12)


@pytest.mark.parametrize("route", ["gower", "acm", "afdm"])
def test_many_sets_of_answers_are_placed_as_each_alone(route):
    names = ("v0", "v1", "v2", "themes") if route == "acm" else ("v0", "v1", "v2", "themes", "age")
    table, _ = planted_table(names, noise=0.5, holes=0.2)
    answers, chance = answers_of(table), np.random.default_rng(3)
    shuffler = shuffler_of(answers, route)
    deals = np.array([shuffler.deal(chance) for _ in range(4)])
    for dealt, squared in zip(deals, shuffler.squared(deals), strict=True):
        one = tuple(
            replace(answer, values=np.take(answer.values, own, axis=0))
            for answer, own in zip(answers, dealt, strict=True)
        )
        np.testing.assert_allclose(squared, squared_of(one, route), atol=1e-11)
