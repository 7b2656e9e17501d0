"""Trees, consolidation, descriptions and distances of invented answers against FactoMineR, cluster and WeightedCluster."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform

from ect_research.analysis.partition import (
    measure_quality,
    measure_rank_agreement,
    partition_around_medoids,
)
from ect_research.analysis.partition.partition_stability import many_jaccard
from ect_research.analysis.partition.ward import cut_tree
from ect_research.analysis.typologies.catdes import describe_types
from ect_research.analysis.typologies.hierarchy import build_hierarchy, cut_types
from ect_research.analysis.typologies.mca import build_mca
from ect_research.analysis.typologies.tables.answer_table import prepare_table
from tests.analysis.typologies.registers import gower, mixed_table
from tests.common import upper

DATA = Path(__file__).parent / "data"
TOLERANCE = 1e-10


@pytest.fixture(scope="session")
def mixed(answers):
    return answers("mixed")


@pytest.mark.parametrize(
    ("name", "axes", "k", "consolidated"),
    [("hcpc_k3_consol", 12, 3, True), ("hcpc_k3_noconsol", 12, 3, False), ("hcpc_ncp5_k4", 5, 4, True)],
)
def test_types_equal_those_of_factominer(coded, told_by_r, name, axes, k, consolidated):
    stored = told_by_r[name]
    analysis = build_mca(prepare_table(coded, list(coded.columns[:8])), axes=axes, passive_below=0)
    tree = build_hierarchy(analysis.projects.coordinates)
    np.testing.assert_allclose(tree.gains, stored["inert.gain"], atol=1e-13)
    found = cut_types(tree, k, consolidated=consolidated)
    assert found.types.loc[stored["clust"]["id"]].tolist() == stored["clust"]["clust"]
    for frame, ranked in ((found.paragons, "para"), (found.specifics, "dist")):
        for label, best in stored[ranked].items():
            first = frame[(frame["type"] == int(label)) & (frame["rang"] <= 5)]
            assert first["projet_id"].tolist() == best["id"]
            np.testing.assert_allclose(first["distance"], best["d"], atol=TOLERANCE)


def test_description_equals_catdes(coded, told_by_r):
    stored, clust = told_by_r["catdes_codes"], told_by_r["hcpc_k3_consol"]["clust"]
    types = pd.Series(clust["clust"], index=clust["id"])
    table = prepare_table(coded, list(coded.columns[:8]), illustrative=list(coded.columns[8:]))
    found = describe_types(table, types, permutations=0)
    for label in "123":
        codes = found.codes[found.codes["type"] == int(label)]
        codes = codes.set_index(codes["variable"] + "=" + codes["code"]).loc[stored["category"][label]["rows"]]
        ours = pd.DataFrame(
            {
                "Cla/Mod": 100 * codes["effectif"] / codes["n_code"],
                "Mod/Cla": 100 * codes["part"],
                "Global": 100 * codes["ensemble"],
                "p": codes["p_value"],
                "v": codes["valeur_test"],
            }
        )
        np.testing.assert_allclose(ours, np.array(stored["category"][label]["data"]), atol=TOLERANCE)
    tests = found.variables.set_index("variable").loc[stored["test.chi2"]["rows"], ["p_value", "ddl"]]
    np.testing.assert_allclose(tests.astype(float), np.array(stored["test.chi2"]["data"]), atol=TOLERANCE)


def test_the_codes_of_small_types_are_tested_by_shuffles_of_the_types():
    """Three bearers among five types of six: all in one type by chance 100 times in 4060, not the 1 % of the chi-square."""
    names = [f"p{row:02d}" for row in range(30)]
    table = prepare_table(pd.DataFrame({"code": ["a"] * 3 + ["b"] * 27}, index=names), ["code"])
    small, large = (pd.Series(np.repeat(range(k), 30 // k), index=names) for k in (5, 3))
    told = [describe_types(table, small, permutations=draws).variables["p_value"].item() for draws in (9999, 0)]
    assert told[0] == pytest.approx(100 / 4060, abs=0.006)
    assert told[1] == pytest.approx(0.0098, abs=1e-4)
    law = [describe_types(table, large, permutations=draws).variables["p_value"].item() for draws in (99, 0)]
    assert law[0] == law[1]


def test_numbers_are_described_as_in_catdes(answers, told_by_r):
    measured, stored = answers("measured"), told_by_r["catdes_numbers"]
    numbers = [name for name in measured.columns if name not in ("filiere", "sol")]
    found = describe_types(prepare_table(measured, numbers), measured["sol"], fewest_for_p=0)
    columns = ["valeur_test", "moyenne", "moyenne_ensemble", "ecart_type", "ecart_type_ensemble", "p_value"]
    for label, expected in stored["quanti"].items():
        ours = found.numbers[found.numbers["type"] == label].set_index("variable").loc[expected["rows"], columns]
        np.testing.assert_allclose(ours, np.array(expected["data"]), atol=1e-9)
    tests = found.variables.set_index("variable").loc[stored["quanti.var"]["rows"], ["valeur", "p_value"]]
    np.testing.assert_allclose(tests, np.array(stored["quanti.var"]["data"]), atol=1e-10)


def test_gower_equals_daisy(mixed, told_by_r):
    for asymmetric, name in (((), "mixed_gower"), (("V3",), "mixed_asymmetric")):
        found = gower(mixed_table(mixed, mixed, asymmetric), "classic")
        np.testing.assert_allclose(upper(found), told_by_r[name]["d"], atol=1e-13)


def test_ratio_scales_are_a_transformation_away_from_daisy(mixed, told_by_r):
    frame = mixed.copy()
    frame["V8"] = np.log10(frame["V8"])
    frame["V7"] = pd.Categorical(frame["V7"], categories=sorted(set(frame["V7"])), ordered=True)
    table = mixed_table(frame.drop(columns="V7"), mixed, ["V1", "V3"])
    ranked = prepare_table(
        pd.concat([table.active, frame["V7"].rename(index=str)], axis=1), list(frame), kinds=dict(table.kinds)
    )
    found = gower(ranked, "classic")
    np.testing.assert_allclose(upper(found), told_by_r["mixed_ratio"]["d"], atol=1e-13)


def test_a_pair_with_nothing_in_common_stands_at_the_mean(answers, told_by_r):
    frame = answers("presence").astype("Int64").astype("str")
    table = prepare_table(frame.replace("<NA>", None), list(frame), kinds=dict.fromkeys(frame, "asymmetric"))
    found, expected = upper(gower(table)), np.array(told_by_r["presence_asymmetric"]["d"], dtype=float)
    known = np.isfinite(expected)
    np.testing.assert_allclose(found[known], expected[known], atol=1e-13)
    assert (~known).any() and found[~known] == pytest.approx(found[known].mean())


def test_mixed_answers_with_holes_equal_daisy(answers, told_by_r):
    frame = answers("unknown")
    for name, levels in (("effort", ["nul", "peu", "fort"]), ("envie", ["jamais", "parfois", "souvent", "toujours"])):
        frame[name] = pd.Categorical(frame[name], categories=levels, ordered=True)
    found = gower(prepare_table(frame, list(frame)), "classic")
    np.testing.assert_allclose(upper(found), told_by_r["unknown_gower"]["d"], atol=1e-13)


@pytest.mark.parametrize("name", ["films", "hair_color", "skin_color"])
def test_several_codes_per_case_equal_jaccard(told_by_r, name):
    frame = pd.read_csv(DATA / "starwars_blocks.csv", index_col="name")
    frame[name] = [tuple(cell.split("; ")) if isinstance(cell, str) else None for cell in frame[name]]
    found, expected = (
        upper(gower(prepare_table(frame, [name]))),
        np.array(told_by_r[f"jaccard_{name}"]["d"], dtype=float),
    )
    known = np.isfinite(expected)
    np.testing.assert_allclose(found[known], expected[known], atol=1e-13)


def test_bootstrap_likeness_replays_that_of_r(told_by_r):
    stored, distances = told_by_r["mixed_boot"], squareform(told_by_r["mixed_asymmetric"]["d"])
    base = np.array(stored["base"]) - 1
    found = []
    for draw in stored["idx"]:
        rows = np.array(list(dict.fromkeys(draw))) - 1
        again = partition_around_medoids(distances[np.ix_(rows, rows)], 3, most_tried=0).labels
        found.append(many_jaccard(base[rows][None], again[None], 3)[0][0])
    np.testing.assert_allclose(np.nan_to_num(found), np.array(stored["jaccard"], dtype=float), atol=1e-12)


@pytest.fixture(scope="module")
def weightedcluster():
    return json.loads((DATA / "weightedcluster.json").read_text(encoding="utf-8"))


def test_quality_measures_equal_weightedcluster(weightedcluster):
    stored, distances = weightedcluster, squareform(weightedcluster["d"])
    tree = linkage(stored["d"], "ward")
    cases = [(entry, None) for entry in stored["quality"]]
    cases += [(entry, stored["weights"]) for entry in stored["weighted_quality"]]
    for entry, given in cases:
        labels = cut_tree(tree, entry["k"])
        found = measure_quality(distances, labels, weights=given)
        found |= measure_rank_agreement(distances, labels, weights=given)
        alone = given is None and np.bincount(labels).min() == 1  # WeightedCluster gives a singleton a silhouette of 1
        for name in set(found) - ({"ASW"} if alone else set()):
            assert found[name] == pytest.approx(entry["stats"][name], abs=1e-10), (name, entry["k"])


def test_weighted_medoids_equal_weightedcluster(weightedcluster):
    distances, told = squareform(weightedcluster["d"]), set(weightedcluster["weighted_medoids"])
    found = partition_around_medoids(distances, 3, weights=weightedcluster["weights"], most_tried=0)
    assert sorted(found.medoids) == sorted(place - 1 for place in told)


@pytest.mark.parametrize(
    ("pam", "d", "alike"), [("mixed_pam", "mixed_asymmetric", 4), ("presence_pam", "presence_pam", 2)]
)
def test_medoids_are_as_central_as_those_of_cluster(told_by_r, pam, d, alike):
    """Where two exchanges are as good, R's search goes another way: ``alike`` says how often it ends at the same medoids."""
    distances, found_alike = squareform(told_by_r[d]["d"]), 0
    for entry in told_by_r[pam]["pam"]:
        found = partition_around_medoids(distances, entry["k"], most_tried=0)
        exact = partition_around_medoids(distances, entry["k"])
        assert exact.objective <= found.objective + 1e-12 and found.objective <= entry["objective"][1] + 1e-12
        found_alike += sorted(found.medoids) == sorted(place - 1 for place in entry["id.med"])
    assert found_alike >= alike
