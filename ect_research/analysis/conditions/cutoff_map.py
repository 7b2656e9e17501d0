"""Exact sensitivity: a solution changes only where a cutoff passes an observed value; between two of them, nothing moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd

from ect_research.analysis.conditions.calibrate import Calibrated, read_numbers
from ect_research.analysis.conditions.memberships import TOLERANCE
from ect_research.analysis.conditions.solving.minimise import minimise
from ect_research.analysis.conditions.solving.terms import Model
from ect_research.analysis.conditions.solving.truth_table import Cutoffs, TruthTable, build_truth_table
from ect_research.errors import EctError

Found = tuple[frozenset[Model], frozenset[Model]]


def solutions_of(table: TruthTable, expected: tuple[str, ...] = ()) -> Found:
    """The models published (intermediate ones, or parsimonious ones when nothing is expected) and the parsimonious ones."""
    solved = minimise(table, expected=expected, most=200)
    short = frozenset(solved.parsimonious.models)
    return frozenset(solved.intermediate) if expected else short, short


def sensitivity_map(table: TruthTable, expected: Iterable[str] = ()) -> pd.DataFrame:
    """Every interval of each cutoff, the other two staying where they are, and its solution.

    Returns ``axe`` (``coherence, pri, effectif``), ``bas`` (left out), ``haut`` (included), ``solution`` (models
    published, joined by « | »), ``parcimonieuse``, ``positives`` (rows that lead to the outcome), ``meme`` (same
    published models as the analysis), ``meme_parcimonieuse``, ``actuel`` (the interval of the cutoff used).

    >>> from ect_research.analysis.conditions.memberships import take_memberships
    >>> from ect_research.analysis.conditions.solving.truth_table import build_truth_table
    >>> cases = pd.DataFrame({"A": [1, 1, 1, 0, 0], "Y": [1, 1, 0, 0, 0]})
    >>> told = sensitivity_map(build_truth_table(take_memberships(cases, "Y", ["A"]), Cutoffs(0.6)))
    >>> told.loc[told["axe"] == "coherence", ["bas", "haut", "parcimonieuse"]].round(2).values.tolist()
    [[0.0, 0.67, 'A'], [0.67, 1.0, '']]
    """
    expected = tuple(expected)
    own = solutions_of(table, expected)
    known: dict[tuple[str, ...], Found] = {table.codes: own}
    rows = []
    for axis, bounds in _bounds(table):
        for low, high in pairwise(bounds):
            other = table.recoded(_at(table.cutoffs, axis, high))
            if other.codes not in known:
                known[other.codes] = solutions_of(other, expected)
            found = known[other.codes]
            current = _value(table.cutoffs, axis)
            rows.append(
                {
                    "axe": axis,
                    "bas": low,
                    "haut": high,
                    "solution": _written(table, found[0]),
                    "parcimonieuse": _written(table, found[1]),
                    "positives": other.codes.count("1"),
                    "meme": found[0] == own[0],
                    "meme_parcimonieuse": found[1] == own[1],
                    "actuel": bool((low + TOLERANCE < current or low == current == 0) and current <= high + TOLERANCE),
                }
            )
    return pd.DataFrame(rows)


def cutoff_ranges(told: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """How far each cutoff may move, the others staying, before a solution changes: (left out, included).

    >>> cutoff_ranges(pd.DataFrame({"axe": ["pri"] * 3, "bas": [0, 0.2, 0.5], "haut": [0.2, 0.5, 1], "meme": [True, True, False],
    ...                             "actuel": [False, True, False]}))
    {'pri': (0.0, 0.5)}
    """
    ranges = {}
    for axis, rows in told.groupby("axe", sort=False):
        kept = rows.reset_index(drop=True)
        at = np.flatnonzero(kept["actuel"])
        if not len(at):
            continue
        low = high = int(at[0])
        while low > 0 and kept["meme"][low - 1]:
            low -= 1
        while high + 1 < len(kept) and kept["meme"][high + 1]:
            high += 1
        ranges[str(axis)] = (float(kept["bas"][low]), float(kept["haut"][high]))
    return ranges


def _bounds(table: TruthTable) -> Iterator[tuple[str, list[float]]]:
    seen = table.n >= table.cutoffs.cases
    for axis, values in (("coherence", table.consistency[seen]), ("pri", table.pri[seen])):
        inside = np.unique(values[(values > TOLERANCE) & (values < 1 - TOLERANCE)])
        apart = inside[np.diff(inside, prepend=-1) > 2 * TOLERANCE]
        yield axis, [0.0, *apart.tolist(), 1.0]
    yield "effectif", [0.0, *sorted(set(map(float, table.n)))]


def _at(cutoffs: Cutoffs, axis: str, value: float) -> Cutoffs:
    if axis == "effectif":
        return replace(cutoffs, cases=int(value))
    if axis == "pri":
        return replace(cutoffs, pri=value)
    second = cutoffs.contradiction
    return replace(cutoffs, consistency=value, contradiction=None if second is None else min(second, value))


def _value(cutoffs: Cutoffs, axis: str) -> float:
    return {"coherence": cutoffs.consistency, "pri": cutoffs.pri, "effectif": float(cutoffs.cases)}[axis]


def _written(table: TruthTable, models: frozenset[Model]) -> str:
    return " | ".join(sorted(map(table.space.write_model, models)))


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
