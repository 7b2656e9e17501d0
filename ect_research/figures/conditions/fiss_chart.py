"""Paths as columns, conditions as rows: what is present, what is absent, what is at the core (Fiss 2011)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.conditions.robustness.case_paths import case_paths
from ect_research.figures.conditions.condition_view import (
    ConditionView,
    case_names,
    condition_caption,
    draw_absent,
    draw_level,
    draw_present,
    find_paths,
    missing_words,
    noise_rate_words,
    noise_words,
    say_paths,
    term_words,
)
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten, text_width_mm, wrap_text
from ect_research.figures.page.legends import new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MISSING, MUTED, OKABE_ITO
from ect_research.words import mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.figures.exhibit.exhibit import Exhibit
    from ect_research.figures.page.caption import Caption

_NAMES, _ROW, _CORE, _SMALL, _MOST_NAMES = 50.0, 7.6, 2.7, 1.5, 10
_FITS = (
    (mark("cohérence"), "consistency"),
    (mark("PRI"), "pri"),
    (mark("couverture brute"), "coverage"),
    (mark("couverture propre"), "unique"),
)


def path_rows(shown: Exhibit[ConditionView]) -> pd.DataFrame:
    """One row per path and one for the whole: words, fit, cases."""
    view, names = shown.told, case_names(shown)
    fits, whole = view.solved.fit(view.model)
    places = case_paths(view.solved.table, view.model)
    rows = []
    for term, fit in zip(view.model, fits, strict=True):
        written = view.solved.table.space.write(term)
        held = places[[written in own for own in places["chemins"]]]
        cases, deviants = (
            tuple(names[case] for case in held.loc[(held["place"] == "deviant") == apart, "cas"])
            for apart in (False, True)
        )
        said = term_words(shown, term)
        rows.append((said, written, fit.consistency, fit.pri, fit.coverage, fit.unique, cases, deviants))
    written = view.solved.table.space.write_model(view.model)
    said = shown.theme.say("solution entière")
    rows.append((said, written, whole.consistency, whole.pri, whole.coverage, float("nan"), (), ()))
    columns = ["coherence", "pri", "couverture_brute", "couverture_propre"]
    return pd.DataFrame(rows, columns=["chemin", "terme", *columns, "cas", "deviants"]).round(3)


def path_words(shown: Exhibit[ConditionView]) -> Caption:
    """Title, n, how to read a column; what chance does is among what is not drawn."""
    view, theme = shown.told, shown.theme
    several = theme.say("modèle {rank} sur {n}", rank=view.rank + 1, n=len(view.models)) if len(view.models) > 1 else ""
    reading = theme.say(
        "une colonne par chemin, à suivre de haut en bas. Grand signe : condition que la solution parcimonieuse garde "
        "aussi ; petit : elle vient des attentes."
    )
    missing = theme.say(" ; ").join(part for part in (several, missing_words(shown)) if part)
    told = f"{reading} {say_paths(shown)} {noise_words(shown)}"
    title = mark("Quels chemins mènent à {outcome} ?")
    return condition_caption(shown, title, told, subtitle=noise_rate_words(shown), missing=missing)


def draw_paths(shown: Exhibit[ConditionView]) -> Figure:
    """The chart; the sentence that says there is no path, where there is none."""
    view, theme = shown.told, shown.theme
    if not view.model:
        return _draw_nothing(shown)
    size, table = theme.base_pt - 0.5, view.solved.table
    step = min(52.0, (theme.width_mm - _NAMES - 4) / len(view.model))
    cases = [_cases_of(shown, place, size - 0.5, step - 2) for place in range(len(view.model))]
    tallest = max(map(len, cases))
    top, k = 15.0, len(table.space.names)
    height = top + k * _ROW + 3 + len(_FITS) * 4.6 + 3 + tallest * 3.7 + 5 + 6
    with new_page(theme, height) as (figure, canvas):
        _draw_key(canvas, shown)
        for place in range(len(view.model)):
            head = theme.say("chemin {n}", n=place + 1)
            add_text(canvas, _x(place, step), top - 2.5, head, size, ha="center", weight="bold")
        for row, name in enumerate(table.space.names):
            y = top + (row + 0.5) * _ROW
            if row % 2 == 0:
                add_box(canvas, (2, y - _ROW / 2, _NAMES + step * len(view.model), _ROW), facecolor=MISSING, zorder=0.3)
            add_text(canvas, _NAMES - 2, y, shorten(view.name(name, shown.theme), size, _NAMES - 5), size, ha="right")
            _draw_signs(canvas, view, row, y, step)
        y = top + k * _ROW + 4
        _draw_fits(canvas, shown, (y, y + len(_FITS) * 4.6 + tallest * 3.7 + 6), step)
        y += len(_FITS) * 4.6 + 1
        add_text(canvas, _NAMES - 2, y, theme.say("cas"), size - 0.5, ha="right", color=MUTED)
        for place, lines in enumerate(cases):
            for line, (words, deviant) in enumerate(lines):
                add_text(canvas, _x(place, step), y + 3.7 * line, words, size - 0.5, ha="center",
                         color=OKABE_ITO[5] if deviant else INK)  # fmt: skip
        y += tallest * 3.7 + 1
        add_line(canvas, ((2, y), (_x(len(view.model) - 1, step) + step / 2, y)), color=HAIRLINE)
    return figure


def _draw_fits(canvas: Axes, shown: Exhibit[ConditionView], heights: tuple[float, float], step: float) -> None:
    """Fit of each path from one height down, of the whole solution at another."""
    view, theme = shown.told, shown.theme
    size = theme.base_pt - 0.5
    fits, whole = view.solved.fit(view.model)
    for line, (words, part) in enumerate(_FITS):
        y = heights[0] + 4.6 * line
        add_text(canvas, _NAMES - 2, y, theme.say(words), size - 0.5, ha="right", color=MUTED)
        for place, fit in enumerate(fits):
            said = theme.number(getattr(fit, part), 2)
            add_text(canvas, _x(place, step), y, said, size - 0.5, ha="center")
    said = theme.say(
        "solution entière : cohérence {consistency}, PRI {pri}, couverture {coverage}",
        consistency=theme.number(whole.consistency, 2),
        pri=theme.number(whole.pri, 2),
        coverage=theme.number(whole.coverage, 2),
    )
    add_text(canvas, 4, heights[1], said, size, weight="bold")


def _x(place: int, step: float) -> float:
    return _NAMES + (place + 0.5) * step


def _draw_signs(canvas: Axes, view: ConditionView, row: int, y: float, step: float) -> None:
    for place, term in enumerate(view.model):
        for condition, level in term:
            if condition != row:
                continue
            radius = _CORE if (place, condition, level) in view.is_core else _SMALL
            if view.solved.table.space.levels[row] > 2:
                draw_level(canvas, (_x(place, step), y), _CORE if radius == _CORE else 2.0, level, 8.0)
            else:
                (draw_present if level else draw_absent)(canvas, (_x(place, step), y), radius)


def _draw_key(canvas: Axes, shown: Exhibit[ConditionView]) -> None:
    theme = shown.theme
    x, size = 5.0, theme.base_pt - 1
    multi = shown.told.solved.table.space.multi
    signs = [(draw_present, mark("présente")), (draw_absent, mark("absente"))]
    for draw, words in () if multi else signs:
        draw(canvas, (x, 3.5), 2.0)
        add_text(canvas, x + 3.4, 3.5, theme.say(words), size)
        x += 8 + text_width_mm(theme.say(words), size)
    said = theme.say("grand : au cœur ; petit : selon les attentes ; vide : indifférente")
    add_text(canvas, x, 3.5, said, size, color=MUTED)


def _cases_of(shown: Exhibit[ConditionView], place: int, size: float, width: float) -> list[tuple[str, bool]]:
    view, names = shown.told, case_names(shown)
    written = view.solved.table.space.write(view.model[place])
    told = case_paths(view.solved.table, view.model)
    held = told[[written in own for own in told["chemins"]]]
    lines: list[tuple[str, bool]] = []
    for deviant in (False, True):
        cases = held.loc[(held["place"] == "deviant") == deviant, "cas"]
        if len(cases):
            text = ", ".join(names[case].replace(" ", "\u00a0") for case in cases)
            lines += [(shorten(line, size, width), deviant) for line in wrap_text(text, size, width)]
    return [*lines[: _MOST_NAMES - 1], ("…", False)] if len(lines) > _MOST_NAMES else lines


def _draw_nothing(shown: Exhibit[ConditionView]) -> Figure:
    theme = shown.theme
    lines = wrap_text(find_paths(shown).sentence, theme.base_pt, theme.width_mm - 10)
    with new_page(theme, 8 + 5 * len(lines)) as (figure, canvas):
        for line, words in enumerate(lines):
            add_text(canvas, 5, 6 + 5 * line, words, theme.base_pt)
    return figure
