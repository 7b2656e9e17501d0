"""Own oracles: the same quantities by another road, on planted registers with holes and several codes."""

import numpy as np
import pytest

from ect_research.analysis.typologies.coordinates import coordinates_of
from ect_research.analysis.typologies.factor_result import describe_axis
from ect_research.analysis.typologies.mca import build_famd, build_mca, coded_cells
from ect_research.analysis.typologies.tables.answer_table import prepare_table
from ect_research.analysis.typologies.tables.answers import answers_of
from tests.analysis.typologies.registers import planted, planted_table

CODED = ("v0", "v1", "v2", "themes")


def test_eigenvalues_are_those_of_the_table_of_pairs_of_codes():
    table, _ = planted_table(CODED, noise=0.3, holes=0.2)
    indicator = coded_cells(table)
    cells = indicator.cells[:, indicator.active]
    share = cells.mean(axis=0)
    centred = cells - share
    burt = centred.T @ centred / len(cells) / np.sqrt(np.outer(share, share)) / indicator.q
    expected = np.sort(np.linalg.eigvalsh(burt))[::-1]
    found = build_mca(table, passive_below=0).eigenvalues["valeur_propre"].to_numpy()
    np.testing.assert_allclose(found, expected[: len(found)], atol=1e-12)


def test_a_project_stands_where_its_codes_put_it():
    table, _ = planted_table(CODED, noise=0.3, holes=0.2)
    analysis = build_mca(table, passive_below=0)
    indicator = coded_cells(table)
    codes = analysis.codes.coordinates.to_numpy()[indicator.active]
    cells = indicator.cells[:, indicator.active]
    roots = np.sqrt(analysis.eigenvalues["valeur_propre"].to_numpy()[: codes.shape[1]])
    expected = (cells - cells.mean(axis=0)) @ codes / indicator.q / roots
    np.testing.assert_allclose(analysis.projects.coordinates, expected, atol=1e-10)


def test_contributions_of_each_cloud_sum_to_the_axis():
    table, _ = planted_table(CODED, noise=0.4, holes=0.1)
    analysis = build_mca(table)
    np.testing.assert_allclose(analysis.projects.contributions.sum(), 100)
    np.testing.assert_allclose(analysis.codes.contributions.sum(), 100)
    assert analysis.projects.cos2.sum(axis=1).le(1 + 1e-12).all()


def test_a_weight_of_two_is_a_project_twice():
    frame, _ = planted(noise=0.3)
    weights = np.where(np.arange(len(frame)) % 2, 2.0, 1.0)
    doubled = frame.loc[frame.index.repeat(weights.astype(int))].reset_index(drop=True)
    doubled["projet_id"] = doubled.index.astype(str)
    weighted = build_mca(prepare_table(frame, list(CODED), weights=weights))
    repeated = build_mca(prepare_table(doubled, list(CODED)))
    np.testing.assert_allclose(weighted.codes.coordinates, repeated.codes.coordinates, atol=1e-10)
    np.testing.assert_allclose(weighted.codes.v_tests, repeated.codes.v_tests, atol=1e-9)


def test_the_order_of_the_projects_changes_nothing():
    frame, _ = planted(noise=0.4, holes=0.1)
    first = build_mca(prepare_table(frame, list(CODED)))
    second = build_mca(prepare_table(frame.sample(frac=1, random_state=3), list(CODED)))
    np.testing.assert_allclose(first.codes.coordinates, second.codes.coordinates, atol=1e-10)
    np.testing.assert_allclose(
        first.projects.coordinates, second.projects.coordinates.loc[first.projects.coordinates.index], atol=1e-10
    )


def test_rare_codes_are_passive_and_said_so():
    frame, _ = planted()
    frame.loc[0, "v0"] = "rare"
    roles = build_mca(prepare_table(frame, list(CODED))).codes.roles
    assert roles["v0", "rare"] == "passif"
    assert roles["v0", "association"] == "actif"
    axis = describe_axis(build_mca(prepare_table(frame, list(CODED))), 1)
    assert axis["contribution"].isna().sum() == (roles == "passif").sum()


@pytest.mark.parametrize("route", ["acm", "afdm"])
def test_the_fast_road_gives_the_same_places(route):
    names = CODED if route == "acm" else (*CODED, "age")
    table, _ = planted_table(names, noise=0.4, holes=0.2)
    analysis = build_mca(table) if route == "acm" else build_famd(table)
    np.testing.assert_allclose(coordinates_of(answers_of(table), route), analysis.projects.coordinates, atol=1e-10)
