"""The whole reading: the numbers of the public register, its definitions, its refusals."""

import pandas as pd
import pytest

import ect_research as ect
from ect_research.analysis.ecosystem.definitions import remove_brokered
from ect_research.analysis.ecosystem.ecosystem import follow_years
from ect_research.analysis.ecosystem.two_mode import lay_out

NAMES = ("participations", "projets", "acteurs", "liens", "ressources")


@pytest.fixture(scope="module")
def tables(study):
    return {name: study.table(name) for name in NAMES}


@pytest.fixture(scope="module")
def told(study, tables):
    return ect.build_ecosystem(tables, study.episodes().frame, draws=99, seed=1)


def test_the_five_definitions_of_the_public_register_stand_side_by_side(told):
    shares = told.definitions.set_index("definition")[["avec", "sans"]].mul(100).round(1)
    assert shares.T.to_dict("list") == {
        "toutes": [86.0, 14.3],
        "non_deduites": [37.6, 11.9],
        "sans_financeurs": [79.4, 7.1],
        "avec_liens": [86.0, 14.3],
        "dispositif": [92.9, 79.4],
    }
    assert set(told.definitions["paires"]) == {378}


def test_beside_chance_projects_reach_one_another_less_and_partners_meet_again_no_more(told):
    judged = told.cohesion["toutes"]
    assert judged.measure("directes")["observe"] == 29 and judged.measure("retrouvees")["observe"] == 3
    reach, again = judged.measure("rejointes"), judged.measure("retrouvees")
    assert reach["observe"] < reach["bas"] and again["bas"] <= again["observe"] <= again["haut"]
    assert {one.verdict for one in told.cohesion.values()} == {"juxtaposition"}
    assert judged.bridges == 1


def test_ties_brokered_are_refused_with_how_many_are_told_and_how_to_fill_it(told):
    said = told.brokered.sentence()
    assert "0 des 51 liens" in said and "80 %" in said and "« Médiateur »" in said


def ties(brokered: int, n: int = 40) -> pd.DataFrame:
    rows = [
        ("A", f"a{k}", "intermediaire" if k < brokered else "relation_pro", "H" if k < brokered else None)
        for k in range(n)
    ]
    return pd.DataFrame(rows, columns=["acteur_a", "acteur_b", "mise_en_relation", "mediateur_id"])


def test_ties_that_the_intermediary_made_go_with_it_where_enough_are_told():
    kept = remove_brokered(ties(20), ["H"])
    assert kept["avec"] == kept["sans"] == 1 and kept["sans_ses_liens"] == pytest.approx(21 * 20 / (41 * 40))
    silent = ties(20)
    silent.loc[silent.index[:9], ["mise_en_relation", "mediateur_id"]] = None
    assert isinstance(remove_brokered(silent, ["H"]), ect.Refusal)
    assert isinstance(remove_brokered(ties(5, n=20), ["H"]), ect.Refusal)


def test_a_certainty_floor_leaves_participations_out_and_counts_them(study, tables):
    sure = ect.build_ecosystem(tables, study.episodes().frame, certainty="1_incertain", draws=19)
    first = sure.definitions.iloc[0]
    assert sure.left_out == 12 and round(100 * first["avec"], 1) == 37.6 and round(100 * first["sans"], 1) == 11.9


def test_every_actor_has_its_place_and_the_intermediary_is_first(told):
    assert len(told.actors) == len(told.network.actors) == 76
    first = told.actors.iloc[0]
    assert first["acteur_id"] == "A-clusterjura" and 0.6 < first["intermediarite"] < 0.9
    assert told.again["projets"].map(len).tolist() == [4, 2, 2]


def test_roles_count_each_project_once_a_role_and_stage(told, tables):
    known = told.roles[told.roles["origine"] == "role_intermediaire"]
    assert known["n"].sum() == tables["projets"]["role_intermediaire"].dropna().map(len).sum()


def test_years_only_grow_and_hold_no_undated_participation(told, tables):
    assert told.years["cumul"].is_monotonic_increasing and told.years["avec"].is_monotonic_increasing
    assert told.years["cumul"].iloc[-1] + told.undated == 120
    assert follow_years(tables["participations"].iloc[:0], ["P01"], []).empty


def test_sectors_are_dealt_again_and_the_largest_list_of_partners_is_named(told):
    mixing = told.sectors
    assert (
        mixing.table["paires"].sum() == 287
        and mixing.largest_project == "P06"
        and mixing.largest == pytest.approx(66 / 287)
    )
    index = mixing.index.set_index("compte")
    assert index.loc["paires", "e_i"] == pytest.approx((170 - 117) / 287)
    assert (mixing.sectors["dit"] <= mixing.sectors["acteurs"]).all()


def test_too_few_sectors_are_refused_alone(study, tables):
    unsaid = {**tables, "acteurs": tables["acteurs"].assign(secteur=None)}
    told = ect.build_ecosystem(unsaid, study.episodes().frame, draws=9)
    assert isinstance(told.sectors, ect.Refusal) and not isinstance(told, ect.Refusal)
    assert "0 acteur d’un secteur connu" in told.sectors.sentence()


def test_few_projects_or_no_intermediary_are_refused_with_a_remedy(study, tables):
    rows, frame = tables["participations"], study.episodes().frame
    few = {**tables, "participations": rows[rows["projet_id"].isin([f"P0{k}" for k in range(1, 8)])]}
    assert "7 projets ont un acteur connu, il en faut 10" in ect.build_ecosystem(few, frame).sentence()
    nobody = {**tables, "acteurs": tables["acteurs"].assign(est_intermediaire=None)}
    assert "« Intermédiaire territorial »" in ect.build_ecosystem(nobody, frame).sentence()


def test_groups_are_drawn_apart_and_the_same_each_time(told):
    layout = lay_out(told.without)
    assert layout.equals(told.layout)
    circles = layout.groupby("groupe").agg(x=("x", "mean"), y=("y", "mean"))
    assert len(circles.drop_duplicates()) == len(circles) == 14
    assert layout[["x", "y"]].notna().all(axis=None) and layout.duplicated(["x", "y"]).sum() == 0
