"""Crowded places: no name is taken for another's, and every project is on the map, in its detail, in the list or counted."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.patches import Circle

import ect_research as ect
from ect_research.figures.exhibit.context import Context
from ect_research.figures.labelling.point_labels import overlaps
from ect_research.figures.maps.ground import naming
from ect_research.figures.maps.ground.map_frame import MapFrame
from ect_research.figures.maps.ground.map_page import plan_page
from ect_research.figures.page.theme import get_theme

BASEMAP = ect.load_basemap()
JURA = BASEMAP.communes[BASEMAP.communes["dep"] == "39"].set_index("code")
READERS = ("ademe", "horizons", "fiche", "revue")
THEME = get_theme()


def _places(codes):
    names = [f"Projet numéro {rank}" for rank in range(len(codes))]
    frame = pd.DataFrame({"projet_id": names, "nom": names, "commune_insee": pd.Series(codes, dtype="str")})
    return ect.place_projects(frame, BASEMAP.gazetteer("jura"))


def _around(code, count):
    town = JURA.loc[code]
    away = (JURA["px"] - town["px"]) ** 2 + (JURA["py"] - town["py"]) ** 2
    return away.nsmallest(count).index.tolist()


CROWD = ["39300"] * 15 + _around("39300", 13) + _around("39300", 25)[13:] * 2 + ["39198", "39478", "39097"] * 3


def _gap(box, spot):
    x, y = max(box.x0 - spot.x, 0, spot.x - box.x1), max(box.y0 - spot.y, 0, spot.y - box.y1)
    return math.hypot(x, y) - spot.radius


def _taken_for_another(layout, spots, others=()):
    named = {spot.key: spot for spot in spots}
    signs = [*spots, *others]
    return [
        key
        for key, box in layout.boxes.items()
        if key not in layout.leaders
        and any(_gap(box, sign) < _gap(box, named[key]) - 0.01 for sign in signs if sign.key != key)
    ]


SPOT = st.tuples(st.floats(5, 55), st.floats(5, 55), st.floats(0.6, 4), st.integers(1, 9))


@given(st.lists(SPOT, min_size=1, max_size=18, unique_by=lambda spot: spot[:2]))
def test_no_name_is_nearer_to_another_sign_than_to_its_own_unless_a_line_joins_it(drawn):
    spots = [
        naming.Spot(str(rank), f"Commune {rank}", x, y, radius, count, rank)
        for rank, (x, y, radius, count) in enumerate(drawn)
    ]
    layout = naming.place_spots(spots, [], MapFrame(0, 0, 1, 60, 60), [], THEME)
    assert _taken_for_another(layout, spots) == []
    assert set(layout.boxes) | set(layout.dropped) == {spot.key for spot in spots}
    assert not any(overlaps(one, other) for one, other in combinations(layout.boxes.values(), 2))


@pytest.fixture(scope="module", params=READERS)
def drawn(request):
    """A crowded map, and the layouts of its names: those of the detail, then of the map."""
    seen, place = [], naming.place_spots

    def spy(spots, others, *rest, **how):
        layout = place(spots, others, *rest, **how)
        seen.append((layout, spots, others))
        return layout

    naming.place_spots = spy
    try:
        shown = ect.show_places(_places(CROWD), BASEMAP)
        figure = shown.in_context(Context(get_theme(request.param))).figure()
    finally:
        naming.place_spots = place
    return figure, seen


@pytest.mark.croisement
def test_names_of_a_crowd_belong_to_their_sign(drawn):
    _, seen = drawn
    for layout, spots, others in seen:
        assert _taken_for_another(layout, spots, others) == []


@pytest.mark.croisement
@pytest.mark.parametrize("reader", READERS)
def test_the_least_circle_without_a_name_is_not_taken_for_the_dot_of_a_town(reader, monkeypatch):
    seen, place = [], naming.place_spots
    monkeypatch.setattr(
        naming, "place_spots", lambda *held, **how: seen.append((place(*held, **how), held)) or seen[-1][0]
    )
    people = ect.MapVariable(BASEMAP.people().astype("float64"), "stock", "Population", "Insee", "2023", "habitants")
    shown = ect.show_map(ect.Circles(people), BASEMAP, "pays-ledonien-2020", closeup=True)
    shown.in_context(Context(get_theme(reader))).figure()
    layout, (spots, others, *_) = seen[0]
    assert len(layout.boxes) == 12 and min(spot.radius for spot in spots) < 0.5
    assert _taken_for_another(layout, spots, others) == []


def test_a_crowd_has_its_detail_and_every_commune_its_name_or_a_mention(drawn):
    figure, _ = drawn
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert any(text.startswith("Détail, ") for text in texts)
    held = {JURA.loc[code, "nom"] for code in CROWD}
    whole = " ".join(texts)
    assert all(name in whole for name in held)
    circles = [patch for patch in figure.axes[1].patches if isinstance(patch, Circle)]
    assert len(circles) == len(held)


def test_the_list_shortens_and_says_how_many_it_leaves_out(drawn):
    figure, _ = drawn
    texts = [text.get_text().replace("\xa0", " ") for text in figure.axes[0].texts]
    assert "Projets placés" in texts
    listed = " ".join(texts[texts.index("Projets placés") :]).replace("\u202f", " ")
    assert "Lons-le-Saunier (16)" in listed


@pytest.mark.croisement
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from([*_around("39300", 40), *JURA.index[::25]]), min_size=1, max_size=70))
def test_wherever_the_projects_are_each_commune_is_named_or_mentioned(codes):
    figure = ect.show_places(_places(codes), BASEMAP).figure()
    whole = " ".join(text.get_text() for axes in figure.axes for text in axes.texts)
    lost = [JURA.loc[code, "nom"] for code in set(codes) if JURA.loc[code, "nom"] not in whole]
    assert lost == []


def test_signs_that_stand_apart_have_no_detail():
    figure = ect.show_places(_places(["39300", "39198", "39478", "39097"]), BASEMAP).figure()
    assert not any("Détail" in text.get_text() for axes in figure.axes for text in axes.texts)


WIDE = (
    ["39334"] * 2 + ["39537"] * 2 + ["39170"] * 2 + ["39458", "39217", "39217", "39168"] + ["39171"] * 6 + ["39079"] * 3
)


def test_three_signs_that_touch_have_a_detail_where_their_names_have_no_room_beside_them():
    lons, montmorot, perrigny = "39300", "39362", "39411"
    wide = ect.show_places(_places(WIDE), BASEMAP).figure()
    roomy = ect.show_places(_places([lons] * 6 + [montmorot] * 3 + [perrigny] * 2 + ["39198"]), BASEMAP).figure()
    told = [[text.get_text() for axes in figure.axes for text in axes.texts] for figure in (roomy, wide)]
    assert not any("Détail" in text for text in told[0]) and any("Détail" in text for text in told[1])
    assert all(told[1].count(JURA.loc[code, "nom"]) >= 1 for code in set(WIDE))


def test_a_map_reaches_every_commune_of_a_perimeter_that_crosses_a_border():
    entry = {"nom": {"fr": "Beaune"}, "precision": {"fr": "sur deux départements"}, "annee": 2026, "cadre": ["21"]}
    entry |= {"reperes": [], "epci": [{"siren": "200006682"}]}
    basemap = replace(BASEMAP, territories=dict(BASEMAP.territories) | {"beaune": entry})
    territory = basemap.perimeter("beaune")
    assert set(territory.members) <= set(plan_page(basemap, territory, THEME).points("commune"))


ELSEWHERE = {"25": "25056", "71": "71076", "58": "58194"}


def _elsewhere(code):
    """The base map with a département of its own, and sixty projects of it, fifteen in one town."""
    entry = {"nom": {"fr": code}, "precision": {"fr": "département"}, "annee": 2026, "cadre": [code]}
    entry |= {"reperes": [ELSEWHERE[code]], "departements": [code]}
    basemap = replace(BASEMAP, territories=dict(BASEMAP.territories) | {"ailleurs": entry})
    communes = basemap.communes[basemap.communes["dep"] == code].set_index("code")
    town = communes.loc[ELSEWHERE[code]]
    near = ((communes["px"] - town["px"]) ** 2 + (communes["py"] - town["py"]) ** 2).nsmallest(13).index.tolist()
    held = [ELSEWHERE[code]] * 14 + near + communes.index[:: len(communes) // 30].tolist()[:30] + [None] * 3
    names = [f"Projet {rank}" for rank in range(len(held))]
    projects = pd.DataFrame({"projet_id": names, "nom": names, "commune_insee": pd.Series(held, dtype="str")})
    return basemap, communes, projects


@pytest.mark.parametrize("code", ELSEWHERE)
@pytest.mark.parametrize("reader", ["ademe", *(pytest.param(one, marks=pytest.mark.croisement) for one in READERS[1:])])
def test_in_a_broad_departement_the_detail_takes_a_free_corner_and_no_project_is_lost(code, reader):
    basemap, communes, projects = _elsewhere(code)
    places = ect.place_projects(projects, basemap.gazetteer("ailleurs"))
    theme = get_theme(reader)
    figure = ect.show_places(places, basemap).in_context(Context(theme)).figure()
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    whole = " ".join(texts)
    held = projects["commune_insee"].dropna()
    assert all(communes.loc[one, "nom"] in whole for one in set(held))
    assert "3 projets sans lieu connu" in whole
    detail = [text for axes in figure.axes for text in axes.texts if text.get_text().startswith("Détail")]
    page = plan_page(basemap, basemap.perimeter("ailleurs"), theme)
    for text in detail:
        if text.axes is figure.axes[1]:
            inset = figure.axes[2].get_window_extent().transformed(figure.axes[1].transData.inverted())
            assert shapely.distance(page.ground.land, shapely.box(*inset.extents)) > 1
    assert detail or code == "58"


@pytest.mark.parametrize("reader", ["fiche", pytest.param("ademe", marks=pytest.mark.croisement)])
def test_a_hundred_and_fifty_projects_leave_their_lists_above_the_insets_and_count_the_rest(reader):
    basemap, communes, projects = _elsewhere("71")
    held = [*communes.index[::4][:140], *communes.index[1::50][:10]]
    names = [f"Projet {rank}" for rank in range(len(held))]
    projects = pd.DataFrame({"projet_id": names, "nom": names, "commune_insee": pd.Series(held, dtype="str")})
    places = ect.place_projects(projects, basemap.gazetteer("ailleurs"))
    shown = ect.show_places(places, basemap).in_context(Context(get_theme(reader)))
    figure = shown.figure()
    page = plan_page(basemap, basemap.perimeter("ailleurs"), shown.theme)
    column = figure.axes[0].texts
    unnamed = [text for text in column if text.get_text().startswith("Noms non écrits")]
    below = column[column.index(unnamed[0]) :]
    assert all(text.get_position()[1] < page.frame.height_mm for text in below)
    assert any(" autres" in text.get_text().replace("\xa0", " ") for text in below)
    assert shown.finding().sentence.endswith(f"{len(set(held))} communes en comptent chacune 1.")


def test_one_commune_for_all_is_named_once_and_no_sign_means_nothing():
    shown = ect.show_places(_places(["39300"] * 4), BASEMAP)
    assert shown.finding().sentence == "Lieu connu pour 4 projets sur 4 : Lons-le-Saunier."
    assert not any("tous les projets" in text.get_text() for text in shown.figure().axes[0].texts)
