"""One sign per project, scattered inside its commune: always the same place for the same projects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ect_research.analysis.territory.map_limits import refuse_many
from ect_research.errors import EctError
from ect_research.figures.maps.ground.naming import Spot
from ect_research.figures.maps.ground.symbols import absent_lines
from ect_research.figures.maps.layers.layer import Layer
from ect_research.figures.maps.legend import map_key, palettes
from ect_research.figures.maps.legend.map_key import dots_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory.project_places import ProjectPlaces
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.maps.ground.panel import Column

    Floats = NDArray[np.float64]

DOT_MM = (1.25, 2.0)
_CANDIDATES = 700
_INSET_SHARE = 0.55
_SIDE_BY_SIDE = 1.16


@dataclass(frozen=True)
class Dots(Layer):
    """Projects as signs told apart by shape and colour.

    Attributes:
        places: from `place_projects`.
        categories: ``projet_id`` → category in words; one sign for all when None, « non renseigné » where absent.
        label: what the categories are.
        source: of the projects.
        date: of the projects.
        named: whether communes that hold projects are named.
    """

    places: ProjectPlaces
    categories: pd.Series[str] | None = None
    label: str = "Projets"
    source: str = ""
    date: str = ""
    named: bool = True

    def __post_init__(self) -> None:
        if not (self.source.strip() and self.date.strip()):
            raise EctError(
                "Points des projets : il manque la source ou la date (source=…, date=…).",
            )

    def refusal(self) -> Refusal | None:
        """Too many categories."""
        return refuse_many(self.label, len(self.names))

    def rows(self, page: MapPage) -> pd.DataFrame:
        """``couche, code, zone, valeur``, one row per sign."""
        placed, names = self.places_on(page), page.zone_names("commune")
        zones = [names[str(code)] for code in placed["commune"]]
        shown = {"couche": self.label, "code": placed["commune"], "zone": zones, "valeur": placed["categorie"]}
        return pd.DataFrame(shown)

    def counted(self, page: MapPage) -> str:
        """Projects with a sign."""
        return page.theme.say_n("{n} projet", "{n} projets", len(self.places_on(page)))

    @cached_property
    def drawn(self) -> pd.DataFrame:
        """``projet_id, commune, categorie`` of the projects on the map, in a fixed order."""
        projects = self.places.projects
        kept = projects[projects["situation"].isin(("perimetre", "cadre"))][["projet_id", "commune"]]
        kind: Any = "" if self.categories is None else kept["projet_id"].map(self.categories.to_dict())
        return kept.assign(categorie=kind).sort_values(["commune", "projet_id"], ignore_index=True)

    @cached_property
    def names(self) -> list[str]:
        """Categories, the most frequent first; « non renseigné » is not one of them."""
        counts = self.drawn["categorie"].value_counts()
        return sorted(map(str, counts.index), key=lambda name: (-int(counts[name]), name))

    def sign_mm(self, page: MapPage) -> float:
        """Size of the signs: one for the whole map, so that the fullest commune holds its own."""
        zones = page.zones("commune")
        counts = self.drawn["commune"].value_counts()
        rooms = [zones[str(code)].area / int(count) for code, count in counts.items() if str(code) in zones]
        smallest, largest = DOT_MM
        return max(smallest, min(largest, 0.9 * float(np.sqrt(min(rooms, default=largest**2)))))

    def places_on(self, page: MapPage) -> pd.DataFrame:
        """`drawn` with ``x, y`` in millimetres, for the communes of the map."""
        zones, centres = page.zones("commune"), page.data_points("commune")
        shown = self.drawn[self.drawn["commune"].isin(list(centres))]
        spread = [
            scatter_inside(zones[str(code)], centres[str(code)], len(held), self.sign_mm(page))
            for code, held in shown.groupby("commune")
        ]
        places = np.vstack(spread) if spread else np.empty((0, 2))
        return shown.assign(x=places[:, 0], y=places[:, 1])

    def draw(self, axes: Axes, page: MapPage) -> None:
        """Signs with an edge, so that two that touch stay two."""
        signs, size = palettes.markers(self.names, page.theme), self.sign_mm(page)
        for row in self.places_on(page).itertuples():
            unknown = not isinstance(row.categorie, str)
            shape, colour = ("o", "#ffffff") if unknown else signs[str(row.categorie)]
            axes.plot(
                [float(str(row.x))],
                [float(str(row.y))],
                marker=shape,
                markersize=size * palettes.EVEN_SIDE.get(shape, 1) * 72 / 25.4,
                color=colour,
                markeredgecolor=palettes.edge_of(colour),
                markeredgewidth=0.45,
                zorder=10,
            )

    def spots(self, page: MapPage) -> Sequence[Spot]:
        """One per sign, bare; and one per commune, named, that surrounds its signs."""
        placed, names = self.places_on(page), page.zone_names("commune")
        spots = []
        for rank, (code, held) in enumerate(placed.groupby("commune")):
            x, y = float(held["x"].mean()), float(held["y"].mean())
            reach = float(np.hypot(held["x"] - x, held["y"] - y).max()) + self.sign_mm(page) / 2
            said = names[str(code)] if self.named else ""
            spots.append(Spot(str(code), said, x, y, reach, len(held), rank))
        return spots

    def write_legend(self, column: Column, page: MapPage) -> None:
        """One sign per category with its number, then what no sign shows."""
        theme = column.theme
        map_key.write_heading(column, self.label)
        signs = palettes.markers(self.names, theme)
        placed = self.places_on(page)["categorie"]
        for name, (shape, colour) in signs.items():
            count = int((placed == name).sum())
            said = f"{name} ({count})" if name else theme.say_n("{n} projet", "{n} projets", count)
            map_key.write_sign(column, shape, colour, said)
        if unknown := int(placed.isna().sum()):
            map_key.write_sign(column, "o", "#ffffff", f"{theme.say('non renseigné')} ({unknown})")
        column.skip(0.8)
        beyond = len(self.drawn) - len(placed)
        for line in absent_lines(
            {**self.places.counts, "hors_cadre": self.places.counts["hors_cadre"] + beyond}, theme
        ):
            map_key.write_note(column, line)
        map_key.write_note(column, dots_line(theme))


def scatter_inside(outline: Any, centre: Sequence[float], count: int, sign_mm: float) -> Floats:  # noqa: ANN401 - shapely has no types
    """Points inside an outline, as far from one another as can be, the first at its label point.

    Candidates are a Halton sequence, so the same outline and count always give the same points. Where the outline has no
    room for as many signs side by side, they stand in a honeycomb around the label point: none hides another.

    Args:
        outline: polygon, millimetres.
        centre: label point, millimetres.
        count: how many, at least 1.
        sign_mm: size of a sign; signs of one commune stay together as one group.

    Returns:
        shape (count, 2), millimetres.

    >>> scatter_inside(shapely.box(0, 0, 10, 10), (5, 5), 1, 2.0).tolist()
    [[5.0, 5.0]]
    """
    if count == 1:
        return np.array([centre], dtype="float64")
    reach = float(np.sqrt(outline.area / np.pi))
    inner = shapely.buffer(outline, -min(sign_mm / 2, _INSET_SHARE * reach))
    area = outline if inner.is_empty else inner
    candidates = _halton_in(area)
    near = candidates[np.argmin(((candidates - np.asarray(centre)) ** 2).sum(axis=1))]
    chosen = [near]
    gap = ((candidates - near) ** 2).sum(axis=1)
    allowed = gap <= 1.7 * sign_mm**2 * count
    for _ in range(count - 1):
        best = int(np.argmax(np.where(allowed, gap, -1.0)))
        if np.where(allowed, gap, -1.0)[best] < sign_mm**2:
            return np.asarray(centre) + _honeycomb(count, sign_mm * _SIDE_BY_SIDE)
        chosen.append(candidates[best])
        gap = np.minimum(gap, ((candidates - candidates[best]) ** 2).sum(axis=1))
    return np.array(chosen)


def _honeycomb(count: int, pitch: float) -> Floats:
    """The cells of a honeycomb that are nearest to its middle cell."""
    reach = np.arange(-count, count + 1)
    along, row = np.meshgrid(reach, reach)
    cells = np.column_stack([(along + row / 2).ravel(), (row * np.sqrt(3) / 2).ravel()])
    return pitch * cells[np.lexsort((*cells.T, np.hypot(*cells.T).round(6)))[:count]]


def _halton_in(area: Any) -> Floats:  # noqa: ANN401 - shapely has no types
    west, south, east, north = area.bounds
    ranks = np.arange(1, _CANDIDATES * 4 + 1)
    x, y = west + (east - west) * _radical_inverse(ranks, 2), south + (north - south) * _radical_inverse(ranks, 3)
    inside = shapely.contains_xy(area, x, y)
    found = np.column_stack([x[inside], y[inside]])[:_CANDIDATES]
    return found if len(found) else np.array([shapely.point_on_surface(area).coords[0]])


def _radical_inverse(ranks: NDArray[np.int64], base: int) -> Floats:
    digits, scale, left = np.zeros(len(ranks)), 1.0, ranks.copy()
    while left.any():
        scale /= base
        digits += scale * (left % base)
        left //= base
    return digits
