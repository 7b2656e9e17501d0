"""Cases in sets: a checked table of memberships, crisp, fuzzy or multi-value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.errors import EctError

Vector = NDArray[np.float64]
HALF = 0.5
TOLERANCE = 1.5e-8


@dataclass(frozen=True)
class Memberships:
    """Memberships of cases in an outcome and in conditions, checked.

    Attributes:
        conditions: names of the conditions, in order.
        levels: number of levels of each condition (2: absent or present, or a degree between the two).
        scores: shape (cases, conditions): degrees between 0 and 1, or levels 0, 1, 2… where ``levels`` is above 2.
        outcome: membership of each case in the outcome, between 0 and 1.
        outcome_name: what the outcome is called.
        left_out: cases without an answer to one of the conditions or to the outcome.
    """

    cases: tuple[str, ...]
    conditions: tuple[str, ...]
    levels: tuple[int, ...]
    scores: NDArray[np.float64]
    outcome: Vector
    outcome_name: str
    left_out: tuple[str, ...] = ()

    def literal(self, place: int, level: int) -> Vector:
        """Membership of each case in one level of one condition."""
        score: Vector = self.scores[:, place]
        if self.levels[place] > 2:
            return np.asarray(score == level, dtype=np.float64)
        return score if level else 1.0 - score

    def term(self, term: Sequence[tuple[int, int]]) -> Vector:
        """Membership in a conjunction: the least of its literals; 1 in the empty one."""
        least = np.ones(len(self.cases))
        for place, level in term:
            least = np.minimum(least, self.literal(place, level))
        return least

    def model(self, model: Sequence[Sequence[tuple[int, int]]]) -> Vector:
        """Membership in a sum of terms: the greatest of them; 0 in the empty one."""
        most = np.zeros(len(self.cases))
        for term in model:
            most = np.maximum(most, self.term(term))
        return most

    def negated(self) -> Memberships:
        """The same cases and conditions, the outcome turned round."""
        name = self.outcome_name[1:] if self.outcome_name.startswith("~") else f"~{self.outcome_name}"
        return self.with_outcome(1 - self.outcome, name)

    def with_outcome(self, outcome: Vector, name: str) -> Memberships:
        """The same conditions with another outcome."""
        return replace(self, outcome=outcome, outcome_name=name)

    def only(self, kept: NDArray[np.bool_]) -> Memberships:
        """Some of the cases."""
        names = tuple(case for case, keep in zip(self.cases, kept, strict=True) if keep)
        return replace(self, cases=names, scores=self.scores[kept], outcome=self.outcome[kept])

    def narrowed(self, conditions: Sequence[str]) -> Memberships:
        """Some of the conditions."""
        places = [self.conditions.index(name) for name in conditions]
        levels = tuple(self.levels[place] for place in places)
        return replace(self, conditions=tuple(conditions), levels=levels, scores=self.scores[:, places])

    def at_half(self) -> NDArray[np.bool_]:
        """Cases neither in nor out of a condition: they belong to no row of the truth table."""
        graded = np.array(self.levels) == 2
        return np.asarray((np.abs(self.scores[:, graded] - HALF) <= TOLERANCE).any(axis=1), dtype=np.bool_)


def take_memberships(
    table: pd.DataFrame, outcome: str, conditions: Sequence[str], *, levels: Mapping[str, int] | None = None
) -> Memberships:
    """Check a table of memberships; a case that misses a value is left out and named.

    ``table``: one row per case, named by the index; degrees between 0 and 1, or levels 0, 1, 2…. ``outcome``: column
    of the outcome; ``~Y`` for its absence, ``Y[1]`` for one level. ``conditions``: columns of the conditions;
    ``levels``: number of levels of the conditions that have more than two; what the data show where not said.

    Raises:
        EctError: an unknown or repeated column, a case named twice, a value that is no membership, a constant condition
            or outcome.

    >>> table = pd.DataFrame({"A": [0, 1, 1], "B": [0.2, 0.7, None], "Y": [0, 1, 1]}, index=["p", "q", "r"])
    >>> taken = take_memberships(table, "Y", ["A", "B"])
    >>> taken.cases, taken.left_out
    (('p', 'q'), ('r',))
    """
    negated = outcome.startswith("~")
    column, _, level = outcome.removeprefix("~").removesuffix("]").partition("[")
    _check_columns(table, column, conditions)
    numbers = table[[*conditions, column]].apply(pd.to_numeric, errors="coerce")
    _check_numbers(table[[*conditions, column]], numbers)
    complete = numbers.notna().all(axis=1)
    kept = numbers[complete]
    reached = kept[column] if not level else (kept[column] == int(level)).astype(float)
    most = {name: _level_count(kept[name], (levels or {}).get(name)) for name in conditions}
    _check_degrees(reached, column, 2)
    for name in conditions:
        _check_degrees(kept[name], name, most[name])
    for name, values in ((column, reached), *((name, kept[name]) for name in conditions)):
        if len(values) and (values == values.iloc[0]).all():
            raise EctError(
                "« {name} » vaut {value} pour les {n} cas complets : ce qui ne varie pas n’explique rien. Retirer cette "
                "colonne, ou changer son calage.",
                name=name,
                value=values.iloc[0],
                n=len(values),
            )
    return Memberships(
        tuple(map(str, kept.index)),
        tuple(conditions),
        tuple(most.values()),
        kept[list(conditions)].to_numpy(float),
        (1 - reached if negated else reached).to_numpy(float),
        outcome,
        tuple(map(str, table.index[~complete])),
    )


def _level_count(values: pd.Series, said: int | None) -> int:
    if said is not None:
        return said
    return int(values.max()) + 1 if len(values) and values.max() > 1 else 2


def _check_columns(table: pd.DataFrame, outcome: str, conditions: Sequence[str]) -> None:
    missing = [name for name in (outcome, *conditions) if name not in table]
    if missing:
        raise EctError(
            "Colonnes inconnues : {missing}. Celles du tableau : {known}.",
            missing=", ".join(missing),
            known=", ".join(map(str, table.columns)),
        )
    if not conditions or len(set(conditions)) < len(conditions) or outcome in conditions:
        raise EctError(
            "Il faut des conditions toutes différentes, et différentes du résultat « {outcome} » : {conditions}.",
            outcome=outcome,
            conditions=", ".join(conditions),
        )
    if table.index.hasnans:
        raise EctError(
            "Un cas n’a pas de nom, à la ligne {row}. Un cas nommé « NA » se lit avec keep_default_na=False.",
            row=int(np.flatnonzero(table.index.isna())[0]) + 1,
        )
    twice = table.index[table.index.duplicated()]
    if len(twice):
        raise EctError("Le cas « {case} » est écrit deux fois : un cas, une ligne.", case=twice[0])


def _check_numbers(said: pd.DataFrame, numbers: pd.DataFrame) -> None:
    unread = said.notna() & numbers.isna()
    if unread.to_numpy().any():
        row, column = np.argwhere(unread.to_numpy())[0]
        raise EctError(
            "Cas « {case} », colonne « {column} » : « {value} » n’est pas une appartenance ; un nombre est attendu.",
            case=said.index[row],
            column=said.columns[column],
            value=said.iloc[row, column],
        )


def _check_degrees(values: pd.Series, name: str, levels: int) -> None:
    whole = values.eq(values.round()) & values.between(0, levels - 1)
    wrong = values[~(whole if levels > 2 else values.between(0, 1))]
    if len(wrong):
        raise EctError(
            "Cas « {case} », colonne « {column} » : {value} n’est pas une appartenance ; attendu : {expected}.",
            case=wrong.index[0],
            column=name,
            value=wrong.iloc[0],
            expected=f"0, 1 … {levels - 1}" if levels > 2 else "[0, 1]",
        )


_SNAP = 1e-4
_INDIRECT_DIGITS = 6


def level_of(values: Vector, thresholds: Sequence[float]) -> Vector:
    """Level of each value: how many thresholds it reaches; one threshold gives 0 or 1.

    >>> level_of(np.array([1.0, 3.0, 5.0]), [3, 4]).tolist()
    [0.0, 1.0, 2.0]
    """
    bounds = _rising(thresholds)
    return np.where(np.isnan(values), np.nan, np.searchsorted(bounds, values, side="right"))


def direct_membership(values: Vector, anchors: Sequence[float], *, inclusion: float = 0.95) -> Vector:
    """Direct calibration: a logistic curve through full non-membership, the crossover and full membership.

    ``anchors``: value that is out (membership 1 − ``inclusion``), value at 0.5, value that is in (``inclusion``);
    falling anchors give a falling curve. ``inclusion``: degree of membership at the last anchor.

    Raises:
        EctError: anchors that are not three, in one direction.

    Source:
        Ragin (2008), *Redesigning Social Inquiry*, ch. 5; degrees within 0.0001 of 0 or 1 are set there.

    >>> direct_membership(np.array([0.0, 5.0, 20.0]), (0, 5, 20)).round(3).tolist()
    [0.05, 0.5, 0.95]
    """
    steps = np.diff(anchors)
    if len(anchors) != 3 or not (np.all(steps > 0) or np.all(steps < 0)):
        raise EctError(
            "Calage direct : trois ancres sont attendues, toutes croissantes ou toutes décroissantes (hors de l’ensemble, "
            "point de bascule, dans l’ensemble) ; reçu : {anchors}.",
            anchors=", ".join(map(str, anchors)),
        )
    out, crossover, full = anchors
    beyond = (values - crossover) * np.sign(full - out) >= 0
    width = np.where(beyond, full - crossover, crossover - out)
    degree = 1 / (1 + np.exp(-(values - crossover) / width * np.log(inclusion / (1 - inclusion))))
    degree = np.where(degree < _SNAP, 0.0, degree)
    return np.where(degree > 1 - _SNAP, 1.0, degree)


def indirect_membership(values: Vector, thresholds: Sequence[float]) -> Vector:
    """Indirect calibration: values grouped by thresholds, then a fractional logit that smooths the degrees of the groups.

    ``values``: raw values, above 0 (their logarithm is a term of the curve); ``thresholds``: bounds between groups,
    the first of which is out and the last of which is in.

    Raises:
        EctError: a value that is not above 0.

    Source:
        Ragin (2008), ch. 5; terms log x, √x, x, x², degrees rounded to six decimals as R QCA does.
    """
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    known = ~np.isnan(values)
    if (values[known] <= 0).any():
        raise EctError("Calage indirect : {value} n’est pas au-dessus de 0. Ajouter une constante, ou caler directement.",
                       value=float(values[known].min()))  # fmt: skip
    x = values[known]
    groups = level_of(x, thresholds) / len(thresholds)
    terms = np.column_stack([np.ones(len(x)), np.log(x), np.sqrt(x), x, x**2])
    fitted = GLM(groups, terms, family=Binomial()).fit().fittedvalues
    degrees = np.full(len(values), np.nan)
    degrees[known] = np.round(fitted, _INDIRECT_DIGITS)
    return degrees


def gap_thresholds(values: Vector, groups: int = 2) -> tuple[float, ...]:
    """Thresholds in the widest gaps: middles between groups of a complete-linkage clustering.

    They are where the data leave a hole, not where a concept changes: a starting point for a discussion.

    >>> gap_thresholds(np.array([1.0, 2.0, 9.0, 10.0]))
    (5.5,)
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    x = np.sort(values[~np.isnan(values)])
    label = fcluster(linkage(x[:, None], method="complete"), groups, criterion="maxclust")
    cuts = np.flatnonzero(np.diff(label))
    return tuple(float(x[place] + x[place + 1]) / 2 for place in cuts)


def _rising(thresholds: Sequence[float]) -> NDArray[np.float64]:
    bounds = np.asarray(thresholds, dtype=float)
    if not len(bounds) or (np.diff(bounds) <= 0).any():
        raise EctError(
            "Seuils attendus dans l’ordre croissant, un au moins : {thresholds}.",
            thresholds=", ".join(map(str, thresholds)),
        )
    return bounds
