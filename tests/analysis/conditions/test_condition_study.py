"""From calibrated projects to an analysis or a refusal: outcome, calibration, noise, permutation, replay."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ect_research as ect
from ect_research.analysis.chance import Refusal
from ect_research.analysis.conditions.condition_study import Conditions
from ect_research.analysis.conditions.noise_rate import measure_noise
from ect_research.analysis.conditions.solving.truth_table import case_paths
from ect_research.codebook.load_codebook import load_codebook
from ect_research.errors import EctError

DATA = Path(__file__).parent / "data"
LIPSET = ["DEV", "URB", "LIT", "IND", "STB"]


def lipset(**asked: Any) -> Conditions:
    table = pd.read_csv(DATA / "LF.csv", index_col="case")
    found = ect.build_conditions(table, "SURV", LIPSET, insisted=True, **asked)
    assert isinstance(found, Conditions)
    return found


@pytest.fixture
def stories() -> Any:
    days = {"A": "2015-01-01", "B": "2015-01-01", "C": "2024-06-01", "D": "2015-01-01"}
    rows = [{"projet_id": name, "type_evenement": "idee_captee", "low": day, "high": day} for name, day in days.items()]
    rows += [
        {"projet_id": "A", "type_evenement": "statuts_deposes", "low": "2016-01-01", "high": "2016-01-01"},
        {"projet_id": "D", "type_evenement": "statuts_deposes", "low": "2017-07-01", "high": "2018-12-31"},
        {"projet_id": "E", "type_evenement": "statuts_deposes", "low": "2016-01-01", "high": "2016-01-01"},
    ]
    facts = pd.DataFrame(rows)
    events = facts.assign(
        evenement_id=[f"F{n}" for n in range(len(facts))],
        date_debut_min=pd.to_datetime(facts["low"]),
        date_debut_max=pd.to_datetime(facts["high"]),
        certitude="2_declare",
        ordre=np.nan,
        conflit_avec=None,
        source_id=[("S",)] * len(facts),
    )
    stages = load_codebook().stages
    return ect.sample_stories(ect.derive_episodes(events, stages, observed_on=pd.Timestamp("2025-12-31")), draws=400)


def test_what_is_not_yet_created_is_no_failure_and_an_imprecise_date_is_said(stories: Any):
    told = ect.reach_within(stories, months=36)
    known = told.outcome.to_dict()
    assert (known["A"], known["B"], known["D"]) == (1, 0, 0)
    assert np.isnan(known["C"]), "followed for nineteen months only"
    assert np.isnan(known["E"]), "its first known fact is its creation"
    row = told.table.set_index("projet_id").loc["D"]
    assert 0.2 < row["part_oui"] < 0.45
    assert told.ruled == ("D",)
    assert told.n == 3
    late = pd.DataFrame({"projet_id": ["A", "B"], "suivi_debut_min": pd.to_datetime(["2018-01-01", "2015-01-01"])})
    assert ect.reach_within(stories, months=36, projects=late).ruled == ("A", "D"), "A was seen because it had lasted"


def test_a_delay_of_no_month_is_refused(stories: Any) -> None:
    with pytest.raises(EctError, match="Un délai de 0 mois"):
        ect.reach_within(stories, months=0)


def test_a_project_younger_than_the_delay_is_unknown_whatever_became_of_it():
    """Else only the fast ones of the last years would count, all of them as successes."""
    days = {"A": "2015-01-01", "B": "2024-01-01", "C": "2024-01-01"}
    facts = [(name, "idee_captee", day) for name, day in days.items()]
    facts += [("B", "statuts_deposes", "2024-06-01"), ("C", "abandon", "2024-06-01")]
    events = pd.DataFrame(facts, columns=["projet_id", "type_evenement", "day"])
    day = pd.to_datetime(events.pop("day"))
    events = events.assign(evenement_id=[f"F{n}" for n in range(len(facts))], date_debut_min=day, date_debut_max=day)
    told = ect.derive_episodes(events, load_codebook().stages, observed_on=pd.Timestamp("2025-12-31"))
    named = pd.DataFrame({"projet_id": ["A", "B", "C", "D"]})
    reached = ect.reach_within(ect.sample_stories(told, draws=2), months=36, projects=named)
    assert reached.outcome.isna().to_dict() == {"A": False, "B": True, "C": True, "D": True}
    assert reached.table["raison"].iloc[1].startswith("commencé moins du délai")
    assert "pour 3, on ne peut pas le dire" in ect.show_conditions(reached).finding().sentence


def test_a_condition_that_only_varies_among_incomplete_cases_is_a_refusal():
    frame = pd.DataFrame({"A": [1] * 14 + [0] * 3, "B": [1, 0] * 7 + [np.nan] * 3, "Y": [1, 1, 0, 0] * 4 + [1]})
    told = ect.build_conditions(frame, "Y", ["A", "B"])
    assert isinstance(told, Refusal) and "« A » ne varie pas entre les cas complets" in told.sentence()


def test_what_is_necessary_by_search_is_said_with_what_the_search_finds_by_chance():
    """Sixteen cases drawn at random, four conditions: a search of sets of three keeps some."""
    chance = np.random.default_rng(2)
    drawn = pd.DataFrame(chance.integers(0, 2, (16, 5)), columns=[*"ABCD", "Y"])
    study = ect.build_conditions(drawn, "Y", list("ABCD"), insisted=True)
    shuffled = ect.test_conditions(study, draws=40)
    told = ect.show_conditions(study, "necessite", chance=shuffled).finding()
    assert told.strength.value == "le hasard fait aussi bien" and "Rebattu au hasard" in told.sentence
    planted = pd.DataFrame(chance.integers(0, 2, (40, 2)), columns=[*"AB"])
    study = ect.build_conditions(planted.assign(Y=planted["A"] & planted["B"]), "Y", list("AB"), insisted=True)
    shuffled = ect.test_conditions(study, draws=99)
    told = ect.show_conditions(study, "necessite", chance=shuffled).finding()
    assert shuffled.necessary <= 0.05 and told.strength.value == "au-delà du hasard"


def test_a_calibration_is_kept_as_codings_and_read_back_and_coders_who_differ_are_named():
    facts = pd.DataFrame({"projet_id": ["P", "Q", "R"], "emplois": [0.0, 5.0, 30.0]})
    sets = {
        "emploi": {"column": "emplois", "kind": "directe", "anchors": (0, 5, 20), "why": "cinq emplois font une équipe"}
    }
    told = ect.calibrate(facts, sets)
    assert set(told.warnings["cas"]) == {"Q"}
    rows = told.codings(coder="a", tour="1", source="S")
    assert set(rows["justification"]) == {"cinq emplois font une équipe"}
    again = ect.calibrate(facts, {"emploi": {"column": "emploi", "kind": "codages"}}, codings=rows)
    assert np.allclose(again.table["emploi"], told.table["emploi"], atol=1e-4)
    other = rows.assign(codeur="b", valeur=["0", "0.5", "1"])
    both = pd.concat([rows, other])
    with pytest.raises(EctError, match="a, b"):
        ect.calibrate(facts, {"emploi": {"column": "emploi", "kind": "codages"}}, codings=both)
    chosen = ect.calibrate(facts, {"emploi": {"column": "emploi", "kind": "codages"}}, codings=both, coder="b")
    assert chosen.table["emploi"].tolist() == [0, 0.5, 1]
    assert {"P", "R"} <= set(chosen.warnings["cas"])


@pytest.mark.croisement
def test_the_public_register_is_refused_with_its_numbers():
    study = ect.open_study("pays-ledonien")
    projects = study.table("projets")
    sets = {
        "collectif": {
            "column": "portage_initial",
            "codes": ("consortium", "collectif_citoyen", "collectif_professionnel"),
        },
        "besoin": {"column": "declencheur", "codes": ("besoin",)},
        "elus": {"column": "implication_collectivite", "codes": ("3+",)},
        "accompagne": {"column": "accompagne", "codes": ("oui", "partiel")},
    }
    outcome = ect.reach_within(ect.sample_stories(study.episodes(), draws=20), months=36).outcome
    refused = ect.build_conditions(ect.calibrate(projects, sets), outcome.rename("cree"), list(sets))
    assert isinstance(refused, Refusal)
    said = str(refused)
    complete = (
        projects[["portage_initial", "declencheur", "implication_collectivite", "accompagne"]].notna().all(axis=1)
    )
    reached = projects["projet_id"].map(outcome).notna()
    assert int(complete.sum()) == 3
    assert f"{int((complete & reached).sum())} cas sur 28" in said
    assert "« accompagne » est vrai de tous les cas connus" in said


@pytest.mark.croisement
def test_five_conditions_on_few_cases_are_refused_with_the_rate_of_noise_unless_insisted():
    table = pd.read_csv(DATA / "LF.csv", index_col="case")
    refused = ect.build_conditions(table, "SURV", LIPSET)
    assert isinstance(refused, Refusal)
    assert "18 cas, 5 conditions" in str(refused)
    assert lipset().noise.passing.estimate > 0.5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"conditions": ["DEV", "XYZ"]}, "XYZ"),
        ({"conditions": ["DEV", "DEV"]}, "toutes différentes"),
        ({"expected": ["NOWHERE"]}, "NOWHERE"),
        ({"cutoffs": {"consistency": 2}}, "Seuils impossibles"),
        ({"cutoffs": {"exclude": (99,)}}, "99"),
        ({"cutoffs": {"coherence": 0.8}}, "coherence"),
        ({"conditions": [f"C{n}" for n in range(13)]}, "13 conditions"),
    ],
)
def test_what_cannot_be_is_named(change: dict[str, Any], said: str):
    table = pd.read_csv(DATA / "LF.csv", index_col="case")
    asked: dict[str, Any] = {"conditions": ["DEV", "URB"], **change}
    with pytest.raises(EctError, match=said):
        ect.build_conditions(table, "SURV", asked.pop("conditions"), **asked)


def test_a_membership_outside_0_and_1_names_its_case():
    table = pd.read_csv(DATA / "LF.csv", index_col="case")
    table.loc["FR", "DEV"] = 1.2
    with pytest.raises(EctError, match=r"FR.*DEV"):
        ect.build_conditions(table, "SURV", ["DEV", "URB"])


@pytest.mark.croisement
def test_what_explains_nothing_says_why_and_raises_nothing():
    strict = lipset(cutoffs={"consistency": 1.0})
    assert strict.present.found.empty == "aucune_positive"
    assert strict.present.models == ()
    loose = lipset(cutoffs={"consistency": 0.1, "pri": 0})
    assert loose.present.found.empty == "aucune_negative"
    assert isinstance(ect.build_condition_robustness(strict), Refusal)


@pytest.mark.croisement
def test_noise_passes_as_often_as_published():
    """Shares of the study of methods, 150 draws a cell; ours has 600 draws, so they agree within their sampling error."""
    for conditions, n, share in ((3, 15, 0.38), (4, 30, 0.38), (5, 30, 0.88), (4, 60, 0.01)):
        found = measure_noise(n, [0.5] * conditions, 0.5, cutoffs=None, draws=600).passing
        assert abs(found.estimate - share) < 0.13


@pytest.mark.croisement
def test_a_planted_path_beats_chance_and_pure_noise_does_not():
    chance = np.random.default_rng(3)
    table = pd.DataFrame(chance.integers(0, 2, (28, 5)), columns=list("ABCDE"), index=[f"P{n}" for n in range(28)])
    planted = table.assign(Y=table["A"] * table["B"])
    found = ect.test_conditions(ect.build_conditions(planted, "Y", ["A", "B", "C"]), among=planted, tried=list("ABCDE"))
    assert found.p_value < 0.02
    assert found.searched == 10
    noise = table.assign(Y=chance.integers(0, 2, 28))
    studied = ect.build_conditions(noise, "Y", ["A", "B", "C"])
    assert ect.test_conditions(studied, among=noise, tried=list("ABCDE")).p_value > 0.05


@pytest.mark.croisement
def test_the_search_that_is_counted_makes_chance_do_better():
    chance = np.random.default_rng(5)
    table = pd.DataFrame(chance.integers(0, 2, (20, 6)), columns=list("ABCDEF")).assign(Y=chance.integers(0, 2, 20))
    studied = ect.build_conditions(table, "Y", ["A", "B", "C"])
    alone = ect.test_conditions(studied)
    searched = ect.test_conditions(studied, among=table, tried=list("ABCDEF"))
    assert searched.drawn.mean() > alone.drawn.mean()
    assert searched.passing.estimate > alone.passing.estimate


@pytest.mark.croisement
def test_the_script_for_r_holds_the_data_and_both_outcomes():
    said = lipset(cutoffs={"consistency": 0.8, "pri": 0.0}, expected=["DEV", "~IND"]).to_r()
    assert 'truthTable(d, outcome = "SURV", conditions = conditions, incl.cut = 0.8' in said
    assert 'truthTable(d, outcome = "~SURV"' in said
    assert 'dir.exp = "DEV, ~IND"' in said
    assert "DEV = c(0.81, 0.99" in said
    every = lipset(cutoffs={"contradiction": 0.5, "include_contradictions": True, "irredundant": True}).to_r()
    assert "incl.cut = c(0.8, 0.5)" in every
    assert 'include = "?, C", details = TRUE, show.cases = TRUE, all.sol = TRUE' in every


@pytest.mark.croisement
def test_each_case_is_in_its_path_or_said_deviant_or_uncovered():
    study = lipset(cutoffs={"consistency": 0.8, "pri": 0.0}, expected=LIPSET)
    checked = ect.build_condition_robustness(study, theory="DEV*STB")
    told = case_paths(study.present.table, study.present.models[0], checked.left_out).set_index("cas")
    assert told.loc["BE", "place"] == "seul"
    assert told.loc["FR", "place"] == "non_couvert"
    assert told.loc["FI", "perdus"] == ("DEV*LIT*~IND*STB",)
    assert set(checked.deciding) == {"AU", "FI", "FR", "HU", "IE", "SE"}


def test_the_anchor_of_a_threshold_moves_freely_between_two_observed_values():
    raw = pd.DataFrame({"emplois": [1, 2, 3, 4, 6, 7, 8, 9] * 2, "Y": [0, 0, 0, 0, 1, 1, 1, 1] * 2, "B": [0, 1] * 8})
    raw.index = pd.Index([f"P{n}" for n in range(16)], dtype="str")
    told = ect.calibrate(raw, {"E": {"column": "emplois", "kind": "seuils", "anchors": (5,)},
                               "B": {"column": "B", "kind": "seuils", "anchors": (1,)}})  # fmt: skip
    study = ect.build_conditions(told, raw["Y"], ["E", "B"])
    checked = ect.build_condition_robustness(study, calibrated=told)
    row = checked.anchors.set_index("ensemble").loc["E"]
    assert row["bas"] == pytest.approx(4, abs=0.01)
    assert row["haut"] == 9, "those under 9 leave the set, and its row stays consistent up to the end of the data"


@pytest.mark.croisement
def test_the_enhanced_analysis_excludes_remainders_and_never_recodes_an_observed_row():
    table = pd.read_csv(DATA / "SCHF.csv", index_col="case")
    names = ["EMP", "BARGAIN", "UNI", "OCCUP", "STOCK", "MA"]
    study = ect.build_conditions(table, "EXPORT", names, cutoffs={"consistency": 0.9, "pri": 0})
    assert study.contradictory
    held = study.enhanced(["STOCK + MA", "EMP"])
    assert held.present.table.codes == study.present.table.codes
    assert held.contradictory == ()
    grid = held.present.table.space.all_rows()
    emp, stock, ma = (names.index(name) for name in ("EMP", "STOCK", "MA"))
    for number in (number for rows in held.present.found.assumed for number in rows):
        assert grid[number - 1, emp] and (grid[number - 1, stock] or grid[number - 1, ma])
    assert set(held.against) >= {8, 11, 16, 19, 27, 28, 29, 32} - {19}, "reported: SetMethods turns these into 0"


def test_a_calibration_without_anchors_says_where_the_data_leave_a_hole():
    facts = pd.DataFrame({"projet_id": list("PQRS"), "emplois": [1.0, 2.0, 9.0, 10.0]})
    with pytest.raises(EctError, match=r"5\.5"):
        ect.calibrate(facts, {"emploi": {"column": "emplois", "kind": "seuils"}})


def test_a_set_that_cannot_be_read_is_named_with_what_was_expected():
    facts = pd.DataFrame({"projet_id": ["P"], "emplois": [1.0]})
    with pytest.raises(EctError, match="colonne = emplois"):
        ect.calibrate(facts, {"emploi": {"colonne": "emplois"}})
