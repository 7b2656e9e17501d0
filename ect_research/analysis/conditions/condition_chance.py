"""Is the solution better than what the same search finds by chance?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.conditions.calibration.calibrate import Calibrated
from ect_research.analysis.conditions.calibration.memberships import take_memberships
from ect_research.analysis.conditions.condition_study import Conditions
from ect_research.analysis.conditions.noise.outcome_permutation import OutcomePermutation, permute_outcome


def test_conditions(
    study: Conditions | Refusal,
    *,
    among: pd.DataFrame | Calibrated | None = None,
    tried: Sequence[str] = (),
    cutoffs: Iterable[Mapping[str, Any]] = (),
    draws: int = 199,
    seed: int = 20160,
) -> OutcomePermutation | Refusal:
    """Shuffle the outcome among the cases, and do the whole search again each time.

    Args:
        study: from ``build_conditions``.
        among: the table of memberships that the conditions were chosen from; those of the study when None.
        tried: every condition that was considered, those kept included: the search tries each choice of as many among them.
        cutoffs: every set of cutoffs that was considered, besides those of the study: ``[{"consistency": 0.75}]``.
        draws: number of draws.
        seed: of the draws.

    >>> from ect_research.analysis.conditions.condition_study import build_conditions
    >>> rows = pd.DataFrame({"A": [1, 0] * 8, "B": [1, 1, 0, 0] * 4, "Y": [1, 0] * 8})
    >>> test_conditions(build_conditions(rows, "Y", ["A", "B"]), draws=99).p_value
    0.01
    """
    if isinstance(study, Refusal):
        return study
    data, own = study.data, study.present.table.cutoffs
    if among is not None and tried:
        frame = among.table if isinstance(among, Calibrated) else among
        levels = {name: among.levels[name] for name in tried} if isinstance(among, Calibrated) else None
        known = frame.loc[[case in data.cases for case in map(str, frame.index)]]
        outcome = pd.Series(data.outcome, index=data.cases).reindex(list(map(str, known.index))).to_numpy()
        data = take_memberships(known.assign(**{"\0": outcome}), "\0", list(tried), levels=levels)
    every = list(dict.fromkeys([own, *(replace(own, **one) for one in cutoffs)]))
    return permute_outcome(data, every, choose=len(study.data.conditions), draws=draws, seed=seed)


test_conditions.__test__ = False  # type: ignore[attr-defined]  # a test of a hypothesis, not of this program
