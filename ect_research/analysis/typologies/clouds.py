"""Placing codes, projects and numbers on axes already found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ect_research.analysis.typologies.model import ACTIVE, PASSIVE, Cloud

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ect_research.analysis.typologies.indicator import Indicator
    from ect_research.analysis.typologies.table import ProjectTable

    Floats = NDArray[np.float64]

_NOTHING = 1e-12


@dataclass(frozen=True)
class Plane:
    """The axes as the projects in play see them.

    Attributes:
        eigenvalues: of the axes kept, shape (axes,).
        scores: principal coordinates of the projects in play, shape (n, axes).
        weights: of the projects in play, sum 1.
        total: sum of the weights before they were brought to 1.
    """

    eigenvalues: Floats
    scores: Floats
    weights: Floats
    total: float

    @property
    def names(self) -> pd.RangeIndex:
        """Numbers of the axes, from 1."""
        return pd.RangeIndex(1, len(self.eigenvalues) + 1, name="axe")

    def frame(self, values: Floats, index: pd.Index) -> pd.DataFrame:
        """Values on the axes, labelled."""
        return pd.DataFrame(values, index=index, columns=self.names)


def code_profiles(cells: Floats, share: Floats) -> Floats:
    """Each column against its mean, minus 1: zero everywhere for the average project."""
    found = cells / np.where(share > 0, share, 1.0)
    found -= 1.0
    if (share <= 0).any():
        found[:, share <= 0] = 0.0
    return found


def code_cloud(indicator: Indicator, plane: Plane, masses: Floats, role: str = PASSIVE) -> Cloud:
    """Codes at the barycentre of their projects, divided by the root of the eigenvalue.

    Args:
        indicator: of the projects in play.
        plane: the axes.
        masses: weight of each code in the axes, 0 for those that have none.
        role: role of the codes without mass.
    """
    share = plane.weights @ indicator.cells
    borne = np.where(share > 0, share, 1.0)[:, None]
    pull = indicator.cells.T @ (plane.weights[:, None] * plane.scores)
    coordinates = np.where(share[:, None] > 0, pull / borne - plane.weights @ plane.scores, 0.0)
    coordinates = coordinates / np.sqrt(plane.eigenvalues)
    spread = plane.weights @ (indicator.cells * indicator.cells)
    distance = np.where(share > 0, spread / borne[:, 0] ** 2 - 1.0, 0.0)[:, None]
    squared = coordinates**2
    weighs = masses > 0
    contributions = np.where(weighs[:, None], 100 * masses[:, None] * squared / plane.eigenvalues, np.nan)
    index = indicator.columns
    return Cloud(
        coordinates=plane.frame(coordinates, index),
        contributions=plane.frame(contributions, index),
        cos2=plane.frame(_ratio(squared, distance), index),
        v_tests=plane.frame(np.sqrt(max(plane.total - 1, 0)) * _ratio(coordinates, np.sqrt(distance)), index),
        sizes=pd.Series(plane.total * share, index=index, name="effectif"),
        roles=pd.Series(np.where(weighs, ACTIVE, role), index=index, name="role", dtype="str"),
    )


def project_cloud(table: ProjectTable, plane: Plane, coordinates: Floats, distances: Floats) -> Cloud:
    """Every project, those in play with their contribution.

    Args:
        table: the projects.
        plane: the axes.
        coordinates: of every project, shape (rows of the table, axes).
        distances: squared distance of every project to the average one.
    """
    index = table.active.index
    squared = coordinates**2
    weights = np.where(table.in_play, table.weights / plane.total, np.nan)
    return Cloud(
        coordinates=plane.frame(coordinates, index),
        contributions=plane.frame(100 * weights[:, None] * squared / plane.eigenvalues, index),
        cos2=plane.frame(_ratio(squared, distances[:, None]), index),
        v_tests=plane.frame(np.full(coordinates.shape, np.nan), index).iloc[:0],
        sizes=pd.Series(table.weights, index=index, name="poids"),
        roles=pd.Series(np.where(table.in_play, ACTIVE, PASSIVE), index=index, name="role", dtype="str"),
    )


def explained_share(cloud: Cloud, plane: Plane) -> pd.DataFrame:
    """η²: share of each axis explained by each coded variable (known codes only)."""
    weighted = (cloud.sizes.to_numpy() / plane.total)[:, None] * cloud.coordinates.to_numpy() ** 2
    owner, names = pd.factorize(cloud.coordinates.index.get_level_values("variable"))
    summed = np.zeros((len(names), weighted.shape[1]))
    np.add.at(summed, owner, weighted)
    return plane.frame(summed, pd.Index(names, name="variable"))


def correlations(frame: pd.DataFrame, plane: Plane) -> pd.DataFrame:
    """Correlation of numeric variables with the axes, each over the projects that know it."""
    rows = [_correlation(frame[name].to_numpy(dtype=float), plane) for name in frame.columns]
    values = np.array(rows).reshape(len(rows), len(plane.eigenvalues))
    return plane.frame(values, pd.Index(frame.columns.astype(str), name="variable"))


def join_clouds(clouds: list[Cloud]) -> Cloud:
    """Several clouds of codes as one."""
    if len(clouds) == 1:
        return clouds[0]
    return Cloud(
        coordinates=pd.concat([cloud.coordinates for cloud in clouds]),
        contributions=pd.concat([cloud.contributions for cloud in clouds]),
        cos2=pd.concat([cloud.cos2 for cloud in clouds]),
        v_tests=pd.concat([cloud.v_tests for cloud in clouds]),
        sizes=pd.concat([cloud.sizes for cloud in clouds]),
        roles=pd.concat([cloud.roles for cloud in clouds]),
    )


def _correlation(values: Floats, plane: Plane) -> Floats:
    known = np.isfinite(values)
    if known.sum() < 2:
        return np.full(len(plane.eigenvalues), np.nan)
    weights = plane.weights[known] / plane.weights[known].sum()
    scores = plane.scores[known] - weights @ plane.scores[known]
    gaps = values[known] - weights @ values[known]
    spread = np.sqrt((weights @ gaps**2) * (weights @ scores**2))
    return np.asarray(_ratio((weights * gaps) @ scores, spread))


def _ratio(upper: Floats, lower: Floats) -> Floats:
    return np.divide(upper, lower, out=np.zeros_like(upper), where=np.broadcast_to(lower, upper.shape) > _NOTHING)
