"""Where the projects stand: coordinates in which distance is unlikeness, by one of three routes, for one set or many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from ect_research.analysis.partition.ward import squared_distances
from ect_research.analysis.typologies.factors.factor_result import decompose
from ect_research.analysis.typologies.tables.answers import Answer
from ect_research.analysis.typologies.tables.gower import answer_distances, mean_distance

Floats = NDArray[np.float64]
Stack = Sequence[Floats]


Route = Literal["acm", "afdm", "gower"]
ROUTES: tuple[Route, ...] = ("acm", "afdm", "gower")
RARE = 0.05
_NOTHING = 1e-10
_NO_AXIS = 1e-11


def coordinates_of(answers: tuple[Answer, ...], route: Route, axes: int = 5) -> Floats:
    """Coordinates of the projects, shape (n, axes).

    ``answers``: of the projects in play, each with weight 1; ``route``: ``acm`` (codes only; the unknown passive,
    rare codes passive), ``afdm`` (codes and numbers) or ``gower`` (anything: principal coordinates of the root of
    Gower's distance, all of them). ``axes``: factor axes kept; without effect on ``gower``.
    """
    if route == "gower":
        return principal_coordinates(squared_of(answers, route))
    (profiles,), (masses,) = _profiles(answers, alone(answers), per_variable=route == "acm")
    n, weighs = len(profiles), masses > 0
    if not weighs.any():
        return np.zeros((n, 1))
    return decompose(profiles[:, weighs], np.full(n, 1 / n), masses[weighs], axes).rows


def squared_of(answers: tuple[Answer, ...], route: Route, axes: int = 5) -> Floats:
    """Squared distances between projects, shape (n, n): Gower's distance itself, or those of the factor axes."""
    if route == "gower":
        return np.asarray(many_squared(answers, alone(answers), route, axes)[0])
    return squared_distances(coordinates_of(answers, route, axes))


def many_squared(answers: tuple[Answer, ...], stack: Stack, route: Route, axes: int = 5) -> Floats:
    """As `squared_of`, for many sets of answers, shape (sets, n, n).

    ``stack``: for each variable, the answers of every set: shape (sets, n), or (sets, n, L) for several codes;
    ``axes``: factor axes kept; without effect on ``gower``.
    """
    if route == "gower":
        return mean_distance([answer_distances(answer, values=own) for answer, own in zip(answers, stack, strict=True)])
    return squared_distances(many_planes(answers, stack, route, axes, axes))


def many_planes(answers: tuple[Answer, ...], stack: Stack, route: Route, axes: int, kept: int) -> Floats:
    """Coordinates of the projects of many sets on the first axes, shape (sets, n, kept); an axis without inertia is 0.

    The side of the axes is not settled on the factor routes.
    """
    if route != "gower":
        profiles, masses = _profiles(answers, stack, per_variable=route == "acm")
        return _principal_rows(profiles * np.sqrt(masses)[:, None], axes)[:, :, :kept]
    squared = many_squared(answers, stack, route)
    planes = np.zeros((*squared.shape[:2], kept))
    for plane, own in zip(planes, squared, strict=True):
        found = principal_coordinates(own, kept)
        plane[:, : found.shape[1]] = found
    return planes


def many_associations(answers: tuple[Answer, ...], stack: Stack) -> Floats:
    """How far the variables go together: squared links between the codes of different variables, summed, shape (sets,).

    The inertia of the table of all pairs of codes (Burt), less that of each variable with itself.
    """
    profiles, masses = _profiles(answers, stack, per_variable=False)
    scaled = profiles * np.sqrt(masses)[:, None]
    owner = np.repeat(np.arange(len(answers)), [max(len(answer.levels), 1) for answer in answers])
    links = scaled.swapaxes(1, 2) @ scaled / scaled.shape[1]
    return np.asarray((links**2 * (owner[:, None] != owner)).sum(axis=(1, 2)))


def principal_coordinates(squared: Floats, kept: int | None = None) -> Floats:
    """Points whose squared distances are those given, as far as a Euclidean space allows.

    Axes are turned so that their longest tail is on the positive side.

    ``squared``: squared distances, shape (n, n); ``kept``: number of axes; all that are real when omitted.

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


def alone(answers: tuple[Answer, ...]) -> Stack:
    """The real answers as a batch of one set."""
    return [answer.values[None] for answer in answers]


def _profiles(answers: tuple[Answer, ...], stack: Stack, *, per_variable: bool) -> tuple[Floats, Floats]:
    """Codes and numbers centred, shape (sets, n, columns), and what each weighs: nothing when unknown or rare."""
    columns, masses = [], []
    for answer, values in zip(answers, stack, strict=True):
        if answer.kind == "numeric":
            centred = values - np.nanmean(values, axis=1, keepdims=True)
            columns.append(np.nan_to_num(centred / np.nanstd(values, axis=1, keepdims=True))[:, :, None])
            masses.append(np.ones((len(values), 1)))
            continue
        cells = _cells(answer, values)
        share = cells.mean(axis=1)
        seen = (share >= RARE) & ((cells > 0).sum(axis=1) > 1)
        masses.append(np.where(seen, share / (len(answers) if per_variable else 1), 0.0))
        columns.append(np.divide(cells, share[:, None], out=np.ones_like(cells), where=share[:, None] > 0) - 1.0)
    return np.concatenate(columns, axis=2), np.concatenate(masses, axis=1)


def _principal_rows(table: Floats, axes: int) -> Floats:
    """Principal coordinates of rows of equal weight, by the smaller of the two tables of products; padded with zeros."""
    n = table.shape[1]
    wide = table.shape[2] > n
    products = table @ table.swapaxes(1, 2) if wide else table.swapaxes(1, 2) @ table
    values, vectors = np.linalg.eigh(products)
    values, vectors = values[:, ::-1][:, :axes], vectors[:, :, ::-1][:, :, :axes]
    some = values > _NO_AXIS * np.maximum(values[:, :1], 1e-300)
    rows = vectors * np.sqrt(np.maximum(values, 0.0))[:, None] if wide else table @ vectors
    return np.asarray(np.where(some[:, None], rows, 0.0))


def _cells(answer: Answer, values: Floats) -> Floats:
    """Share of each code in each project; rows of zeros when unknown."""
    if answer.kind == "multiple":
        bits = np.nan_to_num(values)
        return np.asarray(bits / np.maximum(bits.sum(axis=2, keepdims=True), 1))
    return np.asarray(values[:, :, None] == np.arange(len(answer.levels)), dtype=float)
