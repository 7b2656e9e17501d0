"""Figures of the conditions: what each says, in both languages and for every reader, and what takes its place."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import ect_research as ect
from ect_research.errors import EctError
from ect_research.figures.exhibit.exhibit import Strength

VIEWS = ("chemins", "table", "xy", "modeles", "necessite", "sensibilite")
TABLES = ("cas", "formules", "epreuves", "rapport", "script")
NAMES = ["elus", "collectif", "besoin", "lieu"]


def invented(*, noise: bool = False) -> Any:
    chance = np.random.default_rng(1)
    table = pd.DataFrame(chance.integers(0, 2, (28, 4)), columns=NAMES, index=[f"Projet {n}" for n in range(28)])
    planted = table["elus"] & table["collectif"] | table["besoin"] & table["lieu"]
    return ect.build_conditions(
        table.assign(cree=chance.integers(0, 2, 28) if noise else planted), "cree", NAMES, expected=NAMES
    )


@pytest.mark.croisement
@pytest.mark.parametrize("view", [*VIEWS, *TABLES])
def test_each_view_says_one_thing_in_both_languages(view: str):
    checked = ect.build_condition_robustness(
        invented(), theory="elus*collectif", groups={f"Projet {n}": str(n % 2) for n in range(28)}
    )
    for language in ("fr", "en"):
        study = ect.open_study(source="Invention", reader="revue", language=language)
        shown = ect.show_conditions(checked, view, labels={"elus": "élus"}).in_context(study.context)
        assert len(shown.rows()) > 0
        assert "{" not in shown.finding().sentence + shown.words().title + shown.words().reading
        if view in VIEWS:
            assert shown.figure().axes


def test_the_two_planted_paths_are_drawn_with_their_cases():
    shown = ect.show_conditions(invented())
    drawn = {text.get_text() for text in shown.figure().axes[0].texts}
    assert {"chemin 1", "chemin 2", "elus", "collectif"} <= drawn
    assert "; 2 chemins vont avec « cree » (28 cas" in shown.finding().sentence
    assert "présente" in drawn and "absente" in drawn


@pytest.mark.croisement
def test_a_finding_never_says_more_than_chance_allows():
    planted, noise = invented(), invented(noise=True)
    strengths = [
        ect.show_conditions(study, chance=ect.test_conditions(study)).finding().strength for study in (planted, noise)
    ]
    assert strengths == [Strength.BEYOND_CHANCE, Strength.AS_CHANCE]
    assert ect.show_conditions(planted).finding().strength is Strength.AS_CHANCE, (
        "30 % of noise passes and nothing was shuffled"
    )


def test_the_figure_of_a_table_that_explains_nothing_says_so():
    table = pd.DataFrame({"A": [0, 1] * 8, "B": [0, 0, 1, 1] * 4, "Y": [0, 0, 0, 0, 1, 1, 1, 1] * 2})
    shown = ect.show_conditions(ect.build_conditions(table, "Y", ["A", "B"], cutoffs={"consistency": 1}))
    assert "rien à expliquer" in shown.finding().sentence
    assert shown.figure().axes
    assert ect.show_conditions(shown.told.study, "xy").finding().strength is Strength.REFUSED


def test_levels_are_written_in_their_sign():
    table = pd.DataFrame({"A": [0, 1, 2, 2] * 4, "B": [0, 0, 1, 1] * 4, "Y": [0, 0, 1, 1] * 4})
    shown = ect.show_conditions(ect.build_conditions(table, "Y", ["A", "B"]), "table")
    assert "2" in {text.get_text() for text in shown.figure().axes[0].texts}


def test_crisp_cases_are_named_in_four_corners():
    drawn = {text.get_text() for text in ect.show_conditions(invented(), "xy").figure().axes[0].texts}
    assert {"dans un chemin", "hors de tout chemin"} <= drawn


@pytest.mark.croisement
def test_an_unknown_view_is_named():
    with pytest.raises(EctError, match="camembert"):
        ect.show_conditions(invented(), "camembert")
    with pytest.raises(EctError, match="build_condition_robustness"):
        ect.show_conditions(invented(), "sensibilite")


def test_a_calibration_and_an_outcome_are_tables():
    facts = pd.DataFrame({"projet_id": ["P", "Q"], "emplois": [1.0, 9.0]})
    told = ect.calibrate(
        facts, {"emploi": {"column": "emplois", "kind": "seuils", "anchors": (5,), "why": "une équipe"}}
    )
    assert ect.show_conditions(told).rows()["pourquoi"].tolist() == ["une équipe"]
    study = ect.open_study("pays-ledonien")
    reached = ect.reach_within(ect.sample_stories(study.episodes(), draws=20), months=36)
    shown = ect.show_conditions(reached).in_context(study.context)
    assert set(shown.rows()["resultat"]) == {"oui", "non", "inconnu"}


@pytest.mark.croisement
@pytest.mark.parametrize("view", ["chemins", "table", "xy", "cas", "rapport", "script"])
def test_the_gate_sees_every_case_that_a_view_names(view: str):
    """A name inside a sentence is seen by nobody: it stands alone in a cell, or in a tuple."""
    checked = ect.build_condition_robustness(invented())
    shown = ect.show_conditions(checked, view)
    told = {part for column in shown.rows() for cell in shown.rows()[column] if isinstance(cell, (str, tuple))
            for part in ((cell,) if isinstance(cell, str) else cell)}  # fmt: skip
    said = " ".join([shown.finding().sentence, shown.words().reading, *told])
    drawn = (
        " ".join(text.get_text() for text in shown.figure().axes[0].texts).replace("\u00a0", " ") if shown.draw else ""
    )
    named = {name for name in (f"Projet {n}" for n in range(28)) if f"{name}," in f"{said} {drawn},"}
    assert named <= told
    assert told & {f"Projet {n}" for n in range(28)}
