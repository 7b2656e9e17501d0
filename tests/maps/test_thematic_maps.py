"""Thematic maps: what each kind shows, what it refuses, and what every one of them bears."""

from __future__ import annotations

import io
import math
import re
import shutil
from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle
from matplotlib.text import Text

import ect_research as ect
from ect_research.analysis.territory.classes import classify, classify_together
from ect_research.analysis.territory.project_places import protect_map_counts
from ect_research.corpus.folder.project_paths import project_root
from ect_research.errors import EctError
from ect_research.figures.exhibit.context import Context, Source
from ect_research.figures.labelling.point_labels import overlaps
from ect_research.figures.maps.density import map_density, show_density
from ect_research.figures.maps.ground import naming
from ect_research.figures.maps.ground.map_frame import border_path, compound_path
from ect_research.figures.maps.ground.map_page import plan_page
from ect_research.figures.maps.layers.circles import circle_projects
from ect_research.figures.maps.layers.dots import scatter_inside
from ect_research.figures.maps.layers.flows import Flows
from ect_research.figures.maps.layers.links import Links, bezier, stroke_pt
from ect_research.figures.maps.legend import palettes
from ect_research.figures.maps.protected_map import ProtectedCircles
from ect_research.figures.page.formats import NARROW
from ect_research.figures.page.theme import get_theme
from ect_research.words import tell

BASEMAP = ect.load_basemap()
JURA = BASEMAP.communes[BASEMAP.communes["dep"] == "39"].set_index("code")
GROUPS = JURA.groupby("epci")
PAYS = BASEMAP.perimeter("pays-ledonien-2020")
PRINTED_DPI = 300
CREDITS = ("IGN", "Insee", "DGCL", "Natural Earth", "Licence", "Lambert-93")


def _rate(**more):
    density = JURA["pop"] / BASEMAP.areas_km2[JURA.index]
    density[["39013", "39016"]] = float("nan")
    return ect.MapVariable(density, "taux", "Densité", "Insee", "2023", "hab./km²", **more)


def _people(zone="commune"):
    people = JURA["pop"] if zone == "commune" else GROUPS["pop"].sum()
    return ect.MapVariable(people, "stock", "Population", "Insee", "2023", "habitants", zone=zone)


def _kind():
    names = BASEMAP.epci_names.set_index("siren")["nom"]
    held = pd.Series({code: names[siren] for code, siren in PAYS.members.items()})
    return ect.MapVariable(held, "categorie", "Intercommunalité", "DGCL", "2026")


def _places():
    codes = ["39300"] * 9 + ["39056", "39056", "39043", "39013", "39333", "39500"] + [None] * 5
    ids = [f"P{rank:02d}" for rank in range(len(codes))]
    frame = pd.DataFrame({"projet_id": ids, "nom": ids, "commune_insee": pd.Series(codes, dtype="str")})
    return ect.place_projects(frame, BASEMAP.gazetteer("pays-ledonien-2020"))


def _dots():
    kinds = pd.Series({f"P{rank:02d}": ("Scic", "association", "Cuma")[rank % 3] for rank in range(14)})
    return ect.Dots(_places(), kinds, "Projets, par statut", "registre", "2025")


def _links():
    rows = [
        ("39300", "39198", 4),
        ("39300", "39478", 8),
        ("39300", "39056", 1),
        ("39300", "39300", 7),
        ("39300", "75056", 2),
    ]
    ties = pd.DataFrame(rows, columns=["origine", "destination", "valeur"])
    return Links(ties, "Partenariats", "projets communs", "registre", "2025")


def _flows():
    rows = [("39300", "39198", 40.0), ("39198", "39300", 12.0), ("39056", "39300", None), ("39300", "39478", 8.0)]
    ways = pd.DataFrame(rows, columns=["origine", "destination", "valeur"])
    return Flows(ways, "Matières reprises", "tonnes par an", "registre", "2025")


def _protected():
    counts = pd.Series({"39300": 9, "39056": 1, "39043": 2, "39333": 2, "39397": 2})
    held = protect_map_counts(counts, BASEMAP.epci_of_year(2020))
    return ProtectedCircles(held, "Projets", "nombre", "registre", "2025")


LAYERS = {
    "choroplethe": (lambda: ect.Choropleth(_rate()), "jura"),
    "cercles": (lambda: ect.Circles(_people()), "pays-ledonien-2020"),
    "typologie": (lambda: ect.Typology(_kind()), "pays-ledonien-2020"),
    "points": (_dots, "pays-ledonien-2020"),
    "liens": (_links, "pays-ledonien-2020"),
    "flux": (_flows, "pays-ledonien-2020"),
    "services": (lambda: ect.ServiceAreas(["39300"], 15, "Lieux", "registre", "2025", 0.5), "jura"),
    "proteges": (_protected, "pays-ledonien-2020"),
    "ensemble": (lambda: [ect.Choropleth(_rate(), "q6"), _dots()], "pays-ledonien-2020"),
}
CLOSE = ("ensemble", "cercles")


@cache
def _figure(name, reader="ademe", language="fr"):
    build, perimeter = LAYERS[name]
    theme = get_theme(reader, language)
    return _map(build(), BASEMAP, perimeter, theme, closeup=name in CLOSE)


def _map(layers, basemap, perimeter, theme, **how):
    return ect.show_map(layers, basemap, perimeter, **how).in_context(Context(theme)).figure()


def _series(layers, basemap, perimeter, theme, **how):
    return ect.show_map_series(layers, basemap, perimeter, **how).in_context(Context(theme)).figure()


def _words(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts if text.get_text()]


def _plain(figure):
    return " ".join(_words(figure)).replace(NARROW, " ").replace("\xa0", " ")


def _bytes(figure, theme):
    held = io.BytesIO()
    with theme.applied():
        figure.savefig(held, format="png", metadata={"Software": None})
    return held.getvalue()


@pytest.mark.croisement
@pytest.mark.parametrize("name", LAYERS)
def test_every_map_bears_its_source_its_date_and_the_credits_of_the_base_map(name):
    said = _plain(_figure(name))
    assert "Données : " in said
    assert "2023" in said or "2025" in said
    for needed in CREDITS:
        assert needed in said


@pytest.mark.croisement
@pytest.mark.parametrize("name", LAYERS)
def test_every_map_has_its_two_insets_its_scale_and_its_north(name):
    words = _words(_figure(name))
    assert {"France", "Bourgogne-Franche-Comté", "N"} <= set(words)
    assert any(word.endswith("km") for word in words)


@pytest.mark.croisement
@pytest.mark.parametrize("reader", ["ademe", "revue"])
@pytest.mark.parametrize("name", LAYERS)
def test_no_word_covers_another_nor_leaves_the_page(name, reader):
    figure = _figure(name, reader)
    figure.set_dpi(PRINTED_DPI)
    renderer = figure.canvas.get_renderer()
    for axes in figure.axes[:2]:
        boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in axes.texts if t.get_text()]
        for (one, a), (other, b) in combinations(boxes, 2):
            wide, high = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
            assert wide <= 0.5 or high <= 0.35 * min(a.height, b.height), f"{one} / {other}"
        for words, box in boxes:
            assert figure.bbox.x0 <= box.x0 <= box.x1 <= figure.bbox.x1, words
            assert figure.bbox.y0 <= box.y0 <= box.y1 <= figure.bbox.y1, words


@pytest.mark.croisement
@pytest.mark.parametrize("name", ["choroplethe", "cercles", "points", "services"])
def test_an_english_map_has_no_french_key(name):
    said = _plain(_figure(name, "ademe", "en"))
    for french in (
        "Données",
        "donnée absente",
        "Seuils",
        "entre parenthèses",
        "commune pour",
        "vol d’oiseau",
        "Fond de carte",
    ):
        assert french not in said


@pytest.mark.croisement
def test_two_drawings_give_the_same_bytes():
    theme = get_theme("ademe")
    pictures = [_bytes(_map(_dots(), BASEMAP, "pays-ledonien-2020", theme), theme) for _ in range(2)]
    assert pictures[0] == pictures[1]


def test_the_legend_of_a_choropleth_gives_classes_counts_method_and_what_is_missing():
    words = _words(_figure("choroplethe"))
    assert "donnée absente (2)" in words
    assert "Seuils naturels (Fisher), 5 classes" in words
    counted = [int(word.rsplit("(", 1)[1].rstrip(")")) for word in words if word.startswith("de ")]
    assert len(counted) == 5
    assert sum(counted) == 490


@pytest.mark.parametrize(
    "layer",
    [
        lambda: ect.Choropleth(_people()),
        lambda: ect.Circles(_rate()),
        lambda: ect.Typology(_rate()),
    ],
)
def test_a_wrong_pairing_is_a_refusal_not_a_map(layer):
    refused = _map(layer(), BASEMAP, "jura", get_theme())
    assert isinstance(refused, ect.Refusal)
    assert "Pour lever ce refus" in refused.sentence()


def test_a_refusal_given_as_a_layer_is_returned():
    refusal = ect.Refusal(tell("la carte"), tell("Rien."))
    assert _map([ect.Choropleth(_rate()), refusal], BASEMAP, "jura", get_theme()) is refusal


def test_two_fills_at_once_are_an_error_that_says_what_to_do():
    with pytest.raises(EctError, match="la seconde cacherait la première"):
        _map([ect.Choropleth(_rate()), ect.Typology(_kind())], BASEMAP, "jura", get_theme())


def test_eight_categories_are_refused():
    kinds = pd.Series({code: f"type {rank % 8}" for rank, code in enumerate(JURA.index)})
    variable = ect.MapVariable(kinds, "categorie", "Type", "essai", "2026")
    refused = _map(ect.Typology(variable), BASEMAP, "jura", get_theme())
    assert isinstance(refused, ect.Refusal)
    assert "8 catégories" in refused.sentence()


def test_the_area_of_a_circle_is_proportional_to_its_value():
    layer = ect.Circles(_people())
    assert (layer.radius(20_000) / layer.radius(5_000)) ** 2 == pytest.approx(4)


def test_the_values_of_the_circle_legend_are_round():
    words = _words(_figure("cercles"))
    assert {f"15{NARROW}000", f"2{NARROW}000", "500"} <= set(words)


@pytest.mark.croisement
def test_a_name_moved_by_hand_is_where_the_hand_put_it():
    theme = get_theme()
    places = {}
    for moved in ({}, {"Orgelet": [4.0, -6.0]}):
        figure = _map(ect.Circles(_people().within(PAYS.members)), BASEMAP, PAYS.key, theme, moved=moved)
        places[bool(moved)] = next(t.get_position() for t in figure.axes[1].texts if t.get_text() == "Orgelet")
    assert np.subtract(places[True], places[False]) == pytest.approx([4.0, -6.0])


@pytest.mark.croisement
def test_the_name_of_a_group_moved_by_hand_is_where_the_hand_put_it():
    where = []
    for moved in ({}, {"ECLA": (-3, 2)}):
        figure = _map(ect.Typology(_kind()), BASEMAP, PAYS.key, get_theme(), moved=moved)
        where.append(next(t.get_position() for axes in figure.axes for t in axes.texts if t.get_text() == "ECLA"))
    assert np.subtract(where[1], where[0]) == pytest.approx([-3, 2])


def test_no_hand_moves_a_name_out_of_the_map():
    moved = {"Orgelet": (900.0, 0.0), "ECLA": (0.0, -900.0)}
    figure = _map(ect.Circles(_people().within(PAYS.members)), BASEMAP, PAYS.key, get_theme(), moved=moved)
    frame = figure.axes[1].get_window_extent()
    for text in figure.axes[1].texts:
        if text.get_text() in moved:
            assert frame.x0 <= text.get_window_extent().x0 and text.get_window_extent().x1 <= frame.x1
            assert frame.y0 <= text.get_window_extent().y0 and text.get_window_extent().y1 <= frame.y1


@pytest.mark.parametrize(
    ("moved", "said"),
    [({"Macornai": (1, 2)}, r"«\sMacornay\s»\s\?"), ({"Macornay": (1, 2, 3)}, "deux nombres attendus")],
)
def test_a_move_that_means_nothing_is_answered_in_french(moved, said):
    with pytest.raises(EctError, match=said):
        _map(ect.Typology(_kind()), BASEMAP, PAYS.key, get_theme(), moved=moved)


def test_the_study_file_may_move_names_by_hand(tmp_path):
    from ect_research.study.definition.study_file import read_study

    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    shutil.copy(project_root() / "notebooks" / "04_territoire.ipynb", notebooks)
    (tmp_path / "surveys" / "pays-ledonien").mkdir(parents=True)
    (notebooks / "essai.toml").write_text(
        'titre = "Essai"\ncorpus = "pays-ledonien"\n[[execution]]\nid = "carte"\ncarnet = "04_territoire.ipynb"\n'
        '[execution.parametres]\ndeplacer = { "Macornay" = [2, -1.5] }\n',
        encoding="utf-8",
    )
    (run,) = read_study(notebooks / "essai.toml").runs
    assert run.parameters["deplacer"] == {"Macornay": [2, -1.5]}


METHODS_SAID = {
    "fisher": ("Seuils naturels (Fisher)", "Natural breaks (Fisher)"),
    "quantile": ("Quantiles (effectifs égaux)", "Quantiles (equal counts)"),
    "q6": ("Quantiles 5, 25, 50, 75 et 95 %", "Quantiles 5, 25, 50, 75 and 95%"),
    "egal": ("Amplitudes égales", "Equal widths"),
    "ecart_type": ("Moyenne et écart-type", "Mean and standard deviation"),
    "geometrique": ("Progression géométrique", "Geometric progression"),
    "fixe": ("Bornes fixées", "Fixed bounds"),
}


@pytest.mark.crossed("method")
@pytest.mark.parametrize("method", METHODS_SAID)
def test_the_legend_names_each_of_the_seven_methods_in_both_languages(method):
    bounds = {"bounds": [0, 20, 50, 3000]} if method == "fixe" else {}
    classes = classify(_rate().known, method, **bounds)
    for language, said in zip(("fr", "en"), METHODS_SAID[method], strict=True):
        layer = ect.Choropleth(_rate(), method, classes=classes)
        figure = _map(layer, BASEMAP, PAYS.key, get_theme("ademe", language), closeup=True)
        assert f"{said}, {len(classes)} classes" in _plain(figure)


def test_classes_are_those_of_the_zones_shown():
    everywhere = BASEMAP.people() / BASEMAP.areas_km2
    density = ect.MapVariable(everywhere, "taux", "Densité", "Insee", "2023", "hab./km²")
    words = _words(_map(ect.Choropleth(density), BASEMAP, "jura", get_theme()))
    counted = [int(word.rsplit("(", 1)[1].rstrip(")")) for word in words if word.startswith("de ")]
    assert sum(counted) == 492
    assert min(counted) > 0
    assert max(counted) < 400


@pytest.mark.croisement
def test_names_without_room_are_reported_in_the_legend():
    layer = ect.Circles(_people(), named=150)
    figure = _map(layer, BASEMAP, "jura", get_theme())
    assert "Noms non écrits, faute de place" in _plain(figure)


@given(st.integers(2, 25), st.integers(0, 491))
def test_signs_lie_inside_their_commune_or_tight_around_its_point_and_never_hide_one_another(count, rank):
    outline = shapely.transform(JURA.geometry.iloc[rank], lambda xy: xy * 0.00135)
    centre = np.array(shapely.point_on_surface(outline).coords[0])
    places = scatter_inside(outline, centre, count, 2.0)
    assert len(places) == count and (places == scatter_inside(outline, centre, count, 2.0)).all()
    inside = shapely.intersects_xy(outline, places[:, 0], places[:, 1])
    assert inside.all() or np.hypot(*(places - centre).T).max() <= 2.4 * (0.6 * count**0.5 + 0.6)
    assert min(math.dist(a, b) for a, b in combinations(places.tolist(), 2)) >= 2.0


def test_dots_are_told_apart_by_shape_and_counted_in_the_legend():
    signs = palettes.markers(["a", "b", "c"], get_theme("revue"))
    assert len({shape for shape, _ in signs.values()}) == 3
    words = _words(_figure("points"))
    assert "Scic (5)" in words
    assert "5 projets sans lieu connu" in words


def test_a_project_that_a_closeup_leaves_out_is_counted_in_the_legend():
    outside = _places().projects["commune"].dropna()
    outside = outside[~outside.isin(list(PAYS.members))]
    words = _words(ect.show_map(_dots(), BASEMAP, "pays-ledonien-2020", closeup=True).figure())
    assert len(outside) > 1 and f"{len(outside)} projets hors de la carte" in words
    assert not any("hors de la carte" in one for one in _words(_figure("points")))


def test_the_name_of_a_centre_leaves_its_links_free():
    ends = ("39013", "39434", "39097", "39154", "39397", "39333")
    ties = pd.DataFrame([("39300", end, 2) for end in ends], columns=["origine", "destination", "valeur"])
    layer = Links(ties, "Partenariats", "projets communs", "registre", "2025")
    page = plan_page(BASEMAP, PAYS, get_theme(), closeup=False)
    spots = layer.spots(page)
    strokes = layer.covered(page)
    struck = [
        sum(overlaps(naming.place_spots(spots, [], page.frame, [], get_theme(), spared=spared).boxes["39300"], box)
            for box in strokes)
        for spared in ((), strokes)
    ]  # fmt: skip
    assert struck[1] < struck[0] / 2


@pytest.mark.parametrize("reader", ["ademe", "revue"])
def test_the_dot_of_a_reference_town_is_seen_on_the_darkest_class(reader):
    figure = ect.show_map(ect.Choropleth(_rate()), BASEMAP, "jura").in_context(Context(get_theme(reader))).figure()
    dots = [line for line in figure.axes[1].lines if line.get_marker() == "o"]
    assert dots and all(to_rgb(dot.get_markeredgecolor()) == (1, 1, 1) and dot.get_markeredgewidth() for dot in dots)


def test_links_within_one_commune_or_outside_the_map_are_counted_in_the_legend():
    words = _words(_figure("liens"))
    assert "1 lien interne à une commune" in words
    assert "1 lien hors de la carte" in words


def test_the_width_of_a_link_is_its_value_and_the_two_ways_stay_apart():
    assert stroke_pt(8, 8) / stroke_pt(4, 8) == pytest.approx(2)
    going, coming = bezier((0, 0), (10, 0)), bezier((10, 0), (0, 0))
    assert going[1].min() < -0.5
    assert coming[1].max() > 0.5


def test_withheld_counts_are_hatched_and_gathered():
    said = _plain(_figure("proteges"))
    assert "n < 3, ou en protège un (2)" in said
    assert "autres communes, moins de 3 chacune" in said
    assert "Bletterans" not in _words(_figure("proteges"))


def test_a_service_area_stays_on_the_land_of_the_study():
    assert "à vol d’oiseau" in _words(_figure("services"))
    assert "15 km autour de Lons-le-Saunier" in _words(_figure("services"))


@pytest.mark.parametrize("reader", ["ademe", "revue"])
def test_order_is_lightness(reader):
    ramp = [palettes._oklab(colour)[0] for colour in palettes.sequential(6, get_theme(reader))]
    steps = -np.diff(ramp)
    assert (steps > 0.05).all()


def test_a_difference_is_not_an_order():
    shades = [palettes._oklab(colour)[0] for colour in palettes.QUALITATIVE]
    assert max(shades) - min(shades) < 0.02


def test_without_colour_the_two_sides_of_a_centre_differ_by_texture():
    styles = palettes.diverging(2, 2, get_theme("revue"))
    assert [bool(style.get("hatch")) for style in styles] == [True, True, False, False, False]
    assert all(len(set(to_rgb(style["facecolor"]))) == 1 for style in styles)


def _years(method="quantile"):
    pops = BASEMAP.populations.set_index("code").loc[list(PAYS.members)].astype("float64")
    spans = {"2019 à 2022": (2019, 2022), "2020 à 2023": (2020, 2023)}
    found = {
        title: ect.MapVariable(
            100 * (pops[f"pop_{end}"] / pops[f"pop_{start}"] - 1), "taux", "Évolution", "Insee", title, "%"
        )
        for title, (start, end) in spans.items()
    }
    return found, classify_together([variable.known for variable in found.values()], method, 5)


def test_small_multiples_share_their_classes_and_name_their_years():
    found, classes = _years()
    layers = {title: ect.Choropleth(variable, classes=classes) for title, variable in found.items()}
    figure = _series(layers, BASEMAP, PAYS.key, get_theme())
    words = _words(figure)
    assert {"2019 à 2022", "2020 à 2023", "mêmes classes sur toutes les cartes", "Pays Lédonien"} <= set(words)


def test_small_multiples_of_unlike_classes_are_refused():
    found, _ = _years()
    layers = {title: ect.Choropleth(variable, "quantile") for title, variable in found.items()}
    refused = _series(layers, BASEMAP, PAYS.key, get_theme())
    assert isinstance(refused, ect.Refusal)
    assert "deux valeurs différentes" in refused.sentence()


def test_small_multiples_of_changing_perimeters_are_refused():
    found, classes = _years()
    first, second = found.values()
    layers = {
        "a": ect.Choropleth(first, classes=classes),
        "b": ect.Choropleth(second.within(["39300"]), classes=classes),
    }
    refused = _series(layers, BASEMAP, PAYS.key, get_theme())
    assert isinstance(refused, ect.Refusal)
    assert "bouger" in refused.sentence()


def test_shared_classes_that_leave_a_value_out_are_refused():
    narrow = classify(pd.Series([1.0, 2.0, 3.0]), "fixe", bounds=[0, 2, 4])
    refused = _map(ect.Choropleth(_rate(), classes=narrow), BASEMAP, "jura", get_theme())
    assert isinstance(refused, ect.Refusal)
    assert "sortent de ces classes" in refused.sentence()


def test_zones_of_one_class_are_drawn_as_one_path():
    squares = [shapely.box(column, 0, column + 1, 1) for column in range(5)]
    assert compound_path(squares).vertices.shape == (25, 2)


def _length(path):
    steps = np.hypot(*np.diff(path.vertices, axis=0).T)
    return steps[path.codes[1:] == path.LINETO].sum()


def test_a_border_that_two_zones_share_is_drawn_once_and_none_inside_a_group():
    shapes, groups = JURA["geometry"].to_numpy(), JURA["epci"].to_numpy()
    apart = shapely.union_all(shapely.boundary(shapes)).length
    assert _length(border_path(shapes)) == pytest.approx(apart)
    assert shapely.length(shapely.boundary(shapes)).sum() > 1.8 * apart
    held = [shapely.coverage_union_all(shapes[groups == group]) for group in sorted(set(groups))]
    around = shapely.union_all(shapely.boundary(np.array(held))).length
    assert _length(border_path(shapes, groups)) == pytest.approx(around)
    assert _length(border_path(shapes, ["jura"] * len(shapes))) == pytest.approx(
        shapely.coverage_union_all(shapes).length
    )


def test_borders_on_a_grid_have_no_side_twice_nor_of_no_length():
    path = border_path(JURA["geometry"].to_numpy(), finest_mm=700.0)
    ends = np.flatnonzero(path.codes == path.LINETO)
    sides = {tuple(sorted([tuple(path.vertices[end - 1]), tuple(path.vertices[end])])) for end in ends}
    assert len(sides) == len(ends) and all(one != other for one, other in sides)
    assert len(path.codes) < 0.9 * len(border_path(JURA["geometry"].to_numpy()).codes)


def test_no_zone_has_no_border():
    assert len(border_path([]).codes) == len(border_path([shapely.Polygon(), None]).codes) == 0


def test_the_scale_of_circles_is_that_of_the_zones_shown():
    everywhere = BASEMAP.people().astype("float64").groupby(BASEMAP.epci_of_year(2026)).sum()
    people = ect.MapVariable(everywhere, "stock", "Population", "Insee", "2023", "habitants", zone="epci")
    figure = _map(ect.Circles(people), BASEMAP, "jura", get_theme())
    assert f"50{NARROW}000" in _words(figure)
    assert f"200{NARROW}000" not in _words(figure)
    canvas = next(axes for axes in figure.axes if axes.get_position().width > 0.99)
    edges = [patch.center[0] + patch.radius for patch in canvas.patches if isinstance(patch, Circle)]
    assert max(edges) < canvas.get_xlim()[1] - 10


@pytest.mark.croisement
@pytest.mark.parametrize("name", LAYERS)
def test_a_grey_preset_prints_no_hue(name):
    figure = _figure(name, "revue")
    held = io.BytesIO()
    figure.savefig(held, format="rgba", dpi=40)
    pixels = np.frombuffer(held.getvalue(), dtype=np.uint8).reshape(-1, 4)[:, :3].astype(int)
    assert np.ptp(pixels, axis=1).max() <= 2


def test_a_map_of_density_and_its_circles_speak_the_language_of_the_reader():
    theme = get_theme("ademe", "en")
    shown = show_density(BASEMAP, "pays-ledonien-2020").in_context(Context(theme))
    texts = " ".join(text.get_text() for text in shown.figure().findobj(Text))
    assert "Population density" in texts and "inhabitants per km²" in texts
    assert not {"habitants", "Densité", "janvier", "référence"} & set(re.findall(r"\w+", texts))
    frame = pd.DataFrame({"projet_id": ["P1"], "nom": ["A"], "commune_insee": ["39300"]})
    places = ect.place_projects(frame, BASEMAP.gazetteer("pays-ledonien-2020"))
    said = circle_projects(places, "register", pd.Timestamp("2025-12-31"), theme).variable
    assert (theme.say(said.label), theme.say(said.unit)) == ("Projects placed", "number of projects")
    assert said.date.replace("\xa0", " ") == "as of 31 December 2025"


def test_a_density_cites_the_years_of_its_base_map_and_says_its_half():
    later = replace(BASEMAP, mentions=replace(BASEMAP.mentions, communes=2031))
    assert map_density(later, "pays-ledonien-2020", get_theme()).date.endswith("2031")
    shown = show_density(BASEMAP, "pays-ledonien-2020")
    assert str(BASEMAP.mentions.populations) in shown.words().source
    half = shown.rows()["habitants_par_km2"].median()
    assert f"La moitié des 199 communes ont moins de {half:.0f} habitants par km²" in shown.finding().sentence


def test_the_page_of_density_counts_the_projects_it_shows():
    frame = pd.DataFrame(
        {"projet_id": list("ABCD"), "nom": list("ABCD"), "commune_insee": ["39300", "39478", None, "75056"]}
    )
    places = ect.place_projects(frame, BASEMAP.gazetteer("pays-ledonien-2020"))
    plain = Context(plain=Source("Registre", "Jura", "2025-12-31"))
    shown = ect.show_places(places, BASEMAP, "page").in_context(plain)
    caption = shown.words()
    assert caption.n == "n = 4 projets, dont 1 sur la carte"
    assert "1 projet sans lieu connu" in caption.missing and "1 projet hors de la carte" in caption.missing
    assert "1 projet dont la commune n’est pas au fond de carte" in caption.missing
    assert caption.source.startswith("Registre ; Insee")
    assert shown.finding().sentence == "Placés dans le périmètre : 1 projet sur 4, dans 1 commune."
    nowhere = ect.place_projects(frame.assign(commune_insee=None), BASEMAP.gazetteer("pays-ledonien-2020"))
    assert ect.show_places(nowhere, BASEMAP, "page").rows() is nowhere


def test_a_map_says_its_n_its_sources_and_its_rows():
    shown = ect.show_map([ect.Choropleth(_rate(), "q6"), _dots()], BASEMAP, PAYS.key, closeup=True)
    assert shown.words().title == "Densité"
    assert shown.words().n == "n = 198 communes"
    assert shown.words().source == "Insee, 2023 ; registre, 2025"
    assert shown.rows()["couche"].value_counts().to_dict() == {"Densité": 198, "Projets, par statut": 13}
    assert shown.finding().sentence == "Densité (198 communes)"


def test_a_series_says_its_last_map_and_the_rows_of_each():
    found, classes = _years()
    layers = {title: ect.Choropleth(variable, classes=classes) for title, variable in found.items()}
    shown = ect.show_map_series(layers, BASEMAP, PAYS.key)
    assert shown.words().n == "n = 199 communes"
    assert shown.rows()["carte"].value_counts().to_dict() == {"2019 à 2022": 199, "2020 à 2023": 199}
