"""All that a published solution owes to choices that could have been others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.conditions.calibrate import Calibrated
from ect_research.analysis.conditions.condition_study import Conditions
from ect_research.analysis.conditions.cutoff_map import (
    anchor_ranges,
    cutoff_ranges,
    sensitivity_map,
    solutions_of,
)
from ect_research.analysis.conditions.memberships import HALF, Memberships, Vector
from ect_research.analysis.conditions.solving.minimise import minimise
from ect_research.analysis.conditions.solving.set_relations import Sufficiency, measure_sufficiency
from ect_research.analysis.conditions.solving.terms import Model, Term
from ect_research.analysis.conditions.solving.truth_table import TruthTable, build_truth_table
from ect_research.analysis.readable import Readable
from ect_research.words import mark, tell


def leave_out(
    table: TruthTable, expected: Iterable[str] = (), *, groups: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """The solutions without each case, or without each group of cases.

    ``groups``: ``{case: territory, or year}``; each case alone when None.

    Returns one row per case or group: ``sans, n, meme`` (same intermediate models), ``meme_parcimonieuse``,
    ``perdus`` (paths of the intermediate solution that no model holds any more), ``solution, parcimonieuse``.
    """
    data, expected = table.data, tuple(expected)
    own = solutions_of(table, expected)
    label = np.array([groups.get(case, "") if groups is not None else case for case in data.cases])
    rows = []
    for name in dict.fromkeys(label.tolist()):
        kept = label != name
        if not name or not kept.any():
            continue
        found = solutions_of(build_truth_table(data.only(kept), table.cutoffs), expected)
        left = _terms(found[0])
        rows.append(
            {
                "sans": name,
                "n": int((~kept).sum()),
                "meme": found[0] == own[0],
                "meme_parcimonieuse": found[1] == own[1],
                "perdus": tuple(sorted(table.space.write(term) for term in _terms(own[0]) if not _nested(term, left))),
                "solution": " | ".join(sorted(map(table.space.write_model, found[0]))),
                "parcimonieuse": " | ".join(sorted(map(table.space.write_model, found[1]))),
            }
        )
    return pd.DataFrame(rows)


def _nested(term: Term, others: set[Term]) -> bool:
    return any(set(other) <= set(term) or set(term) <= set(other) for other in others)


def _terms(models: Iterable[Model]) -> set[Term]:
    return {term for model in models for term in model}


def cluster_fit(data: Memberships, model: Model, clusters: Mapping[str, str]) -> tuple[pd.DataFrame, float]:
    """Consistency and coverage of a solution in each cluster, and how unlike the clusters are.

    ``model``: a solution, or one of its terms alone; ``clusters``: ``{case: cluster}``; a case without one is in
    none.

    Returns:
        ``groupe, n, coherence, couverture``, and the distance between clusters: 0 when all are equally consistent, NaN when
        the model has no case in any, or no case of it is in the outcome.

    Source:
        García-Castro & Ariño (2016), *Journal of Advances in Management Sciences & Information Systems* 2, 63–76.
    """
    x, y = data.model(model), data.outcome
    label = np.array([clusters.get(case, "") for case in data.cases])
    rows = []
    for name in sorted(set(label.tolist()) - {""}):
        held = label == name
        fit = measure_sufficiency(x[held], y[held])
        rows.append({"groupe": name, "n": int(held.sum()), "coherence": fit.consistency, "couverture": fit.coverage})
    told = pd.DataFrame(rows)
    return told, _distance(told["coherence"].dropna().to_numpy(float))


def _distance(consistencies: Vector) -> float:
    if not consistencies.sum() > 0:
        return float("nan")
    shares = consistencies / consistencies.sum()
    return float(np.sqrt(((shares - 1 / len(shares)) ** 2).sum()))


_MEETINGS = (
    (mark("attendu et trouvé"), 1, 1),
    (mark("trouvé sans être attendu"), 0, 1),
    (mark("attendu et non trouvé"), 1, 0),
    (mark("ni attendu ni trouvé"), 0, 0),
)


@dataclass(frozen=True)
class RobustCore:
    """An initial solution against several test solutions.

    Attributes:
        core: fit of what all the solutions share.
        consistency: of the initial solution over that of the core, at most 1 when the core is the more consistent.
        coverage: of the core over that of the initial solution: 1 when nothing of it is lost.
        least: how much the initial solution and what all the test solutions share are one set (0 to 1).
        most: how much it and what one of them at least covers are one set (0 to 1).
        cases: ``cas, situation, attendu`` (in the outcome): ``solide`` (in the initial solution and in all the others),
            ``fragile`` (in the initial one, not in all), ``possible`` (in one of the others only), ``hors`` (in none).
        rank: 1 (no shaky and no possible case) to 4 (both).
    """

    core: Sufficiency
    consistency: float
    coverage: float
    least: float
    most: float
    cases: pd.DataFrame
    rank: int


def measure_core(data: Memberships, initial: Model, tests: Sequence[Model]) -> RobustCore:
    """Compare an initial solution with every test solution, in whatever order they are given.

    ``tests``: solutions from other cutoffs, calibrations or cases.

    Source:
        Oana & Schneider (2024), *Sociological Methods & Research* 53, 57–88; SetMethods 4.1 reads only the first and the last
        of the test solutions.
    """
    own, y = data.model(initial), data.outcome
    others = np.stack([data.model(test) for test in tests])
    least, most = others.min(axis=0), others.max(axis=0)
    core = measure_sufficiency(np.minimum(own, least), y)
    first = measure_sufficiency(own, y)
    inside = own > HALF
    kinds = np.select([inside & (least > HALF), inside, most > HALF], ["solide", "fragile", "possible"], default="hors")
    cases = pd.DataFrame({"cas": data.cases, "situation": kinds, "attendu": y > HALF})
    shaky, possible = bool((kinds == "fragile").any()), bool((kinds == "possible").any())
    rank = 4 if shaky and possible else 3 if shaky else 2 if possible else 1
    return RobustCore(
        core,
        first.consistency / core.consistency,
        core.coverage / first.coverage,
        _coincidence(own, least),
        _coincidence(own, most),
        cases,
        rank,
    )


def _coincidence(one: Vector, other: Vector) -> float:
    return float(np.minimum(one, other).sum() / np.maximum(one, other).sum())


def evaluate_theory(data: Memberships, theory: Model, solution: Model) -> pd.DataFrame:
    """The four meetings of a hypothesis (T) and a solution (S), their fit and their cases.

    ``theory``: the hypothesis, as a sum of terms (``Space.read("A*B + C")``).

    Returns:
        one row per meeting: ``rencontre, coherence, couverture, pri, cas_oui`` (cases in the outcome), ``cas_non``.

    Source:
        Schneider & Wagemann (2012), ch. 11.3.
    """
    t, s, y = data.model(theory), data.model(solution), data.outcome
    rows = []
    for name, expected, found in _MEETINGS:
        both = np.minimum(t if expected else 1 - t, s if found else 1 - s)
        fit = measure_sufficiency(both, y)
        inside = both > HALF
        rows.append(
            {
                "rencontre": name,
                "coherence": fit.consistency,
                "couverture": fit.coverage,
                "pri": fit.pri,
                "cas_oui": tuple(np.array(data.cases)[inside & (y > HALF)].tolist()),
                "cas_non": tuple(np.array(data.cases)[inside & (y <= HALF)].tolist()),
            }
        )
    return pd.DataFrame(rows)


_NUDGE = 0.05


@dataclass(frozen=True)
class ConditionRobustness(Readable):
    """What a solution owes to its cutoffs, its anchors and its cases.

    Attributes:
        study: the analysis.
        intervals: every interval of each cutoff and its solution (``sensitivity_map``).
        ranges: how far each cutoff may move before a solution changes.
        left_out: the solutions without each case (``leave_out``).
        groups: the same without each group; empty without groups.
        clusters: fit in each group; empty without groups.
        distance: how unlike the groups are; NaN without groups.
        core: the first published model against those of the alternative cutoffs; None when these give no model.
        anchors: how far each anchor may move (``anchor_ranges``); empty without a calibration.
        theory: the hypothesis crossed with the solution; empty without a hypothesis.
        deciding: cases without which the solution changes; those whose outcome is ruled are in
            ``ruled_deciding``.
    """

    exhibits = ("show_conditions",)

    study: Conditions
    intervals: pd.DataFrame
    ranges: Mapping[str, tuple[float, float]]
    left_out: pd.DataFrame
    groups: pd.DataFrame
    clusters: pd.DataFrame
    distance: float
    core: RobustCore | None
    anchors: pd.DataFrame
    theory: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def deciding(self) -> tuple[str, ...]:
        """Cases without which the solution changes."""
        return tuple(self.left_out.loc[~self.left_out["meme"], "sans"])

    @property
    def ruled_deciding(self) -> tuple[str, ...]:
        """Those of them whose outcome a rule of the register decides, and not a fact."""
        return tuple(case for case in self.deciding if case in self.study.ruled)


def build_condition_robustness(
    study: Conditions | Refusal,
    *,
    calibrated: Calibrated | None = None,
    groups: Mapping[str, object] | pd.Series | None = None,
    alternatives: Iterable[Mapping[str, Any]] | None = None,
    theory: str | None = None,
) -> ConditionRobustness | Refusal:
    """Exact ranges of the cutoffs, each case and each group left out, robust core, clusters, anchors, hypothesis.

    Args:
        study: from ``build_conditions``.
        calibrated: where the memberships come from, for the ranges of the anchors.
        groups: ``{case: territory, or year}``, or the same as a column; cases without a group are in none.
        alternatives: other defensible cutoffs; by default the consistency 0.05 lower and higher, and one case more a row.
        theory: what was expected before looking, ``"A*B + C"``.

    Returns:
        the robustness, or the refusal of the study, or a refusal when it has no solution to put to the test.

    >>> from ect_research.analysis.conditions.condition_study import build_conditions
    >>> rows = pd.DataFrame({"A": [1, 0] * 8, "B": [1, 1, 0, 0] * 4, "Y": [1, 0] * 8})
    >>> build_condition_robustness(build_conditions(rows, "Y", ["A", "B"])).ranges["coherence"]
    (0.0, 1.0)
    """
    if isinstance(study, Refusal):
        return study
    table, expected = study.present.table, study.expected
    if study.present.found.empty:
        return Refusal(
            tell("la robustesse des conditions d’émergence"),
            tell("Il n’y a pas de solution à éprouver."),
            tell("revoir les seuils, le calage ou les conditions."),
        )
    intervals = sensitivity_map(table, expected)
    initial = study.present.models[0]
    tests = _alternative_models(study, alternatives)
    nothing = pd.DataFrame()
    known = pd.Series(dict(groups) if groups is not None else {}, dtype="object").dropna()
    clusters_of = {str(case): f"{group:g}" if isinstance(group, float) else str(group) for case, group in known.items()}
    clusters_of = clusters_of if len(set(clusters_of.values())) > 1 else {}
    clusters, distance = cluster_fit(study.data, initial, clusters_of) if clusters_of else (nothing, float("nan"))
    return ConditionRobustness(
        study=study,
        intervals=intervals,
        ranges=cutoff_ranges(intervals),
        left_out=leave_out(table, expected),
        groups=leave_out(table, expected, groups=clusters_of) if clusters_of else nothing,
        clusters=clusters,
        distance=distance,
        core=measure_core(study.data, initial, tests) if tests else None,
        anchors=anchor_ranges(table, calibrated, expected) if calibrated is not None else nothing,
        theory=evaluate_theory(study.data, table.space.read(theory), initial) if theory else nothing,
    )


def _alternative_models(study: Conditions, alternatives: Iterable[Mapping[str, Any]] | None) -> list[Model]:
    own = study.present.table.cutoffs
    tried = [replace(own, **one) for one in alternatives] if alternatives is not None else [
        replace(own, consistency=round(max(own.consistency - _NUDGE, 0.5), 4)),
        replace(own, consistency=round(min(own.consistency + _NUDGE, 1.0), 4)),
        replace(own, cases=own.cases + 1),
    ]  # fmt: skip
    found: list[Model] = []
    for cutoffs in tried:
        solved = minimise(study.present.table.recoded(cutoffs), expected=study.expected)
        if not solved.empty:
            found += (solved.intermediate if study.expected else solved.parsimonious.models)[:1]
    return list(dict.fromkeys(found))
