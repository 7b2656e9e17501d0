"""The active answers as bare arrays, which resampling shuffles thousands of times, and how far two of them go together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.typologies.tables.answer_table import Kind, ProjectTable, codes_of, levels_of, name_some
from ect_research.errors import EctError

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]
UNKNOWN = -1
_THIRDS = (1 / 3, 2 / 3)
_FEWEST_ALIKE = 3


@dataclass(frozen=True)
class Answer:
    """One variable.

    Attributes:
        name: column of the table.
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

    @property
    def bits(self) -> Floats:
        """Codes of each project, shape (n, L): 0 and 1; rows of 0, or of NaN for ``multiple``, when unknown."""
        several = self.values.ndim > 1
        return self.values if several else (self.values[:, None] == np.arange(len(self.levels))).astype(float)


def told_of(table: ProjectTable) -> tuple[Answer, ...]:
    """What the projects in play owe to their documentation: who tells each, and how often it has a code for anything.

    Such a code (« autre ») is one of three variables at least, each with two codes of its own besides. What the register does
    not say, or says alike of all, is left out.
    """
    found: list[Answer] = []
    if table.sources is not None and table.sources[table.in_play].nunique() > 1:
        name = str(table.sources.name)
        found += answers_of(replace(table, active=table.sources.to_frame(), kinds={name: "multiple"}))
    answers = answers_of(table)
    borne = Counter(code for answer in answers for code in answer.levels)
    shared = {code for code, variables in borne.items() if variables >= _FEWEST_ALIKE}
    vague = [answer for answer in answers if shared & {*answer.levels} and len({*answer.levels} - shared) >= 2]
    if len(vague) >= _FEWEST_ALIKE:
        given = [answer.bits[:, [code in shared for code in answer.levels]] > 0 for answer in vague]
        found.append(Answer("", "numeric", np.sum([bits.any(axis=1) for bits in given], axis=0, dtype=float), ()))
    return tuple(found)


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


def states_of(answer: Answer) -> Labels:
    """One state per project, shape (n,), −1 when unknown: codes, thirds of a number, sets of codes.

    Sets of codes that fewer than three projects bear are one state together.

    >>> states_of(Answer("age", "numeric", np.array([1.0, 2.0, 3.0, np.nan]), ()))
    array([ 0,  1,  2, -1])
    """
    found = np.full(len(answer.values), UNKNOWN, dtype=np.intp)
    known = answer.known
    values = answer.values[known]
    if answer.kind == "numeric":
        found[known] = np.searchsorted(np.quantile(values, _THIRDS), values, side="left") if len(values) else 0
    elif answer.kind == "multiple":
        _, which, counts = np.unique(values, axis=0, return_inverse=True, return_counts=True)
        rare = counts < _FEWEST_ALIKE
        number = np.where(rare, (~rare).sum(), np.cumsum(~rare) - 1)
        found[known] = number[which.ravel()]
    else:
        found[known] = values.astype(np.intp)
    return found


def count_pairs(first: Labels, second: Labels) -> Floats:
    """Projects in each pair of states, among those known of both, shape (…, states of the first, of the second).

    ``first``: shape (…, n); ``second``: shape (…, n).
    """
    ours = (first[..., None] == np.arange(int(first.max(initial=0)) + 1)).astype(float)
    theirs = (second[..., None] == np.arange(int(second.max(initial=0)) + 1)).astype(float)
    return np.asarray(ours.swapaxes(-1, -2) @ theirs)


def corrected_v(counts: Floats) -> Floats:
    """Cramér's V without the bias of few projects, 0–1, shape (…): 0 when one of the two does not vary.

    ``counts``: shape (…, rows, columns).

    Source:
        Bergsma (2013), *Journal of the Korean Statistical Society* 42, 323–328.

    >>> corrected_v(np.array([[[10.0, 0], [0, 10]], [[5, 5], [5, 5]]])).round(2)
    array([1., 0.])
    """
    n = np.maximum(counts.sum(axis=(-1, -2)), 2.0)
    rows, columns = counts.sum(axis=-1), counts.sum(axis=-2)
    expected = rows[..., :, None] * columns[..., None, :] / n[..., None, None]
    gaps = np.divide((counts - expected) ** 2, expected, out=np.zeros_like(expected), where=expected > 0)
    r, c = (rows > 0).sum(axis=-1), (columns > 0).sum(axis=-1)
    phi = np.maximum(gaps.sum(axis=(-1, -2)) / n - (r - 1) * (c - 1) / (n - 1), 0.0)
    least = np.minimum(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1
    return np.asarray(np.sqrt(np.minimum(np.divide(phi, least, out=np.zeros_like(phi), where=least > 1e-9), 1.0)))


def corrected_information(counts: Floats) -> float:
    """Mutual information of two variables in nats, less what chance gives at this n (Miller–Madow)."""
    kept = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if not kept.size:
        return 0.0
    share = kept / kept.sum()
    expected = share.sum(axis=1, keepdims=True) * share.sum(axis=0)
    told = float((share * np.log(np.where(share > 0, share / expected, 1.0))).sum())
    return float(told - (kept.shape[0] - 1) * (kept.shape[1] - 1) / (2 * kept.sum()))


UNANSWERED = "non_renseigne"


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
        return np.array([code == UNANSWERED for _, code in self.names])


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
        for code in (*levels, UNANSWERED)[: len(levels) + hole]
    ]
    whole = all(isinstance(column.dtype, pd.CategoricalDtype) for column in columns)
    active = np.array([code != UNANSWERED for _, code in names])
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
