"""The commands that bring data in, as a person types them."""

import pytest

from ect_research.cli import main


@pytest.mark.croisement
def test_a_workbook_a_form_and_a_table_are_written_once_and_never_overwritten(tmp_path, capsys):
    export = tmp_path / "export.csv"
    export.write_text("_uuid;accord_recherche;repondant_id;vague\nu1;oui;AB;t0\nu2;non;CD;t0\n", encoding="utf-8")
    for words, target in (
        (["workbook", "neuf.xlsx"], "neuf.xlsx"),
        (["workbook", "plein.xlsx", "--corpus", "pays-ledonien", "--langue", "en"], "plein.xlsx"),
        (["questionnaire", "maturite", "forme.xlsx"], "forme.xlsx"),
        (["reponses", str(export), "maturite", "maturite.csv"], "maturite.csv"),
    ):
        command = [str(tmp_path / word) if word == target else word for word in words]
        assert main(command) == 0
        assert (tmp_path / target).stat().st_size > 30
        said = capsys.readouterr().out.replace("\u00a0", " ")
        assert target in said
        before = (tmp_path / target).read_bytes()
        assert main(command) == 1
        assert "existe déjà" in capsys.readouterr().err
        assert (tmp_path / target).read_bytes() == before


def test_answers_are_counted_on_the_terminal(tmp_path, capsys):
    export = tmp_path / "export.csv"
    export.write_text(
        "_uuid;accord_recherche;repondant_id;courriel\nu1;oui;AB;a@b.fr\nu2;non;CD;c@d.fr\n", encoding="utf-8"
    )
    assert main(["reponses", str(export), "maturite", str(tmp_path / "maturite.csv")]) == 0
    said = capsys.readouterr().out
    assert (
        "2 réponses reçues, 1 écartées faute d’accord, 0 rejetées à la relecture, 1 gardées" in said
        and "courriel" in said
    )
    assert "@" not in (tmp_path / "maturite.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words", [["questionnaire", "liens", "x.xlsx"], ["reponses", "absent.csv", "maturite", "x.csv"]]
)
def test_what_cannot_be_done_is_said_in_one_french_sentence(words, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "Traceback" not in told
    assert list(tmp_path.iterdir()) == []


def test_a_check_writes_its_report_and_its_marked_copy(make_corpus, tables, tmp_path, capsys):
    folder = make_corpus(projets=tables["projets"].replace("alimentation", "alimentasion"))
    asked = ["check", str(folder), "--rapport", str(tmp_path / "r.xlsx"), "--copie", str(tmp_path / "c.xlsx")]
    assert main(asked) == 1
    assert (tmp_path / "r.xlsx").is_file() and (tmp_path / "c.xlsx").is_file()
