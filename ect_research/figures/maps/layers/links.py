"""Ties between communes as curves whose width is the value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
import pandas as pd

from ect_research.analysis.territory.map_limits import refuse_nothing
from ect_research.analysis.territory.map_variables import LARGEST, SMALLEST
from ect_research.errors import EctError
from ect_research.figures.labelling.point_labels import Box
from ect_research.figures.maps.ground.naming import Spot
from ect_research.figures.maps.ground.symbols import draw_circles, key_number
from ect_research.figures.maps.layers.circles import round_values
from ect_research.figures.maps.layers.layer import Layer
from ect_research.figures.maps.legend import map_key
from ect_research.figures.page.canvas import MM_PER_POINT
from ect_research.words import quoted, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from ect_research.analysis.chance import Refusal
    from ect_research.figures.maps.ground.map_page import MapPage, ShownZones
    from ect_research.figures.maps.ground.panel import Column
    from ect_research.figures.page.theme import Theme

_WIDEST_PT = 6.0
_THINNEST_PT = 0.5
_BEND = 0.16
_NODE_MM = (0.55, 1.7)
LINK_COLOUR, _GREY = "#7a2a4a", "#3a3a3a"


@dataclass(frozen=True)
class Links(Layer):
    """Ties between places.

    Attributes:
        ties: ``origine, destination`` (commune codes, old ones followed) and ``valeur`` (positive); ties given twice add up.
        label: what a tie is.
        unit: of the value.
        source: of the ties.
        date: of the ties.
        named: how many places are named, those of greatest value first.
    """

    ties: pd.DataFrame
    label: str
    unit: str
    source: str
    date: str
    named: int = 14
    open_ended: ClassVar[bool] = False

    def __post_init__(self) -> None:
        said = {"le libellé (label)": self.label, "l’unité (unit)": self.unit, "la source": self.source}
        faults = [f"il manque {name}" for name, words in (said | {"la date": self.date}).items() if not words.strip()]
        faults += [
            f"il manque la colonne {name}" for name in ("origine", "destination", "valeur") if name not in self.ties
        ]
        if "valeur" in self.ties and not _all_positive(self.ties["valeur"], unknown=self.open_ended):
            faults.append("une valeur n’est pas un nombre positif, ou est trop petite ou trop grande pour une carte")
        if faults:
            raise EctError("Liens « {label} » : {faults}.", label=self.label, faults=quoted(" ; ".join(faults)))

    def located(self, zones: ShownZones) -> Self | Refusal:
        """Ends in codes of today."""
        today = zones.today["commune"]
        ends = {name: [today.get(str(code), code) for code in self.ties[name]] for name in ("origine", "destination")}
        return replace(self, ties=self.ties.assign(**ends))

    def refusal(self) -> Refusal | None:
        """No tie, no map."""
        return refuse_nothing(tell("la carte des liens « {label} »", label=self.label), len(self.ties))

    def rows(self, page: MapPage) -> pd.DataFrame:
        """``couche, code, zone`` (« from → to »), ``valeur``, one row per curve."""
        drawn, names = self.drawn(page), page.zone_names("commune")
        ways = zip(drawn["origine"], drawn["destination"], strict=True)
        zones = [f"{names[str(one)]} → {names[str(other)]}" for one, other in ways]
        codes = drawn["origine"] + "-" + drawn["destination"]
        return pd.DataFrame({"couche": self.label, "code": codes, "zone": zones, "valeur": drawn["valeur"]})

    def counted(self, page: MapPage) -> str:
        """Ties drawn."""
        return page.theme.say_n("{n} lien", "{n} liens", len(self.drawn(page)))

    def drawn(self, page: MapPage) -> pd.DataFrame:
        """Ties between two different communes of the map, summed by pair, the widest first.

        Returns:
            ``origine, destination, valeur`` (NaN where none is known), ``flux`` (how many) and ``inconnus`` (how many of
            them without a value).
        """
        known = list(page.points("commune"))
        both = self.ties["origine"].isin(known) & self.ties["destination"].isin(known)
        apart = self.ties["origine"] != self.ties["destination"]
        numbers = self.ties["valeur"].astype("float64")
        given = self.ties.assign(valeur=numbers, inconnus=numbers.isna())[both & apart]
        pairs = given.groupby(["origine", "destination"])
        summed = pd.DataFrame(
            {"valeur": pairs["valeur"].sum(min_count=1), "flux": pairs.size(), "inconnus": pairs["inconnus"].sum()}
        ).reset_index()
        order = ["valeur", "origine", "destination"]
        return summed.sort_values(order, ascending=[False, True, True], ignore_index=True)

    def draw(self, axes: Axes, page: MapPage) -> None:
        """Ties, then their places over them."""
        self.draw_ties(axes, page)
        draw_circles(axes, [(spot.x, spot.y, spot.radius) for spot in self.spots(page)], page.theme)

    def draw_ties(self, axes: Axes, page: MapPage) -> None:
        """The widest first, so that the thin ones stay visible."""
        ties, points = self.drawn(page), page.points("commune")
        top = float(ties["valeur"].max()) if len(ties) else 1.0
        for row in ties.itertuples():
            x, y = bezier(points[str(row.origine)], points[str(row.destination)])
            width = stroke_pt(float(str(row.valeur)), top)
            axes.plot(
                x, y, color=link_colour(page.theme), linewidth=width, alpha=0.8, solid_capstyle="round", zorder=9.5
            )

    def spots(self, page: MapPage) -> Sequence[Spot]:
        """The places tied, a little larger where more is tied."""
        ties, points, names = self.drawn(page), page.points("commune"), page.zone_names("commune")
        ends = pd.concat([ties.set_index(end)["valeur"] for end in ("origine", "destination")])
        weights = ends.groupby(level=0).sum()
        order = sorted(weights.index, key=lambda code: (-float(weights[code]), str(code)))
        top = float(weights.max()) if len(weights) else 1.0
        small, large = _NODE_MM
        return [
            Spot(
                str(code),
                names[str(code)] if rank < self.named else "",
                *points[str(code)],
                small + (large - small) * float(np.sqrt(weights[code] / top) if top else 0.0),
                1,
                rank,
            )
            for rank, code in enumerate(order)
        ]

    def covered(self, page: MapPage) -> list[Box]:
        """Squares along the wide strokes."""
        ties, points = self.drawn(page), page.points("commune")
        top = float(ties["valeur"].max()) if len(ties) else 1.0
        boxes = []
        for row in ties.itertuples():
            half = stroke_pt(float(str(row.valeur)), top) * MM_PER_POINT / 2 + 0.3
            x, y = bezier(points[str(row.origine)], points[str(row.destination)], 60)
            boxes += [Box(a - half, b - half, a + half, b + half) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
        return boxes

    def write_legend(self, column: Column, page: MapPage) -> None:
        """Three widths, then the ties that no curve shows."""
        map_key.write_heading(column, self.label, self.unit)
        drawn = self.drawn(page)
        top = float(drawn["valeur"].max()) if len(drawn) else 1.0
        whole = bool((self.ties["valeur"] % 1 == 0).all())
        for value in round_values(top, whole=whole) if len(drawn) else []:
            map_key.write_stroke(
                column, stroke_pt(value, top), link_colour(column.theme), key_number(value, column.theme)
            )
        column.skip(0.6)
        for said in self.left_out(page):
            map_key.write_note(column, said)

    def left_out(self, page: MapPage) -> list[str]:
        """Ties that no curve shows: within one commune, or with an end outside the map."""
        inside = int((self.ties["origine"] == self.ties["destination"]).sum())
        known, theme, lines = list(page.points("commune")), page.theme, []
        lost = int((~(self.ties["origine"].isin(known) & self.ties["destination"].isin(known))).sum())
        if inside:
            lines.append(theme.say_n("{n} lien interne à une commune", "{n} liens internes à une commune", inside))
        if lost:
            lines.append(theme.say_n("{n} lien hors de la carte", "{n} liens hors de la carte", lost))
        return lines


def stroke_pt(value: float, top: float) -> float:
    """Width of a stroke in points: proportional to the value, but never too thin to be seen.

    >>> stroke_pt(4, 8), stroke_pt(8, 8)
    (3.0, 6.0)
    """
    widest = min(_WIDEST_PT, 1.4 * top) if top >= 1 else _WIDEST_PT
    return max(_THINNEST_PT, widest * value / top)


def bezier(
    start: Sequence[float], end: Sequence[float], steps: int = 40, bend: float = _BEND
) -> tuple[np.ndarray, np.ndarray]:
    """A quadratic curve that bends to the right of its way, so that two ways of one pair stay apart.

    >>> x, y = bezier((0, 0), (10, 0))
    >>> round(float(y.min()), 2), x[-1]
    (-0.8, np.float64(10.0))
    """
    one, two = np.asarray(start, dtype="float64"), np.asarray(end, dtype="float64")
    across = two - one
    control = (one + two) / 2 + bend * np.array([across[1], -across[0]])
    t = np.linspace(0, 1, steps)[:, None]
    curve = (1 - t) ** 2 * one + 2 * t * (1 - t) * control + t**2 * two
    return curve[:, 0], curve[:, 1]


def _all_positive(values: pd.Series[float], *, unknown: bool) -> bool:
    numbers = values.astype("float64")
    return bool((numbers.between(SMALLEST, LARGEST) | (numbers.isna() & unknown)).all())


def link_colour(theme: Theme) -> str:
    """Of curves and arrows."""
    return _GREY if theme.greyscale else LINK_COLOUR
