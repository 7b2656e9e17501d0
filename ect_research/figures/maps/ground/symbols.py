"""Circles whose area says how many, their nested key, and the words that every map shares."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ect_research.figures.page.canvas import add_line, add_text
from ect_research.figures.page.formats import format_number, typeset
from ect_research.figures.page.theme import INK, MUTED, PAPER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes

    from ect_research.figures.page.theme import Theme


MOST_DECIMALS = 15


def semicolon_list(names: Sequence[str], most: int, theme: Theme) -> str:
    """Names that may hold commas and « et », so separated by semicolons; beyond ``most``, how many are left.

    >>> from ect_research.figures.page.theme import get_theme
    >>> english = get_theme("ademe", "en")
    >>> semicolon_list(["Lieu, café", "Recyclerie"], 0, english), semicolon_list(["a", "b", "c"], 1, english)
    ('Lieu, café; Recyclerie', 'a; 2 more')
    """
    told = list(names[:most]) if most and len(names) > most + 1 else list(names)
    if left := len(names) - len(told):
        told.append(theme.say("{left} autres", left=left))
    return typeset(theme.say(" ; ").join(told), theme.language)


def absent_lines(counts: dict[str, int], theme: Theme) -> list[str]:
    """What the map does not show, one line per reason.

    >>> from ect_research.figures.page.theme import get_theme
    >>> absent_lines({"sans_lieu": 2, "code_inconnu": 0, "hors_cadre": 1}, get_theme())
    ['2 projets sans lieu connu', '1 projet hors de la carte']
    """
    nowhere, unknown, outside = (counts.get(key, 0) for key in ("sans_lieu", "code_inconnu", "hors_cadre"))
    said = (
        theme.say_some("{n} projet sans lieu connu", "{n} projets sans lieu connu", nowhere),
        theme.say_some("{n} projet dont la commune n’est pas au fond de carte",
                       "{n} projets dont la commune n’est pas au fond de carte", unknown),
        theme.say_some("{n} projet hors de la carte", "{n} projets hors de la carte", outside),
    )  # fmt: skip
    return [line for line in said if line]


def size_line(communes: int, people: int, theme: Theme) -> str:
    """How large a group of communes is.

    >>> from ect_research.figures.page.theme import get_theme
    >>> size_line(32, 34043, get_theme("ademe", "en"))
    '32 communes, 34,043 inhabitants'
    """
    counted = theme.say_n("{n} commune", "{n} communes", communes)
    return theme.say(
        "{communes}, {people} habitants", communes=counted, people=format_number(people, 0, theme.language)
    )


def needed_decimals(number: float) -> int:
    """How many decimals write a number whole, fifteen at most.

    >>> needed_decimals(12.5), needed_decimals(40.0), needed_decimals(0.0002)
    (1, 0, 4)
    """
    return min(max(0, -int(Decimal(repr(float(number))).normalize().as_tuple().exponent)), MOST_DECIMALS)


def key_number(value: float, theme: Theme) -> str:
    """A round value of a key, written whole.

    >>> from ect_research.figures.page.theme import get_theme
    >>> key_number(0.02, get_theme()), key_number(2.0, get_theme())
    ('0,02', '2')
    """
    return format_number(value, needed_decimals(value), theme.language)


ONE_MM = 0.95
_LARGEST_MM = 5.5
RED, BLACK = "#b32d20", "#262626"


def unit_radius_mm(most: int) -> float:
    """Radius of the circle of one project, small enough for the fullest commune to stay readable.

    >>> unit_radius_mm(4), unit_radius_mm(100)
    (0.95, 0.55)
    """
    return min(ONE_MM, _LARGEST_MM / math.sqrt(max(most, 1)))


def radius_mm(count: float, unit_mm: float) -> float:
    """Radius of the circle of a count: the area is proportional to it.

    >>> radius_mm(9, 0.5) / radius_mm(1, 0.5)
    3.0
    """
    return unit_mm * math.sqrt(count)


def symbol_colour(theme: Theme) -> str:
    """Red, or near black where colour is lost."""
    return BLACK if theme.greyscale else RED


def draw_circles(
    axes: Axes, circles: Sequence[tuple[float, float, float]], theme: Theme, style: Mapping[str, Any] | None = None
) -> None:
    """Circles ``(x, y, radius)`` in millimetres, the largest first so that none hides another; in a style, or red."""
    from matplotlib.patches import Circle

    for x, y, radius in sorted(circles, key=lambda circle: -circle[2]):
        bare: dict[str, Any] = {"facecolor": symbol_colour(theme), "edgecolor": PAPER}
        axes.add_patch(Circle((x, y), radius, **bare if style is None else style, linewidth=0.55, zorder=10))
        if style is not None:
            axes.add_patch(Circle((x, y), radius, facecolor="none", edgecolor=INK, linewidth=0.55, zorder=10))


def legend_counts(most: int) -> list[int]:
    """At most three counts that span what is drawn, the largest first.

    >>> legend_counts(9), legend_counts(2), legend_counts(1), legend_counts(23)
    ([9, 3, 1], [2, 1], [1], [23, 7, 1])
    """
    middle = round(most / 3) if most <= 9 else round(most * 0.3)
    return sorted({most, max(middle, 1), 1}, reverse=True)


def draw_circle_legend(
    canvas: Axes,
    values: Sequence[float],
    radius_of: Callable[[float], float],
    corner: tuple[float, float],
    theme: Theme,
    fill: str = "",
) -> float:
    """Nested circles and their values, never closer than a line of text; returns the height taken (mm).

    Args:
        canvas: millimetres, downwards.
        values: the largest first.
        radius_of: value → radius in millimetres.
        corner: left and top of the legend.
        theme: the reader's preset.
        fill: colour of the circles, that of the symbols when empty.
    """
    from matplotlib.patches import Circle

    left, top = corner
    largest = radius_of(values[0])
    pitch = theme.base_pt * 0.42
    height = max(2 * largest, pitch * len(values))
    bottom = top + height / 2 + largest
    for rank, value in enumerate(values):
        radius = radius_of(value)
        centre = (left + largest, bottom - radius)
        face, edge = (fill, INK) if fill else (symbol_colour(theme), PAPER)
        canvas.add_patch(Circle(centre, radius, facecolor=face, edgecolor=edge, linewidth=0.55, zorder=5))
        summit = bottom - 2 * radius
        written = top + height / 2 + (rank - (len(values) - 1) / 2) * pitch
        elbow = left + 2 * largest + 1.2
        points = ((left + largest, summit), (elbow, written), (elbow + 2.5, written))
        add_line(canvas, points, color=MUTED, linewidth=0.4, zorder=6)
        add_text(canvas, elbow + 3.2, written, key_number(value, theme), theme.base_pt - 1, color=INK)
    return height
