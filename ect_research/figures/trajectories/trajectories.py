"""The index plot: one named line per project, its stages on a clock, and what is not known of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.time.timelines import Timelines
from ect_research.codebook.codebook import ENDS, stages_playing
from ect_research.figures.exhibit.context import Context
from ect_research.figures.exhibit.exhibit import Exhibit, place_for
from ect_research.figures.page.canvas import (
    add_box,
    add_line,
    add_lines,
    add_text,
    shorten_apart,
    text_width_mm,
    wrap_text,
)
from ect_research.figures.page.legends import (
    LegendEntry,
    draw_legend,
    draw_open_end,
    draw_whisker,
    legend_height_mm,
    new_page,
)
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER, Theme
from ect_research.figures.signs.stage_signs import StageSign, stage_signs, stages_met
from ect_research.figures.signs.time_axis import TimeAxis, WindowFrame, choose_axis, draw_axis, draw_windows
from ect_research.figures.trajectories.trajectory_tables import (
    MOST_LINES,
    shown_lines,
    timeline_finding,
    timeline_rows,
    timeline_words,
)
from ect_research.words import mark

_GLYPH = "D"
_STEM_MM, _BESIDE_NAME = 3.2, 7.0


def show_trajectories(
    timelines: Timelines | Refusal, *, shocks: Sequence[tuple[float, float, str]] = ()
) -> Exhibit[Timelines]:
    """One line per project: coloured and numbered stages, facts, doubts on dates, and the last fact known.

    Args:
        timelines: from ``build_timelines``, which knows its clock and since when it is read.
        shocks: windows to mark on the calendar, from ``list_shocks``.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien", "revue")
    >>> lines = ect.build_timelines(study.episodes(), study.table("evenements"), study.table("projets"))
    >>> shown = show_trajectories(lines).in_context(study.context)
    >>> round(shown.figure().get_size_inches()[0] * 25.4), shown.finding().strength.value
    (175, 'compté')
    """
    draw, place = partial(_draw, shocks=shocks), place_for(timelines, _worth_reading)
    return Exhibit(timelines, timeline_rows, timeline_words, draw, finding_of=timeline_finding, reads=("evenements",),
                   place=place)  # fmt: skip


def _worth_reading(told: Timelines) -> bool:
    """The calendar; a part of it where most projects are crammed there and others are older."""
    if told.clock != "calendrier" or told.since is None:
        return told.clock == "calendrier"
    return told.n >= told.n_projects / 2 and bool((told.projects["x_premier"] < told.since).any())


def _draw(shown: Exhibit[Timelines], shocks: Sequence[tuple[float, float, str]]) -> Figure:
    timelines, codebook, theme = shown.told, shown.context.codebook, shown.theme
    signs = stage_signs(codebook, theme)
    kinds = codebook.stages.set_index("name")["kind"]
    stages = [sign for sign in signs.values() if kinds[sign.code] == "etape"]
    met = [*timelines.bars["etape"], *timelines.ordered["etape"], *timelines.seen["etape"]]
    legends = [[sign.entry() for sign in stages_met(signs, met)], _sign_entries(timelines, theme)]
    legend = sum(legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4) for entries in legends)
    page = _page(shown, legend + 11, stages)
    projects = shown_lines(timelines)
    bottom = page.y(len(projects) - 1) + page.pitch / 2
    with new_page(theme, bottom + 7 + _undated_mm(shown, page)) as (figure, canvas):
        below = 1.0
        for entries in legends:
            below += draw_legend(canvas, entries, (2, below), theme.width_mm - 4, theme.base_pt - 1)
        _draw_strip_head(canvas, page, stages, theme)
        if timelines.clock == "calendrier":
            frame = WindowFrame(page.time.left, page.time.right, page.top, bottom, above=5.4)
            draw_windows(canvas, shocks, page.time.x_free, frame, theme)
        draw_axis(canvas, page.time, (page.top, bottom), theme)
        for row, (project, issue) in enumerate(zip(projects["projet_id"], projects["issue"], strict=True)):
            if row in page.heads:
                count = int((timelines.projects["issue"] == issue).sum())
                said = shown.label("issue", str(issue)) if issue else theme.say("Aucune étape datée")
                x, y = page.time.left - 5, page.y(row) - page.pitch + 0.6
                add_text(canvas, x, y, f"{said} ({count})", page.name_pt, ha="right", fontweight="bold")
            _draw_project(canvas, shown, str(project), (page.y(row), page), signs)
        if timelines.undated:
            _draw_undated(canvas, shown, (bottom + 9, page), signs)
    return figure


def _page(shown: Exhibit[Timelines], top: float, stages: list[StageSign]) -> _Page:
    timelines, theme = shown.told, shown.theme
    pitch = 5.4 if timelines.n + len(timelines.undated) <= MOST_LINES else 4.2
    cell, names = 2.8, 46.0
    beside = theme.width_mm - 2 - len(stages) * cell
    left, right = names + 5, beside - 6
    name_pt = min(theme.base_pt - 1, pitch * 1.3)
    return _Page(
        top=top,
        pitch=pitch,
        name_pt=name_pt,
        time=choose_axis(timelines, left, right),
        strip=beside,
        cell=cell,
        stages=tuple(sign.code for sign in stages),
        short=shorten_apart(shown.names.values(), name_pt, left - _BESIDE_NAME),
        heads=_heads(timelines),
    )


def _heads(timelines: Timelines) -> tuple[int, ...]:
    """Rows above which an outcome is named: the first of each, where there are two or more."""
    issues = shown_lines(timelines)["issue"].tolist()
    first = tuple(row for row, issue in enumerate(issues) if row == 0 or issue != issues[row - 1])
    return first if len(first) > 1 else ()


def _draw_project(
    canvas: Axes, shown: Exhibit[Timelines], project: str, at: tuple[float, _Page], signs: dict[str, StageSign]
) -> None:
    timelines, theme, (y, page) = shown.told, shown.theme, at
    add_line(canvas, ((2, y + page.pitch / 2), (theme.width_mm - 2, y + page.pitch / 2)), color=HAIRLINE, linewidth=0.3)
    _draw_name(canvas, shown.named(project), y, page)
    span = timelines.projects.to_dict("index")[project]
    last, horizon = (page.time.x(float(span[name])) for name in ("x_dernier", "x_horizon"))
    bars = timelines.bars[timelines.bars["projet_id"] == project]
    if bars.empty:
        add_line(canvas, ((last, y), (horizon, y)), color=HAIRLINE, linewidth=0.6)
    for _, bar in bars.iterrows():
        _draw_bar(canvas, bar, y, page, signs[str(bar["etape"])])
    doubts = timelines.doubts[timelines.doubts["projet_id"] == project]
    for place, (_, doubt) in enumerate(doubts.iterrows()):
        _draw_doubt(canvas, doubt, y + page.pitch * (0.32 + 0.11 * (place % 2)), page)
    for _, marker in timelines.markers[timelines.markers["projet_id"] == project].iterrows():
        if page.time.holds(float(marker["x"])):
            style: dict[str, Any] = {"markerfacecolor": PAPER, "markeredgecolor": INK, "markeredgewidth": 0.6}
            x = page.time.x(float(marker["x"]))
            canvas.plot([x], [y - page.pitch * 0.33], marker=_GLYPH, markersize=3.0, zorder=6, **style)
    if float(span["x_horizon"]) > page.time.start:
        if not _is_settled(timelines, project, shown.context):
            draw_open_end(canvas, horizon, y, page.pitch * 0.2)
    else:
        canvas.plot([page.time.left - 1.1], [y], marker="<", markersize=2.8, color=MUTED, zorder=4)
    _draw_seen(canvas, timelines.seen[timelines.seen["projet_id"] == project], y, page, signs)


def _is_settled(timelines: Timelines, project: str, corpus: Context) -> bool:
    """Whether what became of a project is known: created, ended, or dormant still."""
    stages = corpus.codebook.stages
    bars = timelines.bars.loc[timelines.bars["projet_id"] == project, "etape"].tolist()
    known = {*bars, *timelines.seen.loc[timelines.seen["projet_id"] == project, "etape"]}
    asleep = bool(bars) and bars[-1] in stages_playing(stages, "sommeil")
    return asleep or bool(known & {*stages_playing(stages, *ENDS, "cessation")})


def _draw_strip_head(canvas: Axes, page: _Page, stages: list[StageSign], theme: Theme) -> None:
    size = theme.base_pt - 1.5
    centre = page.strip + page.cell * len(stages) / 2
    add_text(canvas, centre, page.top - 5.4, theme.say("étapes attestées"), size, ha="center", color=MUTED)
    for place, sign in enumerate(stages):
        add_text(canvas, page.strip + (place + 0.5) * page.cell, page.top - 1.8, sign.sign, size, ha="center")


def _undated_mm(shown: Exhibit[Timelines], page: _Page) -> float:
    """Height of the part below the axis: a line per project whose stages are told, a paragraph for the others."""
    if not shown.told.undated:
        return 0.0
    told, silent = _told_and_silent(shown.told)
    lines = _silent_lines(silent, shown, page)
    return 6.0 + len(told) * page.pitch + len(lines) * shown.theme.base_pt * 0.46 + (3.0 if lines else 0.0)


def _told_and_silent(timelines: Timelines) -> tuple[list[str], list[str]]:
    known = {*timelines.seen["projet_id"], *timelines.ordered["projet_id"]}
    told = [project for project in timelines.undated if project in known]
    return told, [project for project in timelines.undated if project not in known]


def _silent_lines(silent: list[str], shown: Exhibit[Timelines], page: _Page) -> list[str]:
    if not silent:
        return []
    theme, names = shown.theme, shown.theme.join(list(map(shown.named, silent)))
    text = theme.say("Ni date ni étape ({n}) : {names}.", n=len(silent), names=names)
    return wrap_text(text, theme.base_pt - 1, theme.width_mm - 2 - page.time.left)


def _draw_undated(
    canvas: Axes, shown: Exhibit[Timelines], at: tuple[float, _Page], signs: dict[str, StageSign]
) -> None:
    """Projects that no document dates: named, with the order of their stages when a source tells it."""
    timelines, theme, (top, page) = shown.told, shown.theme, at
    told, silent = _told_and_silent(timelines)
    title = mark("Sans fait daté ({n}) : seul l’ordre des étapes est connu, s’il est dit")
    title = theme.say(title, n=len(timelines.undated))
    add_text(canvas, page.time.left, top, title, theme.base_pt - 1, color=MUTED)
    top += 2
    for row, project in enumerate(told):
        y = top + (row + 0.5) * page.pitch
        _draw_name(canvas, shown.named(project), y, page)
        half = page.pitch * 0.22
        for _, step in timelines.ordered[timelines.ordered["projet_id"] == project].iterrows():
            x = page.time.left + 4.5 * int(step["place"])
            sign = signs[str(step["etape"])]
            _stage_box(canvas, (x, y - half, 4, 2 * half), sign, ghost=True)
            add_text(canvas, x + 2, y, sign.sign, page.name_pt * 0.85, ha="center")
        _draw_seen(canvas, timelines.seen[timelines.seen["projet_id"] == project], y, page, signs)
    y = top + len(told) * page.pitch + 2.5
    for row, line in enumerate(_silent_lines(silent, shown, page)):
        add_text(canvas, page.time.left, y + row * theme.base_pt * 0.46, line, theme.base_pt - 1)


def _sign_entries(timelines: Timelines, theme: Theme) -> list[LegendEntry]:
    entries = [
        LegendEntry(theme.say("au-delà du dernier fait connu"), face="#e4e4e4", edge=MUTED, dashed=True),
        LegendEntry(theme.say("date d’ouverture connue à un intervalle près"), kind="whisker"),
        LegendEntry(theme.say("fin de l’observation, issue non connue"), kind="arrow"),
    ]
    if not timelines.bars["debut_date"].all():
        entries.append(LegendEntry(theme.say("début non daté : ordre seul"), dashed=True))
    if (timelines.bars["rang"] > 1).any():
        entries.append(LegendEntry(theme.say("étape ouverte plusieurs fois"), text="×2"))
    if len(timelines.markers):
        entries.append(LegendEntry(theme.say("autre fait daté"), kind="mark", marker=_GLYPH))
    return entries


@dataclass(frozen=True)
class _Page:
    """Where things stand, in millimetres, and what the names too long for two lines become."""

    top: float
    pitch: float
    name_pt: float
    time: TimeAxis
    strip: float
    cell: float
    stages: tuple[str, ...]
    short: dict[str, str]
    heads: tuple[int, ...] = ()

    def y(self, row: int) -> float:
        """Height of the middle of a line, below the heads that stand above it."""
        return self.top + (row + sum(head <= row for head in self.heads) + 0.5) * self.pitch


def _draw_name(canvas: Axes, name: str, y: float, page: _Page) -> None:
    """The name of a project, on one line or two."""
    lines = wrap_text(name, page.name_pt, page.time.left - _BESIDE_NAME)
    if len(lines) > 2 or (len(lines) == 2 and page.pitch < 5):
        lines = [page.short.get(name, name)]
    add_lines(canvas, page.time.left - 5, y, lines, size_pt=page.name_pt, pitch=page.name_pt * 0.36, ha="right")


def _draw_bar(canvas: Axes, bar: pd.Series, y: float, page: _Page, sign: StageSign) -> None:
    """A spell: full tone up to the last dated fact, pale beyond; a box without scale when its start has no date."""
    half = page.pitch * 0.22
    end = page.time.x(float(bar["x_fin"]))
    if float(bar["x_fin"]) < page.time.start or (bar["debut_date"] and end <= page.time.left):
        return
    if not bar["debut_date"]:
        box = (end - _STEM_MM, y - half, _STEM_MM, 2 * half)
        add_box(canvas, box, facecolor=PAPER, edgecolor=INK, linestyle=(0, (1, 1)), linewidth=0.6, zorder=3)
        add_text(canvas, end - _STEM_MM / 2, y, sign.sign, page.name_pt * 0.85, ha="center")
        return
    start, known = page.time.x(float(bar["x_debut"])), page.time.x(float(bar["x_connu"]))
    if float(bar["x_debut"]) < page.time.start:
        canvas.plot([start - 1.1], [y], marker="<", markersize=2.8, color=MUTED, zorder=4)
    if end > known:
        _stage_box(canvas, (known, y - half, end - known, 2 * half), sign, ghost=True)
    if known > start:
        _stage_box(canvas, (start, y - half, known - start, 2 * half), sign, ghost=False)
    text = sign.sign + (f"\u2009({bar['rang']})" if bar["rang"] > 1 else "")
    size = page.name_pt * 0.85
    width = text_width_mm(text, size) + 0.5
    if width > end - start:
        text, width = sign.sign, text_width_mm(sign.sign, size) + 0.3
    if width <= end - start:
        inside = known - start >= width
        ink = sign.ink if inside and not sign.hatch else INK
        if sign.hatch and inside:
            add_box(canvas, (start + 0.25, y - half * 0.8, width, half * 1.6), facecolor=PAPER, zorder=4)
        add_text(canvas, start + 0.35, y, text, size, color=ink)


def _stage_box(canvas: Axes, box: tuple[float, float, float, float], sign: StageSign, *, ghost: bool) -> None:
    """A box in the tone of a stage; pale and dashed where no dated fact supports it."""
    style: dict[str, Any] = {"facecolor": sign.face, "hatch": sign.hatch or None, "linestyle": "-", "zorder": 3}
    if ghost:
        style = {"facecolor": sign.ghost, "linestyle": (0, (2, 1.5)), "zorder": 2.5}
    add_box(canvas, box, edgecolor=MUTED, linewidth=0.4, **style)


def _draw_doubt(canvas: Axes, doubt: pd.Series, y: float, page: _Page) -> None:
    """The interval within which a stage opened; an arrow head on the side that no document bounds."""
    point, low, high = (float(doubt[name]) for name in ("x", "x_min", "x_max"))
    left = max(page.time.x(point) - 4, page.time.left) if math.isnan(low) else page.time.x(low)
    right = page.time.x(point) + 4 if math.isnan(high) else page.time.x(high)
    if right <= page.time.left or (math.isnan(high) and point < page.time.start):
        return
    draw_whisker(canvas, left, right, y, cap=0.4)
    for bound, x, marker in ((low, left, "<"), (high, right, ">")):
        if math.isnan(bound):
            canvas.plot([x], [y], marker=marker, markersize=2.6, color=INK, zorder=5)


def _draw_seen(canvas: Axes, seen: pd.DataFrame, y: float, page: _Page, signs: dict[str, StageSign]) -> None:
    """The strip: a box per stage that a fact opens, hollow when no document dates it, with the count of loops."""
    facts = {str(row["etape"]): row for _, row in seen.iterrows()}
    half = min(page.pitch * 0.24, page.cell * 0.42)
    for place, code in enumerate(page.stages):
        x = page.strip + place * page.cell
        if code not in facts:
            add_text(canvas, x + page.cell / 2, y, "·", page.name_pt, ha="center", color=MUTED)
            continue
        fact, sign = facts[code], signs[code]
        box = (x + 0.25, y - half, page.cell - 0.5, 2 * half)
        _stage_box(canvas, box, sign, ghost=not fact["datee"])
        if fact["ouvertures"] > 1:
            ink, said = INK if sign.hatch else sign.ink, f"×{fact['ouvertures']}"
            add_text(canvas, x + page.cell / 2, y, said, page.name_pt * 0.75, ha="center", color=ink)
