"""Variants of a run, values that can be written in a notebook, secrets, files that hide a module."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path, PureWindowsPath

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ect_research.errors import StudyError
from ect_research.study.base.result_record import is_slug
from ect_research.study.definition.parameters import check_values, read_parameters, write_parameters
from ect_research.study.definition.study_file import read_study
from ect_research.study.definition.variants import expand, variant_id
from tests.common import plain

STUDY = """titre = "Essai"
corpus = "essai"
[[execution]]
id = "carte"
carnet = "a.ipynb"
titre = "Carte"
"""
CELLS = [("parameters", 'annee = 2024\nlieu = "jura"\ndepuis = "2020-01-01"')]


def test_every_combination_but_the_exceptions_is_a_run(make_project):
    more = 'variantes = { lieu = ["jura", "Pays de Tulle"], annee = [2014, 2024] }\nsauf = [{ lieu = "jura", annee = 2014 }]\n'
    study = read_study(make_project(STUDY + more, a=CELLS))
    assert [run.id for run in study.runs] == ["carte-jura-2024", "carte-pays-de-tulle-2014", "carte-pays-de-tulle-2024"]
    assert study.runs[1].title == "Carte (Pays de Tulle, 2014)"
    assert study.runs[1].parameters == {"lieu": "Pays de Tulle", "annee": 2014}
    assert {run.section for run in study.runs} == {"carte"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('variantes = { lieu = ["Pays de Tulle", "Pays-de-Tulle"] }', "même id « carte-pays-de-tulle »"),
        ('variantes = { lieux = ["a"] }', "paramètre inconnu « lieux », vouliez-vous « lieu » ?"),
        ('variantes = { annee = ["2014"] }', 'variante 2014 : paramètre « annee » : "2014" ne convient pas'),
        ("variantes = { annee = 2014 }", "« variantes » attend une liste de valeurs pour annee"),
        ("variantes = { annee = [] }", "« variantes » attend une liste de valeurs pour annee"),
        ("variantes = { annee = [1] }\nsauf = [{ anne = 1 }]", "« anne » ne varie pas, vouliez-vous « annee » ?"),
        ("variantes = { annee = [1] }\nsauf = [{ annee = 2 }]", "aucune variante n’a annee = 2"),
        ("variantes = { annee = [1] }\nsauf = [{ annee = 1 }]", "écarte toutes les variantes"),
        ("delai = -1", "plus grand que 0"),
        ('delai = "long"', "nombre entier de secondes"),
    ],
)
def test_a_faulty_variant_is_told(make_project, more, said):
    with pytest.raises(StudyError) as caught:
        read_study(make_project(STUDY + more, a=CELLS))
    assert said in plain(caught.value)


@given(st.lists(st.one_of(st.text(), st.integers(), st.booleans(), st.floats()), min_size=1, max_size=4))
def test_the_id_of_a_variant_is_always_a_slug(values):
    assert is_slug(variant_id("carte", {str(i): value for i, value in enumerate(values)}))


def test_ids_too_long_to_be_told_apart_are_cut_and_stay_different():
    long = ["x" * 80 + end for end in "ab"]
    ids = [one.id for one in expand({"id": "carte", "variantes": {"lieu": long}}, [])]
    assert len(set(ids)) == 2 and all(is_slug(name) for name in ids)


def test_a_date_written_in_the_study_reaches_the_notebook_as_text(make_project):
    study = read_study(make_project(STUDY + "parametres = { depuis = 2021-05-01 }\n", a=CELLS))
    assert study.runs[0].parameters == {"depuis": "2021-05-01"}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (np.int64(5), "5"),
        (np.float64(0.5), "0.5"),
        (np.array([True])[0], "True"),
        (np.str_("Corrèze"), "'Corrèze'"),
        (date(2025, 3, 1), "'2025-03-01'"),
        (datetime(2025, 3, 1, 8), "'2025-03-01T08:00:00'"),  # noqa: DTZ001 - as TOML gives it
        (time(8, 30), "'08:30:00'"),
        (Path("données/é.csv"), "'données/é.csv'"),
        (PureWindowsPath(r"C:\new\table"), "'C:/new/table'"),
        ((1, (2, 3)), "[1, [2, 3]]"),
        ({"clé": (1, None)}, "{'clé': [1, None]}"),
        ('"; import os #\n', "'\"; import os #\\n'"),
    ],
)
def test_a_value_is_written_as_the_literal_a_person_would_type(value, written):
    assert write_parameters({"x": value}) == f"x = {written}"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.nan, Decimal("1.5"), {1, 2}, {1: "a"}, b"x", object(),
                                   pd.Series([1]), np.arange(3), [object()], lambda: 1])  # fmt: skip
def test_a_value_that_no_literal_holds_is_refused(value):
    with pytest.raises(StudyError, match="ne s’écrit pas dans un carnet"):
        write_parameters({"x": value})


@pytest.mark.parametrize("name", ["class", "a b", "1a", "x = 1; y"])
def test_a_name_that_is_no_variable_is_refused(name):
    with pytest.raises(StudyError, match="nom de variable"):
        write_parameters({name: 1})


@pytest.mark.parametrize("name", ["mot_de_passe", "api_key", "TOKEN", "mdp_base", "jeton"])
def test_a_secret_is_never_a_parameter(name):
    with pytest.raises(StudyError, match="variable d’environnement"):
        read_parameters(f'{name} = ""')
    assert "secret" in check_values({}, {name: "x"})[0]


@pytest.mark.parametrize("name", ["statistics.py", "pandas.py", "json"])
def test_a_file_that_hides_a_module_is_named(make_project, name):
    path = make_project(STUDY, a=CELLS)
    hidden = path.parent / name
    if hidden.suffix:
        hidden.touch()
    else:
        hidden.mkdir()
        (hidden / "__init__.py").touch()
    (path.parent / "mes_outils.py").touch()
    with pytest.raises(StudyError) as caught:
        read_study(path)
    assert f"« notebooks/{name} » porte le nom d’un module de Python" in plain(caught.value)
    assert len(caught.value.faults) == 1
