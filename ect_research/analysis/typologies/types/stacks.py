"""Squared distances of many sets of answers at once: shuffled ones, or drawn from a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ect_research.analysis.typologies.distances.answer_distances import answer_distances
from ect_research.analysis.typologies.factors.coordinates import RARE, mean_distance, principal_coordinates
from ect_research.analysis.typologies.tables.answers import deal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ect_research.analysis.typologies.factors.coordinates import Route
    from ect_research.analysis.typologies.tables.answers import Answer

    Floats = NDArray[np.float64]
    Labels = NDArray[np.intp]
    Stack = Sequence[Floats]

_NOTHING = 1e-11


def many_squared(answers: tuple[Answer, ...], stack: Stack, route: Route, axes: int = 5) -> Floats:
    """As `squared_of`, for many sets of answers, shape (sets, n, n).

    Args:
        answers: the variables.
        stack: for each variable, the answers of every set: shape (sets, n), or (sets, n, L) for several codes.
        route: how projects are placed.
        axes: factor axes kept; without effect on ``gower``.
    """
    if route == "gower":
        return mean_distance([answer_distances(answer, values=own) for answer, own in zip(answers, stack, strict=True)])
    return gaps_between(_factor_rows(answers, stack, axes, per_variable=route == "acm"))


def many_planes(answers: tuple[Answer, ...], stack: Stack, route: Route, axes: int, kept: int) -> Floats:
    """Coordinates of the projects of many sets on the first axes, shape (sets, n, kept); an axis without inertia is 0.

    The side of the axes is not settled on the factor routes.
    """
    if route != "gower":
        return _factor_rows(answers, stack, axes, per_variable=route == "acm")[:, :, :kept]
    squared = many_squared(answers, stack, route)
    planes = np.zeros((*squared.shape[:2], kept))
    for plane, own in zip(planes, squared, strict=True):
        found = principal_coordinates(own, kept)
        plane[:, : found.shape[1]] = found
    return planes


def gaps_between(points: Floats) -> Floats:
    """Squared distances between the projects of each set, exactly symmetric, shape (sets, n, n).

    >>> gaps_between(np.array([[[0.0], [3.0]]]))
    array([[[0., 9.],
            [9., 0.]]])
    """
    total = np.zeros((len(points), points.shape[1], points.shape[1]))
    for axis in range(points.shape[2]):
        place = points[:, :, axis]
        total += (place[:, :, None] - place[:, None, :]) ** 2
    return total


@dataclass(frozen=True)
class Shuffler:
    """Deals each variable's known answers anew among those who answer: same margins, same holes, no types.

    Attributes:
        answers: the real ones.
        route: how projects are placed.
        axes: factor axes kept.
        blocks: distances of each variable, computed once; none on the factor routes.
    """

    answers: tuple[Answer, ...]
    route: Route
    axes: int
    blocks: tuple[Floats, ...]

    def deal(self, chance: np.random.Generator) -> Labels:
        """Whose answer each project gets, for each variable, shape (variables, n)."""
        return np.array([deal(answer, chance) for answer in self.answers])

    def squared(self, deals: Labels) -> Floats:
        """Squared distances under each deal, shape (deals, n, n)."""
        if self.route != "gower":
            stack = [answer.values[deals[:, place]] for place, answer in enumerate(self.answers)]
            return many_squared(self.answers, stack, self.route, self.axes)
        return mean_distance(
            [
                block[own[:, :, None], own[:, None, :]]
                for block, own in zip(self.blocks, deals.swapaxes(0, 1), strict=True)
            ]
        )


def shuffler_of(answers: tuple[Answer, ...], route: Route, axes: int = 5) -> Shuffler:
    """What deals the answers anew."""
    blocks = tuple(answer_distances(answer) for answer in answers) if route == "gower" else ()
    return Shuffler(answers, route, axes, blocks)


def _factor_rows(answers: tuple[Answer, ...], stack: Stack, axes: int, *, per_variable: bool) -> Floats:
    """As `spaces.coordinates_of` on a factor route, sides of the axes apart; padded with axes without inertia."""
    columns = []
    for answer, values in zip(answers, stack, strict=True):
        if answer.kind == "numeric":
            centred = values - np.nanmean(values, axis=1, keepdims=True)
            columns.append(np.nan_to_num(centred / np.nanstd(values, axis=1, keepdims=True))[:, :, None])
            continue
        cells = _cells(answer, values)
        share = cells.mean(axis=1)
        seen = (share >= RARE) & ((cells > 0).sum(axis=1) > 1)
        mass = np.where(seen, share / (len(answers) if per_variable else 1), 0.0)
        profile = np.divide(cells, share[:, None], out=np.ones_like(cells), where=share[:, None] > 0) - 1.0
        columns.append(profile * np.sqrt(mass)[:, None])
    table = np.concatenate(columns, axis=2)
    return _principal_rows(table, axes)


def _principal_rows(table: Floats, axes: int) -> Floats:
    """Principal coordinates of rows of equal weight, by the smaller of the two tables of products."""
    n = table.shape[1]
    wide = table.shape[2] > n
    products = table @ table.swapaxes(1, 2) if wide else table.swapaxes(1, 2) @ table
    values, vectors = np.linalg.eigh(products)
    values, vectors = values[:, ::-1][:, :axes], vectors[:, :, ::-1][:, :, :axes]
    some = values > _NOTHING * np.maximum(values[:, :1], 1e-300)
    rows = vectors * np.sqrt(np.maximum(values, 0.0))[:, None] if wide else table @ vectors
    return np.asarray(np.where(some[:, None], rows, 0.0))


def _cells(answer: Answer, values: Floats) -> Floats:
    if answer.kind == "multiple":
        bits = np.nan_to_num(values)
        return np.asarray(bits / np.maximum(bits.sum(axis=2, keepdims=True), 1))
    return np.asarray(values[:, :, None] == np.arange(len(answer.levels)), dtype=float)
