"""Trees, consolidation, descriptions and distances against FactoMineR, cluster, FD and ade4."""

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
from ect_research.analysis.partition.agreement import many_jaccard
from ect_research.analysis.partition.ward import cut_tree
from ect_research.analysis.typologies.factors.mca import build_mca
from ect_research.analysis.typologies.tables.answer_table import prepare_table
from ect_research.analysis.typologies.types.catdes import describe_types
from ect_research.analysis.typologies.types.hierarchy import build_hierarchy, cut_types
from tests.analysis.typologies.registers import gower

pytestmark = pytest.mark.reference
TOLERANCE = 1e-10


def upper(matrix):
    return matrix[np.triu_indices(len(matrix), 1)]


def flower_table(frame, complete, asymmetric=()):
    columns, kinds = {}, {}
    for name in frame:
        codes = [None if pd.isna(value) else str(int(value)) for value in frame[name]]
        if name in ("V5", "V6"):
            levels = [str(level) for level in sorted({int(value) for value in complete[name]})]
            columns[name] = pd.Categorical(codes, categories=levels, ordered=True)
        elif name in ("V7", "V8"):
            columns[name] = frame[name].astype(float)
        else:
            columns[name], kinds[name] = codes, "asymmetric" if name in asymmetric else "nominal"
    return prepare_table(pd.DataFrame(columns, index=frame.index), list(columns), kinds=kinds)


@pytest.fixture(scope="session")
def flower(typologies):
    return pd.read_csv(typologies.path("flower.csv"), index_col="id")


@pytest.mark.parametrize(
    ("name", "axes", "k", "consolidated"),
    [("tea_hcpc_k3_consol", 20, 3, True), ("tea_hcpc_k3_noconsol", 20, 3, False), ("tea_hcpc_ncp5_k4", 5, 4, True)],
)
def test_types_equal_those_of_factominer(tea, typologies, name, axes, k, consolidated):
    stored = typologies.json(name)
    analysis = build_mca(prepare_table(tea, list(tea.columns[:18])), axes=axes, passive_below=0)
    tree = build_hierarchy(analysis.projects.coordinates)
    np.testing.assert_allclose(tree.gains, stored["inert.gain"], atol=1e-13)
    found = cut_types(tree, k, consolidated=consolidated)
    assert found.types.loc[stored["clust"]["id"]].tolist() == stored["clust"]["clust"]
    for frame, ranked in ((found.paragons, "para"), (found.specifics, "dist")):
        for label, best in stored[ranked].items():
            first = frame[(frame["type"] == int(label)) & (frame["rang"] <= 5)]
            assert first["projet_id"].tolist() == best["id"]
            np.testing.assert_allclose(first["distance"], best["d"], atol=TOLERANCE)


def test_description_equals_catdes(tea, typologies):
    stored, clust = typologies.json("tea_catdes_all")["catdes"], typologies.json("tea_hcpc_k3_consol")["clust"]
    types = pd.Series(clust["clust"], index=clust["id"])
    table = prepare_table(tea, list(tea.columns[:18]), illustrative=list(tea.columns[18:]))
    found = describe_types(table, types)
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
        np.testing.assert_allclose(ours, typologies.matrix(stored["category"][label]), atol=TOLERANCE)
    tests = found.variables.set_index("variable").loc[stored["test.chi2"]["rows"], ["p_value", "ddl"]]
    np.testing.assert_allclose(tests.astype(float), typologies.matrix(stored["test.chi2"]), atol=TOLERANCE)


def test_numbers_are_described_as_in_catdes(typologies):
    wine, stored = (
        pd.read_csv(typologies.path("wine.csv"), index_col="id"),
        typologies.json("wine_catdes_soil")["catdes"],
    )
    numbers = [name for name in wine.columns if name not in ("Label", "Soil")]
    found = describe_types(prepare_table(wine, numbers), wine["Soil"], fewest_for_p=0)
    columns = ["valeur_test", "moyenne", "moyenne_ensemble", "ecart_type", "ecart_type_ensemble", "p_value"]
    for label, expected in stored["quanti"].items():
        ours = found.numbers[found.numbers["type"] == label].set_index("variable").loc[expected["rows"], columns]
        np.testing.assert_allclose(ours, typologies.matrix(expected), atol=1e-9)
    tests = found.variables.set_index("variable").loc[stored["quanti.var"]["rows"], ["valeur", "p_value"]]
    np.testing.assert_allclose(tests, typologies.matrix(stored["quanti.var"]), atol=1e-10)


def test_gower_equals_daisy(flower, typologies):
    stored = {name: entry["dist"]["d"] for name, entry in typologies.json("flower_daisy")["daisy"].items()}
    for asymmetric, name in (((), "gower"), (("V3",), "gower_asymm3")):
        found = gower(flower_table(flower, flower, asymmetric), "classic")
        np.testing.assert_allclose(upper(found), stored[name], atol=1e-13)


def test_ratio_scales_are_a_transformation_away_from_daisy(flower, typologies):
    frame = flower.copy()
    frame["V8"] = np.log10(frame["V8"])
    frame["V7"] = pd.Categorical(frame["V7"], categories=sorted(set(frame["V7"])), ordered=True)
    table = flower_table(frame.drop(columns="V7"), flower, ["V1", "V3"])
    ranked = prepare_table(
        pd.concat([table.active, frame["V7"].rename(index=str)], axis=1), list(frame), kinds=dict(table.kinds)
    )
    found = gower(ranked, "classic")
    np.testing.assert_allclose(upper(found), typologies.json("flower_daisy")["daisy"]["help1"]["dist"]["d"], atol=1e-13)


@pytest.mark.parametrize("ranking", ["podani", "metric", "classic"])
def test_ranks_equal_gowdis_with_and_without_holes(flower, typologies, ranking):
    stored = typologies.json("flower_gowdis_podani")
    holes = pd.read_csv(typologies.path("flower_NA.csv"), index_col="id")
    cases = (("complete", flower, ()), ("asym", flower, ("V3",)), ("withNA", holes, ()))
    for name, frame, asymmetric in cases:
        expected = next(entry["d"] for entry in stored[name] if entry["ord"] == ranking)
        found = gower(flower_table(frame, flower, asymmetric), ranking)
        np.testing.assert_allclose(upper(found), expected, atol=1e-13)


def test_a_pair_with_nothing_in_common_stands_at_the_mean(typologies):
    frame = pd.read_csv(typologies.path("animals_NA.csv"), index_col="id").astype("Int64").astype("str")
    stored = typologies.json("animals_NA_daisy_pam")["daisy"]
    table = prepare_table(frame.replace("<NA>", None), list(frame), kinds=dict.fromkeys(frame, "asymmetric"))
    found, expected = upper(gower(table)), np.array(stored["asymm"]["dist"]["d"], dtype=float)
    known = np.isfinite(expected)
    np.testing.assert_allclose(found[known], expected[known], atol=1e-13)
    assert (~known).sum() == stored["asymm"]["n_missing"] == 1
    assert found[~known] == pytest.approx(found[known].mean())


def test_mixed_survey_with_holes_equals_daisy(survey, typologies):
    frame = survey.copy()
    for name, levels in (("Exer", ["None", "Some", "Freq"]), ("Smoke", ["Never", "Occas", "Regul", "Heavy"])):
        frame[name] = pd.Categorical(frame[name], categories=levels, ordered=True)
    found = gower(prepare_table(frame, list(frame)), "classic")
    expected = typologies.json("survey_NA_daisy")["daisy"]["gower"]["dist"]["d"]
    np.testing.assert_allclose(upper(found), expected, atol=1e-13)


@pytest.mark.parametrize(("name", "block"), [("films", "films"), ("hair_color", "hair"), ("skin_color", "skin")])
def test_several_codes_per_case_equal_jaccard(typologies, name, block):
    frame = pd.read_csv(typologies.path("starwars_multivalued_NA.csv")).set_index("name")
    frame[name] = [tuple(cell.split("; ")) if isinstance(cell, str) else None for cell in frame[name]]
    found = upper(gower(prepare_table(frame, [name])))
    expected = np.array(typologies.json("starwars_multivalued")[f"jaccard_{block}"], dtype=float)
    known = np.isfinite(expected)
    np.testing.assert_allclose(found[known], expected[known], atol=1e-13)


def test_bootstrap_likeness_replays_that_of_r(flower, typologies):
    stored = typologies.json("flower_bootjaccard")
    distances = gower(flower_table(flower, flower, ["V3"]), "classic")
    base = np.array(stored["base"]) - 1
    found = []
    for draw in stored["idx"]:
        rows = np.array(list(dict.fromkeys(draw))) - 1
        again = partition_around_medoids(distances[np.ix_(rows, rows)], 3, most_tried=0).labels
        found.append(many_jaccard(base[rows][None], again[None], 3)[0][0])
    np.testing.assert_allclose(np.nan_to_num(found), np.array(stored["jaccard"], dtype=float), atol=1e-12)


def test_quality_measures_equal_weightedcluster(typologies, flower):
    stored = typologies.json("flower_clusterings")
    distances = gower(flower_table(flower, flower, ["V3"]), "classic")
    tree = linkage(upper(distances), "ward")
    weights = stored["wcClusterQuality_weighted"]["weights"]
    cases = [(entry, None) for entry in stored["wcClusterQuality"]]
    cases += [(entry, weights) for entry in stored["wcClusterQuality_weighted"]["res"]]
    for entry, given in cases:
        labels = cut_tree(tree, entry["k"])
        found = measure_quality(distances, labels, weights=given)
        found |= measure_rank_agreement(distances, labels, weights=given)
        alone = given is None and np.bincount(labels).min() == 1  # WeightedCluster gives a singleton a silhouette of 1
        for name in set(found) - ({"ASW"} if alone else set()):
            assert found[name] == pytest.approx(entry["stats"][name], abs=1e-10), (name, entry["k"])


def test_medoids_equal_those_of_cluster(typologies, flower):
    stored = typologies.json("flower_clusterings")
    distances = gower(flower_table(flower, flower, ["V3"]), "classic")
    for entry in stored["pam"]:
        found = partition_around_medoids(distances, entry["k"], most_tried=0)
        assert sorted(found.medoids) == sorted(place - 1 for place in entry["id.med"])
        exact = partition_around_medoids(distances, entry["k"])
        assert exact.objective <= entry["objective"][1] + 1e-12
    weighted = stored["wcKMedoids_weighted"]
    found = partition_around_medoids(distances, 3, weights=weighted["weights"], most_tried=0)
    assert sorted(found.medoids) == sorted(place - 1 for place in set(weighted["clustering_medoid_index"]))


def test_medoids_of_animals_are_as_central_as_those_of_cluster(typologies):
    stored = typologies.json("animals_NA_daisy_pam")
    distances = squareform(np.array(stored["daisy"]["gower_nominal"]["dist"]["d"], dtype=float))
    for entry in stored["pam"]:
        found = partition_around_medoids(distances, entry["k"], most_tried=0)
        assert found.objective == pytest.approx(entry["objective"][1], abs=1e-12)
        exact = partition_around_medoids(distances, entry["k"])
        assert exact.objective <= entry["objective"][1] + 1e-12
        if entry["k"] not in (4, 5):  # tied objectives: several sets of medoids
            assert sorted(found.medoids) == sorted(place - 1 for place in entry["id.med"])
