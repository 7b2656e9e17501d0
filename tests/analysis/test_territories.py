"""Several territories: exact rates, what is not comparable, tests that chance does not fool, refusals."""

import runpy
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.rates import confint_poisson

import ect_research as ect
from ect_research.analysis.corpus.standard_rates import compare_territories, poisson_interval
from ect_research.analysis.corpus.territories import _curves
from ect_research.analysis.durations.durations import durations_from_arrays
from ect_research.corpus.checked.corpus import forget_corpora
from ect_research.corpus.checked.side_by_side import join_corpora, load_corpora
from ect_research.errors import CodebookError, EctError
from ect_research.study.base.result_record import read_outputs
from tests import invented


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    there = tmp_path_factory.mktemp("territoires")
    for kind in ("rempli", "cohorte"):
        invented.write(there, kind)
    return there


@pytest.fixture(scope="module")
def told(folder):
    corpora = load_corpora(["pays-ledonien", folder / "rempli", folder / "cohorte"])
    return ect.build_territories(corpora, ect.load_basemap(), draws=199)


def test_the_line_of_the_readme_writes_the_second_corpus_that_it_compares(folder, tmp_path, monkeypatch):
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    (line,) = [one for one in readme.splitlines() if one.startswith("python -m tests.invented ")]
    first, compared, _ = line.split(" && ")
    monkeypatch.setattr("sys.argv", ["", first.split()[3], str(tmp_path)])
    runpy.run_path(invented.__file__, run_name="__main__")
    assert compared.split()[-1] == "rempli"
    assert (tmp_path / "rempli" / "projets.csv").read_bytes() == (folder / "rempli" / "projets.csv").read_bytes()


def test_the_interval_is_the_exact_one_of_statsmodels_and_its_upper_bound_at_zero_is_known():
    for count in (1, 5, 14, 100):
        assert poisson_interval(count) == pytest.approx(confint_poisson(count, 1, method="exact-c"), rel=1e-12)
    assert poisson_interval(0) == pytest.approx((0.0, -np.log(0.025)))  # P(nothing) = exp(-mean)


@pytest.mark.croisement
def test_rates_divide_by_the_people_of_the_perimeter_the_published_staff_and_the_years_at_risk(told):
    rates = told.rates.set_index(["territoire", "par", "mesure"])
    people = ect.load_basemap().people()
    here = list(ect.load_basemap().perimeter("pays-ledonien-2020").members)
    row = rates.loc["pays-ledonien", "habitants", "projets"]
    assert row["base"] == people[here].sum() and row["taux"] == pytest.approx(28 * 10_000 / row["base"])
    assert row["bas"] < row["taux"] < row["haut"]
    assert rates.loc["pays-ledonien", "etp", "projets"]["base"] == 7.3
    corpus = ect.load_corpus("pays-ledonien")
    episodes = corpus.episodes()
    durations = ect.build_durations(ect.derive_outcomes(episodes, corpus.table("projets")), episodes)
    years = (durations.time - durations.entry).sum() / 12
    assert rates.loc["pays-ledonien", "annees", "creations"]["base"] == pytest.approx(years)


def test_a_territory_of_one_departement_is_not_divided_by_its_region(told):
    base = told.rates[(told.rates["territoire"] == "rempli") & (told.rates["par"] == "habitants")]["base"].iloc[0]
    table = ect.load_basemap()
    inside = table.communes.loc[table.communes["dep"] == "71", "code"]
    assert base == table.people().reindex(inside).sum()


@pytest.mark.croisement
def test_a_rate_without_a_base_is_blank_and_says_why(told, folder):
    row = told.rates[(told.rates["territoire"] == "cohorte") & (told.rates["par"] == "habitants")].iloc[0]
    assert np.isnan(row["taux"]) and "perimetres" in str(row["precision"])
    basemap = ect.load_basemap()
    nobody = replace(basemap, populations=basemap.populations.assign(pop_2023=np.nan))
    empty = ect.build_territories(load_corpora(["pays-ledonien", folder / "rempli"]), nobody, draws=9).rates.iloc[0]
    assert np.isnan(empty["taux"]) and "ne dit pas la population de « Pays Lédonien »" in str(empty["precision"])


def test_what_registers_do_not_share_is_told(told):
    said = " ".join(map(str, told.reserves))
    assert "début de suivi dit : 0 % dans « Pays Lédonien (Jura) », 100 %" in said
    assert told.registers.set_index("territoire")["projets"].to_dict() == {
        "pays-ledonien": 28,
        "rempli": 28,
        "cohorte": 10,
    }


def pace(chance: np.random.Generator, n: int, months: float, followed: float):
    """Projects that create at a constant pace and are followed for as long."""
    age = np.ceil(chance.exponential(months, n))
    return durations_from_arrays(np.minimum(age, followed) + 0.5, (age <= followed).astype(int))


@pytest.mark.croisement
def test_unequal_follow_up_makes_no_difference_and_an_unequal_pace_does():
    chance, found = np.random.default_rng(5), []
    for _ in range(120):
        same = {"court": pace(chance, 30, 40, 18), "long": pace(chance, 40, 40, 90)}
        tested = compare_territories(same, {"court": 30, "long": 40}, ("creation",), draws=199)
        found.append(tested.tests["p"].iloc[0] <= 0.05)
    assert np.mean(found) <= 0.09
    apart = {"lent": pace(chance, 40, 90, 60), "vif": pace(chance, 40, 20, 60)}
    tested = compare_territories(apart, {"lent": 40, "vif": 40}, ("creation",), draws=999)
    assert tested.tests["p"].iloc[0] < 0.01
    ratios = tested.ratios.set_index("territoire")
    assert ratios.loc["vif", "bas"] > 1 > ratios.loc["lent", "haut"]
    assert ratios["attendu"].sum() == pytest.approx(ratios["observe"].sum())


def test_tests_are_refused_under_ten_ends_and_under_five_projects():
    chance = np.random.default_rng(1)
    few = {"a": pace(chance, 4, 10, 60), "b": pace(chance, 40, 10, 60)}
    refused = compare_territories(few, {"a": 4, "b": 40}, ("creation",), draws=9)
    assert isinstance(refused, ect.Refusal) and "au moins 5 projets" in str(refused)
    rare = {"a": pace(chance, 9, 900, 10), "b": pace(chance, 9, 900, 10)}
    assert "il en faut 10" in str(compare_territories(rare, {"a": 9, "b": 9}, ("creation",), draws=9))


def test_a_corpus_given_twice_or_unknown_and_codes_that_contradict_are_one_sentence(folder, tmp_path):
    with pytest.raises(EctError, match="est donné deux fois"):
        load_corpora([folder / "rempli", folder / "rempli"])
    with pytest.raises(EctError, match="n’existe pas"):
        load_corpora(["pays-ledonien", "nulle-part"])
    with pytest.raises(EctError, match="n’est pas un corpus comparé"):
        ect.build_territories(load_corpora(["pays-ledonien", folder / "rempli"]), perimeters={"autre": "jura"})
    other = invented.write(tmp_path, "cohorte")
    (other / "choices.csv").write_text(
        "list_name;name;label::fr;label::en\ndispositif;crepite_2024;La Fabrique;Fabrique\n", encoding="utf-8"
    )
    with pytest.raises(CodebookError, match=r"crepite_2024.*La Fabrique") as error:
        join_corpora(load_corpora(["pays-ledonien", other]))
    assert "\n" not in str(error.value)


def test_joined_corpora_keep_every_row_and_the_strictest_protection(folder, tmp_path):
    observed, tables = invented.cohort()
    strict = invented.save(tmp_path / "strict", observed, tables, '"projets"')
    corpora = load_corpora(["pays-ledonien", strict])
    joined = join_corpora(corpora)
    assert joined.protection.protected == ("projets",)
    assert len(joined.tables["projets"]) == sum(len(one.tables["projets"]) for one in corpora)
    assert {"pays-ledonien:P01", "strict:C01"} <= set(joined.tables["projets"]["projet_id"])
    assert set(joined.tables["evenements"]["projet_id"].dropna()) <= set(joined.tables["projets"]["projet_id"])
    assert joined.source.observed_on == pd.Timestamp("2026-01-10").date()


@pytest.mark.croisement
@pytest.mark.parametrize("view", ["etapes", "issues", "creation", "taux", "comparabilite", "ecarts"])
def test_every_view_says_a_finding_and_draws_or_tabulates(view, told, folder):
    study = ect.open_study(["pays-ledonien", folder / "rempli", folder / "cohorte"], language="en")
    shown = ect.show_territories(told, view).in_context(study.context)
    assert len(shown.rows()) and shown.finding().sentence.endswith(".")
    assert shown.words().n == "n = 66 projects in 3 territories"
    if shown.draw:
        drawn = {text.get_text() for text in shown.figure().axes[0].texts}
        assert "Pays Lédonien (Jura," in drawn or any(text.startswith("Pays Lédonien") for text in drawn)
    said = f"{shown.rows().to_string()} {shown.finding().sentence}"
    assert "nan" not in shown.finding().sentence.split() and "dans «" not in said


def test_the_finding_of_the_differences_says_what_chance_does(told):
    found = ect.show_territories(told, "ecarts").finding()
    assert found.strength.value == "le hasard fait aussi bien" and "le hasard fait aussi bien" in found.sentence
    ratios = told.differences.ratios
    nobody = ratios.iloc[:1].assign(territoire=list(told.names)[-1], attendu=0.0, rapport=np.nan)
    empty = replace(told, differences=replace(told.differences, ratios=pd.concat([ratios, nobody])))
    assert "nan" not in ect.show_territories(empty, "ecarts").finding().sentence


def test_a_curve_that_begins_later_than_the_others_is_not_set_beside_them():
    """It tells of those that had lasted till then, and stood beside curves of all the projects."""
    chance = np.random.default_rng(2)
    whole = pace(chance, 30, 20, 60)
    later = replace(whole, entry=np.where(whole.time > 8, 8.0, 0.0)).only(whole.time > 8)
    curves, refusals = _curves([SimpleNamespace(corpus=SimpleNamespace(name=name), durations=one)
                                for name, one in (("a", whole), ("b", later))])  # fmt: skip
    assert set(curves["territoire"]) == {"a"} and "commencerait à 8,0 mois" in str(refusals["b"])


@pytest.mark.croisement
def test_what_a_protected_corpus_would_give_away_is_hidden_or_refused(tmp_path, folder, monkeypatch):
    monkeypatch.setenv("ECT_SORTIES", str(tmp_path / "sorties"))
    forget_corpora()
    strict = invented.save(tmp_path / "strict", *invented.cohort(), '"projets"')
    study = ect.open_study([folder / "rempli", strict])
    told = ect.build_territories(study.corpora, ect.load_basemap(), draws=9)
    for view in ("etapes", "issues", "creation", "taux", "comparabilite", "ecarts"):
        study.publish(view, ect.show_territories(told, view))
    saved = {one.name: one for one in read_outputs(tmp_path / "sorties")}
    # Four projects of ten, one of which is at its pilot: a bar would show it.
    assert saved["etapes"].kind == "refus" and "masquer" in saved["etapes"].refusal_fr
    written = (tmp_path / "sorties/tables/taux.machine.csv").read_text("utf-8")
    assert not any(name in written for name in ("C01", "C04"))
    forget_corpora()
