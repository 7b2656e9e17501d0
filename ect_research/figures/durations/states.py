"""How many of the projects observed are at each stage, unit of time after unit of time: counts, never shares."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import FEWEST_OF_A_SHARE, Refusal
from ect_research.analysis.trajectories.states import StateDistribution
from ect_research.corpus.stages.sequences import MONTHS
from ect_research.figures.exhibit.exhibit import Exhibit, place_for
from ect_research.figures.page.canvas import add_box, add_line, add_text, text_width_mm
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import legend_height_mm, new_page
from ect_research.figures.page.theme import INK, MUTED, PAPER, Theme
from ect_research.figures.signs.stage_signs import StageSign, stage_signs, stages_met
from ect_research.figures.signs.time_axis import SINCE_FIRST_FACT, WindowFrame, draw_windows

_FEWEST_READABLE = 3
_PLOT, _LEFT, _WIDEST, _SIGNED = 62.0, 4.0, 22.0, 2.9


def show_states(
    distribution: StateDistribution | Refusal, *, shocks: Sequence[tuple[float, float, str]] = ()
) -> Exhibit[StateDistribution]:
    """One stacked bar per unit of time, as high as the projects observed.

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
    draw = partial(_draw, shocks=shocks)
    place = place_for(distribution, lambda told: int(told.summary["lisible"].sum()) >= _FEWEST_READABLE)
    return Exhibit(distribution, _rows, _words, draw, finding_of=_finding, reads=("evenements",), place=place)


def _draw(shown: Exhibit[StateDistribution], shocks: Sequence[tuple[float, float, str]]) -> Figure:
    distribution, theme = shown.told, shown.theme
    signs = stage_signs(shown.context.codebook, theme)
    met = stages_met(signs, distribution.counts.columns[distribution.counts.sum() > 0])
    entries, calendar = [sign.entry() for sign in met], distribution.clock == "calendrier"
    legend = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4)
    top = legend + (15 if calendar and shocks else 11)
    with new_page(theme, top + _PLOT + (6 if calendar else 11), entries, theme.base_pt - 1) as (figure, canvas):
        _draw_bars(canvas, distribution, met, top, theme)
        if calendar and shocks:
            _draw_shocks(canvas, distribution, shocks, top, theme)
        if distribution.clock == "age":
            middle, text = (_LEFT + theme.width_mm - 2) / 2, theme.say(SINCE_FIRST_FACT[distribution.unit])
            add_text(canvas, middle, top + _PLOT + 8, text, theme.base_pt - 1, ha="center", color=MUTED)
    return figure


def _draw_bars(canvas: Axes, distribution: StateDistribution, met: list[StageSign], top: float, theme: Theme) -> None:
    """A project is as high everywhere; the number observed stands on each bar."""
    units, floor = list(distribution.counts.index), top + _PLOT
    width, tall = (theme.width_mm - 2 - _LEFT) / len(units), _PLOT / max(int(distribution.summary["observes"].max()), 1)
    bar = min(0.88 * width, _WIDEST)
    names = [theme.say_unit(str(unit)) for unit in units]
    widest = max(text_width_mm(name, theme.base_pt - 1) for name in names) + 1.5
    every = next(step for step in (1, 2, 3, 4, 6, 8, 12, 24, 48, 96) if step * width >= widest or step == 96)
    add_text(canvas, 2, top - 7, theme.say("projets observés"), theme.base_pt - 1, color=MUTED)
    add_line(canvas, ((_LEFT, floor), (theme.width_mm - 2, floor)), linewidth=0.5)
    for place, unit in enumerate(units):
        middle, y = _LEFT + (place + 0.5) * width, floor
        for sign in met:
            high = int(distribution.counts.loc[unit, sign.code]) * tall
            if high:
                box = (middle - bar / 2, y - high, bar, high)
                add_box(canvas, box, facecolor=sign.face, hatch=sign.hatch or None, edgecolor=MUTED, linewidth=0.3)
                if min(high, bar) >= _SIGNED:
                    _sign(canvas, (middle, y - high / 2), sign, theme)
                y -= high
        if place % every == 0:
            add_text(canvas, middle, floor + 3, names[place], theme.base_pt - 1, ha="center", color=MUTED)
        seen = str(int(distribution.summary.loc[unit, "observes"]))
        if width >= _SIGNED + 1.2 or place % every == 0:
            add_text(canvas, middle, y - 2, seen, theme.base_pt - 0.5, ha="center", fontweight="bold")


def _draw_shocks(
    canvas: Axes, distribution: StateDistribution, shocks: Sequence[tuple[float, float, str]], top: float, theme: Theme
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


def _sign(canvas: Axes, centre: tuple[float, float], sign: StageSign, theme: Theme) -> None:
    """The number or letter of the stage, so that colour is never alone."""
    x, y = centre
    if sign.hatch:
        add_box(canvas, (x - 1.2, y - 1.4, 2.4, 2.8), facecolor=PAPER, zorder=3)
    ink = INK if sign.hatch else sign.ink
    add_text(canvas, x, y, sign.sign, theme.base_pt - 2, ha="center", color=ink)


def _finding(shown: Exhibit[StateDistribution]) -> str:
    told, theme = shown.told, shown.theme
    unit, state, share = told.fullest
    when = _when(unit, told, theme)
    if share.n < FEWEST_OF_A_SHARE:
        return theme.say_n(
            "{when}, le moment le mieux connu, {n} projet observé en tout : ce ne sont pas des parts.",
            "{when}, le moment le mieux connu, {n} projets observés en tout : ce ne sont pas des parts.",
            share.n,
            when=when,
        )
    return theme.say(
        "{when}, l’étape la plus commune est « {stage} »{tied} : {count} sur {n} projets observés, {share}.",
        when=when,
        stage=shown.label("etape", state),
        tied=theme.tied(told.counts.loc[unit].to_numpy().ravel()),
        count=share.count,
        n=share.n,
        share=theme.rate(share),
    )


def _when(unit: str, told: StateDistribution, theme: Theme) -> str:
    if told.clock != "age":
        return theme.say("En {unit}", unit=theme.say_unit(unit))
    months = (int(unit) + 1) * MONTHS[told.unit]
    return theme.say_n("À la fin du premier mois", "À la fin des {n} premiers mois", months)


def _words(shown: Exhibit[StateDistribution]) -> Caption:
    told, theme = shown.told, shown.theme
    unit, state, share = told.fullest
    return shown.context.caption(
        title=theme.say("Où en sont les projets au fil du temps")
        if told.clock == "calendrier"
        else theme.say("Où en sont les projets au fil de leur âge"),
        n=theme.say_n("n = {n} projet", "n = {n} projets", told.n),
        missing=_said_range(told, theme),
        reading=theme.say(
            "{when}, {count} sur {n} observés sont à l’étape « {stage} ». Une barre plus haute dit que plus de projets "
            "sont observés, non qu’il y en a plus.",
            when=_when(unit, told, theme),
            count=share.count,
            n=share.n,
            stage=shown.label("etape", state),
        ),
    )


def _said_range(distribution: StateDistribution, theme: Theme) -> str:
    ranged = distribution.ranged
    if ranged is None:
        return ""
    readable = distribution.summary.index[distribution.summary["lisible"]]
    widest = float(ranged.summary["ecart_max"].reindex(readable, fill_value=0.0).max()) if len(readable) else 0.0
    draws = theme.number(ranged.draws)
    if widest < 0.005:
        return theme.say(
            "les dates imprécises, tirées {draws} fois, ne déplacent aucune part là où 5 projets sont observés",
            draws=draws,
        )
    return theme.say(
        "les dates imprécises, tirées {draws} fois, déplacent une part de {points} points au plus là où 5 projets sont "
        "observés",
        draws=draws,
        points=theme.number(100 * widest),
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
