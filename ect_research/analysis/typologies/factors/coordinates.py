"""Where the projects stand: coordinates in which distance is unlikeness, by one of three routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.linalg import eigh

from ect_research.analysis.partition.ward import squared_distances
from ect_research.analysis.typologies.distances.answer_distances import answer_distances
from ect_research.analysis.typologies.factors.factor import decompose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ect_research.analysis.typologies.tables.answers import Answer

    Floats = NDArray[np.float64]

Route = Literal["acm", "afdm", "gower"]
ROUTES: tuple[Route, ...] = ("acm", "afdm", "gower")
RARE = 0.05
_NOTHING = 1e-10


def coordinates_of(answers: tuple[Answer, ...], route: Route, axes: int = 5) -> Floats:
    """Coordinates of the projects, shape (n, axes).

    Args:
        answers: of the projects in play, each with weight 1.
        route: ``acm`` (codes only; the unknown passive, rare codes passive), ``afdm`` (codes and numbers) or
            ``gower`` (anything: principal coordinates of the root of Gower's distance, all of them).
        axes: factor axes kept; without effect on ``gower``.
    """
    if route == "gower":
        return principal_coordinates(squared_of(answers, route))
    return _factor_coordinates(answers, axes, per_variable=route == "acm")


def plane_of(answers: tuple[Answer, ...], route: Route, axes: int, kept: int) -> Floats:
    """The first columns of `coordinates_of`, without computing the others."""
    if route == "gower":
        return principal_coordinates(squared_of(answers, route), kept)
    return coordinates_of(answers, route, axes)[:, :kept]


def squared_of(answers: tuple[Answer, ...], route: Route, axes: int = 5) -> Floats:
    """Squared distances between projects, shape (n, n): Gower's distance itself, or those of the factor axes."""
    if route == "gower":
        return mean_distance([answer_distances(answer) for answer in answers])
    return squared_distances(_factor_coordinates(answers, axes, per_variable=route == "acm"))


def mean_distance(blocks: Iterable[Floats]) -> Floats:
    """Gower's distance from the distances of each variable; pairs that share nothing stand at the mean distance.

    Args:
        blocks: one per variable, shape (n, n) or (sets, n, n).
    """
    total: Floats | float = 0.0
    count: Floats | float = 0.0
    for block in blocks:
        known = np.isfinite(block)
        if known.all():
            total, count = total + block, count + 1.0
        else:
            total, count = total + np.where(known, block, 0.0), count + known
    values = np.asarray(total / np.maximum(count, 1))
    diagonal = np.eye(values.shape[-1], dtype=bool)
    lost = np.broadcast_to(np.equal(count, 0), values.shape) & ~diagonal
    for own, none in zip(np.atleast_3d(values.T).T, np.atleast_3d(lost.T).T, strict=True) if lost.any() else ():
        own[none] = own[~none & ~diagonal].mean()
    values[..., diagonal] = 0.0
    return values


def principal_coordinates(squared: Floats, kept: int | None = None) -> Floats:
    """Points whose squared distances are those given, as far as a Euclidean space allows.

    Axes are turned so that their longest tail is on the positive side.

    Args:
        squared: squared distances, shape (n, n).
        kept: number of axes; all that are real when omitted.

    Source:
        Gower (1966), *Biometrika* 53, 325–338.

    >>> points = principal_coordinates(np.array([[0.0, 9, 16], [9, 0, 25], [16, 25, 0]]))
    >>> np.linalg.norm(points[0] - points[2]).round(9)
    np.float64(4.0)
    """
    rows = squared.mean(axis=1)
    products = -(squared - rows[:, None] - rows + rows.mean()) / 2
    first = 0 if kept is None else max(len(rows) - kept, 0)
    values, vectors = eigh(products, subset_by_index=(first, len(rows) - 1), driver="evx", check_finite=False)
    some = values > _NOTHING * max(float(values[-1]), 1e-300)
    vectors = vectors[:, some]
    lean = (vectors**3).sum(axis=0)
    lean = np.where(np.abs(lean) > _NOTHING, lean, -vectors[0])
    vectors = vectors * np.where(lean < 0, -1.0, 1.0)
    return np.asarray((vectors * np.sqrt(values[some]))[:, ::-1])


def _factor_coordinates(answers: tuple[Answer, ...], axes: int, *, per_variable: bool) -> Floats:
    n = len(answers[0].values)
    columns, masses = [], []
    for answer in answers:
        if answer.kind == "numeric":
            spread = np.nanstd(answer.values)
            columns.append(np.nan_to_num((answer.values - np.nanmean(answer.values)) / spread)[:, None])
            masses.append(np.ones(1))
            continue
        cells = _cells(answer)
        share = cells.mean(axis=0)
        seen = (share >= RARE) & ((cells > 0).sum(axis=0) > 1)
        columns.append(cells[:, seen] / share[seen] - 1.0)
        masses.append(share[seen] / (len(answers) if per_variable else 1))
    if not any(len(mass) for mass in masses):
        return np.zeros((n, 1))
    return decompose(np.hstack(columns), np.full(n, 1 / n), np.concatenate(masses), axes).rows


def _cells(answer: Answer) -> Floats:
    """Share of each code in each project; rows of zeros when unknown."""
    if answer.kind == "multiple":
        bits = np.nan_to_num(answer.values)
        return np.asarray(bits / np.maximum(bits.sum(axis=1, keepdims=True), 1))
    return np.asarray(answer.values[:, None] == np.arange(len(answer.levels)), dtype=float)
