"""Which term is in which model: what all the equally good models say, and what only some do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ect_research.figures.conditions.condition_view import (
    ConditionView,
    condition_caption,
    outcome_words,
    strength_of,
    term_words,
)
from ect_research.figures.exhibit.exhibit import Exhibit, Finding
from ect_research.figures.page.canvas import add_box, add_text, new_page, shorten
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, OKABE_ITO
from ect_research.words import mark

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ect_research.analysis.conditions.solving.terms import Model, Term
    from ect_research.figures.page.caption import Caption

_NAMES, _ROW, _MOST = 76.0, 5.4, 24


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
            rows.append(
                {
                    "solution": kind,
                    "modeles": str(count) if exact else theme.say("au moins {n}", n=count),
                    "formule": view.solved.table.space.write_model(model),
                    "coherence": round(whole.consistency, 3),
                    "pri": round(whole.pri, 3),
                    "couverture": round(whole.coverage, 3),
                }
            )
    return pd.DataFrame(rows, columns=["solution", "modeles", "formule", "coherence", "pri", "couverture"])


def model_words(shown: Exhibit[ConditionView]) -> Caption:
    """Title, n, how to read a column."""
    reading = shown.theme.say(
        "une colonne par modèle, une ligne par chemin ; en couleur, les chemins que tous les modèles gardent."
    )
    return condition_caption(shown, mark("Combien de modèles expliquent aussi bien {outcome} ?"), reading)


def find_models(shown: Exhibit[ConditionView]) -> Finding:
    """How many models, and what they share."""
    view, theme = shown.told, shown.theme
    models = view.models
    shared = _shared(models)
    said = theme.say_n(
        "{n} modèle explique {outcome} ; {shared} sur {terms} chemins sont dans tous.",
        "{n} modèles expliquent aussi bien {outcome} ; {shared} sur {terms} chemins sont dans tous.",
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
    step = min(9.0, (theme.width_mm - _NAMES - 6) / max(1, len(models)))
    bottom = 8 + _ROW * len(terms)
    with new_page(theme, bottom + 14) as (figure, canvas):
        for row, term in enumerate(terms):
            y = 8 + _ROW * (row + 0.5)
            add_text(canvas, _NAMES - 2, y, shorten(term_words(shown, term), size, _NAMES - 4), size, ha="right")
            for column, model in enumerate(models):
                face = (OKABE_ITO[4] if term in shared else INK) if term in model else "none"
                add_box(
                    canvas, (_NAMES + column * step + 0.4, y - 2.2, step - 0.8, 4.4), facecolor=face, edgecolor=HAIRLINE
                )
        for column, model in enumerate(models):
            x = _NAMES + (column + 0.5) * step
            add_text(canvas, x, 4, str(column + 1), size - 0.5, ha="center", color=MUTED)
            _, whole = view.solved.fit(model)
            for line, value in enumerate((whole.consistency, whole.coverage)):
                said = theme.number(value, 2)
                add_text(canvas, x, bottom + 3.5 + 4.6 * line, said, min(size - 0.5, step * 0.9), ha="center")
        for line, words in enumerate((mark("cohérence"), mark("couverture"))):
            add_text(
                canvas, _NAMES - 2, bottom + 3.5 + 4.6 * line, theme.say(words), size - 0.5, ha="right", color=MUTED
            )
    return figure


def _shared(models: tuple[Model, ...]) -> set[Term]:
    return set.intersection(*map(set, models)) if models else set()
