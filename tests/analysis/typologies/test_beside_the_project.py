"""What R packages beyond Debian's give for data sets that may not travel with the project: GDAtools, missMDA and FD.

The same analyses of invented answers, against FactoMineR and cluster, are in ``test_reference_mca.py`` and
``test_reference_partitions.py`` and run everywhere. These read tea, survey and flower (GPL) beside the project.
"""

import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.typologies.mca import build_mca
from ect_research.analysis.typologies.tables.answer_table import prepare_table
from tests.analysis.typologies.registers import gower, mixed_table
from tests.common import assert_same, upper

pytestmark = pytest.mark.reference
TOLERANCE = 1e-10
ROUNDED = 6e-7  # GDAtools rounds to 6 decimals
CODED = ["Sex", "W.Hnd", "Fold", "Clap", "Exer", "Smoke", "M.I"]
PASSIVE = [("price", "p_unknown"), ("price", "p_cheap"), ("How", "other")]
TEXT = {"index_col": "id", "keep_default_na": False, "na_values": [""]}


@pytest.fixture(scope="module")
def tea_table(typologies):
    tea = pd.read_csv(typologies.path("tea.csv"), **TEXT)
    for name, column in typologies.json("tea_schema")["schema"].items():
        if column["levels"]:
            tea[name] = pd.Categorical(tea[name], categories=column["levels"])
    return prepare_table(tea, list(tea.columns[:18]), illustrative=list(tea.columns[18:]))


@pytest.fixture(scope="module")
def survey(typologies):
    return pd.read_csv(typologies.path("survey_NA.csv"), **TEXT)


@pytest.fixture(scope="module")
def flower(typologies):
    return pd.read_csv(typologies.path("flower.csv"), index_col="id")


def test_specific_analysis_equals_gdatools(tea_table, typologies):
    stored = typologies.json("tea_spemca_gdatools")
    analysis = build_mca(tea_table, passive_below=0, passive_codes=PASSIVE)
    eigenvalues = np.array(stored["eig"]["eigen"])[: len(analysis.eigenvalues)]
    np.testing.assert_allclose(analysis.eigenvalues["valeur_propre"], eigenvalues, atol=1e-13)
    assert_same(analysis.eta2.iloc[:18], stored["var"]["eta2"], ROUNDED)


def test_adjusted_rates_equal_benzecri(tea_table, typologies):
    stored, rates = typologies.json("tea_adjusted_inertia"), build_mca(tea_table, passive_below=0).eigenvalues
    np.testing.assert_allclose(rates["taux_benzecri"].dropna(), stored["benzecri"]["rate"], atol=1e-10)


def test_passive_unknown_answers_equal_gdatools_up_to_sign(survey, typologies):
    stored = typologies.json("survey_NA_spemca_missing_passive")
    analysis = build_mca(prepare_table(survey, CODED), passive_below=0)
    ours, theirs = analysis.projects.coordinates.to_numpy(), np.array(stored["ind"]["coord"]["data"])
    signs = np.sign((ours * theirs).sum(axis=0))
    np.testing.assert_allclose(ours * signs, theirs, atol=TOLERANCE)
    weighs = analysis.codes.roles == "actif"
    assert_same(analysis.codes.v_tests[weighs] * signs, stored["var"]["v.test"], ROUNDED)
    assert_same(analysis.eta2, stored["var"]["eta2"], ROUNDED)


@pytest.mark.parametrize("ranking", ["podani", "metric", "classic"])
def test_ranks_equal_gowdis_with_and_without_holes(flower, typologies, ranking):
    stored = typologies.json("flower_gowdis_podani")
    holes = pd.read_csv(typologies.path("flower_NA.csv"), index_col="id")
    cases = (("complete", flower, ()), ("asym", flower, ("V3",)), ("withNA", holes, ()))
    for name, frame, asymmetric in cases:
        expected = next(entry["d"] for entry in stored[name] if entry["ord"] == ranking)
        found = gower(mixed_table(frame, flower, asymmetric), ranking)
        np.testing.assert_allclose(upper(found), expected, atol=1e-13)
