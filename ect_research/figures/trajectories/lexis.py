"""Lexis diagram: the calendar across, the age of projects upwards, one rising line per project, its name along it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.time.lexis import Lexis
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import MM_PER_POINT, add_line, add_text, shorten, text_width_mm
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import LegendEntry, draw_whisker, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER, Theme
from ect_research.figures.signs.stage_signs import StageSign, stage_signs, stages_met
from ect_research.figures.signs.time_axis import WindowFrame, draw_windows

_RIGHT, _SIGN = 4.0, 2.6
GRID_LEFT = 12.0
_LANE_MM = 1.9
_SMALLEST_PT = 5.5
_LEAST_MM = 9.0
_HALF_STROKE_MM = 0.8
_ROOT = math.sqrt(2)


def show_lexis(lexis: Lexis | Refusal, *, shocks: Sequence[tuple[float, float, str]] = ()) -> Exhibit[Lexis]:
    """One rising line per project, in the colour of its stage; pale beyond the last known fact.

    Args:
        lexis: from ``build_lexis``.
        shocks: windows to mark, from ``list_shocks``: first and last decimal year, name.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> shown = show_lexis(ect.build_lexis(study.episodes(), study.table("evenements"))).in_context(study.context)
    >>> round(shown.figure().get_size_inches()[0] * 25.4)
    170
    """
    draw = partial(_draw, shocks=shocks)
    return Exhibit(lexis, _rows, _words, draw, finding_of=_finding, reads=("evenements",), place="annexe")


def _draw(shown: Exhibit[Lexis], shocks: Sequence[tuple[float, float, str]]) -> Figure:
    lexis, theme = shown.told, shown.theme
    lines = _long(lexis)
    spells = lexis.spells[lexis.spells["projet_id"].isin(lines["projet_id"])]
    signs = stage_signs(shown.context.codebook, theme)
    entries = [sign.entry() for sign in stages_met(signs, spells["etape"])] + _ways(lexis, theme)
    legend = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4)
    first, last = int(lexis.births.index.min()), math.ceil(lexis.lines["x_fin"].max())
    oldest = math.ceil(lexis.spells["age_fin"].max())
    year_mm = min((theme.width_mm - GRID_LEFT - _RIGHT) / (last - first), 30.0)
    top = legend + 10
    grid = LexisGrid(first, last, oldest, year_mm, top + oldest * year_mm)
    with new_page(theme, grid.bottom + 14.5, entries, theme.base_pt - 1) as (figure, canvas):
        _draw_grid(canvas, grid, lexis, theme)
        frame = WindowFrame(GRID_LEFT, grid.x(last), top, grid.bottom)
        draw_windows(canvas, shocks, grid.x, frame, theme)
        records = lines.to_dict("records")
        for line in records:
            _draw_line(canvas, line, spells[spells["projet_id"] == line["projet_id"]], grid, signs)
        _draw_names(canvas, place_line_names(records, shown.names, grid, theme), len(records), grid, theme)
        shift = lines.set_index("projet_id")["couloir"]
        for fact in lexis.shocks[lexis.shocks["projet_id"].isin(lines["projet_id"])].to_dict("records"):
            x, y = grid.place(fact["x"], fact["age"], shift[fact["projet_id"]])
            style: dict[str, Any] = {"markersize": 6, "markerfacecolor": PAPER, "markeredgecolor": INK}
            canvas.plot([x], [y], marker="*", zorder=7, markeredgewidth=0.7, **style)
    return figure


def _ways(lexis: Lexis, theme: Theme) -> list[LegendEntry]:
    ways = [
        LegendEntry(theme.say("au-delà du dernier fait connu"), face="#e4e4e4", edge=MUTED),
        LegendEntry(theme.say("premier fait connu à un intervalle près"), kind="whisker"),
    ]
    if len(lexis.shocks):
        ways.append(LegendEntry(theme.say("fait attribué à un choc externe"), kind="mark", marker="*"))
    return ways


def _draw_grid(canvas: Axes, grid: LexisGrid, lexis: Lexis, theme: Theme) -> None:
    size = theme.base_pt - 1
    top = grid.y(grid.oldest)
    for year in range(grid.first, grid.last + 1):
        x = grid.x(year)
        add_line(canvas, ((x, top), (x, grid.bottom)), color=HAIRLINE, linewidth=0.4, zorder=0.6)
        if year < grid.last:
            add_text(canvas, x + grid.year_mm / 2, grid.bottom + 4.8, str(year), size, ha="center", color=MUTED)
            births = int(lexis.births.get(year, 0))
            if births:
                add_text(canvas, x + grid.year_mm / 2, grid.bottom + 8.6, f"+{births}", size, ha="center")
    for age in range(grid.oldest + 1):
        y = grid.y(age)
        add_line(canvas, ((GRID_LEFT, y), (grid.x(grid.last), y)), color=HAIRLINE, linewidth=0.4, zorder=0.6)
        add_text(canvas, GRID_LEFT - 1.5, y, str(age), size, ha="right", color=MUTED)
    add_text(canvas, 2, top - 3, theme.say("Âge (années)"), size, color=MUTED)
    add_text(canvas, 2, grid.bottom + 12, theme.say("+ : premiers faits"), size - 0.5, color=MUTED)


def _long(lexis: Lexis) -> pd.DataFrame:
    """The lines to draw, each with its lane: those born on the same day lie side by side, the longest on the left."""
    lines = lexis.lines.assign(age=lexis.lines["x_fin"] - lexis.lines["x_debut"])
    lines = lines[lines["age"] >= lexis.shortest].sort_values(
        ["x_debut", "age", "projet_id"], ascending=[True, False, True]
    )
    born = lines.groupby("x_debut")["age"]
    return lines.assign(couloir=born.cumcount() - (born.transform("size") - 1) / 2, premier=born.cumcount() == 0)


def _draw_line(
    canvas: Axes, line: dict[Any, Any], spells: pd.DataFrame, grid: LexisGrid, signs: dict[str, StageSign]
) -> None:
    origin, lane = line["x_debut"], line["couloir"]
    for spell in spells.to_dict("records"):
        sign = signs[spell["etape"]]
        sure = min(max(line["x_connu"], spell["x_debut"]), spell["x_fin"])
        for start, end, face in ((spell["x_debut"], sure, sign.face), (sure, spell["x_fin"], sign.ghost)):
            if end > start:
                ends = (grid.place(start, start - origin, lane), grid.place(end, end - origin, lane))
                add_line(canvas, ends, color=MUTED, linewidth=4.2, zorder=2)
                add_line(canvas, ends, color=face, linewidth=3.4, zorder=3)
        # The number is written where the stage opens, when the line is long enough to carry it.
        if (spell["x_fin"] - spell["x_debut"]) * grid.year_mm >= _SIGN:
            x, y = grid.place(spell["x_debut"], spell["x_debut"] - origin, lane)
            canvas.plot([x], [y], marker="o", markersize=6.4, color=sign.face, markeredgecolor=MUTED, zorder=5)
            add_text(canvas, x, y, sign.sign, 5.5, ha="center", color=sign.ink, zorder=6)
    low, high = line["x_min"], line["x_max"]
    if not (math.isnan(low) or math.isnan(high)) and high > low:
        draw_whisker(canvas, grid.x(max(low, grid.first)), grid.x(high), grid.bottom)


def _draw_names(canvas: Axes, names: list[LineName], lines: int, grid: LexisGrid, theme: Theme) -> None:
    for name in names:
        add_text(canvas, name.x, name.y, name.text, name.size, ha=name.side, rotation=45, rotation_mode="anchor")
    if left := lines - len(names):
        told = theme.say_n("{n} ligne sans nom, faute de place", "{n} lignes sans nom, faute de place", left)
        add_text(canvas, grid.x(grid.last), grid.bottom + 12, told, theme.base_pt - 1.5, ha="right", color=MUTED)


def _finding(shown: Exhibit[Lexis]) -> str:
    told, theme = shown.told, shown.theme
    ages = told.lines["x_fin"] - told.lines["x_debut"]
    said = theme.say(
        "Suivis au moins {years} : {long} sur {n}.",
        long=theme.say_n("{n} projet", "{n} projets", int((ages >= told.shortest).sum())),
        n=told.n,
        years=theme.say_n("{n} an", "{n} ans", int(told.shortest)),
    )
    met = int(told.shocks["projet_id"].nunique())
    shocked = theme.say_n(
        " {n} a connu un fait attribué à un choc externe.", " {n} ont connu un fait attribué à un choc externe.", met
    )
    return said + shocked if met else said


def _words(shown: Exhibit[Lexis]) -> Caption:
    told, corpus, theme = shown.told, shown.context, shown.theme
    ages = told.lines["x_fin"] - told.lines["x_debut"]
    oldest = str(told.lines["projet_id"].to_numpy()[int(ages.to_numpy().argmax())])
    few, years = int((ages < told.shortest).sum()), theme.number(told.shortest)
    short = theme.say("moins de {years} an de suivi, donc comptés sous l’axe mais non tracés : {n}", years=years, n=few)
    undated = theme.say_some("{n} projet sans étape datée", "{n} projets sans étape datée", len(told.undated))
    return corpus.caption(
        title=theme.say("Quel âge avaient les projets, et à quelle date ?"),
        n=theme.say_n("n = {n} projet", "n = {n} projets", told.n),
        missing=(short if few else "", undated),
        reading=theme.say(
            "chaque ligne monte d’une année par année ; {project} est suivi jusqu’à {years} ans. Les lignes nées le même "
            "jour sont rangées côte à côte.",
            project=corpus.names().get(oldest, oldest),
            years=theme.number(float(ages.max()), 1),
        ),
    )


def _rows(shown: Exhibit[Lexis]) -> pd.DataFrame:
    """The data behind the lines: project, stage, calendar and age at both ends of each spell."""
    lexis, corpus, theme = shown.told, shown.context, shown.theme
    labels = corpus.codebook.stages.set_index("name")[f"label::{theme.language}"]
    spells = lexis.spells
    return spells.assign(projet_id=spells["projet_id"].map(corpus.names()), etape=spells["etape"].map(labels)).rename(
        columns={"projet_id": "projet"}
    )


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
