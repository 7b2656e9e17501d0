"""The clock under a line of stages: calendar years, or months since the first fact."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.figures.page.canvas import add_line, add_text
from ect_research.figures.page.theme import HAIRLINE, MUTED
from ect_research.words import mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ect_research.analysis.time.timelines import Timelines
    from ect_research.figures.page.theme import Theme

YEARS_SINCE_FIRST_FACT = mark("Années depuis le premier fait daté")
SINCE_FIRST_FACT = {
    "mois": mark("Mois depuis le premier fait daté"),
    "trimestre": mark("Trimestres depuis le premier fait daté"),
    "annee": YEARS_SINCE_FIRST_FACT,
    "": mark("Pas de temps depuis le premier fait daté"),
}
"""What an age counts, by unit of time."""


@dataclass(frozen=True)
class TimeAxis:
    """A clock laid between two heights of the page (millimetres)."""

    left: float
    right: float
    start: float
    end: float
    step: float
    clock: str

    def x(self, position: float) -> float:
        """Where a position falls; never left of the axis."""
        return max(self.x_free(position), self.left)

    def x_free(self, position: float) -> float:
        """Where a position falls, on the axis or beyond its ends."""
        return self.left + (position - self.start) / (self.end - self.start) * (self.right - self.left)

    def holds(self, position: float) -> bool:
        """Whether the axis shows a position."""
        return self.start <= position <= self.end

    @property
    def ticks(self) -> list[float]:
        """Round positions."""
        first = math.ceil(self.start / self.step - 1e-9) * self.step
        return [first + number * self.step for number in range(int((self.end - first) / self.step + 1e-9) + 1)]


def choose_axis(timelines: Timelines, left: float, right: float) -> TimeAxis:
    """An axis that holds every dated fact and the horizon, or what happened since a date; never shorter than a year."""
    since, ends = timelines.since, float(timelines.projects["x_horizon"].max())
    if timelines.clock == "age":
        start = 0.0 if since is None else since
        end = max(math.ceil(ends / 12) * 12.0, start + 12.0)
        return TimeAxis(left, right, start, end, 12.0 if end - start <= 180 else 24.0, "age")
    parts = (timelines.bars["x_debut"], timelines.doubts["x_min"], timelines.markers["x"])
    first = min(float(part.min()) for part in (*parts, timelines.projects["x_dernier"]) if part.notna().any())
    start = math.floor(first + 1e-9) if since is None else since
    end = max(math.ceil(ends - 1e-9), start + 1)
    years = end - start
    step = 0.25 if years <= 3 else 0.5 if years <= 5 else 1.0 if years <= 16 else 2.0
    return TimeAxis(left, right, float(start), float(end), step, "calendrier")


def draw_axis(canvas: Axes, axis: TimeAxis, span: tuple[float, float], theme: Theme) -> None:
    """Hairlines at round positions, written above and below the lines."""
    top, bottom = span
    size = theme.base_pt - 1
    for tick in axis.ticks:
        x = axis.x(tick)
        whole = abs(tick - round(tick)) < 1e-9
        add_line(canvas, ((x, top), (x, bottom)), color=HAIRLINE, linewidth=0.5 if whole else 0.25, zorder=1)
        label = _label(axis, tick, theme)
        if label:
            for y in (top - 1.8, bottom + 2.2):
                add_text(canvas, x, y, label, size, ha="center", color=MUTED)
    if axis.clock == "age":
        said = theme.say(YEARS_SINCE_FIRST_FACT)
        add_text(canvas, axis.left, top - 5.4, said, size, color=MUTED)


def _label(axis: TimeAxis, tick: float, theme: Theme) -> str:
    if axis.clock == "age":
        return str(round(tick / 12))
    if abs(tick - round(tick)) < 1e-9:
        return str(round(tick))
    quarter = round((tick - math.floor(tick)) * 4) + 1
    return theme.say("T{quarter}", quarter=quarter) if axis.step <= 0.5 else ""
