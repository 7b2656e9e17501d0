"""Maturity: planted moves found, no small number left to guess, groups compared only where nobody is told apart."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ect_research as ect
from ect_research.analysis.chance import holm
from ect_research.analysis.corpus.survey.coarse_counts import group_codes, group_numbers, group_scale
from ect_research.analysis.corpus.survey.maturity import sign_test
from ect_research.analysis.corpus.survey.members import design_effect
from ect_research.errors import EctError
from ect_research.figures.exhibit.exhibit import Strength
from ect_research.gate.gate import pass_frame
from tests import invented_surveys

LEAST = 5
counts = st.dictionaries(st.sampled_from(["1", "2", "3", "4", "nsp"]), st.integers(0, 12))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return invented_surveys.write(tmp_path_factory.mktemp("vagues"), "deux_vagues")


@pytest.fixture
def study(folder):
    return ect.open_study(str(folder))


@pytest.fixture
def told(study):
    return ect.build_maturity(study.table("maturite"), study.context.codebook, by="categorie_acteur")


@given(counts)
def test_no_number_of_a_grouped_scale_is_small_and_none_is_lost(given_counts):
    groups = group_scale(given_counts, "1234", ("nsp",), least=LEAST)
    shown = [one.persons for one in groups if one.persons is not None]
    assert not any(0 < n < LEAST for n in shown)
    assert len(shown) != len(groups) or not groups or sum(shown) == sum(given_counts.values())
    assert len({code for one in groups for code in one.codes}) == sum(len(one.codes) for one in groups)


@given(counts)
def test_no_number_of_grouped_codes_is_small_and_none_is_lost(given_counts):
    groups = group_codes(given_counts, least=LEAST)
    assert all(one.persons >= LEAST for one in groups)
    assert not groups or sum(one.persons for one in groups) == sum(given_counts.values())


@given(st.lists(st.integers(0, 30), max_size=40))
def test_no_class_of_numbers_is_small_and_its_ends_are_open(values):
    groups = group_numbers(pd.Series(values, dtype="float64"), least=LEAST)
    assert all(one.persons >= LEAST for one in groups)
    assert not groups or (
        sum(one.persons for one in groups) == len(values) and groups[0].codes[0] == "" == groups[-1].codes[1]
    )


def test_the_sign_test_and_its_correction_are_those_of_r():
    # binom.test(8, 10)$p.value ; binom.test(3, 22)$p.value ; p.adjust(c(0.01, 0.04, 0.03), "holm")
    assert (sign_test(8, 2), sign_test(3, 19)) == pytest.approx((0.109375, 0.0008554458618164062), abs=1e-12)
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_planted_moves_are_found_and_the_others_are_not(told):
    assert (told.n, told.n_before, told.both) == (24, 24, 22)
    assert list(told.tests.loc[told.tests["p_holm"] < 0.05, "composante"]) == ["organisation"]
    shown = told.moves.set_index("composante").loc["organisation"]
    assert shown["reponses"] == ("monte",) and pd.isna(shown["personnes"])  # nearly all: three others are not counted


@pytest.mark.croisement
def test_the_probability_told_is_never_below_the_true_one(study):
    """What is hidden could otherwise be worked out from it."""
    loose, strict = (
        ect.build_maturity(study.table("maturite"), study.context.codebook, least=least).tests.set_index("composante")[
            "p"
        ]
        for least in (0, LEAST)
    )
    assert (strict >= loose - 1e-12).all() and strict["actions"] > loose["actions"]


def test_every_answer_counts_where_nobody_is_protected(study):
    answers = study.table("maturite")
    told = ect.build_maturity(answers, study.context.codebook, wave="t0", least=0)
    own = answers[answers["vague"] == "t0"]
    counted = told.counts.assign(code=[codes[0] for codes in told.counts["reponses"]]).set_index(["enonce", "code"])[
        "personnes"
    ]
    for name in ("raison_etre_1", "vitalite_3"):
        assert (
            counted[name].to_dict()
            == own[name].astype(str).value_counts().reindex(["1", "2", "3", "4", "nsp"], fill_value=0).to_dict()
        )


def test_a_second_answer_of_the_same_wave_takes_the_place_of_the_first(study):
    answers = study.table("maturite")
    again = pd.concat(
        [answers, answers.iloc[[0]].assign(reponse_id="encore", date_max=np.datetime64("2025-04-30", "s"))]
    )
    told = ect.build_maturity(again, study.context.codebook, wave="t0")
    assert (told.n, told.twice) == (24, 1)


def test_groups_are_compared_only_where_nobody_is_told_apart(study, told):
    numbers = told.groups[["citoyen", "entreprise"]].to_numpy()
    assert len(numbers) and not ((numbers > 0) & (numbers < LEAST)).any() and told.unsafe + len(numbers) // 2 == 15
    thin = study.table("maturite").assign(categorie_acteur=["citoyen"] * 20 + ["entreprise"] * 28)
    refused = ect.show_maturity(
        ect.build_maturity(thin, study.context.codebook, wave="t0", by="categorie_acteur"), "groupes"
    )
    assert "Moins de deux groupes" in str(refused.finding())


@pytest.mark.parametrize("view", ["reponses", "changements", "groupes", "discuter"])
def test_every_view_passes_the_gate_with_nothing_left_to_hide(study, told, view):
    shown = ect.show_maturity(told, view).in_context(study.context)
    passed = pass_frame(shown.rows(), f"essai-{view}", "personnes", [shown.words().title])
    assert not isinstance(passed, ect.Refusal) and not passed.hides


def test_a_drawing_holds_every_statement_and_says_what_moved(study, told):
    shown = ect.show_maturity(told).in_context(study.context)
    written = " ".join(text.get_text() for axes in shown.figure().axes for text in axes.texts)
    assert written.count("n = 24") == 15 and "Vitalité" in written
    moved = ect.show_maturity(told, "changements").in_context(study.context)
    assert moved.finding().strength is Strength.BEYOND_CHANCE and "Organisation" in moved.finding().sentence
    assert "2 personnes parties" in moved.words().missing


def test_the_public_register_has_nothing_to_say_of_maturity():
    public = ect.open_study("pays-ledonien")
    told = ect.build_maturity(public.table("maturite"), public.context.codebook)
    assert "La table « maturite » est vide" in str(told) and "10 personnes" in str(told)


def test_a_wave_that_nobody_answered_is_refused(study):
    with pytest.raises(EctError, match="t2"):
        ect.build_maturity(study.table("maturite"), study.context.codebook, wave="t2")


def test_a_statement_that_nobody_answered_is_counted_apart_and_a_wave_without_answer_is_refused(study):
    answers = study.table("maturite")
    statements = [
        name for name in answers if name in set(ect.build_maturity(answers, study.context.codebook).counts["enonce"])
    ]
    blank = {name: pd.Series(pd.NA, answers.index, dtype=answers[name].dtype) for name in statements}
    one = ect.build_maturity(answers.assign(**{statements[0]: blank[statements[0]]}), study.context.codebook)
    assert one.unanswered == (statements[0],) and statements[0] not in set(one.counts["enonce"])
    shown = ect.show_maturity(one).in_context(study.context)
    assert "1 énoncé sans aucune réponse" in shown.words().missing and shown.figure().axes
    nothing = ect.build_maturity(answers.assign(**blank), study.context.codebook)
    assert "Personne n’a répondu" in nothing.sentence()


@pytest.mark.parametrize(("down", "strength"), [({"P4"}, Strength.AS_CHANCE), (set(), Strength.BEYOND_CHANCE)])
def test_members_who_move_as_one_project_are_not_so_many_witnesses(down, strength):
    """Thirty go up and eight down: five projects tell it, or thirty-eight persons each on her own."""
    book = ect.load_corpus("pays-ledonien").codebook
    statements = [one.name for one in book.columns("maturite") if one.list_name == "reponse_maturite"]
    rows = []
    for wave in ("t0", "t1"):
        for n in range(38):
            project = f"P{n // 8}"
            falls = project in down if down else n % 5 == 0
            vitality = "3" if wave == "t0" else "2" if falls else "4"
            answers = {name: vitality if name.startswith("vitalite") else "3" for name in statements}
            rows.append({"reponse_id": f"{wave}-{n}", "repondant_id": f"R{n:02d}", "vague": wave, "date": None,
                         "projet_id": project, **answers})  # fmt: skip
    told = ect.build_maturity(pd.DataFrame(rows), book)
    moved = told.tests.set_index("composante").loc["vitalite"]
    assert moved["p_holm"] < 0.05 and moved["tient"] == (not down)
    assert ect.show_maturity(told, "changements").finding().strength is strength


def moved(steps, projects=None):
    """One wave, then one where each person answers so many steps higher; every statement alike."""
    book = ect.load_corpus("pays-ledonien").codebook
    columns = [one.name for one in book.columns("maturite")]
    asked = [one.name for one in book.columns("maturite") if one.list_name == "reponse_maturite"]
    rows = [{"reponse_id": f"{wave}-{n}", "repondant_id": f"R{n:02d}", "vague": wave,
             "projet_id": projects[n] if projects else None, **dict.fromkeys(asked, str(2 + (wave == "t1") * step))}
            for wave in ("t0", "t1") for n, step in enumerate(steps)]  # fmt: skip
    return ect.build_maturity(pd.DataFrame(rows, columns=columns), book)


def test_nearly_all_who_move_are_told_without_their_number():
    """Crashed: « nearly all » has no number to compare with zero."""
    told = moved([1] * 27 + [0, 0, -1])
    assert told.moves["personnes"].isna().all()
    assert "les réponses montent" in ect.show_maturity(told, "changements").finding().sentence


def test_a_statement_alone_is_not_said_the_most_and_the_least_shared():
    said = ect.show_maturity(moved([1] * 12)).finding().sentence
    assert "Le plus partagé" in said and "le moins" not in said


def test_members_of_projects_of_unequal_sizes_are_not_so_many_witnesses():
    """A project of fifteen beside ten of one: the mean size of groups in an analysis of variance is not that of a person."""
    sizes = [1] * 10 + [2] * 5 + [15] * 3
    by = pd.Series(np.repeat(np.arange(len(sizes)), sizes))
    shared = np.random.default_rng(1).normal(size=(len(sizes), 3))[by]
    told = [[pd.Series(of)] for of in (shared + np.random.default_rng(2).normal(size=shared.shape)).T]
    n, squares = len(by), sum(size**2 for size in sizes)
    found = design_effect(told, by)
    # R: summary(aov(y ~ g)) by column, sums of squares added up; n0 = (N - sum(n^2)/N) / (k - 1).
    inside = sum(((of[0] - of[0].groupby(by).transform("mean")) ** 2).sum() for of in told) / (3 * (n - len(sizes)))
    means = sum(((of[0].groupby(by).transform("mean") - of[0].mean()) ** 2).sum() for of in told) / (
        3 * (len(sizes) - 1)
    )
    n0 = (n - squares / n) / (len(sizes) - 1)
    rho = (means - inside) / (means + (n0 - 1) * inside)
    assert 0.3 < rho < 0.8 and found == pytest.approx(1 + (squares / n - 1) * rho)
    assert design_effect(told, by.map({})) == 1, "who has no project is alone"
