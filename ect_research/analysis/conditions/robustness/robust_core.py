"""What a solution shares with those of other defensible choices, and with what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ect_research.analysis.conditions.calibration.memberships import HALF, Memberships, Vector
from ect_research.analysis.conditions.solving.set_relations import Sufficiency, measure_sufficiency
from ect_research.analysis.conditions.solving.terms import Model
from ect_research.words import mark

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
