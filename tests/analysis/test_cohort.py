"""A programme side by side, and its pilots: what documents name, what is censored."""

import pandas as pd
import pytest

import ect_research as ect


@pytest.fixture(scope="module")
def study():
    return ect.open_study("pays-ledonien")


@pytest.fixture(scope="module")
def tables(study):
    return {name: study.table(name) for name in ("projets", "evenements", "indicateurs")}


@pytest.fixture(scope="module")
def programme(study, tables):
    return ect.build_programme(tables, study.episodes(), "crepite_2024", observed_on=study.context.observed_on)


def test_the_public_programme_has_its_projects_and_its_published_figures(programme, tables):
    entered = [codes for codes in tables["projets"]["dispositif"] if codes and "crepite_2024" in codes]
    assert programme.n == len(entered) == len(programme.board)
    assert dict(zip(programme.steps["pas"], programme.steps["publie"], strict=True)) == {
        "experimentation": 1.0, "creation": 3.0, "embauche": 4.0
    }  # fmt: skip


def test_named_projects_are_of_the_programme_and_inside_their_interval(programme):
    for row in programme.steps.to_dict("records"):
        assert set(row["qui"]) <= set(programme.board["projet_id"]) and len(row["qui"]) == row["nommes"]
        assert row["bas"] <= row["taux"] <= row["haut"] < 1


def test_the_programme_without_a_name_is_the_one_most_projects_entered(study, tables, programme):
    told = ect.build_programme(tables, study.episodes(), "", observed_on=study.context.observed_on)
    assert told.code == programme.code


def test_a_programme_that_nobody_has_is_one_sentence(study, tables):
    told = ect.build_programme(tables, study.episodes(), "zz", observed_on=study.context.observed_on)
    assert "« zz »" in told.sentence() and "crepite_2024" in told.sentence()


def pilots_of(start, observed, *later):
    kinds = ["debut_experimentation", *(kind for kind, _ in later)]
    days = pd.to_datetime([start, *(day for _, day in later)])
    facts = pd.DataFrame({
        "evenement_id": [f"E{rank}" for rank in range(len(kinds))], "projet_id": "P", "type_evenement": kinds,
        "date_debut_min": days, "date_debut_max": days, "dispositif": None, "acteur_ids": None,
        "source_id": [("S",)] * len(kinds),
    })  # fmt: skip
    projects = pd.DataFrame({"projet_id": ["P"], "dispositif": [None]})
    told = ect.derive_episodes(facts, ect.load_codebook().stages, observed_on=pd.Timestamp(observed))
    return ect.build_pilots({"projets": projects, "evenements": facts}, told)


def test_a_month_beyond_the_observation_is_censored_and_never_said_to_be_nothing():
    told = pilots_of("2024-01-10", "2024-09-01")
    assert told.after["mois"].tolist() == [0, 6]
    shown = ect.show_pilots(told)
    assert shown.rows()[["mois_12", "mois_24"]].iloc[0].tolist() == ["pas encore observé"] * 2
    assert "suivies un an après : 0" in shown.finding().sentence


def test_a_creation_after_a_pilot_is_seen_from_its_month_on():
    told = pilots_of("2022-01-10", "2025-01-01", ("statuts_deposes", "2022-10-01"))
    assert dict(zip(told.after["mois"], told.after["etape"], strict=True)) == {
        0: "e4_experimentation", 6: "e4_experimentation", 12: "e5_creation", 24: "e5_creation"
    }  # fmt: skip


def test_amounts_are_told_apart_and_never_added(study, tables):
    facts = tables["evenements"].copy()
    paid = facts.index[(facts["projet_id"] == "P15") & (facts["type_evenement"] == "soutien_financier")][:1]
    facts["montant"] = float("nan")
    facts.loc[paid, "montant"] = 5000.0
    told = ect.build_pilots(tables | {"evenements": facts}, study.episodes())
    own = told.table[told.table["projet_id"] == "P15"]
    assert own["montants"].tolist() == [(5000.0,)]
    shown = ect.show_pilots(told).in_context(study.context).rows()
    assert "000 €" in shown.loc[shown["projet_id"] == "P15", "finance_par"].iloc[0]


@pytest.mark.parametrize("reader", ["fiche", "revue"])
def test_the_figures_of_a_cohort_are_drawn(study, tables, programme, reader):
    context = ect.open_study("pays-ledonien", reader, "en").context
    shown = (ect.show_programme_board(programme), ect.show_programme_steps(programme),
             ect.show_pilots(ect.build_pilots(tables, study.episodes())))  # fmt: skip
    for exhibit in shown:
        placed = exhibit.in_context(context)
        assert placed.figure().axes and len(placed.rows()) and placed.finding().sentence
