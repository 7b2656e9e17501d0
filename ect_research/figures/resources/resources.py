"""Resources line by line: the states that a source tells, and when, as precisely as it is told; and as tables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.territory.resource_states import ResourceMoves, ResourceStates
from ect_research.figures.exhibit.context import Context
from ect_research.figures.exhibit.exhibit import Exhibit, table
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten, shorten_apart, text_width_mm
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import format_date
from ect_research.figures.page.legends import LegendEntry, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER, Theme
from ect_research.figures.signs.stage_signs import StageSign, ink_on
from ect_research.words import mark

_GREYS = ("#ffffff", "#e4e4e4", "#c6c6c6", "#9c9c9c", "#6b6b6b", "#303030", "#000000")
_NAMES, _CELL, _LANE, _BOX, _TYPE = 58.0, 7.0, 3.7, 3.3, 6.0
_SMALLEST_PT = 6.0
_READS = ("ressources",)


@dataclass(frozen=True)
class _Page:
    """Columns of states and years, in millimetres."""

    columns: dict[str, float]
    left: float
    right: float
    first: float
    last: float

    def x(self, year: float) -> float:
        return self.left + (self.right - self.left) * (year - self.first) / (self.last - self.first)


def show_resource_states(told: ResourceStates | Refusal) -> Exhibit[ResourceStates]:
    """One line per resource, by type: the states attested, then the dated ones on the calendar.

    Nothing is drawn after the last state known: the source says no more, and the figure does not guess.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien", "revue")
    >>> told = ect.build_resource_states(study.table("ressources"))
    >>> shown = show_resource_states(told).in_context(study.context)
    >>> round(shown.figure().get_size_inches()[0] * 25.4), shown.finding().strength.value
    (175, 'compté')
    """
    return Exhibit(told, resource_rows, _words, _draw, finding_of=_finding, reads=_READS)


def _draw(shown: Exhibit[ResourceStates]) -> Figure:
    told, corpus, theme = shown.told, shown.context, shown.theme
    signs = _signs(told, corpus, theme)
    entries = [sign.entry() for sign in signs.values()] + _ways(told, theme)
    legend = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4)
    page, top = _page(told, corpus, theme), legend + 12
    lanes = {str(name): _lanes(told, str(name), page) for name in told.resources["ressource_id"]}
    heights = [max(7.6, (max(rows.values(), default=0) + 1) * _LANE + 1.2) for rows in lanes.values()]
    types = told.resources["type_ressource"].nunique()
    bottom = top + sum(heights) + types * _TYPE
    with new_page(theme, bottom + 6, entries, theme.base_pt - 1) as (figure, canvas):
        _draw_frame(canvas, page, signs, (top, bottom), theme)
        y, kind = top, ""
        # What labels and names become when they do not fit at the smallest size.
        texts = [*told.resources["libelle"].astype("str"), *shown.names.values()]
        short = shorten_apart(texts, _SMALLEST_PT, _NAMES - 2.5)
        for row, height in zip(told.resources.to_dict("records"), heights, strict=True):
            if row["type_ressource"] != kind:
                kind = str(row["type_ressource"])
                label = corpus.codebook.label("type_ressource", kind, theme.language)
                add_text(canvas, 2, y + _TYPE / 2 + 0.6, label, theme.base_pt - 0.5, fontweight="bold")
                y += _TYPE
            _draw_name(canvas, row, y + height / 2, (corpus, theme, short))
            _draw_states(canvas, told, str(row["ressource_id"]), y + height / 2, (page, signs, theme))
            _draw_dates(canvas, told, str(row["ressource_id"]), (y, height), (page, signs, theme, lanes))
            y += height
            add_line(canvas, ((2, y), (theme.width_mm - 2, y)), color=HAIRLINE, linewidth=0.3, zorder=1)
    return figure


def _signs(told: ResourceStates, corpus: Context, theme: Theme) -> dict[str, StageSign]:
    """Every state has a column, told or not; the lost ones only when some resource is lost."""
    colours = corpus.codebook.colours("etat_ressource")
    signs = {}
    for place, code in enumerate(told.alphabet):
        number = code.split("_")[0]
        if number == "0" and code not in set(told.states["etat"]):
            continue
        face = _GREYS[min(place, 6)] if theme.greyscale else colours.get(code, PAPER)
        label = corpus.codebook.label("etat_ressource", code, theme.language)
        signs[code] = StageSign(code, label, "×" if number == "0" else number, face, "", ink_on(face), face)
    return signs


def _ways(told: ResourceStates, theme: Theme) -> list[LegendEntry]:
    ways = []
    if told.states["deduit"].any():
        ways.append(LegendEntry(theme.say("état déduit par le codeur"), edge=MUTED, text="?", text_colour=INK))
    if not told.states["datee"].all():
        ways.append(LegendEntry(theme.say("état sans date (lien pointillé : ordre supposé)"), edge=INK, dashed=True))
    return ways


def _page(told: ResourceStates, corpus: Context, theme: Theme) -> _Page:
    codes = list(_signs(told, corpus, theme))
    columns = {code: _NAMES + (place + 0.5) * _CELL for place, code in enumerate(codes)}
    known = [float(year) for column in ("x_min", "x_max") for year in told.states[column].dropna()]
    last = math.ceil(corpus.observed_on.year + corpus.observed_on.day_of_year / 366)
    first = math.floor(min(known, default=last - 1))
    left = _NAMES + len(codes) * _CELL + 6
    return _Page(columns, left, theme.width_mm - 5, first, max(last, math.ceil(max(known, default=last))))


def _span(row: dict[Any, Any], page: _Page) -> tuple[float, float]:
    """Left and right of a dated state: its interval, never narrower than its number."""
    low, high = row["x_min"], row["x_max"]
    start = page.x(high if math.isnan(low) else low)
    end = page.x(low if math.isnan(high) else high)
    middle, half = (start + end) / 2, max((end - start) / 2, 1.7)
    return middle - half, middle + half


def _lanes(told: ResourceStates, name: str, page: _Page) -> dict[int, int]:
    """Line, within the resource's, of each dated state: the first that is free."""
    ends: list[float] = []
    lanes = {}
    for row in told.states[(told.states["ressource_id"] == name) & told.states["datee"]].to_dict("records"):
        start, end = _span(row, page)
        lane = next((place for place, busy in enumerate(ends) if busy + 0.6 <= start), len(ends))
        ends[lane : lane + 1] = [end]
        lanes[int(row["rang"])] = lane
    return lanes


def _draw_frame(
    canvas: Axes, page: _Page, signs: dict[str, StageSign], span: tuple[float, float], theme: Theme
) -> None:
    (top, bottom), size = span, theme.base_pt - 1
    middle = (min(page.columns.values()) + max(page.columns.values())) / 2
    add_text(canvas, middle, top - 6.4, theme.say("états attestés"), size, ha="center", color=MUTED)
    room = page.right + 4 - page.left
    when = theme.say("quand (largeur : intervalle de date)")
    add_text(canvas, page.left, top - 6.4, shorten(when, size - 0.5, room), size - 0.5, color=MUTED)
    for code, x in page.columns.items():
        add_text(canvas, x, top - 2, signs[code].sign, size, ha="center")
    years = int(page.last - page.first)
    wide = text_width_mm("2020", size) + 2
    step = next(step for step in (1, 2, 5, 10, 20) if step * (page.right - page.left) / years >= wide or step == 20)
    for year in range(int(page.first), int(page.last) + 1):
        x = page.x(year)
        add_line(canvas, ((x, top), (x, bottom)), color=HAIRLINE, linewidth=0.35, zorder=0.5)
        if (year - int(page.first)) % step == 0:
            for y in (top - 2, bottom + 2.8):
                add_text(canvas, x, y, str(year), size, ha="center", color=MUTED)


def _draw_name(canvas: Axes, row: dict[Any, Any], y: float, context: tuple[Context, Theme, dict[str, str]]) -> None:
    corpus, theme, short = context
    project = row["projet_id"]
    name = str(corpus.names().get(project, project)) if isinstance(project, str) else ""
    label, room = str(row["libelle"]), _NAMES - 3
    for text, size, colour, shift in (
        (label, theme.base_pt - 0.5, INK, -1.6 if name else 0.0),
        (name, theme.base_pt - 1.5, MUTED, 1.9),
    ):
        fitted = max(min(size, size * room / max(text_width_mm(text, size), 1.0)), _SMALLEST_PT)
        add_text(canvas, 2, y + shift, short.get(text, text), fitted, color=colour)


def _draw_states(canvas: Axes, told: ResourceStates, name: str, y: float, context: tuple[Any, ...]) -> None:
    page, signs, theme = context
    rows = told.states[told.states["ressource_id"] == name].to_dict("records")
    moves = told.moves[told.moves["ressource_id"] == name].to_dict("records")
    for move in moves:
        ends = ((page.columns[move["de"]], y), (page.columns[move["vers"]], y))
        add_line(canvas, ends, color=INK, linewidth=0.8, linestyle="-" if move["ordre"] == "date" else (0, (1.5, 1.2)))
    for row in rows:
        left = page.columns[row["etat"]] - 2.3
        _draw_mark(canvas, (left, y - _BOX / 2, 4.6, _BOX), row, signs[row["etat"]], theme)


def _draw_dates(
    canvas: Axes, told: ResourceStates, name: str, span: tuple[float, float], context: tuple[Any, ...]
) -> None:
    """Each dated state over its interval; a date open on one side is written with the sign that says so."""
    page, signs, theme, lanes = context
    top, height = span
    depth = (max(lanes[name].values(), default=0) + 1) * _LANE
    for row in told.states[(told.states["ressource_id"] == name) & told.states["datee"]].to_dict("records"):
        start, end = _span(row, page)
        y = top + (height - depth) / 2 + (lanes[name][int(row["rang"])] + 0.5) * _LANE
        _draw_mark(canvas, (start, y - _BOX / 2, end - start, _BOX), row, signs[row["etat"]], theme)
        for missing, x, side, sign in (("x_min", start - 0.5, "right", "≤"), ("x_max", end + 0.5, "left", "≥")):
            if math.isnan(row[missing]):
                add_text(canvas, x, y, sign, theme.base_pt - 1, ha=side)


def _draw_mark(
    canvas: Axes, box: tuple[float, float, float, float], row: dict[Any, Any], sign: StageSign, theme: Theme
) -> None:
    x, y, width, height = box
    style: dict[str, Any] = {} if row["datee"] else {"linestyle": (0, (2, 1.5)), "edgecolor": INK}
    add_box(canvas, box, **{"facecolor": sign.face, "edgecolor": MUTED, "zorder": 4, **style})
    text = f"{sign.sign}{'?' if row['deduit'] else ''}"
    size = min(theme.base_pt - 1, 7.0)
    add_text(canvas, x + width / 2, y + height / 2, text, size, ha="center", color=sign.ink)


def _words(shown: Exhibit[ResourceStates]) -> Caption:
    told, corpus, theme = shown.told, shown.context, shown.theme
    dated = int(told.states["datee"].sum())
    return corpus.caption(
        title=theme.say("Quelles ressources, jusqu’où, et quand ?"),
        n=theme.say(
            "n = {resources} et {states}, dont {dated}",
            resources=theme.say_n("{n} ressource", "{n} ressources", told.n),
            states=theme.say_n("{n} état attesté", "{n} états attestés", len(told.states)),
            dated=theme.say_n("{n} daté", "{n} datés", dated),
        ),
        missing=theme.say_some(
            "{n} ressource n’est connue qu’à un seul état : sa suite n’est pas racontée",
            "{n} ressources ne sont connues qu’à un seul état : leur suite n’est pas racontée",
            _alone(told),
        ),
        reading=_reading(shown),
    )


def _finding(shown: Exhibit[ResourceStates]) -> str:
    told, theme = shown.told, shown.theme
    if not _alone(told):
        return theme.say("{total} ressources, toutes connues à deux états au moins.", total=told.n)
    return theme.say_n(
        "{n} ressource sur {total} n’est connue qu’à un seul état.",
        "{n} ressources sur {total} ne sont connues qu’à un seul état.",
        _alone(told),
        total=told.n,
    )


def _alone(told: ResourceStates) -> int:
    return int((told.resources["etats"] == 1).sum())


def _reading(shown: Exhibit[ResourceStates]) -> str:
    told, theme = shown.told, shown.theme
    if told.moves.empty:
        return ""
    move = told.moves.sort_values("ordre", kind="stable").iloc[0]
    rows = told.states[told.states["ressource_id"] == move["ressource_id"]].set_index("etat")
    ends = [rows.loc[[move[end]]].iloc[0] for end in ("de", "vers")]
    first, then = (shown.label("etat_ressource", str(move[end])) for end in ("de", "vers"))
    return theme.say(
        "{resource} : état « {first} » ({when_first}), puis « {then} » ({when_then}). Un état sans carré n’est raconté "
        "par aucune source ; rien ne dit qu’il n’a pas eu lieu.",
        resource=told.resources.set_index("ressource_id")["libelle"][move["ressource_id"]],
        first=first,
        when_first=_when(ends[0], theme),
        then=then,
        when_then=_when(ends[1], theme),
    )


def _when(row: Any, theme: Theme) -> str:  # noqa: ANN401 - one line of a frame
    if row["precision"] in ("avant", "apres", "periode", "saison"):
        return str(row["date"])
    return format_date(row["date_min"], str(row["precision"]), theme.language)


def show_resource_types(told: ResourceStates | Refusal) -> Exhibit[ResourceStates]:
    """Types of resource by last state told: numbers of resources, not shares."""
    title = mark("Dernier état raconté des ressources, par type")
    return table(told, _type_rows, title=title, n=_n, reads=_READS, finding=_find_types).in_annex()


def show_resource_moves(moves: ResourceMoves | Refusal) -> Exhibit[ResourceMoves]:
    """Passages from a state to the next: counted, or told one by one when too few resources are told twice."""
    title = mark("Passages d’un état de la ressource au suivant")
    return table(moves, _move_rows, title=title, n=_n, reads=_READS, finding=_find_moves).in_annex()


def _n(shown: Exhibit[Any]) -> str:
    return shown.theme.say_n("n = {n} ressource", "n = {n} ressources", shown.told.n)


def _find_types(shown: Exhibit[ResourceStates]) -> str:
    told, theme = shown.told, shown.theme
    states = told.by_type.sum()
    return theme.say_n(
        "Le dernier état raconté le plus fréquent est « {state} » : {n} ressource sur {total}{tied}.",
        "Le dernier état raconté le plus fréquent est « {state} » : {n} ressources sur {total}{tied}.",
        int(states.max()),
        state=shown.label("etat_ressource", str(states.idxmax())),
        tied=theme.tied(states),
        total=told.n,
    )


def _find_moves(shown: Exhibit[ResourceMoves]) -> str:
    told, theme = shown.told.told, shown.theme
    return theme.say_n(
        "{n} ressource sur {total} est connue à deux états au moins : {moves} d’un état au suivant, dont {dated}.",
        "{n} ressources sur {total} sont connues à deux états au moins : {moves} d’un état au suivant, dont {dated}.",
        int(told.moves["ressource_id"].nunique()),
        total=told.n,
        moves=theme.say_n("{n} passage", "{n} passages", len(told.moves)),
        dated=theme.say_n("{n} daté", "{n} datés", int((told.moves["ordre"] == "date").sum())),
    )


def resource_rows(shown: Exhibit[ResourceStates]) -> pd.DataFrame:
    """One row per state told: the resource, its project, its type, the state, its date and how it is known."""
    named = shown.told.resources.merge(shown.told.states, on="ressource_id", how="left")
    named["projet"] = named["projet_id"].map(shown.names)
    table = shown.worded(named, "type_ressource", etat="etat_ressource")
    table = table.rename(columns={"libelle": "ressource", "type_ressource": "type"})
    return table[["ressource", "projet", "type", "rang", "etat", "date", "date_min", "date_max", "deduit"]]


def _type_rows(shown: Exhibit[ResourceStates]) -> pd.DataFrame:
    told, theme = shown.told, shown.theme
    table = told.by_type.rename(index=shown.labels("type_ressource"), columns=shown.labels("etat_ressource"))
    table.index.name, table.columns.name = "type", None
    table[theme.say("ensemble")] = table.sum(axis=1)
    return table.reset_index()


def _move_rows(shown: Exhibit[ResourceMoves]) -> pd.DataFrame:
    told, counted, theme = shown.told.told, shown.told.counted, shown.theme
    if isinstance(counted, pd.DataFrame):
        return shown.worded(counted, de="etat_ressource", vers="etat_ressource")
    names = told.resources.set_index("ressource_id")["libelle"]
    orders = {"date": theme.say("daté"), "deduit": theme.say("supposé")}
    moves = told.moves.assign(ressource=told.moves["ressource_id"].map(names), ordre=told.moves["ordre"].map(orders))
    columns = ["ressource", "de", "vers", "ordre", "mois_min", "mois_max"]
    return shown.worded(moves[columns], de="etat_ressource", vers="etat_ressource")
