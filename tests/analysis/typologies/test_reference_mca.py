"""Multiple correspondence analysis against FactoMineR, GDAtools, ca and missMDA, without sign flips."""

import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.typologies.factors.dimdesc import describe_dimension
from ect_research.analysis.typologies.factors.ellipses import confidence_ellipses
from ect_research.analysis.typologies.factors.famd import build_famd, fill_answers
from ect_research.analysis.typologies.factors.mca import build_mca, coded_cells
from ect_research.analysis.typologies.tables.answer_table import prepare_table

pytestmark = pytest.mark.reference
TOLERANCE = 1e-10
ROUNDED = 6e-7  # GDAtools rounds to 6 decimals
CODED = ["Sex", "W.Hnd", "Fold", "Clap", "Exer", "Smoke", "M.I"]
PASSIVE = [("price", "p_unknown"), ("price", "p_cheap"), ("How", "other")]


@pytest.fixture(scope="session")
def tea_table(tea):
    return prepare_table(tea, list(tea.columns[:18]), illustrative=list(tea.columns[18:]))


def assert_same(found, stored, tolerance=TOLERANCE):
    expected = np.array(stored["data"], dtype=float)
    np.testing.assert_allclose(found.to_numpy(dtype=float), expected, rtol=0, atol=tolerance)


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
    assert_same(analysis.eta2.iloc[18:], stored["quali.sup"]["eta2"])
    assert_same(analysis.numeric, stored["quanti.sup"]["coord"])


def test_plain_analysis_equals_factominer(tea_table, typologies):
    stored = typologies.json("tea_mca_indicator")
    analysis = build_mca(tea_table, passive_below=0)
    assert_clouds(analysis, stored)
    assert_same(analysis.eta2.iloc[:18], stored["var"]["eta2"])


def test_weighted_analysis_equals_factominer(tea, typologies):
    stored = typologies.json("tea_mca_weighted")
    active, extra = list(tea.columns[:18]), list(tea.columns[18:])
    assert_clouds(
        build_mca(prepare_table(tea, active, illustrative=extra, weights=stored["row.w"]), passive_below=0), stored
    )


def test_passive_projects_are_placed_as_in_factominer(tea, typologies):
    stored = typologies.json("tea_mca_indsup")
    passive = [str(number) for number in range(251, 301)]
    active, extra = list(tea.columns[:18]), list(tea.columns[18:])
    analysis = build_mca(prepare_table(tea, active, illustrative=extra, passive_projects=passive), passive_below=0)
    assert_clouds(analysis, stored)
    assert_same(analysis.projects.coordinates.loc[passive], stored["ind.sup"]["coord"])
    assert_same(analysis.projects.cos2.loc[passive], stored["ind.sup"]["cos2"])


def test_specific_analysis_equals_factominer_and_gdatools(tea_table, typologies):
    analysis = build_mca(tea_table, passive_below=0, passive_codes=PASSIVE)
    assert_clouds(analysis, typologies.json("tea_mca_specific"))
    stored = typologies.json("tea_spemca_gdatools")
    eigenvalues = np.array(stored["eig"]["eigen"])[: len(analysis.eigenvalues)]
    np.testing.assert_allclose(analysis.eigenvalues["valeur_propre"], eigenvalues, atol=1e-13)
    assert_same(analysis.eta2.iloc[:18], stored["var"]["eta2"], ROUNDED)


def test_burt_analysis_is_the_same_up_to_scale(tea_table, typologies):
    analysis, stored = build_mca(tea_table, passive_below=0), typologies.json("tea_mca_burt")
    eigenvalues = analysis.eigenvalues["valeur_propre"].to_numpy()
    np.testing.assert_allclose(eigenvalues**2, np.array(stored["eig"]["data"])[:, 0], atol=1e-13)
    weighs = analysis.codes.roles == "actif"
    assert_same(analysis.codes.coordinates[weighs] * np.sqrt(eigenvalues[:5]), stored["var"]["coord"])
    assert_same(analysis.projects.coordinates, stored["ind"]["coord"])


def test_adjusted_rates_equal_benzecri_and_greenacre(tea_table, typologies):
    stored, rates = typologies.json("tea_adjusted_inertia"), build_mca(tea_table, passive_below=0).eigenvalues
    np.testing.assert_allclose(rates["taux_benzecri"].dropna(), stored["benzecri"]["rate"], atol=1e-10)
    np.testing.assert_allclose(rates["taux_greenacre"].dropna(), stored["greenacre"]["percent"], atol=1e-10)


def test_ellipses_equal_factominer(tea, typologies):
    stored, types = typologies.json("tea_coord_ellipse")["ellipse"], typologies.json("tea_hcpc_k3_consol")["clust"]
    analysis = build_mca(prepare_table(tea, list(tea.columns[:18])), passive_below=0)
    found = confidence_ellipses(analysis.projects.coordinates, pd.Series(types["clust"], index=types["id"]))
    assert_same(found[["x", "y"]], stored["xy"])


@pytest.mark.parametrize(
    ("missing", "name"), [("category", "survey_NA_mca_nacat"), ("average", "survey_NA_mca_average")]
)
def test_unknown_answers_as_category_or_average_equal_factominer(survey, typologies, missing, name):
    stored = typologies.json(name)
    analysis = build_mca(prepare_table(survey, CODED), passive_below=0, missing=missing)
    assert_same(analysis.projects.coordinates, stored["ind"]["coord"])
    assert_same(analysis.projects.cos2, stored["ind"]["cos2"])
    assert_same(analysis.eta2, stored["var"]["eta2"])
    if missing == "average":
        assert_same(analysis.codes.coordinates, stored["var"]["coord"])
        assert_same(analysis.codes.cos2, stored["var"]["cos2"])


def test_passive_unknown_answers_equal_gdatools_up_to_sign(survey, typologies):
    stored = typologies.json("survey_NA_spemca_missing_passive")
    analysis = build_mca(prepare_table(survey, CODED), passive_below=0, missing="passive")
    ours, theirs = analysis.projects.coordinates.to_numpy(), np.array(stored["ind"]["coord"]["data"])
    signs = np.sign((ours * theirs).sum(axis=0))
    np.testing.assert_allclose(ours * signs, theirs, atol=TOLERANCE)
    weighs = analysis.codes.roles == "actif"
    assert_same(analysis.codes.v_tests[weighs] * signs, stored["var"]["v.test"], ROUNDED)
    assert_same(analysis.eta2, stored["var"]["eta2"], ROUNDED)


def test_imputed_answers_equal_missmda(survey, typologies):
    stored, table = typologies.json("survey_NA_imputeMCA"), prepare_table(survey, CODED)
    np.testing.assert_allclose(coded_cells(table, "imputed").cells, typologies.matrix(stored["tab.disj"]), atol=1e-12)
    analysis = build_mca(table, passive_below=0, missing="imputed")
    assert_same(analysis.projects.coordinates, stored["mca"]["ind"]["coord"])
    assert_same(analysis.codes.cos2, stored["mca"]["var"]["cos2"])


def test_mixed_data_equal_factominer(typologies):
    wine, stored = pd.read_csv(typologies.path("wine.csv"), index_col="id"), typologies.json("wine_famd")
    analysis = build_famd(prepare_table(wine, list(wine.columns)), passive_below=0)
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


@pytest.mark.parametrize("axis", [1, 2])
def test_an_axis_is_described_as_by_dimdesc(tea, typologies, axis):
    table = prepare_table(tea, list(tea.columns[:18]), illustrative=list(tea.columns[18:]))
    found = describe_dimension(build_mca(table, passive_below=0), table, axis)
    stored = typologies.json("tea_dimdesc")["dims"][f"Dim {axis}"]
    variables = found.variables.set_index("variable").loc[stored["quali"]["rows"]]
    np.testing.assert_allclose(variables, typologies.matrix(stored["quali"]), rtol=1e-10, atol=1e-12)
    codes = found.codes.set_index(found.codes["variable"] + "=" + found.codes["code"])
    codes = codes.loc[stored["category"]["rows"], ["ecart", "p_value"]]
    np.testing.assert_allclose(codes, typologies.matrix(stored["category"]), rtol=1e-10, atol=1e-12)
    assert (found.codes["p_value"] <= 0.05).sum() == len(codes)
    if stored["quanti"]:
        numbers = found.numbers.set_index("variable").loc[stored["quanti"]["rows"]]
        np.testing.assert_allclose(numbers, typologies.matrix(stored["quanti"]), rtol=1e-10, atol=1e-12)


def test_imputed_mixed_data_equal_missmda(survey, typologies):
    stored, numbers = typologies.json("survey_NA_imputeFAMD"), ["Wr.Hnd", "NW.Hnd", "Pulse", "Height", "Age"]
    table = prepare_table(survey, [*CODED, *numbers])
    found = fill_answers(table, "imputed")
    codes, width = found.codes, found.codes.cells.shape[1]
    named = pd.DataFrame(stored["tab.disj"]["data"], columns=stored["tab.disj"]["cols"])
    own = [f"{name}_{code}" if f"{name}_{code}" in named else code for name, code in codes.columns]
    np.testing.assert_allclose(codes.cells, named[own], rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.numbers, named.iloc[:, width:], rtol=0, atol=1e-11)
    analysis = build_famd(table, passive_below=0, missing="imputed")
    np.testing.assert_allclose(
        analysis.eigenvalues["valeur_propre"][:5], np.array(stored["eig"]["data"])[:5, 0], rtol=0, atol=1e-11
    )
    assert_same(analysis.projects.coordinates, stored["ind"]["coord"])
