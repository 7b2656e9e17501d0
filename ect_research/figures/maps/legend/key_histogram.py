"""The distribution of a rate beside its map: bars in the colours of the classes, cut at their breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ect_research.figures.maps.ground.panel import line_mm
from ect_research.figures.maps.legend import map_key
from ect_research.figures.page.canvas import add_box, add_line, add_text
from ect_research.figures.page.formats import format_number
from ect_research.figures.page.theme import INK, MUTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ect_research.analysis.territory.classes import Classes
    from ect_research.figures.maps.ground.panel import Column

FEWEST_VALUES = 20
_HEIGHT_MM, _BARS = 12.0, 28


def write_histogram(
    column: Column, values: pd.Series[float], classes: Classes, styles: Sequence[dict[str, Any]], decimals: int
) -> None:
    """Bars of equal width, a tick under each break; the scale is logarithmic where values spread over two powers of ten.

    Fewer than twenty values, or equal ones, have no shape to show: the key says so instead.
    """
    theme, known = column.theme, np.sort(values.dropna().to_numpy(dtype="float64"))
    if len(known) < FEWEST_VALUES or known[0] == known[-1]:
        map_key.write_note(column, theme.say("pas d’histogramme sous {n} valeurs différentes", n=FEWEST_VALUES))
        return
    spread = known[0] > 0 and known[-1] / known[0] >= 100
    along = np.log10 if spread else np.asarray
    low, high = float(along(known[0])), float(along(known[-1]))
    edges = np.linspace(low, high, _BARS + 1)
    counts, _ = np.histogram(along(known), edges)
    ranks = np.searchsorted(along(np.array(classes.bounds[1:-1])), (edges[:-1] + edges[1:]) / 2, side="right")
    step, bottom = column.width / _BARS, column.y + _HEIGHT_MM
    for place, (count, rank) in enumerate(zip(counts.tolist(), ranks.tolist(), strict=True)):
        if count:
            height = _HEIGHT_MM * count / max(counts.tolist())
            box = (column.left + place * step, bottom - height, step, height)
            add_box(column.axes, box, **{"edgecolor": INK, "linewidth": 0.3} | styles[rank])
    add_line(column.axes, ((column.left, bottom), (column.left + column.width, bottom)), color=INK, linewidth=0.5)
    for bound in classes.bounds[1:-1]:
        x = column.left + column.width * (float(along(bound)) - low) / (high - low)
        add_line(column.axes, ((x, bottom), (x, bottom + 1.1)), color=INK, linewidth=0.6)
    size = theme.base_pt - 2.5
    column.y = bottom + 1.2 + line_mm(size)
    ends = ((known[0], column.left, "left"), (known[-1], column.left + column.width, "right"))
    for value, x, side in ends:
        said = format_number(float(value), decimals, theme.language)
        add_text(column.axes, x, column.y - 0.28 * line_mm(size), said, size, ha=side, va="baseline", color=MUTED)
    if spread:
        map_key.write_note(column, theme.say("échelle logarithmique"))
    column.skip(0.8)
