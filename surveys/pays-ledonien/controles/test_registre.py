"""The rules of the public register, and what its documents have said: ``python -m pytest surveys``.

They judge data, not code. What a document has said stays said; what may be recorded later (an abandonment, a start of
follow-up, a commune, a year, a report) breaks no rule: each is asked of the register and of a copy with a year more.
"""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import ect_research as ect
from ect_research.corpus.stages.episodes import derive_episodes
from ect_research.corpus.stages.outcomes import derive_outcomes

if TYPE_CHECKING:
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.corpus.stages.episodes import Episodes

REGISTER = Path(__file__).resolve().parents[1]
PUBLIC_CASES = [
    "Filière carpe", "Recyclerie", "Réemploi des bouteilles", "Pôle artisanal", "Atelier Textile", "Ensemble Bi’Eau",
    "La Grappe", "Ju’Ramène", "Matériauthèque", "Sécurité sociale", "Urine", "coworking", "gourmandise", "Mycelium",
    "Rayonne", "Salamandre", "Miel", "Samaritâne", "Composite", "Feuillards", "Glassine", "Acétate",
    "Filière réemploi", "Réseau forêt", "Anti-gaspillage",
]  # fmt: skip
ROWS = {
    "acteurs": 117, "codages": 236, "evenements": 148, "idees": 15, "indicateurs": 71, "liens": 51,
    "participations": 189, "projets": 28, "ressources": 17, "sources": 24,
}  # fmt: skip
TWO_PASSAGES = {"E080", "I013", "P06"}
"""Rows whose quotation joins two passages that were kept apart."""
TO_COPY = "mots de la source à recopier"
STOPPED = {"abandon", "avis_comite_nogo_definitif", "mise_en_sommeil", "cessation", "dissolution", "idee_sans_suite"}
A_YEAR_LATER: dict[str, list[dict[str, str]]] = {
    "sources": [{"source_id": "R26", "type_source": "rapport_activite", "reference": "Rapport d’activité 2026",
                 "date": "2026", "diffusable": "oui"}],
    "projets": [{"projet_id": "P90", "nom": "Atelier du bois de Saint-Claude", "commune_insee": "39478",
                 "cog_millesime": "2026", "suivi_debut": "02/2026", "source_id": "R26", "certitude": "4_documente"}],
    "evenements": [
        {"evenement_id": "E901", "projet_id": "P05", "type_evenement": "abandon", "date_debut": "11/2026",
         "source_id": "R26", "certitude": "4_documente"},
        {"evenement_id": "E902", "projet_id": "P90", "type_evenement": "idee_captee", "date_debut": "01/2026",
         "lieu_insee": "39478", "source_id": "R26", "certitude": "2_declare"},
        {"evenement_id": "E903", "projet_id": "P03", "type_evenement": "debut_experimentation", "date_debut": "06/2026",
         "source_id": "R26", "certitude": "2_declare"},
        {"evenement_id": "E904", "dispositif": "rd_ect", "type_evenement": "campagne_prevue", "date_debut": "2028",
         "source_id": "R26", "certitude": "2_declare"}],
    "codages": [{"codage_id": "C900", "unite_table": "projets", "unite_id": "P90", "variable": "commune_insee",
                 "valeur": "39478", "codeur": "lecture-publique", "tour": "1", "justification": "« à Saint-Claude »",
                 "source_id": "R26", "certitude": "4_documente"}],
    "liens": [{"lien_id": "L900", "acteur_a": "A-clusterjura", "acteur_b": "A-bhs", "nature_lien": "administration",
               "mise_en_relation": "intermediaire", "source_id": "R26", "certitude": "2_declare"}],
    "indicateurs": [
        {"indicateur_id": "IN900", "acteur_id": "A-clusterjura", "indicateur": "idees_captees", "valeur": "150",
         "approximation": "au_moins", "unite": "nombre", "cumul": "cumule", "lecture": "sure", "source_id": "R26",
         "certitude": "2_declare"},
        {"indicateur_id": "IN901", "acteur_id": "A-clusterjura", "indicateur": "emplois_crees", "valeur": "6",
         "approximation": "exact", "unite": "nombre", "date": "2026", "cumul": "annuel", "lecture": "sure",
         "source_id": "R26", "certitude": "2_declare"}],
    "idees": [{"idee_id": "I900", "intitule": "Un four commun", "devenir": "sans_suite", "source_id": "R26",
               "certitude": "2_declare"}],
}  # fmt: skip


def a_year_later(folder: Path) -> Path:
    """A copy in which a year more is recorded; projects of which the new report says nothing stop being followed."""
    shutil.copytree(REGISTER, folder, ignore=shutil.ignore_patterns("controles"))
    for table, added in A_YEAR_LATER.items():
        path = folder / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        for row in rows if table == "projets" else []:
            if row["projet_id"] in ("P03", "P05"):
                row["source_id"] += " R26"
            elif "R25" in row["source_id"].split():
                row["suivi_fin"] = "12/2025"
        columns = list(dict.fromkeys(column for row in [*rows, *added] for column in row))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, delimiter=";", lineterminator="\n", restval="")
            writer.writeheader()
            writer.writerows([*rows, *added])
    source = folder / "source.toml"
    text = source.read_text(encoding="utf-8").replace("date_observation = 2025-12-31", "date_observation = 2026-12-31")
    source.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module", params=["tel quel", "un an plus tard"])
def register(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    if request.param == "tel quel":
        return ect.load_corpus(REGISTER)
    return ect.load_corpus(a_year_later(tmp_path_factory.mktemp("registre") / "pays-ledonien"))


@pytest.fixture(scope="module")
def episodes(register: Corpus) -> Episodes:
    projects = register.tables["projets"]
    return derive_episodes(
        register.tables["evenements"],
        register.codebook.stages,
        observed_on=register.observed_on,
        followed_until=projects.set_index("projet_id")["suivi_fin_max"],
    )


def project(register: Corpus, start: str) -> str:
    projects = register.tables["projets"]
    return str(projects.loc[projects["nom"].str.startswith(start), "projet_id"].item())


def figures(register: Corpus, **wanted: str) -> pd.DataFrame:
    frame = register.tables["indicateurs"]
    for column, value in wanted.items():
        frame = frame[frame[column] == value]
    return frame


def test_the_register_loads_without_error_or_warning_or_silent_repair(register: Corpus) -> None:
    assert register.warnings.empty, register.warnings.to_string()
    assert register.log.empty, register.log.to_string()


def test_it_says_that_it_is_not_the_data_of_the_research_programme(register: Corpus) -> None:
    assert "et non les données du programme de recherche" in register.source.nature


def test_every_row_cites_a_source_and_every_source_is_cited(register: Corpus) -> None:
    cited: set[str] = set()
    for name, table in register.tables.items():
        if name != "sources":
            assert table["source_id"].notna().all(), name
            cited |= {code for codes in table["source_id"] for code in codes}
    assert cited == set(register.tables["sources"]["source_id"])


def test_each_of_the_25_public_cases_is_a_project(register: Corpus) -> None:
    names = register.tables["projets"]["nom"]
    assert len(PUBLIC_CASES) == 25
    assert [case for case in PUBLIC_CASES if not names.str.contains(case, regex=False).any()] == []


def test_that_a_project_stopped_is_said_by_a_source_and_never_deduced(register: Corpus) -> None:
    events, ideas = register.tables["evenements"], register.tables["idees"]
    stops = [events[events["type_evenement"].isin(STOPPED)], ideas[ideas["devenir"] == "sans_suite"]]
    for rows in stops:
        assert not set(rows["certitude"]) & {"0_deduit", "1_incertain"}, rows.to_string()


def test_no_person_is_an_actor_and_no_cell_holds_a_title_before_a_name(register: Corpus) -> None:
    assert "personne" not in set(register.tables["acteurs"]["nature"])
    titled = re.compile(r"\b(?:M\.|Mme|Mr|Monsieur|Madame|Dr)\s+[A-ZÉÈ]")
    for path in register.folder.glob("*.csv"):
        assert not titled.search(path.read_text(encoding="utf-8")), path.name


def test_what_nobody_says_is_blank_and_never_written_as_unsaid(register: Corpus) -> None:
    for name, table in register.tables.items():
        for column in table.columns.difference(["note", "citation", "justification", "description", "resume"]):
            shown = table[column].astype("str").str.casefold()
            assert not shown.isin(["non dit", "nsp", "à coder", "(à coder)", "?", "na"]).any(), f"{name}.{column}"


def test_every_judgement_of_a_project_has_its_reason_and_the_project_keeps_the_weakest_certainty(
    register: Corpus,
) -> None:
    projects = register.tables["projets"].set_index("projet_id")
    codings = register.tables["codages"]
    mine = codings[codings["unite_table"] == "projets"]
    assert codings["justification"].notna().all()
    judged = {(row.unite_id, row.variable): row.valeur for row in mine.itertuples()}
    variables = sorted({variable for _, variable in judged})
    for code, row in projects[variables].iterrows():
        for variable in variables:
            cell = row[variable]
            shown = " ".join(cell) if isinstance(cell, tuple) else None if pd.isna(cell) else str(cell)
            assert shown == judged.get((code, variable)), f"{code}.{variable}"
    weakest = mine.groupby("unite_id")["certitude"].min().astype("str")
    kept = projects.loc[weakest.index, "certitude"].astype("str")
    assert kept[kept != weakest].empty, kept[kept != weakest].to_string()


def test_every_judged_code_belongs_to_the_list_of_its_variable(register: Corpus) -> None:
    for row in register.tables["codages"].itertuples():
        variable = register.codebook.variables[row.unite_table, row.variable]
        if variable.list_name:
            known = set(register.codebook.choices(variable.list_name)["name"])
            assert set(row.valeur.split()) <= known, row.codage_id


@pytest.mark.parametrize(
    ("indicator", "value", "approximation"),
    [
        ("idees_captees", 130, "au_moins"),
        ("ateliers", 71, "exact"),
        ("projets_amorces", 22, "exact"),
        ("reunions", 200, "au_moins"),
        ("acteurs_mobilises", 3000, "au_moins"),
        ("emplois_crees", 50, "presque"),
    ],
)
def test_the_funnel_told_to_the_general_assembly_is_cumulative(
    register: Corpus, indicator: str, value: int, approximation: str
) -> None:
    frame = figures(register, acteur_id="A-clusterjura", indicateur=indicator, cumul="cumule")
    told = frame[[codes == ("AG",) for codes in frame["source_id"]]]
    assert told[["valeur", "approximation"]].to_numpy().tolist() == [[value, approximation]]


def test_a_cumulative_and_a_yearly_figure_never_share_reach_and_only_the_yearly_one_has_a_year(
    register: Corpus,
) -> None:
    frame = register.tables["indicateurs"]
    assert frame["cumul"].notna().all()
    assert frame.loc[frame["cumul"] == "cumule", "date"].isna().all()
    yearly = frame[(frame["cumul"] == "annuel") & (frame["acteur_id"] == "A-clusterjura")]
    assert yearly["date"].str.fullmatch(r"\d{4}").all()
    jobs = figures(register, acteur_id="A-clusterjura", indicateur="emplois_crees")
    assert {"cumule", "annuel"} <= set(jobs["cumul"])


def test_a_figure_with_one_reading_is_given_once(register: Corpus) -> None:
    frame = register.tables["indicateurs"]
    sure = frame[
        (frame["lecture"] == "sure") & ~frame["indicateur"].isin(["objectif_projets_an", "part_prets_a_renouveler_pct"])
    ]
    bearer = sure["projet_id"].fillna(sure["dispositif"].astype("str")).fillna(sure["acteur_id"])
    key = pd.DataFrame(
        {
            "qui": bearer,
            "quoi": sure["indicateur"],
            "portée": sure["cumul"],
            "date": sure["date"],
            "source": sure["source_id"],
        }
    )
    assert not key.duplicated().any(), sure[key.duplicated(keep=False)].to_string()


@pytest.mark.parametrize("value", [60, 49, 15, 2])
def test_a_figure_of_the_report_that_reads_two_ways_has_both_readings(register: Corpus, value: int) -> None:
    readings = figures(register, dispositif="rd_ect")
    readings = readings[[codes == ("R25",) for codes in readings["source_id"]]]
    readings = readings[readings["valeur"] == value]
    assert sorted(readings["lecture"]) == ["concurrente", "probable"]
    assert readings["indicateur"].nunique() == 2


def test_a_figure_lost_in_extraction_keeps_its_row_without_a_value(register: Corpus) -> None:
    lost = figures(register, lecture="perdue")
    assert {"collectivites", "entreprises"} <= set(lost["indicateur"])
    assert lost["valeur"].isna().all()


def test_conflicts_point_both_ways_and_are_of_one_project(register: Corpus) -> None:
    events = register.tables["evenements"].set_index("evenement_id")
    rivals = events["conflit_avec"].dropna()
    assert len(rivals) >= 10
    for code, others in rivals.items():
        for rival in others:
            assert code in events.loc[rival, "conflit_avec"], f"{code}, {rival}"
            same = events.loc[[code, rival], ["projet_id", "dispositif", "acteur_id"]].astype("str").drop_duplicates()
            assert len(same) == 1, f"{code}, {rival}"


def test_the_food_association_dated_twice_is_one_fact_known_within_both_dates(
    register: Corpus, episodes: Episodes
) -> None:
    events = register.tables["evenements"]
    code = project(register, "Sécurité sociale")
    filed = events[(events["projet_id"] == code) & (events["type_evenement"] == "statuts_deposes")]
    assert {"01/2025", "07/2025"} <= set(filed["date_debut"])
    created = episodes.frame[(episodes.frame["projet_id"] == code) & (episodes.frame["etape"] == "e5_creation")].iloc[0]
    assert (created["ouverture_min"], created["ouverture_max"]) == (
        filed["date_debut_min"].min(),
        filed["date_debut_max"].max(),
    )


def test_the_bottles_are_tried_twice_with_a_review_between(register: Corpus, episodes: Episodes) -> None:
    code = project(register, "Réemploi des bouteilles")
    pilots = episodes.frame[(episodes.frame["projet_id"] == code) & (episodes.frame["etape"] == "e4_experimentation")]
    assert pilots["rang"].tolist()[:2] == [1, 2]
    assert pilots["type_fermant"].iloc[0] == "bilan_experimentation"
    assert derive_outcomes(episodes, register.tables["projets"]).set_index("projet_id").loc[code, "n_boucles"] >= 1


def test_the_textile_workshop_skips_stages_under_an_outside_shock(register: Corpus, episodes: Episodes) -> None:
    code = project(register, "Atelier Textile")
    story = episodes.frame[episodes.frame["projet_id"] == code]
    assert story["etape"].tolist()[:3] == ["e0_captation", "e3_etude", "e5_creation"]
    assert story["ouverture"].iloc[2] == pd.Timestamp("2020-05-12")
    skipped = derive_outcomes(episodes, register.tables["projets"]).set_index("projet_id").loc[code, "etapes_sautees"]
    assert {"e2_collectif", "e4_experimentation"} <= set(skipped)
    events = register.tables["evenements"]
    shocks = events[(events["projet_id"] == code) & (events["choc_externe"] == "oui")]
    assert shocks["date_debut_min"].min() == pd.Timestamp("2020-05-01")


def test_a_project_that_the_last_report_does_not_name_is_no_longer_followed(
    register: Corpus, episodes: Episodes
) -> None:
    reports = register.tables["sources"].query("type_source == 'rapport_activite'").sort_values("date")
    last, projects = reports["source_id"].iloc[-1], register.tables["projets"].set_index("projet_id")
    unnamed = projects[[last not in codes for codes in projects["source_id"]]]
    told = unnamed.index.intersection(episodes.horizons.index)
    beyond = told[episodes.horizons[told] >= register.observed_on]
    assert not set(beyond) & set(episodes.frame["projet_id"]), f"« suivi_fin » manque : {', '.join(beyond)}"


def test_what_is_planned_is_never_a_fact_of_a_stage(register: Corpus) -> None:
    events = register.tables["evenements"]
    future = events[events["date_debut_min"] > register.observed_on]
    assert set(future["type_evenement"]) <= {"campagne_prevue"}


def test_a_municipality_code_comes_with_its_year(register: Corpus) -> None:
    for table in ("projets", "acteurs"):
        frame = register.tables[table]
        assert (frame["commune_insee"].notna() == frame["cog_millesime"].notna()).all(), table


def test_apostrophes_are_typographic_and_files_end_lines_as_unix(register: Corpus) -> None:
    for path in sorted(register.folder.glob("*.csv")):
        text = path.read_bytes().decode("utf-8")
        assert "\r" not in text and not text.startswith("\ufeff"), path.name
        assert "'" not in re.sub(r"https?://\S+", "", text), path.name


def test_the_register_holds_the_rows_that_its_readings_left() -> None:
    assert {name: len(raw(name)) for name in ROWS} == ROWS


def test_a_quotation_of_the_three_main_documents_is_their_words() -> None:
    with (Path(__file__).parent / "passages.csv").open(encoding="utf-8", newline="") as file:
        kept = [(row["source_id"], row["mots"]) for row in csv.DictReader(file, delimiter=";")]
    looked_up, missing = 0, []
    for name in ROWS:
        for row in raw(name):
            quoted, documents = row.get("citation", ""), row.get("source_id", "").split()
            if quoted and documents[0] in ("R25", "INT", "AG"):
                looked_up += 1
                if not any(source in documents and quoted in words for source, words in kept):
                    missing.append(next(iter(row.values())))
    assert looked_up > 450
    assert set(missing) == TWO_PASSAGES


def test_a_fact_whose_words_are_to_be_copied_quotes_none_and_is_no_dated_document() -> None:
    for name in ROWS:
        for row in raw(name):
            said = row.get("note", "")
            if said.lower().startswith("relevé à la relecture") or ("Semaine de l’Industrie. Relevé" in said):
                assert TO_COPY in said and row["citation"] == "" and row["certitude"] <= "2_declare", row


def test_the_year_of_a_report_is_not_the_date_of_a_fact_nor_what_is_announced_a_participation() -> None:
    events, ideas = ({next(iter(row.values())): row for row in raw(name)} for name in ("evenements", "idees"))
    assert {events[code]["date_debut"] for code in ("E077", "E080", "E082")} == {"avant 2026"}
    assert {ideas[code]["date_captation"] for code in ("I010", "I011", "I012", "I013")} == {"avant 2026"}
    assert sum(row["date"] == "avant 2026" for row in raw("ressources")) == 7
    assert not [row for row in raw("participations") if row["date_debut"].endswith("2026")]


def test_a_participation_is_in_a_project_or_in_a_programme_never_both() -> None:
    rows = raw("participations")
    assert all(bool(row["projet_id"]) != bool(row["dispositif"]) for row in rows)
    assert sum(bool(row["projet_id"]) for row in rows) == 120


def raw(name: str) -> list[dict[str, str]]:
    with (REGISTER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))
