"""The same answers as KoboToolbox, ODK Central and LimeSurvey export them give the same rows."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from ect_research import load_corpus
from ect_research.cli import main
from ect_research.codebook.load_codebook import load_codebook
from ect_research.codebook.xlsform import CONSENT, asked_when, build_form, plain_name, short_codes
from ect_research.corpus.forms.survey_answers import answers_csv, count_answers, read_answers
from ect_research.corpus.forms.survey_cells import split_answers
from ect_research.corpus.forms.survey_heads import Heads
from ect_research.corpus.forms.survey_repeats import read_repeats
from ect_research.errors import EctError

SMALL = load_codebook(Path(__file__).parent / "dirty" / "kobo" / "codebook")
OURS = load_codebook()
LABELS = {variable.name: variable.labels["fr"] for variable in SMALL.columns("enquete")}
THEMES = SMALL.labels("themes_enquete")
ANSWERS = [
    {"id": "u1", "consent": "oui", "secteur": "ess", "themes": ("lien_social", "autre"), "themes_autre": "Tourisme",
     "mat_1": "4", "commentaire": "=A1 ; \"b\"\nfin"},
    {"id": "u2", "consent": "non", "secteur": "public", "themes": ("foret",), "themes_autre": "", "mat_1": "1",
     "commentaire": "jamais lu"},
    {"id": "u3", "consent": "oui", "secteur": "", "themes": (), "themes_autre": "", "mat_1": "", "commentaire": ""},
]  # fmt: skip
ONE = ("consent", "secteur", "mat_1")


def label(name, code):
    return SMALL.labels(SMALL.variables["enquete", name].list_name)[code] if code else ""


def short(name, code):
    return short_codes(SMALL.codes(SMALL.variables["enquete", name].list_name))[code] if code else ""


def kobo(answer, *, labels, summary, boxes):
    named = (lambda name: LABELS[name]) if labels else (lambda name: name)
    said = label if labels else (lambda _name, code: code)
    row = {named(name): said(name, answer[name]) for name in ONE}
    if summary:
        row[named("themes")] = " ".join(said("themes", code) for code in answer["themes"])
    if boxes:
        asked = bool(answer["themes"])
        row |= {f"{named('themes')}/{said('themes', code)}": str(int(code in answer["themes"])) if asked else ""
                for code in THEMES}  # fmt: skip
    row |= {named(name): answer[name] for name in ("themes_autre", "commentaire")}
    return row | {"_id": answer["id"][1:], "_uuid": answer["id"], "_validation_status": ""}


def odk(answer):
    row = {f"groupe-{name}": answer[name] for name in ONE} | {"groupe-themes": " ".join(answer["themes"])}
    row |= {f"groupe-themes/{code}": str(int(code in answer["themes"])) for code in THEMES}
    row |= {f"groupe-{name}": answer[name] for name in ("themes_autre", "commentaire")}
    return {"SubmissionDate": "2026-03-01T10:00:00.000Z"} | row | {"meta-instanceID": f"uuid:{answer['id']}"}


def lime(answer, *, heads="code", long=False, ticks=("Y", ""), vv=False):
    """``heads``: code, text, codetext, EM (underscores); ``ticks``: what a ticked and an empty box hold."""

    def head(name, code=""):
        one = plain_name(name) + (f"{'_' if heads == 'EM' or vv else '['}{short(name, code)}" if code else "")
        one += "]" if code and heads in ("code", "codetext") and not vv else ""
        text = LABELS[name] + (f" [{label(name, code)}]" if code else "")
        return {"code": one, "EM": one, "text": text.replace(" ", "_"), "codetext": f"{one}. {text}"}[heads]

    mask = "'" if not vv else ""
    yes = {"oui": "Oui" if long else "Y", "non": "Non" if long else "N"}
    row = {"id": answer["id"], "submitdate": "2026-03-01 10:00:00", "lastpage": "3", "startlanguage": "fr"}
    row[head("consent")] = yes[answer["consent"]]
    row |= {head(name): (label if long else short)(name, answer[name]) for name in ("secteur", "mat_1")}
    row |= {head("themes", code): ticks[0] if code in answer["themes"] else ticks[1] for code in THEMES}
    text = answer["commentaire"]
    row[head("commentaire")] = mask + text if text.startswith("=") else text
    row[head("themes_autre")] = answer["themes_autre"]
    if vv:
        row = {name: cell.replace("\n", "{newline}") or "{question_not_shown}" for name, cell in row.items()}
    return row


def written(rows, *, sign=";", ending="\r\n", above=""):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=sign, quoting=csv.QUOTE_ALL, lineterminator=ending)
    text.write(above)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue() + (ending if sign == ";" else "")


EXPORTS = {
    "kobo, codes, résumé et cases": written([kobo(a, labels=False, summary=True, boxes=True) for a in ANSWERS]),
    "kobo, codes, cases": written([kobo(a, labels=False, summary=False, boxes=True) for a in ANSWERS]),
    "kobo, codes, résumé": written([kobo(a, labels=False, summary=True, boxes=False) for a in ANSWERS]),
    "kobo, libellés, résumé et cases": written([kobo(a, labels=True, summary=True, boxes=True) for a in ANSWERS]),
    "kobo, libellés, cases": written([kobo(a, labels=True, summary=False, boxes=True) for a in ANSWERS]),
    "kobo, libellés, résumé": written([kobo(a, labels=True, summary=True, boxes=False) for a in ANSWERS]),
    "odk central": written([odk(a) for a in ANSWERS], sign=",", ending="\n"),
    "limesurvey, codes": "\ufeff" + written([lime(a) for a in ANSWERS]),
    "limesurvey, textes": "\ufeff" + written([lime(a, heads="text", long=True, ticks=("Oui", "Non")) for a in ANSWERS]),
    "limesurvey, codes et textes": written([lime(a, heads="codetext", long=True, ticks=("Oui", "N/A")) for a in ANSWERS]),
    "limesurvey, soulignés": written([lime(a, heads="EM") for a in ANSWERS]),
    "limesurvey, 1 et 2": written([lime(a, ticks=("1", "2")) for a in ANSWERS]),
    "limesurvey, tabulations": written([lime(a) for a in ANSWERS], sign="\t"),
    "limesurvey, VV": written(
        [lime(a, vv=True) for a in ANSWERS], sign="\t", above="\t".join(lime(ANSWERS[0], heads="text")) + "\n"
    ),
}  # fmt: skip


@pytest.fixture
def export(tmp_path):
    def write(text, name="export.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return write


@pytest.mark.parametrize("case", EXPORTS)
def test_every_export_of_the_same_answers_gives_the_same_rows(export, case):
    answers = read_answers(export(EXPORTS[case]), SMALL, "enquete")
    assert (answers.received, answers.refused, len(answers.rows)) == (3, 1, 2)
    kept = [answer for answer in ANSWERS if answer["consent"] == "oui"]
    for name in ("consent", "secteur", "mat_1", "commentaire", "themes_autre"):
        assert answers.rows[name].tolist() == [answer[name] for answer in kept], name
    assert answers.rows["themes"].tolist() == ["lien_social autre", ""]
    assert answers.rows["reponse_id"].tolist() == ["u1", "u3"]
    assert answers.warnings.empty, answers.warnings.to_dict("records")


def test_labels_that_can_be_cut_in_two_ways_are_left_whole_and_told(export):
    words = {"lien": "lien", "liensocial": "lien_social", "social": "social"}
    assert split_answers("Lien social", words) == []
    assert split_answers("Lien Lien", words) == ["lien"]
    text = EXPORTS["kobo, libellés, résumé"].replace("Lien social Autre", "Lien social Autres")
    answers = read_answers(export(text), SMALL, "enquete")
    assert answers.rows["themes"][0] == "Lien social Autres"
    assert answers.warnings[["ligne", "colonne", "valeur"]].to_numpy().tolist() == [[2, "themes", "Lien social Autres"]]


def test_an_unfinished_answer_a_doubtful_consent_and_a_double_are_told_with_their_line(export):
    rows = [lime(answer) for answer in ANSWERS]
    rows[2] |= {"submitdate": "", "id": "u1"}
    rows.append({**rows[0], "id": "u9", "consent": "plutôt oui"})
    answers = read_answers(export(written(rows)), SMALL, "enquete")
    said = answers.warnings[["ligne", "colonne"]].to_numpy().tolist()
    assert answers.refused == 2 and said == [[5, "submitdate"], [6, CONSENT], [1, "reponse_id"]]


def test_the_words_beside_autre_are_kept_or_told(export):
    rows = [lime(answer) for answer in ANSWERS]
    for row in rows:
        del row["themesautre"]
        row |= {
            "themes[other]": "Tourisme" if row["id"] == "u3" else "",
            "secteur[other]": "Régie" if row["id"] == "u3" else "",
        }
    answers = read_answers(export(written(rows)), SMALL, "enquete")
    assert answers.rows[["themes", "themes_autre"]].to_numpy().tolist()[1] == ["autre", "Tourisme"]
    assert answers.warnings[["ligne", "colonne", "valeur"]].to_numpy().tolist() == [[5, "secteur", "Régie"]]


def test_a_question_that_two_versions_of_a_form_asked_is_one_column(export):
    rows = [{**kobo(a, labels=False, summary=True, boxes=True), "groupe/secteur": ""} for a in ANSWERS]
    rows[2]["groupe/secteur"] = "citoyen"
    assert read_answers(export(written(rows)), SMALL, "enquete").rows["secteur"].tolist() == ["ess", "citoyen"]
    rows[0]["groupe/secteur"] = "public"
    answers = read_answers(export(written(rows)), SMALL, "enquete")
    assert answers.rows["secteur"][0] == "ess" and answers.warnings["valeur"].tolist() == ["ess / public"]


def test_an_unknown_answer_is_left_as_typed_and_told(export):
    rows = [kobo(a, labels=False, summary=True, boxes=True) for a in ANSWERS]
    rows[0] |= {"secteur": "A1", "themes/foret": "3"}
    answers = read_answers(export(written(rows)), SMALL, "enquete")
    assert answers.rows["secteur"][0] == "A1"
    assert sorted(answers.warnings["valeur"]) == ["3", "A1"]


@pytest.mark.parametrize("head", ["Chef-projet", "Lieu: Projet", "note.projet_idee", "_Lieu_latitude", "deviceid"])
def test_a_header_that_only_ends_like_a_question_is_not_that_question(head):
    assert Heads(SMALL, "enquete").find(head) is None


def conditional(tmp_path):
    """The small codebook with a question that is asked of some, and a group asked of fewer."""
    folder = tmp_path / "codebook"
    folder.mkdir()
    for path in (Path(__file__).parent / "dirty" / "kobo" / "codebook").glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        if path.name == "variables.csv":
            lines = []
            for line in text.splitlines():
                cells = next(csv.reader([line]))
                cells[13] = {"mat_1": "${secteur} = 'ess'", "themes_autre": "selected(${themes}, 'autre')"}.get(
                    cells[1], cells[13]
                )
                cells[4] = "oui" if cells[1] in ("mat_1", "secteur") else cells[4]
                out = io.StringIO()
                csv.writer(out, lineterminator="").writerow(cells)
                lines.append(out.getvalue())
            text = "\n".join(lines) + "\n"
        (folder / path.name).write_text(text, encoding="utf-8")
    return load_codebook(folder)


def test_a_blank_answer_to_a_question_not_asked_is_void_and_not_missing(tmp_path, export):
    answers = read_answers(export(EXPORTS["kobo, codes, cases"]), conditional(tmp_path), "enquete")
    assert answers.void[["mat_1", "themes_autre", "secteur"]].to_numpy().tolist() == [[False] * 3, [True, True, False]]
    counts = count_answers(answers).set_index("colonne")
    assert counts.loc["mat_1"].tolist() == [1, 0, 1] and counts.loc["secteur"].tolist() == [1, 1, 0]
    assert (counts.sum(axis=1) == len(answers.rows)).all()
    told = answers.warnings[answers.warnings["probleme"].str.contains("obligatoire")]
    assert told[["ligne", "colonne"]].to_numpy().tolist() == [[5, "secteur"]]


def test_what_limesurvey_says_it_did_not_show_is_void(export):
    rows = [lime(answer, vv=True) for answer in ANSWERS]
    answers = read_answers(export(written(rows, sign="\t", above="\t".join(rows[0]) + "\n")), SMALL, "enquete")
    assert answers.void.loc[1, ["secteur", "mat_1", "themes_autre"]].all() and not answers.void.loc[0, "secteur"]


def test_without_consent_the_whole_group_is_not_asked():
    assert all(
        f"${{{CONSENT}}} = 'oui'" in said
        for name, said in asked_when(build_form(OURS, "projets")).items()
        if name != CONSENT
    )


MAIN = [
    {CONSENT: "oui", "projet_id": "P7", "nom": "Four", "_id": "11", "_uuid": "aa", "_index": "1"},
    {CONSENT: "non", "projet_id": "P8", "nom": "Scierie", "_id": "12", "_uuid": "bb", "_index": "2"},
    {CONSENT: "oui", "projet_id": "", "nom": "Épicerie", "_id": "13", "_uuid": "cc", "_index": "3"},
]
FACTS = [
    ("idee_captee", "printemps 2021", "1"), ("atelier_tenu", "2022", "2"), ("atelier_tenu", "03/2022", "3"),
    ("statuts_deposes", "12/03/2024", "1"),
]  # fmt: skip


def repeated(tie):
    return [
        {"evenements/type_evenement": kind, "evenements/date_debut": date, "_index": str(n), "_parent_table_name": "Fiche",
         **tie(MAIN[int(at) - 1])}
        for n, (kind, date, at) in enumerate(FACTS, 1)
    ]  # fmt: skip


TIES = {
    "kobo": lambda row: {
        "_parent_index": row["_index"],
        "_submission__id": row["_id"],
        "_submission__uuid": row["_uuid"],
    },
    "kobo, numéro": lambda row: {"_submission__id": row["_id"]},
    "kobo, rang": lambda row: {"_parent_index": row["_index"]},
    "odk": lambda row: {"PARENT_KEY": f"uuid:{row['_uuid']}"},
    "odk, imbriqué": lambda row: {"PARENT_KEY": f"uuid:{row['_uuid']}/lieux[2]"},
}


def both(export, tie, **changed):
    main = export(written([{**row, "KEY": f"uuid:{row['_uuid']}"} for row in MAIN]))
    answers = read_answers(main, OURS, "projets", source="S1")
    path = export(written([{**row, **changed} for row in repeated(TIES[tie])]), "repetition.csv")
    return answers, read_repeats(path, OURS, "evenements", answers, parent="projets", source="S1")


@pytest.mark.parametrize("tie", TIES)
def test_the_rows_of_a_repeat_hang_on_their_answer_and_have_its_consent(export, tie):
    answers, facts = both(export, tie)
    assert answers.rows["projet_id"].tolist() == ["P7", "cc"]
    assert (facts.received, facts.refused) == (4, 1)
    rows = facts.rows[["evenement_id", "projet_id", "type_evenement", "date_debut"]].to_numpy().tolist()
    assert rows == [
        ["P7-1", "P7", "idee_captee", "printemps 2021"],
        ["cc-1", "cc", "atelier_tenu", "03/2022"],
        ["P7-2", "P7", "statuts_deposes", "12/03/2024"],
    ]
    assert facts.warnings.empty == (tie != "kobo, rang")


def test_a_repeated_row_without_answer_or_with_two_is_told_and_not_kept(export):
    _, stray = both(export, "kobo, numéro", _submission__id="99")
    assert stray.rows.empty and stray.warnings["ligne"].tolist() == [2, 3, 4, 5]
    _, torn = both(export, "kobo", _submission__uuid="cc")
    assert torn.warnings[["ligne", "valeur"]].to_numpy().tolist() == [[2, "P7 / cc"], [3, " / cc"], [5, "P7 / cc"]]
    assert torn.rows["projet_id"].tolist() == ["cc"]


def test_a_file_that_nothing_ties_to_the_answers_is_refused(export):
    answers, _ = both(export, "kobo")
    with pytest.raises(EctError, match="rien ne rattache"):
        read_repeats(
            export("type_evenement;date_debut\nidee_captee;2021\n", "r.csv"),
            OURS,
            "evenements",
            answers,
            parent="projets",
        )


def test_answers_and_their_repeats_load_as_a_corpus(export, make_corpus, tmp_path, capsys):
    export(written(MAIN))
    export(written(repeated(TIES["kobo"])), "repetition.csv")
    done = main(["reponses", str(tmp_path / "export.csv"), "projets", str(tmp_path / "projets.csv"), "--source", "S1",
                 "--repetition", "evenements", str(tmp_path / "repetition.csv"), str(tmp_path / "evenements.csv")])  # fmt: skip
    said = capsys.readouterr().out
    assert done == 0 and "3 réponses reçues, 1 écartées" in said and "evenements : 4 réponses" in said
    facts = (tmp_path / "evenements.csv").read_text(encoding="utf-8").splitlines()
    facts = [f"{line};{'certitude' if n == 0 else '2_declare'}" for n, line in enumerate(facts)]
    folder = make_corpus(
        projets=(tmp_path / "projets.csv").read_text(encoding="utf-8"), evenements="\n".join(facts) + "\n"
    )
    tables = load_corpus(folder).tables
    assert tables["evenements"]["date_debut_precision"].astype("str").tolist() == ["saison", "mois", "jour"]
    assert tables["projets"]["nom"].tolist() == ["Four", "Épicerie"]


def test_the_maturity_survey_made_in_limesurvey_with_our_short_codes_loads(export, make_corpus):
    form = build_form(OURS, "maturite")
    asked = [row for row in form.survey if row["name"] and not row["type"].startswith(("begin", "today"))]
    row = {"id": "1", "submitdate": "2026-03-01 10:00:00", "lastpage": "3", "date": "2026-03-01 00:00:00"}
    for one in asked:
        codes = OURS.codes(one["type"].split()[1]) if one["type"].startswith("select") else ["P1"]
        row[plain_name(one["name"])] = short_codes(codes)[codes[0]]
    row |= {plain_name(CONSENT): "Y"}
    answers = read_answers(export(written([row])), OURS, "maturite")
    assert answers.ignored == ["submitdate", "lastpage"] and answers.warnings.empty
    frame = load_corpus(make_corpus(maturite=answers_csv(answers))).tables["maturite"]
    assert frame["categorie_acteur"][0] == OURS.codes("categorie_acteur")[0]
    assert frame["date_min"][0] == pd.Timestamp("2026-03-01")
