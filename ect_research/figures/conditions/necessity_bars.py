"""What the outcome hardly happens without: consistency of each condition as necessary, and whether that says anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.figures.conditions.condition_view import ConditionView, condition_caption, outcome_words
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.page.canvas import add_box, add_line, add_text, new_page, shorten
from ect_research.figures.page.legends import LegendEntry, draw_legend
from ect_research.figures.page.theme import HAIRLINE, INK, MISSING, MUTED, OKABE_ITO
from ect_research.words import mark

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from ect_research.figures.page.caption import Caption

_NAMES, _ROW, _CUT, _RELEVANT = 62.0, 5.2, 0.9, 0.5


def necessity_rows(shown: Exhibit[ConditionView]) -> pd.DataFrame:
    """One row per condition, conjunction or disjunction, for the side shown."""
    told = shown.told.study.necessity
    side = told[told["resultat"] == ("non" if shown.told.absent else "oui")]
    return side.round({"coherence": 3, "pertinence": 3, "couverture": 3})


def necessity_words(shown: Exhibit[ConditionView]) -> Caption:
    """Title, n, how to read a bar."""
    reading = shown.theme.say(
        "nécessaire à partir d’une cohérence de 0,9 (trait). Le point dit si c’est pertinent : sous 0,5, la condition est là "
        "presque toujours, résultat ou non."
    )
    return condition_caption(shown, mark("De quelles conditions {outcome} ne se passe-t-il pas ?"), reading)


def find_necessary(shown: Exhibit[ConditionView]) -> Finding:
    """What passes, and is not trivial."""
    theme, rows = shown.theme, necessity_rows(shown)
    kept = rows[(rows["coherence"] >= _CUT) & (rows["pertinence"] >= _RELEVANT)]
    if kept.empty:
        said = theme.say("Aucune condition n’est nécessaire à {outcome} (cohérence de 0,9, pertinence de 0,5).",
                         outcome=outcome_words(shown))  # fmt: skip
    else:
        names = [_said(shown, one) for one in kept["expression"]]
        said = theme.say(
            "Presque toujours là quand il y a {outcome}, sans l’être tout le temps : {names}.",
            outcome=outcome_words(shown),
            names=theme.say(" ; ").join([*names[:4], *(["…"] if len(names) > 4 else [])]),
        )
    return Finding(said, Strength.COUNTED)


def draw_necessity(shown: Exhibit[ConditionView]) -> Figure:
    """A bar for consistency, a point for relevance."""
    theme, rows = shown.theme, necessity_rows(shown)
    rows = rows.sort_values("coherence", ascending=False, kind="stable").head(26)
    size = theme.base_pt - 0.5
    right = theme.width_mm - 16
    entries = [
        LegendEntry(theme.say("cohérence"), face=MISSING, edge=MUTED),
        LegendEntry(theme.say("cohérence, nécessaire et pertinente"), face=OKABE_ITO[4], edge=MUTED),
        LegendEntry(theme.say("pertinence (RoN)"), kind="mark", face=INK),
    ]
    bottom = 9 + _ROW * len(rows)

    def x(value: float) -> float:
        return _NAMES + (right - _NAMES) * value

    with new_page(theme, bottom + 6) as (figure, canvas):
        draw_legend(canvas, entries, (2, 1), theme.width_mm - 4, theme.base_pt - 1)
        for value in (0.0, 0.5, 1.0):
            add_line(canvas, ((x(value), 8), (x(value), bottom)), color=HAIRLINE, linewidth=0.35, zorder=0.5)
            add_text(canvas, x(value), bottom + 3, theme.number(value, 1), size - 0.5, ha="center", color=MUTED)
        for place, row in enumerate(rows.to_dict("records")):
            y = 9 + _ROW * (place + 0.5)
            passes = row["coherence"] >= _CUT and row["pertinence"] >= _RELEVANT
            add_text(
                canvas, _NAMES - 2, y, shorten(_said(shown, row["expression"]), size, _NAMES - 4), size, ha="right"
            )
            add_box(canvas, (_NAMES, y - 1.5, x(row["coherence"]) - _NAMES, 3.0), facecolor=OKABE_ITO[4] if passes else MISSING,
                    edgecolor=MUTED, linewidth=0.4, zorder=1)  # fmt: skip
            canvas.plot([x(row["pertinence"])], [y], marker="o", markersize=3.4, color=INK, zorder=4)
            add_text(canvas, right + 2, y, theme.number(row["coherence"], 2), size)
        add_line(canvas, ((x(_CUT), 7), (x(_CUT), bottom)), color=INK, linewidth=0.9, zorder=3)
    return figure


def _said(shown: Exhibit[ConditionView], expression: str) -> str:
    """An expression in the words of its conditions."""
    view, theme = shown.told, shown.theme
    joined = theme.say(", ou ") if "+" in expression else theme.say(", et ")
    words = expression.replace(" + ", "*").split("*")
    said = []
    for word in words:
        name, _, level = word.removeprefix("~").removesuffix("]").partition("[")
        plain = view.name(name, shown.theme) + (f" = {level}" if level else "")
        said.append(theme.say("sans {names}", names=plain) if word.startswith("~") else plain)
    return joined.join(said)
