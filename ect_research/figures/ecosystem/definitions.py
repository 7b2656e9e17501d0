"""With and without the intermediary, by definition of a tie: the definition decides the number, so all stand together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal
from ect_research.figures.ecosystem.network_words import DEFINITIONS, hub_names, network_caption
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import add_line, add_text, new_page, wrap_text
from ect_research.figures.page.legends import LegendEntry, draw_legend, legend_height_mm
from ect_research.figures.page.theme import INK, MUTED, PAPER
from ect_research.figures.signs.share_scale import RateColumn, draw_scale, draw_scale_labels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.ecosystem.ecosystem import Ecosystem
    from ect_research.figures.page.caption import Caption

_LABEL, _ROW, _NUMBERS = 58.0, 8.0, 34.0


def show_definitions(ecosystem: Ecosystem | Refusal) -> Exhibit[Ecosystem]:
    """Share of the pairs of projects that reach one another, with and without the intermediary, five definitions of a tie.

    Args:
        ecosystem: from ``build_ecosystem``.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> told = ect.build_ecosystem(study.corpus.tables, study.episodes().frame, draws=19)
    >>> len(show_definitions(told).in_context(study.context).rows())
    6
    """
    return Exhibit(ecosystem, _rows, _words, _draw, finding_of=_finding, reads=("participations",))


def _draw(shown: Exhibit[Ecosystem]) -> Figure:
    told, theme = shown.told, shown.theme
    entries = [
        LegendEntry(theme.say("avec {hub}", hub=hub_names(shown)), kind="mark", face=INK),
        LegendEntry(theme.say("sans"), kind="mark", face=PAPER),
    ]
    top = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4) + 4
    column = RateColumn(_LABEL + 3, theme.width_mm - _LABEL - _NUMBERS - 6)
    bottom = top + _ROW * len(told.definitions)
    refused = _refused_lines(shown)
    with new_page(theme, bottom + 6 + (4.0 * len(refused) + 3 if refused else 0)) as (figure, canvas):
        draw_legend(canvas, entries, (2, 1), theme.width_mm - 4, theme.base_pt - 1)
        draw_scale(canvas, column, (top, bottom))
        for number, row in enumerate(told.definitions.to_dict("records")):
            label = theme.say(DEFINITIONS[str(row["definition"])])
            _draw_pair(
                canvas, shown, column, top + (number + 0.5) * _ROW, (label, float(row["avec"]), float(row["sans"]))
            )
        draw_scale_labels(canvas, column, bottom, theme)
        for number, line in enumerate(refused):
            add_text(canvas, 2, bottom + 8 + 4.0 * number, line, theme.base_pt - 1, color=MUTED)
    return figure


def _draw_pair(
    canvas: Axes, shown: Exhibit[Ecosystem], column: RateColumn, y: float, row: tuple[str, float, float]
) -> None:
    theme, (label, whole, left) = shown.theme, row
    lines = wrap_text(label, theme.base_pt, _LABEL - 2)
    for number, line in enumerate(lines):
        add_text(canvas, _LABEL, y + 3.4 * (number - (len(lines) - 1) / 2), line, theme.base_pt, ha="right")
    add_line(canvas, ((column.x(left), y), (column.x(whole), y)), color=INK, linewidth=1.2)
    canvas.plot([column.x(whole)], [y], marker="o", markersize=5.5, color=INK, zorder=6)
    canvas.plot([column.x(left)], [y], marker="o", markersize=5.5, markerfacecolor=PAPER, markeredgecolor=INK, zorder=7)
    said = " → ".join(theme.percent(share, 1) for share in (whole, left))
    add_text(canvas, column.left + column.width + 4, y, said, theme.base_pt, fontweight="bold")


def _refused_lines(shown: Exhibit[Ecosystem]) -> list[str]:
    """The sixth way, or why it is refused."""
    told, theme = shown.told, shown.theme
    if isinstance(told.brokered, Refusal):
        said = told.brokered.sentence(theme.language)
    else:
        said = theme.say(
            "Liens entre acteurs : {whole} des paires d’acteurs se rejoignent, {left} sans lui, {own} sans les liens qu’il a "
            "noués.",
            whole=theme.percent(told.brokered["avec"]),
            left=theme.percent(told.brokered["sans"]),
            own=theme.percent(told.brokered["sans_ses_liens"]),
        )
    return wrap_text(said, theme.base_pt - 1, theme.width_mm - 4)


def _words(shown: Exhibit[Ecosystem]) -> Caption:
    told, theme = shown.told, shown.theme
    first = told.definitions.iloc[0]
    return network_caption(
        shown,
        theme.say("Combien de projets se rejoignent, avec et sans l’intermédiaire ?"),
        reading=theme.say(
            "{whole} des {pairs} paires de projets se rejoignent par une chaîne d’acteurs communs ; {left} sans {hub}. "
            "La définition d’un lien décide du nombre.",
            whole=theme.percent(float(first["avec"]), 1),
            left=theme.percent(float(first["sans"]), 1),
            pairs=int(first["paires"]),
            hub=hub_names(shown),
        ),
    )


def _finding(shown: Exhibit[Ecosystem]) -> str:
    told, theme = shown.told, shown.theme
    first, low, high = told.definitions.iloc[0], told.definitions["sans"].min(), told.definitions["sans"].max()
    said = theme.say(
        "Sans {hub}, {left} des paires de projets se rejoignent, contre {whole} avec",
        hub=hub_names(shown),
        left=theme.percent(float(first["sans"])),
        whole=theme.percent(float(first["avec"])),
    )
    if low < high:
        span = theme.percents(float(low), float(high))
        said += theme.say(" ; de {span} selon la définition d’un lien", span=span)
    said += "."
    return said


def _rows(shown: Exhibit[Ecosystem]) -> pd.DataFrame:
    import pandas as pd

    told, theme = shown.told, shown.theme
    frame = told.definitions.assign(
        definition=[theme.say(DEFINITIONS[name]) for name in told.definitions["definition"]]
    )
    last: dict[str, object] = {"definition": theme.say("Sans les liens que l’intermédiaire a noués (paires d’acteurs)")}
    if isinstance(told.brokered, Refusal):
        last["refus"] = told.brokered.cause(theme.language)
    else:
        last |= {"avec": told.brokered["avec"], "sans": told.brokered["sans_ses_liens"]}
    return pd.concat([frame, pd.DataFrame([last])], ignore_index=True).astype(
        dict.fromkeys(frame.select_dtypes("integer").columns, "Int64")
    )
