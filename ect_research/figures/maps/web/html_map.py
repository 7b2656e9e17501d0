"""A map that opens in a browser without a network: one file, readable by eye, by keyboard and by screen reader."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.errors import EctError
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.maps.compose import cited, show_map
from ect_research.figures.maps.ground import naming
from ect_research.figures.maps.ground.furniture import scale_length_km
from ect_research.figures.maps.ground.ground_layers import ABROAD, GROUND, NEIGHBOUR, QUIET
from ect_research.figures.maps.ground.map_page import plan_page, set_right
from ect_research.figures.maps.layers.choropleth import Choropleth, Typology
from ect_research.figures.maps.layers.circles import Circles
from ect_research.figures.maps.layers.dots import Dots
from ect_research.figures.maps.layers.links import Links
from ect_research.figures.maps.web.html_assets import SCRIPT, STYLE, legend_html
from ect_research.figures.maps.web.html_marks import (
    UNITS_PER_MM,
    as_marks,
    mark_rows,
    marks_svg,
    marks_table,
    path_data,
    to_units,
)
from ect_research.figures.page.csv_tables import page_policy
from ect_research.figures.page.formats import format_number, sort_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ect_research.analysis.territory.map_variables import MapVariable
    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.maps.layers.layer import Layer
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

_DRAWN = (Choropleth, Typology, Circles)
_SHOWN = (*_DRAWN, Dots, Links)


@dataclass(frozen=True)
class HtmlMap:
    """A page ready to be written.

    Attributes:
        html: the whole page, self-contained.
        table: ``code, zone`` and one column per variable, as the page shows it; below them one row per project
            (``nom``, its category) or tie.
        caption: its words.
    """

    html: str
    table: pd.DataFrame
    caption: Caption


def show_map_page(  # noqa: PLR0913 - as `show_map`
    layers: Layer | Refusal | Sequence[Layer | Refusal],
    basemap: Basemap,
    perimeter: str,
    *,
    title: str = "",
    n: str = "",
    closeup: bool = False,
    counts: str | None = None,
) -> Exhibit[list[Layer]]:
    """The same themes as `show_map`, as one HTML file that needs no network.

    Args:
        layers: `Dots`, `Links`, `Choropleth`, `Typology`, `Circles`, the last three all by commune or all by
            intercommunalité.
        basemap: from `load_basemap`.
        perimeter: name of the perimeter.
        title: what the map says; the label of its first theme when blank.
        n: how many cases it shows, in words.
        closeup: show the perimeter alone.
        counts: as for `show_map`.

    Raises:
        BasemapError: no such perimeter.
        EctError: a layer that this page cannot show, or two zonings at once.
    """
    shown = show_map(layers, basemap, perimeter, title=title, n=n, closeup=closeup, counts=counts)
    if not isinstance(shown.result, Refusal):
        _check(shown.result)

    def page(shown: Exhibit[list[Layer]]) -> HtmlMap:
        return compose_page(shown.told, basemap, perimeter, shown.words(), shown.theme, closeup=closeup)

    def rows(shown: Exhibit[list[Layer]]) -> pd.DataFrame:
        return page(shown).table

    return replace(shown, rows_of=rows, draw=None, page=page)


def _check(layers: Sequence[Layer]) -> None:
    zones = {layer.variable.zone for layer in layers if isinstance(layer, _DRAWN)}
    if len(zones) > 1 or not all(isinstance(layer, _SHOWN) for layer in layers):
        raise EctError(
            "La carte HTML prend au plus un aplat (Choropleth ou Typology), des cercles (Circles), tous par commune ou"
            " tous par intercommunalité, des points (Dots) et des liens (Links).",
        )


def compose_page(
    layers: Sequence[Layer], basemap: Basemap, perimeter: str, caption: Caption, theme: Theme, *, closeup: bool = False
) -> HtmlMap:
    """Write the page of layers; a screen has colours, whatever the preset. Arguments as `show_map_page`."""
    theme = replace(theme, greyscale=False)
    sources = theme.say("Données : {sources}.", sources=cited(layers, theme))
    page = plan_page(basemap, basemap.perimeter(perimeter), theme, closeup=closeup, sources=sources)
    drawn, marks = [layer for layer in layers if isinstance(layer, _DRAWN)], as_marks(layers)
    table = _table(page, drawn)
    legend = legend_html(layers, page)
    credits_said = [set_right(said, theme) for said in (sources, basemap.mentions.line(theme.language))]
    shape = page.frame.width_mm / page.frame.height_mm
    tables = "\n".join([_table_html(table, drawn, theme), *(marks_table(layer, page) for layer in marks)])
    parts = (_svg(page, layers, table, caption), legend, tables, shape)
    html = _page(caption, theme, parts, credits_said)
    whole = pd.concat([table, *(mark_rows(layer, page) for layer in marks)], ignore_index=True)
    return HtmlMap(html, whole, caption)


def _table(page: MapPage, layers: Sequence[Any]) -> pd.DataFrame:
    """The zones shown that have a value or belong to the perimeter, by name."""
    zone = _zone_of(layers)
    names, shapes = page.zone_names(zone), page.zones(zone)
    listed = {code for layer in layers for code in map(str, layer.variable.known.index)} | set(page.members(zone))
    codes = sorted((code for code in listed if code in shapes), key=lambda code: (sort_key(names[code]), code))
    table = pd.DataFrame({"code": codes, "zone": [names[code] for code in codes]})
    for variable in _variables(layers):
        table[page.theme.say(variable.label)] = variable.known.reindex(codes).to_numpy()
    return table


def _variables(layers: Sequence[Any]) -> list[MapVariable]:
    """What the layers show of each zone: fills, sizes of circles, then their colours."""
    return [v for layer in layers for v in (layer.variable, getattr(layer, "tint", None)) if v is not None]


def _zone_of(layers: Sequence[Any]) -> Any:  # noqa: ANN401 - commune or epci
    return next((layer.variable.zone for layer in layers if isinstance(layer, _DRAWN)), "commune")


def value_words(
    value: Any,  # noqa: ANN401 - a number or a category
    variable: MapVariable,
    theme: Theme,
    *,
    with_unit: bool = True,
) -> str:
    """A value as the tooltip says it, and as the table does under its unit."""
    if value is None or pd.isna(value):
        return theme.say(variable.nothing or "donnée absente")
    if variable.kind == "categorie":
        return str(value)
    said = format_number(float(value), variable.decimals, theme.language)
    return f"{said} {theme.say(variable.unit)}" if with_unit and not variable.nothing else said


def _svg(page: MapPage, layers: Sequence[Any], table: pd.DataFrame, caption: Caption) -> str:
    frame, theme = page.frame, page.theme
    width, height = (round(side * UNITS_PER_MM) for side in (frame.width_mm, frame.height_mm))
    valued = [layer for layer in layers if isinstance(layer, _DRAWN)]
    ground, titles = page.ground, _titles(valued, table, theme)
    circled = [spot for layer in layers if isinstance(layer, Circles) for spot in layer.spots(page)]
    parts = [
        _shape(ground.countries["geometry"], frame.height_mm, f'fill="{ABROAD}"'),
        _shape(ground.neighbours.values(), frame.height_mm, f'fill="{NEIGHBOUR}"'),
        _shape(ground.seams, frame.height_mm, 'class="line seam"'),
        _shape(ground.study, frame.height_mm, f'fill="{GROUND}"'),
        _shape(ground.groups.values(), frame.height_mm, f'fill="{QUIET}"'),
        *_zones(page, valued, titles),
        _shape(ground.groups.values(), frame.height_mm, 'class="line group"'),
        _shape(ground.study, frame.height_mm, 'class="line land"'),
        *(circle for layer in layers if isinstance(layer, Circles) for circle in _circles(page, layer, titles)),
        *([] if any(isinstance(layer, Links) for layer in layers) else _names(page, circled)),
        *(shape for layer in as_marks(layers) for shape in marks_svg(layer, page)),
    ]
    label = escape(theme.say("Carte interactive : {title}", title=caption.title))
    hatch = (
        '<defs><pattern id="absent" width="16" height="16" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="16" height="16" fill="#e9e9e9"/><path d="M0 0v16" stroke="#9a9a9a" stroke-width="4"/></pattern></defs>'
    )
    return (
        f'<svg id="carte" viewBox="0 0 {width} {height}" role="group" tabindex="0"'
        f' aria-label="{label}" aria-describedby="aide">{hatch}<g id="vue">{"".join(parts)}</g>{_bar(page, height)}</svg>'
    )


def _bar(page: MapPage, height: int) -> str:
    """The scale, at the bottom left; the script keeps it right at every zoom."""
    length, per_km = scale_length_km(page.frame), page.frame.mm_per_m * 1000 * UNITS_PER_MM
    point = "," if page.theme.language == "fr" else "."
    return (
        f'<g id="echelle" data-km="{per_km:.3f}" data-point="{point}" aria-hidden="true">'
        f'<rect class="bar" x="60" y="{height - 70}" width="{length * per_km:.1f}" height="14"/>'
        f'<text class="km" x="60" y="{height - 84}">{length}\u00a0km</text></g>'
    )


def _shape(shapes: Any, height_mm: float, attributes: str) -> str:  # noqa: ANN401 - shapely has no types
    data = "".join(path_data(shape, height_mm) for shape in shapes)
    return f'<path {attributes} d="{data}"/>' if data else ""


def _titles(layers: Sequence[Any], table: pd.DataFrame, theme: Theme) -> dict[str, str]:
    """Code → what the tooltip says: the name, then a line per variable."""
    colon = theme.say(" : ")
    found = {}
    for row in table.to_dict("records"):
        told = [
            theme.say(variable.label) + colon + value_words(row[theme.say(variable.label)], variable, theme)
            for variable in _variables(layers)
        ]
        code = str(row["code"])
        told += [layer.told[code] for layer in layers if isinstance(layer, Circles) and code in layer.told]
        found[code] = escape("\n".join([str(row["zone"]), *told]))
    return found


def _zones(page: MapPage, layers: Sequence[Any], titles: dict[str, str]) -> list[str]:
    zone = _zone_of(layers)
    shapes, points, fills = page.zones(zone), page.points(zone), _fills(page, layers)
    found = []
    for code, title in titles.items():
        x, y = to_units(*points.get(code, (0.0, 0.0)), page.frame.height_mm)
        fill = fills.get(code, "none")
        found.append(
            f'<path class="z" role="img" id="z-{code}" data-code="{code}" data-x="{x}" data-y="{y}" fill="{fill}"'
            f' pointer-events="all" d="{path_data(shapes[code], page.frame.height_mm)}">'
            f"<title>{title}</title></path>"
        )
    return found


def _fills(page: MapPage, layers: Sequence[Any]) -> dict[str, str]:
    for layer in layers:
        if not isinstance(layer, Circles):
            members = page.members(layer.variable.zone)
            fills = dict.fromkeys([*members, *layer.variable.hidden], "url(#absent)")
            if isinstance(layer, Choropleth):
                styles = layer.styles(page.theme)
                return fills | {code: styles[rank]["facecolor"] for code, rank in layer.fill_of(page).items()}
            kinds = layer.styles(page)
            return fills | {str(code): kinds[str(kind)]["facecolor"] for code, kind in layer.variable.known.items()}
    return {}


def _circles(page: MapPage, layer: Circles, titles: dict[str, str]) -> list[str]:
    found, fills = [], layer.faces(page)
    for spot in layer.spots(page):
        x, y = to_units(spot.x, spot.y, page.frame.height_mm)
        face = fills.get(spot.key, {"facecolor": "#e9e9e9"})["facecolor"]
        tinted = f' style="fill:{face};fill-opacity:1;stroke:#1a1a1a"' if layer.tint else ""
        found.append(
            f'<circle class="c" role="img" data-code="{spot.key}" cx="{x}" cy="{y}" r="{round(spot.radius * UNITS_PER_MM, 1)}"'
            f"{tinted}>"
            f"<title>{titles[spot.key]}</title></circle>"
        )
    return found


def _names(page: MapPage, spots: Sequence[naming.Spot]) -> list[str]:
    """Names of the places that count most, then of reference towns, where each finds room."""
    towns, frame = naming.landmarks(page, spots), page.frame
    boxes = naming.place_spots(spots, towns, frame, [], page.theme, called=False).boxes
    boxes |= naming.place_spots(towns, spots, frame, list(boxes.values()), page.theme, called=False).boxes
    found = []
    for spot in (one for one in (*spots, *towns) if one.key in boxes):
        box, (x, y) = boxes[spot.key], to_units(spot.x, spot.y, frame.height_mm)
        if not spot.count:
            found.append(f'<circle class="dot" cx="{x}" cy="{y}" r="9"/>')
        left = (box.x0 + box.x1) / 2 < spot.x
        x, y = to_units(box.x1 if left else box.x0, box.y0 + 0.22 * (box.y1 - box.y0), frame.height_mm)
        anchor = ' text-anchor="end"' if left else ""
        found.append(f'<text class="name" x="{x}"{anchor} y="{y}">{escape(spot.name)}</text>')
    return found


def _table_html(table: pd.DataFrame, layers: Sequence[Any], theme: Theme) -> str:
    zone = theme.say("Commune") if _zone_of(layers) == "commune" else theme.say("Intercommunalité")
    heads = [zone, theme.say("Code")]
    told = _variables(layers)
    heads += [theme.say(v.label) + (f" ({theme.say(v.unit)})" if v.unit else "") for v in told]
    rows = []
    for row in table.to_dict("records"):
        code = str(row["code"])
        name = escape(str(row["zone"]))
        cells = [f'<th scope="row"><a href="#z-{code}" data-go="{code}">{name}</a></th>', f"<td>{code}</td>"]
        for variable in told:
            said = value_words(row[theme.say(variable.label)], variable, theme, with_unit=False)
            style = ' class="n"' if variable.kind != "categorie" else ""
            cells.append(f"<td{style}>{escape(said)}</td>")
        rows.append(f'<tr data-row="{code}">{"".join(cells)}</tr>')
    head = "".join(f'<th scope="col">{escape(said)}</th>' for said in heads)
    summary = theme.say("Tableau des données ({n} lignes)", n=len(rows))
    return (
        f'<details><summary>{summary}</summary><div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div></details>"
    )


def _page(caption: Caption, theme: Theme, parts: tuple[str, str, str, float], said: Sequence[str]) -> str:
    svg, legend, table, shape = parts
    buttons = "".join(
        f'<button type="button" data-by="{by}" aria-label="{does}" title="{does}">{sign}</button>'
        for by, does, sign in (
            (1.6, theme.say("Agrandir"), "+"),
            (0.625, theme.say("Réduire"), "−"),
            (0, theme.say("Tout voir"), "⤢"),
        )
    )
    told = theme.say(" ; ").join(part for part in (caption.n, caption.missing) if part)
    dated = f"{caption.source}, {caption.date}" if caption.date else caption.source
    below = [f"{told}.", theme.say("Source : {source}.", source=dated)]
    below += [theme.say("Note de lecture : {said}", said=caption.reading)] if caption.reading else []
    notes = "".join(f'<p class="muted">{escape(set_right(line, theme))}</p>' for line in [*below, *said])
    subtitle = f'<p class="muted">{escape(caption.subtitle)}</p>' if caption.subtitle else ""
    return (
        f'<!doctype html>\n<html lang="{theme.language}">\n<head><meta charset="utf-8">{page_policy(SCRIPT)}'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(caption.title)}</title>'
        f"<style>{STYLE}</style></head>\n<body><main><h1>{escape(caption.title)}</h1>{subtitle}\n"
        f'<div class="page"><div class="map" style="max-width:calc(85vh*{shape:.4f})">{svg}<div class="tools">{buttons}</div>'
        f'<div id="bulle" class="tip" role="status" aria-live="polite"></div></div>\n<aside>{legend}</aside></div>\n'
        f'<p id="aide" class="muted help">{escape(_help(theme))}</p>\n{table}\n{notes}</main>\n'
        f"<script>{SCRIPT}</script></body></html>\n"
    )


def _help(theme: Theme) -> str:
    return theme.say(
        "Survoler ou toucher une zone pour lire sa valeur. + et −, deux doigts, ou la molette après un clic sur la carte :"
        " zoom ; glisser : déplacer. Au clavier : flèches pour passer d’une zone à sa voisine, + et − pour le zoom, 0 pour"
        " revenir, Échap pour fermer. Le tableau mène à chaque zone."
    )
