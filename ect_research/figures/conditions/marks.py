"""Signs of a condition: present, absent, at a level. Patches, because fonts lack the glyphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.figures.page.canvas import add_line, add_text
from ect_research.figures.page.theme import INK, PAPER

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CROSS = 0.62


def draw_present(canvas: Axes, centre: tuple[float, float], radius: float) -> None:
    """A full disc."""
    _disc(canvas, centre, radius, INK)


def draw_absent(canvas: Axes, centre: tuple[float, float], radius: float) -> None:
    """A crossed circle."""
    _disc(canvas, centre, radius, PAPER)
    x, y = centre
    arm = radius * _CROSS
    for slope in (1, -1):
        add_line(canvas, ((x - arm, y - slope * arm), (x + arm, y + slope * arm)), color=INK, linewidth=0.7, zorder=4)


def draw_level(canvas: Axes, centre: tuple[float, float], radius: float, level: int, size_pt: float) -> None:
    """A circle with the level inside."""
    _disc(canvas, centre, radius, PAPER)
    add_text(canvas, *centre, str(level), size_pt - 1, ha="center")


def _disc(canvas: Axes, centre: tuple[float, float], radius: float, face: str) -> None:
    from matplotlib.patches import Circle

    canvas.add_patch(Circle(centre, radius, facecolor=face, edgecolor=INK, linewidth=0.7, zorder=3))
