"""Variables that command one another make codes, not types: five ways of it, planted, and what is said of each."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.chance import Refusal
from ect_research.analysis.partition.ward import squared_distances
from ect_research.analysis.typologies.evidence.dependence import find_dependence
from ect_research.analysis.typologies.evidence.null_tests import p_pairs, silhouettes
from ect_research.analysis.typologies.evidence.shuffles import shuffler_of, tree_dealer_of
from ect_research.analysis.typologies.evidence.stability import assess_stability
from ect_research.analysis.typologies.evidence.verdicts import judge_structure, verdict_of
from ect_research.analysis.typologies.tables.answer_table import prepare_table
from ect_research.analysis.typologies.tables.answers import answers_of, corrected_v, count_pairs, states_of, told_of
from ect_research.analysis.typologies.type_study import build_type_study
from ect_research.errors import EctError
from tests.benchmarks.planted_registers import plant


def planted(truth, n=60, p=8, seed=4, holes=""):
    return plant(truth, n, p, np.random.default_rng(seed), holes)


@pytest.mark.crossed("truth", "tied", "route")
@pytest.mark.parametrize("route", ["gower", "acm"])
@pytest.mark.parametrize(
    ("truth", "tied"),
    [
        ("copie", {"v0", "v1"}),
        ("triple", {"v0", "v1", "v2"}),
        ("filtre", {"v0", "v1", "v2", "v3"}),
        ("portage_statut", {"v0", "v1"}),
        ("emboitement", {"v0", "v1", "v2"}),
    ],
)
def test_tied_variables_are_named_and_make_no_types(truth, tied, route):
    found = judge_structure(planted(truth), route=route, shuffles=39)
    assert found.verdict == "continuum"
    assert found.strength == "compte"
    assert {name for block in found.dependence.blocks for name in block.variables} == tied
    assert str(found.said).startswith("Une structure portée par des variables qui se commandent, pas des types")
    assert all(name in str(found.said) for name in tied)
    assert found.said.sentence("en").startswith("Structure borne by variables")
    assert found.shows_types


@pytest.mark.crossed("seed")
@pytest.mark.parametrize("seed", range(6))
def test_a_filter_and_its_follow_ups_never_make_types(seed):
    """The register of the audit: a yes/no, three follow-ups « sans objet » for the no, four variables on their own."""
    chance = np.random.default_rng(seed)
    yes = chance.integers(0, 2, 60)
    columns = {"filtre": np.where(yes == 1, "oui", "non")}
    columns |= {f"suite{one}": np.where(yes == 1, chance.choice(list("abc"), 60), "sans_objet") for one in (1, 2, 3)}
    columns |= {f"autre{one}": chance.choice(list("abc"), 60) for one in (1, 2, 3, 4)}
    frame = pd.DataFrame(columns, index=[f"p{row:02d}" for row in range(60)])
    found = judge_structure(prepare_table(frame, list(columns)), route="acm", shuffles=39, seed=seed)
    assert found.verdict != "types"
    assert found.dependence.followups == ("suite1", "suite2", "suite3")
    assert "4 variables se commandent" in str(found.said)


@pytest.mark.croisement
@pytest.mark.parametrize(
    ("truth", "n", "p", "holes", "verdict"),
    [
        ("rien", 60, 12, "", "aucune_structure"),
        ("filtre", 60, 12, "", "continuum"),
        ("echelle", 60, 12, "", "continuum"),
        ("types", 60, 12, "", "types"),
        ("rien", 60, 8, "trous_40", "aucune_structure"),
        ("triple", 60, 8, "trous_40", "continuum"),
        ("documents", 60, 8, "", "aucune_structure"),
        ("jumeaux", 60, 8, "", "continuum"),
    ],
)
def test_twelve_variables_holes_documents_and_twins_are_judged_for_what_they_are(truth, n, p, holes, verdict):
    assert judge_structure(planted(truth, n, p, holes=holes), shuffles=39).verdict == verdict


@pytest.mark.croisement
def test_a_project_known_on_the_follow_ups_of_a_filter_alone_has_no_part_in_the_types():
    whole = planted("filtre")
    frame = whole.active.astype(object)
    frame.loc["p000", ["v0", "v4", "v5", "v6", "v7"]] = None
    table = prepare_table(frame, list(frame.columns))
    assert find_dependence(table).followups == ("v1", "v2", "v3")
    with pytest.raises(EctError, match=r"hors suites d’un filtre, n’est connue pour.: p000"):
        judge_structure(table, shuffles=9)
    study = build_type_study(table, 3, route="gower", numbers=(3,))
    assert (study.n, study.verdict.n) == (59, 59)
    assert "p000" not in study.typology.types.index


def test_follow_ups_left_empty_are_those_of_their_filter():
    found = find_dependence(planted("filtre", holes="vide"))
    assert (found.blocks[0].kept, found.followups) == ("v0", ("v1", "v2", "v3"))
    assert set(found.pairs["lien"]) == {"filtre"}


@pytest.mark.parametrize("truth", ["rien", "gradient_1", "documents"])
def test_variables_on_their_own_are_in_no_block(truth):
    assert find_dependence(planted(truth)).blocks == ()


@pytest.mark.parametrize(("truth", "seed", "name"), [("enqueteurs", 7, "source_id"), ("autre", 1, "")])
def test_how_the_projects_were_documented_makes_no_types(truth, seed, name):
    table = planted(truth, seed=seed)
    asked, told = shuffler_of(answers_of(table), "acm"), told_of(table)
    assert [answer.name for answer in told] == [name]
    assert p_pairs(asked, (), 50, np.random.default_rng(1)) <= 0.05
    assert p_pairs(asked, told, 50, np.random.default_rng(1)) > 0.05


def test_nothing_is_told_by_one_source_or_by_answers_that_all_variables_share():
    table = planted("types")
    one = pd.Series([("S1",)] * 60, index=table.active.index, name="source_id")
    assert told_of(table) == told_of(replace(table, sources=one)) == ()


@pytest.mark.croisement
@pytest.mark.parametrize("seed", [0, 4])
def test_types_are_seen_whoever_told_them(seed):
    table, chance = planted("types", seed=seed), np.random.default_rng(seed)
    for told in (chance.integers(0, 4, 60), np.arange(60)):
        sources = pd.Series([(f"S{one}",) for one in told], index=table.active.index, name="source_id")
        assert judge_structure(replace(table, sources=sources), route="acm", shuffles=39).verdict == "types"


@pytest.mark.croisement
@pytest.mark.parametrize("n", [30, 60])
@pytest.mark.parametrize("truth", ["enqueteurs", "total", "seuils", "deux_echelles", "constantes", "autre", "choix"])
def test_a_total_thresholds_habits_and_ticked_answers_make_no_types(truth, n):
    assert judge_structure(planted(truth, n), route="acm", shuffles=39).verdict != "types"


@pytest.mark.croisement
def test_a_scale_is_a_gradient():
    for seed in range(2):
        assert judge_structure(planted("echelle", seed=seed), route="acm", shuffles=39).verdict == "continuum"


@pytest.mark.croisement
@pytest.mark.parametrize("route", ["gower", "acm"])
def test_clear_types_are_types(route):
    found = judge_structure(planted("types"), route=route)
    assert (found.verdict, found.strength) == ("types", "au_dela")
    assert str(found.said) == "Des types, au-delà d’un continuum"
    noise = judge_structure(planted("rien"), route=route, shuffles=39)
    assert (noise.verdict, noise.strength, noise.shows_types) == ("aucune_structure", "hasard", False)


def test_two_variables_that_always_agree_are_structure_but_no_types():
    frame = pd.DataFrame({"a": ["x", "y", "z"] * 10, "b": ["u", "v", "w"] * 10}, index=[f"p{row}" for row in range(30)])
    found = judge_structure(prepare_table(frame, ["a", "b"]), route="acm", shuffles=39)
    assert found.p_structure == pytest.approx(1 / 40)
    assert (found.verdict, found.strength) == ("continuum", "compte")
    assert found.curve.set_index("k")["silhouette"].notna().to_dict() == {
        2: True,
        3: False,
        4: False,
        5: False,
        6: False,
    }


def test_no_silhouette_from_the_number_of_different_places_on():
    places = np.repeat(np.array([[0.0], [1.0], [5.0]]), 4, axis=0)
    noise = np.random.default_rng(0).normal(size=(12, 1))
    found = silhouettes(squared_distances(np.array([places, noise])), (2, 3, 4))
    assert np.isnan(found).tolist() == [[False, True, True], [False, False, False]]


def test_fewer_profiles_than_types_are_refused():
    frame = pd.DataFrame({name: ["x"] * 29 + ["y"] for name in "ab"}, index=[f"p{row}" for row in range(30)])
    refused = build_type_study(prepare_table(frame, ["a", "b"]), 3)
    assert isinstance(refused, Refusal)
    assert "2 profils différents de projets pour 3 types" in str(refused)


@pytest.mark.parametrize(("truth", "holes"), [("triple", "trous_20"), ("echelle", ""), ("types", "trous_groupes")])
def test_answers_dealt_in_pairs_keep_margins_holes_and_ties(truth, holes):
    answers = answers_of(planted(truth, holes=holes))
    dealer, chance = tree_dealer_of(answers), np.random.default_rng(1)
    assert len(dealer.order) == len(answers)
    deals = np.array([dealer.deal(chance) for _ in range(40)])
    for place, owed in dealer.order:
        answer, states = answers[place], states_of(answers[place])
        dealt = np.take(answer.values, deals[:, place])
        assert (np.isfinite(dealt) == answer.known).all()
        if owed is None or holes:
            continue
        theirs = states_of(answers[owed])
        real = count_pairs(theirs, states)
        assert all((count_pairs(theirs[deal[owed]], states[deal[place]]) == real).all() for deal in deals)
    far = [count_pairs(states_of(answers[1])[deal[1]], states_of(answers[-1])[deal[-1]]) for deal in deals]
    assert np.median(corrected_v(np.array(far))) < 0.3 or truth == "types"


@pytest.mark.croisement
def test_a_reader_may_insist_that_a_variable_is_a_fact_of_its_own():
    table = planted("filtre")
    assert find_dependence(table, insisted=["v1", "v2", "v3"]).blocks == ()
    kept = build_type_study(table, 3, insisted=["v1"], numbers=(3,))
    assert kept.followups == ("v2", "v3")
    assert "v1" in kept.table.active.columns


@pytest.mark.croisement
def test_the_follow_ups_of_a_filter_describe_types_without_making_them():
    study = build_type_study(planted("filtre"), 3, numbers=(3,))
    assert study.followups == ("v1", "v2", "v3")
    assert list(study.table.active.columns) == ["v0", "v4", "v5", "v6", "v7"]
    assert set(study.followups) <= set(study.description.codes.query("role == 'illustratif'")["variable"])
    assert study.verdict.dependence.followups == study.followups


def test_a_filter_and_its_follow_ups_alone_are_refused():
    whole = planted("filtre", p=4)
    alone = prepare_table(whole.active[["v0", "v1", "v2"]], ["v0", "v1", "v2"])
    refused = build_type_study(alone, 3)
    assert isinstance(refused, Refusal)
    assert "« v0 » commande toutes les autres variables" in str(refused).replace("\u00a0", " ")


@pytest.mark.crossed("truth")
@pytest.mark.parametrize("truth", ["triple", "filtre"])
def test_codes_come_back_but_foretell_no_more_than_variables_tied_in_pairs(truth):
    held = assess_stability(planted(truth), 3, route="acm").types
    assert held["jaccard"].max() > 0.9
    assert held["badge"].tolist() == ["hasard"] * 3
    assert (held["p_predit"] > 0.05).all()
    assert held["v_predit"].between(0, 1).all()


def test_types_survive_every_question_or_are_none():
    assert verdict_of(0.01, 0.01, 0.01, 0.04) == "types"
    assert verdict_of(0.01, 0.60, 0.01, 0.04) == "continuum"
    assert verdict_of(0.01, 0.60, 0.01, 0.0196) == "types"
    assert verdict_of(0.01, 0.01, 0.11, 0.01) == verdict_of(0.01, 0.01, 0.01, 0.06) == "continuum"
    assert verdict_of(0.06, 0.01, 0.01, 0.01) == "aucune_structure"


@pytest.mark.parametrize(
    ("first", "second", "least", "most"), [("aabbcc", "aabbcc", 1.0, 1.0), ("aabbcc", "ababab", 0.0, 0.0)]
)
def test_v_is_one_for_a_copy_and_nothing_where_chance_gives_as_much(first, second, least, most):
    one, other = (pd.factorize(pd.Series(list(codes * 5)))[0] for codes in (first, second))
    assert least <= round(float(corrected_v(count_pairs(one, other))), 6) <= most
