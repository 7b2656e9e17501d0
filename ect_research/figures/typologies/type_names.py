"""A column of project names, whole: on one line, smaller, or on two lines, in rows high enough for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.figures.page.canvas import MM_PER_POINT, add_text, text_width_mm, wrap_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes

_ROW_MM, _LINE, _AIR_MM, _STEP_PT, _LEAST_PT = 4.4, 1.15, 0.9, 0.25, 4.5


@dataclass(frozen=True)
class NameColumn:
    """How names are set, aligned on their right.

    Attributes:
        settings: name → text, with its line break if any, and size in points.
        row_mm: height of a row.
    """

    settings: dict[str, tuple[str, float]]
    row_mm: float

    def write(self, canvas: Axes, right: float, y: float, name: str) -> None:
        """Write a name at the left of a place, centred on its height."""
        text, size = self.settings[name]
        middle = {"va": "center", "linespacing": 1.0} if "\n" in text else {}
        add_text(canvas, right, y, text, size, ha="right", **middle)


def set_names(names: Iterable[str], size_pt: float, width_mm: float) -> NameColumn:
    r"""Settle how names are written in a width, none of them cut.

    Args:
        names: to be written.
        size_pt: of names that fit.
        width_mm: of the column.

    >>> set_names(["Clus’Ter Jura"], 7, 40).settings
    {'Clus’Ter Jura': ('Clus’Ter Jura', 7)}
    >>> column = set_names(["Plateforme de réemploi inter-entreprises du Pays Lédonien"], 7, 40)
    >>> list(column.settings.values()), column.row_mm > 5
    ([('Plateforme de réemploi\ninter-entreprises du Pays Lédonien', 6.5)], True)
    """
    settings = {name: _set(name, size_pt, width_mm) for name in names}
    folded = [size for text, size in settings.values() if "\n" in text]
    return NameColumn(settings, max([_ROW_MM, *(2 * _LINE * size * MM_PER_POINT + _AIR_MM for size in folded)]))


def _set(name: str, size: float, width: float) -> tuple[str, float]:
    for smaller in (size, size - 0.5, size - 1.0):
        if text_width_mm(name, smaller) <= width:
            return name, smaller
    smaller = size - 0.5
    while smaller > _LEAST_PT:
        lines = wrap_text(name, smaller, width)
        if len(lines) <= 2 and max(text_width_mm(line, smaller) for line in lines) <= width:
            break
        smaller -= _STEP_PT
    return "\n".join(wrap_text(name, smaller, width)), smaller
