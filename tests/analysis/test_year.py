"""One year: which rows are of it, what they compare with, what the register counts beside them."""

import pandas as pd
import pytest

import ect_research as ect
from ect_research.figures.corpus.year.agenda import show_membership
from ect_research.figures.corpus.year.key_figures import show_key_figures
from tests.common import plain

TABLES = ("projets", "evenements", "indicateurs", "acteurs", "liens")


def review(study, **asked):
    tables = {name: study.table(name) for name in TABLES} | asked.pop("tables", {})
    return ect.build_year(tables, study.episodes(), observed_on=study.context.observed_on, **asked)


def figure(row="K1", **values):
    plain = {
        "indicateur_id": row, "projet_id": None, "dispositif": "crepite_2024", "acteur_id": None,
        "indicateur": "structures_creees", "valeur": 3.0, "approximation": "exact", "unite": "nombre", "date": "2025",
        "date_min": pd.Timestamp("2025-01-01"), "date_max": pd.Timestamp("2025-12-31"), "cumul": "periode",
        "lecture": "sure", "methode": "declare", "source_id": ("S",),
    }  # fmt: skip
    return plain | values


def dated(row, year, **values):
    low, high = pd.Timestamp(f"{year}-01-01"), pd.Timestamp(f"{year}-12-31")
    return figure(row, date=str(year), date_min=low, date_max=high, **values)


def key_figures(study, *rows, **asked):
    return review(study, tables={"indicateurs": pd.DataFrame(rows)}, **asked).figures


def test_every_published_figure_of_the_public_year_is_drawn_or_named(study):
    rows = study.table("indicateurs")
    of_year = rows[(rows["date_min"] <= "2025-12-31") & (rows["date_max"] >= "2025-01-01")]
    shown = ect.show_year(review(study), "chiffres").in_context(study.context)
    told = shown.told.table
    assert set(told["indicateur_id"]) == set(of_year["indicateur_id"])
    named = int((told["sort"] != "").sum())
    assert shown.told.n + named == len(told) and f"({(told['sort'] == 'non_retenue').sum()})" in shown.words().missing


def test_the_value_before_is_of_the_same_unit_method_and_reach(study):
    told = key_figures(
        study,
        dated("now", 2025),
        dated("far", 2022, valeur=1.0),
        dated("near", 2024, valeur=2.0),
        dated("heads", 2024, unite="personnes", valeur=7.0),
        dated("total", 2024, cumul="cumule", valeur=8.0),
        dated("audited", 2024, methode="comptable", valeur=9.0),
        dated("aimed", 2024, cumul="prevu", valeur=10.0),
    )
    assert told.table[["avant", "avant_date"]].to_dict("records") == [{"avant": 2.0, "avant_date": "2024"}]


def test_a_year_to_compare_with_is_that_year_and_no_other(study):
    rows = (dated("now", 2025), dated("far", 2022, valeur=1.0), dated("near", 2024, valeur=2.0))
    assert key_figures(study, *rows, previous=2022).table["avant"].tolist() == [1.0]
    assert key_figures(study, *rows, previous=2023).table["avant"].isna().all()
    torn = (*rows, dated("other", 2024, valeur=3.0))
    assert key_figures(study, *torn).table["avant"].isna().all(), "the last row was kept, whichever it was"


def test_two_values_of_one_figure_name_their_rows(study):
    told = key_figures(study, figure("K1"), figure("K2", valeur=5.0), figure("K3", indicateur="ateliers"))
    assert dict(zip(told.table["indicateur_id"], told.table["conflit"], strict=True)) == {
        "K1": ("K1", "K2"), "K2": ("K1", "K2"), "K3": ()
    }  # fmt: skip
    assert "K1 et K2" in show_key_figures(told).in_context(study.context).words().missing


def test_a_year_of_which_all_is_planned_names_its_rows(study):
    assert "concurrentes : K9." in key_figures(study, figure("K9", cumul="prevu")).sentence()


def test_what_is_counted_is_named(study):
    told = key_figures(study, figure("made"), figure("in", indicateur="projets_accompagnes", valeur=7.0)).table
    names = study.context.names()
    entered = study.table("projets")
    programme = {row["projet_id"] for row in entered.to_dict("records") if "crepite_2024" in (row["dispositif"] or ())}
    made, inside = told.to_dict("records")
    assert set(inside["nommes"]) <= programme and inside["compte_min"] == len(inside["nommes"])
    assert made["compte_min"] == len(made["nommes"]) < 3 and set(made["nommes"]) <= set(names)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"year": 2031}, "L’observation s’arrête en 2025"),
        ({"year": 1950}, "Aucun fait ni chiffre n’est daté de 1950"),
        ({"previous": 2050}, "2050 n’est pas avant 2025"),
        ({"programme": "zz"}, "choisir parmi autre, benefices_crea"),
    ],
)
def test_a_year_or_a_programme_that_nobody_has_is_one_sentence(study, asked, said):
    told = review(study, **asked)
    assert said in told.agenda.sentence()
    assert {str(part) for part in (told.figures, told.counts, told.membership, told.portfolio)} == {str(told.agenda)}


def test_a_programme_keeps_its_own_projects(study):
    told = review(study, programme="reboucle").agenda.table
    projects = study.table("projets").set_index("projet_id")["dispositif"]
    assert len(told)
    assert [row["evenement_id"] for row in told.to_dict("records")
            if row["dispositif"] != "reboucle" and "reboucle" not in (projects[row["projet_id"]] or ())] == []  # fmt: skip


def test_a_project_created_in_the_year_stands_at_creation_from_its_quarter(study):
    told = review(study).portfolio
    made = told.moves[told.moves["cree"]]["projet_id"].iloc[0]
    stages = told.table[told.table["projet_id"] == made].sort_values("trimestre")["etape"].tolist()
    assert "e5_creation" in stages and stages == sorted(stages)


def test_projects_per_fte_need_the_fte_of_that_year(study):
    assert "7,3 ETP" in str(ect.show_year(review(study), "portefeuille").in_context(study.context).finding())
    assert "ETP" not in str(ect.show_year(review(study, year=2020), "portefeuille").in_context(study.context).finding())


def test_the_portfolio_names_every_project_that_it_does_not_show(study):
    told = review(study).portfolio
    shown = ect.show_year(review(study), "portefeuille").in_context(study.context)
    absent = (*told.unplaced, *told.over)
    assert sorted((*absent, *told.moves["projet_id"])) == sorted(study.table("projets")["projet_id"])
    said, names = plain(shown.words().missing), study.context.names()
    assert absent and all(plain(names[one]) in said for one in absent)
    assert f"{len(told.over)} projets dont le suivi finit avant 2025" in said


def test_an_undated_value_stands_apart_from_dated_ones(study):
    told = review(study).membership
    shown = show_membership(told).in_context(study.context)
    assert told.table["date_max"].isna().any() and "sans date" in shown.words().missing
    assert "100" in shown.finding().sentence


@pytest.mark.croisement
@pytest.mark.parametrize("reader", ["ademe", "revue"])
def test_the_five_figures_of_a_year_are_drawn(study, reader):
    context = ect.open_study("pays-ledonien", reader, "en").context
    told = review(study)
    shown = [
        ect.show_year(told, "chiffres"), ect.show_year(told, "comptes"), ect.show_year(told, "societariat"),
        ect.show_year(told, "calendrier"), ect.show_year(told, "portefeuille"),
    ]  # fmt: skip
    for exhibit in shown:
        placed = exhibit.in_context(context)
        assert placed.figure().axes and len(placed.rows())


def test_seats_are_told_by_college_where_it_is_coded(study):
    names = ("projets", "evenements", "indicateurs", "acteurs", "liens")
    tables = {name: study.table(name) for name in names}
    colleges = {"A-demain": "entreprises", "A-edf": "entreprises", "A-salarieesca": "salaries"}
    tables["acteurs"] = tables["acteurs"].assign(college_scic=tables["acteurs"]["acteur_id"].map(colleges))
    told = ect.build_year(tables, study.episodes(), observed_on=study.context.observed_on).membership
    counts = told.colleges.set_index(["nature_lien", "college_scic"])["n"].to_dict()
    assert counts[("administration", "entreprises")] == 2 and counts[("administration", "salaries")] == 1
    lines = [text.get_text() for text in show_membership(told).in_context(study.context).figure().axes[0].texts]
    assert any("par collège" in line and "Entreprises partenaires 2" in line for line in lines)


def test_a_year_without_figures_names_the_nearest_one_that_has_some(study):
    aimed = dated("aim", 2025, cumul="prevu")
    refused = key_figures(study, aimed, dated("one", 2024), dated("two", 2024), dated("old", 2019), year=2025)
    assert "Ou raconter 2024 (réglage annee du carnet) : 2 chiffres y sont constatés." in refused.sentence()
    assert "Ou raconter" not in key_figures(study, aimed, year=2025).sentence()
