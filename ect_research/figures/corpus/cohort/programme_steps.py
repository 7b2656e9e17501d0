"""How many projects of a programme a document names at each step, beside what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.analysis.chance import FEWEST_OF_A_SHARE
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.exhibit.sourced_caption import sourced_caption
from ect_research.figures.page.canvas import add_text, mm_canvas
from ect_research.figures.page.formats import format_number, format_percent_range, join_words
from ect_research.figures.page.theme import MUTED
from ect_research.figures.signs.share_scale import RateColumn, draw_rate, draw_scale, draw_scale_labels
from ect_research.words import mark

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.corpus.cohort.programme import Programme
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

_ROW, _NAMES = 9.0, 56.0
_STEPS = {
    "experimentation": (mark("ont testé"), mark("expérimentations")),
    "creation": (mark("ont créé une structure"), mark("structures")),
    "embauche": (mark("ont embauché"), mark("emplois")),
}


def show_programme_steps(programme: Programme | Refusal) -> Exhibit[Programme]:
    """Projects named at each step, with Wilson intervals, beside the numbers published for the programme.

    Args:
        programme: from ``build_programme``.
    """
    return Exhibit(programme, _rows, _words, _draw, finding_of=_finding, reads=("evenements", "indicateurs"))


def _draw(shown: Exhibit[Programme]) -> Figure:
    told, theme = shown.told, shown.theme
    column = RateColumn(left=_NAMES + 2, width=theme.width_mm - _NAMES - 52)
    with theme.applied():
        figure = theme.new_figure(4 + _ROW * len(told.steps) + 6)
        canvas = mm_canvas(figure)
        draw_scale(canvas, column, (3, 3 + _ROW * len(told.steps)))
        for rank, row in enumerate(told.steps.to_dict("records")):
            y = 3 + _ROW * (rank + 0.5)
            add_text(canvas, _NAMES - 2, y - 1.7, theme.say(_STEPS[row["pas"]][0]), theme.base_pt, ha="right")
            if row["publie"] == row["publie"]:
                said = theme.say("publié : {value}", value=_published(row["pas"], row["publie"], theme))
                add_text(canvas, _NAMES - 2, y + 1.9, said, theme.base_pt - 0.5, ha="right", color=MUTED)
            words = theme.say_n("{n} nommé sur {total}", "{n} nommés sur {total}", row["nommes"], total=row["n"])
            draw_rate(canvas, column, y, (row["taux"], row["bas"], row["haut"], row["n"]), words, theme)
        draw_scale_labels(canvas, column, 3 + _ROW * len(told.steps), theme)
    return figure


def _published(step: str, value: float, theme: Theme) -> str:
    return f"{format_number(value, 0, theme.language)} ({theme.say(_STEPS[step][1])})"


def _rows(shown: Exhibit[Programme]) -> pd.DataFrame:
    steps, theme, names = shown.told.steps, shown.theme, shown.context.names()
    return steps.assign(
        pas=[theme.say(_STEPS[step][0]) for step in steps["pas"]],
        qui=[theme.say(" ; ").join(names.get(one, one) for one in who) for who in steps["qui"]],
    )


def _words(shown: Exhibit[Programme]) -> Caption:
    told, theme = shown.told, shown.theme
    return sourced_caption(
        shown.context,
        theme,
        title=theme.say("{programme} : publié, et nommé", programme=_label(shown)),
        n=theme.say("n = {projects}", projects=theme.say_n("{n} projet", "{n} projets", told.n)),
        reading=theme.say(
            "Un projet est nommé quand un document dit de lui ce pas, daté ou non : c’est un plancher. Pour les autres, "
            "aucun document ne dit rien, et non « rien n’a eu lieu ». Plusieurs emplois peuvent être ceux d’un seul projet."
        ),
    )


def _label(shown: Exhibit[Programme]) -> str:
    return shown.context.codebook.label("dispositif", shown.told.code, shown.theme.language)


def _finding(shown: Exhibit[Programme]) -> Finding:
    told, theme = shown.told, shown.theme
    records = told.steps.to_dict("records")
    gaps = [
        theme.say("{what} : {value} publiés pour {named}", what=theme.say(_STEPS[row["pas"]][1]),
                  value=format_number(row["publie"], 0, theme.language),
                  named=theme.say_n("{n} projet nommé", "{n} projets nommés", row["nommes"]))
        for row in records
        if row["publie"] > row["nommes"]
    ]  # fmt: skip
    made = next(row for row in records if row["pas"] == "creation")
    bounds = format_percent_range(made["bas"], made["haut"], theme.language)
    interval = f" [{bounds}]" if made["n"] >= FEWEST_OF_A_SHARE else ""
    said = theme.say_n(
        "{n} des {total} projets a créé une structure, à ce que disent les documents{interval}",
        "{n} des {total} projets ont créé une structure, à ce que disent les documents{interval}",
        made["nommes"],
        total=made["n"],
        interval=interval,
    )
    return Finding(theme.say(" ; ").join([said, *([join_words(gaps, theme.language)] if gaps else [])]) + ".",
                   Strength.COUNTED)  # fmt: skip
