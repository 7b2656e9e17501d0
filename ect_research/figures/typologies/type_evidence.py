"""What supports the types: stability against chance, silhouettes against two nulls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.figures.page.canvas import add_box, add_line, add_text, mm_canvas, text_width_mm
from ect_research.figures.page.legends import LegendEntry, draw_legend, legend_height_mm
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER
from ect_research.figures.typologies.type_style import draw_type, set_names
from ect_research.figures.typologies.type_words import wording_of
from ect_research.words import mark

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.typologies.type_study import TypeStudy
    from ect_research.figures.exhibit.exhibit import Exhibit
    from ect_research.figures.page.theme import Theme
    from ect_research.figures.typologies.type_style import NameColumn
    from ect_research.figures.typologies.type_words import Wording

_NAMES_MM = 58.0
_BADGES = {
    "solide": mark("solide"),
    "stable": mark("stable (type ou continuum)"),
    "fragile": mark("fragile"),
    "hasard": mark("non distinguable du hasard"),
}


def draw_stability(shown: Exhibit[TypeStudy]) -> Figure:
    """Each type's stability against what chance gives, with its badge; below, the certainty of each project."""
    stability, theme, wording = shown.told.stability, shown.theme, wording_of(shown)
    size = theme.base_pt - 1
    entries = [
        LegendEntry(theme.say("stabilité (indice de Jaccard moyen)"), kind="mark", face=INK),
        LegendEntry(
            theme.say("ce que donnent des liens de variables deux à deux, même n, même k : médiane et 95 %"),
            face=HAIRLINE,
            edge=HAIRLINE,
        ),
        LegendEntry(theme.say("certitude du projet"), kind="mark", face=PAPER, marker="s"),
        LegendEntry(theme.say("certitude moyenne dans ces registres"), kind="mark", face=MUTED, edge=MUTED, marker="|"),
    ]
    with theme.applied():
        head = legend_height_mm(entries, size, theme.width_mm - 4) + 3
        told = [wording.project(str(name)) for name in stability.projects["projet_id"]]
        column = set_names(told, size - 0.5, _NAMES_MM - 6)
        heights = [column.row_mm * (count + 2.0) for count in stability.types["effectif"].tolist()]
        figure = theme.new_figure(head + sum(heights) + 8)
        canvas = mm_canvas(figure)
        draw_legend(canvas, entries, (2, 1), theme.width_mm - 4, size)
        top = head
        for (_, row), height in zip(stability.types.iterrows(), heights, strict=True):
            _type_block(canvas, shown.told, row, (top, wording, column), theme)
            top += height
        _scale(canvas, head, top, theme)
    return figure


def draw_verdict(shown: Exhibit[TypeStudy]) -> Figure:
    """Silhouettes by number of types, against shuffled answers and against gradients without types."""
    verdict, theme = shown.told.verdict, shown.theme
    size = theme.base_pt - 1
    entries = [
        LegendEntry(theme.say("observée"), kind="mark", face=INK),
        LegendEntry(
            theme.say("ce que donne chaque modèle : médiane et 95 % des tirages"), face=HAIRLINE, edge=HAIRLINE
        ),
    ]
    with theme.applied():
        height = 70.0
        figure = theme.new_figure(height)
        draw_legend(mm_canvas(figure), entries, (2, 1), theme.width_mm - 4, size)
        width = (theme.width_mm - 44) / 2
        whole, plane = theme.say("Face au hasard"), theme.say("Face à un continuum (plan 1–2)")
        for place, (curve, name, title) in enumerate(
            ((verdict.curve, "hasard", whole), (verdict.plane_curve, "continuum", plane))
        ):
            left = 17 + place * (width + 22)
            axes = figure.add_axes(
                (left / theme.width_mm, 12 / height, width / theme.width_mm, (height - 12 - 14) / height)
            )
            _silhouettes(axes, curve, name, theme)
            axes.set_title(title)
    return figure


def _type_block(
    canvas: Axes, study: TypeStudy, row: pd.Series, place: tuple[float, Wording, NameColumn], theme: Theme
) -> None:
    top, wording, column = place
    stability, size, label = study.stability, theme.base_pt - 1, int(row["type"])
    shown = label if study.verdict.shows_types else 0
    y = top + column.row_mm * 0.7
    head = theme.say("Type {type} (n = {n})", type=label, n=row["effectif"]) if shown else f"n = {row['effectif']}"
    add_text(canvas, 2, y, head, size, fontweight="bold")
    add_box(canvas, (_x(0, theme), y - 1.5, _x(row["hasard_95"], theme) - _x(0, theme), 3.0), facecolor=HAIRLINE)
    middle = _x(row["hasard_median"], theme)
    add_line(canvas, ((middle, y - 1.5), (middle, y + 1.5)), color=MUTED, linewidth=0.9)
    canvas.plot([_x(row["jaccard"], theme)], [y], "o", color=INK, markersize=5, zorder=6)
    add_text(canvas, _x(1, theme) + 3, y, theme.say(_BADGES[str(row["badge"])]), size, fontweight="bold")
    own = stability.projects[stability.projects["type"] == label].sort_values(
        ["certitude", "projet_id"], ascending=[False, True]
    )
    names = [wording.project(str(name)) for name in own["projet_id"]]
    for line, (name, (sure, expected)) in enumerate(
        zip(names, own[["certitude", "certitude_hasard"]].to_numpy(), strict=True)
    ):
        y = top + column.row_mm * (line + 1.9)
        column.write(canvas, _NAMES_MM, y, name)
        add_line(canvas, ((_x(0, theme), y), (_x(1, theme), y)), color=HAIRLINE, linewidth=0.4)
        add_line(canvas, ((_x(expected, theme), y - 1.2), (_x(expected, theme), y + 1.2)), color=MUTED, linewidth=0.7)
        draw_type(canvas, (_x(sure, theme), y), shown, theme, markersize=4.5, zorder=6)


def _x(value: float, theme: Theme) -> float:
    badge = max(text_width_mm(theme.say(name), theme.base_pt - 1, "bold") for name in _BADGES.values())
    return _NAMES_MM + 4 + value * (theme.width_mm - _NAMES_MM - 4 - badge - 6)


def _scale(canvas: Axes, head: float, foot: float, theme: Theme) -> None:
    for value in (0, 0.25, 0.5, 0.75, 1):
        x = _x(value, theme)
        add_line(canvas, ((x, head), (x, foot)), color=HAIRLINE, linewidth=0.4, zorder=0)
        decimals = 0 if value in (0, 1) else 2
        add_text(canvas, x, foot + 3, theme.number(value, decimals), theme.base_pt - 1.5, ha="center")


def _silhouettes(axes: Axes, curve: pd.DataFrame, name: str, theme: Theme) -> None:
    from matplotlib.ticker import FuncFormatter

    axes.fill_between(curve["k"], curve[f"{name}_bas"], curve[f"{name}_haut"], color=HAIRLINE, linewidth=0)
    axes.plot(curve["k"], curve[f"{name}_median"], color=MUTED, linewidth=0.9)
    axes.plot(curve["k"], curve["silhouette"], "o-", color=INK, linewidth=1.2, markersize=4.5)
    axes.set_xticks(curve["k"])
    axes.set_xlabel(theme.say("nombre de types"))
    axes.set_ylabel(theme.say("silhouette moyenne"))
    axes.set_ylim(min(0.0, float(curve[[f"{name}_bas", "silhouette"]].to_numpy().min())), None)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: theme.number(value, 2)))
