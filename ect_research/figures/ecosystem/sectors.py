"""Do public, private, social economy, citizens and research meet? Pairs of actors by sector, beside chance."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.ecosystem.ecosystem import Ecosystem
from ect_research.analysis.ecosystem.sector_mixing import SectorMixing
from ect_research.figures.ecosystem.cohesion import show_definitions, show_network_chance
from ect_research.figures.ecosystem.intermediary_roles import show_intermediary_roles
from ect_research.figures.ecosystem.network import show_network
from ect_research.figures.ecosystem.network_tables import TABLES, project_actors, show_network_table
from ect_research.figures.ecosystem.network_words import hub_names, network_caption, protects, sectors_said
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength, view_of
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten, wrap_text
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import format_range
from ect_research.figures.page.legends import new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER
from ect_research.figures.signs.stage_signs import ink_on
from ect_research.words import mark

_LABEL, _CELL, _ROW, _HEAD = 52.0, 23.0, 9.5, 9.0
COUNTS = {
    "paires": mark("chaque paire d’acteurs compte une fois ; {project} en fait {share}"),
    "poids": mark("chaque acteur compte une fois par projet (Newman)"),
}


def show_sectors(ecosystem: Ecosystem | Refusal) -> Exhibit[Ecosystem]:
    """Pairs of actors of a same project, by sector, and the E–I index beside the same sectors dealt again.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> told = ect.build_ecosystem(study.corpus.tables, study.episodes().frame, draws=19)
    >>> len(show_sectors(told).in_context(study.context).rows())
    10
    """
    sectors = ecosystem.sectors if not isinstance(ecosystem, Refusal) else None
    return Exhibit(sectors if isinstance(sectors, Refusal) else ecosystem, _rows, _words, _draw, finding_of=_finding,
                   counts="organisations", reads=("participations", "acteurs"))  # fmt: skip


def _told(shown: Exhibit[Ecosystem]) -> SectorMixing:
    assert not isinstance(shown.told.sectors, Refusal)  # noqa: S101 - the exhibit is the refusal then
    return shown.told.sectors


def _draw(shown: Exhibit[Ecosystem]) -> Figure:
    told, theme = _told(shown), shown.theme
    names = told.sectors["secteur"].tolist()
    table = _HEAD + 8 + _ROW * len(names)
    with new_page(theme, table + 12 + 9 * len(told.index) + 8) as (figure, canvas):
        _draw_table(canvas, shown, names)
        _draw_index(canvas, shown, table + 8)
    return figure


def _draw_table(canvas: Axes, shown: Exhibit[Ecosystem], names: list[str]) -> None:
    told, theme = _told(shown), shown.theme
    labels = shown.labels("secteur")
    cell = min(_CELL, (theme.width_mm - _LABEL - 4) / len(names))
    add_text(canvas, 2, 2.5, theme.say("Paires d’acteurs d’un même projet (hasard)"), theme.base_pt, fontweight="bold")
    top = _HEAD + 8
    size = theme.base_pt - 0.5
    for number, row in enumerate(told.sectors.to_dict("records")):
        name, y = labels[row["secteur"]], top + (number + 0.5) * _ROW
        lines = wrap_text(name, theme.base_pt - 1, cell - 1)[:3]
        for line, text in enumerate(lines):
            above = top - 2 - 3.2 * (len(lines) - 1 - line)
            add_text(canvas, _LABEL + (number + 0.5) * cell, above, text, theme.base_pt - 1, ha="center")
        add_text(canvas, _LABEL - 2, y - 1.7, shorten(name, size, _LABEL - 4), size, ha="right")
        told_by = theme.say_n("{n} acteur", "{n} acteurs", int(row["acteurs"]))
        if row["dit"] < row["acteurs"]:
            told_by += theme.say_n(", {n} dit par une source", ", {n} dits par une source", int(row["dit"]))
        add_text(canvas, _LABEL - 2, y + 1.9, told_by, theme.base_pt - 1.5, ha="right", color=MUTED)
    _draw_cells(canvas, shown, names, (top, cell))


def _draw_cells(canvas: Axes, shown: Exhibit[Ecosystem], names: list[str], place: tuple[float, float]) -> None:
    told, theme = _told(shown), shown.theme
    top, cell = place
    largest = max(1, int(told.table["paires"].max()))
    for row in told.table.to_dict("records"):
        a, b = names.index(row["de"]), names.index(row["vers"])
        face = "#" + 3 * f"{round(255 - 175 * int(row['paires']) / largest):02x}"
        box = (_LABEL + a * cell + 0.3, top + b * _ROW + 0.3, cell - 0.6, _ROW - 0.6)
        add_box(canvas, box, facecolor=face, edgecolor=HAIRLINE)
        middle = (box[0] + box[2] / 2, box[1] + box[3] / 2)
        out = not row["bas"] <= row["paires"] <= row["haut"]
        add_text(canvas, middle[0], middle[1] - 1.6, str(row["paires"]), theme.base_pt, ha="center", color=ink_on(face),
                 fontweight="bold" if out else "normal")  # fmt: skip
        said = f"({format_range(row['bas'], row['haut'], 0, theme.language)})"
        add_text(canvas, middle[0], middle[1] + 2.1, said, theme.base_pt - 2, ha="center", color=ink_on(face))


def _draw_index(canvas: Axes, shown: Exhibit[Ecosystem], top: float) -> None:
    """The E–I index on a line from « all within » to « all across »."""
    told, theme = _told(shown), shown.theme
    left, right = 8.0, theme.width_mm - 50
    head = theme.say("Entre secteurs ou au sein d’un secteur (indice E–I)")
    add_text(canvas, 2, top, head, theme.base_pt, fontweight="bold")
    for number, row in enumerate(told.index.to_dict("records")):
        y = top + 9 + 9 * number
        label = theme.say(COUNTS[str(row["compte"])], **_inflation(shown))
        add_text(canvas, left, y - 3.6, label, theme.base_pt - 1, color=MUTED)
        add_line(canvas, ((left, y), (right, y)), color=HAIRLINE, linewidth=0.5)
        low, middle, high, seen = (
            left + (right - left) * (1 + row[part]) / 2 for part in ("bas", "milieu", "haut", "e_i")
        )
        add_box(canvas, (low, y - 1.3, max(0.4, high - low), 2.6), facecolor=HAIRLINE, zorder=2)
        add_line(canvas, ((middle, y - 1.3), (middle, y + 1.3)), color=MUTED, linewidth=0.9)
        canvas.plot([seen], [y], marker="o", markersize=4.6, color=INK, markeredgecolor=PAPER, zorder=5)
        said = theme.say(
            "{found} ; hasard {low} à {high}",
            found=theme.number(row["e_i"], 2),
            low=theme.number(row["bas"], 2),
            high=theme.number(row["haut"], 2),
        )
        add_text(canvas, right + 4, y, said, theme.base_pt - 1)
    bottom = top + 9 * len(told.index) + 6
    for x, label, side in (
        (left, theme.say("tout au sein d’un secteur"), "left"),
        (right, theme.say("tout entre secteurs"), "right"),
    ):
        add_text(canvas, x, bottom, label, theme.base_pt - 1.5, ha=side, color=MUTED)


def _inflation(shown: Exhibit[Ecosystem]) -> dict[str, str]:
    """The project that makes most pairs, and its share: what a plain count owes to one long list of partners."""
    told = _told(shown)
    name = shown.names.get(told.largest_project, told.largest_project)
    name = shown.theme.say("un seul projet") if protects(shown.context, "projets") else name
    return {"project": name, "share": shown.theme.percent(told.largest)}


def _words(shown: Exhibit[Ecosystem]) -> Caption:
    told, theme = _told(shown), shown.theme
    row = told.index.iloc[0]
    missing = [sectors_said(shown), theme.say_some("{n} acteur sans secteur", "{n} acteurs sans secteur", told.unknown)]
    return network_caption(
        shown,
        theme.say("Les secteurs se rencontrent-ils, hors {hub} ?", hub=hub_names(shown)),
        missing=missing,
        reading=theme.say(
            "De −1 (toutes les paires au sein d’un secteur) à 1 (toutes entre secteurs), l’indice vaut {found} ; les mêmes "
            "secteurs redistribués entre les acteurs donnent de {low} à {high}. En gras, les cases hors de cela.",
            found=theme.number(row["e_i"], 2),
            low=theme.number(row["bas"], 2),
            high=theme.number(row["haut"], 2),
        ),
    )


def _finding(shown: Exhibit[Ecosystem]) -> Finding:
    told, theme = _told(shown), shown.theme
    row = told.index.iloc[0]
    across = int(told.table.loc[told.table["de"] != told.table["vers"], "paires"].sum())
    whole = int(told.table["paires"].sum())
    beyond = row["p"] <= 0.05
    said = theme.say(
        "{share} des paires d’acteurs d’un même projet traversent les secteurs, {judged}.",
        share=theme.share(across, whole),
        judged=theme.say("ce que donnent aussi les mêmes secteurs mélangés au hasard")
        if not beyond
        else theme.say("plus que par hasard")
        if row["e_i"] > row["milieu"]
        else theme.say("moins que par hasard"),
    )
    return Finding(said, Strength.BEYOND_CHANCE if beyond else Strength.AS_CHANCE)


def _rows(shown: Exhibit[Ecosystem]) -> pd.DataFrame:
    frame = shown.worded(_told(shown).table, de="secteur", vers="secteur")
    return frame.round({"poids": 3, "bas": 1, "haut": 1})


_VIEWS: dict[str, Callable[[Ecosystem | Refusal], Exhibit[Ecosystem]]] = {
    "dessin": show_network,
    "matrice": project_actors,
    "definitions": show_definitions,
    "hasard": show_network_chance,
    "secteurs": show_sectors,
    "roles": show_intermediary_roles,
    **{about: partial(show_network_table, about=about) for about in TABLES},
}


def show_ecosystem(ecosystem: Ecosystem | Refusal, view: str = "dessin") -> Exhibit[Ecosystem]:
    """One view of who is in which project, with and without the intermediary.

    Args:
        ecosystem: from ``build_ecosystem``.
        view: ``dessin`` (two drawings on one layout, without the intermediary then with it), ``matrice`` (projects × actors,
            its readable twin), ``definitions`` (what each definition of a tie gives), ``hasard`` (against the null band),
            ``secteurs`` (mixing), ``roles`` (of the intermediary, by stage), ``acteurs`` (betweenness, constraint, brokerage),
            ``annees`` or ``retrouvailles`` (partners together in several projects).

    Raises:
        EctError: no such view.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> told = ect.build_ecosystem(study.corpus.tables, study.episodes().frame, draws=19)
    >>> show_ecosystem(told, "retrouvailles").in_context(study.context).rows()["projets"].tolist()
    [4, 2, 2]
    """
    return view_of(view, _VIEWS)(ecosystem)
