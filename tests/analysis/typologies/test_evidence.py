import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.chance import Refusal
from ect_research.analysis.typologies.evidence.null_tests import fit_continuum
from ect_research.analysis.typologies.evidence.sensitivity import compare_routes, leave_one_out
from ect_research.analysis.typologies.evidence.stability import assess_stability, settle_badges
from ect_research.analysis.typologies.hierarchy import build_hierarchy, cut_types
from ect_research.analysis.typologies.tables.answers import answers_of, deal
from ect_research.analysis.typologies.tables.missing_answers import audit_missing, choose_documented
from ect_research.analysis.typologies.type_study import build_dossier
from tests.analysis.typologies.registers import planted, planted_table, pure_noise
from tests.benchmarks.planted_registers import plant


@pytest.mark.croisement
def test_planted_types_are_found_and_solid():
    held = assess_stability(plant("types", 60, 8, np.random.default_rng(5)), 3, route="acm")
    assert held.types["badge"].tolist() == ["stable"] * 3
    assert settle_badges(held, "types").types["badge"].tolist() == ["solide"] * 3
    assert settle_badges(held, "continuum").types["badge"].tolist() == ["stable"] * 3
    assert settle_badges(held, "aucune_structure").types["badge"].tolist() == ["hasard"] * 3
    assert held.projects["certitude"].mean() > held.projects["certitude_hasard"].mean()


def test_types_that_are_copies_of_one_variable_come_back_but_wear_no_badge():
    table, truth = planted_table(("v0", "v1", "v2"))
    held = assess_stability(table, 3, draws=10)
    assert (pd.crosstab(held.typology.types.to_numpy(), truth) > 0).sum().sum() == 3
    assert held.types["jaccard"].min() == 1.0
    assert held.types["badge"].tolist() == ["hasard"] * 3


def test_noise_wears_no_badge_although_it_passes_the_usual_threshold():
    held = assess_stability(pure_noise(), 3)
    assert held.types["badge"].tolist() == ["hasard"] * 3
    assert held.types["jaccard"].max() > 0.5


def test_the_same_seed_says_the_same():
    table, _ = planted_table(noise=0.4, holes=0.2)
    first, second = (assess_stability(table, 3, draws=10, shuffles=9, seed=5) for _ in range(2))
    pd.testing.assert_frame_equal(first.types, second.types)
    pd.testing.assert_frame_equal(first.projects, second.projects)


def test_shuffling_keeps_margins_and_holes():
    table, _ = planted_table(noise=0.4, holes=0.3)
    answers = answers_of(table)
    for answer in answers:
        after = np.take(answer.values, deal(answer, np.random.default_rng(0)), axis=0)
        assert (answer.known == (np.isfinite(after) if after.ndim == 1 else np.isfinite(after[:, 0]))).all()
        np.testing.assert_allclose(np.sort(after, axis=0), np.sort(answer.values, axis=0))


@pytest.mark.parametrize("law", ["normal", "uniform"])
def test_the_continuum_carries_the_inertia_and_the_margins_of_the_projects(law):
    table, _ = planted_table(n=60, noise=0.5, holes=0.1)
    answers, chance = answers_of(table), np.random.default_rng(0)
    model = fit_continuum(answers, "gower", 5, law, chance)
    np.testing.assert_allclose(model.draw_planes(60, chance).var(axis=1).mean(axis=0), model.target, rtol=0.15)
    first = model.draw(60, chance)[0]
    assert np.equal(first, 0).mean() == pytest.approx(np.equal(answers[0].values, 0).mean(), abs=0.05)
    assert (np.isfinite(first) == answers[0].known).all()


def test_pivot_projects_are_named():
    points = pd.DataFrame({1: [0.0, 0.1, 0.2, 5.0, 5.1, 2.5]}, index=list("abcdef"))
    found = leave_one_out(cut_types(build_hierarchy(points), 2))
    assert found.projects["projet_id"].tolist()[:1] != []
    assert found.projects["deplaces"].sum() == len(found.links)


def test_routes_agree_on_planted_types():
    table, _ = planted_table(("v0", "v1", "v2"), noise=0.05)
    routes = compare_routes(table, 3)
    assert set(routes["chemin"]) == {"acm", "sans_consolidation", "medoides", "sans_variable"}
    assert routes["accord"].min() > 0.8


def test_types_of_holes_are_unmasked():
    frame, truth = planted(n=30, noise=0.1)
    empty = frame.index[:10]
    frame.loc[empty, ["v0", "v1"]] = None
    table = choose_documented(frame, ["v0", "v1", "v2", "themes"], least_known=0.5)
    assert not isinstance(table, Refusal)
    ghost = pd.Series(np.where(frame.index.isin(empty), 1, 2), index=frame["projet_id"])
    assert audit_missing(table, ghost).agreement == 1.0
    assert abs(audit_missing(table, pd.Series(truth, index=frame["projet_id"])).agreement) < 0.3


def test_an_empty_register_is_refused_with_what_to_fill():
    frame, _ = planted(n=20)
    frame["modele"] = [None] * 18 + ["x", "y"]
    refused = choose_documented(frame, ["v0", "v1", "modele"], names={"modele": "Modèle économique"})
    assert isinstance(refused, Refusal)
    assert "Modèle économique (connu pour 2 projets sur 20, 12 de plus)" in str(refused)


@pytest.mark.croisement
def test_the_dossier_chooses_nothing():
    table, _ = planted_table(noise=0.2)
    dossier = build_dossier(table, numbers=(2, 3, 30))
    assert dossier.numbers["k"].tolist() == [2, 3]
    assert dossier.numbers["effectifs"].map(sum).eq(24).all()
    assert (dossier.numbers[["solides", "stables", "fragiles", "hasard"]].sum(axis=1) == dossier.numbers["k"]).all()
