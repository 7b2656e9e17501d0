"""Classes: exact natural breaks, bounds that move no value, and what a person is told."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ect_research.analysis.territory.classes import METHODS, Classes, classify, classify_together, roundest
from ect_research.analysis.territory.fisher import natural_breaks, spread_inside
from ect_research.errors import EctError

_NUMBERS = st.lists(st.integers(-50, 500).map(lambda n: n / 4), min_size=3, max_size=11)


@settings(max_examples=150, deadline=None)
@given(_NUMBERS, st.integers(2, 5))
def test_natural_breaks_equal_an_exhaustive_search(numbers, count):
    values = np.array(numbers)
    distinct = len(np.unique(values))
    if count > distinct:
        return
    least = min(spread_inside(values, list(cuts)) for cuts in combinations(range(1, distinct), count - 1))
    assert spread_inside(values, natural_breaks(values, count)) == pytest.approx(least, rel=1e-9, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(_NUMBERS)
def test_the_roundest_bound_moves_no_value_to_another_class(numbers):
    values = np.unique(np.array(numbers))
    for low, high in pairwise(values):
        assert low < roundest(float(low), float(high)) <= high


@pytest.mark.parametrize("method", [name for name in METHODS if name != "fixe"])
def test_every_value_has_a_class_and_every_class_a_value(method):
    values = pd.Series(np.random.default_rng(1).lognormal(3, 1, 200))
    classes = classify(values, method)
    ranks = classes.assign(values)
    assert (ranks >= 0).all()
    assert tuple(np.bincount(ranks)) == classes.counts
    assert min(classes.counts) > 0
    assert 0 <= classes.fit <= 1


def test_natural_breaks_fit_better_than_any_other_way():
    values = pd.Series(np.random.default_rng(2).lognormal(3, 1, 300))
    fits = {name: classify(values, name, 5).fit for name in ("fisher", "quantile", "egal", "geometrique")}
    assert max(fits, key=fits.get) == "fisher"


def test_quantiles_share_the_values_evenly():
    assert classify(pd.Series(range(100)), "quantile", 4).counts == (25, 25, 25, 25)


def test_q6_keeps_five_percent_at_each_end():
    assert classify(pd.Series(range(1000)), "q6").counts == (50, 200, 250, 250, 200, 50)


def test_equal_widths_geometric_ratios_and_deviations_cut_where_they_say():
    values = pd.Series([1.0, 10.0, 100.0, 1000.0, 2.0, 20.0, 200.0, 300.0])
    assert classify(values, "geometrique", 3).assign(pd.Series([9.0, 11.0, 101.0])).tolist() == [0, 1, 2]
    assert classify(pd.Series([0.0, 24.0, 26.0, 100.0, 60.0]), "egal", 2).counts == (3, 2)
    spread = classify(pd.Series(np.random.default_rng(0).normal(50, 10, 400)), "ecart_type")
    assert spread.centre == pytest.approx(50, abs=1.5)
    assert len(spread) == 4 or len(spread) == 5


def test_common_classes_hold_the_values_of_every_map():
    first, second = pd.Series([1.0, 2.0, 3.0, 4.0]), pd.Series([8.0, 9.0, 40.0, 80.0])
    classes = classify_together([first, second], "quantile", 3)
    assert (classes.assign(first) >= 0).all()
    assert (classes.assign(second) >= 0).all()


def test_a_missing_value_has_no_class():
    assert Classes("fixe", (0.0, 1.0, 2.0), (1, 1)).assign(pd.Series([np.nan, 0.5])).tolist() == [-1, 0]


def test_equal_values_make_one_class():
    assert classify(pd.Series([4.0] * 10)).counts == (10,)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda v: classify(v, "jenks"), "Méthode"),
        (lambda v: classify(v, "fisher", 9), "9 classes pour 30 valeurs"),
        (lambda v: classify(v - 5, "geometrique"), "toutes positives"),
        (lambda v: classify(v, "fixe", bounds=[0, 10]), "au moins trois nombres croissants"),
        (lambda v: classify(v, "fixe", bounds=[0, 10, 20]), "sortent des bornes fixes"),
        (lambda v: classify(v.where(v > 100)), "Aucune valeur"),
    ],
)
def test_a_request_that_makes_no_sense_is_answered_in_french(call, said):
    with pytest.raises(EctError, match=said):
        call(pd.Series(range(30), dtype="float64"))


def test_an_infinite_rate_and_bounds_that_are_no_numbers_are_refused():
    with pytest.raises(EctError, match="infinie"):
        classify(pd.Series([1.0, 2.0, np.inf, 3.0]))
    with pytest.raises(EctError, match="nombres croissants"):
        classify(pd.Series([1.0, 2.0]), "fixe", bounds=[0, np.nan, 3])
