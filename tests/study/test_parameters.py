"""Reading a parameters cell without running it, and refusing what it cannot take."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ect_research.errors import StudyError
from ect_research.study.definition.parameters import check_values, read_parameters, write_parameters

CELL = '''corpus = "pays-ledonien"  # dossier sous surveys/
# millésime des contours ;
# celui du corpus par défaut
annee: int | None = None
seuil = 0.5
vue: Literal["liste", "carte"] = "liste"
etapes: list[str] = [  # étapes montrées
    "idee",
]
actif = True
libre = None
'''  # fmt: skip


def test_each_line_gives_a_name_a_default_and_its_comment():
    known = read_parameters(CELL)
    assert list(known) == ["corpus", "annee", "seuil", "vue", "etapes", "actif", "libre"]
    assert known["corpus"].default == "pays-ledonien"
    assert known["corpus"].description == "dossier sous surveys/"
    assert known["etapes"].description == "étapes montrées" and known["actif"].description == ""
    assert known["annee"].description == "millésime des contours ; celui du corpus par défaut"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("annee", 2026),
        ("annee", None),
        ("seuil", 1),
        ("vue", "carte"),
        ("etapes", ["a"]),
        ("actif", False),
        ("libre", 3),
    ],
)
def test_a_value_of_the_right_type_is_taken(name, value):
    assert check_values(read_parameters(CELL), {name: value}) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("corpuss", "x", "paramètre inconnu « corpuss », vouliez-vous « corpus » ?"),
        ("annee", "2026", '"2026" ne convient pas, il faut un nombre entier (2024) ou rien'),
        ("annee", True, "true ne convient pas"),
        ("seuil", "0,5", "il faut un nombre"),
        ("vue", "cartes", "vouliez-vous « carte » ?"),
        ("actif", 1, "il faut true ou false"),
        ("corpus", 39300, "il faut un texte entre guillemets"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_expected(name, value, said):
    (fault,) = check_values(read_parameters(CELL), {name: value})
    assert said in fault


@pytest.mark.parametrize("name", ["lecteur", "langue"])
def test_reader_and_language_take_only_what_the_library_knows(name):
    known = read_parameters('lecteur = "ademe"\nlangue = "fr"')
    assert "n’est pas une valeur possible" in check_values(known, {name: "adem"})[0]


@pytest.mark.parametrize(
    "line", ["a = b = 1", "a, b = 1, 2", "a = f(1)", "import os", "for i in []: pass", "a: int", "a = {1, 2}"]
)
def test_a_line_that_is_no_literal_is_named(line):
    with pytest.raises(StudyError, match="ligne 2"):
        read_parameters(f"x = 1\n{line}")


def test_all_wrong_lines_are_said_at_once():
    with pytest.raises(StudyError) as caught:
        read_parameters("a = f()\nb = 2\nc = d")
    assert len(caught.value.faults) == 2


def test_a_parameter_name_cannot_carry_code():
    with pytest.raises(StudyError):
        write_parameters({'x = 1; print("injecté") #': 1})


literals = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(literals)
def test_what_is_written_in_the_notebook_reads_back_the_same(value):
    (statement,) = ast.parse(write_parameters({"valeur": value})).body
    assert ast.literal_eval(statement.value) == value
