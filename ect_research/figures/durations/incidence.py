"""Stacked cumulative incidence of the ends that compete, with the projects still followed under the axis."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.aalen_johansen import Incidence
from ect_research.analysis.durations.sampled_durations import IncidenceRange
from ect_research.codebook.codebook import ENDS as ENDING
from ect_research.codebook.codebook import stages_playing
from ect_research.figures.durations.incidence_words import ENDS, incidence_finding, incidence_words
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import add_box, add_line, add_text, text_width_mm
from ect_research.figures.page.legends import new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, OKABE_ITO, PAPER, Theme
from ect_research.figures.signs.stage_signs import stage_signs
from ect_research.figures.signs.time_axis import YEARS_SINCE_FIRST_FACT

_GREYS = ("#303030", "#9c9c9c", "#dedede", "#6b6b6b", "#c2c2c2")
_PLOT, _HEAD, _FOOT, _LEFT, _RIGHT = 62.0, 7.0, 18.0, 21.0, 48.0


@dataclass(frozen=True)
class _Panel:
    """Where one group stands on the page (millimetres), and its clock: months are written as years."""

    top: float
    left: float
    right: float
    end: float
    unit: str

    def x(self, age: float) -> float:
        return self.left + (self.right - self.left) * min(age / self.end, 1.0)

    @property
    def ticks(self) -> list[int]:
        written = 12 if self.unit == "mois" else 1
        step = next(
            step for step in (1, 2, 5, 10, 20, 50, 100, 500, 1000) if step * 10 * written >= self.end or step == 1000
        )
        return list(range(0, int(self.end) + 1, step * written))

    def written(self, age: float, decimals: int, theme: Theme) -> str:
        years = self.unit == "mois"
        return theme.number(age / 12 if years else age, decimals if years or age % 1 else 0)

    def y(self, share: float) -> float:
        return self.top + _PLOT * (1 - share)


def show_incidence(
    incidence: Incidence | Refusal, ranged: IncidenceRange | Refusal | None = None
) -> Exhibit[Incidence]:
    """One panel per group: creation from the bottom, its rivals above it, what has no end left white.

    Needs no corpus: durations of one's own are drawn in the colours of the shipped codebook. Too few ends give no curve:
    the refusal takes its place.

    Args:
        incidence: from ``build_incidence``.
        ranged: curves over imprecise dates, written beside each end when there is no group.

    >>> import pandas as pd
    >>> import ect_research as ect
    >>> table = pd.DataFrame({"mois": range(1, 41), "issue": ["création", "", "abandon", "création"] * 10})
    >>> shown = show_incidence(ect.build_incidence(ect.durations_from(table, time="mois", end="issue")))
    >>> shown.words().n
    'n = 40 projets, dont 30 projets arrivés à une fin\u202f; 10 encore en cours'
    """
    known = None if isinstance(ranged, Refusal) else ranged
    rows, draw = partial(_rows, ranged=known), partial(_draw, ranged=known)
    return Exhibit(incidence, rows, incidence_words, draw, finding_of=incidence_finding, reads=("evenements",))


def _draw(shown: Exhibit[Incidence], ranged: IncidenceRange | None) -> Figure:
    incidence, theme = shown.told, shown.theme
    names = [str(name) for name in incidence.groups["groupe"]]
    title = 5.0 if names != [""] else 0.0
    pitch = _HEAD + title + _PLOT + _FOOT
    last = float(incidence.steps["temps"].max())
    end = float(np.ceil(last / 12) * 12) if incidence.unit == "mois" else last
    drawn = ranged if names == [""] else None
    with new_page(theme, len(names) * pitch) as (figure, canvas):
        for place, name in enumerate(names):
            top = place * pitch + _HEAD + title
            panel = _Panel(top, _LEFT, theme.width_mm - _RIGHT, end, incidence.unit)
            if name:
                size = int(incidence.groups["n"].iloc[place])
                add_text(canvas, 2, top - 6.5, f"{name} (n = {size})", theme.base_pt, fontweight="bold")
            _draw_group(canvas, shown, name, panel, drawn)
    return figure


def _draw_group(
    canvas: Axes, shown: Exhibit[Incidence], name: str, panel: _Panel, ranged: IncidenceRange | None
) -> None:
    incidence, theme = shown.told, shown.theme
    curves = incidence.curves[incidence.curves["groupe"] == name]
    readable = float(incidence.groups.set_index("groupe")["dernier_lisible"][name])
    faces = _faces(shown)
    _draw_frame(canvas, panel, theme)
    times = curves["temps"].drop_duplicates().to_numpy()
    sure = 0.0 if np.isnan(readable) else float(min(times[times > readable], default=times[-1]))
    floor = np.zeros(len(times))
    labels = []
    for cause in incidence.causes:
        curve = curves[curves["fin"] == cause]
        roof = floor + curve["part"].to_numpy()
        face, hatch = faces[cause]
        for alpha, span in ((1.0, (0.0, sure)), (0.35, (sure, float(times[-1])))):
            _fill(canvas, panel, (times, floor, roof), span, facecolor=face, hatch=hatch or None, alpha=alpha)
        if roof[-1] > floor[-1]:
            labels.append(((floor[-1] + roof[-1]) / 2, _label(curve, (cause, readable), panel, theme, ranged), face))
        floor = roof
    _draw_labels(canvas, panel, labels, theme)
    _draw_risk(canvas, incidence, name, panel, theme)


def _faces(shown: Exhibit[Incidence]) -> dict[str, tuple[str, str]]:
    """Colour and hatch of each end: those of its stage, else one that no other end of the figure has."""
    codebook, theme = shown.context.codebook, shown.theme
    signs = stage_signs(codebook, theme)
    ends = {end: signs[stage] for stage, end in stages_playing(codebook.stages, *ENDING).items()}
    spare = cycle(_GREYS if theme.greyscale else OKABE_ITO)
    return {
        cause: (ends[cause].face, ends[cause].hatch) if cause in ends else (next(spare), "")
        for cause in shown.told.causes
    }


def _draw_frame(canvas: Axes, panel: _Panel, theme: Theme) -> None:
    size = theme.base_pt - 1
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = panel.y(share)
        add_line(canvas, ((panel.left, y), (panel.right, y)), color=HAIRLINE, linewidth=0.4, zorder=1)
        text = theme.percent(share)
        add_text(canvas, panel.left - 1.5, y, text, size, ha="right", color=MUTED)
    for age in panel.ticks:
        x, bottom = panel.x(age), panel.y(0)
        add_line(canvas, ((x, bottom), (x, bottom + 1)), linewidth=0.5)
        add_text(canvas, x, bottom + 3.2, panel.written(age, 0, theme), size, ha="center", color=MUTED)
    middle = (panel.left + panel.right) / 2
    axis = (
        theme.say(YEARS_SINCE_FIRST_FACT)
        if panel.unit == "mois"
        else theme.say("Temps depuis le début ({unit})", unit=panel.unit)
    )
    add_text(canvas, middle, panel.y(0) + 7.2, axis, size, ha="center", color=MUTED)
    pale = theme.say("pâle : moins de 5 projets encore suivis")
    add_text(canvas, panel.right, panel.top - 2.5, pale, size, ha="right", color=MUTED)


def _fill(
    canvas: Axes,
    panel: _Panel,
    band: tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]],
    span: tuple[float, float],
    **style: object,
) -> None:
    """A band between two step curves, over a span of ages."""
    times, floor, roof = band
    low, high = span
    if not high > low:
        return
    edges = np.unique(np.concatenate(([low], times[(times > low) & (times < high)], [high])))
    place = np.searchsorted(times, edges, side="right") - 1
    under = np.where(place >= 0, floor[place], 0.0)
    over = np.where(place >= 0, roof[place], 0.0)
    xs, lows, highs = (np.repeat(values, 2) for values in (edges, under, over))
    xs, lows, highs = xs[1:], lows[:-1], highs[:-1]
    canvas.fill_between(
        [panel.x(float(month)) for month in xs],
        [panel.y(float(share)) for share in lows],
        [panel.y(float(share)) for share in highs],
        edgecolor=PAPER if not style.get("hatch") else INK,
        linewidth=0.3,
        zorder=2,
        **style,  # type: ignore[arg-type]
    )


def _label(
    curve: pd.DataFrame, end: tuple[str, float], panel: _Panel, theme: Theme, ranged: IncidenceRange | None
) -> list[str]:
    """The end, its share and interval at the last readable age (else the last), and what imprecise dates add."""
    cause, readable = end
    point = curve[curve["temps"] <= readable].iloc[-1] if (curve["temps"] <= readable).any() else curve.iloc[-1]
    age = panel.written(float(point["temps"]), 1, theme)
    interval = theme.percents(point["bas"], point["haut"])
    said = theme.say("{end} : {share}", end=theme.say(ENDS.get(cause, cause)), share=theme.percent(point["part"]))
    when = (
        theme.say("à {years} ans", years=age)
        if panel.unit == "mois"
        else theme.say("à {age} {unit}", age=age, unit=panel.unit)
    )
    lines = [said, f"{when} [{interval}]"]
    if ranged is not None:
        rows = ranged.curves[(ranged.curves["fin"] == cause) & (ranged.curves["temps"] <= float(point["temps"]))]
        if len(rows):
            low, high = float(rows["bas"].iloc[-1]), float(rows["haut"].iloc[-1])
            moved = theme.say("dates imprécises : {range}", range=theme.percents(low, high))
            still = theme.say("dates imprécises : sans effet")
            lines.append(still if theme.percent(low) == theme.percent(high) else moved)
    return lines


def _draw_labels(canvas: Axes, panel: _Panel, labels: list[tuple[float, list[str], str]], theme: Theme) -> None:
    """Beside the last level of each end, pushed apart so that no two overlap."""
    size, pitch = theme.base_pt - 0.5, (theme.base_pt - 0.5) * 0.46
    lowest = panel.y(0)
    for share, lines, face in labels:
        height = pitch * len(lines)
        middle = min(panel.y(share), lowest - height / 2)
        lowest = middle - height / 2 - 1.5
        add_line(canvas, ((panel.right + 0.5, panel.y(share)), (panel.right + 3, middle)), linewidth=0.4)
        add_box(canvas, (panel.right + 3.5, middle - height / 2, 1.2, height), facecolor=face, edgecolor=MUTED)
        for number, line in enumerate(lines):
            y = middle + pitch * (number - (len(lines) - 1) / 2)
            weight = "bold" if number == 0 else "normal"
            add_text(canvas, panel.right + 6, y, line, size - (0 if number == 0 else 0.8), fontweight=weight)


def _draw_risk(canvas: Axes, incidence: Incidence, name: str, panel: _Panel, theme: Theme) -> None:
    size, y = theme.base_pt - 1, panel.y(0) + 12.5
    steps = incidence.steps[incidence.steps["groupe"] == name]
    add_line(canvas, ((2, y - 2.4), (panel.right, y - 2.4)), color=HAIRLINE, linewidth=0.4)
    said = theme.say("Encore suivis")
    short = size * min(1.0, (panel.left - 6) / text_width_mm(said, size))
    add_text(canvas, 2, y, said, short, color=MUTED)
    times, risk = steps["temps"].to_numpy(), np.append(steps["a_risque"].to_numpy(), 0)
    for age in panel.ticks:
        followed = int(risk[np.searchsorted(times, age, side="left")])
        colour = INK if followed >= 5 else MUTED
        add_text(canvas, panel.x(age), y, str(followed), size, ha="center", color=colour)


def _rows(shown: Exhibit[Incidence], ranged: IncidenceRange | None) -> pd.DataFrame:
    """The data behind the curves: shares, errors, bounds, projects followed, and the range that imprecise dates give."""
    incidence = shown.told
    steps = incidence.steps[["groupe", "temps", "a_risque", "sortis", "lisible"]]
    table = incidence.curves.merge(steps, on=["groupe", "temps"], how="left")
    if ranged is None:
        return table
    told = ranged.curves[["temps", "fin", "bas", "haut"]].rename(columns={"bas": "dates_bas", "haut": "dates_haut"})
    return table.merge(told, on=["temps", "fin"], how="left")
