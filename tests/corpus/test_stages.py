"""The rules that turn facts into stages, one by one, and the two stress cases of the domain."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ect_research import derive_episodes, derive_outcomes, derive_sequences
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.stages.episodes import Episodes
from ect_research.corpus.text.dates import FuzzyDate, parse_date
from ect_research.errors import EctError

STAGES = load_codebook().stages
END = pd.Timestamp("2025-12-31")
TYPES = load_codebook().codes("type_evenement")


def tell(*facts: tuple, **options) -> Episodes:
    """Facts as (type, date text, and optionally a dict of other columns) of one project."""
    lines = []
    for number, (kind, text, *more) in enumerate(facts):
        found = parse_date(text) if text else FuzzyDate(None, None, "avant")
        assert isinstance(found, FuzzyDate), text
        lines.append({"evenement_id": f"E{number:02d}", "projet_id": "P1", "type_evenement": kind, "date_debut_min": found.low,
                      "date_debut_max": found.high, "ordre": None, "etape_forcee": None, "certitude": "2_declare",
                      **(more[0] if more else {})})  # fmt: skip
    frame = pd.DataFrame(lines).astype({"date_debut_min": "datetime64[s]", "date_debut_max": "datetime64[s]"})
    return derive_episodes(frame, STAGES, **{"observed_on": END, **options})


def states(episodes: Episodes) -> list[str]:
    return episodes.states["etape"].tolist()


def outcome(episodes: Episodes) -> pd.Series:
    return derive_outcomes(episodes, pd.DataFrame({"projet_id": ["P1"]})).iloc[0]


def test_an_end_of_the_year_in_which_a_project_ceases_to_be_followed_is_an_end():
    told = tell(
        ("idee_captee", "10/01/2018"), ("abandon", "2019"), followed_until=pd.Series({"P1": pd.Timestamp("2019-03-18")})
    )
    assert states(told) == ["e0_captation", "t_abandon"] and told.later.empty
    assert told.frame["ouverture_max"].max() == pd.Timestamp("2019-03-18")


def test_bottle_reuse_is_a_loop_two_pilots_and_no_legal_body():
    told = tell(("ressource_reperee", "2018"), ("debut_experimentation", "03/2019"), ("bilan_experimentation", "03/2020"),
                ("seconde_experimentation", "09/2020"))  # fmt: skip
    pilots = told.frame[told.frame["etape"] == "e4_experimentation"]
    assert pilots["rang"].tolist() == [1, 2]
    assert states(told) == ["e0_captation", "e4_experimentation", "s_entre_deux", "e4_experimentation"]
    end = outcome(told)
    assert (end["issue"], end["n_boucles"], end["etape_courante"]) == ("en_cours", 1, "e4_experimentation")


def test_textile_workshop_skips_stages_and_creates_in_a_host_body():
    told = tell(("idee_captee", "11/2019"), ("integration_structure", "12/05/2020", {"choc_externe": "oui"}))
    end = outcome(told)
    assert states(told) == ["e0_captation", "e5_creation"]
    assert end["etapes_sautees"] == ("e1_exploration", "e2_collectif", "e3_etude", "e4_experimentation")
    assert (end["issue"], end["evenement"], end["duree_mois"]) == ("cree_actif", "creation", 6)


def test_the_order_told_without_dates_is_enough_for_episodes_and_places_nothing_on_a_clock():
    told = tell(("seconde_experimentation", "", {"ordre": 3}), ("debut_experimentation", "", {"ordre": 1}),
                ("bilan_experimentation", "", {"ordre": 2}))  # fmt: skip
    assert told.frame["rang"].tolist() == [1, 2] and told.undated.empty
    assert told.states["debut"].isna().all()
    assert derive_sequences(told).frame.empty
    assert pd.isna(outcome(told)["duree_mois"])


def test_a_fact_without_date_or_order_is_counted_not_placed():
    told = tell(("idee_captee", "2020"), ("statuts_deposes", ""))
    assert told.undated["type_evenement"].tolist() == ["statuts_deposes"]
    assert states(told) == ["e0_captation"]


def test_the_state_is_the_most_recently_opened_stage_still_open():
    told = tell(("collectif_reuni", "01/2022"), ("modele_economique", "06/2022"), ("avis_comite_go", "01/2023"))
    assert states(told) == ["e2_collectif", "e3_etude", "e2_collectif"]
    assert told.frame["etape"].tolist() == ["e2_collectif", "e3_etude"]
    assert told.frame["fermeture"].isna().tolist() == [True, False]


def test_an_observed_project_with_nothing_open_is_between_two_stages():
    assert states(tell(("debut_experimentation", "2023"), ("bilan_experimentation", "2024"))) == [
        "e4_experimentation", "s_entre_deux"]  # fmt: skip


def test_the_end_of_support_alone_is_not_autonomy():
    alone = tell(("statuts_deposes", "2022"), ("fin_accompagnement", "2023"))
    with_governance = tell(("statuts_deposes", "2022"), ("fin_accompagnement", "2023"), ("gouvernance_propre", "2024"))
    before = tell(("gouvernance_propre", "2021"), ("statuts_deposes", "2022"), ("fin_accompagnement", "2023"))
    assert "e6_autonomie" not in set(alone.frame["etape"])
    assert states(with_governance)[-1] == states(before)[-1] == "e6_autonomie"
    assert with_governance.frame.iloc[-1]["ouverture"].year == 2024


def test_an_end_closes_everything_and_resuming_reopens_what_it_interrupted():
    told = tell(("collectif_reuni", "2020"), ("lancement_etude", "2021"), ("abandon", "2022"), ("reprise", "2024"))
    assert states(told) == ["e2_collectif", "e3_etude", "t_abandon", "e3_etude"]
    assert outcome(told)["issue"] == "en_cours"
    assert outcome(told)["evenement"] == "abandon"


def test_a_dormant_project_takes_up_the_stage_it_left():
    told = tell(("lancement_etude", "2021"), ("mise_en_sommeil", "2022"), ("reprise", "2023"))
    assert states(told) == ["e3_etude", "t_sommeil", "e3_etude"]
    assert outcome(tell(("lancement_etude", "2021"), ("mise_en_sommeil", "2022")))["issue"] == "sommeil"


@pytest.mark.parametrize(
    ("facts", "issue", "event"),
    [
        ((("statuts_deposes", "2022"), ("cessation", "2024")), "cree_cesse", "creation"),
        ((("lancement_etude", "2022"), ("absorption", "2024")), "absorbe", "absorption"),
        ((("lancement_etude", "2022"), ("avis_comite_nogo_definitif", "2024")), "abandonne", "abandon"),
        ((("lancement_etude", "2022"),), "en_cours", None),
    ],
)
def test_each_end_competes_and_the_rest_is_censored(facts, issue, event):
    end = outcome(tell(*facts))
    assert end["issue"] == issue
    assert end["evenement"] == event if event else pd.isna(end["evenement"])


@pytest.mark.parametrize(
    ("facts", "issue"),
    [
        ((("debut_experimentation", "2020"), ("statuts_deposes", "")), "cree_actif"),
        ((("debut_experimentation", "2020"), ("statuts_deposes", ""), ("abandon", "2023")), "abandonne"),
        ((("debut_experimentation", "2020"), ("abandon", "")), "abandonne"),
        ((("debut_experimentation", "2020"), ("absorption", "")), "absorbe"),
    ],
)
def test_an_end_known_without_a_date_is_no_censoring(facts, issue):
    end = outcome(tell(*facts))
    assert end["issue"] == issue
    assert pd.isna(end["duree_mois"])
    assert not end["a_risque"]
    ranked = [(kind, date, {"ordre": place}) for place, (kind, date) in enumerate(facts)]
    assert pd.isna(outcome(tell(*ranked))["duree_mois"])


def test_a_dated_creation_keeps_its_duration_whatever_nobody_dates_after_it():
    facts = (("debut_experimentation", "01/2020"), ("statuts_deposes", "03/2021"))
    plain = outcome(tell(*facts))
    for undated in ("absorption", "premiere_vente", "etude_faisabilite"):
        assert outcome(tell(*facts, (undated, "")))["duree_mois"] == plain["duree_mois"] == 14


def test_a_project_taken_up_again_nobody_knows_when_is_not_said_to_have_ended():
    told = outcome(tell(("lancement_etude", "2021"), ("abandon", ""), ("reprise", "")))
    assert told["issue"] == "en_cours"
    assert pd.isna(told["duree_mois"])


def test_a_stage_known_without_a_date_is_not_skipped():
    told = (("idee_captee", "2020"), ("statuts_deposes", "2022"))
    assert "e3_etude" in outcome(tell(*told))["etapes_sautees"]
    assert "e3_etude" not in outcome(tell(*told, ("lancement_etude", "")))["etapes_sautees"]


def test_what_is_open_at_the_observation_date_is_censored_never_closed():
    told = tell(("lancement_etude", "2024"))
    assert told.states[["fin", "censure"]].to_numpy().tolist() == [[END, True]]
    assert told.frame["fermeture"].isna().all()


def test_a_fact_after_the_observation_is_not_yet_known():
    told = tell(("lancement_etude", "2024"), ("statuts_deposes", "03/2026"))
    assert states(told) == ["e3_etude"]
    assert told.later["type_evenement"].tolist() == ["statuts_deposes"]


def test_what_a_ranked_story_tells_after_a_later_fact_is_later_too():
    told = tell(
        ("debut_experimentation", "2020", {"ordre": 1}),
        ("bilan_experimentation", "2027", {"ordre": 2}),
        ("statuts_deposes", "", {"ordre": 3}),
    )
    assert states(told) == ["e4_experimentation"]
    assert told.later["type_evenement"].tolist() == ["bilan_experimentation", "statuts_deposes"]
    assert outcome(told)["issue"] == "en_cours"


def test_a_project_followed_less_long_is_censored_earlier():
    told = tell(
        ("lancement_etude", "2020"),
        ("abandon", "2024"),
        followed_until=pd.Series({"P1": pd.Timestamp("2022-06-30")}),
    )
    assert told.states["fin"].tolist() == [pd.Timestamp("2022-06-30")]
    assert derive_sequences(told, unit="annee").frame.columns.tolist() == ["2020", "2021", "2022"]


def test_a_conflict_of_dates_is_one_fact_within_the_interval_that_covers_both():
    told = tell(("statuts_deposes", "01/2025"), ("statuts_deposes", "07/2025", {"conflit_avec": ("E00",)}))
    row = told.frame.iloc[0]
    assert len(told.frame) == 1
    assert (row["ouverture_min"], row["ouverture_max"]) == (
        pd.Timestamp("2025-01-01"),
        pd.Timestamp("2025-07-31"),
    )


def test_a_conflict_told_by_the_first_row_alone_is_the_same_conflict():
    told = tell(("statuts_deposes", "01/2025", {"conflit_avec": ("E01",)}), ("statuts_deposes", "07/2025"))
    assert len(told.frame) == 1 and told.frame["ouverture_max"].item() == pd.Timestamp("2025-07-31")


def test_facts_of_the_same_day_follow_the_stages_not_the_file():
    one = tell(("debut_experimentation", "05/2024"), ("collectif_reuni", "05/2024"))
    other = tell(("collectif_reuni", "05/2024"), ("debut_experimentation", "05/2024"))
    assert states(one) == states(other) == ["e4_experimentation"]


def test_a_forced_stage_replaces_the_rule():
    assert states(tell(("activite_constatee", "2024", {"etape_forcee": "e5_creation"}))) == ["e5_creation"]


def test_a_marker_opens_and_closes_nothing():
    told = tell(("lancement_etude", "2023"), ("presentation_publique", "2024"))
    assert states(told) == ["e3_etude"]
    assert told.markers["type_evenement"].tolist() == ["presentation_publique"]


def test_open_ended_dates_keep_their_open_end():
    row = tell(("idee_captee", "avant 2016")).frame.iloc[0]
    assert pd.isna(row["ouverture_min"]) and row["ouverture"] == row["ouverture_max"] == pd.Timestamp("2015-12-31")


def test_an_unknown_clock_is_refused():
    with pytest.raises(EctError, match="semaine"):
        derive_sequences(tell(("idee_captee", "2020")), unit="semaine")  # type: ignore[arg-type]


facts = st.lists(
    st.tuples(st.sampled_from(TYPES), st.dates(pd.Timestamp("2015-01-01").date(), END.date()).map(lambda d: f"{d:%d/%m/%Y}")),
    min_size=1, max_size=12,
)  # fmt: skip


@given(facts)
def test_the_state_line_has_no_hole_no_overlap_and_ends_censored(told_facts):
    told = tell(*told_facts)
    line = told.states
    if line.empty:
        return
    assert (line["debut"].iloc[1:].to_numpy() == line["fin"].iloc[:-1].to_numpy()).all()
    assert (line["debut"] <= line["fin"]).all()
    assert line["censure"].tolist() == [False] * (len(line) - 1) + [True]
    assert line["fin"].iloc[-1] == END


@pytest.mark.croisement
@given(facts, st.randoms(use_true_random=False))
def test_the_order_of_the_file_changes_nothing(told_facts, random):
    distinct = list({text: (kind, text) for kind, text in told_facts}.values())
    shuffled = random.sample(distinct, len(distinct))
    assert tell(*distinct).states.equals(tell(*shuffled).states)


@pytest.mark.croisement
@given(facts, st.integers(1, 24))
def test_moving_every_fact_by_whole_months_moves_no_age(told_facts, months):
    first = tell(*told_facts)
    events = pd.DataFrame(
        {"evenement_id": [f"E{n:02d}" for n in range(len(told_facts))], "projet_id": "P1",
         "type_evenement": [kind for kind, _ in told_facts],
         "date_debut_min": pd.to_datetime([text for _, text in told_facts], format="%d/%m/%Y").to_period("M").to_timestamp()}
    )  # fmt: skip
    base = events.assign(date_debut_max=events["date_debut_min"])
    moved = base.assign(
        **{name: base[name] - pd.DateOffset(months=months) for name in ("date_debut_min", "date_debut_max")}
    )
    here = derive_sequences(derive_episodes(base, STAGES, observed_on=END), clock="age", unit="mois").frame
    there = derive_sequences(
        derive_episodes(moved, STAGES, observed_on=END - pd.DateOffset(months=months)),
        clock="age",
        unit="mois",
    ).frame
    assert first.horizons.tolist() == [END]
    assert here.equals(there)
