"""The label engine: nothing overlaps, nothing leaves the frame, the same layout every time."""

from __future__ import annotations

from itertools import combinations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ect_research.corpus.basemap.load_basemap import load_basemap
from ect_research.figures.labelling.area_labels import AreaLabel, place_area_names
from ect_research.figures.labelling.point_labels import Box, Obstacles, PointLabel, overlaps, place_labels
from ect_research.figures.page.canvas import text_width_mm

FRAME = Box(0, 0, 400, 300)
MM_PER_POINT = 25.4 / 72


def _pays_ledonien_names(count, width_mm=95, size=5.5):
    """The most peopled communes of the Pays Lédonien on a map of 95 mm, in points."""
    basemap = load_basemap()
    members = basemap.perimeter("pays-ledonien-2020").members
    communes = basemap.communes[basemap.communes["code"].isin(list(members))]
    west, south, east, north = shapely.total_bounds(communes["geometry"])
    scale = width_mm / MM_PER_POINT / (east - west)
    top = communes.nlargest(count, "pop", keep="first")
    labels = [
        PointLabel(
            row.nom,
            (row.px - west) * scale,
            (row.py - south) * scale,
            radius=1.6 + (row.pop / 4000) ** 0.5,
            width=text_width_mm(row.nom, size) / MM_PER_POINT,
            height=size * 1.1,
            importance=row.pop,
        )
        for row in top.itertuples()
    ]
    return labels, Box(-10, -10, (east - west) * scale + 40, (north - south) * scale + 10)


def test_sixty_names_on_a_map_of_95_mm_do_not_overlap():
    labels, frame = _pays_ledonien_names(60)
    layout = place_labels(labels, Obstacles(frame))
    assert not any(overlaps(a, b) for a, b in combinations(layout.boxes.values(), 2))
    assert len(layout.boxes) >= 55
    assert set(layout.boxes).isdisjoint(layout.dropped)
    assert len(layout.boxes) + len(layout.dropped) == 60


def test_the_largest_town_keeps_its_name():
    labels, frame = _pays_ledonien_names(60)
    assert "Lons-le-Saunier" in place_labels(labels, Obstacles(frame)).boxes


def test_thirty_names_all_find_room():
    labels, frame = _pays_ledonien_names(30)
    assert place_labels(labels, Obstacles(frame)).dropped == ()


def test_the_same_input_gives_the_same_layout():
    labels, frame = _pays_ledonien_names(40)
    assert place_labels(labels, Obstacles(frame)) == place_labels(labels, Obstacles(frame))


def test_a_lone_label_goes_to_the_right():
    assert place_labels([PointLabel("a", 200, 150, 3, 40, 8)], Obstacles(FRAME)).positions == {"a": "E"}


def test_a_label_at_the_right_edge_goes_to_the_left():
    layout = place_labels([PointLabel("a", 390, 150, 3, 40, 8)], Obstacles(FRAME))
    assert layout.positions == {"a": "W"}


def test_a_forbidden_box_is_respected():
    legend = Box(203, 100, 400, 200)
    layout = place_labels([PointLabel("a", 200, 150, 3, 40, 8)], Obstacles(FRAME, forbidden=[legend]))
    assert not overlaps(layout.boxes["a"], legend)


def test_a_label_does_not_hide_the_symbol_of_another():
    bare = (220.0, 150.0, 6.0)
    layout = place_labels([PointLabel("a", 200, 150, 3, 40, 8)], Obstacles(FRAME, symbols=[bare]))
    assert not overlaps(layout.boxes["a"], Box(214, 144, 226, 156))


def test_the_least_important_of_two_is_dropped_when_there_is_room_for_one():
    tight = Box(0, 0, 46, 10)
    pair = [PointLabel("petit", 3, 5, 1, 40, 8, importance=1), PointLabel("grand", 3, 5, 1, 40, 8, importance=2)]
    layout = place_labels(pair, Obstacles(tight))
    assert list(layout.boxes) == ["grand"]
    assert layout.dropped == ("petit",)


_POINTS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 300), st.integers(1, 12), st.integers(10, 90)),
    max_size=25,
)


@given(_POINTS)
def test_whatever_the_points_labels_stay_apart_and_inside(points):
    labels = [
        PointLabel(str(i), x, y, radius, width, 8, importance=i) for i, (x, y, radius, width) in enumerate(points)
    ]
    layout = place_labels(labels, Obstacles(FRAME))
    assert len(layout.boxes) + len(layout.dropped) == len(points)
    assert not any(overlaps(a, b) for a, b in combinations(layout.boxes.values(), 2))
    for box in layout.boxes.values():
        assert FRAME.x0 <= box.x0 <= box.x1 <= FRAME.x1
        assert FRAME.y0 <= box.y0 <= box.y1 <= FRAME.y1


def test_an_area_name_avoids_what_is_already_written():
    taken = Box(30, 0, 70, 60)
    place = place_area_names([AreaLabel("zone", shapely.box(0, 0, 100, 60), [(26, 10)])], [taken])["zone"]
    box = Box(place.x - 13, place.y - 5, place.x + 13, place.y + 5)
    assert not overlaps(box, taken)


def test_an_area_name_takes_two_lines_where_one_does_not_fit():
    narrow = shapely.box(0, 0, 40, 60)
    place = place_area_names([AreaLabel("zone", narrow, [(80, 10), (36, 22)])], [])["zone"]
    assert place.variant == 1
    assert place.x == pytest.approx(20, abs=2)


def test_an_area_too_small_for_its_name_says_so():
    assert place_area_names([AreaLabel("zone", shapely.box(0, 0, 10, 10), [(80, 10)])], [])["zone"] is None


def test_two_area_names_do_not_share_a_place():
    room = shapely.box(0, 0, 100, 40)
    places = place_area_names([AreaLabel("un", room, [(60, 10)]), AreaLabel("deux", room, [(60, 10)])], [])
    assert abs(places["un"].y - places["deux"].y) >= 10


def test_a_label_leaves_a_line_free_where_another_side_is():
    along = [Box(x, 149, x + 2, 151) for x in range(203, 260, 2)]
    label = PointLabel("a", 200, 150, 3, 40, 8)
    free = place_labels([label], Obstacles(FRAME, spared=along))
    assert not any(overlaps(free.boxes["a"], box) for box in along)
    everywhere = [Box(x, y, x + 5, y + 5) for x in range(100, 300, 5) for y in range(100, 200, 5)]
    assert place_labels([label], Obstacles(FRAME, spared=everywhere)).positions == {"a": "E"}


def test_an_area_name_strikes_lines_rather_than_be_lost():
    room, name = shapely.box(0, 0, 100, 40), [(60, 10)]
    low = [Box(x, 0, x + 4, 26) for x in range(0, 100, 4)]
    place = place_area_names([AreaLabel("zone", room, name)], [], spared=low)["zone"]
    assert place.y - 5 > 26
    assert place_area_names([AreaLabel("zone", room, name)], [], spared=[Box(0, 0, 100, 40)])["zone"] is not None
