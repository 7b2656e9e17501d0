"""The complete disjunctive table: one column per code, the unknown apart."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.typologies.tables.answer_table import Kind, codes_of, levels_of, name_some
from ect_research.errors import EctError

Floats = NDArray[np.float64]
UNKNOWN = "non_renseigne"


@dataclass(frozen=True)
class Indicator:
    """Projects × codes.

    Attributes:
        cells: shares, shape (n, J): 1 for the only code of a project, 1/m for each of its m codes; each variable
            sums to 1 over a project.
        names: ``(variable, code)`` of each column, J of them; unknown values have the code ``non_renseigne``.
        active: whether each column weighs in the axes, shape (J,).
        variable: number of the variable of each column, shape (J,).
        q: number of variables.
        whole: whether every cell is 0 or 1.
    """

    cells: Floats
    names: tuple[tuple[str, str], ...]
    active: NDArray[np.bool_]
    variable: NDArray[np.intp]
    q: int
    whole: bool = False

    @cached_property
    def columns(self) -> pd.MultiIndex:
        """Labels of the columns, MultiIndex ``(variable, code)``."""
        return pd.MultiIndex.from_tuples(self.names, names=["variable", "code"])

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """Whether each column holds the unknown, shape (J,)."""
        return np.array([code == UNKNOWN for _, code in self.names])


def build_indicator(frame: pd.DataFrame, kinds: dict[str, Kind], rows: NDArray[np.bool_] | None = None) -> Indicator:
    """The disjunctive table of coded variables; the unknown has a column of its own, passive.

    ``frame``: coded columns only; ``rows``: rows that decide which codes exist (those in play); all when omitted.

    Raises:
        EctError: a code that no row in play bears.

    >>> frame = pd.DataFrame({"theme": [("eau", "bois"), ("eau",), None]})
    >>> build_indicator(frame, {"theme": "multiple"}).cells
    array([[0.5, 0.5, 0. ],
           [0. , 1. , 0. ],
           [0. , 0. , 1. ]])
    """
    deciding = None if rows is None or rows.all() else rows
    columns = [column for _, column in frame.items()]
    known = [levels_of(column if deciding is None else column[deciding], kinds[str(column.name)]) for column in columns]
    for column, levels in zip(columns, known, strict=True):
        _check_seen(column, levels)
    holed = [_has_holes(column) for column in columns]
    sizes = [len(levels) + hole for levels, hole in zip(known, holed, strict=True)]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    cells = np.zeros((len(frame), int(starts[-1])))
    for column, levels, start in zip(columns, known, starts.tolist(), strict=False):
        _write(cells, column, levels, start)
    names = [
        (str(column.name), code)
        for column, levels, hole in zip(columns, known, holed, strict=True)
        for code in (*levels, UNKNOWN)[: len(levels) + hole]
    ]
    whole = all(isinstance(column.dtype, pd.CategoricalDtype) for column in columns)
    active = np.array([code != UNKNOWN for _, code in names])
    return Indicator(cells, tuple(names), active, np.repeat(np.arange(len(sizes)), sizes), len(columns), whole)


def keep_columns(indicator: Indicator, kept: NDArray[np.bool_]) -> Indicator:
    """Some of the columns."""
    return replace(
        indicator,
        cells=indicator.cells[:, kept],
        names=tuple(name for name, keep in zip(indicator.names, kept.tolist(), strict=True) if keep),
        active=indicator.active[kept],
        variable=indicator.variable[kept],
    )


def set_passive(
    indicator: Indicator, weights: Floats, below: float, codes: Collection[tuple[str, str]] = ()
) -> Indicator:
    """Make rare codes passive: a share under ``below``, or one project only, unless ``below`` is 0."""
    rare = np.zeros(len(indicator.names), dtype=bool)
    if below > 0:
        share = weights @ indicator.cells / weights.sum()
        rare = (share < below) | (np.count_nonzero(indicator.cells, axis=0) < 2)
    given = set(codes)
    named = np.array([name in given for name in indicator.names])
    return replace(indicator, active=indicator.active & ~rare & ~named)


def _check_seen(column: pd.Series, levels: list[str]) -> None:
    if isinstance(column.dtype, pd.CategoricalDtype):
        if len(levels) == len(column.array.categories):
            return
        seen = set(levels_of(column, "nominal"))
    else:
        seen = {code for cell in column for code in codes_of(cell)}
    strange = seen.difference(levels)
    if strange:
        bearers = [name for name, cell in column.items() if strange.intersection(codes_of(cell))]
        raise EctError(
            "Variable « {name} » : {strange} n’existe chez aucun projet actif (passifs concernés : {bearers}). Rendre "
            "ces projets actifs ou vider leur réponse.",
            name=column.name,
            strange=name_some(sorted(strange)),
            bearers=name_some(bearers),
        )


def _has_holes(column: pd.Series) -> bool:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return bool((column.array.codes < 0).any())
    return any(not codes_of(cell) for cell in column)


def _write(cells: Floats, column: pd.Series, levels: list[str], start: int) -> None:
    """Write one variable into its columns of the table; what is not among the levels is unknown, and comes last."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        place = {code: start + number for number, code in enumerate(levels)}
        last = start + len(levels)
        to_column = np.array([place.get(str(code), last) for code in column.array.categories.tolist()] + [last])
        cells[np.arange(len(column)), to_column[column.array.codes]] = 1.0
        return
    for row, cell in enumerate(column):
        places = [start + levels.index(code) for code in codes_of(cell) if code in levels] or [start + len(levels)]
        cells[row, places] = 1 / len(places)
