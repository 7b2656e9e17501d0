"""A study made in English speaks English on the terminal, whatever the command and whatever goes wrong."""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from babel.messages.pofile import read_po

import ect_research
from ect_research.cli import main
from ect_research.study.commands.command_line import language_here

WORDS = Path(ect_research.__file__).parent / "words" / "en.po"
BLANK = re.compile(r"{[^}]*}")
LONG = 12


def pieces(texts) -> set[str]:
    """What stands between the blanks of sentences, when it is long enough to be no accident."""
    flat = [text for told in texts for text in ((told,) if isinstance(told, str) else told)]
    parts = {re.sub(r"\s+", " ", part).strip() for text in flat for part in BLANK.split(text)}
    return {part for part in parts if len(part) >= LONG and " " in part}


@pytest.fixture(scope="module")
def french() -> set[str]:
    """Every French sentence of the catalogue, in pieces, but those that English has too."""
    with WORDS.open("rb") as file:
        said = [one for one in read_po(file, locale="en") if one.id]
    english = " ".join(pieces(one.string for one in said))
    return {piece for piece in pieces(one.id for one in said) if piece not in english}


def plain(said: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]+", " ", said)


@pytest.fixture
def study(tmp_path, monkeypatch, capsys, french):
    """A new English folder; what a command says there, judged."""
    monkeypatch.chdir(tmp_path)
    assert main(["nouveau", "my-study", "--langue", "en"]) == 0
    monkeypatch.chdir(tmp_path / "my-study")

    def say(*words: str, code: int | None = None) -> str:
        try:
            got = main(list(words))
        except SystemExit as left:
            got = int(left.code or 0)
        told = plain("".join(capsys.readouterr()))
        assert code in (None, got), told
        assert [piece for piece in french if piece in told] == [], told
        assert told.strip()
        return told

    say.folder = tmp_path / "my-study"
    return say


def fill(folder: Path, **sheets: list[list[str]]) -> None:
    """One CSV per table in place of the blank workbook."""
    home = folder / "surveys/my-study"
    (home / "my-study.xlsx").unlink(missing_ok=True)
    (home / "source.toml").write_text(
        'titre = "Trial"\ncitation = "Trial"\nnature = "invented"\nterritoire = "Galloway"\ndate_observation = 2024-12-31\n'
        'licence = "none"\n[protection]\nprotege = []\npourquoi = "invented"\n', "utf-8",
    )  # fmt: skip
    for name, rows in sheets.items():
        (home / f"{name}.csv").write_text("\n".join(";".join(row) for row in rows) + "\n", "utf-8")


SOURCES = [["source_id", "type_source", "reference", "date", "url", "diffusable"],
           ["S1", "rapport_activite", "Report", "2024", "", "oui"]]  # fmt: skip
EVENTS = [["evenement_id", "projet_id", "type_evenement", "date_debut", "source_id", "certitude"],
          ["E1", "P1", "idee_captee", "2022", "S1", "2_declare"]]  # fmt: skip
PROJECTS = [["projet_id", "nom", "thematique", "source_id", "certitude"],
            ["P1", "The common oven", "alimentation", "S1", "2_declare"]]  # fmt: skip


def test_the_first_commands_of_a_new_folder_speak_english(study):
    assert "observed until" in study("check", "my-study")
    assert "to execute" in study("run", "--dry-run")
    assert "What next: ect run" in study("status", code=1)
    assert "What next" in study("workbook", "second.xlsx")
    assert "What next" in study("questionnaire", "projets", "form.xlsx")
    assert openpyxl.load_workbook(study.folder / "second.xlsx").sheetnames[:2] == ["Read me", "study"]
    assert "Study written" in study("nouvelle-etude", "second", "--corpus", "my-study")
    assert 'langue = "en"' in (study.folder / "notebooks/second.toml").read_text("utf-8")


def test_sheets_and_their_form_are_in_the_language_of_the_project(study):
    fill(study.folder, sources=SOURCES, projets=PROJECTS, evenements=EVENTS)
    study("fiches", "--formulaire", "form.xlsx")
    book = openpyxl.load_workbook(study.folder / "form.xlsx")
    read = [row[3] for row in book["corrections"].iter_rows(min_row=2, values_only=True)]
    assert "Theme: Food, farming" in read and "One row per cell" in book["Read me"]["A1"].value
    study("fiches", "--dossier", "sheets")
    assert 'lang="en"' in next((study.folder / "sheets").glob("p1.html")).read_text("utf-8")
    study("fiches", "--dossier", "fiches", "--langue", "fr")
    assert 'lang="fr"' in next((study.folder / "fiches").glob("p1.html")).read_text("utf-8")


def test_a_sound_corpus_and_its_slips_are_told_in_english(study):
    fill(study.folder, sources=SOURCES, projets=PROJECTS, evenements=EVENTS)
    assert "What is missing" in study("check", "my-study", code=0)
    slips = [["E2", "P9", "idee_captée", "12/03/24", "S1", "2_declare"], ["E2", "P1", "idee_captee", "début 2020", "", ""],
             ["E3", "P1", "abandon", "31/02/2020", "S7", "sûr"],
             ["E4", "P1", "idee_captee", "2031", "S1", "2_declare"]]  # fmt: skip
    odd = [*PROJECTS, ["P1", "=A1+B1", "alimentasion", "S1", "2_declare", "extra"], ["", "Four 🌾", "eau", "S1", ""]]
    fill(study.folder, sources=SOURCES, projets=odd, evenements=[*EVENTS, *slips])
    (study.folder / "surveys/my-study/stray.txt").write_text("?", "utf-8")
    told = study("check", "my-study", code=1)
    for piece in (
        "year of two digits",
        "did you mean",
        "code given twice",
        "U+1F33E",
        "this file is not read",
        "Errors: ",
    ):
        assert piece in told, piece
    assert "What next: correct these cells" in told


def test_what_is_mistyped_is_told_in_english(study):
    assert "invalid choice" in study("rune", code=2)
    assert "usage" in study("fiches", code=2).lower()
    assert "does not exist" in study("run", "nothing", code=2) or "no study" in study("run", "nothing", code=2)
    study("check", "nowhere")
    study("diff", "one", "two")
    study("archive", "--verifier", "none.zip", code=1)
    for command in ("run", "check", "fiches", "codages", "maps", "extract", "archive", "nouveau", "lab", "reponses"):
        assert "Usage: " in study(command, "--help", code=0)
    path = study.folder / "notebooks/my-study.toml"
    broken = (
        path.read_text("utf-8")
        .replace("rapport = true", 'rapport = "yes"\nrapor = 1')
        .replace("[[execution]]", "[[execution]]\ndelai = -1", 1)
    )
    path.write_text(broken + '\n[[execution]]\nid = "A B"\ncarnet = "99.ipynb"\n', "utf-8")
    told = study("status", code=2)
    assert "faults to correct, nothing was executed" in told and "unknown key “rapor”" in told and "run “A B”: " in told


def test_a_french_study_beside_it_keeps_its_french(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["nouveau", "mon-etude"]) == 0 and language_here(["run"]) == "fr"
    monkeypatch.chdir(tmp_path / "mon-etude")
    main(["status"])
    assert "Et maintenant : ect run" in capsys.readouterr().out
    monkeypatch.setenv("ECT_LANGUE", "en")
    assert language_here(["run"]) == "fr", "the study decides"
    monkeypatch.chdir(tmp_path)
    assert language_here(["check", "x"]) == "en"


@pytest.mark.croisement
def test_the_command_itself_speaks_english_and_so_do_its_runs(tmp_path, french):
    library = str(Path(ect_research.__file__).resolve().parent.parent)

    def say(*words: str, at: Path = tmp_path) -> str:
        environment = {**os.environ, "PYTHONPATH": library, "CI": "1"}
        words = [sys.executable, "-m", "ect_research", *words]
        done = subprocess.run(words, cwd=at, env=environment, capture_output=True, text=True, check=False)
        told = plain(done.stdout + done.stderr)
        assert "Traceback" not in told and [piece for piece in french if piece in told] == [], told
        return told

    say("nouveau", "my-study", "--langue", "en")
    folder = tmp_path / "my-study"
    fill(folder, sources=SOURCES, projets=PROJECTS, evenements=EVENTS)
    assert "Page to open: outputs/my-study/index.html" in say("run", "--only", "corpus", at=folder)
    assert "up to date" in say("status", at=folder) and "What next" in say(
        "fiches", "--formulaire", "form.xlsx", at=folder
    )
    shutil.copytree(folder / "outputs/my-study", folder / "outputs/before")
    assert "Nothing changes." in say("diff", "outputs/before", "outputs/my-study", at=folder)


def test_every_command_ends_with_what_to_do_next():
    from ect_research.cli import _parser
    from ect_research.study.commands.command_line import what_next

    def commands(parser):
        for action in parser._actions:
            for made in action.choices.values() if isinstance(action, argparse._SubParsersAction) else ():
                yield from commands(made)
        if parser._defaults.get("do"):
            yield parser

    found = list(commands(_parser()))
    assert len(found) >= 16
    blanks = dict.fromkeys(("classeur", "fichier", "gpkg", "nom", "dossier", "corpus", "formulaire"), "x")
    for one in found:
        name = one._defaults["do"].__name__.strip("_")
        kinds = ("formulaire", "corrections", "dossier", "arbitrages", "textes")
        options = [action.dest for action in one._actions if action.dest in kinds]
        asked = [{**blanks, option: "x"} for option in options] if name in ("sheets", "codings") else [blanks]
        for said in asked:
            assert what_next(name, said, 0) and what_next(name, said, 1), name


def test_the_notebooks_of_an_english_folder_are_read_in_english(tmp_path, monkeypatch, french):
    monkeypatch.chdir(tmp_path)
    assert main(["nouveau", "my-study", "--langue", "en"]) == 0
    for path in sorted((tmp_path / "my-study" / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        told = plain(" ".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"))
        assert [piece for piece in french if piece in told] == [], path.name
