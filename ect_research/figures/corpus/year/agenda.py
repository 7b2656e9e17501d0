"""The calendar of a year, one line a fact, its date on the months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.analysis.corpus.year.year_review import HELD
from ect_research.figures.corpus.funnel import subject_names
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten
from ect_research.figures.page.formats import format_date
from ect_research.figures.page.legends import LegendEntry, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER
from ect_research.figures.signs.date_words import say_date
from ect_research.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.corpus.year.year_review import Agenda
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

_ROW, _MONTH, _LEFT, _SUBJECT, _MOST = 5.0, 4.2, 3.0, 34.0, 45
_SIGNS = {
    "animation": ("#0072b2", "o", mark("animation")),
    "visite": ("#e69f00", "^", mark("visite, rencontre d’entreprise")),
    "formation": ("#cc79a7", "D", mark("formation")),
    "gouvernance": ("#4a4a4a", "s", mark("gouvernance")),
    "dispositif": ("#009e73", "P", mark("vie d’un dispositif")),
}


def show_agenda(agenda: Agenda | Refusal) -> Exhibit[Agenda]:
    """What was held in a year: one line a fact, its month, its place, its programme."""
    return Exhibit(agenda, _rows, _words, _draw, finding_of=_finding, counts="aucune")


def _draw(shown: Exhibit[Agenda]) -> Figure:
    told, theme = shown.told, shown.theme
    size, rows = theme.base_pt - 0.5, told.table.head(_MOST).to_dict("records")
    met = [nature for nature in HELD if nature in set(told.table["nature"])]
    entries = [
        LegendEntry(theme.say(said), kind="mark", marker=marker, face=_tone(colour, theme))
        for colour, marker, said in (_SIGNS[nature] for nature in met)
    ]
    top, right = legend_height_mm(entries, size, theme.width_mm - 4) + 7.0, _LEFT + 12 * _MONTH
    bottom = top + _ROW * len(rows)
    with new_page(theme, bottom + 3, entries, size) as (figure, canvas):
        for month in range(13):
            x = _LEFT + month * _MONTH
            add_line(canvas, ((x, top - 1), (x, bottom)), color=HAIRLINE, linewidth=0.35, zorder=0.5)
            if month < 12:
                name = format_date(pd.Timestamp(told.year, month + 1, 1), "mois", theme.language)[0].upper()
                add_text(canvas, x + _MONTH / 2, top - 3.2, name, size, ha="center", color=MUTED)
        for place, row in enumerate(rows):
            _draw_row(canvas, row, top + _ROW * (place + 0.5), right, shown)
    return figure


def _draw_row(canvas: Axes, row: Mapping[Any, Any], y: float, right: float, shown: Exhibit[Agenda]) -> None:
    theme, size = shown.theme, shown.theme.base_pt - 0.5
    colour, marker, _ = _SIGNS[row["nature"]]
    low, high = (_x(row[f"date_debut_{end}"]) for end in ("min", "max"))
    if high - low > _MONTH:
        add_box(canvas, (low, y - 0.9, high - low, 1.8), facecolor=HAIRLINE)
    tone = _tone(colour, theme)
    face = PAPER if high - low > _MONTH else tone
    canvas.plot([(low + high) / 2], [y], marker, markersize=5, markerfacecolor=face, markeredgecolor=tone, zorder=6)
    about, end = right + 3, theme.width_mm - 2
    add_text(canvas, end, y, shorten(_subject(row, shown), size, _SUBJECT), size, ha="right", color=MUTED)
    said = ", ".join(part for part in (_what(row, shown), _place(row)) if part)
    add_text(canvas, about, y, shorten(said, size, end - _SUBJECT - 2 - about), size)


def _x(day: pd.Timestamp) -> float:
    """Where a day stands, in millimetres."""
    return _LEFT + _MONTH * (day.month - 1 + (day.day - 1) / day.days_in_month)


def _tone(colour: str, theme: Theme) -> str:
    return INK if theme.greyscale else colour


def _what(row: Mapping[Any, Any], shown: Exhibit[Agenda]) -> str:
    """As described; in English, the type of the fact."""
    told = row["description"]
    if isinstance(told, str) and told and shown.theme.language == "fr":
        return told
    return shown.label("type_evenement", str(row["type_evenement"]))


def _place(row: Mapping[Any, Any]) -> str:
    """Where, unless the description says it."""
    told = row["lieu_dit"]
    return told if isinstance(told, str) and told not in str(row["description"]) else ""


def _subject(row: Mapping[Any, Any], shown: Exhibit[Agenda]) -> str:
    """The programme, else the project, else the actor."""
    names = subject_names(shown)
    codes = [row[name] for name in ("dispositif", "projet_id", "acteur_id") if isinstance(row[name], str)]
    return names.get(codes[0], codes[0]) if codes else ""


def _rows(shown: Exhibit[Agenda]) -> pd.DataFrame:
    told, theme = shown.told, shown.theme
    records: list[dict[Any, Any]] = told.table.to_dict("records")
    table = shown.worded(told.table, "type_evenement").assign(
        date=[say_date(row, "date_debut", theme.language) for row in records],
        nature=[theme.say(_SIGNS[row["nature"]][2]) for row in records],
        lieu=[_place(row) for row in records],
        sujet=[_subject(row, shown) for row in records],
    )
    columns = ["date", "nature", "type_evenement", "description", "lieu", "lieu_insee", "sujet"]
    return table[[*columns, "evenement_id", "source_id"]]


def _words(shown: Exhibit[Agenda]) -> Caption:
    told, theme = shown.told, shown.theme
    parts = (
        theme.say_some("{n} de plus dans le tableau", "{n} de plus dans le tableau", max(told.n - _MOST, 0)),
        theme.say_some("{n} que sa date ne place pas sûrement dans l’année",
                       "{n} que leur date ne place pas sûrement dans l’année", told.perhaps),
        theme.say_some("{n} sans date", "{n} sans date", told.undated),
    )  # fmt: skip
    return shown.context.caption(
        title=theme.say("Le calendrier de {year}", year=told.year),
        n=theme.say("n = {facts}", facts=theme.say_n("{n} fait", "{n} faits", told.n)),
        missing=parts,
        reading=theme.say(
            "Un signe creux est au milieu de ce que sa date permet, le trait gris en entier. "
            "Le registre ne tient que ce qu’un document date : ce n’est pas tout ce qui s’est tenu."
        ),
    )


def _finding(shown: Exhibit[Agenda]) -> str:
    told, theme = shown.told, shown.theme
    counts = told.table["nature"].value_counts()
    return theme.say_n(
        "{n} fait daté de {year} : {events} et {visits}.",
        "{n} faits datés de {year}, dont {events} et {visits}.",
        told.n,
        year=told.year,
        events=theme.say_n("{n} animation", "{n} animations", int(counts.get("animation", 0))),
        visits=theme.say_n("{n} visite d’entreprise", "{n} visites d’entreprise", int(counts.get("visite", 0))),
    )
