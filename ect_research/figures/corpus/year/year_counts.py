"""Beside each published figure, what the register itself counts: a ring for what is said, a bar for what is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.codebook.roles import roles
from ect_research.figures.corpus.funnel import say_value, subject_names
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.exhibit.sourced_caption import sourced_caption
from ect_research.figures.page.canvas import add_box, add_line, add_text, mm_canvas, shorten
from ect_research.figures.page.formats import format_number, join_words
from ect_research.figures.page.legends import LegendEntry, draw_legend, legend_height_mm
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.corpus.year.key_figures import KeyFigures
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

_HIRES = roles("indicateur")
_ROW, _NAMES, _GAP, _MOST = 8.6, 62.0, 46.0, 45


def show_year_counts(counts: KeyFigures | Refusal) -> Exhibit[KeyFigures]:
    """What documents publish and what the register can count of the same thing, with the gap.

    Args:
        counts: ``counts`` of ``build_year``.
    """
    return Exhibit(counts, _rows, _words, _draw, finding_of=_finding, counts="aucune")


def _draw(shown: Exhibit[KeyFigures]) -> Figure:
    theme = shown.theme
    rows = shown.told.table.head(_MOST).to_dict("records")
    size = theme.base_pt - 0.5
    entries = [
        LegendEntry(theme.say("publié"), kind="mark", face=PAPER),
        LegendEntry(theme.say("compté, date sûre"), face=_tone(theme)),
        LegendEntry(theme.say("de plus, selon une date vague ou un appui partiel"), face=HAIRLINE),
    ]
    legend = legend_height_mm(entries, size, theme.width_mm - 4)
    top, right = legend + 4.0, theme.width_mm - _GAP
    largest = max(max(row["valeur"], row["compte_max"]) for row in rows)
    scale = (right - _NAMES) / largest
    with theme.applied():
        figure = theme.new_figure(top + _ROW * len(rows) + 2)
        canvas = mm_canvas(figure)
        draw_legend(canvas, entries, (2, 1), theme.width_mm - 4, size)
        add_line(canvas, ((_NAMES, top), (_NAMES, top + _ROW * len(rows))), color=HAIRLINE)
        for place, row in enumerate(rows):
            _draw_row(canvas, row, top + _ROW * (place + 0.5), scale, shown)
    return figure


def _draw_row(canvas: Axes, row: Mapping[Hashable, Any], y: float, scale: float, shown: Exhibit[KeyFigures]) -> None:
    theme = shown.theme
    names, size = subject_names(shown.context, theme), theme.base_pt - 0.5
    label = shown.context.codebook.label("indicateur", row["indicateur"], theme.language)
    add_text(canvas, _NAMES - 2, y - 1.7, shorten(label, theme.base_pt, _NAMES - 4), theme.base_pt, ha="right")
    subject = names.get(row["sujet"], row["sujet"])
    add_text(canvas, _NAMES - 2, y + 1.9, shorten(subject, size - 0.5, _NAMES - 4), size - 0.5, ha="right", color=MUTED)
    low, high = float(row["compte_min"]), float(row["compte_max"])
    add_box(canvas, (_NAMES, y - 1.3, high * scale, 2.6), facecolor=HAIRLINE)
    add_box(canvas, (_NAMES, y - 1.3, low * scale, 2.6), facecolor=_tone(theme))
    x = _NAMES + float(row["valeur"]) * scale
    canvas.plot([x], [y], "o", markersize=6, markerfacecolor=PAPER, markeredgecolor=INK, zorder=6)
    left = theme.width_mm - _GAP + 5
    add_text(canvas, left, y - 1.7, theme.say("publié : {value}", value=say_value(row, theme)), size)
    jobs = _HIRES.get(row["indicateur"]) == "embauche"
    said = _count(row, theme) if jobs else theme.say("registre : {count}", count=_count(row, theme))
    add_text(canvas, left, y + 1.9, said, size, fontweight="bold")


def _tone(theme: Theme) -> str:
    return "#4a4a4a" if theme.greyscale else "#0072b2"


def _count(row: Mapping[Hashable, Any], theme: Theme) -> str:
    """« 12 », or « 12 à 14 » where a date leaves a doubt; projects that hired are no jobs, and are called so."""
    low, high = (format_number(float(row[name]), 0, theme.language) for name in ("compte_min", "compte_max"))
    said = low if low == high else theme.say("{first} à {last}", first=low, last=high)
    if _HIRES.get(row["indicateur"]) != "embauche":
        return said
    most = round(float(row["compte_max"]))
    return theme.say_n("{count} projet ayant embauché", "{count} projets ayant embauché", most, count=said)


def _rows(shown: Exhibit[KeyFigures]) -> pd.DataFrame:
    told, theme = shown.told.table, shown.theme
    names, projects = subject_names(shown.context, theme), shown.context.names()
    labels = shown.context.codebook.labels("indicateur", theme.language)
    return told.assign(
        sujet=told["sujet"].map(lambda code: names.get(code, code)),
        indicateur=told["indicateur"].map(labels),
        publie=told["valeur"],
        nommes=[theme.say(" ; ").join(projects.get(one, one) for one in ids) for ids in told["nommes"]],
    )[["sujet", "indicateur", "publie", "compte_min", "compte_max", "nommes", "indicateur_id", "source_id"]]


def _words(shown: Exhibit[KeyFigures]) -> Caption:
    told, theme = shown.told, shown.theme
    return sourced_caption(
        shown.context,
        theme,
        title=theme.say("Ce qui est publié pour {year}, et ce que le registre nomme", year=told.year),
        n=theme.say("n = {figures}", figures=theme.say_n("{n} chiffre publié", "{n} chiffres publiés", told.n)),
        reading=theme.say(
            "Un écart n’est pas une erreur : le registre ne compte que ce qu’un document nomme et date, et les mots du "
            "rapport (« accompagné », « animation ») peuvent dire plus, ou moins, que ses codes. Des projets qui ont "
            "embauché ne sont pas des emplois. Les projets comptés sont nommés dans le tableau."
        ),
    )


def _finding(shown: Exhibit[KeyFigures]) -> Finding:
    told, theme = shown.told, shown.theme
    jobs = told.table["indicateur"].map(_HIRES) == "embauche"
    table = told.table[~jobs]
    agree = int(((table["compte_min"] <= table["valeur"]) & (table["valeur"] <= table["compte_max"])).sum())
    apart = table[(table["valeur"] < table["compte_min"]) | (table["valeur"] > table["compte_max"])]
    if apart.empty:
        said = theme.say_n(
            "Le registre retrouve le chiffre publié.", "Le registre retrouve les {n} chiffres publiés.", len(table)
        )
        return Finding(said, Strength.COUNTED)
    labels = shown.context.codebook.labels("indicateur", theme.language)
    first = [
        theme.say("{label} : {value} pour {count}", label=labels[row["indicateur"]].lower(),
                  value=say_value(row, theme), count=_count(row, theme))
        for row in apart.head(2).to_dict("records")
    ]  # fmt: skip
    said = theme.say(
        "Le registre retrouve {agree} des {n} chiffres publiés qu’il sait compter ; ailleurs, publié pour compté, {gaps}.",
        agree=agree or theme.say("aucun"),
        n=len(table),
        gaps=join_words(first, theme.language),
    )
    return Finding(said, Strength.COUNTED)
