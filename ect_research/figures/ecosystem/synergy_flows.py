"""Flows from giver to taker, as wide as their quantity: one panel a unit; on the map, in one unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.ecosystem.synergies import OTHERS, UNTOLD, Synergies
from ect_research.corpus.basemap.basemap_model import Basemap
from ect_research.figures.ecosystem.network_words import actor_names
from ect_research.figures.ecosystem.synergy_tables import (
    READS,
    STEP_NAMES,
    converted_units,
    said_amount,
    step_colours,
    synergy_rows,
)
from ect_research.figures.exhibit.context import Context
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.maps.compose import show_map
from ect_research.figures.maps.layers.flows import Flows
from ect_research.figures.maps.layers.layer import Layer
from ect_research.figures.page.canvas import add_box, add_text, shorten
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import LegendEntry, legend_height_mm, new_page
from ect_research.figures.page.theme import INK, MUTED, PAPER
from ect_research.words import mark, tell

_NAMES, _BAR, _HEAD, _SLOT, _GAP, _WIDE, _BARE = 46.0, 3.0, 9.0, 4.6, 1.6, 26.0, 3.2
_STEPS = ("active", "testee", "etudiee", "detectee")


@dataclass
class _Panel:
    """One unit: millimetres per unit, and where each end stands."""

    flows: list[dict[Any, Any]]
    scale: float
    ends: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    height: float = 0.0

    def thick(self, row: dict[Any, Any]) -> float:
        return max(float(row["quantite"]) * self.scale, 0.35) if row["unite"] else _BARE


def show_synergy_flows(synergies: Synergies | Refusal) -> Exhibit[Synergies]:
    """Givers at the left, takers at the right; one panel for each unit, one for the flows without a quantity."""
    told = synergies.flows if not isinstance(synergies, Refusal) and isinstance(synergies.flows, Refusal) else synergies
    return Exhibit(told if isinstance(told, Refusal) else synergies, synergy_rows, _words, _draw, finding_of=_finding,
                   reads=READS, counts="organisations")  # fmt: skip


def _flows(shown: Exhibit[Synergies]) -> pd.DataFrame:
    assert not isinstance(shown.told.flows, Refusal)  # noqa: S101 - the exhibit is the refusal then
    return shown.told.flows


def _panels(flows: pd.DataFrame) -> list[_Panel]:
    panels = []
    for unit, part in flows.groupby("unite", sort=False):
        total = float(part["quantite"].sum())
        panel = _Panel(part.to_dict("records"), min(_WIDE, 6 + 5 * len(part)) / total if unit and total else 1.0)
        for end in ("de", "vers"):
            y = 0.0
            actors = sorted(dict.fromkeys(part[end]), key=lambda one: (one == UNTOLD, one == OTHERS))
            for actor in actors:
                thick = sum(panel.thick(row) for row in panel.flows if row[end] == actor)
                slot = max(thick, _SLOT)
                panel.ends[end, actor] = (y + (slot - thick) / 2, thick)
                y += slot + _GAP
            panel.height = max(panel.height, y)
        panels.append(panel)
    return panels


def _draw(shown: Exhibit[Synergies]) -> Figure:
    theme, flows = shown.theme, _flows(shown)
    colours, size = step_colours(shown.context, theme), theme.base_pt - 0.5
    met = set(flows["pas"])
    entries = [
        LegendEntry(theme.say(STEP_NAMES[step]), face=colours[step], edge=MUTED) for step in _STEPS if step in met
    ]
    if (flows["unite"] == "").any():
        untold = theme.say("quantité non dite : largeur sans valeur")
        entries.append(LegendEntry(untold, face=PAPER, edge=MUTED, hatch="////"))
    panels = _panels(flows)
    y = legend_height_mm(entries, size, theme.width_mm - 4) + 3
    with new_page(theme, y + sum(_HEAD + panel.height + 2 for panel in panels) + 2, entries, size) as (figure, canvas):
        for panel in panels:
            add_text(canvas, 2, y + 3.5, _heading(panel, shown), size + 0.5, fontweight="bold")
            _draw_panel(canvas, panel, y + _HEAD, (shown, colours))
            y += _HEAD + panel.height + 2
    return figure


def _heading(panel: _Panel, shown: Exhibit[Synergies]) -> str:
    theme, unit, n = shown.theme, panel.flows[0]["unite"], len(panel.flows)
    if not unit:
        return theme.say_n("Quantité non dite : {n} flux", "Quantité non dite : {n} flux", n)
    label = shown.label("unite_flux", unit)
    total = said_amount(sum(row["quantite"] for row in panel.flows), theme)
    return theme.say_n("{total} {unit}, en {n} flux", "{total} {unit}, en {n} flux", n, total=total, unit=label)


def _draw_panel(canvas: Axes, panel: _Panel, top: float, told: tuple[Exhibit[Synergies], dict[str, str]]) -> None:
    shown, colours = told
    theme, names = shown.theme, actor_names(shown.context)
    left, right = _NAMES, theme.width_mm - _NAMES
    turn = np.linspace(0, 1, 40)
    ease = turn**2 * (3 - 2 * turn)
    used = dict.fromkeys(panel.ends, 0.0)
    for row in panel.flows:
        one, other, thick = ("de", row["de"]), ("vers", row["vers"]), panel.thick(row)
        start, end = (top + panel.ends[key][0] + used[key] for key in (one, other))
        used[one] += thick
        used[other] += thick
        roof = start + (end - start) * ease
        style: dict[str, Any] = {"facecolor": colours[row["pas"]], "edgecolor": MUTED, "linewidth": 0.3, "alpha": 0.85}
        if not row["unite"]:
            style["hatch"] = "////"
        canvas.fill_between(left + _BAR + (right - left - 2 * _BAR) * turn, roof, roof + thick, zorder=1.5, **style)
    for (side, actor), (y, thick) in panel.ends.items():
        x, where = (left, "right") if side == "de" else (right - _BAR, "left")
        bare = actor == UNTOLD
        add_box(canvas, (x, top + y, _BAR, thick), facecolor=PAPER if bare else INK, edgecolor=MUTED if bare else INK,
                linestyle=(0, (1.5, 1.5)) if bare else "-", zorder=3)  # fmt: skip
        text = _end_label(actor, side, names, shown)
        place = left - 1.5 if side == "de" else right + 1.5
        add_text(canvas, place, top + y + thick / 2, shorten(text, theme.base_pt - 0.5, _NAMES - 4), theme.base_pt - 0.5,
                 ha=where, color=MUTED if actor in (UNTOLD, OTHERS) else INK)  # fmt: skip


def _end_label(actor: str, side: str, names: dict[str, str], shown: Exhibit[Synergies]) -> str:
    theme = shown.theme
    if actor == UNTOLD:
        return theme.say("détenteur non dit") if side == "de" else theme.say("preneur non dit")
    return theme.say("autres") if actor == OTHERS else names.get(actor, actor)


def _words(shown: Exhibit[Synergies]) -> Caption:
    theme, told, flows = shown.theme, shown.told, _flows(shown)
    stopped = int((told.table["pas"] == "arretee").sum())
    bare = told.n - len(flows) - stopped
    return shown.context.caption(
        title=theme.say("Qui donne quoi à qui"),
        n=theme.say_n("n = {n} flux", "n = {n} flux", len(flows)),
        missing=(
            theme.say_some("{n} gisement sans détenteur ni preneur dit", "{n} gisements sans détenteur ni preneur dit", bare),
            theme.say_some("{n} arrêté", "{n} arrêtés", stopped),
            converted_units(shown),
        ),
        reading=theme.say(
            "De gauche à droite, de qui détient à qui reprend ou reprendrait. La largeur est la quantité, à l’échelle de son "
            "unité : deux unités ne se comparent pas."
        ),
    )  # fmt: skip


def _finding(shown: Exhibit[Synergies]) -> str:
    theme, flows = shown.theme, _flows(shown)
    labels = shown.labels("unite_flux")
    parts = []
    for unit, part in flows[flows["unite"] != ""].groupby("unite", sort=False):
        total, running = part["quantite"].sum(), part.loc[part["pas"] == "active", "quantite"].sum()
        said = {
            "unit": labels[str(unit)],
            "total": said_amount(total, theme),
            "running": said_amount(running, theme),
        }
        parts.append(theme.say("{total} {unit}, dont {running} en marche", **said))
    silent = int((flows["unite"] == "").sum())
    parts += [theme.say_n("{n} flux sans quantité dite", "{n} flux sans quantité dite", silent)] if silent else []
    return theme.say("{n} flux : {parts}.", n=len(flows), parts=theme.say(" ; ").join(parts))


def show_synergy_map(
    synergies: Synergies | Refusal, basemap: Basemap, perimeter: str, context: Context, *, unit: str = ""
) -> Exhibit[list[Layer]]:
    """Arrows between communes, as wide as the quantity; dashed where nobody tells it. Stopped synergies are left out.

    Args:
        synergies: from ``build_synergies``.
        basemap: from ``load_basemap``.
        perimeter: name of the perimeter.
        context: names the unit and the source (``context`` of a study).
        unit: code of the only unit drawn; blank for that of most flows.

    Raises:
        BasemapError: no such perimeter.
    """
    return show_map(_arrows(synergies, basemap, context, unit), basemap, perimeter, counts="organisations")


def _arrows(synergies: Synergies | Refusal, basemap: Basemap, context: Context, unit: str) -> Flows | Refusal:
    if isinstance(synergies, Refusal):
        return synergies
    if isinstance(synergies.flows, Refusal):
        return synergies.flows
    table = synergies.table[synergies.table["pas"] != "arretee"]
    units = table["unite"].dropna()
    chosen = unit or (str(units.mode().iloc[0]) if len(units) else "")
    ways = table[table["unite"].isna() | (table["unite"] == chosen)]
    ways = ways[ways[["commune_de", "commune_vers"]].notna().all(axis=1)]
    if ways.empty or (unit and unit not in set(units)):
        return Refusal(
            tell("la carte des flux"),
            tell("Aucun flux de cette unité n’a ses deux communes."),
            tell("remplir « Commune (code Insee) » du détenteur et du preneur dans « acteurs »."),
        )
    ties = ways[["commune_de", "commune_vers", "quantite"]]
    ties.columns = ["origine", "destination", "valeur"]
    ties = ties.assign(**{end: ties[end].map(basemap.code_today) for end in ("origine", "destination")})
    language = context.theme.language
    label = context.codebook.labels("unite_flux", language).get(chosen, "")
    source = context.source.said("citation", language).rstrip(".")
    return Flows(
        ties, mark("Flux de matière, de qui détient à qui reprend"), label, source, str(synergies.observed_on.year)
    )
