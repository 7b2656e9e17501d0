"""Where each cutoff could have stood, and which solution each place gives: exact intervals, no step."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.figures.conditions.condition_view import ConditionView, strength_of, term_words, words_of
from ect_research.figures.exhibit.exhibit import Exhibit, Finding
from ect_research.figures.page.canvas import add_box, add_line, add_text, wrap_text
from ect_research.figures.page.legends import new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, OKABE_ITO, PAPER
from ect_research.words import mark

_LEFT, _HEIGHT, _PITCH = 30.0, 8.0, 20.0
_AXES = {"coherence": mark("cohérence"), "pri": mark("PRI"), "effectif": mark("cas par ligne")}
_TONES = ("#ffffff", "#d9d9d9", "#f2f2f2", "#bfbfbf")


def stripe_rows(shown: Exhibit[ConditionView]) -> pd.DataFrame:
    """One row per interval: bounds, solutions, whether they are those of the analysis."""
    told = _intervals(shown)
    return told.assign(bas=told["bas"].round(4), haut=told["haut"].round(4))


stripe_words = words_of(
    mark("Jusqu’où les seuils peuvent-ils bouger sans changer les chemins ?"),
    mark(
        "un seuil à la fois ; le trait noir est le seuil choisi, la couleur les places où la solution est la même. "
        "Les bornes sont des valeurs observées : rien ne change entre deux."
    ),
)


def find_ranges(shown: Exhibit[ConditionView]) -> Finding:
    """How far each cutoff may move, which cases the solution rests on, and whether a rule decides them."""
    view, theme = shown.told, shown.theme
    checked = view.robustness
    if checked is None:
        return Finding("", strength_of(view))
    cut = view.solved.table.cutoffs
    low, high = checked.ranges["coherence"]
    margin = min(cut.consistency - low, high - cut.consistency)
    said = theme.say(
        "Les chemins tiennent pour un seuil de cohérence de {low} à {high} (marge de {margin} autour de {cut})",
        low=theme.number(low, 3),
        high=theme.number(high, 3),
        margin=theme.number(margin, 3),
        cut=theme.number(cut.consistency, 2),
    )
    said += theme.say(" ; ") + (
        theme.say_n(
            "{n} cas sur {total} les change en partant",
            "{n} cas sur {total} les changent en partant",
            len(checked.deciding),
            total=view.study.n,
        )
        if checked.deciding
        else theme.say("aucun cas ne les change en partant")
    )
    if checked.ruled_deciding:
        said += theme.say(" ; ") + theme.say_n(
            "le résultat de {n} d’entre eux tient à une règle du registre, non à un fait",
            "le résultat de {n} d’entre eux tient à une règle du registre, non à un fait",
            len(checked.ruled_deciding),
        )
    return Finding(f"{said}.", strength_of(view))


def draw_stripes(shown: Exhibit[ConditionView]) -> Figure:
    """One stripe a cutoff, one letter a solution, the list of the solutions below."""
    theme, told = shown.theme, _intervals(shown)
    size = theme.base_pt - 0.5
    letters = _letters(told)
    width = theme.width_mm - 10
    lines = [
        (letter, line, part)
        for solution, letter in letters.items()
        for part, line in enumerate(wrap_text(_said(shown, solution), size, width - 8))
    ]
    with new_page(theme, 6 + 3 * _PITCH + 4.2 * len(lines) + 4) as (figure, canvas):
        for place, axis in enumerate(_AXES):
            _draw_stripe(canvas, shown, told[told["axe"] == axis], (axis, 5 + place * _PITCH), letters)
        y = 5 + 3 * _PITCH
        for line, (letter, words, part) in enumerate(lines):
            if part == 0:
                add_text(canvas, 5, y + 4.2 * line, letter, size, weight="bold")
            add_text(canvas, 12, y + 4.2 * line, words, size)
    return figure


def _intervals(shown: Exhibit[ConditionView]) -> pd.DataFrame:
    assert shown.told.robustness is not None  # noqa: S101 - the view is refused without it
    return shown.told.robustness.intervals


def _merged(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Neighbouring intervals of one solution, as one."""
    found: list[dict[str, Any]] = []
    for row in rows.to_dict("records"):
        if found and found[-1]["solution"] == row["solution"] and row["axe"] != "effectif":
            found[-1] = {**found[-1], "haut": row["haut"]}
        else:
            found.append({str(name): value for name, value in row.items()})
    return found


def _letters(told: pd.DataFrame) -> dict[str, str]:
    """Letters of the solutions: A is the one published, then in the order met."""
    own = told.loc[told["meme"], "solution"].head(1).tolist()
    met = list(dict.fromkeys([*own, *told["solution"]]))
    return {solution: chr(65 + place) if place < 26 else "…" for place, solution in enumerate(met)}


def _said(shown: Exhibit[ConditionView], solution: str) -> str:
    if not solution:
        return shown.theme.say("aucun chemin (rien ou tout à expliquer)")
    models = solution.split(" | ")
    more = shown.theme.say_n("et {n} autre modèle", "et {n} autres modèles", len(models) - 3) if len(models) > 3 else ""
    space = shown.told.solved.table.space
    said = ["  +  ".join(term_words(shown, term) for term in space.read(model)) for model in models[:3]]
    return shown.theme.say(" ; ou ").join(said) + (f" {more}" if more else "")


def _draw_stripe(
    canvas: Axes, shown: Exhibit[ConditionView], rows: pd.DataFrame, where: tuple[str, float], letters: dict[str, str]
) -> None:
    axis, top = where
    theme, cutoffs = shown.theme, shown.told.solved.table.cutoffs
    size, right = theme.base_pt - 0.5, theme.width_mm - 5
    most = float(rows["haut"].max())
    chosen = {"coherence": cutoffs.consistency, "pri": cutoffs.pri, "effectif": float(cutoffs.cases)}[axis]

    def x(value: float) -> float:
        return _LEFT + (right - _LEFT) * value / most

    add_text(canvas, _LEFT - 3, top + _HEIGHT / 2, theme.say(_AXES[axis]), size, ha="right")
    if axis != "effectif":
        for value in (0.0, most):
            said = theme.number(value)
            add_text(canvas, x(value), top + _HEIGHT + 3, said, size - 1, ha="center", color=MUTED)
    written = x(0.0) - 3
    for row in _merged(rows):
        left, width = x(row["bas"]), x(row["haut"]) - x(row["bas"])
        place = ord(letters[row["solution"]]) - 65
        face = OKABE_ITO[4] if row["meme"] else _TONES[place % len(_TONES)]
        add_box(canvas, (left, top, width, _HEIGHT), facecolor=face, edgecolor=PAPER, linewidth=0.8)
        if width > 3.2:
            add_text(canvas, left + width / 2, top + _HEIGHT / 2, letters[row["solution"]], size, ha="center")
        at = left + width / 2 if axis == "effectif" else left + width
        if (at - written > 9 and right - at > 6 and row["haut"] < most) or axis == "effectif":
            decimals = 0 if axis == "effectif" else 2
            said = theme.number(row["haut"], decimals)
            add_text(canvas, at, top + _HEIGHT + 3, said, size - 1, ha="center", color=MUTED)
            written = at
    add_box(canvas, (_LEFT, top, right - _LEFT, _HEIGHT), facecolor="none", edgecolor=HAIRLINE, linewidth=0.5, zorder=3)
    at = x(chosen - 0.5) if axis == "effectif" else x(chosen)
    add_line(canvas, ((at, top - 3), (at, top)), color=INK, linewidth=2.4, zorder=6)
    add_line(canvas, ((at, top + _HEIGHT), (at, top + _HEIGHT + 1)), color=INK, linewidth=2.4, zorder=6)
