"""From one stage to the next: a square table, from × to, of the changes of stage."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import FEWEST_OF_A_SHARE, Refusal
from ect_research.analysis.trajectories.flows import Transitions
from ect_research.figures.exhibit.exhibit import Exhibit, place_for
from ect_research.figures.page.canvas import Box, add_box, add_lines, add_text, wrap_text
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import new_page
from ect_research.figures.page.theme import INK, MISSING, MUTED, PAPER, Theme
from ect_research.figures.signs.stage_signs import StageSign, ink_on, stage_signs, stages_met

_NAMES, _WIDEST, _ROW = 48.0, 24.0, 8.4
_TONE = {False: (0x00, 0x72, 0xB2), True: (0x40, 0x40, 0x40)}
_FEWEST_IN_BODY = 10


def show_transitions(transitions: Transitions | Refusal) -> Exhibit[Transitions]:
    """A row per stage left, a column per stage reached, in order: returns stand under the diagonal.

    Args:
        transitions: from ``build_transitions(..., self_loops=False)``.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien", "revue")
    >>> told = ect.code_sequences(ect.derive_sequences(study.episodes(), clock="age", unit="mois"))
    >>> shown = show_transitions(ect.build_transitions(told, self_loops=False)).in_context(study.context)
    >>> round(shown.figure().get_size_inches()[0] * 25.4)
    175
    """
    place = place_for(transitions, lambda told: int(told.table["effectif"].sum()) >= _FEWEST_IN_BODY)
    return Exhibit(transitions, _rows, _words, _draw, finding_of=_finding, reads=("evenements",), place=place)


def _draw(shown: Exhibit[Transitions]) -> Figure:
    rows, corpus, theme = shown.told.table, shown.context, shown.theme
    met = stages_met(stage_signs(corpus.codebook, theme), [*rows["de"], *rows["vers"]])
    place, size = {sign.code: number for number, sign in enumerate(met)}, theme.base_pt
    cell, head = min(_WIDEST, (theme.width_mm - 4 - _NAMES) / len(met)), 12.0
    with new_page(theme, head + _ROW * len(met) + 2) as (figure, canvas):
        add_text(canvas, 2, 8, theme.say("de l’étape…"), size - 1, color=MUTED)
        add_text(canvas, 2 + _NAMES, 2, theme.say("… à l’étape"), size - 1, color=MUTED)
        for number, sign in enumerate(met):
            x, y = 2 + _NAMES + number * cell, head + _ROW * number
            _draw_stage(canvas, sign, (x + cell / 2, 8), theme)
            _draw_stage(canvas, sign, (5, y + _ROW / 2), theme)
            lines = wrap_text(sign.label, size - 1, _NAMES - 9)
            add_lines(canvas, 9, y + _ROW / 2, lines, size_pt=size - 1, pitch=3.2)
            add_box(canvas, (x + 0.4, y + 0.4, cell - 0.8, _ROW - 0.8), facecolor=MISSING)
        most = int(rows["effectif"].max())
        for _, row in rows.iterrows():
            line, column = place[str(row["de"])], place[str(row["vers"])]
            box = (2 + _NAMES + column * cell, head + _ROW * line, cell, _ROW)
            _draw_cell(canvas, box, row, most, theme)
    return figure


def _draw_stage(canvas: Axes, sign: StageSign, centre: tuple[float, float], theme: Theme) -> None:
    x, y = centre
    add_box(canvas, (x - 2.4, y - 2.2, 4.8, 4.4), facecolor=sign.face, edgecolor=MUTED, hatch=sign.hatch or None)
    if sign.hatch:
        add_box(canvas, (x - 1.4, y - 1.5, 2.8, 3), facecolor=PAPER, zorder=3)
    ink = INK if sign.hatch else sign.ink
    add_text(canvas, x, y, sign.sign, theme.base_pt - 1, ha="center", color=ink, fontweight="bold")


def _draw_cell(canvas: Axes, box: Box, row: pd.Series, most: int, theme: Theme) -> None:
    """The count, darker where more projects pass, and between brackets what imprecise dates let it be."""
    left, top, width, height = box
    share = 0.25 + 0.75 * int(row["effectif"]) / most
    face = f"#{''.join(f'{round(255 + (end - 255) * share):02x}' for end in _TONE[theme.greyscale])}"
    add_box(canvas, (left + 0.4, top + 0.4, width - 0.8, height - 0.8), facecolor=face, zorder=2.5)
    low, high = (round(float(row.get(name, row["effectif"]))) for name in ("effectif_bas", "effectif_haut"))
    said = f"[{low}–{high}]" if low != high else ""
    middle, ink = top + height / 2, ink_on(face)
    add_text(canvas, left + width / 2, middle - (1.4 if said else 0), str(int(row["effectif"])), theme.base_pt + 1,
             ha="center", color=ink, fontweight="bold")  # fmt: skip
    add_text(canvas, left + width / 2, middle + 2, said, theme.base_pt - 2, ha="center", color=ink)


def _finding(shown: Exhibit[Transitions]) -> str:
    told, theme = shown.told, shown.theme
    labels, most = shown.labels("etape"), _most_made(told)
    # A stage after a wait is no return; nor is what waits, or ends.
    stages = shown.context.codebook.stages
    places = stages[stages["kind"] == "etape"].set_index("name")["order"].astype("int64")
    back = told.table["de"].map(places) > told.table["vers"].map(places)
    returns = int(told.table.loc[back, "effectif"].sum())
    return theme.say(
        "{changes} d’étape chez {projects}, le plus souvent de « {origin} » à « {target} » ({made}{tied}) ; {loops}.",
        changes=_changes(told.table["effectif"].sum(), theme),
        projects=theme.say_n("{n} projet", "{n} projets", told.n),
        origin=labels[str(most["de"])],
        target=labels[str(most["vers"])],
        made=theme.say_n("{n} projet", "{n} projets", int(most["projets"])),
        tied=theme.tied(told.table["effectif"]),
        loops=theme.say_n("{n} retour direct à une étape d’avant", "{n} retours directs à une étape d’avant", returns)
        if returns
        else theme.say("aucun retour direct à une étape d’avant"),
    )


def _words(shown: Exhibit[Transitions]) -> Caption:
    told, theme = shown.told, shown.theme
    counted = theme.say(
        "un changement n’est compté que s’il tombe entre deux unités de temps : deux étapes ouvertes dans la même "
        "unité n’en font qu’une"
    )
    moved = told.draws and (told.table["effectif_bas"] != told.table["effectif_haut"]).any()
    ranged = theme.say("entre crochets, l’effectif quand les dates imprécises bougent") if moved else ""
    return shown.context.caption(
        title=theme.say("D’une étape à la suivante"),
        n=theme.say(
            "n = {changes} d’étape chez {projects}",
            changes=_changes(told.table["effectif"].sum(), theme),
            projects=theme.say_n("{n} projet", "{n} projets", told.n),
        ),
        missing=(counted, ranged),
        reading=_reading(shown),
    )


def _changes(count: float, theme: Theme) -> str:
    return theme.say_n("{n} changement", "{n} changements", int(count))


def _most_made(told: Transitions) -> pd.Series:
    return told.table.sort_values(["effectif", "de", "vers"], ascending=[False, True, True]).iloc[0]


def _reading(shown: Exhibit[Transitions]) -> str:
    row, labels, theme = _most_made(shown.told), shown.labels("etape"), shown.theme
    exits = theme.say_n("{n} sortie", "{n} sorties", int(row["sur"]))
    share = theme.share(row["effectif"], row["sur"])
    return theme.say(
        "{changes} de « {origin} » à « {target} » ({projects}), {share} de cette étape.",
        changes=_changes(row["effectif"], theme),
        origin=labels[str(row["de"])],
        target=labels[str(row["vers"])],
        projects=theme.say_n("{n} projet", "{n} projets", int(row["projets"])),
        share=theme.say("soit {share} des {exits}", share=share, exits=exits)
        if row["sur"] >= FEWEST_OF_A_SHARE
        else theme.say("sur {exits}", exits=exits),
    )


def _rows(shown: Exhibit[Transitions]) -> pd.DataFrame:
    """The data behind the graph, stages by name."""
    return shown.worded(shown.told.table, de="etape", vers="etape")
