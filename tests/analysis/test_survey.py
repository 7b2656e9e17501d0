"""Any questionnaire: forty questions to sixty young people, drawn by type, crossed when asked, nobody left to guess."""

import csv
from functools import partial

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

import ect_research as ect
from ect_research.analysis.corpus.survey.crossings import _of_codes, _of_ranks
from ect_research.cli import main
from ect_research.corpus.people.protection_rules import person_tables
from ect_research.errors import CorpusError, EctError
from ect_research.figures.exhibit.exhibit import Strength
from ect_research.gate.gate import pass_frame
from tests import invented_surveys

TABLE, LEAST = invented_surveys.YOUNG, 5
PAIRS = [["accord_1", "filiere_1"], ["souvent_1", "genre"], ["nombre_1", "genre"]]
VIEWS = ["echelles", "codes", "choix", "nombres", "textes", "croisements", "croises"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return invented_surveys.write(tmp_path_factory.mktemp("enquete"), "jeunes")


@pytest.fixture
def study(folder):
    return ect.open_study(str(folder))


def read_rows(path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))


def built(study, **options):
    return ect.build_survey(study.table(TABLE), study.context.codebook, TABLE, **{"draws": 199, **options})


def test_forty_questions_are_read_by_the_type_of_their_column(study):
    told = built(study)
    asked = {*told.answers["question"], *told.texts["question"], *told.withheld}
    assert told.n == 60 and asked == {name for name, _, _ in invented_surveys.questions()} and len(asked) == 40
    assert set(told.answers["nature"]) == {"echelle", "code", "codes", "nombre", "date"}


def test_counts_and_bounds_are_those_of_wilson(study):
    told = built(study)
    said = study.table(TABLE)["filiere_1"].value_counts()
    for row in told.answers[told.answers["question"] == "filiere_1"].to_dict("records"):
        wilson = ect.wilson_interval(int(said[row["reponses"][0]]), 60)
        assert (row["personnes"], row["n"]) == (wilson.count, 60)
        assert (row["part"], row["bas"], row["haut"]) == pytest.approx(
            (wilson.estimate, wilson.low, wilson.high), abs=1e-9
        )


def test_answers_that_name_no_wave_where_others_do_are_counted_as_left_out(study):
    answers = study.table(TABLE)
    waved = answers.assign(vague=pd.Categorical(["t0"] * 52 + [None] * (len(answers) - 52), categories=["t0", "t1"]))
    told = ect.build_survey(waved, study.context.codebook, TABLE, draws=19)
    assert (told.n, told.unwaved) == (52, len(answers) - 52)
    missing = ect.show_survey(told, "echelles").in_context(study.context).words().missing
    assert f"{told.unwaved} réponses sans vague" in missing


def test_no_number_of_persons_is_small(study):
    told = built(study, crossings=PAIRS)
    for numbers in (told.answers["personnes"].dropna(), told.crossed["personnes"]):
        assert not ((numbers > 0) & (numbers < LEAST)).any()
    ticked = told.answers[(told.answers["nature"] == "codes") & told.answers["personnes"].notna()]
    left = ticked["n"] - ticked["personnes"]
    assert not ((left > 0) & (left < LEAST)).any()


def test_what_a_crossing_tells_never_cuts_across_what_its_question_tells(study):
    """Else the difference of two printed numbers would be a small one."""
    told = built(study, crossings=PAIRS)
    numbers = told.answers[told.answers["question"] == "nombre_1"]
    cuts = {codes[1] for codes in numbers["reponses"]}
    assert {codes[1] for codes in told.crossed.loc[told.crossed["question"] == "nombre_1", "reponses"]} <= cuts


@pytest.mark.croisement
def test_the_planted_crossing_is_found_and_the_others_are_not(study):
    told = built(study, crossings=PAIRS, draws=999)
    assert list(told.crossings.loc[told.crossings["p_holm"] < 0.05, "question"]) == ["accord_1"]
    shown = ect.show_survey(told, "croisements").in_context(study.context)
    assert shown.finding().strength is Strength.BEYOND_CHANCE and "sur 3 croisements" in shown.finding().sentence
    assert len(built(study, crossings=PAIRS[1:]).crossings) == 2


def test_the_strength_of_a_crossing_is_that_of_r():
    # vcd::assocstats(matrix(c(12, 7, 14, 20), 2))$cramer ; sqrt(kruskal.test(x, g)$statistic / (n - 1))
    first = np.repeat([0, 0, 1, 1], [12, 14, 7, 20])
    second = np.repeat([0, 1, 0, 1], [12, 14, 7, 20])
    chi2 = 53 * (12 * 20 - 14 * 7) ** 2 / (26 * 27 * 19 * 34)
    assert _of_codes(second, first) == pytest.approx((chi2 / 53) ** 0.5)
    from scipy.stats import kruskal

    answers, groups = np.array([0, 1, 1, 2, 2, 3, 0, 3, 1, 2]), np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2])
    statistic = kruskal(*(answers[groups == g] for g in range(3))).statistic
    assert _of_ranks(answers, groups) == pytest.approx((statistic / 9) ** 0.5)


def test_weights_are_refused_unless_explained(study):
    refused = built(study, weights=("poids", " "))
    assert isinstance(refused, ect.Refusal) and "sans dire pourquoi" in str(refused)
    told, plain = built(study, weights=("poids", "calage sur l’âge")), built(study)
    one = told.answers[told.answers["question"] == "filiere_1"].iloc[0]
    same = plain.answers[plain.answers["question"] == "filiere_1"].iloc[0]
    weight = study.table(TABLE)["poids"]
    chosen = study.table(TABLE)["filiere_1"] == one["reponses"][0]
    assert one["part"] == pytest.approx(weight[chosen].sum() / weight.sum()) and one["personnes"] == same["personnes"]
    assert one["haut"] - one["bas"] > same["haut"] - same["bas"] and "poids" not in set(told.answers["question"])


@pytest.mark.croisement
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_passes_the_gate_with_nothing_left_to_hide(study, view):
    shown = ect.show_survey(built(study, crossings=PAIRS), view).in_context(study.context)
    passed = pass_frame(shown.rows(), f"enquete-{view}", "personnes", [shown.words().title])
    assert not isinstance(passed, ect.Refusal) and not passed.hides
    if shown.draw:
        assert shown.figure().get_size_inches()[1] * 25.4 < 280


def test_a_declared_table_of_persons_is_protected_as_those_of_the_package(study, folder, tmp_path):
    assert TABLE in person_tables(study.context.codebook)
    row = study.table(TABLE)[["repondant_id", "accord_1"]].head(1)
    assert isinstance(pass_frame(row, "une-ligne", "aucune", []), ect.Refusal)
    open_ = invented_surveys.write(tmp_path, "jeunes")
    source = open_ / "source.toml"
    source.write_text(source.read_text(encoding="utf-8").replace('["personnes"]', "[]"), encoding="utf-8")
    with pytest.raises(CorpusError) as found:
        ect.load_corpus(open_)
    assert f"la table « {TABLE} »" in " ".join(found.value.problems["probleme"])


def test_a_person_who_withdraws_leaves_a_declared_table(tmp_path):
    folder = invented_surveys.write(tmp_path, "jeunes")
    (folder / "retraits.csv").write_text("code;date\nY07;2026-01-01\n", encoding="utf-8")
    read = ect.load_corpus(folder)
    assert len(read.table(TABLE)) == 59 and "Y07" not in set(read.table(TABLE)["repondant_id"])


def test_the_form_of_a_declared_table_asks_its_questions_and_its_answers_come_back(folder, tmp_path, capsys):
    form = tmp_path / "formulaire.xlsx"
    assert main(["questionnaire", TABLE, str(form), "--corpus", str(folder)]) == 0
    rows = CalamineWorkbook.from_path(str(form)).get_sheet_by_name("survey").to_python()
    asked = [row[1] for row in rows[1:]]
    assert {name for name, _, _ in invented_surveys.questions()} <= set(asked) and "jeune_id" not in asked
    export = tmp_path / "export.csv"
    answers = ('"_uuid";"accord_recherche";"repondant_id";"accord_1"', '"a1";"oui";"Z1";"4"', '"a2";"non";"Z2";"1"')
    export.write_text("\n".join(answers) + "\n", encoding="utf-8")
    back = tmp_path / f"{TABLE}.csv"
    assert main(["reponses", str(export), TABLE, str(back), "--corpus", str(folder)]) == 0
    kept = read_rows(back)
    assert [row["accord_1"] for row in kept] == ["4"]
    assert main(["questionnaire", TABLE, str(tmp_path / "autre.xlsx")]) == 1
    assert "Pas de questionnaire" in capsys.readouterr().err


def test_open_answers_are_listed_for_coding_and_their_themes_counted(folder, study, tmp_path):
    target = tmp_path / "a_coder.csv"
    assert main(["codages", "--corpus", str(folder), "--textes", TABLE, str(target)]) == 0
    rows = read_rows(target)
    own = [row for row in rows if row["variable"] == "libre_1"]
    assert len(own) == study.table(TABLE)["libre_1"].notna().sum() and own[0]["citation"] == "Un mot de plus."
    coded = pd.DataFrame(own).assign(valeur=["emploi" if at % 2 else "transport" for at in range(len(own))])
    told = built(study, codings=coded)
    themes = told.answers[told.answers["nature"] == "texte"]
    assert sorted(codes[0] for codes in themes["reponses"]) == ["emploi", "transport"]
    assert themes["personnes"].sum() == len(own) == int(told.texts["codees"].iloc[0])


def test_a_pair_that_cannot_be_crossed_and_a_strange_column_are_refused(study):
    with pytest.raises(EctError, match="ne se croisent pas"):
        built(study, crossings=[["activite_1", "genre"]])
    with pytest.raises(EctError, match="inconnue"):
        built(study, questions=["inconnue"])


def test_the_public_register_has_no_answer_to_tell():
    public = ect.open_study("pays-ledonien")
    assert "est vide" in str(ect.build_survey(public.table("maturite"), public.context.codebook, "maturite"))


def test_a_question_that_nobody_answered_is_counted_apart(study):
    answers = study.table(TABLE)
    blank = pd.Series(pd.NA, answers.index, dtype=answers["filiere_1"].dtype)
    told = ect.build_survey(answers.assign(filiere_1=blank), study.context.codebook, TABLE, draws=99)
    kind = told.unanswered["filiere_1"]
    assert "filiere_1" not in set(told.answers["question"]) and "filiere_1" not in told.withheld
    view = {"echelle": "echelles", "code": "codes"}[kind]
    assert "1 question sans aucune réponse" in ect.show_survey(told, view).in_context(study.context).words().missing


@pytest.mark.parametrize(("together", "strength"), [(True, Strength.AS_CHANCE), (False, Strength.BEYOND_CHANCE)])
def test_members_of_a_project_who_answer_as_one_are_not_so_many_witnesses(together, strength):
    """Six projects, whose members are of one kind and answer alike, or of both kinds and answer as their kind does."""
    public = ect.load_corpus("pays-ledonien")
    asked = [one.name for one in public.codebook.columns("maturite") if one.list_name == "reponse_maturite"]
    kinds = public.codebook.codes("categorie_acteur")
    rows = []
    for n in range(60):
        other = n >= 30 if together else n % 2 == 1
        high = other and (together or n % 10 != 1)
        rows.append({"reponse_id": f"r{n}", "repondant_id": f"R{n}", "projet_id": f"P{n // 10}",
                     "categorie_acteur": kinds[int(other)], **dict.fromkeys(asked, "4" if high else "1")})  # fmt: skip
    answers = pd.DataFrame(rows, columns=[one.name for one in public.codebook.columns("maturite")])
    built_of = partial(ect.build_survey, codebook=public.codebook, table="maturite", questions=asked, draws=199,
                       crossings=[[asked[0], "categorie_acteur"]])  # fmt: skip
    told = built_of(answers)
    assert told.within == "projet_id" and told.crossings["p_holm"].item() < 0.05
    assert told.crossings["tient"].item() == (not together)
    shown = ect.show_survey(told, "croisements").in_context(ect.open_study("pays-ledonien").context)
    assert shown.finding().strength is strength and "projets entiers" in shown.words().reading
    assert (told.alike > 9) == together, "ten of a project who answer as one tell what one would"
    top = told.answers[
        (told.answers["question"] == asked[0]) & told.answers["reponses"].map(lambda codes: "4" in codes)
    ]
    as_one = ect.wilson_interval(3, 6)
    assert not together or top[["bas", "haut"]].to_numpy()[0] == pytest.approx((as_one.low, as_one.high))
    alone = built_of(answers.assign(projet_id=None))
    assert alone.within == "" and alone.crossings["tient"].item()
    missing = ect.show_survey(alone, "croisements").in_context(ect.open_study("pays-ledonien").context).words().missing
    assert "chacun est supposé répondre seul" in missing


def test_a_large_number_keeps_all_its_digits_and_a_missing_weight_is_refused(study):
    """A class ended at 1.23457e+06: persons above it were counted in it, and the shares were those of others."""
    answers = study.table(TABLE)
    numbers = pd.Series(1_234_560 + np.arange(len(answers)), index=answers.index, dtype="Int64")
    told = built(study, questions=["nombre_1"])
    told = ect.build_survey(
        answers.assign(nombre_1=numbers), study.context.codebook, TABLE, questions=["nombre_1"], draws=9
    )
    assert (told.answers["personnes"] / told.answers["n"]).tolist() == pytest.approx(told.answers["part"].tolist())
    holes = answers.assign(poids=answers["poids"].mask(answers.index < 2))
    refused = ect.build_survey(holes, study.context.codebook, TABLE, weights=("poids", "calage"), draws=9)
    assert "2 personnes n’ont pas de poids" in str(refused)


def test_the_order_of_the_rows_changes_nothing(study):
    """Equal counts were grouped in the order of the file, and chance followed it."""
    answers = study.table(TABLE)
    turned = answers.sample(frac=1, random_state=3)
    told, again = (
        ect.build_survey(one, study.context.codebook, TABLE, crossings=PAIRS, draws=49) for one in (answers, turned)
    )
    for part in ("answers", "crossings", "crossed"):
        pd.testing.assert_frame_equal(getattr(told, part), getattr(again, part))


@pytest.mark.parametrize("odd", ["xyz", 0, ["a", "b", "c"]])
def test_a_crossing_that_is_no_pair_is_said_with_what_was_given(odd):
    public = ect.open_study("pays-ledonien")
    with pytest.raises(EctError, match="paire de colonnes"):
        ect.build_survey(public.table("maturite"), public.context.codebook, "maturite", crossings=[odd])
