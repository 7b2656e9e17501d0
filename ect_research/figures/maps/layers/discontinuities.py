"""Breaks between neighbours: borders as wide as the gap between the rates of the two sides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from ect_research.analysis.territory.map_limits import FEWEST_ZONES, refuse_few, refuse_pairing
from ect_research.figures.labelling.point_labels import Box
from ect_research.figures.maps.ground.map_frame import add_shapes
from ect_research.figures.maps.layers.layer import VariableLayer
from ect_research.figures.maps.legend import map_key
from ect_research.figures.page.canvas import MM_PER_POINT
from ect_research.figures.page.formats import format_number
from ect_research.figures.page.theme import INK, PAPER
from ect_research.words import tell

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory.map_variables import MapVariable
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.maps.ground.panel import Column
    from ect_research.figures.page.theme import Theme

_SHARES = (0.75, 0.90, 1.0)
_WIDTHS_PT = (1.3, 2.9)
_BREAK = "#8a1c5b"
_CASING_PT = 1.4
_GREY, _GREY_WIDTHS_PT = "#7f7f7f", (1.9, 3.6)


@dataclass(frozen=True)
class Discontinuities(VariableLayer):
    """The quarter of common borders where a rate breaks most, in two widths: the last tenth is wider.

    Attributes:
        variable: a ``taux``; any other kind is refused, and fewer than twelve zones too: their few borders would all be
            breaks.
        filled: whether areas are coloured under it.

    Source:
        Grasland (1997), on discontinuities: absolute gap between two neighbours, drawn on their common border.
    """

    variable: MapVariable
    filled: bool = False

    def over_fills(self) -> Discontinuities:
        """Lines that stay visible over any tone."""
        return replace(self, filled=True)

    def refusal(self) -> Refusal | None:
        """A count has no break (its zones differ in size), and few zones have few borders."""
        if (refused := refuse_pairing(self.variable, "choroplethe")) is not None:
            return refused
        asked = tell("la carte des ruptures de « {label} »", label=self.variable.label)
        instead = tell("dessiner le taux lui-même (Choropleth), ou des zones plus petites.")
        return refuse_few(asked, len(self.variable.known), FEWEST_ZONES, instead)

    def gaps(self, page: MapPage) -> pd.DataFrame:
        """``un, autre, ecart, trait`` of each pair of neighbours with a value, the widest gap first."""
        zones, known = page.zones(self.variable.zone), self.variable.known
        codes = [str(code) for code in known.index if str(code) in zones]
        shapes = np.array([zones[code] for code in codes], dtype=object)
        one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        first = one < other
        one, other = one[first], other[first]
        lines = shapely.intersection(shapes[one], shapes[other])
        values = known.loc[codes].to_numpy(dtype="float64")
        names = np.array(codes, dtype=object)
        found = pd.DataFrame({"un": names[one], "autre": names[other], "ecart": np.abs(values[one] - values[other])})
        found = found.assign(trait=lines).loc[shapely.length(lines) > 0]
        ranked: pd.DataFrame = found.sort_values(
            ["ecart", "un", "autre"], ascending=[False, True, True], ignore_index=True
        )
        return ranked

    def drawn(self, page: MapPage) -> tuple[pd.DataFrame, list[float]]:
        """The gaps drawn, with the rank of their width, and the bounds of the widths; nothing where all are equal."""
        gaps = self.gaps(page)
        if not len(gaps) or gaps["ecart"].max() == gaps["ecart"].min():
            return gaps.head(0).assign(rang=0), []
        bounds = [float(bound) for bound in np.quantile(gaps["ecart"], _SHARES)]
        kept = gaps[(gaps["ecart"] >= bounds[0]) & (gaps["ecart"] > 0)]
        return kept.assign(rang=(kept["ecart"] >= bounds[1]).astype(int)), bounds

    def rows(self, page: MapPage) -> pd.DataFrame:
        """``couche, code, zone`` (« one / other »), ``valeur`` (the gap), one row per border drawn."""
        kept, names = self.drawn(page)[0], page.zone_names(self.variable.zone)
        zones = [f"{names[a]} / {names[b]}" for a, b in zip(kept["un"], kept["autre"], strict=True)]
        codes = kept["un"] + "-" + kept["autre"]
        return pd.DataFrame({"couche": self.label, "code": codes, "zone": zones, "valeur": kept["ecart"]})

    def draw(self, axes: Axes, page: MapPage) -> None:
        """One collection per width, over the borders of the ground; without colour, a wide grey under the black ones."""
        kept, _ = self.drawn(page)
        colour, widths, zorder = self._strokes(page.theme)
        for rank, width in enumerate(widths):
            lines = kept.loc[kept["rang"] == rank, "trait"].tolist()
            if self.filled:
                add_shapes(axes, lines, edgecolor=PAPER, linewidth=width + _CASING_PT, zorder=zorder)
            add_shapes(axes, lines, edgecolor=colour, linewidth=width, capstyle="round", zorder=zorder)

    def covered(self, page: MapPage) -> list[Box]:
        """Squares along the borders drawn."""
        kept, widths = self.drawn(page)[0], self._strokes(page.theme)[1]
        half = max(widths) * MM_PER_POINT / 2
        lines = shapely.segmentize(kept["trait"].to_numpy(), 2 * half)
        return [Box(x - half, y - half, x + half, y + half) for x, y in shapely.get_coordinates(lines).tolist()]

    def _strokes(self, theme: Theme) -> tuple[str, tuple[float, float], float]:
        """Colour, widths (points) and height; without colour nor fills, greys wider than any border, under it."""
        if theme.greyscale and not self.filled:
            return _GREY, _GREY_WIDTHS_PT, 4.8
        return INK if theme.greyscale else _BREAK, _WIDTHS_PT, 8.5

    def write_legend(self, column: Column, page: MapPage) -> None:
        """The two widths and how many borders each has, then how many are not drawn."""
        theme, variable = column.theme, self.variable
        map_key.write_heading(column, variable.label, variable.unit)
        column.write(theme.say("écart entre deux voisines"), theme.base_pt - 1.5)
        kept, bounds = self.drawn(page)
        colour, widths, _ = self._strokes(theme)
        for rank in (1, 0) if bounds else ():
            low, high = (
                format_number(bound, max(variable.decimals, 0 if bound >= 1 else 2), theme.language)
                for bound in bounds[rank : rank + 2]
            )
            said = theme.say("de {low} à {high}", low=low, high=high)
            map_key.write_stroke(column, widths[rank], colour, f"{said} ({int((kept['rang'] == rank).sum())})")
        column.skip(0.6)
        left = len(self.gaps(page)) - len(kept)
        said = theme.say_n(
            "{n} limite commune, d’écart moindre, sans trait", "{n} limites communes, d’écart moindre, sans trait", left
        )
        map_key.write_note(column, said)
        map_key.write_left_off(column, variable)
