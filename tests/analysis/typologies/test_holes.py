"""Distances with unknown answers, added up by products, against the plain definition pair by pair."""

import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.typologies.distances.answer_distances import answer_distances
from ect_research.analysis.typologies.distances.gower import gower_distances
from ect_research.analysis.typologies.tables.answer_table import prepare_table
from ect_research.analysis.typologies.tables.answers import answers_of

WEIGHTS = {"annee": 0.3, "objet": 1.7, "aide": 0.1, "etape": 1.0, "themes": 2.0}


def holed(seed, n=40):
    chance = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "annee": chance.integers(1990, 2026, n).astype(float),
            "objet": chance.choice(list("abcd"), n),
            "aide": chance.choice(["non", "oui"], n),
            "etape": pd.Categorical(chance.choice(list("xyz"), n), categories=list("xyz"), ordered=True),
        },
        index=[f"p{row}" for row in range(n)],
    ).mask(chance.random((n, 4)) < 0.4)
    frame["themes"] = [tuple(chance.permutation(list("uvw"))[: chance.integers(0, 4)]) or None for _ in range(n)]
    return prepare_table(frame, list(WEIGHTS), kinds={"aide": "asymmetric"})


@pytest.mark.parametrize("weights", [None, WEIGHTS, dict.fromkeys(WEIGHTS, 1e-10)])
@pytest.mark.parametrize("seed", [0, 1])
def test_unknown_answers_drop_out_of_their_pairs_whatever_the_weights(seed, weights):
    table = holed(seed)
    given = np.array([(weights or dict.fromkeys(WEIGHTS, 1.0))[name] for name in WEIGHTS])[:, None, None]
    parts = np.array([answer_distances(answer) for answer in answers_of(table)])
    known = (np.isfinite(parts) * given).sum(axis=0)
    with np.errstate(invalid="ignore"):
        expected = (np.nan_to_num(parts) * given).sum(axis=0) / known
    np.fill_diagonal(expected, 0.0)
    found = gower_distances(table, weights=weights)
    np.testing.assert_allclose(found.matrix, expected, rtol=0, atol=1e-13)
    np.testing.assert_allclose(found.comparable, known / given.sum(), rtol=0, atol=1e-13)
    assert len(found.apart) == np.isnan(expected).sum() // 2 > 0
