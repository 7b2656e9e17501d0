"""A programme side by side, and its pilots: what documents name, what is censored."""

from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.text import Text

import ect_research as ect
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.checked.load_corpus import check_corpus
from ect_research.corpus.forms.entry_workbook import save_workbook
from ect_research.figures.page.theme import get_theme
from ect_research.figures.signs.stage_signs import stage_signs
from ect_research.study.base.result_record import OUTPUT_VARIABLE
from tests import invented
from tests.common import plain


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


def pilots_of(start, observed, *later, followed=None):
    kinds = ["debut_experimentation", *(kind for kind, _ in later)]
    days = pd.to_datetime([start, *(day for _, day in later)])
    facts = pd.DataFrame({
        "evenement_id": [f"E{rank}" for rank in range(len(kinds))], "projet_id": "P", "type_evenement": kinds,
        "date_debut_min": days, "date_debut_max": days, "dispositif": None, "acteur_ids": None,
        "source_id": [("S",)] * len(kinds),
    })  # fmt: skip
    facts = pd.concat([facts, facts.tail(1).assign(evenement_id="Q", projet_id="Q", type_evenement="idee_captee")])
    projects = pd.DataFrame({"projet_id": ["P", "Q"], "dispositif": [None, None]})
    until = pd.Series({"P": pd.Timestamp(followed)}) if followed else None
    told = ect.derive_episodes(facts, load_codebook().stages, observed_on=pd.Timestamp(observed), followed_until=until)
    return ect.build_pilots({"projets": projects, "evenements": facts}, told)


def test_a_month_beyond_the_observation_is_censored_and_never_said_to_be_nothing():
    told = pilots_of("2024-01-10", "2024-09-01")
    assert told.after["mois"].tolist() == [0, 6]
    shown = ect.show_cohort(told, "pilotes")
    assert shown.rows()[["mois_12", "mois_24"]].iloc[0].tolist() == ["pas encore observé"] * 2
    assert "suivies un an après : 0" in shown.finding().sentence


def test_a_pilot_that_was_abandoned_stays_known_after_its_follow_up():
    """Else those that failed would leave the count a year on, and those that go on would stay."""
    told = pilots_of("2022-01-10", "2025-01-01", ("abandon", "2022-05-01"), followed="2022-06-01")
    assert told.after["mois"].tolist() == [0, 6, 12, 24] and told.after["etape"].iloc[-1] == "t_abandon"
    assert pilots_of("2022-01-10", "2025-01-01", followed="2022-06-01").after["mois"].tolist() == [0]


def test_a_creation_after_a_pilot_is_seen_from_its_month_on():
    told = pilots_of("2022-01-10", "2025-01-01", ("statuts_deposes", "2022-10-01"))
    assert dict(zip(told.after["mois"], told.after["etape"], strict=True)) == {
        0: "e4_experimentation", 6: "e4_experimentation", 12: "e5_creation", 24: "e5_creation"
    }  # fmt: skip


def test_a_body_created_and_gone_further_or_closed_within_the_year_was_created():
    """A body already on its own, or closed, was not counted as created."""
    own = ("gouvernance_propre", "2022-08-01"), ("fin_accompagnement", "2022-08-01")
    for later in (own, [("cessation", "2022-09-01")]):
        told = pilots_of("2022-01-10", "2025-01-01", ("statuts_deposes", "2022-05-01"), *later)
        assert told.after["etape"].iloc[2] != "e5_creation" and told.after["cree"].tolist() == [False, True, True, True]
        assert told.funds["crees"].tolist() == [1]
        assert "structure créée : 1" in ect.show_cohort(told, "pilotes").finding().sentence


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_name_of_a_pilot_is_cut_and_whoever_was_paid_is_named(study, tables, language):
    told = ect.build_pilots(tables, study.episodes(), "")
    wordy = replace(told, funds=told.funds.assign(sans_debut=[("P01", "P02", "P03", "P05")] * len(told.funds)))
    names = study.context.names()
    figure = (
        ect.show_cohort(wordy, "pilotes")
        .in_context(replace(study.context, theme=get_theme("ademe", language)))
        .figure()
    )
    written = plain(" ".join(text.get_text() for text in figure.findobj(Text)))
    assert "…" not in written
    for project in ("P01", "P02", "P03", "P05", *told.table["projet_id"]):
        assert all(word in written for word in plain(names[project]).split())


def test_amounts_are_told_apart_and_never_added(study, tables):
    facts = tables["evenements"].copy()
    paid = facts.index[(facts["projet_id"] == "P15") & (facts["type_evenement"] == "soutien_financier")][:1]
    facts["montant"] = float("nan")
    facts.loc[paid, "montant"] = 5000.0
    told = ect.build_pilots(tables | {"evenements": facts}, study.episodes())
    own = told.table[told.table["projet_id"] == "P15"]
    assert own["montants"].tolist() == [(5000.0,)]
    shown = ect.show_cohort(told, "pilotes").in_context(study.context).rows()
    assert "000 €" in shown.loc[shown["projet_id"] == "P15", "finance_par"].iloc[0]


@pytest.mark.croisement
@pytest.mark.parametrize("reader", ["fiche", "revue"])
def test_the_figures_of_a_cohort_are_drawn(study, tables, programme, reader):
    context = ect.open_study("pays-ledonien", reader, "en").context
    shown = (ect.show_cohort(programme), ect.show_cohort(programme, "pas"),
             ect.show_cohort(ect.build_pilots(tables, study.episodes()), "pilotes"))  # fmt: skip
    for exhibit in shown:
        placed = exhibit.in_context(context)
        assert placed.figure().axes and len(placed.rows()) and placed.finding().sentence


def test_each_fund_has_its_pilots_and_what_followed_them(study, tables):
    told = ect.build_pilots(tables, study.episodes())
    funds = told.funds.set_index("fonds")
    assert funds.loc["fonds_impulsion", "n"] == 2 and sorted(sum(funds["rangs"], ())) == list(range(told.n))
    for fund in told.funds.to_dict("records"):
        after = told.after[told.after["rang"].isin(fund["rangs"]) & (told.after["mois"] == 12)]
        assert len(after) == fund["suivis"] >= fund["crees"]
    assert funds.loc["fonds_impulsion", "sans_debut"] == ("P16",)


@pytest.mark.parametrize("reader", ["ademe", pytest.param("revue", marks=pytest.mark.croisement)])
def test_each_payer_has_its_panel_and_what_is_not_observed_has_no_sign(study, tables, reader):
    told = ect.build_pilots(tables, study.episodes())
    shown = ect.show_cohort(told, "pilotes").in_context(ect.open_study("pays-ledonien", reader).context)
    texts = [text.get_text().replace("\xa0", " ") for text in shown.figure().axes[0].texts]
    assert {"ADEME", "Fonds d’Impulsion Jurassien"} <= set(texts) and texts.count("+12") == 2
    assert "payés, sans début d’expérimentation daté : La Salamandre" in " ".join(texts).replace("\u202f", " ")
    signs = {sign.sign for sign in stage_signs(study.context.codebook, shown.theme).values()}
    entries = len(set(told.after["etape"]))
    assert sum(text in signs for text in texts) == len(told.after) + entries
    assert all((told.table["suivi"].iloc[row["rang"]] >= row["mois"]) for row in told.after.to_dict("records"))


def test_a_fund_is_followed_by_its_code_and_an_unknown_one_is_one_sentence(study, tables):
    assert ect.build_pilots(tables, study.episodes(), "fonds_impulsion").n == 2
    assert "« zz »" in ect.build_pilots(tables, study.episodes(), "zz").sentence()


def ages_of(folder, *codes):
    opened = ect.open_study(folder)
    read = {name: opened.table(name) for name in ("projets", "evenements", "indicateurs", "idees")}
    told = ect.build_cohort_ages(read, opened.episodes(), codes, observed_on=opened.context.observed_on)
    return told, opened.context


def test_without_a_dated_entry_the_remedy_is_a_fact_to_enter_and_no_code_to_choose(tmp_path):
    _, known = invented.cohort()
    known["evenements"] = [row for row in known["evenements"] if row["type_evenement"] != "entree_parcours"]
    told, _ = ages_of(invented.save(tmp_path / "sans", pd.Timestamp("2025-07-10"), known))
    assert isinstance(told, ect.Refusal)
    assert "Entrée dans un parcours" in told.sentence() and "choisir parmi" not in told.sentence()
    assert "choisir parmi" in ages_of(tmp_path / "sans", "zz")[0].sentence()


def intake(tmp_path):
    """Ten projects admitted among twenty-five candidates, three months and some days later."""
    _, known = invented.cohort()
    known["evenements"] = [row for row in known["evenements"] if row["type_evenement"] == "entree_parcours"]
    known["evenements"] += [invented.event("C01", "debut_experimentation", "15/05/2025"),
                            invented.event("C02", "lancement_etude", "08/07/2025")]  # fmt: skip
    known["indicateurs"] = [{"indicateur_id": "IN1", "dispositif": "autre", "indicateur": "candidatures", "valeur": "25",
                             "approximation": "exact", "unite": "nombre", "cumul": "periode", "lecture": "sure",
                             "source_id": "RA"}]  # fmt: skip
    return invented.save(tmp_path / "entree", pd.Timestamp("2025-07-10"), known)


def test_an_intake_of_three_months_has_its_first_ages_and_no_more(tmp_path):
    told, context = ages_of(intake(tmp_path), "autre")
    assert told.intake[["candidats", "admis", "dates"]].iloc[0].tolist() == [25, 10, 10]
    assert sorted(set(told.ages["mois"])) == [0, 3]
    at = told.ages.set_index(["mois", "pas"])[["surs", "au_plus"]]
    assert at.loc[(3, "experimentation")].tolist() == [1, 1] and at.loc[(3, "nouvelles")].tolist() == [1, 1]
    assert "10 projets admis sur 25 candidatures" in str(
        [text.get_text() for text in ect.show_cohort(told, "ages").in_context(context).figure().axes[0].texts]
    )


def test_a_project_followed_for_less_is_no_failure_at_the_same_age(tmp_path):
    _, known = invented.cohort()
    for row in known["projets"]:
        row |= {"suivi_debut": "03/2025", "suivi_fin": "30/05/2025" if row["projet_id"] in ("C08", "C09") else ""}
    known["evenements"] = [row for row in known["evenements"] if row["type_evenement"] == "entree_parcours"]
    known["evenements"] += [invented.event("C01", "statuts_deposes", "02/06/2025"),
                            invented.event("C09", "abandon", "15/05/2025")]  # fmt: skip
    told, context = ages_of(invented.save(tmp_path / "perdus", pd.Timestamp("2025-12-10"), known), "autre")
    at = told.ages[told.ages["pas"] == "creation"].set_index("mois").loc[6]
    assert (at["n"], at["surs"], at["au_plus"]) == (10, 1, 2), (
        "C08 still ran when it ceased to be followed; C09 had ended"
    )
    assert at["bas"] == ect.wilson_interval(1, 10).low and at["haut"] == ect.wilson_interval(2, 10).high
    assert (
        "1 à 2 avec une structure créée sur 10" in ect.show_cohort(told, "ages").in_context(context).finding().sentence
    )


def test_an_entry_elsewhere_open_dates_and_undated_creations_leave_their_doubt(tmp_path):
    """C01 entered another programme first; C02 has a fact « after »; nobody dates the creation of C03; C04 entered « before »."""
    _, known = invented.cohort()
    events = [row for row in known["evenements"] if row["type_evenement"] == "entree_parcours"]
    events = [row for row in events if row["projet_id"] != "C04"]
    other = {"dispositif": "ailleurs", "evenement_id": "X"}
    more = [invented.event("C01", "entree_parcours", "01/2020") | other,
            invented.event("C02", "lancement_etude", "après 06/2025"),
            invented.event("C03", "statuts_deposes", ""), invented.event("C04", "entree_parcours", "avant 2025")]  # fmt: skip
    known["evenements"] = more + events
    lists = [{"list_name": "dispositif", "name": "ailleurs", "label::fr": "Ailleurs", "label::en": "Elsewhere"}]
    folder = invented.save(tmp_path / "doutes", pd.Timestamp("2025-12-10"), known | {"choices": lists})
    told, _ = ages_of(folder, "autre")
    at = told.ages.set_index(["mois", "pas"])
    assert told.intake["dates"].tolist() == [9], "« before 2025 » says no age"
    assert at.loc[(6, "creation"), ["n", "surs", "au_plus"]].tolist() == [9, 0, 1]
    assert (at["au_plus"] >= at["surs"]).all() and at.loc[(3, "nouvelles"), "au_plus"] == 1
    opened = ect.open_study(folder)
    read = {name: opened.table(name) for name in ("projets", "evenements", "indicateurs")}
    board = ect.build_programme(read, opened.episodes(), "autre", observed_on=opened.context.observed_on).board
    assert board.set_index("projet_id").loc["C01", "entree_min"].year == 2025
    assert board.set_index("projet_id").loc["C02", "mois_silence"] == 0, "« after » some day is no silence since"


def test_points_are_joined_from_ten_projects_only(tmp_path, study):
    ten, context = ages_of(intake(tmp_path), "autre")
    seven, public = ages_of("pays-ledonien", "crepite_2024", "fruit_2026")
    joined = [
        sum(len(line.get_xdata()) == 2 and line.get_color() == "#1a1a1a"
            for line in ect.show_cohort(one, "ages").in_context(where).figure().axes[0].lines)
        for one, where in ((ten, context), (seven, public))
    ]  # fmt: skip
    assert (
        joined[0] == 2
        and joined[1] == 0
        and "aucun projet entré" in ect.show_cohort(seven, "ages").in_context(public).finding().sentence
    )


def test_a_cohort_that_nobody_has_is_one_sentence():
    assert "zz" in ages_of("pays-ledonien", "crepite_2024", "zz")[0].sentence()


@pytest.mark.croisement
def test_an_incubator_fills_five_sheets_that_are_read_back(tmp_path):
    corpus = ect.load_corpus(intake(tmp_path))
    folder = tmp_path / "classeur"
    folder.mkdir()
    (folder / "source.toml").write_bytes((tmp_path / "entree" / "source.toml").read_bytes())
    few = corpus.codebook.keep("sources", "idees", "projets", "evenements", "indicateurs")
    save_workbook(folder / "corpus.xlsx", few, corpus=corpus)
    again = ect.load_corpus(folder)
    assert sorted(again.tables) == ["evenements", "indicateurs", "projets", "sources"]
    assert again.tables["evenements"]["date_debut"].tolist() == corpus.tables["evenements"]["date_debut"].tolist()


def test_a_programme_that_nobody_has_lists_each_code_once():
    study = ect.open_study("pays-ledonien")
    tables = {name: study.table(name) for name in ("projets", "evenements", "indicateurs")}
    told = ect.build_programme(tables, study.episodes(), "crepite_2042", observed_on=study.context.observed_on)
    said = told.sentence("fr")
    assert "Aucune ligne de « projets » ne porte ce dispositif" in said and said.count("crepite_2024") == 1


def test_an_intake_a_day_short_of_three_months_is_drawn_with_an_age_nobody_reached(tmp_path):
    """Crashed: the panel of an age that nobody reached had no row to read."""
    frame = ages_of_a_short_intake(tmp_path)
    texts = [text.get_text() for axes in frame.figure().axes for text in axes.texts]
    assert "aucun âge observé" in texts


def ages_of_a_short_intake(tmp_path):
    rows = [{"projet_id": f"F{n}", "nom": f"Fruit {n}", "source_id": "RA", "dispositif": "fruit"} for n in range(10)]
    events = [{"evenement_id": f"E{n}", "projet_id": f"F{n}", "type_evenement": "entree_parcours", "date_debut": "01/10/2026",
               "source_id": "RA", "certitude": "4_documente", "dispositif": "fruit"} for n in range(10)]  # fmt: skip
    lists = [{"list_name": "dispositif", "name": "fruit", "label::fr": "FruiT", "label::en": "FruiT"}]
    tables = {"projets": rows, "evenements": events, "choices": lists}
    told, context = ages_of(invented.save(tmp_path / "fruit", pd.Timestamp("2026-12-31"), tables), "")
    return ect.show_cohort(told, "ages").in_context(context)


FIGURE = {"indicateur": "projets_accompagnes", "dispositif": "fruit", "unite": "nombre", "date": "2026", "cumul": "annuel",
          "approximation": "exact", "source_id": "RA"}  # fmt: skip


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ({}, 1),
        ({"date": "2025"}, 0),
        ({"cumul": "cumul"}, 0),
        ({"lecture": "concurrente"}, 0),
        ({"note": "ceux de la seconde session"}, 1),
    ],
)
def test_two_values_of_one_published_figure_are_one_sentence_that_names_their_rows(tmp_path, others, told):
    rows = [FIGURE | {"indicateur_id": "I1", "valeur": 10}, FIGURE | {"indicateur_id": "I2", "valeur": 12} | others]
    lists = [{"list_name": "dispositif", "name": "fruit", "label::fr": "FruiT", "label::en": "FruiT"}]
    tables = {"projets": [{"projet_id": "P", "nom": "P", "source_id": "RA"}], "indicateurs": rows, "choices": lists}
    found = check_corpus(invented.save(tmp_path / "deux", pd.Timestamp("2026-12-31"), tables))
    said = [text for text in found["probleme"] if "deux valeurs" in text]
    assert len(said) == told and all("10 (ligne 2) et 12 (ligne 3)" in text for text in said)


def test_a_refusal_is_told_in_whole_once_then_by_the_name_of_its_first_result(tmp_path, monkeypatch):
    monkeypatch.delenv(OUTPUT_VARIABLE, raising=False)
    monkeypatch.setattr("ect_research.study.publishing.publish.output_folder", lambda: tmp_path)
    study = ect.open_study("pays-ledonien")
    read = {name: study.table(name) for name in ("projets", "evenements", "indicateurs", "idees")}
    told = ect.build_programme(read, study.episodes(), "zz", observed_on=study.context.observed_on)
    shown = [repr(study.publish(name, ect.show_cohort(told, view))) for name, view in
             (("tableau", "parcours"), ("pas", "pas"), ("tableau", "parcours"))]  # fmt: skip
    assert "« zz »" in shown[0] and shown[2] == shown[0]
    assert shown[1].replace("\xa0", " ") == "Même refus que « tableau », plus haut."
