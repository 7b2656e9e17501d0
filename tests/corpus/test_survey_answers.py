import csv
from pathlib import Path

import pandas as pd
import pytest

from ect_research import load_corpus
from ect_research.codebook.load_codebook import load_codebook
from ect_research.codebook.xlsform import CONSENT, build_form
from ect_research.corpus.forms.survey_answers import answers_csv, read_answers
from ect_research.errors import CorpusError, EctError

KOBO = Path(__file__).parent / "dirty" / "kobo"
CODEBOOK = load_codebook(KOBO / "codebook")


def test_an_export_by_codes_and_an_export_by_labels_give_identical_rows():
    codes, labels = (read_answers(KOBO / name, CODEBOOK, "enquete") for name in ("kobo_xml.csv", "kobo_fr.csv"))
    pd.testing.assert_frame_equal(codes.rows, labels.rows)
    assert codes.warnings.empty and labels.warnings.empty
    assert codes.rows["themes"].tolist()[:3] == ["reemploi autre", "foret autre", "alimentation reemploi"]
    assert set(codes.rows["mat_1"]) <= {"1", "2", "3", "4", "5"}


def test_no_consent_no_row_and_the_count_is_kept():
    answers = read_answers(KOBO / "kobo_xml.csv", CODEBOOK, "enquete")
    with (KOBO / "kobo_xml.csv").open(encoding="utf-8", newline="") as file:
        typed = list(csv.DictReader(file, delimiter=";"))
    refused = [row for row in typed if row["consent"] != "oui"]
    assert (answers.received, answers.refused, len(answers.rows)) == (
        len(typed),
        len(refused),
        len(typed) - len(refused),
    )
    assert refused and not set(answers.rows["reponse_id"]) & {row["_uuid"] for row in refused}


def test_names_and_addresses_are_left_out_and_named_as_ignored():
    answers = read_answers(KOBO / "kobo_xml.csv", CODEBOOK, "enquete")
    assert {"nom", "courriel", "lieu", "_lieu_latitude"} <= set(answers.ignored)
    written = answers_csv(answers)
    assert "Prénom" not in written and "@" not in written


def test_text_on_several_lines_and_text_like_a_formula_come_through():
    answers = read_answers(KOBO / "kobo_xml.csv", CODEBOOK, "enquete")
    assert answers.rows["commentaire"][0] == "=cmd|calc"
    assert answers.rows["commentaire"][1] == 'Ligne 1\nLigne 2; avec "guillemets" é=1'


def test_a_limesurvey_export_is_unmasked_and_its_refusal_set_aside():
    answers = read_answers(KOBO / "ls.csv", CODEBOOK, "enquete")
    assert (answers.received, answers.refused) == (2, 1)
    assert answers.rows["commentaire"].tolist() == ["=cmd|calc\nligne 2"]
    assert "themes[SQ001]" in answers.ignored


def test_a_summary_that_disagrees_with_the_boxes_is_told(tmp_path):
    text = (KOBO / "kobo_xml.csv").read_text(encoding="utf-8").replace('"reemploi autre"', '"reemploi"', 1)
    (tmp_path / "e.csv").write_text(text, encoding="utf-8")
    answers = read_answers(tmp_path / "e.csv", CODEBOOK, "enquete")
    assert answers.warnings[["ligne", "colonne"]].to_numpy().tolist() == [[2, "themes"]]
    assert answers.rows["themes"][0] == "reemploi autre"


@pytest.mark.parametrize("dialect", ["kobo", "kobo-groupes", "limesurvey", "libelles"])
def test_answers_to_our_own_maturity_form_load_as_a_table(make_corpus, tmp_path, dialect):
    codebook = load_codebook()
    form = build_form(codebook, "maturite")
    asked = [row for row in form.survey if row["name"] and not row["type"].startswith("begin")]
    answer = {row["name"]: "3" for row in asked if row["type"].endswith("reponse_maturite")}
    answer |= {
        CONSENT: "oui",
        "date": "2026-03-01",
        "repondant_id": "AB12",
        "vague": codebook.codes("vague")[0],
        "projet_id": "P1",
    }
    heads = {
        "kobo": lambda row: row["name"],
        "kobo-groupes": lambda row: f"maturite/{row['name']}",
        "limesurvey": lambda row: row["name"].replace("_", ""),
        "libelles": lambda row: row["label::Français (fr)"],
    }[dialect]
    said = [{**answer}, {**answer, CONSENT: "non"}]
    with (tmp_path / "export.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerow([heads(row) for row in asked] + ["id" if dialect == "limesurvey" else "_uuid"])
        writer.writerows([row.get(one["name"], "") for one in asked] + [f"u{n}"] for n, row in enumerate(said))
    answers = read_answers(tmp_path / "export.csv", codebook, "maturite")
    assert (answers.refused, answers.ignored) == (1, [])
    frame = load_corpus(make_corpus(maturite=answers_csv(answers))).tables["maturite"]
    assert frame["reponse_id"].tolist() == ["u0"] and frame["vitalite_3"].tolist() == ["3"]


@pytest.mark.parametrize(
    ("name", "data", "error", "words"),
    [
        ("e.xlsx", b"PK", EctError, "exporter les réponses en CSV"),
        ("e.csv", b"_uuid;secteur\nu1;ess\n", EctError, "accord"),
        ("e.csv", b"consent;secteur\noui;ess\n", EctError, "identifiant"),
        ("e.csv", b'_uuid;consent\nu1;"oui\n', CorpusError, "ne peut"),
        ("e.csv", b"", CorpusError, "ne peut"),
    ],
)
def test_an_export_that_cannot_be_used_is_refused_with_the_reason(tmp_path, name, data, error, words):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(error, match=words):
        read_answers(tmp_path / name, CODEBOOK, "enquete")


def test_a_missing_export_and_an_unknown_table_are_told(tmp_path):
    with pytest.raises(EctError, match="n’existe pas"):
        read_answers(tmp_path / "absent.csv", CODEBOOK, "enquete")
    with pytest.raises(EctError, match="livre de codes"):
        read_answers(KOBO / "ls.csv", CODEBOOK, "inconnue")
