"""From one stage to the next: an arc per change of stage, as wide as the projects that make it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.exhibit.sourced_caption import sourced_caption
from ect_research.figures.page.canvas import Box, add_box, add_text, mm_canvas, text_width_mm, wrap_text
from ect_research.figures.page.formats import format_percent
from ect_research.figures.page.theme import INK, MUTED, PAPER
from ect_research.figures.signs.stage_signs import stage_signs, stages_met

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.trajectories.sequences.transitions import Transitions
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme
    from ect_research.figures.signs.stage_signs import StageSign

_BOX, _UP, _DOWN, _COUNT = 7.0, 44.0, 26.0, 3.4
Points = tuple[np.ndarray, np.ndarray]


def show_transitions(transitions: Transitions | Refusal) -> Exhibit[Transitions]:
    """Stages in order on a line; changes to a later stage above it, returns below it, each with its count.

    Args:
        transitions: from ``build_transitions(..., self_loops=False)``.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien", "revue")
    >>> told = ect.code_sequences(ect.derive_sequences(study.episodes(), clock="age", unit="mois"))
    >>> shown = show_transitions(ect.build_transitions(told, self_loops=False)).in_context(study.context)
    >>> round(shown.figure().get_size_inches()[0] * 25.4)
    175
    """
    return Exhibit(transitions, _rows, _words, _draw, finding_of=_finding, reads=("evenements",))


def _draw(shown: Exhibit[Transitions]) -> Figure:
    rows, corpus, theme = shown.told.table, shown.context, shown.theme
    signs = stage_signs(corpus.codebook, theme)
    met = stages_met(signs, [*rows["de"], *rows["vers"]])
    pitch = (theme.width_mm - 4) / len(met)
    place = {sign.code: 2 + (number + 0.5) * pitch for number, sign in enumerate(met)}
    back = bool((rows["de"].map(place) > rows["vers"].map(place)).any())
    line = _UP + _BOX / 2
    size = _name_pt(met, pitch, theme)
    names = [wrap_text(sign.label, size, pitch - 2) for sign in met]
    depth = max(len(lines) for lines in names) * 3.4
    ends = [(place[str(a)], place[str(b)]) for a, b in zip(rows["de"], rows["vers"], strict=True)]
    span = max(abs(end - start) for start, end in ends)
    deepest = max((_rise(start - end, span, forward=False) for start, end in ends if end < start), default=0.0)
    with theme.applied():
        figure = theme.new_figure(_UP + _BOX + depth + 4 + (deepest + 3 if back else 0))
        canvas = mm_canvas(figure)
        most = int(rows["effectif"].max())
        taken: list[Box] = []
        for _, row in rows.sort_values("effectif", ascending=False, kind="stable").iterrows():
            reach = (place[str(row["de"])], place[str(row["vers"])])
            curve = _draw_arc(canvas, reach, (line, depth, span), (int(row["effectif"]), most), theme)
            _write_count(canvas, curve, row, taken, theme)
        for sign, lines in zip(met, names, strict=True):
            _draw_stage(canvas, sign, place[sign.code], (lines, size), theme)
        _draw_key(canvas, theme, back=back)
    return figure


def _name_pt(met: list[StageSign], pitch: float, theme: Theme) -> float:
    """Small enough for the longest word of a stage to stay over its own box."""
    size = theme.base_pt - 1
    widest = max(text_width_mm(word, size) for sign in met for word in sign.label.split(" "))
    return size * min(1.0, (pitch - 1) / widest)


def _draw_stage(canvas: Axes, sign: StageSign, x: float, name: tuple[list[str], float], theme: Theme) -> None:
    lines, size = name
    box = (x - _BOX / 2, _UP, _BOX, _BOX)
    add_box(canvas, box, facecolor=sign.face, edgecolor=MUTED, hatch=sign.hatch or None, zorder=4)
    if sign.hatch:
        add_box(canvas, (x - 1.6, _UP + _BOX / 2 - 1.8, 3.2, 3.6), facecolor=PAPER, zorder=4.5)
    ink = INK if sign.hatch else sign.ink
    add_text(canvas, x, _UP + _BOX / 2, sign.sign, theme.base_pt, ha="center", color=ink, fontweight="bold")
    for number, line in enumerate(lines):
        add_text(canvas, x, _UP + _BOX + 3 + 3.4 * number, line, size, ha="center")


def _draw_arc(
    canvas: Axes,
    ends: tuple[float, float],
    ground: tuple[float, float, float],
    counts: tuple[int, int],
    theme: Theme,
) -> Points:
    """Half an ellipse above the line (forward) or under the names (back); its points."""
    (start, end), (line, depth, span), (count, most) = ends, ground, counts
    forward = end > start
    base = line - _BOX / 2 if forward else line + _BOX / 2 + depth + 2
    rise = _rise(abs(end - start), span, forward=forward)
    turn = np.linspace(0, np.pi, 60)
    x = (start + end) / 2 - (end - start) / 2 * np.cos(turn)
    y = base - rise * np.sin(turn) if forward else base + rise * np.sin(turn)
    colour = _tone(theme, forward=forward)
    wide = 0.6 + 3.0 * count / most
    canvas.plot(x[:-3], y[:-3], color=colour, linewidth=wide, solid_capstyle="butt", zorder=2, alpha=0.85)
    canvas.annotate(
        "",
        xy=(x[-1], y[-1]),
        xytext=(x[-6], y[-6]),
        arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 0.6, "mutation_scale": 7 + wide, "shrinkB": 0},
        zorder=3,
    )
    return x, y


def _rise(reach: float, span: float, *, forward: bool) -> float:
    return (5 + (_UP - 14.5) * reach / span) if forward else (4 + (_DOWN - 9) * reach / span)


def _write_count(canvas: Axes, curve: Points, row: pd.Series, taken: list[Box], theme: Theme) -> None:
    """The count, and between brackets what imprecise dates let it be; on its arc, where no count stands yet."""
    text, size = str(int(row["effectif"])), theme.base_pt - 0.5
    low, high = (round(float(row.get(name, row["effectif"]))) for name in ("effectif_bas", "effectif_haut"))
    if low != high:
        text = f"{text} [{low}–{high}]"
    half = max(text_width_mm(text, size) / 2 + 0.5, 1.9)
    x, y = _free_place(curve, half, taken)
    taken.append((x - half, y - _COUNT / 2, 2 * half, _COUNT))
    add_box(canvas, taken[-1], facecolor=PAPER, zorder=4)
    add_text(canvas, x, y, text, size, ha="center", color=INK)


def _free_place(curve: Points, half: float, taken: list[Box]) -> tuple[float, float]:
    """The point of the arc nearest its top whose count covers no other one; the one that covers least, else."""
    x, y = curve
    middle = len(x) // 2
    order = sorted(range(6, len(x) - 6), key=lambda place: (abs(place - middle), place))

    def covered(place: int) -> float:
        left, top = x[place] - half, y[place] - _COUNT / 2
        across = (min(left + 2 * half, a + width) - max(left, a) for a, _, width, _ in taken)
        down = (min(top + _COUNT, b + height) - max(top, b) for _, b, _, height in taken)
        return float(sum(max(wide, 0.0) * max(tall, 0.0) for wide, tall in zip(across, down, strict=True)))

    best = min(order, key=covered)
    return float(x[best]), float(y[best])


def _tone(theme: Theme, *, forward: bool) -> str:
    if theme.greyscale:
        return "#6b6b6b" if forward else "#1a1a1a"
    return "#4a97c9" if forward else "#d55e00"


def _draw_key(canvas: Axes, theme: Theme, *, back: bool) -> None:
    size, x = theme.base_pt - 1, 2.0
    ways = ((theme.say("vers une étape suivante"), True), (theme.say("retour (boucle)"), False))
    for said, forward in ways if back else ways[:1]:
        canvas.plot([x, x + 6], [2.5, 2.5], color=_tone(theme, forward=forward), linewidth=2.2, alpha=0.85)
        add_text(canvas, x + 7.5, 2.5, said, size, color=MUTED)
        x += 52


def _finding(shown: Exhibit[Transitions]) -> Finding:
    told, corpus, theme = shown.told, shown.context, shown.theme
    labels, most = corpus.codebook.labels("etape", theme.language), _most_made(told)
    places = {stage: place for place, stage in enumerate(labels)}
    back = told.table["de"].map(places) > told.table["vers"].map(places)
    said = theme.say(
        "{changes} d’étape chez {projects} ; le plus fréquent va de « {origin} » à « {target} » ({made}) ; {loops}.",
        changes=_changes(told.table["effectif"].sum(), theme),
        projects=theme.say_n("{n} projet", "{n} projets", told.n),
        origin=labels[str(most["de"])],
        target=labels[str(most["vers"])],
        made=theme.say_n("{n} projet", "{n} projets", int(most["projets"])),
        loops=theme.say_n(
            "{n} retour en arrière", "{n} retours en arrière", int(told.table.loc[back, "effectif"].sum())
        ),
    )
    return Finding(said, Strength.COUNTED)


def _words(shown: Exhibit[Transitions]) -> Caption:
    told, corpus, theme = shown.told, shown.context, shown.theme
    missing = [
        theme.say(
            "un changement n’est compté que s’il tombe entre deux unités de temps : deux étapes ouvertes dans la même "
            "unité n’en font qu’une"
        )
    ]
    if told.draws and (told.table["effectif_bas"] != told.table["effectif_haut"]).any():
        missing.append(theme.say("entre crochets, l’effectif quand les dates imprécises bougent"))
    return sourced_caption(
        corpus,
        theme,
        title=theme.say("D’une étape à la suivante"),
        n=theme.say(
            "n = {changes} d’étape chez {projects}",
            changes=_changes(told.table["effectif"].sum(), theme),
            projects=theme.say_n("{n} projet", "{n} projets", told.n),
        ),
        missing=theme.say(" ; ").join(missing),
        reading=_reading(told, corpus, theme),
    )


def _changes(count: float, theme: Theme) -> str:
    return theme.say_n("{n} changement", "{n} changements", int(count))


def _most_made(told: Transitions) -> pd.Series:
    return told.table.sort_values(["effectif", "de", "vers"], ascending=[False, True, True]).iloc[0]


def _reading(told: Transitions, corpus: Context, theme: Theme) -> str:
    row, labels = _most_made(told), corpus.codebook.labels("etape", theme.language)
    return theme.say(
        "{changes} de « {origin} » à « {target} » ({projects}), soit {share} des {exits} de cette étape.",
        changes=_changes(row["effectif"], theme),
        origin=labels[str(row["de"])],
        target=labels[str(row["vers"])],
        projects=theme.say_n("{n} projet", "{n} projets", int(row["projets"])),
        share=format_percent(float(row["taux"]), 0, theme.language),
        exits=theme.say_n("{n} sortie", "{n} sorties", int(row["sur"])),
    )


def _rows(shown: Exhibit[Transitions]) -> pd.DataFrame:
    """The data behind the graph, stages by name."""
    table, labels = shown.told.table, shown.context.codebook.labels("etape", shown.theme.language)
    return table.assign(de=table["de"].map(labels), vers=table["vers"].map(labels))
