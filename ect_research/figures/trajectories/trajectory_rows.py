"""One line of the index plot: the name, the spells, the doubts on dates, the facts, the stages attested."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ect_research.figures.page.canvas import add_box, add_lines, add_text, text_width_mm, wrap_text
from ect_research.figures.page.legends import draw_whisker
from ect_research.figures.page.theme import INK, MUTED, PAPER

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from ect_research.figures.signs.stage_signs import StageSign
    from ect_research.figures.signs.time_axis import TimeAxis

GLYPH = "D"
_STEM_MM = 3.2


@dataclass(frozen=True)
class Page:
    """Where things stand, in millimetres, and what the names too long for two lines become."""

    top: float
    pitch: float
    name_pt: float
    time: TimeAxis
    strip: float
    cell: float
    stages: tuple[str, ...]
    short: dict[str, str]
    heads: tuple[int, ...] = ()

    def y(self, row: int) -> float:
        """Height of the middle of a line, below the heads that stand above it."""
        return self.top + (row + sum(head <= row for head in self.heads) + 0.5) * self.pitch


def draw_head(canvas: Axes, said: str, count: int, y: float, page: Page) -> None:
    """What became of the projects below, and how many they are."""
    x = page.time.left - 5
    add_text(canvas, x, y + 0.6, f"{said} ({count})", page.name_pt, ha="right", fontweight="bold")


def name_mm(left: float) -> float:
    """Width of the names before an axis that starts at ``left``."""
    return left - 7


def draw_name(canvas: Axes, name: str, y: float, page: Page) -> None:
    """The name of a project, on one line or two."""
    lines = wrap_text(name, page.name_pt, name_mm(page.time.left))
    if len(lines) > 2 or (len(lines) == 2 and page.pitch < 5):
        lines = [page.short.get(name, name)]
    add_lines(canvas, page.time.left - 5, y, lines, size_pt=page.name_pt, pitch=page.name_pt * 0.36, ha="right")


def draw_bar(canvas: Axes, bar: pd.Series, y: float, page: Page, sign: StageSign) -> None:
    """A spell: full tone up to the last dated fact, pale beyond; a box without scale when its start has no date."""
    half = page.pitch * 0.22
    end = page.time.x(float(bar["x_fin"]))
    if float(bar["x_fin"]) < page.time.start or (bar["debut_date"] and end <= page.time.left):
        return
    if not bar["debut_date"]:
        box = (end - _STEM_MM, y - half, _STEM_MM, 2 * half)
        add_box(canvas, box, facecolor=PAPER, edgecolor=INK, linestyle=(0, (1, 1)), linewidth=0.6, zorder=3)
        add_text(canvas, end - _STEM_MM / 2, y, sign.sign, page.name_pt * 0.85, ha="center")
        return
    start, known = page.time.x(float(bar["x_debut"])), page.time.x(float(bar["x_connu"]))
    if float(bar["x_debut"]) < page.time.start:
        canvas.plot([start - 1.1], [y], marker="<", markersize=2.8, color=MUTED, zorder=4)
    if end > known:
        stage_box(canvas, (known, y - half, end - known, 2 * half), sign, ghost=True, dashed=True)
    if known > start:
        stage_box(canvas, (start, y - half, known - start, 2 * half), sign, ghost=False, dashed=False)
    text = sign.sign + (f"\u2009({bar['rang']})" if bar["rang"] > 1 else "")
    size = page.name_pt * 0.85
    width = text_width_mm(text, size) + 0.5
    if width > end - start:
        text, width = sign.sign, text_width_mm(sign.sign, size) + 0.3
    if width <= end - start:
        inside = known - start >= width
        ink = sign.ink if inside and not sign.hatch else INK
        if sign.hatch and inside:
            add_box(canvas, (start + 0.25, y - half * 0.8, width, half * 1.6), facecolor=PAPER, zorder=4)
        add_text(canvas, start + 0.35, y, text, size, color=ink)


def stage_box(
    canvas: Axes, box: tuple[float, float, float, float], sign: StageSign, *, ghost: bool, dashed: bool
) -> None:
    """A box in the tone of a stage; pale and dashed where no dated fact supports it."""
    add_box(
        canvas,
        box,
        facecolor=sign.ghost if ghost else sign.face,
        edgecolor=MUTED,
        linewidth=0.4,
        linestyle=(0, (2, 1.5)) if dashed else "-",
        hatch=None if ghost else sign.hatch or None,
        zorder=2.5 if ghost else 3,
    )


def draw_doubt(canvas: Axes, doubt: pd.Series, y: float, page: Page) -> None:
    """The interval within which a stage opened; an arrow head on the side that no document bounds."""
    point, low, high = (float(doubt[name]) for name in ("x", "x_min", "x_max"))
    left = max(page.time.x(point) - 4, page.time.left) if math.isnan(low) else page.time.x(low)
    right = page.time.x(point) + 4 if math.isnan(high) else page.time.x(high)
    if right <= page.time.left or (math.isnan(high) and point < page.time.start):
        return
    draw_whisker(canvas, left, right, y, cap=0.4)
    for bound, x, marker in ((low, left, "<"), (high, right, ">")):
        if math.isnan(bound):
            canvas.plot([x], [y], marker=marker, markersize=2.6, color=INK, zorder=5)


def draw_marker(canvas: Axes, x: float, y: float) -> None:
    """A fact that opens nothing."""
    style: dict[str, Any] = {"markerfacecolor": PAPER, "markeredgecolor": INK, "markeredgewidth": 0.6}
    canvas.plot([x], [y], marker=GLYPH, markersize=3.0, zorder=6, **style)


def draw_seen(canvas: Axes, seen: pd.DataFrame, y: float, page: Page, signs: dict[str, StageSign]) -> None:
    """The strip: a box per stage that a fact opens, hollow when no document dates it, with the count of loops."""
    facts = {str(row["etape"]): row for _, row in seen.iterrows()}
    half = min(page.pitch * 0.24, page.cell * 0.42)
    for place, code in enumerate(page.stages):
        x = page.strip + place * page.cell
        if code not in facts:
            add_text(canvas, x + page.cell / 2, y, "·", page.name_pt, ha="center", color=MUTED)
            continue
        fact, sign = facts[code], signs[code]
        box = (x + 0.25, y - half, page.cell - 0.5, 2 * half)
        stage_box(canvas, box, sign, ghost=not fact["datee"], dashed=not fact["datee"])
        if fact["ouvertures"] > 1:
            ink, said = INK if sign.hatch else sign.ink, f"×{fact['ouvertures']}"
            add_text(canvas, x + page.cell / 2, y, said, page.name_pt * 0.75, ha="center", color=ink)
