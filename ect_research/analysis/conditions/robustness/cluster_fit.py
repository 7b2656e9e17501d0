"""Does a path hold inside each territory, each year, or only when they are pooled?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ect_research.analysis.conditions.calibration.memberships import Memberships, Vector
from ect_research.analysis.conditions.solving.set_relations import measure_sufficiency
from ect_research.analysis.conditions.solving.terms import Model


def cluster_fit(data: Memberships, model: Model, clusters: Mapping[str, str]) -> tuple[pd.DataFrame, float]:
    """Consistency and coverage of a solution in each cluster, and how unlike the clusters are.

    Args:
        data: memberships.
        model: a solution, or one of its terms alone.
        clusters: ``{case: cluster}``; a case without one is in none.

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
