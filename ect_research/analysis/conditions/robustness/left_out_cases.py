"""Which path rests on which case, territory or year: the analysis without each, and its fit inside each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from ect_research.analysis.conditions.calibration.memberships import Memberships, Vector
from ect_research.analysis.conditions.robustness.cutoff_map import solutions_of
from ect_research.analysis.conditions.solving.set_relations import measure_sufficiency
from ect_research.analysis.conditions.solving.terms import Model, Term
from ect_research.analysis.conditions.solving.truth_table import TruthTable, build_truth_table


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
        ``groupe, n, coherence, couverture``, and the distance between clusters: 0 when all are equally consistent.

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
    shares = consistencies / consistencies.sum()
    return float(np.sqrt(((shares - 1 / len(shares)) ** 2).sum()))
