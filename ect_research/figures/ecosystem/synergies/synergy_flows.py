"""Flows from giver to taker, one panel a unit, as wide as their quantity; hatched where nobody tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ect_research.analysis.chance import Refusal
from ect_research.analysis.ecosystem.synergies.synergy_flows import OTHERS, UNTOLD
from ect_research.figures.ecosystem.network_words import actor_names
from ect_research.figures.ecosystem.synergies.synergy_words import READS, STEP_NAMES, step_colours, synergy_rows
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.exhibit.sourced_caption import sourced_caption
from ect_research.figures.page.canvas import add_box, add_text, mm_canvas, shorten
from ect_research.figures.page.formats import format_number
from ect_research.figures.page.legends import LegendEntry, draw_legend, legend_height_mm
from ect_research.figures.page.theme import INK, MUTED, PAPER

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.ecosystem.synergies.synergies import Synergies
    from ect_research.figures.page.caption import Caption

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
    """Givers at the left, takers at the right; one panel for each unit, one for the flows without a quantity.

    Args:
        synergies: from ``build_synergies``.
    """
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
        entries.append(
            LegendEntry(theme.say("quantité non dite : largeur sans valeur"), face=PAPER, edge=MUTED, hatch="////")
        )
    panels = _panels(flows)
    y = legend_height_mm(entries, size, theme.width_mm - 4) + 3
    with theme.applied():
        figure = theme.new_figure(y + sum(_HEAD + panel.height + 2 for panel in panels) + 2)
        canvas = mm_canvas(figure)
        draw_legend(canvas, entries, (2, 1), theme.width_mm - 4, size)
        for panel in panels:
            add_text(canvas, 2, y + 3.5, _heading(panel, shown), size + 0.5, fontweight="bold")
            _draw_panel(canvas, panel, y + _HEAD, (shown, colours))
            y += _HEAD + panel.height + 2
    return figure


def _heading(panel: _Panel, shown: Exhibit[Synergies]) -> str:
    theme, unit, n = shown.theme, panel.flows[0]["unite"], len(panel.flows)
    if not unit:
        return theme.say_n("Quantité non dite : {n} flux", "Quantité non dite : {n} flux", n)
    label = shown.context.codebook.label("unite_flux", unit, theme.language)
    total = format_number(sum(row["quantite"] for row in panel.flows), 0, theme.language)
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
    return sourced_caption(
        shown.context,
        theme,
        title=theme.say("Qui donne quoi à qui"),
        n=theme.say_n("n = {n} flux", "n = {n} flux", len(flows)),
        missing=theme.say(" ; ").join(part for part in (
            theme.say_n("{n} gisement sans détenteur ni preneur dit", "{n} gisements sans détenteur ni preneur dit", bare)
            if bare else "",
            theme.say_n("{n} arrêté", "{n} arrêtés", stopped) if stopped else "",
        ) if part),
        reading=theme.say(
            "De gauche à droite, de qui détient à qui reprend ou reprendrait. La largeur est la quantité, à l’échelle de son "
            "unité : deux unités ne se comparent pas."
        ),
    )  # fmt: skip


def _finding(shown: Exhibit[Synergies]) -> Finding:
    theme, flows = shown.theme, _flows(shown)
    labels = shown.context.codebook.labels("unite_flux", theme.language)
    parts = []
    for unit, part in flows[flows["unite"] != ""].groupby("unite", sort=False):
        running = part.loc[part["pas"] == "active", "quantite"].sum()
        parts.append(theme.say("{total} {unit}, dont {running} en marche", unit=labels[str(unit)],
                               total=format_number(part["quantite"].sum(), 0, theme.language),
                               running=format_number(running, 0, theme.language)))  # fmt: skip
    silent = int((flows["unite"] == "").sum())
    parts += [theme.say_n("{n} flux sans quantité dite", "{n} flux sans quantité dite", silent)] if silent else []
    return Finding(theme.say("{n} flux : {parts}.", n=len(flows), parts=theme.say(" ; ").join(parts)), Strength.COUNTED)
