"""The complete disjunctive table: one column per code, under one of four treatments of what is unknown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ect_research.analysis.typologies.table import codes_of, levels_of, name_some
from ect_research.errors import EctError

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from ect_research.analysis.typologies.table import Kind

    Floats = NDArray[np.float64]

Missing = Literal["passive", "imputed", "average", "category"]
UNKNOWN = "non_renseigne"


@dataclass(frozen=True)
class Indicator:
    """Projects × codes.

    Attributes:
        cells: shares, shape (n, J): 1 for the only code of a project, 1/m for each of its m codes; each variable
            sums to 1 over a project.
        columns: MultiIndex ``(variable, code)``, J entries; unknown values have the code ``non_renseigne``.
        active: whether each column weighs in the axes, shape (J,).
        variable: number of the variable of each column, shape (J,).
        q: number of variables.
    """

    cells: Floats
    columns: pd.MultiIndex
    active: NDArray[np.bool_]
    variable: NDArray[np.intp]
    q: int


def build_indicator(frame: pd.DataFrame, kinds: dict[str, Kind], rows: NDArray[np.bool_] | None = None) -> Indicator:
    """The disjunctive table of coded variables; the unknown has a column of its own, passive.

    Args:
        frame: coded columns only.
        kinds: kind of each column.
        rows: rows that decide which codes exist (those in play); all when omitted.

    Raises:
        EctError: a code that no row in play bears.

    >>> frame = pd.DataFrame({"theme": [("eau", "bois"), ("eau",), None]})
    >>> build_indicator(frame, {"theme": "multiple"}).cells
    array([[0.5, 0.5, 0. ],
           [0. , 1. , 0. ],
           [0. , 0. , 1. ]])
    """
    deciding = None if rows is None or rows.all() else rows
    blocks, names, owner = [], [], []
    for place, name in enumerate(frame.columns):
        column = frame[name]
        known = levels_of(column if deciding is None else column[deciding], kinds[name])
        _check_seen(column, known)
        block, levels = _block(column, known)
        blocks.append(block)
        names += [(str(name), level) for level in levels]
        owner += [place] * len(levels)
    columns = pd.MultiIndex.from_tuples(names, names=["variable", "code"])
    active = np.array([code != UNKNOWN for _, code in names])
    return Indicator(np.hstack(blocks), columns, active, np.array(owner), frame.shape[1])


def treat_unknown(indicator: Indicator, missing: Missing, weights: Floats) -> Indicator:
    """The same table with the unknown as a code of its own, as the average project, or left passive.

    ``imputed`` is not treated here: see `impute_codes`, which starts from ``average``.
    """
    unknown = np.asarray(indicator.columns.get_level_values("code") == UNKNOWN)
    if missing == "category":
        return replace(indicator, active=np.ones(len(unknown), dtype=bool))
    if missing == "passive":
        return indicator
    cells = indicator.cells.copy()
    for place in np.unique(indicator.variable[unknown]):
        block = (indicator.variable == place) & ~unknown
        lost = cells[:, (indicator.variable == place) & unknown][:, 0] == 1
        known = weights[~lost] @ cells[np.ix_(~lost, block)]
        cells[np.ix_(lost, block)] = known / known.sum()
    return keep_columns(replace(indicator, cells=cells), ~unknown)


def keep_columns(indicator: Indicator, kept: NDArray[np.bool_]) -> Indicator:
    """Some of the columns."""
    return replace(
        indicator,
        cells=indicator.cells[:, kept],
        columns=indicator.columns[kept],
        active=indicator.active[kept],
        variable=indicator.variable[kept],
    )


def set_passive(
    indicator: Indicator, weights: Floats, below: float, codes: Collection[tuple[str, str]] = ()
) -> Indicator:
    """Make rare codes passive: a share under ``below``, or one project only, unless ``below`` is 0."""
    share = weights @ indicator.cells / weights.sum()
    borne = (indicator.cells > 0).sum(axis=0)
    rare = (share < below) | (borne < 2) if below > 0 else np.zeros(len(share), dtype=bool)
    named = np.array([tuple(column) in set(codes) for column in indicator.columns])
    return replace(indicator, active=indicator.active & ~rare & ~named)


def _check_seen(column: pd.Series, levels: list[str]) -> None:
    if isinstance(column.dtype, pd.CategoricalDtype):
        if len(levels) == len(column.cat.categories):
            return
        seen = set(levels_of(column, "nominal"))
    else:
        seen = {code for cell in column for code in codes_of(cell)}
    strange = seen.difference(levels)
    if strange:
        bearers = [name for name, cell in column.items() if strange.intersection(codes_of(cell))]
        raise EctError(
            f"Variable « {column.name} » : {name_some(sorted(strange))} n’existe chez aucun projet actif "
            f"(passifs concernés : {name_some(bearers)}). Rendre ces projets actifs ou vider leur réponse.",
            f"Variable “{column.name}”: {name_some(sorted(strange))} is borne by no active project.",
        )


def _block(column: pd.Series, levels: list[str]) -> tuple[Floats, list[str]]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        place = {code: number for number, code in enumerate(levels)}
        to_level = np.array([place.get(str(code), len(levels)) for code in column.cat.categories] + [len(levels)])
        block = np.zeros((len(column), len(levels) + 1))
        block[np.arange(len(column)), to_level[column.array.codes]] = 1.0
    else:
        cells = [[code for code in codes_of(cell) if code in levels] for cell in column]
        block = np.zeros((len(cells), len(levels) + 1))
        for row, codes in enumerate(cells):
            places = [levels.index(code) for code in codes] or [len(levels)]
            block[row, places] = 1 / len(places)
    if block[:, -1].any():
        return block, [*levels, UNKNOWN]
    return block[:, :-1], levels
