"""The key figures of a year, by subject; and beside each, what the register itself counts."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.key_figures import LEFT, KeyFigures
from ect_research.codebook.codebook import roles
from ect_research.figures.corpus.funnel import say_value, subject_names
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten, text_width_mm
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import LegendEntry, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER, Theme
from ect_research.figures.signs.time_axis import say_typed_date
from ect_research.words import mark

_ROW, _HEAD, _VALUE, _LABEL = 4.4, 7.2, 26.0, 70.0
_MOST = 45
_WHY = {
    "prevue": mark("visé ou prévu"),
    "non_retenue": mark("lecture concurrente"),
    "perdue": mark("nombre perdu dans le document"),
}
_HIRES = roles("indicateur")
_COUNT, _NAMES, _GAP = 8.6, 62.0, 46.0


def show_key_figures(figures: KeyFigures | Refusal) -> Exhibit[KeyFigures]:
    """Every published figure of a year, drawn or named, with its reach, its unit and what was known before."""
    return Exhibit(figures, _rows, _words, _draw, finding_of=_finding, counts="aucune")


def _draw(shown: Exhibit[KeyFigures]) -> Figure:
    theme, table = shown.theme, shown.told.table
    rows = table[table["sort"] == ""].head(_MOST)
    groups = list(rows.groupby("sujet", sort=False))
    names, size = subject_names(shown), theme.base_pt - 0.5
    right = theme.width_mm - 2
    columns = (_VALUE + 2, _VALUE + _LABEL, _VALUE + _LABEL + 44)
    with new_page(theme, 6 + sum(_HEAD + _ROW * len(group) for _, group in groups)) as (figure, canvas):
        for x, said in zip(columns[1:], (theme.say("Portée"), theme.say("Connu avant")), strict=True):
            add_text(canvas, x, 2.5, said, size, color=MUTED)
        y = 3.0
        for subject, group in groups:
            title = shorten(names.get(str(subject), str(subject)), theme.base_pt, theme.width_mm - 30)
            add_text(canvas, 2, y + 4.2, title, theme.base_pt, fontweight="bold")
            documents = ", ".join(dict.fromkeys(one for cell in group["source_id"] for one in cell))
            add_text(canvas, right, y + 4.2, documents, size, ha="right", color=MUTED)
            add_line(canvas, ((2, y + 6.6), (right, y + 6.6)), color=HAIRLINE)
            y += _HEAD
            for row in group.to_dict("records"):
                _draw_row(canvas, row, y + _ROW / 2, columns, shown)
                y += _ROW
    return figure


def _draw_row(
    canvas: Axes, row: Mapping[Hashable, Any], y: float, columns: tuple[float, float, float], shown: Exhibit[KeyFigures]
) -> None:
    theme = shown.theme
    size = theme.base_pt - 0.5
    value = say_value({**row, "lecture": ""}, theme) + (" *" if row["conflit"] else "")
    add_text(canvas, _VALUE, y, value, size, ha="right", fontweight="bold")
    label = shown.label("indicateur", row["indicateur"])
    if row["lecture"] == "probable":
        label = theme.say("{label} (lecture probable)", label=label)
    small = max(min(size, size * (_LABEL - 4) / text_width_mm(label, size)), 6.0)
    add_text(canvas, columns[0], y, shorten(label, small, _LABEL - 4), small)
    reach = shown.label("cumul", row["cumul"]) if row["cumul"] else ""
    add_text(canvas, columns[1], y, shorten(reach, size, 43), size, color=MUTED)
    add_text(canvas, columns[2], y, _before(row, theme), size, color=MUTED)


def _before(row: Mapping[Hashable, Any], theme: Theme) -> str:
    if pd.isna(row["avant"]):
        return "–"
    value = float(row["avant"])
    number = theme.number(value, int(value != round(value)))
    return f"{number} ({say_typed_date(str(row['avant_date']), theme.language)})"


def _rows(shown: Exhibit[KeyFigures]) -> pd.DataFrame:
    told, theme = shown.told.table, shown.theme
    names = subject_names(shown)
    table = shown.worded(told, "indicateur", "cumul", "unite", "approximation", methode="methode_indicateur").assign(
        sujet=told["sujet"].map(lambda code: names.get(code, code)),
        usage=[theme.say(_WHY[fate]) if fate else theme.say("tracé") for fate in told["sort"]],
        conflit=told["conflit"].map(" ".join),
    )
    columns = ["sujet", "indicateur", "valeur", "approximation", "unite", "methode", "cumul", "date", "usage", "avant"]
    return table[[*columns, "avant_date", "conflit", "indicateur_id", "source_id"]]


def _words(shown: Exhibit[KeyFigures]) -> Caption:
    told, theme = shown.told, shown.theme
    return shown.context.caption(
        title=theme.say("Les chiffres publiés de {year}", year=told.year),
        n=theme.say("n = {figures}", figures=theme.say_n("{n} chiffre publié", "{n} chiffres publiés", told.n)),
        missing=_named(told, theme),
        reading=theme.say(
            "Un effectif de personnes et des ETP, un cumul et une année ne s’additionnent jamais. « Connu avant » : même "
            "chiffre, même unité, même portée."
        ),
    )


def _named(told: KeyFigures, theme: Theme) -> list[str]:
    """What is not drawn, and why; the figures that contradict each other."""
    fates = told.table["sort"].value_counts()
    parts = [f"{theme.say(_WHY[fate])} ({fates[fate]})" for fate in LEFT if fates.get(fate)]
    return [
        *parts,
        theme.say_some("{n} de plus dans le tableau", "{n} de plus dans le tableau", max(told.n - _MOST, 0)),
        theme.say_some("{n} sans date, d’aucune année", "{n} sans date, d’aucune année", told.undated),
        *(theme.say("* deux valeurs pour un même intitulé, à lire avec leur note : {rows}", rows=theme.join(rows))
          for rows in sorted({names for names in told.table["conflit"] if names})),
    ]  # fmt: skip


def _finding(shown: Exhibit[KeyFigures]) -> str:
    told, theme = shown.told, shown.theme
    known = int(told.table.loc[told.table["sort"] == "", "avant"].notna().sum())
    published = theme.say_n(
        "{n} chiffre est publié pour {year}", "{n} chiffres sont publiés pour {year}", told.n, year=told.year
    )
    compared = theme.say_some("{n} se compare à une date d’avant", "{n} se comparent à une date d’avant", known)
    none = theme.say("aucun ne se compare à une date d’avant")
    return theme.say(" ; ").join([published, compared or none]) + "."


def show_year_counts(counts: KeyFigures | Refusal) -> Exhibit[KeyFigures]:
    """What documents publish and what the register can count of the same thing, with the gap."""
    return Exhibit(counts, _count_rows, _count_words, _draw_counts, finding_of=_find_counts, counts="aucune")


def _draw_counts(shown: Exhibit[KeyFigures]) -> Figure:
    theme = shown.theme
    rows = shown.told.table.head(_MOST).to_dict("records")
    size = theme.base_pt - 0.5
    entries = [
        LegendEntry(theme.say("publié"), kind="mark", face=PAPER),
        LegendEntry(theme.say("compté, date sûre"), face=theme.tone),
        LegendEntry(theme.say("de plus, selon une date vague ou un appui partiel"), face=HAIRLINE),
    ]
    top = legend_height_mm(entries, size, theme.width_mm - 4) + 4.0
    scale = (theme.width_mm - _GAP - _NAMES) / max(max(row["valeur"], row["compte_max"]) for row in rows)
    with new_page(theme, top + _COUNT * len(rows) + 2, entries, size) as (figure, canvas):
        add_line(canvas, ((_NAMES, top), (_NAMES, top + _COUNT * len(rows))), color=HAIRLINE)
        for place, row in enumerate(rows):
            _draw_count(canvas, row, top + _COUNT * (place + 0.5), scale, shown)
    return figure


def _draw_count(canvas: Axes, row: Mapping[Hashable, Any], y: float, scale: float, shown: Exhibit[KeyFigures]) -> None:
    theme = shown.theme
    names, size = subject_names(shown), theme.base_pt - 0.5
    label = shown.label("indicateur", row["indicateur"])
    add_text(canvas, _NAMES - 2, y - 1.7, shorten(label, theme.base_pt, _NAMES - 4), theme.base_pt, ha="right")
    subject = names.get(row["sujet"], row["sujet"])
    add_text(canvas, _NAMES - 2, y + 1.9, shorten(subject, size - 0.5, _NAMES - 4), size - 0.5, ha="right", color=MUTED)
    low, high = float(row["compte_min"]), float(row["compte_max"])
    add_box(canvas, (_NAMES, y - 1.3, high * scale, 2.6), facecolor=HAIRLINE)
    add_box(canvas, (_NAMES, y - 1.3, low * scale, 2.6), facecolor=theme.tone)
    x = _NAMES + float(row["valeur"]) * scale
    canvas.plot([x], [y], "o", markersize=6, markerfacecolor=PAPER, markeredgecolor=INK, zorder=6)
    left = theme.width_mm - _GAP + 5
    add_text(canvas, left, y - 1.7, theme.say("publié : {value}", value=say_value(row, theme)), size)
    jobs = _HIRES.get(row["indicateur"]) == "embauche"
    said = _count(row, theme) if jobs else theme.say("registre : {count}", count=_count(row, theme))
    add_text(canvas, left, y + 1.9, said, size, fontweight="bold")


def _count(row: Mapping[Hashable, Any], theme: Theme) -> str:
    """« 12 », or « 12 à 14 » where a date leaves a doubt; projects that hired are no jobs, and are called so."""
    low, high = (theme.number(float(row[name])) for name in ("compte_min", "compte_max"))
    said = low if low == high else theme.say("{first} à {last}", first=low, last=high)
    if _HIRES.get(row["indicateur"]) != "embauche":
        return said
    most = round(float(row["compte_max"]))
    return theme.say_n("{count} projet ayant embauché", "{count} projets ayant embauché", most, count=said)


def _count_rows(shown: Exhibit[KeyFigures]) -> pd.DataFrame:
    told, theme = shown.told.table, shown.theme
    names, projects = subject_names(shown), shown.names
    return shown.worded(told, "indicateur").assign(
        sujet=told["sujet"].map(lambda code: names.get(code, code)),
        publie=told["valeur"],
        nommes=[theme.say(" ; ").join(projects.get(one, one) for one in ids) for ids in told["nommes"]],
    )[["sujet", "indicateur", "publie", "compte_min", "compte_max", "nommes", "indicateur_id", "source_id"]]


def _count_words(shown: Exhibit[KeyFigures]) -> Caption:
    told, theme = shown.told, shown.theme
    return shown.context.caption(
        title=theme.say("Ce qui est publié pour {year}, et ce que le registre nomme", year=told.year),
        n=theme.say("n = {figures}", figures=theme.say_n("{n} chiffre publié", "{n} chiffres publiés", told.n)),
        reading=theme.say(
            "Un écart n’est pas une erreur : le registre ne compte que ce qu’un document nomme et date, et les mots du "
            "rapport (« accompagné », « animation ») peuvent dire plus, ou moins, que ses codes. Des projets qui ont "
            "embauché ne sont pas des emplois. Les projets comptés sont nommés dans le tableau."
        ),
    )


def _find_counts(shown: Exhibit[KeyFigures]) -> str:
    told, theme = shown.told, shown.theme
    jobs = told.table["indicateur"].map(_HIRES) == "embauche"
    table = told.table[~jobs]
    agree = int(((table["compte_min"] <= table["valeur"]) & (table["valeur"] <= table["compte_max"])).sum())
    apart = table[(table["valeur"] < table["compte_min"]) | (table["valeur"] > table["compte_max"])]
    if apart.empty:
        return theme.say_n(
            "Le registre retrouve le chiffre publié.", "Le registre retrouve les {n} chiffres publiés.", len(table)
        )
    labels = shown.labels("indicateur")
    first = [
        theme.say("{label} : {value} pour {count}", label=labels[row["indicateur"]].lower(),
                  value=say_value(row, theme), count=_count(row, theme))
        for row in apart.head(2).to_dict("records")
    ]  # fmt: skip
    return theme.say(
        "Le registre retrouve {agree} des {n} chiffres publiés qu’il sait compter ; ailleurs, publié pour compté, {gaps}.",
        agree=agree or theme.say("aucun"),
        n=len(table),
        gaps=theme.join(first),
    )
