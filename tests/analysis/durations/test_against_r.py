"""Curves, quantiles, restricted means and models equal those of R's survival."""

import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.durations.aalen_johansen import NO_END, build_incidence, incidence_at
from ect_research.analysis.durations.compare_groups import compare_incidence
from ect_research.analysis.durations.durations import durations_from_arrays
from ect_research.analysis.durations.hazard import expand_person_periods, fit_cox, fit_hazard
from ect_research.analysis.durations.kaplan_meier import build_survival

SAME = 1e-10


def numbers(values) -> np.ndarray:
    """R's values, its NA and NaN as NaN."""
    return np.array([[np.nan if isinstance(v, str) or v is None else v for v in np.atleast_1d(row)] for row in values])


def assert_curves(incidence, told):
    """Shares, standard errors and log bounds, all ends and the share without end (which R puts first)."""
    ends = [NO_END, *incidence.causes]
    for column, name in (("part", "pstate"), ("erreur", "std_err"), ("bas", "lower"), ("haut", "upper")):
        wide = incidence.curves.pivot_table(index=["groupe", "temps"], columns="fin", values=column)[ends].to_numpy()
        wanted = numbers(told[name])
        assert wide.shape == wanted.shape
        assert np.nanmax(np.abs(wide - wanted)) < SAME


@pytest.fixture(scope="module")
def late(ptce_history):
    kept = ptce_history[ptce_history["in_risk_set"]]
    return durations_from_arrays(kept["time"], kept["status"], entry=kept["entry"])


@pytest.fixture(scope="module")
def whole(ptce_history):
    return durations_from_arrays(ptce_history["time"], ptce_history["status"])


def test_incidence_of_competing_ends_is_that_of_r(whole, ptce):
    assert_curves(build_incidence(whole, interval="log"), ptce["aj_no_truncation"]["value"])


def test_incidence_with_late_entries_is_that_of_r(late, ptce):
    found = build_incidence(late, interval="log")
    assert_curves(found, ptce["aj_left_truncated"]["value"])
    assert found.n == 41


def test_incidence_by_group_is_that_of_r(whole, ptce, ptce_history):
    assert_curves(build_incidence(whole, by=ptce_history["territory"], interval="log"), ptce["aj_territory"]["value"])


def test_kaplan_meier_of_creations_alone_is_that_of_r(ptce, ptce_history):
    told = ptce["km_structure_cs"]["value"]
    alone = durations_from_arrays(ptce_history["time"], ptce_history["status"] == 1, causes=["creation"])
    curve = build_survival(alone).curve
    for column, name in (("temps", "time"), ("part", "surv"), ("bas", "lower"), ("haut", "upper")):
        assert np.nanmax(np.abs(curve[column].to_numpy() - np.array(told[name], dtype=float))) < SAME


@pytest.mark.parametrize(("cause", "row"), [("creation", 0), ("abandon", 1)])
def test_permutations_agree_with_the_test_of_gray(whole, ptce, ptce_history, cause, row):
    statistic, p_value, _ = ptce["gray_test_territory"]["value"]["tests"]["values"][row]
    found = compare_incidence(whole, ptce_history["territory"], cause)
    assert abs(found.p_value - p_value) < 0.03
    assert abs(found.statistic - statistic) < 0.02
    assert abs(sum(found.scores)) < 1e-9


@pytest.mark.parametrize("name", ["cox_structure", "cox_structure_left_truncated"])
def test_cox_of_creations_is_that_of_r_once_the_floor_is_lifted(ptce, ptce_history, name, monkeypatch):
    monkeypatch.setattr("ect_research.analysis.durations.hazard.EVENTS_PER_PARAMETER", 5)
    table = ptce_history if name == "cox_structure" else ptce_history[ptce_history["in_risk_set"]]
    entry = None if name == "cox_structure" else table["entry"]
    durations = durations_from_arrays(table["time"], table["status"], entry=entry, names=table["project_id"])
    traits = pd.DataFrame(
        {"rural": (table["territory"] == "rural").to_numpy(), "partners": table["partners"].to_numpy()},
        index=table["project_id"],
    )
    found, told = fit_cox(durations, traits, "creation"), ptce[name]["value"]
    assert np.abs(found.terms["coefficient"] - list(told["coef"].values())).max() < 1e-8
    assert np.abs(found.terms["erreur"] - told["se"]).max() < 1e-8
    assert abs(found.log_likelihood - told["loglik"][1]) < SAME


@pytest.mark.parametrize(
    ("name", "transform", "kept"),
    [
        ("km_log", "log", "all"),
        ("km_loglog", "log-log", "all"),
        ("km_plain", "plain", "all"),
        ("km_late", "log", "late"),
        ("small_km", "log-log", "small"),
    ],
)
def test_survival_and_its_bounds_are_those_of_r(tables, told_by_r, name, transform, kept):
    whole = tables["followed"]
    table = {"all": whole, "late": whole.query("time > entry"), "small": whole.head(24)}[kept]
    entry = table["entry"] if kept == "late" else None
    durations = durations_from_arrays(table["time"], table["ev"], entry=entry, causes=["fin"])
    curve, told = build_survival(durations, transform=transform).curve, told_by_r[name]
    curve = curve.assign(relative=curve["erreur"] / curve["part"])
    pairs = {"temps": "time", "a_risque": "n_risk", "fins": "n_event", "sortis": "n_censor", "part": "surv"}
    for column, key in (pairs | {"relative": "std_err", "cumul": "cumhaz", "bas": "lower", "haut": "upper"}).items():
        assert np.nanmax(np.abs(curve[column].to_numpy() - numbers(told[key]).ravel())) < SAME, key


@pytest.mark.parametrize("name", ["aj", "aj_place"])
def test_competing_ends_are_those_of_r(tables, told_by_r, name):
    table = tables["competing"]
    durations = durations_from_arrays(table["time"], table["status"], causes=["creation", "abandon"])
    by = None if name == "aj" else table["place"]
    assert_curves(build_incidence(durations, by=by, interval="log"), told_by_r[name])


def test_curves_read_at_chosen_ages_are_those_of_r(tables, told_by_r):
    table, told = tables["competing"], told_by_r["aj_each_year"]
    durations = durations_from_arrays(table["time"], table["status"], causes=["creation", "abandon"])
    found = incidence_at(build_incidence(durations, interval="log"), told["time"])
    wide = found.pivot_table(index="temps", columns="fin", values="part")[[NO_END, "creation", "abandon"]]
    assert np.abs(wide.to_numpy() - np.array(told["pstate"])).max() < SAME


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("oracle", ["followed", "ended"])
def test_cox_is_that_of_r(tables, told_by_r, oracle, ties):
    table = tables[oracle]
    if oracle == "followed":
        table, name = table.dropna(subset=["support"]), f"cox_partners_rural_support_{ties}"
        traits, event = table[["partners", "rural", "support"]], "ev"
    else:
        kinds = {kind: (table["kind"] == kind).astype(float) for kind in ("boutique", "collecte", "service")}
        traits, event, name = table[["grant", "score", "team"]].assign(**kinds), "status", f"cox_kind_{ties}"
    traits = traits.set_axis(table["id"].astype(str))
    durations = durations_from_arrays(table["time"], table[event], causes=["fin"], names=table["id"])
    found, told = fit_cox(durations, traits, "fin", ties=ties), told_by_r[name]
    assert np.abs(found.terms["coefficient"] - list(told["coef"].values())).max() < 1e-8
    assert np.abs(found.terms["erreur"] - told["se"]).max() < 1e-8
    assert abs(found.log_likelihood - told["loglik"][1]) < 1e-9


@pytest.mark.parametrize("link", ["logit", "cloglog"])
def test_discrete_hazard_is_that_of_r(tables, told_by_r, link):
    table = tables["followed"]
    durations = durations_from_arrays(table["time"], table["ev"], causes=["fin"], names=table["id"])
    traits = table[["partners", "rural"]].set_axis(table["id"].astype(str))
    rows = expand_person_periods(durations, "fin", width=91.3125, covariates=traits)
    assert len(rows) == told_by_r["person_periods"]
    rows["rang"] = rows["periode"].clip(upper=8)
    found = fit_hazard(rows, ["rang", "partners", "rural"], link=link)
    told = told_by_r[f"discrete_{link}"]
    assert np.abs(found.terms["coefficient"] - list(told["coef"].values())).max() < 1e-8
    assert np.abs(found.terms["erreur"] - told["se"]).max() < 1e-7
    assert abs(-2 * found.log_likelihood - told["deviance"]) < SAME


@pytest.mark.parametrize(
    ("file", "name", "column", "transform"),
    [
        ("followed", "km_rural_log", "rural", "log"),
        ("followed", "km_rural_loglog", "rural", "log-log"),
        ("ended", "km_grant", "grant", "log"),
        ("ended", "km_kind_loglog", "kind", "log-log"),
        ("competing", "km_abandon_naive", "", "log"),
    ],
)
def test_survival_of_each_group_is_that_of_r(tables, told_by_r, file, name, column, transform):
    table = tables[file].assign(tous="")
    ended = {"followed": "ev == 1", "ended": "status == 1", "competing": "status == 2"}[file]
    table = table.assign(fini=table.eval(ended).astype(int))
    told = told_by_r[name]
    order = list(dict.fromkeys(str(entry).split("=")[1] for entry in told["strata"])) if column else [""]
    by = table[column or "tous"].astype(str)
    curves = [
        build_survival(durations_from_arrays(part["time"], part["fini"], causes=["fin"]), transform=transform).curve
        for part in (table[by == value] for value in order)
    ]
    curve = pd.concat(curves, ignore_index=True)
    pairs = {"temps": "time", "a_risque": "n_risk", "fins": "n_event", "sortis": "n_censor", "part": "surv"}
    for mine, key in (pairs | {"cumul": "cumhaz", "bas": "lower", "haut": "upper"}).items():
        wanted = numbers(told[key]).ravel()
        assert len(curve) == len(wanted)
        assert np.nanmax(np.abs(curve[mine].to_numpy() - wanted)) < SAME, key


def test_errors_and_bounds_at_chosen_ages_are_those_of_r(tables, told_by_r):
    table, told = tables["competing"], told_by_r["aj_each_year"]
    durations = durations_from_arrays(table["time"], table["status"], causes=["creation", "abandon"])
    found = incidence_at(build_incidence(durations, interval="log"), told["time"])
    for column, key in (("erreur", "std_err"), ("bas", "lower"), ("haut", "upper")):
        wide = found.pivot_table(index="temps", columns="fin", values=column)[[NO_END, "creation", "abandon"]]
        assert np.nanmax(np.abs(wide.to_numpy() - numbers(told[key]))) < SAME


def test_a_hazard_free_at_each_period_is_that_of_r(tables, told_by_r):
    table = tables["followed"]
    durations = durations_from_arrays(table["time"], table["ev"], causes=["fin"], names=table["id"])
    rows = expand_person_periods(
        durations, "fin", width=91.3125, covariates=table[["partners", "rural"]].set_axis(table["id"].astype(str))
    )
    free = [f"p{period}" for period in range(2, 9)]
    for period, name in enumerate(free, start=2):
        rows[name] = (rows["periode"].clip(upper=8) == period).astype(float)
    found = fit_hazard(rows, [*free, "partners", "rural"], link="cloglog")
    told = told_by_r["discrete_cloglog_factor"]
    assert np.abs(found.terms["coefficient"] - list(told["coef"].values())).max() < 5e-7
    assert np.abs(found.terms["erreur"] - told["se"]).max() < 5e-7
    assert abs(-2 * found.log_likelihood - told["deviance"]) < SAME
