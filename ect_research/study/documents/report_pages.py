"""How the report is set for each reader, and where each result stands: what typst measures, planned page by page.

As few holes as possible; titles and notes are never parted from what they speak of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from ect_research.figures.page.svg_text import letter_sizes
from ect_research.study.documents.document_words import measure_pdf

# What is lost, in pages: a page turned, a hole as large as a page, a page half empty, a drawing shrunk to nothing while
# legible then beyond it, a result read too early.
_PAGE, _HOLE, _HALF_EMPTY, _SHRUNK, _ILLEGIBLE, _EARLY = 1.0, 3.0, 1.0, 2.0, 12.0, 0.04
_HALF = 0.48
_ALMOST = 1e-6
_State = tuple[int, int]


@dataclass(frozen=True)
class Item:
    """A result to place."""

    part: int  # its part; parts follow each other
    floats: bool  # whether it is a figure; figures keep their order, what is not a figure keeps its own
    fixed: float  # height of what cannot shrink (title, notes, cells), pt
    drawing: float = 0.0  # height of its drawing as drawn, pt
    least: float = 1.0  # the smallest scale at which its letters are still legible, at most 1


@dataclass(frozen=True)
class Placed:
    """A result on its page."""

    at: int  # its rank among the items
    scale: float  # of its drawing
    opens: bool  # whether the title of its part stands above it


@dataclass(frozen=True)
class Paper:
    """A page."""

    height: float  # what it holds, pt
    openings: Sequence[float]  # height of the title of each part, pt
    gap: float = 0.0  # white between two results, pt
    part_gap: float = 0.0  # white above the title of a part that does not open a page, pt
    alone: bool = False  # whether a page holds one figure only


def plan_pages(items: Sequence[Item], paper: Paper) -> list[list[Placed]]:
    """Pages of a report, by dynamic programming on where each page ends.

    Inside a part a table may stand before or after a figure, as a hole wants it; the order of figures, that of the rest
    and that of parts never change.

    Returns:
        the pages, each in the order of reading. What is higher than a page has its own, its drawing shrunk to fit.

    Example:
        >>> small, tall = Item(0, floats=False, fixed=40.0), Item(0, floats=True, fixed=20.0, drawing=75.0)
        >>> pages = plan_pages([small, tall, small], Paper(100.0, [10.0]))
        >>> [[placed.at for placed in page] for page in pages]
        [[0, 2], [1]]
    """
    return _Planner(items, paper).pages()


class _Planner:
    def __init__(self, items: Sequence[Item], paper: Paper) -> None:
        self._items = items
        self._paper = paper
        ranks = range(len(items))
        self._queues = [n for n in ranks if items[n].floats], [n for n in ranks if not items[n].floats]

    def pages(self) -> list[list[Placed]]:
        last = (len(self._queues[0]), len(self._queues[1]))
        best: dict[_State, tuple[float, list[list[Placed]]]] = {(0, 0): (0.0, [])}
        # Every page adds a result: states are met in the order of how many results they have placed.
        waiting: defaultdict[int, set[_State]] = defaultdict(set, {0: {(0, 0)}})
        for placed in range(sum(last)):
            for state in sorted(waiting[placed]):
                cost, before = best[state]
                for after, page, hole in self._next_pages(state, last):
                    total = cost + self._loss(page, 0.0 if after == last else hole, after)
                    if after not in best or total < best[after][0] - _ALMOST:
                        best[after] = total, [*before, page]
                        waiting[sum(after)].add(after)
        return best[last][1]

    def _next_pages(self, state: _State, last: _State) -> Iterator[tuple[_State, list[Placed], float]]:
        figures, others = self._queues
        begun = self._furthest(state)
        for shown in range(state[0], last[0] + 1):
            for told in range(state[1], last[1] + 1):
                after = (shown, told)
                held = sorted([*figures[state[0] : shown], *others[state[1] : told]])
                if not held or not self._keeps_parts_apart(after):
                    continue
                made = self._page(held, begun)
                if made is None:
                    break
                yield after, *made

    def _furthest(self, state: _State) -> int:
        """The last part of which something is placed; -1 when nothing is."""
        placed = [queue[count - 1] for queue, count in zip(self._queues, state, strict=True) if count]
        return max((self._items[n].part for n in placed), default=-1)

    def _left(self, state: _State) -> list[int]:
        return [n for queue, count in zip(self._queues, state, strict=True) for n in queue[count:]]

    def _keeps_parts_apart(self, state: _State) -> bool:
        """A part begins only when those before it are whole."""
        furthest = self._furthest(state)
        return all(self._items[n].part >= furthest for n in self._left(state))

    def _page(self, held: list[int], begun: int) -> tuple[list[Placed], float] | None:
        """A page that holds these, and the share of it left white; None when they do not fit."""
        paper, items = self._paper, [self._items[n] for n in held]
        if paper.alone and len(items) > 1 and any(one.floats for one in items):
            return None
        parts = [begun, *(one.part for one in items)]
        opens = [part > before for before, part in pairwise(parts)]
        room = paper.height - sum(one.fixed for one in items) - sum(
            (paper.openings[one.part] + paper.gap if opening else 0.0)
            + (0.0 if first else paper.part_gap if opening else paper.gap)
            for first, one, opening in zip([True] + [False] * len(items), items, opens, strict=False)
        )  # fmt: skip
        natural, least = sum(one.drawing for one in items), sum(one.drawing * one.least for one in items)
        if least > room and len(items) > 1:
            return None
        if least > room:
            scales = [max(room, 0.0) / natural if natural else 1.0]
        else:
            share = 1.0 if natural <= room else (room - least) / (natural - least)
            scales = [one.least + share * (1 - one.least) for one in items]
        used = sum(one.drawing * scale for one, scale in zip(items, scales, strict=True))
        page = [Placed(*each) for each in zip(held, scales, opens, strict=True)]
        return page, max(room - used, 0.0) / paper.height

    def _loss(self, page: list[Placed], hole: float, after: _State) -> float:
        shrunk = sum((1 - one.scale) ** 2 for one in page)
        illegible = sum(max(self._items[one.at].least - one.scale, 0.0) for one in page)
        early = sum(1 for one in page for n in self._left(after) if n < one.at)
        white = _HOLE * hole**2 + (_HALF_EMPTY if hole > _HALF else 0.0)
        return _PAGE + white + _SHRUNK * shrunk + _ILLEGIBLE * illegible + _EARLY * early


A4_WIDTH_MM, TEXT_HEIGHT_MM = 210.0, 253.0
_POINTS_PER_MM = 72 / 25.4
_GAP_MM, _PART_GAP_MM = 8.0, 14.0
# Rounding of heights: a page planned full must not spill over.
_SLACK_MM = 0.5
_LEGIBLE_PT = 6.3
# Exponents, and the names of places that repeat what the legend says, may be smaller than the rest.
_SMALLEST_SHARE = 0.1
# Sizes at which what follows the results may be set; the first whose last page goes so far down.
_TAIL_SCALES, _WELL_FILLED_MM = (1.0, 0.96, 1.04, 0.92, 0.88), 160.0


@dataclass(frozen=True)
class Layout:
    """One way of setting the report."""

    size: float  # size of the text, points
    margins: tuple[float, float]  # left and right margins of the text, mm; a wide one leaves a column
    # left and right margins of the figures, mm: wide enough for the size at which they are drawn
    figure_margins: tuple[float, float]
    annex: bool = True  # whether what is there to verify is printed too, with tables and the method of each result
    method_first: bool = False  # whether the method comes before the results
    numbered: bool = False  # whether the parts are numbered
    alone: bool = False  # whether each figure has its own page, its title in large

    def data(self) -> dict[str, Any]:
        """Plain data for the template."""
        return asdict(self)


# Elected people read a column; a funder, everything, numbered; a reviewer, the method first; an assembly, one figure a page.
LAYOUTS = {
    "horizons": Layout(11.0, (50.0, 20.0), (20.0, 20.0), annex=False),
    "ademe": Layout(10.5, (20.0, 20.0), (20.0, 20.0), numbered=True),
    "revue": Layout(10.0, (28.0, 28.0), (17.5, 17.5), method_first=True, numbered=True),
    "fiche": Layout(12.0, (20.0, 20.0), (15.0, 15.0), annex=False, alone=True),
}


@dataclass(frozen=True)
class Drawing:
    """The drawing of a figure."""

    width: float  # pt, as it is drawn
    height: float  # pt, title and notes left out
    least: float  # the scale under which its letters are no longer legible


def drawing_of(layout: tuple[float, ...], svg: bytes) -> Drawing:
    """The drawing of a saved figure, from `Output.layout` (inches) and its bytes."""
    width, _, body, _ = layout
    return Drawing(width * 72, body * 72, least_scale(svg))


def least_scale(svg: bytes) -> float:
    """How far a picture may shrink before its letters fall under 6.3 pt; 1 when some are already there.

    >>> least_scale(b'<text style="font-size: 12.6px">a</text>')
    0.5
    """
    letters = letter_sizes(svg.decode("utf-8"))
    if not letters:
        return 1.0
    return min(1.0, _LEGIBLE_PT / letters[int(_SMALLEST_SHARE * len(letters))])


def planned_pages(
    data: Mapping[str, Any], drawings: Mapping[str, Drawing], layout: Layout
) -> list[list[dict[str, Any]]]:
    """The pages of the parts of a report.

    Returns:
        for each page, ``part`` and ``at`` (ranks), ``opens`` (whether the title of the part stands there) and ``scale``
        of the drawing, in the order of reading.
    """
    results = [(rank, at, one) for rank, part in enumerate(data["parts"]) for at, one in enumerate(part["results"])]
    if not results:
        return []
    sizes = measure_pdf("rapport.typ", {**data, "pages": None})
    room = (A4_WIDTH_MM - sum(layout.figure_margins)) * _POINTS_PER_MM
    items, shown = [], []
    for (rank, _, one), fixed in zip(results, sizes["results"], strict=True):
        drawing = drawings.get(one.get("picture", ""))
        scale = min(1.0, room / drawing.width) if drawing else 1.0
        shown.append(scale)
        height = drawing.height * scale if drawing else 0.0
        least = min(1.0, drawing.least / scale) if drawing else 1.0
        items.append(Item(rank, drawing is not None, fixed, height, least))
    paper = Paper(
        height=(TEXT_HEIGHT_MM - _SLACK_MM) * _POINTS_PER_MM,
        openings=sizes["openings"],
        gap=_GAP_MM * _POINTS_PER_MM,
        part_gap=_PART_GAP_MM * _POINTS_PER_MM,
        alone=layout.alone,
    )
    return [
        [{"part": results[one.at][0], "at": results[one.at][1], "opens": one.opens, "scale": shown[one.at] * one.scale}
         for one in page]
        for page in plan_pages(items, paper)
    ]  # fmt: skip


def well_filled(data: Mapping[str, Any], pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """How many times its size the text after the results is set, so that the last page is not nearly empty: ``suite.json``.

    A file of its own: from one size to the next, typst sets again only what follows the results.
    """
    ends = dict[float, float]()
    for scale in _TAIL_SCALES:
        ends[scale] = measure_pdf("rapport.typ", data, {**pictures, **_tail(scale)})
        if ends[scale] >= _WELL_FILLED_MM:
            return _tail(scale)
    return _tail(max(ends, key=lambda scale: ends[scale]))


def _tail(scale: float) -> dict[str, bytes]:
    return {"suite.json": str(scale).encode()}
