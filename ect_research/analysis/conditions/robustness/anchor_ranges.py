"""How far each anchor of a calibration may move before a solution changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from ect_research.analysis.conditions.calibration.calibrate import Calibrated, read_numbers
from ect_research.analysis.conditions.robustness.cutoff_map import solutions_of
from ect_research.analysis.conditions.solving.truth_table import TruthTable, build_truth_table
from ect_research.errors import EctError

_STEPS, _HALVINGS = 24, 16


def anchor_ranges(table: TruthTable, calibrated: Calibrated, expected: Iterable[str] = ()) -> pd.DataFrame:
    """Range of each anchor, the others staying, in which the published models are those of the analysis.

    Crisp thresholds are exact: an assignment changes only where the threshold passes an observed value. Elsewhere the first
    change is met on 24 steps towards the next anchor (or the end of the data) and closed in by halving.

    Returns ``ensemble, rang`` (of the anchor, from 1), ``ancre, bas, haut``.
    """
    expected = tuple(expected)
    own = solutions_of(table, expected)[0]
    rows = []
    for name in table.space.names:
        calibration = calibrated.sets.get(name)
        if calibration is None or not calibration.anchors:
            continue
        values = pd.Series(calibrated.raw[name])[list(table.data.cases)]
        numbers = read_numbers(values)
        for rank, anchor in enumerate(calibration.anchors):

            def same(moved: float, *, name: str = name, rank: int = rank, values: pd.Series = values) -> bool:
                anchors = list(calibrated.sets[name].anchors)
                anchors[rank] = moved
                try:
                    degrees = replace(calibrated.sets[name], anchors=tuple(anchors)).degrees(values)
                except EctError:
                    return False
                return solutions_of(_with(table, name, degrees), expected)[0] == own

            low, high = _ends(calibration.anchors, rank, numbers)
            rows.append(
                {
                    "ensemble": name,
                    "rang": rank + 1,
                    "ancre": anchor,
                    "bas": _first_change(same, anchor, low),
                    "haut": _first_change(same, anchor, high),
                }
            )
    return pd.DataFrame(rows, columns=["ensemble", "rang", "ancre", "bas", "haut"])


def _with(table: TruthTable, name: str, degrees: np.ndarray) -> TruthTable:
    data = table.data
    scores = data.scores.copy()
    scores[:, data.conditions.index(name)] = degrees
    return build_truth_table(replace(data, scores=scores), table.cutoffs)


def _ends(anchors: tuple[float, ...], rank: int, values: np.ndarray) -> tuple[float, float]:
    around = sorted([*anchors, float(np.nanmin(values)), float(np.nanmax(values))])
    below = [value for value in around if value < anchors[rank]]
    above = [value for value in around if value > anchors[rank]]
    return (max(below) if below else anchors[rank], min(above) if above else anchors[rank])


def _first_change(same: Callable[[float], bool], start: float, end: float) -> float:
    """The last value known to change nothing, going from ``start`` towards ``end``."""
    held = start
    for step in np.linspace(start, end, _STEPS + 1)[1:]:
        if same(float(step)):
            held = float(step)
            continue
        changed = float(step)
        for _ in range(_HALVINGS):
            middle = (held + changed) / 2
            held, changed = (middle, changed) if same(middle) else (held, middle)
        break
    return held
