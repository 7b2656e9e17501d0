"""Each pilot and its stage after six, twelve and twenty-four months; what is not observed yet stays open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.analysis.chance import FEWEST_OF_A_SHARE
from ect_research.analysis.corpus.cohort.pilots import AFTER
from ect_research.figures.corpus.funnel import subject_names
from ect_research.figures.exhibit.exhibit import Exhibit, place_for
from ect_research.figures.page.canvas import add_box, add_text, shorten, text_width_mm
from ect_research.figures.page.legends import LegendEntry, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, MUTED, PAPER
from ect_research.figures.signs.stage_signs import stage_signs, stages_met

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.corpus.cohort.pilots import Pilots
    from ect_research.figures.page.caption import Caption

_ROW, _HEAD, _NAMES, _CELL, _MOST = 5.2, 6.6, 66.0, 17.0, 45


def show_pilots(pilots: Pilots | Refusal) -> Exhibit[Pilots]:
    """Pilots, who paid, and the stage of the project at its start, then 6, 12 and 24 months after."""
    place = place_for(pilots, lambda told: told.n >= FEWEST_OF_A_SHARE)
    return Exhibit(pilots, _rows, _words, _draw, finding_of=_finding, reads=("evenements",), place=place)


def _draw(shown: Exhibit[Pilots]) -> Figure:
    told, theme = shown.told, shown.theme
    size = theme.base_pt - 0.5
    signs = stage_signs(shown.context.codebook, theme)
    entries = [sign.entry() for sign in stages_met(signs, told.after["etape"])]
    entries.append(LegendEntry(theme.say("pas encore observé, ou suivi clos"), face=PAPER, edge=HAIRLINE, text="?"))
    top = legend_height_mm(entries, size, theme.width_mm - 4) + 8.0
    short = shown.short_names(told.table["projet_id"], size, _NAMES - 16)
    many = len(told.funds) > 1
    lines = min(int(told.funds["n"].sum()), _MOST)
    with new_page(theme, top + _ROW * lines + (_HEAD * len(told.funds) if many else 0) + 3, entries, size) as (
        figure,
        canvas,
    ):
        for rank, months in enumerate(AFTER):
            said = theme.say("+{months} mois", months=months) if months else theme.say("début")
            small = min(size, size * (_CELL - 1) / text_width_mm(said, size))
            add_text(canvas, _NAMES + _CELL * (rank + 0.5), top - 3, said, small, ha="center", color=MUTED)
        add_text(canvas, _NAMES + _CELL * len(AFTER) + 3, top - 3, theme.say("financé par"), size, color=MUTED)
        y, left = top, _MOST
        for fund in told.funds.to_dict("records"):
            if many and left:
                add_text(canvas, 2, y + _HEAD / 2, _fund(fund, shown), size, fontweight="bold")
                y += _HEAD
            for rank in fund["rangs"][:left]:
                _draw_pilot(canvas, int(rank), y + _ROW / 2, (shown, signs, short))
                y += _ROW
            left -= min(left, fund["n"])
    return figure


def _fund(fund: dict[Any, Any], shown: Exhibit[Pilots]) -> str:
    """« Fonds d’Impulsion : 3 expérimentations, suivies un an après : 1, avec une structure créée : 0 »."""
    theme, names = shown.theme, subject_names(shown)
    said = theme.say_n(
        "{label} : {n} expérimentation ; suivies un an après : {observed}, avec une structure créée : {made}",
        "{label} : {n} expérimentations ; suivies un an après : {observed}, avec une structure créée : {made}",
        fund["n"],
        label=names.get(fund["fonds"], fund["fonds"]) or theme.say("Financement non dit"),
        observed=fund["suivis"],
        made=fund["crees"],
    )
    return shorten(said, theme.base_pt - 0.5, (theme.width_mm - 4) * 0.88)


def _draw_pilot(
    canvas: Axes, rank: int, y: float, told: tuple[Exhibit[Pilots], dict[str, Any], dict[str, str]]
) -> None:
    shown, signs, short = told
    theme, row = shown.theme, shown.told.table.iloc[rank].to_dict()
    size = theme.base_pt - 0.5
    add_text(canvas, _NAMES - 2, y, f"{short[row['projet_id']]} ({row['debut'].year})", size, ha="right")
    stages = shown.told.after[shown.told.after["rang"] == rank].set_index("mois")["etape"]
    for place, months in enumerate(AFTER):
        sign = signs.get(stages.get(months, ""))
        box = (_NAMES + _CELL * place + 0.4, y - 2.1, _CELL - 0.8, 4.2)
        face, edge = (sign.face, "none") if sign else (PAPER, HAIRLINE)
        add_box(canvas, box, facecolor=face, edgecolor=edge, hatch=sign.hatch if sign else "")
        text, ink = (sign.sign, sign.ink) if sign and not sign.hatch else (sign.sign if sign else "?", MUTED)
        add_text(canvas, box[0] + box[2] / 2, y, text, size, ha="center", color=ink)
    end = _NAMES + _CELL * len(AFTER) + 3
    add_text(canvas, end, y, shorten(_payers(row, shown), size, theme.width_mm - end - 2), size)


def _payers(row: dict[Any, Any], shown: Exhibit[Pilots]) -> str:
    names = subject_names(shown)
    told = shown.theme.join([names.get(code, code) for code in row["fonds"]])
    amounts = [f"{shown.theme.number(amount)} €" for amount in row["montants"]]
    return ", ".join([told or shown.theme.say("non dit"), *amounts])


def _rows(shown: Exhibit[Pilots]) -> pd.DataFrame:
    told, theme = shown.told, shown.theme
    labels = shown.context.codebook.stages.set_index("name")[f"label::{theme.language}"].to_dict()
    stages = told.after.set_index(["rang", "mois"])["etape"]
    lines = [
        {"projet": shown.named(row["projet_id"]), "debut_min": row["debut_min"],
         "debut_max": row["debut_max"], "finance_par": _payers(row, shown), "jalons": row["jalons"],
         **{f"mois_{months}": labels.get(stages.get((rank, months), ""), theme.say("pas encore observé")) for months in AFTER},
         "projet_id": row["projet_id"]}
        for rank, row in enumerate(told.table.to_dict("records"))
    ]  # fmt: skip
    return pd.DataFrame(lines)


def _words(shown: Exhibit[Pilots]) -> Caption:
    told, theme = shown.told, shown.theme
    return shown.context.caption(
        title=theme.say("Les expérimentations, et ce qui a suivi"),
        n=theme.say("n = {pilots}", pilots=theme.say_n("{n} expérimentation", "{n} expérimentations", told.n)),
        missing=theme.say_some("{n} projet testé sans date", "{n} projets testés sans date", len(told.undated)),
        reading=theme.say(
            "L’étape du projet au début de l’expérimentation, puis 6, 12 et 24 mois après. « ? » : le suivi ne va pas "
            "jusque-là ; cela ne dit pas qu’il ne s’est rien passé."
        ),
    )


def _finding(shown: Exhibit[Pilots]) -> str:
    told, theme = shown.told, shown.theme
    year = told.after[told.after["mois"] == 12]
    stages = shown.context.codebook.stages
    made = set(stages.loc[stages["role"] == "creation", "name"])
    return theme.say_n(
        "{n} expérimentation datée ; suivies un an après : {observed}, dont avec une structure créée : {created}.",
        "{n} expérimentations datées ; suivies un an après : {observed}, dont avec une structure créée : {created}.",
        told.n,
        observed=len(year),
        created=int(year["etape"].isin(made).sum()),
    )
