"""Is the solution better than what the same search finds by chance?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from ect_research.analysis.chance import Proportion, Refusal, wilson_interval
from ect_research.analysis.conditions.calibrate import Calibrated
from ect_research.analysis.conditions.condition_study import Conditions
from ect_research.analysis.conditions.memberships import TOLERANCE, Memberships, take_memberships
from ect_research.analysis.conditions.noise_rate import best_fit, passes, score
from ect_research.analysis.conditions.solving.set_relations import LONGEST, NECESSARY, RELEVANT, necessary_rows
from ect_research.analysis.conditions.solving.truth_table import Cutoffs, TruthTable, build_truth_table
from ect_research.analysis.readable import Readable


@dataclass(frozen=True)
class OutcomePermutation(Readable):
    """Whether a solution is better than what the same search finds when the outcome owes nothing to the conditions.

    Attributes:
        observed: consistency × coverage of the best parsimonious model of the search.
        drawn: the same in each draw.
        p_value: share of the draws, the observed one among them, that do as well.
        passing: share of the draws with a solution that one would publish.
        necessary: share of the draws where some set of conditions is necessary for the outcome and relevant, as
            `build_conditions` looks for them; NaN where none is on the observed outcome.
        searched: analyses tried in each draw: choices of conditions × cutoffs.
        conditions: conditions kept by the search on the observed outcome.
        draws: number of draws.
        seed: of the draws.
    """

    exhibits = ("show_conditions",)

    observed: float
    drawn: np.ndarray
    p_value: float
    passing: Proportion
    necessary: float
    searched: int
    conditions: tuple[str, ...]
    draws: int
    seed: int


def permute_outcome(
    data: Memberships,
    cutoffs: Cutoffs | Sequence[Cutoffs],
    *,
    choose: int | None = None,
    draws: int = 199,
    seed: int = 20160,
) -> OutcomePermutation:
    """Shuffle the outcome among the cases and do the search again.

    Each case keeps its conditions, so what binds them to one another is kept. Trying several sets of conditions or several
    cutoffs and keeping the best is part of the search: say all that was tried.

    ``data``: memberships, with every condition that was tried; ``cutoffs``: the cutoffs, or all those that were
    tried; ``choose``: how many conditions were kept among those of ``data``; all of them when None.

    >>> cases = pd.DataFrame({"A": [1] * 8 + [0] * 8, "B": [0, 1] * 8, "Y": [1] * 8 + [0] * 8})
    >>> permute_outcome(take_memberships(cases, "Y", ["A", "B"]), Cutoffs(), draws=99).p_value
    0.01
    """
    tried = [cutoffs] if isinstance(cutoffs, Cutoffs) else list(cutoffs)
    subsets = list(combinations(data.conditions, choose)) if choose else [data.conditions]
    bases = [build_truth_table(data.narrowed(names), cut) for names in subsets for cut in tried]
    rng = np.random.default_rng(seed)
    own, best = _search(bases, data.outcome)
    drawn, passing = np.zeros(draws), 0
    asked, necessary = _has_necessary(data), 0
    for place in range(draws):
        outcome = rng.permutation(data.outcome)
        value, found = _search(bases, outcome)
        drawn[place] = value
        necessary += asked and _has_necessary(replace(data, outcome=outcome))
        passing += found is not None and found[1]
    as_good = int((drawn + TOLERANCE >= own).sum())
    kept = best[0].space.names if best else ()
    rates = wilson_interval(passing, draws), necessary / draws if asked else float("nan")
    return OutcomePermutation(own, drawn, (1 + as_good) / (1 + draws), *rates, len(bases), kept, draws, seed)


def _has_necessary(data: Memberships) -> bool:
    return any(necessary_rows(data, (NECESSARY, RELEVANT, 0.0), LONGEST))


def _search(bases: Iterable[TruthTable], outcome: np.ndarray) -> tuple[float, tuple[TruthTable, bool] | None]:
    value, kept = 0.0, None
    anything = False
    for base in bases:
        table = base.with_outcome(outcome)
        fit = best_fit(table)
        if fit is None:
            continue
        anything = anything or passes(fit, table.cutoffs)
        if kept is None or score(fit) > value:
            value, kept = score(fit), (table, anything)
    return value, (kept[0], anything) if kept else None


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
