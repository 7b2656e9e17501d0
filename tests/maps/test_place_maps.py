"""Maps of notebook 04 that answer one question each: what they find, and what too few places refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import ect_research as ect
from ect_research.analysis.territory.classes import classify_signed
from ect_research.analysis.territory.project_places import ProtectedCounts, ProtectedPlaces
from ect_research.figures.exhibit.context import Context, Source
from ect_research.figures.exhibit.exhibit import Strength

BASEMAP = ect.load_basemap()
PAYS = "pays-ledonien-2020"
MEMBERS = list(BASEMAP.perimeter(PAYS).members)
PLAIN = Context(plain=Source("Registre fictif", "Jura", "2026-06-30"))


def _places(codes, perimeter=PAYS):
    names = [f"P{rank}" for rank in range(len(codes))]
    frame = pd.DataFrame({"projet_id": names, "nom": names, "commune_insee": pd.Series(codes, dtype="str")})
    return ect.place_projects(frame, BASEMAP.gazetteer(perimeter))


def _texts(shown):
    return {text.get_text().replace("\u202f", " ") for axes in shown.figure().axes for text in axes.texts}


def test_gains_and_losses_of_inhabitants_never_share_a_colour():
    change = 100 * ((BASEMAP.people(2023) / BASEMAP.people(2019)).astype("float64") ** 0.25 - 1)[MEMBERS]
    held = [*change.nsmallest(6).index, *change.nlargest(4).index]
    found = ect.build_place_change(_places([*held, held[0]]), BASEMAP)
    assert found.frame.set_index("commune")["evolution"].to_dict() == pytest.approx(change[held].to_dict())
    shown = ect.show_places(found, BASEMAP, "evolution", PAYS).in_context(PLAIN)
    told = shown.finding().sentence
    assert "6 des 10 communes qui ont des projets perdent" in told and f"{int((change < 0).sum())} des 199" in told
    texts = _texts(shown)
    assert "Quantiles de part et d’autre de 0, 4 classes" in texts
    assert not any("absente" in text for text in texts)
    bounds = classify_signed(found.frame["evolution"]).bounds
    assert bounds[2] == 0 and len(bounds) == 5


def test_seven_communes_are_no_map_of_who_gains_inhabitants():
    refused = ect.build_place_change(_places(MEMBERS[:7] * 3), BASEMAP)
    assert isinstance(refused, ect.Refusal) and "7 valeurs à comparer sur cette carte" in refused.sentence().replace(
        "\xa0", " "
    )


def _ties(ways, places):
    actors = pd.DataFrame({"acteur_id": [f"A{rank}" for rank in range(len(ways))], "commune_insee": ways})
    roles = pd.DataFrame({"acteur_id": actors["acteur_id"], "projet_id": [f"P{rank % 3}" for rank in range(len(ways))]})
    return ect.build_place_ties(places, pd.concat([roles, roles]), actors, BASEMAP)


def test_who_comes_from_where_counts_an_organisation_once_a_project():
    places = _places(["39300", "39056", None])
    found = _ties(["39056", "39300", "39300", "39198", "39395", "39300", "39300", "39056", None], places)
    assert (found.n, found.unknown, found.within) == (9, 3, 2)
    ways = list(found.ways.itertuples(index=False, name=None))
    assert ways == [
        ("39043", "39056", 1),
        ("39056", "39056", 1),
        ("39056", "39300", 1),
        ("39198", "39300", 1),
        ("39300", "39056", 1),
        ("39300", "39300", 1),
    ]
    shown = ect.show_places(found, BASEMAP, "liens", PAYS).in_context(PLAIN)
    assert "Lieux connus pour 6 participations sur 9 : 2 dans la même commune." in shown.finding().sentence
    assert len(shown.rows()) == 4


def test_two_ways_are_a_sentence_and_a_protected_corpus_shows_none():
    assert "2 valeurs à comparer sur cette carte" in _ties(
        ["39056", "39300"], _places(["39300", "39056", "39013"])
    ).sentence().replace("\xa0", " ")
    empty = pd.Series(dtype="int64")
    counts = ProtectedCounts(empty, empty, empty, (), 3, 9)
    hidden = ProtectedPlaces(counts, pd.DataFrame(), pd.DataFrame(), 9, 9, PAYS)
    assert "protège ses projets" in _ties(["39056"] * 9, hidden).sentence()


def test_of_many_ways_the_widest_are_drawn_and_equal_ones_refused():
    ends = [code for code in MEMBERS if code != "39300"][:40]
    ways = pd.DataFrame({"origine": ends, "destination": "39300", "valeur": np.r_[np.arange(10, 1, -1), [1] * 31]})
    shown = ect.show_map(ect.Flows(ways, "Flux", "t", "fictif", "2026"), BASEMAP, PAYS, counts="aucune")
    assert len(shown.rows()) == 9 and "31 voies plus étroites, sans flèche" in _texts(shown)
    equal = ect.show_map(
        ect.Flows(ways.assign(valeur=1), "Flux", "t", "fictif", "2026"), BASEMAP, PAYS, counts="aucune"
    )
    assert "40 voies d’égale largeur" in equal.refused.sentence()


@pytest.mark.croisement
def test_breaks_between_intercommunalities_need_twelve_of_them_and_say_what_chance_makes():
    four = ect.show_places(ect.build_project_quotients(_places(MEMBERS[:40])), BASEMAP, "ruptures", PAYS)
    assert "4 valeurs à comparer sur cette carte" in four.refused.sentence().replace("\xa0", " ")
    jura = list(BASEMAP.perimeter("jura").members)
    even = ect.show_places(ect.build_project_quotients(_places(jura, "jura")), BASEMAP, "ruptures", "jura")
    assert even.in_context(PLAIN).rows()["zone"].str.contains(" / ").all()
    one = [code for code, group in BASEMAP.perimeter("jura").members.items() if group == "200071116"]
    crowd = ect.build_project_quotients(_places([*one * 6, *jura[::20]], "jura"))
    alone = ect.show_places(crowd, BASEMAP, "ruptures", "jura")
    assert len(alone.rows()) and "source non dite, date non dite" in " ".join(_texts(alone))
    found = alone.in_context(PLAIN).finding()
    assert found.strength is Strength.BEYOND_CHANCE and "ECLA" in found.sentence


def test_breaks_are_told_where_a_perimeter_cuts_an_intercommunality():
    nievre = {**BASEMAP.territories["jura"], "departements": ["58"], "cadre": ["58"], "reperes": []}
    cut = replace(BASEMAP, territories={**BASEMAP.territories, "nievre": nievre})
    part = next(group for group in cut.perimeter("nievre").epci if group.name.startswith("Haut Nivernais"))
    inside = [code for code, siren in cut.perimeter("nievre").members.items() if siren == part.siren]
    codes = [*inside * 3, *list(cut.perimeter("nievre").members)[::20]]
    frame = pd.DataFrame({"projet_id": [f"P{rank}" for rank in range(len(codes))], "commune_insee": codes})
    crowd = ect.build_project_quotients(ect.place_projects(frame.assign(nom="x"), cut.gazetteer("nievre")))
    found = ect.show_places(crowd, cut, "ruptures", "nievre").in_context(PLAIN).finding()
    assert found.strength is Strength.BEYOND_CHANCE and "Haut Nivernais - Val d’Yonne (partie)" in found.sentence
