"""A corpus and a base map read twice are read once, as long as not a byte changed, and nobody shares them."""

import os
import shutil

import pandas as pd
import pytest
import shapely

import ect_research as ect
from ect_research.corpus.basemap import load_basemap as basemap
from ect_research.corpus.checked import load_corpus as load
from ect_research.corpus.checked.corpus import forget_corpora, loaded_corpora
from ect_research.corpus.folder import project_paths as remembered
from ect_research.corpus.folder.project_paths import corpus_folder


@pytest.fixture
def memory(monkeypatch) -> dict:
    monkeypatch.setattr(remembered, "_KEPT", {})
    return remembered._KEPT


@pytest.fixture
def folder(tmp_path, memory):
    return shutil.copytree(corpus_folder("pays-ledonien"), tmp_path / "corpus")


def reads(monkeypatch) -> list:
    done, real = [], load._read
    monkeypatch.setattr(load, "_read", lambda folder: done.append(folder) or real(folder))
    return done


def test_the_second_reading_gives_an_equal_corpus_that_shares_nothing(folder, monkeypatch):
    done = reads(monkeypatch)
    first, second = ect.load_corpus(folder), ect.load_corpus(folder)
    assert len(done) == 1 and second.digest == first.digest and second.source == first.source
    for name, frame in first.tables.items():
        pd.testing.assert_frame_equal(frame, second.tables[name])
    second.tables["projets"].loc[0, "nom"] = "Changé"
    third = ect.load_corpus(folder)
    assert len(done) == 1 and "sources" in third.tables
    pd.testing.assert_frame_equal(third.tables["projets"], first.tables["projets"])


@pytest.mark.croisement
def test_one_byte_more_is_another_corpus_even_with_the_same_date(folder, monkeypatch):
    done = reads(monkeypatch)
    before = ect.load_corpus(folder).tables["projets"].loc[0, "nom"]
    path = folder / "projets.csv"
    date = path.stat().st_mtime_ns
    path.write_text(path.read_text("utf-8").replace(before, before[::-1]), encoding="utf-8")
    os.utime(path, ns=(date, date))
    assert ect.load_corpus(folder).tables["projets"].loc[0, "nom"] == before[::-1] and len(done) == 2


def test_a_faulty_corpus_is_never_remembered(folder, memory):
    (folder / "projets.csv").write_text("projet_id\nP1\nP1\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(ect.errors.CorpusError):
            ect.load_corpus(folder)
    assert memory == {}


@pytest.mark.croisement
def test_another_secret_key_is_another_reading_and_what_is_private_is_never_kept(folder, memory, monkeypatch):
    done = reads(monkeypatch)
    for key in ("0123456789abcdef", "fedcba9876543210"):
        monkeypatch.setenv("ECT_CLE", key)
        ect.load_corpus(folder)
    assert len(done) == 2 and len(memory) == 2
    (folder / "private").mkdir()
    source = folder / "source.toml"
    source.write_text(source.read_text("utf-8").replace("protege = []", 'protege = ["personnes"]'), encoding="utf-8")
    memory.clear()
    for _ in range(2):
        ect.load_corpus(folder)
    assert len(done) == 4 and memory == {}


def test_a_corpus_found_again_is_held_to_its_protection(folder):
    ect.load_corpus(folder)
    forget_corpora()
    ect.load_corpus(folder)
    assert [corpus.folder for corpus in loaded_corpora()] == [folder.resolve()]


def test_a_base_map_is_found_again_and_draws_the_same(memory):
    basemap._load.cache_clear()
    first = ect.load_basemap()
    assert memory == {}
    basemap.keep_basemap(basemap._default_folder())
    basemap._load.cache_clear()
    second = ect.load_basemap()
    basemap._load.cache_clear()
    assert second is not first and second.epsg == first.epsg
    assert shapely.equals_identical(second.communes["geometry"], first.communes["geometry"]).all()
    pd.testing.assert_frame_equal(second.populations, first.populations)


def test_the_oldest_goes_when_there_is_too_much(memory, tmp_path):
    for number in range(9):
        remembered.keep_copy(tmp_path, str(number), number)
    assert [remembered.recall(tmp_path, str(number)) for number in (4, 8)] == [None, 8]
