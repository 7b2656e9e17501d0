"""The legend beside the map, from top to bottom; never over the territory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ect_research.figures.maps.ground.ground_layers import TINT, group_styles, line_styles
from ect_research.figures.maps.ground.symbols import (
    absent_lines,
    draw_circle_legend,
    legend_counts,
    radius_mm,
    semicolon_list,
    size_line,
)
from ect_research.figures.page.canvas import MM_PER_POINT, add_box, add_line, add_text, text_width_mm, wrap_text
from ect_research.figures.page.formats import sort_key, typeset
from ect_research.figures.page.theme import INK, MUTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from ect_research.analysis.territory.project_places import ProjectPlaces
    from ect_research.corpus.basemap.perimeters import Perimeter
    from ect_research.figures.page.theme import Theme

_SWATCH_MM = (6.0, 3.6)
_AFTER_SIGN_MM = 8.0
_LEADING = 1.3
_SECTION_MM = 3.2
_INDENT_MM = 2.0
_SHORTENINGS = (0, 6, 4, 3, 2, 1)


@dataclass
class Column:
    """A column being written downwards.

    Attributes:
        axes: millimetres from the top left corner of the page, downwards.
        left: left edge, mm.
        width: mm.
        y: where the next line starts, mm.
        theme: the reader's preset.
    """

    axes: Axes
    left: float
    width: float
    y: float
    theme: Theme

    def write(self, text: str, size: float, indent: float = 0.0, **style: Any) -> None:  # noqa: ANN401 - matplotlib
        """Write a paragraph and move down."""
        for line in wrap_text(text, size, self.width - indent, str(style.get("fontweight", "normal"))):
            self.y += line_mm(size)
            add_text(self.axes, self.left + indent, self.y - 0.28 * line_mm(size), line, size, va="baseline", **style)

    def skip(self, height: float = _SECTION_MM) -> None:
        """Leave a space."""
        self.y += height


def line_mm(size: float) -> float:
    """Height of a line of a type size, mm."""
    return size * MM_PER_POINT * _LEADING


def write_groups_legend(column: Column, perimeter: Perimeter, places: ProjectPlaces) -> None:
    """The perimeter, what it means, and one swatch per intercommunality (a single one when they are many)."""
    theme = column.theme
    column.write(perimeter.name(theme.language), theme.base_pt, fontweight="bold")
    column.write(perimeter.details[theme.language], theme.base_pt - 2, color=MUTED)
    column.skip(1.2)
    styles = group_styles(perimeter, theme)
    sizes = places.groups.set_index("groupe")
    coloured = [group for group in perimeter.epci if group.colour]
    for group in coloured:
        size = size_line(int(sizes["communes"][group.name]), int(sizes["population"][group.name]), theme)
        _swatch_line(column, styles[group.siren], group.name, size)
    if not coloured:
        total = size_line(int(sizes["communes"].sum()), int(sizes["population"].sum()), theme)
        _swatch_line(
            column, {"facecolor": TINT} | styles[perimeter.epci[0].siren], perimeter.name(theme.language), total
        )


def _swatch_line(column: Column, style: dict[str, Any], name: str, detail: str) -> None:
    theme = column.theme
    width, height = _SWATCH_MM
    top = column.y + 0.9
    add_box(column.axes, (column.left, top, width, height), **style)
    add_box(
        column.axes, (column.left, top, width, height), facecolor="none", edgecolor="#2b2b2b", linewidth=0.6, zorder=3
    )
    column.write(name, theme.base_pt - 1, _AFTER_SIGN_MM)
    column.write(detail, theme.base_pt - 2.5, _AFTER_SIGN_MM, color=MUTED)
    column.skip(0.8)


def write_circles_legend(column: Column, places: ProjectPlaces, unit_mm: float) -> None:
    """The key of the circles, then what no circle shows."""
    theme = column.theme
    column.write(theme.say("Projets par commune (nombre)"), theme.base_pt - 0.5, fontweight="bold")
    column.skip(1.0)
    counts = legend_counts(int(places.communes["n"].max()))
    corner = (column.left + 0.5, column.y)
    column.y += draw_circle_legend(column.axes, counts, lambda count: radius_mm(count, unit_mm), corner, theme)
    column.skip(1.6)
    for line in absent_lines(places.counts, theme):
        _hollow_circle(column, column.y + 0.55 * line_mm(theme.base_pt - 1.5), radius_mm(1, unit_mm))
        column.write(line, theme.base_pt - 1.5, _AFTER_SIGN_MM)


def _hollow_circle(column: Column, y: float, radius: float) -> None:
    from matplotlib.patches import Circle

    style: dict[str, Any] = {"facecolor": "none", "edgecolor": INK, "linewidth": 0.6, "linestyle": (0, (2, 1.4))}
    column.axes.add_patch(Circle((column.left + _SWATCH_MM[0] / 2, y), radius, zorder=5, **style))


def write_lines_legend(column: Column, perimeter: Perimeter) -> None:
    """What each line means, and the dot of the reference towns when there are any."""
    theme = column.theme
    size = theme.base_pt - 1.5
    words = {
        "departement": theme.say("limite de département"),
        "member": theme.say("intercommunalité du territoire"),
        "other": theme.say("autre intercommunalité"),
        "commune": theme.say("commune"),
    }
    with_others = any(group.colour for group in perimeter.epci)
    for key, line in line_styles(len(perimeter.epci)).items():
        if key == "other" and not with_others:
            continue
        y = column.y + 0.5 * line_mm(size)
        column.write(words[key], size, _AFTER_SIGN_MM)
        add_line(column.axes, ((column.left, y), (column.left + _SWATCH_MM[0], y)), **line)
    x, y = column.left + _SWATCH_MM[0] / 2, column.y + 0.5 * line_mm(size)
    column.write(theme.say("ville repère"), size, _AFTER_SIGN_MM)
    column.axes.plot([x], [y], "o", markersize=2.1, color=INK, markeredgewidth=0)


def write_unnamed(column: Column, unnamed: Sequence[str], bottom: float) -> None:
    """Names that the map has no room for, so that each sign without a name is one of them; counted where they do not fit."""
    if not unnamed:
        return
    theme, size = column.theme, column.theme.base_pt - 2
    said = theme.say_n("Nom non écrit, faute de place : ", "Noms non écrits, faute de place : ", len(unnamed))
    told = [said + semicolon_list(unnamed, kept, theme) for kept in range(len(unnamed), 0, -1)]
    fits = (one for one in told if len(wrap_text(one, size, column.width)) * line_mm(size) <= bottom - column.y)
    column.write(next(fits, told[-1]), size, color=MUTED)
    column.skip()


def write_listing(column: Column, places: ProjectPlaces, bottom: float) -> None:
    """The projects of each commune; shorter where room lacks: fewer names, then numbers alone, the rest counted."""
    theme = column.theme
    size = theme.base_pt - 2.5
    room = int((bottom - column.y - line_mm(theme.base_pt - 0.5)) / line_mm(size))
    communes = list(zip(places.communes["nom"], places.communes["projets"], strict=True))
    if room < 1:
        return
    column.write(theme.say("Projets placés"), theme.base_pt - 0.5, fontweight="bold")
    for most in _SHORTENINGS:
        entries = [_entry(name, names, most, column) for name, names in communes]
        if sum(map(len, entries)) <= room:
            for (name, _), lines in zip(communes, entries, strict=True):
                _write_entry(column, name, lines, size)
            if places.counts["sans_lieu"]:
                _write_unplaced(column, places, bottom)
            return
    counted = [f"{name} ({len(names)})" for name, names in communes]
    for kept in range(len(counted), -1, -1):
        left = len(counted) - kept
        rest = [theme.say_n("{n} autre commune", "{n} autres communes", left)] if left else []
        told = typeset(theme.say(" ; ").join([*counted[:kept], *rest]), theme.language)
        if len(wrap_text(told, size, column.width)) <= room:
            column.write(told, size)
            return


def _write_unplaced(column: Column, places: ProjectPlaces, bottom: float) -> None:
    """Names of the projects without a place, when they all fit."""
    theme = column.theme
    size = theme.base_pt - 2.5
    names = places.projects.loc[places.projects["situation"] == "sans_lieu", "nom"]
    told = semicolon_list(sorted(names, key=sort_key), 0, theme)
    lines = wrap_text(told, size, column.width)
    needed = _SECTION_MM / 2 + line_mm(theme.base_pt - 0.5) + len(lines) * line_mm(size)
    if column.y + needed <= bottom:
        column.skip(_SECTION_MM / 2)
        column.write(theme.say("Sans lieu connu"), theme.base_pt - 0.5, fontweight="bold")
        column.write(told, size)


def _entry(name: str, projects: tuple[str, ...], most: int, column: Column) -> list[str]:
    """Lines of projects; the first leaves room for the name of the commune, set in bold before it."""
    size = column.theme.base_pt - 2.5
    head = text_width_mm(f"{name}  ", size, "bold")
    told = semicolon_list([project.strip() for project in projects], most, column.theme)
    first = wrap_text(told, size, column.width - head)[0]
    if text_width_mm(first, size) > column.width - head:
        first = ""
    rest = told[len(first) :].strip()
    return [first, *(wrap_text(rest, size, column.width - _INDENT_MM) if rest else [])]


def _write_entry(column: Column, name: str, lines: list[str], size: float) -> None:
    for rank, line in enumerate(lines):
        column.y += line_mm(size)
        y = column.y - 0.28 * line_mm(size)
        if rank == 0:
            add_text(column.axes, column.left, y, name, size, va="baseline", fontweight="bold")
        indent = _INDENT_MM if rank else text_width_mm(f"{name}  ", size, "bold")
        add_text(column.axes, column.left + indent, y, line, size, va="baseline")
