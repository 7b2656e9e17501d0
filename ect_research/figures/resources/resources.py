"""Resources line by line: the states that a source tells, and when, as precisely as it is told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ect_research.analysis.chance import Refusal
from ect_research.figures.page.canvas import (
    add_box,
    add_line,
    add_text,
    mm_canvas,
    shorten,
    shorten_apart,
    text_width_mm,
)
from ect_research.figures.page.formats import format_count, format_date
from ect_research.figures.page.legends import LegendEntry, draw_legend, legend_height_mm
from ect_research.figures.page.sourced_caption import sourced_caption
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER
from ect_research.figures.signs.stage_signs import StageSign, ink_on

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.resources import ResourceStates
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

_WORDS = {
    "fr": {
        "title": "Quelles ressources, jusqu’où, et quand ?",
        "states": "états attestés", "when": "quand (largeur : intervalle de date)",
        "deduced": "état déduit par le codeur", "undated": "état sans date (lien pointillé : ordre supposé)",
        "n": "n = {} et {}, dont {}", "resource": "ressource", "state": "état attesté", "states_n": "états attestés",
        "dated": "daté", "dated_n": "datés",
        "known": "n’est connue qu’à un seul état : sa suite n’est pas racontée",
        "known_n": "ne sont connues qu’à un seul état : leur suite n’est pas racontée",
        "reading": "{} : état « {} » ({}), puis « {} » ({}). Un état sans carré n’est raconté par aucune source ; rien ne dit "
        "qu’il n’a pas eu lieu.",
    },
    "en": {
        "title": "Which resources, how far, and when?",
        "states": "states attested", "when": "when (width: interval of the date)",
        "deduced": "state deduced by the coder", "undated": "undated state (dotted link: order assumed)",
        "n": "n = {} and {}, of which {}", "resource": "resource", "state": "state attested", "states_n": "states attested",
        "dated": "dated", "dated_n": "dated",
        "known": "is known in one state only: what follows is not told",
        "known_n": "are known in one state only: what follows is not told",
        "reading": "{}: state “{}” ({}), then “{}” ({}). A state without a box is told by no source; nothing says that it "
        "did not happen.",
    },
}  # fmt: skip
_GREYS = ("#ffffff", "#e4e4e4", "#c6c6c6", "#9c9c9c", "#6b6b6b", "#303030", "#000000")
_NAMES, _CELL, _LANE, _BOX, _TYPE = 58.0, 7.0, 3.7, 3.3, 6.0
_SMALLEST_PT = 6.0


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


def draw_resources(told: ResourceStates | Refusal, corpus: Corpus, theme: Theme) -> Figure | Refusal:
    """One line per resource, by type: the states attested, then the dated ones on the calendar.

    Args:
        told: from ``build_resource_states``; a refusal is handed back.
        corpus: names of the projects, labels and colours.
        theme: the reader's preset.

    >>> import ect_research as ect
    >>> corpus = ect.load_corpus("pays-ledonien")
    >>> told = ect.build_resource_states(corpus.tables["ressources"])
    >>> round(draw_resources(told, corpus, ect.get_theme("revue")).get_size_inches()[0] * 25.4)
    175
    """
    if isinstance(told, Refusal):
        return told
    signs = _signs(told, corpus, theme)
    entries = [sign.entry() for sign in signs.values()] + _ways(told, theme)
    legend = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4)
    page, top = _page(told, corpus, theme), legend + 12
    lanes = {str(name): _lanes(told, str(name), page) for name in told.resources["ressource_id"]}
    heights = [max(7.6, (max(rows.values(), default=0) + 1) * _LANE + 1.2) for rows in lanes.values()]
    types = told.resources["type_ressource"].nunique()
    bottom = top + sum(heights) + types * _TYPE
    with theme.applied():
        figure = theme.new_figure(bottom + 6)
        canvas = mm_canvas(figure)
        draw_legend(canvas, entries, (2, 1), theme.width_mm - 4, theme.base_pt - 1)
        _draw_frame(canvas, page, signs, (top, bottom), theme)
        y, kind = top, ""
        short = _short_names(told, corpus)
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


def _signs(told: ResourceStates, corpus: Corpus, theme: Theme) -> dict[str, StageSign]:
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
    words = _WORDS[theme.language]
    ways = []
    if told.states["deduit"].any():
        ways.append(LegendEntry(words["deduced"], edge=MUTED, text="?", text_colour=INK))
    if not told.states["datee"].all():
        ways.append(LegendEntry(words["undated"], edge=INK, dashed=True))
    return ways


def _page(told: ResourceStates, corpus: Corpus, theme: Theme) -> _Page:
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
    (top, bottom), size, words = span, theme.base_pt - 1, _WORDS[theme.language]
    middle = (min(page.columns.values()) + max(page.columns.values())) / 2
    add_text(canvas, middle, top - 6.4, words["states"], size, ha="center", color=MUTED)
    room = page.right + 4 - page.left
    add_text(canvas, page.left, top - 6.4, shorten(words["when"], size - 0.5, room), size - 0.5, color=MUTED)
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


def _short_names(told: ResourceStates, corpus: Corpus) -> dict[str, str]:
    """What labels and names become when they do not fit at the smallest size."""
    texts = [*told.resources["libelle"].astype("str"), *corpus.names().values()]
    return shorten_apart(texts, _SMALLEST_PT, _NAMES - 2.5)


def _draw_name(canvas: Axes, row: dict[Any, Any], y: float, context: tuple[Corpus, Theme, dict[str, str]]) -> None:
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


def caption_resources(told: ResourceStates | Refusal, corpus: Corpus, theme: Theme) -> Caption | Refusal:
    """The words around the figure."""
    if isinstance(told, Refusal):
        return told
    words, language = _WORDS[theme.language], theme.language
    alone = int((told.resources["etats"] == 1).sum())
    dated = int(told.states["datee"].sum())
    resources = format_count(alone, words["resource"], "", language)
    return sourced_caption(
        corpus,
        theme,
        title=words["title"],
        n=words["n"].format(
            format_count(told.n, words["resource"], "", language),
            format_count(len(told.states), words["state"], words["states_n"], language),
            format_count(dated, words["dated"], words["dated_n"], language),
        ),
        missing=f"{resources} {words['known' if alone == 1 else 'known_n']}" if alone else "",
        reading=_reading(told, corpus, theme),
    )


def _reading(told: ResourceStates, corpus: Corpus, theme: Theme) -> str:
    if told.moves.empty:
        return ""
    language = theme.language
    move = told.moves.sort_values("ordre", kind="stable").iloc[0]
    name = told.resources.set_index("ressource_id")["libelle"][move["ressource_id"]]
    rows = told.states[told.states["ressource_id"] == move["ressource_id"]].set_index("etat")
    said = []
    for code in (move["de"], move["vers"]):
        row = rows.loc[[code]].iloc[0]
        said += [corpus.codebook.label("etat_ressource", str(code), language), _when(row, theme)]
    return _WORDS[language]["reading"].format(name, *said)


def _when(row: Any, theme: Theme) -> str:  # noqa: ANN401 - one line of a frame
    if row["precision"] in ("avant", "apres", "periode", "saison"):
        return str(row["date"])
    return format_date(row["date_min"], str(row["precision"]), theme.language)
