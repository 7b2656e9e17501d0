"""The views of a programme and of its cohorts, by name."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.cohort_ages import FEWEST, MONTHS, STEPS, CohortAges
from ect_research.analysis.corpus.programme import Pilots, Programme
from ect_research.figures.corpus.pilots import show_pilots
from ect_research.figures.corpus.programme import show_programme_board, show_programme_steps
from ect_research.figures.exhibit.exhibit import Exhibit, place_for, view_of
from ect_research.figures.page.canvas import add_line, add_text, shorten
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import format_range
from ect_research.figures.page.legends import new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER
from ect_research.words import mark

_HEAD, _PANEL, _FOOT, _LEFT = 11.0, 24.0, 6.0, 10.0
_NAMES = {
    "nouvelles": mark("un fait daté depuis"),
    "experimentation": mark("ont testé"),
    "creation": mark("ont créé une structure"),
}


def show_cohort_ages(ages: CohortAges | Refusal) -> Exhibit[CohortAges]:
    """Candidates, admitted, then at 3, 6, 9 and 12 months: who has news, has tested, has created, with Wilson intervals."""
    place = place_for(ages, lambda told: told.intake["admis"].gt(0).sum() > 1)
    return Exhibit(ages, _rows, _words, _draw, finding_of=_finding, reads=("evenements",), place=place)


def _draw(shown: Exhibit[CohortAges]) -> Figure:
    told, theme = shown.told, shown.theme
    wide = (theme.width_mm - 4) / len(STEPS)
    rows: list[dict[Any, Any]] = told.intake.to_dict("records")
    seen = [(told.ages["code"] == row["code"]).any() for row in rows]
    with new_page(theme, 6 + sum(_HEAD + (_PANEL + _FOOT if any_ else 0) for any_ in seen)) as (figure, canvas):
        for place, step in enumerate(STEPS):
            said = shorten(theme.say(_NAMES[step]), theme.base_pt - 0.5, wide - _LEFT)
            add_text(canvas, 2 + wide * place + _LEFT, 3, said, theme.base_pt - 0.5, color=MUTED)
        y = 6.0
        for row, drawn in zip(rows, seen, strict=True):
            add_text(canvas, 2, y + 4.5, _intake(row, shown), theme.base_pt, fontweight="bold")
            y += _HEAD
            if drawn:
                own = told.ages[told.ages["code"] == row["code"]]
                for place, step in enumerate(STEPS):
                    _draw_panel(canvas, own[own["pas"] == step], (2 + wide * place + _LEFT, y, wide - _LEFT - 4), shown)
                y += _PANEL + _FOOT
    return figure


def _draw_panel(
    canvas: Axes, rows: pd.DataFrame, place: tuple[float, float, float], shown: Exhibit[CohortAges]
) -> None:
    left, top, width = place
    size, last = shown.theme.base_pt - 1, MONTHS[-1]
    floor, tall = top + _PANEL - 2, _PANEL - 6

    def at(months: float, share: float) -> tuple[float, float]:
        return left + 3 + (width - 6) * months / last, floor - tall * share

    for share, said in ((0.0, "0"), (0.5, "50"), (1.0, "100 %")):
        y = at(0, share)[1]
        add_line(canvas, ((left, y), (left + width, y)), color=HAIRLINE, linewidth=0.35, zorder=0.5)
        if left == 2 + _LEFT:
            add_text(canvas, left - 1, y, said, size - 0.5, ha="right", color=MUTED)
    for months in MONTHS:
        add_text(canvas, at(months, 0)[0], floor + 2.6, f"{months}", size, ha="center", color=MUTED)
    records = rows.to_dict("records")
    if not records:
        said = shorten(shown.theme.say("aucun âge observé"), size, width)
        add_text(canvas, left + width / 2, at(0, 0.5)[1], said, size, ha="center", color=MUTED)
    for one, other in pairwise(records):
        if min(one["n"], other["n"]) >= FEWEST:
            add_line(canvas, (at(one["mois"], one["taux"]), at(other["mois"], other["taux"])), color=INK, linewidth=0.8)
    for row in records:
        x, y = at(row["mois"], row["taux"])
        add_line(canvas, (at(row["mois"], row["bas"]), at(row["mois"], row["haut"])), color=MUTED, linewidth=0.7)
        if row["au_plus"] > row["surs"]:
            canvas.plot([x], [at(0, row["au_plus"] / row["n"])[1]], "o", markersize=3.6, markerfacecolor=PAPER,
                        markeredgecolor=INK, markeredgewidth=0.6, zorder=5)  # fmt: skip
        canvas.plot([x], [y], "o", markersize=3.6, color=INK, zorder=6)
        add_text(canvas, x, top + 0.6, f"{row['surs']}/{row['n']}", size, ha="center")


def _intake(row: dict[Any, Any], shown: Exhibit[CohortAges]) -> str:
    """« FruiT : 10 projets admis sur 34 candidats »."""
    theme, label = shown.theme, shown.label("dispositif", row["code"])
    if not row["admis"]:
        said = theme.say("{label} : aucun projet entré", label=label)
    elif row["candidats"] == row["candidats"]:
        said = theme.say_n(
            "{label} : {n} projet admis sur {candidates} candidatures",
            "{label} : {n} projets admis sur {candidates} candidatures",
            row["admis"],
            label=label,
            candidates=theme.number(row["candidats"]),
        )
    else:
        said = theme.say_n(
            "{label} : {n} projet admis, candidatures non dites",
            "{label} : {n} projets admis, candidatures non dites",
            row["admis"],
            label=label,
        )
    return shorten(said, theme.base_pt, (theme.width_mm - 4) * 0.9)


def _rows(shown: Exhibit[CohortAges]) -> pd.DataFrame:
    theme, ages = shown.theme, shown.told.ages
    return ages.assign(
        dispositif=[shown.label("dispositif", code) for code in ages["code"]],
        pas=[theme.say(_NAMES[step]) for step in ages["pas"]],
    )[["dispositif", "mois", "pas", "n", "surs", "au_plus", "taux", "bas", "haut"]]


def _words(shown: Exhibit[CohortAges]) -> Caption:
    told, theme = shown.told, shown.theme
    undated = int((told.intake["admis"] - told.intake["dates"]).sum())
    return shown.context.caption(
        title=theme.say("Les cohortes au même âge"),
        subtitle=theme.say("Mois depuis l’entrée de chaque projet dans le dispositif"),
        n=theme.say_n("n = {n} projet", "n = {n} projets", told.n),
        missing=theme.say_some("{n} projet sans date d’entrée", "{n} projets sans date d’entrée", undated),
        reading=theme.say(
            "Plein : ce qui est sûr ; creux : dates vagues et suivis trop courts comptés aussi ; le trait va de l’intervalle "
            "de Wilson à 95 % de l’un à celui de l’autre. Un âge que personne n’a atteint n’est pas dessiné ; sous {fewest} "
            "projets, les points ne sont pas reliés.",
            fewest=FEWEST,
        ),
    )


def _finding(shown: Exhibit[CohortAges]) -> str:
    told, theme = shown.told, shown.theme
    parts = []
    for row in told.intake.to_dict("records"):
        label = shown.label("dispositif", row["code"])
        own = told.ages[(told.ages["code"] == row["code"]) & (told.ages["pas"] == "creation")]
        if len(own):
            last = own.iloc[-1]
            parts.append(theme.say_n(
                "{label}, à {months} mois : {made} avec une structure créée sur {n} projet entré",
                "{label}, à {months} mois : {made} avec une structure créée sur {n} projets entrés",
                int(last["n"]), label=label, months=int(last["mois"]),
                made=format_range(int(last["surs"]), int(last["au_plus"]), 0, theme.language),
            ))  # fmt: skip
        elif row["admis"]:
            parts.append(theme.say_n("{label} : {n} projet, aucun âge observé", "{label} : {n} projets, aucun âge observé",
                                     row["admis"], label=label))  # fmt: skip
        else:
            parts.append(theme.say("{label} : aucun projet entré", label=label))
    return theme.say(" ; ").join(parts) + "."


_VIEWS: dict[str, Callable[[Any], Exhibit[Any]]] = {
    "parcours": show_programme_board,
    "pas": show_programme_steps,
    "ages": show_cohort_ages,
    "pilotes": show_pilots,
}


def show_cohort(cohort: Programme | CohortAges | Pilots | Refusal, view: str = "parcours") -> Exhibit[Any]:
    """One view of a programme.

    Args:
        cohort: from ``build_programme`` for ``parcours`` (one line a project: planned course, facts, silence) and ``pas`` (named
            at each step, beside what is published); from ``build_cohort_ages`` for ``ages`` (candidates, admitted, at 3, 6, 9 and
            12 months); from ``build_pilots`` for ``pilotes`` (who paid, and what followed).
        view: its name.

    Raises:
        EctError: no such view.
    """
    return view_of(view, _VIEWS)(cohort)
