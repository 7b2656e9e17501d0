"""How the report is set for each reader, and where each result stands: what typst measures, planned page by page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ect_research.figures.page.svg_text import letter_sizes
from ect_research.study.documents.pdf import measure_pdf
from ect_research.study.documents.report_page_plan import Item, Paper, plan_pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
_BLANK = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@dataclass(frozen=True)
class Layout:
    """One way of setting the report.

    Attributes:
        size: size of the text, points.
        margins: left and right margins of the text, mm; a wide one leaves a column.
        figure_margins: left and right margins of the figures, mm: wide enough for the size at which they are drawn.
        annex: whether what is there to verify is printed too, with tables and the method of each result.
        method_first: whether the method comes before the results.
        numbered: whether the parts are numbered.
        alone: whether each figure has its own page, its title in large.
    """

    size: float
    margins: tuple[float, float]
    figure_margins: tuple[float, float]
    annex: bool = True
    method_first: bool = False
    numbered: bool = False
    alone: bool = False

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
    """The drawing of a figure.

    Attributes:
        width: pt, as it is drawn.
        height: pt, title and notes left out.
        least: the scale under which its letters are no longer legible.
    """

    width: float
    height: float
    least: float


def drawing_of(layout: tuple[float, ...], svg: bytes) -> Drawing:
    """The drawing of a saved figure.

    Args:
        layout: width, head, body and foot of the picture, inches (`Output.layout`).
        svg: the picture.
    """
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


def well_filled(data: Mapping[str, Any], pictures: Iterable[str]) -> float:
    """How many times its size the text after the results is set, so that the last page is not nearly empty.

    Args:
        data: what the template is given, its pages planned.
        pictures: names of the drawings.
    """
    blank = dict.fromkeys(pictures, _BLANK)
    ends = dict[float, float]()
    for scale in _TAIL_SCALES:
        ends[scale] = measure_pdf("rapport.typ", {**data, "tail": scale}, blank)
        if ends[scale] >= _WELL_FILLED_MM:
            return scale
    return max(ends, key=lambda scale: ends[scale])
