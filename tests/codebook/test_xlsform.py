import io
from dataclasses import replace

import pytest

from ect_research import load_codebook
from ect_research.codebook.xlsform import CONSENT, ENGLISH, FRENCH, build_form, find_form_problems, form_markdown
from ect_research.corpus.form_workbook import form_bytes, save_form
from ect_research.errors import CodebookError, EctError

CODEBOOK = load_codebook()
TABLES = ["maturite", "projets"]


def errors(form):
    return [problem for problem in find_form_problems(form) if problem.niveau == "erreur"]


def changed(form, question, **cells):
    survey = tuple({**row, **cells} if row["name"] == question else row for row in form.survey)
    assert survey != form.survey
    return replace(form, survey=survey)


@pytest.mark.parametrize("table", TABLES)
def test_the_forms_of_the_codebook_are_sound(table):
    assert errors(build_form(CODEBOOK, table)) == []


@pytest.mark.parametrize("table", TABLES)
def test_every_question_is_a_column_with_its_answers_in_both_languages(table):
    form = build_form(CODEBOOK, table)
    own = {"", CONSENT, table, "raison_etre", "actions", "flux_eco", "organisation", "vitalite"}
    columns = {variable.name: variable for variable in CODEBOOK.columns(table)}
    for row in form.survey:
        if row["name"] in own:
            continue
        variable = columns[row["name"]]
        assert (row[f"label::{FRENCH}"], row[f"label::{ENGLISH}"]) == (variable.labels["fr"], variable.labels["en"])
        if variable.list_name:
            answers = [choice["name"] for choice in form.choices if choice["list_name"] == variable.list_name]
            assert answers == CODEBOOK.codes(variable.list_name)


def test_the_maturity_survey_has_its_five_dimensions_of_own_items_and_nothing_without_consent():
    form = build_form(CODEBOOK, "maturite")
    groups = [row["name"] for row in form.survey if row["type"] == "begin_group"]
    assert groups == ["maturite", "raison_etre", "actions", "flux_eco", "organisation", "vitalite"]
    assert sum(row["type"] == "select_one reponse_maturite" for row in form.survey) == 15
    answers = [choice["name"] for choice in form.choices if choice["list_name"] == "reponse_maturite"]
    assert len(answers) == 5 and "nsp" in answers
    asked = [row["name"] for row in form.survey]
    assert asked.index(CONSENT) < asked.index("maturite")
    assert form.survey[asked.index("maturite")]["relevant"] == f"${{{CONSENT}}} = 'oui'"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({f"label::{ENGLISH}": ""}, "texte anglais manquant"),
        ({f"hint::{FRENCH}": ""}, "texte français manquant"),
        ({"constraint": ". >= 2014 and"}, "incomprise"),
        ({"relevant": "${inconnue} = 'oui'"}, "« inconnue » n’existe pas"),
        ({"type": "select_one nulle_part"}, "n’a pas de réponses"),
        ({"name": "Énergie"}, "sans accent"),
        ({"name": "nom"}, "déjà donné"),
        ({"type": "begin_group"}, "jamais fermé"),
    ],
)
def test_each_fault_planted_in_a_form_is_named_with_its_row(cells, words):
    form = build_form(CODEBOOK, "projets")
    line = [row["name"] for row in form.survey].index("suivi_debut") + 2
    found = [problem for problem in errors(changed(form, "suivi_debut", **cells)) if words in problem.probleme]
    assert len(found) == 1
    assert found[0].ligne == line or "fermé" in words


def test_a_code_given_twice_is_named():
    form = build_form(CODEBOOK, "maturite")
    assert "deux fois" in errors(replace(form, choices=(*form.choices, form.choices[0])))[0].probleme


def test_what_limesurvey_would_refuse_is_told_and_blocks_nothing():
    alerts = [problem for problem in find_form_problems(build_form(CODEBOOK, "maturite")) if problem.niveau == "alerte"]
    assert "raison_etre_1" in {problem.nom for problem in alerts}
    items = {
        choice["name"]
        for choice in build_form(CODEBOOK, "maturite").choices
        if choice["list_name"] == "reponse_maturite"
    }
    assert not items & {problem.nom for problem in alerts}


def test_a_form_is_written_once_with_its_mirror_and_refused_when_it_has_errors(tmp_path):
    form = build_form(CODEBOOK, "maturite")
    path = save_form(tmp_path / "maturite.xlsx", form)
    assert path.with_suffix(".md").read_text(encoding="utf-8") == form_markdown(form)
    with pytest.raises(EctError, match="existe déjà"):
        save_form(path, form)
    with pytest.raises(CodebookError, match="1 erreur"):
        save_form(tmp_path / "autre.xlsx", changed(form, "vague", **{f"label::{ENGLISH}": ""}))
    assert not (tmp_path / "autre.xlsx").exists()


def test_there_is_no_form_for_a_table_that_nobody_is_asked():
    with pytest.raises(EctError, match="Pas de questionnaire"):
        build_form(CODEBOOK, "codages")


@pytest.mark.parametrize("table", TABLES)
def test_pyxform_converts_the_form_and_its_mirror(table, tmp_path):
    pyxform = pytest.importorskip("pyxform.xls2xform", reason="pyxform n’est pas installé (option « enquetes »)")
    form = build_form(CODEBOOK, table)
    from_xlsx = pyxform.convert(io.BytesIO(form_bytes(form)), file_type=".xlsx", validate=False)
    from_mirror = pyxform.convert(form_markdown(form), file_type=".md", validate=False)
    assert from_xlsx.xform == from_mirror.xform
    assert "".join(from_xlsx.warnings) == ""
