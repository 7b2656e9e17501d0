"""Members, staff and board through time: published values placed at their dates, never joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.figures.corpus.funnel import say_value
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import add_line, add_text, shorten, wrap_text
from ect_research.figures.page.legends import new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER
from ect_research.figures.signs.date_words import say_typed_date

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.corpus.year.year_review import Membership
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

_ROW, _NAMES, _UNDATED = 9.0, 58.0, 26.0


def show_membership(membership: Membership | Refusal) -> Exhibit[Membership]:
    """Members, staff and board at each date that a document gives; what is undated stands apart."""
    return Exhibit(membership, _rows, _words, _draw, finding_of=_finding, counts="organisations")


def _draw(shown: Exhibit[Membership]) -> Figure:
    told, theme = shown.told, shown.theme
    size = theme.base_pt - 0.5
    dated = told.table[told.table["date_max"].notna()]
    days = [*dated["date_min"].dropna(), *dated["date_max"]]
    first, last = (min(days).year, max(days).year) if days else (0, 0)
    right = theme.width_mm - _UNDATED - 8
    groups = list(told.table.groupby(["acteur_id", "indicateur"], sort=False, observed=True))
    seats = _seats(shown)
    lines = [line for said in seats for line in wrap_text(said, size, theme.width_mm - 4)]
    top, bottom = 8.0, 8.0 + _ROW * len(groups)

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
            y = top + _ROW * (rank + 0.5)
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


def _rows(shown: Exhibit[Membership]) -> pd.DataFrame:
    table = shown.worded(shown.told.table, "indicateur", "unite", "cumul")
    return table[["indicateur", "valeur", "unite", "cumul", "date", "indicateur_id", "source_id"]]


def _words(shown: Exhibit[Membership]) -> Caption:
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


def _finding(shown: Exhibit[Membership]) -> str:
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
    return theme.say("Aucun de ces nombres n’est publié à deux dates : rien ne dit leur évolution.")
