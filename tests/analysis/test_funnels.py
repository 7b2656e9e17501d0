import pandas as pd
import pytest

from ect_research import load_corpus
from ect_research.analysis.chance import Refusal, wilson_interval
from ect_research.analysis.corpus.funnel import build_published_funnel, build_register_funnel
from ect_research.codebook.load_codebook import load_codebook
from ect_research.errors import EctError

STAGES = load_codebook().stages


def indicators(*rows: tuple) -> pd.DataFrame:
    names = ["indicateur", "valeur", "approximation", "cumul", "lecture", "date", "source_id", "acteur_id"]
    frame = pd.DataFrame([(*row, *defaults[len(row) :]) for row in rows], columns=names)
    return frame.assign(indicateur_id=[f"K{place}" for place in range(len(frame))], unite="nombre")


defaults = ("", 0.0, "exact", "cumule", "sure", None, ("AG",), "CTJ")
IDEAS = ("idees_captees", 130.0, "au_moins")
STARTED = ("projets_amorces", 22.0)


def rates(frame: pd.DataFrame) -> pd.DataFrame:
    steps = build_published_funnel(frame).steps
    return steps[steps["taux"].notna()]


def test_at_least_in_the_total_makes_the_rate_an_upper_bound():
    line = rates(indicators(IDEAS, STARTED)).iloc[0]
    known = wilson_interval(22, 130)
    assert (line["taux"], line["bas"], line["haut"]) == (known.estimate, known.low, known.high)
    assert line["borne"] == "plafond"


@pytest.mark.parametrize(
    ("total", "count", "bound"),
    [("exact", "exact", "exact"), ("exact", "au_moins", "plancher"), ("presque", "exact", "plancher"),
     ("exact", "presque", "plafond"), ("au_moins", "au_moins", "approche"), ("environ", "exact", "approche"),
     ("au_moins", "presque", "plafond")],
)  # fmt: skip
def test_what_an_approximate_count_makes_of_a_rate(total, count, bound):
    frame = indicators(("idees_captees", 100.0, total), ("projets_amorces", 10.0, count))
    assert rates(frame)["borne"].tolist() == [bound]


def test_cumulative_and_yearly_counts_are_never_divided():
    frame = indicators(IDEAS, ("projets_amorces", 22.0, "exact", "annuel"))
    assert isinstance(build_published_funnel(frame), Refusal)


def test_two_documents_are_never_divided():
    frame = indicators(IDEAS, ("projets_amorces", 22.0, "exact", "cumule", "sure", None, ("INT",)))
    assert isinstance(build_published_funnel(frame), Refusal)


def test_two_subjects_are_never_divided():
    frame = indicators(IDEAS, STARTED)
    assert isinstance(build_published_funnel(frame.assign(acteur_id=["CTJ", "autre"])), Refusal)


def test_a_percentage_is_neither_divided_nor_a_denominator():
    frame = indicators(IDEAS, STARTED).assign(unite=["nombre", "pourcent"])
    assert isinstance(build_published_funnel(frame), Refusal)
    both = indicators(IDEAS, STARTED, ("structures_creees", 9.0)).assign(unite=["nombre", "pourcent", ""])
    funnel = build_published_funnel(both)
    assert funnel.steps["indicateur"].tolist() == ["idees_captees", "structures_creees"]
    assert funnel.aside["indicateur"].tolist() == ["projets_amorces"]


@pytest.mark.parametrize("odd", [2.9, -2.0])
def test_what_is_no_whole_number_is_listed_not_rounded(odd):
    funnel = build_published_funnel(indicators(IDEAS, ("projets_amorces", odd), ("structures_creees", 9.0)))
    assert funnel.excluded[["valeur", "raison"]].to_numpy().tolist() == [[odd, "ce n’est pas un effectif entier"]]


def test_a_count_larger_than_the_one_before_has_no_rate():
    assert rates(indicators(("idees_captees", 9.0), STARTED)).empty
    assert rates(indicators(("idees_captees", 0.0), ("projets_amorces", 0.0))).empty


def test_jobs_and_workshops_stay_apart_without_a_rate():
    funnel = build_published_funnel(indicators(IDEAS, STARTED, ("emplois_crees", 50.0), ("ateliers", 71.0)))
    assert set(funnel.aside["indicateur"]) == {"emplois_crees", "ateliers"}
    assert set(funnel.steps["indicateur"]) == {"idees_captees", "projets_amorces"}


@pytest.mark.parametrize(("reach", "reading"), [("cumule", "concurrente"), ("cumule", "perdue"), ("prevu", "sure")])
def test_competing_lost_and_planned_counts_are_listed_with_the_reason(reach, reading):
    frame = indicators(IDEAS, STARTED, ("structures_creees", 9.0, "exact", reach, reading))
    funnel = build_published_funnel(frame)
    assert funnel.excluded["indicateur"].tolist() == ["structures_creees"]
    assert funnel.excluded["raison"].str.len().min() > 5


def test_two_values_for_one_count_settle_nothing():
    frame = indicators(IDEAS, STARTED, ("projets_amorces", 25.0), ("structures_creees", 9.0))
    funnel = build_published_funnel(frame)
    assert set(funnel.excluded["valeur"]) == {22.0, 25.0}
    assert funnel.steps["indicateur"].tolist() == ["idees_captees", "structures_creees"]


def test_a_sure_reading_beats_a_likely_one():
    frame = indicators(IDEAS, STARTED, ("projets_amorces", 25.0, "exact", "cumule", "probable"))
    assert rates(frame)["valeur"].tolist() == [22.0]


def test_more_carriers_than_ideas_give_no_rate():
    frame = indicators(("idees_captees", 10.0), ("projets_amorces", 22.0))
    assert build_published_funnel(frame).steps["taux"].isna().all()


def test_nothing_to_divide_is_refused():
    assert isinstance(build_published_funnel(None), Refusal)
    assert isinstance(build_published_funnel(indicators(STARTED)), Refusal)


def register(events: list[tuple], ideas: list[str] | None = None) -> dict[str, pd.DataFrame]:
    frame = pd.DataFrame(events, columns=["projet_id", "type_evenement", "date", "certitude"])
    dates = pd.to_datetime(frame["date"])
    tables = {
        "projets": pd.DataFrame({"projet_id": ["P1", "P2", "P3", "P4"]}),
        "evenements": frame.assign(date_debut_min=dates, date_debut_max=dates),
    }
    return tables if ideas is None else tables | {"idees": pd.DataFrame({"devenir": ideas})}


def test_each_step_is_out_of_all_projects_and_a_project_counts_once():
    funnel = build_register_funnel(
        register(
            [("P1", "debut_experimentation", "2020", "2_declare"), ("P1", "seconde_experimentation", "2022", "2_declare"),
             ("P2", "statuts_deposes", None, "0_deduit"), ("P9", "statuts_deposes", "2020", "2_declare")]
        ),
        STAGES,
    )  # fmt: skip
    steps = funnel.steps.set_index("etape")
    assert steps.loc["e4_experimentation", ["constate", "date", "sans_date", "n"]].tolist() == [1, 1, 0, 4]
    assert steps.loc["e5_creation", ["constate", "sans_date", "deduit"]].tolist() == [1, 1, 1]


def test_no_fact_at_all_is_nought_out_of_all():
    steps = build_register_funnel(register([]), STAGES).steps
    assert steps["constate"].tolist() == [0, 0]
    assert steps["haut"].min() > 0


def test_ideas_that_all_survived_are_no_denominator():
    survivors = build_register_funnel(register([], ["devenue_projet", "en_attente"]), STAGES)
    assert survivors.ideas.empty
    assert survivors.n_ideas == 2
    pool = build_register_funnel(register([], ["devenue_projet", "sans_suite", "sans_suite"]), STAGES)
    assert pool.ideas.set_index("devenir")["effectif"].to_dict() == {"devenue_projet": 1, "sans_suite": 2}


@pytest.mark.parametrize("steps", [(), ("e9_ailleurs",)])
def test_an_unknown_step_is_named(steps):
    with pytest.raises(EctError, match="Étapes inconnues"):
        build_register_funnel({"projets": pd.DataFrame({"projet_id": ["P"]})}, STAGES, steps=steps)


def test_every_count_of_the_public_register_is_linked_drawn_beside_or_left_out_with_a_reason():
    frame = load_corpus("pays-ledonien").tables["indicateurs"]
    funnel = build_published_funnel(frame)
    told = pd.concat([funnel.steps, funnel.aside, funnel.excluded])["indicateur_id"]
    assert sorted(told) == sorted(frame["indicateur_id"])
    assert funnel.excluded["raison"].str.len().min() > 5
    assert set(funnel.aside["sujet"]) <= set(funnel.steps["sujet"])
