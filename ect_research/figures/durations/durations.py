"""Stacked cumulative incidence of the ends that compete, with the projects still followed under the axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.duration_words import say_reason
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.exhibit.sourced_caption import sourced_caption
from ect_research.figures.page.canvas import add_box, add_line, add_text, mm_canvas, text_width_mm
from ect_research.figures.page.formats import format_count, format_number, format_percent, format_percent_range
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER
from ect_research.figures.signs.stage_signs import stage_signs

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.durations.curves.aalen_johansen import Incidence
    from ect_research.analysis.durations.sampled_durations import IncidenceRange
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

_STAGE_OF = {"creation": "e5_creation", "abandon": "t_abandon", "absorption": "t_absorbe"}
_WORDS = {
    "fr": {
        "creation": "Création", "abandon": "Abandon", "absorption": "Absorption", "sans_fin": "Sans fin connue",
        "axis": "Années depuis le premier fait daté", "risk": "Encore suivis", "at": "à {} ans",
        "dates": "dates imprécises : {}", "steady": "dates imprécises : sans effet",
        "pale": "pâle : moins de 5 projets encore suivis",
        "title": "Création, abandon, absorption : ce qui arrive aux projets, et quand",
        "n": "n = {}, dont {} ; {} encore en cours", "ends": "projet arrivé à une fin", "many": "projets arrivés à une fin",
        "missing": "{} hors de la figure ({})",
        "reading": "{} des projets sont créés au plus tard {} après leur premier fait daté (intervalle à 95 % : {}).",
    },
    "en": {
        "creation": "Creation", "abandon": "Abandonment", "absorption": "Absorption", "sans_fin": "No end known",
        "axis": "Years since the first dated fact", "risk": "Still followed", "at": "at {} years",
        "dates": "imprecise dates: {}", "steady": "imprecise dates: no effect",
        "pale": "pale: fewer than 5 projects still followed",
        "title": "Creation, abandonment, absorption: what happens to projects, and when",
        "n": "n = {}, of which {}; {} still running", "ends": "project that ended", "many": "projects that ended",
        "missing": "{} not drawn ({})",
        "reading": "{} of the projects are created by {} after their first dated fact (95% interval: {}).",
    },
}  # fmt: skip
_PLOT, _HEAD, _FOOT, _LEFT, _RIGHT = 62.0, 7.0, 18.0, 21.0, 48.0


@dataclass(frozen=True)
class _Panel:
    """Where one group stands on the page (millimetres), and its clock (months)."""

    top: float
    left: float
    right: float
    end: float

    def x(self, month: float) -> float:
        return self.left + (self.right - self.left) * min(month / self.end, 1.0)

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
    """

    def draw(shown: Exhibit[Incidence]) -> Figure:
        told, corpus, theme = shown.told, shown.context, shown.theme
        return _draw(told, corpus, theme, ranged)

    def rows(shown: Exhibit[Incidence]) -> pd.DataFrame:
        told = shown.told
        return _rows(told, ranged)

    return Exhibit(incidence, rows, _words, draw, finding_of=_finding, reads=("evenements",))


def _draw(incidence: Incidence, corpus: Context, theme: Theme, ranged: IncidenceRange | Refusal | None) -> Figure:
    names = [str(name) for name in incidence.groups["groupe"]]
    title = 5.0 if names != [""] else 0.0
    height = len(names) * (_HEAD + title + _PLOT + _FOOT)
    end = float(np.ceil(incidence.steps["temps"].max() / 12) * 12)
    drawn = ranged if names == [""] and not isinstance(ranged, Refusal) else None
    with theme.applied():
        figure = theme.new_figure(height)
        canvas = mm_canvas(figure)
        for place, name in enumerate(names):
            top = place * (_HEAD + title + _PLOT + _FOOT) + _HEAD + title
            panel = _Panel(top, _LEFT, theme.width_mm - _RIGHT, end)
            if name:
                size = int(incidence.groups["n"].iloc[place])
                add_text(canvas, 2, top - 6.5, f"{name} (n = {size})", theme.base_pt, fontweight="bold")
            _draw_group(canvas, incidence, name, panel, (corpus, theme, drawn))
    return figure


def _draw_group(canvas: Axes, incidence: Incidence, name: str, panel: _Panel, context: tuple[Any, ...]) -> None:
    corpus, theme, ranged = context
    curves = incidence.curves[incidence.curves["groupe"] == name]
    readable = float(incidence.groups.set_index("groupe")["dernier_lisible"][name])
    signs = stage_signs(corpus.codebook, theme)
    _draw_frame(canvas, panel, theme)
    times = curves["temps"].drop_duplicates().to_numpy()
    sure = 0.0 if np.isnan(readable) else float(min(times[times > readable], default=times[-1]))
    floor = np.zeros(len(times))
    labels = []
    for cause in incidence.causes:
        curve = curves[curves["fin"] == cause]
        roof = floor + curve["part"].to_numpy()
        sign = signs[_STAGE_OF.get(cause, "s_entre_deux")]
        for alpha, span in ((1.0, (0.0, sure)), (0.35, (sure, float(times[-1])))):
            _fill(canvas, panel, (times, floor, roof), span, facecolor=sign.face, hatch=sign.hatch or None, alpha=alpha)
        if roof[-1] > floor[-1]:
            labels.append(((floor[-1] + roof[-1]) / 2, _label(curve, cause, readable, theme, ranged), sign.face))
        floor = roof
    _draw_labels(canvas, panel, labels, theme)
    _draw_risk(canvas, incidence, name, panel, theme)


def _draw_frame(canvas: Axes, panel: _Panel, theme: Theme) -> None:
    size = theme.base_pt - 1
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = panel.y(share)
        add_line(canvas, ((panel.left, y), (panel.right, y)), color=HAIRLINE, linewidth=0.4, zorder=1)
        text = format_percent(share, 0, theme.language)
        add_text(canvas, panel.left - 1.5, y, text, size, ha="right", color=MUTED)
    for month in _ticks(panel.end):
        x, bottom = panel.x(month), panel.y(0)
        add_line(canvas, ((x, bottom), (x, bottom + 1)), linewidth=0.5)
        add_text(canvas, x, bottom + 3.2, format_number(month / 12, 0, theme.language), size, ha="center", color=MUTED)
    middle = (panel.left + panel.right) / 2
    words = _WORDS[theme.language]
    add_text(canvas, middle, panel.y(0) + 7.2, words["axis"], size, ha="center", color=MUTED)
    add_text(canvas, panel.right, panel.top - 2.5, words["pale"], size, ha="right", color=MUTED)


def _ticks(end: float) -> list[int]:
    step = 12 if end <= 120 else 24
    return list(range(0, int(end) + 1, step))


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


def _label(curve: pd.DataFrame, cause: str, readable: float, theme: Theme, ranged: IncidenceRange | None) -> list[str]:
    """The end, its share and interval at the last readable age (else the last), and what imprecise dates add."""
    words, language = _WORDS[theme.language], theme.language
    point = curve[curve["temps"] <= readable].iloc[-1] if (curve["temps"] <= readable).any() else curve.iloc[-1]
    age = words["at"].format(format_number(float(point["temps"]) / 12, 1, language))
    lines = [
        f"{words.get(cause, cause)} : {format_percent(point['part'], 0, language)}".replace(
            " :", ":" if language == "en" else "\u00a0:"
        ),
        f"{age} [{format_percent_range(point['bas'], point['haut'], language)}]",
    ]
    if ranged is not None:
        rows = ranged.curves[(ranged.curves["fin"] == cause) & (ranged.curves["temps"] <= float(point["temps"]))]
        if len(rows):
            low, high = float(rows["bas"].iloc[-1]), float(rows["haut"].iloc[-1])
            moved = format_percent(low, 0, language) != format_percent(high, 0, language)
            lines.append(words["dates"].format(format_percent_range(low, high, language)) if moved else words["steady"])
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
    words = _WORDS[theme.language]["risk"]
    short = size * min(1.0, (panel.left - 6) / text_width_mm(words, size))
    add_text(canvas, 2, y, words, short, color=MUTED)
    times, risk = steps["temps"].to_numpy(), np.append(steps["a_risque"].to_numpy(), 0)
    for month in _ticks(panel.end):
        followed = int(risk[np.searchsorted(times, month, side="left")])
        colour = INK if followed >= 5 else MUTED
        add_text(canvas, panel.x(month), y, str(followed), size, ha="center", color=colour)


def _finding(shown: Exhibit[Incidence]) -> Finding:
    incidence, theme = shown.told, shown.theme
    return Finding(_reading(incidence, theme) or _words(shown).n, Strength.COUNTED)


def _words(shown: Exhibit[Incidence]) -> Caption:
    """The words around the curves."""
    incidence, corpus, theme = shown.told, shown.context, shown.theme
    words, language = _WORDS[theme.language], theme.language
    ends = int(incidence.groups[list(incidence.causes)].to_numpy().sum())
    noun = ("projet", "project")[language == "en"]
    left = incidence.excluded
    reasons = ", ".join(
        f"{say_reason(str(reason), language)}{' : ' if language == 'fr' else ': '}{size}"
        for reason, size in left["raison"].value_counts().sort_index().items()
    )
    return sourced_caption(
        corpus,
        theme,
        title=words["title"],
        n=words["n"].format(
            format_count(incidence.n, noun, "", language),
            format_count(ends, words["ends"], words["many"], language),
            incidence.n - ends,
        ),
        missing=words["missing"].format(format_count(len(left), noun, "", language), reasons) if len(left) else "",
        reading=_reading(incidence, theme),
    )


def _reading(incidence: Incidence, theme: Theme) -> str:
    group = incidence.groups.iloc[0]
    curve = incidence.curves[
        (incidence.curves["groupe"] == group["groupe"]) & (incidence.curves["fin"] == incidence.causes[0])
    ]
    kept = curve[curve["temps"] <= float(group["dernier_lisible"])]
    if kept.empty:
        return ""
    point, language = kept.iloc[-1], theme.language
    years = format_number(float(point["temps"]) / 12, 1, language)
    return _WORDS[language]["reading"].format(
        format_percent(point["part"], 0, language),
        f"{years} {'ans' if language == 'fr' else 'years'}",
        format_percent_range(point["bas"], point["haut"], language),
    )


def _rows(incidence: Incidence, ranged: IncidenceRange | Refusal | None) -> pd.DataFrame:
    """The data behind the curves: shares, errors, bounds, projects followed, and the range that imprecise dates give."""
    steps = incidence.steps[["groupe", "temps", "a_risque", "sortis", "lisible"]]
    table = incidence.curves.merge(steps, on=["groupe", "temps"], how="left")
    if ranged is None or isinstance(ranged, Refusal):
        return table
    told = ranged.curves[["temps", "fin", "bas", "haut"]].rename(columns={"bas": "dates_bas", "haut": "dates_haut"})
    return table.merge(told, on=["temps", "fin"], how="left")
