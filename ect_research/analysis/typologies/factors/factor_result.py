"""What a factor analysis hands over: clouds of projects and of codes, on the same axes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ACTIVE = "actif"
PASSIVE = "passif"
ILLUSTRATIVE = "illustratif"


@dataclass(frozen=True)
class Points:
    """Points on the axes, as bare arrays: one row per point, one column per axis.

    Attributes:
        coordinates: principal coordinates.
        contributions: in %, NaN for a point that does not weigh.
        cos2: 0–1.
        v_tests: test-values; no row for projects.
        sizes: one per point.
        roles: one per point.
    """

    coordinates: Floats
    contributions: Floats
    cos2: Floats
    v_tests: Floats
    sizes: Floats
    roles: NDArray[np.str_]


@dataclass(frozen=True)
class Cloud:
    """Points on the axes: columns of every frame are the axes, from 1. A frame is made when it is first read.

    Attributes:
        labels: index of the frames, or ``(variable, code)`` of each point.
        size_name: name of the sizes.
    """

    points: Points
    labels: pd.Index | tuple[tuple[str, str], ...]
    size_name: str = "effectif"

    @cached_property
    def index(self) -> pd.Index:
        """Names of the points."""
        if isinstance(self.labels, pd.Index):
            return self.labels
        return pd.MultiIndex.from_tuples(self.labels, names=["variable", "code"])

    @cached_property
    def coordinates(self) -> pd.DataFrame:
        """Principal coordinates."""
        return self._frame(self.points.coordinates)

    @cached_property
    def contributions(self) -> pd.DataFrame:
        """Share of the axis due to the point, in %; NaN for a point that does not weigh."""
        return self._frame(self.points.contributions)

    @cached_property
    def cos2(self) -> pd.DataFrame:
        """Quality of representation on each axis, 0–1."""
        return self._frame(self.points.cos2)

    @cached_property
    def v_tests(self) -> pd.DataFrame:
        """Test-values (about normal(0, 1) if the code were dealt at random); empty for projects."""
        return self._frame(self.points.v_tests)

    @cached_property
    def sizes(self) -> pd.Series:
        """Number of projects (weighted) of a code, weight of a project."""
        return pd.Series(self.points.sizes, index=self.index, name=self.size_name)

    @cached_property
    def roles(self) -> pd.Series:
        """``actif``, ``passif`` (of an active variable, does not weigh) or ``illustratif``."""
        return pd.Series(self.points.roles, index=self.index, name="role", dtype="str")

    def _frame(self, values: Floats) -> pd.DataFrame:
        axes = pd.RangeIndex(1, values.shape[1] + 1, name="axe")
        return pd.DataFrame(values, index=self.index[: len(values)], columns=axes)


@dataclass(frozen=True)
class FactorAnalysis:
    """Result of a multiple correspondence analysis (``acm``) or of a factor analysis of mixed data (``afdm``).

    Attributes:
        method: ``acm`` or ``afdm``.
        eigenvalues: one row per axis with inertia: ``axe, valeur_propre, taux, cumul, taux_benzecri,
            taux_greenacre`` (rates in %; adjusted ones NaN where they have no meaning).
        projects: index ``projet_id``.
        codes: index ``(variable, code)``.
        numeric: correlation of each numeric variable with each axis; index ``variable``.
        eta2: share of each axis explained by each coded variable, 0–1, an illustrative one among those who answer it; index
            ``variable``.
        n: projects in play.
        q: active variables.
    """

    method: Literal["acm", "afdm"]
    eigenvalues: pd.DataFrame
    projects: Cloud
    codes: Cloud
    numeric: pd.DataFrame
    eta2: pd.DataFrame
    n: int
    q: int


def describe_axis(analysis: FactorAnalysis, axis: int) -> pd.DataFrame:
    """The codes of one axis, the largest contributions first, then those that do not weigh.

    Returns ``variable, code, role, effectif, coordonnee, contribution, cos2, valeur_test, au_dessus`` (whether the
    contribution is above the mean of the codes that weigh).
    """
    codes = analysis.codes
    contribution = codes.contributions[axis]
    frame = pd.DataFrame(
        {
            "role": codes.roles,
            "effectif": codes.sizes,
            "coordonnee": codes.coordinates[axis],
            "contribution": contribution,
            "cos2": codes.cos2[axis],
            "valeur_test": codes.v_tests[axis],
            "au_dessus": contribution > 100 / max(int(contribution.notna().sum()), 1),
        }
    )
    return frame.sort_values("contribution", ascending=False, kind="stable", na_position="last").reset_index()
