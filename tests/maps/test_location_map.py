"""The location map: what it shows, where its words fall, and that it is the same every time."""

from __future__ import annotations

import io
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from ect_research.analysis.chance import Refusal
from ect_research.analysis.territory.project_places import place_projects
from ect_research.corpus.basemap.load_basemap import load_basemap
from ect_research.figures.exhibit.context import Context
from ect_research.figures.maps.ground.furniture import CLEARANCE_MM, furniture_corner, furniture_size
from ect_research.figures.maps.ground.ground_layers import WATER, group_styles, prepare_ground, study_bounds
from ect_research.figures.maps.ground.map_frame import add_shapes, frame_around
from ect_research.figures.maps.location import show_location_map
from ect_research.figures.page.formats import NARROW
from ect_research.figures.page.theme import get_theme
from ect_research.words import tell

BASEMAP = load_basemap()
PLACED = {"39300": 9, "39056": 3, "39395": 2, "39173": 1, "39306": 1, "39164": 1, "39013": 1, "39434": 2, "39397": 1}
UNPLACED = 12
PRINTED_DPI = 300
ENGLISH = ("project", "commune boundary", "boundary", "outside", "France and")


def _projects():
    codes = [code for code, count in PLACED.items() for _ in range(count)] + ["21231"] + [None] * UNPLACED
    return pd.DataFrame(
        {
            "projet_id": [f"P{i:02d}" for i in range(len(codes))],
            "nom": [f"Projet {i}" for i in range(len(codes))],
            "commune_insee": pd.Series(codes, dtype="str"),
        }
    )


def _draw(perimeter="pays-ledonien-2020", reader="ademe", language="fr"):
    return _shown(perimeter).in_context(Context(get_theme(reader, language))).figure()


def _shown(perimeter="pays-ledonien-2020"):
    return show_location_map(place_projects(_projects(), BASEMAP.gazetteer(perimeter)), BASEMAP)


@pytest.fixture(scope="module")
def figure():
    return _draw()


def _words(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_each_commune_with_projects_has_a_circle_of_proportional_area(figure):
    radii = sorted(patch.radius for patch in figure.axes[1].patches if isinstance(patch, Circle))
    assert len(radii) == len(PLACED)
    assert (radii[-1] / radii[0]) ** 2 == pytest.approx(9)


def test_communes_with_projects_are_named_by_their_name_of_today(figure):
    words = _words(figure)
    for name in ("Lons-le-Saunier", "Bletterans", "Beaufort-Orbagna", "Cousance", "Macornay", "Conliège", "Poligny"):
        assert name in words
    assert "Orbagna" not in words


def test_projects_without_a_place_are_counted_in_the_legend(figure):
    words = _words(figure)
    assert f"{UNPLACED} projets sans lieu connu" in words
    assert "1 projet hors de la carte" in words


def test_the_credits_are_always_there(figure):
    words = " ".join(_words(figure))
    for needed in ("IGN", "Insee", "DGCL", "Natural Earth", "Licence", "Lambert-93"):
        assert needed in words


def test_the_legend_names_the_intercommunalities_with_french_numbers(figure):
    words = _words(figure)
    assert f"32 communes, 34{NARROW}043 habitants" in words
    assert "Terre d’Émeraude" in words


def test_the_insets_show_france_and_the_region(figure):
    words = _words(figure)
    assert "France" in words
    assert "Bourgogne-Franche-Comté" in words
    paper = [box.get_bbox().width for box in figure.axes[0].patches if to_hex(box.get_facecolor()) == WATER]
    assert len(paper) == 2
    assert paper[0] == pytest.approx(paper[1])


def test_neighbours_and_the_country_are_named(figure):
    words = " ".join(_words(figure))
    for name in ("DOUBS", "AIN", "SAÔNE-ET-LOIRE", "SUISSE", "TERRE D’ÉMERAUDE", "ECLA"):
        assert name in words


@pytest.mark.crossed("perimeter", "reader")
@pytest.mark.parametrize(
    ("perimeter", "reader"),
    [
        *(("pays-ledonien-2020", reader) for reader in ("horizons", "ademe", "revue", "fiche")),
        ("pays-ledonien-2019", "revue"),
        ("jura", "horizons"),
        ("bfc", "ademe"),
    ],
)
def test_no_word_overlaps_another_nor_leaves_the_page(perimeter, reader):
    figure = _draw(perimeter, reader)
    figure.set_dpi(PRINTED_DPI)
    renderer = figure.canvas.get_renderer()
    page = figure.bbox
    for axes in figure.axes[:2]:
        boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in axes.texts if t.get_text()]
        for (one, a), (other, b) in combinations(boxes, 2):
            wide = min(a.x1, b.x1) - max(a.x0, b.x0)
            high = min(a.y1, b.y1) - max(a.y0, b.y0)
            assert wide <= 0.5 or high <= 0.35 * min(a.height, b.height), f"{one} / {other}"
        for words, box in boxes:
            assert page.x0 <= box.x0 <= box.x1 <= page.x1, words
            assert page.y0 <= box.y0 <= box.y1 <= page.y1, words


def test_names_on_the_map_stay_in_its_frame(figure):
    figure.set_dpi(PRINTED_DPI)
    renderer = figure.canvas.get_renderer()
    frame = figure.axes[1].get_window_extent(renderer)
    for text in figure.axes[1].texts:
        box = text.get_window_extent(renderer)
        assert frame.x0 <= box.x0 <= box.x1 <= frame.x1, text.get_text()
        assert frame.y0 <= box.y0 <= box.y1 <= frame.y1, text.get_text()


@pytest.mark.parametrize("perimeter", ["pays-ledonien-2020", "jura", "bfc"])
def test_the_scale_does_not_touch_the_territory(perimeter):
    territory, theme = BASEMAP.perimeter(perimeter), get_theme()
    frame = frame_around(study_bounds(BASEMAP, territory), 111, 165, 4)
    land = prepare_ground(BASEMAP, territory, frame).land
    corner = furniture_corner(frame, land, furniture_size(frame, theme))
    assert corner is not None
    assert shapely.distance(land, shapely.box(*corner)) >= CLEARANCE_MM


def test_without_a_free_corner_the_scale_goes_to_the_panel():
    frame = frame_around((0, 0, 100_000, 100_000), 100, 100, 0)
    everywhere = shapely.box(0, 0, 100, 100)
    assert furniture_corner(frame, everywhere, (30, 8)) is None


def test_an_english_map_speaks_english():
    words = _words(_draw(language="en"))
    assert f"{UNPLACED} projects without a known place" in words
    assert "32 communes, 34,043 inhabitants" in words
    assert not [word for word in words if "projets" in word or "habitants " in word or "Sans lieu" in word]


def test_a_french_map_speaks_french(figure):
    assert not [word for word in _words(figure) for english in ENGLISH if english in word]


def test_colours_differ_in_hue_not_in_lightness():
    styles = group_styles(BASEMAP.perimeter("pays-ledonien-2019"), get_theme("ademe"))
    lightness = [_lightness(style["facecolor"]) for style in styles.values()]
    assert len({style["facecolor"] for style in styles.values()}) == 6
    assert max(lightness) - min(lightness) < 1


def test_without_colour_groups_differ_by_tone_or_texture():
    styles = group_styles(BASEMAP.perimeter("pays-ledonien-2019"), get_theme("revue")).values()
    assert len({(style["facecolor"], style["hatch"]) for style in styles}) == 6
    assert all(len(set(to_rgb(style["facecolor"]))) == 1 for style in styles)


def test_a_refusal_is_returned_as_it_is():
    refusal = Refusal(tell("la carte"), tell("Aucun lieu."))
    assert show_location_map(refusal, BASEMAP).figure() is refusal


def test_the_map_says_how_many_places_are_known_and_where_most_projects_are():
    assert _shown().finding().sentence == "Lieu connu pour 22 projets sur 34 ; Lons-le-Saunier en compte 9."
    assert _shown().words().n == "n = 34 projets, dont 21 sur la carte"


@pytest.mark.croisement
def test_two_drawings_give_the_same_bytes():
    pictures = []
    for _ in range(2):
        picture = io.BytesIO()
        with get_theme().applied():
            _draw().savefig(picture, format="svg", metadata={"Date": None})
        pictures.append(picture.getvalue())
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("reverse", [False, True])
def test_a_hole_stays_a_hole_once_drawn(reverse):
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    ring = shapely.Polygon(ring.exterior, [hole.coords[::-1] for hole in ring.interiors]) if reverse else ring
    figure = Figure(figsize=(1, 1))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 10), ylim=(0, 10))
    add_shapes(axes, [shapely.MultiPolygon([ring])], facecolor="black")
    axes.axis("off")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[..., 0]
    assert pixels[50, 50] == 255
    assert pixels[80, 20] == 0


def test_the_frame_keeps_the_scale_and_the_margin():
    frame = frame_around((0, 0, 100_000, 200_000), 110, 160, 5)
    west, south = frame.point(0, 0)
    east, north = frame.point(100_000, 200_000)
    assert (south, north) == pytest.approx((5, 155))
    assert (east - west) / (north - south) == pytest.approx(0.5)
    assert frame.holds(0, 0) and not frame.holds(0, -20_000)


def _lightness(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 116 * (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]) ** (1 / 3) - 16
