"""The last fact told of each project: announced facts count for nothing, a vague date leaves a range."""

import pandas as pd

import ect_research as ect
from ect_research.analysis.chance import Refusal
from ect_research.figures.exhibit.exhibit import Strength

OBSERVED = pd.Timestamp("2026-06-30")
PROJECTS = pd.DataFrame({"projet_id": ["P1", "P2", "P3"]})


def facts(*rows: tuple[str, str, str | None, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["projet_id", "type_evenement", "date_debut_min", "date_debut_max"])
    dates = {name: pd.to_datetime(frame[name]) for name in ("date_debut_min", "date_debut_max")}
    return frame.assign(**dates, source_id=[("S",)] * len(frame))


def test_the_longest_silence_comes_first_and_a_vague_date_leaves_a_range():
    told = ect.build_silences(
        facts(
            ("P1", "idee_captee", "2024-01-01", "2024-12-31"),
            ("P1", "lancement_etude", "2025-06-30", "2025-06-30"),
            ("P2", "statuts_deposes", "2024-01-01", "2024-12-31"),
            ("P3", "campagne_prevue", "2026-09-01", "2026-09-30"),
        ),
        PROJECTS,
        observed_on=OBSERVED,
    )
    assert told.table["projet_id"].tolist() == ["P2", "P1"] and told.undated == ("P3",)
    assert told.table["mois_min"].round().tolist() == [18, 12] and told.table["mois_max"].round().tolist() == [30, 12]


def test_a_year_that_runs_beyond_the_observation_is_cut_there():
    told = ect.build_silences(facts(("P1", "idee_captee", "2026-01-01", "2026-12-31")), PROJECTS, observed_on=OBSERVED)
    assert told.table["mois_min"].tolist() == [0.0]


def test_a_year_of_silence_is_twelve_months_and_a_date_without_end_is_not_silence():
    told = ect.build_silences(
        facts(
            ("P1", "idee_captee", "2024-01-01", "2024-12-31"),
            ("P2", "idee_captee", "2017-05-01", None),
            ("P3", "idee_captee", "2017-05-01", None),
        ),
        PROJECTS.assign(suivi_fin_max=pd.to_datetime([None, None, "2018-12-31"])),
        observed_on=pd.Timestamp("2025-12-31"),
    ).table.set_index("projet_id")["mois_min"]
    assert told["P1"] == 12 and told["P2"] == 0 and told["P3"].round() == 84


def test_a_vague_last_fact_cannot_be_before_the_others_in_whatever_order_they_stand():
    rows = [("P1", "idee_captee", "2025-01-01", "2025-12-31"), ("P1", "lancement_etude", "2025-12-01", "2025-12-31")]
    for some in (rows, rows[::-1]):
        told = ect.build_silences(facts(*some), PROJECTS, observed_on=OBSERVED).table.iloc[0]
        assert told["type_evenement"] == "lancement_etude" and told["mois_max"].round() == 7, (
            "not 18: of December at least"
        )


def test_without_a_date_it_is_a_refusal_in_both_languages():
    told = ect.build_silences(facts(("P1", "idee_captee", None, None)), PROJECTS, observed_on=OBSERVED)
    assert "Aucun fait n’est daté" in told.sentence("fr") and "No fact is dated" in told.sentence("en")


def test_a_corpus_without_any_row_is_a_refusal():
    corpus = facts(("P1", "idee_captee", None, None)).iloc[:0].astype({"projet_id": "str"})
    none = PROJECTS.assign(suivi_fin_max=pd.NaT).iloc[:0].astype({"projet_id": "str"})
    assert isinstance(ect.build_silences(corpus, none, observed_on=OBSERVED), Refusal)


def test_the_figure_counts_those_silent_for_a_year():
    study = ect.open_study("pays-ledonien")
    told = ect.build_silences(study.table("evenements"), study.table("projets"), observed_on=study.context.observed_on)
    shown = ect.show_silences(told).in_context(study.context)
    silent = int((told.table["mois_min"] >= 12).sum())
    assert shown.finding().strength is Strength.COUNTED and shown.finding().sentence.startswith(f"{silent} projets sur")
    assert len(shown.rows()) == len(told.table) and shown.figure().axes
