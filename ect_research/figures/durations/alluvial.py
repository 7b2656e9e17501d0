"""Alluvial of the stages at chosen moments: what is not yet, or no longer, observed is drawn as such."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.trajectories.coded_sequences import UNKNOWN
from ect_research.analysis.trajectories.flows import NO_MORE, NOT_YET, Flows
from ect_research.figures.exhibit.context import Context
from ect_research.figures.exhibit.exhibit import Exhibit, place_for
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten, wrap_text
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import legend_height_mm, new_page
from ect_research.figures.page.theme import INK, MUTED, PAPER, Theme
from ect_research.figures.signs.stage_signs import StageSign, stage_signs
from ect_research.words import mark

_UNSEEN = {
    NOT_YET: ("…", mark("Pas encore observé")),
    NO_MORE: ("⊣", mark("Fin de l’observation")),
    UNKNOWN: ("?", mark("Étape inconnue")),
}
_RANKS = {"trimestre": mark("trimestre {n}"), "annee": mark("année {n}")}
_FEWEST_IN_BODY = 10
_BAR, _GAP, _SLOT, _FLOW, _BESIDE = 11.0, 1.4, 3.6, 84.0, 57.0


@dataclass(frozen=True)
class _Bar:
    """One state at one moment, in millimetres; ``scale`` is the height of a project."""

    left: float
    top: float
    height: float
    scale: float


def show_flows(flows: Flows | Refusal) -> Exhibit[Flows]:
    """One bar per moment, each as high as all the projects; a band per move, as high as the projects that make it.

    Args:
        flows: from ``build_flows``, which knows its clock.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien", "fiche")
    >>> told = ect.code_sequences(ect.derive_sequences(study.episodes(), clock="age", unit="mois"))
    >>> shown = show_flows(ect.build_flows(told, [0, 12, 24])).in_context(study.context)
    >>> round(shown.figure().get_size_inches()[0] * 25.4)
    180
    """
    place = place_for(flows, lambda told: min(told.observed) >= _FEWEST_IN_BODY and len(told.moments) > 2)
    return Exhibit(flows, _rows, _words, _draw, finding_of=_finding, reads=("evenements",), place=place)


def _draw(shown: Exhibit[Flows]) -> Figure:
    flows, corpus, theme = shown.told, shown.context, shown.theme
    signs = _signs(flows, corpus, theme)
    last = set(flows.nodes.loc[flows.nodes["moment"] == flows.moments[-1], "etat"])
    entries = [sign.entry() for sign in signs.values() if sign.code not in last]
    legend = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4) if entries else 0.0
    bars, bottom = _place_bars(flows, theme, legend + 10)
    foot = 13.0 if flows.clock == "age" else 8.0
    with new_page(theme, bottom + foot, entries, theme.base_pt - 1) as (figure, canvas):
        _draw_links(canvas, flows, bars, signs)
        _draw_bars(canvas, flows, bars, signs, theme)
        for moment, seen in zip(flows.moments, flows.observed, strict=True):
            x = next(bar.left for (when, _), bar in bars.items() if when == moment)
            add_text(canvas, x, legend + 6, _moment(moment, flows, theme), theme.base_pt, fontweight="bold")
            said = theme.say("observés : {n}", n=seen)
            add_text(canvas, x, bottom + 3.5, said, theme.base_pt - 1, color=MUTED)
        if flows.clock == "age":
            middle, axis = (
                (theme.width_mm - _BESIDE) / 2,
                theme.say("Âge du projet depuis son premier fait daté"),
            )
            add_text(canvas, middle, bottom + 9, axis, theme.base_pt - 1, ha="center", color=MUTED)
    return figure


def _signs(flows: Flows, corpus: Context, theme: Theme) -> dict[str, StageSign]:
    """The sign of every state met, in order; what is not observed has no colour."""
    met, signs = set(flows.nodes["etat"]), stage_signs(corpus.codebook, theme)
    for code, (letter, said) in _UNSEEN.items():
        signs[code] = StageSign(code, theme.say(said), letter, PAPER, "", MUTED, "#f2f2f2")
    return {code: signs[code] for code in flows.order if code in met and code in signs}


def _place_bars(flows: Flows, theme: Theme, top: float) -> tuple[dict[tuple[str, str], _Bar], float]:
    """The first state lies at the bottom; a state of few projects keeps the room that its numbers need."""
    scale = max(_FLOW / flows.n, 0.5)
    columns = {moment: flows.nodes[flows.nodes["moment"] == moment] for moment in flows.moments}
    tall = {
        moment: sum(max(_SLOT, count * scale) + _GAP for count in column["effectif"])
        for moment, column in columns.items()
    }
    bottom = top + max(tall.values())
    step = (theme.width_mm - 4 - _BESIDE - _BAR) / (len(flows.moments) - 1)
    bars = {}
    for number, (moment, column) in enumerate(columns.items()):
        floor = bottom - (max(tall.values()) - tall[moment]) / 2
        for state, count in zip(column["etat"], column["effectif"], strict=True):
            height = count * scale
            slot = max(_SLOT, height)
            bars[moment, str(state)] = _Bar(2 + number * step, floor - (slot + height) / 2, height, scale)
            floor -= slot + _GAP
    return bars, bottom


def _draw_links(canvas: Axes, flows: Flows, bars: dict[tuple[str, str], _Bar], signs: dict[str, StageSign]) -> None:
    """Bands leave and arrive in the order of the states, so that they cross as little as they can."""
    left, arrived = dict.fromkeys(bars, 0.0), dict.fromkeys(bars, 0.0)
    turn = np.linspace(0, 1, 40)
    ease = turn**2 * (3 - 2 * turn)
    for link in flows.links.to_dict("records"):
        one, other = (link["de_moment"], link["de"]), (link["vers_moment"], link["vers"])
        start, end = bars[one], bars[other]
        thick = link["effectif"] * start.scale
        low = start.top + start.height - left[one]
        high = end.top + end.height - arrived[other]
        left[one] += thick
        arrived[other] += thick
        x = start.left + _BAR + (end.left - start.left - _BAR) * turn
        floor = low + (high - low) * ease
        unseen = link["de"] in _UNSEEN or link["vers"] in _UNSEEN
        face = "#f4f4f4" if unseen else signs[link["de"]].ghost
        edge = "#c4c4c4" if unseen else MUTED
        canvas.fill_between(x, floor - thick, floor, facecolor=face, edgecolor="none", zorder=0.8 if unseen else 1)
        for side in (floor, floor - thick):
            canvas.plot(x, side, color=edge, linewidth=0.35, zorder=1.5, linestyle=(0, (3, 2)) if unseen else "-")


def _draw_bars(
    canvas: Axes, flows: Flows, bars: dict[tuple[str, str], _Bar], signs: dict[str, StageSign], theme: Theme
) -> None:
    counts = flows.nodes.set_index(["moment", "etat"])["effectif"]
    size = theme.base_pt - 1
    for (moment, state), bar in bars.items():
        sign, middle = signs[state], bar.top + bar.height / 2
        dashed = (0, (2, 1.5)) if state in _UNSEEN else "-"
        box = (bar.left, bar.top, _BAR, bar.height)
        add_box(canvas, box, facecolor=sign.face, edgecolor=MUTED, hatch=sign.hatch or None, linestyle=dashed, zorder=2)
        # The number is written on paper of its own where the bar is too thin or hatched.
        plain = bar.height >= size * 0.4 and not sign.hatch
        if not plain:
            add_box(canvas, (bar.left + 0.8, middle - size * 0.2, _BAR - 1.6, size * 0.4), facecolor=PAPER, zorder=3)
        ink = sign.ink if plain else INK
        add_text(canvas, bar.left + 2.8, middle, sign.sign, size, ha="center", color=ink)
        if moment == flows.moments[-1]:
            lines = wrap_text(sign.label, size, _BESIDE - 3)
            for line, text in enumerate(lines if bar.height > _SLOT * 1.6 or len(lines) == 1 else [sign.label]):
                y = middle + 3.0 * (line - (len(lines) - 1) / 2) if bar.height > _SLOT * 1.6 else middle
                add_text(canvas, bar.left + _BAR + 1.5, y, shorten(text, size, _BESIDE - 3), size)
        number = str(int(counts[moment, state]))
        add_text(canvas, bar.left + 7.6, middle, number, size, ha="center", color=ink, fontweight="bold")
        if plain:
            add_line(canvas, ((bar.left + 4.8, middle - 1.1), (bar.left + 4.8, middle + 1.1)), color=ink, linewidth=0.4)


def _moment(moment: str, flows: Flows, theme: Theme) -> str:
    if flows.clock != "age":
        return theme.say_unit(moment)
    age = int(moment)
    if flows.unit in _RANKS:
        return theme.say(_RANKS[flows.unit], n=age + 1)
    if age == 0:
        return theme.say("premier mois")
    if age % 12:
        return theme.say("à {n} mois", n=age)
    return theme.say_n("à {n} an", "à {n} ans", age // 12)


def _finding(shown: Exhibit[Flows]) -> str:
    told, theme = shown.told, shown.theme
    who = {name for names in _between_stages(told)["projets"] for name in names}
    return theme.say_n(
        "Au dernier moment ({last}), {n} projet sur {total} encore observé ; {movers} d’étape entre deux moments.",
        "Au dernier moment ({last}), {n} projets sur {total} encore observés ; {movers} d’étape entre deux moments.",
        told.observed[-1],
        last=_moment(told.moments[-1], told, theme),
        total=told.n,
        movers=theme.say_n("{n} change", "{n} changent", len(who)),
    )


def _words(shown: Exhibit[Flows]) -> Caption:
    told, corpus, theme = shown.told, shown.context, shown.theme
    return corpus.caption(
        title=theme.say("Où vont les projets : étape à quelques âges")
        if told.clock == "age"
        else theme.say("Où vont les projets : étape à quelques dates"),
        n=theme.say_n("n = {n} projet", "n = {n} projets", told.n),
        missing=theme.say(
            "observés à chaque moment : {counts} ; les autres restent comptés dans la figure",
            counts=theme.join([str(count) for count in told.observed]),
        ),
        reading=_reading(told, corpus, theme),
    )


def _between_stages(told: Flows) -> pd.DataFrame:
    """The bands between two different states that are both observed."""
    links = told.links
    return links[(links["de"] != links["vers"]) & ~links["de"].isin(list(_UNSEEN)) & ~links["vers"].isin(list(_UNSEEN))]


def _reading(told: Flows, corpus: Context, theme: Theme) -> str:
    """The largest band between two different states that are both observed, else out of an observed one."""
    links, signs, observed = told.links, _signs(told, corpus, theme), _between_stages(told)
    moved = observed if len(observed) else links[(links["de"] != links["vers"]) & ~links["de"].isin(list(_UNSEEN))]
    if moved.empty:
        return ""
    row = moved.sort_values("effectif", ascending=False, kind="stable").iloc[0]
    return theme.say(
        "entre « {one} » et « {other} », {go} vers « {target} » depuis « {origin} ».",
        one=_moment(row["de_moment"], told, theme),
        other=_moment(row["vers_moment"], told, theme),
        go=theme.say_n("{n} projet passe", "{n} projets passent", int(row["effectif"])),
        target=signs[row["vers"]].label,
        origin=signs[row["de"]].label,
    )


def _rows(shown: Exhibit[Flows]) -> pd.DataFrame:
    """The data behind the bands: from where to where, how many, and which projects."""
    links, signs = shown.told.links, _signs(shown.told, shown.context, shown.theme)
    labels = {code: sign.label for code, sign in signs.items()}
    return links.assign(
        de=links["de"].map(labels), vers=links["vers"].map(labels), projets=links["projets"].map(" ".join)
    )
