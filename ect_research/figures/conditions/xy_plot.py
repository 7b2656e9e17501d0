"""Each case by its membership in the solution and in the outcome: who follows it, who departs from it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from ect_research.analysis.conditions.solving.truth_table import case_paths
from ect_research.figures.conditions.condition_view import (
    ConditionView,
    case_names,
    outcome_words,
    strength_of,
    words_of,
)
from ect_research.figures.exhibit.exhibit import Exhibit, Finding
from ect_research.figures.labelling.area_labels import place_or_call
from ect_research.figures.labelling.point_labels import Box, Obstacles, PointLabel
from ect_research.figures.page.canvas import add_box, add_line, add_text, text_width_mm, wrap_text
from ect_research.figures.page.legends import new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MISSING, MUTED, OKABE_ITO
from ect_research.words import mark

_LEFT, _TOP, _SIDE, _DOT = 16.0, 4.0, 118.0, 1.1
_DEVIANT, _UNCOVERED = OKABE_ITO[5], OKABE_ITO[0]
_COLOURS = {"deviant": _DEVIANT, "non_couvert": _UNCOVERED}


def case_rows(shown: Exhibit[ConditionView]) -> pd.DataFrame:
    """One row per case: memberships, paths, place, and the paths that would be lost without it."""
    view, names, theme = shown.told, case_names(shown), shown.theme
    table = view.solved.table
    left_out = view.robustness.left_out if view.robustness is not None and not view.absent else None
    told = case_paths(table, view.model, left_out)
    said = {
        "seul": theme.say("expliqué par ce seul chemin"),
        "partage": theme.say("expliqué par plusieurs chemins"),
        "deviant": theme.say("déviant : le chemin sans le résultat"),
        "non_couvert": theme.say("non couvert : le résultat sans chemin"),
        "dehors": theme.say("ni chemin ni résultat"),
    }
    rows = pd.DataFrame(
        {
            "cas": told["cas"].map(names),
            "solution": table.data.model(view.model).round(3),
            "resultat": told["resultat"].round(3),
            "chemins": [" + ".join(own) for own in told["chemins"]],
            "place": told["place"].map(said),
        }
    )
    if left_out is not None:
        rows["chemins_perdus_sans_lui"] = [" ; ".join(own) for own in told["perdus"]]
        rows["regle"] = told["cas"].isin(view.study.ruled)
    return rows


xy_words = words_of(
    mark("Quels cas suivent les chemins vers {outcome}, et lesquels non ?"),
    mark(
        "en haut à droite, les cas expliqués ; en bas à droite, un chemin sans le résultat ; en haut à gauche, le résultat "
        "sans chemin."
    ),
)


def find_deviant(shown: Exhibit[ConditionView]) -> Finding:
    """Who departs from the solution."""
    view, theme, names = shown.told, shown.theme, case_names(shown)
    told = case_paths(view.solved.table, view.model)
    deviant = [names[case] for case in told.loc[told["place"] == "deviant", "cas"]]
    uncovered = [names[case] for case in told.loc[told["place"] == "non_couvert", "cas"]]
    explained = int(told["place"].isin(["seul", "partage"]).sum())
    said = theme.say_n("{n} cas suit les chemins vers {outcome}", "{n} cas suivent les chemins vers {outcome}", explained,
                       outcome=outcome_words(shown))  # fmt: skip
    for cases, words in (
        (deviant, mark("sans le résultat malgré un chemin : {names}")),
        (uncovered, mark("hors de tout chemin : {names}")),
    ):
        if cases:
            said += theme.say(" ; ") + theme.say(words, names=theme.join(cases, most=4))
    return Finding(f"{said}.", strength_of(view))


def draw_xy(shown: Exhibit[ConditionView]) -> Figure:
    """Four corners of names where all is crisp; points elsewhere, with the names of those that depart."""
    data = shown.told.solved.table.data
    crisp = bool(np.isin(data.outcome, (0, 1)).all() and np.isin(data.model(shown.told.model), (0, 1)).all())
    return _draw_corners(shown) if crisp else _draw_points(shown)


def _draw_corners(shown: Exhibit[ConditionView]) -> Figure:
    theme, names = shown.theme, case_names(shown)
    told = case_paths(shown.told.solved.table, shown.told.model)
    inside = told["chemins"].map(len) > 0
    size, width = theme.base_pt - 0.5, (theme.width_mm - 30) / 2
    corners = {
        (path, reached): wrap_text(
            ", ".join(names[case].replace(" ", "\u00a0") for case in told.loc[
                (inside == path) & ((told["resultat"] > 0.5) == reached), "cas"]) or "–", size, width - 6)
        for path in (False, True) for reached in (False, True)
    }  # fmt: skip
    heights = {
        reached: 11 + 4 * max(len(corners[path, reached]) for path in (False, True)) for reached in (False, True)
    }
    with new_page(theme, 14 + heights[True] + heights[False]) as (figure, canvas):
        add_text(canvas, 28 + width / 2, 4, theme.say("hors de tout chemin"), size, ha="center", color=MUTED)
        add_text(canvas, 28 + 1.5 * width, 4, theme.say("dans un chemin"), size, ha="center", color=MUTED)
        for reached, y in ((True, 8.0), (False, 8.0 + heights[True])):
            words = shown.told.name(shown.told.solved.table.data.outcome_name.removeprefix("~"), shown.theme)
            side = outcome_words(shown) if reached else theme.say("pas de {name}", name=words)
            for line, part in enumerate(wrap_text(side, size, 24)):
                add_text(canvas, 25, y + 6 + 4 * line, part, size, ha="right", color=MUTED)
            for path in (False, True):
                departs = path != reached
                colour = (_DEVIANT if path else _UNCOVERED) if departs else INK
                x = 27 + width * path
                add_box(canvas, (x, y, width, heights[reached]), facecolor="none" if departs else MISSING,
                        edgecolor=HAIRLINE, zorder=0.5)  # fmt: skip
                for line, part in enumerate(corners[path, reached]):
                    add_text(canvas, x + 3, y + 6 + 4 * line, part, size, color=colour)
    return figure


def _draw_points(shown: Exhibit[ConditionView]) -> Figure:
    view, theme = shown.told, shown.theme
    table = view.solved.table
    told = case_paths(table, view.model).assign(x=table.data.model(view.model))
    with new_page(theme, _TOP + _SIDE + 14) as (figure, canvas):
        _draw_frame(canvas, shown)
        points: dict[str, tuple[tuple[float, float], str]] = {}
        for row in told.to_dict("records"):
            x, y = _LEFT + _SIDE * row["x"], _TOP + _SIDE * (1 - row["resultat"])
            points[row["cas"]] = (x, y), row["place"]
            colour = _COLOURS.get(row["place"], INK)
            face = colour if row["place"] in ("seul", "partage", *_COLOURS) else "#ffffff"
            canvas.add_patch(Circle((x, y), _DOT, facecolor=face, edgecolor=colour, linewidth=0.6, zorder=3))
        _draw_names(canvas, shown, points)
    return figure


def _draw_names(
    canvas: Axes, shown: Exhibit[ConditionView], points: dict[str, tuple[tuple[float, float], str]]
) -> None:
    """Names beside their points, those of the cases that depart dropped last."""
    theme, names = shown.theme, case_names(shown)
    size = theme.base_pt - 1
    labels = [
        PointLabel(case, x, -y, _DOT, text_width_mm(names[case], size) + 1, size * 0.36, 1.0 + (place in _COLOURS))
        for case, ((x, y), place) in points.items()
    ]
    frame = Box(_LEFT, -(_TOP + _SIDE), theme.width_mm - 1, -_TOP + 2)
    layout = place_or_call(labels, Obstacles(frame), gap=0.8, reach=14)
    for case, box in layout.boxes.items():
        colour = _COLOURS.get(points[case][1], INK)
        add_text(canvas, box.x0, -(box.y0 + box.y1) / 2, names[case], size, color=colour)
    for (x0, y0), (x1, y1) in layout.leaders.values():
        add_line(canvas, ((x0, -y0), (x1, -y1)), color=MUTED, linewidth=0.3)


def _draw_frame(canvas: Axes, shown: Exhibit[ConditionView]) -> None:
    theme = shown.theme
    size = theme.base_pt - 0.5
    add_box(canvas, (_LEFT + _SIDE / 2, _TOP, _SIDE / 2, _SIDE / 2), facecolor=MISSING, zorder=0.3)
    add_box(canvas, (_LEFT, _TOP, _SIDE, _SIDE), facecolor="none", edgecolor=MUTED, zorder=1)
    middle = (_LEFT + _SIDE / 2, _TOP + _SIDE / 2)
    add_line(canvas, ((middle[0], _TOP), (middle[0], _TOP + _SIDE)), color=HAIRLINE, zorder=0.6)
    add_line(canvas, ((_LEFT, middle[1]), (_LEFT + _SIDE, middle[1])), color=HAIRLINE, zorder=0.6)
    add_line(canvas, ((_LEFT, _TOP + _SIDE), (_LEFT + _SIDE, _TOP)), color=HAIRLINE, dashes=(3, 2), zorder=0.6)
    for value in (0.0, 0.5, 1.0):
        said = theme.number(value, 1)
        add_text(canvas, _LEFT + _SIDE * value, _TOP + _SIDE + 3.5, said, size, ha="center")
        add_text(canvas, _LEFT - 1.5, _TOP + _SIDE * (1 - value), said, size, ha="right")
    add_text(canvas, _LEFT + _SIDE / 2, _TOP + _SIDE + 8, theme.say("appartenance à la solution"), size, ha="center")
    add_text(canvas, 3.5, _TOP + _SIDE / 2, outcome_words(shown), size, ha="center", va="center", rotation=90)
