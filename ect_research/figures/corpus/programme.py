"""A programme, project by project, on a board; then how many a document names at each step, beside what is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import FEWEST_OF_A_SHARE, Refusal
from ect_research.analysis.corpus.programme import Programme
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import LegendEntry, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED
from ect_research.figures.signs.share_scale import RateColumn, draw_rate, draw_scale, draw_scale_labels
from ect_research.words import mark

_ROW, _NAMES, _ASK, _MOST = 6.0, 54.0, 40.0, 45
_NEXT = {
    "experimentation": mark("a-t-il testé ?"),
    "creation": mark("structure créée ?"),
    "embauche": mark("combien d’emplois ?"),
    "": mark("que devient-il ?"),
}
_STEP, _STEP_NAMES = 9.0, 56.0
_STEPS = {
    "experimentation": (mark("ont testé"), mark("expérimentations")),
    "creation": (mark("ont créé une structure"), mark("structures")),
    "embauche": (mark("ont embauché"), mark("emplois")),
}


def show_programme_board(programme: Programme | Refusal) -> Exhibit[Programme]:
    """One line per project of a programme: planned course, facts, silence, next thing to ask."""
    return Exhibit(programme, _rows, _words, _draw, finding_of=_finding, reads=("evenements",))


def _draw(shown: Exhibit[Programme]) -> Figure:
    told, theme = shown.told, shown.theme
    size = theme.base_pt - 0.5
    rows: list[dict[Any, Any]] = told.board.head(_MOST).to_dict("records")
    entries = [
        *([LegendEntry(theme.say("parcours prévu"), face=HAIRLINE)] if told.months == told.months else []),
        LegendEntry(theme.say("fait daté"), kind="mark", marker="D", face=INK),
        LegendEntry(theme.say("depuis, rien de daté"), dashed=True, edge=MUTED),
    ]
    top, right = legend_height_mm(entries, size, theme.width_mm - 4) + 8.0, theme.width_mm - _ASK - 2
    first, last = _span(told)
    short = shown.short_names((row["projet_id"] for row in rows), size, _NAMES - 3)

    def place(day: pd.Timestamp) -> float:
        return _NAMES + (right - _NAMES - 3) * float((min(max(day, first), last) - first) / (last - first))

    with new_page(theme, top + _ROW * len(rows) + 3, entries, size) as (figure, canvas):
        # Quarters of a course, years of a longer story.
        for start in pd.date_range(first, last, freq="QS" if (last - first).days < 500 else "YS"):
            x, end = place(start), top + _ROW * len(rows)
            add_line(canvas, ((x, top - 1), (x, end)), color=HAIRLINE, linewidth=0.35, zorder=0.5)
            if x < right - 12:
                said = str(start.year) if start.month == 1 else theme.say_unit(f"{start.year}-T{start.quarter}")
                add_text(canvas, x + 0.6, top - 3, said, size, color=MUTED)
        add_text(canvas, right + 2, top - 3, theme.say("à demander"), size, color=MUTED)
        for rank, row in enumerate(rows):
            y = top + _ROW * (rank + 0.5)
            add_text(canvas, _NAMES - 2, y, short[row["projet_id"]], size, ha="right")
            add_text(canvas, right + 2, y, shorten(theme.say(_next(row)), size, _ASK), size)
            _draw_line(canvas, row, y, place, told)
    return figure


def _draw_line(canvas: Axes, row: Mapping[Any, Any], y: float, place: Any, told: Programme) -> None:  # noqa: ANN401 - a function
    entry = _middle(row["entree_min"], row["entree_max"])
    if pd.notna(entry) and told.months == told.months:
        end = entry + pd.Timedelta(days=told.months * 365.25 / 12)
        add_box(canvas, (place(entry), y - 1.9, place(end) - place(entry), 3.8), facecolor=HAIRLINE, zorder=1)
    if pd.notna(row["dernier_fait"]):
        silence = ((place(row["dernier_fait"]), y), (place(told.observed_on), y))
        add_line(canvas, silence, color=MUTED, linestyle=(0, (2, 2)))
    facts = told.facts[told.facts["projet_id"] == row["projet_id"]]
    for fact in facts.to_dict("records"):
        day = _middle(fact["low"], fact["high"])
        canvas.plot([place(day)], [y], "D", markersize=3.4, color=INK, zorder=6)


def _span(told: Programme) -> tuple[pd.Timestamp, pd.Timestamp]:
    """From the first entry, or the first fact, to the last day observed or planned."""
    entries = told.board["entree_min"].dropna()
    starts = entries if len(entries) else told.facts["low"].dropna()
    first = starts.min() if len(starts) else told.observed_on - pd.DateOffset(years=1)
    first = min(first, told.observed_on - pd.DateOffset(months=3))
    months = told.months if told.months == told.months else 0
    planned = told.board["entree_max"].max() + pd.Timedelta(days=months * 31)
    last = max(told.observed_on, planned) if pd.notna(planned) else told.observed_on
    return first - pd.Timedelta(days=10), last + pd.Timedelta(days=10)


def _middle(low: pd.Timestamp, high: pd.Timestamp) -> pd.Timestamp:
    return high if pd.isna(low) else low + (high - low) / 2


def _next(row: Mapping[Any, Any]) -> str:
    """The first step that no document tells, after the furthest told."""
    if not row["creation"] and not row["experimentation"]:
        return _NEXT["experimentation"]
    if not row["creation"]:
        return _NEXT["creation"]
    return _NEXT["" if row["embauche"] else "embauche"]


def _rows(shown: Exhibit[Programme]) -> pd.DataFrame:
    told, theme = shown.told.board, shown.theme
    table = told.assign(
        projet=told["projet_id"].map(shown.names),
        mois_silence=told["mois_silence"].round(1),
        a_demander=[theme.say(_next(row)) for row in told.to_dict("records")],
        **{step: [theme.say("dit") if one else "" for one in told[step]]
           for step in ("experimentation", "creation", "embauche")},
    )  # fmt: skip
    columns = ["projet", "entree_min", "entree_max", "dernier_fait", "mois_silence", "experimentation", "creation"]
    return table[[*columns, "embauche", "a_demander", "projet_id"]]


def _words(shown: Exhibit[Programme]) -> Caption:
    told, theme = shown.told, shown.theme
    missing = int(told.board["entree_max"].isna().sum())
    return shown.context.caption(
        title=theme.say("{programme}, projet par projet", programme=_label(shown)),
        n=theme.say("n = {projects}", projects=theme.say_n("{n} projet", "{n} projets", told.n)),
        missing=theme.say_some("{n} projet sans date d’entrée", "{n} projets sans date d’entrée", missing),
        reading=theme.say(
            "Une date vague est placée en son milieu. Après le dernier fait daté, le trait est le silence des documents, "
            "et non l’arrêt du projet."
        ),
    )


def _finding(shown: Exhibit[Programme]) -> str:
    told, theme = shown.told, shown.theme
    last = told.board["dernier_fait"]
    silent = int(((last + pd.DateOffset(months=6) <= told.observed_on) | last.isna()).sum())
    length = theme.say(" sur {months} mois prévus", months=theme.number(told.months))
    return theme.say_n(
        "{n} projet est entré dans {programme}{length} ; {silent} sans fait daté depuis six mois.",
        "{n} projets sont entrés dans {programme}{length} ; {silent} sans fait daté depuis six mois.",
        told.n,
        programme=_label(shown),
        length=length if told.months == told.months else "",
        silent=silent or theme.say("aucun"),
    )


def show_programme_steps(programme: Programme | Refusal) -> Exhibit[Programme]:
    """Projects named at each step, with Wilson intervals, beside the numbers published for the programme."""
    return Exhibit(
        programme, _step_rows, _step_words, _draw_steps, finding_of=_find_steps, reads=("evenements", "indicateurs")
    )


def _draw_steps(shown: Exhibit[Programme]) -> Figure:
    told, theme = shown.told, shown.theme
    column = RateColumn(left=_STEP_NAMES + 2, width=theme.width_mm - _STEP_NAMES - 52)
    with new_page(theme, 4 + _STEP * len(told.steps) + 6) as (figure, canvas):
        draw_scale(canvas, column, (3, 3 + _STEP * len(told.steps)))
        for rank, row in enumerate(told.steps.to_dict("records")):
            y = 3 + _STEP * (rank + 0.5)
            add_text(canvas, _STEP_NAMES - 2, y - 1.7, theme.say(_STEPS[row["pas"]][0]), theme.base_pt, ha="right")
            if row["publie"] == row["publie"]:
                value = f"{theme.number(row['publie'])} ({theme.say(_STEPS[row['pas']][1])})"
                said = theme.say("publié : {value}", value=value)
                add_text(canvas, _STEP_NAMES - 2, y + 1.9, said, theme.base_pt - 0.5, ha="right", color=MUTED)
            words = theme.say_n("{n} nommé sur {total}", "{n} nommés sur {total}", row["nommes"], total=row["n"])
            draw_rate(canvas, column, y, (row["taux"], row["bas"], row["haut"], row["n"]), words, theme)
        draw_scale_labels(canvas, column, 3 + _STEP * len(told.steps), theme)
    return figure


def _step_rows(shown: Exhibit[Programme]) -> pd.DataFrame:
    steps, theme, names = shown.told.steps, shown.theme, shown.names
    return steps.assign(
        pas=[theme.say(_STEPS[step][0]) for step in steps["pas"]],
        qui=[theme.say(" ; ").join(names.get(one, one) for one in who) for who in steps["qui"]],
    )


def _step_words(shown: Exhibit[Programme]) -> Caption:
    told, theme = shown.told, shown.theme
    return shown.context.caption(
        title=theme.say("{programme} : publié, et nommé", programme=_label(shown)),
        n=theme.say("n = {projects}", projects=theme.say_n("{n} projet", "{n} projets", told.n)),
        reading=theme.say(
            "Un projet est nommé quand un document dit de lui ce pas, daté ou non : c’est un plancher. Pour les autres, "
            "aucun document ne dit rien, et non « rien n’a eu lieu ». Plusieurs emplois peuvent être ceux d’un seul projet."
        ),
    )


def _label(shown: Exhibit[Programme]) -> str:
    return shown.label("dispositif", shown.told.code)


def _find_steps(shown: Exhibit[Programme]) -> str:
    told, theme = shown.told, shown.theme
    records = told.steps.to_dict("records")
    gaps = [
        theme.say("{what} : chiffre publié {value}, pour {named}", what=theme.say(_STEPS[row["pas"]][1]),
                  value=theme.number(row["publie"]),
                  named=theme.say_n("{n} projet nommé", "{n} projets nommés", row["nommes"]))
        for row in records
        if row["publie"] > row["nommes"]
    ]  # fmt: skip
    made = next(row for row in records if row["pas"] == "creation")
    bounds = theme.percents(made["bas"], made["haut"])
    interval = f" [{bounds}]" if made["n"] >= FEWEST_OF_A_SHARE else ""
    said = theme.say_n(
        "{n} des {total} projets a créé une structure, à ce que disent les documents{interval}",
        "{n} des {total} projets ont créé une structure, à ce que disent les documents{interval}",
        made["nommes"],
        total=made["n"],
        interval=interval,
    )
    return theme.say(" ; ").join([said, *([theme.join(gaps)] if gaps else [])]) + "."  # fmt: skip
