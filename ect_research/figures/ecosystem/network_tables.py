"""The readable twins of the drawings of the network: projects × actors, places of actors, years, partners that meet again."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.ecosystem.ecosystem import Ecosystem
from ect_research.figures.ecosystem import network_words as network
from ect_research.figures.exhibit.exhibit import Exhibit, table
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten_inside, wrap_text
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import LegendEntry, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER
from ect_research.words import mark

_LISTED = 3
_BROKERAGE = {"w_I": "coordination", "w_O": "itinerance", "b_IO": "representation", "b_OI": "filtrage", "b_O": "liaison",
              "t": "courtages"}  # fmt: skip
_PLACES = mark(
    "Place des acteurs, intermédiaire compris : part des plus courts chemins qui passent par eux (intermediarite) ; ce que leurs "
    "relations ont de redondant (contrainte de Burt ; vide : isolé) ; nombre de paires sans lien entre elles qu’ils relient, par "
    "secteur (Gould et Fernandez)."
)
_YEARS = mark(
    "Ce qui a sûrement commencé à la fin de chaque année, et la part des paires de projets qui se rejoignent par là."
)
_AGAIN = mark("Acteurs ensemble dans deux projets ou plus, l’intermédiaire ôté.")
_NAMES, _ROW, _HEAD, _MOST, _CELL, _ALONE = 62.0, 4.2, 50.0, 24, 7.0, 17.0


def show_network_table(ecosystem: Ecosystem | Refusal, about: str) -> Exhibit[Ecosystem]:
    """A table of the network: ``acteurs``, ``annees`` or ``retrouvailles``."""
    rows, title, note, finding = TABLES[about]

    def count(shown: Exhibit[Ecosystem]) -> str:
        said = shown.theme.say_n("n = {n} projet", "n = {n} projets", shown.told.n)
        return f"{said} ; {shown.theme.say(network.BIAS)}"

    told = table(ecosystem, rows, title=title, n=count, note=note, reads=("participations",),
                 counts="projets" if about == "annees" else "organisations", finding=finding)  # fmt: skip
    return told.in_annex()


def _place_rows(shown: Exhibit[Ecosystem]) -> pd.DataFrame:
    actors = shown.told.actors
    frame = actors.assign(
        acteur=actors["acteur_id"].map(network.actor_names(shown.context)),
        secteur=network.sectors_of(shown, actors["acteur_id"]),
    ).round({"intermediarite": 4, "contrainte": 4})
    columns = ["acteur", "secteur", "projets", "intermediarite", "contrainte", *_BROKERAGE.values(), "acteur_id"]
    return frame.rename(columns=_BROKERAGE)[columns]


def _find_places(shown: Exhibit[Ecosystem]) -> str:
    told, theme = shown.told, shown.theme
    hub = told.actors[told.actors["intermediaire"]]["intermediarite"].max()
    other = told.actors[~told.actors["intermediaire"]].iloc[0]
    return theme.say(
        "{hub} est sur {share} des plus courts chemins entre acteurs ; le suivant, {other}, sur {next}.",
        hub=network.hub_names(shown),
        share=theme.percent(float(hub)),
        other=network.actor_names(shown.context).get(str(other["acteur_id"]), str(other["acteur_id"])),
        next=theme.percent(float(other["intermediarite"])),
    )


def _year_rows(shown: Exhibit[Ecosystem]) -> pd.DataFrame:
    return shown.told.years.round({"avec": 3, "sans": 3})


def _find_years(shown: Exhibit[Ecosystem]) -> str:
    told, theme = shown.told, shown.theme
    if told.years.empty:
        return theme.say("Aucune participation n’est datée.")
    most = told.years.iloc[int(told.years["nouvelles"].argmax())]
    return theme.say_n(
        "{n} participation commence en {year}, l’année qui en dit le plus{tied} ; {undated} sont sans date.",
        "{n} participations commencent en {year}, l’année qui en dit le plus{tied} ; {undated} sont sans date.",
        int(most["nouvelles"]),
        year=int(most["annee"]),
        tied=theme.tied(told.years["nouvelles"]),
        undated=theme.number(told.undated),
    )


def _again_rows(shown: Exhibit[Ecosystem]) -> pd.DataFrame:
    told, names, projects = shown.told, network.actor_names(shown.context), shown.names
    return told.again.assign(
        acteur=told.again["a"].map(names),
        avec=told.again["b"].map(names),
        lesquels=[", ".join(projects.get(code, code) for code in known) for known in told.again["projets"]],
        projets=[len(known) for known in told.again["projets"]],
    )[["acteur", "avec", "projets", *([] if network.protects(shown.context, "projets") else ["lesquels"])]]


def _find_again(shown: Exhibit[Ecosystem]) -> str:
    told, theme, names = shown.told, shown.theme, network.actor_names(shown.context)
    pairs = [f"{names.get(a, a)} – {names.get(b, b)}" for a, b in zip(told.again["a"], told.again["b"], strict=True)]
    said = theme.say_n(
        "{n} paire d’acteurs se retrouve dans deux projets ou plus sans {hub}",
        "{n} paires d’acteurs se retrouvent dans deux projets ou plus sans {hub}",
        len(pairs),
        hub=network.hub_names(shown),
    )
    if pairs:
        said = theme.say("{said} : {names}", said=said, names=theme.say(" ; ").join(pairs[:_LISTED]))
    return f"{said}."


def project_actors(ecosystem: Ecosystem | Refusal) -> Exhibit[Ecosystem]:
    """One line per project, one column per actor met in two projects or more; the others are counted at the right."""
    return Exhibit(ecosystem, _cell_rows, _matrix_words, _draw_matrix, finding_of=_find_shared, counts="organisations",
                   reads=("participations",))  # fmt: skip


def _columns(told: Ecosystem) -> list[int]:
    """Actors drawn: those of two projects or more, the most present first; at most 24 beside the intermediaries."""
    degree = told.network.table.sum(axis=0)
    shared = [place for place in np.lexsort((np.array(told.network.actors), -degree)).tolist() if degree[place] > 1]
    hubs = [place for place in range(len(degree)) if told.network.actors[place] in told.hubs]
    return [*hubs, *[place for place in shared if place not in hubs][:_MOST]]


def _order(told: Ecosystem, columns: list[int]) -> list[int]:
    """Projects by group without the intermediary, the largest group first, those with most drawn actors first in each."""
    group = told.layout["groupe"].to_numpy()[: told.n]
    drawn = told.network.table[:, columns].sum(axis=1)
    return sorted(range(told.n), key=lambda row: (group[row], -drawn[row], told.network.projects[row]))


def _draw_matrix(shown: Exhibit[Ecosystem]) -> Figure:
    told, theme = shown.told, shown.theme
    columns = _columns(told)
    rows = _order(told, columns)
    cell = min(_CELL, (theme.width_mm - _NAMES - _ALONE - 3) / max(1, len(columns)))
    entries = [
        LegendEntry(theme.say("dit par la source"), face=INK, edge=INK),
        LegendEntry(theme.say("déduit par le codeur")),
    ]
    top = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4) + 2 + _HEAD
    with new_page(theme, top + len(rows) * _ROW + 3, entries, theme.base_pt - 1) as (figure, canvas):
        _draw_heads(canvas, shown, columns, (top, cell))
        _draw_lines(canvas, shown, (rows, columns), (top, cell))
    return figure


def _draw_heads(canvas: Axes, shown: Exhibit[Ecosystem], columns: list[int], place: tuple[float, float]) -> None:
    told, theme, names = shown.told, shown.theme, network.actor_names(shown.context)
    top, cell = place
    size = min(theme.base_pt - 1, cell * 2.1)
    for number, column in enumerate(columns):
        actor = told.network.actors[column]
        label = shorten_inside(names.get(actor, actor), size, _HEAD - 6)
        weight = "bold" if actor in told.hubs else "normal"
        add_text(canvas, _NAMES + (number + 0.5) * cell, top - 1.5, label, size, rotation=90, ha="center", va="bottom",
                 fontweight=weight)  # fmt: skip
    left = _NAMES + len(columns) * cell + 3
    for line, text in enumerate(wrap_text(theme.say("acteurs de ce seul projet"), theme.base_pt - 1, _ALONE)):
        add_text(canvas, left, top - 10 + 3.4 * line, text, theme.base_pt - 1, color=MUTED)


def _draw_lines(
    canvas: Axes, shown: Exhibit[Ecosystem], order: tuple[list[int], list[int]], place: tuple[float, float]
) -> None:
    told, theme = shown.told, shown.theme
    (rows, columns), (top, cell) = order, place
    size = theme.base_pt - 0.5
    short = shown.short_names(told.network.projects, size, _NAMES - 4)
    deduced = told.cells.set_index(["projet_id", "acteur_id"])["deduit"].to_dict()
    right = _NAMES + len(columns) * cell
    group = told.layout["groupe"].to_numpy()
    alone = told.network.table[:, told.network.table.sum(axis=0) == 1].sum(axis=1)
    for number, row in enumerate(rows):
        y = top + number * _ROW
        project = told.network.projects[row]
        first = number == 0 or group[row] != group[rows[number - 1]]
        colour, linewidth = (MUTED, 0.6) if first else (HAIRLINE, 0.3)
        add_line(canvas, ((2, y), (theme.width_mm - 2, y)), color=colour, linewidth=linewidth)
        add_text(canvas, _NAMES - 2, y + _ROW / 2, short[project], size, ha="right")
        for column_number, column in enumerate(columns):
            if told.network.table[row, column]:
                box = (_NAMES + column_number * cell, y, cell, _ROW)
                _mark(canvas, box, deduced[project, told.network.actors[column]])
        add_text(canvas, right + 3, y + _ROW / 2, str(int(alone[row])) if alone[row] else "–", size)
    for number in range(len(columns) + 1):
        x = _NAMES + number * cell
        style = {"color": INK, "linewidth": 0.8} if number == len(told.hubs) else {"color": HAIRLINE, "linewidth": 0.3}
        add_line(canvas, ((x, top), (x, top + len(rows) * _ROW)), **style)


def _mark(canvas: Axes, box: tuple[float, float, float, float], deduced: bool) -> None:  # noqa: FBT001
    x, y, width, height = box
    side = min(width, height) - 1.5
    place = (x + (width - side) / 2, y + (height - side) / 2, side, side)
    add_box(canvas, place, facecolor=PAPER if deduced else INK, edgecolor=INK, linewidth=0.8, zorder=4)


def _matrix_words(shown: Exhibit[Ecosystem]) -> Caption:
    told, theme = shown.told, shown.theme
    degree = told.network.table.sum(axis=0)
    alone, dropped = int((degree == 1).sum()), max(0, int((degree > 1).sum()) - len(_columns(told)))
    missing = [
        theme.say_some("{n} acteur d’un seul projet compté, non nommé",
                       "{n} acteurs d’un seul projet comptés, non nommés", alone),
        theme.say_some("{n} acteur partagé non tracé", "{n} acteurs partagés non tracés", dropped),
    ]  # fmt: skip
    return network.network_caption(
        shown,
        theme.say("Qui est dans quel projet ?"),
        missing=missing,
        reading=theme.say(
            "Un carré est la participation d’un acteur à un projet ; un filet plus fort sépare les projets que rien ne relie "
            "sans {hub}.",
            hub=network.hub_names(shown),
        ),
    )


def _find_shared(shown: Exhibit[Ecosystem]) -> str:
    told, theme = shown.told, shown.theme
    degree = told.without.table.sum(axis=0)
    return theme.say_n(
        "Hors {hub}, {n} acteur sur {total} est dans deux projets ou plus.",
        "Hors {hub}, {n} acteurs sur {total} sont dans deux projets ou plus.",
        int((degree > 1).sum()),
        hub=network.hub_names(shown),
        total=len(degree),
    )


def _cell_rows(shown: Exhibit[Ecosystem]) -> pd.DataFrame:
    cells, places = shown.told.cells, shown.told.actors.set_index("acteur_id")
    frame = cells.assign(
        projet=cells["projet_id"].map(shown.names),
        acteur=cells["acteur_id"].map(network.actor_names(shown.context)),
        secteur=network.sectors_of(shown, cells["acteur_id"]),
        projets_de_l_acteur=cells["acteur_id"].map(places["projets"]),
    )
    return frame[["projet", "acteur", "secteur", "deduit", "projets_de_l_acteur", "projet_id", "acteur_id"]]


TABLES = {
    "acteurs": (_place_rows, mark("Places des acteurs dans le réseau"), _PLACES, _find_places),
    "annees": (_year_rows, mark("Le réseau année par année"), _YEARS, _find_years),
    "retrouvailles": (_again_rows, mark("Les partenaires qui se retrouvent"), _AGAIN, _find_again),
}
