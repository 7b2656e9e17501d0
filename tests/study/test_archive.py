"""`ect archive`: what leaves, what never does, and what is seen when it is read again."""

import hashlib
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import ect_research as ect
from ect_research.cli import main
from ect_research.errors import EctError, StudyError
from ect_research.study.definition.study_file import read_study
from ect_research.study.engine.archive import _inputs, _nameless, _unsigned, check_archive, write_archive
from ect_research.study.engine.crate import METADATA
from ect_research.study.publishing.publish import save_exhibit

STUDY = """titre = "Essai"
corpus = "essai"
[[execution]]
id = "un"
carnet = "a.ipynb"
"""
CELLS = [("markdown", "# Combien ?"), ("parameters", "hauteur = 3.5  # en mètres")]


@pytest.fixture
def execute(run_saving):
    def save(_):
        save_exhibit(ect.show_table(pd.DataFrame({"a": [1]}), title="T", n="n = 1"), "t")

    return lambda study: run_saving(study, save)


@pytest.fixture
def study(make_project, execute):
    path = make_project(STUDY, a=CELLS)
    corpus = path.parents[1] / "surveys/essai"
    line = "table;cle;colonne;ancienne;nouvelle;qui;pourquoi\nprojets;P1;nom;Le Four commun;Le Four;Zoé Inventée;dit\n"
    (corpus / "corrections.csv").write_text(line, encoding="utf-8")
    study = read_study(path)
    execute(study)
    return study


def changed(archive: Path, target: Path, change) -> Path:
    """A copy of an archive whose files went through ``change``: name and bytes in, bytes or None out."""
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return target


def test_an_archive_is_whole_and_the_same_bytes_twice(study, tmp_path):
    assert write_archive(study, tmp_path / "a.zip") == []
    write_archive(study, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    found = check_archive(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        held = len(archive.namelist())
    assert found.faults == () and found.files == held - 1 and len(found.digest) == 64


def test_the_description_ties_each_result_to_its_notebook_inputs_and_parameters(study, tmp_path):
    write_archive(study, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        graph = {one["@id"]: one for one in json.loads(archive.read(METADATA))["@graph"]}
    action = graph["#execution-un"]
    assert {"@id": "notebooks/a.ipynb"} in action["instrument"]
    assert {"@id": "surveys/essai/projets.csv"} in action["object"]
    assert {"@id": "outputs/tables/un/t.csv"} in action["result"]
    assert graph["#parametre-un-hauteur"]["value"] == "3.5"
    assert graph["#logiciel-ect_research"]["version"] == ect.__version__
    root = graph["./"]
    assert root["datePublished"] == "2024-12-31" and root["citation"] and graph["#licence-donnees"]["name"]
    assert all(re.fullmatch(r"[0-9a-f]{64}", one["sha256"]) for one in graph.values() if one["@type"] == "File")


@pytest.mark.croisement
def test_a_file_name_with_spaces_and_accents_is_a_uri_in_the_description(make_project, execute, tmp_path):
    study = read_study(make_project(STUDY.replace("a.ipynb", "à lire 1.ipynb"), **{"à lire 1": CELLS}))
    execute(study)
    write_archive(study, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert "notebooks/à lire 1.ipynb" in archive.namelist()
        graph = {one["@id"]: one for one in json.loads(archive.read(METADATA))["@graph"]}
    assert all(re.fullmatch(r"[A-Za-z0-9\-._~%!$&'()*+,;=:@/?#]+", name) for name in graph)
    assert graph["notebooks/%C3%A0%20lire%201.ipynb"]["name"] == "notebooks/à lire 1.ipynb"
    assert {"@id": "notebooks/%C3%A0%20lire%201.ipynb"} in graph["#execution-un"]["instrument"]
    assert check_archive(tmp_path / "a.zip").faults == ()


def held(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_who_asked_for_a_correction_does_not_leave_with_it(study, tmp_path):
    write_archive(study, tmp_path / "a.zip")
    files = held(tmp_path / "a.zip")
    assert "Le Four;non dit" in files["surveys/essai/corrections.csv"].decode("utf-8-sig")
    assert "Zoé".encode() not in b"".join(files.values())
    assert not [name for name in files if "journal" in name or "/." in name]


@pytest.mark.croisement
def test_the_tables_of_a_corpus_that_protects_someone_stay_at_home(study, execute, tmp_path):
    corpus = study.root / "surveys/essai"
    source = corpus / "source.toml"
    source.write_text(source.read_text("utf-8").replace("protege = []", 'protege = ["personnes"]'), encoding="utf-8")
    (corpus / "private" / "brut").mkdir(parents=True)
    (corpus / "private/brut/note.txt").write_text("secret de Valfleuri", encoding="utf-8")
    with pytest.raises(StudyError, match="pas à jour"):
        write_archive(study, tmp_path / "a.zip")
    execute(study)
    write_archive(study, tmp_path / "a.zip")
    files = held(tmp_path / "a.zip")
    assert not [name for name in files if name.startswith("surveys/")] and "outputs/manifest.json" in files
    assert b"secret de Valfleuri" not in b"".join(files.values())
    assert (
        "Les tables du corpus ne sortent pas" in files[METADATA].decode()
        and check_archive(tmp_path / "a.zip").faults == ()
    )


def test_a_source_that_may_not_be_passed_on_keeps_the_tables_at_home(study, tmp_path):
    sources = study.root / "surveys/essai/sources.csv"
    sources.write_text(sources.read_text("utf-8").replace(";oui\n", ";non\n"), encoding="utf-8")
    kept, why = _inputs(ect.load_corpus(study.root / "surveys/essai"), study.root)
    assert kept == {} and "diffusables" in why


def test_the_name_of_a_person_anywhere_stops_the_archive(study, tmp_path, monkeypatch):
    from ect_research.corpus.people import direct_names

    monkeypatch.setattr(direct_names, "direct_names", lambda _: ["Zoé Inventée"])
    (study.root / "outputs/etude/essentiel.html").write_text("<p>Zoé <b>Inventée</b></p>", encoding="utf-8")
    with pytest.raises(EctError, match=r"essentiel.html"):
        write_archive(study, tmp_path / "a.zip")
    assert list(tmp_path.glob("*.zip*")) == []


def test_a_file_missing_changed_or_added_is_told(study, tmp_path):
    write_archive(study, tmp_path / "a.zip")
    table = "outputs/tables/un/t.csv"
    gone = changed(tmp_path / "a.zip", tmp_path / "b.zip", lambda name, data: None if name == table else data)
    assert check_archive(gone).faults == (f"{table} : absent de l’archive",)
    wrong = changed(tmp_path / "a.zip", tmp_path / "c.zip", lambda name, data: data + b" " * (name == table))
    assert check_archive(wrong).faults == (f"{table} : contenu changé depuis l’archivage",)
    shutil.copy(tmp_path / "a.zip", tmp_path / "d.zip")
    with zipfile.ZipFile(tmp_path / "d.zip", "a") as archive:
        archive.writestr("ajout.txt", "x")
    assert check_archive(tmp_path / "d.zip").faults == ("ajout.txt : non déclaré",)
    (tmp_path / "e.zip").write_bytes(b"pas une archive")
    with pytest.raises(EctError, match="pas une archive"):
        check_archive(tmp_path / "e.zip")


@pytest.mark.croisement
@pytest.mark.parametrize("place", [300, 301, 340, 500])
def test_a_damaged_byte_is_told_and_not_a_traceback(study, tmp_path, place):
    write_archive(study, tmp_path / "a.zip")
    data = bytearray((tmp_path / "a.zip").read_bytes())
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        at = archive.getinfo("outputs/index.html").header_offset + place
    data[at] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(bytes(data))
    assert check_archive(tmp_path / "a.zip").faults == ("outputs/index.html : contenu changé depuis l’archivage",)


@pytest.mark.croisement
def test_the_command_writes_checks_and_never_overwrites(study, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(study.root)
    assert main(["archive"]) == 0
    assert "toutes conformes" in capsys.readouterr().out and Path("etude.zip").is_file()
    assert main(["archive"]) == 2
    assert "jamais écrasé" in capsys.readouterr().err
    assert main(["archive", "--verifier", "etude.zip"]) == 0
    changed(
        Path("etude.zip"),
        tmp_path / "b.zip",
        lambda name, data: data + b" " * (name == METADATA[:0] or "t.csv" in name),
    )
    assert main(["archive", "--verifier", str(tmp_path / "b.zip")]) == 1
    assert "contenu changé" in capsys.readouterr().out


def test_an_archive_that_is_not_there_is_said_absent_and_not_damaged(tmp_path):
    with pytest.raises(EctError, match="n’existe pas"):
        check_archive(tmp_path / "absente.zip")


def hostile(path: Path, files: dict[str, bytes], description: str | None = None) -> Path:
    declared = [
        {"@id": name, "@type": "File", "sha256": hashlib.sha256(data).hexdigest()} for name, data in files.items()
    ]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        archive.writestr(
            "ro-crate-metadata.json", json.dumps({"@graph": declared}) if description is None else description
        )
    return path


@pytest.mark.parametrize("name", ["../../x", "/etc/cron.d/x", "..\\x", "C:/x", "a/../../x"])
def test_a_member_that_would_leave_the_folder_is_a_fault(tmp_path, name):
    (fault,) = check_archive(hostile(tmp_path / "a.zip", {name: b"x", "a..b/c": b"y"})).faults
    assert "sortirait du dossier" in fault


@pytest.mark.parametrize("description", ["[" * 200_000, '{"@graph": ["a"]}', "[]", '{"@graph": 3}', "\x00"])
def test_a_description_of_another_shape_is_one_sentence(tmp_path, description):
    with pytest.raises(EctError, match="pas une archive d’étude lisible"):
        check_archive(hostile(tmp_path / "a.zip", {"a": b"x"}, description))


def test_an_archive_that_promises_more_than_any_study_is_not_read(tmp_path, monkeypatch):
    from ect_research.study.engine import archive

    path = hostile(tmp_path / "a.zip", {"a": b"0" * 100_000})
    monkeypatch.setattr(archive, "_LARGEST", 99_999)
    assert ["démesurée" in fault for fault in check_archive(path).faults] == [True]
    monkeypatch.setattr(archive, "_LARGEST", 10**9)
    assert check_archive(path).faults == ()
    monkeypatch.setattr(archive, "_LARGEST_DESCRIPTION", 10)
    assert ["description démesurée" in fault for fault in check_archive(path).faults] == [True]


def test_what_an_archive_says_gives_no_order_to_the_terminal(tmp_path, capsys):
    from ect_research import cli

    path = hostile(tmp_path / "a.zip", {"\x1b[2J\x1b]0;x\x07": b"x"}, '{"@graph": []}')
    assert cli.main(["archive", "--verifier", str(path)]) == 1
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize(("separator", "ending"), [(";", "\n"), ("\t", "\r\n"), (",", "\n")])
def test_a_file_that_names_people_is_archived_as_it_was_but_for_them(tmp_path, encoding, separator, ending):
    path = tmp_path / "corrections.csv"
    head = ["table", "cle", "colonne", "ancienne", "nouvelle", "qui", "pourquoi"]
    line = ["projets", "P1", "nom", "Épicerie", "Épicerie du lac", "Zoé Inventée", "dit"]
    lines = [separator.join(cells) + ending for cells in (head, line)]
    path.write_bytes("".join(lines).encode(encoding))
    expected = "".join(lines).replace("Zoé Inventée", "non dit dans cette archive").encode(encoding)
    assert _nameless(path, ("qui",)) == expected


def test_a_file_whose_names_are_not_found_stops_the_archive(tmp_path):
    (tmp_path / "relectures.csv").write_text("table;lu par\nprojets;Zoé Inventée\n", encoding="utf-8")
    with pytest.raises(EctError, match=r"relectures.csv"):
        _nameless(tmp_path / "relectures.csv", ("par",))


def test_only_known_files_are_taken_and_reviewers_are_not_named(study):
    folder = study.root / "surveys/essai"
    corpus = ect.load_corpus(folder)
    (folder / "contacts.csv").write_text("nom\nZoé Inventée\n", encoding="utf-8")
    (folder / "notes.txt").write_text("Zoé Inventée", encoding="utf-8")
    waiver = "resultat;cellule;qui;pourquoi;jusqu_au\nx;;Zoé Inventée;accord de Paul Inventé;2030-01-01\n"
    (folder / "derogations.csv").write_text(waiver, encoding="utf-8")
    review = "table;cle;colonne;empreinte;par;le\nprojets;P1;resume;abc;Zoé Inventée;2026-01-01\n"
    (folder / "relectures.csv").write_text(review, encoding="utf-8")
    kept, _ = _inputs(corpus, study.root)
    assert {"surveys/essai/projets.csv", "surveys/essai/source.toml", "surveys/essai/relectures.csv"} <= set(kept)
    assert not {"surveys/essai/contacts.csv", "surveys/essai/notes.txt"} & set(kept)
    assert not any("Invent" in data.decode() for data in kept.values())


def test_a_workbook_is_archived_without_who_made_saved_or_commented_it(tmp_path):
    import xlsxwriter

    for name, author in (("signe", "Zoé Inventée"), ("anonyme", "")):
        with xlsxwriter.Workbook(tmp_path / f"{name}.xlsx") as book:
            book.set_properties({"author": author, "manager": author, "company": author})
            sheet = book.add_worksheet("projets")
            sheet.write_string(0, 0, "nom")
            sheet.write_comment(0, 0, "à revoir", {"author": author})
    signed, plain = ((tmp_path / f"{name}.xlsx").read_bytes() for name in ("signe", "anonyme"))
    assert _unsigned(plain) == plain and _unsigned(_unsigned(signed)) == _unsigned(signed)
    with zipfile.ZipFile(io.BytesIO(_unsigned(signed))) as book, zipfile.ZipFile(io.BytesIO(signed)) as before:
        assert "Zoé".encode() in b"".join(map(before.read, before.namelist()))
        assert "Zoé".encode() not in b"".join(map(book.read, book.namelist()))
        assert book.read("xl/worksheets/sheet1.xml") == before.read("xl/worksheets/sheet1.xml")
    assert _unsigned(b"pas un classeur") == b"pas un classeur"
