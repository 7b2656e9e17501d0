"""One door to every figure and table of the conditions of emergence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ect_research.analysis.chance import Refusal
from ect_research.analysis.conditions.calibrate import Calibrated
from ect_research.analysis.conditions.condition_chance import OutcomePermutation
from ect_research.analysis.conditions.condition_robustness import ConditionRobustness
from ect_research.analysis.conditions.condition_study import Conditions
from ect_research.analysis.conditions.reached_within import ReachedWithin
from ect_research.errors import EctError
from ect_research.figures.conditions import condition_tables as tables
from ect_research.figures.conditions.condition_tables import report_rows
from ect_research.figures.conditions.condition_view import BEYOND, ConditionView, find_paths, n_words
from ect_research.figures.conditions.cutoff_stripes import draw_stripes, find_ranges, stripe_rows, stripe_words
from ect_research.figures.conditions.fiss_chart import (
    draw_paths,
    draw_truth_table,
    path_rows,
    path_words,
    truth_rows,
    truth_words,
)
from ect_research.figures.conditions.necessity_bars import (
    draw_models,
    draw_necessity,
    find_models,
    find_necessary,
    model_rows,
    model_words,
    necessity_rows,
    necessity_words,
)
from ect_research.figures.conditions.xy_plot import case_rows, draw_xy, find_deviant, xy_words
from ect_research.figures.exhibit.exhibit import Exhibit, Place, table
from ect_research.words import Sentence, mark, tell

Result = Calibrated | ReachedWithin | Conditions | ConditionRobustness | OutcomePermutation
_READS = ("projets", "evenements")
_FIGURES: dict[str, tuple[str, Callable[..., Any], Callable[..., Any], Callable[..., Any], Callable[..., Any]]] = {
    "chemins": (mark("Les chemins"), path_rows, path_words, draw_paths, find_paths),
    "table": (mark("La table de vérité"), truth_rows, truth_words, draw_truth_table, find_paths),
    "xy": (mark("Les cas et les chemins"), case_rows, xy_words, draw_xy, find_deviant),
    "modeles": (mark("Les modèles également bons"), model_rows, model_words, draw_models, find_models),
    "necessite": (mark("Les conditions nécessaires"), necessity_rows, necessity_words, draw_necessity, find_necessary),
    "sensibilite": (mark("Les seuils et les chemins"), stripe_rows, stripe_words, draw_stripes, find_ranges),
}
_TABLES: dict[str, tuple[Callable[..., Any], str, Callable[..., Any]]] = {
    "cas": (case_rows, mark("Chaque cas et ses chemins"), find_deviant),
    "formules": (model_rows, mark("Les trois solutions, tous les modèles"), find_models),
    "epreuves": (tables.checks_rows, mark("Ce dont la solution dépend"), find_ranges),
    "rapport": (report_rows, mark("L’analyse en mots"), find_paths),
    "script": (tables.script_rows, mark("Le script R qui refait l’analyse"), find_paths),
}
_NEED_MODELS = ("xy", "modeles", "sensibilite", "cas", "formules", "epreuves")
_OTHERS: dict[type, tuple[Callable[..., Any], str, Callable[..., Any]]] = {
    Calibrated: (tables.calibration_rows, mark("Comment chaque condition est calée"), tables.find_calibration),
    ReachedWithin: (tables.outcome_rows, mark("Qui a atteint l’étape à temps"), tables.find_outcome),
    OutcomePermutation: (tables.chance_rows, mark("La même recherche, le résultat rebattu"), tables.find_chance),
}


def show_conditions(  # noqa: PLR0913 - each has a default
    result: Result | Refusal,
    view: str = "",
    *,
    chance: OutcomePermutation | Refusal | None = None,
    labels: Mapping[str, str | Sentence] | None = None,
    absent: bool = False,
    model: int = 1,
    counts: str = "projets",
) -> Exhibit[Any]:
    """A calibration, an outcome, an analysis, its robustness or its test, as a figure or a table.

    Args:
        result: from ``calibrate``, ``reach_within``, ``build_conditions``, ``build_condition_robustness`` or
            ``test_conditions``.
        view: of an analysis: ``chemins`` (paths, Fiss chart), ``table`` (truth table), ``xy`` (cases), ``necessite``,
            ``modeles`` (term × model), or the tables ``cas, formules, rapport, script``; of its robustness, also
            ``sensibilite`` (cutoffs) and the table ``epreuves``. The first that suits when blank.
        chance: from ``test_conditions``: its verdict then goes with every view.
        labels: ``{condition or outcome: words}``; ``tell(…)`` for words that another language says otherwise.
        absent: show the absence of the outcome.
        model: which of the equally good models, from 1.
        counts: what its cases are, for the gate: ``projets``, or ``aucune`` for published data.

    Raises:
        EctError: an unknown view, or one that the result cannot give.

    >>> import pandas as pd
    >>> import ect_research as ect
    >>> rows = pd.DataFrame({"A": [1, 0] * 8, "B": [1, 1, 0, 0] * 4, "Y": [1, 0] * 8})
    >>> "1 chemin va avec « Y »" in show_conditions(ect.build_conditions(rows, "Y", ["A", "B"])).finding().sentence
    True
    """
    if type(result) in _OTHERS:
        rows, title, finding = _OTHERS[type(result)]
        return table(result, rows, title=title, n=_count, reads=_READS, finding=finding).in_annex()
    robustness = result if isinstance(result, ConditionRobustness) else None
    asked = view or ("sensibilite" if robustness else "chemins")
    if (asked not in _FIGURES and asked not in _TABLES) or (
        asked in ("sensibilite", "epreuves") and isinstance(result, Conditions)
    ):
        raise EctError(
            "Vue « {view} » impossible ici : choisir parmi {views} ; « sensibilite » et « epreuves » demandent "
            "build_condition_robustness.",
            view=asked,
            views=", ".join([*_FIGURES, *_TABLES]),
        )
    told: ConditionView | Refusal
    if isinstance(result, Refusal):
        told = result
    else:
        study = result.study if isinstance(result, ConditionRobustness) else result
        known = chance if isinstance(chance, OutcomePermutation) else None
        told = ConditionView(study, absent, model - 1, known, robustness, labels or {})  # type: ignore[arg-type]
        if asked in _NEED_MODELS and not told.models:
            told = _nothing(told)
    if asked in _FIGURES:
        title, figure_rows, words, draw, finding = _FIGURES[asked]
        by_chance = isinstance(told, ConditionView) and told.chance is not None and told.chance.p_value > BEYOND
        place: Place = "corps" if asked in ("chemins", "table") and not by_chance else "annexe"
        return Exhibit(told, figure_rows, words, draw, finding_of=finding, title=title, reads=_READS, counts=counts,
                       place=place)  # fmt: skip
    rows, title, finding = _TABLES[asked]
    return table(told, rows, title=title, n=n_words, reads=_READS, counts=counts, finding=finding).in_annex()


def _count(shown: Exhibit[Any]) -> str:
    told = shown.told
    if isinstance(told, OutcomePermutation):
        return shown.theme.say_n("n = {n} tirage", "n = {n} tirages", told.draws)
    return shown.theme.say_n("n = {n} projet", "n = {n} projets", told.n)


def _nothing(view: ConditionView) -> Refusal:
    """Why there is no model to show: nothing reaches the cutoffs, or everything does."""
    nobody = tell("Aucune configuration observée n’atteint les seuils : il n’y a rien à expliquer.")
    everybody = tell("Toutes les configurations observées atteignent les seuils : toute condition suffirait.")
    reason = nobody if view.solved.found.empty == "aucune_positive" else everybody
    return Refusal(tell("les chemins"), reason, tell("revoir les seuils, le calage ou les conditions."))
