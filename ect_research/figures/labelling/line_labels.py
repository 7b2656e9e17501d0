"""Names along the rising lines of a Lexis diagram: written where they cover neither a name nor another line."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ect_research.figures.page.canvas import MM_PER_POINT, shorten, text_width_mm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ect_research.figures.page.theme import Theme

GRID_LEFT = 12.0
_LANE_MM = 1.9
_SMALLEST_PT = 5.5
_LEAST_MM = 9.0
_HALF_STROKE_MM = 0.8
_ROOT = math.sqrt(2)


@dataclass(frozen=True)
class LexisGrid:
    """Calendar and ages in millimetres, at one scale: a line rises at 45 degrees."""

    first: int
    last: int
    oldest: int
    year_mm: float
    bottom: float

    def x(self, year: float) -> float:
        """Where a decimal year falls."""
        return GRID_LEFT + (year - self.first) * self.year_mm

    def y(self, age: float) -> float:
        """Where an age falls, in years."""
        return self.bottom - age * self.year_mm

    def place(self, year: float, age: float, lane: float) -> tuple[float, float]:
        """A point of a line, shifted to its lane among those born on the same day."""
        return self.x(year) + lane * _LANE_MM, self.y(age) + lane * _LANE_MM


@dataclass(frozen=True)
class LineName:
    """A text that rises with its line, anchored at its start (``left``) or at its end (``right``)."""

    text: str
    x: float
    y: float
    size: float
    side: str


@dataclass(frozen=True)
class _Strip:
    """A rectangle along the lines: from one place to another along them, at a distance across them."""

    start: float
    end: float
    across: float
    half: float

    def covers(self, other: _Strip) -> bool:
        return (
            self.start < other.end
            and other.start < self.end
            and abs(self.across - other.across) < self.half + other.half
        )


def place_line_names(
    lines: Sequence[dict[Any, Any]], names: Mapping[str, str], grid: LexisGrid, theme: Theme
) -> list[LineName]:
    """A name beyond the end of its line; before its end, on its left, when the page stops there; none without room.

    Args:
        lines: ``projet_id, x_debut, x_fin, couloir`` of each line drawn; the longest is served first.
        names: ``projet_id`` → name.
        grid: where years and ages fall.
        theme: gives the size of the type.

    Returns:
        the names that cover no other name and no line of another project.
    """
    strokes = {line["projet_id"]: _stroke(line, grid) for line in lines}
    taken: list[_Strip] = []
    found = []
    for line in sorted(lines, key=lambda line: (line["x_debut"] - line["x_fin"], line["couloir"], line["projet_id"])):
        project = line["projet_id"]
        others = [stroke for other, stroke in strokes.items() if other != project]
        for name in _candidates(line, names.get(project, project), grid, theme):
            strip = _strip(name)
            if not any(strip.covers(other) for other in (*taken, *others)):
                taken.append(strip)
                found.append(name)
                break
    return found


def _candidates(line: dict[Any, Any], name: str, grid: LexisGrid, theme: Theme) -> list[LineName]:
    x, y = grid.place(line["x_fin"], line["x_fin"] - line["x_debut"], line["couloir"])
    size = theme.base_pt - 1.5
    room = min(grid.x(grid.last) - x, y - grid.y(grid.oldest)) * _ROOT - 1
    before = (line["x_fin"] - line["x_debut"]) * grid.year_mm * _ROOT - 4
    fitted = max(min(size, size * room / max(text_width_mm(name, size), 1.0)), _SMALLEST_PT)
    ways = []
    if room >= _LEAST_MM:
        ways.append(LineName(shorten(name, fitted, room), x + 1, y - 1, fitted, "left"))
    if before >= _LEAST_MM:
        ways.append(LineName(shorten(name, size, before), x - 3.2, y - 0.8, size, "right"))
    return sorted(ways, key=lambda way: way.text.endswith("…"))


def _stroke(line: dict[Any, Any], grid: LexisGrid) -> _Strip:
    start = grid.place(line["x_debut"], 0.0, line["couloir"])
    end = grid.place(line["x_fin"], line["x_fin"] - line["x_debut"], line["couloir"])
    return _Strip(_along(*start), _along(*end), _across(*start), _HALF_STROKE_MM)


def _strip(name: LineName) -> _Strip:
    anchor, width = _along(name.x, name.y), text_width_mm(name.text, name.size)
    start = anchor if name.side == "left" else anchor - width
    return _Strip(start, start + width, _across(name.x, name.y), 0.4 * name.size * MM_PER_POINT)


def _along(x: float, y: float) -> float:
    return (x - y) / _ROOT


def _across(x: float, y: float) -> float:
    return (x + y) / _ROOT
