"""The ground of a map: neighbours, communes, intercommunalities and their borders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely

from ect_research.figures.maps.ground.map_frame import add_borders, add_shapes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.corpus.basemap.perimeters import Perimeter
    from ect_research.figures.maps.ground.map_frame import MapFrame
    from ect_research.figures.page.theme import Theme

WATER = "#dfeaf1"
NEIGHBOUR = "#f1f0eb"
ABROAD = "#e3ded5"
GROUND = "#fdfdfb"
GREY_OF = {WATER: "#f7f7f7", NEIGHBOUR: "#f0f0f0", ABROAD: "#dedede", GROUND: "#fdfdfd"}
TINT = "#efe2c8"
QUIET, GREY_QUIET = "#f6efdf", "#efefef"
# Greyscale: two tones by three textures, told apart without hue nor order of lightness.
GREY_TEXTURES = (
    ("#e9e9e9", ""),
    ("#ffffff", "////"),
    ("#d6d6d6", ""),
    ("#ffffff", "...."),
    ("#e9e9e9", "\\\\\\\\"),
    ("#ffffff", "||||"),
    ("#ffffff", "----"),
)
MANY = 20
_COUNTLESS = 300
_SEAM_M = 800


@dataclass(frozen=True)
class Ground:
    """Geometries cut to the frame, in millimetres.

    Attributes:
        countries: ``nom_fr, nom_en`` and geometry, those visible only.
        neighbours: département code → visible part outside the study area.
        neighbour_names: département code → name.
        seams: borders between neighbours.
        study: the départements of the frame, one geometry each.
        study_names: département code → name, when there is only one and the perimeter does not fill it.
        communes: code → commune of the study area.
        others: intercommunalities of the study area outside the perimeter.
        groups: intercommunality of the perimeter (SIREN) → geometry.
    """

    countries: pd.DataFrame
    neighbours: dict[str, Any]
    neighbour_names: dict[str, str]
    seams: list[Any]
    study: list[Any]
    study_names: dict[str, str]
    communes: dict[str, Any]
    others: list[Any]
    groups: dict[str, Any]

    @property
    def land(self) -> Any:  # noqa: ANN401 - shapely has no types
        """The study area in one piece."""
        return shapely.union_all(self.study)


def study_bounds(basemap: Basemap, perimeter: Perimeter) -> tuple[float, float, float, float]:
    """Bounds, in metres, of the départements that the map shows."""
    shown = basemap.communes[basemap.communes["dep"].isin(perimeter.frame)]
    west, south, east, north = map(float, shapely.total_bounds(shown["geometry"]))
    return west, south, east, north


def prepare_ground(basemap: Basemap, perimeter: Perimeter, frame: MapFrame) -> Ground:
    """Cut everything to the frame; borders come from the finest layer that has them."""
    inside = basemap.communes[frame.meets(basemap.communes["geometry"].to_numpy(), 2 * _SEAM_M)]
    fine = basemap.outlines(dict(zip(inside["code"].tolist(), inside["dep"].tolist(), strict=True)))
    around = basemap.departements
    around = around[~around["dep"].isin(list(fine)) & frame.meets(around["geometry"].to_numpy())]
    coarse = dict(zip(around["dep"].tolist(), around["geometry"].tolist(), strict=True))
    beside = {dep: shape for dep, shape in fine.items() if dep not in perimeter.frame}
    shown = basemap.communes[basemap.communes["dep"].isin(perimeter.frame)]
    then = basemap.epci_of_year(perimeter.year)
    outside = {code: then[code] for code in shown["code"] if code in then and code not in perimeter.members}
    groups = basemap.outlines(perimeter.members)
    near = coarse | beside
    neighbours = {
        dep: shape for dep, shape in zip(near, frame.project([*near.values()]), strict=True) if not shape.is_empty
    }
    names = dict(zip(basemap.departements["dep"], basemap.departements["nom"], strict=True))
    region = shapely.coverage_union_all([*fine.values()])
    close = shapely.buffer(shapely.simplify(region, _SEAM_M / 4), _SEAM_M, quad_segs=2)
    inner = [shapely.boundary(shape) for shape in beside.values()]
    outer = [shapely.difference(shapely.boundary(shape), close) for shape in coarse.values()]
    return Ground(
        countries=_visible_countries(basemap, frame),
        neighbours=neighbours,
        neighbour_names={dep: names[dep] for dep in neighbours},
        seams=list(frame.project([*inner, *outer])),
        study=list(frame.project([shape for dep, shape in fine.items() if dep in perimeter.frame])),
        study_names={dep: names[dep] for dep in perimeter.frame if outside and len(perimeter.frame) == 1},
        communes=dict(zip(shown["code"].tolist(), frame.project(shown["geometry"].to_numpy()), strict=True)),
        others=list(frame.project([*basemap.outlines(outside).values()])) if outside else [],
        groups=dict(zip(groups, frame.project([*groups.values()]), strict=True)),
    )


def draw_ground(
    axes: Axes, ground: Ground, perimeter: Perimeter, theme: Theme, *, tinted: bool = True, scale: float = 1.0
) -> None:
    """Fills first, then borders from the finest to the heaviest.

    Args:
        axes: in millimetres.
        ground: what to draw.
        perimeter: gives the colours.
        theme: the reader's preset.
        tinted: one tint per intercommunality; else one for the whole perimeter, to leave colour to the data.
        scale: of the widths of the borders, for small maps.
    """
    _draw_surroundings(axes, ground, theme)
    add_shapes(axes, ground.study, facecolor=paper_of(GROUND, theme), zorder=3)
    groups = list(ground.groups.values())
    if tinted:
        styles = group_styles(perimeter, theme)
        for siren, shape in ground.groups.items():
            add_shapes(axes, [shape], zorder=4, **styles[siren])
    else:
        add_shapes(axes, groups, merged=True, zorder=4, facecolor=GREY_QUIET if theme.greyscale else QUIET)
    lines = line_styles(len(ground.groups))
    drawn = {"commune": list(ground.communes.values()), "other": ground.others, "member": groups}
    for order, (key, shapes) in enumerate((drawn | {"departement": ground.study}).items()):
        width = lines[key]["linewidth"] * scale
        add_borders(axes, shapes, edgecolor=lines[key]["color"], linewidth=width, zorder=5 + order)


def line_styles(groups: int) -> dict[str, dict[str, Any]]:
    """Colour and width (points) of each border, the heaviest first; finer where the groups are many."""
    crowded = groups > MANY
    if groups > _COUNTLESS:
        widths = {"departement": 0.4, "member": 0.12, "other": 0.12, "commune": 0.03}
        colours = {"departement": "#141414", "member": "#4a4a4a", "other": "#6e6e6e", "commune": "#8f8f8f"}
        return {key: {"color": colours[key], "linewidth": width} for key, width in widths.items()}
    return {
        "departement": {"color": "#141414", "linewidth": 0.9 if crowded else 1.35},
        "member": {"color": "#2b2b2b", "linewidth": 0.35 if crowded else 0.85},
        "other": {"color": "#6e6e6e", "linewidth": 0.45},
        "commune": {"color": "#8f8f8f", "linewidth": 0.1 if crowded else 0.2},
    }


def group_styles(perimeter: Perimeter, theme: Theme) -> dict[str, dict[str, Any]]:
    """SIREN → fill: hues of equal lightness, or tones and textures in greyscale, or one tint when too many."""
    styles: dict[str, dict[str, Any]] = {}
    for rank, group in enumerate(perimeter.epci):
        if not group.colour:
            styles[group.siren] = {"facecolor": "#e9e9e9" if theme.greyscale else TINT}
        elif theme.greyscale:
            tone, texture = GREY_TEXTURES[rank % len(GREY_TEXTURES)]
            styles[group.siren] = {"facecolor": tone, "edgecolor": "#b4b4b4", "hatch": texture or None}
        else:
            styles[group.siren] = {"facecolor": group.colour}
    return styles


def _visible_countries(basemap: Basemap, frame: MapFrame) -> pd.DataFrame:
    countries = basemap.countries.assign(geometry=frame.project(basemap.countries["geometry"].to_numpy()))
    visible: pd.DataFrame = countries[~shapely.is_empty(countries["geometry"])]
    return visible.reset_index(drop=True)


def paper_of(tone: str, theme: Theme) -> str:
    """The tone of what surrounds the data, without any hue where the preset is in greys."""
    return GREY_OF[tone] if theme.greyscale else tone


def _draw_surroundings(axes: Axes, ground: Ground, theme: Theme) -> None:
    for fills, colour in (
        (ground.countries["geometry"].tolist(), ABROAD),
        (list(ground.neighbours.values()), NEIGHBOUR),
    ):
        tone = paper_of(colour, theme)
        add_shapes(axes, fills, facecolor=tone, edgecolor=tone, linewidth=2.2, zorder=1)
    add_borders(axes, ground.seams, edgecolor="#a4a4a4", linewidth=0.5, linestyle=(0, (5, 2)), zorder=2)
