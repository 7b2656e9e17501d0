"""Which names a map writes, and where: projects' communes, reference towns, areas, neighbours."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely

from ect_research.errors import EctError
from ect_research.figures.labelling.area_labels import (
    AreaLabel,
    is_misleading,
    leader_to,
    place_area_names,
    place_or_call,
)
from ect_research.figures.labelling.point_labels import Box, LabelLayout, Obstacles, PointLabel, place_labels
from ect_research.figures.maps.ground.ground_layers import MANY
from ect_research.figures.page.canvas import MM_PER_POINT, add_text, text_width_mm, wrap_text
from ect_research.figures.page.theme import INK, PAPER
from ect_research.words import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.figures.maps.ground.ground_layers import Ground
    from ect_research.figures.maps.ground.map_frame import MapFrame
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.page.theme import Theme

LANDMARK_MM = 0.42
_EM = 1.0
_DESCENT = 0.22
_AREA_INK = "#4a4a4a"
_NEIGHBOUR_INK = "#848484"
_FRAME_GAP_MM = 0.8
_NAME_GAP_MM = 0.7
_REACH_MM = 16.0
_LEADER_PT, _RING_PT = 0.45, 0.5
_SPECK_MM = 0.8
_FEW = 7
_ROUGH_MM = 0.2
# What a perimeter leaves of its département, under which the name would be taken for that of the hole.
_LEAST_LEFT = 0.15
_RIGHT_AND_UP = ("à droite", "vers le haut")
_SHRINK = (0.0, -0.8, -1.6)


@dataclass(frozen=True)
class Spot:
    """A point with a name.

    Attributes:
        key: code of the commune.
        name: what is written; nothing when empty.
        x: millimetres in the frame.
        y: millimetres in the frame.
        radius: of its symbol, millimetres.
        count: projects there; 0 for a reference town.
        rank: order of importance among spots with as many projects; 0 first.
    """

    key: str
    name: str
    x: float
    y: float
    radius: float
    count: int
    rank: int

    def size_pt(self, theme: Theme) -> float:
        """Type size: larger where there are projects."""
        return theme.base_pt - (1.0 if self.count else 2.0)

    def weight(self) -> str:
        """Bold where there are projects."""
        return "bold" if self.count else "normal"


def write_names(
    axes: Axes,
    page: MapPage,
    spots: Sequence[Spot],
    forbidden: Sequence[Box],
    moved: Mapping[str, Sequence[float]],
    covered: Sequence[Box] = (),
) -> list[str]:
    """By rank: spots of the data, intercommunalities, reference towns, neighbours.

    Args:
        axes: in millimetres.
        page: ground, frame and theme.
        spots: of the data, in any order.
        forbidden: boxes already taken.
        moved: name → (right, up) in millimetres, added to the place found.
        covered: boxes along lines and borders of the data, that names strike only where they have no better place.

    Returns:
        names of the spots of the data that found no room, the most important first.
    """
    theme, towns = page.theme, landmarks(page, spots)
    found = place_spots(spots, towns, page.frame, forbidden, theme, spared=covered)
    names = _with_moves(found, spots, towns, (page, forbidden, moved, covered))
    write_spots(axes, spots, names, theme)
    taken = [*forbidden, *symbol_boxes([*spots, *towns]), *names.boxes.values()]
    gap = _FRAME_GAP_MM
    groups = write_groups(axes, page, taken, moved, covered)
    taken += [Box(box.x0 - gap, box.y0, box.x1 + gap, box.y1) for box in groups]
    free = [box for box in taken if box not in symbol_boxes(towns)]
    found = place_spots(towns, spots, page.frame, free, theme, called=False, spared=covered)
    beside = _with_moves(found, towns, spots, (page, free, moved, covered))
    write_spots(axes, towns, beside, theme)
    write_neighbours(axes, page.ground, [*taken, *covered, *beside.boxes.values()], theme)
    named = {spot.key: spot.name for spot in spots}
    return [named[key] for key in names.dropped]


def check_moves(basemap: Basemap, moved: Mapping[str, Sequence[float]]) -> None:
    """Refuse a name to move that is no commune's nor any group's, or a move that is not two numbers.

    Raises:
        EctError: every fault at once, with the name that was meant.
    """
    known = {*basemap.communes["nom"].tolist(), *basemap.epci_names["nom"].tolist()}
    faults = []
    for name, shift in moved.items():
        if name not in known:
            close = difflib.get_close_matches(name, sorted(known), n=1)
            faults.append(f"aucune commune ni intercommunalité « {name} »{f' (« {close[0]} » ?)' if close else ''}")
        elif len(shift) != len(_RIGHT_AND_UP) or not all(isinstance(way, (int, float)) for way in shift):
            faults.append(f"« {name} » : deux nombres attendus, {_RIGHT_AND_UP[0]} et {_RIGHT_AND_UP[1]}, en mm")
    if faults:
        raise EctError("deplacer : {faults}.", faults=quoted(" ; ".join(faults)))


def landmarks(page: MapPage, spots: Sequence[Spot]) -> list[Spot]:
    """Reference towns of the perimeter where the data put no symbol."""
    points, names = page.points("commune"), page.zone_names("commune")
    taken = {spot.key for spot in spots}
    return [
        Spot(code, names[code], *points[code], LANDMARK_MM, 0, rank)
        for rank, code in enumerate(page.territory.landmarks)
        if code in points and code not in taken
    ]


def _with_moves(
    layout: LabelLayout,
    spots: Sequence[Spot],
    others: Sequence[Spot],
    around: tuple[MapPage, Sequence[Box], Mapping[str, Sequence[float]], Sequence[Box]],
) -> LabelLayout:
    """Shift the names that a person moves, then place the others again around them."""
    page, forbidden, moved, covered = around
    hand = [spot for spot in spots if spot.name in moved and spot.key in layout.boxes]
    if not hand:
        return layout
    sides = page.frame.width_mm, page.frame.height_mm
    fixed = {spot.key: _shifted(layout.boxes[spot.key], moved[spot.name], *sides) for spot in hand}
    rest = [spot for spot in spots if spot.key not in fixed]
    kept = [*forbidden, *fixed.values()]
    again = place_spots(rest, [*others, *hand], page.frame, kept, page.theme, spared=covered)
    positions = again.positions | {key: layout.positions[key] for key in fixed}
    signs = [(spot.x, spot.y, spot.radius) for spot in (*spots, *others)]
    labels = {spot.key: _label(spot, page.theme) for spot in hand}
    joined = {key: leader_to(labels[key], box) for key, box in fixed.items() if is_misleading(labels[key], box, signs)}
    return LabelLayout({**fixed, **again.boxes}, positions, again.dropped, joined | again.leaders)


def _shifted(box: Box, shift: Sequence[float], width: float, height: float) -> Box:
    """A box moved by hand, as far as the frame lets it.

    >>> _shifted(Box(10, 10, 30, 14), (500.0, 1.0), 100, 100)
    Box(x0=79.2, y0=11.0, x1=99.2, y1=15.0)
    """
    across, up = box.x1 - box.x0, box.y1 - box.y0
    x0 = max(_FRAME_GAP_MM, min(box.x0 + shift[0], width - _FRAME_GAP_MM - across))
    y0 = max(_FRAME_GAP_MM, min(box.y0 + shift[1], height - _FRAME_GAP_MM - up))
    return Box(x0, y0, x0 + across, y0 + up)


def place_spots(  # noqa: PLR0913 - a place depends on all that
    spots: Sequence[Spot],
    others: Sequence[Spot],
    frame: MapFrame,
    forbidden: Sequence[Box],
    theme: Theme,
    *,
    called: bool = True,
    spared: Sequence[Box] = (),
) -> LabelLayout:
    """Names beside their symbols and nearest to them, without overlap; the least important give way.

    Args:
        spots: to be named.
        others: whose symbols must stay visible.
        frame: names stay inside.
        forbidden: boxes already taken.
        theme: the reader's preset.
        called: whether a name without room beside its symbol may stand apart, joined by a line.
        spared: boxes that names rather leave free.
    """
    labels, gap = [_label(spot, theme) for spot in spots if spot.name], _FRAME_GAP_MM
    inside = Box(gap, gap, frame.width_mm - gap, frame.height_mm - gap)
    symbols = [(spot.x, spot.y, spot.radius) for spot in (*others, *(spot for spot in spots if not spot.name))]
    obstacles = Obstacles(inside, forbidden, symbols, spared)
    if called:
        return place_or_call(labels, obstacles, gap=_NAME_GAP_MM, reach=_REACH_MM, speck=_SPECK_MM)
    return place_labels(labels, obstacles, gap=_NAME_GAP_MM, strict=True)


def _label(spot: Spot, theme: Theme) -> PointLabel:
    size = spot.size_pt(theme)
    return PointLabel(
        spot.key,
        spot.x,
        spot.y,
        spot.radius,
        text_width_mm(spot.name, size, spot.weight()),
        size * MM_PER_POINT * _EM,
        importance=1000.0 * spot.count - spot.rank,
    )


def write_spots(axes: Axes, spots: Sequence[Spot], layout: LabelLayout, theme: Theme) -> None:
    """Print the names that found room; a reference town without a name has no dot either."""
    if dots := [(spot.x, spot.y) for spot in spots if spot.key in layout.boxes and not spot.count]:
        ringed: dict[str, Any] = {"mec": PAPER, "mew": _RING_PT, "ms": 2.1 + _RING_PT}  # seen on the darkest class
        axes.plot(*zip(*dots, strict=True), "o", color=INK, zorder=9, **ringed)
    for spot in spots:
        if (box := layout.boxes.get(spot.key)) is not None:
            size = spot.size_pt(theme)
            baseline = box.y0 + _DESCENT * size * MM_PER_POINT
            if (line := layout.leaders.get(spot.key)) is not None:
                (x0, y0), (x1, y1) = line
                axes.plot([x0, x1], [y0, y1], color=INK, linewidth=_LEADER_PT, zorder=13.5, solid_capstyle="round")
            _write(axes, box.x0, baseline, spot.name, size, fontweight=spot.weight(), zorder=14)


def symbol_boxes(spots: Sequence[Spot]) -> list[Box]:
    """The squares that hold the symbols; specks without a name may be covered."""
    shown = [spot for spot in spots if spot.name or spot.radius >= _SPECK_MM]
    return [Box(s.x - s.radius, s.y - s.radius, s.x + s.radius, s.y + s.radius) for s in shown]


def write_groups(
    axes: Axes, page: MapPage, taken: Sequence[Box], moved: Mapping[str, Sequence[float]], spared: Sequence[Box] = ()
) -> list[Box]:
    """Names of the intercommunalities, in what is free, unless they are too many; returns the boxes taken."""
    ground, perimeter, theme = page.ground, page.territory, page.theme
    if len(perimeter.epci) > MANY:
        return []
    shifts = {group.name.upper(): moved[group.name] for group in perimeter.epci if group.name in moved}
    names = {group.siren: group.name.upper() for group in perimeter.epci}
    order = sorted(names, key=lambda siren: (-ground.groups[siren].area, siren))
    size = theme.base_pt - (0.5 if len(names) <= _FEW else 2.5)
    style = {"color": _AREA_INK, "fontweight": "bold", "fontstyle": "italic", "zorder": 13}
    style |= {"fontsize": size, "spared": spared}
    return _write_areas(axes, [(siren, names[siren], ground.groups[siren]) for siren in order], taken, style, shifts)


def write_neighbours(axes: Axes, ground: Ground, taken: Sequence[Box], theme: Theme) -> None:
    """Names of the countries, of the départements around, then of the one that holds the perimeter."""
    land = shapely.buffer(shapely.simplify(ground.land, _ROUGH_MM), 1.5, quad_segs=2)
    size = theme.base_pt - 1.5
    column = "nom_fr" if theme.language == "fr" else "nom_en"
    whole = shapely.union_all([*ground.neighbours.values(), *ground.study])
    french = shapely.buffer(shapely.simplify(whole, _ROUGH_MM), 1.0, quad_segs=2)
    abroad = [
        (name, name.upper(), shapely.difference(shape, french))
        for name, shape in zip(ground.countries[column], ground.countries["geometry"], strict=True)
    ]
    near = [
        (dep, ground.neighbour_names[dep].upper(), shapely.difference(shape, land))
        for dep, shape in sorted(ground.neighbours.items(), key=lambda item: (-item[1].area, item[0]))
    ]
    style = {"color": _NEIGHBOUR_INK, "zorder": 9, "whole": True}
    _write_areas(axes, abroad, taken, style | {"fontsize": size, "fontweight": "bold"})
    _write_areas(axes, near, taken, style | {"fontsize": size - 0.5})
    if not ground.study_names:
        return
    held = shapely.simplify(shapely.union_all(list(ground.groups.values())), _ROUGH_MM)
    rest = shapely.difference(ground.land, shapely.buffer(held, 0.5, quad_segs=2))
    hole = rest.area < _LEAST_LEFT * ground.land.area
    inner = [] if hole else [(dep, name.upper(), rest) for dep, name in ground.study_names.items()]
    _write_areas(axes, inner, taken, style | {"fontsize": theme.base_pt + 1.5})


def _write_areas(
    axes: Axes,
    named: Sequence[tuple[str, str, Any]],
    taken: Sequence[Box],
    style: dict[str, Any],
    shifts: Mapping[str, Sequence[float]] | None = None,
) -> list[Box]:
    """Write each name at the best place of its area, shifted by hand, on one line or more, smaller if need be."""
    shown = dict(style)
    size, whole, spared = float(shown.pop("fontsize")), shown.pop("whole", False), shown.pop("spared", ())
    weight = str(style.get("fontweight", "normal"))
    settings = {key: _settings(text, size, weight) for key, text, _ in named}
    labels = [
        AreaLabel(key, _largest_part(area), [(w, h) for _, _, w, h in settings[key]])
        for key, _, area in named
        if not area.is_empty
    ]
    places = place_area_names(labels, taken, gap=0.8, whole=whole, spared=spared)
    written = []
    for key, name, _ in named:
        if (place := places.get(key)) is None:
            continue
        words, points, width, height = settings[key][place.variant]
        box = Box(place.x - width / 2, place.y - height / 2, place.x + width / 2, place.y + height / 2)
        if shifts and name in shifts:
            box = _shifted(box, shifts[name], axes.get_xlim()[1], axes.get_ylim()[1])
        written.append(box)
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        _write(axes, x, y, words, points, ha="center", va="center", linespacing=1.05, **shown)
    return written


def _settings(text: str, size: float, weight: str) -> list[tuple[str, float, float, float]]:
    """Ways to set a name, the preferred first: (words with line breaks, points, width mm, height mm)."""
    found: list[tuple[str, float, float, float]] = []
    for shrink in _SHRINK:
        points = size + shrink
        whole = text_width_mm(text, points, weight)
        for share in (1.0, 0.62, 0.4):
            lines = wrap_text(text, points, whole * share + 0.1, weight)
            width = max(text_width_mm(line, points, weight) for line in lines)
            height = len(lines) * points * MM_PER_POINT * 1.22
            if ("\n".join(lines), points) not in [(words, used) for words, used, _, _ in found]:
                found.append(("\n".join(lines), points, width, height))
    return found


def _largest_part(area: Any) -> Any:  # noqa: ANN401 - shapely has no types
    parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon"]
    return max(parts, key=lambda part: part.area) if parts else area


def _write(axes: Axes, x: float, y: float, words: str, size: float, **style: Any) -> None:  # noqa: ANN401 - matplotlib
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=1.9, foreground=PAPER, alpha=0.9)]
    add_text(axes, x, y, words, size, path_effects=halo, **{"va": "baseline", **style})
