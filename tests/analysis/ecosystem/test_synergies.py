"""Synergies: how far each went, from whom to whom, never two units in one sum."""

import pandas as pd
import pytest

import ect_research as ect
from ect_research.analysis.ecosystem.synergies import MOST_NAMED, OTHERS, UNTOLD, find_flows
from ect_research.codebook.codebook import families, roles
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.checked.load_corpus import check_corpus
from tests import invented

NAMES = ("ressources", "acteurs", "projets", "evenements", "participations")


def told_of(corpus, **options):
    study = ect.open_study(corpus)
    tables = {name: study.table(name) for name in NAMES}
    return ect.build_synergies(
        tables, ect.load_basemap().epci_of, observed_on=study.context.observed_on, **options
    ), study


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return invented.write(tmp_path_factory.mktemp("synergies"), "gisements")


@pytest.fixture(scope="module")
def told(folder):
    return told_of(folder)


def test_each_synergy_stands_at_the_last_state_told_of_its_resource(told):
    steps = told[0].table["pas"].value_counts().to_dict()
    assert steps == {"active": 3, "testee": 2, "etudiee": 1, "detectee": 3, "arretee": 1}
    stopped = told[0].table.set_index("ressource_id").loc["G07"]
    assert (stopped["pas"], stopped["plus_loin"], stopped["etats"]) == ("arretee", "detectee", ("G07-a", "G07-b"))


def test_the_last_quantity_is_that_of_the_last_date_and_not_of_the_last_row(told):
    study = told[1]
    tables = {name: study.table(name) for name in NAMES}
    rows = tables["ressources"]
    twice = rows[rows["ressource_id"] == "G01"].head(1)
    later = twice.assign(
        etat_id="later", quantite=999.0, date_min=pd.Timestamp("2025-05-01"), date_max=pd.Timestamp("2025-05-31")
    )
    first = twice.assign(etat_id="first", date_min=pd.Timestamp("2024-05-01"), date_max=pd.Timestamp("2024-05-31"))
    for some in ([first, later], [later, first]):
        changed = pd.concat([*some, rows[rows["ressource_id"] != "G01"]], ignore_index=True)
        found = ect.build_synergies(tables | {"ressources": changed}, {}, observed_on=study.context.observed_on).table
        assert found.set_index("ressource_id").loc["G01", ["quantite", "etats"]].tolist() == [999.0, ("first", "later")]


def test_the_place_of_a_synergy_is_that_of_its_holder_then_of_its_taker(told):
    places = told[0].table.set_index("ressource_id")["epci"]
    groups = ect.load_basemap().epci_of
    towns = told[1].table("acteurs").set_index("acteur_id")["commune_insee"]
    assert places["G01"] == groups[towns["E01"]] and places["G09"] == groups[towns["E06"]] and pd.isna(places["G10"])


def test_quantities_are_added_within_one_unit_only(told):
    flows = told[0].flows
    sums = flows.groupby("unite")["quantite"].sum().to_dict()
    assert sums == {"t_an": 400.0, "m3_an": 1000.0, "heures_an": 300.0, "": 0.0}
    assert (flows["unite"] == "").sum() == 2 and "G07" not in set(flows["ressource_id"])
    said = ect.show_synergies(told[0], "echanges").in_context(told[1].context).finding().sentence
    assert "400 tonnes par an, dont 120 en marche" in said and "2 flux sans quantité dite" in said


def test_at_most_twelve_ends_keep_their_name(told):
    rows = pd.DataFrame({"ressource_id": [f"R{n}" for n in range(40)], "detenteur_id": [f"D{n}" for n in range(40)],
                         "preneur_id": [f"P{n % 3}" for n in range(40)], "quantite": range(1, 41), "unite": "t_an",
                         "pas": "active", "libelle": "x"})  # fmt: skip
    flows = find_flows(rows)
    ends = {end: set(flows[end]) - {OTHERS, UNTOLD} for end in ("de", "vers")}
    assert len(ends["de"]) + len(ends["vers"]) == MOST_NAMED and "D39" in ends["de"] and "D0" not in ends["de"]
    assert flows["quantite"].sum() == sum(range(1, 41))


def test_firms_of_which_nothing_came_are_the_first_to_call(told):
    firms = told[0].firms
    assert firms["acteur_id"].head(2).tolist() == ["E13", "E14"] and firms["rencontres"].tolist()[0] == 2
    assert firms.set_index("acteur_id").loc["E01", ["synergies", "pas"]].tolist() == [("G01", "G02"), "active"]
    assert "E03" not in set(firms["acteur_id"])


def test_the_public_register_refuses_flows_and_names_what_to_fill():
    told, study = told_of("pays-ledonien")
    refused = ect.show_synergies(told, "echanges").in_context(study.context).finding().sentence
    assert "« Détenteur »" in refused and "Glassine" in refused
    assert told.table["flux"].notna().sum() == 4 and len(told.firms) > 20


def test_a_programme_that_nobody_has_is_one_sentence(folder):
    assert "nulle_part" in told_of(folder, programme="nulle_part")[0].sentence()


@pytest.mark.croisement
@pytest.mark.parametrize("reader", ["horizons", "ademe", "revue", "fiche"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_reader_sees_the_boards_and_the_flows(told, reader, language):
    context = ect.open_study("pays-ledonien", reader, language).context
    shown = [
        ect.show_synergies(told[0]),
        ect.show_synergies(told[0], "flux"),
        ect.show_synergies(told[0], "echanges"),
    ]
    assert all(one.in_context(context).figure().get_size_inches()[1] > 1 for one in shown)
    assert len(ect.show_synergies(told[0], "entreprises").in_context(context).rows()) == 8


@pytest.mark.croisement
def test_the_map_draws_one_unit_and_dashes_what_nobody_tells(told):
    shown = ect.show_synergies(told[0], "carte", ect.load_basemap(), "bfc", told[1].context).in_context(told[1].context)
    assert float(shown.rows()["valeur"].sum()) == 200.0 and "4 flux" in shown.words().n
    assert any("quantité inconnue (1)" in text.get_text() for axes in shown.figure().axes for text in axes.texts)


WRONG = {
    "two units": ({"G01-a": {"quantite": "3", "unite": "m3_an"}}, ("deux unités", "m3_an (ligne 2)", "t_an (ligne 3)")),
    "an unknown holder": ({"G05-a": {"detenteur_id": "E99"}}, ("E99",)),
    "two holders": ({"G01-a": {"detenteur_id": "E05"}}, ("deux détenteurs", "E05 (ligne 2)", "E01 (ligne 3)")),
    "a quantity without a unit": ({"G01-b": {"unite": ""}}, ("unite",)),
    "a holder who takes": ({"G05-a": {"preneur_id": "E07"}}, ("le preneur est aussi le détenteur",)),
}


def problems_of(tmp_path, changes):
    observed, tables = invented.synergies()
    tables["ressources"] = [row | changes.get(row["etat_id"], {}) for row in tables["ressources"]]
    return check_corpus(invented.save(tmp_path / "faux", observed, tables))


@pytest.mark.parametrize("case", WRONG)
def test_what_the_sheet_says_against_itself_is_named_with_its_rows(tmp_path, case):
    changes, words = WRONG[case]
    found = problems_of(tmp_path, changes)
    assert found["niveau"].tolist() == ["erreur"]
    said = " ".join(found.astype("str").iloc[0])
    assert all(word in said for word in words), said


def test_a_state_that_goes_back_is_to_be_looked_at(tmp_path):
    found = problems_of(tmp_path, {"G01-a": {"etat": "6_gouvernee"}})
    assert found[["colonne", "niveau"]].to_numpy().tolist() == [["etat", "alerte"]]
    assert "G01 recule : 6_gouvernee (ligne 2), puis 5_valorisee (ligne 3)" in found["probleme"].item()


def test_the_workbook_and_the_form_ask_for_the_new_columns():
    columns = {column.name: column for column in load_codebook().columns("ressources")}
    assert {"detenteur_id", "preneur_id", "quantite", "unite", "flux"} <= set(columns)
    labels = load_codebook().labels("flux", "en")
    assert labels["d07_4"] == "Plastics (07.4)"


def mixed(tmp_path):
    """Twelve tonnes beside twelve thousand kilograms, litres beside cubic metres, pieces, and tonnes given once."""
    observed, tables = invented.synergies()
    told = {"G01-b": ("12", "t_an"), "G02-b": ("12000", "kg_an"), "G03-b": ("40000", "l_an"), "G05-a": ("500", "unites_an"),
            "G06-b": ("60", "m3_an"), "G08-b": ("12", "t_fois")}  # fmt: skip
    for row in tables["ressources"]:
        if row.get("quantite"):
            row |= {"quantite": "", "unite": ""}
        if row["etat_id"] in told:
            row["quantite"], row["unite"] = told[row["etat_id"]]
    return told_of(invented.save(tmp_path / "melange", observed, tables))


def test_twelve_thousand_kilograms_are_twelve_tonnes_and_no_other_two_units_are_added(tmp_path):
    told, study = mixed(tmp_path)
    sums = told.flows.groupby("unite")["quantite"].sum().to_dict()
    assert sums == {"t_an": 24.0, "m3_an": 100.0, "unites_an": 500.0, "t_fois": 12.0, "": 0.0}
    shown = ect.show_synergies(told, "echanges").in_context(study.context)
    assert "24 tonnes par an" in shown.finding().sentence and "36" not in shown.finding().sentence
    assert "kilogrammes par an comptés en tonnes par an : 1 gisement" in shown.words().missing.replace("\xa0", " ")
    rows = shown.rows().set_index("ressource").loc["Gisement 2"]
    assert (rows["quantite"], rows["unite"], rows["unite_dite"]) == (12.0, "tonnes par an", "kilogrammes par an")
    texts = [text.get_text() for text in shown.figure().axes[0].texts]
    assert sum("en 2 flux" in text.replace("\xa0", " ").replace("\u202f", " ") for text in texts) == 2


def test_a_unit_that_is_part_of_another_names_one_of_its_list():
    book = load_codebook()
    units = set(book.codes("unite_flux"))
    parts = families("unite_flux")
    assert set(parts) == set(roles("unite_flux")) and set(parts.values()) <= units - set(parts)
