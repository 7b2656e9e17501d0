"""A corpus that protects its projects gets its maps: no name, no small number, and one story in all of them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ect_research as ect
from ect_research.analysis.disclosure import Sums, possible_range
from ect_research.analysis.territory.project_places import (
    ProtectedCounts,
    ProtectedPlaces,
    protect_map_counts,
    protect_places,
)
from ect_research.analysis.territory.rates import build_quotients
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.checked import corpus as read_corpora
from ect_research.corpus.people.protection_rules import Protection, check_protection
from ect_research.figures.exhibit.context import Context, Source
from ect_research.figures.maps.protected_map import ProtectedCircles

BASEMAP = ect.load_basemap()
PAYS = "pays-ledonien-2020"
CODES = ["39300"] * 6 + ["39056"] * 3 + ["39043", "39397", "39016", "39500"] + ["39154"] * 3 + ["39333"] * 2 + [None]
GUARDED = SimpleNamespace(protection=Protection(("projets",)))
PLAIN = Context(plain=Source("Registre fictif, 2026", "Jura", "2026-06-30"))


def _places(codes=CODES):
    names = [f"Secret{rank:02d}" for rank in range(len(codes))]
    frame = pd.DataFrame({"projet_id": names, "nom": names, "commune_insee": pd.Series(codes, dtype="str")})
    return ect.place_projects(frame, BASEMAP.gazetteer(PAYS))


@pytest.fixture(scope="module")
def held():
    return protect_places(_places(), GUARDED)


def _all_of(exhibit):
    told = exhibit.in_context(PLAIN)
    drawn = told.figure() if told.draw else None
    texts = [text.get_text() for axes in drawn.axes for text in axes.texts] if drawn else []
    page = [told.page(told).html] if told.page else []
    return " ".join([*texts, *page, str(told.rows()), str(told.words()), told.finding().sentence])


@pytest.mark.croisement
def test_the_maps_and_tables_of_a_protected_corpus_name_no_project(held):
    assert isinstance(held, ProtectedPlaces)
    for show in (
        ect.show_places(held, BASEMAP),
        ect.show_places(held, BASEMAP, "communes"),
        ect.show_places(held, BASEMAP, "groupes"),
        ect.show_places(held, BASEMAP, "page"),
    ):
        said = _all_of(show)
        assert "Secret" not in said
        assert "Bletterans (3)" not in said and "Beaufort-Orbagna (1)" not in said


def test_what_one_hides_no_other_shows(held):
    groups = ect.show_places(held, BASEMAP, "groupes").in_context(PLAIN).rows().set_index("intercommunalite")
    assert groups["projets"].isna().sum() == 2
    assert groups["communes"].tolist() == [32, 54, 21, 92]
    shown = ect.show_places(held, BASEMAP).in_context(PLAIN).rows()
    for name in groups.index[groups["projets"].isna()]:
        inside = shown[(shown["intercommunalite"] == name) & shown["commune"].isna()]
        assert inside.empty
    drawn = ect.show_places(held, BASEMAP).in_context(PLAIN).figure()
    texts = [text.get_text() for axes in drawn.axes for text in axes.texts]
    assert "n < 3, ou en protège un (2)" in texts
    assert not {"1", "2"} & set(texts)


def test_the_key_reaches_the_largest_circle_even_when_it_gathers_communes():
    counts = ProtectedCounts(
        pd.Series({"39300": 15}), pd.Series({"200071116": 22}), pd.Series(dtype="int64"), (), 3, 37
    )
    drawn = ect.show_map(ProtectedCircles(counts, "Projets", "nombre", "fictif", "2026"), BASEMAP, PAYS).figure()
    texts = [text.get_text() for axes in drawn.axes for text in axes.texts]
    assert texts[texts.index("nombre") + 1 :][:3] == ["22", "7", "3"]


def test_the_page_says_what_it_does_not_show(held):
    told = ect.show_places(held, BASEMAP, "page").in_context(PLAIN)
    page = told.page(told).html
    assert "moins de 3 projets, ou masqué" in page
    assert "donnée absente" not in page


def test_a_corpus_that_protects_nothing_keeps_its_places():
    places = _places()
    assert protect_places(places, SimpleNamespace(protection=Protection(()))) is places


def test_a_map_without_a_project_in_the_perimeter_is_refused():
    refused = protect_places(_places(["39500"]), GUARDED)
    assert isinstance(refused, ect.Refusal)
    assert ect.show_places(refused, BASEMAP).figure() is refused


_COUNTS = st.dictionaries(st.sampled_from("abcdefghij"), st.integers(0, 9), min_size=1, max_size=10)


@given(_COUNTS, st.integers(2, 4))
def test_sums_of_communes_groups_and_total_give_no_withheld_number(counts, threshold):
    members = {code: "GHI"[rank % 3] for rank, code in enumerate("abcdefghij")}
    found = {code: n for code, n in counts.items() if n}
    said = protect_map_counts(pd.Series(counts, dtype="int64"), members, threshold=threshold)
    keys, rows = list(found), []
    groups = sorted({members[code] for code in found})
    numbers = [found[code] for code in keys]
    for group in groups:
        own = [at for at, code in enumerate(found) if members[code] == group]
        small = [at for at in own if found[keys[at]] < threshold]
        numbers += [sum(numbers[at] for at in small), sum(numbers[at] for at in own)]
        rest, total = len(numbers) - 2, len(numbers) - 1
        rows.append({**dict.fromkeys(small, 1.0), rest: -1.0})
        rows.append({**dict.fromkeys([at for at in own if at not in small], 1.0), rest: 1.0, total: -1.0})
        keys += [("rest", group), ("total", group)]
    rows.append({**{at: 1.0 for at, key in enumerate(keys) if key[0] == "total"}, len(keys): -1.0})
    numbers.append(sum(found.values()))
    shown = [
        (key in said.communes.index)
        if isinstance(key, str)
        else (key[1] in (said.groups if key[0] == "rest" else said.totals).index)
        for key in keys
    ]
    hidden = np.array([not seen for seen in shown] + [False])
    values = np.array(numbers, dtype="float64")
    low, high = possible_range(values, Sums.of(rows, len(values)), hidden & (values > 0), least=0.0)
    small_totals = [at for at, key in enumerate(keys) if key[0] in ("rest", "total") and 0 < values[at] < threshold]
    assert all(hidden[at] for at in small_totals)
    if len(said.communes) + len(said.groups) + len(said.totals):
        assert all(high[at] > low[at] for at in small_totals)


def test_protecting_organisations_and_not_projects_is_said_to_be_thin():
    told = check_protection(Protection(("organisations",)), {"projets": [object()]}, load_codebook(), has_private=False)
    assert [problem.niveau for problem in told] == ["alerte"]
    assert "souvent celui de son organisation" in told[0].probleme


@pytest.mark.croisement
def test_a_finding_does_not_say_what_its_table_hides(tmp_path, monkeypatch):
    from ect_research.study.base.result_record import read_outputs

    monkeypatch.setenv("ECT_SORTIES", str(tmp_path))
    corpus = replace(ect.load_corpus("pays-ledonien"), folder=tmp_path)
    source = replace(corpus.source, more={"protection": {"protege": ["projets"], "pourquoi": "essai"}})
    monkeypatch.setattr(read_corpora, "_LOADED", {tmp_path: replace(corpus, source=source)})
    rates = build_quotients(pd.Series({"A": 20, "B": 1, "C": 9}), pd.Series({"A": 100, "B": 500, "C": 400}))
    quotients = ect.show_places(rates, BASEMAP, "quotients", PAYS)
    assert "B (" in quotients.finding().sentence
    ect.open_study().publish("quotients", quotients)
    (record,) = read_outputs(tmp_path)
    assert (record.finding, record.strength) == ("", "")
