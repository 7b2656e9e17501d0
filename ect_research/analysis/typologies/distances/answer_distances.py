"""How unlike two answers to one variable are: 0 to 1, NaN when they cannot be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ect_research.analysis.typologies.tables.answers import Answer

    Floats = NDArray[np.float64]

Ranking = Literal["classic", "metric", "podani"]


def answer_distances(answer: Answer, ranking: Ranking = "podani", values: Floats | None = None) -> Floats:
    """Distances between projects on one variable, shape (n, n), NaN where not comparable.

    Args:
        answer: the variable.
        ranking: of an ordinal one, as in `gower_distances`.
        values: other answers to the same variable, many sets at once: shape (sets, n), or (sets, n, L) for several
            codes; distances then have shape (sets, n, n).

    >>> from ect_research.analysis.typologies.tables.answers import Answer
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

    Args:
        values: ranks of codes, shape (…, n), NaN when unknown.
        levels: length of the scale.
        ranking: which of the three.
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
