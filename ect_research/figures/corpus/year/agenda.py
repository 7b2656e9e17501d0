"""The calendar of a year, one line a fact, its date on the months."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.year_review import HELD, Agenda, Membership
from ect_research.figures.corpus.funnel import say_value, subject_names
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten, wrap_text
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import format_date
from ect_research.figures.page.legends import LegendEntry, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER, Theme
from ect_research.figures.signs.time_axis import say_date, say_typed_date
from ect_research.words import mark

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


_VALUE_ROW, _NAMES, _UNDATED = 9.0, 58.0, 26.0


def show_membership(membership: Membership | Refusal) -> Exhibit[Membership]:
    """Members, staff and board at each date that a document gives; what is undated stands apart."""
    return Exhibit(
        membership, _member_rows, _member_words, _draw_members, finding_of=_find_members, counts="organisations"
    )


def _draw_members(shown: Exhibit[Membership]) -> Figure:
    told, theme = shown.told, shown.theme
    size = theme.base_pt - 0.5
    dated = told.table[told.table["date_max"].notna()]
    days = [*dated["date_min"].dropna(), *dated["date_max"]]
    first, last = (min(days).year, max(days).year) if days else (0, 0)
    right = theme.width_mm - _UNDATED - 8
    groups = list(told.table.groupby(["acteur_id", "indicateur"], sort=False, observed=True))
    seats = _seats(shown)
    lines = [line for said in seats for line in wrap_text(said, size, theme.width_mm - 4)]
    top, bottom = 8.0, 8.0 + _VALUE_ROW * len(groups)

    def place(day: pd.Timestamp) -> float:
        whole = pd.Timestamp(f"{last + 1}-01-01") - pd.Timestamp(f"{first}-01-01")
        return _NAMES + 6 + (right - _NAMES - 12) * float((day - pd.Timestamp(f"{first}-01-01")) / whole)

    with new_page(theme, bottom + 3 + 4.2 * len(lines)) as (figure, canvas):
        for year in range(first, last + 1) if days else ():
            x = place(pd.Timestamp(f"{year}-07-01"))
            add_line(canvas, ((x, top - 1), (x, bottom)), color=HAIRLINE, linewidth=0.35, zorder=0.5)
            if (last - year) % max(1, (last - first + 8) // 8) == 0:
                add_text(canvas, x, 4, str(year), size, ha="center", color=MUTED)
        add_text(canvas, theme.width_mm - _UNDATED, 4, theme.say("sans date"), size, color=MUTED)
        for rank, ((_, indicator), group) in enumerate(groups):
            y = top + _VALUE_ROW * (rank + 0.5)
            label = shown.label("indicateur", str(indicator))
            add_text(canvas, _NAMES - 2, y, shorten(label, theme.base_pt, _NAMES - 4), theme.base_pt, ha="right")
            _draw_values(canvas, group, y, place, theme)
        for rank, line in enumerate(lines):
            add_text(canvas, 2, bottom + 3 + 4.2 * rank, line, size)
    return figure


def _draw_values(canvas: Axes, group: pd.DataFrame, y: float, place: Any, theme: Theme) -> None:  # noqa: ANN401 - a function
    undated, tone = [], INK if theme.greyscale else theme.tone
    for row in group.to_dict("records"):
        said = say_value(row | {"lecture": ""}, theme)
        if pd.isna(row["date_max"]):
            undated.append(said)
            continue
        low = row["date_min"] if pd.notna(row["date_min"]) else row["date_max"]
        x = (place(low) + place(row["date_max"])) / 2
        add_line(canvas, ((place(low), y + 1.6), (place(row["date_max"]), y + 1.6)), linewidth=1.2)
        canvas.plot([x], [y + 1.6], "o", markersize=4.5, markerfacecolor=tone, markeredgecolor=PAPER, zorder=6)
        add_text(canvas, x, y - 1.7, said, theme.base_pt, ha="center", fontweight="bold")
    if undated:
        add_text(canvas, theme.width_mm - _UNDATED, y, " ; ".join(undated), theme.base_pt)


def _seats(shown: Exhibit[Membership]) -> list[str]:
    """« Siège au conseil : 8 organisations nommées (entreprise 2…) »."""
    theme, told = shown.theme, []
    kinds, unknown = shown.labels("categorie_acteur"), theme.say("catégorie non dite")
    for nature, group in shown.told.named.groupby("nature_lien", sort=False):
        parts = [f"{kinds.get(row['categorie'], unknown)} {row['n']}" for row in group.to_dict("records")]
        said = theme.say_n(
            "{nature} : {n} organisation nommée ({kinds})",
            "{nature} : {n} organisations nommées ({kinds})",
            shown.told.totals[str(nature)],
            nature=shown.label("nature_lien", str(nature)),
            kinds=theme.join(parts),
        )
        told.append(said)
    return told + _colleges(shown)


def _colleges(shown: Exhibit[Membership]) -> list[str]:
    """« Siège au conseil, par collège : salariés 2, collectivités 1 ; 5 sans collège codé »."""
    theme, labels, told = shown.theme, shown.labels("college_scic"), []
    for nature, group in shown.told.colleges.groupby("nature_lien", sort=False):
        parts = [
            f"{labels.get(row['college_scic'], row['college_scic'])} {row['n']}" for row in group.to_dict("records")
        ]
        left = shown.told.totals[str(nature)] - int(group["n"].sum())
        bare = theme.say_some("{n} sans collège codé", "{n} sans collège codé", left)
        line = theme.say(
            "{nature}, par collège : {colleges}",
            nature=shown.label("nature_lien", str(nature)),
            colleges=theme.join(parts),
        )
        told.append(theme.say(" ; ").join(part for part in (line, bare) if part))
    return told


def _member_rows(shown: Exhibit[Membership]) -> pd.DataFrame:
    table = shown.worded(shown.told.table, "indicateur", "unite", "cumul")
    return table[["indicateur", "valeur", "unite", "cumul", "date", "indicateur_id", "source_id"]]


def _member_words(shown: Exhibit[Membership]) -> Caption:
    told, theme = shown.told, shown.theme
    undated = int(told.table["date_max"].isna().sum())
    return shown.context.caption(
        title=theme.say("La vie coopérative : sociétaires, équipe, conseil"),
        n=theme.say("n = {figures}", figures=theme.say_n("{n} valeur publiée", "{n} valeurs publiées", told.n)),
        missing=theme.say_some("{n} valeur sans date", "{n} valeurs sans date", undated),
        reading=theme.say(
            "Le trait est ce que la date laisse ouvert. Entre deux valeurs publiées, rien n’est supposé : "
            "ni entrées, ni sorties."
        ),
    )


def _find_members(shown: Exhibit[Membership]) -> str:
    told, theme = shown.told, shown.theme
    dated = told.table[told.table["date_max"].notna()]
    for (_, indicator), group in dated.groupby(["acteur_id", "indicateur"], sort=False, observed=True):
        if len(group) > 1:
            first, last = (group.iloc[place] for place in (0, -1))
            return theme.say(
                "{label} : {before} ({when}), puis {after} ({then}).",
                label=shown.label("indicateur", str(indicator)),
                before=say_value({**first, "lecture": ""}, theme),
                when=say_typed_date(str(first["date"]), theme.language),
                after=say_value({**last, "lecture": ""}, theme),
                then=say_typed_date(str(last["date"]), theme.language),
            )
    return theme.say(
        "Sociétaires, équipe, conseil : aucun nombre n’est publié à deux dates, rien ne dit leur évolution."
    )
