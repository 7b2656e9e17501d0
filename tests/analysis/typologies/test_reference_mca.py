"""Multiple correspondence analysis of invented answers against FactoMineR and ca, without sign flips."""

import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.typologies.hierarchy import confidence_ellipses
from ect_research.analysis.typologies.mca import build_famd, build_mca
from ect_research.analysis.typologies.tables.answer_table import prepare_table
from tests.common import assert_same

TOLERANCE = 1e-10
CODES = ["genre", "main", "role", "effort", "envie", "appui"]
PASSIVE = [("q3", "c4"), ("q7", "g1"), ("q8", "h2")]


@pytest.fixture(scope="session")
def table(coded):
    return prepare_table(coded, list(coded.columns[:8]), illustrative=list(coded.columns[8:]))


def assert_clouds(analysis, stored):
    first = len(analysis.eigenvalues)
    np.testing.assert_allclose(
        analysis.eigenvalues["valeur_propre"], np.array(stored["eig"]["data"])[:first, 0], atol=1e-12
    )
    inside = analysis.projects.roles == "actif"
    weighs = analysis.codes.roles == "actif"
    extra = analysis.codes.roles == "illustratif"
    for name, ours in (("coord", "coordinates"), ("contrib", "contributions"), ("cos2", "cos2")):
        assert_same(getattr(analysis.projects, ours)[inside], stored["ind"][name])
        assert_same(getattr(analysis.codes, ours)[weighs], stored["var"][name])
    for name, ours in (("coord", "coordinates"), ("cos2", "cos2"), ("v.test", "v_tests")):
        assert_same(getattr(analysis.codes, ours)[extra], stored["quali.sup"][name])
    assert_same(analysis.codes.v_tests[weighs], stored["var"]["v.test"])
    assert_same(analysis.eta2.iloc[8:], stored["quali.sup"]["eta2"])
    assert_same(analysis.numeric, stored["quanti.sup"]["coord"])


def test_plain_analysis_equals_factominer(table, told_by_r):
    stored = told_by_r["mca"]
    analysis = build_mca(table, passive_below=0)
    assert_clouds(analysis, stored)
    assert_same(analysis.eta2.iloc[:8], stored["var"]["eta2"])


def test_weighted_analysis_equals_factominer(coded, told_by_r):
    stored = told_by_r["mca_weighted"]
    active, extra = list(coded.columns[:8]), list(coded.columns[8:])
    assert_clouds(
        build_mca(prepare_table(coded, active, illustrative=extra, weights=stored["row.w"]), passive_below=0), stored
    )


def test_passive_projects_are_placed_as_in_factominer(coded, told_by_r):
    stored = told_by_r["mca_passive_rows"]
    passive = [str(number) for number in range(51, 61)]
    active, extra = list(coded.columns[:8]), list(coded.columns[8:])
    analysis = build_mca(prepare_table(coded, active, illustrative=extra, passive_projects=passive), passive_below=0)
    assert_clouds(analysis, stored)
    assert_same(analysis.projects.coordinates.loc[passive], stored["ind.sup"]["coord"])
    assert_same(analysis.projects.cos2.loc[passive], stored["ind.sup"]["cos2"])


def test_specific_analysis_equals_factominer(table, told_by_r):
    stored, analysis = told_by_r["mca_specific"], build_mca(table, passive_below=0, passive_codes=PASSIVE)
    assert_clouds(analysis, stored)
    rates = analysis.eigenvalues["taux_benzecri"].dropna()  # FactoMineR rounds them to two decimals
    np.testing.assert_allclose(rates, np.array(stored["eig"]["data"], dtype=float)[: len(rates), 3], atol=0.005)


def test_burt_analysis_is_the_same_up_to_scale(table, told_by_r):
    analysis, stored = build_mca(table, passive_below=0), told_by_r["mca_burt"]
    eigenvalues = analysis.eigenvalues["valeur_propre"].to_numpy()
    np.testing.assert_allclose(eigenvalues**2, np.array(stored["eig"]["data"])[:, 0], atol=1e-13)
    weighs = analysis.codes.roles == "actif"
    assert_same(analysis.codes.coordinates[weighs] * np.sqrt(eigenvalues[:5]), stored["var"]["coord"])
    assert_same(analysis.projects.coordinates, stored["ind"]["coord"])


def test_adjusted_rates_equal_those_of_greenacre(table, told_by_r):
    rates = build_mca(table, passive_below=0).eigenvalues["taux_greenacre"].dropna()
    np.testing.assert_allclose(rates, told_by_r["greenacre"]["percent"], atol=1e-10)


def test_ellipses_equal_factominer(coded, told_by_r):
    stored, types = told_by_r["ellipses"], told_by_r["hcpc_k3_consol"]["clust"]
    analysis = build_mca(prepare_table(coded, list(coded.columns[:8])), passive_below=0)
    found = confidence_ellipses(analysis.projects.coordinates, pd.Series(types["clust"], index=types["id"]))
    assert_same(found[["x", "y"]], stored["xy"])


def test_unknown_answers_equal_factominer(answers, told_by_r):
    stored = told_by_r["unknown_passive"]
    analysis = build_mca(prepare_table(answers("unknown"), CODES), passive_below=0)
    assert_same(analysis.projects.coordinates, stored["ind"]["coord"])
    assert_same(analysis.projects.cos2, stored["ind"]["cos2"])


def test_mixed_data_equal_factominer(answers, told_by_r):
    measured, stored = answers("measured"), told_by_r["famd"]
    analysis = build_famd(prepare_table(measured, list(measured.columns)), passive_below=0)
    np.testing.assert_allclose(
        analysis.eigenvalues["valeur_propre"][:5], np.array(stored["eig"]["data"])[:, 0], atol=1e-11
    )
    order = stored["quali.var"]["coord"]["rows"]
    for name, ours in (("coord", "coordinates"), ("contrib", "contributions"), ("cos2", "cos2")):
        assert_same(getattr(analysis.projects, ours), stored["ind"][name])
        codes = getattr(analysis.codes, ours).droplevel("variable")
        assert_same(codes.loc[order], stored["quali.var"][name])
    assert_same(analysis.codes.v_tests.droplevel("variable").loc[order], stored["quali.var"]["v.test"])
    assert_same(analysis.numeric, stored["quanti.var"]["coord"])
