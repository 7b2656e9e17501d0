"""The clock under a figure: calendar years, or months since the first fact; windows of the calendar marked on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.analysis.time.timelines import Timelines
from ect_research.corpus.text.dates import FuzzyDate, parse_date
from ect_research.figures.page.canvas import add_box, add_line, add_text, text_width_mm
from ect_research.figures.page.formats import Language, format_date
from ect_research.figures.page.theme import HAIRLINE, MUTED, Theme
from ect_research.words import mark, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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


@dataclass(frozen=True)
class WindowFrame:
    """The plot that windows are cut at, in millimetres, and the height of their names over it."""

    left: float
    right: float
    top: float
    bottom: float
    above: float = 2.2


_TINT = "#ececec"
_THINNEST = 0.8
_GAP = 2.0


def draw_windows(
    canvas: Axes,
    shocks: Sequence[tuple[float, float, str]],
    scale: Callable[[float], float],
    frame: WindowFrame,
    theme: Theme,
    *,
    behind: bool = True,
) -> None:
    """Mark windows of the calendar.

    Args:
        canvas: the page, in millimetres.
        shocks: first and last decimal year, name; an empty name is that of any external shock.
        scale: decimal year → millimetres.
        frame: the plot.
        theme: gives the language and the size of the names.
        behind: a tinted band behind what is drawn; when what is drawn hides it, dashed edges and a band on top.
    """
    windows = [_cut(start, end, name, scale, frame) for start, end, name in sorted(shocks)]
    shown = [window for window in windows if window is not None]
    for window in shown:
        _draw_window(canvas, window, frame, behind=behind)
    for window, centre in _place_names(shown, frame, theme):
        text = window.name or theme.say("choc externe")
        above = frame.top - frame.above
        add_text(canvas, centre, above, text, theme.base_pt - 1.5, ha="center", color=MUTED)
        reach = text_width_mm(text, theme.base_pt - 1.5) / 2
        if not window.low - reach <= centre <= window.high + reach:
            add_line(canvas, ((centre, above + 1.2), (window.middle, frame.top)), color=HAIRLINE, linewidth=0.5)


@dataclass(frozen=True)
class _Window:
    """A window cut at the plot, in millimetres."""

    low: float
    high: float
    name: str

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


def _cut(start: float, end: float, name: str, scale: Callable[[float], float], frame: WindowFrame) -> _Window | None:
    if scale(end) <= frame.left or scale(start) >= frame.right:
        return None
    low, high = max(scale(start), frame.left), min(scale(end), frame.right)
    return _Window(low, min(max(high, low + _THINNEST), frame.right), name)


def _draw_window(canvas: Axes, window: _Window, frame: WindowFrame, *, behind: bool) -> None:
    low, high, top, bottom = window.low, window.high, frame.top, frame.bottom
    if behind:
        add_box(canvas, (low, top, high - low, bottom - top), facecolor=_TINT, zorder=0.4)
        return
    add_box(canvas, (low, top - 1.2, high - low, 1.2), facecolor=MUTED, zorder=4)
    for x in (low, high):
        add_line(canvas, ((x, top - 1.2), (x, bottom)), color=MUTED, linewidth=0.6, linestyle=(0, (2, 2)))


def _place_names(windows: list[_Window], frame: WindowFrame, theme: Theme) -> list[tuple[_Window, float]]:
    """Names within the plot, pushed apart; those of nameless windows only where they have room over their own."""
    size = theme.base_pt - 1.5
    named = [window for window in windows if window.name]
    widths = [text_width_mm(window.name, size) + _GAP for window in named]
    centres = _push_apart([window.middle for window in named], widths, frame)
    placed = list(zip(named, centres, strict=True))
    taken = [(centre - width / 2, centre + width / 2) for centre, width in zip(centres, widths, strict=True)]
    half = (text_width_mm(theme.say("choc externe"), size) + _GAP) / 2
    for window in windows:
        centre = min(max(window.middle, frame.left + half), frame.right - half)
        if not window.name and all(centre + half <= start or centre - half >= end for start, end in taken):
            placed.append((window, centre))
            taken.append((centre - half, centre + half))
    return placed


def _push_apart(middles: list[float], widths: list[float], frame: WindowFrame) -> list[float]:
    """Centres as near their windows as can be: pushed to the right, then back from the right edge."""
    centres, edge = [], frame.left
    for middle, width in zip(middles, widths, strict=True):
        centres.append(max(middle, edge + width / 2))
        edge = centres[-1] + width / 2
    edge = frame.right
    for place in reversed(range(len(centres))):
        centres[place] = min(centres[place], edge - widths[place] / 2)
        edge = centres[place] - widths[place] / 2
    return centres


_SEASONS = {3: mark("printemps"), 6: mark("été"), 9: mark("automne")}


def say_date(row: Mapping[str, Any], column: str, language: Language = "fr") -> str:
    """One date of a row, and the end it runs to (``date_fin``) when it has one.

    Args:
        row: a row of a table, with ``column`` as typed and its ``_min``, ``_max``, ``_precision``.
        column: the date to say.
        language: ``fr`` or ``en``.

    Returns:
        the date; nothing when it is unknown.

    >>> day = pd.Timestamp
    >>> row = {"date": "été 2016", "date_min": day("2016-06-21"), "date_max": day("2016-09-20"), "date_precision": "saison"}
    >>> say_date(row, "date"), say_date(row, "date", "en")
    ('été 2016', 'summer 2016')
    >>> say_date({"date": "avant 2016", "date_min": pd.NaT, "date_max": day("2015-12-31"), "date_precision": "avant"},
    ...          "date", "en").replace(chr(160), " ")
    'by 31 December 2015'
    """
    start = _one(row, column, language)
    end = _one(row, "date_fin", language) if column == "date_debut" else ""
    return f"{start} – {end}" if start and end else start or end


def say_typed_date(typed: str, language: Language = "fr") -> str:
    """A date as typed, said in the language of the reader; itself when it is no date.

    >>> say_typed_date("automne 2025"), say_typed_date("automne 2025", "en"), say_typed_date("2025", "en")
    ('automne 2025', 'autumn 2025', '2025')
    >>> say_typed_date("un jour", "en")
    'un jour'
    """
    read = parse_date(typed)
    if not isinstance(read, FuzzyDate):
        return typed
    low, high = (pd.NaT if day is None else pd.Timestamp(day) for day in (read.low, read.high))
    said = {"date": typed, "date_min": low, "date_max": high, "date_precision": read.precision}
    return _one(said, "date", language)


def _one(row: Mapping[str, Any], column: str, language: Language) -> str:
    typed = row.get(column)
    low: Any
    high: Any
    if not isinstance(typed, str):
        return ""
    if language == "fr":
        return typed
    low, high, precision = (row.get(f"{column}_{part}") for part in ("min", "max", "precision"))
    if pd.isna(low) and pd.isna(high):
        return typed
    if pd.isna(low):
        return say("au plus tard le {day}", language).format(day=format_date(high, "jour", language))
    if pd.isna(high):
        return say("à partir du {day}", language).format(day=format_date(low, "jour", language))
    if precision == "saison":
        return f"{say(_SEASONS[low.month], language)} {low.year}"
    if precision == "periode":
        whole = (low.month, low.day, high.month, high.day) == (1, 1, 12, 31)
        first, last = (format_date(day, "annee" if whole else "mois", language) for day in (low, high))
        return say("{first} à {last}", language).format(first=first, last=last)
    return format_date(low, str(precision), language)
