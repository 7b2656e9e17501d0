"""Case × path: which path explains each case, whether it is the only one, and what would go without the case."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ect_research.analysis.conditions.calibration.memberships import HALF
from ect_research.analysis.conditions.solving.terms import Model, in_order
from ect_research.analysis.conditions.solving.truth_table import TruthTable

ONLY, SHARED, DEVIANT, UNCOVERED, OUTSIDE = "seul", "partage", "deviant", "non_couvert", "dehors"


def case_paths(table: TruthTable, model: Model, left_out: pd.DataFrame | None = None) -> pd.DataFrame:
    """Where each case stands in a solution.

    Returns ``cas, resultat`` (membership), ``chemins`` (written terms), ``place``: ``seul`` (one path explains it),
    ``partage`` (several do), ``deviant`` (a path, without the outcome), ``non_couvert`` (the outcome, without a
    path), ``dehors`` (neither); ``demi`` (0.5 in a condition: in no row); ``perdus`` (paths lost without it).

    >>> from ect_research.analysis.conditions.calibration.memberships import take_memberships
    >>> from ect_research.analysis.conditions.solving.truth_table import Cutoffs, build_truth_table
    >>> cases = pd.DataFrame({"A": [1, 1, 0], "Y": [1, 0, 1]}, index=["p", "q", "r"])
    >>> case_paths(build_truth_table(take_memberships(cases, "Y", ["A"]), Cutoffs()), (((0, 1),),))["place"].tolist()
    ['seul', 'deviant', 'non_couvert']
    """
    data = table.data
    terms = in_order(model)
    inside = np.stack([data.term(term) > HALF for term in terms]) if terms else np.zeros((0, len(data.cases)), bool)
    held = inside.sum(axis=0)
    reached = data.outcome > HALF
    place = np.select(
        [reached & (held == 1), reached & (held > 1), ~reached & (held > 0), reached],
        [ONLY, SHARED, DEVIANT, UNCOVERED],
        default=OUTSIDE,
    )
    lost = (
        dict(zip(left_out["sans"], left_out["perdus"], strict=True)) if left_out is not None and len(left_out) else {}
    )
    return pd.DataFrame(
        {
            "cas": data.cases,
            "resultat": data.outcome,
            "chemins": [tuple(table.space.write(term) for term, own in zip(terms, column, strict=True) if own)
                        for column in inside.T] if terms else [()] * len(data.cases),
            "place": place,
            "demi": data.at_half(),
            "perdus": [lost.get(case, ()) for case in data.cases],
        }
    )  # fmt: skip
