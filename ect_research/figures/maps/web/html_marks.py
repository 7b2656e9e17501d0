"""Projects and ties on the offline map: signs, curves, their legend and their table."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ect_research.figures.maps.ground.symbols import absent_lines, key_number
from ect_research.figures.maps.layers.circles import round_values
from ect_research.figures.maps.layers.dots import Dots
from ect_research.figures.maps.layers.flows import Flows, arrow, dashed_arrow
from ect_research.figures.maps.layers.links import LINK_COLOUR, Links, bezier, stroke_pt
from ect_research.figures.maps.legend import palettes
from ect_research.figures.maps.legend.map_key import dots_line
from ect_research.figures.page.canvas import MM_PER_POINT
from ect_research.figures.page.formats import format_number, sort_key, typeset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ect_research.figures.maps.ground.map_page import MapPage

UNITS_PER_MM = 20
_CURVE_STEPS = 24
_KEY_SCALE = 3.8
_LEVEL = np.column_stack([np.linspace(-2.1, 2.1, 12), np.zeros(12)])


def mark_rows(layer: Dots | Links, page: MapPage) -> pd.DataFrame:
    """One row per sign or tie: ``code, zone`` and what it says, ready for the table.

    Returns:
        ``code`` (that of the shape on the page), ``zone`` (where), ``nom`` (what), and one column bearing the label of
        the layer; sorted by place, then name.
    """
    names = page.zone_names("commune")
    rows: list[tuple[str, str, str, Any]]
    if isinstance(layer, Dots):
        placed = layer.places_on(page)
        said = layer.places.projects.set_index("projet_id")["nom"]
        rows = [
            (f"p-{row.projet_id}", names[str(row.commune)], str(said[str(row.projet_id)]), _kind(row.categorie, page))
            for row in placed.itertuples()
        ]
    else:
        rows = [
            (f"l-{row.origine}-{row.destination}", names[str(row.origine)], names[str(row.destination)], row.valeur)
            for row in layer.drawn(page).itertuples()
        ]
    rows.sort(key=lambda row: (sort_key(row[1]), sort_key(row[2]), row[0]))
    return pd.DataFrame(rows, columns=["code", "zone", "nom", layer.label])


def marks_svg(layer: Dots | Links, page: MapPage) -> list[str]:
    """The shapes, each with the title that is read aloud."""
    rows = mark_rows(layer, page).set_index("code")
    return _signs(layer, page, rows) if isinstance(layer, Dots) else _curves(layer, page, rows)


def _signs(layer: Dots, page: MapPage, rows: pd.DataFrame) -> list[str]:
    signs = palettes.markers(layer.names, page.theme)
    radius = layer.sign_mm(page) * UNITS_PER_MM / 2
    theme, colon = page.theme, page.theme.say("\u00a0: ")
    found = []
    for row in layer.places_on(page).itertuples():
        told = rows.loc[f"p-{row.projet_id}"]
        shape, colour = signs[str(row.categorie)] if isinstance(row.categorie, str) else ("o", "#ffffff")
        lines = [str(told["nom"]), f"{theme.say('Commune')}{colon}{told['zone']}"]
        lines += [f"{theme.say(layer.label)}{colon}{told[layer.label]}"] if told[layer.label] else []
        x, y = to_units(float(str(row.x)), float(str(row.y)), page.frame.height_mm)
        found.append(
            f'<g class="sign" role="img" id="z-p-{row.projet_id}" data-code="p-{row.projet_id}" data-x="{x}" data-y="{y}"'
            f' transform="translate({x} {y})"><title>{escape(chr(10).join(lines))}</title>'
            f"{_sign(shape, radius, colour)}</g>"
        )
    return found


def _sign(shape: str, radius: float, colour: str) -> str:
    """A marker of matplotlib as a shape around its centre, y downwards."""
    from matplotlib.markers import MarkerStyle

    if shape == "o":
        return f'<circle r="{radius:.1f}" fill="{colour}"/>'
    style = MarkerStyle(shape)
    corners = np.asarray(style.get_path().transformed(style.get_transform()).to_polygons()[0], dtype="float64")
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (2 * radius * corners * (1, -1)).tolist())
    return f'<polygon points="{points}" fill="{colour}"/>'


def _curves(layer: Links, page: MapPage, rows: pd.DataFrame) -> list[str]:
    """Curves as wide as their value; arrows where ties have a way, hollow and dashed where nobody tells the quantity."""
    drawn, points, height = layer.drawn(page), page.points("commune"), page.frame.height_mm
    ways: list[tuple[str, Any, float, float]] = [
        (f"{a}-{b}", np.column_stack(bezier(points[a], points[b], _CURVE_STEPS)), float(value), drawn["valeur"].max())
        for a, b, value in zip(drawn["origine"], drawn["destination"], drawn["valeur"], strict=True)
    ]
    found, colon, seen = [], page.theme.say("\u00a0: "), set()
    for code, way, value, top in layer.ways(page) if isinstance(layer, Flows) else ways:
        told, width = rows.loc[f"l-{code}"], stroke_pt(value, top) * MM_PER_POINT
        title = f"{told['zone']} → {told['nom']}\n{layer.label} ({layer.unit}){colon}{_amount(layer, value, page)}"
        x, y = to_units(float(way[len(way) // 2][0]), float(way[len(way) // 2][1]), height)
        own = "" if code in seen else f' id="z-l-{code}" data-x="{x}" data-y="{y}"'
        seen.add(code)
        if not isinstance(layer, Flows):
            shape = f'<path stroke-width="{width * UNITS_PER_MM:.1f}" d="{_course(way, height)}"/>'
        elif math.isnan(value):
            line, head = dashed_arrow(way)
            shape = f'<path stroke-width="6" stroke-dasharray="22 15" d="{_course(line, height)}"/>'
            shape += f'<path class="head" d="{_course(head, height)}z"/>'
        else:
            shape = f'<path class="arrow" d="{_course(arrow(way, width), height)}z"/>'
        title = f"<title>{escape(title)}</title>"
        found.append(f'<g class="tie" role="img" data-code="l-{code}"{own}>{title}{shape}</g>')
    for spot in layer.spots(page):
        x0, y0 = to_units(spot.x, spot.y, height)
        found.append(f'<circle class="dot" cx="{x0}" cy="{y0}" r="{spot.radius * UNITS_PER_MM:.1f}"/>')
        if spot.name:
            found.append(f'<text class="name" x="{x0 + 24}" y="{y0 + 14}">{escape(spot.name)}</text>')
    return found


def _course(way: Any, height_mm: float) -> str:  # noqa: ANN401 - an array of points
    return "M" + "L".join("{} {}".format(*to_units(x, y, height_mm)) for x, y in way.tolist())


def marks_legend(layer: Dots | Links, page: MapPage) -> list[str]:
    """Heading, one line per sign or width, then what the map does not show."""
    parts = [f"<h2>{escape(page.theme.say(layer.label))}</h2>"]
    return parts + (_dots_legend(layer, page) if isinstance(layer, Dots) else _links_legend(layer, page))


def _dots_legend(layer: Dots, page: MapPage) -> list[str]:
    theme = page.theme
    placed = layer.places_on(page)["categorie"]
    listed = [(sign, name, int((placed == name).sum())) for name, sign in palettes.markers(layer.names, theme).items()]
    if unknown := int(placed.isna().sum()):
        listed.append((("o", "#ffffff"), theme.say("non renseigné"), unknown))
    parts = [_picture(_sign(shape, 5, colour), f"{name} ({count})".strip()) for (shape, colour), name, count in listed]
    return parts + [_note(said) for said in (*absent_lines(layer.places.counts, theme), dots_line(theme))]


def _links_legend(layer: Links, page: MapPage) -> list[str]:
    theme, drawn = page.theme, layer.drawn(page)
    parts = [_note(layer.unit)]
    if len(known := drawn["valeur"].dropna()):
        top, whole = float(known.max()), bool((known % 1 == 0).all())
        for value in round_values(top, whole=whole):
            width = stroke_pt(value, top)
            line = f'<line x1="-8" x2="8" stroke="{LINK_COLOUR}" stroke-width="{width:.1f}"/>'
            if isinstance(layer, Flows):
                points = " ".join(
                    f"{x:.1f},{y:.1f}" for x, y in (_KEY_SCALE * arrow(_LEVEL, width * MM_PER_POINT)).tolist()
                )
                line = f'<polygon points="{points}" fill="{LINK_COLOUR}"/>'
            parts.append(_picture(line, key_number(value, theme)))
    if unknown := int(drawn["inconnus"].sum()):
        dashed = f'<line x1="-8" x2="8" stroke="{LINK_COLOUR}" stroke-dasharray="4 3"/>'
        parts.append(_picture(dashed, f"{theme.say('quantité inconnue')} ({unknown})"))
    parts += [_note(said) for said in layer.left_out(page)]
    return parts


def marks_table(layer: Dots | Links, page: MapPage) -> str:
    """The table of the signs or ties, each row leading to its shape."""
    theme, rows, ties = page.theme, mark_rows(layer, page), isinstance(layer, Links)
    heads = [theme.say("De"), theme.say("À")] if ties else [theme.say("Commune"), theme.say("Projet")]
    heads.append(f"{layer.label} ({layer.unit})" if isinstance(layer, Links) else theme.say(layer.label))
    head = "".join(f'<th scope="col">{escape(said)}</th>' for said in heads)
    body = "".join(
        f'<tr data-row="{escape(row[0])}"><td>{escape(row[1])}</td>'
        f'<th scope="row"><a href="#z-{escape(row[0])}" data-go="{escape(row[0])}">{escape(row[2])}</a></th>'
        f"<td{' class=n' if ties else ''}>{escape(_amount(layer, row[3], page) if ties else row[3])}</td></tr>"
        for row in rows.itertuples(index=False, name=None)
    )
    told = theme.say("Tableau : {what} ({n} lignes)", what=theme.say(layer.label), n=len(rows))
    summary = escape(typeset(told, theme.language))
    return (
        f'<details><summary>{summary}</summary><div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></details>"
    )


def _amount(layer: Any, value: Any, page: MapPage) -> str:  # noqa: ANN401 - a Links and its number
    if math.isnan(value):
        return page.theme.say("quantité inconnue")
    digits = 0 if bool((layer.ties["valeur"].dropna() % 1 == 0).all()) else 1
    return format_number(float(value), digits, page.theme.language)


def _kind(category: object, page: MapPage) -> str:
    return category if isinstance(category, str) else page.theme.say("non renseigné")


def _picture(drawing: str, words: str) -> str:
    svg = f'<svg class="bare" viewBox="-8 -6 16 12" aria-hidden="true">{drawing}</svg>'
    return f'<div class="key">{svg}<span>{escape(words)}</span></div>'


def _note(words: str) -> str:
    return f'<p class="muted">{escape(words)}</p>'


def as_marks(layers: Sequence[Any]) -> list[Dots | Links]:
    """The layers drawn as signs or curves, curves first: a sign stays within reach of the pointer."""
    return [layer for kind in (Links, Dots) for layer in layers if isinstance(layer, kind)]


def path_data(geometry: Any, height_mm: float) -> str:  # noqa: ANN401 - shapely has no types
    """Path data of a geometry in millimetres (y upwards), in whole units of 1/20 mm (y downwards), relative steps.

    >>> path_data(shapely.box(0, 0, 1, 1), 10)
    'M20 200v-20h-20v20z'
    """
    parts = shapely.get_parts(shapely.get_parts(geometry))
    surfaces = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    lines = parts[np.isin(shapely.get_type_id(parts), (1, 2))]
    rings = [_ring(ring, height_mm, closed=True) for ring in shapely.get_rings(surfaces)]
    return "".join([*rings, *(_ring(line, height_mm, closed=False) for line in lines)])


def to_units(x: float, y: float, height_mm: float) -> tuple[int, int]:
    """A point in millimetres (y upwards) as the picture counts it.

    >>> to_units(1, 1, 10)
    (20, 180)
    """
    return round(x * UNITS_PER_MM), round((height_mm - y) * UNITS_PER_MM)


def _ring(ring: Any, height_mm: float, *, closed: bool) -> str:  # noqa: ANN401 - shapely has no types
    points = shapely.get_coordinates(ring)
    whole = np.rint(np.column_stack([points[:, 0], height_mm - points[:, 1]]) * UNITS_PER_MM).astype("int64")
    moves = np.diff(whole, axis=0)
    moves = moves[(moves != 0).any(axis=1)]
    if closed:
        moves = moves[:-1]
    if len(moves) < (2 if closed else 1):
        return ""
    written = [f"M{whole[0, 0]} {whole[0, 1]}"]
    for x, y in moves.tolist():
        if y == 0:
            written.append(f"h{x}")
        elif x == 0:
            written.append(f"v{y}")
        else:
            written.append(f"l{x}{'' if y < 0 else ' '}{y}")
    return "".join([*written, "z" if closed else ""])
