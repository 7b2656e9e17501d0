"""Incidence, states, funnel by age, transitions and types: what the figures say, with which numbers, and their findings."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ect_research as ect
from ect_research.analysis.durations.durations import durations_from_arrays
from ect_research.analysis.durations.hazard import HazardModel
from ect_research.analysis.durations.proportionality import check_proportionality
from ect_research.analysis.trajectories.trajectory_evidence import quote_trajectory_rates
from ect_research.corpus.text.dates import FuzzyDate, parse_date
from ect_research.figures.exhibit.exhibit import Strength
from ect_research.figures.page.caption import add_caption

DATA = Path(__file__).parent.parent / "corpus" / "data"
OPENERS = {
    "idea_captured": "idee_captee",
    "collective_formed": "collectif_reuni",
    "feasibility_study": "lancement_etude",
    "experiment_started": "debut_experimentation",
    "structure_created": "statuts_deposes",
    "abandoned": "abandon",
    "merged": "absorption",
}


def read(text: str) -> FuzzyDate:
    found = parse_date(text)
    assert isinstance(found, FuzzyDate)
    return found


@pytest.fixture(scope="module")
def episodes(corpus):
    """The 45 synthetic projects, told with the facts of the codebook."""
    told = pd.read_csv(DATA / "ptce_synthetic_events.csv", dtype="str")
    told = told[told["event"].isin(OPENERS)].reset_index(drop=True)
    dates = [read(text) for text in told["date"]]
    events = pd.DataFrame(
        {
            "evenement_id": [f"E{number:03d}" for number in range(len(told))],
            "projet_id": "S" + told["project_id"],
            "type_evenement": told["event"].map(OPENERS),
            "date_debut_min": pd.Series([date.low for date in dates], dtype="datetime64[s]"),
            "date_debut_max": pd.Series([date.high for date in dates], dtype="datetime64[s]"),
        }
    )
    projects = pd.read_csv(DATA / "ptce_synthetic_projects.csv", dtype="str")
    until = pd.Series([read(text).high for text in projects["followed_until"]], index="S" + projects["project_id"])
    stages = corpus.codebook.stages
    return ect.derive_episodes(events, stages, observed_on=pd.Timestamp("2024-12-31"), followed_until=until)


@pytest.fixture(scope="module")
def durations(episodes):
    projects = pd.DataFrame({"projet_id": list(episodes.horizons.index)})
    return ect.build_durations(ect.derive_outcomes(episodes, projects), episodes)


@pytest.fixture(scope="module")
def sequences(episodes):
    return ect.code_sequences(ect.derive_sequences(episodes, clock="age", unit="trimestre"))


@pytest.fixture(scope="module")
def types(sequences):
    return ect.build_trajectory_types(sequences, ks=(3,), draws=19)


@pytest.fixture(scope="module")
def exhibits(episodes, durations, sequences, types):
    return {
        "types": ect.show_types(types),
        "incidence": ect.show_incidence(ect.build_incidence(durations)),
        "states": ect.show_states(ect.build_state_distribution(sequences)),
        "reach": ect.show_funnel(ect.build_stage_reach(episodes), "age"),
        "transitions": ect.show_transitions(ect.build_transitions(sequences, self_loops=False)),
    }


@pytest.mark.croisement
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("reader", ["horizons", "ademe", "revue", "fiche"])
@pytest.mark.parametrize("name", ["types", "incidence", "states", "reach", "transitions"])
def test_no_word_overlaps_another_or_leaves_the_page(exhibits, name, reader, language, reading, told_to):
    shown = told_to(exhibits[name], reader, language)
    figure = shown.figure()
    with shown.theme.applied():
        assert reading.overlapping(figure) == []
        assert reading.outside(figure) == []
        add_caption(figure, shown.words(), shown.theme)


def test_the_at_risk_table_counts_those_still_followed(exhibits, durations, reading, told_to):
    said = reading.words(told_to(exhibits["incidence"]).figure())
    assert "Encore suivis" in said
    for years in (0, 1, 2, 3):
        followed = sum(1 for time in durations.time if time >= 12 * years)
        assert str(followed) in said


def test_each_end_is_named_with_its_share_and_its_interval(exhibits, durations, reading, told_to):
    shown = told_to(exhibits["incidence"])
    said = " ".join(reading.words(shown.figure()))
    for end in ("Création", "Abandon", "Absorption"):
        assert end in said
    ends = sum(durations.ends.values())
    assert (
        shown.words().n
        == f"n = {durations.n} projets, dont {ends} projets arrivés à une fin\u202f; {durations.n - ends} encore en cours"
    )


def test_the_finding_of_the_curves_gives_a_share_its_interval_and_n(exhibits, durations, told_to):
    incidence = exhibits["incidence"].result
    curve = incidence.curves[incidence.curves["fin"] == "creation"]
    point = curve[curve["temps"] <= incidence.groups["dernier_lisible"].iloc[0]].iloc[-1]
    found = told_to(exhibits["incidence"], language="en").finding()
    assert found.sentence == (
        f"Creation: {100 * point['part']:.0f}% of the projects {point['temps'] / 12:.1f} years after their start "
        f"[{100 * point['bas']:.0f} to {100 * point['haut']:.0f}%]; n = {durations.n}, of which "
        f"{sum(durations.ends.values())} projects that ended."
    )
    assert found.strength is Strength.COUNTED


def test_groups_get_a_panel_each(durations, reading, told_to):
    groups = ["un" if place % 2 else "deux" for place in range(durations.n)]
    said = reading.words(told_to(ect.show_incidence(ect.build_incidence(durations, by=groups))).figure())
    assert {f"deux (n = {groups.count('deux')})", f"un (n = {groups.count('un')})"} <= set(said)
    assert said.count("Encore suivis") == 2


def test_durations_of_ones_own_are_drawn_without_a_corpus_on_their_own_clock(reading):
    table = pd.DataFrame({"age": range(1, 31), "issue": ["vendu", None, "fermé"] * 10})
    shown = ect.show_incidence(ect.build_incidence(ect.durations_from(table, time="age", end="issue", unit="semaines")))
    said = reading.words(shown.figure())
    assert "Temps depuis le début (semaines)" in said
    bars = {patch.get_facecolor() for patch in shown.figure().axes[0].patches}
    assert len(bars) == 2 and all(min(bar[:3]) < 0.5 for bar in bars)
    assert any(text.startswith("fermé : ") for text in said)
    assert "« fermé »" in shown.words().reading.replace("\u00a0", " ")
    below = shown.words().lines_below(shown.theme)
    assert below[-1] == "Source\u00a0: non dite, donc non publiable."


def test_the_number_observed_stands_on_each_bar_and_bars_are_counts(exhibits, reading, told_to):
    result = exhibits["states"].result
    yearly = ect.build_state_distribution(
        ect.code_sequences(pd.DataFrame([["a", "b"]] * 3 + [["a", None]], columns=["2020", "2021"]), ["a", "b"])
    )
    assert yearly.counts.sum(axis=1).tolist() == yearly.summary["observes"].tolist() == [4, 3]
    said = reading.words(told_to(exhibits["states"]).figure())
    assert str(result.summary["observes"].max()) in said and "%" not in " ".join(said)
    assert "projets observés" in said
    assert "Trimestres depuis le premier fait daté" in said


def test_the_finding_of_the_states_reads_the_fullest_moment(exhibits, told_to):
    distribution = exhibits["states"].result
    counts = distribution.counts.loc[distribution.summary["observes"][::-1].idxmax()]
    share = ect.wilson_interval(int(counts.max()), int(counts.sum()))
    said = told_to(exhibits["states"], language="en").finding().sentence
    assert said.endswith(
        f": {share.count} of the {share.n} projects observed, {100 * share.estimate:.0f}% "
        f"[{100 * share.low:.0f} to {100 * share.high:.0f}%]."
    )
    alone = ect.code_sequences(pd.DataFrame([["e2_collectif"]], columns=["2020"]), ["e2_collectif"])
    early = ect.build_state_distribution(alone)
    assert told_to(ect.show_states(early)).finding().sentence == (
        "En 2020, le moment le mieux connu, 1 projet observé en tout : ce ne sont pas des parts."
    )


def test_the_counts_of_the_cells_are_those_of_the_table(exhibits, sequences, reading, told_to):
    shown = told_to(exhibits["transitions"])
    said, moves = reading.words(shown.figure()), shown.result.table
    for count in moves["effectif"]:
        assert str(count) in said
    start = f"{moves['effectif'].sum()} changements d’étape chez {sequences.n} projets, "
    assert shown.finding().sentence.startswith(start)


def test_the_funnel_by_age_gives_the_share_that_has_created(exhibits, told_to):
    reach = exhibits["reach"].result
    step = reach.table[reach.table["lisible"] & (reach.table["etape"] == "e5_creation")].iloc[-1]
    said = told_to(exhibits["reach"], language="en").finding().sentence
    assert said.startswith(f"{step['age'] // 12} years after their capture, {100 * step['part']:.0f}% of the projects")
    assert said.endswith(f"; n = {reach.n}.")


def test_types_that_chance_gives_as_well_are_said_so_in_the_title_and_go_to_the_annex(types, reading, told_to):
    shown = told_to(ect.show_types(types))
    assert shown.words().title == "Une suite de passages sans types fait aussi bien"
    speed = f"{types.range['vitesse_95'].iloc[0]:.2f}".replace(".", ",")
    assert "à chacune sa vitesse, " in shown.words().missing and shown.words().missing.endswith(speed)
    assert shown.finding().strength is Strength.AS_CHANCE
    rates = quote_trajectory_rates(types.n)
    assert rates is not None and rates.false_types.estimate < rates.true_types.estimate
    assert f"Sur des registres simulés de {rates.n} projets, des types sont annoncés à tort" in shown.words().reading
    assert shown.place == "annexe"
    said = reading.words(shown.figure())
    for name, size in zip(types.types["representant"], types.partition.sizes, strict=True):
        assert f"comme {name}" in said
        assert any(text.endswith(f": {size} projets") for text in said)
    assert len(shown.rows()) == types.n


def test_a_ratio_whose_interval_holds_one_is_what_chance_does_as_well():
    def found(low: float, high: float):
        terms = pd.DataFrame({"terme": ["constante", "periode"], "rapport": [0.1, 1.1], "bas": low, "haut": high})
        return ect.show_hazard(HazardModel(terms, "cloglog", "creation", -1.0, 24, 40, 200, 0.95)).finding()

    assert found(0.9, 1.3).strength is Strength.AS_CHANCE
    assert found(1.02, 1.3).strength is Strength.BEYOND_CHANCE
    assert found(1.02, 1.3).sentence == (
        "À une unité de plus de « période », le risque est 1,10 fois aussi grand (intervalle à 95 % : 1,02 à 1,30 ; 24 fins, "
        "40 projets)."
    )


def test_the_table_of_a_cox_model_gives_the_tests_of_the_whole_and_the_concordance(told_to):
    told = durations_from_arrays(range(1, 31), [1] * 15 + [0] * 15)
    sizes = pd.DataFrame({"taille": [1, 2, 3] * 10}, index=list(told.names))
    model = ect.fit_cox(told, sizes, "creation")
    rows = told_to(ect.show_hazard(model)).rows().set_index("terme")
    assert model.bounds == "profil"
    assert list(rows.index) == ["taille", "tous les termes : rapport de vraisemblance", "tous les termes : score",
                                "tous les termes : Wald", "concordance"]  # fmt: skip
    assert rows["khi2"].dropna().tolist() == model.tests["khi2"].tolist()
    tested = check_proportionality(told, sizes, "creation")
    more = told_to(ect.show_hazard(model, tested))
    later = more.rows().set_index("terme").loc["effet qui changerait avec l’âge : taille"]
    assert (later["khi2"], later["p"]) == tuple(
        tested.loc[0, ["khi2", "p"]]
    ) and "ne prouve rien" in more.words().reading
    assert rows.loc["concordance", "concordance"] == model.concordance.estimate
    assert rows.loc["taille", "p"] == pytest.approx(
        rows.loc["tous les termes : rapport de vraisemblance", "p"], abs=1e-6
    )


def test_curves_say_which_starts_of_follow_up_are_supposed_and_what_the_other_assumption_gives(told_to):
    late = np.where(np.arange(30) % 3 == 0, np.arange(30) + 8.0, 0.0)
    known = durations_from_arrays(np.arange(1, 31) + 8.0, [1] * 20 + [0] * 10)
    supposed = replace(known, late_entry=late, supposed=30)
    assert "suivi" not in told_to(ect.show_incidence(ect.build_incidence(known))).words().reading
    found = ect.build_incidence(supposed)
    said = told_to(ect.show_incidence(found)).words().reading.replace("\xa0", " ")
    assert "30 projets sans « Suivi depuis » : suivis supposés depuis leur premier fait" in said
    assert "dernier fait avant leur fin" in said
    there = ect.build_incidence(replace(known, entry=late))
    pd.testing.assert_frame_equal(found.otherwise.curves, there.curves)
    assert not np.allclose(found.curves["part"], there.curves["part"])


@pytest.mark.croisement
def test_the_table_of_durations_says_why_a_project_has_none(told_to):
    study = ect.open_study("pays-ledonien")
    episodes, projects = study.episodes(), study.table("projets")
    found = ect.build_durations(ect.derive_outcomes(episodes, projects), episodes)
    shown = told_to(ect.show_durations(found, ect.sample_durations(episodes, draws=50)))
    table = shown.rows().set_index("projet_id")
    assert table.loc["P17", "situation"] == "connu seulement à sa fin : durée inconnue"
    english = told_to(shown, language="en").rows().set_index("projet_id")
    assert english.loc["P17", "situation"] == "known at its end only: duration unknown"
    counted = table[table["situation"] == ""]
    assert len(counted) == found.n
    assert (counted["duree_min"] <= counted["duree_max"]).all()
    assert shown.finding().sentence.startswith(f"{found.n} durées connues sur {len(table)} projets ; ")
    assert isinstance(ect.build_incidence(found), ect.Refusal)


def test_the_same_figure_is_the_same_bytes(exhibits, told_to):
    from ect_research.figures.page.figure_bytes import image_bytes

    shown = told_to(exhibits["incidence"], "revue")
    first, second = (image_bytes(shown.figure(), shown.theme, title="t", description="d") for _ in range(2))
    assert first == second


def test_a_stage_after_a_wait_is_no_return_and_equals_are_said(told_to):
    """« Between stages » and dormancy stand after all stages in the list: leaving them was told as going back."""
    waits = [["e4_experimentation", "s_entre_deux", "e5_creation"], ["e2_collectif", "t_sommeil", "e3_etude"]]
    back = [["e4_experimentation", "e3_etude", "e3_etude"]]
    alphabet = ["e2_collectif", "e3_etude", "e4_experimentation", "e5_creation", "s_entre_deux", "t_sommeil"]
    said = []
    for rows in (waits, waits + back):
        moves = ect.build_transitions(ect.code_sequences(pd.DataFrame(rows), alphabet), self_loops=False)
        said.append(told_to(ect.show_transitions(moves)).finding().sentence)
    assert "à égalité avec 3 autres" in said[0] and "aucun retour direct" in said[0]
    assert "1 retour direct à une étape d’avant" in said[1]
