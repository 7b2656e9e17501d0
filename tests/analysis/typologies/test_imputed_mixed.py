"""Imputed mixed data against missMDA 1.21 and FactoMineR 2.7 (R 4.2.2), values travelling with the project.

``data/survey_na.csv`` is MASS::survey, anonymous public teaching data; ``data/survey_na_imputefamd.csv`` holds the cells
that R filled: ``fi <- missMDA::imputeFAMD(sf, ncp=2)``, sf the seven factors as text then the five numbers. EIGENVALUES
are those of ``FAMD(sf, ncp=5, tab.disj=fi$tab.disj, graph=FALSE)``.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.typologies.famd import build_famd, fill_answers
from ect_research.analysis.typologies.table import prepare_table

DATA = Path(__file__).parent / "data"
TEXT = {"keep_default_na": False, "na_values": [""]}
CODED = ["Sex", "W.Hnd", "Fold", "Clap", "Exer", "Smoke", "M.I"]
NUMBERS = ["Wr.Hnd", "NW.Hnd", "Pulse", "Height", "Age"]
EIGENVALUES = [3.07256035765998, 1.53714274329702, 1.34651138858258, 1.14231510796183, 1.0891849357031]


@pytest.fixture(scope="module")
def holed():
    return pd.read_csv(DATA / "survey_na.csv", index_col="id", dtype=dict.fromkeys(CODED, str), **TEXT)


@pytest.fixture(scope="module")
def filled_by_r():
    return pd.read_csv(DATA / "survey_na_imputefamd.csv", dtype={"code": str}, keep_default_na=False)


def test_every_hidden_cell_is_filled_as_missmda_fills_it(holed, filled_by_r):
    found = fill_answers(prepare_table(holed, [*CODED, *NUMBERS]), "imputed")
    numbers = pd.DataFrame(found.numbers, index=holed.index, columns=found.names)
    cells = pd.DataFrame(found.codes.cells, index=holed.index, columns=found.codes.columns)
    ours = [
        cells.loc[row, (name, code)] if code else numbers.loc[row, name]
        for row, name, code in filled_by_r[["id", "variable", "code"]].itertuples(index=False)
    ]
    assert len(filled_by_r) == 142
    np.testing.assert_allclose(ours, filled_by_r["value"], rtol=0, atol=1e-10)


def test_axes_of_filled_mixed_data_equal_factominer(holed):
    analysis = build_famd(prepare_table(holed, [*CODED, *NUMBERS]), passive_below=0, missing="imputed")
    np.testing.assert_allclose(analysis.eigenvalues["valeur_propre"][:5], EIGENVALUES, rtol=0, atol=1e-11)


def test_known_answers_are_kept_and_codes_still_sum_to_one(holed):
    found = fill_answers(prepare_table(holed, [*CODED, *NUMBERS]), "imputed")
    known = holed[NUMBERS].notna().to_numpy()
    np.testing.assert_array_equal(found.numbers[known], holed[NUMBERS].to_numpy()[known])
    for place in range(found.codes.q):
        np.testing.assert_allclose(found.codes.cells[:, found.codes.variable == place].sum(axis=1), 1.0, atol=1e-12)
