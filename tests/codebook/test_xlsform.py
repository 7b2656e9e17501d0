import io
from dataclasses import replace

import pytest

from ect_research.codebook.form_check import find_form_problems
from ect_research.codebook.load_codebook import load_codebook
from ect_research.codebook.xlsform import (
    CONSENT,
    ENGLISH,
    FRENCH,
    REPEATS,
    asked_when,
    build_form,
    form_markdown,
    limesurvey_codes,
    short_codes,
)
from ect_research.corpus.forms.entry_workbook import form_bytes, save_form
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
    for repeated, names in REPEATS.get(table, {}).items():
        own.add(repeated)
        columns |= {name: CODEBOOK.variables[repeated, name] for name in names}
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
        (
            {"relevant": "${portage_actuel} = 'asociation'"},
            "« asociation » n’est pas une réponse de « portage_actuel »",
        ),
        ({"relevant": "selected(${dispositif}, 'sut_1999')"}, "« sut_1999 » n’est pas une réponse de « dispositif »"),
        ({"relevant": "${suivi_debut} != ''"}, "par un cercle"),
        ({"relevant": "${type_evenement} = 'idee_captee'"}, "« type_evenement » est dans une répétition"),
    ],
)
def test_each_fault_planted_in_a_form_is_named_with_its_row(cells, words):
    form = build_form(CODEBOOK, "projets")
    line = [row["name"] for row in form.survey].index("suivi_debut") + 2
    found = [problem for problem in errors(changed(form, "suivi_debut", **cells)) if words in problem.probleme]
    assert len(found) == 1
    assert found[0].ligne == line or "fermé" in words


def test_questions_that_wait_for_one_another_are_each_named_even_through_a_group():
    form = build_form(CODEBOOK, "projets")
    two = changed(changed(form, "objet", relevant="${thematique} != ''"), "thematique", relevant="${objet} = 'lieu'")
    assert [p.nom for p in errors(two) if "cercle" in p.probleme] == ["thematique", "objet"]
    group = changed(form, "projets", relevant="${nom} != ''")
    assert "nom" in [p.nom for p in errors(group) if "cercle" in p.probleme]


def test_a_condition_on_a_question_asked_later_is_told():
    form = changed(build_form(CODEBOOK, "projets"), "objet", relevant="${statut_juridique} = 'scic'")
    said = [p for p in find_form_problems(form) if "plus loin" in p.probleme]
    assert [(p.nom, p.niveau) for p in said] == [("objet", "alerte")] and errors(form) == []


def test_a_question_is_asked_when_its_groups_are():
    form = changed(build_form(CODEBOOK, "maturite"), "vitalite", relevant="${vague} = 't0'")
    form = changed(form, "vitalite_2", relevant="${vitalite_1} != 'nsp'")
    consent = f"${{{CONSENT}}} = 'oui'"
    conditions = asked_when(form)
    assert conditions["vitalite_2"] == (consent, "${vague} = 't0'", "${vitalite_1} != 'nsp'")
    assert conditions["verbatim"] == (consent,) and conditions[CONSENT] == ()


@pytest.mark.parametrize("table", TABLES)
def test_the_names_and_codes_for_limesurvey_are_ones_it_takes_and_tell_all_apart(table):
    rows = limesurvey_codes(build_form(CODEBOOK, table))
    seen = [(row["genre"], row["liste"] if row["genre"] == "réponse" else "", row["limesurvey"]) for row in rows]
    assert len(set(seen)) == len(seen)
    for row in rows:
        size = 20 if row["genre"] == "question" else 5
        assert row["limesurvey"].isalnum() and row["limesurvey"].isascii() and len(row["limesurvey"]) <= size


def test_a_code_that_fits_is_kept_and_never_given_to_another():
    assert short_codes(["alimentation", "alime", "alimentaire"]) == {
        "alimentation": "alim2", "alime": "alime", "alimentaire": "alim3",
    }  # fmt: skip


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
    codes = path.with_suffix(".codes.csv").read_text(encoding="utf-8-sig").splitlines()
    assert codes[0] == "genre;liste;nom;limesurvey;libelle" and len(codes) == len(limesurvey_codes(form)) + 1
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
