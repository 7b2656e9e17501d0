"""The research's four blocks: portage, legal form, model and trajectory; what would have to be coded, and what is answered."""

import numpy as np
import pandas as pd
import pytest

import ect_research as ect
from tests import invented

BLOCKS = ["portage_actuel", "statut_juridique", "modele_economique", "trajectoire"]


def with_paths(study) -> pd.DataFrame:
    projects = study.table("projets")
    return projects.assign(trajectoire=projects["projet_id"].map(ect.derive_paths(study.episodes())))


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        (["idee_captee", "atelier_tenu"], "amont"),
        (["idee_captee", "debut_experimentation"], "en_essai"),
        (["debut_experimentation", "statuts_deposes"], "creee_avec_essai"),
        (["idee_captee", "statuts_deposes"], "creee_sans_essai"),
        (["statuts_deposes", "dissolution"], "arretee"),
        (["idee_captee", "abandon"], "arretee"),
    ],
)
@pytest.mark.parametrize("dated", [True, False])
def test_a_path_is_told_by_stages_dated_or_not(facts, path, dated, tmp_path):
    events = [invented.event("S01", kind, f"{2018 + rank}" if dated else "") for rank, kind in enumerate(facts)]
    row = {"projet_id": "S01", "nom": "Projet", "source_id": "RA", "certitude": "2_declare"}
    observed = pd.Timestamp("2025-12-31")
    folder = invented.save(tmp_path / "un", observed, {"projets": [row], "evenements": events})
    assert ect.derive_paths(ect.load_corpus(folder).episodes()).to_dict() == {"S01": path}


@pytest.mark.croisement
def test_the_public_register_says_which_cells_two_coders_would_fill():
    study = ect.open_study("pays-ledonien")
    projects = with_paths(study)
    refused = ect.choose_documented(projects, BLOCKS, names=study.labels(BLOCKS), codings=study.table("codages"))
    told = str(refused).replace("\u00a0", " ").replace("\u202f", " ")
    blank = int(projects[BLOCKS].isna().sum().sum())
    for name in BLOCKS[:3]:
        assert f"{study.labels([name])[name]} (connu pour {int(projects[name].notna().sum())} projets sur 28" in told
    assert f"{blank} cases sont vides, et aucun codeur ne les a lues" in told


def test_a_blank_cell_that_one_coder_read_is_counted():
    study = ect.open_study("pays-ledonien")
    projects = with_paths(study)
    blank = projects.loc[projects["modele_economique"].isna(), "projet_id"].head(4)
    once = pd.DataFrame({"unite_table": "projets", "unite_id": blank, "variable": "modele_economique"})
    told = str(ect.choose_documented(projects, BLOCKS, codings=once))
    assert "4 ont un code dans la table codages" in told


@pytest.mark.croisement
@pytest.mark.parametrize(("noise", "found"), [(0.05, True), (1.0, False)])
def test_a_plural_reality_is_answered_by_the_verdict(noise, found, tmp_path):
    """Four blocks that go together are said to; four blocks drawn at random are not."""
    study = ect.open_study(str(invented.write(tmp_path, "rempli")))
    chance = np.random.default_rng(4)
    kinds = np.arange(28) % 3
    projects = study.table("projets")
    for name in BLOCKS:
        codes = np.array([f"{name}_{rank}" for rank in range(3)])
        projects = projects.assign(
            **{name: codes[np.where(chance.random(28) < noise, chance.integers(0, 3, 28), kinds)]}
        )
    told = ect.build_type_study(ect.choose_documented(projects, BLOCKS), 3, numbers=(3,))
    assert told.verdict.shows_types is found
    said = ect.show_type_study(told, "verdict").in_context(study.context).finding()
    assert (said.strength.value == "le hasard fait aussi bien") is not found


def test_a_corpus_without_a_project_is_refused_in_a_sentence():
    study = ect.open_study("pays-ledonien")
    blank = study.table("projets").iloc[:0].assign(trajectoire=None)
    refused = ect.choose_documented(blank, BLOCKS, codings=study.table("codages").iloc[:0])
    assert isinstance(refused, ect.Refusal) and "Sur 0 projet" in str(refused)
