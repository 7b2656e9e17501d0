"""Where projects are placed, and how far apart: by their answers on factor axes, or by Gower's distances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from ect_research.analysis.partition.ward import squared_distances
from ect_research.analysis.typologies.factor_result import decompose
from ect_research.analysis.typologies.tables.answers import Answer

Floats = NDArray[np.float64]
Ranking = Literal["classic", "metric", "podani"]


def answer_distances(answer: Answer, ranking: Ranking = "podani", values: Floats | None = None) -> Floats:
    """Distances between projects on one variable, 0–1, shape (n, n), NaN where not comparable.

    Nominal: 0 or 1. Asymmetric: as nominal, but two absences are not compared (the first code, or ``0``/``non``, is
    the absence). Numeric: gap over the range of the projects. Ordinal: see ``ranking``. Multiple: Jaccard distance
    between the two sets of codes (ade4's type ``B``, before its square root).

    ``ranking``: ordinal codes: ``classic`` (codes as numbers, over their range), ``metric`` (mean ranks, over their
    range) or ``podani`` (ranks with ties corrected); ``values``: other answers to the same variable, many sets at
    once: shape (sets, n), or (sets, n, L) for several codes; distances then have shape (sets, n, n).

    Source:
        Gower (1971), *Biometrics* 27, 857–871; Podani (1999), *Taxon* 48, 331–340; Pavoine et al. (2009), *Oikos*
        118, 391–402 for several codes.

    >>> answer_distances(Answer("age", "numeric", np.array([0.0, 5.0, np.nan]), ()))[0]
    array([ 0.,  1., nan])
    """
    given = answer.values if values is None else values
    if answer.kind == "multiple":
        return _jaccard(given)
    if answer.kind == "numeric":
        return _gaps(given)
    if answer.kind == "ordinal":
        return _between_codes(given, len(answer.levels), ranking)
    unlike = np.not_equal(given[..., :, None], given[..., None, :]).astype(float)
    lost = np.isnan(given)
    unlike[lost[..., :, None] | lost[..., None, :]] = np.nan
    if answer.kind == "asymmetric":
        absent = given == 0
        unlike[absent[..., :, None] & absent[..., None, :]] = np.nan
    return unlike


def mean_distance(blocks: Iterable[Floats]) -> Floats:
    """Gower's distance from the distances of each variable; pairs that share nothing stand at the mean distance.

    Its square root is Euclidean when every answer is known (Gower & Legendre, 1986): what Ward's method takes.

    ``blocks``: one per variable, shape (n, n) or (sets, n, n).
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


def _gaps(values: Floats) -> Floats:
    spread = np.nanmax(values, axis=-1, keepdims=True) - np.nanmin(values, axis=-1, keepdims=True)
    scaled = values / np.where(spread > 0, spread, 1.0)
    gap = scaled[..., :, None] - scaled[..., None, :]
    return np.asarray(np.abs(gap, out=gap))


def _jaccard(bits: Floats) -> Floats:
    known = np.isfinite(bits[..., 0])
    present = np.nan_to_num(bits)
    shared = present @ present.swapaxes(-1, -2)
    sizes = present.sum(axis=-1)
    union = sizes[..., :, None] + sizes[..., None, :] - shared
    compared = known[..., :, None] & known[..., None, :]
    return np.where(compared, 1.0 - shared / np.maximum(union, 1.0), np.nan)


def code_table(values: Floats, levels: int, ranking: Ranking) -> Floats:
    """Distance of every pair of codes of an ordinal variable, shape (…, levels, levels).

    By the codes as numbers (``classic``) or by mean ranks (``metric``), over their range; Podani's version takes half
    of the ties off both ends of a gap and off the range.

    ``values``: ranks of codes, shape (…, n), NaN when unknown; ``levels``: length of the scale.
    """
    borne = (values[..., None] == np.arange(levels)).sum(axis=-2)
    rank = borne.cumsum(axis=-1) - (borne - 1) / 2
    if ranking == "classic":
        rank = np.broadcast_to(np.arange(levels, dtype=float), borne.shape)
    lowest = np.where(borne > 0, rank, np.inf).argmin(axis=-1)[..., None]
    highest = np.where(borne > 0, rank, -np.inf).argmax(axis=-1)[..., None]
    half = (borne - 1) / 2 if ranking == "podani" else np.zeros(borne.shape)
    span = np.take_along_axis(rank, highest, -1) - np.take_along_axis(rank, lowest, -1)
    ties = np.take_along_axis(half, highest, -1) + np.take_along_axis(half, lowest, -1)
    scale = (span - ties)[..., None]
    gap = np.abs(rank[..., :, None] - rank[..., None, :]) - half[..., :, None] - half[..., None, :]
    found = np.where(scale > 0, gap / np.where(scale > 0, scale, 1.0), 1.0)
    return np.where(np.eye(levels, dtype=bool), 0.0, found)


def _between_codes(values: Floats, levels: int, ranking: Ranking) -> Floats:
    table = code_table(values, levels, ranking)
    table = np.pad(table, [(0, 0)] * (table.ndim - 2) + [(0, 1), (0, 1)], constant_values=np.nan)
    codes = np.where(np.isnan(values), levels, values).astype(np.intp)
    rows = np.take_along_axis(table, codes[..., :, None], axis=-2)
    return np.asarray(np.take_along_axis(rows, codes[..., None, :], axis=-1))


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
