"""The public register says what documents say: sources, doubts and silences included."""

from __future__ import annotations

import re
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

REGISTER = Path(__file__).resolve().parents[2] / "surveys" / "pays-ledonien"
PUBLIC_CASES = [
    "Filière carpe", "Recyclerie", "Réemploi des bouteilles", "Pôle artisanal", "Atelier Textile", "Ensemble Bi’Eau",
    "La Grappe", "Ju’Ramène", "Matériauthèque", "Sécurité sociale", "Urine", "coworking", "gourmandise", "Mycelium",
    "Rayonne", "Salamandre", "Miel", "Samaritâne", "Composite", "Feuillards", "Glassine", "Acétate",
    "Filière réemploi", "Réseau forêt", "Anti-gaspillage",
]  # fmt: skip
STOPPED = {"abandon", "avis_comite_nogo_definitif", "mise_en_sommeil", "cessation", "dissolution", "idee_sans_suite"}


@pytest.fixture(scope="module")
def register() -> Corpus:
    return ect.load_corpus(REGISTER)


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
    assert register.observed_on == pd.Timestamp("2025-12-31")


def test_every_row_cites_a_source_and_every_source_is_cited(register: Corpus) -> None:
    cited: set[str] = set()
    for name, table in register.tables.items():
        if name != "sources":
            assert table["source_id"].notna().all(), name
            cited |= {code for codes in table["source_id"] for code in codes}
    assert cited == set(register.tables["sources"]["source_id"])


def test_each_of_the_25_public_cases_is_one_project(register: Corpus) -> None:
    names = register.tables["projets"]["nom"]
    found = {case: int(names.str.contains(case, regex=False).sum()) for case in PUBLIC_CASES}
    assert len(PUBLIC_CASES) == 25
    assert {case: n for case, n in found.items() if n != 1} == {}


def test_no_named_project_is_said_to_have_stopped(register: Corpus, episodes: Episodes) -> None:
    assert not set(register.tables["evenements"]["type_evenement"]) & STOPPED
    assert not set(register.tables["idees"]["devenir"].dropna()) & {"sans_suite"}
    assert "motif_arret" not in register.tables["projets"] or register.tables["projets"]["motif_arret"].isna().all()
    outcomes = derive_outcomes(episodes, register.tables["projets"])
    assert set(outcomes["issue"]) <= {"en_cours", "cree_actif"}


def test_no_person_is_an_actor_and_no_cell_holds_a_title_before_a_name(register: Corpus) -> None:
    assert "personne" not in set(register.tables["acteurs"]["nature"])
    titled = re.compile(r"\b(?:M\.|Mme|Mr|Monsieur|Madame|Dr)\s+[A-ZÉÈ]")
    for path in REGISTER.glob("*.csv"):
        assert not titled.search(path.read_text(encoding="utf-8")), path.name


def test_what_nobody_says_is_blank_and_never_written_as_unsaid(register: Corpus) -> None:
    for name, table in register.tables.items():
        for column in table.columns.difference(["note", "citation", "justification", "description", "resume"]):
            shown = table[column].astype("str").str.casefold()
            assert not shown.isin(["non dit", "nsp", "à coder", "(à coder)", "?", "na"]).any(), f"{name}.{column}"
    assert register.tables["liens"]["mise_en_relation"].isna().all()
    assert "suivi_debut" not in register.tables["projets"] or register.tables["projets"]["suivi_debut"].isna().all()


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
    weakest = mine.groupby("unite_id")["certitude"].min()
    pd.testing.assert_series_equal(
        weakest.astype("str").sort_index(), projects["certitude"].astype("str").sort_index(), check_names=False
    )


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
def test_the_public_funnel_is_cumulative(register: Corpus, indicator: str, value: int, approximation: str) -> None:
    cumulative = figures(register, acteur_id="A-clusterjura", indicateur=indicator, cumul="cumule")
    assert cumulative[["valeur", "approximation"]].to_numpy().tolist() == [[value, approximation]]


def test_a_cumulative_and_a_yearly_figure_never_share_reach_and_never_a_year(register: Corpus) -> None:
    frame = register.tables["indicateurs"]
    assert frame["cumul"].notna().all()
    assert frame.loc[frame["cumul"] == "cumule", "date"].isna().all()
    yearly = frame[(frame["cumul"] == "annuel") & (frame["acteur_id"] == "A-clusterjura")]
    assert set(yearly["date"]) == {"2025"}
    jobs = figures(register, acteur_id="A-clusterjura", indicateur="emplois_crees")
    assert dict(zip(jobs["cumul"], jobs["valeur"], strict=True)) == {"cumule": 50.0, "annuel": 4.0}


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
def test_a_figure_that_reads_two_ways_has_both_readings(register: Corpus, value: int) -> None:
    readings = figures(register, dispositif="rd_ect")
    readings = readings[readings["valeur"] == value]
    assert sorted(readings["lecture"]) == ["concurrente", "probable"]
    assert readings["indicateur"].nunique() == 2


def test_a_figure_lost_in_extraction_keeps_its_row_without_a_value(register: Corpus) -> None:
    lost = figures(register, lecture="perdue")
    assert set(lost["indicateur"]) == {"collectivites", "entreprises"}
    assert lost["valeur"].isna().all()


def test_the_food_association_dated_twice_is_one_fact_known_within_both_dates(
    register: Corpus, episodes: Episodes
) -> None:
    events = register.tables["evenements"].set_index("evenement_id")
    code = project(register, "Sécurité sociale")
    filed = events[(events["projet_id"] == code) & (events["type_evenement"] == "statuts_deposes")]
    assert sorted(filed["date_debut"]) == ["01/2025", "07/2025"]
    assert filed["conflit_avec"].to_dict() == {
        filed.index[0]: (filed.index[1],),
        filed.index[1]: (filed.index[0],),
    }
    created = episodes.frame[(episodes.frame["projet_id"] == code) & (episodes.frame["etape"] == "e5_creation")]
    assert created["ouverture_min"].tolist() == [pd.Timestamp("2025-01-01")]
    assert created["ouverture_max"].tolist() == [pd.Timestamp("2025-07-31")]


def test_conflicts_point_both_ways(register: Corpus) -> None:
    events = register.tables["evenements"].set_index("evenement_id")["conflit_avec"].dropna()
    assert len(events) >= 10
    assert all(code in events[rival] for code, rivals in events.items() for rival in rivals)


def test_the_bottles_are_tried_twice_with_a_review_between(register: Corpus, episodes: Episodes) -> None:
    code = project(register, "Réemploi des bouteilles")
    pilots = episodes.frame[(episodes.frame["projet_id"] == code) & (episodes.frame["etape"] == "e4_experimentation")]
    assert pilots["rang"].tolist() == [1, 2]
    assert pilots["type_fermant"].iloc[0] == "bilan_experimentation"
    assert derive_outcomes(episodes, register.tables["projets"]).set_index("projet_id").loc[code, "n_boucles"] == 1


def test_the_textile_workshop_skips_stages_under_an_outside_shock(register: Corpus, episodes: Episodes) -> None:
    code = project(register, "Atelier Textile")
    story = episodes.frame[episodes.frame["projet_id"] == code]
    assert story["etape"].tolist() == ["e0_captation", "e3_etude", "e5_creation"]
    assert story["ouverture"].iloc[-1] == pd.Timestamp("2020-05-12")
    skipped = derive_outcomes(episodes, register.tables["projets"]).set_index("projet_id").loc[code, "etapes_sautees"]
    assert {"e2_collectif", "e4_experimentation"} <= set(skipped)
    events = register.tables["evenements"]
    shocks = events[(events["projet_id"] == code) & (events["choc_externe"] == "oui")]
    assert shocks["date_debut_min"].min() == pd.Timestamp("2020-05-01")


def test_a_project_seen_only_in_old_sources_is_not_followed_to_2025(register: Corpus, episodes: Episodes) -> None:
    projects = register.tables["projets"].set_index("projet_id")
    old = projects[[not {"R25"} & set(codes) for codes in projects["source_id"]]]
    unfollowed = old[old["suivi_fin"].isna()]
    assert unfollowed["nom"].tolist() == ["Pôle artisanal éco-rénovation de Conliège"]
    assert not set(episodes.frame["projet_id"]) & set(unfollowed.index)
    assert (episodes.horizons[old.index.difference(unfollowed.index)] < register.observed_on).all()


def test_what_is_planned_is_never_a_fact_of_a_stage(register: Corpus) -> None:
    events = register.tables["evenements"]
    future = events[events["date_debut_min"] > register.observed_on]
    assert set(future["type_evenement"]) == {"campagne_prevue"}


def test_a_municipality_code_comes_with_its_year_and_is_one_that_a_document_names(register: Corpus) -> None:
    named = {"39300", "39043", "39173", "39056", "39013", "39164", "39086", "39160"}
    places = {
        "projets": "commune_insee",
        "acteurs": "commune_insee",
        "evenements": "lieu_insee",
        "ressources": "lieu_insee",
    }
    for table, column in places.items():
        assert set(register.tables[table][column].dropna()) <= named, table
    for table in ("projets", "acteurs"):
        frame = register.tables[table]
        assert (frame["commune_insee"].notna() == frame["cog_millesime"].notna()).all()


def test_apostrophes_are_typographic_and_files_end_lines_as_unix(register: Corpus) -> None:
    for path in sorted(REGISTER.glob("*.csv")):
        text = path.read_bytes().decode("utf-8")
        assert "\r" not in text and not text.startswith("\ufeff"), path.name
        assert "'" not in re.sub(r"https?://\S+", "", text), path.name
