"""The active answers as bare arrays: what resampling shuffles, redraws and measures thousands of times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ect_research.analysis.typologies.tables.answer_table import codes_of, levels_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ect_research.analysis.typologies.tables.answer_table import Kind, ProjectTable

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Answer:
    """One variable.

    Attributes:
        name: column of the table.
        kind: its kind.
        values: numbers or ranks of codes, shape (n,), NaN when unknown; for ``multiple``, membership of each code,
            shape (n, L), rows of NaN when unknown.
        levels: codes, L of them; none for a number; the whole scale of an ordinal variable, seen or not.
    """

    name: str
    kind: Kind
    values: Floats
    levels: tuple[str, ...]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whether each project answers, shape (n,)."""
        return np.isfinite(self.values if self.values.ndim == 1 else self.values[:, 0])


def answers_of(table: ProjectTable) -> tuple[Answer, ...]:
    """The active variables of the projects in play.

    >>> import pandas as pd
    >>> from ect_research.analysis.typologies.tables.answer_table import prepare_table
    >>> table = prepare_table(pd.DataFrame({"objet": ["y", "x", None]}, index=list("ABC")), ["objet"])
    >>> answers_of(table)[0].values
    array([ 1.,  0., nan])
    """
    found = []
    for name in table.active.columns:
        column, kind = table.active.loc[table.in_play, name], table.kinds[name]
        if kind == "numeric":
            found.append(Answer(str(name), kind, column.to_numpy(dtype=float), ()))
            continue
        levels = [*column.cat.categories] if kind == "ordinal" else levels_of(column, kind)
        place = {code: float(number) for number, code in enumerate(levels)}
        if kind == "multiple":
            values = np.full((len(column), len(levels)), np.nan)
            for row, cell in enumerate(column):
                if codes := codes_of(cell):
                    values[row] = 0.0
                    values[row, [int(place[code]) for code in codes]] = 1.0
        else:
            ranks = np.array([place.get(str(code), np.nan) for code in column.cat.categories] + [np.nan])
            values = ranks[column.cat.codes.to_numpy()]
        found.append(Answer(str(name), kind, values, tuple(levels)))
    return tuple(found)


def deal(answer: Answer, chance: np.random.Generator) -> NDArray[np.intp]:
    """Whose answer each project gets, shape (n,): a permutation of the projects that answer."""
    order = np.arange(len(answer.values))
    known = np.flatnonzero(answer.known)
    order[known] = chance.permutation(known)
    return order
