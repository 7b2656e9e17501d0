"""The index plot: one named line per project, its stages on a clock, and what is not known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.codebook.roles import ENDS, stages_playing
from ect_research.figures.exhibit.exhibit import Exhibit, place_for
from ect_research.figures.page.canvas import add_line, add_text, shorten_apart, wrap_text
from ect_research.figures.page.legends import LegendEntry, draw_legend, draw_open_end, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, MUTED
from ect_research.figures.signs.shock_windows import WindowFrame, draw_windows
from ect_research.figures.signs.stage_signs import StageSign, stage_signs, stages_met
from ect_research.figures.signs.time_axis import choose_axis, draw_axis
from ect_research.figures.trajectories.trajectory_rows import (
    GLYPH,
    Page,
    draw_bar,
    draw_doubt,
    draw_head,
    draw_marker,
    draw_name,
    draw_seen,
    name_mm,
    stage_box,
)
from ect_research.figures.trajectories.trajectory_tables import (
    MOST_LINES,
    shown_lines,
    timeline_finding,
    timeline_rows,
    timeline_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.time.timelines import Timelines
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.page.theme import Theme


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

    def draw(shown: Exhibit[Timelines]) -> Figure:
        return _draw(shown, shocks)

    place = place_for(timelines, _worth_reading)
    return Exhibit(
        timelines, timeline_rows, timeline_words, draw, finding_of=timeline_finding, reads=("evenements",), place=place
    )


def _worth_reading(told: Timelines) -> bool:
    """The calendar; a part of it where most projects are crammed there and others are older."""
    if told.clock != "calendrier" or told.since is None:
        return told.clock == "calendrier"
    return told.n >= told.n_projects / 2 and bool((told.projects["x_premier"] < told.since).any())


def _draw(shown: Exhibit[Timelines], shocks: Sequence[tuple[float, float, str]]) -> Figure:
    timelines, corpus, theme = shown.told, shown.context, shown.theme
    signs = stage_signs(corpus.codebook, theme)
    kinds = corpus.codebook.stages.set_index("name")["kind"]
    stages = [sign for sign in signs.values() if kinds[sign.code] == "etape"]
    legends = [
        [
            sign.entry()
            for sign in stages_met(
                signs, [*timelines.bars["etape"], *timelines.ordered["etape"], *timelines.seen["etape"]]
            )
        ],
        _sign_entries(timelines, theme),
    ]
    legend = sum(legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4) for entries in legends)
    page = _page(timelines, corpus, legend + 11, (theme, stages))
    projects = shown_lines(timelines)
    bottom = page.y(len(projects) - 1) + page.pitch / 2
    height = bottom + 7 + _undated_mm(timelines, corpus, page, theme)
    with new_page(theme, height) as (figure, canvas):
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
                draw_head(canvas, _said_outcome(str(issue), corpus, theme), count, page.y(row) - page.pitch, page)
            _draw_project(canvas, timelines, str(project), page.y(row), page, (corpus, theme, signs))
        if timelines.undated:
            _draw_undated(canvas, timelines, bottom + 9, page, (corpus, theme, signs))
    return figure


def _page(timelines: Timelines, corpus: Context, top: float, strip: tuple[Theme, list[StageSign]]) -> Page:
    theme, stages = strip
    pitch = 5.4 if timelines.n + len(timelines.undated) <= MOST_LINES else 4.2
    cell = 2.8
    names = 46.0
    beside = theme.width_mm - 2 - len(stages) * cell
    left, right = names + 5, beside - 6
    name_pt = min(theme.base_pt - 1, pitch * 1.3)
    return Page(
        top=top,
        pitch=pitch,
        name_pt=name_pt,
        time=choose_axis(timelines, left, right),
        strip=beside,
        cell=cell,
        stages=tuple(sign.code for sign in stages),
        short=shorten_apart(corpus.names().values(), name_pt, name_mm(left)),
        heads=_heads(timelines),
    )


def _heads(timelines: Timelines) -> tuple[int, ...]:
    """Rows above which an outcome is named: the first of each, where there are two or more."""
    issues = shown_lines(timelines)["issue"].tolist()
    first = tuple(row for row, issue in enumerate(issues) if row == 0 or issue != issues[row - 1])
    return first if len(first) > 1 else ()


def _said_outcome(issue: str, corpus: Context, theme: Theme) -> str:
    return corpus.codebook.label("issue", issue, theme.language) if issue else theme.say("Aucune étape datée")


Told = tuple["Context", "Theme", "dict[str, StageSign]"]


def _draw_project(canvas: Axes, timelines: Timelines, project: str, y: float, page: Page, context: Told) -> None:
    corpus, theme, signs = context
    add_line(canvas, ((2, y + page.pitch / 2), (theme.width_mm - 2, y + page.pitch / 2)), color=HAIRLINE, linewidth=0.3)
    draw_name(canvas, corpus.names().get(project, project), y, page)
    span = timelines.projects.to_dict("index")[project]
    last, horizon = (page.time.x(float(span[name])) for name in ("x_dernier", "x_horizon"))
    bars = timelines.bars[timelines.bars["projet_id"] == project]
    if bars.empty:
        add_line(canvas, ((last, y), (horizon, y)), color=HAIRLINE, linewidth=0.6)
    for _, bar in bars.iterrows():
        draw_bar(canvas, bar, y, page, signs[str(bar["etape"])])
    doubts = timelines.doubts[timelines.doubts["projet_id"] == project]
    for place, (_, doubt) in enumerate(doubts.iterrows()):
        draw_doubt(canvas, doubt, y + page.pitch * (0.32 + 0.11 * (place % 2)), page)
    for _, marker in timelines.markers[timelines.markers["projet_id"] == project].iterrows():
        if page.time.holds(float(marker["x"])):
            draw_marker(canvas, page.time.x(float(marker["x"])), y - page.pitch * 0.33)
    if float(span["x_horizon"]) > page.time.start:
        if not _is_settled(timelines, project, corpus):
            draw_open_end(canvas, horizon, y, page.pitch * 0.2)
    else:
        canvas.plot([page.time.left - 1.1], [y], marker="<", markersize=2.8, color=MUTED, zorder=4)
    draw_seen(canvas, timelines.seen[timelines.seen["projet_id"] == project], y, page, signs)


def _is_settled(timelines: Timelines, project: str, corpus: Context) -> bool:
    """Whether what became of a project is known: created, ended, or dormant still."""
    stages = corpus.codebook.stages
    bars = timelines.bars.loc[timelines.bars["projet_id"] == project, "etape"].tolist()
    known = {*bars, *timelines.seen.loc[timelines.seen["projet_id"] == project, "etape"]}
    return bool(known & {*stages_playing(stages, *ENDS, "cessation")}) or (
        bool(bars) and bars[-1] in stages_playing(stages, "sommeil")
    )


def _draw_strip_head(canvas: Axes, page: Page, stages: list[StageSign], theme: Theme) -> None:
    size = theme.base_pt - 1.5
    centre = page.strip + page.cell * len(stages) / 2
    add_text(canvas, centre, page.top - 5.4, theme.say("étapes attestées"), size, ha="center", color=MUTED)
    for place, sign in enumerate(stages):
        add_text(canvas, page.strip + (place + 0.5) * page.cell, page.top - 1.8, sign.sign, size, ha="center")


def _undated_mm(timelines: Timelines, corpus: Context, page: Page, theme: Theme) -> float:
    """Height of the part below the axis: a line per project whose stages are told, a paragraph for the others."""
    if not timelines.undated:
        return 0.0
    told, silent = _told_and_silent(timelines)
    lines = _silent_lines(silent, corpus, page, theme)
    return 6.0 + len(told) * page.pitch + len(lines) * theme.base_pt * 0.46 + (3.0 if lines else 0.0)


def _told_and_silent(timelines: Timelines) -> tuple[list[str], list[str]]:
    known = {*timelines.seen["projet_id"], *timelines.ordered["projet_id"]}
    told = [project for project in timelines.undated if project in known]
    return told, [project for project in timelines.undated if project not in known]


def _silent_lines(silent: list[str], corpus: Context, page: Page, theme: Theme) -> list[str]:
    if not silent:
        return []
    names = theme.join([corpus.names().get(project, project) for project in silent])
    text = theme.say("Ni date ni étape ({n}) : {names}.", n=len(silent), names=names)
    return wrap_text(text, theme.base_pt - 1, theme.width_mm - 2 - page.time.left)


def _draw_undated(canvas: Axes, timelines: Timelines, top: float, page: Page, context: Told) -> None:
    """Projects that no document dates: named, with the order of their stages when a source tells it."""
    corpus, theme, signs = context
    told, silent = _told_and_silent(timelines)
    title = theme.say(
        "Sans fait daté ({n}) : seul l’ordre des étapes est connu, s’il est dit", n=len(timelines.undated)
    )
    add_text(canvas, page.time.left, top, title, theme.base_pt - 1, color=MUTED)
    top += 2
    for row, project in enumerate(told):
        y = top + (row + 0.5) * page.pitch
        draw_name(canvas, corpus.names().get(project, project), y, page)
        half = page.pitch * 0.22
        for _, step in timelines.ordered[timelines.ordered["projet_id"] == project].iterrows():
            x = page.time.left + 4.5 * int(step["place"])
            sign = signs[str(step["etape"])]
            stage_box(canvas, (x, y - half, 4, 2 * half), sign, ghost=True, dashed=True)
            add_text(canvas, x + 2, y, sign.sign, page.name_pt * 0.85, ha="center")
        draw_seen(canvas, timelines.seen[timelines.seen["projet_id"] == project], y, page, signs)
    y = top + len(told) * page.pitch + 2.5
    for row, line in enumerate(_silent_lines(silent, corpus, page, theme)):
        add_text(canvas, page.time.left, y + row * theme.base_pt * 0.46, line, theme.base_pt - 1)


def _sign_entries(timelines: Timelines, theme: Theme) -> list[LegendEntry]:
    pale = "#e4e4e4"
    entries = [
        LegendEntry(theme.say("au-delà du dernier fait connu"), face=pale, edge=MUTED, dashed=True),
        LegendEntry(theme.say("date d’ouverture connue à un intervalle près"), kind="whisker"),
        LegendEntry(theme.say("fin de l’observation, issue non connue"), kind="arrow"),
    ]
    if not timelines.bars["debut_date"].all():
        entries.append(LegendEntry(theme.say("début non daté : ordre seul"), dashed=True))
    if len(timelines.markers):
        entries.append(LegendEntry(theme.say("autre fait daté"), kind="mark", marker=GLYPH))
    return entries
