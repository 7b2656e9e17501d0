"""What holds for every exhibit: drawn late, one refusal for all its parts, nothing said twice."""

from inspect import Parameter, signature

import pandas as pd
import pytest

import ect_research as ect
from ect_research.errors import EctError
from ect_research.figures.exhibit.exhibit import Strength
from ect_research.words import tell

EMPTY = Parameter.empty
REFUSAL = ect.Refusal(tell("la figure"), tell("Trop peu."))
SHOWS = [name for name in ect.__all__ if name.startswith("show_")]
ALONE = [
    name
    for name in SHOWS
    if [part.default for part in signature(getattr(ect, name)).parameters.values()].count(EMPTY) == 1
]
VIEWS = [
    (ect.show_corpus, ("completude", "lignes", "documents", "projets")),
    (ect.show_funnel, ("publie", "registre", "age", "taux")),
    (ect.show_cohort, ("parcours", "pas", "ages", "pilotes")),
    (ect.show_trajectory_table, ("distances", "traits", "durees")),
    (ect.show_resources, ("etats", "types", "passages")),
    (ect.show_synergies, ("epci", "flux", "echanges", "entreprises")),
    (
        ect.show_ecosystem,
        ("dessin", "matrice", "definitions", "hasard", "secteurs", "roles", "acteurs", "annees"),
    ),
    (
        ect.show_type_study,
        ("inertie", "modalites", "projets", "arbre", "stabilite", "verdict", "dossier", "mots", "controles"),
    ),
]


@pytest.mark.parametrize("name", SHOWS)
def test_every_exhibit_says_in_its_help_what_it_shows(name: str):
    assert getattr(ect, name).__doc__


@pytest.mark.parametrize("name", ALONE)
def test_a_refusal_takes_the_place_of_every_part(name):
    shown = getattr(ect, name)(REFUSAL)
    assert shown.rows() is REFUSAL
    assert shown.draw is None or shown.figure() is REFUSAL
    assert shown.finding().strength is Strength.REFUSED


@pytest.mark.parametrize(("show", "views"), VIEWS)
def test_a_refusal_is_told_under_every_view_and_an_unknown_view_names_them(show, views):
    for view in views:
        assert show(REFUSAL, view).finding().strength is Strength.REFUSED
    with pytest.raises(EctError, match=rf"choisir parmi .*\b{views[0]}\b"):
        show(REFUSAL, "autre")


@pytest.mark.parametrize(("unit", "axis"), [("annee", "Années"), ("mois", "Mois"), ("trimestre", "Trimestres")])
def test_no_figure_is_drawn_on_another_unit_of_time_than_its_sequences(unit, axis):
    study = ect.open_study("pays-ledonien")
    told = ect.code_sequences(ect.derive_sequences(study.episodes(), clock="age", unit=unit))
    figure = ect.show_states(ect.build_state_distribution(told)).in_context(study.context).figure()
    axes = [text.get_text() for text in figure.axes[0].texts if text.get_text().endswith("depuis le premier fait daté")]
    assert axes == [f"{axis} depuis le premier fait daté"]
    with pytest.raises(TypeError):
        ect.show_states(ect.build_state_distribution(told), unit="trimestre")


def test_plain_data_are_shown_and_not_published_without_a_source(tmp_path, monkeypatch):
    monkeypatch.setenv("ECT_SORTIES", str(tmp_path))
    told = ect.build_resource_states(ect.open_study("pays-ledonien").table("ressources"))
    with pytest.raises(EctError, match="une source"):
        ect.open_study().publish("ressources", ect.show_resources(told))


@pytest.mark.croisement
def test_each_view_is_drawn_anew():
    study = ect.open_study("pays-ledonien")
    shown = ect.show_resources(ect.build_resource_states(study.table("ressources"))).in_context(study.context)
    assert shown.figure() is not shown.figure()
    assert isinstance(shown.rows(), pd.DataFrame)
