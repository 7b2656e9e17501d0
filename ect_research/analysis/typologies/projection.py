"""Placing codes, projects and numbers on axes already found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.typologies.factor_result import ACTIVE, PASSIVE, Cloud, Points
from ect_research.analysis.typologies.tables.answer_table import ProjectTable
from ect_research.analysis.typologies.tables.answers import Indicator

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


@dataclass(frozen=True)
class Moments:
    """What the place of codes is computed from.

    Attributes:
        share: weight of the projects that bear each code, shape (J,).
        spread: mean square of each column, shape (J,).
        pull: weighted sum of the scores of the bearers, shape (J, axes).
    """

    share: Floats
    spread: Floats
    pull: Floats


def code_moments(indicator: Indicator, plane: Plane) -> Moments:
    """Moments of codes by a pass over the projects."""
    share = plane.weights @ indicator.cells
    spread = share if indicator.whole else plane.weights @ (indicator.cells * indicator.cells)
    return Moments(share, spread, indicator.cells.T @ (plane.weights[:, None] * plane.scores))


def code_cloud(
    indicator: Indicator, plane: Plane, masses: Floats, role: str = PASSIVE, moments: Moments | None = None
) -> Cloud:
    """Codes at the barycentre of their projects, divided by the root of the eigenvalue.

    ``indicator``: of the projects in play; ``masses``: weight of each code in the axes, 0 for those that have none;
    ``role``: role of the codes without mass; ``moments``: of the codes, when already known.
    """
    known = moments or code_moments(indicator, plane)
    share = known.share
    borne = np.where(share > 0, share, 1.0)[:, None]
    coordinates = np.where(share[:, None] > 0, known.pull / borne - plane.weights @ plane.scores, 0.0)
    coordinates = coordinates / np.sqrt(plane.eigenvalues)
    distance = np.where(share > 0, known.spread / borne[:, 0] ** 2 - 1.0, 0.0)[:, None]
    squared = coordinates**2
    weighs = masses > 0
    return Cloud(
        Points(
            coordinates=coordinates,
            contributions=np.where(weighs[:, None], 100 * masses[:, None] * squared / plane.eigenvalues, np.nan),
            cos2=_ratio(squared, distance),
            v_tests=np.sqrt(max(plane.total - 1, 0)) * _ratio(coordinates, np.sqrt(distance)),
            sizes=plane.total * share,
            roles=np.where(weighs, ACTIVE, role),
        ),
        indicator.names,
    )


def project_cloud(table: ProjectTable, plane: Plane, coordinates: Floats, distances: Floats) -> Cloud:
    """Every project, those in play with their contribution.

    ``coordinates``: of every project, shape (rows of the table, axes); ``distances``: squared distance of every
    project to the average one.
    """
    squared = coordinates**2
    weights = np.where(table.in_play, 100 * table.weights / plane.total, np.nan)
    return Cloud(
        Points(
            coordinates=coordinates,
            contributions=weights[:, None] * squared / plane.eigenvalues,
            cos2=_ratio(squared, distances[:, None]),
            v_tests=np.zeros((0, coordinates.shape[1])),
            sizes=table.weights,
            roles=np.where(table.in_play, ACTIVE, PASSIVE),
        ),
        table.active.index,
        "poids",
    )


def explained_share(indicator: Indicator, cloud: Cloud, plane: Plane) -> pd.DataFrame:
    """η²: share of each axis explained by each coded variable (known codes only)."""
    weighted = (cloud.points.sizes / plane.total)[:, None] * cloud.points.coordinates**2
    names = dict.fromkeys(variable for variable, _ in indicator.names)
    place = {name: number for number, name in enumerate(names)}
    summed = np.zeros((len(names), weighted.shape[1]))
    np.add.at(summed, [place[variable] for variable, _ in indicator.names], weighted)
    return plane.frame(summed, pd.Index(list(names), name="variable"))


def share_explained_by_answers(indicator: Indicator, plane: Plane) -> pd.DataFrame:
    """η² of each coded variable over the projects that answer it: the unknown explains nothing and counts for nothing."""
    names = list(dict.fromkeys(variable for variable, _ in indicator.names))
    lines = []
    for name in names:
        cells = indicator.cells[:, [variable == name for variable, _ in indicator.names]]
        weights = plane.weights * (cells.sum(axis=1) > 0)
        gaps = plane.scores - weights @ plane.scores / weights.sum()
        sizes = weights @ cells
        means = (weights[:, None] * cells).T @ gaps / np.where(sizes > 0, sizes, 1.0)[:, None]
        whole = weights @ gaps**2
        lines.append(np.divide(sizes @ means**2, whole, out=np.full(len(whole), np.nan), where=whole > 0))
    found = np.array(lines).reshape(len(names), len(plane.eigenvalues))
    return plane.frame(found, pd.Index(names, name="variable"))


def correlations(frame: pd.DataFrame, plane: Plane) -> pd.DataFrame:
    """Correlation of numeric variables with the axes, each over the projects that know it."""
    rows = [_correlation(frame[name].to_numpy(dtype=float), plane) for name in frame.columns]
    values = np.array(rows).reshape(len(rows), len(plane.eigenvalues))
    return plane.frame(values, pd.Index(frame.columns.astype(str), name="variable"))


def join_clouds(clouds: list[Cloud]) -> Cloud:
    """Several clouds of codes as one."""
    if len(clouds) == 1:
        return clouds[0]
    points = [cloud.points for cloud in clouds]
    return Cloud(
        Points(
            coordinates=np.concatenate([one.coordinates for one in points]),
            contributions=np.concatenate([one.contributions for one in points]),
            cos2=np.concatenate([one.cos2 for one in points]),
            v_tests=np.concatenate([one.v_tests for one in points]),
            sizes=np.concatenate([one.sizes for one in points]),
            roles=np.concatenate([one.roles for one in points]),
        ),
        clouds[0].index.append([cloud.index for cloud in clouds[1:]]),
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
