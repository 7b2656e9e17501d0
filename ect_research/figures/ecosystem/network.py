"""Two drawings on one fixed layout: projects and actors without the intermediary, then with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from ect_research.analysis.chance import Refusal
from ect_research.analysis.ecosystem.ecosystem import Ecosystem
from ect_research.figures.ecosystem import network_words as words
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.labelling.point_labels import Box, LabelLayout, Obstacles, PointLabel, place_labels
from ect_research.figures.page.canvas import MM_PER_POINT, add_line, add_text, shorten, text_width_mm, wrap_text
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import LegendEntry, draw_legend, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER
from ect_research.words import mark, tell

_MOST, _LONGEST, _MARGIN, _HEAD = 40, 42.0, 5.0, 6.0
_CROWN, _SAID, _MOST_NODES = 4, 12, 220


@dataclass(frozen=True)
class _Page:
    """Where nodes stand on the page, in millimetres from the corner of a panel, and which are named."""

    x: np.ndarray
    y: np.ndarray
    origin: tuple[float, float]
    height: float
    named: list[int]
    reach: np.ndarray


def show_network(ecosystem: Ecosystem | Refusal) -> Exhibit[Ecosystem]:
    """Who is in which project: two drawings on one layout, without the intermediary then with it."""
    return Exhibit(ecosystem, _rows, _words, _draw, finding_of=_finding, counts="organisations",
                   reads=("participations",))  # fmt: skip


def _draw(shown: Exhibit[Ecosystem]) -> Figure | Refusal:
    told, theme = shown.told, shown.theme
    if len(told.layout) > _MOST_NODES:
        said = mark("{n} projets et acteurs : au-delà de {most}, un dessin ne se lit plus.")
        return Refusal(
            tell("le dessin du réseau"),
            tell(said, n=len(told.layout), most=_MOST_NODES),
            tell("lire la matrice, ou ne garder que les participations les plus sûres."),
        )
    signs = words.sector_signs(shown.context, theme)
    sectors = words.actor_sectors(shown.context)
    met = {sectors.get(actor, "") for actor in told.network.actors}
    entries = [LegendEntry(theme.say("projet"), kind="mark", face=INK, edge=INK, marker="s")]
    entries += [sign.entry() for code, sign in signs.items() if code in met]
    entries.append(LegendEntry(words.hub_names(shown), kind="mark", face=PAPER, edge=INK, marker="*"))
    said = words.sectors_said(shown)
    legend = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4) + (6 if said else 2)
    page = _page(told, theme.width_mm)
    heads = (
        theme.say("Sans {hub}", hub=words.hub_names(shown)),
        theme.say("Avec {hub}, les mêmes places", hub=words.hub_names(shown)),
    )
    bottom, foot = legend + 2 * (page.height + _HEAD), _foot(shown)
    with new_page(theme, bottom + (3.6 * len(foot) + 2 if foot else 0)) as (figure, canvas):
        below = draw_legend(canvas, entries, (2, 1), theme.width_mm - 4, theme.base_pt - 1)
        add_text(canvas, 2, below + 3, said, theme.base_pt - 1, color=MUTED)
        for number, head in enumerate(heads):
            top = legend + number * (page.height + _HEAD)
            add_text(canvas, 2, top + 3, head, theme.base_pt, fontweight="bold")
            if number:
                add_line(canvas, ((2, top), (theme.width_mm - 2, top)), color=HAIRLINE)
                _draw_hub(canvas, shown, page, top + _HEAD)
            _draw_nodes(canvas, shown, page, top + _HEAD)
            _draw_names(canvas, shown, page, top + _HEAD)
        for number, line in enumerate(foot):
            add_text(canvas, 2, bottom + 1.8 + 3.6 * number, line, theme.base_pt - 1, color=MUTED)
    return figure


def _foot(shown: Exhibit[Ecosystem]) -> list[str]:
    """The names that found no room on the drawing."""
    theme, dropped = shown.theme, _dropped(shown)
    if not dropped:
        return []
    said = theme.say("Sans nom sur le dessin, faute de place : {names}.", names=theme.join(dropped, most=_SAID))
    return wrap_text(said, theme.base_pt - 1, theme.width_mm - 4)


def _page(told: Ecosystem, width: float) -> _Page:
    x, y = told.layout["x"].to_numpy(), told.layout["y"].to_numpy()
    scale = min((width - 2 * _MARGIN) / max(1e-9, x.max() - x.min()), 110 / max(1e-9, y.max() - y.min()))
    left = (width - scale * (x.max() - x.min())) / 2
    here = (left + scale * (x - x.min()), _MARGIN + scale * (y - y.min()))
    origin = (float(left - scale * x.min()), float(_MARGIN - scale * y.min()))
    return _Page(*here, origin, float(here[1].max() + _MARGIN), _named(told), _reach(told, *here))


def _reach(told: Ecosystem, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """How far from each node its name starts: beyond the crown of its own actors, where it has one."""
    reach = np.full(len(x), 1.0)
    alone = told.without.table & (told.without.table.sum(axis=0) < 2)
    for row in np.flatnonzero(alone.sum(axis=1) >= _CROWN):
        own = told.n + np.flatnonzero(alone[row])
        reach[row] = float(np.hypot(x[own] - x[row], y[own] - y[row]).max()) + 0.8
    return reach


def _named(told: Ecosystem) -> list[int]:
    """At most 40: actors of several projects, then projects, the best tied first."""
    table = told.without.table
    degree = [*table.sum(axis=1).tolist(), *table.sum(axis=0).tolist()]
    shared = (table.astype(bool) & (table.sum(axis=0) > 1)).any(axis=1)
    known = [place for place in range(len(degree)) if place < told.n or degree[place] > 1]
    order = sorted(known, key=lambda one: (2 if one >= told.n else int(shared[one]), degree[one], -one))
    return order[::-1][:_MOST]


def _draw_hub(canvas: Axes, shown: Exhibit[Ecosystem], page: _Page, top: float) -> None:
    told = shown.told
    x0, y0 = page.origin
    for hub in told.hubs:
        if hub in told.network.actors:
            for row in np.flatnonzero(told.network.table[:, told.network.actors.index(hub)]):
                ends = ((x0, top + y0), (page.x[row], top + page.y[row]))
                add_line(canvas, ends, color=MUTED, linewidth=0.45, zorder=1.5)
    canvas.plot([x0], [top + y0], marker="*", markersize=13, markerfacecolor=PAPER, markeredgecolor=INK, zorder=6)


def _draw_nodes(canvas: Axes, shown: Exhibit[Ecosystem], page: _Page, top: float) -> None:
    told, theme = shown.told, shown.theme
    signs, sectors = words.sector_signs(shown.context, theme), words.actor_sectors(shown.context)
    for row, column in zip(*np.nonzero(told.without.table), strict=True):
        ends = ((page.x[row], top + page.y[row]), (page.x[told.n + column], top + page.y[told.n + column]))
        add_line(canvas, ends, color=HAIRLINE, linewidth=0.7, zorder=2)
    canvas.plot(page.x[: told.n], top + page.y[: told.n], "s", markersize=4.6, color=INK, zorder=5)
    for place, actor in enumerate(told.without.actors):
        sign = signs[sectors.get(actor, "")]
        several = told.without.table[:, place].sum() > 1
        canvas.plot([page.x[told.n + place]], [top + page.y[told.n + place]], marker=sign.marker, zorder=4,
                    markersize=6.0 if several else 4.0, markerfacecolor=sign.colour, markeredgecolor=INK if several else MUTED,
                    markeredgewidth=0.9 if several else 0.4)  # fmt: skip


def _draw_names(canvas: Axes, shown: Exhibit[Ecosystem], page: _Page, top: float) -> None:
    told, size = shown.told, shown.theme.base_pt - 2
    texts, found = _placed(shown, page)
    for key, box in found.boxes.items():
        place = int(key)
        style = "normal" if place < told.n else "italic"
        add_text(canvas, box.x0, top - (box.y0 + box.y1) / 2, texts[place], size, fontstyle=style, zorder=8,
                 path_effects=_halo())  # fmt: skip


def _placed(shown: Exhibit[Ecosystem], page: _Page) -> tuple[dict[int, str], LabelLayout]:
    """What is written beside which node, and where; what finds no room is dropped."""
    size = shown.theme.base_pt - 2
    names = _node_names(shown)
    texts = {place: shorten(names[place], size, _LONGEST) for place in page.named}
    height, most = size * MM_PER_POINT, len(page.named)
    labels = [
        PointLabel(str(place), page.x[place], -page.y[place], float(page.reach[place]), text_width_mm(text, size), height,
                   importance=most - rank)
        for rank, (place, text) in enumerate(texts.items())
    ]  # fmt: skip
    others = [(page.x[place], -page.y[place], 0.8) for place in range(len(names)) if place not in page.named]
    others.append((page.origin[0], -page.origin[1], 2.2))
    frame = Box(1, -page.height, shown.theme.width_mm - 1, 0)
    return texts, place_labels(labels, Obstacles(frame, symbols=others), gap=0.7, strict=True)


def _node_names(shown: Exhibit[Ecosystem]) -> list[str]:
    names = {**shown.names, **words.actor_names(shown.context)}
    return [names.get(node, node) for node in shown.told.layout["noeud"]]


def _halo() -> list[object]:
    return [withStroke(linewidth=1.6, foreground=PAPER)]


def _dropped(shown: Exhibit[Ecosystem]) -> list[str]:
    """Projects and shared actors drawn without a name."""
    told = shown.told
    written = set(_placed(shown, _page(told, shown.theme.width_mm))[1].boxes)
    several = told.without.table.sum(axis=0) > 1
    return [
        name for place, name in enumerate(_node_names(shown))
        if str(place) not in written and (place < told.n or several[place - told.n])
    ]  # fmt: skip


def _words(shown: Exhibit[Ecosystem]) -> Caption:
    told, theme = shown.told, shown.theme
    alone = int((told.without.table.sum(axis=0) < 2).sum())
    missing = [theme.say_some("{n} acteur d’un seul projet sans nom", "{n} acteurs d’un seul projet sans nom", alone)]
    return words.network_caption(
        shown,
        theme.say("Qui tient à qui, sans l’intermédiaire et avec lui ?"),
        missing=missing,
        reading=theme.say(
            "Un trait est une participation ; un signe cerclé de noir est un acteur de plusieurs projets. Les places disent "
            "qui est avec qui, non la distance."
        ),
    )


def _finding(shown: Exhibit[Ecosystem]) -> str:
    told, theme = shown.told, shown.theme
    row = told.definitions.iloc[0]
    return theme.say(
        "Sans {hub}, les {projects} projets forment {left} au lieu de {whole} ; {share} des paires se rejoignent.",
        hub=words.hub_names(shown),
        projects=told.n,
        left=theme.say_n("{n} groupe", "{n} groupes", int(row["groupes_sans"])),
        whole=theme.number(int(row["groupes_avec"])),
        share=theme.percent(float(row["sans"])),
    )


def _rows(shown: Exhibit[Ecosystem]) -> pd.DataFrame:
    told, context = shown.told, shown.context
    written = set(_placed(shown, _page(told, shown.theme.width_mm))[1].boxes)
    names = {**context.names(), **words.actor_names(context)}
    kinds = {"projet": shown.theme.say("projet"), "acteur": shown.theme.say("acteur")}
    frame = told.layout.assign(
        nom=told.layout["noeud"].map(names),
        genre=told.layout["genre"].map(kinds),
        secteur=words.sectors_of(shown, told.layout["noeud"]),
        groupe=told.layout["groupe"] + 1,
        nomme=[str(place) in written for place in range(len(told.layout))],
    )
    return frame[["nom", "genre", "secteur", "groupe", "nomme", "x", "y", "noeud"]]
