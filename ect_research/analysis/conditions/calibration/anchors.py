"""From raw values to memberships: crisp, several levels, direct, indirect."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ect_research.analysis.conditions.calibration.memberships import Vector
from ect_research.errors import EctError

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
