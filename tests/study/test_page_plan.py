"""The plan of the pages of a report: what must hold whatever the heights."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ect_research.study.documents.report_pages import Item, Paper, least_scale, plan_pages

PAGE = 100.0
TABLES = st.builds(Item, part=st.just(0), floats=st.just(value=False), fixed=st.floats(1.0, 130.0))
FIGURES = st.builds(
    Item,
    part=st.just(0),
    floats=st.just(value=True),
    fixed=st.floats(1.0, 40.0),
    drawing=st.floats(1.0, 150.0),
    least=st.floats(0.6, 1.0),
)
PARTS = st.lists(st.lists(TABLES | FIGURES, min_size=1, max_size=5), min_size=1, max_size=3)


def paper(parts: int, *, alone: bool = False) -> Paper:
    return Paper(PAGE, [12.0] * parts, gap=3.0, part_gap=5.0, alone=alone)


def in_parts(parts: list[list[Item]]) -> list[Item]:
    return [
        Item(rank, one.floats, one.fixed, one.drawing, one.least) for rank, part in enumerate(parts) for one in part
    ]


def height(page, items) -> float:
    gaps = sum(5.0 if one.opens else 3.0 for one in page[1:])
    opened = sum(15.0 for one in page if one.opens)
    return gaps + opened + sum(items[one.at].fixed + items[one.at].drawing * one.scale for one in page)


@given(PARTS, st.booleans())
def test_every_result_stands_once_in_an_order_that_can_be_read(parts, alone):
    items = in_parts(parts)
    pages = plan_pages(items, paper(len(parts), alone=alone))
    flat = [one.at for page in pages for one in page]
    assert sorted(flat) == list(range(len(items))) and all(pages)
    assert [items[n].part for n in flat] == sorted(items[n].part for n in flat)
    for floats in (True, False):
        kind = [n for n in flat if items[n].floats == floats]
        assert kind == sorted(kind)
    assert [items[one.at].part for page in pages for one in page if one.opens] == list(range(len(parts)))
    assert not alone or all(len(page) == 1 or not any(items[one.at].floats for one in page) for page in pages)


@given(PARTS)
def test_a_page_is_never_overfull_and_letters_stay_legible_unless_a_result_is_higher_than_a_page(parts):
    items = in_parts(parts)
    for page in plan_pages(items, paper(len(parts))):
        if len(page) > 1:
            assert height(page, items) <= PAGE + 1e-6
            assert all(items[one.at].least - 1e-9 <= one.scale <= 1 + 1e-9 for one in page)


def test_two_figures_a_little_too_high_for_a_page_share_it_when_their_letters_allow():
    def pages(least):
        figure = Item(0, floats=True, fixed=10.0, drawing=45.0, least=least)
        return plan_pages([figure, figure], Paper(PAGE, [0.0], gap=2.0))

    assert [len(page) for page in pages(1.0)] == [1, 1]
    (page,) = pages(0.8)
    assert {round(one.scale, 6) for one in page} == {round(76 / 90, 6)}


def test_a_table_told_after_a_tall_figure_fills_the_hole_before_it():
    short, tall = Item(0, floats=False, fixed=40.0), Item(0, floats=True, fixed=10.0, drawing=85.0)
    pages = plan_pages([short, tall, short], Paper(PAGE, [10.0]))
    assert [[one.at for one in page] for page in pages] == [[0, 2], [1]]


def test_nothing_to_place_makes_no_page():
    assert plan_pages([], Paper(PAGE, [])) == []


@pytest.mark.parametrize(
    ("letters", "least"), [([8.0], 6.3 / 8), ([5.0] * 2 + [8.0] * 8, 1.0), ([5.0] + [13.0] * 19, 6.3 / 13)]
)
def test_a_picture_shrinks_as_far_as_its_smallest_letters_allow(letters, least):
    svg = "".join(f'<text style="font-size: {size}px">mot</text>' for size in letters)
    assert least_scale(svg.encode()) == pytest.approx(least)
