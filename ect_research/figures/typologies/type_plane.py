"""The factor planes, of the codes and of the projects by type; the inertia of each axis, and the tree that types come from."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.cluster.hierarchy import leaves_list

from ect_research.analysis.typologies.evidence.stability import Stability
from ect_research.analysis.typologies.factor_result import ACTIVE, ILLUSTRATIVE
from ect_research.analysis.typologies.hierarchy import Hierarchy, Typology
from ect_research.analysis.typologies.type_study import TypeStudy
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.labelling.point_labels import LabelLayout
from ect_research.figures.page.canvas import add_line, add_text, mm_canvas
from ect_research.figures.page.legends import LegendEntry, draw_legend, legend_height_mm
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, OKABE_ITO, PAPER, Theme
from ect_research.figures.typologies import type_style as style
from ect_research.figures.typologies.type_style import Name, PlaneFrame, axis_name, open_plane, place_names
from ect_research.figures.typologies.type_words import Wording, wording_of

_RADIUS_MM = 1.2
_NAMES_MM, _GAINS_MM, _BARS = 62.0, 34.0, 8
MOST_AXES = 10
NOTABLE_V = 2.0
_ADJUSTED = ("taux_benzecri", "taux_greenacre")
_PLANE = [1, 2]


def draw_project_plane(shown: Exhibit[TypeStudy]) -> Figure:
    """Projects named on the first two axes, by type, with the ellipse of each type of at least 5 projects.

    Neither types nor ellipses where the verdict finds no structure.
    A halo is the wider, the surer the project; those placed afterwards are hollow and in italics.
    """
    study, theme = shown.told, shown.theme
    typology, late, size = style.shown_typology(study), study.passive, theme.base_pt
    points = typology.points[[1, 2]]
    rates = None if study.route == "gower" else study.analysis.eigenvalues.set_index("axe")["taux"]
    halo = theme.say("halo : certitude du projet (part des tirages où il reste avec son type)")
    entries = _type_entries(typology, theme)
    if study.verdict.shows_types:
        entries.append(LegendEntry(halo, kind="mark", face="#dddddd", edge="#dddddd"))
    if len(late):
        entries.append(LegendEntry(theme.say("projet placé après coup"), kind="mark", face=PAPER, edge=INK))
    with theme.applied():
        room = legend_height_mm(entries, size - 1, theme.width_mm - 4) + 1
        titles = [style.axis_name(axis, None if rates is None else float(rates[axis]), theme) for axis in (1, 2)]
        everyone = np.vstack([points.to_numpy(), late.to_numpy()])
        names = _names(points, late, typology, wording_of(shown))
        layout = style.place_names(style.open_plane(everyone, titles, theme), names, size - 1.5)
        unnamed = style.list_unnamed([name for name in names if name[0] in layout.dropped], size - 1.5, theme)
        foot = 3.4 * len(unnamed)
        plane = style.open_plane(everyone, titles, theme, room + foot)
        for label, outline in typology.outlines.groupby("type"):
            colour = style.type_colour(int(str(label)), theme)
            plane.axes.plot(outline["x"], outline["y"], color=colour, linewidth=0.8, zorder=2)
        if study.verdict.shows_types:
            _halos(plane, points, study.stability)
        _marks(plane, points, late, typology, theme)
        _write_names(plane, names, layout, (typology, set(late.index.astype(str))), theme)
        height = float(plane.figure.get_size_inches()[1]) * 25.4
        canvas = mm_canvas(plane.figure)
        draw_legend(canvas, entries, (2, height - room - foot), theme.width_mm - 4, size - 1)
        for line, text in enumerate(unnamed):
            add_text(canvas, 2, height - foot + 3.4 * line + 1.2, text, size - 1.5, color=MUTED)
    return plane.figure


def draw_tree(shown: Exhibit[TypeStudy]) -> Figure:
    """The tree of the projects, cut into the types, with the inertia that each further cut gains.

    Marks carry the final type; a project that consolidation moved is told. Neither cut nor types where the verdict finds no
    structure.
    """
    hierarchy, typology, theme = shown.told.hierarchy, style.shown_typology(shown.told), shown.theme
    size, n, wording = theme.base_pt - 1, hierarchy.n, wording_of(shown)
    entries = _type_entries(typology, theme)
    if typology.moved:
        entries.append(LegendEntry(theme.say("* déplacé par la consolidation"), face=PAPER, edge=PAPER))
    with theme.applied():
        head = legend_height_mm(entries, size, theme.width_mm - 4) + 3
        told = [_told(typology, wording, number) for number in range(n)]
        column = style.set_names(told, size, _NAMES_MM - 4)
        foot = head + column.row_mm * n
        figure = theme.new_figure(foot + 9)
        canvas = mm_canvas(figure)
        draw_legend(canvas, entries, (2, 1), theme.width_mm - 4, size)
        right = theme.width_mm - _GAINS_MM - 6
        _branches(canvas, hierarchy, typology, (head, right, column.row_mm), theme)
        for row, leaf in enumerate(_leaves(hierarchy.merges)):
            y = head + (row + 0.5) * column.row_mm
            style.draw_type(canvas, (_NAMES_MM + 3, y), int(typology.types.iloc[leaf]), theme, markersize=5, zorder=5)
            column.write(canvas, _NAMES_MM, y, told[leaf])
        scale = theme.say("hauteur : inertie perdue par le regroupement (racine)")
        add_text(canvas, _NAMES_MM, foot + 4, scale, size - 0.5, color=MUTED)
        _gains(canvas, hierarchy, typology.k, (head, right + 6), theme)
    return figure


def _type_entries(typology: Typology, theme: Theme) -> list[LegendEntry]:
    counts = typology.types.value_counts().sort_index()
    return [
        LegendEntry(
            theme.say("Type {type} (n = {n})", type=label, n=count)
            if label
            else theme.say_n("{n} projet", "{n} projets", count),
            kind="mark",
            face=style.type_colour(label, theme),
            marker=style.type_mark(label),
        )
        for label, count in zip(counts.index.astype(int), counts.astype(int), strict=True)
    ]


def _halos(plane: PlaneFrame, points: pd.DataFrame, stability: Stability) -> None:
    sure = stability.projects.set_index("projet_id")["certitude"]
    for name, (x, y) in zip(points.index.astype(str), points.to_numpy(), strict=True):
        width = 2 * (_RADIUS_MM + 2.0 * float(sure[name])) * 72 / 25.4
        plane.axes.plot([x], [y], "o", color="#dddddd", markersize=width, markeredgewidth=0, alpha=0.8, zorder=1)


def _names(points: pd.DataFrame, late: pd.DataFrame, typology: Typology, wording: Wording) -> list[Name]:
    """Paragons first when room lacks, projects placed afterwards last."""
    paragons = _paragons(typology)
    found = []
    for frame, importance in ((points, 1.0), (late, 0.5)):
        for name, (x, y) in zip(frame.index.astype(str), frame.to_numpy(), strict=True):
            rank = 2.0 if name in paragons else importance
            found.append((name, wording.project(name), float(x), float(y), _RADIUS_MM, rank))
    return found


def _paragons(typology: Typology) -> set[str]:
    return set(typology.paragons.loc[typology.paragons["rang"] == 1, "projet_id"])


def _marks(plane: PlaneFrame, points: pd.DataFrame, late: pd.DataFrame, typology: Typology, theme: Theme) -> None:
    size = 2 * _RADIUS_MM * 72 / 25.4
    for name, (x, y) in zip(points.index.astype(str), points.to_numpy(), strict=True):
        label = int(typology.types[name])
        style.draw_type(plane.axes, (x, y), label, theme, markersize=size, zorder=4)
    for x, y in late.to_numpy():
        plane.axes.plot([x], [y], "o", color=PAPER, markersize=size, markeredgecolor=INK, markeredgewidth=0.8, zorder=3)


def _write_names(
    plane: PlaneFrame, names: list[Name], layout: LabelLayout, who: tuple[Typology, set[str]], theme: Theme
) -> None:
    typology, late = who
    paragons = _paragons(typology)
    for name, text, *_ in names:
        if name in layout.boxes:
            weight, face = "bold" if name in paragons else "normal", "italic" if name in late else "normal"
            plane.write(text, layout.boxes[name], theme.base_pt - 1.5, fontweight=weight, fontstyle=face)


def _leaves(merges: np.ndarray) -> list[int]:
    return [int(leaf) for leaf in leaves_list(merges)]


def _branches(
    canvas: Axes, hierarchy: Hierarchy, typology: Typology, box: tuple[float, float, float], theme: Theme
) -> None:
    head, right, row_mm = box
    n, merges = hierarchy.n, hierarchy.merges
    places = {leaf: head + (row + 0.5) * row_mm for row, leaf in enumerate(_leaves(merges))}
    reach = (right - _NAMES_MM - 8) / float(merges[-1, 2])
    nodes = {leaf: (_NAMES_MM + 6.0, y) for leaf, y in places.items()}
    for step, (first, second, height, _) in enumerate(merges):
        x = _NAMES_MM + 6 + reach * float(height)
        (x1, y1), (x2, y2) = nodes[int(first)], nodes[int(second)]
        tone, width = (INK, 0.8) if step < n - typology.k else (MUTED, 0.6)
        add_line(canvas, ((x1, y1), (x, y1), (x, y2), (x2, y2)), color=tone, linewidth=width)
        nodes[n + step] = (x, (y1 + y2) / 2)
    if typology.k == 1:
        return
    cut = _NAMES_MM + 6 + reach * float(merges[n - typology.k - 1, 2] + merges[n - typology.k, 2]) / 2
    add_line(canvas, ((cut, head - 1), (cut, head + n * row_mm)), color=INK, linewidth=0.7, linestyle=(0, (3, 2)))
    add_text(canvas, cut + 1, head + n * row_mm - 1, theme.say("{k} types", k=typology.k), theme.base_pt - 1.5)


def _told(typology: Typology, wording: Wording, number: int) -> str:
    name = str(typology.points.index[number])
    return ("* " if name in typology.moved else "") + wording.project(name)


def _gains(canvas: Axes, hierarchy: Hierarchy, k: int, corner: tuple[float, float], theme: Theme) -> None:
    head, left = corner
    size = theme.base_pt - 1.5
    share = hierarchy.gains / hierarchy.gains.sum()
    add_text(canvas, left, head - 0.5, theme.say("Gain d’inertie"), size, fontweight="bold")
    for row, gain in enumerate(share[:_BARS]):
        y = head + 4 + row * 4.6
        chosen = row + 2 == k
        weight = "bold" if chosen else "normal"
        add_text(canvas, left + 5, y, theme.number(row + 2), size, ha="right", fontweight=weight)
        width = 16 * float(gain / share[0])
        canvas.fill(
            [left + 7, left + 7 + width, left + 7 + width, left + 7], [y - 1.3, y - 1.3, y + 1.3, y + 1.3],
            facecolor=INK if row + 2 <= k else HAIRLINE, edgecolor="none",
        )  # fmt: skip
        add_text(canvas, left + 8 + width, y, theme.percent(float(gain)), size - 0.5)


def draw_scree(shown: Exhibit[TypeStudy]) -> Figure:
    """Bars of the inertia of the first axes, with the adjusted rates beside the raw one."""
    analysis, theme = shown.told.analysis, shown.theme
    rates = analysis.eigenvalues.head(MOST_AXES)
    first, second = (INK, "#8c8c8c") if theme.greyscale else (OKABE_ITO[0], OKABE_ITO[1])
    entries = [LegendEntry(theme.say("taux d’inertie"), face=first)]
    adjusted = rates["taux_benzecri"].notna().any()
    if adjusted:
        entries.append(LegendEntry(theme.say("taux modifié (Benzécri)"), face=second))
    if rates["taux_greenacre"].notna().any():
        entries.append(LegendEntry(theme.say("taux modifié (Greenacre)"), kind="mark", face=PAPER, marker="D"))
    row = 7.6 if adjusted else 4.5
    with theme.applied():
        head = legend_height_mm(entries, theme.base_pt, theme.width_mm - 4) + 3
        height = head + row * len(rates) + 2
        figure = theme.new_figure(height)
        draw_legend(mm_canvas(figure), entries, (2, 1), theme.width_mm - 4, theme.base_pt)
        axes = figure.add_axes((18 / theme.width_mm, 1 / height, 1 - 34 / theme.width_mm, (height - head - 1) / height))
        for place, (raw, modified, other) in enumerate(rates[["taux", *_ADJUSTED]].to_numpy()):
            _bar(axes, place - (0.2 if adjusted else 0.0), raw, first, theme)
            if not np.isnan(modified):
                _bar(axes, place + 0.2, modified, second, theme)
            if not np.isnan(other):
                axes.plot([other], [place + 0.2], "D", color=PAPER, markeredgecolor=INK, markersize=4)
        axes.set_yticks(range(len(rates)), [theme.say("Axe {axis}", axis=axis) for axis in rates["axe"]])
        axes.set_ylim(len(rates) - 0.45, -0.55)
        axes.set_xlim(0, None)
        axes.tick_params(left=False, bottom=False, labelbottom=False)
        axes.spines["bottom"].set_visible(False)
    return figure


def draw_code_plane(shown: Exhibit[TypeStudy]) -> Figure:
    """Codes on the first two axes: area by contribution, named above the mean contribution to either axis.

    Illustrative codes are hollow and in italics, named when their test-value reaches 2 on either axis.
    """
    analysis, theme = shown.told.analysis, shown.theme
    codes = analysis.codes
    weighs, extra = codes.roles == ACTIVE, codes.roles == ILLUSTRATIVE
    share = codes.contributions[_PLANE].where(weighs, 0.0)
    notable = (share > 100 / max(int(weighs.sum()), 1)).any(axis=1) & weighs
    extra &= (codes.v_tests[_PLANE].abs() >= NOTABLE_V).any(axis=1)
    drawn = weighs | extra
    rates = analysis.eigenvalues.set_index("axe")["taux"]
    entries = [
        LegendEntry(theme.say("modalité active, aire selon la contribution"), kind="mark", face=theme.tone),
        LegendEntry(theme.say("contribution sous la moyenne, non nommée"), kind="mark", face="#cccccc"),
    ]
    if extra.any():
        beside = theme.say("modalité illustrative (|valeur-test| ≥ 2)")
        entries.append(LegendEntry(beside, kind="mark", face=PAPER, marker="s"))
    size = theme.base_pt
    with theme.applied():
        room = legend_height_mm(entries, size - 1, theme.width_mm - 4) + 1
        titles = [axis_name(axis, float(rates[axis]), theme) for axis in _PLANE]
        plane = open_plane(codes.coordinates.loc[drawn, _PLANE].to_numpy(), titles, theme, room)
        radii = 0.6 + 0.32 * np.sqrt(share.sum(axis=1))
        _codes(plane, shown, drawn, notable | extra, radii)
        height = float(plane.figure.get_size_inches()[1]) * 25.4
        draw_legend(mm_canvas(plane.figure), entries, (2, height - room), theme.width_mm - 4, size - 1)
    return plane.figure


def _codes(plane: PlaneFrame, shown: Exhibit[TypeStudy], drawn: pd.Series, named: pd.Series, radii: pd.Series) -> None:
    codes, theme, wording = shown.told.analysis.codes, shown.theme, wording_of(shown)
    coordinates, roles = codes.coordinates[_PLANE], codes.roles
    names, bare = [], []
    for key in coordinates.index[drawn]:
        x, y = (float(value) for value in coordinates.loc[key])
        radius, extra = float(radii[key]), roles[key] == ILLUSTRATIVE
        radius = 0.9 if extra else radius
        face = PAPER if extra else theme.tone if named[key] else "#cccccc"
        plane.axes.plot(
            [x], [y], "s" if extra else "o", color=face, markeredgecolor=MUTED, markeredgewidth=0.5,
            markersize=2 * radius * 72 / 25.4, zorder=4,
        )  # fmt: skip
        if named[key]:
            names.append(("|".join(key), code_name(wording, key), x, y, radius, radius))
        else:
            bare.append((x, y, radius))
    layout = place_names(plane, names, theme.base_pt - 1, bare)
    plane.tell_dropped(len(layout.dropped), theme)
    for key, text, *_ in names:
        if key in layout.boxes:
            extra = roles[tuple(key.split("|", 1))] == ILLUSTRATIVE
            plane.write(text, layout.boxes[key], theme.base_pt - 1, fontstyle="italic" if extra else "normal")


def code_name(wording: Wording, key: tuple[str, str]) -> str:
    """The label of a code alone, which is enough on a plane; with its variable when it has no label of its own."""
    return wording.codes.get(key) or wording.code(*key)


def _bar(axes: Axes, y: float, share: float, colour: str, theme: Theme) -> None:
    axes.barh([y], [share], 0.34, color=colour)
    axes.annotate(
        theme.percent(share / 100, 1), (share, y), (3, 0), textcoords="offset points",
        va="center", fontsize=theme.base_pt - 1,
    )  # fmt: skip
