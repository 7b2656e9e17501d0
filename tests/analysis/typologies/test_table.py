import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.typologies.catdes import describe_types
from ect_research.analysis.typologies.evidence.sensitivity import count_near_ties
from ect_research.analysis.typologies.evidence.stability import assess_stability
from ect_research.analysis.typologies.evidence.verdicts import judge_structure
from ect_research.analysis.typologies.hierarchy import build_hierarchy, cut_types, project_points
from ect_research.analysis.typologies.mca import build_famd, build_mca
from ect_research.analysis.typologies.tables.answer_table import prepare_table
from ect_research.analysis.typologies.type_study import build_dossier
from ect_research.errors import EctError
from tests.analysis.typologies.registers import gower

FRAME = pd.DataFrame(
    {
        "projet_id": ["a", "b", "c", "d"],
        "portage": ["x", "y", "x", None],
        "objet": ["u", "u", "v", "v"],
        "constante": ["seul", "seul", None, "seul"],
        "vide": [None] * 4,
        "age": [1.0, 2.0, 3.0, 4.0],
    }
)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: prepare_table(FRAME, ["portage", "theme"]), "Variables inconnues\u00a0: theme"),
        (lambda: prepare_table(FRAME, ["constante"]), "« constante » vaut « seul »"),
        (lambda: prepare_table(FRAME, ["vide"]), "« vide » n’est renseignée pour aucun des 4 projets"),
        (lambda: prepare_table(pd.concat([FRAME, FRAME.iloc[:1]]), ["objet"]), "Projets en double\u00a0: a"),
        (lambda: prepare_table(FRAME, ["objet"], weights=[1, 0, 1, -2]), "b, d"),
        (lambda: prepare_table(FRAME, ["objet"], weights=[1, 1]), "2 poids pour 4 projets"),
        (lambda: prepare_table(FRAME, ["objet"], kinds={"objet": "numeric"}), "contient du texte"),
        (lambda: prepare_table(FRAME, ["objet"], passive_projects=["z"]), "Projets inconnus\u00a0: z"),
        (lambda: prepare_table(FRAME, ["objet", "objet"]), "citées deux fois\u00a0: objet"),
        (lambda: build_mca(prepare_table(FRAME, ["objet", "age"])), "Variables numériques dans une ACM\u00a0: age"),
        (lambda: build_famd(prepare_table(FRAME, ["objet", "portage"])), "aucune variable numérique"),
        (lambda: project_points(prepare_table(FRAME, ["objet", "age"]), route="acm"), "« acm »\u00a0: age"),
        (lambda: project_points(prepare_table(FRAME, ["objet"], weights=[1, 2, 1, 1])), "compte pour un"),
        (lambda: cut_types(build_hierarchy(pd.DataFrame({1: [0.0, 1, 2]}, index=list("abc"))), 3), "3 types pour 3"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_by_name(call, told):
    with pytest.raises(EctError) as refused:
        call()
    assert told.replace("« ", "«\u00a0").replace(" »", "\u00a0»") in refused.value.fr
    assert refused.value.en


def test_a_code_borne_by_passive_projects_only_is_named_with_its_projects():
    frame = pd.DataFrame({"objet": list("uvuw"), "portage": list("xyxy")}, index=list("abcd"))
    with pytest.raises(EctError, match=r"objet.*w n’existe chez aucun projet actif.*d"):
        build_mca(prepare_table(frame, ["objet", "portage"], passive_projects=["d"]))


def test_kinds_follow_the_columns():
    frame = FRAME.assign(
        themes=[("eau",), None, ("eau", "bois"), ("bois",)],
        taille=pd.Categorical(["p", "m", "g", "p"], categories=["p", "m", "g"], ordered=True),
    )
    kinds = prepare_table(frame, ["objet", "themes", "taille", "age"]).kinds
    assert kinds == {"objet": "nominal", "themes": "multiple", "taille": "ordinal", "age": "numeric"}


def test_an_infinite_number_is_refused():
    with pytest.raises(EctError, match="infini"):
        prepare_table(FRAME.assign(age=[1.0, 2.0, np.inf, 3.0]), ["age"])


SEVERAL = FRAME.set_index("projet_id").assign(
    themes=[("eau",), ("bois",), ("eau", "bois"), ("bois",)],
    autres=[("a",), ("b",), ("a", "c"), ("b",)],
    vide=np.nan,
    rien=None,
)


def test_types_are_described_without_what_nobody_answers_and_with_several_codes_only():
    types = pd.Series([1, 1, 2, 2], index=SEVERAL.index)
    told = describe_types(prepare_table(SEVERAL, ["themes", "autres"], illustrative=["vide", "rien"]), types)
    assert told.variables.empty and told.numbers.empty
    assert set(told.codes["variable"]) == {"themes", "autres"}
    with pytest.raises(EctError, match="deux types"):
        describe_types(prepare_table(SEVERAL, ["themes"]), types.clip(upper=1))


def test_no_more_types_than_different_profiles_and_no_verdict_without_a_draw():
    frame = pd.DataFrame({"objet": list("xxxxyyyy")}, index=list("ABCDEFGH"))
    table = prepare_table(frame, ["objet"])
    for ask, why in (
        (lambda: cut_types(build_hierarchy(project_points(table)), 3), "2 profils différents"),
        (lambda: assess_stability(table, 2, shuffles=0), "0 tirages"),
        (lambda: judge_structure(table, shuffles=0), "0 tirages"),
        (lambda: judge_structure(table, numbers=(9,)), "entre 2 et 7"),
        (lambda: count_near_ties(pd.DataFrame(np.zeros((3, 3))), 4), "4 types pour 3"),
    ):
        with pytest.raises(EctError) as caught:
            ask()
        assert why in str(caught.value).replace("\u00a0", " ").replace("\u202f", " ")
    assert build_dossier(table, numbers=(2, 3)).numbers["k"].tolist() == [2]


def test_a_scale_of_numbers_is_ordered_as_numbers_as_in_r():
    frame = pd.DataFrame({"a": range(1, 13)}, index=list("abcdefghijkl"))
    for column in (frame["a"], frame["a"].astype("str"), frame["a"].astype("str").astype("category")):
        told = prepare_table(frame.assign(a=column), ["a"], kinds={"a": "ordinal"})
        assert list(told.active["a"].cat.categories) == [str(number) for number in range(1, 13)]
        matrix = gower(told, "classic")
        assert matrix[0, [1, 9]].tolist() == pytest.approx([1 / 11, 9 / 11])


def test_the_order_of_words_is_asked_and_kept_when_given():
    words = pd.Series(["faible", "fort", "moyen", "fort"], index=list("abcd"), name="prix")
    for column in (words, words.astype("category")):
        with pytest.raises(EctError, match=r"Dans quel ordre.*faible, fort, moyen"):
            prepare_table(column.to_frame(), ["prix"], kinds={"prix": "ordinal"})
    for ordered in (True, False):
        given = pd.Series(pd.Categorical(words, ["faible", "moyen", "fort"], ordered=ordered), words.index, name="prix")
        told = prepare_table(given.to_frame(), ["prix"], kinds={"prix": "ordinal"})
        assert gower(told, "classic")[0].tolist() == [0, 1, 0.5, 1]


@pytest.mark.parametrize(
    ("cells", "absence"),
    [
        (["oui", "non", "non"], "non"),
        (pd.Categorical(["oui", "non", "non"], ["oui", "non"]), "non"),
        ([True, False, False], "False"),
        ([1, 0, 0], "0"),
        (["2", "1", "1"], "1"),
        (pd.Categorical(["avec", "sans", "sans"], ["sans", "avec"], ordered=True), "sans"),
    ],
)
def test_the_absence_that_two_projects_share_says_nothing(cells, absence):
    frame = pd.DataFrame({"aide": cells, "age": [1.0, 2, 5]}, index=list("abc"))
    told = prepare_table(frame, ["aide", "age"], kinds={"aide": "asymmetric"})
    assert told.active["aide"].cat.categories[0] == absence
    assert gower(told)[1, 2] == pytest.approx(0.75)


def test_an_absence_that_nothing_tells_is_asked_and_three_codes_are_refused():
    frame = pd.DataFrame({"aide": ["avec", "sans", "avec"]}, index=list("abc"))
    with pytest.raises(EctError, match=r"Laquelle.*avec, sans.*est l’absence"):
        prepare_table(frame, ["aide"], kinds={"aide": "asymmetric"})
    for cells in (["oui", "non", "peut-être"], [0, 1, 2], pd.Categorical(list("abc"), ordered=True)):
        with pytest.raises(EctError, match="3 codes"):
            prepare_table(frame.assign(aide=cells), ["aide"], kinds={"aide": "asymmetric"})


def test_an_answer_that_decides_the_side_of_all_who_give_it_explains_the_whole_axis():
    frame = pd.DataFrame({"u": list("aaaabbbb"), "v": list("ccccdddd"), "dit": ["g", "g", None, None, "h", "h", None, None]},
                         index=list("ABCDEFGH"))  # fmt: skip
    assert build_mca(prepare_table(frame, ["u", "v"], illustrative=["dit"])).eta2.loc["dit", 1] == pytest.approx(1)
