"""The funnel by age: share of the projects that have reached each stage, and the raw share that misleads."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.duration_words import say_reason
from ect_research.figures.exhibit.sourced_caption import sourced_caption
from ect_research.figures.page.canvas import add_line, add_text, mm_canvas, shorten, text_width_mm
from ect_research.figures.page.formats import format_count, format_percent, format_percent_range
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER
from ect_research.figures.signs.stage_signs import stage_signs

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.durations.curves.stage_reach import StageReach
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme
    from ect_research.figures.signs.stage_signs import StageSign

_WORDS = {
    "fr": {
        "by": "À {}", "raw": "part brute, sans correction", "dates": "ce que les dates imprécises laissent varier",
        "none": "suivi trop court", "title": "Jusqu’où vont les projets, selon leur âge",
        "n": "n = {} dont la captation est datée", "missing": "{} hors de la figure ({})",
        "hidden": "au plus {} hors d’une ligne (étape atteinte, ou fin, sans date)",
        "reading": "{} des projets ont atteint « {} », ou une étape suivante, {} après leur captation (intervalle à 95 % : "
        "{}) ; la part brute, {}, compte comme des échecs les projets encore trop jeunes.",
    },
    "en": {
        "by": "By {}", "raw": "raw share, not corrected", "dates": "what imprecise dates let vary",
        "none": "follow-up too short", "title": "How far projects have gone, by age",
        "n": "n = {} whose capture is dated", "missing": "{} not drawn ({})",
        "hidden": "at most {} left out of a row (stage reached, or end, not dated)",
        "reading": "{} of the projects have reached “{}”, or a later stage, {} after their capture (95% interval: {}); "
        "the raw share, {}, counts as failures the projects that are still too young.",
    },
}  # fmt: skip
_UNITS = {
    "fr": {"month": ("mois", "mois"), "year": ("an", "ans")},
    "en": {"month": ("month", "months"), "year": ("year", "years")},
}
_ROW, _MOST_NAMES, _DATES_PT = 6.4, 66.0, 6.0


def draw_stage_reach(reach: StageReach | Refusal, corpus: Corpus, theme: Theme) -> Figure | Refusal:
    """One column per age; for each stage the adjusted share with its interval, and the raw share as a hollow mark.

    Args:
        reach: from ``build_stage_reach``; a refusal is handed back.
        corpus: labels and colours of the stages.
        theme: the reader's preset.

    Too few dated captures give no funnel: the refusal takes its place.

    >>> import ect_research as ect
    >>> corpus = ect.load_corpus("pays-ledonien")
    >>> facts, stages = corpus.tables["evenements"], corpus.codebook.stages
    >>> episodes = ect.derive_episodes(facts, stages, observed_on=corpus.observed_on)
    >>> refused = ect.build_stage_reach(episodes)
    >>> draw_stage_reach(refused, corpus, ect.get_theme()) is refused
    True
    """
    if isinstance(reach, Refusal):
        return reach
    signs = stage_signs(corpus.codebook, theme)
    stages = list(dict.fromkeys(reach.table["etape"]))
    ages = list(dict.fromkeys(reach.table["age"]))
    top = 9.0
    bottom = top + _ROW * len(stages)
    said = [f"{signs[stage].sign}. {signs[stage].label}" for stage in stages]
    names = min(max(text_width_mm(label, theme.base_pt) for label in said) + 4, _MOST_NAMES)
    with theme.applied():
        figure = theme.new_figure(bottom + 11)
        canvas = mm_canvas(figure)
        for row, label in enumerate(said):
            y = top + (row + 0.5) * _ROW
            add_text(canvas, 2, y, shorten(label, theme.base_pt, names - 4), theme.base_pt)
            add_line(canvas, ((2, y + _ROW / 2), (theme.width_mm - 2, y + _ROW / 2)), color=HAIRLINE, linewidth=0.3)
        width = (theme.width_mm - 2 - names) / len(ages)
        for column, age in enumerate(ages):
            span = (names + column * width + 4.5, names + (column + 1) * width - 4.5)
            _draw_column(canvas, reach.table[reach.table["age"] == age], span, (top, bottom), (signs, theme))
        canvas.plot([4], [bottom + 8], marker="o", markersize=3.4, markerfacecolor=PAPER, markeredgecolor=MUTED)
        raw = _WORDS[theme.language]["raw"]
        add_text(canvas, 7, bottom + 8, raw, theme.base_pt - 1, color=MUTED)
        if "dates_bas" in reach.table and bool((reach.table["dates_haut"] > reach.table["dates_bas"]).any()):
            x = 7 + text_width_mm(raw, theme.base_pt - 1) + 6
            add_line(canvas, ((x, bottom + 8), (x + 6, bottom + 8)), color=HAIRLINE, linewidth=_DATES_PT)
            add_text(canvas, x + 8, bottom + 8, _WORDS[theme.language]["dates"], theme.base_pt - 1, color=MUTED)
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
    words = _WORDS[theme.language]
    age = words["by"].format(_age(int(rows["age"].iloc[0]), theme))
    add_text(canvas, left, top - 4.5, age, theme.base_pt, fontweight="bold")
    for share in (0.0, 0.5, 1.0):
        x = left + (right - left) * share
        add_line(canvas, ((x, top), (x, bottom)), color=HAIRLINE, linewidth=0.4, zorder=1)
        text = format_percent(share, 0, theme.language)
        add_text(canvas, x, bottom + 2.4, text, theme.base_pt - 1.5, ha="center", color=MUTED)
    for row, (_, step) in enumerate(rows.iterrows()):
        y = top + (row + 0.5) * _ROW
        if math.isnan(float(step["part"])):
            add_text(canvas, left + 0.5, y, words["none"], theme.base_pt - 1.5, color=MUTED)
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
    one, many = _UNITS[theme.language]["year" if months % 12 == 0 else "month"]
    return format_count(months // 12 if months % 12 == 0 else months, one, many, theme.language)


def caption_stage_reach(reach: StageReach | Refusal, corpus: Corpus, theme: Theme) -> Caption | Refusal:
    """The words around the funnel."""
    if isinstance(reach, Refusal):
        return reach
    words, language = _WORDS[theme.language], theme.language
    noun = "projet" if language == "fr" else "project"
    reasons = reach.excluded["raison"].value_counts().sort_index()
    colon = " : " if language == "fr" else ": "
    told = ", ".join(f"{say_reason(str(reason), language)}{colon}{size}" for reason, size in reasons.items())
    left, hidden = len(reach.excluded), int(reach.table["sans_date"].max())
    gone = [words["missing"].format(format_count(left, noun, "", language), told)] * bool(left)
    gone += [words["hidden"].format(format_count(hidden, noun, "", language))] * bool(hidden)
    return sourced_caption(
        corpus,
        theme,
        title=words["title"],
        n=words["n"].format(format_count(reach.n, noun, "", language)),
        missing=(" ; " if language == "fr" else "; ").join(gone),
        reading=_reading(reach, corpus, theme),
    )


def _reading(reach: StageReach, corpus: Corpus, theme: Theme) -> str:
    known = reach.table[reach.table["lisible"] & (reach.table["etape"] == "e5_creation")]
    if known.empty:
        return ""
    step, language = known.iloc[-1], theme.language
    label = corpus.codebook.stages.set_index("name")[f"label::{language}"][str(step["etape"])]
    return _WORDS[language]["reading"].format(
        format_percent(step["part"], 0, language),
        label,
        _age(int(step["age"]), theme),
        format_percent_range(step["bas"], step["haut"], language),
        format_percent(step["part_brute"], 0, language),
    )


def tabulate_stage_reach(reach: StageReach | Refusal, corpus: Corpus, theme: Theme) -> pd.DataFrame | Refusal:
    """The data behind the funnel, stages by name; a refusal is handed back."""
    if isinstance(reach, Refusal):
        return reach
    label = corpus.codebook.stages.set_index("name")[f"label::{theme.language}"]
    return reach.table.assign(etape=reach.table["etape"].map(label))
