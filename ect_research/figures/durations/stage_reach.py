"""The funnel by age: share of the projects that have reached each stage, and the raw share that misleads."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.funnel import PublishedFunnel, RegisterFunnel
from ect_research.analysis.durations.creation_rates import CreationRates
from ect_research.analysis.durations.durations import FEWEST_AT_RISK
from ect_research.analysis.durations.stage_reach import StageReach
from ect_research.codebook.codebook import stages_playing
from ect_research.figures.corpus.funnel import show_published_funnel
from ect_research.figures.corpus.register_funnel import show_register_funnel
from ect_research.figures.durations.duration_tables import show_creation_rates
from ect_research.figures.durations.incidence_words import said_left_out
from ect_research.figures.exhibit.exhibit import Exhibit, view_of
from ect_research.figures.page.canvas import add_line, add_text, shorten, text_width_mm
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER, Theme
from ect_research.figures.signs.stage_signs import StageSign, stage_signs

_ROW, _MOST_NAMES, _DATES_PT = 6.4, 66.0, 6.0


def show_stage_reach(reach: StageReach | Refusal) -> Exhibit[StageReach]:
    """One column per age; for each stage the adjusted share with its interval, and the raw share as a hollow mark.

    Too few dated captures give no funnel: the refusal takes its place.

    >>> import ect_research as ect
    >>> shown = show_stage_reach(ect.build_stage_reach(ect.open_study("pays-ledonien").episodes()))
    >>> shown.finding().strength.value
    'refusé'
    """
    return Exhibit(reach, _rows, _words, _draw, finding_of=_finding, reads=("evenements",))


def _draw(shown: Exhibit[StageReach]) -> Figure:
    reach, corpus, theme = shown.told, shown.context, shown.theme
    signs = stage_signs(corpus.codebook, theme)
    stages = list(dict.fromkeys(reach.table["etape"]))
    ages = list(dict.fromkeys(reach.table["age"]))
    top = 9.0
    bottom = top + _ROW * len(stages)
    labels = [f"{signs[stage].sign}. {signs[stage].label}" for stage in stages]
    names = min(max(text_width_mm(label, theme.base_pt) for label in labels) + 4, _MOST_NAMES)
    with new_page(theme, bottom + 11) as (figure, canvas):
        for row, label in enumerate(labels):
            y = top + (row + 0.5) * _ROW
            add_text(canvas, 2, y, shorten(label, theme.base_pt, names - 4), theme.base_pt)
            add_line(canvas, ((2, y + _ROW / 2), (theme.width_mm - 2, y + _ROW / 2)), color=HAIRLINE, linewidth=0.3)
        width = (theme.width_mm - 2 - names) / len(ages)
        for column, age in enumerate(ages):
            span = (names + column * width + 4.5, names + (column + 1) * width - 4.5)
            _draw_column(canvas, reach.table[reach.table["age"] == age], span, (top, bottom), (signs, theme))
        canvas.plot([4], [bottom + 8], marker="o", markersize=3.4, markerfacecolor=PAPER, markeredgecolor=MUTED)
        raw = theme.say("part brute, sans correction")
        add_text(canvas, 7, bottom + 8, raw, theme.base_pt - 1, color=MUTED)
        if "dates_bas" in reach.table and bool((reach.table["dates_haut"] > reach.table["dates_bas"]).any()):
            x = 7 + text_width_mm(raw, theme.base_pt - 1) + 6
            add_line(canvas, ((x, bottom + 8), (x + 6, bottom + 8)), color=HAIRLINE, linewidth=_DATES_PT)
            said = theme.say("ce que les dates imprécises laissent varier")
            add_text(canvas, x + 8, bottom + 8, said, theme.base_pt - 1, color=MUTED)
    return figure


def _draw_column(
    canvas: Axes,
    rows: pd.DataFrame,
    span: tuple[float, float],
    heights: tuple[float, float],
    context: tuple[dict[str, StageSign], Theme],
) -> None:
    signs, theme = context
    (left, right), (top, bottom) = span, heights
    age = theme.say("À {age}", age=_age(int(rows["age"].iloc[0]), theme))
    add_text(canvas, left, top - 4.5, age, theme.base_pt, fontweight="bold")
    for share in (0.0, 0.5, 1.0):
        x = left + (right - left) * share
        add_line(canvas, ((x, top), (x, bottom)), color=HAIRLINE, linewidth=0.4, zorder=1)
        text = theme.percent(share)
        add_text(canvas, x, bottom + 2.4, text, theme.base_pt - 1.5, ha="center", color=MUTED)
    for row, (_, step) in enumerate(rows.iterrows()):
        y = top + (row + 0.5) * _ROW
        if math.isnan(float(step["part"])):
            add_text(canvas, left + 0.5, y, theme.say("hors du suivi"), theme.base_pt - 1.5, color=MUTED)
            continue
        shares = (float(step[name]) for name in ("part", "bas", "haut", "part_brute"))
        here, low, high, raw = (left + (right - left) * share for share in shares)
        tone = INK if step["lisible"] else HAIRLINE
        ends = [left + (right - left) * float(step.get(name, math.nan)) for name in ("dates_bas", "dates_haut")]
        if ends[1] > ends[0]:
            style = {"color": HAIRLINE, "linewidth": _DATES_PT, "solid_capstyle": "butt", "zorder": 1.5}
            add_line(canvas, ((ends[0], y), (ends[1], y)), **style)
        if not math.isnan(low):
            add_line(canvas, ((low, y), (high, y)), color=tone, linewidth=1.2)
        mark = {"marker": "o", "markersize": 3.4, "markeredgewidth": 0.7}
        canvas.plot([raw], [y], **mark, markerfacecolor=PAPER, markeredgecolor=MUTED, zorder=5)  # type: ignore[arg-type]
        face = signs[str(step["etape"])].face if step["lisible"] else PAPER
        canvas.plot([here], [y], **mark | {"markersize": 5.0}, markerfacecolor=face, markeredgecolor=tone, zorder=6)  # type: ignore[arg-type]


def _age(months: int, theme: Theme) -> str:
    if months % 12:
        return theme.say_n("{n} mois", "{n} mois", months)
    return theme.say_n("{n} an", "{n} ans", months // 12)


def _finding(shown: Exhibit[StageReach]) -> str:
    told, theme = shown.told, shown.theme
    step = _last_readable(shown)
    if step is None:
        return _said_n(told, theme)
    return theme.say(
        "{age} après leur captation, {share} des projets ont atteint « {stage} » ou une étape suivante [{interval}] ; "
        "n = {n}.",
        age=_age(int(step["age"]), theme),
        share=theme.percent(step["part"]),
        stage=shown.label("etape", str(step["etape"])),
        interval=theme.percents(step["bas"], step["haut"]),
        n=int(step["n"] - step["avant_suivi"]),
    )


def _words(shown: Exhibit[StageReach]) -> Caption:
    told, theme = shown.told, shown.theme
    left, hidden = said_left_out(told.excluded, theme), int(told.table["sans_date"].max())
    apart = theme.say_some(
        "au plus {n} projet hors d’une ligne (étape atteinte, ou fin, sans date)",
        "au plus {n} projets hors d’une ligne (étape atteinte, ou fin, sans date)",
        hidden,
    )
    early = theme.say_some(
        "au plus {n} projet hors d’une part (étape atteinte, ou fin, avant son suivi)",
        "au plus {n} projets hors d’une part (étape atteinte, ou fin, avant leur suivi)",
        int(told.table["avant_suivi"].max()),
    )
    blank = theme.say(
        "« hors du suivi » : à cet âge, personne n’est encore suivi sans avoir atteint l’étape, la part n’est plus connue"
    )
    beyond = blank if bool(told.table["part"].isna().any()) else ""
    pale = bool((told.table["part"].notna() & ~told.table["lisible"]).any())
    few = theme.say("en clair, moins de {few} projets encore suivis", few=FEWEST_AT_RISK) if pale else ""
    return shown.context.caption(
        title=theme.say("Jusqu’où vont les projets, selon leur âge"),
        n=_said_n(told, theme),
        missing=(left, apart, early, few, beyond),
        reading=_reading(shown),
    )


def _said_n(told: StageReach, theme: Theme) -> str:
    return theme.say_n(
        "n = {n} projet dont la captation est datée", "n = {n} projets dont la captation est datée", told.n
    )


def _last_readable(shown: Exhibit[StageReach]) -> pd.Series | None:
    """Creation at the oldest age at which enough projects are followed."""
    created, table = list(stages_playing(shown.context.codebook.stages, "creation")), shown.told.table
    known = table[table["lisible"] & table["etape"].isin(created)]
    return None if known.empty else known.iloc[-1]


def _reading(shown: Exhibit[StageReach]) -> str:
    step, theme = _last_readable(shown), shown.theme
    if step is None:
        return ""
    return theme.say(
        "{share} des projets ont atteint « {stage} », ou une étape suivante, {age} après leur captation (intervalle à "
        "95 % : {interval}) ; la part brute, {raw}, compte comme des échecs les projets encore trop jeunes. Un projet compte "
        "depuis son début de suivi ; depuis sa captation où rien ne le dit (« Suivi depuis »), et les parts peuvent alors être "
        "fausses de quelques points.",
        share=theme.percent(step["part"]),
        stage=shown.label("etape", str(step["etape"])),
        age=_age(int(step["age"]), theme),
        interval=theme.percents(step["bas"], step["haut"]),
        raw=theme.percent(step["part_brute"]),
    )


def _rows(shown: Exhibit[StageReach]) -> pd.DataFrame:
    """The data behind the funnel, stages by name."""
    return shown.worded(shown.told.table, "etape")


_VIEWS: dict[str, Callable[[Any], Exhibit[Any]]] = {
    "publie": show_published_funnel,
    "registre": show_register_funnel,
    "age": show_stage_reach,
    "taux": show_creation_rates,
}


def show_funnel(
    funnel: PublishedFunnel | RegisterFunnel | StageReach | CreationRates | Refusal, view: str
) -> Exhibit[Any]:
    """One view of what becomes of ideas.

    Args:
        funnel: from ``build_published_funnel`` for ``publie``; ``build_register_funnel`` for ``registre`` (what can be named);
            ``build_stage_reach`` for ``age`` (those old enough to be seen); ``build_creation_rates`` for ``taux`` (the three
            rates of creation, and why they differ).
        view: its name.

    Raises:
        EctError: no such view.
    """
    return view_of(view, _VIEWS)(funnel)
