"""Gower's distance, generalised: codes, ranks, shared absences, numbers and several codes per project, with holes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

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
