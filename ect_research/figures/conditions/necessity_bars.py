"""What the outcome hardly happens without; and which path is in which of the equally good models."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ect_research.analysis.conditions.solving.terms import Model, Term
from ect_research.figures.conditions.condition_view import (
    BEYOND,
    ConditionView,
    outcome_words,
    strength_of,
    term_words,
    words_of,
)
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten
from ect_research.figures.page.legends import LegendEntry, new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MISSING, MUTED, OKABE_ITO
from ect_research.words import mark

_NAMES, _ROW, _CUT, _RELEVANT = 62.0, 5.2, 0.9, 0.5
_TERMS, _TERM, _MOST = 76.0, 5.4, 24


def necessity_rows(shown: Exhibit[ConditionView]) -> pd.DataFrame:
    """One row per condition, conjunction or disjunction, for the side shown."""
    told = shown.told.study.necessity
    side = told[told["resultat"] == ("non" if shown.told.absent else "oui")]
    return side.round({"coherence": 3, "pertinence": 3, "couverture": 3})


necessity_words = words_of(
    mark("De quelles conditions {outcome} ne se passe-t-il pas ?"),
    mark(
        "nécessaire à partir d’une cohérence de 0,9 (trait). Le point dit si c’est pertinent : sous 0,5, la condition est là "
        "presque toujours, résultat ou non."
    ),
)


def find_necessary(shown: Exhibit[ConditionView]) -> Finding:
    """What passes, and is not trivial."""
    theme, rows = shown.theme, necessity_rows(shown)
    kept = rows[(rows["coherence"] >= _CUT) & (rows["pertinence"] >= _RELEVANT)]
    if kept.empty:
        said = theme.say("Aucune condition n’est nécessaire à {outcome} (cohérence de 0,9, pertinence de 0,5).",
                         outcome=outcome_words(shown))  # fmt: skip
    else:
        names = [_said(shown, one) for one in kept["expression"]]
        said = theme.say(
            "Presque toujours là quand il y a {outcome}, sans l’être tout le temps : {names} ({cases}).",
            outcome=outcome_words(shown),
            names=theme.say(" ; ").join([*names[:4], *(["…"] if len(names) > 4 else [])]),
            cases=theme.say_n("{n} cas", "{n} cas", shown.told.study.n),
        )
        chance = shown.told.chance
        if chance is not None and not shown.told.absent:
            some = mark("{said} Rebattu au hasard, le résultat en a dans {share} des tirages.")
            said = theme.say(some, said=said, share=theme.percent(chance.necessary))
            return Finding(said, Strength.AS_CHANCE if chance.necessary > BEYOND else Strength.BEYOND_CHANCE)
    return Finding(said, Strength.COUNTED)


def draw_necessity(shown: Exhibit[ConditionView]) -> Figure:
    """A bar for consistency, a point for relevance."""
    theme, rows = shown.theme, necessity_rows(shown)
    rows = rows.sort_values("coherence", ascending=False, kind="stable").head(26)
    size = theme.base_pt - 0.5
    right = theme.width_mm - 16
    entries = [
        LegendEntry(theme.say("cohérence"), face=MISSING, edge=MUTED),
        LegendEntry(theme.say("cohérence, nécessaire et pertinente"), face=OKABE_ITO[4], edge=MUTED),
        LegendEntry(theme.say("pertinence (RoN)"), kind="mark", face=INK),
    ]
    bottom = 9 + _ROW * len(rows)

    def x(value: float) -> float:
        return _NAMES + (right - _NAMES) * value

    with new_page(theme, bottom + 6, entries, theme.base_pt - 1) as (figure, canvas):
        for value in (0.0, 0.5, 1.0):
            add_line(canvas, ((x(value), 8), (x(value), bottom)), color=HAIRLINE, linewidth=0.35, zorder=0.5)
            add_text(canvas, x(value), bottom + 3, theme.number(value, 1), size - 0.5, ha="center", color=MUTED)
        for place, row in enumerate(rows.to_dict("records")):
            y = 9 + _ROW * (place + 0.5)
            passes = row["coherence"] >= _CUT and row["pertinence"] >= _RELEVANT
            said = shorten(_said(shown, row["expression"]), size, _NAMES - 4)
            add_text(canvas, _NAMES - 2, y, said, size, ha="right")
            add_box(canvas, (_NAMES, y - 1.5, x(row["coherence"]) - _NAMES, 3.0), facecolor=OKABE_ITO[4] if passes else MISSING,
                    edgecolor=MUTED, linewidth=0.4, zorder=1)  # fmt: skip
            canvas.plot([x(row["pertinence"])], [y], marker="o", markersize=3.4, color=INK, zorder=4)
            add_text(canvas, right + 2, y, theme.number(row["coherence"], 2), size)
        add_line(canvas, ((x(_CUT), 7), (x(_CUT), bottom)), color=INK, linewidth=0.9, zorder=3)
    return figure


def _said(shown: Exhibit[ConditionView], expression: str) -> str:
    """An expression in the words of its conditions."""
    view, theme = shown.told, shown.theme
    joined = theme.say(", ou ") if "+" in expression else theme.say(", et ")
    words = expression.replace(" + ", "*").split("*")
    said = []
    for word in words:
        name, _, level = word.removeprefix("~").removesuffix("]").partition("[")
        plain = view.name(name, shown.theme) + (f" = {level}" if level else "")
        said.append(theme.say("sans {names}", names=plain) if word.startswith("~") else plain)
    return joined.join(said)


def model_rows(shown: Exhibit[ConditionView]) -> pd.DataFrame:
    """One row per model of each of the three solutions: formula, fit, and how many there are."""
    view, theme = shown.told, shown.theme
    found = view.solved.found
    kinds = (
        (theme.say("conservatrice"), found.conservative.models, found.conservative.count, found.conservative.exact),
        (theme.say("intermédiaire"), found.intermediate, len(found.intermediate), found.all_pairs),
        (theme.say("parcimonieuse"), found.parsimonious.models, found.parsimonious.count, found.parsimonious.exact),
    )
    rows = []
    for kind, models, count, exact in kinds if not found.empty else ():
        for model in models[:100]:
            _, whole = view.solved.fit(model)
            many = str(count) if exact else theme.say("au moins {n}", n=count)
            formula = view.solved.table.space.write_model(model)
            rows.append((kind, many, formula, whole.consistency, whole.pri, whole.coverage))
    columns = ["solution", "modeles", "formule", "coherence", "pri", "couverture"]
    return pd.DataFrame(rows, columns=columns).round(3)


model_words = words_of(
    mark("Combien de modèles décrivent aussi bien {outcome} ?"),
    mark("une colonne par modèle, une ligne par chemin ; en couleur, les chemins que tous les modèles gardent."),
)


def find_models(shown: Exhibit[ConditionView]) -> Finding:
    """How many models, and what they share."""
    view, theme = shown.told, shown.theme
    models = view.models
    shared = _shared(models)
    said = theme.say_n(
        "{n} modèle décrit {outcome} ; {shared} sur {terms} chemins sont dans tous.",
        "{n} modèles décrivent aussi bien {outcome} ; {shared} sur {terms} chemins sont dans tous.",
        len(models),
        outcome=outcome_words(shown),
        shared=len(shared),
        terms=len({term for model in models for term in model}),
    )
    return Finding(said, strength_of(view))


def draw_models(shown: Exhibit[ConditionView]) -> Figure:
    """Terms down, models across, consistency and coverage of each model below."""
    view, theme = shown.told, shown.theme
    models, size = view.models[:_MOST], theme.base_pt - 0.5
    shared = _shared(view.models)
    terms = sorted({term for model in models for term in model}, key=lambda term: (term not in shared, len(term), term))
    step = min(9.0, (theme.width_mm - _TERMS - 6) / max(1, len(models)))
    bottom = 8 + _TERM * len(terms)
    with new_page(theme, bottom + 14) as (figure, canvas):
        for row, term in enumerate(terms):
            y = 8 + _TERM * (row + 0.5)
            add_text(canvas, _TERMS - 2, y, shorten(term_words(shown, term), size, _TERMS - 4), size, ha="right")
            for column, model in enumerate(models):
                face = (OKABE_ITO[4] if term in shared else INK) if term in model else "none"
                box = (_TERMS + column * step + 0.4, y - 2.2, step - 0.8, 4.4)
                add_box(canvas, box, facecolor=face, edgecolor=HAIRLINE)
        for column, model in enumerate(models):
            x = _TERMS + (column + 0.5) * step
            add_text(canvas, x, 4, str(column + 1), size - 0.5, ha="center", color=MUTED)
            _, whole = view.solved.fit(model)
            for line, value in enumerate((whole.consistency, whole.coverage)):
                said = theme.number(value, 2)
                add_text(canvas, x, bottom + 3.5 + 4.6 * line, said, min(size - 0.5, step * 0.9), ha="center")
        for line, words in enumerate((mark("cohérence"), mark("couverture"))):
            y = bottom + 3.5 + 4.6 * line
            add_text(canvas, _TERMS - 2, y, theme.say(words), size - 0.5, ha="right", color=MUTED)
    return figure


def _shared(models: tuple[Model, ...]) -> set[Term]:
    return set.intersection(*map(set, models)) if models else set()
