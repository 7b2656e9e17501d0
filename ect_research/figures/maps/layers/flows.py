"""Directed quantities between communes, as arrows whose width is the quantity."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from ect_research.analysis.chance import Refusal
from ect_research.analysis.territory.map_limits import FEWEST_FLOWS, MOST_FLOWS, refuse_few, refuse_tangle
from ect_research.figures.labelling.point_labels import Box
from ect_research.figures.maps.ground.symbols import key_number
from ect_research.figures.maps.layers.circles import round_values
from ect_research.figures.maps.layers.links import Links, bezier, link_colour, stroke_pt
from ect_research.figures.maps.legend import map_key
from ect_research.figures.page.canvas import MM_PER_POINT
from ect_research.figures.page.theme import PAPER
from ect_research.words import tell

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ect_research.figures.maps.ground.map_page import MapPage, ShownZones
    from ect_research.figures.maps.ground.naming import Spot
    from ect_research.figures.maps.ground.panel import Column

    Floats = NDArray[np.float64]

_HEAD_MM, _HEAD_HALF_MM, _GAP_MM = 2.3, 0.95, 0.35
_NODE_MM = 0.85
_UNKNOWN_PT, _UNKNOWN_BEND = 0.9, 0.32
_DASHES = (0, (3.2, 2.2))


@dataclass(frozen=True)
class Flows(Links):
    """Quantities that go from one commune to another: who gives, who takes.

    Attributes:
        ties: ``origine, destination`` (commune codes, old ones followed) and ``valeur``: positive, all in one ``unit``, or NaN
            where the quantity is unknown. Quantities of one way add up; unknown ones are drawn apart, dashed, and counted.

    Fewer than three flows on the map are refused: a sentence says them better. Of more than thirty ways the widest are drawn,
    the others counted.

    >>> import pandas as pd
    >>> ways = pd.DataFrame({"origine": ["39300"] * 2, "destination": ["39056", "39198"], "valeur": [2.0, None]})
    >>> Flows(ways, "Matières reprises", "tonnes par an", "fictif", "2026").known
    1
    """

    open_ended: ClassVar[bool] = True

    @property
    def known(self) -> int:
        """How many of the flows given have a quantity."""
        return int(self.ties["valeur"].notna().sum())

    def located(self, zones: ShownZones) -> Self | Refusal:
        """Too few flows between two communes of the map are no map."""
        found = super().located(zones)
        if isinstance(found, Refusal):
            return found
        ties = found.ties
        ends = ties[["origine", "destination"]].isin(list(zones.shown["commune"])).all(axis=1)
        shown = ties[ends & (ties["origine"] != ties["destination"])]
        asked = tell("la carte des flux « {label} »", label=self.label)
        sums = shown.groupby(["origine", "destination"])["valeur"].sum()
        if len(sums) > MOST_FLOWS and sums.max() == sums.nlargest(MOST_FLOWS + 1).min():
            return refuse_tangle(asked, len(sums))
        return refuse_few(asked, len(shown), FEWEST_FLOWS, tell("les dire en une phrase ou dans un tableau.")) or found

    def drawn(self, page: MapPage) -> pd.DataFrame:
        """As for links; of too many ways, those wider than the first that has no room."""
        ways = super().drawn(page)
        return ways if len(ways) <= MOST_FLOWS else ways[ways["valeur"] > ways["valeur"].fillna(0).iloc[MOST_FLOWS]]

    def left_out(self, page: MapPage) -> list[str]:
        """As for links, and the ways too narrow among too many."""
        narrow = len(super().drawn(page)) - len(self.drawn(page))
        said = page.theme.say_n("{n} voie plus étroite, sans flèche", "{n} voies plus étroites, sans flèche", narrow)
        return [*([said] if narrow else []), *super().left_out(page)]

    def counted(self, page: MapPage) -> str:
        """Flows drawn, those of one way counted each."""
        return page.theme.say_n("{n} flux", "{n} flux", int(self.drawn(page)["flux"].sum()))

    def draw_ties(self, axes: Axes, page: MapPage) -> None:
        """The widest first; each from the edge of its giver to the edge of its taker."""
        colour = link_colour(page.theme)
        for _, way, value, top in self.ways(page):
            if math.isnan(value):
                _draw_dashed(axes, way, colour)
            else:
                _draw_arrow(axes, way, stroke_pt(value, top) * MM_PER_POINT, colour)

    def spots(self, page: MapPage) -> list[Spot]:
        """The places tied, of one size: only arrows measure."""
        return [replace(spot, radius=_NODE_MM) for spot in super().spots(page)]

    def kept_clear(self, page: MapPage) -> list[Box]:
        """Heads of the arrows."""
        tips = [np.array([way[-1], _head_of(way, 0.0)[0][-1]]) for _, way, *_ in self.ways(page)]
        return [Box(*tip.min(axis=0) - _GAP_MM, *tip.max(axis=0) + _GAP_MM) for tip in tips]

    def ways(self, page: MapPage) -> list[tuple[str, Floats, float, float]]:
        """Code « from-to », course, known quantity and greatest one of each arrow, the widest first; NaN if unknown."""
        ties, points = self.drawn(page), page.points("commune")
        top, found = float(ties["valeur"].max()), []
        columns = [ties[name] for name in ("origine", "destination", "valeur", "flux", "inconnus")]
        for giver, taker, value, flows, unknown in zip(*columns, strict=True):
            code, one, other = f"{giver}-{taker}", points[str(giver)], points[str(taker)]
            if flows > unknown:
                found.append((code, _between(bezier(one, other)), float(value), top))
            if unknown:
                found.append((code, _between(bezier(one, other, bend=_UNKNOWN_BEND)), math.nan, top))
        return found

    def write_legend(self, column: Column, page: MapPage) -> None:
        """Three widths, the dashes of unknown quantities, then the flows that no arrow shows."""
        map_key.write_heading(column, self.label, self.unit)
        theme, drawn = column.theme, self.drawn(page)
        top, colour = float(drawn["valeur"].max()), link_colour(theme)
        whole = bool((self.ties["valeur"].dropna() % 1 == 0).all())
        for value in round_values(top, whole=whole) if drawn["valeur"].notna().any() else []:
            y = map_key.write_beside(column, key_number(value, theme), 2 * _HEAD_HALF_MM)
            _draw_arrow(column.axes, _level(column, y), stroke_pt(value, top) * MM_PER_POINT, colour)
        if unknown := int(drawn["inconnus"].sum()):
            said = f"{theme.say('quantité inconnue')} ({unknown})"
            _draw_dashed(column.axes, _level(column, map_key.write_beside(column, said, 2 * _HEAD_HALF_MM)), colour)
        column.skip(0.6)
        for said in self.left_out(page):
            map_key.write_note(column, said)


def _level(column: Column, y: float) -> Floats:
    """A straight way across the box of a key."""
    return np.column_stack([np.linspace(column.left, column.left + map_key.SWATCH_MM[0], 12), np.full(12, y)])


def _between(curve: tuple[Floats, Floats]) -> Floats:
    """The part of a curve that lies outside the signs at its ends, at least its middle."""
    way = np.column_stack(curve)
    from_start = np.hypot(*(way - way[0]).T)
    from_end = np.hypot(*(way - way[-1]).T)
    kept = way[np.minimum(from_start, from_end) >= _NODE_MM + _GAP_MM]
    return kept if len(kept) > 2 else way[len(way) // 2 - 3 : len(way) // 2 + 3]


def _head_of(way: Floats, width: float) -> tuple[Floats, Floats, float]:
    """The body without its head, the direction of the head, and half its width."""
    steps = np.hypot(*np.diff(way, axis=0).T)
    left = np.concatenate([np.cumsum(steps[::-1])[::-1], [0.0]])
    length = min(max(_HEAD_MM, 1.3 * width), 0.6 * float(left[0]))
    body = way[left > length]
    towards = way[-1] - body[-1]
    return body, towards / np.hypot(*towards), max(_HEAD_HALF_MM, 0.95 * width)


def arrow(way: Floats, width: float) -> Floats:
    """Outline of an arrow along a way: body and head in one shape."""
    body, towards, half = _head_of(way, width)
    slopes = np.gradient(body, axis=0) if len(body) > 1 else towards[None]
    across = np.column_stack([-slopes[:, 1], slopes[:, 0]]) / np.hypot(*slopes.T)[:, None]
    one, other = body + across * width / 2, body - across * width / 2
    return np.array([*one, *_head(body, way, towards, half), *other[::-1]])


def dashed_arrow(way: Floats) -> tuple[Floats, Floats]:
    """Line and hollow head of an arrow whose width says nothing."""
    body, towards, half = _head_of(way, 0.0)
    return body, np.array(_head(body, way, towards, half))


def _head(body: Floats, way: Floats, towards: Floats, half: float) -> list[Floats]:
    side = np.array([-towards[1], towards[0]]) * half
    return [body[-1] + side, way[-1], body[-1] - side]


def _draw_arrow(axes: Axes, way: Floats, width: float, colour: str) -> None:
    """With a light edge, so that arrows that cross stay two."""
    shape = arrow(way, width)
    _fill(axes, shape, facecolor=PAPER, edgecolor=PAPER, linewidth=1.0)
    _fill(axes, shape, facecolor=colour, linewidth=0)


def _draw_dashed(axes: Axes, way: Floats, colour: str) -> None:
    body, head = dashed_arrow(way)
    axes.plot(*body.T, color=colour, linewidth=_UNKNOWN_PT, linestyle=_DASHES, zorder=9.6)
    _fill(axes, head, facecolor=PAPER, edgecolor=colour, linewidth=0.6)


def _fill(axes: Axes, corners: Floats, **style: Any) -> None:  # noqa: ANN401 - matplotlib
    from matplotlib.patches import Polygon

    axes.add_patch(Polygon(corners, closed=True, alpha=0.9, zorder=9.6, joinstyle="miter", **style))
