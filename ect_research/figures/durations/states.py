"""Shares of the stages among the projects observed at each unit of time, with their number underneath."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.analysis.trajectories.sequences.states import FEWEST_OBSERVED
from ect_research.corpus.stages.sequences import MONTHS
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength, place_for
from ect_research.figures.exhibit.sourced_caption import sourced_caption
from ect_research.figures.page.canvas import add_box, add_line, add_text, mm_canvas, text_width_mm
from ect_research.figures.page.formats import format_number, format_percent, format_percent_range
from ect_research.figures.page.legends import draw_legend, legend_height_mm
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER
from ect_research.figures.signs.shock_windows import WindowFrame, draw_windows
from ect_research.figures.signs.stage_signs import stage_signs, stages_met
from ect_research.figures.signs.time_axis import SINCE_FIRST_FACT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.trajectories.sequences.states import StateDistribution
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme
    from ect_research.figures.signs.stage_signs import StageSign

_MOST_READABLE = 0.5
_PLOT, _LEFT, _SMALLEST_PT = 58.0, 15.0, 5.0


def show_states(
    distribution: StateDistribution | Refusal, *, shocks: Sequence[tuple[float, float, str]] = ()
) -> Exhibit[StateDistribution]:
    """One stacked bar per unit of time; pale under five projects, blank when none is observed.

    The clock and the unit of time are those of the sequences: nobody has to say them again.

    Args:
        distribution: from ``build_state_distribution``.
        shocks: windows to mark on the calendar, from ``list_shocks``.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien", "fiche")
    >>> told = ect.derive_sequences(study.episodes(), clock="age", unit="annee")
    >>> shown = show_states(ect.build_state_distribution(ect.code_sequences(told))).in_context(study.context)
    >>> round(shown.figure().get_size_inches()[0] * 25.4)
    180
    """

    def draw(shown: Exhibit[StateDistribution]) -> Figure:
        told, corpus, theme = shown.told, shown.context, shown.theme
        return _draw(told, corpus, theme, shocks)

    place = place_for(distribution, lambda told: bool(told.summary["lisible"].mean() >= _MOST_READABLE))
    return Exhibit(distribution, _rows, _words, draw, finding_of=_finding, reads=("evenements",), place=place)


def _draw(
    distribution: StateDistribution, corpus: Context, theme: Theme, shocks: Sequence[tuple[float, float, str]]
) -> Figure:
    signs = stage_signs(corpus.codebook, theme)
    met = stages_met(signs, distribution.counts.columns[distribution.counts.sum() > 0])
    legend = legend_height_mm([sign.entry() for sign in met], theme.base_pt - 1, theme.width_mm - 4)
    calendar = distribution.clock == "calendrier"
    top = legend + (9 if calendar and shocks else 6)
    with theme.applied():
        below = top + _PLOT + (8.5 if calendar else 12.5)
        figure = theme.new_figure(below + (8.5 if distribution.ranged is None else 15.5))
        canvas = mm_canvas(figure)
        draw_legend(canvas, [sign.entry() for sign in met], (2, 1), theme.width_mm - 4, theme.base_pt - 1)
        _draw_scale(canvas, top, theme)
        _draw_bars(canvas, distribution, met, top, theme)
        _draw_counts(canvas, distribution, below, theme)
        if calendar and shocks:
            _draw_shocks(canvas, distribution, shocks, top, theme)
        if distribution.clock == "age":
            middle, text = (_LEFT + theme.width_mm - 2) / 2, theme.say(SINCE_FIRST_FACT[distribution.unit])
            add_text(canvas, middle, top + _PLOT + 7.5, text, theme.base_pt - 1, ha="center", color=MUTED)
    return figure


def _draw_scale(canvas: Axes, top: float, theme: Theme) -> None:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = top + _PLOT * (1 - share)
        text = format_percent(share, 0, theme.language)
        add_text(canvas, _LEFT - 1.5, y, text, theme.base_pt - 1, ha="right", color=MUTED)
        add_line(canvas, ((_LEFT, y), (theme.width_mm - 2, y)), color=HAIRLINE, linewidth=0.4, zorder=1)


def _draw_bars(canvas: Axes, distribution: StateDistribution, met: list[StageSign], top: float, theme: Theme) -> None:
    units = list(distribution.shares.index)
    width = (theme.width_mm - 2 - _LEFT) / len(units)
    names = [theme.say_unit(str(unit)) for unit in units]
    every = _label_every(names, width, theme.base_pt - 1)
    for place, unit in enumerate(units):
        left, floor = _LEFT + place * width, top + _PLOT
        readable = bool(distribution.summary.loc[unit, "lisible"])
        for sign in met:
            tall = float(distribution.shares.loc[unit, sign.code]) * _PLOT
            if tall > 0:
                box = (left + width * 0.06, floor - tall, width * 0.88, tall)
                hatch = (sign.hatch or None) if readable else None
                edge = MUTED if readable else HAIRLINE
                face = sign.face if readable else sign.ghost
                add_box(canvas, box, facecolor=face, hatch=hatch, edgecolor=edge, linewidth=0.3)
                if min(tall, width) >= 3.2:
                    _sign(canvas, (left + width / 2, floor - tall / 2), sign, theme, readable=readable)
                floor -= tall
        if place % every == 0:
            y = top + _PLOT + 2.8
            add_text(canvas, left + width / 2, y, names[place], theme.base_pt - 1, ha="center", color=MUTED)


def _draw_counts(canvas: Axes, distribution: StateDistribution, top: float, theme: Theme) -> None:
    """The number observed under each bar; then those whose state is not the same in 95 % of the draws."""
    units, summary = list(distribution.shares.index), distribution.summary
    seen = [
        (str(int(count)), INK if sure else MUTED)
        for count, sure in zip(summary["observes"], summary["lisible"], strict=True)
    ]
    _draw_row(canvas, theme.say("Projets observés"), seen, (top, units), theme)
    if distribution.ranged is None:
        return
    doubts = distribution.ranged.summary["hesitants"].reindex(units, fill_value=0).astype(int)
    label = (
        theme.say("Projets dont l’étape, ou la présence ici, tient à des dates imprécises")
        if doubts.any()
        else theme.say("Projets dont l’étape, ou la présence ici, tient à des dates imprécises : aucun")
    )
    told = [(str(count) if count else "", INK) for count in doubts]
    _draw_row(canvas, label, told, (top + 8.3, units), theme)


def _draw_row(
    canvas: Axes, label: str, cells: list[tuple[str, str]], place: tuple[float, list[object]], theme: Theme
) -> None:
    top, units = place
    width, size = (theme.width_mm - 2 - _LEFT) / len(units), theme.base_pt - 1
    every = _label_every([theme.say_unit(str(unit)) for unit in units], width, size)
    add_text(canvas, 2, top, label, size, color=MUTED)
    widest = max((text_width_mm(text, size) for text, _ in cells), default=0.0) + 0.6
    fitted = max(min(size, size * width / widest), _SMALLEST_PT)
    # The counts follow the labels when bars are too thin for both.
    roomy = width >= widest * fitted / size
    for number, (text, colour) in enumerate(cells):
        if text and (roomy or number % every == 0):
            x = _LEFT + (number + 0.5) * width
            add_text(canvas, x, top + 4.5, text, fitted, ha="center", color=colour)


def _draw_shocks(
    canvas: Axes,
    distribution: StateDistribution,
    shocks: Sequence[tuple[float, float, str]],
    top: float,
    theme: Theme,
) -> None:
    starts = [_decimal_year(str(unit)) for unit in distribution.shares.index]
    width = (theme.width_mm - 2 - _LEFT) / len(starts)
    years = len(starts) * (starts[1] - starts[0] if len(starts) > 1 else 1.0)
    right = _LEFT + len(starts) * width

    def scale(year: float) -> float:
        return _LEFT + (year - starts[0]) / years * (right - _LEFT)

    frame = WindowFrame(_LEFT, right, top, top + _PLOT, above=4.0)
    draw_windows(canvas, shocks, scale, frame, theme, behind=False)


def _decimal_year(unit: str) -> float:
    """Start of a unit of the calendar: ``2020``, ``2020-T2`` or ``2020-05``.

    >>> _decimal_year("2020"), _decimal_year("2020-T3"), _decimal_year("2020-04")
    (2020.0, 2020.5, 2020.25)
    """
    year, _, part = unit.partition("-")
    if not part:
        return float(year)
    return float(year) + ((int(part[1:]) - 1) / 4 if part.startswith("T") else (int(part) - 1) / 12)


def _sign(canvas: Axes, centre: tuple[float, float], sign: StageSign, theme: Theme, *, readable: bool) -> None:
    """The number or letter of the stage, so that colour is never alone."""
    x, y = centre
    if readable and sign.hatch:
        add_box(canvas, (x - 1.2, y - 1.4, 2.4, 2.8), facecolor=PAPER, zorder=3)
    ink = (INK if sign.hatch else sign.ink) if readable else MUTED
    add_text(canvas, x, y, sign.sign, theme.base_pt - 2, ha="center", color=ink)


def _label_every(labels: list[str], width: float, size: float) -> int:
    widest = max(text_width_mm(label, size) for label in labels) + 1.5
    return next(step for step in (1, 2, 3, 4, 6, 8, 12, 24, 48, 96) if step * width >= widest or step == 96)


def _finding(shown: Exhibit[StateDistribution]) -> Finding:
    told, corpus, theme = shown.told, shown.context, shown.theme
    unit, state, share = told.fullest
    when = _when(unit, told, theme)
    if share.n < FEWEST_OBSERVED:
        said = theme.say_n(
            "{when}, le moment le mieux connu, {n} projet observé en tout : ce ne sont pas des parts.",
            "{when}, le moment le mieux connu, {n} projets observés en tout : ce ne sont pas des parts.",
            share.n,
            when=when,
        )
    else:
        said = theme.say(
            "{when}, l’étape la plus commune est « {stage} » : {count} sur {n} projets observés, {share} [{interval}].",
            when=when,
            stage=corpus.codebook.label("etape", state, theme.language),
            count=share.count,
            n=share.n,
            share=format_percent(share.estimate, 0, theme.language),
            interval=format_percent_range(share.low, share.high, theme.language),
        )
    return Finding(said, Strength.COUNTED)


def _when(unit: str, told: StateDistribution, theme: Theme) -> str:
    if told.clock != "age":
        return theme.say("En {unit}", unit=theme.say_unit(unit))
    months = (int(unit) + 1) * MONTHS[told.unit]
    return theme.say_n("À la fin du premier mois", "À la fin des {n} premiers mois", months)


def _words(shown: Exhibit[StateDistribution]) -> Caption:
    told, corpus, theme = shown.told, shown.context, shown.theme
    pale, units = int((~told.summary["lisible"]).sum()), len(told.summary)
    unit, state, share = told.fullest
    missing = theme.say_n(
        "{pale} sur {n} unité de temps comptent moins de 5 projets : en pâle, à ne pas lire comme des parts",
        "{pale} sur {n} unités de temps comptent moins de 5 projets : en pâle, à ne pas lire comme des parts",
        units,
        pale=pale,
    )
    return sourced_caption(
        corpus,
        theme,
        title=theme.say("Où en sont les projets au fil du temps")
        if told.clock == "calendrier"
        else theme.say("Où en sont les projets au fil de leur âge"),
        n=theme.say_n("n = {n} projet", "n = {n} projets", told.n),
        missing=theme.say(" ; ").join(part for part in (missing if pale else "", _said_range(told, theme)) if part),
        reading=theme.say(
            "à l’unité {unit}, {count} sur {n} observés sont à l’étape « {stage} ».",
            unit=theme.say_unit(unit),
            count=share.count,
            n=share.n,
            stage=corpus.codebook.label("etape", state, theme.language),
        ),
    )


def _said_range(distribution: StateDistribution, theme: Theme) -> str:
    ranged = distribution.ranged
    if ranged is None:
        return ""
    readable = distribution.summary.index[distribution.summary["lisible"]]
    widest = float(ranged.summary["ecart_max"].reindex(readable, fill_value=0.0).max()) if len(readable) else 0.0
    draws = format_number(ranged.draws, 0, theme.language)
    if widest < 0.005:
        return theme.say(
            "les dates imprécises, tirées {draws} fois, ne déplacent aucune part là où 5 projets sont observés",
            draws=draws,
        )
    return theme.say(
        "les dates imprécises, tirées {draws} fois, déplacent une part de {points} points au plus là où 5 projets sont "
        "observés",
        draws=draws,
        points=format_number(100 * widest, 0, theme.language),
    )


def _rows(shown: Exhibit[StateDistribution]) -> pd.DataFrame:
    """Counts of each stage and the number observed, unit by unit; with drawn dates, the range of each share (0–1)."""
    distribution = shown.told
    met = distribution.counts.loc[:, distribution.counts.sum() > 0]
    summary = distribution.summary[["observes", "etat_modal", "part_modale", "entropie", "lisible"]]
    table = met.join(summary)
    if distribution.ranged is not None:
        shares = distribution.ranged.shares
        for side in ("bas", "haut"):
            wide = shares.pivot_table(index="unite", columns="etat", values=side).reindex(table.index)
            columns = [state for state in met.columns if state in wide]
            table = table.join(wide[columns].fillna(0.0).add_suffix(f"_part_{side}"))
        table = table.join(distribution.ranged.summary[["hesitants", "observes_bas", "observes_haut"]])
    return table.reset_index()
