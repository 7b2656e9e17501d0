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


_NOTHING = 1e-11


@dataclass(frozen=True)
class Axes:
    """Axes of a weighted cloud.

    Attributes:
        eigenvalues: inertia of every axis that has some, in decreasing order.
        rows: principal coordinates of the rows, shape (n, axes kept).
        directions: right vectors, orthonormal for the column weights, shape (J, axes kept).
        columns: principal coordinates of the columns, shape (J, axes kept).
    """

    eigenvalues: Floats
    rows: Floats
    directions: Floats
    columns: Floats


@dataclass(frozen=True)
class Directions:
    """Axes as seen by the columns alone.

    Attributes:
        eigenvalues: inertia of every axis that has some, in decreasing order.
        right: unit right vectors of the axes kept, signed, shape (J, axes kept).
    """

    eigenvalues: Floats
    right: Floats


def principal_directions(squares: Floats, kept: int) -> Directions:
    """Axes from the cross-products of the scaled columns (a J × J matrix), with FactoMineR's sign rule.

    >>> principal_directions(np.array([[0.5, -0.5], [-0.5, 0.5]]), 2).eigenvalues.round(12)
    array([1.])
    """
    values, right = np.linalg.eigh(squares)
    return _signed(np.maximum(values[::-1], 0.0), right[:, ::-1], kept)


def _signed(values: Floats, right: Floats, kept: int) -> Directions:
    some = values > _NOTHING * max(float(values[:1].sum()), 1e-300)
    values, right = values[some], right[:, some][:, :kept]
    return Directions(values, right * np.where(right.sum(axis=0) < 0, -1.0, 1.0))


def decompose(centred: Floats, row_weights: Floats, column_weights: Floats, kept: int) -> Axes:
    """Axes of a table whose rows and columns carry weights.

    Signs: each unit right vector has a non-negative sum, the rule FactoMineR follows.

    ``centred``: table, shape (n, J); ``row_weights``: shape (n,), sum 1; ``column_weights``: shape (J,), 0 for a
    column that does not weigh; ``kept``: number of axes returned; fewer when the cloud has fewer.

    >>> axes = decompose(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([0.5, 0.5]), np.array([0.5, 0.5]), 2)
    >>> axes.eigenvalues.round(12), axes.rows.shape
    (array([1.]), (2, 1))
    """
    scale = np.sqrt(column_weights)
    scaled = np.sqrt(row_weights)[:, None] * centred * scale
    found = decompose_scaled(scaled, kept)
    values, right = found.eigenvalues, found.right
    directions = np.divide(right, scale[:, None], out=np.zeros_like(right), where=scale[:, None] > 0)
    roots = np.sqrt(values[: right.shape[1]])
    rows = (centred * column_weights) @ directions
    columns = centred.T @ (row_weights[:, None] * rows) / roots
    return Axes(values, rows, directions, columns)


def decompose_scaled(scaled: Floats, kept: int) -> Directions:
    """Axes of a table already centred and scaled, shape (n, J): by its cross-products unless the rows are few.

    >>> decompose_scaled(np.array([[0.5, -0.5], [-0.5, 0.5]]), 2).eigenvalues.round(12)
    array([1.])
    """
    if len(scaled) <= 2 * scaled.shape[1]:
        _, roots, right = np.linalg.svd(scaled, full_matrices=False)
        return _signed(roots**2, right.T, kept)
    return principal_directions(scaled.T @ scaled, kept)


def inertia_rates(eigenvalues: Floats, q: int = 0, codes: int = 0) -> pd.DataFrame:
    """Raw, Benzécri and Greenacre rates of the axes.

    ``eigenvalues``: in decreasing order; ``q``: active variables; 0 when the corrections have no meaning (mixed
    data). ``codes``: active codes; 0 when a passive code leaves Greenacre's total undefined.

    Returns ``axe, valeur_propre, taux, cumul, taux_benzecri, taux_greenacre``, rates in %.

    Source:
        Benzécri (1979), *Cahiers de l'analyse des données* 4, 377–378; Greenacre (2006), ch. 2 of *Multiple
        Correspondence Analysis and Related Methods*.

    >>> inertia_rates(np.array([0.6, 0.5, 0.4]), q=2, codes=5)["taux_benzecri"].round(6).tolist()
    [100.0, 0.0, nan]
    """
    share = 100 * eigenvalues / eigenvalues.sum()
    benzecri = np.full(len(eigenvalues), np.nan)
    greenacre = benzecri.copy()
    if q > 1:
        above = eigenvalues >= 1 / q - 1e-12
        adjusted = (q / (q - 1)) ** 2 * (eigenvalues[above] - 1 / q) ** 2
        if adjusted.sum() > 0:
            benzecri[above] = 100 * adjusted / adjusted.sum()
        if codes:
            total = q / (q - 1) * (float((eigenvalues**2).sum()) - (codes - q) / q**2)
            greenacre[above] = 100 * adjusted / total if total > 0 else np.nan
    return pd.DataFrame(
        {
            "axe": np.arange(1, len(eigenvalues) + 1),
            "valeur_propre": eigenvalues,
            "taux": share,
            "cumul": share.cumsum(),
            "taux_benzecri": benzecri,
            "taux_greenacre": greenacre,
        }
    )
