"""All that a published solution owes to choices that could have been others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.conditions.calibration.calibrate import Calibrated
from ect_research.analysis.conditions.condition_study import Conditions
from ect_research.analysis.conditions.robustness.anchor_ranges import anchor_ranges
from ect_research.analysis.conditions.robustness.cutoff_map import cutoff_ranges, sensitivity_map
from ect_research.analysis.conditions.robustness.left_out_cases import cluster_fit, leave_out
from ect_research.analysis.conditions.robustness.robust_core import RobustCore, evaluate_theory, measure_core
from ect_research.analysis.conditions.solving.minimise import minimise
from ect_research.analysis.conditions.solving.terms import Model
from ect_research.analysis.readable import Readable
from ect_research.words import tell

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
