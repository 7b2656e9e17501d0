"""The lines of stages: every project on its own line, the words around them, and their tables."""

from dataclasses import replace
from itertools import pairwise

import pandas as pd
import pytest

import ect_research as ect
from ect_research.analysis.trajectories.trajectory_evidence import TraitShares
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.stages.outcomes import OUTCOMES
from ect_research.figures.exhibit.exhibit import Strength
from ect_research.figures.page.figure_bytes import image_bytes
from ect_research.figures.trajectories.trajectory_tables import MOST_LINES
from tests.figures.legible import boxes, check_texts


@pytest.fixture(scope="module")
def study():
    return ect.open_study("pays-ledonien")


@pytest.fixture(scope="module")
def lines(study):
    """The public register: on the calendar, since 2024, and by age."""
    told = study.episodes(), study.table("evenements"), study.table("projets")
    return {
        "calendar": ect.build_timelines(*told),
        "recent": ect.build_timelines(*told, since=2024),
        "age": ect.build_timelines(*told, clock="age"),
    }


@pytest.mark.croisement
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("reader", ["horizons", "ademe", "revue", "fiche"])
@pytest.mark.parametrize("which", ["calendar", "recent", "age"])
def test_no_text_covers_another_or_leaves_the_page(lines, which, reader, language, told_to):
    check_texts(told_to(ect.show_trajectories(lines[which]), reader, language))


@pytest.mark.croisement
def test_every_project_is_named_on_its_line(study, lines, reading, told_to):
    figure = told_to(ect.show_trajectories(lines["calendar"])).figure()
    seen = " ".join(reading.words(figure)).replace("\u202f", " ").replace("\xa0", " ")
    for name in study.corpus.names().values():
        assert name in seen


@pytest.mark.croisement
def test_the_same_input_gives_the_same_bytes(lines, told_to):
    shown = told_to(ect.show_trajectories(lines["calendar"]))
    first, second = (image_bytes(shown.figure(), shown.theme, title="t", description="d") for _ in range(2))
    assert first == second


def test_the_caption_gives_n_the_source_and_the_day_of_observation(lines, told_to):
    words = told_to(ect.show_trajectories(lines["calendar"])).words()
    assert words.n == f"n = {lines['calendar'].n} projets"
    assert words.source.startswith("Registre public du Pays Lédonien")
    assert words.date.replace("\xa0", " ") == "état au 31 décembre 2025"
    assert words.reading


def test_an_english_figure_has_no_french_label(study, lines, reading, told_to):
    seen = " ".join(reading.words(told_to(ect.show_trajectories(lines["calendar"]), "revue", "en").figure()))
    french = ["étape", "Expérimentation", "projets ", "Champ", "fait ", "appui", "observation, issue"]
    names = " ".join(study.corpus.names().values())
    assert [word for word in french if word in seen and word not in names] == []


def test_a_greyscale_reader_gets_greys_only(lines, told_to):
    figure = told_to(ect.show_trajectories(lines["calendar"]), "revue").figure()
    for patch in figure.axes[0].patches:
        red, green, blue = patch.get_facecolor()[:3]
        assert max(red, green, blue) - min(red, green, blue) < 0.01


@pytest.mark.crossed("count")
@pytest.mark.parametrize("count", [15, 150])
def test_lines_stay_apart_from_15_to_150_projects(count, study, told_to):
    codes = [f"P{place:03d}" for place in range(count)]
    dates = pd.date_range("2016-01-01", periods=count, freq="23D").astype("datetime64[s]")
    events = pd.DataFrame(
        {"evenement_id": codes, "projet_id": codes, "type_evenement": "statuts_deposes", "certitude": "2_declare",
         "date_debut_min": dates, "date_debut_max": dates + pd.Timedelta(days=200)}
    )  # fmt: skip
    projects = pd.DataFrame(
        {"projet_id": codes, "nom": [f"Plateforme de réemploi inter-entreprises du Haut-Jura {code}" for code in codes]}
    )
    many = replace(study.corpus, tables={"projets": projects, "evenements": events})
    episodes = ect.derive_episodes(events, many.codebook.stages, observed_on=many.observed_on)
    shown = told_to(ect.show_trajectories(ect.build_timelines(episodes, events, projects)), "revue", corpus=many)
    placed = boxes(shown.figure(), shown.theme)
    names = sorted((box.y0, box.y1) for text, box in placed if text.startswith("Plateforme"))
    assert len(names) == min(count, MOST_LINES)
    assert all(below[1] <= above[0] + 0.5 for below, above in pairwise(names))


@pytest.mark.croisement
def test_a_window_is_marked_only_when_asked(lines, reading, told_to):
    covid = [(2020.2, 2021.4, "Covid-19")]
    assert "Covid-19" not in reading.words(told_to(ect.show_trajectories(lines["calendar"])).figure())
    assert "Covid-19" in reading.words(told_to(ect.show_trajectories(lines["calendar"], shocks=covid)).figure())


def test_the_lines_say_how_many_projects_they_tell_of(lines, told_to):
    told = lines["calendar"]
    recent = int((told.projects["dernier_fait"] >= pd.Timestamp("2024-01-01")).sum())
    created, half = told.projects["issue"].str.startswith("cree").sum(), told.projects["premier_fait"].dt.year.median()
    assert told_to(ect.show_trajectories(told)).finding().sentence == (
        f"{created} projets créés, sur {told.n} dont un fait est daté ; la moitié de leurs histoires ne commence qu’en "
        f"{half:.0f} ou après."
    )
    assert lines["recent"].n == recent and set(lines["recent"].projects["x_dernier"] >= 2024) == {True}


@pytest.mark.croisement
def test_projects_follow_one_another_by_outcome_then_by_their_first_fact(lines, reading, told_to):
    shown = lines["calendar"].projects
    ranks = [OUTCOMES.index(issue) for issue in shown["issue"]]
    assert ranks == sorted(ranks) and len(set(ranks)) > 1
    for _, same in shown.groupby("issue"):
        assert same["premier_fait"].is_monotonic_increasing
    said = reading.words(told_to(ect.show_trajectories(lines["calendar"])).figure())
    assert f"Créé, actif ({(shown['issue'] == 'cree_actif').sum()})" in said


def test_the_zoom_and_the_clock_of_ages_say_what_they_show(lines, told_to):
    told, recent = lines["calendar"], lines["recent"].n
    assert told_to(ect.show_trajectories(lines["recent"])).finding().sentence == (
        f"Un fait est daté depuis 2024 pour {recent} projets sur {told.n_projects}."
    )
    by_age = told_to(ect.show_trajectories(lines["age"]))
    assert by_age.finding().sentence.endswith(f"au plus ; n = {told.n}.")
    assert (by_age.place, told_to(ect.show_trajectories(told)).place) == ("annexe", "corps")


def test_time_in_each_stage_counts_the_spells_dated_at_both_ends(study, lines, told_to):
    durations = ect.build_stage_durations(study.episodes(), lines["calendar"])
    shown = told_to(ect.show_trajectory_table(durations, "durees"))
    assert shown.finding().sentence.startswith(
        f"{durations['passages'].sum()} passages par une étape, dont {durations['finis'].sum()} datés des deux bouts"
    )
    assert shown.rows()["libelle"].notna().all()


def test_facts_without_a_date_are_named_with_their_project_and_counted(study, told_to):
    shown = told_to(ect.show_trajectory_table(study.episodes(), "sans_date"))
    rows = shown.rows()
    assert rows[["projet", "evenement", "source_id"]].notna().all().all()
    assert shown.finding().sentence == (
        f"Sans date, ni rang qui les place, donc sur aucune figure : {len(rows)} faits de {rows['projet_id'].nunique()} projets."
    )


def test_the_states_and_the_indicators_name_the_projects_without_a_stage(study, told_to):
    sequences = ect.derive_sequences(study.episodes(), clock="age", unit="annee")
    dated, every = len(sequences.frame), len(study.table("projets"))
    shown = told_to(ect.show_trajectory_table(sequences, "etats"))
    assert shown.finding().sentence.startswith(f"Étape datée : {dated} projets sur {every} ; ")
    measures = ect.measure_sequences(ect.code_sequences(sequences))
    told = told_to(ect.show_trajectory_table(measures, "indicateurs"))
    assert len(told.rows()) == every
    assert told.rows()["longueur"].notna().sum() == dated
    assert told.words().n == f"n = {dated} trajectoires datées sur {every} projets"
    still = int((measures["etats"] == 1).sum())
    assert told.finding().sentence.startswith(f"Une seule étape connue : {still} trajectoires sur {dated} ; ")


def test_each_way_of_measuring_is_named_and_the_first_refusal_takes_the_place_of_all(told_to):
    frame = pd.DataFrame([list("aabbcc"), ["a", "b", *[None] * 4], list("aaabbb"), ["a", "a", "b", *[None] * 3]])
    sequences = ect.code_sequences(frame, list("abc"))
    ways = [ect.build_distances(sequences), ect.build_distances(sequences, method="LCS", norm="auto")]
    shown = told_to(ect.show_trajectory_table(ect.describe_distances(ways), "distances"))
    assert shown.rows()["methode"].tolist() == ["appariement optimal", "plus longue sous-suite commune"]
    lowest = f"{shown.result['accord'].min():.2f}".replace(".", ",")
    assert f"descend à {lowest} ; " in shown.finding().sentence
    refused = ect.build_distances(sequences, method="HAM")
    assert ect.show_trajectory_table(ect.describe_distances([*ways, refused]), "distances").rows() is refused


def shares(*lines):
    columns = ["trait", "n", "sans_valeur", "r2", "r2_hasard", "p", "refus"]
    return TraitShares(pd.DataFrame(lines, columns=columns), 999, 1, 40)


def test_the_closest_trait_pays_for_those_that_were_tried(told_to):
    one = ("objet", 40, 0, 0.25, 0.05, 0.02, "")
    other = ("thematique", 40, 0, 0.06, 0.05, 0.4, "")
    third = ("declencheur", 38, 2, 0.04, 0.05, 0.6, "")
    alone, among = (
        told_to(ect.show_trajectory_table(shares(*lines), "traits")).finding()
        for lines in ((one, other), (one, other, third))
    )
    assert alone.strength is Strength.BEYOND_CHANCE
    assert among.strength is Strength.AS_CHANCE
    assert among.sentence.startswith(
        "Aucun trait ne va avec les trajectoires mieux que le hasard ; le plus proche, « Objet"
    )
    assert among.sentence.endswith("(p = 0,020, n = 40, 3 traits confrontés).")


def test_a_refused_trait_is_told_with_the_words_of_the_codebook(told_to):
    none = ("thematique", 40, 0, None, None, None, ect.tell("(ici energie_habitat : 1)."))
    shown = told_to(ect.show_trajectory_table(shares(none), "traits"))
    assert shown.rows()["refus"].iloc[0] == "(ici Énergie, habitat, rénovation : 1)."
    assert shown.finding().strength is Strength.REFUSED
    assert shown.words().reading == "Distance : la première de la table précédente ; 999 permutations."


@pytest.mark.croisement
def test_figures_of_some_facts_cite_the_documents_of_these_facts_only(study, told_to):
    facts = study.table("evenements")
    some = facts[facts["projet_id"].isin(sorted(facts["projet_id"].dropna().unique())[:12])]
    episodes = ect.derive_episodes(some, study.context.codebook.stages, observed_on=study.context.observed_on)
    coded = ect.code_sequences(ect.derive_sequences(episodes, clock="age", unit="mois"))
    shown = [
        ect.show_trajectories(ect.build_timelines(episodes, some, study.table("projets"))),
        ect.show_lexis(ect.build_lexis(episodes, some)),
        ect.show_states(ect.build_state_distribution(coded)),
        ect.show_flows(ect.build_flows(coded, [0, 1])),
        ect.show_transitions(ect.build_transitions(coded, self_loops=False)),
        ect.show_durations(ect.build_durations(ect.derive_outcomes(episodes, study.table("projets")), episodes)),
        ect.show_funnel(ect.build_stage_reach(episodes, fewest=1), "age"),
        ect.show_trajectory_table(episodes, "sans_date"),
    ]
    cited = {document for told in shown for item in told_to(told).documents() for document in item}
    assert cited == {document for item in some["source_id"] for document in item}
    assert cited < {document for item in facts["source_id"] for document in item}


@pytest.mark.parametrize(("last", "open_ended"), [("debut_experimentation", True), ("statuts_deposes", False),
                                                  ("abandon", False), ("mise_en_sommeil", False)])  # fmt: skip
def test_only_an_unknown_outcome_is_drawn_open(last, open_ended):
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.trajectories.trajectories import _is_settled

    days = pd.to_datetime(["2022-01-01", "2023-01-01"])
    facts = pd.DataFrame({"evenement_id": ["a", "b"], "projet_id": "P", "type_evenement": ["idee_captee", last],
                          "date_debut_min": days, "date_debut_max": days, "certitude": "2_declare"})  # fmt: skip
    episodes = ect.derive_episodes(facts, load_codebook().stages, observed_on=pd.Timestamp("2025-12-31"))
    told = ect.build_timelines(episodes, facts, pd.DataFrame({"projet_id": ["P"]}))
    assert _is_settled(told, "P", Context()) is not open_ended
