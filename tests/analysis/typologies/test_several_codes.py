"""Several codes per case against ade4 1.7-22 (R 4.2.2), values travelling with the project.

``data/starwars_blocks.csv`` is 24 rows of dplyr::starwars; ``data/starwars_dist_ktab.csv`` the pairs that R gave for them:
``b <- prep.binary(cbind.data.frame(films, hair, skin), col.blocks = ...); dist.ktab(ktab.list.df(list(b)), type = "B")``.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.typologies.tables.answer_table import prepare_table
from tests.analysis.typologies.registers import gower

DATA = Path(__file__).parent / "data"
BLOCKS = ["films", "hair_color", "skin_color"]


def with_tuples(frame):
    for name in BLOCKS:
        frame[name] = [tuple(cell.split("; ")) if isinstance(cell, str) else None for cell in frame[name]]
    return frame


@pytest.fixture
def cases():
    return with_tuples(pd.read_csv(DATA / "starwars_blocks.csv", index_col="name"))


def test_blocks_of_binary_columns_equal_ade4(cases):
    found = gower(prepare_table(cases, BLOCKS))
    pairs = pd.read_csv(DATA / "starwars_dist_ktab.csv")
    rows, columns = (cases.index.get_indexer(pairs[name]) for name in ("first", "second"))
    assert len(pairs) == 24 * 23 // 2
    np.testing.assert_allclose(np.sqrt(found[rows, columns]), pairs["distance"], rtol=0, atol=1e-14)


def test_rooted_distances_can_be_drawn_in_a_space_where_the_plain_ones_cannot(cases):
    """What the square root is for: squared distances, doubly centred, have no negative eigenvalue."""
    found, n = gower(prepare_table(cases, BLOCKS)), len(cases)
    centre = np.eye(n) - 1 / n

    def lowest(matrix):
        return np.linalg.eigvalsh(-centre @ matrix**2 @ centre / 2)[0]

    assert lowest(found) < -1e-3
    assert lowest(np.sqrt(found)) > -1e-12
