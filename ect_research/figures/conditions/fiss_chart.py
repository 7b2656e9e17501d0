"""Configurations as signs: the truth table with the names of its cases; paths as columns, conditions as rows (Fiss 2011)."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.conditions.solving.truth_table import case_paths
from ect_research.figures.conditions import condition_view as qca
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten, text_width_mm, wrap_text
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MISSING, MUTED, OKABE_ITO
from ect_research.words import mark

_NAMES, _ROW, _CORE, _SMALL, _MOST_NAMES = 50.0, 7.6, 2.7, 1.5, 10
_FITS = (
    (mark("cohérence"), "consistency"),
    (mark("PRI"), "pri"),
    (mark("couverture brute"), "coverage"),
    (mark("couverture propre"), "unique"),
)
WHY = {
    "atteints": mark("va avec le résultat"),
    "coherence": mark("cohérence sous le seuil"),
    "pri": mark("PRI sous le seuil"),
    "contradiction": mark("contradictoire"),
    "effectif": mark("trop peu de cas"),
}
_COLUMN, _LINE, _OUT = 11.0, 4.2, 15.0


def path_rows(shown: Exhibit[qca.ConditionView]) -> pd.DataFrame:
    """One row per path and one for the whole: words, fit, cases."""
    view, names = shown.told, qca.case_names(shown)
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
        said = qca.term_words(shown, term)
        rows.append((said, written, fit.consistency, fit.pri, fit.coverage, fit.unique, cases, deviants))
    written = view.solved.table.space.write_model(view.model)
    said = shown.theme.say("solution entière")
    rows.append((said, written, whole.consistency, whole.pri, whole.coverage, float("nan"), (), ()))
    columns = ["coherence", "pri", "couverture_brute", "couverture_propre"]
    return pd.DataFrame(rows, columns=["chemin", "terme", *columns, "cas", "deviants"]).round(3)


def path_words(shown: Exhibit[qca.ConditionView]) -> Caption:
    """Title, n, how to read a column; what chance does is among what is not drawn."""
    view, theme = shown.told, shown.theme
    several = theme.say("modèle {rank} sur {n}", rank=view.rank + 1, n=len(view.models)) if len(view.models) > 1 else ""
    reading = theme.say(
        "une colonne par chemin, à suivre de haut en bas. Grand signe : condition que la solution parcimonieuse garde "
        "aussi ; petit : elle vient des attentes."
    )
    missing = theme.say(" ; ").join(part for part in (several, qca.missing_words(shown)) if part)
    told = f"{reading} {qca.say_paths(shown)} {qca.noise_words(shown)}"
    title = mark("Quels chemins vont avec {outcome} ?")
    return qca.condition_caption(shown, title, told, subtitle=qca.noise_rate_words(shown), missing=missing)


def draw_paths(shown: Exhibit[qca.ConditionView]) -> Figure:
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


def _draw_fits(canvas: Axes, shown: Exhibit[qca.ConditionView], heights: tuple[float, float], step: float) -> None:
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


def _draw_signs(canvas: Axes, view: qca.ConditionView, row: int, y: float, step: float) -> None:
    for place, term in enumerate(view.model):
        for condition, level in term:
            if condition != row:
                continue
            radius = _CORE if (place, condition, level) in view.is_core else _SMALL
            if view.solved.table.space.levels[row] > 2:
                qca.draw_level(canvas, (_x(place, step), y), _CORE if radius == _CORE else 2.0, level, 8.0)
            else:
                (qca.draw_present if level else qca.draw_absent)(canvas, (_x(place, step), y), radius)


def _draw_key(canvas: Axes, shown: Exhibit[qca.ConditionView]) -> None:
    theme = shown.theme
    x, size = 5.0, theme.base_pt - 1
    multi = shown.told.solved.table.space.multi
    signs = [(qca.draw_present, mark("présente")), (qca.draw_absent, mark("absente"))]
    for draw, words in () if multi else signs:
        draw(canvas, (x, 3.5), 2.0)
        add_text(canvas, x + 3.4, 3.5, theme.say(words), size)
        x += 8 + text_width_mm(theme.say(words), size)
    said = theme.say("grand : au cœur ; petit : selon les attentes ; vide : indifférente")
    add_text(canvas, x, 3.5, said, size, color=MUTED)


def _cases_of(shown: Exhibit[qca.ConditionView], place: int, size: float, width: float) -> list[tuple[str, bool]]:
    view, names = shown.told, qca.case_names(shown)
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


def _draw_nothing(shown: Exhibit[qca.ConditionView]) -> Figure:
    theme = shown.theme
    lines = wrap_text(qca.find_paths(shown).sentence, theme.base_pt, theme.width_mm - 10)
    with new_page(theme, 8 + 5 * len(lines)) as (figure, canvas):
        for line, words in enumerate(lines):
            add_text(canvas, 5, 6 + 5 * line, words, theme.base_pt)
    return figure


def truth_rows(shown: Exhibit[qca.ConditionView]) -> pd.DataFrame:
    """One row per observed configuration: levels, code and why, fit, cases, deviant cases."""
    table, names, theme = shown.told.solved.table, qca.case_names(shown), shown.theme
    told = pd.DataFrame({name: table.rows[:, place] for place, name in enumerate(table.space.names)})
    positions = range(len(table.rows))
    return told.assign(
        ligne=table.numbers,
        code=list(table.codes),
        raison=[theme.say(WHY[table.why(place)]) for place in positions],
        cas=table.n,
        coherence=table.consistency.round(3),
        pri=table.pri.round(3),
        noms=pd.Series([tuple(names[case] for case in table.cases(place)) for place in positions], dtype="object"),
        deviants=pd.Series(
            [tuple(names[case] for case in table.deviant(place)) for place in positions], dtype="object"
        ),
    )


def truth_words(shown: Exhibit[qca.ConditionView]) -> Caption:
    """Title, n, how to read a row."""
    theme, cutoffs = shown.theme, shown.told.solved.table.cutoffs
    reading = theme.say(
        "une ligne par configuration observée ; elle va avec le résultat à partir d’une cohérence de {consistency}, d’un PRI "
        "de {pri} et de {cases} cas. Une étoile : un cas qui ne suit pas sa ligne.",
        consistency=theme.number(cutoffs.consistency, 2),
        pri=theme.number(cutoffs.pri, 2),
        cases=cutoffs.cases,
    )
    title = mark("Quelles configurations vont avec {outcome} ?")
    return qca.condition_caption(shown, title, reading, subtitle=qca.noise_rate_words(shown))


def draw_truth_table(shown: Exhibit[qca.ConditionView]) -> Figure:
    """Configurations as signs, the best first, and the names of their cases."""
    table, theme = shown.told.solved.table, shown.theme
    names, size = qca.case_names(shown), theme.base_pt - 0.5
    order = sorted(
        range(len(table.rows)), key=lambda row: (table.codes[row] != "1", -table.consistency[row], -table.n[row])
    )
    k = len(table.space.names)
    heads = [wrap_text(shown.told.name(name, shown.theme), size - 0.5, 26) for name in table.space.names]
    top = 4.0 + max(text_width_mm(line, size - 0.5) for head in heads for line in head) * 0.72 + 3
    left = 3 + k * _COLUMN
    start = left + _OUT + 30
    lines = {row: _names_of(shown, row, names, size, theme.width_mm - start - 2) for row in order}
    heights = {row: max(1, len(lines[row])) * _LINE + 2.4 for row in order}
    with new_page(theme, top + sum(heights.values()) + 3) as (figure, canvas):
        for place, head in enumerate(heads):
            for line, words in enumerate(head):
                add_text(canvas, 3 + (place + 0.42 + 0.34 * line) * _COLUMN, top - 2, words, size - 0.5, rotation=45,
                         va="bottom", rotation_mode="anchor")  # fmt: skip
        for x, head_words in (
            (left + 2, mark("résultat")),
            (left + _OUT, "n"),
            (left + _OUT + 7, mark("cohérence")),
            (start, mark("cas")),
        ):
            add_text(canvas, x, top - 3, theme.say(head_words), size - 0.5, color=MUTED)
        if any(deviant for row in order for _, deviant in lines[row]):
            key = theme.say("* : ne suit pas sa ligne")
            add_text(canvas, theme.width_mm - 3, top - 3, key, size - 0.5, ha="right", color=OKABE_ITO[5])
        y = top
        for row in order:
            middle = y + 0.5 * heights[row]
            _draw_row(canvas, shown, row, (y, middle, heights[row]), (left, start))
            for line, (words, deviant) in enumerate(lines[row]):
                height = middle + (line - (len(lines[row]) - 1) / 2) * _LINE
                add_text(canvas, start, height, words, size, color=OKABE_ITO[5] if deviant else INK)
            y += heights[row]
        add_line(canvas, ((2, y), (theme.width_mm - 2, y)), color=HAIRLINE)
    return figure


def _draw_row(
    canvas: Axes,
    shown: Exhibit[qca.ConditionView],
    row: int,
    at: tuple[float, float, float],
    edges: tuple[float, float],
) -> None:
    table, theme = shown.told.solved.table, shown.theme
    y, middle, height = at
    left, start = edges
    size = theme.base_pt - 0.5
    if table.codes[row] == "1":
        add_box(canvas, (2, y, theme.width_mm - 4, height), facecolor=MISSING, zorder=0.4)
    add_line(canvas, ((2, y), (theme.width_mm - 2, y)), color=HAIRLINE, linewidth=0.4, zorder=0.5)
    for place, level in enumerate(table.rows[row].tolist()):
        x = 3 + (place + 0.5) * _COLUMN
        if table.space.levels[place] > 2:
            qca.draw_level(canvas, (x, middle), 2.0, level, size)
        elif level:
            qca.draw_present(canvas, (x, middle), 1.7)
        else:
            qca.draw_absent(canvas, (x, middle), 1.7)
    add_text(canvas, left + 5, middle, table.codes[row], size, weight="bold")
    add_text(canvas, left + _OUT, middle, str(int(table.n[row])), size)
    bar = left + _OUT + 7
    width = start - bar - 12
    add_box(canvas, (bar, middle - 1.2, width, 2.4), facecolor="none", edgecolor=HAIRLINE, linewidth=0.4, zorder=1)
    add_box(canvas, (bar, middle - 1.2, width * float(table.consistency[row]), 2.4), facecolor=MUTED, zorder=1)
    cut = bar + width * table.cutoffs.consistency
    add_line(canvas, ((cut, middle - 1.9), (cut, middle + 1.9)), color=INK, linewidth=0.8, zorder=3)
    add_text(canvas, bar + width + 1.2, middle, theme.number(float(table.consistency[row]), 2), size)


def _names_of(
    shown: Exhibit[qca.ConditionView], row: int, names: dict[str, str], size: float, width: float
) -> list[tuple[str, bool]]:
    """Lines of names: the cases that follow their row, then those that do not."""
    table = shown.told.solved.table
    positive = table.codes[row] == "1"
    out = set(table.deviant(row))
    against = [case for case in table.cases(row) if (case in out) == positive]
    along = [case for case in table.cases(row) if case not in against]
    return [
        (line, deviant)
        for cases, deviant in ((along, False), (against, True))
        if cases
        for line in wrap_text(
            ", ".join(names[case].replace(" ", "\u00a0") + "*" * deviant for case in cases), size, width
        )
    ]
