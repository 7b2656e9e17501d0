"""From one stage to the next: an arc per change of stage, as wide as the projects that make it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ect_research.analysis.chance import Refusal
from ect_research.figures.exhibit.sourced_caption import sourced_caption
from ect_research.figures.page.canvas import Box, add_box, add_text, mm_canvas, text_width_mm, wrap_text
from ect_research.figures.page.formats import format_count, format_percent
from ect_research.figures.page.theme import INK, MUTED, PAPER
from ect_research.figures.signs.stage_signs import stage_signs, stages_met
from ect_research.words import tell

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme
    from ect_research.figures.signs.stage_signs import StageSign

_WORDS = {
    "fr": {
        "title": "D’une étape à la suivante",
        "forward": "vers une étape suivante", "back": "retour (boucle)",
        "n": "n = {} d’étape chez {}",
        "missing": "un changement n’est compté que s’il tombe entre deux unités de temps : deux étapes ouvertes dans la même "
        "unité n’en font qu’une",
        "range": "entre crochets, l’effectif quand les dates imprécises bougent",
        "reading": "{} de « {} » à « {} » ({}), soit {} des {} de cette étape.",
    },
    "en": {
        "title": "From one stage to the next",
        "forward": "to a later stage", "back": "return (loop)",
        "n": "n = {} of stage in {}",
        "missing": "a change is counted only between two units of time: two stages opened within one unit count as one",
        "range": "in brackets, the count as imprecise dates move",
        "reading": "{} from “{}” to “{}” ({}), i.e. {} of the {} from that stage.",
    },
}  # fmt: skip
_NOUNS = {
    "fr": {"change": ("changement", "changements"), "exit": ("sortie", "sorties")},
    "en": {"change": ("change", "changes"), "exit": ("exit", "exits")},
}
_BOX, _UP, _DOWN, _COUNT = 7.0, 44.0, 26.0, 3.4
Points = tuple[np.ndarray, np.ndarray]


def draw_transitions(
    transitions: pd.DataFrame | Refusal, corpus: Corpus, theme: Theme, *, fewest: int = 1
) -> Figure | Refusal:
    """Stages in order on a line; changes to a later stage above it, returns below it, each with its count.

    Args:
        transitions: from ``build_transitions(..., self_loops=False)``; a refusal, or an empty frame, gives a refusal.
        corpus: labels and colours of the stages.
        theme: the reader's preset.
        fewest: changes made fewer times are not drawn.

    >>> import ect_research as ect
    >>> corpus = ect.load_corpus("pays-ledonien")
    >>> facts, stages = corpus.tables["evenements"], corpus.codebook.stages
    >>> episodes = ect.derive_episodes(facts, stages, observed_on=corpus.observed_on)
    >>> told = ect.derive_sequences(episodes, clock="age", unit="mois")
    >>> moves = ect.build_transitions(ect.code_sequences(told.frame, told.alphabet), self_loops=False)
    >>> round(draw_transitions(moves, corpus, ect.get_theme("revue")).get_size_inches()[0] * 25.4)
    175
    """
    if isinstance(transitions, Refusal):
        return transitions
    rows = transitions[transitions["effectif"] >= fewest]
    if rows.empty:
        return Refusal(
            tell("le graphe des transitions"),
            tell("Aucun changement d’étape n’est daté."),
            tell("dater l’ouverture d’au moins deux étapes d’un projet."),
        )
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
    words, size, x = _WORDS[theme.language], theme.base_pt - 1, 2.0
    for name, forward in (("forward", True), ("back", False)):
        if forward or back:
            canvas.plot([x, x + 6], [2.5, 2.5], color=_tone(theme, forward=forward), linewidth=2.2, alpha=0.85)
            add_text(canvas, x + 7.5, 2.5, words[name], size, color=MUTED)
            x += 52


def caption_transitions(transitions: pd.DataFrame | Refusal, n: int, corpus: Corpus, theme: Theme) -> Caption | Refusal:
    """The words around the graph; ``n`` is the number of projects whose trajectory is dated."""
    if isinstance(transitions, Refusal):
        return transitions
    words, nouns, language = _WORDS[theme.language], _NOUNS[theme.language], theme.language
    changes = format_count(int(transitions["effectif"].sum()), *nouns["change"], language)
    noun = "projet" if language == "fr" else "project"
    return sourced_caption(
        corpus,
        theme,
        title=words["title"],
        n=words["n"].format(changes, format_count(n, noun, "", language)),
        missing=(" ; " if language == "fr" else "; ").join(
            [words["missing"], *([words["range"]] if _moves(transitions) else [])]
        ),
        reading=_reading(transitions, corpus, theme),
    )


def _moves(transitions: pd.DataFrame) -> bool:
    return "effectif_bas" in transitions and bool((transitions["effectif_bas"] != transitions["effectif_haut"]).any())


def _reading(transitions: pd.DataFrame, corpus: Corpus, theme: Theme) -> str:
    if transitions.empty:
        return ""
    words, nouns, language = _WORDS[theme.language], _NOUNS[theme.language], theme.language
    row = transitions.sort_values(["effectif", "de", "vers"], ascending=[False, True, True]).iloc[0]
    label = corpus.codebook.stages.set_index("name")[f"label::{language}"]
    return words["reading"].format(
        format_count(int(row["effectif"]), *nouns["change"], language),
        label[str(row["de"])],
        label[str(row["vers"])],
        format_count(int(row["projets"]), "projet" if language == "fr" else "project", "", language),
        format_percent(float(row["taux"]), 0, language),
        format_count(int(row["sur"]), *nouns["exit"], language),
    )


def tabulate_transitions(transitions: pd.DataFrame | Refusal, corpus: Corpus, theme: Theme) -> pd.DataFrame | Refusal:
    """The data behind the graph, stages by name; a refusal is handed back."""
    if isinstance(transitions, Refusal):
        return transitions
    label = corpus.codebook.stages.set_index("name")[f"label::{theme.language}"]
    return transitions.assign(de=transitions["de"].map(label), vers=transitions["vers"].map(label))
