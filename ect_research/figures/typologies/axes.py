"""The inertia of each axis, and the plane of the codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ect_research.analysis.typologies.factors.factor_result import ACTIVE, ILLUSTRATIVE
from ect_research.figures.page.canvas import mm_canvas
from ect_research.figures.page.legends import LegendEntry, draw_legend, legend_height_mm
from ect_research.figures.page.theme import INK, MUTED, OKABE_ITO, PAPER
from ect_research.figures.typologies.type_style import axis_name, open_plane, place_names
from ect_research.figures.typologies.type_words import wording_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.typologies.type_study import TypeStudy
    from ect_research.figures.exhibit.exhibit import Exhibit
    from ect_research.figures.page.theme import Theme
    from ect_research.figures.typologies.type_style import PlaneFrame
    from ect_research.figures.typologies.type_words import Wording

MOST_AXES = 10
NOTABLE_V = 2.0
_ADJUSTED = ("taux_benzecri", "taux_greenacre")
_PLANE = [1, 2]


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
