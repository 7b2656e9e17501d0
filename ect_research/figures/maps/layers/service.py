"""Areas within reach of places: circles as the crow flies, or outlines made elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from ect_research.analysis.territory.map_limits import refuse_nothing
from ect_research.errors import EctError
from ect_research.figures.maps.ground.map_frame import add_shapes
from ect_research.figures.maps.ground.naming import Spot
from ect_research.figures.maps.ground.symbols import draw_circles
from ect_research.figures.maps.layers.layer import Layer
from ect_research.figures.maps.legend import map_key
from ect_research.figures.page.formats import format_number
from ect_research.words import quoted, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from ect_research.analysis.chance import Refusal
    from ect_research.figures.maps.ground.map_page import MapPage, ShownZones
    from ect_research.figures.maps.ground.panel import Column
    from ect_research.figures.page.theme import Theme

_ARC_STEPS = 48
_PLACE_MM = 0.9
_HALF_WAY_ROUND = 20_000
"""Kilometres from a place to its antipode."""
_DASHED = (0, (4, 2))


@dataclass(frozen=True)
class ServiceAreas(Layer):
    """What lies within a distance of at least one place, on land of the study area.

    Attributes:
        centres: commune codes of the places.
        radius_km: as the crow flies, from the label point of the commune.
        label: what is within reach.
        source: of the places.
        date: of the places.
        veiled: whether what is within reach is coloured, and not only outlined.
    """

    centres: Sequence[str]
    radius_km: float
    label: str
    source: str
    date: str
    veiled: bool = True

    def __post_init__(self) -> None:
        said = {"le libellé (label)": self.label, "la source": self.source, "la date": self.date}
        faults = [f"il manque {name}" for name, words in said.items() if not words.strip()]
        if not 0 < self.radius_km <= _HALF_WAY_ROUND:
            faults.append("le rayon doit être un nombre positif, de 20 000 km au plus")
        if faults:
            raise EctError(
                "Aires de service « {label} » : {faults}.", label=self.label, faults=quoted(" ; ".join(faults))
            )

    def refusal(self) -> Refusal | None:
        """No place, no area."""
        return refuse_nothing(tell("les aires de service « {label} »", label=self.label), len(self.centres))

    def located(self, zones: ShownZones) -> ServiceAreas:
        """Centres of today, old codes followed.

        Raises:
            EctError: a centre that is no commune of the base map.
        """
        today = zones.today["commune"]
        if lost := [code for code in self.centres if code not in today]:
            raise EctError(
                "Aires de service « {label} » : {codes} n’est pas au fond de carte ; donner le code Insee d’une commune du"
                " fond, ou construire un fond plus large (ect maps build).",
                label=self.label,
                codes=", ".join(lost),
            )
        return replace(self, centres=[today[code] for code in self.centres])

    def over_fills(self) -> ServiceAreas:
        """The outline alone."""
        return replace(self, veiled=False)

    def rows(self, page: MapPage) -> pd.DataFrame:
        """``couche, code, zone, valeur`` (the radius in km), one row per place."""
        codes, names = list(dict.fromkeys(self.centres)), page.zone_names("commune")
        zones = [names[code] for code in codes]
        return pd.DataFrame({"couche": self.label, "code": codes, "zone": zones, "valeur": self.radius_km})

    def counted(self, page: MapPage) -> str:
        """Places."""
        return page.theme.say_n("{n} lieu", "{n} lieux", len(set(self.centres)))

    def reach(self, page: MapPage) -> Any:  # noqa: ANN401 - shapely has no types
        """The land within reach, millimetres."""
        radius = self.radius_km * 1000 * page.frame.mm_per_m
        circles = [shapely.Point(x, y).buffer(radius, _ARC_STEPS) for x, y in self._centres(page)]
        return shapely.intersection(shapely.union_all(circles), page.ground.land)

    def draw(self, axes: Axes, page: MapPage) -> None:
        """A veil under the borders, its outline over them, the places over it."""
        colour = _colour(page.theme)
        if self.veiled:
            add_shapes(axes, [self.reach(page)], facecolor=colour, alpha=0.28, zorder=4.6)
        add_shapes(
            axes,
            [self.reach(page)],
            edgecolor=colour,
            linewidth=1.0 if self.veiled else 1.6,
            linestyle=_DASHED,
            zorder=8.5,
        )
        draw_circles(axes, [(spot.x, spot.y, spot.radius) for spot in self.spots(page)], page.theme)

    def spots(self, page: MapPage) -> list[Spot]:
        """The places, named."""
        names, points = page.zone_names("commune"), page.points("commune")
        known = [code for code in dict.fromkeys(self.centres) if code in points]
        return [Spot(code, names[code], *points[code], _PLACE_MM, 1, rank) for rank, code in enumerate(known)]

    def write_legend(self, column: Column, page: MapPage) -> None:
        """The veil, its radius, and what it holds."""
        theme, colour = page.theme, _colour(page.theme)
        map_key.write_heading(column, self.label, theme.say("à vol d’oiseau"))
        distance = format_number(self.radius_km, 0 if self.radius_km == int(self.radius_km) else 1, theme.language)
        if len(set(self.centres)) == 1:
            name = page.zone_names("commune")[self.centres[0]]
            said = theme.say("{km} km autour de {name}", km=distance, name=name)
        else:
            said = theme.say("{km} km autour de chaque lieu", km=distance)
        if self.veiled:
            map_key.write_swatch(column, {"facecolor": colour, "alpha": 0.28}, said)
        else:
            map_key.write_stroke(column, 1.6, colour, said, linestyle=_DASHED)

    def _centres(self, page: MapPage) -> list[tuple[float, float]]:
        communes = page.basemap.communes.set_index("code")
        return [page.frame.point(*communes.loc[code, ["px", "py"]]) for code in self.centres if code in communes.index]


def _colour(theme: Theme) -> str:
    return "#4d4d4d" if theme.greyscale else "#2f6f8f"
