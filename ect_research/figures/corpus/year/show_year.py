"""The views of a year, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.portfolio import QUARTERS, Portfolio
from ect_research.analysis.corpus.year_review import YearReview
from ect_research.figures.corpus.year.agenda import show_agenda, show_membership
from ect_research.figures.corpus.year.key_figures import show_key_figures, show_year_counts
from ect_research.figures.exhibit.exhibit import Exhibit, view_of
from ect_research.figures.page.canvas import add_box, add_text
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import legend_height_mm, new_page
from ect_research.figures.page.theme import MUTED
from ect_research.figures.signs.stage_signs import stage_signs, stages_met
from ect_research.words import mark

_ROW, _NAMES, _CELL, _MOST, _NAMED = 4.8, 66.0, 15.0, 45, 12
_MOVES = {"entre": mark("premier fait"), "cree": mark("création"), "sorti": mark("suivi clos")}


def show_portfolio(portfolio: Portfolio | Refusal) -> Exhibit[Portfolio]:
    """Who was followed each quarter, at which stage; who entered, created, left."""
    return Exhibit(portfolio, _rows, _words, _draw, finding_of=_finding, reads=("evenements",))


def _draw(shown: Exhibit[Portfolio]) -> Figure:
    told, theme = shown.told, shown.theme
    signs = stage_signs(shown.context.codebook, theme)
    entries = [sign.entry() for sign in stages_met(signs, told.table["etape"])]
    size = theme.base_pt - 0.5
    top = legend_height_mm(entries, size, theme.width_mm - 4) + 8.0
    short = shown.short_names(told.moves["projet_id"], size, _NAMES - 3)
    stages = told.table.set_index(["projet_id", "trimestre"])["etape"]
    rows = told.moves.sort_values("projet_id", kind="stable").head(_MOST).to_dict("records")
    with new_page(theme, top + _ROW * len(rows) + 7, entries, size) as (figure, canvas):
        for quarter in QUARTERS:
            x = _NAMES + _CELL * (quarter - 0.5)
            add_text(canvas, x, top - 3, theme.say_unit(f"{told.year}-T{quarter}"), size, ha="center", color=MUTED)
            count = int((told.table["trimestre"] == quarter).sum())
            seen = str(count) if quarter <= told.table["trimestre"].max() else "–"
            add_text(canvas, x, top + _ROW * len(rows) + 3, seen, size, ha="center", fontweight="bold")
        known = theme.say("projets à une étape connue")
        add_text(canvas, _NAMES - 2, top + _ROW * len(rows) + 3, known, size, ha="right")
        for place, row in enumerate(rows):
            y = top + _ROW * (place + 0.5)
            add_text(canvas, _NAMES - 2, y, short[row["projet_id"]], size, ha="right")
            for quarter in QUARTERS:
                if (row["projet_id"], quarter) in stages.index:
                    sign = signs[stages[row["projet_id"], quarter]]
                    x = _NAMES + _CELL * (quarter - 1)
                    add_box(canvas, (x + 0.4, y - 2, _CELL - 0.8, 4), facecolor=sign.face, hatch=sign.hatch)
                    add_text(canvas, x + _CELL / 2, y, sign.sign, size, ha="center", color=sign.ink)
            moves = [theme.say(word) for column, word in _MOVES.items() if row[column]]
            add_text(canvas, _NAMES + 4 * _CELL + 3, y, theme.join(moves), size)
    return figure


def _rows(shown: Exhibit[Portfolio]) -> pd.DataFrame:
    told, theme = shown.told, shown.theme
    labels = shown.context.codebook.stages.set_index("name")[f"label::{theme.language}"]
    wide = told.table.set_index(["projet_id", "trimestre"])["etape"].map(labels).unstack()  # noqa: PD010 - one value a cell
    wide = wide.reindex(columns=list(QUARTERS)).rename(columns={one: f"T{one}" for one in QUARTERS}).reset_index()
    table = wide.merge(told.moves, on="projet_id", validate="one_to_one")
    table.insert(0, "projet", table["projet_id"].map(shown.names))
    for column in _MOVES:
        table[column] = [theme.say("oui") if one else "" for one in table[column]]
    return table


def _words(shown: Exhibit[Portfolio]) -> Caption:
    told, theme = shown.told, shown.theme
    return shown.context.caption(
        title=theme.say("Le portefeuille de {year}, trimestre par trimestre", year=told.year),
        n=theme.say("n = {projects}", projects=theme.say_n("{n} projet", "{n} projets", told.n)),
        missing=(
            theme.say_some(
                "{n} projet suivi sans étape connue cette année-là ({names})",
                "{n} projets suivis sans étape connue cette année-là ({names})",
                len(told.unplaced),
                names=_named(shown, told.unplaced),
            ),
            theme.say_some(
                "{n} projet dont le suivi finit avant {year} ({names})",
                "{n} projets dont le suivi finit avant {year} ({names})",
                len(told.over),
                names=_named(shown, told.over),
                year=told.year,
            ),
        ),
        reading=theme.say(
            "L’étape est celle de la fin du trimestre ; une date vague est placée en son milieu. « Premier fait » dit quand "
            "un document commence à parler du projet, et non quand l’accompagnement commence."
        ),
    )


def _named(shown: Exhibit[Portfolio], projects: tuple[str, ...]) -> str:
    return shown.theme.join([shown.named(one) for one in projects], most=_NAMED, comma=shown.theme.say(" ; "))


def _finding(shown: Exhibit[Portfolio]) -> str:
    told, theme = shown.told, shown.theme
    last = int((told.table["trimestre"] == told.table["trimestre"].max()).sum())
    made = int(told.moves["cree"].sum())
    said = theme.say_n(
        "{n} projet à une étape connue en {year}, {last} au dernier trimestre observé ; {made}",
        "{n} projets à une étape connue en {year}, {last} au dernier trimestre observé ; {made}",
        told.n,
        year=told.year,
        last=last,
        made=theme.say_some("{n} création datée de l’année", "{n} créations datées de l’année", made)
        or theme.say("aucune création n’en est datée"),
    )
    if told.ftes != told.ftes:
        return f"{said}."
    rate, ftes = theme.number(last / told.ftes, 1), theme.number(told.ftes, 1)
    per = theme.say("projets par ETP : {rate} au moins ({ftes} ETP publiés)", rate=rate, ftes=ftes)
    return theme.say(" ; ").join((said, f"{per}."))


_VIEWS: dict[str, tuple[str, Callable[[Any], Exhibit[Any]]]] = {
    "chiffres": ("figures", show_key_figures),
    "comptes": ("counts", show_year_counts),
    "societariat": ("membership", show_membership),
    "calendrier": ("agenda", show_agenda),
    "portefeuille": ("portfolio", show_portfolio),
}


def show_year(year: YearReview, view: str) -> Exhibit[Any]:
    """One view of a year.

    Args:
        year: from ``build_year``.
        view: ``chiffres`` (published, with their reach), ``comptes`` (beside what the register counts), ``societariat`` (members,
            staff, board), ``calendrier`` (what was held) or ``portefeuille`` (who was followed each quarter).

    Raises:
        EctError: no such view.
    """
    part, show = view_of(view, _VIEWS)
    return show(getattr(year, part))
