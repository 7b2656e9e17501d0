"""What was expected against what was found: the officer's hypothesis crossed with the solution."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ect_research.analysis.conditions.calibration.memberships import HALF, Memberships
from ect_research.analysis.conditions.solving.set_relations import measure_sufficiency
from ect_research.analysis.conditions.solving.terms import Model
from ect_research.words import mark

_MEETINGS = (
    (mark("attendu et trouvé"), 1, 1),
    (mark("trouvé sans être attendu"), 0, 1),
    (mark("attendu et non trouvé"), 1, 0),
    (mark("ni attendu ni trouvé"), 0, 0),
)


def evaluate_theory(data: Memberships, theory: Model, solution: Model) -> pd.DataFrame:
    """The four meetings of a hypothesis (T) and a solution (S), their fit and their cases.

    Args:
        data: memberships.
        theory: the hypothesis, as a sum of terms (``Space.read("A*B + C")``).
        solution: a model.

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
