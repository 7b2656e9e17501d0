"""How long nothing has been told of each project, one bar a project."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.silences import Silences
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import add_box, add_line, add_text
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import LegendEntry, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED

_NAMES, _ROW, _YEAR, _MOST = 66.0, 4.1, 12, 45


def show_silences(silences: Silences | Refusal) -> Exhibit[Silences]:
    """Months since the last fact told of each project, the longest silence first; pale where its date leaves a doubt.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> told = ect.build_silences(study.table("evenements"), study.table("projets"), observed_on=study.context.observed_on)
    >>> show_silences(told).in_context(study.context).finding().strength.value
    'compté'
    """
    return Exhibit(silences, _rows, _words, _draw, finding_of=_finding)


def _draw(shown: Exhibit[Silences]) -> Figure:
    told, theme = shown.told, shown.theme
    rows = told.table.head(_MOST).to_dict("records")
    short = shown.short_names(shown.names, theme.base_pt - 0.5, _NAMES - 3)
    entries = [
        LegendEntry(theme.say("sûr"), face=INK),
        LegendEntry(theme.say("selon la date du dernier fait"), face=HAIRLINE),
    ]
    legend = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4)
    right, top = theme.width_mm - 6, legend + 9.0
    longest = max(told.table["mois_max"].max(), told.table["mois_min"].max(), _YEAR)
    bottom = top + len(rows) * _ROW
    with new_page(theme, bottom + 7, entries, theme.base_pt - 1) as (figure, canvas):
        add_text(canvas, _NAMES, legend + 3.2, theme.say("mois sans rien apprendre"), theme.base_pt - 1, color=MUTED)
        step = _YEAR * max(1, round(longest / _YEAR / 8))
        for month in range(0, int(longest) + 1, step):
            x = _x(month, longest, right)
            add_line(canvas, ((x, top - 1), (x, bottom)), color=HAIRLINE, linewidth=0.35, zorder=0.5)
            add_text(canvas, x, bottom + 3, str(month), theme.base_pt - 1, ha="center", color=MUTED)
        for place, row in enumerate(rows):
            y = top + (place + 0.5) * _ROW
            name = short.get(row["projet_id"], row["projet_id"])
            add_text(canvas, _NAMES - 2, y, name, theme.base_pt - 0.5, ha="right")
            sure = _x(row["mois_min"], longest, right)
            doubt = _x(row["mois_max"] if row["mois_max"] == row["mois_max"] else longest, longest, right)
            add_box(canvas, (_NAMES, y - 1.2, doubt - _NAMES, 2.4), facecolor=HAIRLINE, edgecolor="none", zorder=1)
            add_box(canvas, (_NAMES, y - 1.2, sure - _NAMES, 2.4), facecolor=INK, edgecolor="none", zorder=2)
    return figure


def _x(months: float, longest: float, right: float) -> float:
    return _NAMES + (right - _NAMES) * months / longest


def _rows(shown: Exhibit[Silences]) -> pd.DataFrame:
    told, context = shown.told, shown.context
    types = context.codebook.labels("type_evenement", shown.theme.language)
    return told.table.assign(
        projet=told.table["projet_id"].map(context.names()),
        dernier_fait=told.table["type_evenement"].map(types),
        mois_min=told.table["mois_min"].round(1),
        mois_max=told.table["mois_max"].round(1),
    )[["projet", "dernier_fait", "mois_min", "mois_max", "projet_id"]]


def _words(shown: Exhibit[Silences]) -> Caption:
    told, theme = shown.told, shown.theme
    first = told.table.iloc[0]
    return shown.context.caption(
        title=theme.say("Depuis quand n’a-t-on rien appris de chaque projet ?"),
        n=theme.say("n = {projects}", projects=theme.say_n("{n} projet", "{n} projets", len(told.table))),
        missing=(
            theme.say_some("{n} autre dans le tableau", "{n} autres dans le tableau", max(len(told.table) - _MOST, 0)),
            theme.say_some("{n} projet n’a aucun fait daté", "{n} projets n’ont aucun fait daté", len(told.undated)),
        ),
        reading=theme.say(
            "{project} : rien de daté depuis au moins {months} mois ; en clair, ce que la date de son dernier fait laisse "
            "ouvert. Le silence d’un document n’est pas la fin d’un projet.",
            project=shown.named(first["projet_id"]),
            months=theme.number(first["mois_min"]),
        ),
    )


def _finding(shown: Exhibit[Silences]) -> str:
    told, theme = shown.told, shown.theme
    long = int((told.table["mois_min"] >= _YEAR).sum())
    if not long:
        return theme.say_n(
            "{n} projet : un fait daté depuis moins d’un an.",
            "{n} projets, tous avec un fait daté depuis moins d’un an.",
            len(told.table),
        )
    return theme.say_n(
        "{n} projet sur {total} n’a aucun fait daté depuis au moins douze mois.",
        "{n} projets sur {total} n’ont aucun fait daté depuis au moins douze mois.",
        long,
        total=len(told.table),
    )
