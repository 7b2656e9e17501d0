"""Each pilot by its payer, and its stage after six, twelve and twenty-four months; what is not observed yet stays open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import FEWEST_OF_A_SHARE, Refusal
from ect_research.analysis.corpus.programme import AFTER, Pilots
from ect_research.figures.corpus.funnel import subject_names
from ect_research.figures.exhibit.exhibit import Exhibit, place_for
from ect_research.figures.page.canvas import (
    add_box,
    add_line,
    add_lines,
    add_text,
    cut_long_words,
    shorten,
    shorten_inside,
    text_width_mm,
    wrap_text,
)
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import LegendEntry, draw_open_end, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, MUTED, PAPER, Theme
from ect_research.figures.signs.stage_signs import stage_signs, stages_met

_ROW, _LINE, _HEAD, _NAMES, _MARK, _GAP, _MOST = 6.4, 2.9, 12.5, 40.0, 3.0, 6.0, 45
_SPAN = AFTER[-1]


def show_pilots(pilots: Pilots | Refusal) -> Exhibit[Pilots]:
    """One panel per payer: a strip per pilot, the stage of its project at its start, then 6, 12 and 24 months after."""
    place = place_for(pilots, lambda told: told.n >= FEWEST_OF_A_SHARE)
    return Exhibit(pilots, _rows, _words, _draw, finding_of=_finding, reads=("evenements",), place=place)


def _draw(shown: Exhibit[Pilots]) -> Figure:
    told, theme = shown.told, shown.theme
    size = theme.base_pt - 0.5
    signs = stage_signs(shown.context.codebook, theme)
    entries = [sign.entry() for sign in stages_met(signs, told.after["etape"])]
    entries.append(LegendEntry(theme.say("le suivi ne va pas plus loin"), kind="arrow"))
    if (told.after["etape"] == "").any():
        entries.append(LegendEntry(theme.say("étape non dite"), face=PAPER, edge=MUTED, text="?"))
    top = legend_height_mm(entries, size, theme.width_mm - 4) + 3.0
    panels = _panels(told.funds)
    wide = (theme.width_mm - 4 - _GAP) / 2
    high = _row_height(shown, [rank for pair in panels for _, ranks in pair for rank in ranks])
    heights = [
        _HEAD + max(high * len(ranks) + _LINE * len(_without_start(fund, shown, wide)) for fund, ranks in pair) + 3
        for pair in panels
    ]
    with new_page(theme, top + sum(heights) + 2, entries, size) as (figure, canvas):
        y = top
        for pair, height in zip(panels, heights, strict=True):
            for side, (fund, ranks) in enumerate(pair):
                _draw_fund(canvas, fund, ranks, (2 + side * (wide + _GAP), y, wide, high), (shown, signs))
            y += height
    return figure


def _panels(funds: pd.DataFrame) -> list[list[tuple[dict[Any, Any], tuple[int, ...]]]]:
    """Payers and the pilots drawn of each, two a row; beyond the forty-five first, pilots are in the table alone."""
    left, drawn = _MOST, []
    for fund in funds.to_dict("records"):
        if ranks := fund["rangs"][:left]:
            drawn.append((fund, ranks))
            left -= len(ranks)
    return [drawn[at : at + 2] for at in range(0, len(drawn), 2)]


def _draw_fund(
    canvas: Axes, fund: dict[Any, Any], ranks: tuple[int, ...], place: tuple[float, float, float, float],
    told: tuple[Exhibit[Pilots], dict[str, Any]],
) -> None:  # fmt: skip
    shown, signs = told
    theme, (left, top, wide, high) = shown.theme, place
    size = theme.base_pt - 0.5
    name = subject_names(shown).get(fund["fonds"], fund["fonds"]) or theme.say("Financement non dit")
    add_text(canvas, left, top + 2, shorten(name, size, wide * 0.9), size, fontweight="bold")
    said = _followed(fund, theme)
    small = min(size - 1, (size - 1) * wide / text_width_mm(said, size - 1))
    add_text(canvas, left, top + 5.9, said, small, color=MUTED)
    scale = (wide - _NAMES - _MARK * 2) / _SPAN
    start = left + _NAMES + _MARK
    bottom = top + _HEAD + high * len(ranks) - 1
    for months in AFTER:
        x, last = start + scale * months, months == _SPAN
        said = theme.say("+{months} mois", months=months) if last else f"+{months}" if months else theme.say("début")
        where, side = (x + _MARK, "right") if last else (x, "center")
        add_text(canvas, where, top + 10, said, size - 1.5, ha=side, color=MUTED)
        add_line(canvas, ((x, top + _HEAD - 1), (x, bottom)), color=HAIRLINE, linewidth=0.5, zorder=0)
    for line, rank in enumerate(ranks):
        y = top + _HEAD + high * (line + 0.5) - 1
        paid = _amounts(shown.told.table.iloc[rank]["montants"], theme)
        up = 1.45 if paid else 0.0
        lines = _name_lines(shown, rank)
        add_lines(canvas, left, y - up, lines, size_pt=size - 0.5, pitch=_LINE)
        add_text(canvas, left, y - up + _LINE * (len(lines) + 1) / 2, paid, size - 2, color=MUTED)
        _draw_strip(canvas, rank, (start, y, scale), (shown, signs))
    for line, said in enumerate(_without_start(fund, shown, wide)):
        add_text(canvas, left, bottom + 2.8 + _LINE * line, said, size - 1, color=MUTED)


def _name_lines(shown: Exhibit[Pilots], rank: int) -> list[str]:
    """The name of a project and the year of its pilot, on two lines at most, both ends kept."""
    row, size, width = shown.told.table.iloc[rank], shown.theme.base_pt - 1, _NAMES - 2
    named = f"{shown.named(row['projet_id'])} ({row['debut'].year})"
    first, *rest = wrap_text(cut_long_words(named, size, width), size, width)
    return [first, shorten_inside(" ".join(rest), size, width)] if rest else [first]


def _row_height(shown: Exhibit[Pilots], ranks: Sequence[int]) -> float:
    """Room for the longest name, and for what was paid under it."""
    paid = shown.told.table["montants"]
    lines = max((len(_name_lines(shown, rank)) + bool(len(paid.iloc[rank])) for rank in ranks), default=1)
    return max(_ROW, _LINE * lines + 1.6)


def _without_start(fund: dict[Any, Any], shown: Exhibit[Pilots], wide: float) -> list[str]:
    """Who was paid and of whom no start is dated, all of them named."""
    if not fund["sans_debut"]:
        return []
    theme, size = shown.theme, shown.theme.base_pt - 1.5
    named = theme.say(" ; ").join(map(shown.named, fund["sans_debut"]))
    said = theme.say("payés, sans début d’expérimentation daté : {names}", names=named)
    return wrap_text(cut_long_words(said, size, wide), size, wide)


def _followed(fund: dict[Any, Any], theme: Theme) -> str:
    """« 3 expérimentations ; un an après : suivies 1, structures 0 »; counts, never rates: they are few."""
    return theme.say_n(
        "{n} expérimentation ; un an après : suivie {observed}, structure créée {made}",
        "{n} expérimentations ; un an après : suivies {observed}, structures créées {made}",
        fund["n"],
        observed=fund["suivis"],
        made=fund["crees"],
    )


def _draw_strip(
    canvas: Axes, rank: int, place: tuple[float, float, float], told: tuple[Exhibit[Pilots], dict[str, Any]]
) -> None:
    """A full line as far as the project is followed, dashed beyond; a sign at each month observed."""
    (start, y, scale), (shown, signs) = place, told
    size = shown.theme.base_pt - 1
    stages = shown.told.after[shown.told.after["rang"] == rank]
    followed = min(float(shown.told.table["suivi"].iloc[rank]), _SPAN)
    end = start + max(scale * followed, scale * float(stages["mois"].max()) + _MARK)
    add_line(canvas, ((start, y), (end, y)), color=MUTED, linewidth=1.0, zorder=1)
    if followed < _SPAN:
        add_line(
            canvas,
            ((end, y), (start + scale * _SPAN, y)),
            color=MUTED,
            linewidth=0.7,
            linestyle=(0, (1.5, 2)),
            zorder=1,
        )
        draw_open_end(canvas, end, y, 1.1)
    for row in stages.to_dict("records"):
        sign, x = signs.get(row["etape"]), start + scale * row["mois"]
        face, edge = (sign.face, MUTED) if sign else (PAPER, MUTED)
        box = (x - _MARK, y - 2.1, 2 * _MARK, 4.2)
        add_box(canvas, box, facecolor=face, edgecolor=edge, hatch=sign.hatch if sign else "", linewidth=0.5, zorder=3)
        ink = MUTED if sign is None or sign.hatch else sign.ink
        add_text(canvas, x, y, sign.sign if sign else "?", size, ha="center", color=ink, zorder=4)


def _payers(row: dict[Any, Any], shown: Exhibit[Pilots]) -> str:
    names = subject_names(shown)
    told = shown.theme.join([names.get(code, code) for code in row["fonds"]])
    return ", ".join(filter(None, [told or shown.theme.say("non dit"), _amounts(row["montants"], shown.theme)]))


def _amounts(amounts: tuple[float, ...], theme: Theme) -> str:
    """Each apart: two documents may tell the same one."""
    return ", ".join(f"{theme.number(amount)} €" for amount in amounts)


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
            "Un cadre par financeur, une ligne par expérimentation : l’étape du projet à son début, puis 6, 12 et 24 mois "
            "après. En pointillé, le suivi ne va pas jusque-là ; cela ne dit pas qu’il ne s’est rien passé."
        ),
    )


def _finding(shown: Exhibit[Pilots]) -> str:
    told, theme = shown.told, shown.theme
    year = told.after[told.after["mois"] == 12]
    return theme.say_n(
        "{n} expérimentation datée ; suivies un an après : {observed}, dont avec une structure créée : {created}.",
        "{n} expérimentations datées ; suivies un an après : {observed}, dont avec une structure créée : {created}.",
        told.n,
        observed=len(year),
        created=int(year["cree"].sum()),
    )
